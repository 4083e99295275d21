package storetest

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/record"
	"rosemary/standard"
)

// saidBeside tries what stands beside the content of a version: it is part of the version, stays through changes that say nothing of it, and goes when it is said that there is none.
func saidBeside(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	for _, wrong := range []string{`[]`, `{"a":1`, `"words"`, "{\"a\":\n1}", `{"a":1,"a":2}`} {
		p := Creating(ann, "note", NoteOf("one", ""))
		p.Changes[0].Beside = []byte(wrong)
		w.wantRefused(t, p, "bad-beside")
	}
	p := Creating(ann, "note", NoteOf("one", ""))
	p.Changes[0].Beside = []byte(`{"a":"` + strings.Repeat("x", record.MostBeside) + `"}`)
	w.wantRefused(t, p, standard.RuleTooLong)

	p = Creating(ann, "note", NoteOf("one", ""))
	p.Changes[0].Beside = []byte(`{"said":140.0}`)
	rec := w.Do(p).Changes[0].Version.Record
	w.Do(Changing(ann, rec, 1, NoteOf("two", "")))
	none := Changing(ann, rec, 2, NoteOf("three", ""))
	none.Changes[0].Beside = []byte(record.Nothing)
	w.Do(none)
	again := Changing(ann, rec, 3, NoteOf("four", ""))
	again.Changes[0].Beside = []byte(`{"more":true}`)
	w.Do(again)
	w.Do(Erring(ann, rec, 4))
	want := []string{`1 {"said":140.0}`, `1 {"said":140.0}`, "0 ", `4 {"more":true}`, `4 {"more":true}`}
	versions := w.List(record.Query{Stream: ann, Record: rec, At: record.Forever - 1, Which: record.All, Errors: true, Order: record.NumberAsc, Scope: Everything()})
	if len(versions) != len(want) {
		t.Fatalf("%d versions", len(versions))
	}
	for i, v := range versions {
		if got := fmt.Sprintf("%d %s", v.BesideOf, v.Beside); got != want[i] || strings.Contains(string(v.Body), `"beside"`) != (v.BesideOf > 0) {
			t.Errorf("beside version %d stands %s, want %s: %s", v.Number, got, want[i], v.Body)
		}
	}
	// Whoever makes a record less sensitive does not know what was said beside it to fewer people: that stays where it was said.
	p = Creating(ann, "note", NoteOf("one", ""))
	p.Changes[0].Sensitivity, p.Changes[0].Beside = "confidential", []byte(`{"said":"whispered"}`)
	rec = w.Do(p).Changes[0].Version.Record
	opened := Changing(ann, rec, 1, NoteOf("one", ""))
	opened.Changes[0].Sensitivity = "normal"
	w.Do(opened)
	versions = w.List(record.Query{Stream: ann, Record: rec, At: record.Forever - 1, Which: record.All, Order: record.NumberAsc, Scope: Everything()})
	if len(versions) != 2 || len(versions[0].Beside) == 0 || len(versions[1].Beside) != 0 {
		t.Errorf("what was said to few is carried on to many: %s", versions[len(versions)-1].Body)
	}
	w.Verify()
}
