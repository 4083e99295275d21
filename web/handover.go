package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/due"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// How far back notes are looked for, and what passes for one shift.
const (
	notesTold = 7 * 24 * time.Hour
	oneShift  = 24 * time.Hour
	sameShift = 6 * time.Hour
)

// The fields of the page of the handover.
const (
	fieldStream  = "stream"
	fieldSince   = "since"
	fieldToRead  = "toread"
	fieldUrgency = "urgency"
	fieldToDo    = "todo"
)

// handoverPage is what changed since somebody's last shift, for their people, to be read and ticked off.
type handoverPage struct {
	Frame
	Since  string
	Spans  []Link
	People []HandoverPerson
	Senior bool // sees who has not read
	By     string
	Action string
}

// HandoverPerson is what changed about one person.
type HandoverPerson struct {
	Base, Called, Rest, Room string
	Photo, Initials          string
	Tone                     int
	Away                     string
	Notes                    []HandoverNote
	Changes                  []HandoverChange
	Read                     bool // all of it, by the reader
	Hidden                   []Hidden
	Write                    string
}

// HandoverNote is one note with who has read it.
type HandoverNote struct {
	Text, ToDo, Urgency, When, Who, Href string
	ReadBy                               string
	NotRead                              string // who gave care since and has not read it
	Mine                                 bool   // the reader has read or written it
}

// HandoverChange is one record that is new, or was changed.
type HandoverChange struct {
	What string
	Href string
	When string
	Tag  Tag
}

// standing are the classes whose records hold until they end: every change of one is told.
var standing = []string{
	standard.ClassRoleAllergy, standard.ClassRoleCPRDecision, standard.ClassRoleAlert, standard.ClassRoleRisk, standard.ClassRoleEatingAndDrinking, standard.ClassRoleMovingAndHandling,
	standard.ClassRoleCarePlan, standard.ClassRoleInstruction, standard.ClassRoleMedicineOrder, standard.ClassRoleTransfer, standard.ClassRoleHospitalReturn, standard.ClassRoleIncident,
}

// handover is what a handover is made of, by person.
type handover struct {
	*round
	since    time.Time
	notes    map[uuid.UUID][]*record.Version
	lasting  map[uuid.UUID][]*record.Version
	events   map[uuid.UUID][]*record.Version
	read     map[uuid.UUID]time.Time // until when the reader has read, by person
	names    map[uuid.UUID]string
	contents map[*record.Version]*standard.Content
}

// showHandover shows it.
func (c *call) showHandover() error {
	h, err := c.readHandover()
	if err != nil {
		return err
	}
	page := handoverPage{Frame: c.frame(c.word("Handover")), Since: c.words.Minute(h.since, c.config.Zone), Action: "/shift/handover", Senior: c.session.May(access.ToAttest), By: c.session.Principal().Account}
	page.Spans = []Link{{Text: c.word("Since my last shift"), Href: "/shift/handover", Current: c.query(fieldSince) == ""}}
	for _, span := range []struct{ text, hours string }{{c.word("12 hours"), "12"}, {c.word("A day"), "24"}, {c.word("3 days"), "72"}, {c.word("A week"), "168"}} {
		page.Spans = append(page.Spans, Link{Text: span.text, Href: "/shift/handover?since=" + span.hours, Current: c.query(fieldSince) == span.hours})
	}
	for _, p := range h.people {
		one, err := c.handoverPerson(h, p)
		if err != nil {
			return err
		}
		page.People = append(page.People, one)
	}
	slices.SortStableFunc(page.People, func(a, b HandoverPerson) int { return cmp.Compare(a.rank(), b.rank()) })
	return c.render("handover", page)
}

// rank puts those first of whom there is something to read.
func (p HandoverPerson) rank() int {
	switch {
	case len(p.Notes) > 0 && !p.Read:
		return 0
	case len(p.Changes) > 0 && !p.Read:
		return 1
	case len(p.Notes)+len(p.Changes) > 0:
		return 2
	}
	return 3
}

// readHandover reads it with one question for each kind.
func (c *call) readHandover() (*handover, error) {
	r, _, _, err := c.myRound()
	if err != nil {
		return nil, err
	}
	h := &handover{round: r, read: map[uuid.UUID]time.Time{}, contents: map[*record.Version]*standard.Content{}}
	now := c.now()
	marks, err := c.recordsOf(r, c.classIDs(standard.ClassRoleHandoverRead), now.Add(-notesTold))
	if err != nil {
		return nil, err
	}
	h.since = now.Add(-oneShift)
	me, last := c.session.Principal().Worker, time.Time{}
	for uid, list := range marks {
		for _, v := range list {
			if v.Author != me {
				continue
			}
			if v.Committed.After(h.read[uid]) {
				h.read[uid] = v.Committed
			}
			if now.Sub(v.Committed) > sameShift && v.Committed.After(last) {
				last = v.Committed
			}
		}
	}
	if !last.IsZero() {
		h.since = last
	}
	if n := c.whole(fieldSince); n > 0 && n <= 24*31 {
		h.since = now.Add(-time.Duration(n) * time.Hour)
	}
	if h.notes, err = c.recordsOf(r, c.classIDs(standard.ClassRoleHandoverNote), now.Add(-notesTold)); err != nil {
		return nil, err
	}
	var lasting, events []string
	for _, role := range standing {
		lasting = append(lasting, c.classIDs(role)...)
	}
	planned, _ := due.Classes(c.config.Catalogue)
	for _, id := range planned {
		if class, ok := c.config.Catalogue.Class(id); ok && !class.HasRole(standard.ClassRolePerson) && !slices.Contains(lasting, id) {
			lasting = append(lasting, id)
		}
	}
	for _, role := range []string{standard.ClassRoleAction, standard.ClassRoleDose, standard.ClassRoleCareCheck, standard.ClassRoleIntake, standard.ClassRoleDailyNote} {
		events = append(events, c.classIDs(role)...)
	}
	if h.lasting, err = c.recordsOf(r, lasting, time.Time{}); err != nil {
		return nil, err
	}
	if h.events, err = c.recordsOf(r, events, h.since.Add(-overdueTold)); err != nil {
		return nil, err
	}
	return h, c.handoverNames(h)
}

// handoverNames finds what to call those who wrote and read.
func (c *call) handoverNames(h *handover) error {
	asked := map[uuid.UUID]bool{}
	for _, by := range []map[uuid.UUID][]*record.Version{h.notes, h.events} {
		for _, list := range by {
			for _, v := range list {
				asked[v.Author] = true
			}
		}
	}
	for _, list := range h.notes {
		for _, v := range list {
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return err
			}
			h.contents[v] = content
			for _, uid := range readers(content) {
				asked[uid] = true
			}
		}
	}
	var uids []uuid.UUID
	for uid := range asked {
		uids = append(uids, uid)
	}
	var err error
	h.names, err = h.view.Names(c.ctx, uuid.Nil, uids)
	return err
}

// readers are those who have acknowledged a note.
func readers(content *standard.Content) []uuid.UUID {
	var uids []uuid.UUID
	for _, v := range content.All(standard.RoleAcknowledgedBy) {
		if ref, ok := v.(standard.Reference); ok {
			uids = append(uids, ref.UID)
		}
	}
	return uids
}

// stands reports whether a note still matters.
func (c *call) stands(v *record.Version, content *standard.Content) bool {
	if v.Status == record.EnteredInError || content.Class == nil {
		return false
	}
	if until, ok := plain.ParseInstant(content.Words(standard.RoleValidUntil)); ok {
		return until.After(c.now())
	}
	if day := content.Words(standard.RoleValidUntil); day != "" {
		return day >= c.now().Format(time.DateOnly)
	}
	return c.now().Sub(time.Unix(v.Happened, 0)) < 3*24*time.Hour
}

func (c *call) handoverPerson(h *handover, p access.Person) (HandoverPerson, error) {
	out := HandoverPerson{Base: "/people/" + p.UID.String(), Called: care.CalledName(p.Card), Room: p.Room, Photo: h.photos[p.UID], Tone: toneOf(p.UID)}
	out.Initials, out.Write = plain.Initials(out.Called+" "+p.Card.Family), out.Base+"/handover"
	if full := care.FullName(p.Card); full != out.Called {
		out.Rest = strings.TrimPrefix(full, out.Called+" ")
	}
	if stay := h.stays[p.UID]; stay != nil {
		out.Away = stay.Words(c.config.Zone)
	}
	out.Read = true
	for _, v := range h.notes[p.UID] {
		if content := h.contents[v]; c.stands(v, content) {
			note := c.handoverNote(h, p.UID, v, content)
			out.Read = out.Read && note.Mine
			out.Notes = append(out.Notes, note)
		}
	}
	var err error
	if out.Changes, err = c.handoverChanges(h, p.UID, &out.Read); err != nil {
		return out, err
	}
	out.Hidden = []Hidden{{fieldStream, p.UID.String()}, {fieldContribution, uuid.Must(uuid.NewV7()).String()}, {fieldRecord, uuid.Must(uuid.NewV7()).String()},
		{fieldSince, h.since.In(c.config.Zone).Format(instantForm)}, {fieldToRead, c.now().Format(instantForm)}, {fieldBy, c.session.Principal().Account}}
	return out, nil
}

func (c *call) handoverNote(h *handover, stream uuid.UUID, v *record.Version, content *standard.Content) HandoverNote {
	me := c.session.Principal().Worker
	note := HandoverNote{Text: content.Words(standard.RoleStatement), ToDo: content.Words(standard.RoleWhatToDo), Urgency: content.Words(standard.RoleUrgency), Who: h.names[v.Author],
		Href: "/people/" + stream.String() + "/records/" + v.Record.String()}
	note.When, _, _ = c.happened(content)
	have := readers(content)
	wrote := uuid.Nil
	if ref, ok := content.First(standard.RolePerformer); ok {
		if r, ok := ref.(standard.Reference); ok {
			wrote = r.UID
			note.Who = cmp.Or(h.names[wrote], note.Who)
		}
	}
	note.Mine = slices.Contains(have, me) || wrote == me
	var read, not []string
	for _, uid := range have {
		read = append(read, h.names[uid])
	}
	written := time.Unix(v.Happened, 0)
	for _, e := range h.events[stream] { // whoever gave care since and has not read it
		if name := h.names[e.Author]; e.Committed.After(written) && e.Author != wrote && name != "" && !slices.Contains(have, e.Author) && !slices.Contains(not, name) {
			not = append(not, name)
		}
	}
	note.ReadBy, note.NotRead = c.words.List(read), c.words.List(not)
	return note
}

// handoverChanges lists what is new or was changed since, what was refused, and what was marked for handover.
func (c *call) handoverChanges(h *handover, stream uuid.UUID, read *bool) ([]HandoverChange, error) {
	var list []HandoverChange
	seen := h.read[stream]
	put := func(v *record.Version, content *standard.Content, tag Tag, said standard.Value) {
		full, _, _ := c.happened(content)
		if !v.Committed.Before(seen) {
			*read = false
		}
		list = append(list, HandoverChange{What: c.className(content, v) + ": " + c.titleWithout(content, said), Href: "/people/" + stream.String() + "/records/" + v.Record.String(), When: cmp.Or(full, c.words.Minute(v.Committed, c.config.Zone)), Tag: tag})
	}
	for _, v := range h.lasting[stream] {
		if v.Committed.Before(h.since) || v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		switch {
		case v.Status == record.Incomplete:
			put(v, content, Tag{c.word("Not finished"), "yellow"}, nil)
		case content.Means(standard.RoleStatus) == standard.MeansEnded:
			put(v, content, Tag{c.word("Ended"), "grey"}, nil)
		case v.Number == 1:
			put(v, content, Tag{c.word("New"), "blue"}, nil)
		default:
			put(v, content, Tag{c.word("Changed"), "orange"}, nil)
		}
	}
	for _, v := range h.events[stream] {
		if v.Committed.Before(h.since) || v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		marked, _ := content.First(standard.RoleForHandover)
		switch {
		case content.Means(standard.RoleStatus) == standard.MeansRefused:
			outcome, _ := content.First(standard.RoleStatus) // the tag says it
			put(v, content, Tag{c.word("Refused"), "red"}, outcome)
		case marked == standard.Boolean(true):
			put(v, content, Tag{c.word("For handover"), "purple"}, nil)
		}
	}
	return list, nil
}

// titleWithout is the title without a value that stands beside it already.
func (c *call) titleWithout(content *standard.Content, said standard.Value) string {
	return content.TitleBy(func(v standard.Value) string {
		if coded, ok := v.(standard.Coded); ok && said == standard.Value(coded) {
			return ""
		}
		return c.words.Value(v, c.config.Zone)
	}, func(english string) string { return c.word(english) })
}

// unreadHandover counts the notes that the reader has not read.
func (c *call) unreadHandover(r *round, now time.Time) (int, error) {
	notes, err := c.recordsOf(r, c.classIDs(standard.ClassRoleHandoverNote), now.Add(-notesTold))
	if err != nil {
		return 0, err
	}
	n, me := 0, c.session.Principal().Worker
	for _, list := range notes {
		for _, v := range list {
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return 0, err
			}
			if c.stands(v, content) && v.Author != me && !slices.Contains(readers(content), me) {
				n++
			}
		}
	}
	return n, nil
}

// acknowledge takes down that somebody has read what changed about one person, and each of the notes.
func (c *call) acknowledge() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	stream, err := uuid.Parse(values.Get(fieldStream))
	if err != nil {
		return errNowhere()
	}
	for range 4 { // somebody else may acknowledge the same note in the same moment
		err = c.acknowledgeOnce(stream, values.Get(fieldContribution), values.Get(fieldRecord), values.Get(fieldToRead), values.Get(fieldSince))
		if kind := standard.KindOf(err); kind != standard.Conflict {
			break
		}
	}
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Reused { // it was sent twice, and the first has arrived
		err = nil
	}
	if err != nil {
		return c.lost(values, err)
	}
	c.say(c.word("Kept: you have read this."))
	return c.redirect("/shift/handover")
}

func (c *call) acknowledgeOnce(stream uuid.UUID, contribution, mark, until, since string) error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	me := c.doer()
	class := c.oneClass(standard.ClassRoleHandoverRead)
	at, ok := plain.ParseInstant(until)
	if class == nil || !ok {
		return errNowhere()
	}
	notes, _, err := view.Records(c.ctx, access.RecordsQuery{Stream: stream, Classes: c.classIDs(standard.ClassRoleHandoverNote), From: c.now().Add(-notesTold), Limit: 200})
	if err != nil {
		return err
	}
	content := &standard.Content{Class: class}
	setWhen(content, at.In(c.config.Zone))
	if _, ok := plain.ParseInstant(since); ok {
		set(content, standard.RoleChangesSince, standard.DateTime(since))
	}
	set(content, standard.RolePerformer, standard.Reference{UID: me})
	id, err := uuid.Parse(contribution)
	if err != nil {
		return errNowhere()
	}
	rec, err := uuid.Parse(mark)
	if err != nil {
		return errNowhere()
	}
	p := &record.Proposal{ID: id, Stream: stream, Description: "Handover read", Changes: []record.ProposedChange{{Path: "/read", Type: record.Create, Record: rec, Class: class.ID, Content: content.AppendJSON(nil)}}}
	for _, v := range notes {
		note, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		if v.Stream != stream || !c.stands(v, note) || v.Committed.After(at.Add(time.Minute)) || v.Author == me || slices.Contains(readers(note), me) {
			continue
		}
		acks := append(note.All(standard.RoleAcknowledgedBy), standard.Reference{UID: me})
		if !set(note, standard.RoleAcknowledgedBy, acks...) {
			continue
		}
		note.Sort()
		p.Changes = append(p.Changes, record.ProposedChange{Path: "/note", Type: record.Modify, Record: v.Record, Expected: v.Number, Status: v.Status, Content: note.AppendJSON(nil)})
	}
	_, err = c.session.Commit(c.ctx, p)
	return err
}
