package nhsuk

import (
	"html/template"
	"strings"
)

// el writes an element. An empty element is written with its end tag.
func el(tag string, a Attributes, inner template.HTML) template.HTML {
	var b strings.Builder
	b.Grow(len(inner) + 2*len(tag) + 64)
	b.WriteByte('<')
	b.WriteString(tag)
	a.write(&b)
	b.WriteByte('>')
	b.WriteString(string(inner))
	b.WriteString("</")
	b.WriteString(tag)
	b.WriteByte('>')
	return template.HTML(b.String())
}

// void writes an element that has no content and no end tag, such as img.
func void(tag string, a Attributes) template.HTML {
	var b strings.Builder
	b.WriteByte('<')
	b.WriteString(tag)
	a.write(&b)
	b.WriteByte('>')
	return template.HTML(b.String())
}

// text escapes a string.
func text(s string) template.HTML {
	return template.HTML(template.HTMLEscapeString(s))
}

// content is the HTML if there is any, else the escaped text: everywhere in the design system HTML wins over text.
func content(html template.HTML, s string) template.HTML {
	if html != "" {
		return html
	}
	return text(s)
}

// paragraph is the HTML if there is any, else the text in a paragraph, else nothing.
func paragraph(class string, html template.HTML, s string) template.HTML {
	if html != "" || s == "" {
		return html
	}
	return el("p", opt("class", class), text(s))
}

// lines sets each part that is not empty on a line of its own, inside the element that will hold them.
func lines(parts ...template.HTML) template.HTML {
	var b strings.Builder
	b.WriteByte('\n')
	for _, p := range parts {
		if p == "" {
			continue
		}
		b.WriteString(string(p))
		b.WriteByte('\n')
	}
	return template.HTML(b.String())
}

// join puts parts next to each other, with nothing between them.
func join(parts ...template.HTML) template.HTML {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(string(p))
	}
	return template.HTML(b.String())
}

// when gives the HTML only if the condition holds.
func when(condition bool, html template.HTML) template.HTML {
	if condition {
		return html
	}
	return ""
}

// hidden is text that only a screen reader reads.
func hidden(s template.HTML) template.HTML {
	return el("span", set("class", "nhsuk-u-visually-hidden"), s)
}

// spaced joins words that are not empty with single spaces: class names, or ids in aria-describedby.
func spaced(words ...string) string {
	var kept []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// or is the first string that is not empty.
func or(choices ...string) string {
	for _, c := range choices {
		if c != "" {
			return c
		}
	}
	return ""
}

// modifier is the class base--value, if value is one of those allowed and the caller's own classes do not already
// choose one of them.
func modifier(base, value, classes string, allowed ...string) string {
	chosen := ""
	for _, a := range allowed {
		if strings.Contains(classes, base+"--"+a) {
			return ""
		}
		if a == value {
			chosen = base + "--" + a
		}
	}
	return chosen
}

// modifierIf is the class base--name if the condition holds and the caller's own classes do not already have it.
func modifierIf(condition bool, base, name, classes string) string {
	if !condition {
		return ""
	}
	return modifier(base, name, classes, name)
}

// classIf is the class if the condition holds.
func classIf(condition bool, class string) string {
	if condition {
		return class
	}
	return ""
}

// element is the name of the element that the caller asks for, in lower case, or the fallback if it is not one that a
// component may be made of.
func element(name, fallback string) string {
	switch n := strings.ToLower(name); n {
	case "a", "button", "caption", "div", "h1", "h2", "h3", "h4", "h5", "h6", "label", "legend", "p", "span", "strong",
		"td", "th":
		return n
	}
	return fallback
}
