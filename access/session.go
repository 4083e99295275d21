package access

// Session is one actor with one role and one purpose: the only way to the record. Every method decides by the policy, and logs.
type Session struct {
	guard     *Guard
	principal Principal
	purpose   Purpose
}

// Principal is who acts.
func (s *Session) Principal() Principal { return s.principal }

// Purpose is why.
func (s *Session) Purpose() Purpose { return s.purpose }
