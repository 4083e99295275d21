package nhsuk

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// HeadingOptions are the options of a heading. A heading with neither text nor HTML is none.
type HeadingOptions struct {
	ID                 string         `json:"id"`
	Text               string         `json:"text"`
	HTML               template.HTML  `json:"html"`
	VisuallyHiddenText string         `json:"visuallyHiddenText"`
	Href               string         `json:"href"`
	Caption            CaptionOptions `json:"caption"`
	Size               string         `json:"size"` // xxs, xs, s, m, l or xl
	Sizes              []string       `json:"sizes"`
	Level              int            `json:"level"`
	ClassName          string         `json:"className"`
	ClassPrefix        string         `json:"classPrefix"`
	Classes            string         `json:"classes"`
	Attributes         Attributes     `json:"attributes"`
	Element            string         `json:"element"`
}

// UnmarshalJSONFrom reads a string as the text, true as a heading without options, or an object.
func (o *HeadingOptions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain HeadingOptions
	switch dec.PeekKind() {
	case 't':
		return dec.SkipValue()
	case 'f':
		return fmt.Errorf("a heading cannot be false: leave it out")
	}
	return textOr(dec, &o.Text, (*plain)(o))
}

func (o HeadingOptions) empty() bool {
	return o.Text == "" && o.HTML == ""
}

// Heading is a heading, with a caption if it has one.
func Heading(o HeadingOptions) template.HTML {
	if o.empty() {
		return ""
	}
	inner := content(o.HTML, o.Text)
	if o.Href != "" {
		inner = el("a", all(set("class", "nhsuk-link"), set("href", o.Href)), inner)
	}
	return headingAround(o, or(o.ClassName, "nhsuk-heading"), inner)
}

// headingIn is the heading of a component: it has the component's class, its sizes are those of the component, and what
// the caller leaves open is as the component has it.
func headingIn(o HeadingOptions, class string, level int, size string, sizes ...string) template.HTML {
	o.ClassName = or(o.ClassName, class)
	o.ClassPrefix = or(o.ClassPrefix, class+"--")
	o.Size = or(o.Size, size)
	if o.Level == 0 {
		o.Level = level
	}
	if o.Sizes == nil {
		o.Sizes = append([]string{}, sizes...)
	}
	return Heading(o)
}

// headingAround is the heading around the content that is given, whatever the text of the options.
func headingAround(o HeadingOptions, class string, inner template.HTML) template.HTML {
	prefix := or(o.ClassPrefix, class+"-")
	sizes := o.Sizes
	if sizes == nil {
		sizes = []string{"xxs", "xs", "s", "m", "l", "xl"}
	}
	classes := class
	if sized := sizedClass(prefix, o.Size, o.Classes, sizes); sized != "" {
		if o.Caption.Size == "" {
			o.Caption.Size = o.Size
		}
		if strings.Replace(prefix, class, "", 1) == "-" {
			classes = sized
		} else {
			classes = spaced(class, sized)
		}
	}
	after := when(o.VisuallyHiddenText != "", hidden(" "+text(o.VisuallyHiddenText)))
	heading := el(element(o.Element, headingTag(o.Level)),
		all(opt("class", spaced(classes, o.Classes)), opt("id", o.ID), o.Attributes),
		lines(captionAt(o.Caption, "start", ""), join(inner, after), captionAt(o.Caption, "end")))
	return stacked(captionAt(o.Caption, "before"), heading, captionAt(o.Caption, "after"))
}

// sizedClass is the class for a size, if it is one of those allowed and the caller's own classes choose none.
func sizedClass(prefix, size, classes string, sizes []string) string {
	if !slices.Contains(sizes, size) {
		return ""
	}
	for _, s := range []string{"xxs", "xs", "s", "m", "l", "xl", "xxl"} {
		if strings.Contains(classes, prefix+s) {
			return ""
		}
	}
	return prefix + size
}

func headingTag(level int) string {
	if level < 1 || level > 6 {
		level = 1
	}
	return "h" + strconv.Itoa(level)
}

// stacked sets parts that are not empty under each other, without a line before the first or after the last.
func stacked(parts ...template.HTML) template.HTML {
	return template.HTML(strings.TrimSpace(string(lines(parts...))))
}
