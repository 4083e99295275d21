package demo

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// days writes the days of daily care, up to the present.
func (g *generator) days(o *other) error {
	items := g.items(o)
	g.learn(o, g.daily.AddDate(-100, 0, 0), g.daily)
	for day := g.daily; !day.After(g.Today); day = day.AddDate(0, 0, 1) {
		if day.Before(o.at(o.planned, "00:00")) || !o.left.IsZero() && day.After(o.left) {
			continue
		}
		for _, it := range items {
			if !g.falls(it, day, o) {
				continue
			}
			for _, clock := range it.At {
				if at := o.at(day, clock); at.Before(o.planned) || !o.isHere(at) {
					continue
				}
				if err := g.happens(o, it, day, clock, nil); err != nil {
					return err
				}
			}
		}
		if err := g.doses(o, day); err != nil {
			return err
		}
		g.learn(o, day, day.AddDate(0, 0, 1))
	}
	return nil
}

// items are those that may happen to somebody.
func (g *generator) items(o *other) []*item {
	var items []*item
	add := func(list []item) {
		for i := range list {
			it := &list[i]
			if it.Where == "" && o.place.own() || it.Where == "own" && !o.place.own() {
				continue
			}
			items = append(items, it)
		}
	}
	add(g.library.days.Daily)
	for _, c := range o.chosen {
		add(c.Daily)
	}
	for i := range o.plot.Daily {
		items = append(items, &o.plot.Daily[i])
	}
	return items
}

// learn puts the words in place that are others since what happened in a span of days.
func (g *generator) learn(o *other, from, until time.Time) {
	for i := range o.plot.Steps {
		s := &o.plot.Steps[i]
		if day := o.at(o.present.AddDate(0, 0, s.On), "00:00"); !day.Before(from) && day.Before(until) {
			maps.Copy(o.vars, s.Vars)
		}
	}
}

// falls tells whether an item happens on a day to this person.
func (g *generator) falls(it *item, day time.Time, o *other) bool {
	from := int(day.Sub(o.at(o.present, "00:00")).Hours()/24 - 0.5)
	switch {
	case it.From != nil && from < *it.From || it.Until != nil && from > *it.Until:
		return false
	case len(it.Any) > 0 && !slices.ContainsFunc(it.Any, func(tag string) bool { return slices.Contains(o.tags, tag) }):
		return false
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
	if it.Where == "own" { // everybody has their own time for a call
		due = due.Add(time.Duration(group*20) * time.Minute)
	}
	switch {
	case more["pace"] != "" || o.place.own(): // a medicine that must be on time; and nobody waits for the next room
		pace = 0
	case it.By == "night" || it.By == "senior":
		pace = 6
	}
	begin := due.Add(time.Duration(group*pace) * time.Minute)
	o.vars["late"] = ""
	if it.Where == "own" && it.Takes >= 20 && o.rng.IntN(20) == 0 {
		begin = begin.Add(time.Duration(18+o.rng.IntN(30)) * time.Minute)
		o.vars["late"] = o.text("{one:lateness}")
	}
	at := begin.Add(time.Duration(o.rng.IntN(5)) * time.Minute)
	commit := begin.Add(time.Duration(7+it.Takes) * time.Minute)
	who := o.onDuty(due, it.By)
	maps.Copy(o.vars, map[string]string{
		"due": due.Format(instantForm), "this": due.Format("060102-1504"), "end": commit.Add(-time.Minute).Format(instantForm),
		"dueEnd": due.Add(time.Duration(it.Takes+5) * time.Minute).Format(instantForm),
	})
	maps.Copy(o.vars, more)
	if !o.place.own() {
		commit = written(commit, who)
	}
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
		if !o.isHere(commit.Add(wait)) {
			continue
		}
		then := o.onDuty(at.Add(wait), by)
		if err := o.happened(at.Add(wait), written(commit.Add(wait), then), then, why, s.Records); err != nil {
			return err
		}
	}
	return nil
}

// written is when somebody sits down with the handheld and saves what a round has brought: every quarter of an hour, each at their own minute.
func written(at time.Time, who string) time.Time {
	const round = 15 * time.Minute
	offset := time.Duration(hashOf(0, who)[0]%15) * time.Minute
	return at.Add(-offset - time.Nanosecond).Truncate(round).Add(round + offset)
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
		words := map[string]string{"order": order.Name, "route": "oral", "witnessed": ""}
		if order.witnessed() {
			words["witnessed"] = "yes"
		}
		order.placed(words, day)
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
			if o.place.own() {
				clocks = []string{o.call(o.nearestCall(clocks[0]), 15)}
			}
		}
		if _, critical := order.Content.get("timeCritical"); critical {
			words["pace"] = "0"
		}
		for _, clock := range clocks {
			at := o.at(day, clock)
			if !o.isHere(at) || at.Before(o.planned) || at.Before(order.begins) || !order.ends.IsZero() && at.After(order.ends) {
				continue
			}
			if err := g.happens(o, it, day, clock, words); err != nil {
				return err
			}
		}
	}
	return nil
}

// witnessed tells whether a second person must be there: for a controlled drug or insulin that staff give.
func (t *orderText) witnessed() bool {
	controlled, _ := t.Content.get("controlledDrug")
	special, _ := t.Content.get("specialCare")
	by, said := t.Content.get("whoGivesIt")
	return (controlled.text == "yes" || slices.Contains(special.texts(), "insulin")) && (!said || by.text == "staff" || by.text == "nurse")
}

// placed says where on the body a patch or an injection goes, another place each day, and what the reading before it was.
func (t *orderText) placed(words map[string]string, day time.Time) {
	words["bodySite"], words["bodySide"], words["reading"] = "", "", ""
	special, _ := t.Content.get("specialCare")
	places := map[string][2]string{"patch": {"back", "upper-arm"}, "subcutaneous": {"abdomen", "thigh"}}
	if place, ok := places[words["route"]]; ok {
		words["bodySite"], words["bodySide"] = place[day.YearDay()%2], []string{"left", "right"}[day.YearDay()/2%2]
	}
	switch {
	case slices.Contains(special.texts(), "blood-sugar-first"):
		words["reading"] = []string{"8.1 mmol/l", "9.4 mmol/l", "7.6 mmol/l", "10.2 mmol/l"}[day.YearDay()%4]
	case slices.Contains(special.texts(), "warfarin"):
		words["reading"] = []string{"INR 2.4, book of Monday", "INR 2.6, book of Monday"}[day.YearDay()/7%2]
	}
}
