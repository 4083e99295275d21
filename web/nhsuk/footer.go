package nhsuk

import (
	"html/template"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// FooterOptions are the options of a footer.
type FooterOptions struct {
	ID               string       `json:"id"`
	Columns          int          `json:"columns"` // 1 to 4; 4, if it is zero
	Navigation       FooterGroups `json:"navigation"`
	Meta             FooterMeta   `json:"meta"`
	Copyright        *Content     `json:"copyright"` // that of NHS England if it is nil, none if it is empty
	ContainerClasses string       `json:"containerClasses"`
	Classes          string       `json:"classes"`
	Attributes       Attributes   `json:"attributes"`
}

// FooterGroups are groups of links.
type FooterGroups []FooterGroup

// UnmarshalJSONFrom reads a list, or an object as a list of one.
func (g *FooterGroups) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return oneOrMore(dec, (*[]FooterGroup)(g))
}

// FooterGroup is a group of links under a heading.
type FooterGroup struct {
	Heading HeadingOptions `json:"heading"`
	Text    string         `json:"text"`
	HTML    template.HTML  `json:"html"`
	Width   string         `json:"width"` // such as one-half; that of the columns, if it is empty
	Items   []FooterItem   `json:"items"`
}

// FooterItem is one link.
type FooterItem struct {
	Href       string        `json:"href"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Attributes Attributes    `json:"attributes"`
	Omit       bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *FooterItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain FooterItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// FooterMeta are the links that are of use on every page, and a text.
type FooterMeta struct {
	VisuallyHiddenText string        `json:"visuallyHiddenText"` // Support links, if it is empty
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	Items              []FooterItem  `json:"items"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *FooterMeta) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain FooterMeta
	return textOr(dec, &o.Text, (*plain)(o))
}

// Footer is the end of every page.
func Footer(o FooterOptions) template.HTML {
	columns, width := 4, "one-quarter"
	switch o.Columns {
	case 1:
		columns, width = 1, "full"
	case 2:
		columns, width = 2, "one-half"
	case 3:
		columns, width = 3, "one-third"
	}
	var parts []template.HTML
	for row := range slices.Chunk([]FooterGroup(o.Navigation), columns) {
		var cells []template.HTML
		for _, group := range row {
			cells = append(cells, footerGroup(group, width))
		}
		parts = append(parts, el("div", set("class", "nhsuk-footer__navigation nhsuk-grid-row"), lines(cells...)))
	}
	parts = append(parts, footerMeta(o))
	return el("footer",
		all(set("class", spaced("nhsuk-footer", o.Classes)), opt("id", o.ID), set("role", "contentinfo"), o.Attributes),
		lines(el("div", set("class", spaced("nhsuk-width-container", o.ContainerClasses)), lines(parts...))))
}

func footerGroup(o FooterGroup, width string) template.HTML {
	h := o.Heading
	h.ClassPrefix = or(h.ClassPrefix, "nhsuk-heading-")
	return el("div", set("class", "nhsuk-grid-column-"+or(o.Width, width)), lines(
		headingIn(h, "nhsuk-footer__heading", 2, "s", "xxs", "xs", "s", "m", "l", "xl"),
		paragraph("nhsuk-body-s", o.HTML, o.Text), footerList(o.Items)))
}

func footerMeta(o FooterOptions) template.HTML {
	m := o.Meta
	title := el("h2", set("class", "nhsuk-u-visually-hidden"), text(or(m.VisuallyHiddenText, "Support links")))
	copyright := Content{Text: "© NHS England"}
	if o.Copyright != nil {
		copyright = *o.Copyright
	}
	return el("div", set("class", "nhsuk-footer__meta"), lines(
		when(len(m.Items) > 0, title), footerList(m.Items),
		paragraph("nhsuk-body-s", m.HTML, m.Text),
		paragraph("nhsuk-body-s", copyright.HTML, copyright.Text)))
}

func footerList(items []FooterItem) template.HTML {
	if len(items) == 0 {
		return ""
	}
	var parts []template.HTML
	for _, item := range items {
		if item.Omit {
			continue
		}
		parts = append(parts, el("li", set("class", "nhsuk-footer__list-item"), lines(
			el("a", all(set("class", "nhsuk-footer__list-item-link"), set("href", item.Href), item.Attributes),
				content(item.HTML, item.Text)))))
	}
	return el("ul", set("class", "nhsuk-footer__list"), lines(parts...))
}
