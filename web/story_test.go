package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

func TestSignInLeadsBackToWhatWasAsked(t *testing.T) {
	w := newWorld(t)
	v := w.visitor(t)
	asked := "/people/" + w.Person.String() + "/timeline"
	p := v.get(asked).want(http.StatusSeeOther)
	if p.location != "/sign-in?next="+url.QueryEscape(asked) {
		t.Fatalf("asked to sign in at %s", p.location)
	}
	sent := v.follow(p).want(http.StatusOK).fields("/sign-in")
	sent.Set("account", w.Account("carer"))
	sent.Set("password", "wrong")
	v.post("/sign-in", sent).want(http.StatusUnauthorized).says("There is a problem", "After five wrong tries you have to wait")
	sent.Set("password", fixture.Password)
	p = v.post("/sign-in", sent).want(http.StatusSeeOther)
	if p.location != asked {
		t.Errorf("signing in leads to %s", p.location)
	}
	cookie := p.header.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("the cookie is %s", cookie)
	}
	v.follow(p).want(http.StatusOK).says("Timeline", "Whitlock")
	v.post("/sign-out", nil).want(http.StatusSeeOther)
	v.get(asked).want(http.StatusSeeOther)
}

func TestNobodyIsLedElsewhere(t *testing.T) {
	w := newWorld(t)
	for _, next := range []string{"https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "people", "/sign-out"} {
		v := w.visitor(t)
		p := v.post("/sign-in", url.Values{"account": {w.Account("carer")}, "password": {fixture.Password}, "next": {next}}).want(http.StatusSeeOther)
		if p.location != "/" {
			t.Errorf("%q leads to %s", next, p.location)
		}
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	for _, site := range []string{"cross-site", "same-site", ""} {
		r, _ := http.NewRequest(http.MethodPost, "/sign-out", nil)
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		if p := v.do(r); p.status != http.StatusForbidden {
			t.Errorf("from %q: status %d", site, p.status)
		} else if p.says("You may not do this", "from another site", "Nothing was changed", "Go to the first page"); p.header.Get("Content-Security-Policy") == "" || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			t.Errorf("from %q: %v", site, p.header)
		}
	}
	v.get("/people").want(http.StatusOK)
}

func TestPeopleOfMyPlaceOnly(t *testing.T) {
	w := newWorld(t)
	w.MoveIn("manager", w.Home, "Marjorie", "Whitlocke", "9990000034", "Room 12")
	v := w.as(t, "carer")
	v.get("/people").want(http.StatusOK).says("Whitlock", "999 000 0018", "Room 7", "Like name: Marjorie Whitlocke").keepsQuiet("Pell")
	v.get("/people?q=whit").says("Whitlock")
	v.get("/people?q=room+12").says("Whitlocke").keepsQuiet("999 000 0018")
	v.get("/people?q=nobody").says("Nobody was found")
	v.get("/people?left=yes").says("Nobody has left")
	gone := v.get("/people/" + w.Stranger.String()).want(http.StatusNotFound).text()
	if never := v.get("/people/0199b2f4-7a00-7000-8000-0000000000ff").want(http.StatusNotFound).text(); never != gone {
		t.Errorf("another home's person is told apart from nobody:\n%s\n%s", gone, never)
	}
	w.as(t, "admin").get("/").want(http.StatusSeeOther)
	w.as(t, "admin").get("/people").want(http.StatusForbidden).says("You may not do this")
}

func TestTheBannerIsOnEveryPageOfAPerson(t *testing.T) {
	w := newWorld(t)
	w.moment()
	w.Write("senior", w.Person, "allergies-and-adverse-reactions",
		`{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"descriptionOfReaction":[{"text":"rash"}],"date":"2026-03-09"}`)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Slept well."))
	v := w.as(t, "manager")
	base := "/people/" + w.Person.String()
	for _, path := range []string{"", "/records", "/timeline", "/look-back", "/looked", "/new", "/new/daily-note", "/records/" + note.String(),
		"/records/" + note.String() + "/change?how=correct", "/records/" + note.String() + "/error", "/records/" + note.String() + "/sign",
		"/records/" + note.String() + "/compare", "?at=" + w.moment()} {
		v.get(base+path).want(http.StatusOK).says("Margaret", "Allergy: Penicillin", "No CPR decision recorded", "Born March 1941", "999 000 0018", "Room 7")
	}
}

// TestAFormFromEmptyToCorrected: a form is shown, refused with every fault, saved, sent again, and corrected with a reason.
func TestAFormFromEmptyToCorrected(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	base := "/people/" + w.Person.String()
	path := base + "/new/incident"
	sent := v.get(path).want(http.StatusOK).says("This will be saved for Margaret").fields(path)
	sent.Set("f-date_day", "31")
	sent.Set("f-date_month", "2")
	sent.Set("f-date_year", "2026")
	sent.Set("f-time", "tea time")
	sent.Set("act", "save")
	refused := v.post(path, sent).want(http.StatusUnprocessableEntity).says("There is a problem", "is not a time", "31 February is not a date")
	if got := refused.fields(path); got.Get("f-time") != "tea time" || got.Get("f-date_day") != "31" || got.Get("contribution") != sent.Get("contribution") {
		t.Error("what was typed is lost")
	}
	if title := refused.tag("title"); !strings.HasPrefix(title, "Error: ") {
		t.Errorf("the tab says %q", title)
	}
}

// tag is the words of the first such element.
func (p *page) tag(name string) string {
	words := ""
	each(p.doc, nodeText(name, &words))
	return words
}

func TestWritingCorrectingAndLookingBack(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	base := "/people/" + w.Person.String()
	path := base + "/new/daily-note"
	sent := v.get(path).want(http.StatusOK).fields(path)
	for name := range sent {
		if strings.Contains(name, "freeText") && sent.Get(name) != "" {
			t.Errorf("a narrative is filled in already: %s", sent.Get(name))
		}
	}
	sent.Set("f-when_day", "16")
	sent.Set("f-when_month", "3")
	sent.Set("f-when_year", "2026")
	sent.Set("f-when_time", "0730")
	sent.Set("f-freeText", "Graze on the right elbow <b>& sore</b>")
	sent.Set("act", "save")
	saved := v.post(path, sent).want(http.StatusSeeOther)
	v.follow(saved).want(http.StatusOK).says("Saved: ", "Graze on the right elbow <b>& sore</b>", "16 March 2026 at 07:30", "Ruth Abara")
	again := v.post(path, sent).want(http.StatusSeeOther)
	if again.location != saved.location {
		t.Errorf("sent again, it leads to %s, not %s", again.location, saved.location)
	}
	v.follow(again).says("It was not saved twice")
	sent.Set("f-freeText", "Something else under the same id")
	v.post(path, sent).want(http.StatusConflict).says("has been used before")

	before := w.moment()
	change := saved.location + "/change"
	fix := v.get(change + "?how=correct").want(http.StatusOK).fields(change)
	fix.Set("f-freeText", "Graze on the left elbow")
	fix.Set("act", "save")
	v.post(change, fix).want(http.StatusUnprocessableEntity).says("Say why")
	fix.Set("reason", "It was the left elbow")
	v.follow(v.post(change, fix).want(http.StatusSeeOther)).says("Corrected", "left elbow", "Corrected: it was wrong", "It was the left elbow", "Version 2")
	v.get(saved.location+"/compare").want(http.StatusOK).says("right", "left", "Changed")
	then := v.get(saved.location+"?at="+before).want(http.StatusOK).
		says("This is the record as it stood on", "You cannot change it", "right elbow", "Today’s safety information").keepsQuiet("left elbow", "Correct a mistake")
	each(then.doc, carriesPast(t, base, before))
	v.get(base + "/new?at=" + before).want(http.StatusForbidden).says("Return to now first")
	// A change made on the old version meets the new one.
	fix.Set("contribution", "0199b2f4-7a00-7000-8000-0000000000aa")
	fix.Set("f-freeText", "Graze on both elbows")
	conflict := v.post(change, fix).want(http.StatusConflict).says("Somebody else changed this record", "both", "left", "Yours was not saved")
	kept := conflict.fields(change)
	if kept.Get("f-freeText") != "Graze on both elbows" || kept.Get("expected") != "2" {
		t.Errorf("the conflict loses what was typed: %v", kept)
	}
	kept.Set("act", "save")
	v.follow(v.post(change, kept).want(http.StatusSeeOther)).says("Graze on both elbows", "Version 3")
}

// TestOnlyWhoMayRegisterIsOfferedAPlacement: where somebody lives is not offered to a care assistant, who could not save it.
func TestOnlyWhoMayRegisterIsOfferedAPlacement(t *testing.T) {
	w := newWorld(t)
	path := "/people/" + w.Person.String() + "/new"
	w.as(t, "carer").get(path).want(http.StatusOK).says("Daily note").keepsQuiet("Which home or branch looks after")
	w.as(t, "senior").get(path).want(http.StatusOK).says("Placement")
}
