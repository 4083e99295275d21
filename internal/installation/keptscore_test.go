package installation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// TestAScoreIsKeptAtEveryDoor: what is measured through the API is kept with its score in one contribution; sent again it is the same contribution, though another result would be worked out by then.
func TestAScoreIsKeptAtEveryDoor(t *testing.T) {
	s := newStage(t)
	measured := func(minute string) string {
		return `{"when":"2026-03-16T07:` + minute + `:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[{"kind":{"code":"breathing-rate"},"value":{"value":16,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":89,"unit":"%"}},` +
			`{"kind":{"code":"systolic"},"value":{"value":120,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":80,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":37,"unit":"Cel"}}]}`
	}
	id, rec := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	body := fmt.Sprintf(`{"id":"%s","changes":[{"type":"create","record":"%s","class":"measurement","content":%s}]}`, id, rec, measured("30"))
	path := "/api/people/" + s.Person.String() + "/contributions"
	s.As("nurse").Post(path, body).Want(http.StatusCreated)
	results := func() (list []*standard.Content) {
		versions, _, err := s.Log.Versions(t.Context(), record.Query{Stream: s.Person, Classes: []string{"score-result"}, At: record.Forever - 1, Limit: 100, Scope: record.Scope{Everything: true}})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range versions {
			content, err := v.Decoded(s.Catalogue)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, content)
		}
		return list
	}
	kept := results()
	if len(kept) != 1 || kept[0].Words(standard.RoleScoreID) != "news2" || kept[0].Words(standard.RoleScoreBand) != "Low to medium risk" || kept[0].Words(standard.RoleScoreColour) != "yellow" {
		t.Fatalf("kept: %d", len(kept))
	}
	s.Write("nurse", s.Person, "early-warning-setting", `{"date":"2026-03-14","oxygenScale":{"code":"2"},"decidedBy":"Dr A Khan, GP"}`)
	if again := s.As("nurse").Post(path, body); again.Status != http.StatusOK && again.Status != http.StatusCreated {
		t.Errorf("sent again: %d %s", again.Status, again.Body)
	}
	if n := len(results()); n != 1 {
		t.Errorf("sent again it is kept %d times", n)
	}
	given := fmt.Sprintf(`{"when":"2026-03-16T05:00:00+00:00","score":"news2","name":"NEWS2","total":3,"answers":[{"item":"pulse","question":"Pulse","answer":"80","points":0}],"workedOutFrom":[{"ref":"%s"}]}`, rec)
	other := uuid.Must(uuid.NewV7())
	s.Commit("nurse", &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{
		{Path: "/changes/0", Type: record.Create, Record: other, Class: "measurement", Content: []byte(strings.Replace(measured("00"), "T07", "T05", 1))},
		{Path: "/changes/1", Type: record.Create, Class: "score-result", Content: []byte(strings.ReplaceAll(given, rec.String(), other.String()))},
	}})
	if n := len(results()); n != 2 {
		t.Errorf("whoever keeps a result themselves has %d in all", n)
	}
}

// TestNobodyTakesTheIDOfAScoreBeforehand: whoever knows a measurement cannot keep anybody from correcting it by recording something under the id of the score that would be kept.
func TestNobodyTakesTheIDOfAScoreBeforehand(t *testing.T) {
	s := newStage(t)
	const content = `{"when":"2026-03-16T07:30:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[{"kind":{"code":"breathing-rate"},"value":{"value":16,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":97,"unit":"%"}},` +
		`{"kind":{"code":"systolic"},"value":{"value":120,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":80,"unit":"/min"}}]}`
	rec := s.Write("nurse", s.Person, "measurement", content)
	for _, named := range []string{"score news2 1", "score news2 2"} {
		taken := uuid.NewSHA1(rec, []byte(named))
		_ = s.put("carer", record.ProposedChange{Type: record.Create, Record: taken, Class: "daily-note", Content: []byte(fixture.NoteContent("Mine."))})
	}
	if err := s.put("nurse", record.ProposedChange{Type: record.Correct, Record: rec, Expected: 1, Description: "Misread", Content: []byte(strings.Replace(content, "16", "30", 1))}); err != nil {
		t.Errorf("corrected: %v", err)
	}
}
