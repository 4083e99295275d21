package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrorSummaryOptions are the options of an error summary.
type ErrorSummaryOptions struct {
	ID               string         `json:"id"`
	Heading          HeadingOptions `json:"heading"`
	Description      Block          `json:"description"`
	ErrorList        []ErrorItem    `json:"errorList"`
	DisableAutoFocus Choice         `json:"disableAutoFocus"`
	Classes          string         `json:"classes"`
	Attributes       Attributes     `json:"attributes"`
}

// ErrorItem is one thing that is wrong, with a link to where to put it right.
type ErrorItem struct {
	Href       string        `json:"href"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Attributes Attributes    `json:"attributes"`
	Omit       bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *ErrorItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain ErrorItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// ErrorSummary lists all that is wrong with a form, at the top of the page.
func ErrorSummary(o ErrorSummaryOptions) template.HTML {
	var items []template.HTML
	for _, item := range o.ErrorList {
		if !item.Omit {
			items = append(items, errorItem(item))
		}
	}
	var description, list template.HTML
	if !o.Description.empty() {
		description = el("p", all(opt("class", o.Description.Classes), o.Description.Attributes),
			lines(content(o.Description.HTML, o.Description.Text)))
	}
	if len(o.ErrorList) > 0 {
		list = el("ul", set("class", "nhsuk-list nhsuk-error-summary__list"), lines(items...))
	}
	// The alert is inside the element that gets the focus, so that a screen reader does not lose part of it.
	return el("div", all(set("class", spaced("nhsuk-error-summary", o.Classes)), opt("id", o.ID),
		set("data-module", "nhsuk-error-summary"), stated("data-disable-auto-focus", o.DisableAutoFocus), o.Attributes),
		lines(el("div", set("role", "alert"), lines(
			headingIn(o.Heading, "nhsuk-error-summary__heading", 2, ""),
			el("div", set("class", "nhsuk-error-summary__body"), lines(description, list))))))
}

func errorItem(item ErrorItem) template.HTML {
	inner := lines(content(item.HTML, item.Text))
	if item.Href != "" {
		inner = lines(el("a", all(set("href", item.Href), item.Attributes), inner))
	}
	return el("li", nil, inner)
}
