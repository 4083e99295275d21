package web

import (
	"html/template"

	"rosemary/access"
	"rosemary/web/form"
)

// Frame is what every page has around its own content.
type Frame struct {
	Title    string // of the page, and its heading unless the page has another
	Wrong    bool   // the page says that something is wrong
	Styles   string
	Script   string
	Icon     string
	User     *User
	Nav      []Link
	NavMore  []Link // places that are gone to less often
	Said     string // what was just done
	Language string // of the page in itself, where there are others to choose from
	Begun    int    // how much the reader has begun and not finished
	Back     *Link
	Errors   []form.Error
	Person   *PersonFrame // on pages about one person
	Manifest string       // says what the app is called, where the pages are one
	Needs    int          // how many entries of devices need the reader
	Mending  string       // whose entry is put right on the page; "" on every other
	Narrow   bool         // text and forms read better in a narrow column
	Guest    string       // until when the reader is let in, where nothing lets them in again once they are out
}

// User is who is signed in.
type User struct {
	Name string
	Role string
}

// Link leads to a page.
type Link struct {
	Text    string
	Href    string
	Current bool
}

// frame begins a page.
func (c *call) frame(title string) Frame {
	f := Frame{
		Title: title, Styles: c.config.Assets.URL("app.css"), Script: c.config.Assets.URL("app.js"), Icon: c.config.Assets.URL("icon.svg"),
	}
	if c.config.Outbox != nil {
		f.Manifest = "/app.webmanifest"
	}
	if c.session == nil {
		return f
	}
	p := c.session.Principal()
	f.User = &User{Name: p.Name, Role: p.RoleName}
	if p.Guest() && !p.Returns {
		f.Guest = c.words.Minute(p.Until, c.config.Zone)
	}
	if len(c.tongues) > 1 {
		f.Language = "English"
		if c.words != nil {
			f.Language = c.words.Name
		}
	}
	f.Said = c.sessions.PopString(c.ctx, keySaid)
	var err error
	if f.Begun, err = c.session.DraftCount(c.ctx); err != nil { // the page itself can be shown
		c.config.Log.Warn("counting drafts", "error", err)
	}
	if c.config.Outbox != nil {
		c.outboxFrame(&f)
	}
	path := c.r.URL.Path
	add := func(text, href string) {
		f.Nav = append(f.Nav, Link{Text: text, Href: href, Current: path == href || len(path) > len(href) && path[:len(href)+1] == href+"/"})
	}
	if _, ok := c.soleOwn(); ok { // the tabs of the one record lead everywhere
		return f
	}
	if c.overseer() {
		add(c.word("Home"), "/home")
	}
	shifts := len(p.Places) > 0 || !p.Guest() // who was let in to one person has no shift
	if c.session.May(access.ToRecord) && shifts {
		add(c.word("My shift"), "/shift")
	}
	if c.session.May(access.ToRead) {
		add(c.word("People"), "/people")
		if shifts {
			add(c.word("Floor"), "/floor")
			add(c.word("Medicines"), "/medicines")
		}
		add(c.word("Search"), "/search")
	}
	if c.session.May(access.ToReadDirectory) {
		add(c.word("Directory"), "/directory")
	}
	if len(c.session.PassKinds()) > 0 {
		add(c.word("Let in"), "/passes")
	}
	if c.config.Exchange != nil && (c.session.May(access.ToRatify) || c.session.May(access.ToExport) || c.session.May(access.ToManagePeers)) {
		add(c.word("Transfers"), "/transfers")
	}
	if c.config.Issuer != nil && (c.session.May(access.ToManageClients) || c.session.May(access.ToRatify)) {
		add(c.word("Programs"), "/programs")
	}
	if c.session.May(access.ToDestroy) {
		add(c.word("Destruction"), "/destructions")
	}
	if c.config.Outbox != nil && c.session.May(access.ToManageDevices) {
		add(c.word("Devices"), "/devices")
	}
	add(c.word("The standard"), "/standard")
	if len(f.Nav) > navShown+1 {
		f.Nav, f.NavMore = f.Nav[:navShown], f.Nav[navShown:]
	}
	return f
}

// navShown is how many places stand in the bar itself: what is opened every shift comes first, the rest stands under More.
const navShown = 5

// TabTitle gives the title of the browser's tab: the page, and the person it is about.
func (f Frame) TabTitle() string {
	title := f.Title
	if f.Person != nil {
		title += ", " + f.Person.Banner.Called
	}
	return title
}

// Failed says whether something is wrong, so that the tab's title begins with it.
func (f Frame) Failed() bool { return f.Wrong || len(f.Errors) > 0 }

// html marks markup of our own components as such.
func html(parts ...template.HTML) template.HTML {
	var out template.HTML
	for _, p := range parts {
		out += p
	}
	return out
}
