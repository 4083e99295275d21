package nhsuk

import "html/template"

// ImageOptions are the options of an image.
type ImageOptions struct {
	ID         string        `json:"id"`
	Src        string        `json:"src"`
	Srcset     string        `json:"srcset"`
	Sizes      string        `json:"sizes"`
	Alt        string        `json:"alt"`
	HTML       template.HTML `json:"html"` // instead of Src
	Caption    Block         `json:"caption"`
	Background Choice        `json:"background"`
	Border     Choice        `json:"border"`
	Width      string        `json:"width"` // such as one-half
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// Image shows an image with its caption.
func Image(o ImageOptions) template.HTML {
	class := spaced("nhsuk-image", modifierIf(o.Border == No, "nhsuk-image", "no-border", o.Classes),
		modifierIf(o.Background == No, "nhsuk-image", "no-background", o.Classes), widthClass(o.Width, o.Classes), o.Classes)
	image := o.HTML
	if image == "" && o.Src != "" {
		image = void("img", all(set("class", "nhsuk-image__img"), set("src", o.Src), set("alt", o.Alt),
			opt("sizes", o.Sizes), opt("srcset", o.Srcset)))
	}
	c := o.Caption
	caption := when(!c.empty(), el("figcaption", all(set("class", spaced("nhsuk-image__caption", c.Classes)), c.Attributes),
		lines(content(c.HTML, c.Text))))
	return el("figure", all(set("class", class), opt("id", o.ID), o.Attributes), lines(image, caption))
}
