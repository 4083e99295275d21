package extract

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

const noted = `{"when":"2026-03-16T07:30:00+00:00","freeText":"%s"}`

// TestWordsThatNameWhatIsLeftOutAreDecidedAbout: nothing goes while nobody has looked; what is withheld does not go and is told; what goes nevertheless is told with its reason.
func TestWordsThatNameWhatIsLeftOutAreDecidedAbout(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	note := func(text string) *record.Version {
		return m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: strings.ReplaceAll(noted, "%s", text)})
	}
	plain := note("Margaret Whitlock slept well.")
	named := note("Her daughter, zoe  o’brien, rang about the money.")
	other := note("Nothing. Zoë was here.")
	m.write(t, c, change{class: "personal-contact", uid: uuid.New(), sensitivity: record.Confidential, raw: true,
		content: `{"name":"Mrs Zoë O'Brien","relationship":{"text":"Daughter"}}`})
	short := note("Liz was here.")
	m.write(t, c, change{class: "personal-contact", uid: uuid.New(), sensitivity: record.Confidential, raw: true, content: `{"name":"Elizabeth Pratt","relationship":{"text":"Niece"}}`})
	unseen := uuid.New()
	m.write(t, c, change{class: "personal-contact", uid: unseen, sensitivity: record.Confidential, raw: true, content: `{"name":"Slept"}`})
	m.withheld[unseen] = true

	k := Criteria{AllVersions: true, MaxSensitivity: 3}
	x := extractOf(t, m, c, k)
	var versions []record.VersionID
	for _, p := range x.Passages() {
		versions = append(versions, p.Version)
		if p.Class != "daily-note" || p.Where == "" || len(p.Names) == 0 || !strings.Contains(p.Text, p.Names[0]) {
			t.Errorf("%+v", p)
		}
	}
	if !slices.Equal(versions, []record.VersionID{named.VersionID, other.VersionID, short.VersionID}) {
		t.Fatalf("passages of %v, want those of %v and %v; not of %v", versions, named.VersionID, other.VersionID, plain.VersionID)
	}
	nothing := func(*ehr.Composition) error { t.Error("something went out"); return nil }
	for _, err := range []error{x.Ready(), x.Compositions(nothing)} {
		if standard.KindOf(err) != standard.Invalid {
			t.Errorf("nobody decided: %v", err)
		}
	}

	k.Decisions = []Decision{{Version: named.VersionID, Withhold: true}, {Version: other.VersionID}, {Version: short.VersionID, Withhold: true}}
	if err := extractOf(t, m, c, k).Ready(); standard.KindOf(err) != standard.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	k.Decisions[1].Why = "Everybody knows that she visits."
	x = extractOf(t, m, c, k)
	sound(t, x)
	text := written(t, x)
	if strings.Contains(text, "money") || !strings.Contains(text, "was here") || !strings.Contains(text, "Its words name what is left out") || strings.Contains(text, named.Record.String()) {
		t.Error(text)
	}
	if !strings.Contains(k.Words(), "Everybody knows") {
		t.Error(k.Words())
	}

	k = Criteria{AllVersions: true, MaxSensitivity: 3, WithholdNamed: true}
	if text = written(t, extractOf(t, m, c, k)); strings.Contains(text, "money") || strings.Contains(text, "was here") || !strings.Contains(text, "slept well") {
		t.Error(text)
	}
	if all := extractOf(t, m, c, Criteria{AllVersions: true}); len(all.Passages()) > 0 {
		t.Errorf("nothing is left out: %+v", all.Passages())
	}
}

// TestWordsThatTellWhereARestrictedPersonLives are found: of the address, the surgery, the home, the room, also of earlier versions.
func TestWordsThatTellWhereARestrictedPersonLives(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	home := uuid.New()
	m.entries[home] = &record.Version{VersionID: record.VersionID{Record: home}, Class: "service-provider", Content: []byte(`{"name":"Harbour House"}`), Body: []byte("x")}
	m.write(t, c, change{class: "subject-of-care", uid: m.stream, number: 2, kind: record.Modify, raw: true,
		content: `{"personName":{"personFirstName":"Margaret"},"gpName":"Dr Khan","restrictedAddress":true}`})
	m.write(t, c, change{class: "placement", uid: uuid.New(), content: `{"serviceProvider":{"ref":"` + home.String() + `"},"from":"2026-03-02","room":"Garden room"}`})
	m.restricted = true
	for _, says := range []string{"Dr. Khan rang.", "Back at harbour house by six.", "Sat in the GARDEN ROOM."} {
		m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: strings.ReplaceAll(noted, "%s", says)})
	}
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: strings.ReplaceAll(noted, "%s", "Sat in the garden."), why: "Written at Harbour House"})
	x := extractOf(t, m, c, Criteria{AllVersions: true})
	if got := x.Passages(); len(got) != 4 || x.Ready() == nil || got[3].Where != "Why it was changed" {
		t.Errorf("%+v", got)
	}
	x, err := New(context.Background(), m, settings(c), Criteria{AllVersions: true, Whereabouts: true})
	if err != nil || len(x.Passages()) > 0 || x.Ready() != nil {
		t.Errorf("on purpose: %v", err)
	}
}
