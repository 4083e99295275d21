// Package fall plans the observations after a fall, and says when something is worse or was missed.
//
// How often and for how long is data (stages.yaml). What is planned becomes ordinary tasks, so that care/due sees them like all planned care. Pure functions; nothing is kept here.
package fall

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"rosemary/care/due"
	"rosemary/record"
	"rosemary/standard"
)

//go:embed stages.yaml
var stagesFile []byte // go:embed needs a variable of the package; nothing writes to it

// Series is how somebody is watched after a fall.
type Series struct {
	Class   string // of what is planned
	Stages  []Stage
	Content string // of what is planned, with places for the times
	Worse   string // what to do when something is worse
	Missed  string // what to do when one was missed
}

// Stage is one part of the series.
type Stage struct {
	Name    string
	Every   int // minutes
	Minutes int // for how long
}

// Read reads the series.
func Read() (*Series, error) {
	s := &Series{}
	if err := yaml.UnmarshalWithOptions(stagesFile, s, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("the observations after a fall: %w", err)
	}
	return s, nil
}

// Planned is one task of the series.
type Planned struct {
	From, Until time.Time
	Content     []byte
}

// Plan makes the tasks of the series from a time on. Each stage begins where the one before has its last look, and has none there.
func (s *Series) Plan(from time.Time) []Planned {
	var all []Planned
	for i, stage := range s.Stages {
		every := time.Duration(stage.Every) * time.Minute
		first, until := from, from.Add(time.Duration(stage.Minutes)*time.Minute)
		if i > 0 {
			first = from.Add(every)
		}
		end := until.Add(time.Minute)
		content := strings.NewReplacer("{name}", stage.Name, "{day}", first.Format(time.DateOnly), "{start}", first.Format(time.RFC3339), "{end}", end.Format(time.RFC3339), "{every}", strconv.Itoa(stage.Every)).Replace(s.Content)
		all = append(all, Planned{From: first, Until: end, Content: []byte(content)})
		from = until
	}
	return all
}

// Alarm says what is to be done now: because of what was found, or because a look was missed; "" while all is as planned. Checks are the looks, slots what was planned.
func (s *Series) Alarm(catalogue *standard.Catalogue, checks []*record.Version, slots []due.Slot) string {
	for _, v := range checks {
		if content, err := v.Decoded(catalogue); err == nil && Danger(content) {
			return s.Worse
		}
	}
	for _, slot := range slots {
		if slot.State == due.Overdue {
			return s.Missed
		}
	}
	return ""
}

// Danger says whether a look found a danger sign. What no code plainly says to be none counts as one.
func Danger(content *standard.Content) bool {
	for _, v := range content.All(standard.RoleDangerSigns) {
		c, ok := v.(standard.Coded)
		if !ok {
			continue
		}
		if code, known := codeOf(content, c.Code); !known || code.Means != standard.MeansNoneKnown {
			return true
		}
	}
	return false
}

func codeOf(content *standard.Content, code string) (*standard.Code, bool) {
	e := content.Class.ByRole(standard.RoleDangerSigns)
	if e == nil || e.ValueSet == nil {
		return nil, false
	}
	return e.ValueSet.Code(code)
}
