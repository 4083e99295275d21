package demo

import (
	"slices"
	"strings"
	"time"
)

// record writes one person's whole record: registration, arrival, medicines, plan, what came since, and the days of daily care.
func (g *generator) record(o *other) error {
	for _, part := range []func(*other) error{g.arrival, g.medicines, g.plan, g.since, g.happenings, g.days} {
		if err := part(o); err != nil {
			return err
		}
	}
	return nil
}

// arrival opens the record and writes down what is learned before and on the first day.
func (g *generator) arrival(o *other) error {
	days, at := &g.library.days, o.registered
	who := o.onDuty(at, "senior")
	if !o.assessed.IsZero() {
		who = o.onDuty(o.assessed, "senior")
		if err := o.write(o.assessed, who, "Looked at before the first day", days.Register, days.Assess); err != nil {
			return err
		}
		if err := o.write(at, who, "The first day", days.Place); err != nil {
			return err
		}
	} else if err := o.write(at, who, "Registered", days.Register, days.Place); err != nil {
		return err
	}
	parts := days.ArriveHome
	if o.place.own() {
		parts = days.ArriveOwn
	}
	if err := o.write(at.Add(9*time.Minute), who, "On the first day", parts, days.Arrive, o.life.Arrive); err != nil {
		return err
	}
	for i, c := range o.chosen {
		if err := o.write(at.Add(time.Duration(14+2*i)*time.Minute), who, "On the first day", c.Arrive); err != nil {
			return err
		}
	}
	return nil
}

// medicines writes the orders, and has a second person check them.
func (g *generator) medicines(o *other) error {
	at := o.registered.Add(50 * time.Minute)
	checked := at.Add(95 * time.Minute)
	var orders, checks []changeText
	for _, text := range o.orders {
		orders = append(orders, changeText{Create: text.Name, Class: "medicine-order", Content: g.library.days.Order.over(text.Content)})
		checks = append(checks, changeText{Modify: text.Name, Content: g.library.days.Check})
	}
	who := o.onDuty(at, "senior")
	if err := o.write(at, who, "Medicines checked on arrival", orders); err != nil {
		return err
	}
	return o.write(checked, o.checker(checked, who), "Second check, against the boxes and the surgery's list", checks)
}

// plan writes the plan with its goals, instructions and activities, and what follows weeks later.
func (g *generator) plan(o *other) error {
	at := o.planned
	who := o.onDuty(at, "senior")
	for i, c := range o.chosen {
		if err := o.write(at.Add(time.Duration(i)*time.Minute), who, "What is to be done", c.Plan); err != nil {
			return err
		}
	}
	at = at.Add(20 * time.Minute)
	parts := g.library.days.PlanHome
	if o.place.own() {
		parts = g.library.days.PlanOwn
	}
	if err := o.write(at, who, "What is to be done", g.library.days.Plan, parts); err != nil {
		return err
	}
	if err := o.write(at.Add(25*time.Minute), who, "The plan, gone through together", []changeText{g.carePlan(o)}); err != nil {
		return err
	}
	manager := o.place.Manager
	if o.index%3 == 1 {
		if err := o.write(o.at(o.planned, "16:30").Add(time.Duration(o.index%60)*time.Minute), manager, "Read, and talked over with the senior", []changeText{{Attest: "plan"}}); err != nil {
			return err
		}
	}
	weeks := o.at(o.planned.AddDate(0, 0, 21), "10:00")
	if !o.isHere(weeks) {
		return nil
	}
	for _, c := range o.chosen {
		if err := o.write(weeks, manager, "Three weeks on", c.Later); err != nil {
			return err
		}
	}
	return nil
}

// carePlan refers to everything that was made for it.
func (g *generator) carePlan(o *other) changeText {
	links := tree{kind: fields}
	for _, link := range []struct {
		to      string
		classes []string
	}{
		{"addresses", []string{"need", "risk", "problem"}}, {"targets", []string{"goal"}},
		{"determines", []string{"instruction"}}, {"inTheContextOf", []string{"strength", "wish", "preference"}},
	} {
		names := tree{kind: list}
		for _, class := range link.classes {
			for _, name := range o.kind[class] {
				names.list = append(names.list, tree{kind: scalar, text: name})
			}
		}
		if len(names.list) > 0 {
			links.fields = append(links.fields, field{link.to, names})
		}
	}
	const agreed = "consent-plan"
	if slices.ContainsFunc(o.kind["informed-consent"], func(name string) bool { return strings.HasSuffix(name, agreed) }) {
		links.fields = append(links.fields, field{"requiresConsent", tree{kind: scalar, text: agreed}})
	}
	text := g.library.days.CarePlan
	text.Content = text.Content.over(links)
	return text
}

// since writes what comes back every so many days, from the plan to the present.
func (g *generator) since(o *other) error {
	for _, it := range g.items(o) {
		if it.Always == 0 {
			continue
		}
		for day := o.planned.AddDate(0, 0, it.Always); day.Before(g.Today); day = day.AddDate(0, 0, it.Always) {
			if it.Past && !day.Before(g.daily) {
				break
			}
			if !o.isHere(o.at(day, it.At[0])) {
				continue
			}
			if err := g.happens(o, it, day, it.At[0], nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// change makes the text of a record of an item, with one of its variants.
func (r *recordText) change(o *other) changeText {
	text := changeText{Create: r.Create, Modify: r.Modify, Class: r.Class, Content: r.Content}
	if len(r.Variants) > 0 {
		text.Content = text.Content.over(pick(o.rng, r.Variants))
	}
	return text
}
