package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// momentForm writes the time that a page looks back to in an address: an instant in UTC.
const momentForm = "20060102T150405Z"

// about is whom or what a page is about: a person, or an entry of the directory, as one view sees it.
type about struct {
	uid    uuid.UUID
	kind   standard.Stream
	base   string       // the address that its pages begin with
	view   *access.View // the moment that the page shows
	past   string       // that moment as addresses carry it; "" is now
	person access.Person
	name   string // what to call it
}

// PersonFrame is what every page about one person shows around its own content.
type PersonFrame struct {
	Base      string
	Past      string // carried by every link
	Banner    care.Banner
	Initials  string
	Photo     string // where a small photograph of them is; "" when there is none to be shown
	Tone      int    // of the disc, 1 to 6: the same person always has the same
	BornText  string
	DiedText  string
	NHSText   string
	Place     string
	Room      string
	Away      string // that the person is in hospital, in one line; "" while they are not
	Hidden    bool   // where the person lives is not shown to this reader
	Left      bool   // nobody here looks after the person today
	Also      []Link // other records of the same person
	MayJoin   bool
	MayExport bool
	Then      string // the moment that is looked back to, in words; "" is now
	NowHref   string
	AboutMe   *Link // what the person wants everybody to know: one touch away on every page
	Tabs      []Link
	TabsMore  []Link // pages that are gone to less often
	MayWrite  bool
	Lines     []BannerLine
	Rest      string // of the full name, behind what the person is called
	Whole     bool   // the whole banner stands open on a phone too
}

// BannerLine is one line of the safety banner, ready to be shown.
type BannerLine struct {
	care.Line
	Facts []BannerFact
}

// BannerFact is one fact of a line, with the record that states it.
type BannerFact struct {
	Text string
	Href string
}

// Href is the address of a page about the person, at the same moment.
func (p *PersonFrame) Href(path string) string { return withPast(p.Base+path, p.Past) }

// withPast carries the moment that is looked back to along with a link.
func withPast(href, past string) string {
	if past == "" {
		return href
	}
	path, fragment, _ := strings.Cut(href, "#")
	if strings.Contains(path, "?") {
		path += "&at=" + url.QueryEscape(past)
	} else {
		path += "?at=" + url.QueryEscape(past)
	}
	if fragment != "" {
		path += "#" + fragment
	}
	return path
}

// recordHref is the address of a record: in the stream that it stands in, which may be another record of the same person.
func (a *about) recordHref(v *record.Version) string {
	base := a.base
	if v.Stream != a.uid && a.kind == standard.PersonStream {
		base = "/people/" + v.Stream.String()
	}
	return withPast(base+"/records/"+v.Record.String(), a.past)
}

// href is the address of a page about it, at the same moment.
func (a *about) href(path string) string { return withPast(a.base+path, a.past) }

// place reads the moment that the address asks for. Pages of a list carry the moment of the first.
func (c *call) place() (access.At, string, error) {
	at := c.query("at")
	if at == "" {
		return access.At{}, "", nil
	}
	t, err := time.Parse(momentForm, at)
	if err != nil {
		return access.At{}, "", &standard.Fault{Kind: standard.NotFound, Message: c.word("The address does not say which moment to look back to."),
			Hint: c.word("Go to the person’s page and choose Look back.")}
	}
	return access.At{Time: t}, at, nil
}

// about finds whom or what the address is about, as it stood at the moment that the address asks for.
func (c *call) about(kind standard.Stream) (*about, error) {
	uid, err := c.uid("stream")
	if err != nil {
		return nil, err
	}
	at, past, err := c.place()
	if err != nil {
		return nil, err
	}
	if m := c.whole("moment"); m > 0 && past == "" { // the next page of a list
		at.Moment = momentOf(m)
	}
	a := &about{uid: uid, kind: kind, past: past, base: "/people/" + uid.String()}
	if a.view, err = c.session.View(c.ctx, at); err != nil {
		return nil, err
	}
	if kind == standard.DirectoryStream {
		a.base = "/directory/" + uid.String()
		return a, c.nameEntry(a)
	}
	if a.person, err = a.view.Person(c.ctx, uid); err != nil {
		if past != "" && standard.KindOf(err) == standard.NotFound {
			return nil, c.notYet(uid, at.Time)
		}
		return nil, err
	}
	a.name = care.CalledName(a.person.Card)
	return a, nil
}

// notYet tells somebody who looks back too far that there was no record yet; only those who may see the person today learn so.
func (c *call) notYet(uid uuid.UUID, t time.Time) error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	if _, err := view.Person(c.ctx, uid); err != nil {
		return err
	}
	return &standard.Fault{Kind: standard.NotFound, Message: c.word("This person had no record here on {when}.", "when", c.words.Instant(t, c.config.Zone)),
		Hint: c.word("Go back and choose a later date.")}
}

// nameEntry finds what an entry of the directory is called. What is not in the directory is not found.
func (c *call) nameEntry(a *about) error {
	names, err := a.view.Names(c.ctx, uuid.Nil, []uuid.UUID{a.uid})
	if err != nil {
		return err
	}
	name, ok := names[a.uid]
	if !ok {
		return errNowhere()
	}
	a.name = name
	return nil
}

// personFrame begins a page about somebody or something. The safety banner is always today's.
func (c *call) personFrame(a *about, title string) (Frame, error) {
	f := c.frame(title)
	if a.kind == standard.DirectoryStream {
		f.Back = &Link{Text: c.word("Directory"), Href: "/directory"}
		return f, nil
	}
	today, err := c.personToday(a)
	if err != nil {
		return f, err
	}
	safety, err := a.view.Safety(c.ctx, a.uid)
	if err != nil {
		return f, err
	}
	p := &PersonFrame{
		Base: a.base, Past: a.past, Banner: care.BannerIn(c.words, c.config.Catalogue, safety, today.Card, c.today()).For(c.session.Shows), Tone: toneOf(a.uid),
		BornText: c.words.Date(today.Card.Born), NHSText: plain.NHSNumber(today.Card.NHSNumber), Place: today.PlaceName, Room: today.Room,
		Hidden: today.Concealed, Left: !today.Placed, MayWrite: a.past == "" && c.session.MayRecord(c.ctx, a.uid),
	}
	p.Banner.Age, p.Banner.NHSStatus = c.ageWords(p.Banner.Age), c.word(p.Banner.NHSStatus)
	for i, words := range p.Banner.NotRecorded {
		p.Banner.NotRecorded[i] = c.words.Both(words)
	}
	if p.Photo, err = c.photograph(a, p.Banner.Photograph); err != nil {
		return f, err
	}
	for _, other := range today.Also {
		p.Also = append(p.Also, Link{Text: care.FullName(other.Card), Href: "/people/" + other.UID.String()})
	}
	p.MayExport = a.past == "" && c.session.MayDo(c.ctx, access.ToExport, a.uid)
	p.MayJoin = a.past == "" && c.session.MayDo(c.ctx, access.ToLink, a.uid)
	p.Rest, p.Whole = restOfName(p.Banner), c.r.URL.Path == a.base
	p.Initials = plain.Initials(p.Banner.Called + " " + today.Card.Family)
	if today.Card.Died != "" {
		p.DiedText = c.words.Date(today.Card.Died)
	}
	if stay := p.Banner.Stay; stay != nil {
		p.Away = stay.In(c.words, c.config.Zone)
	}
	if a.past != "" {
		at, _, _ := c.place()
		p.Then, p.NowHref = c.words.Instant(at.Time, c.config.Zone), a.base
	}
	bases, err := c.bannerBases(a, safety)
	if err != nil {
		return f, err
	}
	for _, line := range p.Banner.Lines {
		p.Lines = append(p.Lines, c.bannerLine(bases, line))
	}
	p.AboutMe = &Link{Text: c.word("About me"), Href: p.Href("/about-me"), Current: c.r.URL.Path == p.Base+"/about-me"}
	p.Tabs, p.TabsMore = c.tabs(p)
	f.Person = p
	return f, nil
}

// ageWords says an age that may be known by the year alone.
func (c *call) ageWords(age string) string {
	if years, about := strings.CutPrefix(age, "about "); about {
		return c.word("about {years}", "years", years)
	}
	return age
}

// personToday is who the person is and where, today: the banner never shows the past.
func (c *call) personToday(a *about) (access.Person, error) {
	if a.past == "" {
		return a.person, nil
	}
	now, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return access.Person{}, err
	}
	return now.Person(c.ctx, a.uid)
}

// bannerBases tells where each record of the banner is shown: nowhere, where it stands in another record of the person that the reader may not read.
func (c *call) bannerBases(a *about, safety []*record.Version) (map[uuid.UUID]string, error) {
	streams, err := a.view.Streams(c.ctx, a.uid)
	if err != nil {
		return nil, err
	}
	bases := map[uuid.UUID]string{}
	for _, v := range safety {
		if slices.Contains(streams, v.Stream) && v.SaidBy == "" { // what is not ratified stands in no record here
			bases[v.Record] = "/people/" + v.Stream.String()
		}
	}
	return bases, nil
}

// bannerLine words a line; each fact leads to the record that states it, as it stands today.
func (c *call) bannerLine(bases map[uuid.UUID]string, line care.Line) BannerLine {
	out := BannerLine{Line: line}
	for _, item := range line.Items {
		fact := BannerFact{Text: item.Text}
		if item.Until != "" {
			fact.Text += ", " + c.word("until {day}", "day", c.words.Date(item.Until[:min(10, len(item.Until))]))
		}
		if base := bases[item.Record]; base != "" {
			fact.Href = base + "/records/" + item.Record.String()
		}
		out.Facts = append(out.Facts, fact)
	}
	return out
}

// tabs are the pages about a person: those of every shift, and those that stand under More until one of them is open.
func (c *call) tabs(p *PersonFrame) (tabs, more []Link) {
	if _, ok := c.soleOwn(); ok {
		return c.ownTabs(p)
	}
	path := c.r.URL.Path
	if p.MayWrite {
		tabs = append(tabs, Link{Text: c.word("Today"), Href: p.Href("/today"), Current: path == p.Base+"/today"})
	}
	tabs = append(tabs, []Link{
		{Text: c.word("Summary"), Href: p.Href(""), Current: path == p.Base},
		{Text: c.word("Record"), Href: p.Href("/records"), Current: strings.HasPrefix(path, p.Base+"/records")},
		{Text: c.word("Care plan"), Href: p.Href("/care"), Current: path == p.Base+"/care"},
		{Text: c.word("Charts"), Href: p.Href("/charts"), Current: strings.HasPrefix(path, p.Base+"/charts") || strings.HasPrefix(path, p.Base+"/scores")},
		{Text: c.word("Medicines"), Href: p.Href("/medicines"), Current: strings.HasPrefix(path, p.Base+"/medicines")},
		{Text: c.word("Forms"), Href: p.Href("/forms"), Current: strings.HasPrefix(path, p.Base+"/forms")},
	}...)
	seldom := []Link{
		{Text: c.word("Timeline"), Href: p.Href("/timeline"), Current: path == p.Base+"/timeline"},
		{Text: c.word("Search"), Href: p.Href("/search"), Current: path == p.Base+"/search"},
		{Text: c.word("Look back"), Href: p.Href("/look-back"), Current: path == p.Base+"/look-back"},
	}
	if c.session.May(access.ToReadAccessLog) {
		seldom = append(seldom, Link{Text: c.word("Who looked"), Href: p.Base + "/looked", Current: path == p.Base+"/looked"})
	}
	for _, link := range seldom {
		if link.Current {
			tabs = append(tabs, link)
		} else {
			more = append(more, link)
		}
	}
	return tabs, more
}

// toneOf gives a person one of six colours, always the same.
func toneOf(uid uuid.UUID) int { return int(uid[15])%6 + 1 }

// restOfName is the full name as it stands behind what somebody is called: the whole of it, unless it begins with that.
func restOfName(b care.Banner) string {
	if b.Full == b.Called {
		return ""
	}
	if rest, ok := strings.CutPrefix(b.Full, b.Called+" "); ok {
		return rest
	}
	return b.Full
}
