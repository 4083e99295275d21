package nhsuk

import (
	"html/template"
	"strings"
)

// WarningCalloutOptions are the options of a warning callout.
type WarningCalloutOptions struct {
	ID                 string         `json:"id"`
	Heading            HeadingOptions `json:"heading"`
	Text               string         `json:"text"`
	HTML               template.HTML  `json:"html"`
	Actions            Actions        `json:"actions"`
	Classes            string         `json:"classes"`
	Attributes         Attributes     `json:"attributes"`
	VisuallyHiddenText string         `json:"visuallyHiddenText"` // Important, if the heading does not say so
}

// WarningCallout says what must not be missed.
func WarningCallout(o WarningCalloutOptions) template.HTML {
	h := o.Heading
	if h.Level == 0 {
		h.Level = 3
	}
	switch {
	case h.Text == "" || strings.Contains(h.Text, "Important") || strings.Contains(h.Text, "important"):
		h.VisuallyHiddenText = ""
	default:
		h.VisuallyHiddenText = or(h.VisuallyHiddenText, o.VisuallyHiddenText, "Important")
	}
	return Card(CardOptions{
		ID: o.ID, Heading: h, Description: Block{Text: o.Text, HTML: o.HTML}, Actions: o.Actions, Classes: o.Classes,
		Attributes: o.Attributes, Variant: "warning",
	})
}
