package nhsuk

import (
	"html/template"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// PaginationOptions are the options of pagination. With Items the pages are numbered.
type PaginationOptions struct {
	ID         string           `json:"id"`
	Items      []PaginationItem `json:"items"`
	Previous   PaginationLink   `json:"previous"`
	Next       PaginationLink   `json:"next"`
	AriaLabel  string           `json:"ariaLabel"` // Pagination, if it is empty
	Classes    string           `json:"classes"`
	Attributes Attributes       `json:"attributes"`

	PreviousURL  string `json:"previousUrl"`  // deprecated: set Previous.Href
	PreviousPage string `json:"previousPage"` // deprecated: set Previous.Label
	NextURL      string `json:"nextUrl"`      // deprecated: set Next.Href
	NextPage     string `json:"nextPage"`     // deprecated: set Next.Label
}

// PaginationItem is one numbered page, or the dots that stand for pages left out.
type PaginationItem struct {
	Number     int        `json:"number"`
	AriaLabel  string     `json:"ariaLabel"` // Page and the number, if it is empty
	Href       string     `json:"href"`
	Current    bool       `json:"current"`
	Ellipsis   bool       `json:"ellipsis"`
	Classes    string     `json:"classes"`
	Attributes Attributes `json:"attributes"`
	Omit       bool       `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *PaginationItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain PaginationItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// PaginationLink leads to the page before or after.
type PaginationLink struct {
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Label      Content       `json:"label"` // the name of the page; not shown if the pages are numbered
	Href       string        `json:"href"`
	Attributes Attributes    `json:"attributes"`
}

// Pagination leads from page to page.
func Pagination(o PaginationOptions) template.HTML {
	if o.PreviousURL != "" || o.PreviousPage != "" {
		o.Previous = PaginationLink{Href: o.PreviousURL, Label: Content{Text: o.PreviousPage}}
	}
	if o.NextURL != "" || o.NextPage != "" {
		o.Next = PaginationLink{Href: o.NextURL, Label: Content{Text: o.NextPage}}
	}
	numbered := len(o.Items) > 0
	inner := namedPages(o)
	if numbered {
		inner = numberedPages(o)
	}
	return el("nav", all(
		set("class", spaced("nhsuk-pagination", classIf(numbered, "nhsuk-pagination--numbered"), o.Classes)),
		opt("id", o.ID), set("role", "navigation"), set("aria-label", or(o.AriaLabel, "Pagination")), o.Attributes), inner)
}

func numberedPages(o PaginationOptions) template.HTML {
	var items []template.HTML
	for _, item := range o.Items {
		if !item.Omit {
			items = append(items, pageItem(item))
		}
	}
	step := func(l PaginationLink, class, rel string, inner ...template.HTML) template.HTML {
		if l.Href == "" {
			return ""
		}
		return el("a", all(set("href", l.Href), set("class", class), set("rel", rel), l.Attributes), lines(inner...))
	}
	return lines(
		step(o.Previous, "nhsuk-pagination__previous", "prev", Icon("arrow-left"), pageTitle(o.Previous, "Previous")),
		el("ul", set("class", "nhsuk-pagination__list"), lines(items...)),
		step(o.Next, "nhsuk-pagination__next", "next", pageTitle(o.Next, "Next"), Icon("arrow-right")))
}

func pageItem(item PaginationItem) template.HTML {
	a := set("class", spaced("nhsuk-pagination__item", classIf(item.Current, "nhsuk-pagination__item--current"),
		classIf(item.Ellipsis, "nhsuk-pagination__item--ellipsis"), item.Classes))
	if item.Ellipsis {
		return el("li", a, lines("⋯"))
	}
	n := strconv.Itoa(item.Number)
	return el("li", a, lines(el("a", all(set("class", "nhsuk-pagination__link"), set("href", item.Href),
		set("aria-label", or(item.AriaLabel, "Page "+n)), opt("aria-current", classIf(item.Current, "page")),
		item.Attributes), lines(text(n)))))
}

func namedPages(o PaginationOptions) template.HTML {
	step := func(l PaginationLink, word, side, rel, icon string) template.HTML {
		if l.Href == "" {
			return ""
		}
		var label template.HTML
		if !l.Label.empty() {
			label = stacked(hidden(":"), el("span", set("class", "nhsuk-pagination__page"), l.Label.html()))
		}
		return el("li", set("class", "nhsuk-pagination-item--"+side), lines(
			el("a", all(set("class", "nhsuk-pagination__link nhsuk-pagination__link--"+rel), set("href", l.Href),
				set("rel", rel), l.Attributes), lines(pageTitle(l, word), label, Icon(icon)))))
	}
	return lines(el("ul", set("class", "nhsuk-list nhsuk-pagination__list"), lines(
		step(o.Previous, "Previous", "previous", "prev", "arrow-left"),
		step(o.Next, "Next", "next", "next", "arrow-right"))))
}

func pageTitle(l PaginationLink, word string) template.HTML {
	inner := content(l.HTML, l.Text)
	if inner == "" {
		inner = join(text(word), hidden(" page"))
	}
	return el("span", set("class", "nhsuk-pagination__title"), lines(inner))
}
