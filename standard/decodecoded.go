package standard

import "strconv"

// coded reads a coded value: a code of the element's value set, another where the set is open, or words where it is.
func (r *reader) coded(e *Element, parts *[4]part) Value {
	var c Coded
	var ok [4]bool
	c.Code, ok[0] = r.string(e, parts[0], codeLimit)
	c.System, ok[1] = r.string(e, parts[1], codeLimit)
	c.Display, ok[2] = r.string(e, parts[2], codeLimit)
	c.Text, ok[3] = r.string(e, parts[3], r.o.TextLimit)
	if !ok[0] || !ok[1] || !ok[2] || !ok[3] {
		return nil
	}
	if r.lenient || e.ValueSet == nil {
		if c.Code == "" && c.Text == "" {
			r.failed = true
		}
		return c
	}
	if c.Code == "" {
		return r.inWords(e, c)
	}
	set := e.ValueSet
	if member, found := set.index[c.Code]; found && (c.System == "" || c.System == set.SystemOf(member)) {
		c.Code, c.System, c.Display = member.Code, set.SystemOf(member), member.Display
		return c
	}
	switch {
	case !set.Open:
		r.soft(RuleUnknownCode, c.Code, unknownCodeMessage(e, c))
	case c.System == "":
		r.soft(RuleUnknownCode, c.Code, e.Name+": "+strconv.Quote(c.Code)+" is not in the list. Say which code system it is from, or use words instead.")
	}
	return c
}

// inWords checks a coded value that has no code.
func (r *reader) inWords(e *Element, c Coded) Value {
	switch {
	case c.Text == "" && c.Display == "" && c.System == "":
		r.soft(RuleEmpty, "{}", e.Name+" is empty. Choose one or leave it out.")
		return nil
	case c.Text == "":
		r.soft(RuleUnknownCode, c.Display, e.Name+" has no code. Choose one of the list.")
		return nil
	case !e.ValueSet.Open:
		r.soft(RuleUnknownCode, c.Text, unknownCodeMessage(e, Coded{Code: c.Text}))
	case c.System != "" || c.Display != "":
		r.soft(RuleUnknownCode, c.Text, e.Name+" has words and no code, so it can have no code system and no display.")
	}
	return c
}
