package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// happening is what happens to one person in the days that end at the present.
type happening struct {
	Happening string              `yaml:"happening"`
	What      string              `yaml:"what"`
	Assessed  string              `yaml:"assessed"` // days from the present and a time, like the next two
	Came      string              `yaml:"came"`
	Left      string              `yaml:"left"`
	Away      []spanText          `yaml:"away"`
	Placement map[string]string   `yaml:"placement"` // what is said of the stay
	Vars      map[string]string   `yaml:"vars"`
	Series    map[string]series   `yaml:"series"`
	Steps     []plotStep          `yaml:"steps"`
	Daily     []item              `yaml:"daily"`
	Orders    []orderText         `yaml:"orders"`
	Stops     map[string]int      `yaml:"stops"`
	StopsAll  *int                `yaml:"stopsAll"`
	Words     map[string][]string `yaml:"words"`
}

type spanText struct {
	From  string `yaml:"from"`
	Until string `yaml:"until"`
}

// plotStep is one thing that is written.
type plotStep struct {
	On      int               `yaml:"on"`
	At      string            `yaml:"at"`
	Takes   int               `yaml:"takes"`
	By      string            `yaml:"by"`
	Why     string            `yaml:"why"`
	Vars    map[string]string `yaml:"vars"` // words that are others from the next day
	Changes []changeText      `yaml:"changes"`
}

// series is a figure that changes over the days along a line through its points.
type series struct {
	Decimals int             `yaml:"decimals"`
	Wobble   float64         `yaml:"wobble"`
	Points   map[int]float64 `yaml:"points"`
}

// on is the figure on a day, counted from the present; wobble is between -1 and 1.
func (s *series) on(day, wobble float64) string {
	days := slices.Sorted(maps.Keys(s.Points))
	value := s.Points[days[0]]
	for i, d := range days {
		if day < float64(d) {
			break
		}
		value = s.Points[d]
		if i+1 < len(days) && day < float64(days[i+1]) {
			next := days[i+1]
			value += (s.Points[next] - value) * (day - float64(d)) / float64(next-d)
		}
	}
	return strconv.FormatFloat(value+wobble*s.Wobble, 'f', s.Decimals, 64)
}

// instant reads "-44 10:30": days from the present, and a time.
func (o *other) instant(text string) time.Time {
	days, clock, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(days)
	if err != nil {
		o.faults = append(o.faults, fmt.Errorf("%q is no day and time", text))
	}
	return o.at(o.present.AddDate(0, 0, n), cmp.Or(clock, "12:00"))
}

// isHere tells whether somebody is being looked after at an instant.
func (o *other) isHere(at time.Time) bool {
	if at.Before(o.registered) || !o.left.IsZero() && !at.Before(o.left) {
		return false
	}
	for _, a := range o.away {
		if !at.Before(a[0]) && at.Before(a[1]) {
			return false
		}
	}
	return true
}

// follow takes from what happens to somebody when they came, were away and left.
func (o *other) follow(h *happening) {
	o.plot = h
	if h == nil {
		o.plot = &happening{}
		return
	}
	for name, words := range h.Words {
		o.words[name] = append(o.words[name], words...)
	}
	maps.Copy(o.vars, h.Vars)
	for key, name := range map[string]string{"kindOfStay": "kindOfStay", "plannedUntil": "plannedUntil", "comment": "stayComment"} {
		if text, ok := h.Placement[key]; ok {
			o.vars[name] = text
		}
	}
	for _, a := range h.Away {
		o.away = append(o.away, [2]time.Time{o.instant(a.From), o.instant(a.Until)})
	}
	if h.Left != "" {
		o.left = o.instant(h.Left)
	}
}

// happenings writes what happens to somebody, and the medicines that begin and end with it.
func (g *generator) happenings(o *other) error {
	for i := range o.plot.Steps {
		s := &o.plot.Steps[i]
		at := o.at(o.present.AddDate(0, 0, s.On), s.At)
		who := o.onDuty(at, s.By)
		o.moment(at, who)
		c := contribution{at: at.Add(time.Duration(s.Takes) * time.Minute), by: who, person: o.scope, why: o.text(s.Why)}
		for _, text := range s.Changes {
			ch, err := o.filled(text)
			if err != nil {
				return fmt.Errorf("%s: %w", o.plot.Happening, err)
			}
			c.changes = append(c.changes, ch)
		}
		o.made = append(o.made, c)
	}
	for i := range o.plot.Orders {
		if err := g.course(o, o.plot.Orders[i]); err != nil {
			return err
		}
	}
	for i := range o.orders {
		order := &o.orders[i]
		if day, ok := o.plot.Stops[order.Name]; ok {
			order.ends = o.at(o.present.AddDate(0, 0, day), "12:00")
		}
		if o.plot.StopsAll != nil && order.From == nil {
			order.ends = o.at(o.present.AddDate(0, 0, *o.plot.StopsAll), "10:30")
			if err := o.write(order.ends.Add(time.Minute), o.onDuty(order.ends, "medicines"), "Tablets stopped, on the doctor's word", []changeText{{Modify: order.Name, Content: tree{kind: fields, fields: []field{{"status", word("stopped")}, {"stop", word("{now}")}}}}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// course writes a medicine that begins on a day, is checked by a second person, and may end.
func (g *generator) course(o *other, order orderText) error {
	begin := o.at(o.present.AddDate(0, 0, *order.From), "16:00")
	who := o.onDuty(begin, "senior")
	create := changeText{Create: order.Name, Class: "medicine-order", Content: g.library.days.Order.over(order.Content)}
	if err := o.write(begin, who, "A new medicine", []changeText{create}); err != nil {
		return err
	}
	check := begin.Add(40 * time.Minute)
	if err := o.write(check, o.checker(check, who), "Second check", []changeText{{Modify: order.Name, Content: g.library.days.Check}}); err != nil {
		return err
	}
	order.begins = check
	if order.Until != nil {
		last := o.at(o.present.AddDate(0, 0, *order.Until), "20:45")
		order.ends = last
		if o.isHere(last) {
			text := changeText{Modify: order.Name, Content: tree{kind: fields, fields: []field{{"status", word("finished")}, {"stop", word("{now}")}}}}
			if err := o.write(last, o.onDuty(last, "senior"), "The course is finished", []changeText{text}); err != nil {
				return err
			}
		}
	}
	o.orders = append(o.orders, order)
	return nil
}
