package installation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// destroyed writes words, corrects them, and has them destroyed an hour later.
func (s *stage) destroyed(words string) record.VersionID {
	s.t.Helper()
	_, id := s.corrected(words)
	s.Clock.Advance(time.Hour)
	certificate, err := s.Session("manager").AskDestruction(s.t.Context(), access.Destroying{Stream: s.Person, Versions: []record.VersionID{id}, Basis: "court-order", Why: "Ordered"})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.second().ApproveDestruction(s.t.Context(), certificate, fixture.Password); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// TestTheCertificateArrivesFirst: who takes in stream after stream may have a certificate before what it emptied, which then stands later here than it was committed there.
func TestTheCertificateArrivesFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.destroyed("zebrafinch")
	var head, certificates, others []string
	for line := range strings.Lines(string(export(t, s.Installation))) {
		switch {
		case len(head) == 0:
			head = append(head, line)
		case strings.Contains(line, "destruction-certificate"):
			certificates = append(certificates, line)
		default:
			others = append(others, line)
		}
	}
	if len(certificates) == 0 {
		t.Fatal("there is no certificate")
	}
	second := newPlace(t).open(t)
	defer closeIt(t, second)
	all := strings.Join(append(append(head, certificates...), others...), "")
	if _, err := second.Import(t.Context(), strings.NewReader(all), nil); err != nil {
		t.Fatal(err)
	}
	if proof, err := second.Verify(t.Context(), nil); err != nil || proof.Destroyed.Versions != 1 {
		t.Errorf("proof %+v, %v", proof, err)
	}
}

// TestRemainsAreRatified: what was destroyed at the other provider comes as remains, and stands in lists where it does after everything was made anew.
func TestRemainsAreRatified(t *testing.T) {
	t.Parallel()
	w := newTwo(t)
	s := &stage{World: w.old, t: t}
	s.Person = s.MoveIn("manager", s.Home, "Edith", "Lomax", "9990000034", "Room 3")
	s.destroyed("zebrafinch")
	w.new.Clock.Advance(48 * time.Hour)
	w.admits(w.received(w.sends(s.Person)))
	if proof, err := w.new.Verify(context.Background(), nil); err != nil || proof.Destroyed.Versions != 1 {
		t.Errorf("proof %+v, %v", proof, err)
	}
}
