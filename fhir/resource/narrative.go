package resource

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// narrativeElements is what a narrative may be made of: formatting, lists, tables, links and pictures; nothing that runs, loads or is filled in.
var narrativeElements = words(`a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li
	map area ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var kbd bdo address`)

// narrativeAttributes is what its elements may say.
var narrativeAttributes = words(`abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan
	compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan rules scope shape span src start style summary
	tabindex title type valign value vspace width`)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// maxNarrative is how large a narrative may be.
const maxNarrative = 1 << 20

// narrativeFault says why a narrative is refused, "" when it is harmless. It must be one div of XHTML in its own namespace, well-formed by itself.
func narrativeFault(s string) string {
	if len(s) > maxNarrative {
		return "The narrative is larger than 1 MiB. Send a shorter one."
	}
	dec := xml.NewDecoder(strings.NewReader(s))
	depth, divs, content := 0, 0, false
	for {
		t, err := dec.Token()
		switch t := t.(type) {
		case nil:
			switch {
			case !errors.Is(err, io.EOF):
				return "The narrative is not well-formed XHTML. Of named characters XML has only &amp;, &lt;, &gt;, &quot; and &apos;."
			case divs != 1 || depth != 0:
				return "The narrative must be one div of XHTML."
			case !content:
				return "There are no words and no picture in the narrative."
			}
			return ""
		case xml.StartElement:
			if depth == 0 {
				if divs++; t.Name.Local != "div" || t.Name.Space != xhtmlSpace {
					return `The narrative must be one div with xmlns="` + xhtmlSpace + `".`
				}
			}
			if depth++; depth > MaxDepth {
				return "Elements of the narrative stand in each other too deep."
			}
			if why := elementFault(t); why != "" {
				return why
			}
			content = content || t.Name.Local == "img"
		case xml.EndElement:
			depth--
		case xml.CharData:
			blank := strings.TrimSpace(string(t)) == ""
			if depth == 0 && !blank {
				return "The narrative must be one div of XHTML."
			}
			content = content || !blank
		case xml.Directive, xml.ProcInst:
			return "The narrative has a document type or an instruction to a program. Take it out."
		}
	}
}

// elementFault says what is wrong with one tag.
func elementFault(t xml.StartElement) string {
	if t.Name.Space != xhtmlSpace || !narrativeElements[t.Name.Local] {
		return "The narrative has the element " + shown(t.Name.Local) + ", which is not allowed: nothing that runs, loads or is filled in."
	}
	for _, a := range t.Attr {
		name := a.Name.Local
		if a.Name.Space == "xmlns" || a.Name.Space == "" && name == "xmlns" || a.Name.Space == "http://www.w3.org/XML/1998/namespace" || a.Name.Space == "xml" {
			continue
		}
		if a.Name.Space != "" || !narrativeAttributes[name] {
			return "The narrative has the attribute " + shown(name) + ", which is not allowed."
		}
		value := strings.ToLower(strings.Map(func(r rune) rune {
			if r <= ' ' {
				return -1
			}
			return r
		}, a.Value))
		if runs(name, value) {
			return "The narrative has an address or a style in " + name + " that could run or load something. Take it out."
		}
	}
	return ""
}

// runs says whether the value of an attribute could make a browser run or load something. Pictures may be data or stand in the same resource.
func runs(name, value string) bool {
	switch name {
	case "href", "cite", "longdesc":
		scheme, _, ok := strings.Cut(value, ":")
		return ok && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel" && scheme != "urn"
	case "src":
		scheme, rest, ok := strings.Cut(value, ":")
		if !ok || strings.ContainsAny(scheme, "/?#") {
			return strings.HasPrefix(value, "//")
		}
		return !(scheme == "data" && strings.HasPrefix(rest, "image/") && !strings.HasPrefix(rest, "image/svg"))
	case "style":
		return loads(value) || strings.Contains(value, "expression") || strings.Contains(value, "import") || strings.Contains(value, "\\") || strings.Contains(value, "/*") ||
			strings.Contains(value, "behavior") || strings.Contains(value, "-moz-binding")
	}
	return false
}

// loads says whether a style names an address that is not a picture in the data or beside the resource.
func loads(style string) bool {
	for {
		_, rest, ok := strings.Cut(style, "url(")
		if !ok {
			return false
		}
		address, _, _ := strings.Cut(strings.TrimLeft(rest, `"'`), ")")
		if runs("src", address) {
			return true
		}
		style = rest
	}
}
