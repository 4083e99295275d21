package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// outboxPage lists what waits on this device, filled in by its script, and what has come in and needs a person.
type outboxPage struct {
	Frame
	Entries []EntryRow
	Aside   []EntryRow
	Devices bool // the reader may look at the devices
}

// EntryRow is one entry that needs a person.
type EntryRow struct {
	Href     string
	Title    string
	Whom     string
	Born     string
	Who      string
	Made     string
	Received string
	Said     string // that nobody has proved who wrote it; "" for every other
	Clock    string // what is wrong with the device's clock; "" for nothing
	Reasons  []string
}

// outboxPages are the addresses of the pages about devices and what waits on them.
func (s *server) outboxPages(everybody, signedIn func(string, func(*call) error)) {
	if s.config.Outbox == nil {
		return
	}
	everybody("GET /away", (*call).away)
	signedIn("GET /outbox", (*call).outbox)
	signedIn("GET /outbox/waiting/{entry}", (*call).waiting)
	signedIn("POST /outbox/waiting/{entry}", (*call).sendWaiting)
	signedIn("GET /devices", (*call).devices)
	signedIn("POST /devices/{device}", (*call).revokeDevice)
}

// outbox shows them.
func (c *call) outbox() error {
	page := outboxPage{Frame: c.frame(c.word("Waiting to be sent")), Devices: c.session.May(access.ToManageDevices)}
	page.Narrow = true
	var err error
	if page.Entries, err = c.entriesOf(outbox.Person); err != nil {
		return err
	}
	if page.Aside, err = c.entriesOf(outbox.SetAside); err != nil {
		return err
	}
	return c.render("outbox", page)
}

// entriesOf lists the entries of a state that the reader may put right.
func (c *call) entriesOf(state outbox.State) ([]EntryRow, error) {
	list, err := c.config.Outbox.Store.Waiting(c.ctx, state, "")
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(e outbox.Entry) bool { return !c.maySee(e) })
	people, err := c.peopleOf(list)
	if err != nil {
		return nil, err
	}
	var rows []EntryRow
	for _, e := range list {
		rows = append(rows, c.entryRow(e, people))
	}
	return rows, nil
}

// peopleOf finds whom entries are about.
func (c *call) peopleOf(list []outbox.Entry) (map[uuid.UUID]access.Person, error) {
	people := map[uuid.UUID]access.Person{}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if _, known := people[e.Stream]; known || e.Stream == uuid.Nil {
			continue
		}
		p, err := view.Person(c.ctx, e.Stream)
		switch standard.KindOf(err) {
		case standard.NotFound, standard.Forbidden:
			continue
		}
		if err != nil {
			return nil, err
		}
		people[e.Stream] = p
	}
	return people, nil
}

func (c *call) entryRow(e outbox.Entry, people map[uuid.UUID]access.Person) EntryRow {
	row := EntryRow{Href: "/outbox/waiting/" + e.ID.String(), Title: e.Title, Who: c.writerOf(e), Made: c.words.Minute(e.Made.Add(e.Behind), c.config.Zone),
		Received: c.words.Minute(e.Received, c.config.Zone), Reasons: e.Reasons, Clock: clockWords(e)}
	if row.Title == "" {
		row.Title = c.word("An entry")
	}
	row.Said = c.saidWords(e)
	if words := lateWords(e.Late); words != "" {
		row.Reasons = append(row.Reasons, words)
	}
	if p, ok := people[e.Stream]; ok {
		row.Whom, row.Born = care.CalledName(p.Card), c.words.Date(p.Card.Born)
		if full := care.FullName(p.Card); full != row.Whom {
			row.Whom += " (" + full + ")"
		}
	}
	return row
}

// clockWords say how far off the clock was that an entry was written by.
func clockWords(e outbox.Entry) string {
	if e.Behind.Abs() <= wrongClock {
		return ""
	}
	return "The clock of the device was " + offWords(e.Behind) + ". The time above is put right by that."
}

// nameOfAccount is what to call whoever has, or had, an account.
func (c *call) nameOfAccount(account string) string {
	if account == c.account() {
		return "you"
	}
	return c.called(account)
}

// called is the name of whoever has, or had, an account: what an account is called tells people nothing.
func (c *call) called(account string) string {
	name, known := c.names[account]
	if known {
		return name
	}
	name, err := c.config.Guard.Called(c.ctx, account)
	if err != nil {
		return account
	}
	if c.names == nil {
		c.names = map[string]string{}
	}
	c.names[account] = name
	return name
}

// waitingPage shows one entry that needs a person: what was written, why it waits, and what can be done.
type waitingPage struct {
	Frame
	Entry   EntryRow
	Answers []Answer
	Sides   []SideRow // of a change of a record that somebody else has changed too: all three sides
	Open    string    // the form that it can be put right on; "" where it can only be saved as it is
	Action  string
	Why     template.HTML
	Aside   bool
	Mine    bool          // nobody has said whose it is, and the reader has the name that was given
	Whose   template.HTML // asks a senior whose it is
	Nobody  bool          // the reader may only look
	Hidden  []Hidden
}

// waiting shows it.
func (c *call) waiting() error { return c.showWaiting("") }

func (c *call) showWaiting(fault string) error { return c.showWaitingWith(fault, "") }

// showWaitingWith shows it with what is wrong: with the reason, or with whose it is.
func (c *call) showWaitingWith(fault, whose string) error {
	id, err := c.uid("entry")
	if err != nil {
		return err
	}
	entry, envelope, err := c.seenEntry(id)
	if err != nil {
		return err
	}
	page := waitingPage{Action: "/outbox/waiting/" + id.String(), Aside: entry.State == outbox.SetAside, Hidden: []Hidden{{fieldBy, c.account()}}}
	a, err := c.aboutEntry(entry)
	if err != nil {
		return err
	}
	const title = "An entry that needs you"
	if a == nil {
		page.Frame = c.frame(title)
	} else if page.Frame, err = c.personFrame(a, title); err != nil {
		return err
	}
	page.Narrow, page.Back = true, &Link{Text: c.word("Waiting to be sent"), Href: "/outbox"}
	people, err := c.peopleOf([]outbox.Entry{entry})
	if err != nil {
		return err
	}
	page.Entry = c.entryRow(entry, people)
	if page.Sides, err = c.sidesOf(envelope, a); err != nil {
		return err
	}
	if page.Answers, err = c.writtenIn(envelope, a); err != nil {
		return err
	}
	if err := c.askWhose(&page, entry, whose); err != nil {
		return err
	}
	if !unowned(entry) && c.canBeShown(entry.Path) {
		page.Open = entry.Path + "?" + fieldEntry + "=" + id.String()
		if strings.Contains(entry.Path, "?") {
			page.Open = strings.Replace(page.Open, "?"+fieldEntry, "&"+fieldEntry, 1)
		}
	}
	page.Why = nhsuk.Input(nhsuk.InputOptions{ID: fieldReason, Name: fieldReason, Label: nhsuk.LabelOptions{Text: c.word("Why is it not needed?"), Size: "s"},
		Hint: nhsuk.HintOptions{Text: c.word("For example: written on paper and entered already.")}, ErrorMessage: wrongIn(c.words, fault)})
	if whose != "" {
		page.Errors = []form.Error{{Href: "#" + fieldWho, Text: whose}}
		return c.renderAs(http.StatusUnprocessableEntity, "waiting", page)
	}
	if fault != "" {
		page.Errors = []form.Error{{Href: "#" + fieldReason, Text: fault}}
		return c.renderAs(http.StatusUnprocessableEntity, "waiting", page)
	}
	return c.render("waiting", page)
}

// aboutEntry is whom an entry is about, where the reader may read the record; else nil.
func (c *call) aboutEntry(e outbox.Entry) (*about, error) {
	if e.Stream == uuid.Nil {
		return nil, nil
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	a := &about{uid: e.Stream, kind: standard.PersonStream, base: "/people/" + e.Stream.String(), view: view}
	a.person, err = view.Person(c.ctx, e.Stream)
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden:
		return nil, nil
	}
	a.name = care.CalledName(a.person.Card)
	return a, err
}

// canBeShown reports whether the page of a path shows a form again as it was filled in.
func (c *call) canBeShown(path string) bool {
	r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, path, http.NoBody)
	if err != nil {
		return false
	}
	_, pattern := c.mux.Handler(r)
	return replayable[pattern] && c.posters["GET "+strings.TrimPrefix(pattern, "POST ")] != nil
}

// sendWaiting saves an entry as it is, in the name of whoever wrote it, or sets it aside with a reason.
func (c *call) sendWaiting() error {
	id, err := c.uid("entry")
	if err != nil {
		return err
	}
	sent, err := c.posted()
	if err != nil {
		return err
	}
	entry, envelope, err := c.waitingEntry(id)
	if err != nil {
		return err
	}
	if sent.Get(fieldAct) == "aside" {
		why := strings.TrimSpace(sent.Get(fieldReason))
		if why == "" {
			return c.showWaiting(c.word("Say why it is not needed. It is kept, with your reason."))
		}
		if err := c.settle(entry, outbox.SetAside, append(entry.Reasons, "Set aside: "+why)); err != nil {
			return err
		}
		c.say(c.word("The entry was set aside. It is kept, and can be taken up again."))
		return c.redirect("/outbox")
	}
	if unowned(entry) {
		fault, err := c.claim(&entry, sent)
		if err != nil {
			return err
		}
		if fault != "" {
			return c.showWaitingWith("", fault)
		}
	}
	as := &replaying{account: c.account(), late: c.lateOfWaiting(entry, envelope)}
	outcome, waits, err := c.replay(c.ctx, envelope, as, c.session.Purpose())
	switch {
	case err != nil:
		return err
	case waits != "":
		return &standard.Fault{Kind: standard.Invalid, Message: lateWords(waits), Hint: c.word("Do it in Rosemary, and then set this entry aside.")}
	case outcome.Status >= http.StatusBadRequest:
		entry.Outcome = outcome
		if err := c.config.Outbox.Store.Settle(c.ctx, entry); err != nil {
			return err
		}
		c.say(c.word("It could not be saved as it is. What is wrong stands below."))
		return c.redirect("/outbox/waiting/" + id.String())
	}
	entry.Outcome, entry.Late = outcome, ""
	if err := c.settle(entry, outbox.Done, nil); err != nil {
		return err
	}
	c.say(c.word("Saved. It says who wrote it, and when."))
	return c.redirect("/outbox")
}
