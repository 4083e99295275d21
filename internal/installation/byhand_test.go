package installation_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// gives is a file that the old provider's operator made for the new one.
func (w *two) gives(person uuid.UUID, to string) []byte {
	w.t.Helper()
	var out bytes.Buffer
	_, err := w.old.GiveByHand(context.Background(), &out, installation.ByHand{Person: person, Recipient: to, Open: to == "", To: "Elm Court", Why: "She moves there."}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

func (w *two) takes(file []byte, b installation.Brought) (access.Segment, error) {
	s, _, err := w.new.TakeByHand(context.Background(), bytes.NewReader(file), b)
	return s, err
}

// TestByHandIsAsByWire: what comes in a file is the same segment, proved alike, as what comes over the network; and what is refused leaves nothing.
func TestByHandIsAsByWire(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	file := w.gives(m.person, w.new.Identity.Keys[0])
	if bytes.Contains(file, []byte("Lomax")) || bytes.Contains(file, []byte(m.person.String())) {
		t.Fatal("the file tells who it is about")
	}
	brought := installation.Brought{Key: w.old.Identity.Keys[0], Provider: "Harbour House"}
	third := fixture.New(t)
	half := len(file) / 2
	flipped := bytes.Clone(file)
	flipped[half] ^= 1
	open := w.gives(m.person, "")
	for name, tt := range map[string]struct {
		file    []byte
		brought installation.Brought
		says    string
	}{
		"for another":              {w.gives(m.person, third.Identity.Keys[0]), brought, "sealed for another system"},
		"cut off":                  {file[:half], brought, "cut off"},
		"cut off at the last byte": {file[:len(file)-1], brought, "cut off"},
		"cut off in its head":      {file[:100], brought, "altered"},
		"altered":                  {flipped, brought, "altered"},
		"something behind it":      {append(bytes.Clone(file), "x"...), brought, "altered"},
		"another's key":            {file, installation.Brought{Key: third.Identity.Keys[0]}, "another system"},
		"no key":                   {file, installation.Brought{}, "public key"},
		"not a key":                {file, installation.Brought{Key: "x"}, "not the public key"},
		"an open one, cut off":     {open[:len(open)/2], brought, "not a contribution"},
		"an open one, altered":     {bytes.Replace(open, []byte("left elbow"), []byte("left ankle"), 1), brought, "altered"},
		"about two people":         {bytes.Replace(open, []byte(`"streams":["`+m.person.String()+`"]`), []byte(`"streams":["`+m.person.String()+`","`+w.old.Person.String()+`"]`), 1), brought, "exactly one person"},
		"nothing":                  {nil, brought, "not an export"},
		"something else":           {[]byte("PK\x03\x04 a letter\n"), brought, "not an export"},
	} {
		_, err := w.takes(tt.file, tt.brought)
		if standard.KindOf(err) != standard.Invalid || !strings.Contains(said(err), tt.says) {
			t.Errorf("%s: %v", name, said(err))
		}
		w.nothing(name)
	}
	s, err := w.takes(file, brought)
	if err != nil || !s.Proof.Given() {
		t.Fatalf("%+v, %v", s, err)
	}
	again, err := w.takes(open, brought)
	if err != nil || again.ID != s.ID || again.Contributions != s.Contributions || again.Versions != s.Versions {
		t.Errorf("the same, open: %+v, %v", again, err)
	}
	if wire := w.received(w.sends(m.person)); wire.ID != s.ID || wire.Versions != s.Versions || wire.Files != s.Files {
		t.Errorf("by wire: %+v, by hand: %+v", wire, s)
	}
	w.admits(s)
	if _, err := w.new.Verify(context.Background(), nil); err != nil {
		t.Error(err)
	}
	if got := len(w.theirs(m.person)); got < 4 {
		t.Errorf("%d records of theirs", got)
	}
}

// said is an error with the problems that it names.
func said(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	var fault *standard.Fault
	if errors.As(err, &fault) {
		for _, p := range fault.Problems {
			text += " " + p.Message
		}
	}
	return text
}

// TestByHandWithoutProof: kept on somebody's word only, and marked.
func TestByHandWithoutProof(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	s, err := w.takes(w.gives(m.person, ""), installation.Brought{Unproved: true})
	if err != nil || s.Proof.Given() || s.System != w.old.Identity.System {
		t.Fatalf("%+v, %v", s, err)
	}
	p, err := w.new.Session("manager").PreviewSegment(context.Background(), s.ID)
	if err != nil || len(p.Questions) == 0 || !strings.Contains(p.Questions[0], "Nothing proves") {
		t.Errorf("%v, %v", p.Questions, err)
	}
}

// TestByHandAboutSomebodyWhoIsHere: under another NHS number it is a question, and needs an answer; two who share a number cannot be ratified side by side. The record stays
// as it was until then.
func TestByHandAboutSomebodyWhoIsHere(t *testing.T) {
	w := newTwo(t)
	ctx := context.Background()
	m := w.margaret()
	other := w.new.MoveIn("manager", w.new.Home, "Edith", "Lomax", "9990000042", "Room 9") // the same name and birth, another number
	brought := installation.Brought{Key: w.old.Identity.Keys[0], Provider: "Harbour House"}
	s, err := w.takes(w.gives(m.person, w.new.Identity.Keys[0]), brought)
	if err != nil {
		t.Fatal(err)
	}
	manager := w.new.Session("manager")
	p, err := manager.PreviewSegment(ctx, s.ID)
	if err != nil || len(p.Here) != 1 || p.Here[0].Stream != other || strings.Join(p.Here[0].Differs, "") != "NHS number" {
		t.Fatalf("%+v, %v", p.Here, err)
	}
	head, _, err := w.new.Log.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	onto := access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Onto: other, Reason: "She has moved in."}
	if _, err := manager.Ratify(ctx, onto); standard.KindOf(err) != standard.Invalid || !strings.Contains(said(err), "NHS number differ") {
		t.Errorf("without a word about the difference: %v", said(err))
	}
	if now, _, err := w.new.Log.Head(ctx); err != nil || now != head {
		t.Errorf("the log went on to %d from %d, %v", now, head, err)
	}
	onto.Differences = "Theirs is right; ours was typed wrong."
	if _, err := manager.Ratify(ctx, onto); err != nil {
		t.Error(said(err))
	}

	shared := w.old.MoveIn("manager", w.old.Home, "Winifred", "Poole", "9990000077", "Room 5")
	w.new.MoveIn("manager", w.new.Home, "Cyril", "Nunn", "9990000077", "Room 6")
	s, err = w.takes(w.gives(shared, w.new.Identity.Keys[0]), brought)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = manager.PreviewSegment(ctx, s.ID); err != nil || len(p.Here) != 1 || len(p.Here[0].Differs) == 0 || len(p.Questions) == 0 {
		t.Errorf("%+v %v, %v", p.Here, p.Questions, err)
	}
	if head, _, err = w.new.Log.Head(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = manager.Ratify(ctx, access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Place: w.new.Home, Reason: "She has moved in."})
	if standard.KindOf(err) != standard.Invalid || !strings.Contains(said(err), "already held here") {
		t.Errorf("two with one number: %v", said(err))
	}
	if now, _, err := w.new.Log.Head(ctx); err != nil || now != head {
		t.Errorf("the log went on to %d from %d, %v", now, head, err)
	}
	if _, err := w.new.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
}

// TestByHandIsADisclosure: to whom and why stands in the log of who saw what before the first byte; without either nothing is written.
func TestByHandIsADisclosure(t *testing.T) {
	w := newTwo(t)
	m := w.margaret()
	var out bytes.Buffer
	_, err := w.old.GiveByHand(context.Background(), &out, installation.ByHand{Person: m.person, Open: true}, nil)
	if standard.KindOf(err) != standard.Invalid || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	w.gives(m.person, "")
	entries, err := w.old.Session("manager").AccessLog(context.Background(), m.person, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if e.Action == "export" && e.To == "Elm Court" && e.Why == "She moves there." {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d entries say so", found)
	}
	var none record.Hash
	_, err = w.old.GiveByHand(context.Background(), &out, installation.ByHand{Person: uuid.UUID(none[:16]), Open: true, To: "a", Why: "b"}, nil)
	if standard.KindOf(err) != standard.NotFound {
		t.Error(err)
	}
}
