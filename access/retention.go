package access

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

//go:embed retention.yaml
var standardRetention []byte

// Retention says how long records are kept, from retention.yaml.
type Retention struct {
	rules    []RetentionRule
	requests RequestRule
}

// RequestRule says how long requests for a person that led to nothing tell who that was.
type RequestRule struct {
	Days    int    `yaml:"days"`
	Checked bool   `yaml:"checked"`
	Note    string `yaml:"note"` // why
}

// Until is when a request that ended at a time no longer tells it.
func (r RequestRule) Until(ended time.Time) time.Time { return ended.AddDate(0, 0, r.Days) }

// Requests is the rule for requests that led to nothing.
func (r *Retention) Requests() RequestRule { return r.requests }

// RetentionRule is one row of it.
type RetentionRule struct {
	ID      string `yaml:"id"`
	Years   int    `yaml:"years"`
	Role    string `yaml:"role"` // only where there is a record of a class of this role; "": always
	Checked bool   `yaml:"checked"`
	Note    string `yaml:"note"` // why
}

// StandardRetention is the table that comes with the program.
func StandardRetention() (*Retention, error) { return LoadRetention(standardRetention) }

// LoadRetention reads a table strictly. A table without a rule for every record, or with one that says no years, is refused: nothing would be kept.
func LoadRetention(text []byte) (*Retention, error) {
	var file struct {
		Requests RequestRule     `yaml:"requests"`
		Rules    []RetentionRule `yaml:"rules"`
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("retention.yaml: %w", err)
	}
	for _, r := range file.Rules {
		if r.ID == "" || r.Years < 1 || r.Note == "" || r.Role != "" && !slices.Contains(standard.ClassRoles(), r.Role) {
			return nil, fmt.Errorf("retention.yaml: rule %q needs an id, a note, one year or more, and a role of classes or none", r.ID)
		}
	}
	if !slices.ContainsFunc(file.Rules, func(r RetentionRule) bool { return r.Role == "" }) {
		return nil, fmt.Errorf("retention.yaml: there is no rule for every record")
	}
	if r := file.Requests; r.Days < 1 || r.Days > 3660 || r.Note == "" {
		return nil, fmt.Errorf("retention.yaml: requests needs a note, and from 1 to 3660 days")
	}
	return &Retention{rules: file.Rules, requests: file.Requests}, nil
}

// Kept says until when the record of somebody who has left is kept.
type Kept struct {
	Ended string // the day care ended or the person died; "": it has not ended
	Until string // the last day on which it is kept; "": it is not known
	Rule  RetentionRule
	Held  bool // a legal hold stands
}

// over reports whether it need not be kept on a day.
func (k Kept) over(today string) bool { return k.Until != "" && k.Until < today && !k.Held }

// kept works out how long a person's record is kept.
func (g *Guard) kept(ctx context.Context, stream uuid.UUID, head record.Moment) (Kept, error) {
	var k Kept
	var err error
	if k.Held, err = g.held(ctx, stream, head); err != nil {
		return k, err
	}
	if k.Ended, err = g.ended(ctx, stream, head); err != nil || k.Ended == "" {
		return k, err
	}
	counts, err := g.config.Log.Count(ctx, stream, head, record.Scope{Everything: true})
	if err != nil {
		return k, err
	}
	for _, rule := range g.config.Retention.rules {
		applies := rule.Role == "" || slices.ContainsFunc(g.config.Catalogue.ClassesWithRole(rule.Role), func(c *standard.Class) bool { return counts[c.ID] > 0 })
		if applies && rule.Years > k.Rule.Years {
			k.Rule = rule
		}
	}
	end, err := time.Parse(time.DateOnly, k.Ended)
	if err != nil {
		return k, nil // a date that is no day keeps the record
	}
	k.Until = end.AddDate(k.Rule.Years, 0, 0).Format(time.DateOnly)
	return k, nil
}

// ended is the day on which care ended: the person's death, else the end of the last placement; "" while it goes on or nobody knows.
func (g *Guard) ended(ctx context.Context, stream uuid.UUID, head record.Moment) (string, error) {
	people, _, err := g.config.Register.People(ctx, Selection{UID: stream, At: head, Day: g.today(), Scope: record.Scope{Everything: true}, Limit: 1})
	if err != nil || len(people) == 0 {
		return "", err
	}
	if died := people[0].Card.Died; died != "" {
		return lastOf(died), nil
	}
	if people[0].Placed {
		return "", nil
	}
	last := ""
	err = g.standing(ctx, stream, head, standard.ClassRolePlacement, func(content *standard.Content, v *record.Version) {
		if ix := record.IndexOf(content, v.Recorded, g.config.Zone); ix.Placement != nil {
			last = max(last, lastOf(cmp.Or(ix.Placement.Until, "9999")))
		}
	})
	if last > g.today() {
		last = ""
	}
	return last, err
}

// lastOf is the last day that a date may mean, so that nothing is destroyed too early.
func lastOf(date string) string {
	switch {
	case len(date) == 4:
		return date + "-12-31"
	case len(date) == 7:
		if month, err := time.Parse("2006-01", date); err == nil {
			return month.AddDate(0, 1, -1).Format(time.DateOnly)
		}
	}
	return date[:min(10, len(date))]
}

// held reports whether a legal hold stands.
func (g *Guard) held(ctx context.Context, stream uuid.UUID, head record.Moment) (held bool, err error) {
	err = g.standing(ctx, stream, head, standard.ClassRoleLegalHold, func(content *standard.Content, _ *record.Version) {
		until, _ := content.First(standard.RoleValidUntil)
		end, _ := until.(standard.Date)
		held = held || end == "" || lastOf(string(end)) >= g.today()
	})
	return held, err
}

// standing calls fn for the records of the classes of a role that stand in a stream.
func (g *Guard) standing(ctx context.Context, stream uuid.UUID, head record.Moment, role string, fn func(*standard.Content, *record.Version)) error {
	var classes []string
	for _, class := range g.config.Catalogue.ClassesWithRole(role) {
		classes = append(classes, class.ID)
	}
	if len(classes) == 0 {
		return nil
	}
	q := record.Query{Stream: stream, Classes: classes, At: head, Limit: 1000, Scope: record.Scope{Everything: true}}
	for more := true; more; {
		var page []*record.Version
		var err error
		if page, more, err = g.config.Log.Versions(ctx, q); err != nil {
			return err
		}
		for _, v := range page {
			content, err := v.Decoded(g.config.Catalogue)
			if err != nil {
				return err
			}
			fn(content, v)
			last := v.Cursor()
			q.After = &last
		}
	}
	return nil
}

// Due is somebody whose record need not be kept any longer.
type Due struct {
	Person Person
	Kept   Kept
	Asked  uuid.UUID // the request that waits, if somebody has asked already
}

// Due lists the people whose record this session may destroy and whose time is over, those held too, by the day on which it was.
func (s *Session) Due(ctx context.Context) ([]Due, error) {
	entry := Entry{Action: "due"}
	if !s.May(ToDestroy) {
		return nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot destroy records.", "Ask the manager of the home."))
	}
	g := s.guard
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := s.asked(ctx)
	if err != nil {
		return nil, err
	}
	var due []Due
	q := Selection{Left: true, At: head, Day: g.today(), Limit: 500, Scope: s.scope(ToDestroy)}
	for more := true; more; more = q.After != "" {
		people, next, err := g.config.Register.People(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			kept, err := g.kept(ctx, p.UID, head)
			if err != nil {
				return nil, err
			}
			if kept.Until != "" && kept.Until < g.today() {
				due = append(due, Due{Person: p, Kept: kept, Asked: asked[p.UID]})
			}
		}
		q.After = next
	}
	slices.SortStableFunc(due, func(a, b Due) int { return cmp.Compare(a.Kept.Until, b.Kept.Until) })
	entry.Count = len(due)
	s.note(ctx, entry)
	return due, nil
}
