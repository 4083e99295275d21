package access

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// downtimeAction is what the log of who saw what calls putting somebody's record into the downtime pack.
const downtimeAction = "downtime"

// DowntimePerson is one person as the downtime pack tells of them.
type DowntimePerson struct {
	Person
	Hidden   bool // the address is restricted: nothing of the pack may say where they live
	Versions []*record.Version
	Unproved map[uuid.UUID]bool // records that name a witness who has not signed
}

// Downtime is what the downtime pack is made of.
type Downtime struct {
	Moment    record.Moment
	Committed time.Time
	People    []DowntimePerson     // who is looked after somewhere today, by name
	Names     map[uuid.UUID]string // of what the records refer to in the directory
}

// DowntimeAsk says how the pack is made.
type DowntimeAsk struct {
	Since time.Time // how far back what happens many times a day goes: doses, drinks, readings
	Each  bool      // keep for each person that they are in it; otherwise once for all of them together
	Write func(*Downtime) error
}

// downtimeMost bounds how many records a pack is made of.
const downtimeMost = 500_000

// manyADay are the roles of classes of which a person has many.
var manyADay = []string{standard.ClassRoleDose, standard.ClassRoleIntake, standard.ClassRoleOutput, standard.ClassRoleReadings, standard.ClassRoleHandoverNote}

// OperatorDowntime gathers what staff need when the program does not run, and lets Write put it where they find it: of the safety banner everything, of all else what the policy names, of
// normal sensitivity, that excludes nobody. That it was gathered is in the log of who saw what, on the disk, before anything is written. It is for the program's own
// work and commands only.
func (g *Guard) OperatorDowntime(ctx context.Context, ask DowntimeAsk) error {
	head, committed, err := g.config.Log.Head(ctx)
	if err != nil {
		return err
	}
	d := &Downtime{Moment: head, Committed: committed}
	if err := g.downtimePeople(ctx, d); err != nil {
		return err
	}
	if err := g.downtimeRecords(ctx, d, ask.Since); err != nil {
		return err
	}
	if err := g.downtimeNames(ctx, d); err != nil {
		return err
	}
	var all []*record.Version
	for i := range d.People {
		all = append(all, d.People[i].Versions...)
	}
	unproved, err := g.unproved(ctx, all, head)
	if err != nil {
		return err
	}
	for i := range d.People {
		d.People[i].Unproved = unproved
	}
	entries := []Entry{{Count: len(d.People)}}
	if ask.Each {
		for _, p := range d.People {
			entries = append(entries, Entry{Stream: p.UID, Count: len(p.Versions)})
		}
	}
	for _, e := range entries {
		e.Purpose, e.Action, e.Outcome, e.Moment = Administration, downtimeAction, Done, head
		g.book.add(ctx, e)
	}
	if err := g.book.flush(ctx); err != nil {
		return notDisclosed(err)
	}
	return ask.Write(d)
}

// downtimePeople finds who is looked after somewhere today.
func (g *Guard) downtimePeople(ctx context.Context, d *Downtime) error {
	for after := ""; ; {
		people, next, err := g.config.Register.People(ctx, Selection{After: after, Limit: 500, At: d.Moment, Day: g.today(), Scope: record.Scope{Everything: true}})
		if err != nil {
			return err
		}
		for _, p := range people {
			facts, err := g.config.Register.Facts(ctx, p.UID, g.today())
			if err != nil {
				return err
			}
			d.People = append(d.People, DowntimePerson{Person: p, Hidden: facts.Restricted || p.Card.Restricted})
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// downtimeRecords reads what is told of each.
func (g *Guard) downtimeRecords(ctx context.Context, d *Downtime, since time.Time) error {
	beside := slices.Concat(g.pack, g.besideBanner(g.config.Policy.DowntimeRoles()))
	slices.Sort(beside)
	beside = slices.Compact(beside)
	var many []string
	for _, role := range manyADay {
		for _, class := range g.config.Catalogue.ClassesWithRole(role) {
			many = append(many, class.ID)
		}
	}
	isMany := func(id string) bool { return slices.Contains(many, id) }
	place := map[uuid.UUID]int{}
	var streams []uuid.UUID
	for i, p := range d.People {
		place[p.UID], streams = i, append(streams, p.UID)
	}
	for _, part := range []struct {
		classes []string
		from    time.Time
	}{
		{g.banner, time.Time{}},
		{slices.DeleteFunc(slices.Clone(beside), isMany), time.Time{}},
		{slices.DeleteFunc(slices.Clone(beside), func(id string) bool { return !isMany(id) }), since},
	} {
		ask := record.Across{Streams: streams, Classes: part.classes, From: part.from, At: d.Moment, Limit: downtimeMost, Scope: record.Scope{Everything: true}}
		versions, more, err := g.config.Register.Across(ctx, ask)
		if err != nil {
			return err
		}
		if more {
			return &standard.Fault{Kind: standard.Invalid, Message: "There are too many records for one downtime pack."}
		}
		for _, v := range versions {
			if p := &d.People[place[v.Stream]]; !g.placement[v.Class] && (slices.Contains(g.banner, v.Class) || g.plainly(v)) {
				p.Versions = append(p.Versions, v)
			}
		}
	}
	return nil
}

// plainly reports whether a version is of normal sensitivity and excludes nobody; of one that cannot be read nobody can say it.
func (g *Guard) plainly(v *record.Version) bool {
	if v.Sensitivity > record.Normal || v.Destroyed != uuid.Nil {
		return false
	}
	content, err := v.Decoded(g.config.Catalogue)
	return err == nil && len(record.IndexOf(content, v.Recorded, g.config.Zone).Excluded) == 0
}

// downtimeNames finds what the records refer to in the directory.
func (g *Guard) downtimeNames(ctx context.Context, d *Downtime) error {
	seen := map[uuid.UUID]bool{}
	var uids []uuid.UUID
	add := func(uid uuid.UUID) {
		if uid != uuid.Nil && !seen[uid] {
			seen[uid], uids = true, append(uids, uid)
		}
	}
	for _, p := range d.People {
		for _, v := range p.Versions {
			content, err := v.Decoded(g.config.Catalogue)
			if err != nil {
				continue
			}
			for _, ref := range content.References() {
				add(ref.UID)
			}
			add(v.Author)
		}
	}
	d.Names = map[uuid.UUID]string{}
	for part := range slices.Chunk(uids, 500) {
		names, err := g.config.Register.Names(ctx, uuid.Nil, part, d.Moment, record.Scope{})
		if err != nil {
			return err
		}
		for uid, name := range names {
			d.Names[uid] = name
		}
	}
	return nil
}
