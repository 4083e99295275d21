package native

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"

	"rosemary/ehr"
	"rosemary/ehr/xmlscan"
)

// xmlSource reads XML tag by tag.
type xmlSource struct {
	input
	scan    *xmlscan.Scanner
	entered []bool // of each object that is open: one of its attributes is
	start   int64  // where the part began
}

// limits are those of a tag, and of what stands between two.
var limits = xmlscan.Limits{Depth: ehr.MaxDepth + 16, Between: maxToken, Tag: maxTag, Attrs: maxAttributes}

// Decode reads an extract in canonical XML.
func (d *xmlDialect) Decode(r io.Reader, yield func(ehr.Part) error) error {
	x := &xmlSource{scan: xmlscan.New(r, limits)}
	if err := x.root(); err != nil {
		return err
	}
	return decode(d.m, x, yield)
}

func (x *xmlSource) newPart() { x.start, x.objects = x.scan.Offset(), 0 }

func (x *xmlSource) repeats() bool { return true }

func (x *xmlSource) fault(rule, message string, values ...any) error {
	line, column := x.scan.Position()
	return x.input.fault(rule, message+fmt.Sprintf(" (line %d, column %d)", line, column), values...)
}

// token reads one token.
func (x *xmlSource) token() (xmlscan.Kind, error) {
	if x.scan.Offset()-x.start > maxPart {
		return 0, x.fault(ehr.RuleTooLarge, "one part of the extract is larger than %d bytes", maxPart)
	}
	k, err := x.scan.Next()
	if err != nil {
		return 0, x.broken(err)
	}
	return k, nil
}

// broken says what is wrong with the bytes; an error of the reader itself is handed on.
func (x *xmlSource) broken(err error) error {
	var e *xmlscan.Error
	switch {
	case err == io.EOF:
		return err
	case !errors.As(err, &e):
		return fmt.Errorf("reading an extract: %w", err)
	}
	rules := map[int]string{xmlscan.TooLarge: ehr.RuleTooLarge, xmlscan.TooDeep: ehr.RuleTooDeep, xmlscan.Twice: ehr.RuleTwice}
	return x.fault(cmp.Or(rules[e.Why], ehr.RuleMalformed), "%s", e.Message)
}

// root reads up to the tag of the root.
func (x *xmlSource) root() error {
	k, err := x.content()
	if err == io.EOF {
		return x.fault(ehr.RuleMalformed, "there is no extract here")
	}
	if err != nil {
		return err
	}
	if k != xmlscan.Start {
		return x.fault(ehr.RuleMalformed, "this is no extract")
	}
	if name := x.scan.Name(); name != (xmlscan.Name{Space: Namespace, Local: "EHR_EXTRACT"}) {
		return x.fault(ehr.RuleUnknownType, "the root is {%.80s}%.40s; it must be EHR_EXTRACT of %s", name.Space, name.Local, Namespace)
	}
	return nil
}

// content reads the next tag. Between two there is white space.
func (x *xmlSource) content() (xmlscan.Kind, error) {
	for {
		k, err := x.token()
		if err != nil || k != xmlscan.Words {
			return k, err
		}
		for _, c := range x.scan.Words() {
			if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
				return 0, x.fault(ehr.RuleMalformed, "words stand where only elements can stand")
			}
		}
	}
}

// class gives the xsi:type of the tag that was read last, without its prefix. Other attributes are refused.
func (x *xmlSource) class() (string, error) {
	kind := ""
	for _, a := range x.scan.Attrs() {
		switch {
		case a.Name.Space == "xmlns", a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == instanceNamespace && a.Name.Local == "type":
			if kind != "" {
				return "", x.fault(ehr.RuleTwice, "xsi:type is given twice")
			}
			kind = x.scan.Shared(bytes.TrimSpace(a.Value[bytes.IndexByte(a.Value, ':')+1:]))
		case a.Name.Space == instanceNamespace && (a.Name.Local == "schemaLocation" || a.Name.Local == "noNamespaceSchemaLocation"):
		default:
			return "", x.fault(ehr.RuleUnknown, "%.40s has no attribute %.40q", x.scan.Name().Local, a.Name.Local)
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
	k, err := x.content()
	if err != nil {
		return "", x.ended(err)
	}
	if k != xmlscan.Start { // the end of this one: the scanner sees to it that tags fit
		x.entered = x.entered[:last]
		x.depth--
		return "", nil
	}
	name := x.scan.Name()
	x.place.Enter(name.Local)
	x.entered[last] = true
	if name.Space != Namespace {
		return "", x.fault(ehr.RuleUnknown, "%.40s is of the namespace %.80q; here all are of %s", name.Local, name.Space, Namespace)
	}
	return name.Local, nil
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
	var more []byte
	for {
		k, err := x.token()
		switch {
		case err != nil:
			return "", x.ended(err)
		case k == xmlscan.Start:
			return "", x.fault(ehr.RuleMalformed, "an element %.40s stands where only words can stand", x.scan.Name().Local)
		case k == xmlscan.End && more != nil:
			return string(more), nil
		case k == xmlscan.End:
			return first, nil
		}
		words := x.scan.Words()
		if max(len(first), len(more))+len(words) > most {
			return "", x.fault(ehr.RuleTooLarge, "this text is longer than %d bytes", most)
		}
		switch {
		case first == "":
			first = string(words)
		case more == nil:
			more = append([]byte(first), words...)
		default:
			more = append(more, words...)
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
