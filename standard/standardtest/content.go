// Package standardtest generates record content for property tests: valid content of any class of a catalogue, in every form that
// the encoding allows. Plain examples come from standard.Class.Example.
package standardtest

import (
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/standard"
)

// Options says what the generated content may refer to.
type Options struct {
	Subject uuid.UUID                         // whom the record is about; zero: somebody made up
	Ref     func(*standard.Element) uuid.UUID // what a reference points at; nil: any id
	Skip    func(e *standard.Element) bool    // optional elements to leave out; nil: none
}

// Content draws valid content of the class as JSON: optional elements there or not, stated absences, partial dates, keys in any order.
func Content(t *rapid.T, class *standard.Class, o Options) []byte {
	g := &generator{t: t, Options: o}
	return g.group(nil, class)
}

// generator draws one content.
type generator struct {
	t *rapid.T
	Options
}

func (g *generator) group(dst []byte, class *standard.Class) []byte {
	var members [][]byte
	for _, e := range class.Elements {
		wanted := e.Must || (g.Skip == nil || !g.Skip(e)) && rapid.IntRange(0, 2).Draw(g.t, "has "+e.ID) == 0
		if wanted {
			members = append(members, g.member(e))
		}
	}
	if len(members) == 0 && len(class.Elements) > 0 && class.Kind == standard.KindBlock {
		members = append(members, g.member(class.Elements[0]))
	}
	if len(members) > 1 {
		members = rapid.Permutation(members).Draw(g.t, "order")
	}
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, m...)
	}
	return append(dst, '}')
}

func (g *generator) member(e *standard.Element) []byte {
	dst := append(strconv.AppendQuote(nil, e.ID), ": "...)
	absent := !e.NoAbsence && rapid.IntRange(0, 9).Draw(g.t, "absent "+e.ID) == 0
	one := func(dst []byte) []byte {
		if absent {
			return append(dst, `{"absent": "`+rapid.SampledFrom(absences()).Draw(g.t, "why")+`"}`...)
		}
		return g.value(dst, e)
	}
	if !e.Many {
		return one(dst)
	}
	n := 1
	if !absent && e.Role != standard.RoleSubject {
		n = rapid.IntRange(1, 3).Draw(g.t, "how many "+e.ID)
	}
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst)
	}
	return append(dst, ']')
}

func absences() []string {
	return []string{
		string(standard.NotAsked), string(standard.AskedNotKnown), string(standard.Declined), string(standard.NotApplicable), string(standard.Masked),
	}
}

func (g *generator) value(dst []byte, e *standard.Element) []byte {
	switch e.Value {
	case standard.TextValue:
		return quote(dst, g.text(e))
	case standard.NumberValue:
		return append(dst, g.number(e)...)
	case standard.QuantityValue:
		unit := rapid.SampledFrom(e.Units).Draw(g.t, "unit")
		dst = append(dst, `{"unit": `...)
		return append(append(append(quote(dst, unit), `, "value": `...), g.number(e)...), '}')
	case standard.BooleanValue:
		return strconv.AppendBool(dst, rapid.Bool().Draw(g.t, e.ID))
	case standard.DateValue:
		return quote(dst, g.date())
	case standard.TimeValue:
		return quote(dst, g.clock())
	case standard.DateTimeValue:
		return quote(dst, g.dateTime())
	case standard.CodedValue:
		return g.coded(dst, e.ValueSet)
	case standard.ReferenceValue:
		return g.reference(dst, e)
	}
	return g.group(dst, e.Block)
}

// quote adds a JSON string. What is drawn is always UTF-8.
func quote(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

// text draws words; where the element asks for a form or a length, an example that keeps to it.
func (g *generator) text(e *standard.Element) string {
	if e.Check != "" || e.Pattern != "" || e.Min != nil || e.Max != nil {
		return standard.ExampleText(e, rapid.Uint64().Draw(g.t, "seed"))
	}
	shown := rapid.Rune().Filter(func(c rune) bool {
		return !standard.TurnsRound(c) && c > ' ' && c != 0x7f && c != 0xa0 && c != 0xFFFE && c != 0xFFFF
	})
	space := rapid.SampledFrom([]rune{' ', '\n', '\t', '"', '\\', '/', '<', 'é', '🌿'})
	return string(shown.Draw(g.t, "first")) + rapid.StringOf(rapid.OneOf(shown, space)).Draw(g.t, e.ID)
}

// number draws digits within the limits, trailing zeros among them.
func (g *generator) number(e *standard.Element) string {
	zeros := rapid.SampledFrom([]string{"", ".0", ".00", ".5", ".25", ".125"}).Draw(g.t, "fraction")
	s := strconv.Itoa(rapid.IntRange(0, 300).Draw(g.t, "number")) + zeros
	n, _ := standard.ParseNumber(s)
	switch {
	case e.Min != nil && n.Cmp(*e.Min) < 0:
		return e.Min.String()
	case e.Max != nil && n.Cmp(*e.Max) > 0:
		return e.Max.String()
	}
	return s
}

func (g *generator) fullDate() string {
	return fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(1900, 2100).Draw(g.t, "year"), rapid.IntRange(1, 12).Draw(g.t, "month"), rapid.IntRange(1, 28).Draw(g.t, "day"))
}

func (g *generator) date() string {
	return g.fullDate()[:rapid.SampledFrom([]int{10, 7, 4}).Draw(g.t, "date goes to")]
}

func (g *generator) clock() string {
	s := fmt.Sprintf("%02d:%02d:%02d", rapid.IntRange(0, 23).Draw(g.t, "hour"), rapid.IntRange(0, 59).Draw(g.t, "minute"), rapid.IntRange(0, 59).Draw(g.t, "second"))
	return s[:rapid.SampledFrom([]int{5, 8}).Draw(g.t, "time goes to")]
}

func (g *generator) dateTime() string {
	if rapid.Bool().Draw(g.t, "date only") {
		return g.date()
	}
	clock := g.clock()
	if len(clock) == 8 {
		clock += rapid.SampledFrom([]string{"", ".5", ".123456789"}).Draw(g.t, "fraction of a second")
	}
	return g.fullDate() + "T" + clock + rapid.SampledFrom([]string{"Z", "+00:00", "+01:00", "-03:30", "+14:00"}).Draw(g.t, "offset")
}

// coded draws a member of the set, with or without its system; from an open set also another code, or words.
func (g *generator) coded(dst []byte, set *standard.ValueSet) []byte {
	kind := 0
	if set.Open {
		kind = rapid.IntRange(0, 2).Draw(g.t, "sort of code")
	}
	switch {
	case kind == 1:
		return append(dst, `{"code": "x1", "system": "urn:example:other", "display": "Something else"}`...)
	case kind == 2 || len(set.Codes) == 0:
		return append(dst, `{"text": "in words"}`...)
	}
	i := rapid.IntRange(0, len(set.Codes)-1).Draw(g.t, "code")
	dst = quote(append(dst, `{"code": `...), set.Codes[i].Code)
	if rapid.Bool().Draw(g.t, "with system") {
		dst = quote(append(dst, `, "system": `...), set.SystemOf(&set.Codes[i]))
	}
	return append(dst, '}')
}

func (g *generator) reference(dst []byte, e *standard.Element) []byte {
	var id uuid.UUID
	switch {
	case e.Role == standard.RoleSubject && g.Subject != uuid.Nil:
		id = g.Subject
	case g.Ref != nil:
		id = g.Ref(e)
	default:
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(g.t, "id"))
		id[0] |= 1
	}
	dst = append(dst, `{"ref": "`+id.String()+`"`...)
	if e.Role != standard.RoleSubject && g.Ref == nil && rapid.Bool().Draw(g.t, "pinned") {
		dst = append(dst, `, "version": 3, "system": "urn:example:system"`...)
	}
	return append(dst, '}')
}
