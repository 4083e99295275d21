package extract

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/chime"
	"rosemary/ehr/ibime"
	"rosemary/ehr/native"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/standard/standardtest"
)

// through sends an extract through a dialect and gives the parts that come out.
func through(t testing.TB, d ehr.Dialect, s ehr.Source) (parts []ehr.Part) {
	t.Helper()
	var b bytes.Buffer
	if err := d.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	if err := d.Decode(&b, func(p ehr.Part) error { parts = append(parts, p); return nil }); err != nil {
		t.Fatal(err)
	}
	return parts
}

func dialects() []ehr.Dialect {
	return []ehr.Dialect{native.JSON(), native.XML(), ibime.Dialect(), chime.Dialect()}
}

// sound checks that nothing about an extract is a structural fault.
func sound(t testing.TB, x ehr.Source) {
	t.Helper()
	faults, err := ehr.Validate(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		if f.Severity == ehr.Error {
			t.Errorf("%s (%s)", f.Error(), f.Rule)
		}
	}
}

func TestEveryClassGoesOutAndComesBackByteForByte(t *testing.T) {
	c := catalogueOf(t)
	var classes []*standard.Class
	for _, class := range c.Classes() {
		if class.Kind == standard.KindRecord && class.Stream != standard.DirectoryStream && !class.HasRole(standard.ClassRolePerson) {
			classes = append(classes, class)
		}
	}
	importer := &Importer{Catalogue: c}
	rapid.Check(t, func(r *rapid.T) {
		m := newMemory(t, c)
		stored := map[record.VersionID]*record.Version{}
		for range 3 {
			class := rapid.SampledFrom(classes).Draw(r, "class")
			content := standardtest.Content(r, class, standardtest.Options{Subject: m.stream})
			v := m.write(t, c, change{class: class.ID, content: string(content), uid: uuid.New(), why: "because", provider: rapid.SampledFrom([]string{"", "her daughter"}).Draw(r, "provider"),
				beside: rapid.SampledFrom([]string{"", `{"said":{"value":140.00,"words":"<&\u00e9\""}}`}).Draw(r, "beside")})
			stored[v.VersionID] = v
		}
		x := extractOf(t, m, c, Criteria{AllVersions: true})
		sound(t, x)
		seen := 0
		dialect := rapid.SampledFrom(dialects()).Draw(r, "dialect")
		for _, p := range through(t, dialect, x) {
			composition, ok := p.(*ehr.Composition)
			if !ok {
				continue
			}
			in, err := importer.Take(composition)
			if err != nil {
				t.Fatalf("%s: %v", dialect.Name(), err)
			}
			v := stored[in.Version.VersionID]
			if v == nil {
				continue
			}
			seen++
			if in.Proof != Proven || !bytes.Equal(in.Version.Body, v.Body) || in.Version.Hash != v.Hash || in.Version.Salt != v.Salt {
				t.Fatalf("%s %s\n went out as %s\n came back as %s", dialect.Name(), in.Proof, v.Body, in.Version.Body)
			}
			if in.Change != record.Create || in.Description != "because" || in.Committer.Role != "nurse" || !in.Committed.Equal(v.Committed) {
				t.Fatalf("the change log came back as %+v", in)
			}
		}
		if seen != len(stored) {
			t.Fatalf("%d of %d versions came back", seen, len(stored))
		}
	})
}

// again is a record that is made of what was taken in.
func again(m *memory, list []*Incoming) *memory {
	out := &memory{stream: m.stream, withheld: map[uuid.UUID]bool{}, entries: m.entries}
	var last *record.Sealed
	for _, in := range list {
		if last == nil || last.ID != in.Contribution {
			last = &record.Sealed{Contribution: record.Contribution{ID: in.Contribution, Stream: m.stream, System: in.System, Committed: in.Committed, Committer: in.Committer}}
			out.sealed = append(out.sealed, last)
		}
		last.Changes = append(last.Changes, record.Change{Type: in.Change, Version: in.Version.VersionID, Class: in.Version.Class, Hash: in.Version.Hash, Description: in.Description})
		last.Versions = append(last.Versions, in.Version)
	}
	for _, in := range list {
		for _, a := range in.Attestations {
			signed := a.Attestation
			out.sealed = append(out.sealed, &record.Sealed{Contribution: record.Contribution{
				System: in.System, Committer: record.Committer{Actor: a.Actor},
				Changes: []record.Change{{Type: record.Attest, Version: in.Version.VersionID, Attestation: &signed}},
			}})
		}
	}
	return out
}

func TestAnExtractOfWhatWasTakenInIsTheSame(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	need := uuid.New()
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Slept well <\"&"}`, provider: "the night nurse"})
	m.write(t, c, change{class: "need", uid: need, raw: true, content: `{"zzz":{"a":[1,2.50]},"comment":"as an older class file had it"}`})
	m.write(t, c, change{class: "something-of-theirs", uid: uuid.New(), content: `{"b":1,"a":"x"}`, sensitivity: record.Confidential})
	signed := m.write(t, c, change{class: "need", uid: need, number: 2, kind: record.Correct, why: "wrong side", raw: true, content: `{"comment":"right"}`})
	m.sealed = append(m.sealed, &record.Sealed{Contribution: record.Contribution{
		ID: uuid.New(), System: here, Committer: record.Committer{Actor: signed.Author},
		Changes: []record.Change{{Type: record.Attest, Version: signed.VersionID, Attestation: &record.Attestation{Method: "password", Reason: "checked", At: began, Key: "key", Signature: []byte{1, 2}}}},
	}})
	var first bytes.Buffer
	if err := native.JSON().Encode(&first, extractOf(t, m, c, Criteria{AllVersions: true})); err != nil {
		t.Fatal(err)
	}
	importer := &Importer{Catalogue: c}
	var list []*Incoming
	sound(t, extractOf(t, m, c, Criteria{AllVersions: true}))
	for _, p := range through(t, native.XML(), extractOf(t, m, c, Criteria{AllVersions: true})) {
		if composition, ok := p.(*ehr.Composition); ok {
			in, err := importer.Take(composition)
			if err != nil {
				t.Fatal(err)
			}
			if in.Proof != Proven {
				t.Errorf("%s is %s", in.ID, in.Proof)
			}
			list = append(list, in)
		}
	}
	var second bytes.Buffer
	if err := native.JSON().Encode(&second, extractOf(t, again(m, list), c, Criteria{AllVersions: true})); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Errorf("went out\n%s\nand again\n%s", first.String(), second.String())
	}
}

func TestWhatWasAlteredIsRefused(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Slept well"}`})
	compositions, _, _ := all(t, extractOf(t, m, c, Criteria{}))
	note := compositions[1]
	for _, item := range note.Content[0].(*ehr.Entry).Items {
		if e, ok := item.(*ehr.Element); ok {
			if w, ok := e.Value.(*ehr.SimpleText); ok && w.Text == "Slept well" {
				w.Text = "Slept badly"
			}
		}
	}
	_, err := (&Importer{Catalogue: c}).Take(note)
	if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "hash") {
		t.Errorf("altered words were answered with %v", err)
	}
}

func TestAnotherMakersCompositionFitsOrIsKeptWhole(t *testing.T) {
	c := catalogueOf(t)
	person := uuid.New()
	importer := &Importer{Catalogue: c, Person: person}
	risk := func(items ...ehr.Item) *ehr.Composition {
		return &ehr.Composition{Component: ehr.Component{Name: words("Risk"), RCID: ehr.ID{Root: "1.2.3"}}, Content: []ehr.Content{&ehr.Entry{Component: ehr.Component{Name: words("Falls")}, Items: items}}}
	}
	category := &ehr.Element{Component: ehr.Component{Name: words("Risk category")}, Value: &ehr.CodedText{Text: "Falls", Coded: ehr.Coded{Code: "129839007", System: "http://snomed.info/sct"}}}
	comment := &ehr.Element{Component: ehr.Component{Name: words("comment")}, Value: words("Three since Christmas")}
	strange := &ehr.Element{Component: ehr.Component{Name: words("Shoe size")}, Value: &ehr.Integer{Digits: "5"}}
	in, err := importer.Take(risk(category, comment))
	if err != nil || in.Version == nil || in.Class == nil || !in.Foreign || in.Proof != Unproven {
		t.Fatalf("what fits came in as %+v, %v", in, err)
	}
	if !strings.Contains(string(in.Version.Content), "Three since Christmas") || !strings.Contains(string(in.Version.Content), person.String()) {
		t.Errorf("its content is %s", in.Version.Content)
	}
	composition := risk(category, strange)
	if in, err = importer.Take(composition); err != nil || in.Version != nil || in.Kept != composition || in.Title != "Falls" {
		t.Errorf("what does not fit came in as %+v, %v", in, err)
	}
	composition = risk(category)
	composition.Name = words("Horoscope")
	if in, err = importer.Take(composition); err != nil || in.Class != nil || in.Version != nil || in.Kept != composition {
		t.Errorf("what is not known came in as %+v, %v", in, err)
	}
}
