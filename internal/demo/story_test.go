package demo

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// side tells of which elbow the incident speaks, and of which the mark on the skin.
func (b *built) side(v *access.View) string {
	var sides []string
	for _, version := range b.records(v, b.summary.Story, record.Current, "incident") {
		injury, _ := b.content(version).Get("injury")[0].(*standard.Group)
		sides = append(sides, standard.Display(injury.Get("side")[0], nil))
	}
	return strings.Join(sides, " ")
}

func TestTheStory(t *testing.T) {
	b := build(t, 1, 1, 1)
	story := b.summary.Story

	t.Run("the correction", func(t *testing.T) {
		then, err := time.Parse(time.RFC3339, "2026-03-21T06:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		if got := b.side(b.view("helen", then)); got != "Right" {
			t.Errorf("as at 21 March, 06:00 the incident says %q", got)
		}
		now := b.view("helen", time.Time{})
		if got := b.side(now); got != "Left" {
			t.Errorf("now the incident says %q", got)
		}
		b.corrected(t, now)
	})

	t.Run("the drinks of 18 March", func(t *testing.T) {
		var total int64
		for _, v := range b.records(b.view("helen", time.Time{}), story, record.Current, "intake") {
			c := b.content(v)
			when, _ := c.First("event-date")
			taken := c.Get("amountTaken")
			if !strings.HasPrefix(standardText(when), "2026-03-18") || len(taken) == 0 {
				continue
			}
			q, ok := taken[0].(standard.Quantity)
			n, err := q.Number.Decimal.Int64()
			if !ok || q.Unit != "mL" || err != nil {
				t.Fatalf("%v", taken)
			}
			total += n
		}
		if total != 1150 {
			t.Errorf("she drank %d mL, not 1,150", total)
		}
	})

	t.Run("what the banner is made of", func(t *testing.T) {
		versions, err := b.view("ruth", time.Time{}).Safety(context.Background(), story)
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, v := range versions {
			titles = append(titles, v.Class+": "+b.content(v).Title())
		}
		all := strings.Join(titles, "\n")
		for _, want := range []string{"Penicillin", "Apixaban", "hearing aid on the left", "Atrial fibrillation", "Margaret"} {
			if !strings.Contains(all, want) {
				t.Errorf("the banner says nothing of %s:\n%s", want, all)
			}
		}
		if strings.Contains(all, "cpr-decision") {
			t.Error("no CPR decision was told, and one is recorded")
		}
	})

	t.Run("who sees the note about a colleague", func(t *testing.T) {
		seen := func(account string) bool {
			return slices.ContainsFunc(b.records(b.view(account, time.Time{}), story, record.All), func(v *record.Version) bool {
				return strings.Contains(string(v.Content), "earphones")
			})
		}
		b.clock.Set(time.Date(2026, time.April, 1, 12, 0, 0, 0, time.UTC)) // she lives here
		defer b.clock.Set(b.summary.Today)
		for account, want := range map[string]bool{"helen": true, "inspector": true, "ruth": false, "grace": false, "tomasz": false, "dean": false} {
			if got := seen(account); got != want {
				t.Errorf("%s sees it: %v", account, got)
			}
		}
	})

	t.Run("she has left", func(t *testing.T) {
		if _, err := b.view("ruth", time.Time{}).Person(context.Background(), story); err != nil {
			t.Errorf("a senior carer answers questions about somebody who has left: %v", err)
		}
		if _, err := b.view("tomasz", time.Time{}).Person(context.Background(), story); standard.KindOf(err) != standard.NotFound {
			t.Errorf("a care assistant sees only who lives here: %v", err)
		}
	})

	t.Run("nothing is in error, and all of it is complete", func(t *testing.T) {
		classes := map[string]bool{}
		for _, v := range b.records(b.view("helen", time.Time{}), story, record.All) {
			if classes[v.Class] = true; v.Status != record.Complete {
				t.Errorf("%s: %s", v.Class, v.Status)
			}
		}
		if len(classes) < 48 {
			t.Errorf("the story uses only %d classes", len(classes))
		}
	})
}

// corrected checks what the change log says of the incident.
func (b *built) corrected(t *testing.T, v *access.View) {
	t.Helper()
	incident := b.records(v, b.summary.Story, record.Current, "incident")[0]
	log, err := v.ChangeLog(context.Background(), b.summary.Story, incident.Record)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(log, func(e access.LogEntry) bool { return e.Change.Type == record.Correct })
	if i < 0 {
		t.Fatal("there is no correction")
	}
	e := log[i]
	if e.Contribution.Committer.Account != "grace" || !strings.Contains(e.Change.Description, "It is the left") ||
		e.Contribution.Committed.Format(time.DateOnly) != "2026-03-22" {
		t.Errorf("corrected by %s on %s because %q", e.Contribution.Committer.Account, e.Contribution.Committed, e.Change.Description)
	}
}

// standardText is the text of a date and time.
func standardText(v standard.Value) string {
	d, _ := v.(standard.DateTime)
	return string(d)
}
