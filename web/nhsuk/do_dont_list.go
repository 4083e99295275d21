package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// DoDontListOptions are the options of a list of what to do, or of what not to do.
type DoDontListOptions struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"` // deprecated: set Heading
	Heading    HeadingOptions `json:"heading"`
	Icon       string         `json:"icon"` // tick (the default) or cross
	Items      []DoDontItem   `json:"items"`
	PrefixText string         `json:"prefixText"` // "do not" before what not to do, if it is empty
	HidePrefix bool           `json:"hidePrefix"`
	Classes    string         `json:"classes"`
	Attributes Attributes     `json:"attributes"`
}

// DoDontItem is one thing to do, or not to do.
type DoDontItem struct {
	Item string        `json:"item"` // deprecated: set Text
	Text string        `json:"text"`
	HTML template.HTML `json:"html"`
	Omit bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *DoDontItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain DoDontItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// DoDontList says what to do, or what not to do.
func DoDontList(o DoDontListOptions) template.HTML {
	icon, prefix := "tick", o.PrefixText
	if o.Icon == "cross" {
		icon, prefix = "cross", or(prefix, "do not")
	}
	if o.HidePrefix || prefix == "" {
		prefix = ""
	} else {
		prefix += " "
	}
	var items []template.HTML
	for _, item := range o.Items {
		if !item.Omit {
			items = append(items, el("li", nil,
				lines(Icon(icon), join(text(prefix), content(item.HTML, or(item.Item, item.Text))))))
		}
	}
	h := o.Heading
	if h.empty() {
		h.Text = o.Title
	}
	if h.Level == 0 {
		h.Level = 3
	}
	return Card(CardOptions{
		ID: o.ID, Heading: h, Classes: o.Classes, Attributes: o.Attributes, Variant: "feature",
		Description: Block{HTML: el("ul", all(set("class", "nhsuk-list nhsuk-list--"+icon), set("role", "list")),
			lines(items...))},
	})
}
