package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/due"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// The fields with which something that was done is recorded. What follows is recorded from them alone, so that they can be sent again later and mean the same.
const (
	fieldOutcome   = "outcome"
	fieldSupport   = "support"
	fieldMinutes   = "minutes"
	fieldMinutesIn = "minutes_figures" // minutes that no chip has
	fieldWhere     = "where"           // where it was, if not where it was planned
	fieldMood      = "mood"
	fieldWhyNot    = "whynot"
	fieldNote      = "note"
	fieldHelper    = "helper"
	fieldWhat      = "what"          // what was done, of the short list
	fieldInWords   = "other"         // or in words
	fieldWhen      = "when"          // as _day, _month, _year and _time
	fieldSecond    = "second_record" // the id of what was measured or looked at
	fieldThird     = "third_record"  // where both were
	fieldSeen      = "seen"          // what others had recorded for the slot when the page was shown
	fieldReading   = "reading"       // with the code of what is measured behind a dash
	fieldFrom      = "from"          // which page it goes back to
	checkPrefix    = "g"             // of the answers of a check
)

// doing is something that was done for somebody, on its way into the record.
type doing struct {
	in       *plain.Words // of whoever writes
	about    *about
	slot     *due.Slot // nil for what was not planned
	values   url.Values
	action   *standard.Class
	measures []standard.Coded
	checks   []standard.Coded
	faults   []form.Error
	files    *form.Answers
}

func (d *doing) fault(field, words string) {
	d.faults = append(d.faults, form.Error{Href: "#" + field, Text: words})
}

// wrong is what is wrong with a field.
func (d *doing) wrong(field string) string {
	for _, f := range d.faults {
		if f.Href == "#"+field {
			return f.Text
		}
	}
	return ""
}

// oneClass is the class with a role of which there is one.
func (c *call) oneClass(role string) *standard.Class {
	for _, class := range c.config.Catalogue.ClassesWithRole(role) {
		if class.Kind == standard.KindRecord {
			return class
		}
	}
	return nil
}

// careSlots are the slots of one person from one time until another.
func (c *call) careSlots(a *about, from, until time.Time) ([]due.Slot, error) {
	planned, done := due.Classes(c.config.Catalogue)
	plans, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: planned, Limit: 1000})
	if err != nil {
		return nil, err
	}
	if plans, err = c.plansThen(a.view, plans, from); err != nil {
		return nil, err
	}
	acts, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: done, From: from.Add(-wholeTold), Until: until.Add(wholeTold), Limit: 1000})
	if err != nil {
		return nil, err
	}
	return due.Slots(c.config.Catalogue, plans, acts, from, until, c.now(), c.config.Zone)
}

// slotNamed finds the slot of the address. What was planned otherwise meanwhile can still be recorded: it was done, whatever the plan says now.
func (c *call) slotNamed(a *about) (*due.Slot, error) {
	id := c.r.PathValue("slot")
	planned, local, ok := due.ParseID(id)
	if !ok || len(local) < 16 {
		return nil, errNowhere()
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", local[:16], c.config.Zone)
	if err != nil {
		return nil, errNowhere()
	}
	slots, err := c.careSlots(a, at.Add(-26*time.Hour), at.Add(26*time.Hour))
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(slots, func(s due.Slot) bool { return s.ID == id }); i >= 0 {
		return &slots[i], nil
	}
	v, err := a.view.Record(c.ctx, a.uid, planned)
	if err != nil {
		return nil, err
	}
	content, err := v.Decoded(c.config.Catalogue)
	if err != nil {
		return nil, err
	}
	if content.Class == nil || content.Class.Path(standard.RoleTimeOfDay) == nil && content.Class.Path(standard.RoleEvery) == nil {
		return nil, errNowhere()
	}
	return &due.Slot{ID: id, Planned: v, Content: content, At: at, From: at, Until: at, State: due.Paused, Why: "It is not planned for this time any more"}, nil
}

// asks finds what the task asks to be measured or looked at.
func (d *doing) asks() {
	if d.slot == nil {
		return
	}
	for _, v := range d.slot.Content.All(standard.RoleMeasure) {
		if code, ok := v.(standard.Coded); ok {
			d.measures = append(d.measures, code)
		}
	}
	for _, v := range d.slot.Content.All(standard.RoleCheck) {
		if code, ok := v.(standard.Coded); ok {
			d.checks = append(d.checks, code)
		}
	}
}

// outcome is the outcome that was chosen, and what it means.
func (d *doing) outcome() (standard.Value, string) {
	e := d.action.ByRole(standard.RoleStatus)
	v, ok := coded(e, d.values.Get(fieldOutcome))
	if !ok {
		return nil, ""
	}
	return v, e.Meaning(v.(standard.Coded))
}

// instantForm writes when something happened: to the minute, with its offset.
const instantForm = "2006-01-02T15:04-07:00"

// when reads when it was done.
func (c *call) when(d *doing) time.Time {
	text, fault := form.Instant(d.values, fieldWhen, c.config.Zone)
	if fault != "" {
		d.fault(fieldWhen+"_day", form.Fault(c.words, fault))
		return time.Time{}
	}
	t, ok := plain.ParseInstant(text)
	switch {
	case !ok:
		d.fault(fieldWhen+"_day", c.word("Say when it was: day, month, year and time."))
	case t.After(c.now().Add(10 * time.Minute)):
		d.fault(fieldWhen+"_day", c.word("That lies in the future. Say when it was done."))
	}
	return t.In(c.config.Zone)
}

// set sets the answers of the content's own element that plays a role; false when there is none.
func set(content *standard.Content, role string, values ...standard.Value) bool {
	if len(values) == 0 || !put(content, role, values[0]) {
		return false
	}
	for i := range content.Entries {
		if content.Entries[i].Element.Role == role && content.Entries[i].Element.Many {
			content.Entries[i].Values = values
		}
	}
	return true
}

// setWhen says when something happened, in whatever way the class says it.
func setWhen(content *standard.Content, t time.Time) {
	if e := content.Class.ByRole(standard.RoleEventDate); e != nil && e.Value == standard.DateValue {
		set(content, standard.RoleEventDate, standard.Date(t.Format(time.DateOnly)))
		set(content, standard.RoleEventTime, standard.Time(t.Format("15:04")))
		return
	}
	set(content, standard.RoleEventDate, standard.DateTime(t.Format(instantForm)))
}

// performers are who did it: whoever wrote it down, and whoever helped.
func (c *call) performers(d *doing) []standard.Value {
	list := []standard.Value{standard.Reference{UID: c.doer()}}
	for _, s := range d.values[fieldHelper] {
		uid, err := uuid.Parse(s)
		if err == nil && !slices.Contains(list, standard.Value(standard.Reference{UID: uid})) {
			list = append(list, standard.Reference{UID: uid})
		}
	}
	return list
}

// text reads words as they are kept.
func (d *doing) text(field string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(d.values.Get(field), "\r\n", "\n"), "\r", "\n"))
}

// named says in a record what was planned, where and when.
func (d *doing) named(content *standard.Content) {
	d.place(content)
	if d.slot == nil {
		return
	}
	set(content, standard.RoleRecordedActivity, standard.Reference{UID: d.slot.Planned.Record})
	set(content, standard.RoleDueAt, standard.DateTime(d.slot.At.Format(instantForm)))
	if v, ok := d.slot.Content.First(standard.RoleDeterminedBy); ok {
		set(content, standard.RoleFollows, v)
	}
	d.interval(content)
}

// read judges what was posted, and makes the changes of it. All faults are told at once.
func (c *call) read(d *doing) []record.ProposedChange {
	outcome, means := d.outcome()
	if outcome == nil {
		d.fault(fieldOutcome, c.word("Say how it went."))
	}
	d.whyNot(means)
	when := c.when(d)
	content := &standard.Content{Class: d.action}
	content.Entries = append(content.Entries, d.photographs(c)...)
	if outcome != nil {
		set(content, standard.RoleStatus, outcome)
	}
	if words := d.words(); words != "" {
		set(content, standard.RoleDescription, standard.Text(words))
	} else {
		d.fault(fieldInWords, c.word("Say what was done."))
	}
	setWhen(content, when)
	set(content, standard.RolePerformer, c.performers(d)...)
	d.named(content)
	if d.slot == nil {
		set(content, standard.RoleUnplanned, standard.Boolean(true))
	}
	details := d.details(content)
	var changes []record.ProposedChange
	if means == standard.MeansDone || means == standard.MeansPartlyDone {
		changes = append(changes, c.readingsTaken(d, when, means)...)
		seen := c.lookedAt(d, when)
		if len(seen) > 0 && !details && len(changes) == 0 && means == standard.MeansDone {
			return seen // a look says by being there that it was done
		}
		changes = append(changes, seen...)
		if len(changes) > 0 {
			set(content, standard.RoleObserved, standard.Reference{UID: changes[0].Record})
		}
	}
	if note := d.text(fieldNote); note != "" && len(d.checks) == 0 || note != "" && len(changes) == 0 {
		set(content, standard.RoleStatement, standard.Text(note))
	}
	content.Sort()
	return append(changes, record.ProposedChange{Path: "/action", Type: record.Create, Record: uidOr(d.values, fieldRecord), Class: d.action.ID, Content: content.AppendJSON(nil)})
}

// words say what was done.
func (d *doing) words() string {
	if d.slot != nil {
		return plannedWords(nil, d.slot.Content)
	}
	if other := d.text(fieldInWords); other != "" {
		return other
	}
	return d.text(fieldWhat)
}

// whyNot wants a reason for what was refused, or was not done whole.
func (d *doing) whyNot(means string) {
	if (means == standard.MeansRefused || means == standard.MeansPartlyDone) && d.text(fieldWhyNot) == "" {
		d.fault(fieldWhyNot, d.in.Say("Say why: in their words, if they refused."))
	}
}

// details puts what else was told into the record, and reports whether there was anything.
func (d *doing) details(content *standard.Content) bool {
	any := false
	for field, role := range map[string]string{fieldSupport: standard.RoleSupport, fieldMood: standard.RoleMood} {
		if v, ok := coded(d.action.ByRole(role), d.values.Get(field)); ok {
			any = set(content, role, v) || any
		}
	}
	any = d.readMinutes(content) || any
	if why := d.text(fieldWhyNot); why != "" {
		any = set(content, standard.RoleReason, standard.Text(why)) || any
	}
	return any || d.files != nil && len(record.AttachmentsOf(&d.files.Content.Group)) > 0
}

// photographs are the files that were sent with it.
func (d *doing) photographs(c *call) []standard.Entry {
	d.files = form.Read(d.action, form.Content, d.values, c.config.Zone)
	var entries []standard.Entry
	for _, entry := range d.files.Content.Entries {
		if entry.Element.NamesFile() {
			entries = append(entries, entry)
		}
	}
	for _, fault := range d.files.Faults {
		d.fault("form", fault)
	}
	return entries
}
