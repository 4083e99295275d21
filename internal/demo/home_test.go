package demo

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

func TestTheHome(t *testing.T) {
	b := build(t, 1, DefaultPeople, 3)
	v := b.view("inspector", time.Time{})
	people := b.people(v)
	if len(people) != DefaultPeople+1 || b.summary.People != len(people) {
		t.Fatalf("there are %d people, and the summary says %d", len(people), b.summary.People)
	}
	numbers, names, found := map[string]bool{}, map[string]bool{}, map[string]bool{}
	placeholder := regexp.MustCompile(`\{(one:|num:|[a-zA-Z]+\})`)
	for _, p := range people {
		number, valid := standard.NHSNumber(p.Card.NHSNumber)
		if !valid || !strings.HasPrefix(number, "999") || numbers[number] {
			t.Errorf("NHS number %s is invalid, issued or held twice", p.Card.NHSNumber)
		}
		name := p.Card.Given + " " + p.Card.Family
		if names[name] {
			t.Errorf("%s lives here twice", name)
		}
		numbers[number], names[name] = true, true
		for _, version := range b.records(v, p.UID, record.All) {
			text := strings.NewReplacer("{application}", "", "{tablet}", "", "{puff}", "", "{times}", "", "{ampoule}", "", "{patch}", "").Replace(string(version.Content))
			if placeholder.MatchString(text) || strings.Contains(text, "%!") {
				t.Errorf("%s: a placeholder was left: %s", version.Class, text)
			}
			if version.Committed.After(b.summary.Today) {
				t.Errorf("%s was committed at %s, after the present", version.Class, version.Committed)
			}
			found[version.Class] = true
			b.note(found, version)
		}
	}
	for _, want := range []string{
		"allergy has-allergy", "allergy none-known", "allergy asked-not-known", "allergy not-asked",
		"cpr 450475007", "cpr 450476008", "dols authorised", "dols requested", "drink 0", "drink 2", "food 5", "food 6", "incident", "dose-event", "body-mark",
		"eating-and-drinking-plan", "moving-and-handling-plan", "lasting-power-of-attorney", "review", "handover-note", "output",
	} {
		if !found[want] {
			t.Errorf("nobody in the home has: %s", want)
		}
	}
	t.Run("everything hangs together", b.hangsTogether)
	t.Run("a daughter and an attorney", b.guestsSeeOnePerson)
}

// guestsSeeOnePerson: whoever was let in signs in like the others, and sees the one record that it was about.
func (b *built) guestsSeeOnePerson(t *testing.T) {
	roles := map[string]int{}
	for _, a := range b.summary.Accounts {
		if !strings.HasPrefix(a.Account, access.PassPrefix) {
			continue
		}
		roles[a.Role]++
		principal, err := b.Guard.SignIn(t.Context(), a.Account, testPassword)
		if err != nil || a.What == "" || a.Name == "" {
			t.Fatalf("%+v: %v", a, err)
		}
		s, err := b.Guard.Session(t.Context(), principal.Account, "visit")
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.View(t.Context(), access.At{})
		if err != nil {
			t.Fatal(err)
		}
		people, _, err := v.People(t.Context(), access.PeopleQuery{All: true})
		if err != nil || len(people) != 1 {
			t.Errorf("%s sees %d people: %v", a.Role, len(people), err)
		}
	}
	if len(roles) != 2 {
		t.Errorf("let in are %v", roles)
	}
}

// note keeps what a record says that a home should have one of.
func (b *built) note(found map[string]bool, version *record.Version) {
	c := b.content(version)
	for role, word := range map[string]string{"allergy-status": "allergy ", "food-texture": "food ", "drink-thickness": "drink "} {
		if value, _ := c.First(role); value != nil {
			if coded, ok := value.(standard.Coded); ok {
				found[word+coded.Code] = true
			}
		}
	}
	for class, word := range map[string]string{"cpr-decision": "cpr ", "dols": "dols "} {
		role := map[string]string{"cpr-decision": "decision", "dols": "status"}[class]
		if value, _ := c.First(role); version.Class == class && value != nil {
			if coded, ok := value.(standard.Coded); ok {
				found[word+coded.Code] = true
			}
		}
	}
}

// TestNothingIsToldBeforeItHappened: what is dated to the minute was committed afterwards, and soon.
func TestNothingIsToldBeforeItHappened(t *testing.T) {
	b := build(t, 3, 3, 4)
	v := b.view("inspector", time.Time{})
	for _, p := range b.people(v) {
		for _, version := range b.records(v, p.UID, record.All) {
			if planned := []string{"task", "procedure", "review", "goal"}; slices.Contains(planned, version.Class) {
				continue
			}
			for _, e := range b.content(version).Entries {
				for _, value := range e.Values {
					at, ok := value.(standard.DateTime)
					if !ok || e.Element.Role == "review-due" || e.Element.ID == "askAboutEffectAt" || len(at) < 16 {
						continue
					}
					when, err := time.Parse(instantForm, string(at))
					if err == nil && when.After(version.Committed.Add(time.Minute)) && e.Element.ID != "expires" {
						t.Errorf("%s: %s at %s was committed at %s", version.Class, e.Element.ID, at, version.Committed)
					}
				}
			}
		}
	}
}

func TestTheSameSeedGivesTheSameHome(t *testing.T) {
	said := func(seed uint64) (uuid.UUID, []string) {
		b := build(t, seed, 2, 1)
		v := b.view("inspector", time.Time{})
		var all []string
		for _, p := range b.people(v) {
			for _, version := range b.records(v, p.UID, record.All) {
				all = append(all, version.Record.String()+" "+version.Committed.String()+" "+version.Author.String()+" "+string(version.Content))
			}
		}
		slices.Sort(all)
		return b.summary.Story, all
	}
	story, first := said(7)
	again, second := said(7)
	_, other := said(8)
	if story != again || !slices.Equal(first, second) {
		t.Error("the same seed gave another home")
	}
	if slices.Equal(first, other) {
		t.Error("another seed gave the same home")
	}
}

// TestManyPeople: behind the cast, people are dealt.
func TestManyPeople(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	all, err := generate(Options{Seed: 5, People: 90, Days: 1, Today: time.Date(2026, time.July, 1, 15, 0, 0, 0, zone)}, zone, nil)
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]bool{}
	for _, c := range all {
		people[c.person] = true
	}
	if len(people) != 90 {
		t.Errorf("there are %d people", len(people))
	}
}

func TestEveryAccountSignsIn(t *testing.T) {
	b := build(t, 1, 0, 1)
	for _, a := range b.summary.Accounts {
		if _, err := b.Guard.SignIn(context.Background(), a.Account, testPassword); err != nil || a.What == "" || a.Role == "" {
			t.Errorf("%s: %v", a.Account, err)
		}
	}
	if _, err := b.Guard.SignIn(context.Background(), founder, testPassword); err == nil {
		t.Error("the account that set up the home is still open")
	}
}
