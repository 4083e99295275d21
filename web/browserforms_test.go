package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"rosemary/internal/browser"
	"rosemary/internal/installation"
)

// restart closes the installation and opens its folder again, as when the server is started anew.
func (w *world) restart(t testing.TB) {
	t.Helper()
	if err := w.Installation.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := installation.Open(t.Context(), installation.Options{Dir: w.Dir, Now: w.Clock.Now, Logger: w.Logger, Catalogue: w.Catalogue})
	if err != nil {
		t.Fatal(err)
	}
	w.Installation = in
	w.open(t)
}

// furnishCare writes a plan from why to done, with links missing here and there. It gives the need that has all of them, and the last action.
func (w *world) furnishCare(t testing.TB) (need, done uuid.UUID) {
	t.Helper()
	write := func(account, class, content string, refs ...uuid.UUID) uuid.UUID {
		var all []any
		for _, r := range refs {
			all = append(all, r)
		}
		return w.Write(account, w.Person, class, fmt.Sprintf(content, all...))
	}
	problem := write("nurse", "problem", `{"problem":{"text":"Arthritis of both hands"},"date":"2026-03-09"}`)
	need = write("senior", "need", `{"freeText":"Help to wash her lower half and to dress","status":{"code":"current"},"date":"2026-03-09","problem":[{"ref":"%s"}]}`, problem)
	goal := write("senior", "goal", `{"freeText":"I want to do my own buttons by Easter","goalStatus":{"code":"active"},"date":"2026-03-09","comesFrom":[{"ref":"%s"}]}`, need)
	bath := write("senior", "instruction", `{"description":"Morning wash","how":"Run the basin warm. She does face and arms herself.","date":"2026-03-09","targets":[{"ref":"%s"}]}`, goal)
	task := write("senior", "task", `{"description":"Wash and dress, every morning at half past seven","status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-09","instruction":{"ref":"%s"}}`, bath)
	for i, words := range []string{"Washed and dressed", "Washed and dressed, three buttons by herself", "Washed; she chose the blue cardigan", "Washed and dressed, all buttons by herself"} {
		done = write("carer", "action", fmt.Sprintf(`{"description":%q,"date":"2026-03-1%d","time":"07:30","careActor":[{"ref":"%%s"}],"recordedActivity":[{"ref":"%%s"}],"follows":[{"ref":"%%s"}]}`, words, i+2), w.Workers["carer"], task, bath)
	}
	risk := write("senior", "risk", `{"riskCategory":{"code":"fall"},"freeText":"Two falls beside the bed since Christmas, both at night"}`)
	write("senior", "goal", `{"freeText":"I want to go to the bathroom at night by myself","goalStatus":{"code":"active"},"date":"2026-03-09","comesFrom":[{"ref":"%s"}]}`, risk)
	write("senior", "need", `{"freeText":"Somebody to play the piano with","date":"2026-03-09"}`)
	write("senior", "need", `{"freeText":"Help with the stairs","status":{"code":"ended"},"date":"2026-01-09"}`)
	write("carer", "task", `{"description":"Turn the mattress","status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-09"}`)
	return need, done
}

// TestCareIsWalkedBothWays on the pages: down from a need, up from an action, then and now.
func TestCareIsWalkedBothWays(t *testing.T) {
	w := newWorld(t)
	before := w.moment()
	need, done := w.furnishCare(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	v.get(base+"/care").says("Help to wash her lower half", "Because of Problem: Arthritis of both hands", "my own buttons", "Morning wash", "Wash and dress, every morning",
		"Done last", "And 1 more before that", "No goal yet", "Nothing planned yet", "Nobody has written down why", "3 links are missing", "No longer (1)")
	v.get(base+"/records/"+done.String()).says("Because of", "Need: Help to wash her lower half", "Goal: I want to do my own buttons", "Instruction: Morning wash", "Leads to", "Nothing yet")
	v.get(base+"/records/"+need.String()).says("Problem: Arthritis of both hands", "Goal: I want to do my own buttons")
	then := v.get(base+"/care?at="+before).says("No need or risk is written down yet").keepsQuiet("Morning wash", "Write a care plan")
	each(then.doc, carriesPast(t, base, before))
	w.as(t, "elm-carer").get(base + "/care").want(404)
}

// TestFormsAndCareInABrowser looks at the pages of forms, drafts and care.
func TestFormsAndCareInABrowser(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	_, done := w.furnishCare(t)
	b := openBrowser(t, w)
	b.signIn(w, "senior")
	base := "/people/" + w.Person.String()
	b.Open(base + "/forms/care-plan")
	b.Fill("#f-name", "Plan for the spring")
	b.waitKept()
	for _, page := range []struct{ name, path string }{
		{"40-care", base + "/care"}, {"40b-care-action", base + "/records/" + done.String()}, {"41-forms", base + "/forms"},
		{"42-care-plan", base + "/forms/care-plan"}, {"42b-incident", base + "/forms/incident"}, {"42c-about-me-again", base + "/forms/about-me"}, {"43-drafts", "/drafts"},
	} {
		b.Open(page.path)
		b.look(page.name)
	}
	b.Click(".rm-draftrow__do a")
	b.look("43b-draft-delete")
}

// waitKept waits until the page says that the draft is saved.
func (b *tab) waitKept() {
	b.T.Helper()
	for deadline := 100; ; deadline-- {
		words := browser.Evaluate[string](b.Tab, "document.querySelector('[data-draft-status]').textContent")
		if strings.HasPrefix(words, "Draft saved at ") {
			return
		}
		if deadline == 0 {
			b.T.Fatalf("no draft is kept: %q", words)
		}
		b.Do(chromedp.Sleep(100 * time.Millisecond))
	}
}

func (b *tab) value(selector string) string {
	b.T.Helper()
	return browser.Evaluate[string](b.Tab, "document.querySelector('"+selector+"').value")
}

// TestAFormOnAPhone is begun, left half way by closing the page, come back to after the server was started anew, and saved.
func TestAFormOnAPhone(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.signIn(w, "senior")
	path := "/people/" + w.Person.String() + "/forms/risk-assessment"
	b.Open(path)
	b.Fill("#f-reasonForTheRiskAssessment", "Two falls beside the bed this month.")
	b.waitKept()
	b.picture("45-form-kept.png")
	b.Click("button[value='add:n-risks']")
	b.Says("Risk 1", "Risk 2", "Draft saved at")
	b.Click("button[value='remove:n-risks-1']")
	b.Fill("#n-risks-0-freeText", "She could fall at night")
	b.Open("/people") // she is called away: the page goes at once, and what was typed last with it
	b.Says("Unfinished work 1")

	w.restart(t)
	b.Open("/drafts")
	b.Says("Risk assessment", "Margaret Whitlock")
	b.Click(".rm-draftrow__title a")
	b.Says("You typed this on")
	if got := b.value("#f-reasonForTheRiskAssessment") + "|" + b.value("#n-risks-0-freeText"); got != "Two falls beside the bed this month.|She could fall at night" {
		t.Errorf("come back to: %q", got)
	}
	b.picture("46-form-again.png")
	b.Click("button.nhsuk-button[value=check]")
	b.Says("There is a problem")
	b.axeAt("refused form", phone)
	b.picture("47-form-refused.png")
	b.Do(chromedp.Click(chromedp.CSS(".nhsuk-error-summary a")))
	if focus := browser.Evaluate[string](b.Tab, "document.activeElement.id"); focus == "" {
		t.Error("the first fault leads nowhere")
	}
	browser.Evaluate[bool](b.Tab, `(() => { const put = (id, v) => { const e = document.getElementById(id); if (!e) throw id; e.value = v };
		put("f-date_day", "16"); put("f-date_month", "3"); put("f-date_year", "2026"); put("f-careActor-0", "`+w.Workers["senior"].String()+`");
		return true })()`)
	for range 8 { // whatever else is needed is answered with the first choice, or in words
		left := browser.Evaluate[int](b.Tab, fillWhatIsNeeded)
		b.Click("button.nhsuk-button[value=check]")
		if strings.Contains(b.Words(), "Check before you save") || left == 0 {
			break
		}
	}
	b.Says("Check before you save", "Two falls beside the bed this month.", "She could fall at night")
	b.look("48-form-check")
	b.Do(chromedp.EmulateViewport(phone, 844))
	b.Click("button.nhsuk-button[value=save]")
	b.Says("Saved: Risk assessment", "What it was written in the light of", "version 1")
	b.look("49-form-saved")
	b.Open("/drafts")
	b.Says("There is nothing unfinished")
}

// fillWhatIsNeeded answers every question that the error summary names, as simply as can be, and tells how many there were.
const fillWhatIsNeeded = `(() => {
	const links = [...document.querySelectorAll(".nhsuk-error-summary a")]
	for (const a of links) {
		let e = document.getElementById(a.getAttribute("href").slice(1))
		if (!e) continue
		if (e.matches("fieldset")) e = e.querySelector("input:not([type=hidden]), select, textarea")
		if (e.id.endsWith("_day")) { const base = e.id.slice(0, -4)
			for (const [part, v] of [["_day", "16"], ["_month", "9"], ["_year", "2026"]]) document.getElementById(base + part).value = v
		} else if (e.type === "radio" || e.type === "checkbox") e.checked = true
		else if (e.tagName === "SELECT") e.selectedIndex = 1
		else if (!e.value) e.value = "As agreed with her"
	}
	return links.length })()`
