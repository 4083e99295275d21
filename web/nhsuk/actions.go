package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Actions are what can be done with a card or with a row of a summary list.
type Actions struct {
	ID         string       `json:"id"`
	Items      []ActionItem `json:"items"`
	Width      string       `json:"width"`
	Classes    string       `json:"classes"`
	Attributes Attributes   `json:"attributes"`
	// bare says that JSON gave only a list.
	bare bool
}

// UnmarshalJSONFrom reads a list as the items, or an object.
func (o *Actions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain Actions
	if dec.PeekKind() == '[' {
		o.bare = true
		return json.UnmarshalDecode(dec, &o.Items)
	}
	return json.UnmarshalDecode(dec, (*plain)(o))
}

// ActionItem is one thing that can be done: a link, or without an address a button that sends the form it is in.
type ActionItem struct {
	ID                 string        `json:"id"`
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	VisuallyHiddenText string        `json:"visuallyHiddenText"`
	Name               string        `json:"name"`
	Type               string        `json:"type"`
	Value              string        `json:"value"`
	Href               string        `json:"href"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	Omit               bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *ActionItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain ActionItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// links are the actions that are not left out. The heading of the card says to a screen reader what they are about.
func (o Actions) links(about HeadingOptions) []template.HTML {
	var links []template.HTML
	for _, item := range o.Items {
		if !item.Omit {
			links = append(links, actionLink(item, about))
		}
	}
	return links
}

// html is one action by itself, or a list of more, or nothing.
func (o Actions) html(class, itemClass string, about HeadingOptions) template.HTML {
	links := o.links(about)
	if len(links) == 0 {
		return ""
	}
	a := all(set("class", spaced(class, o.Classes)), opt("id", o.ID), o.Attributes)
	if len(links) == 1 {
		return el("div", a, lines(links...))
	}
	for i, l := range links {
		links[i] = el("li", set("class", itemClass), lines(l))
	}
	return el("ul", a, lines(links...))
}

func actionLink(o ActionItem, about HeadingOptions) template.HTML {
	var more template.HTML
	if o.VisuallyHiddenText != "" {
		more = " " + text(o.VisuallyHiddenText)
	}
	if !about.empty() {
		more += " (" + content(about.HTML, about.Text) + ")"
	}
	own := o.Attributes
	if !isLink(o.Href, o.Type) {
		own = all(opt("name", o.Name), opt("value", o.Value), own)
	}
	return linkOrButton(o.Href, o.Type, all(set("class", spaced("nhsuk-link", o.Classes)), opt("id", o.ID)), own,
		join(content(o.HTML, o.Text), when(more != "", hidden(more))))
}
