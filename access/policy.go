package access

import (
	"rosemary/record"
)

// Policy is the table of who may do what.
type Policy struct {
}

// Decision is the answer of the policy, with its reason in words.
type Decision struct {
	Allowed bool
	Why     string
}

// LoadPolicy reads a policy table strictly; it reports every fault with line and column.
func LoadPolicy(name string, text []byte) (*Policy, error) { return nil, nil }

// StandardPolicy is the table that comes with the program.
func StandardPolicy() (*Policy, error) { return nil, nil }

// Decide answers for one record of one person.
func (p *Policy) Decide(who Principal, action Action, facts record.Facts) Decision { return Decision{} }

// Scope gives the same rule as a value for lists.
func (p *Policy) Scope(who Principal, action Action, today string) record.Scope {
	return record.Scope{}
}
