package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// recordPage shows one version of a record: what it says, who said so, and all that was done to it.
type recordPage struct {
	Frame
	Class       string
	ClassHref   string // where the standard explains it
	Summary     string
	Heading     string
	Tags        []Tag
	Number      int
	Count       int
	Newer       string // where the current version is, when this is an older one
	Answers     []Answer
	Unknown     []Answer
	Missing     []string // what must be there and is not yet
	Unproved    []string // who is named as a second person and has not signed
	Dated       bool     // records of this kind say when something happened
	Happened    string
	Recorded    string
	Committed   string
	Author      string
	AuthorHref  string
	Provider    string
	Status      string
	Sensitivity string
	Release     string
	Gone        string // when and why its content was destroyed
	InError     string // why it was marked as entered in error
	Versions    []VersionRow
	Compare     string // where two versions are compared
	Log         []LogRow
	Given       string      // where it says who was given it
	ForAccounts string      // how the command that makes accounts names it; "" where it does not, and for whoever makes none
	Light       []PinnedRow // what it was written in the light of
	Because     [][]Link    // lines of reasons, each from the first to the nearest
	LeadsTo     []Link
	CareHref    string // the whole of it
	Actions     []Link
	Warning     []Link // actions that cannot be taken back easily
}

// VersionRow is one version in the list of a record's versions.
type VersionRow struct {
	Number    int
	Href      string
	Committed string
	Who       string
	Status    string
	Shown     bool
	First     bool // chosen as the older of the two to compare
	Second    bool // or as the newer
}

// LogRow is one entry of the change log.
type LogRow struct {
	When        string
	Who         string
	Role        string
	What        string
	Number      int
	Why         string
	Signed      string // what was signed, and what that means
	Contributed string // where the contribution is shown
}

// showRecord shows one record of a person, or of an entry of the directory.
func (c *call) showRecord(kind standard.Stream) error {
	a, rec, versions, err := c.recordOf(kind)
	if err != nil {
		return err
	}
	shown := versions[len(versions)-1]
	if n := int(c.whole("version")); n > 0 {
		if shown = numbered(versions, n); shown == nil {
			return errNowhere()
		}
	}
	content, err := shown.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	log, err := a.view.ChangeLog(c.ctx, a.uid, rec)
	if err != nil {
		return err
	}
	people := []uuid.UUID{shown.Author}
	for _, v := range versions {
		people = append(people, v.Author)
	}
	for _, e := range log {
		people = append(people, e.Contribution.Committer.Actor)
	}
	n, err := c.namer(a, []*standard.Content{content}, people...)
	if err != nil {
		return err
	}
	n.record = rec
	page := c.recordShown(a, n, shown, content)
	if page.Frame, err = c.personFrame(a, page.Class); err != nil {
		return err
	}
	c.recordHistory(a, n, &page, versions, shown, log)
	for _, worker := range access.Unproved(content, log) {
		page.Unproved = append(page.Unproved, cmp.Or(n.name(worker), "Somebody"))
	}
	if a.past == "" {
		page.Given = a.base + "/records/" + rec.String() + "/given"
	}
	page.ForAccounts = c.forAccounts(a, content.Class)
	c.recordActions(a, &page, versions, shown, content)
	if err := c.recordLinks(a, &page, shown, content); err != nil {
		return err
	}
	if shown.Destroyed != uuid.Nil {
		if page.Gone, err = c.goneWords(a, shown); err != nil {
			return err
		}
		page.Missing = nil
	} else if c.session.MayDo(c.ctx, access.ToDestroy, a.uid) && a.kind == standard.PersonStream && a.past == "" && (page.Newer != "" || shown.Status == record.EnteredInError) {
		page.Warning = append(page.Warning, Link{Text: "Ask for its destruction", Href: a.base + "/destroy?record=" + rec.String() + "&version=" + strconv.Itoa(shown.Number)})
	}
	return c.render("record", page)
}

// recordOf finds the record of the address with all its versions up to the moment.
func (c *call) recordOf(kind standard.Stream) (*about, uuid.UUID, []*record.Version, error) {
	a, err := c.about(kind)
	if err != nil {
		return nil, uuid.Nil, nil, err
	}
	rec, err := c.uid("record")
	if err != nil {
		return nil, uuid.Nil, nil, err
	}
	versions, err := a.view.Versions(c.ctx, a.uid, rec)
	if standard.KindOf(err) == standard.NotFound && a.past != "" {
		err = &standard.Fault{Kind: standard.NotFound, Message: "This record was not there yet at the moment you look back to.", Hint: "Go back, or return to now."}
	}
	return a, rec, versions, err
}

func numbered(versions []*record.Version, n int) *record.Version {
	for _, v := range versions {
		if v.Number == n {
			return v
		}
	}
	return nil
}

// recordShown words one version.
func (c *call) recordShown(a *about, n *namer, v *record.Version, content *standard.Content) recordPage {
	page := recordPage{
		Class: c.className(content, v), Heading: content.Title(), Tags: c.tagsOf(v), Number: v.Number,
		Answers: c.answers(n, &content.Group), Unknown: unknown(content),
		Committed: plain.Instant(v.Committed, c.config.Zone), Recorded: plain.DateTime(v.Recorded, c.config.Zone),
		Author: n.name(v.Author), AuthorHref: n.href(v.Author), Provider: v.InformationProvider,
		Status: c.statusWords(v.Status), Sensitivity: c.sensitivityWords(v.Sensitivity), Release: v.Release,
	}
	page.Happened, _, _ = c.happened(content)
	if content.Class != nil {
		page.Dated = content.Class.ByRole(standard.RoleEventDate) != nil
		page.ClassHref, page.Summary = "/standard/classes/"+content.Class.ID, content.Class.Summary
	}
	if v.Status != record.EnteredInError {
		for _, p := range content.Missing() {
			page.Missing = append(page.Missing, p.Message)
		}
	}
	return page
}

// recordHistory adds the versions and the change log.
func (c *call) recordHistory(a *about, n *namer, page *recordPage, versions []*record.Version, shown *record.Version, log []access.LogEntry) {
	path := "/records/" + shown.Record.String()
	last := versions[len(versions)-1]
	page.Count = len(versions)
	if shown != last {
		page.Newer = a.href(path)
	}
	if len(versions) > 1 {
		page.Compare = a.base + path + "/compare"
	}
	for _, v := range versions {
		page.Versions = append(page.Versions, VersionRow{
			Number: v.Number, Href: a.href(path + "?version=" + strconv.Itoa(v.Number)), Committed: plain.Minute(committed(v), c.config.Zone),
			Who: at(n.name(v.Author), elsewhere(log, v)), Status: c.statusWords(v.Status), Shown: v == shown, Second: v == last, First: v.Number == last.Number-1,
		})
	}
	for _, e := range log {
		row := c.logRow(a, n, e)
		if e.Change.Type == record.MarkError {
			page.InError = row.Why
		}
		page.Log = append(page.Log, row)
	}
}

// logRow words one entry of the change log.
func (c *call) logRow(a *about, n *namer, e access.LogEntry) LogRow {
	k := e.Contribution
	row := LogRow{
		When: plain.Instant(k.Committed, c.config.Zone), Who: n.name(k.Committer.Actor), Role: roleWords(k.Committer.Role),
		What: changeWords(e.Change.Type), Number: e.Change.Version.Number, Why: e.Change.Description,
		Contributed: a.href("/contributions/" + k.ID.String()),
	}
	if row.Who == "" {
		row.Who = c.called(k.Committer.Account)
	}
	if e.Provider != "" { // it is no contribution of ours, and has no page here
		row.Who, row.Contributed = at(row.Who, e.Provider), ""
	}
	if s := e.Change.Attestation; s != nil {
		row.Why = ""
		row.Signed = "Signed on " + plain.Instant(s.At, c.config.Zone) + ": “" + s.Reason + "”. " + row.Who + " proved who they are again with their " + s.Method +
			"; then this system sealed exactly this version with its key. If a single letter of it were altered, the seal would no longer fit."
	}
	return row
}

// committed is when a version was committed by the system that made it.
func committed(v *record.Version) time.Time {
	if !v.Abroad.IsZero() {
		return v.Abroad
	}
	return v.Committed
}

// elsewhere is the provider at which a version was written; "": here.
func elsewhere(log []access.LogEntry, v *record.Version) string {
	for _, e := range log {
		if e.Change.Version == v.VersionID && e.Change.Type.MakesVersion() {
			return e.Provider
		}
	}
	return ""
}

// at says at which other provider somebody did something.
func at(who, provider string) string {
	if provider == "" {
		return who
	}
	return who + ", at " + provider
}

// roleWords says the role by which somebody acted, from its id.
func roleWords(role string) string { return strings.ReplaceAll(role, "-", " ") }

// changeWords say what a change did.
func changeWords(t record.ChangeType) string {
	switch t {
	case record.Create:
		return "Written"
	case record.Modify:
		return "Changed: things are different now"
	case record.Correct:
		return "Corrected: it was wrong"
	case record.Finish:
		return "Finished"
	case record.MarkError:
		return "Marked as entered in error"
	case record.Attest:
		return "Signed"
	case record.Ratify:
		return "Accepted into the record"
	case record.Disclose:
		return "Sent to somebody else"
	}
	return string(t)
}

// recordActions offers what can be done with the current version, now.
func (c *call) recordActions(a *about, page *recordPage, versions []*record.Version, shown *record.Version, content *standard.Content) {
	if shown != versions[len(versions)-1] || shown.Status == record.EnteredInError || !c.mayWrite(a) || content.Class == nil || content.Class.Reserved() {
		return
	}
	path := a.base + "/records/" + shown.Record.String()
	if shown.Status == record.Incomplete {
		page.Actions = append(page.Actions, Link{Text: "Finish it", Href: path + "/change?how=complete"})
	}
	page.Actions = append(page.Actions,
		Link{Text: "Things have changed", Href: path + "/change?how=modify"},
		Link{Text: "Correct a mistake", Href: path + "/change?how=correct"})
	if c.session.MayDo(c.ctx, access.ToAttest, a.uid) || c.session.IsSecondPerson(shown) {
		page.Actions = append(page.Actions, Link{Text: "Sign it", Href: path + "/sign"})
	}
	if f, ok := c.config.Catalogue.FormOf(content); ok && a.kind == standard.PersonStream {
		page.Actions = append(page.Actions, Link{Text: "Fill in again", Href: a.base + "/forms/" + f.ID + "?record=" + shown.Record.String()})
	}
	if !content.Class.HasRole(standard.ClassRolePerson) {
		page.Warning = append(page.Warning, Link{Text: "Mark as entered in error", Href: path + "/error"})
		if a.kind == standard.PersonStream {
			page.Warning = append(page.Warning, Link{Text: "This belongs to somebody else", Href: path + "/refile"})
		}
	}
}

// contributionPage shows what one person committed at once.
type contributionPage struct {
	Frame
	When     string
	Who      string
	Role     string
	Changes  []ContributionChange
	ID       string
	Hash     string
	Previous string
	Sequence int64
	Moment   int64
	System   string
	Partly   bool // some of it is not shown to this reader
}

// ContributionChange is one change of a contribution.
type ContributionChange struct {
	What   string
	Class  string
	Title  string
	Href   string
	Number int
	Why    string
	Hash   string
}

// showContribution shows the contribution of the address.
func (c *call) showContribution(kind standard.Stream) error {
	a, err := c.about(kind)
	if err != nil {
		return err
	}
	id, err := c.uid("contribution")
	if err != nil {
		return err
	}
	sealed, err := c.session.Contribution(c.ctx, id)
	if err != nil {
		return err
	}
	if sealed.Stream != a.uid || a.past != "" && sealed.Moment > a.view.Moment() {
		return errNowhere()
	}
	n, err := c.namer(a, nil, sealed.Committer.Actor)
	if err != nil {
		return err
	}
	page := contributionPage{
		When: plain.Instant(sealed.Committed, c.config.Zone), Who: n.name(sealed.Committer.Actor), Role: roleWords(sealed.Committer.Role),
		ID: sealed.ID.String(), Hash: sealed.Hash.String(), Previous: sealed.Previous.String(), Sequence: sealed.Sequence, Moment: int64(sealed.Moment),
		System: sealed.System, Partly: sealed.Header == nil,
	}
	if page.Who == "" {
		page.Who = c.called(sealed.Committer.Account)
	}
	made := map[record.VersionID]*record.Version{}
	for _, v := range sealed.Versions {
		made[v.VersionID] = v
	}
	for _, ch := range sealed.Changes {
		page.Changes = append(page.Changes, c.contributionChange(a, ch, made[ch.Version]))
	}
	if page.Frame, err = c.personFrame(a, "What was saved together"); err != nil {
		return err
	}
	return c.renderAs(http.StatusOK, "contribution", page)
}

func (c *call) contributionChange(a *about, ch record.Change, v *record.Version) ContributionChange {
	out := ContributionChange{What: changeWords(ch.Type), Number: ch.Version.Number, Why: ch.Description, Hash: ch.Hash.String(),
		Href: a.href("/records/" + ch.Version.Record.String() + "?version=" + strconv.Itoa(ch.Version.Number))}
	if class, ok := c.config.Catalogue.Class(ch.Class); ok {
		out.Class = class.Name
	}
	if v != nil {
		if content, err := v.Decoded(c.config.Catalogue); err == nil {
			out.Title = content.Title()
		}
	}
	return out
}
