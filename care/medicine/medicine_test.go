package medicine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/medicine"
	"rosemary/record"
	"rosemary/standard"
)

var files = sync.OnceValues(standard.Embedded)

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := files()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// london is where the clock changes.
func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var (
	writer  = uuid.MustParse("0199b2f4-7a00-7000-8000-000000000001")
	checker = uuid.MustParse("0199b2f4-7a00-7000-8000-000000000002")
	giver   = uuid.MustParse("0199b2f4-7a00-7000-8000-000000000003")
)

// say makes a version of a record of a class with a role, as it stands. What the test does not need of it may be missing.
func say(t testing.TB, role, content string) *record.Version {
	t.Helper()
	class := catalogue(t).ClassesWithRole(role)[0]
	decoded, problems := class.Decode([]byte(content), standard.DecodeOptions{AllowIncomplete: true})
	for _, p := range problems {
		if !strings.Contains(p.Rule, "occur") {
			t.Fatalf("%s: %+v", content, p)
		}
	}
	return &record.Version{VersionID: record.VersionID{Record: uuid.Must(uuid.NewV7()), System: "s", Number: 1}, Class: class.ID, Status: record.Complete,
		Content: decoded.AppendJSON(nil), Until: record.Forever}
}

// ordered makes an order that may be given: by mouth, begun in January, checked. More is further content, beginning with a comma, or nothing.
func ordered(t testing.TB, name, dose, unit, more string) *record.Version {
	t.Helper()
	content := fmt.Sprintf(`{"medicine":{"text":%q},"dose":{"value":%s,"unit":%q},"route":{"code":"oral"},"status":{"code":"active"},"start":"2026-01-01","careActor":[{"ref":"%s"}],"checkedBy":{"ref":"%s"}}`,
		name, dose, unit, writer, checker)
	return say(t, standard.ClassRoleMedicineOrder, merged(t, content, "{"+strings.TrimPrefix(more, ",")+"}"))
}

// merged puts the fields of later objects over those of earlier ones.
func merged(t testing.TB, texts ...string) string {
	t.Helper()
	fields := map[string]json.RawMessage{}
	for _, text := range texts {
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// given makes a dose of an order. More is further content.
func given(t testing.TB, order *record.Version, name, when, more string) *record.Version {
	t.Helper()
	return say(t, standard.ClassRoleDose, fmt.Sprintf(`{"medicine":{"text":%q},"medicineOrder":{"ref":"%s"},"when":%q,"outcome":{"code":"given"},"careActor":[{"ref":"%s"}]%s}`,
		name, order.Record, when, giver, more))
}

func read(t testing.TB, versions ...*record.Version) *medicine.Book {
	return medicine.Read(catalogue(t), versions, london(t))
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func kinds(warnings []medicine.Warning) string {
	var all []string
	for _, w := range warnings {
		all = append(all, w.Kind)
	}
	return strings.Join(all, " ")
}

// proposed is a dose of the order as it is about to be given.
func proposed(o *medicine.Order, when time.Time) medicine.Proposed {
	return medicine.Proposed{Order: o, When: when, Given: true, Witnessed: true}
}

const prn = `,"asNeeded":true,"ingredient":[{"code":"paracetamol"}],"minimumInterval":{"value":4,"unit":"h"},"maximumIn24Hours":{"value":4,"unit":"g"}`

func TestADoseTooSoon(t *testing.T) {
	order := ordered(t, "Paracetamol 500 mg tablets", "1", "g", prn)
	for name, tt := range map[string]struct {
		last, now, want, next string
	}{
		"never before":                     {now: "2026-03-16T10:00:00Z"},
		"four hours later":                 {last: "2026-03-16T06:00:00Z", now: "2026-03-16T10:00:00Z"},
		"a minute early":                   {last: "2026-03-16T06:01:00Z", now: "2026-03-16T10:00:00Z", want: "too-soon", next: "2026-03-16T10:01:00Z"},
		"the clock is put on in the night": {last: "2026-03-28T23:30:00+00:00", now: "2026-03-29T03:45:00+01:00", want: "too-soon", next: "2026-03-29T04:30:00+01:00"},
		"and by then it is right":          {last: "2026-03-28T23:30:00+00:00", now: "2026-03-29T04:30:00+01:00"},
		"the clock is put back":            {last: "2026-10-24T23:00:00+01:00", now: "2026-10-25T02:00:00+00:00"},
		"recorded late, between others":    {last: "2026-03-16T12:00:00Z", now: "2026-03-16T10:00:00Z", want: "too-soon", next: "2026-03-16T16:00:00Z"},
	} {
		versions := []*record.Version{order}
		if tt.last != "" {
			versions = append(versions, given(t, order, "Paracetamol 500 mg tablets", tt.last, `,"dose":{"value":1,"unit":"g"}`))
		}
		b := read(t, versions...)
		w := b.Warnings(proposed(b.Orders[0], at(t, tt.now)))
		if kinds(w) != tt.want {
			t.Errorf("%s: %q, want %q", name, kinds(w), tt.want)
		}
		if tt.next != "" && len(w) > 0 && !w[0].Next.Equal(at(t, tt.next)) {
			t.Errorf("%s: next at %v", name, w[0].Next)
		}
	}
}

// TestOneSubstanceUnderTwoNames: limits hold for the substance, not for the name on the box.
func TestOneSubstanceUnderTwoNames(t *testing.T) {
	tablets := ordered(t, "Paracetamol 500 mg tablets", "1", "g", prn)
	mixture := ordered(t, "Co-codamol 8 mg/500 mg tablets", "2", "{tablet}", `,"asNeeded":true,"contains":[{"ingredient":{"code":"paracetamol"},"amount":{"value":500,"unit":"mg"},"inEach":{"value":1,"unit":"{tablet}"}},`+
		`{"ingredient":{"code":"codeine"},"amount":{"value":8,"unit":"mg"},"inEach":{"value":1,"unit":"{tablet}"}}]`)
	unclear := ordered(t, "Cold and flu capsules", "2", "{capsule}", `,"asNeeded":true,"ingredient":[{"text":"Paracetamol"}]`)
	for name, tt := range map[string]struct {
		doses []*record.Version
		give  int // which order: 0 the mixture, 1 paracetamol
		now   string
		want  string
	}{
		"the other an hour ago": {doses: []*record.Version{given(t, mixture, "Co-codamol", "2026-03-16T09:00:00Z", `,"dose":{"value":2,"unit":"{tablet}"}`)}, give: 1, now: "2026-03-16T10:00:00Z", want: "too-soon"},
		"four grams of the two": {doses: []*record.Version{
			given(t, tablets, "Paracetamol", "2026-03-16T00:00:00Z", `,"dose":{"value":1,"unit":"g"}`), given(t, mixture, "Co-codamol", "2026-03-16T05:00:00Z", `,"dose":{"value":2,"unit":"{tablet}"}`),
			given(t, tablets, "Paracetamol", "2026-03-16T10:00:00Z", `,"dose":{"value":1000,"unit":"mg"}`), given(t, mixture, "Co-codamol", "2026-03-16T15:00:00Z", "")},
			give: 0, now: "2026-03-16T20:00:00Z", want: "too-much"},
		"the first is 24 hours old": {doses: []*record.Version{
			given(t, tablets, "Paracetamol", "2026-03-16T00:00:00Z", ""), given(t, mixture, "Co-codamol", "2026-03-16T05:00:00Z", ""),
			given(t, tablets, "Paracetamol", "2026-03-16T10:00:00Z", ""), given(t, mixture, "Co-codamol", "2026-03-16T15:00:00Z", "")},
			give: 1, now: "2026-03-17T00:00:00Z"},
		"what cannot be worked out stops": {doses: []*record.Version{given(t, unclear, "Cold and flu capsules", "2026-03-16T01:00:00Z", `,"dose":{"value":2,"unit":"{capsule}"}`)}, give: 1, now: "2026-03-16T10:00:00Z", want: "cannot-reckon"},
	} {
		b := read(t, append([]*record.Version{tablets, mixture, unclear}, tt.doses...)...)
		order := b.Order([]*record.Version{mixture, tablets}[tt.give].Record)
		if w := b.Warnings(proposed(order, at(t, tt.now))); kinds(w) != tt.want {
			t.Errorf("%s: %q, want %q: %+v", name, kinds(w), tt.want, w)
		}
	}
	b := read(t, tablets, mixture, given(t, mixture, "Co-codamol", "2026-03-16T09:00:00Z", ""))
	if got := b.Total(b.Order(tablets.Record), at(t, "2026-03-16T10:00:00Z")); !strings.Contains(got, "1 g of paracetamol in the last 24 hours, at most 4 g") {
		t.Errorf("the total is %q", got)
	}
}

func TestWhatMayNotBeGiven(t *testing.T) {
	now := at(t, "2026-03-16T10:00:00Z")
	allergy := func(content string) *record.Version { return say(t, standard.ClassRoleAllergy, content) }
	penicillin := `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"descriptionOfReaction":[{"text":"Rash"}]}`
	abroad := ordered(t, "Bisoprolol 2.5 mg tablets", "2.5", "mg", "")
	abroad.Abroad = now
	unratified := ordered(t, "Bisoprolol 2.5 mg tablets", "2.5", "mg", "")
	unratified.SaidBy = "Beech Lodge"
	theirs := allergy(penicillin)
	theirs.SaidBy = "Beech Lodge"
	for name, tt := range map[string]struct {
		order *record.Version
		also  *record.Version
		want  string
	}{
		"checked and in force":           {order: ordered(t, "Bisoprolol 2.5 mg tablets", "2.5", "mg", "")},
		"nobody has checked it":          {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"checkedBy":{"absent":"not-asked"}`), want: "not-checked"},
		"checked by another system only": {order: abroad, want: "not-checked"},
		"a penicillin":                   {order: ordered(t, "Flucloxacillin 500 mg capsules", "500", "mg", ""), also: allergy(penicillin), want: "allergy"},
		"a penicillin under a brand":     {order: ordered(t, "Augmentin tablets", "1", "{tablet}", ""), also: allergy(penicillin), want: "allergy"},
		"said by another provider only":  {order: ordered(t, "Amoxicillin 250 mg", "250", "mg", ""), also: theirs, want: "allergy"},
		"the substance, in words":        {order: ordered(t, "Butec patch", "1", "{patch}", `,"ingredient":[{"text":"Buprenorphine"}]`), also: allergy(`{"causativeAgent":{"text":"Buprenorphine patches"}}`), want: "allergy"},
		"by a decision, in spite of it":  {order: ordered(t, "Amoxicillin 250 mg", "250", "mg", `,"allergyOverridden":"Dr Naqvi: tested, tolerated"`), also: allergy(penicillin)},
		"another allergy":                {order: ordered(t, "Amoxicillin 250 mg tablets", "250", "mg", ""), also: allergy(`{"causativeAgent":{"code":"latex"}}`)},
		"no known allergies":             {order: ordered(t, "Amoxicillin 250 mg", "250", "mg", ""), also: allergy(`{"allergyStatus":{"code":"none-known"},"causativeAgent":{"code":"no-known-allergies"}}`)},
		"not begun":                      {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"start":"2026-03-17"`), want: "not-active"},
		"its last day is today":          {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"stop":"2026-03-16"`)},
		"its last day was yesterday":     {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"stop":"2026-03-15"`), want: "not-active"},
		"on hold":                        {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"status":{"code":"on-hold"}`), want: "not-active"},
		"stopped":                        {order: ordered(t, "Bisoprolol", "2.5", "mg", `,"status":{"code":"stopped"}`), want: "not-active"},
	} {
		versions := []*record.Version{tt.order}
		if tt.also != nil {
			versions = append(versions, tt.also)
		}
		b := read(t, versions...)
		if w := b.Warnings(proposed(b.Orders[0], now)); kinds(w) != tt.want {
			t.Errorf("%s: %q, want %q", name, kinds(w), tt.want)
		}
	}
	if b := read(t, unratified); len(b.Orders) != 0 {
		t.Error("an order that is not ratified can be given from")
	}
	insulin := read(t, ordered(t, "Insulin glargine", "14", "[iU]", `,"specialCare":[{"code":"insulin"}],"whoGivesIt":{"code":"staff"}`)).Orders[0]
	own := read(t, ordered(t, "Insulin glargine", "14", "[iU]", `,"specialCare":[{"code":"insulin"}],"whoGivesIt":{"code":"staff-prompt"}`)).Orders[0]
	if !insulin.NeedsWitness() || own.NeedsWitness() {
		t.Error("who must have a witness for insulin")
	}
}
