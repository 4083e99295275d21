package nhsuk

import "html/template"

// ButtonOptions are the options of a button. With Href, and without Type, it is a link that looks like a button.
type ButtonOptions struct {
	ID                 string        `json:"id"`
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	Name               string        `json:"name"`
	Type               string        `json:"type"` // submit (the default), button or reset
	Value              string        `json:"value"`
	Disabled           bool          `json:"disabled"`
	Href               string        `json:"href"`
	Variant            string        `json:"variant"` // secondary, secondary-solid, reverse, warning, login or brand
	Small              bool          `json:"small"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	AriaLabel          string        `json:"ariaLabel"`
	PreventDoubleClick Choice        `json:"preventDoubleClick"`
	Icon               IconOptions   `json:"icon"`
}

// Button does something: it sends a form, or leads on.
func Button(o ButtonOptions) template.HTML {
	start, end := o.Icon.at("start"), o.Icon.at("end")
	class := spaced("nhsuk-button",
		modifier("nhsuk-button", o.Variant, o.Classes,
			"brand", "login", "reverse", "secondary", "secondary-solid", "warning"),
		modifierIf(start != "" || end != "", "nhsuk-button", "icon", o.Classes),
		modifierIf(o.Small, "nhsuk-button", "small", o.Classes), o.Classes)
	inner := content(o.HTML, o.Text)
	if inner != "" && (start != "" || end != "") {
		inner = el("span", set("class", "nhsuk-button__content"), inner)
	}
	common := all(set("class", class), opt("id", o.ID))
	module := all(set("data-module", "nhsuk-button"), stated("data-prevent-double-click", o.PreventDoubleClick))
	if isLink(o.Href, o.Type) {
		return el("a", all(common, module, set("href", o.Href), set("role", "button"), set("draggable", "false"),
			opt("aria-label", o.AriaLabel), o.Attributes), lines(start, inner, end))
	}
	return el("button", all(common, opt("name", o.Name), module, set("type", or(o.Type, "submit")),
		opt("value", o.Value), flag("disabled", o.Disabled), opt("aria-label", o.AriaLabel),
		opt("aria-disabled", classIf(o.Disabled, "true")), o.Attributes), lines(start, inner, end))
}

// isLink says whether what looks the same as a button or as a link is one: with a type it is a button.
func isLink(href, kind string) bool {
	return href != "" && kind == ""
}

// linkOrButton is a link if there is somewhere to go, else a button that sends the form it is in.
func linkOrButton(href, kind string, common, own Attributes, inner template.HTML) template.HTML {
	if isLink(href, kind) {
		return el("a", all(common, set("href", href), own), inner)
	}
	return el("button", all(common, set("type", or(kind, "submit")), own), inner)
}
