package access

import (
	"bytes"
	"context"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/record"
)

// saidBeside names, among what a refiled record leaves out, what stood beside it.
const saidBeside = "What another program said beside it"

// besideRefiled gives what stands beside a record for the other person's: where it names the first person or the record, it names the other. Nil, and true, where it cannot come along: it was said of
// an earlier version, or says the first person's name or NHS number, or points at others of their records.
func (s *Session) besideRefiled(ctx context.Context, v *record.Version, rec uuid.UUID, r Refiling) (said []byte, leftOut bool, err error) {
	if len(v.Beside) == 0 {
		return nil, false, nil
	}
	if v.BesideOf != v.Number {
		return nil, true, nil
	}
	readdressed := strings.NewReplacer(r.From.String(), r.To.String(), v.Record.String(), rec.String(), dashless(r.From), dashless(r.To), dashless(v.Record), dashless(rec))
	said = besideOfOther(v.Beside, true, func(text string) (string, bool) {
		now := readdressed.Replace(text)
		return now, now != text
	})
	telling, err := s.tellsOf(ctx, string(said), r.From)
	if err != nil || telling {
		return nil, telling, err
	}
	return said, false, nil
}

// besideOfOther writes JSON anew with other names in it, every number as it was. What stands beside such a name in one object is about whom it named, and goes; but for the whole itself.
func besideOfOther(raw jsontext.Value, whole bool, rename func(string) (string, bool)) jsontext.Value {
	switch raw.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, raw)
		if now, renamed := rename(string(text)); err == nil && renamed {
			quoted, _ := jsontext.AppendQuote(nil, now)
			return quoted
		}
		return raw
	case '[', '{':
	default:
		return raw
	}
	type member struct {
		name, value jsontext.Value
		renamed     bool
	}
	var members []member
	object, naming := raw.Kind() == '{', false
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.ReadToken(); err != nil {
		return raw
	}
	for k := dec.PeekKind(); k != '}' && k != ']' && k != 0; k = dec.PeekKind() {
		var m member
		if object {
			name, err := dec.ReadValue()
			if err != nil {
				return raw
			}
			m.name = name.Clone()
		}
		value, err := dec.ReadValue()
		if err != nil {
			return raw
		}
		m.value = besideOfOther(value.Clone(), false, rename)
		m.renamed = value.Kind() == '"' && !bytes.Equal(m.value, value)
		naming = naming || object && m.renamed
		members = append(members, m)
	}
	out, end := jsontext.Value{raw[0]}, raw[len(raw)-1]
	for _, m := range members {
		if naming && !whole && !m.renamed {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		if object {
			out = append(append(out, m.name...), ':')
		}
		out = append(out, m.value...)
	}
	return append(out, end)
}

// dashless is an id without its dashes, as some programs write it.
func dashless(uid uuid.UUID) string { return hex.EncodeToString(uid[:]) }

// uidInText is an id, with dashes or without; two may stand side by side.
var uidInText = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}`)

// tellsOf reports whether a text names a person, or points at something in their record.
func (s *Session) tellsOf(ctx context.Context, text string, person uuid.UUID) (bool, error) {
	var uids []uuid.UUID
	for _, found := range uidInText.FindAllString(text, -1) {
		uids = append(uids, uuid.MustParse(found))
	}
	targets, err := s.guard.config.Log.Targets(ctx, person, uids)
	if err != nil {
		return false, err
	}
	for _, uid := range uids {
		if t, ok := targets[uid]; uid == person || ok && t.Stream == person {
			return true, nil
		}
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return false, err
	}
	people, _, err := s.guard.config.Register.People(ctx, Selection{UID: person, At: head, Day: s.guard.today(), Scope: record.Scope{Everything: true}, Limit: 1})
	if err != nil {
		return false, err
	}
	if len(people) == 0 {
		return false, notFound()
	}
	card := people[0].Card
	if digits := onlyDigits(card.NHSNumber); digits != "" && strings.Contains(onlyDigits(text), digits) {
		return true, nil
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' })
	said := map[string]bool{}
	for _, w := range words {
		said[w] = true
	}
	for _, name := range []string{card.Given, card.Family, card.Preferred} {
		for _, part := range strings.Fields(strings.ToLower(name)) {
			if said[part] {
				return true, nil
			}
		}
	}
	return false, nil
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
