package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/internal/fixture"
)

// TestADoseThatWaitsIsNotItsOwnSecond: put right on its form it does not warn of itself; the same dose from another device is kept, with the reason, and flagged.
func TestADoseThatWaitsIsNotItsOwnSecond(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	path := w.slot(m.apixaban, "08:00")
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, filledDose(p.v, path, "outcome", "given", "support", "covert")) // the order does not allow that: it waits
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
		t.Fatalf("the server says %v", said)
	}
	w.Clock.Advance(6 * time.Minute)
	own := w.as(t, "carer")
	own.get(path + "?entry=" + h.ID.String()).want(http.StatusUnprocessableEntity).keepsQuiet("This dose may have been given")
	w.Clock.Advance(6 * time.Minute)
	q := w.phone(t, "nurse")
	h2, body2 := q.entry("nurse", path, filledDose(q.v, path, "outcome", "given"))
	if said := q.answer(q.send("/outbox/entries", octets, q.seal(h2, body2)).want(http.StatusOK)); said["state"] != "done" {
		t.Fatalf("the server says %v", said)
	}
	own.get(w.medicinesOf() + "/chart").says("given in spite of a warning: It was given, and written down on a device without a network")
	w.Clock.Advance(6 * time.Minute)
	mended, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	mended.Del("support")
	mended.Set("override", "Both were given")
	own.post(path+"?entry="+h.ID.String(), mended).want(http.StatusSeeOther)
	own.get(w.medicinesOf()).says("Given twice: Apixaban 5 mg tablets")
}

// TestLookingAtWhatWaitsSavesNothing, also where nothing is wrong with it: it waits because the device was revoked, and a senior only opens the form.
func TestLookingAtWhatWaitsSavesNothing(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	path := w.slot(m.apixaban, "08:00")
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, filledDose(p.v, path, "outcome", "given"))
	if err := w.Outbox.Store.Revoke(t.Context(), p.ID, w.Clock.Now(), "manager"); err != nil {
		t.Fatal(err)
	}
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
		t.Fatalf("the server says %v", said)
	}
	w.Clock.Advance(6 * time.Minute)
	before, _, err := w.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	senior := w.as(t, "senior")
	senior.follow(senior.get(path+"?entry="+h.ID.String()).want(http.StatusSeeOther)).says("Nothing is wrong with it any more", "It is not in the record", "Save it as it is")
	after, _, err := w.Log.Head(t.Context())
	if err != nil || after != before {
		t.Errorf("looking wrote %d contributions: %v", after-before, err)
	}
	answer := senior.post("/outbox/waiting/"+h.ID.String(), url.Values{"act": {"send"}, "as": {"senior"}}).want(http.StatusSeeOther)
	senior.follow(answer)
	senior.get(w.medicinesOf() + "/chart").says("Sam Okoro")
	view, err := w.Session("senior").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	doses, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: w.Person, Classes: []string{"dose-event"}, Limit: 10})
	if err != nil || len(doses) != 1 {
		t.Fatalf("%d doses: %v", len(doses), err)
	}
	if said := string(doses[0].Content); !strings.Contains(said, w.Workers["carer"].String()) || strings.Contains(said, w.Workers["senior"].String()) || doses[0].Author != w.Workers["carer"] {
		t.Errorf("who gave it: %s, written by %s", said, doses[0].Author)
	}
}

// TestWhoeverWitnessedMaySaveAColleaguesEntry: the witness is compared with who gave the dose, not with who saves what was written without a network; whoever gave it is no witness of it, whoever saves it.
func TestWhoeverWitnessedMaySaveAColleaguesEntry(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	path := w.medicinesOf() + "/give/" + m.morphine.String()
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, filledDose(p.v, path, "outcome", "given", "needed", "Pain", "support", "covert")) // the order does not allow that: it waits
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
		t.Fatalf("the server says %v", said)
	}
	w.Clock.Advance(6 * time.Minute)
	mended, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	senior := w.as(t, "senior")
	mended.Del("support")
	mended.Set("witness", "carer")
	mended.Set("witness_password", fixture.Password)
	senior.post(path+"?entry="+h.ID.String(), mended).want(http.StatusUnprocessableEntity).says("The second person must be another care worker than the one who did it")
	mended.Set("witness", "senior")
	mended.Set("witness_password", fixture.Password)
	senior.post(path+"?entry="+h.ID.String(), mended).want(http.StatusSeeOther)
	senior.get(w.medicinesOf() + "/chart").says("witness RA").keepsQuiet("RA (named, not proved)")
}
