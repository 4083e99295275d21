package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/due"
	"rosemary/care/plain"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
)

// How far back a page about now looks: what was not done is told for half a day, what any time of a day would have done for a day and a half.
const (
	overdueTold = 12 * time.Hour
	wholeTold   = 36 * time.Hour
)

// round is the care of several people at one moment, read with a few questions for all of them together.
type round struct {
	view   *access.View
	people []access.Person
	slots  map[uuid.UUID][]due.Slot
	stays  map[uuid.UUID]*care.HospitalStay
	photos map[uuid.UUID]string // addresses
}

// roundOf reads what is planned for people and what was done, from one time until another.
func (c *call) roundOf(view *access.View, people []access.Person, from, until time.Time) (*round, error) {
	r := &round{view: view, people: people, slots: map[uuid.UUID][]due.Slot{}, stays: map[uuid.UUID]*care.HospitalStay{}, photos: map[uuid.UUID]string{}}
	classes, doneClasses := due.Classes(c.config.Catalogue)
	planned, err := c.recordsOf(r, classes, time.Time{})
	if err != nil {
		return nil, err
	}
	done, err := c.recordsOf(r, doneClasses, from.Add(-overdueTold))
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if planned[p.UID], err = c.plansThen(view, planned[p.UID], from); err != nil {
			return nil, err
		}
		if r.slots[p.UID], err = due.Slots(c.config.Catalogue, planned[p.UID], done[p.UID], from, until, c.now(), c.config.Zone); err != nil {
			return nil, err
		}
		r.stays[p.UID] = care.InHospital(c.config.Catalogue, planned[p.UID], c.now())
	}
	return r, c.photographs(r, planned)
}

// recordsOf reads records of all people of a round, by person.
func (c *call) recordsOf(r *round, classes []string, from time.Time) (map[uuid.UUID][]*record.Version, error) {
	streams := make([]uuid.UUID, len(r.people))
	for i, p := range r.people {
		streams[i] = p.UID
	}
	versions, more, err := r.view.Across(c.ctx, access.AcrossQuery{Streams: streams, Classes: classes, From: from})
	if err != nil {
		return nil, err
	}
	if more {
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: c.word("There is too much to show at once."), Hint: c.word("Choose one home, or open one person.")}
	}
	by := map[uuid.UUID][]*record.Version{}
	for _, v := range versions {
		by[v.Stream] = append(by[v.Stream], v)
	}
	return by, nil
}

// photographs finds where the photograph of each person is.
func (c *call) photographs(r *round, planned map[uuid.UUID][]*record.Version) error {
	documents := map[uuid.UUID]uuid.UUID{} // whose
	for uid, versions := range planned {
		for _, v := range versions {
			if class, ok := c.config.Catalogue.Class(v.Class); !ok || !class.HasRole(standard.ClassRolePerson) {
				continue
			}
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return err
			}
			value, _ := content.First(standard.RolePhotograph)
			if ref, ok := value.(standard.Reference); ok {
				documents[ref.UID] = uid
			}
		}
	}
	if len(documents) == 0 {
		return nil
	}
	all, err := c.recordsOf(r, c.classIDs(standard.ClassRoleDocument), time.Time{})
	if err != nil {
		return err
	}
	for uid, versions := range all {
		for _, v := range versions {
			if documents[v.Record] != uid || v.Status == record.EnteredInError {
				continue
			}
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return err
			}
			for _, named := range record.AttachmentsOf(&content.Group) {
				if kind, _ := media.ByName(named.MediaType); kind.Picture {
					r.photos[uid] = "/people/" + uid.String() + "/attachments/" + named.Hash.String() + "/small"
				}
			}
		}
	}
	return nil
}

// open are the slots that somebody still has to deal with, by how soon.
func (r *round) open(uid uuid.UUID, now time.Time, states ...due.State) []due.Slot {
	var list []due.Slot
	for _, s := range r.slots[uid] {
		told := overdueTold
		if s.Whole {
			told = wholeTold
		}
		if slices.Contains(states, s.State) && (s.State != due.Overdue || now.Sub(s.At) < told) {
			list = append(list, s)
		}
	}
	return list
}

// SlotShown is one time of planned care on a page.
type SlotShown struct {
	Href  string
	Clock string
	Words string
	Extra string // how many people it takes, why it waits, what was done
	State string
	Mark  string // the state as a shape
	Said  string // the state in words
}

// stateWords are how a state is shown besides its colour: a shape and words.
func (c *call) stateWords(s due.State) (mark, said string) {
	switch s {
	case due.Overdue:
		return "▲", c.word("Overdue")
	case due.Due:
		return "●", c.word("Due now")
	case due.Later:
		return "○", c.word("Later")
	case due.Done:
		return "✓", c.word("Done")
	case due.PartlyDone:
		return "◐", c.word("Partly done")
	case due.Paused:
		return "❚❚", c.word("Waiting")
	}
	return "✕", c.word("Not done")
}

// slotShown words a slot.
func (c *call) slotShown(base string, s due.Slot) SlotShown {
	out := SlotShown{Words: plannedWords(c.words, s.Content), State: string(s.State), Href: base + "/due/" + s.ID, Extra: s.Why}
	out.Mark, out.Said = c.stateWords(s.State)
	if s.Whole {
		out.Clock = c.word("Today")
		if from, _ := due.CareDay(c.now(), c.config.Zone); s.At.Before(from) {
			out.Clock = c.words.DayOfWeek(s.At.In(c.config.Zone))
		}
	} else {
		out.Clock = plain.Clock(s.At.In(c.config.Zone))
	}
	if n := s.Content.Words(standard.RoleHelpers); n == "" {
		if v, ok := s.Content.First(standard.RoleHelpers); ok && out.Extra == "" {
			if text := standard.Display(v, nil); text != "0" && text != "1" {
				out.Extra = c.word("{text} people", "text", text)
			}
		}
	}
	return out
}

// plannedWords is what a planned record asks for, in a few words.
func plannedWords(in *plain.Words, content *standard.Content) string {
	if content.Class.HasRole(standard.ClassRoleMedicineOrder) {
		words := content.Words(standard.RoleMedicine)
		if v, ok := content.First(standard.RoleDose); ok {
			words += ", " + in.Value(v, time.UTC)
		}
		return words
	}
	if words := content.Words(standard.RoleStatement); words != "" {
		return words
	}
	for _, e := range content.Class.Title {
		for _, v := range content.Get(e.ID) {
			switch v.(type) {
			case standard.Absent, standard.Reference, *standard.Group:
			default:
				return in.Value(v, nil)
			}
		}
	}
	return in.Say(content.Class.Name)
}

// medicinesTogether puts the medicines of one time into one line, for they are given together.
func (c *call) medicinesTogether(base string, slots []due.Slot) []SlotShown {
	var list []SlotShown
	at := map[string]int{}
	for _, s := range slots {
		shown := c.slotShown(base, s)
		if !s.Content.Class.HasRole(standard.ClassRoleMedicineOrder) {
			list = append(list, shown)
			continue
		}
		shown.Href = base + "/medicines/give/" + s.ID
		key := shown.Clock + shown.State
		i, ok := at[key]
		if !ok {
			at[key] = len(list)
			list = append(list, shown)
			continue
		}
		if list[i].Words != c.medicinesWord() {
			list[i].Extra, list[i].Words = strings.TrimPrefix(list[i].Extra+"; ", "; ")+list[i].Words, c.medicinesWord()
			list[i].Href = base + "/medicines"
		}
		list[i].Extra += "; " + shown.Words
	}
	return list
}

// medicinesWord is what several medicines of one time are called together.
func (c *call) medicinesWord() string { return c.word("Medicines") }
