package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestADoseFromADeviceThatTurnsOutSecondIsKept: it was given, whatever the rules say now; it stands in the record with the reason, is flagged, and everybody sees it.
func TestADoseFromADeviceThatTurnsOutSecondIsKept(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	path := w.slot(m.apixaban, "08:00")
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, filledDose(p.v, path, "outcome", "given")) // written while there is no network
	w.Clock.Advance(6 * time.Minute)
	nurse := w.as(t, "nurse")
	nurse.post(path, filledDose(nurse, path, "outcome", "given")).want(http.StatusSeeOther)
	sealed := p.seal(h, body)
	for range 2 { // the answer is lost, and the device sends it again
		if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "done" {
			t.Fatalf("the server says %v", said)
		}
	}
	nurse.get(w.medicinesOf()).says("Given twice: Apixaban 5 mg tablets, for 16 March 2026 at 08:00")
	nurse.get(w.medicinesOf()+"/chart").says("GIVEN TWICE", "given in spite of a warning: It was given, and written down on a device without a network", "Given twice, 16 March")
	nurse.get("/people/" + w.Person.String()).says("Given twice: Apixaban")
	manager := w.as(t, "manager")
	if home := manager.get("/home").says("Doses given twice, 7 days"); !strings.Contains(string(home.body), `href="/home/given-twice"`) {
		t.Error("nothing leads from the home to the second doses")
	}
	manager.get("/home/given-twice").want(http.StatusOK).says("Apixaban 5 mg tablets", "Margaret", "Due 16 March at 08:00", "and again")
	doses := 0
	for _, d := range w.dosesOf(t) {
		if d == "Apixaban 5 mg tablets" {
			doses++
		}
	}
	if doses != 2 {
		t.Errorf("%d doses are kept", doses)
	}
}
