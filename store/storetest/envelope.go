package storetest

import (
	"context"
	"strings"
	"testing"

	"rosemary/record"
	"rosemary/standard"
)

// takenID tries to hide an entry of the directory behind a record of a person: from then on, that person's references would point at the record.
func takenID(t *testing.T, open Open) {
	w := NewWorld(t, open)
	oak, ann := w.Home("Oak House"), w.Person("Ann", "Price")
	p := Creating(ann, "note", NoteOf("one", ""))
	p.Changes[0].Record = oak
	w.wantRefused(t, p, "id-taken")
	w.Place(ann, oak, "2026-01-01", "", "12")
	w.Verify()
}

// envelope tries what a version says around its content: who wrote it, when, on whose word and why.
func envelope(t *testing.T, open Open) {
	w := NewWorld(t, open)
	rosa, ann, ben := w.Worker("Rosa", "Lind"), w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	note := w.Note(ann, "nobody", "")
	try := func(rule string, change func(ch *record.ProposedChange)) {
		t.Helper()
		p := Creating(ann, "note", NoteOf("one", ""))
		change(&p.Changes[0])
		w.wantRefused(t, p, rule)
	}
	try("unknown-reference", func(ch *record.ProposedChange) { ch.Author = NewID() })
	try("unknown-reference", func(ch *record.ProposedChange) { ch.Author = ben })
	try("wrong-target", func(ch *record.ProposedChange) { ch.Author = note })
	try("bad-character", func(ch *record.ProposedChange) { ch.InformationProvider = "her\x00son" })
	try("too-long", func(ch *record.ProposedChange) { ch.InformationProvider = strings.Repeat("x", 501) })
	try("bad-character", func(ch *record.ProposedChange) { ch.Description = "why\x1b[31m" })
	try("too-long", func(ch *record.ProposedChange) { ch.Description = strings.Repeat("x", 10_001) })
	try("too-long-ago", func(ch *record.ProposedChange) { ch.Recorded = "0026-03-16T14:10:00Z" })
	for _, born := range []string{"2090", "2090-01", "2090-01-01"} {
		w.wantRefused(t, Opening(standard.PersonStream, "person", `{"family":"Unborn","born":"`+born+`"}`), "in-the-future")
	}
	w.Person("Old", "Enough", `"born":"1941-03"`)
	p := Creating(ann, "note", NoteOf("one", ""))
	p.Changes[0].Author, p.Changes[0].InformationProvider, p.Changes[0].Description = rosa, "her son", "as she said\nat length"
	p.Changes[0].Recorded = "1950-01-01T00:00:00Z"
	w.Do(p)
}

// wantRefused checks that a proposal breaks one rule and changes nothing.
func (w *World) wantRefused(t *testing.T, p *record.Proposal, rule string) {
	t.Helper()
	before := w.Head()
	_, err := w.Commit(context.Background(), w.By, p)
	fault := wantKind(t, err, standard.Invalid)
	if len(fault.Problems) != 1 || fault.Problems[0].Rule != rule || fault.Problems[0].Path == "" {
		t.Errorf("problems %+v, want one of %s", fault.Problems, rule)
	}
	if w.Head() != before {
		t.Error("something was changed")
	}
}
