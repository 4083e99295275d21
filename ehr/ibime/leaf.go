package ibime

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// The functions below describe the data types, in both directions, in the order of the schema.

const asWritten = "ISO 8601" // the scheme of a nullFlavor whose code is the text of a time that the schema has no form for

// absent is nullFlavor.
func absent(w *xmltext.Way, n *xmltext.Node, flavour *string) {
	switch {
	case w.Reading:
		*flavour, _ = flavourOf(n)
	case *flavour != "":
		n.Add("nullFlavor").Add("codeValue").SetText(*flavour)
	}
}

// flavourOf takes the nullFlavor, its code and the name of its scheme.
func flavourOf(n *xmltext.Node) (code, scheme string) {
	null := n.Take("nullFlavor")
	if null == nil {
		return "", ""
	}
	if c := null.Take("codingSchemeName"); c != nil {
		scheme = c.TakeText()
	}
	if c := null.Take("codeValue"); c != nil {
		code = c.TakeText()
	}
	if c := null.Take("codingScheme"); c != nil {
		c.TakeAll()
	}
	return code, scheme
}

// oid is an OID.
func oid(w *xmltext.Way, n *xmltext.Node, name string, x *string) {
	switch {
	case w.Reading:
		if c := n.Take(name); c != nil {
			w.Word(c, "oid", x)
		}
	case *x != "":
		n.Add(name).Add("oid").SetText(*x)
	}
}

// id is an II.
func id(w *xmltext.Way, n *xmltext.Node, x *ehr.ID) {
	absent(w, n, &x.Null)
	if w.Reading {
		var root, extension string
		w.Word(n, "extension", &extension)
		w.Word(n, "assigningAuthorityName", &x.Authority)
		oid(w, n, "root", &root)
		x.Root, x.Extension = fromOID(strings.TrimSpace(root), extension)
		return
	}
	root, extension := toOID(x.Root, x.Extension)
	w.Word(n, "extension", &extension)
	w.Word(n, "assigningAuthorityName", &x.Authority)
	if at := n.Add("root"); root != "" {
		at.Add("oid").SetText(root)
	}
}

// code is a CS.
func code(w *xmltext.Way, n *xmltext.Node, x *ehr.Code) {
	absent(w, n, &x.Null)
	oid(w, n, "codingScheme", &x.System)
	w.Word(n, "codingSchemeName", &x.Scheme)
	w.Word(n, "codeValue", &x.Code)
}

// coded is a CV, CE or CD.
func coded(w *xmltext.Way, n *xmltext.Node, x *ehr.Coded) {
	absent(w, n, &x.Null)
	system := ehr.SystemOID(x.System)
	oid(w, n, "codingScheme", &system)
	if w.Reading {
		x.System = ehr.SystemAddress(system)
	}
	w.Word(n, "codingSchemeName", &x.Scheme)
	w.Word(n, "codingSchemeVersion", &x.Version)
	w.Word(n, "codeValue", &x.Code)
	w.Word(n, "displayName", &x.Display)
}

// word is a CS that is only its code in a known scheme.
func word(w *xmltext.Way, n *xmltext.Node, name, scheme string, x *string) {
	switch {
	case w.Reading:
		if c := n.Take(name); c != nil {
			w.Word(c, "codeValue", x)
			c.TakeAll()
		}
	case *x != "":
		c := n.Add(name)
		c.Add("codingSchemeName").SetText(scheme)
		c.Add("codeValue").SetText(*x)
	}
}

const languages, mediaTypes, charsets = "ISO_639-1", "IANA::MEDIA_TYPE", "IANA::CHARACTER_SET"

// text is a TEXT under a name.
func text(w *xmltext.Way, n *xmltext.Node, name string, x *ehr.Text) {
	if w.Reading {
		if c := n.Take(name); c != nil {
			w.Down(c, name, -1, func(c *xmltext.Node) {
				if c.Type == "CODED_TEXT" || c.Has("codedValue") {
					t := &ehr.CodedText{}
					*x = t
					codedText(w, c, t)
					return
				}
				t := &ehr.SimpleText{}
				*x = t
				simpleText(w, c, t)
			})
		}
		return
	}
	c := n.Add(name)
	switch t := (*x).(type) {
	case *ehr.CodedText:
		c.Type = "CODED_TEXT"
		codedText(w, c, t)
	case *ehr.SimpleText:
		c.Type = "SIMPLE_TEXT"
		simpleText(w, c, t)
	default:
		c.Type = "SIMPLE_TEXT"
		simpleText(w, c, &ehr.SimpleText{Null: "NI"})
	}
}

func simpleText(w *xmltext.Way, n *xmltext.Node, x *ehr.SimpleText) {
	textParts(w, n, &x.Text, &x.Language, &x.Null)
}

func codedText(w *xmltext.Way, n *xmltext.Node, x *ehr.CodedText) {
	textParts(w, n, &x.Text, &x.Language, &x.Null)
	xmltext.One(w, n, "codedValue", &x.Coded, coded)
}

func textParts(w *xmltext.Way, n *xmltext.Node, text, language, null *string) {
	absent(w, n, null)
	w.Word(n, "originalText", text)
	word(w, n, "language", languages, language)
	if c := n.Take("charset"); c != nil && w.Reading {
		c.TakeAll() // how the sender's system held it; here it is UTF-8
	}
}

// flag is an element that holds true or false.
func flag(w *xmltext.Way, n *xmltext.Node, name string, x *bool) {
	if !w.Reading {
		n.Add(name).SetText(strconv.FormatBool(*x))
	} else if c := n.Take(name); c != nil {
		*x = w.Truth(c, c.TakeText())
	}
}

// digits is an element that holds a number; here it is what was entered.
func digits(w *xmltext.Way, n *xmltext.Node, name string, x *string, valid func(string) bool) {
	if w.Reading {
		if c := n.Take(name); c != nil {
			*x = strings.TrimSpace(c.TakeText())
		}
	} else {
		n.Add(name).SetText(*x)
	}
	if !valid(*x) {
		w.Fail(n, ehr.RuleBadNumber, "there is no number where one must be")
	}
}

// octets is an element that holds hexBinary.
func octets(w *xmltext.Way, n *xmltext.Node, name string, x *[]byte) {
	if len(*x) > ehr.MaxText {
		w.Fail(n, ehr.RuleTooLarge, fmt.Sprintf("one value holds more than %d bytes", ehr.MaxText))
		return
	}
	if !w.Reading {
		if len(*x) > 0 {
			n.Add(name).SetText(hex.EncodeToString(*x))
		}
		return
	}
	c := n.Take(name)
	if c == nil {
		return
	}
	data, err := hex.DecodeString(strings.TrimSpace(c.TakeText()))
	switch {
	case err != nil:
		w.Fail(c, ehr.RuleMalformed, "this is not hexadecimal")
	case len(data) > ehr.MaxText:
		w.Fail(c, ehr.RuleTooLarge, fmt.Sprintf("one value holds more than %d bytes", ehr.MaxText))
	case len(data) > 0:
		*x = data
	}
}

// encapsulated is an ED.
func encapsulated(w *xmltext.Way, n *xmltext.Node, x *ehr.Encapsulated) {
	absent(w, n, &x.Null)
	word(w, n, "mediaType", mediaTypes, &x.MediaType)
	word(w, n, "charset", charsets, &x.Charset)
	word(w, n, "language", languages, &x.Language)
	if w.Reading {
		if c := n.Take("size"); c != nil {
			x.Size = w.Number(c, c.TakeText())
		}
	} else if x.Size != 0 {
		n.Add("size").SetText(strconv.FormatInt(x.Size, 10))
	}
	if w.Reading {
		if c := n.Take("reference"); c != nil {
			uri(w, c, &x.Reference)
		}
	} else if x.Reference != "" {
		uri(w, n.Add("reference"), &x.Reference)
	}
	octets(w, n, "integrityCheck", &x.Check)
	word(w, n, "integrityCheckAlgorithm", "IANA::HASH_FUNCTION", &x.Algorithm)
	octets(w, n, "data", &x.Data)
	if w.Reading {
		if c := n.Take("alternateString"); c != nil {
			w.Word(c, "originalText", &x.Text)
		}
	} else if x.Text != "" {
		n.Add("alternateString").Add("originalText").SetText(x.Text)
	}
}

// uri is a URI.
func uri(w *xmltext.Way, n *xmltext.Node, x *string) {
	w.Word(n, "value", x)
	if w.Reading && *x == "" {
		w.Word(n, "literal", x)
	}
}
