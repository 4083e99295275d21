package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// ContentsListOptions are the options of a contents list.
type ContentsListOptions struct {
	ID                 string         `json:"id"`
	Items              []ContentsItem `json:"items"`
	AriaLabel          string         `json:"ariaLabel"`          // Pages in this guide, if it is empty
	VisuallyHiddenText string         `json:"visuallyHiddenText"` // Contents, if it is empty
	Classes            string         `json:"classes"`
	Attributes         Attributes     `json:"attributes"`
}

// ContentsItem is one page, with the pages below it.
type ContentsItem struct {
	Href       string         `json:"href"`
	Current    bool           `json:"current"`
	Text       string         `json:"text"`
	HTML       template.HTML  `json:"html"`
	Items      []ContentsItem `json:"items"`
	Classes    string         `json:"classes"`
	Attributes Attributes     `json:"attributes"`
	Omit       bool           `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *ContentsItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain ContentsItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// ContentsList leads to the pages of a guide, and says which of them this is.
func ContentsList(o ContentsListOptions) template.HTML {
	return el("nav", all(set("class", spaced("nhsuk-contents-list", o.Classes)), opt("id", o.ID),
		set("role", "navigation"), set("aria-label", or(o.AriaLabel, "Pages in this guide")), o.Attributes),
		lines(el("h2", set("class", "nhsuk-u-visually-hidden"), text(or(o.VisuallyHiddenText, "Contents"))),
			contentsItems(o.Items)))
}

func contentsItems(items []ContentsItem) template.HTML {
	var parts []template.HTML
	for _, item := range items {
		if item.Omit {
			continue
		}
		var page, below template.HTML
		if item.Current {
			page = el("span", all(set("class", spaced("nhsuk-contents-list__current", item.Classes)), item.Attributes),
				content(item.HTML, item.Text))
		} else {
			page = el("a", all(set("class", spaced("nhsuk-contents-list__link", item.Classes)), set("href", item.Href),
				item.Attributes), content(item.HTML, item.Text))
		}
		if len(item.Items) > 0 {
			below = contentsItems(item.Items)
		}
		parts = append(parts, el("li", all(set("class", "nhsuk-contents-list__item"),
			opt("aria-current", classIf(item.Current, "page"))), lines(page, below)))
	}
	return el("ol", set("class", "nhsuk-contents-list__list"), lines(parts...))
}
