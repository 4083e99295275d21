package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/due"
	"rosemary/care/fall"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// fallPage is how somebody is watched after a fall: what is due when, what was found, and what to do when it is worse or was missed.
type fallPage struct {
	Frame
	Incident Link
	When     string
	Alarm    string
	Action   string // where the observations are planned; "" where they are, or may not be
	Hidden   []Hidden
	Slots    []FallSlot
	Looks    []Entry
	Look     string // where somebody looks now, planned or not
	Observe  string
	Stages   []string
	Finish   string // the form on which the incident is finished; "" where it is
	Call     []care.PackRow
}

// FallSlot is one planned look.
type FallSlot struct {
	When, State, Href, Do string
	Colour                string
}

// fallWatch is what stands about one incident.
type fallWatch struct {
	about    *about
	incident *record.Version
	content  *standard.Content
	at       time.Time
	series   *fall.Series
	planned  []*record.Version // the tasks of this series
	checks   []*record.Version // looks that name the incident
	slots    []due.Slot
}

// watching reads what stands about the incident that the address names.
func (c *call) watching() (*fallWatch, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, err
	}
	uid, err := c.uid("record")
	if err != nil {
		return nil, err
	}
	w := &fallWatch{about: a}
	if w.incident, err = a.view.Record(c.ctx, a.uid, uid); err != nil {
		return nil, err
	}
	if w.content, err = w.incident.Decoded(c.config.Catalogue); err != nil {
		return nil, err
	}
	var known bool
	w.at, known = w.content.At(c.config.Zone)
	if w.content.Class == nil || !w.content.Class.HasRole(standard.ClassRoleIncident) || !known {
		return nil, errNowhere()
	}
	if w.series, err = fall.Read(); err != nil {
		return nil, err
	}
	return w, c.readWatch(w)
}

// seriesTask is the id of one task of an incident's series: always the same, so that planning it twice plans it once.
func seriesTask(incident uuid.UUID, stage int) uuid.UUID {
	return uuid.NewSHA1(incident, []byte("observations "+strconv.Itoa(stage)))
}

func (c *call) readWatch(w *fallWatch) error {
	classes, done := due.Classes(c.config.Catalogue)
	until := w.at.Add(36 * time.Hour)
	versions, err := c.between(w.about, classes, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	ours := map[uuid.UUID]bool{}
	for i := range w.series.Stages {
		ours[seriesTask(w.incident.Record, i)] = true
	}
	var read []*record.Version
	for _, v := range versions {
		if v.Class != w.series.Class {
			read = append(read, v)
		} else if ours[v.Record] {
			read, w.planned = append(read, v), append(w.planned, v)
		}
	}
	acts, err := c.between(w.about, distinct(append(done, c.classIDs(standard.ClassRoleIncidentCheck)...)), w.at.Add(-time.Hour), until)
	if err != nil {
		return err
	}
	for _, v := range acts {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil || content.Class == nil || !content.Class.HasRole(standard.ClassRoleIncidentCheck) {
			continue
		}
		if ref, ok := content.First(standard.RoleIncidentOf); ok && ref == standard.Value(standard.Reference{UID: w.incident.Record}) {
			w.checks = append(w.checks, v)
		}
	}
	if w.slots, err = due.Slots(c.config.Catalogue, read, acts, w.at.Add(-time.Hour), until, c.now(), c.config.Zone); err != nil {
		return err
	}
	w.slots = slices.DeleteFunc(w.slots, func(s due.Slot) bool { return !ours[s.Planned.Record] }) // medicines and care of the same hours are no looks after this fall
	return nil
}

// showFall shows the page.
func (c *call) showFall() error {
	w, err := c.watching()
	if err != nil {
		return err
	}
	a := w.about
	page := fallPage{Incident: Link{Text: strings.TrimRight(w.content.Title(), ". "), Href: a.recordHref(w.incident)}, When: plain.Minute(w.at, c.config.Zone), Alarm: w.series.Alarm(c.config.Catalogue, w.checks, w.slots)}
	if page.Frame, err = c.personFrame(a, "Observations after a fall"); err != nil {
		return err
	}
	for _, s := range w.series.Stages {
		page.Stages = append(page.Stages, s.Name)
	}
	if page.Call, err = c.peopleToCall(a); err != nil {
		return err
	}
	base := a.base + "/falls/" + w.incident.Record.String()
	if page.Person.MayWrite {
		page.Look, page.Observe = base+"/look", a.base+"/scores/news2/new"
		if w.incident.Status == record.Incomplete {
			page.Finish = c.finishHref(a.uid, w.incident)
		}
		if len(w.planned) == 0 {
			page.Action = base
			page.Hidden = []Hidden{{fieldContribution, uuid.Must(uuid.NewV7()).String()}, {"from", c.now().Format(time.RFC3339)}, {fieldBy, c.session.Principal().Account}}
		}
	}
	for _, s := range w.slots {
		page.Slots = append(page.Slots, c.fallSlot(a, base, page.Person.MayWrite, s))
	}
	if page.Looks, err = c.entries(a, w.checks); err != nil {
		return err
	}
	return c.render("fall", page)
}

// peopleToCall are whom to call about somebody.
func (c *call) peopleToCall(a *about) ([]care.PackRow, error) {
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: append(c.classIDs(standard.ClassRolePersonalContact), c.classIDs(standard.ClassRoleProxy)...), Limit: 100})
	if err != nil {
		return nil, err
	}
	return care.PeopleToCall(care.PackOf{Catalogue: c.config.Catalogue, Versions: versions, Card: a.person.Card, Names: func(uuid.UUID) string { return "" }, Now: c.now()}).Rows, nil
}

// fallSlot words one planned look.
func (c *call) fallSlot(a *about, base string, mayWrite bool, s due.Slot) FallSlot {
	out := FallSlot{When: plain.Minute(s.At, c.config.Zone), State: string(s.State), Colour: map[due.State]string{due.Overdue: "red", due.Due: "orange", due.Done: "green"}[s.State]}
	out.State = map[due.State]string{due.Overdue: "Missed", due.Due: "Due now", due.Done: "Done", due.Later: "Later", due.PartlyDone: "Done in part", due.NotDone: "Not done", due.Paused: "Paused"}[s.State]
	if out.Colour == "" {
		out.Colour = "grey"
	}
	if len(s.Done) > 0 {
		out.Href = a.recordHref(s.Done[0])
	} else if mayWrite && s.State.Open() {
		out.Do = base + "/look?task=" + s.Planned.Record.String() + "&due=" + url.QueryEscape(s.At.Format(time.RFC3339))
	}
	return out
}

// planFall plans the looks, as tasks that stand among all that is due. Done twice it is done once.
func (c *call) planFall() error {
	w, err := c.watching()
	if err != nil {
		return err
	}
	if err := c.mustWrite(w.about); err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	from, ok := plain.ParseInstant(values.Get("from"))
	if !ok || from.Before(w.at.Add(-time.Hour)) || from.After(c.now().Add(time.Hour)) {
		from = c.now()
	}
	back := w.about.base + "/falls/" + w.incident.Record.String()
	if len(w.planned) > 0 {
		return c.redirect(back)
	}
	p := &record.Proposal{ID: uidOr(values, fieldContribution), Stream: w.about.uid, Description: "Observations after a fall"}
	for i, planned := range w.series.Plan(from.In(c.config.Zone).Truncate(time.Minute)) {
		p.Changes = append(p.Changes, record.ProposedChange{Path: "/stage/" + strconv.Itoa(i), Type: record.Create, Record: seriesTask(w.incident.Record, i), Class: w.series.Class, Content: planned.Content})
	}
	_, err = c.session.Commit(c.ctx, p)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Conflict { // somebody else planned them meanwhile
		err = nil
	}
	if err != nil {
		return err
	}
	c.say("The observations are planned. The first is due now.")
	return c.redirect(back)
}

// lookAfterFall asks what is found: the form of the class, with the incident and the planned look filled in.
func (c *call) lookAfterFall() error {
	w, err := c.watching()
	if err != nil {
		return err
	}
	if err := c.mustWrite(w.about); err != nil {
		return err
	}
	classes := c.config.Catalogue.ClassesWithRole(standard.ClassRoleIncidentCheck)
	if len(classes) == 0 {
		return errNowhere()
	}
	f := begin(w.about, classes[0])
	content := &standard.Content{Class: f.class}
	put(content, standard.RoleEventDate, standard.DateTime(c.now().Truncate(time.Minute).Format(time.RFC3339)))
	put(content, standard.RoleIncidentOf, standard.Reference{UID: w.incident.Record})
	c.performed(content)
	if task, err := uuid.Parse(c.query("task")); err == nil {
		if at, ok := plain.ParseInstant(c.query("due")); ok {
			put(content, standard.RoleRecordedActivity, standard.Reference{UID: task})
			put(content, standard.RoleDueAt, standard.DateTime(at.Format(time.RFC3339)))
		}
	}
	inOrder(content)
	for name, values := range form.Fill(content, form.Content, c.config.Zone) {
		f.values[name] = values
	}
	page, err := c.formFrame(f, "Look after a fall")
	if err != nil {
		return err
	}
	page.Intro = w.series.Worse
	page.Action, page.Cancel = w.about.base+"/new/"+f.class.ID, w.about.base+"/falls/"+w.incident.Record.String()
	return c.showForm(page)
}

// fallen lists somebody's falls of the last days, each with the page that watches over them.
func (c *call) fallen(a *about) ([]Link, error) {
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: c.classIDs(standard.ClassRoleIncident), From: c.dayOf(a).AddDate(0, 0, -7), Limit: 50})
	if err != nil {
		return nil, err
	}
	var links []Link
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil || !meansOf(content, standard.RoleIncidentKind, standard.MeansFall) {
			continue
		}
		if at, ok := content.At(c.config.Zone); ok {
			links = append(links, Link{Text: "Observations after the fall of " + plain.Minute(at, c.config.Zone), Href: a.href("/falls/" + v.Record.String())})
		}
	}
	return links, nil
}
