package downtime_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"rosemary/care/downtime"
	"rosemary/record"
	"rosemary/standard"
)

// TestWhatStaffHaveOnPaper: the page of a home says what kills when it is not known, gives each planned dose a box, shows what was signed already, and gives nothing from an order that nobody
// has checked. Whose address is restricted stands on a page that does not say where they live.
func TestWhatStaffHaveOnPaper(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 16, 14, 0, 0, 0, london)
	nurse, senior := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	write := func(class, content string) *record.Version {
		v := &record.Version{Class: class, Status: record.Complete, Sensitivity: record.Normal, Content: []byte(content), Happened: at.Add(-6 * time.Hour).Unix(), Author: nurse}
		v.Record, v.Number, v.Until = uuid.Must(uuid.NewV7()), 1, record.Forever
		return v
	}
	order := func(name, more string, checked bool) *record.Version {
		check := ""
		if checked {
			check = fmt.Sprintf(`,"checkedBy":{"ref":%q},"checkedAt":"2026-03-01T10:00:00+00:00"`, senior)
		}
		return write("medicine-order", fmt.Sprintf(`{"medicine":{"text":%q},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"status":{"code":"active"},"start":"2026-03-01T08:00:00+00:00","careActor":[{"ref":%q}]%s%s}`, name, nurse, check, more))
	}
	apixaban := order("Apixaban 5 mg", `,"timeOfDay":["08:00","18:00"],"timeCritical":true`, true)
	versions := []*record.Version{
		write("allergies-and-adverse-reactions", `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"descriptionOfReaction":[{"text":"rash"}],"date":"2026-03-09"}`),
		apixaban, order("Digoxin 62.5 microgram", `,"timeOfDay":["08:00"]`, false),
		order("Paracetamol 500 mg", `,"asNeeded":true,"minimumInterval":{"value":4,"unit":"h"}`, true),
		write("dose-event", fmt.Sprintf(`{"medicine":{"text":"Apixaban 5 mg"},"medicineOrder":{"ref":%q},"dueAt":"2026-03-16T08:00:00+00:00","when":"2026-03-16T08:05:00+00:00","outcome":{"code":"given"},"careActor":[{"ref":%q}],"witness":{"ref":%q}}`, apixaban.Record, nurse, senior)),
	}
	eve := order("Zopiclone 3.75 mg", `,"timeOfDay":["22:00"],"end":"2026-03-16T07:00:00+00:00"`, true) // ended this morning
	paracetamol := versions[3]
	versions = append(versions, eve,
		write("dose-event", fmt.Sprintf(`{"medicine":{"text":"Zopiclone 3.75 mg"},"medicineOrder":{"ref":%q},"dueAt":"2026-03-15T22:00:00+00:00","when":"2026-03-15T22:10:00+00:00","outcome":{"code":"refused"},"careActor":[{"ref":%q}]}`, eve.Record, nurse)),
		write("dose-event", fmt.Sprintf(`{"medicine":{"text":"Paracetamol 500 mg"},"medicineOrder":{"ref":%q},"when":"2026-03-15T23:30:00+00:00","outcome":{"code":"given"},"dose":{"value":1000,"unit":"mg"},"careActor":[{"ref":%q}]}`, paracetamol.Record, senior)),
		write("dose-event", fmt.Sprintf(`{"medicine":{"text":"Paracetamol 500 mg"},"medicineOrder":{"ref":%q},"when":"2026-03-15T11:30:00+00:00","outcome":{"code":"given"},"dose":{"value":250,"unit":"mg"},"careActor":[{"ref":%q}]}`, paracetamol.Record, senior)),
	)
	versions = append(versions, write("task", `{"description":"To bed","status":{"code":"accepted"},"intent":{"code":"plan"},"requestedPeriod":{"start":"2026-03-01","timeOfDay":["21:00"],"every":1,"everyUnit":{"code":"d"}},"date":"2026-03-01"}`), write("task", `{"description":"Something to enjoy","status":{"code":"accepted"},"intent":{"code":"plan"},"requestedPeriod":{"start":"2026-03-01","every":1,"everyUnit":{"code":"d"}},"date":"2026-03-01"}`), write("task", `{"description":"Wash and dress","status":{"code":"accepted"},"intent":{"code":"plan"},"requestedPeriod":{"start":"2026-03-01","timeOfDay":["07:30"],"every":1,"everyUnit":{"code":"d"}},"date":"2026-03-01"}`))
	unproved := map[uuid.UUID]bool{versions[4].Record: true}
	pages, err := downtime.Pages(downtime.Of{Catalogue: catalogue, Made: at, Next: at.Add(time.Hour), Names: map[uuid.UUID]string{nurse: "Noor Haddad", senior: "Ruth Abara"}, People: []downtime.Person{
		{Card: record.PersonCard{Given: "Margaret", Family: "Whitlock <b>", Born: "1941-03"}, Place: "Harbour House", Room: "Room 10", Versions: versions, Unproved: unproved},
		{Card: record.PersonCard{Given: "George", Family: "Adeyemi"}, Place: "Harbour House", Room: "Room 9"},
		{Card: record.PersonCard{Given: "Hidden", Family: "Person"}, Place: "Moor View", Room: "Room 3", Hidden: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, page := range pages {
		if _, err := html.Parse(bytes.NewReader(page.Body)); err != nil {
			t.Errorf("%s: %v", page.Name, err)
		}
		if bytes.Contains(page.Body, []byte("Whitlock <b>")) || bytes.Contains(page.Body, []byte(`src="`)) || bytes.Contains(page.Body, []byte("http")) {
			t.Errorf("%s: words broke out of their place, or it needs something from elsewhere", page.Name)
		}
		byName[page.Name] = string(page.Body)
	}
	if len(pages) != 3 || pages[2].Name != "index.html" {
		t.Fatalf("%d pages, the last is %s", len(pages), pages[len(pages)-1].Name)
	}
	index, home, apart := byName["index.html"], byName["02-harbour-house.html"], byName["01-address-restricted.html"]
	for _, words := range []string{"Monday 16 March 2026 at 14:00", "penicillin, rash", "No CPR decision recorded", "given 08:05 NH, witness RA named, not proved", "18:00", "On the minute", "Not checked by a second person", "at least 4 hours between two doses",
		"Tuesday 17 March 2026", "There is no evacuation plan", "1941", "The next is due at 15:00.",
		"the last 24 hours", "Sunday 22:10", "Zopiclone 3.75 mg", "refused", "Sunday 23:30", "1000 mg", "Monday 08:05"} {
		if !strings.Contains(home, words) {
			t.Errorf("the page of the home does not say %q", words)
		}
	}
	if strings.Contains(home, "250 mg") || strings.Index(home, "Sunday 22:10") > strings.Index(home, "Monday 08:05") {
		t.Error("the last 24 hours hold what is older, or are not in their order")
	}
	if n := strings.Count(home, `Margaret Whitlock &lt;b&gt;, born March 1941.<br><span class="stop">Allergy: penicillin`); n != 3 {
		t.Errorf("whose they are, and the allergies, stand over %d of 3 charts", n)
	}
	if !strings.Contains(home, "Nothing is recorded as given, refused or held back.") {
		t.Error("somebody to whom nothing was given is not said to be so")
	}
	if wash, bed, enjoy := strings.Index(home, "Wash and dress"), strings.Index(home, "To bed"), strings.Index(home, "Something to enjoy"); wash < 0 || bed < wash || enjoy < bed {
		t.Errorf("what is planned does not go by the clock: %d, %d, %d", wash, bed, enjoy)
	}
	if strings.Index(home, "Room 9") > strings.Index(home, "Room 10") {
		t.Error("rooms are not in the order of their numbers")
	}
	if strings.Contains(home, "Hidden") || !strings.Contains(apart, "Hidden Person") || strings.Contains(apart, "Moor View") || strings.Contains(apart, "Room 3") || strings.Contains(index, "Moor View") {
		t.Error("where somebody lives whose address is restricted can be read")
	}
	if !strings.Contains(index, `href="02-harbour-house.html"`) || !strings.Contains(index, "2 people") {
		t.Error("the index does not lead to the home")
	}
}
