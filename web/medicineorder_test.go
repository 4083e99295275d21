package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestAnOrderIsWrittenCheckedAndChanged by two people, on the pages alone.
func TestAnOrderIsWrittenCheckedAndChanged(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	senior, nurse, carer := w.as(t, "senior"), w.as(t, "nurse"), w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/forms/medicine-order"
	sent := senior.get(path).want(http.StatusOK).says("Copy it word for word").fields(path)
	for name, value := range map[string]string{
		"f-medicine": "Amoxicillin 500 mg capsules", "f-dose": "500", "f-dose_unit": "mg", "f-route": "By mouth", "f-directions": "One three times a day", "f-reason": "Chest infection",
		"f-start_day": "16", "f-start_month": "3", "f-start_year": "2026", "f-asNeeded": "no", "f-controlledDrug": "no", "f-whoGivesIt": "staff", "f-allergiesChecked": "yes",
		"f-source": "prescription", "f-timeOfDay-0": "14:00", "f-timeOfDay_count": "1", "f-careActor-0": w.Workers["senior"].String(), "act": "save",
	} {
		sent.Set(name, value)
	}
	senior.post(path, sent).want(http.StatusUnprocessableEntity).says("Recorded allergy: Penicillin (rash)", "Ask the prescriber")
	sent.Set("f-medicine", "Doxycycline 100 mg capsules")
	sent.Set("f-dose", "100")
	senior.follow(senior.post(path, sent).want(http.StatusSeeOther)).says("Doxycycline", "Waiting for the second check")

	page := senior.get(w.medicinesOf()).says("Not to be given", "Doxycycline", "No second person has checked")
	page.keepsQuiet("Check it : Doxycycline")
	check := nurse.get(w.medicinesOf()).link("Check it: Doxycycline")
	senior.get(check).want(http.StatusOK).says("You wrote this order down").keepsQuiet("It is right")
	form := nurse.get(check).want(http.StatusOK).says("One three times a day", "Chest infection", "100 mg").fields(check)
	nurse.post(check, form).want(http.StatusUnprocessableEntity).says("Compare every line")
	nurse.follow(nurse.post(check, with(form, "same", "yes")).want(http.StatusSeeOther)).says("Checked: Doxycycline 100 mg capsules may be given", "14:00 Doxycycline")

	state := carer.get(w.medicinesOf()).link("Hold or stop: Doxycycline")
	held := carer.get(state).want(http.StatusOK).fields(state)
	carer.post(state, held).want(http.StatusUnprocessableEntity).says("Say how it stands", "Say why")
	carer.follow(carer.post(state, with(with(held, "state", "on-hold"), "why", "Sick twice, 111 says wait")).want(http.StatusSeeOther)).says("On hold: do not give")
	state = carer.get(w.medicinesOf()).link("Hold or stop: Doxycycline")
	again := carer.get(state).fields(state)
	carer.follow(carer.post(state, with(with(again, "state", "active"), "why", "Dr Naqvi: go on")).want(http.StatusSeeOther)).says("14:00 Doxycycline", "Later")

	change := senior.get(state).link("Change the dose")
	changed := senior.get(change).want(http.StatusOK).fields(change)
	changed.Set("f-dose", "200")
	changed.Set("s-directions", "same")
	changed.Set("act", "save")
	senior.follow(senior.post(change, changed).want(http.StatusSeeOther)).says("200 mg", "Waiting for the second check").keepsQuiet("Checked by Tomas")
	nurse.get(w.medicinesOf()).says("Not to be given").link("Check it: Doxycycline")
}

// TestMedicinesAreComparedWithALetter, line by line, after coming back from hospital.
func TestMedicinesAreComparedWithALetter(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	_ = m
	takes := func(name, directions, status string) {
		w.Write("senior", w.Person, "medication", fmt.Sprintf(`{"medicationName":{"text":%q},"doseDirectionsDescription":%q,"courseStatus":{"code":%q},"date":"2026-03-16"}`, name, directions, status))
	}
	takes("Apixaban 2.5 mg tablets", "One twice a day", "changed")
	takes("Furosemide 40 mg tablets", "One in the morning", "new")
	takes("Warfarin tablets", "Stopped", "stopped")
	w.Write("senior", w.Person, "return-from-hospital", `{"cameBack":"2026-03-16T07:00:00+00:00","medicinesCompared":{"code":"yes"},"skin":"Whole","planReviewBy":"2026-03-17T08:00:00+00:00","checksAre":{"code":"open"}}`)
	v := w.as(t, "senior")
	v.get(w.medicinesOf()).says("Back from hospital on 16 March 2026: the medicines have not been compared")
	path := w.medicinesOf() + "/compare"
	page := v.get(path).want(http.StatusOK)
	page.says("Apixaban 2.5 mg tablets The list says One twice a day The order here Apixaban 5 mg tablets, 5 mg", "It looks like: differs", "Furosemide", "There is none", "It looks like: stopped, says the list", "it is not on the list")
	sent := page.fields(path)
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say on what occasion", "Say whether the two agree", "Say which list or letter", "Say whether everything is settled")
	for name := range sent {
		if n, ok := strings.CutPrefix(name, "line-"); ok {
			sent.Set("result-"+n, "differs")
		}
	}
	sent.Set("occasion", "hospital-return")
	sent.Set("with", "Discharge letter, ward 5")
	sent.Set("state", "settled")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say what is different, and what was done about it", "A second person goes through it before it is settled")
	for name := range sent {
		if n, ok := strings.CutPrefix(name, "line-"); ok {
			sent.Set("done-"+n, "Ward pharmacist rung: goes on as here")
		}
	}
	sent.Set("witness", w.Account("nurse"))
	sent.Set("witness_password", fixture.Password)
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Saved: the medicines were compared.").keepsQuiet("have not been compared")
	v.get(path).says("Compared before (1)", "Back from hospital, with Discharge letter, ward 5", "Settled")
	v.get("/people/"+w.Person.String()+"/forms/return-from-hospital").says("Where is it written down, medicine by medicine?", "Back from hospital, Everything is settled")
}

// TestTheBookOfControlledDrugs: begun, given from, counted by two, and a difference is told.
func TestTheBookOfControlledDrugs(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	w.Account("nurse")
	v := w.as(t, "senior")
	begin := v.get(w.medicinesOf() + "/stock").want(http.StatusOK).link("Morphine 10 mg/5 ml oral solution")
	sent := func(path string, answers ...string) url.Values {
		return filledDose(v, path, append(answers, "witness", "nurse", "witness_password", fixture.Password)...)
	}
	v.post(begin, v.get(begin).fields(begin)).want(http.StatusUnprocessableEntity).says("Say what happened to the stock", "Say what you count", "Count it", "A controlled drug takes two people")
	v.follow(v.post(begin, sent(begin, "kind", "received", "unit", "mL", "quantity", "100", "balance", "100", "fromto", "Esk Street Pharmacy")).want(http.StatusSeeOther)).says("100 mL", "Received", "Ruth Abara and Tomas Lindqvist")

	give := w.medicinesOf() + "/give/" + m.morphine.String()
	wrong := sent(give, "outcome", "given", "needed", "Pain", "units", "1.25", "balance", "97")
	v.post(give, wrong).want(http.StatusUnprocessableEntity).says("By the book it should be 98.75 mL, and you say 97 mL")
	right := sent(give, "outcome", "given", "needed", "Pain", "units", "1.25", "balance", "98.75")
	v.post(give, right).want(http.StatusSeeOther)
	page := v.get(w.medicinesOf()+"/stock").says("98.75 mL", "Given")

	count := page.link("Write in the book")
	short := sent(count, "kind", "counted", "balance", "90")
	v.post(count, short).want(http.StatusUnprocessableEntity).says("By the book it should be 98.75 mL")
	short = sent(count, "kind", "counted", "balance", "90", "different", "yes", "explain", "Bottle knocked over; manager told")
	v.follow(v.post(count, short).want(http.StatusSeeOther)).says("The count is different from the book", "knocked over")
	v.get(w.medicinesOf()).says("The count of Morphine 10 mg/5 ml oral solution is different from the book")
}

// TestWhatIsLeftOfSomebodyWhoHasDied is kept, and nothing more is given.
func TestWhatIsLeftOfSomebodyWhoHasDied(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	person := strings.Replace(fixture.PersonContent("Margaret", "Whitlock", "9990000018"), `{"personName"`, `{"dateOfDeath":"2026-03-15","personName"`, 1)
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: w.Person, Expected: 1, Description: "Died", Content: []byte(person)}}})
	v := w.as(t, "manager")
	v.get(w.medicinesOf()).says("Nothing more is given. What is left is kept until 22 March 2026").keepsQuiet("Due now Apixaban", "late")
	path := w.slot(m.apixaban, "08:00")
	v.post(path, filledDose(v, path, "outcome", "given")).want(http.StatusUnprocessableEntity).says("Nothing can have been given after that")
	v.get(w.medicinesOf() + "/stock").says("Everything is kept until 22 March 2026")
}
