// Package evacuation works out how the people of a home get out of it in a fire: who walks, who is moved and how, and how many staff that takes by day and by night.
//
// Everything here is a pure function of records. What nobody has decided is said as such and never counted as nothing: a roll that is short of somebody is worse than none.
package evacuation

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Way is how one person gets out.
type Way struct {
	Record    uuid.UUID // that says so; zero: nobody has decided it
	Planned   bool      // by a plan of its own; otherwise by the plan for moving about on ordinary days
	Day       Help
	Night     Help
	Equipment string
	Deaf      bool // does not hear the alarm, or nobody knows
	Tell      string
	Steps     string
	Meeting   string
	Risk      string // what burns or breathes
	Review    string // by when the plan is looked at again, as entered
	Overdue   bool
}

// Help is how somebody gets out, and with how many.
type Help struct {
	How    string
	Staff  int
	Known  bool // how many is known
	Unsure bool // nobody has said how
}

// Classes are the classes whose records PlanOf is given.
func Classes(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, role := range []string{standard.ClassRoleEvacuationPlan, standard.ClassRoleMovingAndHandling} {
		for _, class := range catalogue.ClassesWithRole(role) {
			ids = append(ids, class.ID)
		}
	}
	return ids
}

// WayOf finds how somebody gets out, among the records of one person, the latest first.
func WayOf(catalogue *standard.Catalogue, versions []*record.Version, at time.Time) Way {
	way := Way{Day: Help{Unsure: true}, Night: Help{Unsure: true}, Deaf: true}
	today := at.Format(time.DateOnly)
	var moving *standard.Content
	var movingRecord uuid.UUID
	for _, v := range versions {
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil || v.Status == record.EnteredInError || ended(content, today) {
			continue
		}
		switch {
		case content.Class.HasRole(standard.ClassRoleEvacuationPlan):
			return planned(v, content, today)
		case content.Class.HasRole(standard.ClassRoleMovingAndHandling) && moving == nil:
			moving, movingRecord = content, v.Record
		}
	}
	if moving == nil {
		return way
	}
	// Nobody has planned it: what the plan for ordinary days says is better than nothing, and says that it is no more than that.
	way.Record = movingRecord
	way.Steps, way.Equipment = moving.Words(standard.RoleLeaving), words(moving, standard.RoleEquipment)
	way.Day.Staff, way.Day.Known = number(moving, standard.RoleHelpers)
	way.Night.Staff, way.Night.Known = way.Day.Staff, way.Day.Known
	return way
}

func planned(v *record.Version, content *standard.Content, today string) Way {
	way := Way{Record: v.Record, Planned: true, Equipment: words(content, standard.RoleEquipment), Tell: content.Words(standard.RoleStatement), Steps: content.Words(standard.RoleDirections),
		Meeting: content.Words(standard.RoleMeetingPoint), Risk: content.Words(standard.RoleFireRisk), Review: content.Words(standard.RoleReviewDue)}
	way.Overdue = way.Review != "" && way.Review < today
	way.Deaf = content.Means(standard.RoleHearsAlarm) != standard.MeansYes
	way.Day = help(content, standard.RoleWayOut, standard.RoleHelpers)
	way.Night = help(content, standard.RoleWayOutAtNight, standard.RoleHelpersAtNight)
	if way.Night.How == "" { // nobody has said that it is different at night: it may be worse, and is not taken as the same
		way.Night = Help{Unsure: true}
	}
	return way
}

func help(content *standard.Content, how, helpers string) Help {
	h := Help{How: content.Words(how)}
	h.Unsure = h.How == ""
	if h.Staff, h.Known = number(content, helpers); !h.Known && content.Means(how) == standard.MeansWithoutHelp {
		h.Known = true
	}
	return h
}

func ended(content *standard.Content, today string) bool {
	until := content.Words(standard.RoleValidUntil)
	return until != "" && until[:min(10, len(until))] < today || content.Means(standard.RoleStatus) == standard.MeansEnded
}

func number(content *standard.Content, role string) (int, bool) {
	v, _ := content.First(role)
	n, ok := v.(standard.Number)
	if !ok {
		return 0, false
	}
	whole, err := strconv.Atoi(standard.Display(n, nil))
	return whole, err == nil
}

func words(content *standard.Content, role string) string {
	text := ""
	for _, v := range content.All(role) {
		if text != "" {
			text += ", "
		}
		text += standard.Display(v, nil)
	}
	return text
}

// Total is what a home needs to get everybody out.
type Total struct {
	People  int
	Alone   int // nobody has to help them
	Helped  int
	Unknown int // nobody has said how many it takes
	Staff   int // that all of those who are helped take together, one after the other
	Most    int // that one of them takes at once
}

// Sum adds up some people's help.
func Sum(helps []Help) Total {
	t := Total{People: len(helps)}
	for _, h := range helps {
		switch {
		case !h.Known:
			t.Unknown++
		case h.Staff == 0:
			t.Alone++
		default:
			t.Helped++
			t.Staff += h.Staff
			t.Most = max(t.Most, h.Staff)
		}
	}
	return t
}
