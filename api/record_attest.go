package api

// attest answers POST .../records/{record}/attestations: the server's signature over one version, once the actor has given the password again.
func (c *call) attest() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	rec, err := c.uid("record")
	if err != nil {
		return err
	}
	r, err := c.reader()
	if err != nil {
		return err
	}
	var number int
	var reason, password string
	r.object("", "number, description, password", func(name string) bool {
		switch name {
		case "number":
			number = r.whole("/number")
		case "description":
			reason = r.text("/description")
		case "password":
			password = r.secret("/password")
		default:
			return false
		}
		return true
	})
	if r.broken == nil && number < 1 && !r.faulted("/number") {
		r.fault("/number", "must-occur", "", "Say which version of the record you sign.")
	}
	if err := r.finish(); err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, nowhen())
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	receipt, err := c.session.Attest(c.ctx, stream, rec, number, reason, password)
	if err != nil {
		return err
	}
	return c.receipt(&receipt, "/api/contributions/"+receipt.Contribution.String())
}

// secret reads a string that no answer repeats.
func (r *reader) secret(path string) string {
	v := r.value()
	if r.broken != nil {
		return ""
	}
	if v.Kind() != '"' {
		r.fault(path, "wrong-type", "", "This must be text.")
		return ""
	}
	return memberName(v)
}
