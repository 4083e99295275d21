package nhsuk

import (
	"html/template"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// TabsOptions are the options of tabs.
type TabsOptions struct {
	ID                 string     `json:"id"`
	IDPrefix           string     `json:"idPrefix"`           // the id, if it is empty
	VisuallyHiddenText string     `json:"visuallyHiddenText"` // Contents, if it is empty
	Items              []TabItem  `json:"items"`
	Classes            string     `json:"classes"`
	Attributes         Attributes `json:"attributes"`
}

// TabItem is one tab with its panel.
type TabItem struct {
	ID         string     `json:"id"`
	Label      string     `json:"label"`
	Attributes Attributes `json:"attributes"`
	Panel      TabPanel   `json:"panel"`
	Omit       bool       `json:"-"`
}

// TabPanel is what a tab shows.
type TabPanel struct {
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Attributes Attributes    `json:"attributes"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *TabItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain TabItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// Tabs show one of several panels; without the script, all of them under each other.
func Tabs(o TabsOptions) template.HTML {
	var tabs, panels []template.HTML
	for i, item := range o.Items {
		if item.Omit {
			continue
		}
		id := or(item.ID, or(o.IDPrefix, o.ID)+"-"+strconv.Itoa(i+1))
		tabs = append(tabs, el("li",
			set("class", spaced("nhsuk-tabs__list-item", classIf(i == 0, "nhsuk-tabs__list-item--selected"))), lines(
				el("a", all(set("class", "nhsuk-tabs__tab"), set("href", "#"+id), item.Attributes), lines(text(item.Label))))))
		panels = append(panels, el("div",
			all(set("class", spaced("nhsuk-tabs__panel", classIf(i > 0, "nhsuk-tabs__panel--hidden"))), set("id", id),
				item.Panel.Attributes),
			lines(paragraph("", item.Panel.HTML, item.Panel.Text))))
	}
	parts := []template.HTML{Heading(HeadingOptions{
		Text: or(o.VisuallyHiddenText, "Contents"), Level: 2, ClassName: "nhsuk-tabs__heading",
	})}
	if len(o.Items) > 0 {
		parts = append(parts, el("ul", set("class", "nhsuk-tabs__list"), lines(tabs...)))
		parts = append(parts, panels...)
	}
	return el("div", all(set("class", spaced("nhsuk-tabs", o.Classes)), opt("id", o.ID), set("data-module", "nhsuk-tabs"),
		o.Attributes), lines(parts...))
}
