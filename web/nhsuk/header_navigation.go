package nhsuk

import (
	"html/template"

	"github.com/go-json-experiment/json/jsontext"
)

// NavigationOptions are the parts of the site. Without items there is no navigation.
type NavigationOptions struct {
	Items                        []NavigationItem `json:"items"`
	AriaLabel                    string           `json:"ariaLabel"`                    // Menu, if it is empty
	ToggleMenuText               string           `json:"toggleMenuText"`               // More, if it is empty
	ToggleMenuVisuallyHiddenText string           `json:"toggleMenuVisuallyHiddenText"` // Browse, if it is empty
	Classes                      string           `json:"classes"`
	Attributes                   Attributes       `json:"attributes"`
	Justified                    bool             `json:"justified"`
	Colour                       string           `json:"colour"` // white
}

// NavigationItem is one part of the site.
type NavigationItem struct {
	Href       string        `json:"href"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Current    bool          `json:"current"` // this very page
	Active     bool          `json:"active"`  // a page above this one
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
	Omit       bool          `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *NavigationItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain NavigationItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

func headerNavigation(o HeaderOptions) template.HTML {
	n := o.Navigation
	if len(n.Items) == 0 {
		return ""
	}
	var items []template.HTML
	for _, item := range n.Items {
		if !item.Omit {
			items = append(items, navigationItem(item))
		}
	}
	items = append(items, menuItem(n))
	const base = "nhsuk-header__navigation"
	class := spaced(base, modifier(base, n.Colour, n.Classes, "white"),
		modifierIf(n.Justified, base, "justified", n.Classes), n.Classes)
	container := spaced("nhsuk-header__navigation-container nhsuk-width-container", o.ContainerClasses)
	return el("nav", all(set("class", class), set("aria-label", or(n.AriaLabel, "Menu")), n.Attributes), lines(
		el("div", set("class", container), lines(
			el("ul", set("class", "nhsuk-header__navigation-list"), lines(items...))))))
}

func navigationItem(item NavigationItem) template.HTML {
	here := item.Current || item.Active
	current := ""
	if here {
		current = "true"
	}
	if item.Current {
		current = "page"
	}
	inner := content(item.HTML, item.Text)
	if here {
		// Those who see the page in their own colours still see which part this is.
		inner = el("strong", set("class", "nhsuk-header__navigation-item-current-fallback"), inner)
	}
	if item.Href != "" {
		inner = el("a", all(set("class", "nhsuk-header__navigation-link"), set("href", item.Href),
			opt("aria-current", current)), inner)
	} else {
		inner = el("span", all(set("class", "nhsuk-header__navigation-text"), opt("aria-current", current)), inner)
	}
	return el("li", all(set("class", spaced("nhsuk-header__navigation-item",
		classIf(here, "nhsuk-header__navigation-item--current"), item.Classes)), item.Attributes), lines(inner))
}

// menuItem opens the parts that there is no room for. The script shows it.
func menuItem(n NavigationOptions) template.HTML {
	return el("li", all(set("class", "nhsuk-header__menu"), flag("hidden", true)), lines(
		el("button", all(set("class", "nhsuk-header__menu-toggle nhsuk-header__navigation-link"), set("id", "toggle-menu"),
			set("aria-expanded", "false")),
			lines(join(hidden(text(or(n.ToggleMenuVisuallyHiddenText, "Browse"))+" "), text(or(n.ToggleMenuText, "More")))))))
}
