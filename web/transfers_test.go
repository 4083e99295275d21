package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/internal/browser"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/transfer/exchange"
)

// providers are two providers whose systems are reached over the network of this computer; their couriers work.
type providers struct {
	old, new       *world
	oldURL, newURL string
}

func newProviders(t *testing.T) *providers {
	t.Helper()
	p := &providers{old: newWorld(t), new: newWorld(t)}
	serve := func(w *world) string {
		mux := http.NewServeMux()
		mux.Handle(exchange.Root, w.Exchange)
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		return server.URL
	}
	p.oldURL, p.newURL = serve(p.old), serve(p.new)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{}, 3)
	t.Cleanup(func() {
		cancel()
		for range 3 {
			<-done
		}
	})
	for _, w := range []*world{p.old, p.new} {
		go func() { w.Exchange.Run(ctx); done <- struct{}{} }()
	}
	go func() { // both clocks go on alike, or nothing would be asked again
		for ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			p.old.Clock.Advance(time.Second)
			p.new.Clock.Advance(time.Second)
		}
		done <- struct{}{}
	}()
	return p
}

// edith lives at the old home; there is something confidential about her.
func (p *providers) edith() uuid.UUID {
	o := p.old
	person := o.MoveIn("manager", o.Home, "Edith", "Lomax", "9990000034", "Room 3")
	fall := o.Write("carer", person, "daily-note", fixture.NoteContent("She fell and hurt her left elbow."))
	o.Commit("senior", &record.Proposal{Stream: person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: fall, Expected: 1, Description: "It was the right elbow.", Content: []byte(fixture.NoteContent("She fell and hurt her right elbow.")),
	}}})
	o.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "safeguarding-concern", Sensitivity: "confidential", Content: []byte(`{"safeguardingConcerns":"About a member of staff.","date":"2026-03-15","status":{"text":"open"}}`)},
		{Type: record.Create, Path: "/changes/1", Class: "problem", Content: []byte(`{"problem":{"text":"Osteoporosis"},"date":"2026-03-15"}`)},
	}})
	return person
}

// adds lets a manager add the other system, with the fingerprint that the other manager reads from their own page.
func adds(t *testing.T, v *visitor, name, address, fingerprint string) {
	t.Helper()
	path := "/transfers/systems/new"
	form := v.get(path).want(http.StatusOK).fields(path)
	v.post(path, form).want(http.StatusUnprocessableEntity).says("Say what the other provider is called")
	form.Set("name", name)
	form.Set("address", "http://127.0.0.1:1")
	v.post(path, form).want(http.StatusUnprocessableEntity).says("does not answer")
	form.Set("address", address)
	asked := v.post(path, form).want(http.StatusOK).says("telephone the other provider").keepsQuiet(fingerprint)
	form = asked.fields(path)
	form.Set("fingerprint", "0000 0000 0000 0000 0000 0000 0000 0000")
	v.post(path, form).want(http.StatusUnprocessableEntity).says("This is not the fingerprint", "add nothing")
	form.Set("fingerprint", strings.ToUpper(fingerprint))
	v.follow(v.post(path, form).want(http.StatusSeeOther)).says(name, "was added", fingerprint)
}

// until opens a page until it says something.
func (v *visitor) until(path, words string) *page {
	v.t.Helper()
	for range 600 {
		if p := v.get(path); strings.Contains(p.text(), words) {
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	v.get(path).says(words)
	v.t.FailNow()
	return nil
}

// asksFor lets a manager ask for Edith, and gives the page of the request.
func asksFor(t *testing.T, v *visitor, system string) string {
	t.Helper()
	form := v.get("/transfers/ask").want(http.StatusOK).says("Harbour House").fields("/transfers/ask")
	v.post("/transfers/ask", form).want(http.StatusUnprocessableEntity).says("Choose whom you ask", "Write the first name", "Write the family name", "Write the date of birth", "Choose what makes it lawful")
	for name, value := range map[string]string{
		"peer": system, "given": "Edith", "family": "Lomax", "born": "1941-03-02", "nhsNumber": "999 000 0034", "requestor": "Elm Court", "wanted": "2026-03-20", "purpose": "moves-in",
		"basis": "duty-to-share", "why": "She knows and is glad.",
	} {
		form.Set(name, value)
	}
	v.post("/transfers/ask", with(form, "nhsNumber", "999 000 0035")).want(http.StatusUnprocessableEntity).says("This is not an NHS number")
	sent := v.post("/transfers/ask", form).want(http.StatusSeeOther)
	if again := v.post("/transfers/ask", form).want(http.StatusSeeOther); again.location != sent.location {
		t.Errorf("the same form again leads to %s, not %s", again.location, sent.location)
	}
	v.follow(sent).want(http.StatusOK).says("Edith Lomax", "Asked of")
	return sent.location
}

// TestTwoManagersMoveAPerson through the pages, without script: they get to know each other, one asks, the other decides, the one accepts.
func TestTwoManagersMoveAPerson(t *testing.T) {
	p := newProviders(t)
	person := p.edith()
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	next.get("/transfers").want(http.StatusOK).says("Nothing waits to be accepted", "Nothing is on the way")
	next.get("/transfers/ask").want(http.StatusOK).says("No other system is known here yet")
	_, oldPrint := p.old.Exchange.Own()
	_, newPrint := p.new.Exchange.Own()
	old.get("/transfers/systems").want(http.StatusOK).says(oldPrint)
	adds(t, next, "Harbour House", p.oldURL, oldPrint)
	adds(t, p.old.as(t, "admin"), "Elm Court", p.newURL, newPrint)

	asked := asksFor(t, next, p.old.Identity.System)
	next.until(asked, "Somebody there has to decide")
	old.get("/transfers").says("Others ask us", "Edith Lomax", "To be decided")
	p.old.as(t, "carer").get("/transfers").want(http.StatusForbidden)
	p.old.as(t, "carer").get(asked).want(http.StatusNotFound)

	page := old.get(asked).want(http.StatusOK).says("Asked by", "Elm Court", "She knows and is glad.", "Helen Marsh, registered manager", "Differs", "Same", "They ask for: 2 March 1941. Here: March 1941.", "Is it the same person?")
	form := page.fields(asked + "/decide")
	if form.Get("person") != "" {
		t.Error("who differs is chosen already")
	}
	decide := asked + "/decide"
	old.post(decide, with(form, "act", "send")).want(http.StatusUnprocessableEntity).says("Say who the person is")
	form.Set("person", person.String())
	old.post(decide, with(form, "act", "look")).want(http.StatusOK).says("What would go", "Daily note", "Held closely, among it", "Safeguarding")
	old.post(decide, with(form, "act", "send")).want(http.StatusUnprocessableEntity).says("Not the same: date of birth")
	form.Set("differences", "Her card says only the month.")
	old.post(decide, with(form, "act", "send")).want(http.StatusUnprocessableEntity).says("There are confidential records among it")
	form.Set("justification", "They must know who may not be alone with her.")
	old.follow(old.post(decide, with(form, "act", "send")).want(http.StatusSeeOther)).says("Decided.")
	old.post(decide, with(form, "act", "send")).want(http.StatusConflict)

	next.until(asked, "See what has arrived")
	old.until(asked, "Received there").says("The signature was checked just now, and fits", "The whole record", "They must know who may not be alone with her.", "Last day here")
	receipt := old.get(asked + "/receipt").want(http.StatusOK)
	if r, err := exchange.OpenReceipt(string(receipt.body), p.new.Identity.Keys...); err != nil || r.Person != person {
		t.Errorf("the receipt: %+v, %v", r, err)
	}
	p.accepted(t, next, person, "7 versions")
	old.get("/people/"+person.String()+"/looked").says("decided that the record goes to Elm Court", "sent the record to Elm Court", "Elm Court has received the record")
	next.get("/people/"+person.String()+"/looked").says("the record arrived from another provider", "accepted into the record")
}

// accepted lets the new manager look at what has arrived, and accept it.
func (p *providers) accepted(t *testing.T, next *visitor, person uuid.UUID, holds string) {
	t.Helper()
	waiting, err := p.new.Session("manager").Waiting(context.Background())
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	base := "/transfers/received/" + waiting[0].ID.String()
	next.get("/transfers").says("In the waiting room", "From Harbour House")
	next.get(base).want(http.StatusOK).says("Not part of our record", "Signed by Harbour House", "Daily note", "new", holds, "Which home or branch looks after them")
	next.get(base+"/records?class=daily-note").want(http.StatusOK).says("Said by Harbour House", "She fell and hurt her right elbow.")
	form := next.get(base).fields(base + "/accept")
	next.post(base+"/accept", form).want(http.StatusUnprocessableEntity).says("Say why it is accepted")
	form.Set("reason", "She has moved in.")
	form.Set("room", "Room 7")
	next.follow(next.post(base+"/accept", form).want(http.StatusSeeOther)).want(http.StatusOK).says("Edith", "Room 7", "part of our record now")
	next.get(base).says("Part of our record").keepsQuiet("Or refuse it")
	next.get("/people/" + person.String() + "/timeline").says("She fell and hurt her right elbow.")
}

// TestRefusedOnThePage: nothing goes, the reason is read there, and what was not wanted is taken back.
func TestRefusedOnThePage(t *testing.T) {
	p := newProviders(t)
	p.edith()
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	p.know(t)
	asked := asksFor(t, next, p.old.Identity.System)
	old.until(asked, "Or refuse it")
	old.post(asked+"/refuse", url.Values{}).want(http.StatusUnprocessableEntity).says("Say why it is refused")
	old.follow(old.post(asked+"/refuse", url.Values{"reason": {"Her daughter asks for time."}}).want(http.StatusSeeOther)).says("Refused")
	next.until(asked, "Her daughter asks for time.").says("Refused")

	again := asksFor(t, next, p.old.Identity.System)
	old.until(again, "Or refuse it")
	next.post(again+"/withdraw", url.Values{}).want(http.StatusUnprocessableEntity).says("Say why it is taken back")
	next.follow(next.post(again+"/withdraw", url.Values{"reason": {"She stays."}}).want(http.StatusSeeOther)).says("Taken back")
	old.until(again, "She stays.").says("Taken back")

	old.get(asked).says("Kept until", "It led to nothing", "Edith Lomax")
	for _, page := range []string{asked, again} { // as if it had ended a year ago
		_, err := p.old.Exchange.Book.Change(context.Background(), uuid.MustParse(page[strings.LastIndexByte(page, '/')+1:]), func(c *exchange.Case) error {
			c.Changed = c.Changed.AddDate(-1, 0, -2)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := p.old.Exchange.Sweep(context.Background()); err != nil || n != 2 {
		t.Errorf("%d requests were swept, %v", n, err)
	}
	old.get(asked).want(http.StatusOK).says("Somebody whose name was taken away", "its time was over", "What makes it lawful").keepsQuiet("Lomax", "2 March 1941", "Her daughter")
	old.get("/transfers").says("Somebody whose name was taken away").keepsQuiet("Lomax")

	system := url.PathEscape(p.old.Identity.System)
	next.get("/transfers/systems/" + system + "/remove").want(http.StatusOK).says("Remove Harbour House")
	next.follow(next.post("/transfers/systems/"+system+"/remove", url.Values{}).want(http.StatusSeeOther)).says("Removed", "No other system is known yet")
}

// know lets the two systems know each other.
func (p *providers) know(t *testing.T) {
	t.Helper()
	for _, pair := range []struct {
		w, whom       *world
		name, address string
	}{{p.new, p.old, "Harbour House", p.oldURL}, {p.old, p.new, "Elm Court", p.newURL}} {
		key, fingerprint := pair.whom.Exchange.Own()
		_, err := pair.w.Exchange.AddPeer(context.Background(), pair.w.Session("manager"), exchange.NewPeer{Name: pair.name, Address: pair.address, Key: key, Fingerprint: fingerprint})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestWordsThatNameWhatStaysOnThePage: whoever sends a part sees them, and says of each what happens to it.
func TestWordsThatNameWhatStaysOnThePage(t *testing.T) {
	p := newProviders(t)
	person := p.edith()
	p.know(t)
	p.old.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "personal-contact", Sensitivity: "confidential", Content: []byte(`{"name":"Elizabeth Pratt","relationship":{"text":"Niece"}}`)}}})
	p.old.Write("carer", person, "daily-note", fixture.NoteContent("Liz rang about the money."))
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	asked := asksFor(t, next, p.old.Identity.System)
	form := old.until(asked, "Or refuse it").fields(asked + "/decide")
	form = with(form, "person", person.String(), "kind", "some", "degree", "normal", "differences", "Only a month.", "act", "send")
	shown := old.post(asked+"/decide", form).want(http.StatusUnprocessableEntity).says("The words of some records name what is left out", "Liz rang about the money.", "which names: Liz")
	form = shown.fields(asked + "/decide")
	for name := range form {
		if strings.HasPrefix(name, "let-why-") {
			form.Set("decide-"+strings.TrimPrefix(name, "let-why-"), "leave")
		}
	}
	old.follow(old.post(asked+"/decide", with(form, "act", "send")).want(http.StatusSeeOther)).says("Decided.")
}

// TestTransfersInABrowser looks at each page as the two managers see it.
func TestTransfersInABrowser(t *testing.T) {
	p := newProviders(t)
	person := p.edith()
	p.know(t)
	next, old := p.new.as(t, "manager"), p.old.as(t, "manager")
	b := openBrowser(t, p.new)
	b.signIn(p.new, "manager")
	for _, page := range []struct{ name, path string }{
		{"81-systems", "/transfers/systems"}, {"82-system-new", "/transfers/systems/new"}, {"83-ask", "/transfers/ask"},
		{"84-system-remove", "/transfers/systems/" + url.PathEscape(p.old.Identity.System) + "/remove"},
	} {
		b.Open(page.path)
		b.look(page.name)
	}
	b.Open("/transfers/systems/new")
	b.Fill("#name", "Harbour House")
	b.Fill("#address", p.oldURL)
	b.Click("form.rm-form button")
	b.look("85-system-fingerprint")
	asked := asksFor(t, next, p.old.Identity.System)
	b.Open(asked)
	b.look("86-asked")

	o := openBrowser(t, p.old)
	o.signIn(p.old, "manager")
	o.Open("/transfers")
	o.look("87-transfers-asked")
	o.Open(asked)
	o.look("88-decide")
	browser.Evaluate[bool](o.Tab, `document.querySelector("input[name=person]").checked = true`)
	o.Click(`button[value=look]`)
	o.look("89-would-go")
	o.Fill("#differences", "Her card says only the month.")
	o.Fill("#justification", "They must know who may not be alone with her.")
	o.Click(`button[value=send]`)
	o.Says("Decided.")
	old.until(asked, "Received there")
	o.Open(asked)
	o.look("90-received-there")
	next.until(asked, "See what has arrived")
	b.Open(asked)
	b.look("91-arrived")
	b.Click(`main ul a`)
	b.look("92-received")
	here := b.Words()
	if !strings.Contains(here, "Not part of our record") {
		t.Errorf("the page says %s", here)
	}
	b.Click(`.rm-choices a`)
	b.look("93-received-records")
	waiting, err := p.new.Session("manager").Waiting(context.Background())
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	b.Open("/transfers/received/" + waiting[0].ID.String())
	b.Click("form[action$='/accept'] button")
	b.Says("Say why it is accepted")
	b.Fill("#reason", "She has moved in.")
	b.Click("form[action$='/accept'] button")
	b.Says("part of our record now")
	b.Open("/people/" + person.String() + "/looked")
	b.Says("the record arrived from another provider")
}
