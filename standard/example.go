package standard

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// ExampleOptions says what example is wanted.
type ExampleOptions struct {
	Full bool   // every element, rather than only what must be there
	Seed uint64 // the same seed gives the same example
	// Ref gives the record that a reference element points at; nil gives made-up ids. It is asked for the subject too.
	Ref func(e *Element) uuid.UUID
	// Skip tells which optional elements to leave out; nil: none.
	Skip func(e *Element) bool
}

// Example makes valid content of the class in JSON, for documentation and tests: plausible, fictional, and the same each time.
func (c *Class) Example(o ExampleOptions) []byte {
	x := &exampler{ExampleOptions: o, rng: rand.New(rand.NewPCG(o.Seed, 4102))}
	return x.group(c).appendJSON(nil)
}

// ExampleText makes a text that keeps to the element's check, form and length.
func ExampleText(e *Element, seed uint64) string {
	x := &exampler{rng: rand.New(rand.NewPCG(seed, 4102))}
	return x.text(e)
}

// exampler makes one example.
type exampler struct {
	ExampleOptions
	rng *rand.Rand
}

func (x *exampler) group(class *Class) *Group {
	g := &Group{}
	for _, e := range class.Elements {
		if e.NamesFile() {
			continue // an example cannot name a file that nobody has sent
		}
		if e.Must || x.Full && (x.Skip == nil || !x.Skip(e)) {
			x.fill(g, e)
		}
	}
	if len(g.Entries) == 0 && len(class.Elements) > 0 && class.Kind == KindBlock {
		x.fill(g, class.Elements[0]) // a group that is there has something in it
	}
	return g
}

// fill gives the group a value of the element, or a few where it can have several.
func (x *exampler) fill(g *Group, e *Element) {
	n := 1
	if e.Many && x.Full && e.Role != RoleSubject {
		n += x.rng.IntN(2)
	}
	entry := Entry{Element: e}
	for range n {
		entry.Values = append(entry.Values, x.value(e))
	}
	g.Entries = append(g.Entries, entry)
}

func (x *exampler) value(e *Element) Value {
	switch e.Value {
	case TextValue:
		return Text(x.text(e))
	case NumberValue:
		return x.number(e)
	case QuantityValue:
		return Quantity{Number: x.number(e), Unit: e.Units[x.rng.IntN(len(e.Units))]}
	case BooleanValue:
		return Boolean(x.rng.IntN(2) == 0)
	case DateValue:
		return Date(x.date(e))
	case TimeValue:
		return Time(x.clock())
	case DateTimeValue:
		return DateTime(x.date(e) + "T" + x.clock() + "Z")
	case CodedValue:
		return x.coded(e)
	case ReferenceValue:
		return Reference{UID: x.ref(e)}
	}
	return x.group(e.Block)
}

func (x *exampler) ref(e *Element) uuid.UUID {
	if x.Ref != nil {
		return x.Ref(e)
	}
	id := uuid.UUID{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80}
	id[15] = byte(1 + x.rng.IntN(9))
	return id
}

func (x *exampler) coded(e *Element) Value {
	set := e.ValueSet
	if len(set.Codes) == 0 {
		return Coded{Text: "In words: " + strings.ToLower(e.Name)}
	}
	c := &set.Codes[x.rng.IntN(len(set.Codes))]
	return Coded{Code: c.Code, System: set.SystemOf(c), Display: c.Display}
}

func (x *exampler) date(e *Element) string {
	year := 2026
	if e.Role == RoleBirthDate {
		year = 1931 + x.rng.IntN(30)
	}
	return fmt.Sprintf("%d-%02d-%02d", year, 1+x.rng.IntN(12), 1+x.rng.IntN(28))
}

func (x *exampler) clock() string {
	return fmt.Sprintf("%02d:%02d", 7+x.rng.IntN(15), 5*x.rng.IntN(12))
}

// number keeps to the limits: the least, or something a little above it.
func (x *exampler) number(e *Element) Number {
	n := NewNumber(int64(1 + x.rng.IntN(9)))
	switch {
	case e.Min != nil && n.Cmp(*e.Min) < 0:
		return *e.Min
	case e.Max != nil && n.Cmp(*e.Max) > 0:
		return *e.Max
	}
	return n
}

// text makes words that fit the element's role, form and length.
func (x *exampler) text(e *Element) string {
	if e.Check == CheckNHSNumber {
		return x.nhsNumber()
	}
	if e.Pattern != "" {
		if re, err := syntax.Parse(e.Pattern, syntax.Perl); err == nil {
			return x.matching(re)
		}
	}
	s := "Words about: " + strings.ToLower(e.Name)
	if names := exampleNames(e.Role); names != nil {
		s = names[x.rng.IntN(len(names))]
	}
	if e.Max != nil {
		if most, err := strconv.Atoi(e.Max.String()); err == nil && len(s) > most {
			s = s[:most]
		}
	}
	if e.Min != nil {
		if least, err := strconv.Atoi(e.Min.String()); err == nil && len(s) < least {
			s += strings.Repeat("a", least-len(s))
		}
	}
	return s
}

// exampleNames gives fictional names for the roles that hold names.
func exampleNames(role string) []string {
	switch role {
	case RoleGivenName, RolePreferredName:
		return []string{"Marjorie", "Wilfred", "Precious", "Idris", "Halina"}
	case RoleFamilyName:
		return []string{"Thistlewood", "Okonedo-Park", "Llewellyn-Fox", "Brambleby"}
	case RoleName:
		return []string{"Larkspur House", "Thistledown Home Care", "Quillbrook Surgery"}
	case RoleRoom:
		return []string{"12", "4", "Garden 2"}
	}
	return nil
}

// nhsNumber makes a number of the range that is never issued, with its check digit.
func (x *exampler) nhsNumber() string {
	for {
		first := fmt.Sprintf("999%06d", x.rng.IntN(1_000_000))
		for check := range 10 {
			if s, ok := NHSNumber(first + strconv.Itoa(check)); ok {
				return s
			}
		}
	}
}

// matching makes a short text of the form that a pattern asks for.
func (x *exampler) matching(re *syntax.Regexp) string {
	var b strings.Builder
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(x.oneOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpAlternate:
		b.WriteString(x.matching(re.Sub[x.rng.IntN(len(re.Sub))]))
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, sub := range re.Sub {
			b.WriteString(x.matching(sub))
		}
	case syntax.OpRepeat:
		for range re.Min {
			b.WriteString(x.matching(re.Sub[0]))
		}
	}
	return b.String()
}

// oneOf picks a plain letter or digit of a character class, or its first character where it has none. The class is
// a list of first and last characters.
func (x *exampler) oneOf(class []rune) rune {
	var plain []rune
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= c && c <= class[i+1] {
				plain = append(plain, c)
			}
		}
	}
	if len(plain) == 0 {
		return class[0]
	}
	return plain[x.rng.IntN(len(plain))]
}
