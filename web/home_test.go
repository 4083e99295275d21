package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// managed is what stands open in the homes, for the pages about a whole home.
type managed struct {
	fall, missing, stay uuid.UUID
}

// manage writes what a manager's pages show.
func (w *world) manage(t testing.TB) managed {
	t.Helper()
	m := managed{}
	m.fall = w.Write("senior", w.Person, "incident", `{"date":"2026-03-15","time":"19:40","incidentType":{"code":"fall"},"harm":{"code":"severe"},"description":["Found on the floor of the bathroom."]}`)
	m.missing = w.Write("senior", w.Person, "incident", `{"date":"2026-03-14","time":"16:20","incidentType":{"code":"missing"},"harm":{"code":"none"},"description":["Found at the gate."]}`)
	w.Write("senior", w.Person, "alert", `{"freeText":"Rings for a taxi when she is worried","date":"2026-03-14","status":{"code":"active"}}`)
	w.Write("senior", w.Person, "handover-note", `{"when":"2026-03-16T07:00:00+00:00","freeText":"Ring the surgery","expires":"2026-03-17T20:00:00+00:00"}`)
	w.Write("manager", w.Person, "dols", `{"applicationDate":"2025-10-01","applicationStatus":{"code":"authorised"},"plannedOrActualEndDateOfAuthorisation":"2026-03-30","conditions":["A walk every day"]}`)
	m.stay = w.Write("senior", w.Person, "transfer-of-care", `{"dateOfTransfer":"2026-03-15T20:30:00+00:00","code":{"code":"to-hospital-emergency"},"status":{"code":"in-progress"},"reasonForTransfer":"Hip"}`)
	return m
}

// TestHomeOnOnePage: every figure opens the records behind it; a decision that the law asks for is recorded from there, and waits no longer.
func TestHomeOnOnePage(t *testing.T) {
	w := newWorld(t)
	m := w.manage(t)
	v := w.as(t, "manager")
	if first := v.get("/"); first.location != "/home" {
		t.Errorf("the manager begins at %q", first.location)
	}
	home := v.get("/home").want(http.StatusOK).says("1 of them in hospital now", "Decisions waiting", "cannot wait", "In hospital since", "Record the decision")
	for _, link := range []string{"/home/decisions-waiting", "/home/liberty-ending", "/home/alerts"} {
		if !strings.Contains(string(home.body), `href="`+link+`"`) {
			t.Errorf("nothing leads to %s", link)
		}
	}
	v.get("/home/alerts").want(http.StatusOK).says("Rings for a taxi", "Margaret", "saved")
	v.get("/home/handover-unread").says("Ring the surgery", "until")
	v.get("/home/liberty-ending").says("Ends soon", "30 March 2026")
	v.get("/home/liberty-conditions").says("A walk every day", "Nobody has written down how they are met")
	v.get("/home/incidents").says("Found at the gate", "Severe")
	v.get("/home/urgent").says("Tell the Care Quality Commission", "Safeguarding referral")
	v.get("/home/nothing").want(http.StatusNotFound)

	waiting := v.get("/home/decisions-waiting").says("Duty of candour", "Safeguarding referral", "RIDDOR", "Found on the floor")
	path := "/people/" + w.Person.String() + "/new/decision?about=" + m.missing.String() + "&duty=safeguarding-referral"
	if !strings.Contains(string(waiting.body), strings.ReplaceAll(path, "&", "&amp;")) {
		t.Error("nothing leads to recording the decision")
	}
	form := v.get(path).want(http.StatusOK)
	sent := form.fields(strings.Split(path, "?")[0])
	for field, words := range map[string]string{
		"f-decision": "Not referred", "f-reason": "Back within four minutes, no harm, no neglect", "f-date_day": "16", "f-date_month": "3", "f-date_year": "2026", "f-decidedBy": w.Workers["manager"].String(), "act": "save",
	} {
		sent.Set(field, words)
	}
	v.post(strings.Split(path, "?")[0], sent).want(http.StatusSeeOther)
	v.get("/home/decisions-waiting").keepsQuiet("Safeguarding referral").says("Duty of candour")

	for account, status := range map[string]int{"inspector": http.StatusOK, "carer": http.StatusNotFound, "nurse": http.StatusNotFound, "admin": http.StatusNotFound} {
		w.as(t, account).get("/home").want(status)
		w.as(t, account).get("/home/alerts").want(status)
	}
	w.as(t, "inspector").get("/home/decisions-waiting").keepsQuiet("Record the decision") // who only reads is not asked to write
}
