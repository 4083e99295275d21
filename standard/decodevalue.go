package standard

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// value reads one value of an element, nil when there is none to keep.
func (r *reader) value(e *Element) Value {
	switch kind := r.dec.PeekKind(); {
	case kind == '{' && e.Value == GroupValue:
		g := &Group{}
		if absent := r.group(g, e.Block, true); absent != "" {
			return r.stated(e, absent)
		}
		return g
	case kind == '{':
		return r.object(e)
	case kind == '"' && isWords(e.Value):
		text, ok := r.unquote(r.raw())
		if !ok {
			return nil
		}
		return r.words(e, text)
	case kind == '0' && e.Value == NumberValue:
		n, ok := r.number(r.raw())
		if !ok {
			return nil
		}
		r.limits(e, n)
		return n
	case (kind == 't' || kind == 'f') && e.Value == BooleanValue:
		r.token()
		return Boolean(kind == 't')
	default:
		r.hard(RuleWrongType, r.skip(), wrongTypeMessage(e, kind))
		return nil
	}
}

// isWords says whether values of the kind are strings in JSON.
func isWords(kind ValueKind) bool {
	return kind == TextValue || kind == DateValue || kind == TimeValue || kind == DateTimeValue
}

// words reads what is a string in JSON.
func (r *reader) words(e *Element, text []byte) Value {
	if e.Value == TextValue {
		return r.text(e, string(text))
	}
	s := string(text)
	var rule, wrong string
	var v Value
	switch e.Value {
	case DateValue:
		v = Date(s)
		rule, wrong = checkDate(s)
	case TimeValue:
		v = Time(s)
		rule, wrong = checkTime(s)
	default:
		v = DateTime(s)
		rule, wrong = checkDateTime(s)
	}
	if rule != "" {
		r.hard(rule, s, e.Name+": "+wrong)
		return nil
	}
	return v
}

// text checks a text's length, characters and form.
func (r *reader) text(e *Element, s string) Value {
	if r.lenient {
		return Text(s)
	}
	if e.Check == CheckNHSNumber {
		digits, ok := NHSNumber(s)
		if !ok {
			r.soft(RuleNHSNumber, s, e.Name+": this is not a valid NHS number. It has 10 digits, and the last proves the others. Check it for a slip.")
			return nil
		}
		s = digits
	}
	if !r.characters(e.Name, s, r.o.TextLimit) {
		return nil
	}
	if n := NewNumber(int64(utf8.RuneCountInString(s))); e.Max != nil && n.Cmp(*e.Max) > 0 {
		r.soft(RuleTooLong, s, e.Name+" is too long: it has "+n.String()+" characters and can have "+e.Max.String()+".")
	} else if e.Min != nil && n.Cmp(*e.Min) < 0 {
		r.soft(RuleTooShort, s, e.Name+" is too short: it has "+n.String()+" characters and needs "+e.Min.String()+".")
	}
	if e.pattern != nil && !e.pattern.MatchString(s) {
		r.soft(RulePattern, s, e.Name+" is not written as it should be."+patternHint(e))
	}
	return Text(s)
}

// TurnsRound reports whether a character makes a screen show what follows in another order than it stands: nobody types it, and a name that holds it can read as another. Text of languages that are
// written from right to left needs none.
func TurnsRound(c rune) bool { return c == '\u202d' || c == '\u202e' }

// characters notes a text that is empty, too long or has characters that nothing can show.
func (r *reader) characters(name, s string, limit int) bool {
	if r.lenient {
		return true
	}
	empty, count := true, 0
	for _, c := range s {
		count++
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0xFFFE || c == 0xFFFF {
			r.soft(RuleBadCharacter, s, name+" has a character that cannot be shown. Take it out.")
			return false
		}
		if TurnsRound(c) {
			r.soft(RuleBadCharacter, s, name+" holds a hidden sign that shows what follows back to front, so that it reads as something else. Type it anew.")
			return false
		}
		empty = empty && (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\u00a0')
	}
	switch {
	case empty:
		r.soft(RuleEmpty, s, name+" is empty. Write something or leave it out.")
		return false
	case count > limit:
		r.soft(RuleTooLong, s, name+" is too long: it has "+strconv.Itoa(count)+" characters and can have "+strconv.Itoa(limit)+".")
		return false
	}
	return true
}

// number reads a JSON number, every digit of it.
func (r *reader) number(raw []byte) (Number, bool) {
	n, ok := ParseNumber(string(raw))
	if !ok && raw != nil {
		r.hard(RuleBadNumber, string(raw), "Write the number in plain digits, without an exponent and with at most "+strconv.Itoa(maxDigits)+" of them.")
	}
	return n, ok
}

// limits checks a number against the least and the most it can be.
func (r *reader) limits(e *Element, n Number) {
	if e.Min != nil && n.Cmp(*e.Min) < 0 || e.Max != nil && n.Cmp(*e.Max) > 0 {
		r.soft(RuleOutOfRange, n.String(), rangeMessage(e))
	}
}

// part is one key of a value that is an object in JSON.
type part struct {
	key string
	raw []byte
}

// partsOf lists the keys that a value of the kind may have.
func partsOf(kind ValueKind) []string {
	switch kind {
	case CodedValue:
		return []string{"code", "system", "display", "text"}
	case QuantityValue:
		return []string{"value", "unit"}
	case ReferenceValue:
		return []string{"ref", "version", "system"}
	}
	return nil
}

// object reads a value that is an object in JSON: a coded value, a quantity, a reference or a stated absence.
func (r *reader) object(e *Element) Value {
	var parts [4]part
	for i, key := range partsOf(e.Value) {
		parts[i].key = key
	}
	absent, keys, ok := r.parts(e, &parts)
	switch {
	case r.stopped || !ok:
		return nil
	case absent != "" && keys > 1:
		r.hard(RuleAbsenceAlone, string(absent), e.Name+" is said to be absent, so it can have no other answers.")
		return nil
	case absent != "":
		return r.stated(e, absent)
	}
	switch e.Value {
	case CodedValue:
		return r.coded(e, &parts)
	case QuantityValue:
		return r.quantity(e, &parts)
	case ReferenceValue:
		return r.reference(e, &parts)
	}
	r.hard(RuleWrongType, "", wrongTypeMessage(e, '{'))
	return nil
}

// parts reads the keys of an object into the parts; it returns the absence that the object states instead, how many keys there were,
// and whether all could be read.
func (r *reader) parts(e *Element, parts *[4]part) (absent Absent, keys int, ok bool) {
	r.token() // {
	ok = true
	for ; !r.stopped && r.dec.PeekKind() != '}'; keys++ {
		name, readable := r.name()
		if !readable {
			ok = false
			continue
		}
		if string(name) == "absent" {
			var known bool
			absent, known = r.absence(r.raw(), e.Name)
			ok = ok && known
			continue
		}
		ok = r.part(e, parts, string(name)) && ok
	}
	r.token() // }
	return absent, keys, ok
}

// part reads one key of an object into its place.
func (r *reader) part(e *Element, parts *[4]part, name string) bool {
	r.push(name)
	defer r.pop()
	for i := range parts {
		switch p := &parts[i]; {
		case p.key != name || name == "":
			continue
		case p.raw != nil:
			r.hard(RuleDuplicate, r.skip(), strconv.Quote(name)+" is there twice. Send it once.")
			return false
		default:
			p.raw = r.scalar(name)
			return p.raw != nil
		}
	}
	message := strconv.Quote(name) + " does not belong in " + e.Name + "."
	if keys := partsOf(e.Value); len(keys) > 0 {
		message = strconv.Quote(name) + " does not belong in " + e.Name + ". Its keys are " + strings.Join(keys, ", ") + "."
	}
	r.hard(RuleUnknownElement, r.skip(), message)
	return false
}

// scalar reads a string or a number, nil when it is neither.
func (r *reader) scalar(name string) []byte {
	kind := r.dec.PeekKind()
	wantNumber := name == "value" || name == "version"
	switch {
	case kind == '"' && !wantNumber, kind == '0' && wantNumber:
		return r.raw()
	case wantNumber:
		r.hard(RuleWrongType, r.skip(), strconv.Quote(name)+" must be a number.")
	default:
		r.hard(RuleWrongType, r.skip(), strconv.Quote(name)+" must be a text.")
	}
	return nil
}

// absence reads the word of a stated absence.
func (r *reader) absence(raw []byte, name string) (Absent, bool) {
	if r.stopped {
		return "", false
	}
	a := Absent(bytes.Trim(raw, `"`))
	switch a {
	case NotAsked, AskedNotKnown, Declined, NotApplicable, Masked:
		return a, raw[0] == '"'
	}
	r.hard(RuleUnknownAbsence, string(raw), name+": this reason for having no answer is not known. Use one of: "+strings.Join(absences(), ", ")+".")
	return "", false
}

func absences() []string {
	return []string{string(NotAsked), string(AskedNotKnown), string(Declined), string(NotApplicable), string(Masked)}
}

// stated checks that the element may be a stated absence.
func (r *reader) stated(e *Element, a Absent) Value {
	if e.NoAbsence && !r.o.AllowIncomplete {
		r.soft(RuleNoAbsence, string(a), e.Name+" must have an answer: the record is not safe without it.")
	}
	return a
}

// string reads a part that is a text of moderate length.
func (r *reader) string(e *Element, p part, limit int) (string, bool) {
	if p.raw == nil {
		return "", true
	}
	r.push(p.key)
	defer r.pop()
	s, ok := r.unquote(p.raw)
	if !ok || !r.characters(e.Name, string(s), limit) {
		return "", false
	}
	return string(s), true
}

// quantity reads a number with its unit.
func (r *reader) quantity(e *Element, parts *[4]part) Value {
	if parts[0].raw == nil || parts[1].raw == nil {
		r.hard(RuleWrongType, "", e.Name+" needs a number and its unit.")
		return nil
	}
	n, ok := r.number(parts[0].raw)
	unit, unitOK := r.string(e, parts[1], codeLimit)
	if !ok || !unitOK {
		return nil
	}
	for _, u := range e.Units {
		if u == unit {
			r.limits(e, n)
			return Quantity{Number: n, Unit: u}
		}
	}
	r.soft(RuleUnknownUnit, unit, e.Name+" cannot be in "+strconv.Quote(unit)+". Use "+strings.Join(e.Units, " or ")+".")
	return Quantity{Number: n, Unit: unit}
}

// reference reads a pointer at a record or at one version of it.
func (r *reader) reference(e *Element, parts *[4]part) Value {
	id, ok := r.string(e, parts[0], codeLimit)
	system, systemOK := r.string(e, parts[2], codeLimit)
	if !ok || !systemOK {
		return nil
	}
	uid, err := uuid.Parse(id)
	if err != nil || len(id) != 36 || uid == uuid.Nil {
		r.hard(RuleBadReference, id, e.Name+" does not point at a record. Choose the record again.")
		return nil
	}
	ref := Reference{UID: uid, System: system}
	if raw := parts[1].raw; raw != nil {
		ref.Version, err = strconv.Atoi(string(raw))
		if err != nil || ref.Version < 1 || ref.Version > 1<<31-1 {
			r.hard(RuleBadReference, string(raw), e.Name+": a version is a whole number from 1.")
			return nil
		}
	}
	if system != "" && ref.Version == 0 {
		r.hard(RuleBadReference, system, e.Name+" names a system but no version. Give both or neither.")
		return nil
	}
	if e.Role == RoleSubject && r.o.Subject != uuid.Nil && uid != r.o.Subject {
		r.soft(RuleOtherSubject, id, e.Name+" names somebody else. This record is about the person whose record it stands in.")
	}
	return ref
}
