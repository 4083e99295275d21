package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
)

// The usual size of the demonstration.
const (
	DefaultPeople = 41
	DefaultDays   = 90
)

// Options say what to make and where.
type Options struct {
	Guard     *access.Guard       // of an empty installation whose rooms go by the Clock
	Catalogue *standard.Catalogue // the same as the guard's
	Clock     *Clock
	Seed      uint64
	People    int // others beside the person of the story; DefaultPeople for the usual
	Days      int // of daily care of the others, the last of them on Today
	// Today is the demonstration's present: nothing is dated after it. A bare date stands for the middle of its afternoon. The story ends on
	// 26 June 2026, so an earlier present becomes 29 June 2026.
	Today    time.Time
	Password string                // of every account
	Progress func(done, total int) // after every commit; nil: silent
}

// SignIn is an account of the demonstration.
type SignIn struct {
	Account string
	Name    string
	Role    string // as people say it
	What    string // what to try with it
}

// Summary says what was made.
type Summary struct {
	Accounts      []SignIn
	Story         uuid.UUID // the person of the story
	Home          uuid.UUID
	Today         time.Time // the present that was used
	People        int       // all, the person of the story included
	Directory     int       // entries
	Contributions int
	Versions      int
	Records       int
}

// The local names of what the summary points at.
const (
	storyPerson = "margaret"
	home        = "harbour-house"
	founder     = "setup" // the account that makes the first entries, closed at the end
)

// Build makes the demonstration in an empty installation and leaves the clock at its present. Everything is committed through sessions.
func Build(ctx context.Context, o Options) (*Summary, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("the demonstration's time zone: %w", err)
	}
	o.Today = present(o.Today, zone)
	staff, err := readStaff(zone)
	if err != nil {
		return nil, err
	}
	all, err := everything(o, zone)
	if err != nil {
		return nil, err
	}
	p := &player{
		Options: o, register: register{seed: o.Seed, names: map[string]*known{}}, staff: map[string]accountText{},
		sessions: map[string]*access.Session{}, sent: map[uuid.UUID]int{}, total: len(all),
	}
	for _, a := range staff {
		p.staff[a.Account] = a
	}
	if err := p.declare(all); err != nil {
		return nil, err
	}
	if err := p.play(ctx, all); err != nil {
		return nil, err
	}
	return p.finish(ctx, staff)
}

// present is the instant at which the demonstration stands still.
func present(today time.Time, zone *time.Location) time.Time {
	if today.Hour() == 0 && today.Minute() == 0 {
		today = time.Date(today.Year(), today.Month(), today.Day(), 15, 30, 0, 0, zone)
	}
	today = today.In(zone).Truncate(time.Minute)
	earliest := time.Date(2026, time.June, 29, 15, 30, 0, 0, zone)
	if today.Before(earliest) {
		return earliest
	}
	return today
}

// everything gives all contributions in the order of time.
func everything(o Options, zone *time.Location) ([]contribution, error) {
	var all []contribution
	for _, name := range []string{"directory.yaml", "story.yaml"} {
		part, err := readScript(name)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	team, _, err := readTeam(zone)
	if err != nil {
		return nil, err
	}
	all = append(all, team...)
	others, err := generate(o, zone, all)
	if err != nil {
		return nil, err
	}
	all = append(all, others...)
	if o.People == 0 {
		all = slices.DeleteFunc(all, func(c contribution) bool { return c.person == firstOther })
	}
	if all, err = illustrated(o.Seed, all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b contribution) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.by, b.by)) })
	return all, nil
}

// finish makes the accounts that are shown and have not acted yet, closes the founder's.
func (p *player) finish(ctx context.Context, staff []accountText) (*Summary, error) {
	s := &Summary{Today: p.Today, Contributions: p.done, Versions: p.versions, Story: p.names[storyPerson].uid, Home: p.names[home].uid}
	p.Clock.Set(p.Today)
	for _, a := range staff {
		if a.What == "" { // who has not written anything needs no account to be looked at
			continue
		}
		session, err := p.session(ctx, a.Account)
		if err != nil {
			return nil, err
		}
		s.Accounts = append(s.Accounts, SignIn{Account: a.Account, Name: a.Name, Role: session.Principal().RoleName, What: a.What})
	}
	guests, err := p.letIn(ctx)
	if err != nil {
		return nil, err
	}
	s.Accounts = append(s.Accounts, guests...)
	if err := p.Guard.Disable(ctx, founder); err != nil {
		return nil, err
	}
	for _, k := range p.names {
		class, _ := p.Catalogue.Class(k.class)
		switch {
		case k.uid != k.stream:
		case class.HasRole("person"):
			s.People++
		default:
			s.Directory++
		}
	}
	s.Records = len(p.names)
	return s, nil
}

// accountText is an account as the file tells it.
type accountText struct {
	Account string   `yaml:"account"`
	Name    string   `yaml:"name"`
	Role    string   `yaml:"role"`
	Worker  string   `yaml:"worker"`
	Places  []string `yaml:"places"`
	Purpose string   `yaml:"purpose"`
	What    string   `yaml:"what"`
}

func readStaff(zone *time.Location) ([]accountText, error) {
	var staff []accountText
	if err := readData("accounts.yaml", &staff); err != nil {
		return nil, err
	}
	_, team, err := readTeam(zone)
	return append(staff, team...), err
}
