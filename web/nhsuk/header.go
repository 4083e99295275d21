package nhsuk

import (
	"html/template"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// HeaderOptions are the options of a header.
type HeaderOptions struct {
	ID               string               `json:"id"`
	Logo             LogoOptions          `json:"logo"`
	Service          ServiceOptions       `json:"service"`
	Inline           bool                 `json:"inline"`
	Organisation     *OrganisationOptions `json:"organisation"`
	Navigation       NavigationOptions    `json:"navigation"`
	Search           *HeaderSearch        `json:"search"`
	Account          *AccountOptions      `json:"account"`
	ContainerClasses string               `json:"containerClasses"`
	Classes          string               `json:"classes"`
	Attributes       Attributes           `json:"attributes"`
	Colour           string               `json:"colour"` // white
}

// ServiceOptions are the name of the service and where it leads.
type ServiceOptions struct {
	Text string `json:"text"`
	Href string `json:"href"`
}

// HeaderSearch is the search of a header.
type HeaderSearch struct {
	Action     string             `json:"action"` // that of the NHS website, if it is empty
	Method     string             `json:"method"` // get, if it is empty
	Name       string             `json:"name"`   // q, if it is empty
	Label      HeaderSearchLabel  `json:"label"`
	Input      HeaderSearchInput  `json:"input"`
	Button     HeaderSearchButton `json:"button"`
	Classes    string             `json:"classes"`
	Attributes Attributes         `json:"attributes"`
}

// HeaderSearchLabel is the label of the search.
type HeaderSearchLabel struct {
	VisuallyHiddenText string `json:"visuallyHiddenText"`
}

// HeaderSearchInput is the input of the search.
type HeaderSearchInput struct {
	Placeholder string `json:"placeholder"`
}

// HeaderSearchButton is the button of the search.
type HeaderSearchButton struct {
	AriaLabel string `json:"ariaLabel"`
}

// UnmarshalJSONFrom reads true as a search without options, or an object.
func (o *HeaderSearch) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain HeaderSearch
	return trueOr(dec, (*plain)(o))
}

// AccountOptions are who is signed in, and what can be done about it.
type AccountOptions struct {
	Items      []AccountItem `json:"items"`
	AriaLabel  string        `json:"ariaLabel"` // Account, if it is empty
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// AccountItem is a link, or with Action a button that sends a form, or a text.
type AccountItem struct {
	Href    string        `json:"href"`
	Text    string        `json:"text"`
	HTML    template.HTML `json:"html"`
	Icon    bool          `json:"icon"`
	Action  string        `json:"action"`
	Method  string        `json:"method"` // post, if it is empty
	Classes string        `json:"classes"`
	Omit    bool          `json:"-"`
	// Hidden is put into the form, for what it must send besides.
	Hidden template.HTML `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *AccountItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain AccountItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// Header says whose site this is, and leads to its parts.
func Header(o HeaderOptions) template.HTML {
	class := spaced("nhsuk-header", modifier("nhsuk-header", o.Colour, o.Classes, "white"),
		modifierIf(o.Inline, "nhsuk-header", "inline", o.Classes),
		classIf(o.Organisation != nil, "nhsuk-header--organisation"), o.Classes)
	container := spaced("nhsuk-header__container nhsuk-width-container", o.ContainerClasses)
	return el("header",
		all(set("class", class), opt("id", o.ID), set("data-module", "nhsuk-header"), set("role", "banner"), o.Attributes),
		lines(
			el("div", set("class", container), lines(headerService(o), headerSearch(o.Search), headerAccount(o.Account))),
			headerNavigation(o)))
}

// headerService is the logo and the name of the service: one link if both lead to the same place, or only the service
// leads anywhere.
func headerService(o HeaderOptions) template.HTML {
	service := o.Service
	together := service.Href != "" && (service.Text != "" && o.Logo.Href == "" || service.Href == o.Logo.Href)
	href := o.Logo.Href
	if o.Logo.Omit {
		together, href = false, ""
	} else if together {
		href = service.Href
	}
	inside := logo(o.Logo, o.Organisation)
	if together {
		inside = stacked(inside, serviceName(service.Text, ""))
	}
	if href != "" {
		inside = el("a", all(set("class", "nhsuk-header__service-logo"), set("href", href),
			set("aria-label", logoLabel(o, together))), lines(inside))
	}
	if !together {
		inside = stacked(inside, serviceName(service.Text, service.Href))
	}
	return el("div", set("class", "nhsuk-header__service"), lines(inside))
}

func logoLabel(o HeaderOptions, together bool) string {
	if o.Logo.AriaLabel != "" {
		return o.Logo.AriaLabel
	}
	words := []string{or(o.Logo.Alt, "NHS")}
	if o.Organisation != nil {
		words = append(words, o.Organisation.Name, o.Organisation.Split)
	}
	if together {
		words = append(words, o.Service.Text)
	}
	return spaced(strings.Join(words, " "), "homepage")
}

func serviceName(name, href string) template.HTML {
	a := set("class", "nhsuk-header__service-name")
	switch {
	case name == "":
		return ""
	case href != "":
		return el("a", all(a, set("href", href)), text(name))
	}
	return el("span", a, text(name))
}

func headerSearch(o *HeaderSearch) template.HTML {
	if o == nil {
		return ""
	}
	button := Button(ButtonOptions{
		AriaLabel: or(o.Button.AriaLabel, "Search"), Icon: IconOptions{Name: "search"}, Small: true,
	})
	form := el("form",
		all(set("class", "nhsuk-header__search-form"), set("id", "search"),
			set("action", or(o.Action, "https://www.nhs.uk/search/")), set("method", or(o.Method, "get")), flag("novalidate", true)),
		lines(Input(InputOptions{
			Label: LabelOptions{
				Text: or(o.Label.VisuallyHiddenText, "Search the NHS website"), Classes: "nhsuk-u-visually-hidden",
			},
			ID: "search-field", Name: or(o.Name, "q"), Type: "search", Autocomplete: "off",
			Placeholder: or(o.Input.Placeholder, "Search"), FormGroup: FormGroup{AfterInput: Content{HTML: button}},
		})))
	return el("search", all(set("class", spaced("nhsuk-header__search", o.Classes)), o.Attributes), lines(form))
}

func headerAccount(o *AccountOptions) template.HTML {
	if o == nil {
		return ""
	}
	var items []template.HTML
	for _, item := range o.Items {
		if !item.Omit {
			items = append(items, el("li", set("class", spaced("nhsuk-header__account-item", item.Classes)),
				lines(accountItem(item))))
		}
	}
	return el("nav", all(set("class", spaced("nhsuk-header__account", o.Classes)),
		set("aria-label", or(o.AriaLabel, "Account")), o.Attributes),
		lines(el("ul", set("class", "nhsuk-header__account-list"), lines(items...))))
}

func accountItem(item AccountItem) template.HTML {
	inner := stacked(when(item.Icon, Icon("user")), content(item.HTML, item.Text))
	switch {
	case item.Href != "":
		return el("a", all(set("class", "nhsuk-header__account-link"), set("href", item.Href)), lines(inner))
	case item.Action != "":
		return el("form", all(set("class", "nhsuk-header__account-form"), set("action", item.Action),
			set("method", or(item.Method, "post")), flag("novalidate", true)),
			lines(item.Hidden, el("button", set("class", "nhsuk-header__account-button"), lines(inner))))
	}
	return inner
}
