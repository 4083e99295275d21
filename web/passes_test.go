package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rosemary/access"
	"rosemary/internal/browser"
)

var codeOnPage = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}`)

// TestSomebodyIsLetIn: a senior makes a code for an agency worker in one form; it is shown once, works once, and is ended.
func TestSomebodyIsLetIn(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	const path = "/passes/new/agency-worker"
	v.get("/passes").want(http.StatusOK).says("Agency worker", "Ambulance crew").keepsQuiet("Attorney", "Inspector")
	v.get("/passes/new/inspector").want(http.StatusNotFound)
	sent := v.get(path).want(http.StatusOK).says("everybody of the home").fields(path)
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Write the first name", "Write the last name", "Say why")
	made := v.follow(v.post(path, with(sent, "given", "Leo", "family", "Grant", "organisation", "Swift Care Agency", "purpose", "Night shift")).want(http.StatusSeeOther)).
		says("It is shown only now", "Leo Grant, Swift Care Agency", "Code not used yet")
	code := codeOnPage.FindString(made.text())
	if code == "" {
		t.Fatal("no code on the page")
	}
	if again := v.get("/passes"); codeOnPage.MatchString(again.text()) {
		t.Error("the code is shown twice")
	}

	g := w.visitor(t)
	g.post("/pass", url.Values{"code": {"ABCD-EFGH-JKMN"}}).want(http.StatusUnauthorized).says("does not let you in", "ask whoever gave it to you")
	g.follow(g.post("/pass", url.Values{"code": {strings.ToLower(code)}}).want(http.StatusSeeOther))
	g.get("/people/" + w.Person.String()).want(http.StatusOK).says("Margaret")
	g.get("/people/" + w.Stranger.String()).want(http.StatusNotFound)
	w.visitor(t).post("/pass", url.Values{"code": {code}}).want(http.StatusUnauthorized)

	list := v.get("/passes").says("Is in")
	end := regexp.MustCompile(`/passes/end/pass-[0-9a-z]+`).FindString(string(list.body))
	v.follow(v.post(end, nil).want(http.StatusSeeOther)).says("The pass has ended", "Ended by Ruth Abara")
	g.get("/people/" + w.Person.String()).want(http.StatusSeeOther)
}

// TestAnEmergencyIsOpenedAndLookedAt by pages.
func TestAnEmergencyIsOpenedAndLookedAt(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	v.get("/people").says("Open their record in an emergency")
	v.post("/emergency", url.Values{"nhsNumber": {"12"}}).want(http.StatusUnprocessableEntity).says("Write the NHS number, or the last name", "Say in a few words")
	v.post("/emergency", url.Values{"nhsNumber": {"9990000034"}, "reason": {"Found on the road, confused"}}).want(http.StatusUnprocessableEntity).says("Nobody here fits")
	v.follow(v.post("/emergency", url.Values{"nhsNumber": {"999 000 0026"}, "reason": {"Found on the road, confused"}}).want(http.StatusSeeOther)).
		want(http.StatusOK).says("Arthur", "open to you for four hours").keepsQuiet("Add to the record")
	m := w.as(t, "elm-manager")
	home := m.get("/home").says("1 Opened in an emergency, to look at")
	home.leadsTo(t, "/emergencies")
	page := m.get("/emergencies").want(http.StatusOK).says("Found on the road, confused", "Arthur Pell")
	action := regexp.MustCompile(`/emergencies/[0-9]+`).FindString(string(page.body))
	m.post(action, url.Values{"act": {"right"}}).want(http.StatusUnprocessableEntity).says("Write what you found")
	m.follow(m.post(action, url.Values{"act": {"right"}, "finding": {"The crew needed his allergies."}}).want(http.StatusSeeOther)).says("Was right", "The crew needed his allergies.", "No record that was opened in an emergency waits")
	m.get("/home").says("0 Opened in an emergency, to look at")
	m.get("/people/" + w.Stranger.String() + "/looked").says("opened the record in an emergency: Found on the road, confused")
	w.as(t, "inspector").get("/emergency").want(http.StatusNotFound)
}

// TestGuestsInABrowser: the pages of those who are let in, and of who lets them in, at both widths; and a person's own page without a mouse.
func TestGuestsInABrowser(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	b := openBrowser(t, w)
	b.Open("/pass")
	b.look("pass")
	b.signIn(w, "manager")
	for name, path := range map[string]string{"passes": "/passes", "newpass": "/passes/new/visiting-professional", "newpass-relative": "/passes/new/relative", "emergencies": "/emergencies"} {
		b.Open(path)
		b.look(name)
	}
	b.Open("/passes/new/person?person=" + w.Person.String())
	b.look("newpass-person")
	for name, words := range map[string]string{"given": "Margaret", "family": "Whitlock", "purpose": "Her own record"} {
		b.Do(chromedp.SendKeys("#"+name, words))
	}
	b.Do(chromedp.Submit("#given"), chromedp.WaitVisible(".rm-code__code"))
	code := browser.Evaluate[string](b.Tab, `document.querySelector(".rm-code__code").innerText`)
	b.look("passes-code")
	b.Do(chromedp.Submit(".rm-user form"), chromedp.WaitVisible("#account"))
	b.Open("/pass")
	b.Do(chromedp.SendKeys("#code", code+"\r"), chromedp.WaitVisible("#words"))
	b.who = "person"
	b.Open("/pass/password")
	b.look("comeback")
	b.Open("/")
	b.look("own")
	if said := browser.Evaluate[string](b.Tab, `document.querySelector("main").innerText`); !strings.Contains(said, "The piano, the cat") || !strings.Contains(said, "Who has looked") {
		t.Errorf("the person's own page says: %s", said)
	}
	b.Do(chromedp.Submit(".rm-user form"), chromedp.WaitVisible("#account"))
	b.signIn(w, "carer")
	b.Open("/emergency")
	b.look("emergency")
}

// TestOwnPageOfARelative shows what the consent reaches, and nothing once it is withdrawn.
func TestOwnPageOfARelative(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	given := w.Write("manager", w.Person, "informed-consent", `{"consentIsFor":{"code":"information-sharing"},"decision":{"code":"given"},"date":"2026-03-15"}`)
	m := w.as(t, "manager")
	const path = "/passes/new/relative"
	m.get(path).want(http.StatusOK).says("Whose record?", "Margaret Whitlock")
	sent := m.get(path+"?person="+w.Person.String()).want(http.StatusOK).says("What gives them the right to see this?", "Sharing information").keepsQuiet("The care plan").fields(path)
	m.post(path, with(sent, "given", "Anna", "family", "Whitlock", "purpose", "Her daughter")).want(http.StatusUnprocessableEntity).says("Choose the record that gives them the right")
	made := m.follow(m.post(path, with(sent, "given", "Anna", "family", "Whitlock", "purpose", "Her daughter", "basis", given.String())).want(http.StatusSeeOther))
	v := w.visitor(t)
	own := v.follow(v.follow(v.post("/pass", url.Values{"code": {codeOnPage.FindString(made.text())}}).want(http.StatusSeeOther))).want(http.StatusOK)
	own.says("The piano, the cat", "You are let in until", "does not work again").keepsQuiet("Who has looked", "Apixaban")
	own.keepsQuiet("No CPR decision", "moving and handling", "Charts", "Medicines", "Forms") // of what is not shown to her nobody says that it is not there
	v.follow(v.get("/people/" + w.Person.String()).want(http.StatusSeeOther)).says("The piano, the cat")
	v.get("/people/"+w.Person.String()+"/print").want(http.StatusOK).says("About Me", "The whole record").keepsQuiet("Needs, risks, goals", "chart of medicines")
	v.get("/people/" + w.Person.String() + "/print/plan").want(http.StatusNotFound)
	v.get("/people/"+w.Person.String()+"/print/record").want(http.StatusOK).says("The piano, the cat").keepsQuiet("No CPR decision", "choking")
	v.get("/people/" + w.Person.String() + "/looked").want(http.StatusForbidden)

	for path, words := range map[string]string{
		"/charts": "Charts and scores", "/charts/" + w.Catalogue.Charts()[0].ID: w.Catalogue.Charts()[0].Name, "/scores/" + w.Catalogue.Scores()[0].ID: w.Catalogue.Scores()[0].Name,
		"/medicines": "Medicines", "/medicines/chart": "Chart of medicines", "/medicines/stock": "Stock", "/body": "Body map", "/belongings": "Money and belongings",
	} { // who types the address hears that it is not shown to her, and not that there is nothing
		v.get("/people/"+w.Person.String()+path).want(http.StatusOK).says(words, "You are not shown this part of the record").keepsQuiet("Nothing in the last", "No medicines", "None is recorded", "Nothing is recorded", "Not recorded", "holds no money")
	}
	v.get("/people/"+w.Person.String()+"/care").want(http.StatusOK).says("You are not shown needs and risks").keepsQuiet("No need or risk", "Nobody has written down", "missing", "No goal yet")
	m.get("/people/"+w.Person.String()+"/charts").want(http.StatusOK).says("Body map", "Scores").keepsQuiet("not shown")

	const back = "/pass/password"
	chosen := v.get(back).want(http.StatusOK).says("sign in until").fields(back)
	v.post(back, with(chosen, "password", "short")).want(http.StatusUnprocessableEntity).says("too short")
	v.follow(v.follow(v.post(back, with(chosen, "password", "piano cat shoreline")).want(http.StatusSeeOther))).says("you can sign in as pass-", "You can come here until").keepsQuiet("You are let in until")
	m.get(back).want(http.StatusNotFound)
	v.post("/sign-out", nil).want(http.StatusSeeOther)
	v.get("/people/" + w.Person.String() + "/own").want(http.StatusSeeOther) // out
	v.follow(v.post("/sign-in", url.Values{"account": {chosen.Get("account")}, "password": {"piano cat shoreline"}}).want(http.StatusSeeOther))
	v.get("/people/"+w.Person.String()+"/own").want(http.StatusOK).says("The piano, the cat").keepsQuiet("Who has looked", "Apixaban")

	s, err := w.Guard.Session(context.Background(), w.Account("manager"), access.Management)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := s.Passes(context.Background()); err != nil || len(list) != 1 || list[0].Until.Sub(list[0].Made) != 2160*time.Hour {
		t.Errorf("%+v, %v", list, err)
	}
	change := "/people/" + w.Person.String() + "/records/" + given.String() + "/error"
	mark := m.get(change).want(http.StatusOK).fields(change)
	m.post(change, with(mark, "reason", "She changed her mind")).want(http.StatusSeeOther)
	v.get("/people/" + w.Person.String() + "/own").want(http.StatusNotFound)
}

// TestTheDirectoryNamesItsIds to whoever makes accounts, and to nobody else.
func TestTheDirectoryNamesItsIds(t *testing.T) {
	w := newWorld(t)
	admin := w.as(t, "admin")
	admin.get("/directory").want(http.StatusOK).keepsQuiet("Begin here")
	for flag, uid := range map[string]string{"--worker ": w.Workers["carer"].String(), "--place ": w.Home.String()} {
		admin.follow(admin.get("/directory/" + uid).want(http.StatusSeeOther)).says(flag + uid)
		m := w.as(t, "manager")
		m.follow(m.get("/directory/" + uid).want(http.StatusSeeOther)).keepsQuiet(flag + uid)
	}
}
