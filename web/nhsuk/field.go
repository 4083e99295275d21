package nhsuk

import "html/template"

// described is what stands above an input and is read out with it: its hint and its error message.
type described struct {
	hint, message template.HTML
	by            string // the ids, for aria-describedby
}

// describe makes the hint and the error message of the input with an id, which is already described by the ids in by.
func describe(id, by string, hint HintOptions, message ErrorMessageOptions) described {
	d := described{by: by}
	if !hint.empty() {
		hint.ID = or(hint.ID, id+"-hint")
		d.by = spaced(d.by, hint.ID)
		d.hint = Hint(hint)
	}
	if !message.empty() {
		message.ID = or(message.ID, id+"-error")
		d.by = spaced(d.by, message.ID)
		d.message = ErrorMessage(message)
	}
	return d
}

// formGroup is the element around a field and all that goes with it.
func formGroup(own, classes string, wrong bool, a Attributes, parts ...template.HTML) template.HTML {
	mark := ""
	if wrong {
		mark = "nhsuk-form-group--error"
	}
	return el("div", all(set("class", spaced("nhsuk-form-group", mark, classes, own)), a), lines(parts...))
}

// labelFor is the label of the input with an id.
func labelFor(o LabelOptions, id string) template.HTML {
	o.For = or(o.For, id)
	return Label(o)
}

// wrapInput sets an input in its wrapper, if anything stands beside it or the wrapper is asked for.
func wrapInput(class string, w Wrapper, before, input, after template.HTML) template.HTML {
	if before == "" && after == "" && w.Classes == "" && w.Attributes == nil {
		return input
	}
	return el("div", all(set("class", spaced(class, w.Classes)), w.Attributes), lines(before, input, after))
}

// inFieldset sets the inner HTML in the fieldset, if there is one.
func inFieldset(f *FieldsetOptions, role, describedBy string, inner template.HTML) template.HTML {
	if f == nil {
		return inner
	}
	o := *f
	o.Role = or(o.Role, role)
	o.DescribedBy = describedBy
	o.HTML = inner
	return Fieldset(o)
}
