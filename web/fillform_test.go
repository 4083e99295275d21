package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestEveryFormOpens empty, tells every fault at once when it is sent so, and each fault leads to a place on the page.
func TestEveryFormOpens(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	v := w.as(t, "manager")
	base := "/people/" + w.Person.String() + "/forms"
	list := v.get(base).want(http.StatusOK)
	if len(w.Catalogue.Forms()) < 9 {
		t.Errorf("%d forms", len(w.Catalogue.Forms()))
	}
	for _, f := range w.Catalogue.Forms() {
		list.says(f.Name, f.Summary)
		path := base + "/" + f.ID
		p := v.get(path)
		if f.Once && p.status == http.StatusSeeOther {
			path = p.location
			p = v.get(path)
		}
		p.want(http.StatusOK).says(f.Name).keepsQuiet("There is a problem")
		for _, section := range f.Sections {
			p.says(section.Title)
		}
		v.post(path, with(p.fields(path), "act", "check")).want(http.StatusUnprocessableEntity).says("There is a problem")
		v.post(path, with(p.fields(path), "act", "keep")).want(http.StatusSeeOther)
	}
	v.get(base + "/nothing").want(http.StatusNotFound)
	w.as(t, "inspector").get(base + "/care-plan").want(http.StatusForbidden)
	w.as(t, "inspector").get(base).want(http.StatusOK).keepsQuiet("Start:")
}

// ticks are the values of the ticks with a name on a page, by the words of their label.
func ticks(p *page, name string) map[string]string {
	labels, found := map[string]string{}, map[string]string{}
	each(p.doc, func(n *html.Node) {
		if n.Data == "label" {
			sub := &page{t: p.t, doc: n}
			labels[attr(n, "for")] = sub.text()
		}
	})
	each(p.doc, func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == name {
			found[labels[attr(n, "id")]] = attr(n, "value")
		}
	})
	return found
}

func tickFor(t *testing.T, p *page, name, words string) string {
	t.Helper()
	for label, value := range ticks(p, name) {
		if strings.Contains(label, words) {
			return value
		}
	}
	t.Fatalf("nothing to tick as %s with %q: %v", name, words, ticks(p, name))
	return ""
}

// TestACarePlanWithoutScript: what is known is ticked, what is new is added by coming back, the answers are looked over, and one contribution holds all of it.
// Filled in again, the form points at the versions that it was written in the light of, says what has moved on, and takes no text over by itself.
func TestACarePlanWithoutScript(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	v := w.as(t, "senior")
	path := "/people/" + w.Person.String() + "/forms/care-plan"
	p := v.get(path).want(http.StatusOK).says("Known already", "Fall", "Need 1")
	sent := p.fields(path)
	sent.Set("k-risks", tickFor(t, p, "k-risks", "Fall"))
	p = v.post(path, with(sent, "act", "add:n-goals", "n-needs-0-freeText", "Help to wash her lower half")).want(http.StatusOK).says("Goal 1", "Draft saved at")
	sent = p.fields(path)
	if sent.Get("n-needs-0-freeText") == "" || sent.Get("k-risks") == "" {
		t.Fatalf("what was typed is lost: %v", sent)
	}
	sent.Set("n-goals-0-comesFrom-0", sent.Get("n-needs-0_uid"))
	p = v.post(path, with(sent, "act", "check", "f-name", "Plan for Margaret", "n-goals-0-freeText", "I want to bathe by myself")).want(http.StatusUnprocessableEntity)
	p.says("There is a problem", "To put right").keepsQuiet("Check before you save")
	faults := 0
	each(p.doc, func(n *html.Node) {
		if n.Data == "a" && inside(n, "nhsuk-error-summary") {
			faults++
		}
	})
	if faults < 4 {
		t.Errorf("%d faults are told at once", faults)
	}
	sent = p.fields(path)
	fill := []string{"f-category", "f-status", "f-date_day", "16", "f-date_month", "3", "f-date_year", "2026", "f-startDate_day", "16", "f-startDate_month", "3", "f-startDate_year", "2026",
		"f-personsPriorities", "To be asked first.", "f-summary", "She washes herself with somebody near.", "f-agreedWithPersonOrLegitimateRepresentative", "yes",
		"f-personOrLegitimateRepresentative", w.Person.String(), "f-plannedReviewDate_year", "2026", "f-plannedReviewDate_month", "9", "f-plannedReviewDate_day", "16",
		"f-responsibilityForReview", w.Workers["manager"].String(), "f-careActor-0", w.Workers["senior"].String(), "f-careActor_n", "1",
		"n-instructions-0-description", "Bath", "n-instructions-0-how", "Run it to her waist.", "n-instructions-0-targets-0", sent.Get("n-goals-0_uid"), "act", "check"}
	sent = with(sent, append(fill[:0:0], fill[2:]...)...)
	sent.Set("f-category", "Personal care")
	for _, name := range []string{"f-status"} {
		sent.Set(name, firstChoice(p, name))
	}
	checked := v.post(path, sent)
	if checked.status != http.StatusOK {
		t.Fatalf("%d: %s", checked.status, summary(checked))
	}
	checked.says("Check before you save", "Help to wash her lower half", "I want to bathe by myself", "Run it to her waist.", "as it stood in version 1", "Need", "new")
	back := v.post(path, with(checked.fields(path), "act", "show")).want(http.StatusOK).says("Goal 1")
	if got := back.fields(path).Get("n-goals-0-freeText"); got != "I want to bathe by myself" {
		t.Errorf("gone back to %q", got)
	}
	saved := v.post(path, with(checked.fields(path), "act", "save")).want(http.StatusSeeOther)
	record := v.follow(saved).want(http.StatusOK).says("Saved: Care plan", "Plan for Margaret").keepsQuiet("Unfinished work")
	if again := v.post(path, with(checked.fields(path), "act", "save")).want(http.StatusSeeOther); !strings.Contains(v.follow(again).text(), "It was not saved twice") {
		t.Error("sent twice it is saved twice")
	}
	record.says("What it was written in the light of", "Fall", "Help to wash her lower half", "Fill in again")

	// The need changes; the plan goes on pointing at what it was written in the light of.
	need := strings.Split(tickFor(t, v.get(path), "k-needs", "Help to wash"), "@")[0]
	change := "/people/" + w.Person.String() + "/records/" + need + "/change"
	v.post(change, with(v.get(change+"?how=modify").fields(change), "f-freeText", "Help to wash all over", "act", "save")).want(http.StatusSeeOther)
	v.get(saved.location).says("Help to wash her lower half", "Changed since")
	again := path + "?record=" + saved.location[strings.LastIndex(saved.location, "/")+1:]
	p = v.get(again).want(http.StatusOK).says("This makes a new version", "It has changed since.", "Help to wash all over", "It still holds, word for word", "To be asked first.")
	sent = p.fields(again)
	if sent.Get("f-personsPriorities") != "" || sent.Get("f-name") != "Plan for Margaret" || !strings.HasSuffix(sent.Get("k-needs"), "@1") {
		t.Errorf("filled in again with %q, %q, %q", sent.Get("f-personsPriorities"), sent.Get("f-name"), sent.Get("k-needs"))
	}
	v.post(again, with(sent, "act", "check")).want(http.StatusUnprocessableEntity).says("There is a problem")
	sent = with(sent, "s-personsPriorities", "same", "s-summary", "same", "act", "check", "u-needs", tickFor(t, p, "u-needs", "as it stands now"))
	checked = v.post(again, sent)
	if checked.status != http.StatusOK {
		t.Fatalf("%d: %s", checked.status, summary(checked))
	}
	checked.says("as it stood in version 2", "To be asked first.")
	v.follow(v.post(again, with(checked.fields(again), "act", "save")).want(http.StatusSeeOther)).says("Version 2", "Help to wash all over", "To be asked first.").keepsQuiet("Changed since")
	v.get("/people/"+w.Person.String()+"/forms").says("Plan for Margaret", "Fill in again")
	_ = f
}

// firstChoice is the first answer of a list of choices.
func firstChoice(p *page, name string) (value string) {
	each(p.doc, func(n *html.Node) {
		v := attr(n, "value")
		isChoice := n.Data == "input" && attr(n, "name") == name && attr(n, "type") == "radio" || n.Data == "option" && n.Parent != nil && attr(n.Parent, "name") == name
		if isChoice && value == "" && v != "*" {
			value = v
		}
	})
	return value
}

// summary is the words of the error summary.
func summary(p *page) string {
	var lines []string
	each(p.doc, func(n *html.Node) {
		if n.Data == "a" && inside(n, "nhsuk-error-summary") && n.FirstChild != nil {
			lines = append(lines, attr(n, "href")+" "+n.FirstChild.Data)
		}
	})
	return strings.Join(lines, "\n")
}

// TestNoTextIsTakenOverOrLostInSilence: what was written last time is asked about, text by text, also where no answer is needed.
func TestNoTextIsTakenOverOrLostInSilence(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	v := w.as(t, "senior")
	path := v.get("/people/" + w.Person.String() + "/forms/about-me").want(http.StatusSeeOther).location // a person has one
	sent := v.get(path).want(http.StatusOK).says("The piano, the cat, and being asked first.").fields(path)
	for name, all := range sent {
		if strings.HasPrefix(name, "f-") && strings.Contains(strings.Join(all, " "), "piano") {
			t.Errorf("%s stands filled in already", name)
		}
	}
	v.post(path, with(sent, "act", "save")).want(http.StatusUnprocessableEntity).says("Say whether what was written last time still holds")
	said := with(sent, "act", "save", "s-whatIsMostImportantToMe", "same")
	for _, id := range []string{"howICommunicateAndHowToCommunicateWithMe", "myWellness", "pleaseDoAndPleaseDoNot", "supportedToWriteThisBy"} {
		said.Set("s-"+id, "out")
	}
	v.post(path, with(said, "f-whatIsMostImportantToMe", "Only the cat.")).want(http.StatusUnprocessableEntity).says("Take one of the two out")
	saved := v.post(path, said)
	if saved.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", saved.status, summary(saved))
	}
	v.follow(saved).says("The piano, the cat, and being asked first.", "Version 2").keepsQuiet("If I go quiet I am poorly.")
}

// TestAFormFilledInOverAnotherIsAsked: a form that was begun before somebody else saved theirs changes nothing until both have been seen.
func TestAFormFilledInOverAnotherIsAsked(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	first, second := w.as(t, "senior"), w.as(t, "manager")
	path := first.get("/people/" + w.Person.String() + "/forms/about-me").want(http.StatusSeeOther).location
	answers := func(v *visitor, words string) url.Values {
		said := with(v.get(path).want(http.StatusOK).fields(path), "act", "save", "f-whatIsMostImportantToMe", words)
		for _, id := range []string{"howICommunicateAndHowToCommunicateWithMe", "myWellness", "pleaseDoAndPleaseDoNot", "supportedToWriteThisBy"} {
			said.Set("s-"+id, "out")
		}
		return said
	}
	theirs, mine := answers(first, "The cat."), answers(second, "The piano.")
	first.post(path, theirs).want(http.StatusSeeOther)
	asked := second.post(path, mine).want(http.StatusConflict).says("Somebody else changed this record", "The cat.", "The piano.")
	record := strings.Replace(path, "/forms/about-me?record=", "/records/", 1)
	second.get(record).want(http.StatusOK).says("The cat.", "Version 2").keepsQuiet("The piano.")
	second.follow(second.post(path, with(asked.fields(path), "act", "save")).want(http.StatusSeeOther)).says("The piano.", "Version 3")
}
