package installation_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// two are the provider that a person leaves and the one that they come to: two installations that know of each other only address and key.
type two struct {
	t    *testing.T
	old  *fixture.World
	new  *fixture.World
	peer transfer.Peer
}

func newTwo(t *testing.T) *two {
	t.Helper()
	w := &two{t: t, old: fixture.New(t), new: fixture.New(t)}
	w.peer = transfer.Peer{System: w.old.Identity.System, Provider: "Harbour House", Keys: w.old.Identity.Keys}
	return w
}

// sends is a package about a person of the old provider.
func (w *two) sends(person uuid.UUID) []byte {
	w.t.Helper()
	var out bytes.Buffer
	_, err := transfer.Send(context.Background(), w.old.Session("manager"), &out, transfer.Sending{
		Person: person, To: "Elm Court", Why: "She moves there.", System: w.old.Identity.System, Keys: w.old.Identity.Keys, Sent: w.old.Clock.Now(), Prove: w.old.ProofOf,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

func (w *two) receive(pack []byte) (access.Segment, error) {
	return transfer.Receiver{Guard: w.new.Guard}.Receive(context.Background(), bytes.NewReader(pack), w.peer)
}

func (w *two) received(pack []byte) access.Segment {
	w.t.Helper()
	s, err := w.receive(pack)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// admits ratifies all of a segment at the new home. Nobody has the person's NHS number there.
func (w *two) admits(s access.Segment) access.Ratified {
	w.t.Helper()
	done, err := w.new.Session("manager").Ratify(context.Background(), access.Ratification{
		Segment: s.ID, Selection: access.SegmentSelection{All: true}, Place: w.new.Home, Reason: "She has moved in.",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

// margaret has lived at the old home: a fall written down with the wrong elbow, put right by somebody else and signed, an allergy, an order, a photograph of a letter.
type margaret struct {
	person, fall, allergy, letter uuid.UUID
	between                       time.Time // the wrong elbow stood then
	file                          record.Attachment
}

func (w *two) margaret() margaret {
	w.t.Helper()
	o := w.old
	m := margaret{person: o.MoveIn("manager", o.Home, "Edith", "Lomax", "9990000034", "Room 3")}
	m.fall = o.Write("carer", m.person, "daily-note", fixture.NoteContent("She fell and hurt her left elbow."))
	o.Clock.Advance(time.Hour)
	m.between = o.Clock.Now()
	o.Clock.Advance(time.Hour)
	o.Commit("senior", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: m.fall, Expected: 1, Description: "It was the right elbow.", Content: []byte(fixture.NoteContent("She fell and hurt her right elbow.")),
	}}})
	if _, err := o.Session("nurse").Attest(context.Background(), m.person, m.fall, 2, "I have looked at the elbow.", fixture.Password); err != nil {
		w.t.Fatal(err)
	}
	m.allergy = o.Write("nurse", m.person, "allergies-and-adverse-reactions", allergyContent)
	o.Clock.Advance(time.Hour)
	return m
}

const allergyContent = `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"date":"2026-03-16"}`

// entries are a change log in words that can be compared between systems.
func entries(list []access.LogEntry) []string {
	var out []string
	for _, e := range list {
		line := fmt.Sprintf("%s %s %s %s %s %s %s", e.Contribution.System, e.Contribution.Committed.Format(time.RFC3339Nano), e.Contribution.Committer.Actor, e.Change.Type, e.Change.Version, e.Change.Hash,
			e.Change.Description)
		if a := e.Change.Attestation; a != nil {
			line += fmt.Sprintf(" %s %s %x", a.Reason, a.Key, a.Signature)
		}
		out = append(out, line)
	}
	return out
}

// shown is what a view shows of a person, in a form that can be compared between systems.
func shown(t *testing.T, view *access.View, person uuid.UUID) []string {
	t.Helper()
	ctx := context.Background()
	versions, more, err := view.Records(ctx, access.RecordsQuery{Stream: person, Limit: 1000, Errors: true})
	if err != nil || more {
		t.Fatal(err, more)
	}
	var out []string
	for _, v := range versions {
		out = append(out, fmt.Sprintf("%s %x %s", v.VersionID, v.Hash, v.Body))
	}
	slices.Sort(out)
	counts, err := view.Counts(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, fmt.Sprint(counts))
}

// TestAPersonMoves is the story's person moving between two providers: what the old one's views of any time, change logs and signatures said, the new one's say.
func TestAPersonMoves(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	ctx := context.Background()
	sent := w.sends(m.person)
	segment := w.received(sent)
	manager, carer := w.new.Session("manager"), w.new.Session("carer")

	if waiting, err := manager.Waiting(ctx); err != nil || len(waiting) != 1 || !waiting[0].Proof.Given() || waiting[0].Card.Family != "Lomax" {
		t.Fatalf("waiting: %+v, %v", waiting, err)
	}
	if waiting, err := carer.Waiting(ctx); err != nil || len(waiting) != 0 {
		t.Errorf("a carer is shown somebody who is not here: %+v, %v", waiting, err)
	}
	preview, err := manager.PreviewSegment(ctx, segment.ID)
	if err != nil || len(preview.Conflicts)+len(preview.Forks)+len(preview.Unknown)+len(preview.Questions)+len(preview.Here) != 0 {
		t.Fatalf("preview: %+v, %v", preview, err)
	}
	if _, err := carer.Ratify(ctx, access.Ratification{Segment: segment.ID, Selection: access.SegmentSelection{All: true}, Place: w.new.Home, Reason: "x"}); standard.KindOf(err) != standard.NotFound {
		t.Errorf("a carer ratifies: %v", err)
	}
	w.new.Clock.Advance(24 * time.Hour)
	done := w.admits(segment)
	if done.Stream != m.person || done.Versions == 0 || done.Repeated {
		t.Fatalf("ratified: %+v", done)
	}
	head, _, err := w.old.Log.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Time
	err = w.old.Log.Contributions(ctx, m.person, 0, head, func(s *record.Sealed) error {
		times = append(times, s.Committed, s.Committed.Add(time.Microsecond*3))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range append(times, m.between) {
		was, is := w.view(w.old, at), w.view(w.new, at)
		a, b := shown(t, was, m.person), shown(t, is, m.person)
		if !slices.Equal(a, b) {
			t.Fatalf("as at %s:\nold %q\nnew %q", at, a, b)
		}
		if !is.Past() {
			t.Error("it is not the past")
		}
		card, err := is.Person(ctx, m.person)
		if err != nil || card.Card.Family != "Lomax" {
			t.Errorf("as at %s: who she was: %+v, %v", at, card, err)
		}
		for _, rec := range []uuid.UUID{m.fall, m.allergy} {
			x, errX := was.ChangeLog(ctx, m.person, rec)
			y, errY := is.ChangeLog(ctx, m.person, rec)
			if fmt.Sprint(errX) != fmt.Sprint(errY) || !slices.Equal(entries(x), entries(y)) {
				t.Fatalf("as at %s, change log:\nold %q %v\nnew %q %v", at, entries(x), errX, entries(y), errY)
			}
		}
	}
	w.corrected(m)
	w.goesOn(m)
	w.proves()
	w.again(m, sent, segment)
}

func (w *two) view(world *fixture.World, at time.Time) *access.View {
	w.t.Helper()
	view, err := world.Session("manager").View(context.Background(), access.At{Time: at})
	if err != nil {
		w.t.Fatal(err)
	}
	return view
}

// corrected: the elbow that was corrected is still visible, by whom, and what the nurse signed can be verified under the old provider's key.
func (w *two) corrected(m margaret) {
	t, ctx := w.t, context.Background()
	t.Helper()
	view, err := w.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	versions, err := view.Versions(ctx, m.person, m.fall)
	if err != nil || len(versions) != 2 || !strings.Contains(string(versions[0].Content), "left elbow") || !strings.Contains(string(versions[1].Content), "right elbow") {
		t.Fatalf("versions: %v, %v", versions, err)
	}
	if versions[1].System != w.old.Identity.System || versions[1].Abroad.IsZero() || versions[1].Abroad.Equal(versions[1].Committed) {
		t.Errorf("it is not told where and when it was written: %+v", versions[1])
	}
	log, err := view.ChangeLog(ctx, m.person, m.fall)
	if err != nil || len(log) != 5 {
		t.Fatalf("change log: %q, %v", entries(log), err)
	}
	if log[1].Change.Type != record.Correct || log[1].Contribution.Committer.Actor != w.old.Workers["senior"] || log[1].Change.Description != "It was the right elbow." {
		t.Errorf("the correction: %+v", log[1])
	}
	a := log[2].Change.Attestation
	if a == nil || record.CheckSignature(w.old.Keys.Public(), record.AttestedText(log[2].Change.Hash, w.old.Workers["nurse"], a.At, a.Method, a.Reason), a.Signature) != nil {
		t.Errorf("the signature: %+v", log[2])
	}
	if last := log[4]; last.Change.Type != record.Ratify || last.Contribution.System != w.new.Identity.System || last.Contribution.Committer.Account != "manager" {
		t.Errorf("the ratification: %+v", last)
	}
	names, err := view.Names(ctx, m.person, []uuid.UUID{w.old.Workers["senior"]})
	if err != nil || names[w.old.Workers["senior"]] != "Ruth Abara" {
		t.Errorf("who it was: %v, %v", names, err)
	}
	entries, err := view.Directory(ctx, nil)
	if err != nil || slices.ContainsFunc(entries, func(e access.DirectoryEntry) bool { return e.UID == w.old.Workers["senior"] }) {
		t.Errorf("another provider's worker can be chosen: %v, %v", entries, err)
	}
}

// goesOn: corrections here are versions of this system behind the others.
func (w *two) goesOn(m margaret) {
	t, ctx := w.t, context.Background()
	t.Helper()
	w.new.Commit("senior", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: m.fall, Expected: 2, Description: "Both.", Content: []byte(fixture.NoteContent("She fell and hurt both elbows.")),
	}}})
	view, err := w.new.Session("carer").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	now, err := view.Record(ctx, m.person, m.fall)
	if err != nil || now.VersionID != (record.VersionID{Record: m.fall, System: w.new.Identity.System, Number: 3}) {
		t.Errorf("our version: %+v, %v", now, err)
	}
}

// proves: the log with the other system's versions proves itself, and what is derived from it can be made anew.
func (w *two) proves() {
	t, ctx := w.t, context.Background()
	t.Helper()
	if _, err := w.new.Verify(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.new.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.new.Verify(ctx, nil); err != nil {
		t.Fatalf("after making it anew: %v", err)
	}
}

// again: the same package changes nothing, in whatever way it comes; and the person's export holds the sender's bytes.
func (w *two) again(m margaret, sent []byte, segment access.Segment) {
	t, ctx := w.t, context.Background()
	t.Helper()
	head, _, _ := w.new.Log.Head(ctx)
	if got := w.received(sent); got.ID != segment.ID || got.State != access.SegmentRatified {
		t.Errorf("sent again: %+v", got)
	}
	if again := w.admits(segment); !again.Repeated {
		t.Errorf("ratified again: %+v", again)
	}
	if now, _, _ := w.new.Log.Head(ctx); now != head {
		t.Errorf("something was committed: %d, %d", head, now)
	}
	var out bytes.Buffer
	if _, err := w.new.Export(ctx, &out, []uuid.UUID{m.person}, nil); err != nil {
		t.Fatal(err)
	}
	if a, b := contributionLines(t, sent, m.person), restoredLines(t, w.new, out.Bytes(), m.person); !slices.Equal(a, b) {
		t.Errorf("the sender's bytes do not come back: %d lines, %d", len(a), len(b))
	}
}

// contributionLines are an export's contributions to a stream, header, salts and bodies.
func contributionLines(t *testing.T, pack []byte, stream uuid.UUID) (lines []string) {
	t.Helper()
	err := transfer.Read(bytes.NewReader(pack), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		if s.Stream == stream {
			lines = append(lines, line(s))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func line(s *record.Sealed) string {
	text := fmt.Sprintf("%d %s %s", s.Moment, s.Committed, s.Header)
	for _, v := range s.Versions {
		text += fmt.Sprintf(" %x %s", v.Salt, v.Body)
	}
	return text
}

// restoredLines puts the sender's contributions together again from what this provider exports.
func restoredLines(t *testing.T, in *fixture.World, pack []byte, stream uuid.UUID) (lines []string) {
	t.Helper()
	bodies := map[record.VersionID]*record.Version{}
	var foreign []record.Foreign
	err := transfer.Read(bytes.NewReader(pack), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			bodies[v.VersionID] = v
			class, _ := in.Catalogue.Class(v.Class)
			if s.Stream != stream || !class.HasRole(standard.ClassRoleRatification) {
				continue
			}
			content, err := v.Decoded(in.Catalogue)
			if err != nil {
				return err
			}
			o, err := record.OriginOf(content)
			if err != nil {
				return err
			}
			foreign = append(foreign, o.Contributions...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range foreign {
		c, err := f.Contribution()
		if err != nil {
			t.Fatal(err)
		}
		s := &record.Sealed{Contribution: *c}
		for _, ch := range c.Changes {
			if ch.Type.MakesVersion() {
				s.Versions = append(s.Versions, bodies[ch.Version])
			}
		}
		lines = append(lines, line(s))
	}
	return lines
}
