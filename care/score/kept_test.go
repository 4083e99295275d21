package score_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
)

// version is a record as it would stand in the log, committed at a moment.
func version(class string, rec uuid.UUID, from record.Moment, content []byte) *record.Version {
	return &record.Version{
		VersionID: record.VersionID{Record: rec, Number: 1}, Class: class, Status: record.Complete, Sensitivity: record.Normal, From: from, Until: record.Forever,
		Committed: time.Date(2026, 3, 16, 8, int(from), 0, 0, time.UTC), Recorded: "2026-03-16T08:00:00Z", Content: content,
	}
}

func uid() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// observations are measurements of one minute past eight: what is left out is measured by somebody else.
func observations(minute int, readings map[string]string, codes string) []byte {
	units := map[string]string{"breathing-rate": "/min", "oxygen-saturation": "%", "systolic": "mm[Hg]", "pulse": "/min", "temperature": "Cel", "body-weight": "kg"}
	var list []any
	for kind, value := range readings {
		list = append(list, map[string]any{"kind": map[string]any{"code": kind}, "value": map[string]any{"value": json.Number(value), "unit": units[kind]}})
	}
	said, _ := json.Marshal(list)
	return fmt.Appendf(nil, `{"when":"2026-03-16T08:%02d:00Z"%s,"reading":%s}`, minute, codes, said)
}

const awake = `,"airOrOxygen":{"code":"air"},"alertness":{"code":"A"}`

var whole = map[string]string{"breathing-rate": "25", "oxygen-saturation": "97", "systolic": "120", "pulse": "75", "temperature": "37.0"}

// keep lets the keeper work on what is committed, and gives the results as they would stand in the log.
func keep(t *testing.T, standing []*record.Version, written ...*record.Version) []*record.Version {
	t.Helper()
	k := score.Keeping{Catalogue: catalogue(t), Zone: time.UTC}
	var kept []*record.Version
	if len(k.Needs(written)) == 0 {
		return nil
	}
	for _, ch := range k.Keep(standing, written) {
		class, _ := catalogue(t).Class(ch.Class)
		if _, problems := class.Decode(ch.Content, standard.DecodeOptions{Subject: uid()}); len(problems) > 0 {
			t.Errorf("what is kept would be refused: %v", problems)
		}
		v := version(ch.Class, uid(), written[0].From, ch.Content)
		kept = append(kept, v)
	}
	return kept
}

// changed is a definition that somebody has changed: another version and file, other points, other words.
func changed(s *standard.Score) *standard.Score {
	own := *s
	own.Version, own.Hash = "2031", "ffffffffffffffffffffffffffffffff"
	own.Bands = nil
	for _, b := range s.Bands {
		c := *b
		c.Name, c.Colour, c.Urgent, c.Do, c.Repeat = "Group "+b.ID, "orange", !b.Urgent, []string{"Sing."}, "Some day"
		own.Bands = append(own.Bands, &c)
	}
	own.Items = slices.Clone(s.Items)
	first := *s.Items[0]
	first.Tables = []*standard.ScoreTable{{Points: []standard.ScorePoints{{Points: 0}}}}
	own.Items[0] = &first
	return &own
}

// TestWhatWasShownStaysWhenTheDefinitionChanges: total, band, colour, urgency and advice of the day are kept, and what today's definition would give is said beside them.
func TestWhatWasShownStaysWhenTheDefinitionChanges(t *testing.T) {
	s := definition(t, "news2")
	measured := version("measurement", uid(), 1, observations(0, whole, awake))
	versions := append(keep(t, nil, measured), measured)
	then := score.History(catalogue(t), s, versions, time.UTC)
	if len(then) != 1 || then[0].Kept == nil || then[0].Total != 3 || then[0].Band.ID != "low-medium" || !then[0].SameDefinition() || then[0].Now == nil || !then[0].Same(then[0].Now) {
		t.Fatalf("on the day: %+v", then)
	}
	later := score.History(catalogue(t), changed(s), versions, time.UTC)
	if len(later) != 1 {
		t.Fatalf("%d results", len(later))
	}
	r, day := later[0], then[0]
	if r.Total != 3 || r.By != day.By || r.Band.Name != day.Band.Name || r.Band.Colour != day.Band.Colour || r.Band.Urgent != day.Band.Urgent || !slices.Equal(r.Band.Do, day.Band.Do) || r.Band.Repeat != day.Band.Repeat || !r.Due.Equal(day.Due) {
		t.Errorf("after the definition changed: %+v, %+v", r, r.Band)
	}
	if r.SameDefinition() || r.Now == nil || r.Now.Total != 0 || r.Now.Band.Name != "Group none" || r.Same(r.Now) {
		t.Errorf("today's would give %+v", r.Now)
	}
}

// TestAskedScoresSayWhatTodaysDefinitionGives: from the words of the answers; where one of them is no longer offered, nothing is said.
func TestAskedScoresSayWhatTodaysDefinitionGives(t *testing.T) {
	s := definition(t, "abbey-pain")
	found := map[string]score.Value{}
	for _, item := range s.Items {
		p := item.Tables[0].Points[2]
		found[item.ID] = score.Value{Codes: []string{p.Code}, Words: p.Words}
	}
	r := score.Work(s, found, nil)
	r.When = time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	versions := []*record.Version{version("score-result", uid(), 1, score.Content(catalogue(t), r, nil).AppendJSON(nil))}
	now := score.History(catalogue(t), s, versions, time.UTC)[0]
	if now.Now == nil || !now.Same(now.Now) || now.Total != 12 {
		t.Errorf("by the same definition: %+v", now)
	}
	other := changed(s)
	other.Items[0].Tables = []*standard.ScoreTable{{Points: []standard.ScorePoints{{Code: "loud", Words: "Loud", Points: 3}}}}
	if now = score.History(catalogue(t), other, versions, time.UTC)[0]; now.Now != nil || now.Total != 12 || now.Band.Name != "Moderate pain" {
		t.Errorf("an answer that is no longer offered: %+v", now.Now)
	}
}

// TestOneRoundOfSeveralHands: what is measured in pieces is worked out again with each; the last stands, those before it are not lost.
func TestOneRoundOfSeveralHands(t *testing.T) {
	s := definition(t, "news2")
	some, rest := map[string]string{}, map[string]string{}
	for kind, value := range whole {
		if kind == "pulse" || kind == "temperature" {
			rest[kind] = value
		} else {
			some[kind] = value
		}
	}
	a, b := version("measurement", uid(), 1, observations(0, some, awake)), version("measurement", uid(), 2, observations(10, rest, ""))
	versions := append(keep(t, nil, a), a)
	weight := version("measurement", uid(), 2, observations(5, map[string]string{"body-weight": "70"}, ""))
	if kept := keep(t, versions, weight); len(kept) != 0 {
		t.Errorf("a weight is no part of it: %v", kept)
	}
	versions = append(versions, weight)
	if r := score.History(catalogue(t), s, versions, time.UTC); len(r) != 1 || r[0].Kept == nil || r[0].Complete() {
		t.Errorf("half of it: %+v", r)
	}
	versions = append(append(versions, keep(t, versions, b)...), b)
	r := score.History(catalogue(t), s, versions, time.UTC)
	if len(r) != 1 || r[0].Kept == nil || r[0].Total != 3 || !r[0].Complete() || len(r[0].Before) != 1 || r[0].Before[0].Complete() {
		t.Errorf("all of it: %+v", r)
	}
}

// TestTwoWhoDidNotSeeEachOther: where each kept a result of half a round, the whole is worked out when it is looked at, and says so.
func TestTwoWhoDidNotSeeEachOther(t *testing.T) {
	s := definition(t, "news2")
	a := version("measurement", uid(), 1, observations(0, map[string]string{"breathing-rate": "25", "oxygen-saturation": "97", "systolic": "120"}, ""))
	b := version("measurement", uid(), 2, observations(1, map[string]string{"pulse": "75", "temperature": "37.0"}, awake))
	versions := append(append(keep(t, nil, a), keep(t, nil, b)...), a, b)
	r := score.History(catalogue(t), s, versions, time.UTC)
	if !slices.ContainsFunc(r, func(r score.Result) bool { return r.Kept == nil && r.Complete() && r.Total == 3 }) {
		t.Errorf("%+v", r)
	}
}

// TestRecordsFromBefore: measurements that no result is kept of are worked out now; a result that was kept without its colour has the band it was called by.
func TestRecordsFromBefore(t *testing.T) {
	s := definition(t, "news2")
	measured := version("measurement", uid(), 1, observations(0, whole, awake))
	if r := score.History(catalogue(t), s, []*record.Version{measured}, time.UTC); len(r) != 1 || r[0].Kept != nil {
		t.Errorf("%+v", r)
	}
	old := version("score-result", uid(), 2, fmt.Appendf(nil, `{"when":"2026-03-16T08:00:00Z","score":"news2","name":"NEWS2","definition":"2017","total":3,"band":"Low to medium risk","answers":[{"item":"breathing","question":"Breathing rate","answer":"25 a minute","points":3}],"workedOutFrom":[{"ref":"%s"}]}`, measured.Record))
	r := score.History(catalogue(t), s, []*record.Version{measured, old}, time.UTC)
	if len(r) != 1 || r[0].Band.ID != "low-medium" || r[0].TodaysWords || !r[0].SameDefinition() {
		t.Errorf("%+v", r)
	}
	r = score.History(catalogue(t), changed(s), []*record.Version{measured, old}, time.UTC)
	if len(r) != 1 || r[0].Band.Name != "Low to medium risk" || !r[0].TodaysWords || r[0].Total != 3 {
		t.Errorf("after the definition changed: %+v", r[0].Band)
	}
}

// TestNothingCloserHeldIsKept: what rests on a measurement that is held more closely is not kept where more people would read it.
func TestNothingCloserHeldIsKept(t *testing.T) {
	a := version("measurement", uid(), 1, observations(0, whole, awake))
	a.Sensitivity = record.Confidential
	b := version("measurement", uid(), 2, observations(10, map[string]string{"pulse": "80"}, ""))
	if kept := keep(t, []*record.Version{a}, b); len(kept) != 0 {
		t.Errorf("kept: %s", kept[0].Content)
	}
}
