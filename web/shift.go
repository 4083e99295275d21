package web

import (
	"cmp"
	"html/template"
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

// shiftPage is where whoever gives care begins: their people, what is due, what is late, what comes.
type shiftPage struct {
	Frame
	PlaceField template.HTML // only where there is more than one
	Picked     int           // how many people somebody chose as theirs today
	Choose     string        // where they choose them
	As         string        // when it was looked
	Tabs       []ShiftTab
	Unfinished []Link // incidents that were begun and not finished
	People     []ShiftPerson
	Together   string
	Handover   string
	Unread     int
	Empty      string
}

// ShiftTab is one way of looking at the shift, with how many things there are.
type ShiftTab struct {
	Text    string
	Href    string
	Current bool
	State   string
	Mark    string
	Count   int
}

// ShiftPerson is the tile of one person.
type ShiftPerson struct {
	Base, Called, Rest string
	Room               string
	Photo, Initials    string
	Tone               int
	Away               string
	Slots              []SlotShown
	More               int    // how many there are besides
	Next               string // what comes next, where nothing is due
	Overdue            int
}

// tileSlots is how many things of one person stand on their tile.
const tileSlots = 6

// shift shows it.
func (c *call) shift() error {
	r, place, picked, err := c.myRound()
	if err != nil {
		return err
	}
	page := shiftPage{Frame: c.frame(c.word("My shift")), As: c.now().Format("15:04"), Picked: picked, Choose: "/shift/people", Together: "/shift/together", Handover: "/shift/handover"}
	if page.PlaceField, err = c.placeField(r.view, place); err != nil {
		return err
	}
	show, counts := c.query("show"), map[due.State]int{}
	now := c.now()
	for _, p := range r.people {
		tile, states := c.shiftPerson(r, p, show)
		for s, n := range states {
			counts[s] += n
		}
		page.People = append(page.People, tile)
	}
	slices.SortStableFunc(page.People, func(a, b ShiftPerson) int {
		return cmp.Or(cmp.Compare(sign(b.Overdue), sign(a.Overdue)), cmp.Compare(sign(len(b.Slots)), sign(len(a.Slots))))
	})
	if show == "later" || show == "done" {
		page.People = slices.DeleteFunc(page.People, func(p ShiftPerson) bool { return len(p.Slots) == 0 })
	}
	page.Tabs = c.shiftTabs(show, place, counts)
	if page.Unfinished, err = c.unfinishedIncidents(r, now); err != nil {
		return err
	}
	if page.Unread, err = c.unreadHandover(r, now); err != nil {
		return err
	}
	switch {
	case len(r.people) == 0:
		page.Empty = c.word("Nobody is looked after here yet, or you have chosen nobody.")
	case len(page.People) == 0 && show == "done":
		page.Empty = c.word("Nothing has been recorded for today’s plan yet.")
	case len(page.People) == 0:
		page.Empty = c.word("Nothing else is planned until seven in the morning.")
	}
	return c.render("shift", page)
}

func sign(n int) int { return min(n, 1) }

// myRound reads the care of the people of this shift: those of the place that was asked for, or of all of one's places; of them those that were chosen.
func (c *call) myRound() (*round, uuid.UUID, int, error) {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, uuid.Nil, 0, err
	}
	place, err := uuid.Parse(c.query("place"))
	if err != nil || !slices.Contains(c.session.Principal().Places, place) {
		place = uuid.Nil
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{Place: place, Limit: 500})
	if err != nil {
		return nil, uuid.Nil, 0, err
	}
	picked := c.picked()
	if len(picked) > 0 {
		people = slices.DeleteFunc(people, func(p access.Person) bool { return !picked[p.UID] })
	}
	now := c.now()
	_, until := due.CareDay(now, c.config.Zone)
	if soon := now.Add(4 * time.Hour); until.Before(soon) { // a night shift sees what the morning brings
		until = soon
	}
	r, err := c.roundOf(view, byRoom(people), now.Add(-wholeTold), until)
	return r, place, len(picked), err
}

// shiftPerson makes the tile of one person, and counts how their slots stand.
func (c *call) shiftPerson(r *round, p access.Person, show string) (ShiftPerson, map[due.State]int) {
	now := c.now()
	base := "/people/" + p.UID.String()
	tile := ShiftPerson{Base: base, Called: care.CalledName(p.Card), Room: p.Room, Photo: r.photos[p.UID], Tone: toneOf(p.UID)}
	tile.Initials = plain.Initials(tile.Called + " " + p.Card.Family)
	if full := care.FullName(p.Card); full != tile.Called {
		tile.Rest = strings.TrimPrefix(full, tile.Called+" ")
	}
	if stay := r.stays[p.UID]; stay != nil {
		tile.Away = stay.Words(c.config.Zone)
	}
	pressing := r.open(p.UID, now, due.Overdue, due.Due)
	later := r.open(p.UID, now, due.Later)
	from, _ := due.CareDay(now, c.config.Zone)
	done := slices.DeleteFunc(r.open(p.UID, now, due.Done, due.PartlyDone, due.NotDone), func(s due.Slot) bool { return s.At.Before(from) })
	counts := map[due.State]int{due.Later: len(later), due.Done: len(done)}
	for _, s := range pressing {
		counts[s.State]++
	}
	tile.Overdue = counts[due.Overdue]
	list := pressing
	switch show {
	case "later":
		list = later
	case "done":
		list = done
	}
	tile.Slots = c.medicinesTogether(base, list)
	if over := len(tile.Slots) - tileSlots; over > 0 {
		tile.Slots, tile.More = tile.Slots[:tileSlots], over
	}
	if len(tile.Slots) == 0 && len(later) > 0 {
		next := c.medicinesTogether(base, later)[0]
		tile.Next = next.Clock + " " + next.Words
	}
	return tile, counts
}

// shiftTabs are the ways of looking at it.
func (c *call) shiftTabs(show string, place uuid.UUID, counts map[due.State]int) []ShiftTab {
	href := func(show string) string {
		q := []string{}
		if show != "" {
			q = append(q, "show="+show)
		}
		if place != uuid.Nil {
			q = append(q, "place="+place.String())
		}
		if len(q) == 0 {
			return "/shift"
		}
		return "/shift?" + strings.Join(q, "&")
	}
	tab := func(text, of string, s due.State) ShiftTab {
		mark, _ := c.stateWords(s)
		return ShiftTab{Text: text, Href: href(of), Current: show == of, State: string(s), Mark: mark, Count: counts[s]}
	}
	tabs := []ShiftTab{tab(c.word("due now"), "", due.Due), tab(c.word("later"), "later", due.Later), tab(c.word("done"), "done", due.Done)}
	if n := counts[due.Overdue]; n > 0 {
		tabs = append([]ShiftTab{tab(c.word("overdue"), "", due.Overdue)}, tabs...)
		tabs[1].Current = false
	}
	return tabs
}

// unfinishedFor is how long an incident that was begun stays in sight.
const unfinishedFor = 60 * 24 * time.Hour

// unfinishedIncidents leads to the incidents that were begun in a hurry and must still be finished.
func (c *call) unfinishedIncidents(r *round, now time.Time) ([]Link, error) {
	by, err := c.recordsOf(r, c.classIDs(standard.ClassRoleIncident), now.Add(-unfinishedFor))
	if err != nil {
		return nil, err
	}
	var links []Link
	for _, p := range r.people {
		for _, v := range by[p.UID] {
			if v.Status != record.Incomplete {
				continue
			}
			content, err := v.Decoded(c.config.Catalogue)
			if err != nil {
				return nil, err
			}
			text := care.CalledName(p.Card) + ": " + cmp.Or(content.Words(standard.RoleIncidentKind), c.className(content, v))
			if full, _, _ := c.happened(content); full != "" {
				text += ", " + full
			}
			links = append(links, Link{Text: text, Href: c.finishHref(p.UID, v)})
		}
	}
	return links, nil
}

// finishHref is where a record that was saved unfinished is finished: its form, where there is one.
func (c *call) finishHref(stream uuid.UUID, v *record.Version) string {
	base := "/people/" + stream.String()
	for _, f := range c.config.Catalogue.Forms() {
		if f.Own.ID == v.Class {
			return base + "/forms/" + f.ID + "?record=" + v.Record.String()
		}
	}
	return base + "/records/" + v.Record.String() + "/change?how=complete"
}

// shiftRoutes are the pages of the day of those who give care.
func shiftRoutes(page func(pattern string, page func(*call) error)) {
	page("GET /shift", (*call).shift)
	page("GET /shift/people", (*call).myPeople)
	page("POST /shift/people", (*call).pickPeople)
	page("GET /shift/together", (*call).newTogether)
	page("POST /shift/together", (*call).writeTogether)
	page("GET /shift/handover", (*call).showHandover)
	page("POST /shift/handover", (*call).acknowledge)
	page("GET /people/{stream}/today", shownTo("Today", (*call).careToday, standard.ClassRoleActivity))
	page("GET /people/{stream}/about-me", (*call).aboutMe)
	page("GET /people/{stream}/due/{slot}", (*call).newDoing)
	page("POST /people/{stream}/due/{slot}", (*call).writeDoing)
	page("GET /people/{stream}/care-now", (*call).newDoing)
	page("POST /people/{stream}/care-now", (*call).writeDoing)
	page("GET /people/{stream}/drink", (*call).newDrink)
	page("POST /people/{stream}/drink", (*call).writeDrink)
	page("GET /people/{stream}/food", (*call).newMeal)
	page("POST /people/{stream}/food", (*call).writeMeal)
	page("GET /people/{stream}/incident", (*call).newIncident)
	page("POST /people/{stream}/incident", (*call).writeIncident)
	page("GET /people/{stream}/handover", (*call).newHandoverNote)
	page("POST /people/{stream}/handover", (*call).writeHandoverNote)
	page("GET /drafts", (*call).drafts)
	page("GET /drafts/delete", (*call).askDeleteDraft)
	page("POST /drafts/delete", (*call).deleteDraftNow)
}
