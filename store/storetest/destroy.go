package storetest

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// Join says in both records that they are about one person.
func (w *World) Join(a, b uuid.UUID) (inA, inB uuid.UUID) {
	w.T.Helper()
	receipts, err := w.Commit(context.Background(), w.By, Creating(a, "twin", `{"other":`+Ref(b)+`}`), Creating(b, "twin", `{"other":`+Ref(a)+`}`))
	if err != nil {
		w.T.Fatal(err)
	}
	return receipts[0].Changes[0].Version.Record, receipts[1].Changes[0].Version.Record
}

func (w *World) together(stream uuid.UUID, at record.Moment) []uuid.UUID {
	w.T.Helper()
	got, err := w.Store.Together(context.Background(), []uuid.UUID{stream}, at)
	if err != nil {
		w.T.Fatal(err)
	}
	return got[stream]
}

func joined(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, anne, ben := w.Person("Ann", "Price"), w.Person("Anne", "Price"), w.Person("Ben", "Okoro")
	before := w.Head()
	inAnn, _ := w.Join(ann, anne)
	if got := w.together(ann, w.Head()); !slices.Equal(got, []uuid.UUID{anne}) {
		t.Fatalf("joined with %v", got)
	}
	if len(w.together(ann, before)) != 0 || len(w.together(ben, w.Head())) != 0 {
		t.Fatal("joined before they were, or with nobody")
	}
	w.Join(anne, ben)
	if got := w.together(ann, w.Head()); len(got) != 2 || len(w.together(ben, w.Head())) != 2 {
		t.Fatalf("joined by joins: %v", got)
	}
	w.Do(Changing(ann, inAnn, 1, `{"other":`+Ref(anne)+`,"until":"2026-03-16"}`))
	if len(w.together(ann, w.Head())) != 0 || len(w.together(ann, w.Head()-1)) != 2 {
		t.Fatal("an ended join still joins, or no longer did")
	}
	for _, p := range []*record.Proposal{
		Creating(ann, "twin", `{"other":`+Ref(ann)+`}`), Creating(ann, "twin", `{"other":`+Ref(NewID())+`}`),
		Creating(ann, "note", `{"words":"x","about":[`+Ref(w.Note(ben, "y", ""))+`]}`), // any other reference to another's record stays refused
	} {
		_, err := w.Commit(context.Background(), w.By, p)
		wantKind(t, err, standard.Invalid)
	}
	w.Verify()
	if err := w.Store.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	w.Verify()
}

// certify commits the certificate for what is to be destroyed.
func (w *World) certify(c *record.Certificate) uuid.UUID {
	w.T.Helper()
	class, _ := w.Catalogue.Class("certificate")
	c.Reason, c.Basis = "it had to go", standard.Coded{Code: "over"}
	content, err := c.AppendJSON(class)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.Do(Opening(standard.DirectoryStream, "certificate", string(content))).Stream
}

// Destroy destroys versions of a stream, or all of it when there are none, with a certificate.
func (w *World) Destroy(stream uuid.UUID, versions ...*record.Version) uuid.UUID {
	w.T.Helper()
	c := w.certificate(stream, versions...)
	uid := w.certify(c)
	for range 2 { // again does no harm
		if err := w.Store.Destroy(context.Background(), uid, c); err != nil {
			w.T.Fatal(err)
		}
	}
	if done, err := w.Store.Scrub(context.Background(), 0); err != nil || !done {
		w.T.Fatalf("scrubbed: %v, %v", done, err)
	}
	return uid
}

func (w *World) certificate(stream uuid.UUID, versions ...*record.Version) *record.Certificate {
	w.T.Helper()
	c := &record.Certificate{Stream: stream}
	for _, v := range versions {
		c.Versions = append(c.Versions, record.DestroyedVersion{Version: v.VersionID, Hash: v.Hash, Moment: v.From, Sensitivity: v.Sensitivity})
	}
	if len(versions) > 0 {
		return c
	}
	err := w.Store.Contributions(context.Background(), stream, 0, math.MaxInt64, func(s *record.Sealed) error {
		c.Count, c.Digest = s.Sequence, record.StreamDigest(c.Digest, s.Hash)
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return c
}

func versionDestroyed(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	p := Creating(ann, "note", NoteOf("about somebody else", "2026-03-01"))
	p.Changes = append(p.Changes, record.ProposedChange{Type: record.Create, Class: "note", Content: []byte(NoteOf("beside it", ""))})
	note := w.Do(p).Changes[0].Version.Record
	w.Do(Changing(ann, note, 1, NoteOf("about Ann", "2026-03-01")))
	versions := w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc})
	certificate := w.Destroy(ann, versions[0])
	after := w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc})
	if len(after) != 2 || after[0].Destroyed != certificate || len(after[0].Body)+len(after[0].Content) != 0 || after[0].Salt != (record.Salt{}) ||
		after[0].Hash != versions[0].Hash || after[0].Until != versions[0].Until || !bytes.Equal(after[1].Body, versions[1].Body) {
		t.Fatalf("versions after: %+v", after)
	}
	if beside := w.List(record.Query{Stream: ann, Classes: []string{"note"}}); len(beside) != 2 {
		t.Fatalf("%d notes", len(beside))
	}
	if proved := w.Verify(); proved.Destroyed != (record.Destroyed{Versions: 1}) {
		t.Fatalf("proved %+v", proved)
	}
	if again := w.Do(p); !again.Repeated || len(again.Changes) != 2 {
		t.Fatalf("sent again: %+v", again)
	}
	if err := w.Store.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	w.Verify()
	w.Do(Changing(ann, note, 2, NoteOf("goes on", "")))
	w.Verify()
}

func recordDestroyed(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price", `"nhs":"9990000018"`), w.Person("Ben", "Okoro")
	w.Place(ann, w.Home("Oak"), "", "", "7")
	p := Creating(ann, "note", NoteOf("one", ""))
	w.Do(p)
	w.Note(ben, "stays", "")
	w.Destroy(ann)
	_, err := w.Store.Stream(context.Background(), ann)
	wantKind(t, err, standard.Gone)
	people, _, err := w.Store.People(context.Background(), access.Selection{At: w.Head(), Day: Today, All: true, Scope: Everything()})
	if err != nil || len(people) != 1 || people[0].UID != ben {
		t.Fatalf("people %+v, %v", people, err)
	}
	_, err = w.Commit(context.Background(), w.By, p)
	wantKind(t, err, standard.Gone)
	again := Opening(standard.PersonStream, "person", `{"given":"Ann","family":"Price"}`)
	again.Stream, again.Changes[0].Record = ann, ann
	_, err = w.Commit(context.Background(), w.By, again)
	wantKind(t, err, standard.Gone)
	if proved := w.Verify(); proved.Destroyed != (record.Destroyed{Streams: 1}) {
		t.Fatalf("proved %+v", proved)
	}
	w.Person("Ann", "Price", `"nhs":"9990000018"`) // the number is free
	if err := w.Store.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	w.Verify()
}

// recordFrozen: what is kept beside the log goes first, so that from then on nothing may be written that would keep the record here without it.
func recordFrozen(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	c := w.certificate(ann)
	w.Note(ann, "written since", "")
	_, err := w.Store.Freeze(context.Background(), c)
	wantKind(t, err, standard.Conflict)
	w.Note(ann, "nothing is frozen", "")
	c = w.certificate(ann)
	uid := w.certify(c)
	release, err := w.Store.Freeze(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Commit(context.Background(), w.By, Creating(ann, "note", NoteOf("too late", "")))
	wantKind(t, err, standard.Conflict)
	w.Note(ben, "others go on", "")
	_, err = w.Store.Freeze(context.Background(), c)
	wantKind(t, err, standard.Busy)
	_, err = w.Commit(context.Background(), w.By, Creating(ann, "note", NoteOf("still too late", "")))
	wantKind(t, err, standard.Conflict)
	if err := w.Store.Destroy(context.Background(), uid, c); err != nil {
		t.Fatal(err)
	}
	release()
	w.Verify()
}

func destroyedWithout(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann := w.Person("Ann", "Price")
	note := w.Note(ann, "one", "")
	w.Do(Changing(ann, note, 1, NoteOf("two", "")))
	versions := w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc})
	other := w.certify(w.certificate(ann, versions[1]))
	broken := func(what string) {
		t.Helper()
		v := &record.Verifier{Catalogue: w.Catalogue}
		err := w.Store.Walk(context.Background(), v.Add)
		if err == nil {
			_, err = v.Finish()
		}
		if err == nil {
			t.Fatalf("%s: nobody noticed", what)
		}
	}
	if err := w.Store.Destroy(context.Background(), other, w.certificate(ann, versions[0])); err != nil {
		t.Fatal(err)
	}
	broken("a certificate for another version")
	whole := w.certificate(ann)
	w.Note(ann, "written since", "")
	wantKind(t, w.Store.Destroy(context.Background(), other, whole), standard.Conflict)
	if err := w.Store.Destroy(context.Background(), NewID(), w.certificate(ann)); err != nil {
		t.Fatal(err)
	}
	broken("a whole record without a certificate")
}

// all reads the whole log.
func (w *World) all() (list []*record.Sealed) {
	w.T.Helper()
	err := w.Store.Contributions(context.Background(), uuid.Nil, 0, math.MaxInt64, func(s *record.Sealed) error {
		list = append(list, s)
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return list
}

func destroyedAndImported(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben := w.Person("Ann", "Price"), w.Person("Ben", "Okoro")
	note := w.Note(ann, "one", "")
	w.Do(Changing(ann, note, 1, NoteOf("two", "")))
	w.Note(ben, "all of it goes", "")
	whole := w.all()
	w.Destroy(ann, w.List(record.Query{Stream: ann, Record: note, Which: record.All, Order: record.NumberAsc})[0])
	w.Destroy(ben)
	second := NewWorld(t, open)
	if _, err := second.Store.AppendSealed(context.Background(), w.all()); err != nil {
		t.Fatal(err)
	}
	if proved := second.Verify(); proved.Destroyed != (record.Destroyed{Versions: 1, Streams: 1}) {
		t.Fatalf("proved %+v", proved)
	}
	receipts, err := second.Store.AppendSealed(context.Background(), whole) // an older export gives nothing back
	if err != nil || slices.ContainsFunc(receipts, func(r record.Receipt) bool { return !r.Repeated }) {
		t.Fatalf("receipts %+v, %v", receipts, err)
	}
	second.Verify()
}

// anyDestruction writes, joins, marks and destroys at random; what is kept must go on proving itself, and be what a rebuild gives.
func anyDestruction(t *testing.T, open Open) {
	w := NewWorld(t, open)
	home, worker := w.Home("Oak"), w.Worker("Rosa", "Lind")
	rapid.Check(t, func(rt *rapid.T) {
		ann := w.Person("Ann", "Price")
		for range rapid.IntRange(1, 6).Draw(rt, "records") {
			var rec uuid.UUID
			content := []string{NoteOf("a", "", worker), NoteOf("b", "2026-01-01")}
			switch rapid.IntRange(0, 3).Draw(rt, "class") {
			case 0:
				rec, content = w.Place(ann, home, "", "", "1"), []string{PlacementOf(home, "", "", "2"), PlacementOf(home, "", "", "3")}
			case 1:
				content = []string{`{"worker":` + Ref(worker) + `}`, `{"worker":` + Ref(worker) + `,"until":"2026"}`}
				rec = w.Do(Creating(ann, "looks-after", content[0])).Changes[0].Version.Record
			case 2:
				rec, content = ann, []string{`{"family":"Pryce"}`, `{"family":"Brice","restricted":true}`}
			default:
				rec = w.Note(ann, "c", "")
			}
			n := len(w.List(record.Query{Stream: ann, Record: rec, Which: record.All, Order: record.NumberAsc, Errors: true}))
			for range rapid.IntRange(0, 2).Draw(rt, "changes") {
				w.Do(Changing(ann, rec, n, rapid.SampledFrom(content).Draw(rt, "content")))
				n++
			}
			if rec != ann && rapid.IntRange(0, 2).Draw(rt, "wrong") == 0 {
				w.Do(Erring(ann, rec, n))
			}
		}
		var gone []*record.Version
		for _, v := range w.List(record.Query{Stream: ann, Which: record.All, Order: record.CommittedDesc, Errors: true}) {
			if (v.Until != record.Forever || v.Status == record.EnteredInError) && rapid.Bool().Draw(rt, "destroyed") {
				gone = append(gone, v)
			}
		}
		if len(gone) > 0 || rapid.Bool().Draw(rt, "whole") {
			c := w.certificate(ann, gone...)
			if err := w.Store.Destroy(context.Background(), w.certify(c), c); err != nil {
				rt.Fatal(err)
			}
		}
	})
	w.Verify()
}
