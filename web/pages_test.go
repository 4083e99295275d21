package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rosemary/internal/fixture"
	"rosemary/standard"
	"rosemary/web"
)

// TestEveryTemplateEmptyAndFull executes every template with nothing and with everything, and holds the pages to checkPage.
func TestEveryTemplateEmptyAndFull(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	examples, missing, err := web.ShownExamples(catalogue, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range missing {
		t.Errorf("the template %s has no example", name)
	}
	for _, e := range examples {
		doc, err := html.Parse(bytes.NewReader(e.Page))
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		if bytes.Contains(e.Page, []byte("<b>&")) || bytes.Contains(e.Page, []byte("Ada <b>")) {
			t.Errorf("%s: words broke out of their place", e.Name)
		}
		checkPage(t, e.Name, doc, e.Page)
	}
}

// TestEveryClassHasItsFormAndItsPage opens the form of every class that is offered, and the reference of every class and value set.
func TestEveryClassHasItsFormAndItsPage(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "manager")
	for _, class := range w.Catalogue.Classes() {
		v.get("/standard/classes/"+class.ID).want(http.StatusOK).says(class.Name, class.Summary)
		v.get("/standard/conformance/" + class.ID).want(http.StatusOK).says(class.Name).keepsQuiet("Not met")
		if class.Kind != standard.KindRecord || class.HasRole(standard.ClassRolePerson) || class.Reserved() {
			continue
		}
		path := "/people/" + w.Person.String() + "/new/" + class.ID
		if class.Stream == standard.DirectoryStream {
			path = "/directory/new/" + class.ID
		}
		p := v.get(path).want(http.StatusOK).says("Save")
		sent := p.fields(path)
		sent.Set("act", "save")
		if empty := v.post(path, sent); empty.status != http.StatusUnprocessableEntity && empty.status != http.StatusSeeOther {
			t.Errorf("%s, sent empty: %d %s", class.ID, empty.status, empty.text())
		} else if empty.status == http.StatusUnprocessableEntity {
			empty.says("There is a problem")
		}
	}
	for _, form := range w.Catalogue.Forms() {
		v.get("/standard/forms/"+form.ID).want(http.StatusOK).says(form.Name, form.Summary, "Is kept as")
	}
	for _, set := range w.Catalogue.ValueSets() {
		v.get("/standard/values/" + set.ID).want(http.StatusOK).says(set.Name)
	}
	v.get("/standard?q=allergy").says("Allergies and adverse reactions").keepsQuiet("Vaccination, given")
	v.get("/standard/forms/nothing").want(http.StatusNotFound)
	v.get("/standard/classes/nothing").want(http.StatusNotFound)
	v.get("/standard/conformance").want(http.StatusOK).says("MUST", "all met").keepsQuiet("not met")
	v.get("/standard/conformance/nothing").want(http.StatusNotFound)
}

func TestRegisteringSomebodyNew(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	sent := v.get("/people/new").want(http.StatusOK).fields("/people/new")
	if sent.Get("p-serviceProvider") != w.Home.String() {
		t.Error("the only home is not chosen already")
	}
	sent.Set("act", "save")
	v.post("/people/new", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "From is missing")
	for name, value := range map[string]string{
		"f-personName-personFirstName": "Margot", "f-personName-personFamilyName": "Whitlock", "f-personIdentification-nhsNumber": "999 000 0018",
		"f-personIdentification-nhsNumberStatusIndicator": "01", "f-personDemographics-dateOfBirth_year": "1938",
		"f-personDemographics-genderIdentity_absent": "not-asked", "f-personDemographics-ethnicity_absent": "not-asked",
		"f-personDemographics-sexualOrientation_absent": "declined", "p-from_day": "16", "p-from_month": "3", "p-from_year": "2026", "p-room": "Room 9",
	} {
		sent.Set(name, value)
	}
	v.post("/people/new", sent).want(http.StatusUnprocessableEntity).says("Is this somebody who is already here?", "Margaret Whitlock")
	sent.Set("sure", "yes")
	v.post("/people/new", sent).want(http.StatusUnprocessableEntity).says("This NHS number is already held here. Ask the manager.").keepsQuiet("Is this somebody")
	sent.Set("f-personIdentification-nhsNumber", "999 000 0050")
	saved := v.post("/people/new", sent)
	if saved.status != http.StatusSeeOther {
		sent.Set("f-personIdentification-nhsNumber", "9990000069")
		saved = v.post("/people/new", sent).want(http.StatusSeeOther)
	}
	v.follow(saved).want(http.StatusOK).says("Registered", "Margot", "Whitlock", "Room 9", "Allergies never asked", "Harbour House")
	v.get("/people").says("Margot", "Like name: Margaret Whitlock")
	w.as(t, "carer").get("/people/new").want(http.StatusForbidden).says("cannot register")
}

func TestMarkedInErrorAndSigned(t *testing.T) {
	w := newWorld(t)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("For somebody else."))
	path := "/people/" + w.Person.String() + "/records/" + note.String()
	v := w.as(t, "senior")
	sign := v.get(path + "/sign").want(http.StatusOK).fields(path + "/sign")
	sign.Set("password", "wrong")
	v.post(path+"/sign", sign).want(http.StatusUnprocessableEntity).says("Say what you sign it for")
	sign.Set("reason", "Checked")
	v.post(path+"/sign", sign).want(http.StatusUnprocessableEntity).says("The password is wrong")
	sign.Set("password", fixture.Password)
	v.follow(v.post(path+"/sign", sign).want(http.StatusSeeOther)).says("Signed", "“Checked”", "proved who they are again", "no longer fit")
	w.as(t, "carer").get(path + "/sign").want(http.StatusForbidden)

	mark := v.get(path + "/error").want(http.StatusOK).fields(path + "/error")
	v.post(path+"/error", mark).want(http.StatusUnprocessableEntity).says("Say why")
	mark.Set("reason", "It was about another person")
	v.follow(v.post(path+"/error", mark).want(http.StatusSeeOther)).says("Entered in error", "It was about another person").keepsQuiet("Correct a mistake")
	v.get("/people/" + w.Person.String() + "/timeline").keepsQuiet("For somebody else.")
	v.get("/people/"+w.Person.String()+"/records?errors=yes").says("For somebody else.", "Entered in error")
	v.get(path + "/change?how=correct").want(http.StatusConflict).says("can no longer be changed")
}

// TestWhatWasTypedOutlivesTheSession: a form posted after the time ran out goes through when the same account proves itself again.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/new/daily-note"
	sent := v.get(path).fields(path)
	for name, value := range map[string]string{"f-when_day": "16", "f-when_month": "3", "f-when_year": "2026", "f-freeText": "Slept well.", "act": "save"} {
		sent.Set(name, value)
	}
	v.cookies = map[string]string{} // the session has ended
	asked := v.post(path, sent).want(http.StatusUnauthorized).says("What you typed is not lost", "carer").fields(path)
	asked.Set("again_password", "wrong")
	v.post(path, asked).want(http.StatusUnauthorized).says("There is a problem")
	asked.Set("again_password", fixture.Password)
	v.follow(v.post(path, asked).want(http.StatusSeeOther)).want(http.StatusOK).says("Slept well.", "Sam Okoro")
	without := url.Values{"f-freeText": {"x"}}
	if p := w.visitor(t).post(path, without); p.status != http.StatusSeeOther || !strings.HasPrefix(p.location, "/sign-in") {
		t.Errorf("a form of nobody: %d %s", p.status, p.location)
	}
}

// TestAnybodyCanRaiseAConcern: a carer writes what only the manager may read, is told so, and is not led to a page that does not open.
func TestAnybodyCanRaiseAConcern(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/new/daily-note"
	sent := v.get(path).fields(path)
	for name, value := range map[string]string{"f-when_year": "2026", "f-freeText": "About a colleague.", "sensitivity": "confidential", "act": "save"} {
		sent.Set(name, value)
	}
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).want(http.StatusOK).says("Saved: Daily note.", "held closely").keepsQuiet("About a colleague.")
	w.as(t, "manager").get("/people/"+w.Person.String()+"/timeline").says("About a colleague.", "Confidential")
}

func TestTheDirectory(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "manager")
	v.get("/directory").want(http.StatusOK).says("Harbour House", "Ruth Abara", "Add to the directory")
	v.get("/directory?q=ruth").says("Ruth Abara").keepsQuiet("Harbour House")
	path := "/directory/new/gp-practice"
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("f-name", "Harbour Lane Surgery")
	sent.Set("f-gpPracticeIdentifier", "Z99001")
	sent.Set("act", "save")
	saved := v.post(path, sent)
	if saved.status != http.StatusSeeOther {
		t.Fatalf("%d %s", saved.status, saved.text())
	}
	v.follow(saved).says("Harbour Lane Surgery", "Added to the directory")
	v.get("/directory").says("Harbour Lane Surgery")
	carer := w.as(t, "carer")
	carer.get("/directory").want(http.StatusOK).keepsQuiet("Add to the directory")
	carer.get(path).want(http.StatusForbidden)
	carer.follow(carer.get("/directory/" + w.Home.String()).want(http.StatusSeeOther)).says("Harbour House").keepsQuiet("Correct a mistake")
}

func TestWhoLooked(t *testing.T) {
	w := newWorld(t)
	w.as(t, "carer").get("/people/" + w.Person.String()).want(http.StatusOK)
	w.as(t, "manager").get("/people/"+w.Person.String()+"/looked").want(http.StatusOK).says("Sam Okoro", "care assistant", "opened the record", "to give care")
	w.as(t, "carer").get("/people/" + w.Person.String() + "/looked").want(http.StatusForbidden)
}

// TestWhoLookedAllDayIsOneLine: lists of a floor that somebody opens all day do not hide who else looked, and every look is still there.
func TestWhoLookedAllDayIsOneLine(t *testing.T) {
	w := newWorld(t)
	carer := w.as(t, "carer")
	for range 14 {
		carer.get("/floor").want(http.StatusOK)
		w.Clock.Advance(20 * time.Minute)
	}
	w.as(t, "nurse").get("/people/" + w.Person.String()).want(http.StatusOK)
	page := w.as(t, "manager").get("/people/"+w.Person.String()+"/looked").want(http.StatusOK).says("Sam Okoro , care assistant 16 March 2026 14 times, from 08:00 to 12:20 to give care saw the person in lists", "Tomas Lindqvist , nurse 16 March 2026 once, at 12:40", "16 March 2026 at 09:20")
	lines := 0
	each(page.doc, func(n *nodeOf) {
		if n.Data == "summary" && strings.HasPrefix(allText(n), "Each time") {
			lines++
		}
	})
	if lines != 3 { // and the manager, who looks at this page
		t.Errorf("%d lines", lines)
	}
}

func TestPagesOfALongList(t *testing.T) {
	w := newWorld(t)
	for i := range 70 {
		w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Note number "+strings.Repeat("x", i%7)+string(rune('A'+i%26))))
	}
	v := w.as(t, "carer")
	seen := map[string]bool{}
	for _, path := range []string{"/records?class=daily-note", "/timeline"} {
		next := "/people/" + w.Person.String() + path
		pages := 0
		for next != "" && pages < 5 {
			p := v.get(next).want(http.StatusOK)
			pages++
			next = ""
			each(p.doc, func(n *html.Node) {
				href := attr(n, "href")
				if strings.Contains(href, "/records/") && !inside(n, "rm-safety") {
					seen[href] = true
				}
				if strings.Contains(href, "after=") {
					next = href
					if !strings.Contains(href, "moment=") {
						t.Errorf("the next page is not fixed at the moment of the first: %s", href)
					}
				}
			})
		}
		if pages != 2 {
			t.Errorf("%s: %d pages", path, pages)
		}
	}
	if len(seen) < 70 {
		t.Errorf("%d of 70 notes were listed", len(seen))
	}
}

func TestAWrongPlaceInAListIsSaid(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	v.get(base + "/records?from=yesterday").want(http.StatusOK).says("is not a date")
	v.get(base + "/records?class=nothing").want(http.StatusUnprocessableEntity).says("There is no class of this name")
	v.get(base + "?at=yesterday").want(http.StatusNotFound)
	v.get("/people/nobody").want(http.StatusNotFound)
	v.get("/nowhere").want(http.StatusNotFound).says("Page not found")
	v.get(base + "/look-back?to_day=1&to_month=1&to_year=2030&to_time=06:00").want(http.StatusOK).says("That lies in the future")
	v.get(base + "/look-back?to_day=1&to_month=1&to_year=2020&to_time=06:00").want(http.StatusSeeOther)
	v.follow(v.get(base + "/look-back?to_day=1&to_month=1&to_year=2020&to_time=06:00")).want(http.StatusNotFound).says("had no record here on 1 January 2020 at 06:00")
}
