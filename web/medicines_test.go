package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/medicine"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// medicined is what was ordered for Margaret Whitlock, on the sixteenth of March at eight in the morning.
type medicined struct {
	apixaban, paracetamol, cold, morphine, patch, warfarin, unchecked, levodopa, own uuid.UUID
}

// ordered writes an order and has it checked by the nurse.
func (w *world) ordered(t testing.TB, more string) uuid.UUID {
	t.Helper()
	base := fmt.Sprintf(`"route":{"code":"oral"},"start":"2026-03-02","careActor":[{"ref":"%s"}],%s`, w.Workers["senior"], more)
	if strings.Contains(more, `"route"`) {
		base = strings.Replace(base, `"route":{"code":"oral"},`, "", 1)
	}
	order := w.Write("senior", w.Person, "medicine-order", `{"status":{"code":"awaiting-check"},`+base+`}`)
	w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: order, Expected: 1, Description: "Second check",
		Content: []byte(fmt.Sprintf(`{"status":{"code":"active"},"checkedBy":{"ref":"%s"},`, w.Workers["nurse"]) + base + `}`)}}})
	return order
}

// medicate orders something of every kind.
func (w *world) medicate(t testing.TB) medicined {
	t.Helper()
	prn := `"asNeeded":true,"ingredient":[{"code":"paracetamol"}],"minimumInterval":{"value":4,"unit":"h"},"maximumIn24Hours":{"value":4,"unit":"g"},"askAboutEffectAfter":{"value":1,"unit":"h"}`
	m := medicined{
		apixaban:    w.ordered(t, `"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"timeOfDay":["08:00","20:00"],"anticoagulant":true,"reason":"Atrial fibrillation","contains":[{"ingredient":{"text":"Apixaban"},"amount":{"value":5,"unit":"mg"},"inEach":{"value":1,"unit":"{tablet}"}}]`),
		levodopa:    w.ordered(t, `"medicine":{"text":"Co-careldopa 25 mg/100 mg tablets"},"dose":{"value":1,"unit":"{tablet}"},"timeOfDay":["07:30","11:30"],"timeCritical":true,"reason":"Parkinson’s disease"`),
		paracetamol: w.ordered(t, `"medicine":{"text":"Paracetamol 500 mg tablets"},"dose":{"value":1,"unit":"g"},"whenToOffer":"When her hands are stiff","reason":"Pain in her hands",`+prn),
		cold:        w.ordered(t, `"medicine":{"text":"Panadol ActiFast 500 mg tablets"},"dose":{"value":1,"unit":"g"},"reason":"Headache","source":{"code":"homely-remedy"},`+prn),
		morphine:    w.ordered(t, `"medicine":{"text":"Morphine 10 mg/5 ml oral solution"},"dose":{"value":2.5,"unit":"mg"},"asNeeded":true,"controlledDrug":true,"minimumInterval":{"value":4,"unit":"h"},"maximumIn24Hours":{"value":15,"unit":"mg"},"reason":"Pain","whoGivesIt":{"code":"staff"}`),
		patch:       w.ordered(t, `"medicine":{"text":"Rivastigmine 4.6 mg patches"},"dose":{"value":1,"unit":"{patch}"},"route":{"code":"patch"},"timeOfDay":["08:00"],"specialCare":[{"code":"patch"}],"reason":"Dementia"`),
		warfarin:    w.ordered(t, `"medicine":{"text":"Warfarin tablets"},"dose":{"value":3,"unit":"mg"},"variableDose":true,"timeOfDay":["18:00"],"specialCare":[{"code":"warfarin"}],"reason":"Clot in the leg"`),
		own:         w.ordered(t, `"medicine":{"text":"Salbutamol inhaler"},"dose":{"value":2,"unit":"{puff}"},"route":{"code":"inhaled"},"asNeeded":true,"whoGivesIt":{"code":"self"},"reason":"Breath"`),
	}
	m.unchecked = w.Write("senior", w.Person, "medicine-order", fmt.Sprintf(`{"medicine":{"text":"Bisoprolol 2.5 mg tablets"},"dose":{"value":2.5,"unit":"mg"},"route":{"code":"oral"},"status":{"code":"awaiting-check"},"timeOfDay":["08:00"],"start":"2026-03-02","careActor":[{"ref":"%s"}]}`, w.Workers["senior"]))
	return m
}

func (w *world) medicinesOf() string { return "/people/" + w.Person.String() + "/medicines" }

func (w *world) slot(order uuid.UUID, clock string) string {
	return w.medicinesOf() + "/give/" + order.String() + "@2026-03-16T" + clock
}

// filledDose is the form of a dose as it is shown, with answers.
func filledDose(v *visitor, path string, answers ...string) url.Values {
	sent := v.get(path).want(http.StatusOK).fields(path)
	for i := 0; i+1 < len(answers); i += 2 {
		sent.Set(answers[i], answers[i+1])
	}
	return sent
}

func TestTheRoundAndADose(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	v.get("/medicines").want(http.StatusOK).says("On the minute: give these first", "07:30 Margaret : Co-careldopa", "Apixaban 5 mg tablets", "Orders that wait for a second person", "Bisoprolol", "Do not give").keepsQuiet("Salbutamol")
	page := v.get(w.medicinesOf()).want(http.StatusOK)
	page.says("Due now", "08:00 Apixaban", "Do not give No second person has checked this order", "When needed", "May be given", "They look after these themselves", "Salbutamol", "Not to be given", "18:00 Warfarin", "Later", "30 minutes late")
	path := w.slot(m.apixaban, "08:00")
	v.get(path).want(http.StatusOK).says("Due at 16 March 2026 at 08:00", "5 mg", "Atrial fibrillation", "For Margaret , born March 1941", "Thins the blood")

	empty := filledDose(v, path, "when_time", "")
	v.post(path, empty).want(http.StatusUnprocessableEntity).says("There is a problem", "Say what happened to the dose.", "whole date and the time")
	v.post(path, filledDose(v, path, "outcome", "refused")).want(http.StatusUnprocessableEntity).says("Say why it was not given.")
	sent := filledDose(v, path, "outcome", "given", "support", "handed")
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Saved: Apixaban 5 mg tablets.", "Given, 5 mg")
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("It was not saved twice")

	v.get(path).want(http.StatusOK).says("Stop: do not give it yet", "recorded already: given at 08:00", "Recorded by Sam Okoro")
	again := filledDose(v, path, "outcome", "given")
	v.post(path, again).want(http.StatusUnprocessableEntity).says("Stop. The dose of 16 March 2026 at 08:00 is recorded already")
	again.Set("override", "First one spat out, doctor rung")
	v.follow(v.post(path, again).want(http.StatusSeeOther)).says("Given twice: Apixaban 5 mg tablets, for 16 March 2026 at 08:00", "Alert")
	w.as(t, "manager").get("/people/" + w.Person.String()).says("Given twice: Apixaban")
	w.as(t, "nurse").get("/medicines").says("Given twice: Apixaban")
	w.as(t, "inspector").get(path).want(http.StatusForbidden)
	w.as(t, "inspector").get(w.medicinesOf()).want(http.StatusOK).says("Apixaban").keepsQuiet("Hold or stop")
	w.as(t, "elm-carer").get(path).want(http.StatusNotFound)
	v.get(w.slot(m.apixaban, "08:01")).want(http.StatusNotFound).says("The order has no such time")
}

// TestTwoBrowsersAtOneDose: while one has it open, nobody else can begin it; given up or run out, they can.
func TestTwoBrowsersAtOneDose(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	path := w.slot(m.apixaban, "08:00")
	one, other := w.as(t, "carer"), w.as(t, "nurse")
	mine := filledDose(one, path, "outcome", "given")
	other.get(path).want(http.StatusConflict).says("Sam Okoro has had this dose open since 08:00").keepsQuiet("Save this dose")
	other.get(w.slot(m.patch, "08:00")).want(http.StatusOK)
	asTheirs := maps.Clone(mine)
	asTheirs.Set("by", "nurse")
	other.post(path, asTheirs).want(http.StatusConflict).says("Sam Okoro")
	w.Clock.Advance(6 * time.Minute)
	theirs := filledDose(other, path, "outcome", "given")
	one.post(path, mine).want(http.StatusConflict).says("Tomas Lindqvist has had this dose open")
	other.post(path, theirs).want(http.StatusSeeOther)
	one.post(path, mine).want(http.StatusUnprocessableEntity).says("recorded already", "Tomas Lindqvist")
}

func TestWhenNeeded(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	give := func(order uuid.UUID) string { return w.medicinesOf() + "/give/" + order.String() }
	path := give(m.paracetamol)
	v.get(path).says("0 g of paracetamol in the last 24 hours, at most 4 g", "When her hands are stiff")
	v.post(path, filledDose(v, path, "outcome", "given", "score", "eleven")).want(http.StatusUnprocessableEntity).says("Say what it was needed for.", "a number from 0 to 10")
	v.follow(v.post(path, filledDose(v, path, "outcome", "given", "needed", "Her hands hurt", "score", "6")).want(http.StatusSeeOther)).says("Not before 16 March 2026 at 12:0", "1 g of paracetamol in the last 24 hours")

	other := give(m.cold) // the same substance under another name
	v.get(other).says("Stop: do not give it yet", "Paracetamol 500 mg tablets was given at 16 March 2026 at 08:0", "At least 4 hours must pass")
	v.post(other, filledDose(v, other, "outcome", "given", "needed", "Headache")).want(http.StatusUnprocessableEntity).says("Stop.", "At least 4 hours must pass")

	v.get(w.medicinesOf()).keepsQuiet("Did it help?")
	w.Clock.Advance(61 * time.Minute)
	v = w.as(t, "carer")
	page := v.get(w.medicinesOf()).says("Did it help?", "Ask whether it helped", "Her hands hurt")
	v.get("/medicines").says("Ask whether it helped", "Paracetamol")
	effect := page.link("Say how it is")
	v.post(effect, v.get(effect).want(http.StatusOK).says("Her hands hurt", "6").fields(effect)).want(http.StatusUnprocessableEntity).says("Say whether it helped")
	sent := v.get(effect).fields(effect)
	sent.Set("effect", "worked")
	sent.Set("score", "2")
	v.follow(v.post(effect, sent).want(http.StatusSeeOther)).keepsQuiet("Did it help?")
}

// TestAWitnessProvesThemselves: a controlled drug is given in front of a second person, who enters their own password; their name is signed.
func TestAWitnessProvesThemselves(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	path := w.medicinesOf() + "/give/" + m.morphine.String()
	sent := func(answers ...string) url.Values {
		return filledDose(v, path, append([]string{"outcome", "given", "needed", "Pain"}, answers...)...)
	}
	v.post(path, sent()).want(http.StatusUnprocessableEntity).says("A second person must witness this medicine")
	v.post(path, sent("witness", "carer", "witness_password", fixture.Password)).want(http.StatusUnprocessableEntity).says("The second person must be somebody else than you")
	v.post(path, sent("witness", w.Account("nurse"), "witness_password", "wrong")).want(http.StatusUnprocessableEntity).says("The account or the password of the second person is wrong")
	v.post(path, sent("witness", w.Account("elm-carer"), "witness_password", fixture.Password)).want(http.StatusUnprocessableEntity).says("does not give care to this person")
	if body := string(v.post(path, sent("witness", "nurse", "witness_password", "tell nobody")).body); strings.Contains(body, "tell nobody") {
		t.Error("the page gives the password back")
	}
	v.post(path, sent("witness", "nurse", "witness_password", fixture.Password)).want(http.StatusSeeOther)
	dose := v.get(w.medicinesOf() + "/chart").want(http.StatusOK).link("16 March 2026 at 08:0")
	v.get(dose).says("Tomas Lindqvist", "Signed", "Witnessed: Morphine")
	w.as(t, "manager").get("/people/" + w.Person.String() + "/looked").says("witness")
}

// TestAWitnessWhoIsOnlyNamedIsShownSo: the API can name anybody; until they sign themselves, with their own password and whatever their role, every page says that nothing is proved.
func TestAWitnessWhoIsOnlyNamedIsShownSo(t *testing.T) {
	w := newWorld(t)
	m := w.medicate(t)
	dose := w.Write("nurse", w.Person, "dose-event", fmt.Sprintf(`{"medicineOrder":{"ref":"%s"},"medicine":{"text":"Morphine 10 mg/5 ml oral solution"},"when":"2026-03-16T08:00:00+00:00","outcome":{"code":"given"},"dose":{"value":2.5,"unit":"mg"},"careActor":[{"ref":"%s"}],"witness":{"ref":"%s"}}`,
		m.morphine, w.Workers["nurse"], w.Workers["carer"]))
	path := "/people/" + w.Person.String() + "/records/" + dose.String()
	w.as(t, "nurse").get(path).want(http.StatusOK).says("Sam Okoro is named as the second person, and has not proved it")
	w.as(t, "nurse").get(w.medicinesOf() + "/chart").says("witness SO (named, not proved)")
	regular := w.ordered(t, `"medicine":{"text":"Oxycodone 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"timeOfDay":["08:00"],"controlledDrug":true,"reason":"Pain"`)
	given := func(witness string) uuid.UUID {
		return w.Write("nurse", w.Person, "dose-event", fmt.Sprintf(`{"medicineOrder":{"ref":"%s"},"medicine":{"text":"Oxycodone 5 mg tablets"},"dueAt":"2026-03-16T08:00:00+00:00","when":"2026-03-16T08:00:00+00:00","outcome":{"code":"given"},"dose":{"value":5,"unit":"mg"},"careActor":[{"ref":"%s"}],"witness":{"ref":"%s"}}`,
			regular, w.Workers["nurse"], w.Workers[witness]))
	}
	given("senior")
	w.as(t, "nurse").get(w.medicinesOf()+"/chart").says("✓ TL *", "witness RA named, not proved", "Oxycodone 5 mg tablets: Witness RA is named, not proved: they have not signed")
	manager := w.as(t, "manager")
	manager.get("/home").says("2 Witness not proved, 7 days")
	manager.get("/home/witness-unproved").want(http.StatusOK).says("The witness is named, and has not signed", "Oxycodone")
	v := w.as(t, "carer") // whose role signs nothing else
	sign := v.get(path + "/sign").want(http.StatusOK).fields(path + "/sign")
	sign.Set("reason", "I was there")
	sign.Set("password", "wrong")
	v.post(path+"/sign", sign).want(http.StatusUnprocessableEntity).says("The password is wrong")
	sign.Set("password", fixture.Password)
	v.follow(v.post(path+"/sign", sign).want(http.StatusSeeOther)).says("Signed", "I was there").keepsQuiet("has not proved it")
	w.as(t, "nurse").get(w.medicinesOf() + "/chart").says("witness SO").keepsQuiet("SO (named, not proved)")
	manager.get("/home").says("1 Witness not proved, 7 days")
}

// link is the address of the first link whose words begin so.
func (p *page) link(words string) string {
	p.t.Helper()
	found := ""
	each(p.doc, func(n *nodeOf) {
		if n.Data == "a" && found == "" && strings.HasPrefix(strings.Join(strings.Fields(allText(n)), " "), words) {
			found = attr(n, "href")
		}
	})
	if found == "" {
		p.t.Fatalf("%s has no link %q: %s", p.path, words, p.text())
	}
	return found
}

// dosesOf are the names of the doses in the record.
func (w *world) dosesOf(t testing.TB) []string {
	t.Helper()
	view, err := w.Session("nurse").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	versions, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: w.Person, Classes: []string{"dose-event"}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range versions {
		names = append(names, medicine.DoseOf(w.Catalogue, v).Name)
	}
	return names
}
