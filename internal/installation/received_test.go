package installation_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// nothing checks that nothing of a package is there.
func (w *two) nothing(why string) {
	w.t.Helper()
	ctx := context.Background()
	waiting, err := w.new.Session("manager").Waiting(ctx)
	if err != nil || len(waiting) != 0 {
		w.t.Errorf("%s: something waits: %+v, %v", why, waiting, err)
	}
	var rows int
	err = w.new.Database.QueryRow(ctx, `SELECT (SELECT count(*) FROM segment_contribution) + (SELECT count(*) FROM segment_version) + (SELECT count(*) FROM segment)`).Scan(&rows)
	if err != nil || rows != 0 {
		w.t.Errorf("%s: %d rows are left, %v", why, rows, err)
	}
}

// TestWhatIsNotWholeIsRefused: a package that was cut off, altered, put in another order, doubled, mixed with another, or is another system's.
func TestWhatIsNotWholeIsRefused(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	pack := string(w.sends(m.person))
	lines := strings.SplitAfter(strings.TrimSuffix(pack, "\n"), "\n")
	find := func(part string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, part) })
	}
	fall, fixed := find("left elbow"), find("right elbow")
	join := func(ls ...[]string) string { return strings.Join(slices.Concat(ls...), "") }
	swapped := slices.Clone(lines)
	swapped[fall], swapped[fixed] = swapped[fixed], swapped[fall]
	third := fixture.New(t)
	other := w.old.MoveIn("manager", w.old.Home, "Cyril", "Nunn", "9990000042", "Room 4")
	about := `"streams":["` + m.person.String() + `"]`
	for name, tt := range map[string]struct {
		pack, says string
		peer       transfer.Peer
	}{
		"cut off":                    {pack: join(lines[:len(lines)-2]), says: "cut off"},
		"cut in a line":              {pack: pack[:len(pack)/2], says: "not a contribution"},
		"a word altered":             {pack: strings.Replace(pack, "left elbow", "left ankle", 1), says: "altered"},
		"one missing":                {pack: join(lines[:fall], lines[fall+1:]), says: "is missing"},
		"another order":              {pack: join(swapped), says: "is missing"},
		"one doubled":                {pack: join(lines[:fall+1], lines[fall:fall+1], lines[fall+1:]), says: "twice"},
		"without proof":              {pack: strings.Replace(join(lines[:len(lines)-2], lines[len(lines)-1:]), `"proved":true`, `"proved":false`, 1), says: "nothing proves"},
		"the proof of another":       {pack: join(lines[:len(lines)-2], []string{proofLine(t, w.sends(other))}, lines[len(lines)-1:]), says: "nothing proves"},
		"about another person":       {pack: strings.Replace(pack, about, `"streams":["`+w.old.Person.String()+`"]`, 1), says: "two people"},
		"about two people":           {pack: strings.Replace(pack, about, `"streams":["`+m.person.String()+`","`+w.old.Person.String()+`"]`, 1), says: "exactly one person"},
		"another key":                {pack: pack, says: "signature", peer: transfer.Peer{System: w.old.Identity.System, Keys: third.Identity.Keys}},
		"another system":             {pack: pack, says: "another system", peer: transfer.Peer{System: third.Identity.System, Keys: third.Identity.Keys}},
		"not a package":              {pack: "<html>", says: "not an export"},
		"something behind the end":   {pack: pack + "{}\n", says: "follows the last line"},
		"a word of a reason altered": {pack: strings.Replace(pack, "It was the right elbow.", "It was the right knee..", 1), says: "altered"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.peer.System == "" {
				tt.peer = w.peer
				if tt.pack == pack {
					t.Fatal("the test alters nothing")
				}
			}
			_, err := transfer.Receiver{Guard: w.new.Guard}.Receive(context.Background(), strings.NewReader(tt.pack), tt.peer)
			if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("the error is %v; want %q", err, tt.says)
			}
			w.nothing(name)
		})
	}
	if s := w.received([]byte(pack)); s.State != access.SegmentWaiting {
		t.Errorf("the whole one: %+v", s)
	}
}

func proofLine(t *testing.T, pack []byte) string {
	t.Helper()
	for line := range strings.Lines(string(pack)) {
		if strings.HasPrefix(line, `{"checkpoint"`) {
			return line
		}
	}
	t.Fatal("there is no proof")
	return ""
}

// part is a package of some of the contributions that a whole one has: of the person's stream those from one number on up to another; and all of the directory.
func (w *two) part(person uuid.UUID, from, upTo int64) []byte {
	w.t.Helper()
	ctx := context.Background()
	var out bytes.Buffer
	writer, err := transfer.NewWriter(&out, transfer.Header{System: w.old.Identity.System, Keys: w.old.Identity.Keys, Streams: []uuid.UUID{person}, Proved: true})
	if err != nil {
		w.t.Fatal(err)
	}
	heads := map[uuid.UUID]record.Moment{}
	err = transfer.Read(bytes.NewReader(w.sends(person)), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		if s.Stream == person && (s.Sequence < from || s.Sequence > upTo) {
			return nil
		}
		heads[s.Stream] = s.Moment
		return writer.Add(s)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var list []record.StreamInfo
	for stream, last := range heads {
		list = append(list, record.StreamInfo{UID: stream, Last: last})
	}
	proof, err := w.old.ProofOf(ctx, list)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := writer.Prove(proof); err != nil {
		w.t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

// TestAnyPartsInAnyOrder: however a person's record is split, however often and in whatever order the parts are sent, and whatever is ratified in between, the record that comes
// of it is the same.
func TestAnyPartsInAnyOrder(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	for i := range 4 {
		w.old.Write("carer", m.person, "daily-note", fixture.NoteContent(fmt.Sprintf("Note %d", i)))
	}
	info, err := w.old.Log.Stream(context.Background(), m.person)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	draw := rand.New(rand.NewPCG(20260316, 4))
	for round := range 10 {
		w.new = fixture.New(t)
		var parts [][]byte
		for begin := int64(1); begin <= info.Sequence; {
			end := begin + draw.Int64N(info.Sequence)
			parts = append(parts, w.part(m.person, begin, end))
			begin = end + 1
		}
		arrived := make([]bool, len(parts))
		for slices.Contains(arrived, false) {
			i := draw.IntN(len(parts))
			s, err := w.receive(parts[i])
			if err != nil {
				if standard.KindOf(err) != standard.Invalid || i == 0 || arrived[i-1] {
					t.Fatalf("round %d: part %d of %d: %v", round, i+1, len(parts), err)
				}
				continue
			}
			arrived[i] = true
			if draw.IntN(2) == 0 {
				w.admits(s)
			}
		}
		w.admits(w.received(parts[len(parts)-1]))
		if got := w.theirs(m.person); want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Fatalf("round %d: got %q\nwant %q", round, got, want)
		}
		if _, err := w.new.Verify(context.Background(), nil); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// theirs is what stands of the old provider's records at the new one, and what was written about each.
func (w *two) theirs(person uuid.UUID) (all []string) {
	w.t.Helper()
	ctx := context.Background()
	view, err := w.new.Session("manager").View(ctx, access.At{})
	if err != nil {
		w.t.Fatal(err)
	}
	versions, _, err := view.Records(ctx, access.RecordsQuery{Stream: person, Limit: 1000, Errors: true})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range versions {
		if v.System != w.old.Identity.System {
			continue
		}
		log, err := view.ChangeLog(ctx, person, v.Record)
		if err != nil {
			w.t.Fatal(err)
		}
		own := slices.DeleteFunc(log, func(e access.LogEntry) bool { return e.Contribution.System != w.old.Identity.System })
		all = append(all, fmt.Sprintf("%s %x %s %q", v.VersionID, v.Hash, v.Abroad, entries(own)))
	}
	slices.Sort(all)
	return all
}
