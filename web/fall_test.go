package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAfterAFallSomebodyLooks: the looks are planned once however often it is asked, the first is due at once, what was found counts for its planned time, and a danger sign says what to do.
func TestAfterAFallSomebodyLooks(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	incident := w.Write("carer", w.Person, "incident", `{"description":["Found beside the bed"],"date":"2026-03-16","time":"07:50","incidentType":{"code":"found-on-floor"}}`)
	path := base + "/falls/" + incident.String()
	v.get(base + "/charts").says("Observations after the fall of 16 March 2026 at 07:50")
	sent := v.get(path).want(http.StatusOK).says("Every half hour for two hours", "Plan these observations").fields(path)
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("The observations are planned", "Due now", "Later")
	v.follow(v.post(path, sent).want(http.StatusSeeOther))
	sent.Set("contribution", "01999999-0000-7000-8000-000000000001")
	p := v.follow(v.post(path, sent).want(http.StatusSeeOther)).keepsQuiet("Plan these observations")
	if n := strings.Count(p.text(), "16 March 2026 at 08:00"); n != 1 {
		t.Errorf("the first look is planned %d times: %s", n, p.text())
	}
	look := ""
	for _, part := range strings.Split(string(p.body), `href="`) {
		if look == "" && strings.HasPrefix(part, path+"/look?task=") {
			look = strings.ReplaceAll(part[:strings.Index(part, `"`)], "&amp;", "&")
		}
	}
	write := base + "/new/check-after-an-incident"
	found := v.get(look).want(http.StatusOK).fields(write)
	found.Set("f-headInjury", "unknown")
	found.Set("f-signsToWatch-0", "vomiting")
	found.Set("f-consciousness", "A")
	found.Set("act", "save")
	v.follow(v.post(write, found).want(http.StatusSeeOther)).want(http.StatusOK)
	v.get(path).says("Done", "call 999 now", "What was found")
}

// TestLooksPlannedWithoutANetwork begin when they were planned, not when the device reached the server.
func TestLooksPlannedWithoutANetwork(t *testing.T) {
	w := newWorld(t)
	incident := w.Write("carer", w.Person, "incident", `{"description":["Found beside the bed"],"date":"2026-03-16","time":"07:50","incidentType":{"code":"found-on-floor"}}`)
	path := "/people/" + w.Person.String() + "/falls/" + incident.String()
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, p.v.get(path).want(http.StatusOK).fields(path))
	sealed := p.seal(h, body)
	w.Clock.Advance(40 * time.Minute)
	for range 2 { // the answer is lost, and the device sends it again
		if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "done" {
			t.Fatalf("the server says %v", said)
		}
	}
	if n := strings.Count(w.as(t, "nurse").get(path).says("16 March 2026 at 08:00").text(), "16 March 2026 at 08:00"); n != 1 {
		t.Errorf("the first look is planned %d times", n)
	}
}
