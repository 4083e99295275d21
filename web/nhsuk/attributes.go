package nhsuk

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Attribute is one HTML attribute. An attribute that is true by being there, such as hidden, has an empty value.
type Attribute struct {
	Name  string
	Value string
}

// Attributes are HTML attributes in the order in which they are written.
type Attributes []Attribute

// UnmarshalJSONFrom reads an object of names and values, in its order. A value is a string, a number or a boolean.
func (a *Attributes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*a = nil
	switch dec.PeekKind() {
	case 'n':
		return dec.SkipValue()
	case '{':
	default:
		return fmt.Errorf("attributes: want an object of names and values, got %v", dec.PeekKind())
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String() // before the next read: a token is only valid until then
		value, err := dec.ReadToken()
		if err != nil {
			return err
		}
		switch value.Kind() {
		case '{', '[':
			return fmt.Errorf("attribute %q: want a string, a number or a boolean", key)
		case 'n':
			*a = append(*a, Attribute{Name: key})
		default:
			*a = append(*a, Attribute{Name: key, Value: value.String()})
		}
	}
	_, err := dec.ReadToken()
	return err
}

// write writes each attribute with a space before it. What a page may not hold is not written as it is: a name that
// could break out of the tag or run a script is kept as the value of data-refused, so that it is seen in the source of
// the page; an address that could run a script is replaced.
func (a Attributes) write(b *strings.Builder) {
	for _, at := range a {
		name, value := at.Name, at.Value
		switch {
		case !safeName(name):
			name, value = "data-refused", at.Name
		case addressed(name):
			value = safeAddress(value)
		}
		b.WriteByte(' ')
		b.WriteString(name)
		b.WriteString(`="`)
		b.WriteString(template.HTMLEscapeString(value))
		b.WriteByte('"')
	}
}

// safeName says whether a name is plainly the name of an attribute, and not of one that holds a script.
func safeName(name string) bool {
	if name == "" || len(name) > 2 && strings.EqualFold(name[:2], "on") {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == ':':
		default:
			return false
		}
	}
	return !strings.EqualFold(name, "srcdoc")
}

// addressed says whether the browser follows, or loads, what the attribute holds.
func addressed(name string) bool {
	switch strings.ToLower(name) {
	case "href", "xlink:href", "src", "action", "formaction", "poster", "data", "cite", "background":
		return true
	}
	return false
}

// safeAddress is the address, or a harmless one if following it could run a script.
func safeAddress(address string) string {
	head := address
	if i := strings.IndexAny(head, "/?#"); i >= 0 {
		head = head[:i]
	}
	scheme, _, found := strings.Cut(head, ":")
	if !found {
		return address
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel", "sms":
		return address
	}
	return "#address-refused"
}

// all joins lists of attributes.
func all(lists ...Attributes) Attributes {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	out := make(Attributes, 0, n)
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// set is an attribute that is always written.
func set(name, value string) Attributes {
	return Attributes{{name, value}}
}

// opt is an attribute that is left out if it has no value.
func opt(name, value string) Attributes {
	if value == "" {
		return nil
	}
	return set(name, value)
}

// flag is an attribute that is true by being there.
func flag(name string, on bool) Attributes {
	if !on {
		return nil
	}
	return set(name, "")
}

// number is an attribute that is left out if it is zero.
func number(name string, n int) Attributes {
	if n == 0 {
		return nil
	}
	return set(name, strconv.Itoa(n))
}

// stated is an attribute that says true or false if the choice was made, and is left out if it was not.
func stated(name string, c Choice) Attributes {
	switch c {
	case Yes:
		return set(name, "true")
	case No:
		return set(name, "false")
	}
	return nil
}
