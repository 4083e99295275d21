package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
	"rosemary/internal/fixture"
)

// TestMedicinesInABrowser: a dose by touching, a second one that stops, a witness at the same screen, and every page of medicines looked at on a phone and a computer.
func TestMedicinesInABrowser(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	m := w.medicate(t)
	w.Account("nurse")
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	b.Do(chromedp.EmulateViewport(phone, 844))
	base := w.medicinesOf()

	touches := 0
	touch := func(selector string) { touches++; b.Click(selector) }
	b.Open("/medicines")
	b.Says("On the minute: give these first", "Co-careldopa")
	b.look("80-round")
	b.Do(chromedp.EmulateViewport(phone, 844))
	touch(fmt.Sprintf("a[href$='/give/%s@2026-03-16T08:00']", m.apixaban))
	b.Says("Apixaban 5 mg tablets", "For Margaret, born March 1941")
	b.look("81-give")
	b.Do(chromedp.EmulateViewport(phone, 844), chromedp.Click(chromedp.CSS("#outcome")))
	touches++
	touch("#form button.nhsuk-button:not(.nhsuk-password-input__toggle)")
	b.Says("Saved: Apixaban 5 mg tablets.", "Given, 5 mg")
	t.Logf("a dose of the round: %d touches", touches)
	if touches > 3 {
		t.Errorf("a dose takes %d touches", touches)
	}
	b.look("82-medicines")

	b.Open(base + "/give/" + m.apixaban.String() + "@2026-03-16T08:00")
	b.Says("Stop: do not give it yet", "recorded already", "Recorded by Sam Okoro")
	b.look("83-stop")
	b.Open(base + "/give/" + m.patch.String() + "@2026-03-16T08:00")
	b.look("84-patch")

	b.Open(base + "/give/" + m.morphine.String())
	b.look("85-witness")
	b.Do(chromedp.Click(chromedp.CSS("#outcome")))
	b.Fill("#needed", "Her back")
	b.Fill("#witness", "nurse")
	b.Fill("#witness_password", fixture.Password)
	b.Click("#form .rm-actions button")
	b.Says("Saved: Morphine")

	v := w.as(t, "senior")
	begin := base + "/stock/new?medicine=" + m.morphine.String()
	v.post(begin, filledDose(v, begin, "kind", "received", "unit", "mL", "quantity", "100", "balance", "100", "fromto", "Esk Street Pharmacy", "witness", "nurse", "witness_password", fixture.Password)).want(http.StatusSeeOther)
	tired := base + "/give/" + m.paracetamol.String()
	v.post(tired, filledDose(v, tired, "outcome", "given", "needed", "Hands", "score", "6")).want(http.StatusSeeOther)
	refused := w.slot(m.patch, "08:00")
	w.Clock.Advance(6 * time.Minute)
	v.post(refused, filledDose(v, refused, "outcome", "refused", "whynot", "refused")).want(http.StatusSeeOther)
	w.Write("senior", w.Person, "medication", `{"medicationName":{"text":"Apixaban 2.5 mg tablets"},"doseDirectionsDescription":"One twice a day","courseStatus":{"code":"changed"},"date":"2026-03-16"}`)
	w.Clock.Advance(61 * time.Minute)
	b.Click(".rm-signout")
	b.signIn(w, "nurse")
	effect := w.as(t, "nurse").get(base).link("Say how it is")
	for _, page := range []struct{ name, path string }{
		{"86-effect", effect}, {"87-check", base + "/check/" + m.unchecked.String()}, {"88-state", base + "/state/" + m.apixaban.String()}, {"89-compare", base + "/compare"},
		{"90-stock", base + "/stock"}, {"91-stock-entry", begin}, {"92-mar", base + "/chart"}, {"93-order", "/people/" + w.Person.String() + "/forms/medicine-order"}, {"94-medicines", base},
	} {
		b.Open(page.path)
		b.look(page.name)
	}
	b.Open(base + "/chart")
	keepPicture(t, "mar-print.pdf", b.printed())
	if first := browser.Evaluate[string](b.Tab, `document.querySelector(".rm-mar__given a").textContent.trim()`); !strings.HasPrefix(first, "✓ SO") {
		t.Errorf("the first cell of the chart is %q", first)
	}
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Open(base + "/chart")
	b.Until("what was given last is in sight on a phone", `(() => { const last = [...document.querySelectorAll(".rm-mar__scroll tr:first-child td a")].pop()
		return last.getBoundingClientRect().right <= innerWidth && last.getBoundingClientRect().left > 0 })()`)
}

// TestAPageOfTheRoundIsLight counts the bytes of the pages that a round opens again and again.
func TestAPageOfTheRoundIsLight(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	m := w.medicate(t)
	v := w.as(t, "carer")
	for _, path := range []string{"/medicines", w.medicinesOf(), w.slot(m.apixaban, "08:00"), w.medicinesOf() + "/chart"} {
		p := v.get(path).want(http.StatusOK)
		t.Logf("%s: %d bytes before compression", (&url.URL{Path: path}).Path[:10], len(p.body))
		if len(p.body) > 200<<10 {
			t.Errorf("%s has %d bytes", path, len(p.body))
		}
	}
}
