package installation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// askedLog is the log, counting how often it is asked who changed or signed something.
type askedLog struct {
	record.Log
	asked int
}

func (l *askedLog) Changes(ctx context.Context, at record.Moment, of ...record.One) ([]*record.Contribution, error) {
	l.asked++
	return l.Log.Changes(ctx, at, of...)
}

// TestWhoHasNotSignedIsOneQuestion: of however many doses of however many people the log is asked once, and the answer is right for each.
func TestWhoHasNotSignedIsOneQuestion(t *testing.T) {
	s := newStage(t)
	people := []uuid.UUID{s.Person, s.MoveIn("manager", s.Home, "Arthur", "Pell", "9990000034", "Room 2")}
	witnessed := func(person uuid.UUID, minute int, more string) uuid.UUID {
		return s.Write("nurse", person, "dose-event", fmt.Sprintf(`{"medicine":{"text":"Morphine 10 mg/5 ml"},"when":"2026-03-16T07:%02d:00+00:00","outcome":{"code":"given"},"dose":{"value":2.5,"unit":"mg"},"careActor":[{"ref":"%s"}]%s}`,
			minute, s.Workers["nurse"], more))
	}
	named := fmt.Sprintf(`,"witness":{"ref":"%s"}`, s.Workers["carer"])
	want := map[uuid.UUID]bool{}
	for i := range 12 {
		want[witnessed(people[i%2], i, named)] = true
		witnessed(people[i%2], 20+i, "")
	}
	signed := witnessed(s.Person, 50, named)
	if _, err := s.Session("carer").Attest(t.Context(), s.Person, signed, 1, "I was there", fixture.Password); err != nil {
		t.Fatal(err)
	}
	policy, policyErr := access.StandardPolicy()
	log := &askedLog{Log: s.Log}
	guard, err := access.New(access.Config{
		Catalogue: s.Catalogue, Recorder: s.Recorder, Log: log, Register: s.Log, Accounts: s.Accounts, Trail: s.Accounts, Passes: s.Accounts, Drafts: s.Drafts, Attachments: s.Attachments,
		Ratifier: s.Log, Signer: s.Keys, Policy: policy, Now: s.Clock.Now, Zone: s.Zone, Logger: slog.New(slog.DiscardHandler),
	})
	if err = errors.Join(err, policyErr); err != nil {
		t.Fatal(err)
	}
	session, err := guard.Session(t.Context(), s.Account("manager"), access.Management)
	if err != nil {
		t.Fatal(err)
	}
	view, err := session.View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	var all []*record.Version
	for _, person := range people {
		list, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: person, Classes: []string{"dose-event"}, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	log.asked = 0
	found, err := view.Unproved(t.Context(), all)
	if err != nil || log.asked != 1 || len(found) != len(want) || found[signed] {
		t.Fatalf("asked %d times: %d of %d, %v", log.asked, len(found), len(want), err)
	}
	for uid := range want {
		if !found[uid] {
			t.Errorf("%s is taken for signed", uid)
		}
	}
	if found, err = view.Unproved(t.Context(), nil); err != nil || log.asked != 1 || len(found) != 0 {
		t.Errorf("of nothing: asked %d times, %v, %v", log.asked, found, err)
	}
}
