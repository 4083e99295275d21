package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// names of the people that a selection gives, in its order.
func (w *World) listed(q access.Selection) []string {
	w.T.Helper()
	if q.At == 0 {
		q.At = w.Head()
	}
	if q.Day == "" {
		q.Day = Today
	}
	if q.Scope.Clauses == nil {
		q.Scope = Everything()
	}
	people, _, err := w.Store.People(context.Background(), q)
	if err != nil {
		w.T.Fatal(err)
	}
	var list []string
	for _, p := range people {
		list = append(list, p.Card.Given)
	}
	return list
}

func (w *World) wantListed(what string, q access.Selection, want ...string) {
	w.T.Helper()
	if got := w.listed(q); !slices.Equal(got, want) {
		w.T.Errorf("%s: %v, want %v", what, got, want)
	}
}

func people(t *testing.T, open Open) {
	w := NewWorld(t, open)
	oak, elm := w.Home("Oak House"), w.Home("Elm House")
	ann := w.Person("Ann", "O’Hara", `"preferred":"Nan","nhs":"999 000 0018"`)
	ben := w.Person("Ben", "Ákos-Lund")
	cat := w.Person("Cat", "Zuma", `"restricted":true`)
	dan := w.Person("Dan", "Mole")
	w.Person("Eve", "Mole")
	w.Place(ann, oak, "2026-01-01", "", "12")
	w.Place(ben, oak, "2025-01-01", "2026-03-15", "3")
	w.Place(ben, elm, "2026-03-16", "", "4")
	w.Place(cat, elm, "2026", "", "7")
	w.Place(dan, oak, "2025-01-01", "2026-02", "9")
	gone := w.Place(dan, elm, "2026-01-01", "", "wrong")
	w.Do(Erring(dan, gone, 1))
	w.wantListed("all", access.Selection{}, "Ben", "Ann", "Cat")
	w.wantListed("left", access.Selection{Left: true}, "Dan", "Eve")
	w.wantListed("here and left", access.Selection{All: true}, "Ben", "Dan", "Eve", "Ann", "Cat")
	w.wantListed("oak", access.Selection{Place: oak}, "Ann")
	w.wantListed("elm", access.Selection{Place: elm}, "Ben", "Cat")
	w.wantListed("oak and restricted", access.Selection{Place: oak, RestrictedToo: true}, "Ann", "Cat")
	w.wantListed("oak in February", access.Selection{Place: oak, Day: "2026-02-28"}, "Ben", "Dan", "Ann")
	w.wantListed("one who left", access.Selection{UID: dan}, "Dan")
	for search, want := range map[string][]string{
		"nan": {"Ann"}, "ohara": {"Ann"}, "O'H": {"Ann"}, "hara": nil, "akos": {"Ben"}, "lund BEN": {"Ben"}, "ben zuma": nil, "9990000018": {"Ann"},
		"999 000": {"Ann"}, "000": nil, "%": nil, "_": nil, " ": {"Ben", "Ann", "Cat"},
	} {
		w.wantListed("search "+search, access.Selection{Search: search}, want...)
	}
	list, _, err := w.Store.People(context.Background(), access.Selection{Search: "ben", At: w.Head(), Day: Today, Scope: Everything()})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if p := list[0]; p.UID != ben || p.Place != elm || p.PlaceName != "Elm House" || p.Room != "4" || !p.Placed || p.Card.Family != "Ákos-Lund" {
		t.Errorf("person %+v", p)
	}
	w.Do(Erring(ann, ann, 1))
	w.wantListed("without her who was entered in error", access.Selection{}, "Ben", "Cat")
	w.Verify()
}

func peopleAsAt(t *testing.T, open Open) {
	w := NewWorld(t, open)
	oak, elm := w.Home("Oak House"), w.Home("Elm House")
	ann := w.Person("Ann", "Price")
	placement := w.Place(ann, oak, "2026-01-01", "", "12")
	then := w.Head()
	w.Do(Changing(ann, ann, 1, `{"given":"Anna","family":"Price"}`))
	w.Do(Changing(ann, placement, 1, PlacementOf(elm, "2026-01-01", "", "1")))
	w.Do(Changing(oak, oak, 1, `{"name":"Old Oak"}`))
	w.wantListed("now", access.Selection{Place: elm}, "Anna")
	w.wantListed("then at elm", access.Selection{Place: elm, At: then})
	w.wantListed("then at oak", access.Selection{Place: oak, At: then}, "Ann")
	w.wantListed("before she was placed", access.Selection{At: then - 1})
	// Rules of access are always today's: who works at elm sees her past, who works at oak no longer does.
	at := func(place uuid.UUID) record.Scope {
		return record.Scope{Today: Today, Clauses: []record.Clause{{By: record.PlacedNow, Places: []uuid.UUID{place}, Limit: record.Normal}}}
	}
	w.wantListed("then, by elm", access.Selection{At: then, Scope: at(elm)}, "Ann")
	w.wantListed("then, by oak", access.Selection{At: then, Scope: at(oak)})
	entries, err := w.Store.Directory(context.Background(), []string{"home"}, then)
	if err != nil || len(entries) != 2 || entries[1].Name != "Oak House" || entries[1].UID != oak || entries[1].Class != "home" {
		t.Errorf("directory then %+v, %v", entries, err)
	}
	entries, err = w.Store.Directory(context.Background(), nil, w.Head())
	if err != nil || len(entries) != 2 || entries[1].Name != "Old Oak" {
		t.Errorf("directory now %+v, %v", entries, err)
	}
	if entries, err = w.Store.Directory(context.Background(), []string{"worker"}, w.Head()); err != nil || len(entries) != 0 {
		t.Errorf("workers %+v, %v", entries, err)
	}
}

func peoplePages(t *testing.T, open Open) {
	w := NewWorld(t, open)
	oak := w.Home("Oak House")
	for i := range 7 {
		w.Place(w.Person(fmt.Sprint("P", i%3), fmt.Sprint("F", i%2)), oak, "", "", "")
	}
	q := access.Selection{At: w.Head(), Day: Today, Scope: Everything()}
	whole, next, err := w.Store.People(context.Background(), q)
	if err != nil || next != "" || len(whole) != 7 {
		t.Fatal(len(whole), next, err)
	}
	for size := 1; size <= 8; size++ {
		var got []access.Person
		q.Limit, q.After = size, ""
		for {
			page, next, err := w.Store.People(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page...)
			if q.After = next; next == "" || len(got) > len(whole) {
				break
			}
		}
		if !slices.EqualFunc(got, whole, func(a, b access.Person) bool { return a.UID == b.UID && a.Card == b.Card && a.Place == b.Place }) {
			t.Fatalf("pages of %d give %v", size, got)
		}
	}
	q.After = "nonsense"
	_, _, err = w.Store.People(context.Background(), q)
	wantKind(t, err, standard.Invalid)
}

func names(t *testing.T, open Open) {
	w := NewWorld(t, open)
	ann, ben, rosa := w.Person("Ann", "Price"), w.Person("Ben", "Okoro"), w.Worker("Rosa", "Lind")
	note, his := w.Note(ann, "Slept well", ""), w.Note(ben, "His", "")
	secret := Creating(ann, "note", NoteOf("Secret", "", rosa))
	w.Do(secret)
	asked := []uuid.UUID{note, his, rosa, secret.Changes[0].Record, NewID()}
	got, err := w.Store.Names(context.Background(), ann, asked, w.Head(), Everything())
	if err != nil || len(got) != 3 || got[note] != "Slept well" || got[rosa] != "Rosa Lind" || got[secret.Changes[0].Record] != "Secret" {
		t.Errorf("names %v, %v", got, err)
	}
	got, err = w.Store.Names(context.Background(), ann, asked, w.Head(), record.Scope{Worker: rosa, Today: Today})
	if err != nil || len(got) != 1 || got[rosa] == "" {
		t.Errorf("names outside the scope %v, %v", got, err)
	}
	got, err = w.Store.Names(context.Background(), uuid.Nil, asked, 2, Everything())
	if err != nil || len(got) != 0 {
		t.Errorf("names before she came %v, %v", got, err)
	}
}

func facts(t *testing.T, open Open) {
	w := NewWorld(t, open)
	oak, elm, rosa := w.Home("Oak House"), w.Home("Elm House"), w.Worker("Rosa", "Lind")
	ann := w.Person("Ann", "Price")
	w.Place(ann, oak, "2020-01-01", "2021-01-01", "")
	w.Place(ann, elm, "2021-01-01", "", "")
	rel := w.Do(Creating(ann, "looks-after", object(`"worker":`+Ref(rosa), text("until", "2026-03"))))
	got, err := w.Store.Facts(context.Background(), ann, Today)
	if err != nil || !slices.Equal(got.PlacesNow, []uuid.UUID{elm}) || len(got.PlacesEver) != 2 || !slices.Equal(got.Workers, []uuid.UUID{rosa}) ||
		got.Sensitivity != record.Normal || len(got.Excluded) != 0 {
		t.Errorf("facts %+v, %v", got, err)
	}
	if got, err = w.Store.Facts(context.Background(), ann, "2026-04-01"); err != nil || len(got.Workers) != 0 {
		t.Errorf("facts in April %+v, %v", got, err)
	}
	w.Do(Erring(ann, rel.Changes[0].Version.Record, 1))
	if got, err = w.Store.Facts(context.Background(), ann, Today); err != nil || len(got.Workers) != 0 {
		t.Errorf("facts after the correction %+v, %v", got, err)
	}
	_, err = w.Store.Facts(context.Background(), oak, Today)
	wantKind(t, err, standard.NotFound)
	_, err = w.Store.Facts(context.Background(), NewID(), Today)
	wantKind(t, err, standard.NotFound)
}
