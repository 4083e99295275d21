package demo

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// days writes the days of daily care, up to the present.
func (g *generator) days(o *other) error {
	items := slices.Clone(g.library.days.Daily)
	for _, c := range o.chosen {
		items = append(items, c.Daily...)
	}
	for day := g.daily; !day.After(g.Today); day = day.AddDate(0, 0, 1) {
		if day.Before(o.planned) {
			continue
		}
		for i := range items {
			it := &items[i]
			if !it.falls(day, o) {
				continue
			}
			for _, clock := range it.At {
				if err := g.happens(o, it, day, clock, nil); err != nil {
					return err
				}
			}
		}
		if err := g.doses(o, day); err != nil {
			return err
		}
	}
	return nil
}

// falls tells whether an item happens on a day to this person.
func (it *item) falls(day time.Time, o *other) bool {
	switch {
	case it.Always > 0 || slices.ContainsFunc(o.chosen, func(c *option) bool { return slices.Contains(it.Not, c.ID) }):
		return false
	case len(it.Weekdays) > 0 && !slices.Contains(it.Weekdays, weekday(day)):
		return false
	case it.Every > 1 && (day.YearDay()+o.index)%it.Every != 0:
		return false
	}
	return it.Chance == 0 || o.rng.Float64() < it.Chance
}

func weekday(day time.Time) string { return strings.ToLower(day.Weekday().String()[:3]) }

// happens writes one item at one time of a day, and what follows it. More are further words for placeholders.
func (g *generator) happens(o *other, it *item, day time.Time, clock string, more map[string]string) error {
	due := o.at(day, clock)
	group := o.index % 3
	pace := 11
	switch {
	case more["pace"] != "": // a medicine that must be on time
		pace = 0
	case it.By == "night" || it.By == "senior":
		pace = 6
	}
	begin := due.Add(time.Duration(group*pace) * time.Minute)
	at := begin.Add(time.Duration(o.rng.IntN(5)) * time.Minute)
	commit := begin.Add(time.Duration(7+it.Takes) * time.Minute)
	who := o.onDuty(due, it.By)
	maps.Copy(o.vars, map[string]string{"due": due.Format(instantForm), "this": due.Format("060102-1504")})
	maps.Copy(o.vars, more)
	if err := o.happened(at, commit, who, it.Why, it.Records); err != nil {
		return err
	}
	for _, s := range it.Then {
		by, why := s.By, s.Why
		if by == "" {
			by = it.By
		}
		if why == "" {
			why = it.Why
		}
		wait := time.Duration(s.After) * time.Minute
		if err := o.happened(at.Add(wait), commit.Add(wait), o.onDuty(at.Add(wait), by), why, s.Records); err != nil {
			return err
		}
	}
	return nil
}

// happened writes records of what happened at one time, committed soon after.
func (o *other) happened(at, commit time.Time, who, why string, texts []recordText) error {
	o.moment(at, who)
	c := contribution{at: commit, by: who, person: o.scope, why: why}
	for i := range texts {
		ch, err := o.filled(texts[i].change(o))
		if err != nil {
			return err
		}
		c.changes = append(c.changes, ch)
	}
	o.made = append(o.made, c)
	return nil
}

// doses writes the medicines of one day: each order at its times, and now and then one that is given when needed.
func (g *generator) doses(o *other, day time.Time) error {
	for _, order := range o.orders {
		words := map[string]string{"order": order.Name, "route": "oral"}
		for key, word := range map[string]string{"medicine": "medicine", "dose": "howMuch", "route": "route"} {
			if t, ok := order.Content.get(key); ok {
				words[word] = t.text
			}
		}
		it := &g.library.days.Dose
		times, scheduled := order.Content.get("timeOfDay")
		clocks := times.texts()
		if on, weekly := order.Content.get("dayOfWeek"); weekly && on.text != weekday(day) {
			continue
		}
		if !scheduled {
			if o.rng.Float64() >= order.Chance {
				continue
			}
			it, clocks = &g.library.days.WhenNeeded, []string{pick(o.rng, []string{"09:20", "11:10", "14:50", "16:30"})}
		}
		if _, critical := order.Content.get("timeCritical"); critical {
			words["pace"] = "0"
		}
		for _, clock := range clocks {
			if err := g.happens(o, it, day, clock, words); err != nil {
				return err
			}
		}
	}
	return nil
}

// onDuty is whoever is there at a time to do something.
func (o *other) onDuty(at time.Time, by string) string {
	group := o.index % 3
	night := at.Hour() >= 21 || at.Hour() < 7
	shift := at.YearDay()
	if at.Hour() < 7 {
		shift--
	}
	graceIsOn := shift%7 < 4
	switch {
	case by == "manager":
		return "helen"
	case by == "nurse":
		return "priya"
	case by == "senior" && (at.Hour() >= 19 || at.Hour() < 7):
		if graceIsOn {
			return "grace"
		}
		return "ruth"
	case by == "senior":
		if shift%7 > 4 {
			return "priya"
		}
		return "ruth"
	case night && graceIsOn && group == 0:
		return "grace"
	case night:
		return "dean"
	case (shift+group+at.Hour()/14)%2 == 0 && !slices.Contains(o.life.Tags, "woman"):
		return "tomasz"
	}
	return "shanice"
}
