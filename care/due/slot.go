package due

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// State says how a slot stands.
type State string

// The states.
const (
	Later      State = "later"
	Due        State = "due"
	Overdue    State = "overdue"
	Done       State = "done"
	PartlyDone State = "partly-done"
	NotDone    State = "not-done" // refused, withheld, asleep: somebody has dealt with it
	Paused     State = "paused"   // nobody is to do it: the person is in hospital, or the plan is on hold
)

// Open says whether somebody still has to deal with it.
func (s State) Open() bool { return s == Due || s == Overdue || s == Later }

// Slot is one time of one planned record.
type Slot struct {
	ID      string // the planned record's uid, "@", and the local time: 2026-11-29T08:00
	Planned *record.Version
	Content *standard.Content
	At      time.Time // when it was planned for
	From    time.Time // from when it is due
	Until   time.Time // until when it is in time, afterwards overdue
	Whole   bool      // any time of the care day will do
	State   State
	Why     string            // of Paused, in words
	Done    []*record.Version // what names the slot, the latest first
}

// Classes lists the classes that Slots reads: those of planned records and of what it must know about the person (to be given as planned, in whatever they are
// today), and those of records that say that something was done.
func Classes(catalogue *standard.Catalogue) (planned, done []string) {
	roots := catalogue.ClassesWithRole(standard.ClassRoleActivity)
	for _, class := range catalogue.Classes() {
		if class.Kind != standard.KindRecord || class.Stream == standard.DirectoryStream {
			continue
		}
		isActivity := slices.ContainsFunc(roots, class.IsA) && (class.Path(standard.RoleTimeOfDay) != nil || class.Path(standard.RoleEvery) != nil)
		about := class.HasRole(standard.ClassRoleTransfer) || class.HasRole(standard.ClassRoleHospitalReturn) || class.HasRole(standard.ClassRolePerson)
		if isActivity || about {
			planned = append(planned, class.ID)
		}
		if class.Path(standard.RoleRecordedActivity) != nil || class.Path(standard.RoleOrderedBy) != nil {
			done = append(done, class.ID)
		}
	}
	return planned, done
}

// ParseID reads the id of a slot: of which record, and its local time as it is written there.
func ParseID(id string) (planned uuid.UUID, local string, ok bool) {
	uid, local, found := strings.Cut(id, "@")
	planned, err := uuid.Parse(uid)
	return planned, local, found && err == nil && local != ""
}

// Slots gives every slot that was planned from one time until another, the earliest first. Planned are the person's current records of the first list of Classes,
// and of planned records that were changed since, if it matters, their earlier versions: each care day has the plan that stood at its end. Done
// are those of the second list, from a day before the first slot on. What is over has slots only where something was done for them.
func Slots(catalogue *standard.Catalogue, planned, done []*record.Version, from, until, now time.Time, zone *time.Location) ([]Slot, error) {
	p := person{catalogue: catalogue, stays: care.ReadStays(catalogue, planned), now: now, zone: zone, acts: map[uuid.UUID][]act{}}
	if err := p.read(done); err != nil {
		return nil, err
	}
	wrong := map[uuid.UUID]bool{}
	for _, v := range planned {
		wrong[v.Record] = wrong[v.Record] || v.Status == record.EnteredInError
	}
	var plans []*plan
	for _, v := range planned {
		if wrong[v.Record] || v.SaidBy != "" { // nothing is done from what is not ratified
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil {
			return nil, err
		}
		switch class := content.Class; {
		case class == nil:
		case class.HasRole(standard.ClassRolePerson):
			p.died = cmp.Or(p.died, content.Words(standard.RoleDeathDate))
		case class.Path(standard.RoleTimeOfDay) != nil || class.Path(standard.RoleEvery) != nil:
			plans = append(plans, readPlan(v, content, zone))
		}
	}
	succeed(plans)
	var slots []Slot
	for _, one := range plans {
		slots = append(slots, p.slots(one, from, until)...)
	}
	slices.SortStableFunc(slots, func(a, b Slot) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
	return slots, nil
}

// person is what the slots of one person depend on.
type person struct {
	catalogue *standard.Catalogue
	stays     *care.Stays
	died      string
	now       time.Time
	zone      *time.Location
	acts      map[uuid.UUID][]act // by planned record
}

// slots makes those of one plan.
func (p *person) slots(one *plan, from, until time.Time) []Slot {
	if !one.timed {
		return nil
	}
	list := slices.DeleteFunc(one.stretches(from, until, p.zone), func(s stretch) bool { return !one.holds(s.at, p.zone) })
	if len(list) == 0 {
		return nil
	}
	found := p.assign(one, list)
	var slots []Slot
	for i, s := range list {
		slot := Slot{
			ID: one.version.Record.String() + "@" + s.local, Planned: one.version, Content: one.content,
			At: s.at, From: s.from, Until: s.until, Whole: s.whole, Done: found[i].versions(),
		}
		switch {
		case len(slot.Done) > 0:
			slot.State = found[i].state()
		case one.over, p.dead(s.at):
			continue
		default:
			slot.State, slot.Why = p.open(one, s)
		}
		slots = append(slots, slot)
	}
	return slots
}

// open says how a slot stands that nothing was done for.
func (p *person) open(one *plan, s stretch) (State, string) {
	if one.held != "" {
		return Paused, one.held
	}
	if stay := p.away(s); stay != nil {
		return Paused, "In hospital"
	}
	switch {
	case p.now.Before(s.from):
		return Later, ""
	case p.now.Before(s.until):
		return Due, ""
	}
	return Overdue, ""
}

// away looks at the time of the slot, or for a whole day at its end or at now: who comes back at noon is weighed that day. A slot to come is asked about now, too.
func (p *person) away(s stretch) *care.HospitalStay {
	at := s.at
	if s.whole {
		at = s.until.Add(-time.Second)
		if p.now.Before(at) && p.now.After(s.at) {
			at = p.now
		}
	}
	if at.After(p.now) {
		at = p.now
	}
	return p.stays.At(at.In(p.zone))
}

// dead says whether the person had died by then. Of the day itself all is left out that nobody has recorded.
func (p *person) dead(at time.Time) bool {
	if p.died == "" {
		return false
	}
	from, _, ok := standard.Interval(standard.Date(p.died), nil, p.zone)
	return ok && !at.Before(from)
}
