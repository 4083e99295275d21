package extract

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
	"rosemary/standard"
)

// appendContent puts the content of a version together again from the items of its entry: where each stands says which key of which object it was, and the
// order is that in which they come. No class is needed for it.
func appendContent(dst []byte, list []ehr.Item, place string) ([]byte, error) {
	dst = append(dst, '{')
	open := "" // the key whose list is open
	first := true
	for _, item := range list {
		c := item.Record()
		if c.Synthesised {
			continue
		}
		own, ok := placeOf(c.RCID)
		rest, below := strings.CutPrefix(own, place+"/")
		if !ok || !below {
			return nil, fmt.Errorf("the part %s does not stand where it says", c.RCID)
		}
		key, _, inList := strings.Cut(rest, "/")
		if open != "" && (!inList || key != open) {
			dst, open = append(dst, ']'), ""
		}
		switch {
		case open != "":
			dst = append(dst, ',')
		default:
			if !first {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = jsontext.AppendQuote(dst, unescaped.Replace(key)); err != nil {
				return nil, fmt.Errorf("the part %s: %w", c.RCID, err)
			}
			dst = append(dst, ':')
			if inList {
				dst, open = append(dst, '['), key
			}
		}
		first = false
		var err error
		if dst, err = appendItem(dst, item, own); err != nil {
			return nil, err
		}
	}
	if open != "" {
		dst = append(dst, ']')
	}
	return append(dst, '}'), nil
}

// unescaped undoes the escapes of a JSON Pointer.
var unescaped = strings.NewReplacer("~1", "/", "~0", "~")

func appendItem(dst []byte, item ehr.Item, place string) ([]byte, error) {
	switch item := item.(type) {
	case *ehr.Cluster:
		return appendContent(dst, item.Parts, place)
	case *ehr.Element:
		v, ok := valueOf(item.Value)
		if !ok {
			return nil, fmt.Errorf("the value of %s is none that a record holds", item.RCID)
		}
		return standard.AppendValue(dst, v), nil
	}
	return nil, fmt.Errorf("the part %s is neither an element nor a cluster", item.Record().RCID)
}

// valueOf makes a value of a record. Dates and times become words: they are written alike.
func valueOf(v ehr.Value) (standard.Value, bool) {
	switch v := v.(type) {
	case *ehr.SimpleText:
		return standard.Text(v.Text), v.Null == ""
	case *ehr.Integer:
		return number(v.Digits)
	case *ehr.Real:
		return number(v.Digits)
	case *ehr.Quantity:
		n, ok := standard.ParseNumber(v.Digits)
		return standard.Quantity{Number: n, Unit: v.Unit}, ok
	case *ehr.Boolean:
		return standard.Boolean(v.Value), true
	case *ehr.Date:
		return standard.Text(v.Text), true
	case *ehr.Moment:
		return standard.Text(v.Text), v.Null == ""
	case *ehr.Coded:
		return standard.Coded{Code: v.Code, System: v.System, Display: v.Display, Text: v.Text}, v.Null == ""
	case *ehr.ID:
		r, ok := referenceOf(v)
		return r, ok && v.Null == ""
	case *ehr.Null:
		return absentOf(v.Flavour), true
	}
	return nil, false
}

func number(digits string) (standard.Value, bool) {
	n, ok := standard.ParseNumber(digits)
	return n, ok
}
