package native

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rosemary/ehr"
)

// maxAttributes is how many attributes a tag may have.
const maxAttributes = 16

// xmlSource reads XML token by token. It knows no document type and no entities beyond the five.
type xmlSource struct {
	input
	dec     *xml.Decoder
	scan    *scanner
	tag     xml.StartElement // the one that was read last
	entered []bool           // of each object that is open: one of its attributes is
	start   int64            // where the part began
	skipped int              // comments and instructions since then
}

// Decode reads an extract in canonical XML.
func (d *xmlDialect) Decode(r io.Reader, yield func(ehr.Part) error) error {
	s := newScanner(r)
	x := &xmlSource{dec: xml.NewDecoder(s), scan: s}
	if err := x.root(); err != nil {
		return err
	}
	return decode(d.m, x, yield)
}

func (x *xmlSource) newPart() { x.start, x.objects, x.skipped = x.dec.InputOffset(), 0, 0 }

func (x *xmlSource) repeats() bool { return true }

func (x *xmlSource) fault(rule, message string, values ...any) error {
	line, column := x.dec.InputPos()
	return x.input.fault(rule, message+fmt.Sprintf(" (line %d, column %d)", line, column), values...)
}

// token reads one token that means something.
func (x *xmlSource) token() (xml.Token, error) {
	for {
		if x.dec.InputOffset()-x.start > maxPart {
			return nil, x.fault(ehr.RuleTooLarge, "one part of the extract is larger than %d bytes", maxPart)
		}
		x.scan.mark()
		t, err := x.dec.Token()
		if err != nil {
			return nil, x.broken(err)
		}
		switch t.(type) {
		case xml.Comment, xml.ProcInst:
			if x.skipped++; x.skipped > maxSkipped {
				return nil, x.fault(ehr.RuleTooLarge, "the extract has more than %d comments in one place", maxSkipped)
			}
			continue
		case xml.Directive:
			return nil, x.fault(ehr.RuleMalformed, "a document type has no place in an extract: it is refused, whatever it says")
		}
		return t, nil
	}
}

// broken says what is wrong with the bytes; an error of the reader itself is handed on.
func (x *xmlSource) broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errTooMuch):
		return x.fault(ehr.RuleTooLarge, "one text or tag of the extract is longer than is read")
	case err == io.EOF:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return x.fault(ehr.RuleMalformed, "the extract is cut off here")
	case syntax != nil:
		return x.fault(ehr.RuleMalformed, "this is not well-formed XML: %.100s", syntax.Msg)
	case x.scan.err == nil || x.scan.err == io.EOF: // not the reader's: such as an encoding that is not UTF-8
		return x.fault(ehr.RuleMalformed, "this is not XML that can be read here: %.100s", err.Error())
	}
	return fmt.Errorf("reading an extract: %w", err)
}

// root reads up to the tag of the root.
func (x *xmlSource) root() error {
	t, err := x.content()
	if err == io.EOF {
		return x.fault(ehr.RuleMalformed, "there is no extract here")
	}
	if err != nil {
		return err
	}
	start, ok := t.(xml.StartElement)
	if !ok {
		return x.fault(ehr.RuleMalformed, "this is no extract")
	}
	x.tag = start
	if start.Name.Local != "EHR_EXTRACT" || start.Name.Space != Namespace {
		return x.fault(ehr.RuleUnknownType, "the root is {%.80s}%.40s; it must be EHR_EXTRACT of %s", start.Name.Space, start.Name.Local, Namespace)
	}
	return nil
}

// content reads the next token that is not white space.
func (x *xmlSource) content() (xml.Token, error) {
	for {
		t, err := x.token()
		if err != nil {
			return nil, err
		}
		words, ok := t.(xml.CharData)
		if !ok {
			return t, nil
		}
		for _, c := range words {
			if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
				return nil, x.fault(ehr.RuleMalformed, "words stand where only elements can stand")
			}
		}
	}
}

// class gives the xsi:type of the tag that was read last, without its prefix. Other attributes are refused.
func (x *xmlSource) class() (string, error) {
	kind := ""
	if len(x.tag.Attr) > maxAttributes {
		return "", x.fault(ehr.RuleTooLarge, "%.40s has more attributes than anything here has", x.tag.Name.Local)
	}
	for _, a := range x.tag.Attr {
		switch {
		case a.Name.Space == "xmlns", a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == instanceNamespace && a.Name.Local == "type":
			if kind != "" {
				return "", x.fault(ehr.RuleTwice, "xsi:type is given twice")
			}
			kind = strings.TrimSpace(a.Value[strings.IndexByte(a.Value, ':')+1:])
		case a.Name.Space == instanceNamespace && (a.Name.Local == "schemaLocation" || a.Name.Local == "noNamespaceSchemaLocation"):
		default:
			return "", x.fault(ehr.RuleUnknown, "%.40s has no attribute %.40q", x.tag.Name.Local, a.Name.Local)
		}
	}
	return kind, nil
}

func (x *xmlSource) open() (string, error) {
	if err := x.openObject(); err != nil {
		return "", err
	}
	x.entered = append(x.entered, false)
	return x.class()
}

func (x *xmlSource) next() (string, error) {
	last := len(x.entered) - 1
	if x.entered[last] {
		x.place.Leave()
		x.entered[last] = false
	}
	t, err := x.content()
	if err != nil {
		return "", x.ended(err)
	}
	start, ok := t.(xml.StartElement)
	if !ok { // the end of this one: the decoder sees to it that tags fit
		x.entered = x.entered[:last]
		x.depth--
		return "", nil
	}
	x.tag = start
	x.place.Enter(start.Name.Local)
	x.entered[last] = true
	if start.Name.Space != Namespace {
		return "", x.fault(ehr.RuleUnknown, "%.40s is of the namespace %.80q; here all are of %s", start.Name.Local, start.Name.Space, Namespace)
	}
	return start.Name.Local, nil
}

func (x *xmlSource) ended(err error) error {
	if err == io.EOF {
		return x.fault(ehr.RuleMalformed, "the extract is cut off here")
	}
	return err
}

func (x *xmlSource) each(seen int, read func() error) error {
	x.place.Index(seen)
	return read()
}

// scalar gives the words in the element here, up to its end.
func (x *xmlSource) scalar(most int) (string, error) {
	if _, err := x.class(); err != nil {
		return "", err
	}
	var first string
	var more strings.Builder
	for {
		t, err := x.token()
		if err != nil {
			return "", x.ended(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			if more.Len() > 0 {
				return more.String(), nil
			}
			return first, nil
		case xml.StartElement:
			return "", x.fault(ehr.RuleMalformed, "an element %.40s stands where only words can stand", t.Name.Local)
		case xml.CharData:
			if len(first)+len(t) > most || more.Len()+len(t) > most {
				return "", x.fault(ehr.RuleTooLarge, "this text is longer than %d bytes", most)
			}
			switch {
			case first == "" && more.Len() == 0:
				first = string(t)
			case more.Len() == 0:
				more.WriteString(first)
				fallthrough
			default:
				more.Write(t)
			}
		}
	}
}

func (x *xmlSource) text() (string, error) { return x.scalar(ehr.MaxText) }

func (x *xmlSource) data() ([]byte, error) {
	s, err := x.scalar(maxToken)
	if err != nil {
		return nil, err
	}
	b := slices.DeleteFunc([]byte(s), func(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' })
	n, err := base64.StdEncoding.Decode(b, b)
	if err != nil {
		return nil, x.fault(ehr.RuleMalformed, "this is not base64")
	}
	return b[:n], nil
}

func (x *xmlSource) finish() error {
	x.newPart()
	_, err := x.content()
	switch {
	case err == io.EOF:
		return nil
	case err == nil:
		return x.fault(ehr.RuleMalformed, "something follows the end of the extract")
	}
	return err
}
