package nhsuk

import "html/template"

// FieldsetOptions are the options of a fieldset.
type FieldsetOptions struct {
	ID          string        `json:"id"`
	DescribedBy string        `json:"describedBy"`
	Legend      LegendOptions `json:"legend"`
	Classes     string        `json:"classes"`
	Role        string        `json:"role"`
	Attributes  Attributes    `json:"attributes"`
	HTML        template.HTML `json:"html"`
}

// Fieldset groups fields that belong together under one legend.
func Fieldset(o FieldsetOptions) template.HTML {
	return el("fieldset",
		all(set("class", spaced("nhsuk-fieldset", o.Classes)), opt("id", o.ID), opt("role", o.Role),
			opt("aria-describedby", o.DescribedBy), o.Attributes),
		lines(Legend(o.Legend), o.HTML))
}
