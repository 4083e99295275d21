package extract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	wording "rosemary/record/words"
	"rosemary/standard"
)

// Passage is a piece of free text that would go out and names what is left out: somebody, a title, or where the person lives. A person must decide about it.
type Passage struct {
	Version record.VersionID
	Class   string
	Where   string // the element's name, or what else of the record it is
	Text    string
	Names   []string // as they stand in the text
}

// Decision is what somebody has decided about a version with such passages.
type Decision struct {
	Version  record.VersionID
	Withhold bool   // it does not go
	Why      string // else: why it goes nevertheless
}

// longestWhy bounds a reason, for the log of who saw what holds it.
const longestWhy = 200

// terms are what must not be named, as search compares words: by the first word of each.
type terms map[string][][]string

// add takes what something is called. What is called by fewer letters than least would be found everywhere.
func (t terms) add(text string, least int) {
	var own []string
	letters := 0
	for _, w := range wording.Split(text) {
		own = append(own, w.Plain)
		letters += len(w.Plain)
	}
	if len(own) == 0 || letters < least || slices.ContainsFunc(t[own[0]], func(other []string) bool { return slices.Equal(other, own) }) {
		return
	}
	t[own[0]] = append(t[own[0]], own)
}

// found gives what of it a text names, as it stands there.
func (t terms) found(text string) (names []string) {
	all := wording.Split(text)
	for i := range all {
		for _, own := range t[all[i].Plain] {
			n := len(own)
			if i+n > len(all) {
				continue
			}
			same := true
			for k := range own {
				same = same && all[i+k].Plain == own[k]
			}
			if name := text[all[i].Start:all[i+n-1].End]; same && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// The fewest letters that a name, and a title, must have.
const (
	leastName  = 3
	leastTitle = 5
)

// courtesies stand in names and name nobody.
var courtesies = []string{"mrs", "miss", "and", "the"}

// nameRoles are the roles of names of people, organisations and places.
var nameRoles = []string{standard.RoleGivenName, standard.RoleFamilyName, standard.RolePreferredName, standard.RoleName}

// terms finds what must not be named: who and what is in records that are too sensitive to go, and where somebody lives whose address is restricted. Records that whoever gives it
// may not see are not among it: a mark would betray that there is such a record. Nor is what is left out because nobody asked for it.
func (x *Extract) terms() (terms, error) {
	t, own := terms{}, map[string]bool{}
	called, err := standardNicknames()
	if err != nil {
		return nil, err
	}
	err = x.reading.Contributions(x.ctx, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			if v.Destroyed != uuid.Nil {
				continue
			}
			concealing := x.plan.conceals() && (v.Record == x.plan.about.Person || x.placement(v))
			if !x.plan.hidden[v.Record] && !concealing && v.Record != x.plan.about.Person {
				continue
			}
			content, err := v.Decoded(x.settings.Catalogue)
			if err != nil {
				return err
			}
			switch {
			case v.Record == x.plan.about.Person:
				for _, role := range nameRoles[:3] {
					for _, w := range wording.Split(content.Words(role)) {
						own[w.Plain] = true
					}
				}
			case x.plan.hidden[v.Record]:
				t.hidden(content, called)
			}
			if concealing {
				t.whereabouts(&content.Group, false)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if x.plan.conceals() {
		for place := range x.plan.places {
			if err := x.placeName(t, place); err != nil {
				return nil, err
			}
		}
	}
	for word := range own { // the person's own name betrays nothing
		t[word] = slices.DeleteFunc(t[word], func(other []string) bool { return len(other) == 1 })
	}
	return t, nil
}

func (x *Extract) placement(v *record.Version) bool {
	class, ok := x.settings.Catalogue.Class(v.Class)
	return ok && class.HasRole(standard.ClassRolePlacement)
}

func (x *Extract) placeName(t terms, place uuid.UUID) error {
	v, err := x.reading.Entry(x.ctx, place)
	if standard.KindOf(err) == standard.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	content, err := v.Decoded(x.settings.Catalogue)
	if err != nil {
		return err
	}
	t.add(content.Words(standard.RoleName), leastTitle)
	t.whereabouts(&content.Group, true)
	return nil
}

// hidden takes the names in a record, what people of these are called, and its title unless that is what many are called.
func (t terms) hidden(content *standard.Content, called nicknames) {
	for _, role := range nameRoles {
		for _, v := range content.All(role) {
			text, ok := v.(standard.Text)
			if !ok {
				continue
			}
			t.add(string(text), leastName)
			if role == standard.RoleGivenName || role == standard.RolePreferredName {
				t.nicknames(string(text), called)
			}
			if content.Class != nil && content.Class.HasRole(standard.ClassRolePersonalContact) { // one of their names alone names them
				for _, w := range wording.Split(string(text)) {
					if !slices.Contains(courtesies, w.Plain) {
						t.add(w.Plain, leastName)
					}
				}
				t.nicknames(string(text), called)
			}
		}
	}
	title := content.Title()
	if content.Class != nil && !strings.EqualFold(title, content.Class.Name) {
		t.add(title, leastTitle)
	}
}

// whereabouts takes the texts that tell where somebody lives, or in an entry of the directory its addresses.
func (t terms) whereabouts(g *standard.Group, below bool) {
	for i := range g.Entries {
		e := &g.Entries[i]
		within := below || e.Element.Role == standard.RoleWhereabouts || e.Element.Role == standard.RoleRoom
		for _, v := range e.Values {
			switch v := v.(type) {
			case *standard.Group:
				t.whereabouts(v, within)
			case standard.Text:
				if within && e.Element.Value != standard.ReferenceValue {
					t.add(string(v), leastTitle)
				}
			}
		}
	}
}

// name finds every passage in what goes that names what is left out.
func (x *Extract) name() error {
	if len(x.plan.hidden) == 0 && !x.plan.conceals() { // nothing is left out that must not be named
		return nil
	}
	t, err := x.terms()
	if err != nil || len(t) == 0 {
		return err
	}
	veil := &composer{catalogue: x.settings.Catalogue, about: x.plan.about, hidden: x.hides, masks: x.masks}
	return x.versions(func(_ *record.Sealed, ch *record.Change, v *record.Version) error {
		say := func(where, text string) {
			if names := t.found(text); len(names) > 0 {
				x.passages = append(x.passages, Passage{Version: v.VersionID, Class: v.Class, Where: where, Text: text, Names: names})
			}
		}
		content, err := v.Decoded(x.settings.Catalogue)
		if err != nil {
			return err
		}
		veil.veil(content)
		for _, p := range wording.Of(content)[1:] { // the title is made of the others
			say(p.Name, p.Text)
		}
		say("Why it was changed", ch.Description)
		say("Who said it", v.InformationProvider)
		return nil
	})
}

// Named are all pieces of free text in what was asked for that name what is left out, whatever was decided about them.
func (x *Extract) Named() []Passage { return x.passages }

// Passages are those about which nobody has decided yet: their version is neither left out, nor is it said why it goes.
func (x *Extract) Passages() []Passage {
	return slices.DeleteFunc(slices.Clone(x.passages), func(p Passage) bool {
		d := x.plan.criteria.decided(p.Version)
		return x.out[p.Version] || d != nil && strings.TrimSpace(d.Why) != ""
	})
}

// Ready refuses while somebody must decide: nothing goes that names what is left out unless a person has looked at it.
func (x *Extract) Ready() error {
	var problems []standard.Problem
	for _, p := range x.Passages() {
		problems = append(problems, standard.Problem{Path: "/decisions", Rule: "names-withheld", Value: p.Version.String(),
			Message: fmt.Sprintf("%s of %s names what is left out (%s). Decide: leave this version out, or say why it goes. It says: %s", p.Where, p.Version, strings.Join(p.Names, ", "), shortened(p.Text))})
	}
	for i := range x.plan.criteria.Decisions {
		d := &x.plan.criteria.Decisions[i]
		if why := strings.TrimSpace(d.Why); len(why) > longestWhy || strings.ContainsFunc(why, func(r rune) bool { return r < ' ' }) {
			problems = append(problems, standard.Problem{Path: "/decisions", Rule: standard.RuleTooLong, Value: d.Version.String(), Message: "Say why in one line of 200 letters or fewer."})
		}
	}
	return standard.Refuse("Nothing was sent out: the words of some records name what is left out.", problems)
}

func shortened(text string) string {
	const most = 300
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + " …"
	}
	return text
}

// decided is the decision about a version; nil when there is none.
func (c *Criteria) decided(id record.VersionID) *Decision {
	i := slices.IndexFunc(c.Decisions, func(d Decision) bool { return d.Version == id })
	if i < 0 {
		return nil
	}
	return &c.Decisions[i]
}

// withhold takes out what somebody has decided about, or all that names what is left out.
func (x *Extract) withhold() {
	out := map[record.VersionID]bool{}
	x.out = out
	for _, p := range x.passages {
		d := x.plan.criteria.decided(p.Version)
		if d != nil && d.Withhold || d == nil && x.plan.criteria.WithholdNamed && p.Version.Record != x.plan.about.Person { // without who it is, nothing could be taken in
			out[p.Version] = true
		}
	}
	left := map[uuid.UUID]bool{}
	for i := range x.plan.rows {
		r := &x.plan.rows[i]
		id := record.VersionID{Record: r.record, System: x.plan.systems[r.system], Number: int(r.number)}
		if r.out == in && out[id] {
			x.plan.counts[in]--
			x.plan.counts[outNamed]++
			r.out = outNamed
		}
		left[r.record] = left[r.record] || r.out == in
	}
	for id := range out {
		if !left[id.Record] { // nothing of it goes: nothing may point at it
			x.plan.hidden[id.Record] = true
		}
	}
}
