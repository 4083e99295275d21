package demo

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"rosemary/standard"
)

// firstOther is the local name of the first of the others, whom the story mentions.
const firstOther = "other-1"

// generator makes the others.
type generator struct {
	Options
	library *library
	zone    *time.Location
	daily   time.Time // the first day of daily care
	packs   []*pack
	lives   []*life
	rng     *rand.Rand
	taken   map[string]bool // names and numbers in use
}

// newGenerator shuffles the packs.
func newGenerator(o Options, l *library, zone *time.Location) *generator {
	g := &generator{Options: o, library: l, zone: zone, rng: chance(o.Seed, "home"), taken: map[string]bool{"9990452229": true, "07700 900141": true, "01632 960141": true}}
	y, m, d := o.Today.Date()
	g.daily = time.Date(y, m, d-max(o.Days, 1)+1, 0, 0, 0, 0, zone)
	for i := range l.slots {
		g.packs = append(g.packs, newPack(o.Seed, &l.slots[i]))
	}
	return g
}

// generate makes the contributions of all others, and fills in what the story says of them.
func generate(o Options, zone *time.Location, story []contribution) ([]contribution, error) {
	l, err := readLibrary()
	if err != nil {
		return nil, err
	}
	g := newGenerator(o, l, zone)
	var all []contribution
	for index := 1; index <= g.People; index++ {
		person, err := g.meet(index)
		if err != nil {
			return nil, err
		}
		if err := g.record(person); err != nil {
			return nil, err
		}
		if err := g.mentioned(person, story); err != nil {
			return nil, err
		}
		if len(person.faults) > 0 {
			return nil, fmt.Errorf("%s: %w", person.scope, errors.Join(person.faults...))
		}
		all = append(all, person.made...)
	}
	all = slices.DeleteFunc(all, func(c contribution) bool { return c.at.After(o.Today) })
	return joined(all), nil
}

// mentioned fills the placeholders of what the story tells of one of the others.
func (g *generator) mentioned(o *other, story []contribution) error {
	for i := range story {
		c := &story[i]
		if c.person != o.scope {
			continue
		}
		o.moment(c.at, c.by)
		for j := range c.changes {
			c.changes[j].Content = c.changes[j].Content.fill(o.text)
		}
	}
	return nil
}

// joined puts what one account writes about one person at one time into one contribution, and those of one round beside each other.
func joined(all []contribution) []contribution {
	slices.SortStableFunc(all, func(a, b contribution) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.by, b.by), cmp.Compare(len(a.person), len(b.person)), cmp.Compare(a.person, b.person))
	})
	var out []contribution
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].person == c.person && out[n-1].by == c.by && out[n-1].at.Equal(c.at) {
			last := &out[n-1]
			if c.why != last.why {
				for i := range c.changes {
					c.changes[i].Why = cmp.Or(c.changes[i].Why, c.why)
				}
			}
			last.changes = append(last.changes, c.changes...)
			continue
		}
		out = append(out, c)
	}
	return out
}

// nextLife deals the lives, each once before any comes again.
func (g *generator) nextLife() *life {
	if len(g.lives) == 0 {
		for i := range g.library.lives {
			g.lives = append(g.lives, &g.library.lives[i])
		}
		g.rng.Shuffle(len(g.lives), func(i, j int) { g.lives[i], g.lives[j] = g.lives[j], g.lives[i] })
	}
	next := g.lives[0]
	g.lives = g.lives[1:]
	return next
}

// nhsNumber makes a number of the range that is never issued, with its check digit.
func (g *generator) nhsNumber() string {
	for {
		nine := fmt.Sprintf("999%06d", g.rng.IntN(1_000_000))
		for check := range 10 {
			number := nine + strconv.Itoa(check)
			if _, valid := standard.NHSNumber(number); valid && !g.taken[number] {
				g.taken[number] = true
				return number
			}
		}
	}
}

// telephone makes a number of the ranges kept for drama that nobody else has.
func (g *generator) telephone(form string) string {
	number := fmt.Sprintf(form, 600+g.rng.IntN(400))
	for tries := 0; g.taken[number] && tries < 40; tries++ {
		number = fmt.Sprintf(form, 600+g.rng.IntN(400))
	}
	g.taken[number] = true
	return number
}

// pick takes one of a list.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

func towns() []string {
	return []string{"Whitby", "Whitby", "Sleights", "Ruswarp", "Sandsend", "Staithes", "Robin Hood's Bay", "Scarborough", "Redcar"}
}

func surnames() []string {
	return []string{"Hartley", "Bell", "Swales", "Metcalfe", "Dunning", "Wray", "Pybus", "Tindale", "Coates", "Garbutt", "Stockdale", "Raine"}
}
