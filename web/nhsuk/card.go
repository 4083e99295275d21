package nhsuk

import (
	"html/template"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// CardOptions are the options of a card.
type CardOptions struct {
	ID          string         `json:"id"`
	Heading     HeadingOptions `json:"heading"`
	Href        string         `json:"href"`
	Clickable   bool           `json:"clickable"`
	Variant     string         `json:"variant"` // feature, primary, secondary, warning, non-urgent, urgent or emergency
	Image       CardImage      `json:"image"`
	Description Block          `json:"description"`
	Actions     Actions        `json:"actions"`
	Classes     string         `json:"classes"`
	Attributes  Attributes     `json:"attributes"`
}

// UnmarshalJSONFrom reads true as a card without options, or an object.
func (o *CardOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain CardOptions
	return trueOr(dec, (*plain)(o))
}

// CardImage is the picture of a card.
type CardImage struct {
	Src  string        `json:"src"`
	Alt  string        `json:"alt"`
	HTML template.HTML `json:"html"`
}

// Card sets something apart from the rest of the page. The description is its content: the text of it is set in a
// paragraph, the HTML of it is not.
func Card(o CardOptions) template.HTML {
	care := slices.Contains([]string{"non-urgent", "urgent", "emergency"}, o.Variant) && !o.Heading.empty()
	class := cardClass(o, care)
	heading := cardHeading(o, class, care)
	acts := o.Actions.html("nhsuk-card__actions", "nhsuk-card__action", o.Heading)
	var top template.HTML
	if care || acts != "" {
		top = el("div", set("class", "nhsuk-card__heading-container"), lines(heading, acts))
		heading = ""
	}
	d := o.Description
	inner := d.HTML
	if inner == "" && d.Text != "" {
		inner = el("p", set("class", "nhsuk-card__description"), text(d.Text))
	}
	return el("div", all(set("class", class), opt("id", o.ID), o.Attributes), lines(
		cardImage(o.Image),
		top,
		el("div", all(set("class", spaced("nhsuk-card__content", d.Classes)), d.Attributes), lines(
			heading,
			inner,
			when(strings.Contains(class, "nhsuk-card--primary"), Icon("chevron-right-circle"))))))
}

func cardClass(o CardOptions, care bool) string {
	careClass := ""
	if care {
		careClass = modifier("nhsuk-card--care", o.Variant, o.Classes, "non-urgent", "urgent", "emergency")
	}
	return spaced("nhsuk-card", modifierIf(o.Clickable, "nhsuk-card", "clickable", ""),
		modifier("nhsuk-card", o.Variant, o.Classes, "feature", "primary", "secondary", "warning"),
		classIf(careClass != "", "nhsuk-card--care"), careClass, o.Classes)
}

func cardImage(o CardImage) template.HTML {
	if o.HTML != "" || o.Src == "" {
		return o.HTML
	}
	return void("img", all(set("class", "nhsuk-card__img"), set("src", o.Src), set("alt", o.Alt)))
}

// cardHeading is the heading of a card: a link if the whole card leads somewhere, and in a care card said to be what it is.
// A heading that is HTML is written as it is.
func cardHeading(o CardOptions, class string, care bool) template.HTML {
	h := o.Heading
	if care {
		h.VisuallyHiddenText = or(strings.TrimSpace(h.VisuallyHiddenText), map[string]string{
			"emergency": "Immediate action required", "urgent": "Urgent advice", "non-urgent": "Non-urgent advice",
		}[o.Variant])
	}
	arrow := when(care, el("span", all(set("class", "nhsuk-card--care__arrow"), set("aria-hidden", "true")), ""))
	if h.Text == "" {
		return stacked(h.HTML, arrow)
	}
	said := h.VisuallyHiddenText
	h.VisuallyHiddenText = ""
	if h.Level == 0 {
		h.Level = 2
	}
	h.ClassPrefix = or(h.ClassPrefix, "nhsuk-heading-")
	href := or(o.Href, h.Href)
	inner := text(h.Text)
	switch {
	case href != "" && !strings.Contains(class, "nhsuk-card--feature"):
		inner = el("a", all(set("class", "nhsuk-card__link"), set("href", href)), inner)
	case said != "":
		inner = el("span", set("role", "text"), lines(join(hidden(text(said)+": "), inner)))
	}
	return stacked(headingAround(h, or(h.ClassName, "nhsuk-card__heading"), inner), h.HTML, arrow)
}
