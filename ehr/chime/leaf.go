package chime

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// The functions below describe the data types of ISO 21090, in both directions.

// handled are attributes that say only how a sender handles a value.
func handled(w *xmltext.Way, n *xmltext.Node) {
	if w.Reading {
		for _, name := range []string{"displayable", "scope", "reliability", "flavorId", "updateMode"} {
			n.TakeAttr(name)
		}
	}
}

// id is an II.
func id(w *xmltext.Way, n *xmltext.Node, x *ehr.ID) {
	w.Attr(n, "nullFlavor", &x.Null)
	w.Attr(n, "root", &x.Root)
	w.Attr(n, "extension", &x.Extension)
	w.Attr(n, "identifierName", &x.Authority)
	if w.Reading && x.Authority == "" {
		w.Attr(n, "assigningAuthorityName", &x.Authority)
	}
	handled(w, n)
}

// named is an identifier that is an ST: root and extension with "::" between them.
func named(w *xmltext.Way, n *xmltext.Node, x *ehr.ID) {
	if !w.Reading {
		n.Set("value", x.String())
		return
	}
	var text string
	word(w, n, &text)
	x.Root, x.Extension, _ = strings.Cut(text, "::")
}

// word is an ST that is only its words.
func word(w *xmltext.Way, n *xmltext.Node, x *string) { w.Attr(n, "value", x) }

// wordIn is such an ST as a child; it is not written when it is empty.
func wordIn(w *xmltext.Way, n *xmltext.Node, name string, x *string) {
	if w.Reading {
		if c := n.Take(name); c != nil {
			word(w, c, x)
		}
	} else if *x != "" {
		n.Add(name).Set("value", *x)
	}
}

// mustWordIn is one that is always written.
func mustWordIn(w *xmltext.Way, n *xmltext.Node, name string, x *string) {
	if w.Reading {
		wordIn(w, n, name, x)
	} else {
		n.Add(name).Set("value", *x)
	}
}

// text is a TEXT: an ST, in a name.
func text(w *xmltext.Way, n *xmltext.Node, name string, x *ehr.Text) {
	if w.Reading {
		if c := n.Take(name); c != nil {
			w.Down(c, name, -1, func(c *xmltext.Node) { *x = textRead(w, c) })
		}
		return
	}
	c := n.Add(name)
	switch t := (*x).(type) {
	case *ehr.SimpleText:
		simpleText(w, c, t)
	case *ehr.CodedText:
		simpleText(w, c, &ehr.SimpleText{Text: t.Text, Language: t.Language, Null: t.Null})
	default:
		c.Set("nullFlavor", "NI")
	}
}

func textRead(w *xmltext.Way, n *xmltext.Node) ehr.Text {
	if _, has := n.TakeAttr("code"); has || n.Has("displayName") {
		v := codedRead(w, n)
		if t, ok := v.(*ehr.CodedText); ok {
			return t
		}
		c := v.(*ehr.Coded)
		return &ehr.CodedText{Text: c.Display, Coded: *c}
	}
	t := &ehr.SimpleText{}
	simpleText(w, n, t)
	return t
}

func simpleText(w *xmltext.Way, n *xmltext.Node, x *ehr.SimpleText) {
	w.Attr(n, "nullFlavor", &x.Null)
	word(w, n, &x.Text)
	w.Attr(n, "language", &x.Language)
	handled(w, n)
}

// code is a CS of a list.
func code(scheme string) func(*xmltext.Way, *xmltext.Node, *ehr.Code) {
	return func(w *xmltext.Way, n *xmltext.Node, x *ehr.Code) {
		w.Attr(n, "nullFlavor", &x.Null)
		w.Attr(n, "code", &x.Code)
		if w.Reading {
			if x.Code != "" {
				x.Scheme = scheme
			}
			w.Attr(n, "codeSystem", &x.System)
			w.Attr(n, "codeSystemName", &x.Scheme)
		}
		handled(w, n)
	}
}

// term is the scheme of a term list of part 3.
func term(list string) string { return "CEN/TC251/EN13606-3:" + list }

// coded is a CD without words of its own.
func coded(w *xmltext.Way, n *xmltext.Node, x *ehr.Coded) {
	w.Attr(n, "nullFlavor", &x.Null)
	w.Attr(n, "code", &x.Code)
	system := ehr.SystemOID(x.System)
	w.Attr(n, "codeSystem", &system)
	if w.Reading {
		x.System = ehr.SystemAddress(system)
	}
	w.Attr(n, "codeSystemName", &x.Scheme)
	w.Attr(n, "codeSystemVersion", &x.Version)
	wordIn(w, n, "displayName", &x.Display)
	wordIn(w, n, "originalText", &x.Text)
	handled(w, n)
}

// codedText is a CD with the words as originalText.
func codedText(w *xmltext.Way, n *xmltext.Node, x *ehr.CodedText) {
	held := x.Coded
	held.Text = ""
	coded(w, n, &held)
	c := n.Add("originalText")
	c.Set("value", x.Text)
	w.Attr(c, "language", &x.Language)
}

// codedRead gives a *CodedText when there are words, otherwise a *Coded.
func codedRead(w *xmltext.Way, n *xmltext.Node) ehr.Value {
	words := n.Take("originalText")
	c := &ehr.Coded{}
	coded(w, n, c)
	if words == nil {
		return c
	}
	t := &ehr.CodedText{Coded: *c}
	word(w, words, &t.Text)
	w.Attr(words, "language", &t.Language)
	if t.Text == "" {
		t.Text = words.TakeText() // as some write it
	}
	return t
}

// flag is a BL as a child. One that is only absent is false.
func flag(w *xmltext.Way, n *xmltext.Node, name string, x *bool) {
	xmltext.One(w, n, name, x, truth)
}

func truth(w *xmltext.Way, n *xmltext.Node, x *bool) {
	if !w.Reading {
		n.Set("value", strconv.FormatBool(*x))
		return
	}
	n.TakeAttr("nullFlavor")
	v, _ := n.TakeAttr("value")
	*x = w.Truth(n, v)
}

// whole is an INT as a child; it is not written when it is 0.
func whole(w *xmltext.Way, n *xmltext.Node, name string, x *int) {
	if !w.Reading {
		if *x != 0 {
			n.Add(name).Set("value", strconv.Itoa(*x))
		}
	} else if c := n.Take(name); c != nil {
		c.TakeAttr("nullFlavor")
		v, _ := c.TakeAttr("value")
		*x = int(w.Number(c, v))
	}
}

// digits is the value of a number; here it is what was entered.
func digits(w *xmltext.Way, n *xmltext.Node, x *string, valid func(string) bool) {
	if w.Attr(n, "value", x); w.Reading {
		*x = strings.TrimSpace(*x)
	}
	if !valid(*x) {
		w.Fail(n, ehr.RuleBadNumber, "there is no number where one must be")
	}
}

// quantity is a PQ. Its precision follows from the digits.
func quantity(w *xmltext.Way, n *xmltext.Node, x *ehr.Quantity) {
	digits(w, n, &x.Digits, ehr.ValidDecimal)
	w.Attr(n, "unit", &x.Unit)
	if w.Reading {
		n.TakeAttr("precision")
	} else if n.Name == "numerator" || n.Name == "denominator" {
		n.Type = "PQ" // the format has any quantity there
	}
}

// encapsulated is an ED. Its size is that of the data.
func encapsulated(w *xmltext.Way, n *xmltext.Node, x *ehr.Encapsulated) {
	w.Attr(n, "nullFlavor", &x.Null)
	w.Attr(n, "mediaType", &x.MediaType)
	w.Attr(n, "charset", &x.Charset)
	w.Attr(n, "language", &x.Language)
	algorithm := strings.ReplaceAll(x.Algorithm, "SHA-", "SHA")
	w.Attr(n, "integrityCheckAlgorithm", &algorithm)
	if w.Reading {
		x.Algorithm = strings.Replace(algorithm, "SHA", "SHA-", 1)
	}
	octets(w, n, "data", &x.Data)
	wordIn(w, n, "reference", &x.Reference)
	octets(w, n, "integrityCheck", &x.Check)
	wordIn(w, n, "description", &x.Text)
	if w.Reading {
		if x.Size = int64(len(x.Data)); x.Text == "" {
			w.Attr(n, "value", &x.Text)
		}
	}
	handled(w, n)
}

// octets is an element that holds base64.
func octets(w *xmltext.Way, n *xmltext.Node, name string, x *[]byte) {
	if len(*x) > ehr.MaxText {
		w.Fail(n, ehr.RuleTooLarge, fmt.Sprintf("one value holds more than %d bytes", ehr.MaxText))
		return
	}
	if !w.Reading {
		if len(*x) > 0 {
			n.Add(name).SetText(base64.StdEncoding.EncodeToString(*x))
		}
		return
	}
	c := n.Take(name)
	if c == nil {
		return
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(c.TakeText()), ""))
	switch {
	case err != nil:
		w.Fail(c, ehr.RuleMalformed, "this is not base64")
	case len(data) > ehr.MaxText:
		w.Fail(c, ehr.RuleTooLarge, fmt.Sprintf("one value holds more than %d bytes", ehr.MaxText))
	case len(data) > 0:
		*x = data
	}
}
