package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestAMedicineIsHiddenOnlyByADecision: whoever says that they hid a medicine is stopped where the order names no decision. What a device brings late waits for a person.
func TestAMedicineIsHiddenOnlyByADecision(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	path := w.slot(m.apixaban, "08:00")
	v.get(path).want(http.StatusOK).keepsQuiet("Hidden in food or drink")
	hidden := filledDose(v, path, "outcome", "given", "support", "covert")
	v.post(path, hidden).want(http.StatusUnprocessableEntity).says("There is a problem", "hidden in food or drink only where the order says so and names the decision")
	hidden.Set("override", "She would not take it")
	v.post(path, hidden).want(http.StatusUnprocessableEntity).says("names the decision")
	if doses := w.dosesOf(t); len(doses) != 0 {
		t.Errorf("%v is in the record", doses)
	}
	w.Clock.Advance(6 * time.Minute) // nobody has it open any more
	p := w.phone(t, "carer")
	h, body := p.entry("carer", path, filledDose(p.v, path, "outcome", "given", "support", "covert"))
	if said := p.answer(p.send("/outbox/entries", octets, p.seal(h, body)).want(http.StatusOK)); said["state"] != "person" {
		t.Errorf("the server says %v", said)
	}
	v.get("/outbox").want(http.StatusOK).says("names the decision that allows it")
	w.Clock.Advance(6 * time.Minute)
	nurse := w.as(t, "nurse") // a dose that is in no record yet stops a second one all the same
	nurse.get(path).want(http.StatusOK).says("Stop: do not give it yet", "This dose may have been given: Sam Okoro wrote something down about it, without a network", "Ask them first")
	second := filledDose(nurse, path, "outcome", "given")
	nurse.post(path, second).want(http.StatusUnprocessableEntity).says("This dose may have been given")
	if doses := w.dosesOf(t); len(doses) != 0 {
		t.Errorf("%v is in the record", doses)
	}
	nurse.get(w.slot(m.apixaban, "20:00")).want(http.StatusOK).keepsQuiet("may have been given")
	nurse.post(path, with(second, "override", "Sam has told me that she spat it out")).want(http.StatusSeeOther)
	w.Clock.Advance(6 * time.Minute)

	decision := w.Write("senior", w.Person, "decision", fmt.Sprintf(`{"kindOfDecision":{"text":"Best interests"},"date":"2026-03-10","decision":"Senna may be hidden in food","reason":"She cannot weigh it up, and is in pain without it","decidedBy":{"ref":"%s"}}`, w.Workers["senior"]))
	senna := w.ordered(t, fmt.Sprintf(`"medicine":{"text":"Senna 7.5 mg tablets"},"dose":{"value":15,"unit":"mg"},"timeOfDay":["08:00"],"covert":true,"decidedUnder":[{"ref":"%s"}],"reason":"Constipation"`, decision))
	path = w.slot(senna, "08:00")
	v.get(path).want(http.StatusOK).says("Hidden in food or drink By the decision that the order names. Offer it openly first.")
	v.follow(v.post(path, filledDose(v, path, "outcome", "given", "support", "covert")).want(http.StatusSeeOther)).says("Saved: Senna")
}

// TestADoseThatChangesIsAskedFor, each time: it is never filled in, the last one is shown, and so is the reading that it was given by.
func TestADoseThatChangesIsAskedFor(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	path := w.slot(m.warfarin, "18:00")
	asked := filledDose(v, path, "outcome", "given")
	if asked.Get("amount") != "" {
		t.Errorf("the amount is filled in: %q", asked.Get("amount"))
	}
	v.post(path, asked).want(http.StatusUnprocessableEntity).says("Say how much was given.", "Say what the reading was, or the number in the book.")
	if doses := w.dosesOf(t); len(doses) != 0 {
		t.Errorf("%v is in the record", doses)
	}
	v.follow(v.post(path, with(with(asked, "amount", "4"), "reading", "INR 2.1")).want(http.StatusSeeOther)).says("Saved: Warfarin tablets.", "4 mg")
	next := w.medicinesOf() + "/give/" + m.warfarin.String() + "@2026-03-17T18:00"
	v.get(next).want(http.StatusOK).says("The dose changes: 3 mg is ordered. Last time: 4 mg", "INR 2.1")
	if amount := filledDose(v, next).Get("amount"); amount != "" {
		t.Errorf("the last amount is filled in: %q", amount)
	}
	if amount := filledDose(v, w.slot(m.apixaban, "20:00")).Get("amount"); amount != "5" {
		t.Errorf("a dose that stays the same is not filled in: %q", amount)
	}
}

// TestAPatchGoesToAnotherPlace: the place is asked, and the next time the page says where it was.
func TestAPatchGoesToAnotherPlace(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	path := w.slot(m.patch, "08:00")
	sent := filledDose(v, path, "outcome", "given")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say where on the body it was given.")
	v.follow(v.post(path, with(with(sent, "site", "shoulder"), "side", "left")).want(http.StatusSeeOther)).says("Saved: Rivastigmine")
	v.get(w.medicinesOf() + "/give/" + m.patch.String() + "@2026-03-17T08:00").want(http.StatusOK).says("Use another place than the last times: Shoulder")
}
