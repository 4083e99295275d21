package nhsuk

import "html/template"

// LogoOptions are what stands at the start of the header: the lettering of the NHS, or a picture. Only an organisation
// of the NHS may show the lettering; all others set Omit or Src.
type LogoOptions struct {
	Href      string `json:"href"`
	Src       string `json:"src"`
	Alt       string `json:"alt"` // NHS, if it is empty
	AriaLabel string `json:"ariaLabel"`
	Omit      bool   `json:"-"`
}

// OrganisationOptions are the name of the organisation that stands beside the logo.
type OrganisationOptions struct {
	Name       string `json:"name"`
	Split      string `json:"split"`
	Descriptor string `json:"descriptor"`
}

// logo is the logo with the name of the organisation, if there is one.
func logo(o LogoOptions, organisation *OrganisationOptions) template.HTML {
	var name, descriptor template.HTML
	if org := organisation; org != nil {
		split := when(org.Split != "",
			" "+el("span", set("class", "nhsuk-header__organisation-name-split"), text(org.Split)))
		name = el("span", set("class", "nhsuk-header__organisation-name"), join(text(org.Name), split))
		descriptor = when(org.Descriptor != "",
			el("span", set("class", "nhsuk-header__organisation-name-descriptor"), text(org.Descriptor)))
	}
	alt := or(o.Alt, "NHS")
	var picture template.HTML
	switch {
	case o.Omit:
	case o.Src != "":
		picture = void("img", all(set("class", "nhsuk-header__organisation-logo"), set("src", o.Src), set("width", "280"),
			set("alt", alt)))
	default:
		picture = el("svg", all(set("class", "nhsuk-header__logo"), set("xmlns", "http://www.w3.org/2000/svg"),
			set("viewBox", "0 0 200 80"), set("height", "40"), set("width", "100"), set("focusable", "false"),
			set("role", "img"), set("aria-label", alt)),
			lines(el("title", nil, text(alt)), el("path", all(set("fill", "currentcolor"), set("d", lettering())), "")))
	}
	return stacked(picture, join(name, descriptor))
}

// lettering is the path of the letters NHS on a field of 200 by 80.
func lettering() string {
	return "M200 0v80H0V0h200Zm-27.5 5.5c-14.5 0-29 5-29 22 0 10.2 7.7 13.5 14.7 16.3l.7.3c5.4 2 10.1 3.9 10.1 8.4 0 6.5-8.5 7.5-14 7.5s-12.5-1.5-16-3.5L135 70c5.5 2 13.5 3.5 20 3.5 15.5 0 32-4.5 32-22.5 0-19.5-25.5-16.5-25.5-25.5 0-5.5 5.5-6.5 12.5-6.5a35 35 0 0 1 14.5 3l4-13.5c-4.5-2-12-3-20-3Zm-131 2h-22l-14 65H22l9-45h.5l13.5 45h21.5l14-65H64l-9 45h-.5l-13-45Zm63 0h-18l-13 65h17l6-28H117l-5.5 28H129l13.5-65H125L119.5 32h-20l5-24.5Z"
}
