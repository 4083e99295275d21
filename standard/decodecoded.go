package standard

import (
	"strconv"
	"strings"
)

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
		r.agrees(e, c, member)
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

// agrees notes words beside a code that are those of another code of the list: "Do not attempt CPR" beside the code for "Attempt CPR". Which of the two
// was meant nobody can tell, so neither is kept. Words of one's own beside a code of an open list are not compared.
func (r *reader) agrees(e *Element, c Coded, member *Code) {
	says := func(words string) bool {
		words = strings.TrimSpace(words)
		if words == "" || strings.EqualFold(words, member.Display) {
			return false
		}
		for i := range e.ValueSet.Codes {
			if strings.EqualFold(words, e.ValueSet.Codes[i].Display) {
				return true
			}
		}
		return false
	}
	words := c.Display
	if !says(words) {
		if words = c.Text; e.ValueSet.Open || !says(words) {
			return
		}
	}
	r.soft(RuleCodeDiffers, words, e.Name+": the code "+strconv.Quote(c.Code)+" means "+strconv.Quote(member.Display)+
		", but beside it stands "+strconv.Quote(words)+". Find out which of the two is meant.")
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
