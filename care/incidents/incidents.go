// Package incidents counts what went wrong in a home: by the time of day, the day of the week, the place, the kind, the person and the harm.
//
// Everything here is a pure function of records. A bar is the incidents behind it, never a number alone; what an incident does not say is a bar of its own, so that the bars of
// every picture add up to all incidents.
package incidents

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Incident is one incident, read.
type Incident struct {
	Version *record.Version
	Title   string
	At      time.Time // local; at midnight where the clock is not known
	Clock   bool      // the time of day is known
	Place   uuid.UUID
	Kind    standard.Coded
	Harm    standard.Coded
}

// Classes are the classes of incidents.
func Classes(catalogue *standard.Catalogue) []string {
	var ids []string
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleIncident) {
		ids = append(ids, class.ID)
	}
	return ids
}

// Read reads incidents, the latest first. Unreadable counts those that cannot be read.
func Read(catalogue *standard.Catalogue, versions []*record.Version, zone *time.Location) (list []Incident, unreadable int) {
	for _, v := range versions {
		if v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil {
			unreadable++
			continue
		}
		x := Incident{Version: v, Title: content.Title()}
		x.At, x.Clock = when(content, v, zone)
		if ref, ok := first(content, standard.RoleLocation).(standard.Reference); ok {
			x.Place = ref.UID
		}
		x.Kind, _ = first(content, standard.RoleIncidentKind).(standard.Coded)
		x.Harm, _ = first(content, standard.RoleHarm).(standard.Coded)
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b Incident) int { return b.At.Compare(a.At) })
	return list, unreadable
}

func first(content *standard.Content, role string) standard.Value {
	v, _ := content.First(role)
	return v
}

// when is when an incident happened by the local clock, and whether its time of day is known.
func when(content *standard.Content, v *record.Version, zone *time.Location) (time.Time, bool) {
	date := content.Words(standard.RoleEventDate)
	if t, err := time.Parse(time.RFC3339, date); err == nil {
		return t.In(zone), true
	}
	day, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		return time.Unix(v.Happened, 0).In(zone), false
	}
	clock := content.Words(standard.RoleEventTime)
	if len(clock) >= 5 {
		if t, err := time.ParseInLocation(time.DateOnly+" 15:04", date+" "+clock[:5], zone); err == nil {
			return t, true
		}
	}
	return day, false
}

// By is what incidents are counted by.
type By string

// The ways of counting.
const (
	Hour    By = "time"
	Weekday By = "weekday"
	Place   By = "place"
	Kind    By = "kind"
	Person  By = "person"
	Harm    By = "harm"
	Month   By = "month"
)

// All lists the ways of counting in the order in which a page shows them.
func All() []By { return []By{Kind, Harm, Hour, Weekday, Place, Person, Month} }

// Unknown is the key of what an incident does not say.
const Unknown = "unknown"

// Bar is some incidents that have something in common. Label is empty where the key is somebody's or something's id: the page knows their names.
type Bar struct {
	Key       string
	Label     string
	Incidents []Incident
}

// Bars counts incidents in one way. Hours and days stand in their order, all of them, also those without any; everything else by how many.
func Bars(list []Incident, by By) []Bar {
	var bars []Bar
	switch by {
	case Hour:
		for h := 0; h < 24; h += 3 {
			bars = append(bars, Bar{Key: strconv.Itoa(h), Label: fmt.Sprintf("%02d:00 to %02d:59", h, h+2)})
		}
	case Weekday:
		for d := 1; d <= 7; d++ {
			day := time.Weekday(d % 7)
			bars = append(bars, Bar{Key: strings.ToLower(day.String()), Label: day.String()})
		}
	}
	fixed := len(bars)
	for _, x := range list {
		key, label := x.key(by)
		i := slices.IndexFunc(bars, func(b Bar) bool { return b.Key == key })
		if i < 0 {
			i, bars = len(bars), append(bars, Bar{Key: key, Label: label})
		}
		bars[i].Incidents = append(bars[i].Incidents, x)
	}
	slices.SortStableFunc(bars[fixed:], func(a, b Bar) int {
		if by == Month {
			return strings.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(len(b.Incidents), len(a.Incidents)), strings.Compare(a.Label, b.Label))
	})
	return bars
}

// key says under which bar an incident falls.
func (x Incident) key(by By) (key, label string) {
	switch by {
	case Hour:
		if x.Clock {
			return strconv.Itoa(x.At.Hour() / 3 * 3), ""
		}
		return Unknown, "Time not known"
	case Weekday:
		return strings.ToLower(x.At.Weekday().String()), ""
	case Month:
		return x.At.Format("2006-01"), x.At.Format("January 2006")
	case Place:
		if x.Place == uuid.Nil {
			return Unknown, "Place not recorded"
		}
		return x.Place.String(), ""
	case Person:
		return x.Version.Stream.String(), ""
	case Harm:
		return coded(x.Harm, "Harm not recorded")
	}
	return coded(x.Kind, "Kind not recorded")
}

// coded is the key of a code; words of somebody's own are a bar of their own.
func coded(c standard.Coded, none string) (key, label string) {
	label = standard.Display(c, nil)
	switch {
	case c.Code != "":
		return c.Code, label
	case c.Text != "":
		return "in words: " + strings.ToLower(c.Text), c.Text
	}
	return Unknown, none
}
