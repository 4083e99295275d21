package nhsuk

import "html/template"

// BreadcrumbOptions are the options of a breadcrumb.
type BreadcrumbOptions struct {
	ID         string           `json:"id"`
	Items      []BreadcrumbItem `json:"items"`
	Variant    string           `json:"variant"` // reverse
	Classes    string           `json:"classes"`
	Attributes Attributes       `json:"attributes"`
	AriaLabel  string           `json:"ariaLabel"` // Breadcrumb, if it is empty
	BackLink   BackLinkOptions  `json:"backLink"`
}

// BreadcrumbItem is one page above this one.
type BreadcrumbItem struct {
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Href       string        `json:"href"`
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// Breadcrumb shows the pages above this one; on a small screen, a link back to the last of them.
func Breadcrumb(o BreadcrumbOptions) template.HTML {
	var items []template.HTML
	var last BreadcrumbItem
	for _, item := range o.Items {
		last = item
		if item.Href == "" {
			continue
		}
		items = append(items, el("li", set("class", "nhsuk-breadcrumb__list-item"), lines(
			el("a", all(set("class", "nhsuk-breadcrumb__link"), set("href", item.Href), item.Attributes),
				lines(content(item.HTML, item.Text))))))
	}
	back := o.BackLink
	if back.Text == "" && back.HTML == "" {
		back.Text = last.Text
	}
	back.VisuallyHiddenText = or(back.VisuallyHiddenText, "Back to")
	back.Href = or(back.Href, last.Href)
	back.Variant = or(back.Variant, o.Variant)
	if back.Attributes == nil {
		back.Attributes = last.Attributes
	}
	class := spaced("nhsuk-breadcrumb", modifier("nhsuk-breadcrumb", o.Variant, o.Classes, "reverse"), o.Classes)
	return el("nav", all(set("class", class), opt("id", o.ID),
		set("aria-label", or(o.AriaLabel, "Breadcrumb")), o.Attributes),
		lines(el("ol", set("class", "nhsuk-breadcrumb__list"), lines(items...)), BackLink(back)))
}
