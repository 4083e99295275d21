package oversight

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

//go:embed duties.yaml
var standardDuties []byte

// Duty is one row of the table of duties: which decision must be recorded after what.
type Duty struct {
	Duty    string   `yaml:"duty"` // a code of the kinds of decisions
	Name    string   `yaml:"name"`
	After   string   `yaml:"after"`   // a role of a class
	Kinds   []string `yaml:"kinds"`   // codes of what the record says it is; none: any
	Harm    []string `yaml:"harm"`    // codes of how much harm was done; none: any
	Means   []string `yaml:"means"`   // what its status means; none: any
	Settled string   `yaml:"settled"` // a role of an element: with a value of it the duty is met too
	Days    int      `yaml:"days"`
	Why     string   `yaml:"why"`
}

// StandardDuties is the table that comes with the program.
func StandardDuties() ([]Duty, error) { return LoadDuties(standardDuties) }

// LoadDuties reads a table strictly.
func LoadDuties(text []byte) ([]Duty, error) {
	var duties []Duty
	if err := yaml.UnmarshalWithOptions(text, &duties, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("duties.yaml: %w", err)
	}
	for _, d := range duties {
		switch {
		case d.Duty == "" || d.Name == "" || d.Why == "" || d.Days < 1:
			return nil, fmt.Errorf("duties.yaml: the duty %q needs a name, a reason and one day or more", d.Duty)
		case !slices.Contains(standard.ClassRoles(), d.After):
			return nil, fmt.Errorf("duties.yaml: the duty %q follows %q, which is no role of a class", d.Duty, d.After)
		case d.Settled != "" && !slices.Contains(standard.ElementRoles(), d.Settled):
			return nil, fmt.Errorf("duties.yaml: the duty %q is settled by %q, which is no role of an element", d.Duty, d.Settled)
		}
	}
	return duties, nil
}

// asks reports whether the duty follows from a record.
func (d *Duty) asks(x item) bool {
	if !x.content.Class.HasRole(d.After) || d.Settled != "" && x.content.Words(d.Settled) != "" {
		return false
	}
	return among(d.Kinds, x.code(standard.RoleIncidentKind)) && among(d.Harm, x.code(standard.RoleHarm)) && among(d.Means, x.content.Means(standard.RoleStatus))
}

func among(list []string, word string) bool { return len(list) == 0 || slices.Contains(list, word) }

// waiting lists the decisions that a person's records ask for and that nobody has recorded: a decision of the kind that names the record, or that the record names. Since
// bounds how far back is looked: what is older was answered for before.
func (h *home) waiting(records []item, since time.Time) {
	decided := decisions(records)
	for _, x := range records {
		happened := time.Unix(x.version.Happened, 0)
		if happened.Before(since) {
			continue
		}
		seen := map[string]bool{}
		for i := range h.duties {
			d := &h.duties[i]
			if seen[d.Duty] || !d.asks(x) {
				continue
			}
			seen[d.Duty] = true
			if decided[settles{x.version.Record, d.Duty}] {
				continue
			}
			by := happened.In(h.at.Location()).AddDate(0, 0, d.Days).Format(time.DateOnly)
			h.add(DecisionsWaiting, x, Finding{Words: d.Name, Why: d.Why, By: by, Urgent: by < h.today, Duty: d.Duty})
		}
	}
}

// settles is that a decision of a kind was recorded about a record.
type settles struct {
	about uuid.UUID
	kind  string
}

// decisions finds what the recorded decisions settle.
func decisions(records []item) map[settles]bool {
	kinds := map[uuid.UUID]string{}
	for _, x := range records {
		if x.content.Class.HasRole(standard.ClassRoleDuty) && x.version.Status == record.Complete {
			kinds[x.version.Record] = x.code(standard.RoleDutyKind)
		}
	}
	done := map[settles]bool{}
	for _, x := range records {
		for _, ref := range x.content.References() {
			if kind, ok := kinds[x.version.Record]; ok {
				done[settles{ref.UID, kind}] = true
			}
			if kind, ok := kinds[ref.UID]; ok {
				done[settles{x.version.Record, kind}] = true
			}
		}
	}
	return done
}
