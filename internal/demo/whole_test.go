package demo

import (
	"context"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// neverInTheHome says which classes of a person's record the demonstration does without, and why.
var neverInTheHome = map[string]string{
	"legal-hold":              "set when records are about to be destroyed, years after the demonstration",
	"destruction-certificate": "what is left of a destroyed record; the demonstration destroys nothing",
	"same-person":             "joins two records of one person; nobody here was registered twice",
	"foreign-record":          "what another system sent and nobody here can read; nobody here came from another system",
	"ratification":            "accepts what another system sent; nobody here came from another system",
}

// whole is everything of a built home, by uid.
type whole struct {
	*built
	of map[uuid.UUID]*record.Version
}

// hangsTogether goes over the whole home: whatever it says refers to what is there, and nothing impossible happens.
func (b *built) hangsTogether(t *testing.T) {
	b.t = t
	w := &whole{built: b, of: map[uuid.UUID]*record.Version{}}
	v := w.view("inspector", time.Time{})
	classes := map[string]bool{}
	entries, err := v.Directory(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	directory := map[uuid.UUID]bool{}
	for _, e := range entries {
		directory[e.UID] = true
	}
	people := w.people(v)
	for _, p := range people {
		records := w.records(v, p.UID, record.Current)
		w.of = map[uuid.UUID]*record.Version{}
		for _, r := range records {
			w.of[r.Record], classes[r.Class] = r, true
		}
		for _, r := range records {
			w.resolves(r, directory)
			w.narrates(r)
		}
		if p.UID != w.summary.Story {
			w.person(p, records)
		}
	}
	for _, class := range w.Catalogue.Classes() {
		if class.Kind != "record" || class.Stream == standard.DirectoryStream || classes[class.ID] || neverInTheHome[class.ID] != "" {
			continue
		}
		t.Errorf("nobody in the home has a record of the class %s", class.ID)
	}
}

var reference = regexp.MustCompile(`"ref":"([0-9a-f-]{36})"`)

// resolves: every reference leads to a record of the same person or to the directory.
func (w *whole) resolves(r *record.Version, directory map[uuid.UUID]bool) {
	for _, m := range reference.FindAllStringSubmatch(string(r.Content), -1) {
		uid := uuid.MustParse(m[1])
		if w.of[uid] == nil && !directory[uid] {
			w.t.Errorf("%s refers to %s, which is not there: %s", r.Class, uid, r.Content)
		}
	}
}

var nothingSaid = regexp.MustCompile(`"(freeText|description|note|summary|outcome)":"\s*"`)

func (w *whole) narrates(r *record.Version) {
	if nothingSaid.Match(r.Content) {
		w.t.Errorf("%s says nothing: %s", r.Class, r.Content)
	}
}

// text is the first value of an element as words: of a date, a code, or a reference's uid.
func text(c *standard.Content, id string) string {
	values := c.Get(id)
	if len(values) == 0 {
		return ""
	}
	switch v := values[0].(type) {
	case standard.DateTime:
		return string(v)
	case standard.Date:
		return string(v)
	case standard.Coded:
		return v.Code
	case standard.Reference:
		return v.UID.String()
	}
	return standard.Display(values[0], nil)
}

// person: nothing happens outside of a stay, no medicine twice in a slot, activities lead to actions, and nobody walks who cannot.
func (w *whole) person(p access.Person, records []*record.Version) {
	var from, until, gone, back string
	walks := true
	for _, r := range records {
		c := w.content(r)
		switch r.Class {
		case "placement":
			from, until = text(c, "from"), text(c, "until")
		case "transfer-of-care":
			if text(c, "returned") != "" {
				gone, back = text(c, "dateOfTransfer"), text(c, "returned")
			}
		case "moving-and-handling-plan":
			walks = text(c, "walking") != "not"
		}
	}
	slots, counted := map[string]bool{}, map[string]int{}
	for _, r := range records {
		c := w.content(r)
		if !slices.Contains([]string{"action", "intake", "care-check", "output", "dose-event", "daily-note", "visit"}, r.Class) || r.Status == record.EnteredInError {
			continue
		}
		first, _ := c.First("event-date")
		at := standardText(first)
		if r.Class == "action" && len(c.Get("time")) > 0 {
			at = text(c, "date")
		}
		counted[at[:10]]++
		switch day := at[:10]; {
		case day < from, until != "" && day > until && r.Class != "daily-note":
			w.t.Errorf("%s: %s of %s lies outside of the stay from %s until %s", p.Card.Family, r.Class, at, from, until)
		case gone != "" && len(at) > 10 && at > gone && at < back:
			w.t.Errorf("%s: %s of %s happened while the person was in hospital", p.Card.Family, r.Class, at)
		}
		if r.Class == "dose-event" && text(c, "dueAt") != "" {
			slot := text(c, "medicineOrder") + text(c, "dueAt")
			if slots[slot] {
				w.t.Errorf("%s: %s due at %s was given twice", p.Card.Family, text(c, "medicine"), text(c, "dueAt"))
			}
			slots[slot] = true
		}
		w.leads(p, r, c)
		if !walks && regexp.MustCompile(`\b[Ww]alked\b`).Match(r.Content) {
			w.t.Errorf("%s cannot walk, but: %s", p.Card.Family, r.Content)
		}
	}
	for day, n := range counted {
		if day > w.summary.Today.AddDate(0, 0, -3).Format(time.DateOnly) && day < w.summary.Today.Format(time.DateOnly) && (n < 3 || n > 45) {
			w.t.Errorf("%s has %d entries on %s", p.Card.Family, n, day)
		}
	}
}

// leads: an action names an activity of the same person that had been asked for by then.
func (w *whole) leads(p access.Person, r *record.Version, c *standard.Content) {
	if r.Class != "action" {
		return
	}
	if len(c.Get("recordedActivity")) == 0 {
		if text(c, "description") != "Bath" { // baths are taken when somebody likes to
			w.t.Errorf("%s: an action names no activity: %s", p.Card.Family, r.Content)
		}
		return
	}
	activity := w.of[uuid.MustParse(text(c, "recordedActivity"))]
	if activity == nil || activity.Class != "task" && activity.Class != "procedure" {
		w.t.Errorf("%s: an action names no activity that is there: %s", p.Card.Family, r.Content)
		return
	}
	asked := w.content(activity)
	if text(c, "date") < text(asked, "date") {
		w.t.Errorf("%s: %s on %s, asked for on %s", p.Card.Family, text(c, "description"), text(c, "date"), text(asked, "date"))
	}
}
