package form

import (
	"html/template"
	"strconv"

	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// list writes a question that may have several answers, with buttons to add and to take away.
func (f *Field) list() template.HTML {
	body := hidden(f.Name+partCount, f.Count())
	if f.Hint != "" {
		body = nhsuk.Hint(nhsuk.HintOptions{ID: f.Name + "_hint", Text: f.Hint}) + body
	}
	if f.Error != "" {
		body += nhsuk.ErrorMessage(f.wrongAt(f.Name + "_error"))
	}
	for _, one := range f.Items {
		body += f.oneOf(one)
	}
	words := f.in.Say("Add another")
	if len(f.Items) == 0 {
		words = f.in.Say("Add")
	}
	body += nhsuk.Button(nhsuk.ButtonOptions{
		ID: f.Name + "_add", HTML: escaped(words) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.Label) + `</span>`,
		Name: "act", Value: actAdd + f.Name, Variant: "secondary", Small: true, Classes: "rm-add",
		Attributes: nhsuk.Attributes{{Name: "formaction", Value: "#" + item(f.Name, len(f.Items))}},
	})
	return f.fieldset(body+f.absence(), "rm-list")
}

// oneOf writes one answer of several.
func (f *Field) oneOf(one *Field) template.HTML {
	var body template.HTML
	if one.control == controlGroup {
		body = one.groupBody()
	} else {
		body = one.single()
	}
	if len(f.Items) > 1 || f.control == controlGroup || one.File[standard.RoleAttachmentHash] != "" {
		body += nhsuk.Button(nhsuk.ButtonOptions{
			HTML: escaped(f.in.Say("Take away")) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.in.Say("{question}, answer {number}", "question", f.Label, "number", strconv.Itoa(one.Number))) + `</span>`,
			Name: "act", Value: actRemove + one.Name, Variant: "secondary", Small: true, Classes: "rm-remove",
			Attributes: nhsuk.Attributes{{Name: "formaction", Value: "#" + f.Name}},
		})
	}
	if one.control != controlGroup {
		return `<div class="rm-item">` + body + `</div>`
	}
	return nhsuk.Fieldset(nhsuk.FieldsetOptions{
		ID: one.Name, Classes: "rm-item rm-item--group", HTML: body,
		Legend: nhsuk.LegendOptions{Text: f.in.Say(f.Element.Block.Name) + " " + strconv.Itoa(one.Number), Size: "s"},
	})
}

// groupOnce writes a group that is there at most once. One that need not be is folded until something is in it.
func (f *Field) groupOnce() template.HTML {
	body := f.groupBody() + f.absence()
	if f.Must || f.Should {
		return f.fieldset(body, "rm-group")
	}
	inner := body
	if f.Hint != "" {
		inner = nhsuk.Hint(nhsuk.HintOptions{Text: f.Hint}) + inner
	}
	return nhsuk.Details(nhsuk.DetailsOptions{
		Summary: nhsuk.Block{HTML: f.question()}, HTML: f.fieldsetPlain(inner), Open: f.Answered || f.Faulty, Classes: "rm-fold",
	})
}

func (f *Field) groupBody() template.HTML {
	body := joined(f.Ask)
	if len(f.More) > 0 {
		body += nhsuk.Details(nhsuk.DetailsOptions{
			Summary: nhsuk.Block{HTML: escaped(f.in.Say("More detail")) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(f.Label) + `</span>`},
			HTML:    joined(f.More), Classes: "rm-fold",
		})
	}
	return body
}

func (f *Field) fieldset(body template.HTML, class string) template.HTML {
	o := nhsuk.FieldsetOptions{ID: f.Name, Classes: class, HTML: body, Legend: nhsuk.LegendOptions{HTML: f.question(), Size: "s"}}
	if f.control == controlGroup {
		o.Legend.Size = "m"
		if f.Hint != "" && !f.Element.Many {
			o.HTML = nhsuk.Hint(nhsuk.HintOptions{Text: f.Hint}) + body
		}
		if f.Error != "" && !f.Element.Many {
			o.HTML = nhsuk.ErrorMessage(f.wrong()) + o.HTML
		}
	}
	group := "nhsuk-form-group"
	if f.Error != "" {
		group += " nhsuk-form-group--error"
	}
	return template.HTML(`<div class="`+group+`">`) + nhsuk.Fieldset(o) + `</div>`
}

// fieldsetPlain holds a group whose question already stands on the fold.
func (f *Field) fieldsetPlain(body template.HTML) template.HTML {
	if f.Error != "" {
		body = nhsuk.ErrorMessage(f.wrong()) + body
	}
	return nhsuk.Fieldset(nhsuk.FieldsetOptions{
		ID: f.Name, HTML: body, Legend: nhsuk.LegendOptions{Text: f.Label, Classes: "nhsuk-u-visually-hidden"},
	})
}
