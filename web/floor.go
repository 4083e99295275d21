package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/chart"
	"rosemary/care/plain"
	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
)

// floorPage is the round of the floor: everybody who is here, and who has not drunk, eaten, been turned, been seen.
type floorPage struct {
	Frame
	Columns []string
	Rows    []FloorRow
	Flags   int
	At      string
	Reviews string
}

// FloorRow is one person.
type FloorRow struct {
	Name, Room, Href string
	Away             string // in hospital
	Cells            []FloorCell
	Flags            int
}

// FloorCell is one figure, with the record or chart behind it.
type FloorCell struct {
	Column, Words, When, Aim, Href string
	Flag                           bool
	Band                           *BandShown
}

// home is everybody that a page about a home shows, with what is recorded of them, read by person.
type homeRead struct {
	people   []access.Person
	versions map[uuid.UUID][]*record.Version
}

// everybody lists all people whom the reader sees here now.
func (c *call) everybody(view *access.View) ([]access.Person, error) {
	var all []access.Person
	q := access.PeopleQuery{Limit: 500}
	for {
		people, next, err := view.People(c.ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, people...)
		if next == "" {
			return all, nil
		}
		q.After = next
	}
}

// readAcross reads records of everybody, and sorts them by person.
func (c *call) readAcross(view *access.View, into *homeRead, classes []string, from time.Time) error {
	uids := make([]uuid.UUID, len(into.people))
	for i, p := range into.people {
		uids[i] = p.UID
	}
	versions, more, err := view.Across(c.ctx, access.AcrossQuery{Streams: uids, Classes: distinct(classes), From: from})
	if err != nil {
		return err
	}
	if more {
		return &standard.Fault{Kind: standard.TooLarge, Message: c.word("There are too many records for one page."), Hint: c.word("Open each person’s charts instead.")}
	}
	record.KeepDecoded(versions)
	for _, v := range versions {
		into.versions[v.Stream] = append(into.versions[v.Stream], v)
	}
	return nil
}

// standing are the classes that the floor needs whatever their age: targets, what was decided about scores, stays in hospital.
func (c *call) standing() []string {
	classes := chart.TargetClasses(c.config.Catalogue)
	for _, role := range []string{standard.ClassRoleScoreSetting, standard.ClassRoleTransfer, standard.ClassRoleHospitalReturn} {
		classes = append(classes, c.classIDs(role)...)
	}
	return classes
}

// scoreDays is how far back the floor looks for a score.
const scoreDays = 14

// floor shows the round. It asks the store a few times for everybody, never once a person.
func (c *call) floor() error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	home := &homeRead{versions: map[uuid.UUID][]*record.Version{}}
	if home.people, err = c.everybody(view); err != nil {
		return err
	}
	now := c.now()
	panels := chart.FloorPanels(c.config.Catalogue)
	if err := c.readFloor(view, home, panels, now); err != nil {
		return err
	}
	page := floorPage{Frame: c.frame(c.word("Round of the floor")), At: c.words.Minute(now, c.config.Zone), Reviews: "/reviews", Columns: []string{c.word("Last seen")}}
	for _, p := range panels {
		page.Columns = append(page.Columns, p.Floor.Name)
	}
	scores := c.floorScores()
	for _, s := range scores {
		page.Columns = append(page.Columns, s.Name)
	}
	slices.SortStableFunc(home.people, func(a, b access.Person) int {
		return cmp.Or(naturally(a.Room, b.Room), cmp.Compare(a.Card.Family, b.Card.Family))
	})
	for _, p := range home.people {
		row := c.floorRow(p, home.versions[p.UID], panels, scores, now)
		page.Rows, page.Flags = append(page.Rows, row), page.Flags+row.Flags
	}
	return c.render("floor", page)
}

// naturally compares rooms as people count them: Room 9 before Room 10.
func naturally(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// readFloor reads what the figures are made of: what stands, whatever its age, and what happened, as far back as each figure looks.
func (c *call) readFloor(view *access.View, home *homeRead, panels []chart.FloorPanel, now time.Time) error {
	standing := c.standing()
	if err := c.readAcross(view, home, standing, time.Time{}); err != nil {
		return err
	}
	byBack := map[time.Duration][]string{}
	far := map[string]time.Duration{}
	for _, p := range panels {
		for _, class := range p.Classes() {
			far[class] = max(far[class], p.Back())
		}
	}
	for _, class := range score.Classes(c.config.Catalogue, c.floorScores()...) {
		if !slices.Contains(standing, class) {
			far[class] = max(far[class], scoreDays*24*time.Hour)
		}
	}
	for class, back := range far {
		byBack[back] = append(byBack[back], class)
	}
	for back, classes := range byBack {
		slices.Sort(classes)
		if err := c.readAcross(view, home, classes, now.Add(-back)); err != nil {
			return err
		}
	}
	return nil
}

// floorScores are the scores that are worked out from observations.
func (c *call) floorScores() []*standard.Score {
	return slices.DeleteFunc(slices.Clone(c.config.Catalogue.Scores()), func(s *standard.Score) bool { return s.From == nil })
}

// floorRow makes the figures of one person.
func (c *call) floorRow(p access.Person, versions []*record.Version, panels []chart.FloorPanel, scores []*standard.Score, now time.Time) FloorRow {
	base := "/people/" + p.UID.String()
	row := FloorRow{Name: care.CalledName(p.Card) + " " + p.Card.Family, Room: p.Room, Href: base}
	if stay := care.InHospital(c.config.Catalogue, versions, now); stay != nil {
		row.Away = stay.Words(c.config.Zone)
	}
	entries := care.InOrder(c.config.Catalogue, versions, c.config.Zone)
	targets := chart.Targets(c.config.Catalogue, versions, now)
	row.Cells = append(row.Cells, lastSeen(base, entries, c.standing(), now))
	for _, panel := range panels {
		f := chart.FigureOf(panel, entries, targets, now)
		cell := FloorCell{Column: panel.Floor.Name, Words: f.Words, When: f.When, Aim: f.Aim, Flag: f.Flag && row.Away == "", Href: base + "/charts/" + panel.Chart.ID}
		if !panel.Floor.Total && f.Record != uuid.Nil {
			cell.Href = "/people/" + f.Stream.String() + "/records/" + f.Record.String()
		}
		row.Cells = append(row.Cells, cell)
	}
	for _, s := range scores {
		row.Cells = append(row.Cells, c.floorScore(base, s, versions, now))
	}
	for i := range row.Cells {
		if row.Cells[i].Flag = row.Cells[i].Flag && row.Away == ""; row.Cells[i].Flag {
			row.Flags++
		}
	}
	return row
}

// tooLongUnseen is after how long without any record somebody should look in.
const tooLongUnseen = 6 * time.Hour

// lastSeen is the latest record of something that happened.
func lastSeen(base string, entries []care.Dated, standing []string, now time.Time) FloorCell {
	cell := FloorCell{Column: "Last seen", Words: "None in 36 hours", Flag: true, Href: base + "/timeline"}
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		if e.At.After(now) || slices.Contains(standing, e.Version.Class) {
			continue
		}
		cell.Words, cell.When = chart.Ago(e.At, now), e.Content.Class.Name
		cell.Href = "/people/" + e.Version.Stream.String() + "/records/" + e.Version.Record.String()
		cell.Flag = now.Sub(e.At) > tooLongUnseen
		break
	}
	return cell
}

// floorScore is the last result of a score, with its trend.
func (c *call) floorScore(base string, s *standard.Score, versions []*record.Version, now time.Time) FloorCell {
	cell := FloorCell{Column: s.Name, Words: c.word("None in {count}", "count", c.words.Count(scoreDays, "day", "days")), Href: base + "/scores/" + s.ID}
	history := score.History(c.config.Catalogue, s, versions, c.config.Zone)
	if len(history) == 0 {
		return cell
	}
	latest := history[0]
	band := bandOf(&latest)
	cell.Words, cell.When, cell.Band = c.word("No total"), chart.Ago(latest.When, now), &band
	if latest.Complete() {
		cell.Words = plain.Whole(latest.Total) + trendMark(history)
	}
	recent := now.Sub(latest.When) < stillAsked
	cell.Flag = recent && (latest.Urgent() || !latest.Due.IsZero() && latest.Due.Before(now))
	return cell
}

func trendMark(history []score.Result) string {
	return map[int]string{1: " ↑", -1: " ↓"}[score.Trend(history)]
}
