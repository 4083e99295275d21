package nhsuk

import (
	"html/template"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// HeroOptions are the options of a hero. Its image is an inline style, as the design system has it: a page whose content
// security policy forbids inline styles shows the hero without the image.
type HeroOptions struct {
	ID               string         `json:"id"`
	Content          HeroContents   `json:"content"`
	Heading          HeadingOptions `json:"heading"`
	Text             string         `json:"text"`
	HTML             template.HTML  `json:"html"`
	Image            HeroImage      `json:"image"`
	Width            string         `json:"width"` // two-thirds, if it is empty
	ContainerClasses string         `json:"containerClasses"`
	Classes          string         `json:"classes"`
	Attributes       Attributes     `json:"attributes"`
	Border           Choice         `json:"border"`
}

// HeroImage is the image behind a hero.
type HeroImage struct {
	Src string `json:"src"`
}

// HeroContents are parts of a hero, two to a row.
type HeroContents []HeroContent

// UnmarshalJSONFrom reads a list, or an object as a list of one.
func (c *HeroContents) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return oneOrMore(dec, (*[]HeroContent)(c))
}

// HeroContent is one part of a hero.
type HeroContent struct {
	Heading HeadingOptions `json:"heading"`
	Text    string         `json:"text"`
	HTML    template.HTML  `json:"html"`
	Image   *ImageOptions  `json:"image"`
	Width   string         `json:"width"` // one-half, if it is empty
	Classes string         `json:"classes"`
}

// Hero is the first thing on the first page of a site.
func Hero(o HeroOptions) template.HTML {
	contents := []HeroContent(o.Content)
	if !o.Heading.empty() || o.Text != "" || o.HTML != "" {
		contents = append([]HeroContent{{
			Heading: o.Heading, Text: o.Text, HTML: o.HTML, Width: or(o.Width, "two-thirds"),
		}}, contents...)
	}
	behind := o.Image.Src != ""
	var rows []template.HTML
	for row := range slices.Chunk(contents, 2) {
		var cells []template.HTML
		for _, c := range row {
			cells = append(cells, heroContent(c, behind && len(contents) == 1))
		}
		rows = append(rows, el("div", set("class", "nhsuk-grid-row"), lines(cells...)))
	}
	container := when(len(rows) > 0,
		el("div", set("class", spaced("nhsuk-width-container", o.ContainerClasses)), lines(rows...)))
	overlay := when(behind, el("div", set("class", "nhsuk-hero__overlay"), ""))
	return el("section", heroAttributes(o, behind), lines(container, overlay))
}

func heroAttributes(o HeroOptions, behind bool) Attributes {
	class := classIf(o.Border != No, "nhsuk-hero--border")
	style := Attributes(nil)
	if behind {
		class = spaced("nhsuk-hero--image", classIf(!o.Heading.empty(), "nhsuk-hero--image-description"))
		style = set("style", "background-image: url('"+cssAddress(o.Image.Src)+"');")
	}
	return all(set("class", spaced("nhsuk-hero", class, o.Classes)), opt("id", o.ID), style, o.Attributes)
}

// cssAddress is an address that can stand between quotes in a style.
func cssAddress(address string) string {
	return strings.NewReplacer("'", "%27", `"`, "%22", "(", "%28", ")", "%29", `\`, "%5C", "\n", "%0A", "\r", "%0D",
		"\f", "%0C", "<", "%3C", ">", "%3E").Replace(safeAddress(address))
}

func heroContent(c HeroContent, arrow bool) template.HTML {
	h := c.Heading
	h.Classes = spaced("nhsuk-hero__heading", h.Classes)
	h.Size = or(h.Size, "xl")
	var image template.HTML
	if c.Image != nil {
		image = Image(*c.Image)
	}
	return el("div", set("class", "nhsuk-grid-column-"+or(c.Width, "one-half")), lines(
		el("div", set("class", spaced("nhsuk-hero__content", c.Classes)), lines(
			when(arrow, el("span", all(set("class", "nhsuk-hero__arrow"), set("aria-hidden", "true")), "")),
			Heading(h), paragraph("nhsuk-body-l", c.HTML, c.Text), image))))
}
