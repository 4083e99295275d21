package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// LoadOptions say how much to load. Load makes records of the same people and kinds as Build, as many as are asked for: for fixtures, and to measure.
//
//	loaded, err := demo.Load(ctx, demo.LoadOptions{Recorder: in.Recorder, Seed: 1, Versions: 1_000_000, Today: time.Now()})
//	loaded, err := demo.Load(ctx, demo.LoadOptions{Recorder: in.Recorder, Seed: 1, OnePerson: 50_000, Today: time.Now()})
//
// It goes through the Recorder: everything is validated, hashed and projected as always, but no session decides who may write it, an
// author's day is one contribution, and all of it is committed when it is loaded. Memory holds the few people that are being written.
// Stopped half-way, the folder is whole; the same options, Today included, go on where it stopped.
type LoadOptions struct {
	Recorder  *record.Recorder
	Seed      uint64
	Versions  int       // at least as many, over as many people as it takes; 0: nobody but OnePerson
	OnePerson int       // versions of one more person with a history long enough; 0: no such person
	Days      int       // of daily care of each; 0: DefaultDays
	Today     time.Time // their present
	Workers   int       // people written at the same time; 0: 8
	Progress  func(done, total int)
}

// Loaded says what was loaded, now and before it was stopped.
type Loaded struct {
	Places        []uuid.UUID // the homes and the branch
	People        []uuid.UUID
	OnePerson     uuid.UUID            // the one with the long history
	Workers       map[string]uuid.UUID // entries of the directory, by account
	Contributions int
	Versions      int
}

// loader hands people to those who write them.
type loader struct {
	LoadOptions
	base  *player // of the directory
	staff map[string]accountText
	jobs  chan loadJob

	mu       sync.Mutex
	loaded   Loaded
	versions atomic.Int64
}

// loadJob is one person to be written, at most limit versions of them; 0: all.
type loadJob struct {
	generator *generator
	person    *other
	limit     int
}

// Load loads records into an installation that holds nothing, or what the same options loaded before.
func Load(ctx context.Context, o LoadOptions) (*Loaded, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("the load's time zone: %w", err)
	}
	o.Today = present(o.Today, zone)
	if o.Days <= 0 {
		o.Days = DefaultDays
	}
	if o.Workers <= 0 {
		o.Workers = 8
	}
	l := &loader{LoadOptions: o, staff: map[string]accountText{}, jobs: make(chan loadJob)}
	staff, err := readStaff(zone)
	if err != nil {
		return nil, err
	}
	for _, a := range staff {
		l.staff[a.Account] = a
	}
	if err := l.directory(ctx, zone); err != nil {
		return nil, fmt.Errorf("loading the directory: %w", err)
	}
	l.loaded.Workers = map[string]uuid.UUID{}
	for _, a := range staff {
		if k, ok := l.base.find("", a.Worker); ok {
			l.loaded.Workers[a.Account] = k.uid
		}
	}
	library, err := readLibrary()
	if err != nil {
		return nil, err
	}
	for i := range library.places {
		if k, ok := l.base.find("", library.places[i].Place); ok {
			l.loaded.Places = append(l.loaded.Places, k.uid)
		}
	}
	if err := l.people(ctx, newGenerator(l.options(), library, zone)); err != nil {
		return nil, err
	}
	l.loaded.Versions = int(l.versions.Load())
	slices.SortFunc(l.loaded.People, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return &l.loaded, nil
}

func (l *loader) options() Options {
	return Options{Catalogue: l.Recorder.Catalogue, Seed: l.Seed, Days: l.Days, Today: l.Today}
}

// directory writes the places and the staff.
func (l *loader) directory(ctx context.Context, zone *time.Location) error {
	all, err := readScript("directory.yaml")
	if err != nil {
		return err
	}
	team, _, err := readTeam(zone)
	if err != nil {
		return err
	}
	all = append(all, team...)
	slices.SortStableFunc(all, func(a, b contribution) int { return a.at.Compare(b.at) })
	l.base = &player{Options: l.options(), register: register{seed: l.Seed, names: map[string]*known{}}, sent: map[uuid.UUID]int{}}
	if err := l.base.declare(all); err != nil {
		return err
	}
	for _, c := range all {
		if _, err := l.commit(ctx, l.base, c); err != nil {
			return err
		}
	}
	return nil
}

// people deals people until there are enough versions, and has them written.
func (l *loader) people(ctx context.Context, g *generator) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var workers sync.WaitGroup
	for range l.Workers {
		workers.Go(func() {
			for job := range l.jobs {
				if err := l.write(ctx, job); err != nil {
					stop(err)
				}
			}
		})
	}
	err := l.deal(ctx, g)
	close(l.jobs)
	workers.Wait()
	return errors.Join(err, context.Cause(ctx))
}

func (l *loader) deal(ctx context.Context, g *generator) error {
	if l.OnePerson > 0 {
		long := *g
		long.Days = l.OnePerson/14 + 60 // such a person has about twenty entries a day
		long.daily = g.daily.AddDate(0, 0, l.Days-long.Days)
		person, err := long.meet(longStory)
		if err != nil {
			return err
		}
		if err := l.hand(ctx, loadJob{&long, person, l.OnePerson}); err != nil {
			return err
		}
	}
	for index := 1; int(l.versions.Load()) < l.Versions; index++ {
		person, err := g.meet(index)
		if err != nil {
			return err
		}
		if err := l.hand(ctx, loadJob{g, person, 0}); err != nil {
			return err
		}
	}
	return nil
}

// longStory is the index of the person with the long history, beyond all others.
const longStory = 99_999_999

func (l *loader) hand(ctx context.Context, job loadJob) error {
	select {
	case l.jobs <- job:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// write writes one person's record.
func (l *loader) write(ctx context.Context, job loadJob) error {
	o := job.person
	if err := job.generator.record(o); err != nil {
		return err
	}
	if len(o.faults) > 0 {
		return fmt.Errorf("%s: %w", o.scope, errors.Join(o.faults...))
	}
	all := slices.DeleteFunc(o.made, func(c contribution) bool {
		return c.at.After(l.Today) || len(c.changes) == 0 || c.changes[0].kind == record.Attest
	})
	all = days(joined(all))
	p := &player{Options: l.options(), register: register{seed: l.Seed, names: map[string]*known{}, base: &l.base.register}, sent: map[uuid.UUID]int{}}
	if err := p.declare(all); err != nil {
		return err
	}
	k, _ := p.find("", o.scope)
	l.mu.Lock()
	if l.loaded.People = append(l.loaded.People, k.uid); job.limit > 0 {
		l.loaded.OnePerson = k.uid
	}
	l.mu.Unlock()
	for i, c := range all {
		if err := ctx.Err(); err != nil || job.limit > 0 && p.versions >= job.limit {
			return err
		}
		n, err := l.commit(ctx, p, c)
		if err != nil {
			return err
		}
		all[i] = contribution{} // written: nothing needs to remember it
		done := l.versions.Add(int64(n))
		l.mu.Lock()
		l.loaded.Contributions++
		if l.Progress != nil {
			l.Progress(min(int(done), l.Versions+l.OnePerson), l.Versions+l.OnePerson)
		}
		l.mu.Unlock()
	}
	return nil
}

// commit commits one contribution in the name of its author, and tells how many versions it has.
func (l *loader) commit(ctx context.Context, p *player, c contribution) (int, error) {
	proposal, err := p.proposal(c)
	if err != nil {
		return 0, err
	}
	text := l.staff[c.by]
	by := record.Committer{Account: c.by, Role: text.Role}
	if worker, ok := l.base.find("", text.Worker); ok && worker.version > 0 {
		by.Actor = worker.uid
	}
	_, err = l.Recorder.Commit(ctx, by, proposal)
	return len(proposal.Changes), explained(err, c)
}

// days puts the routine entries that one author makes about one person on a day into one contribution. Everything else keeps its place.
func days(all []contribution) []contribution {
	var out, open []contribution // open are those of the day, in the order in which their authors began
	close := func() { out, open = append(out, open...), nil }
	for _, c := range all {
		if !routine(&c) {
			close()
			out = append(out, c)
			continue
		}
		if len(open) > 0 && c.at.YearDay() != open[0].at.YearDay() {
			close()
		}
		i := slices.IndexFunc(open, func(b contribution) bool { return b.by == c.by && len(b.changes)+len(c.changes) < 100 })
		if i < 0 {
			open = append(open, c)
			continue
		}
		open[i].changes = append(open[i].changes, c.changes...)
	}
	close()
	return out
}

// routine tells whether a contribution holds nothing but new entries of daily care.
func routine(c *contribution) bool {
	for _, ch := range c.changes {
		switch ch.Class {
		case "action", "intake", "output", "care-check", "dose-event", "daily-note", "handover-note", "measurement", "visit", "body-mark":
		default: // a change of a record has no class here
			return false
		}
	}
	return true
}
