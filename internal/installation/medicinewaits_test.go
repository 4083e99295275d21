package installation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access/outbox"
)

// TestADoseThatWaitsStopsTheSameDoseAtEveryDoor: what somebody wrote without a network and could not be saved may have been given.
func TestADoseThatWaitsStopsTheSameDoseAtEveryDoor(t *testing.T) {
	s := newStage(t)
	order := s.Write("senior", s.Person, "medicine-order", s.order("senior", ""))
	if err := s.put("nurse", changing(order, 1, s.checked("senior", "nurse"))); err != nil {
		t.Fatal(err)
	}
	s.Account("carer")
	at := time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	e := outbox.Entry{ID: uuid.Must(uuid.NewV7()), Device: uuid.Must(uuid.NewV7()), Account: "carer", Stream: s.Person, State: outbox.Received, Made: at, Received: at.Add(time.Hour), Sealed: []byte("sealed"),
		Path: "/people/" + s.Person.String() + "/medicines/give/" + order.String() + "@2026-03-16T08:00"}
	if _, _, err := s.Outbox.Store.Receive(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	path, body := "/api/people/"+s.Person.String()+"/contributions", func(content string) string {
		return `{"changes":[{"type":"create","class":"dose-event","content":` + content + `}]}`
	}
	refused := s.As("nurse").Post(path, body(s.dose(order, "nurse", ""))).Want(http.StatusUnprocessableEntity)
	if text := string(refused.Body); !strings.Contains(text, "dose-second-dose") || !strings.Contains(text, "reasonForOverride") || !strings.Contains(text, "Sam Okoro wrote something down about it") {
		t.Errorf("the API says %s", text)
	}
	unplanned := strings.Replace(s.dose(order, "nurse", ""), `"dueAt":"2026-03-16T08:00:00+00:00",`, "", 1)
	if err := s.put("nurse", creating("dose-event", unplanned)); rulesOf(err) != "dose-second-dose" {
		t.Errorf("a dose that names no planned time: %v", err)
	}
	if err := s.put("nurse", creating("dose-event", strings.ReplaceAll(s.dose(order, "nurse", ""), "T08:00", "T20:00"))); err != nil {
		t.Errorf("the dose of the evening: %v", err)
	}
	e.State, e.SettledBy, e.Settled = outbox.SetAside, "senior", at
	if err := s.Outbox.Store.Settle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := s.put("nurse", creating("dose-event", s.dose(order, "nurse", ""))); err != nil {
		t.Errorf("after it was set aside: %v", err)
	}
}
