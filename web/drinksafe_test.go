package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestWhatIsNotSafeToEatIsStopped before it is saved, and kept with the reason; what a device brings late has been eaten and is kept too. Nobody is offered to say that they gave "nothing by mouth".
func TestWhatIsNotSafeToEatIsStopped(t *testing.T) {
	w := newWorld(t)
	w.Write("nurse", w.Person, "eating-and-drinking-plan", `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"5"},"drinkLevel":{"code":"none-by-mouth"},"date":"2026-03-15"}`)
	base := "/people/" + w.Person.String()
	v := w.as(t, "carer")
	page := v.get(base+"/food").want(http.StatusOK).says("Food or drink is modified", "Level 5, minced and moist").keepsQuiet("Not assessed", "If they had it all the same")
	sent := with(page.fields(base+"/food"), "other", "Toast", "meal", "breakfast", "foodlevel", "7", "part", "half")
	stopped := v.post(base+"/food", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "The plan for eating and drinking says: Level 5, minced and moist. This was Level 7, regular", "If they had it all the same: why?")
	if why := stopped.fields(base + "/food"); why.Get("other") != "Toast" || why.Get("foodlevel") != "7" {
		t.Errorf("what was typed is lost: %v", why)
	}
	v.follow(v.post(base+"/food", with(sent, "inspite", "She took it from a visitor. The nurse has looked at her.")).want(http.StatusSeeOther)).says("Saved for Margaret: Toast")
	drink := with(v.get(base+"/drink").want(http.StatusOK).says("drinks nothing by mouth").fields(base+"/drink"), "what", "Tea", "offered", "150")
	v.post(base+"/drink", with(drink, "taken", "4")).want(http.StatusUnprocessableEntity).says("nothing by mouth. Ask a nurse or a senior now")
	v.follow(v.post(base+"/drink", with(drink, "taken", "0")).want(http.StatusSeeOther)).says("Saved for Margaret")

	p := w.phone(t, "carer")
	h, body := p.entry("carer", base+"/drink", with(p.v.get(base+"/drink").fields(base+"/drink"), "what", "Tea", "offered", "150", "taken", "4"))
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "done" {
		t.Errorf("the server says %v", said)
	}
	api := w.As("carer").Post("/api/people/"+w.Person.String()+"/contributions", fmt.Sprintf(`{"changes":[{"type":"create","class":"intake","content":{"when":"2026-03-16T08:10:00+00:00","kind":{"code":"drink"},"what":"Water","amountTaken":{"value":50,"unit":"mL"},"careActor":[{"ref":"%s"}]}}]}`, w.Workers["carer"]))
	if rules := api.WantProblem(http.StatusUnprocessableEntity, "invalid").Rules(); len(rules) != 1 || rules[0] != "/changes/0/content/reasonForOverride not-safe-to-eat" {
		t.Errorf("the API says %s", api.Body)
	}
}

// TestWhatADeviceBringsLateAgainstThePlanIsInTheRecord, whatever form it was written on: it was had. With the carer's reason, or with that it came late; everybody sees it in the banner, the manager among what cannot wait.
func TestWhatADeviceBringsLateAgainstThePlanIsInTheRecord(t *testing.T) {
	w := newWorld(t)
	w.Write("nurse", w.Person, "eating-and-drinking-plan", `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"5"},"drinkLevel":{"code":"2"},"date":"2026-03-15"}`)
	base := "/people/" + w.Person.String()
	path := base + "/new/intake"
	p := w.phone(t, "carer")
	form := with(p.v.get(path).want(http.StatusOK).fields(path), "act", "save", "f-kind", "drink", "f-what", "Tea from a visitor", "f-drinkLevel", "0", "f-amountTaken", "100", "f-amountTaken_unit", "mL",
		"f-when_day", "16", "f-when_month", "3", "f-when_year", "2026", "f-when_time", "07:50")
	p.v.post(path, form).want(http.StatusUnprocessableEntity).says("which may make them choke", "say why") // with a network it is stopped before it is saved
	fresh := func(values ...string) url.Values {
		sent := with(form, values...)
		for _, name := range []string{"contribution", "record"} {
			sent.Set(name, uuid.Must(uuid.NewV7()).String())
		}
		return sent
	}
	for _, sent := range []url.Values{fresh(), fresh("f-what", "Squash", "f-reasonForOverride", "He took it himself. Ruth knows.")} {
		h, body := p.entry("carer", path, sent)
		sealed := p.seal(h, body)
		for range 2 {
			if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "done" {
				t.Fatalf("the server says %v", said)
			}
		}
		w.Clock.Advance(time.Minute)
	}
	h, body := p.entry("carer", path, fresh("f-when_day", "31", "f-when_month", "2")) // and something else is wrong with it
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
		t.Errorf("the server says %v", said)
	}
	v := w.as(t, "carer")
	v.get(base+"/records?class=intake").want(http.StatusOK).says("Tea from a visitor", "Squash")
	v.get(base).says("Had by mouth what the plan for eating and drinking says is not safe: Tea from a visitor, Level 0", "Squash")
	manager := w.as(t, "manager")
	manager.get("/home").want(http.StatusOK).says("2 Food or drink against the plan, 7 days")
	manager.get("/home/eaten-unsafe").want(http.StatusOK).says("Tea from a visitor", "written down on a device without a network", "He took it himself. Ruth knows.")
}
