package standard

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendJSON adds the content as JSON to dst: one way to write it, in the order of the class, digits and characters as they were
// entered. The same content always gives the same bytes. What ReadContent found no place for is not part of it.
func (c *Content) AppendJSON(dst []byte) []byte { return c.Group.appendJSON(dst) }

func (g *Group) appendJSON(dst []byte) []byte {
	entries := g.Entries
	if !slices.IsSortedFunc(entries, byOrder) {
		entries = slices.SortedStableFunc(slices.Values(entries), byOrder)
	}
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, e.Element.ID...)
		dst = append(dst, '"', ':')
		dst = e.appendValues(dst)
	}
	return append(dst, '}')
}

func byOrder(a, b Entry) int { return a.Element.Order - b.Element.Order }

func (e *Entry) appendValues(dst []byte) []byte {
	if !e.Element.Many && len(e.Values) == 1 {
		return appendValue(dst, e.Values[0])
	}
	dst = append(dst, '[')
	for i, v := range e.Values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, v)
	}
	return append(dst, ']')
}

// AppendValue adds one value as JSON to dst, as it would stand in a content.
func AppendValue(dst []byte, v Value) []byte { return appendValue(dst, v) }

func appendValue(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case Text:
		return quote(dst, string(v))
	case Date:
		return quote(dst, string(v))
	case Time:
		return quote(dst, string(v))
	case DateTime:
		return quote(dst, string(v))
	case Number:
		return v.append(dst)
	case Boolean:
		return strconv.AppendBool(dst, bool(v))
	case Quantity:
		dst = v.Number.append(append(dst, `{"value":`...))
		return append(quote(append(dst, `,"unit":`...), v.Unit), '}')
	case Coded:
		return v.appendJSON(dst)
	case Reference:
		return v.appendJSON(dst)
	case Absent:
		return append(quote(append(dst, `{"absent":`...), string(v)), '}')
	case *Group:
		return v.appendJSON(dst)
	}
	return append(dst, "null"...)
}

func (c Coded) appendJSON(dst []byte) []byte {
	open := len(dst)
	dst = append(dst, '{')
	for _, p := range [...]struct{ key, s string }{{"code", c.Code}, {"system", c.System}, {"display", c.Display}, {"text", c.Text}} {
		if p.s == "" {
			continue
		}
		if len(dst) > open+1 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, p.key...)
		dst = append(dst, '"', ':')
		dst = quote(dst, p.s)
	}
	return append(dst, '}')
}

func (r Reference) appendJSON(dst []byte) []byte {
	var text [36]byte
	raw, _ := r.UID.MarshalText() // never fails: an id is always 16 bytes
	copy(text[:], raw)
	dst = append(dst, `{"ref":"`...)
	dst = append(dst, text[:]...)
	dst = append(dst, '"')
	if r.Version > 0 {
		dst = strconv.AppendInt(append(dst, `,"version":`...), int64(r.Version), 10)
	}
	if r.System != "" {
		dst = quote(append(dst, `,"system":`...), r.System)
	}
	return append(dst, '}')
}

// quote adds a JSON string with no more escapes than JSON needs. Bytes that are no characters cannot come here from Decode;
// from elsewhere they become the replacement character.
func quote(dst []byte, s string) []byte {
	out, err := jsontext.AppendQuote(dst, s)
	if err != nil && out == nil {
		return append(dst, `""`...)
	}
	return out
}
