package demo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rosemary/record"
)

// other is one of the others: a life, what they need, and the words their record is written in.
type other struct {
	expander
	scope  string // local name
	index  int    // from 1
	place  *place
	life   *life
	plot   *happening
	tags   []string
	chosen []*option
	orders []orderText

	assessed   time.Time // when they were looked at before they came; zero: they were not
	registered time.Time // when they came, or their record was opened
	left       time.Time // zero: still here
	away       [][2]time.Time
	planned    time.Time // when the plan was made
	weight     float64   // kg when the record was opened
	trend      float64   // kg a month

	zone    *time.Location
	present time.Time // the day on which the home is looked at
	made    []contribution
	kind    map[string][]string // local names of the records made for the plan, by class
}

// meet makes one person: who they are, and what stands for the placeholders.
func (g *generator) meet(index int) (*other, error) {
	o := &other{scope: "other-" + strconv.Itoa(index), index: index, zone: g.zone, present: g.Today, kind: map[string][]string{}}
	o.rng = chance(g.Seed, o.scope)
	o.order, o.vars, o.words = map[string][]int{}, map[string]string{}, map[string][]string{}
	o.more = o.calendar
	role, err := g.part(index)
	if err != nil {
		return nil, err
	}
	if o.place, o.life = g.library.place(role.Place), g.life(role.Life); o.place == nil || o.life == nil {
		return nil, fmt.Errorf("%s: there is no place %q or no life %q", o.scope, role.Place, role.Life)
	}
	o.tags = append(slices.Clone(o.life.Tags), o.place.Kind)
	if err := g.dealt(o, role.Has); err != nil {
		return nil, err
	}
	o.gatherWords(g.library)
	o.name(g)
	o.kinfolk(g)
	o.follow(g.library.plots[role.Story])
	o.dates(g)
	if o.place.own() {
		o.callTimes()
	}
	return o, nil
}

// calendar fills {on:-3}, {time:-3 14:30} and {call:07:40}.
func (o *other) calendar(kind, rest string) (string, bool) {
	switch kind {
	case "on":
		return o.instant(rest).Format(time.DateOnly), true
	case "time":
		return o.instant(rest).Format(instantForm), true
	case "call":
		return o.call(rest, 0), true
	}
	return "", false
}

// part is who the next person is: one of the cast, and behind them whoever is dealt.
func (g *generator) part(index int) (castText, error) {
	if index <= len(g.library.cast) {
		return g.library.cast[index-1], nil
	}
	return castText{Place: g.library.places[index%len(g.library.places)].Place, Life: g.nextLife().Life}, nil
}

// life finds a life by its name.
func (g *generator) life(name string) *life {
	i := slices.IndexFunc(g.library.lives, func(l life) bool { return l.Life == name })
	if i < 0 {
		return nil
	}
	return &g.library.lives[i]
}

// dealt gives somebody the options that are fixed for them, and deals one of every other slot.
func (g *generator) dealt(o *other, fixed []string) error {
	left := slices.Clone(fixed)
	filled := map[string]bool{}
	for _, p := range g.packs {
		for i := range p.slot.Options {
			if opt := &p.slot.Options[i]; slices.Contains(fixed, opt.ID) {
				o.chosen = append(o.chosen, opt)
				filled[p.slot.Slot] = true
				left = slices.DeleteFunc(left, func(id string) bool { return id == opt.ID })
			}
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("%s: there is no option %v", o.scope, left)
	}
	for _, p := range g.packs {
		if filled[p.slot.Slot] || p.slot.Where != "" && p.slot.Where != o.place.Kind {
			continue
		}
		for range max(p.slot.Draw, 1) {
			card := p.deal(o.tags, o.chosen)
			if card == nil {
				return fmt.Errorf("%s: no option of %s goes with the others", o.scope, p.slot.Slot)
			}
			o.chosen = append(o.chosen, card)
		}
	}
	for _, card := range o.chosen {
		o.tags = append(o.tags, card.ID)
		o.orders = append(o.orders, card.Orders...)
	}
	return nil
}

// gatherWords joins the words of the house, the life and what was dealt.
func (o *other) gatherWords(l *library) {
	sources := []map[string][]string{l.days.Words, o.life.Words}
	maps.Copy(o.vars, map[string]string{"restricted": "no", "onset": "2024", "diet": "", "kindOfStay": "permanent", "plannedUntil": "", "stayComment": "", "package": "", "source": "19", "method": "planned", "late": ""})
	if o.place.own() {
		o.vars["kindOfStay"] = "home-care"
	}
	maps.Copy(o.vars, o.place.Vars)
	maps.Copy(o.vars, o.life.Vars)
	for _, c := range o.chosen {
		sources = append(sources, c.Words)
		maps.Copy(o.vars, c.Vars)
	}
	for _, words := range sources {
		for name, phrases := range words {
			o.words[name] = append(o.words[name], phrases...)
		}
	}
	maps.Copy(o.words, o.life.Instead)
	for _, c := range o.chosen {
		maps.Copy(o.words, c.Instead)
	}
}

// name gives the person a name nobody else in the home has, a number, and a place they come from.
func (o *other) name(g *generator) {
	l := o.life
	given, family := pick(o.rng, l.Given), pick(o.rng, l.Family)
	for tries := 0; g.taken[given+family] && tries < 50; tries++ {
		given, family = pick(o.rng, l.Given), pick(o.rng, l.Family)
	}
	g.taken[given+family] = true
	given, called, _ := strings.Cut(given, "/")
	if called == "" {
		called = given
	}
	words := map[string]string{"she": "he", "She": "He", "her": "his", "Her": "His", "them": "him", "hers": "his", "herself": "himself", "gender": "1", "title": "Mr"}
	if l.She {
		words = map[string]string{"she": "she", "She": "She", "her": "her", "Her": "Her", "them": "her", "hers": "hers", "herself": "herself", "gender": "2", "title": "Mrs"}
		if m := l.Vars["marital"]; m == "S" || m == "D" {
			words["title"] = "Ms"
		}
	}
	maps.Copy(o.vars, words)
	maps.Copy(o.vars, map[string]string{
		"person": o.scope, "given": given, "family": family, "name": called, "full": given + " " + family, "place": l.Place,
		"nhs": g.nhsNumber(), "number": strconv.Itoa(2000 + o.rng.IntN(7000)), "room": o.place.room(),
		"house": strconv.Itoa(1+o.rng.IntN(60)) + " " + pick(o.rng, l.Street), "town": pick(o.rng, towns()),
		"postcode": fmt.Sprintf("ZZ99 3%c%c", 'A'+o.rng.IntN(26), 'A'+o.rng.IntN(26)),
		"born":     fmt.Sprintf("%d-%02d-%02d", l.Born-3+o.rng.IntN(7), 1+o.rng.IntN(12), 1+o.rng.IntN(28)),
		"practice": "harbour-lane-surgery", "gp": "dr-naqvi", "gpName": "Dr Farah Naqvi", "gpFamily": "Naqvi", "surgery": "Harbour Lane Surgery",
		"keyworker": pick(o.rng, o.place.Keyworkers), "manager": o.place.Manager, "nurse": "district-nurse-jo",
	})
	if nurses := o.place.Shifts["nurse"]; len(nurses) > 0 {
		o.vars["nurse"] = nurses[0]
	}
	if women := o.place.Shifts["women"]; slices.Contains(o.tags, "woman") {
		o.vars["keyworker"] = women[o.index%len(women)]
	}
	if o.index%3 == 0 {
		maps.Copy(o.vars, map[string]string{"practice": "esk-valley-practice", "gp": "dr-lister", "gpName": "Dr Owen Lister", "gpFamily": "Lister", "surgery": "Esk Valley Practice"})
	}
	o.weight, o.trend = 52+o.rng.Float64()*22, -0.35+o.rng.Float64()*0.5
	height := 1.5
	if !l.She {
		o.weight, height = o.weight+10, 1.63
	}
	o.vars["height"] = fmt.Sprintf("%.2f", height+o.rng.Float64()*0.18)
}

// kinfolk names those around the person, with numbers to ring.
func (o *other) kinfolk(g *generator) {
	for i, key := range []string{"kin", "kin2"} {
		k := o.life.Kin[i]
		family := k.Family
		switch {
		case k.Same:
			family = o.vars["family"]
		case family == "":
			family = pick(o.rng, surnames())
		}
		o.vars[key], o.vars[key+"First"], o.vars[key+"Family"], o.vars[key+"Is"] = k.First+" "+family, k.First, family, k.Relationship
		o.vars[key+"Email"] = strings.ToLower(k.First + "." + family + "@example.org")
	}
	first, family := pick(o.rng, []string{"Norma", "Terry", "Elaine", "Graham", "Irene", "Malcolm"}), pick(o.rng, surnames())
	o.vars["friend"], o.vars["friendFirst"], o.vars["friendFamily"] = first+" "+family, first, family
	o.vars["mobile"], o.vars["mobile2"] = g.telephone("07700 900%03d"), g.telephone("07700 900%03d")
	o.vars["landline"] = g.telephone("01632 960%03d")
}

// dates says when the person came and when their record was opened: with the home's first days of it, or when they moved in later.
func (o *other) dates(g *generator) {
	day := time.Date(2025, time.September, 2, 9, 30, 0, 0, o.zone)
	if before := g.daily.AddDate(0, 0, -40); before.Before(day) {
		day = o.at(before, "09:30") // a long history begins earlier
	}
	o.registered = day.AddDate(0, 0, o.index%4).Add(time.Duration(o.index/4%4) * 100 * time.Minute)
	moved := day.AddDate(0, 0, -30-o.rng.IntN(1400))
	first, last := day.AddDate(0, 0, 24), g.daily.AddDate(0, 0, -30)
	if o.index%5 > 2 && last.After(first) && o.plot.Happening == "" {
		moved = first.AddDate(0, 0, o.rng.IntN(int(last.Sub(first).Hours()/24)+1))
		o.registered = time.Date(moved.Year(), moved.Month(), moved.Day(), 14, 20, 0, 0, o.zone)
	}
	if o.plot.Came != "" {
		o.registered = o.instant(o.plot.Came)
		moved = o.registered
	}
	if o.plot.Assessed != "" {
		o.assessed = o.instant(o.plot.Assessed)
	}
	o.planned = o.at(o.registered.AddDate(0, 0, 1), "10:30")
	o.vars["moved"] = moved.Format(time.DateOnly)
	autumn := o.registered.AddDate(-1, 2, 0).Year()
	o.vars["fluDate"], o.vars["fluDue"] = fmt.Sprintf("%d-10-09", autumn), fmt.Sprintf("%d-10", autumn+1)
}

// callTimes moves the times of medicines to those of the calls, for people in their own homes.
func (o *other) callTimes() {
	for i := range o.orders {
		o.orders[i].Content = o.atCalls(o.orders[i].Content)
	}
	plot := *o.plot
	plot.Orders = slices.Clone(plot.Orders)
	for i := range plot.Orders {
		plot.Orders[i].Content = o.atCalls(plot.Orders[i].Content)
	}
	o.plot = &plot
}

func (o *other) atCalls(content tree) tree {
	times, ok := content.get("timeOfDay")
	if !ok {
		return content
	}
	moved := tree{kind: list}
	for _, clock := range times.texts() {
		at := o.call(o.nearestCall(clock), 10)
		if !slices.Contains(moved.texts(), at) {
			moved.list = append(moved.list, word(at))
		}
	}
	return content.over(tree{kind: fields, fields: []field{{"timeOfDay", moved}}})
}

// nearestCall is when the call begins at which something due at a time is given.
func (o *other) nearestCall(clock string) string {
	four := slices.Contains(o.tags, "four-a-day") || slices.Contains(o.tags, "four-double")
	switch {
	case clock < "10:30":
		return "07:40"
	case clock < "15:30" && !slices.Contains(o.tags, "twice-a-day"):
		return "12:15"
	case clock < "19:00" && four:
		return "16:45"
	}
	return "20:15"
}

// call is the person's own time for a call: the round takes a while. Minutes are into the call.
func (o *other) call(clock string, minutes int) string {
	at := o.at(o.present, clock).Add(time.Duration(o.index%3*20+minutes) * time.Minute)
	return at.Format("15:04")
}

// at is a time of a day where the home is.
func (o *other) at(day time.Time, clock string) time.Time {
	var hour, minute int
	_, _ = fmt.Sscanf(clock, "%d:%d", &hour, &minute)
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, o.zone)
}

// moment sets the placeholders that tell the time.
func (o *other) moment(at time.Time, who string) {
	day := func(days int) string { return at.AddDate(0, 0, days).Format(time.DateOnly) }
	months := at.Sub(o.registered).Hours() / 24 / 30
	wobble := chance(uint64(o.index), day(0)).Float64()*0.6 - 0.3
	o.vars["weight"] = fmt.Sprintf("%.1f", o.weight+o.trend*months+wobble)
	away := at.Sub(o.at(o.present, "12:00")).Hours() / 24
	for name, s := range o.plot.Series {
		o.vars[name] = s.on(away, wobble/0.3)
	}
	second := o.second(at, who)
	o.vars["second"], o.vars["alsoTwo"], o.vars["witness"] = second, "", ""
	if o.vars["witnessed"] != "" {
		o.vars["witness"] = second
	}
	if o.vars["helpers"] == "2" {
		o.vars["alsoTwo"] = second
	}
	maps.Copy(o.vars, map[string]string{
		"nightsenior": o.place.Shifts["night-senior"][0],
		"who":         who, "date": day(0), "day": day(0), "clock": at.Format("15:04"), "now": at.Format(instantForm), "when": at.Format(instantForm),
		"later": at.Add(20 * time.Minute).Format(instantForm), "hour": at.Add(time.Hour).Format(instantForm),
		"review": day(reviewCycle), "standing": o.standing(at), "yearOn": day(364), "renewBy": day(336), "cprDate": day(-40),
	})
}

// reviewCycle is how often what stands is gone through, in days.
const reviewCycle = 84

// standing is when a standing plan is next gone through, seen from the present: now and then somebody is late.
func (o *other) standing(at time.Time) string {
	due := at.AddDate(0, 0, reviewCycle)
	for due.Before(o.present) {
		due = due.AddDate(0, 0, reviewCycle)
	}
	if o.index%5 == 3 && due.AddDate(0, 0, -reviewCycle).After(at) {
		due = due.AddDate(0, 0, -reviewCycle)
	}
	return due.Format(time.DateOnly)
}

// write adds a contribution of one account.
func (o *other) write(at time.Time, who, why string, texts ...[]changeText) error {
	o.moment(at, who)
	c := contribution{at: at, by: who, person: o.scope, why: why}
	for _, text := range slices.Concat(texts...) {
		ch, err := o.filled(text)
		if err != nil {
			return fmt.Errorf("%s: %w", o.scope, err)
		}
		c.changes = append(c.changes, ch)
	}
	if len(c.changes) > 0 {
		o.made = append(o.made, c)
	}
	return nil
}

// filled is a change with all placeholders filled in.
func (o *other) filled(text changeText) (change, error) {
	for _, s := range []*string{&text.Create, &text.Modify, &text.Attest, &text.InformationProvider, &text.Why} {
		*s = o.text(*s)
	}
	text.Content = text.Content.fill(o.text)
	ch, err := text.change()
	if err == nil && ch.kind == record.Create {
		o.kind[text.Class] = append(o.kind[text.Class], ch.name)
	}
	return ch, err
}
