package care_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var today = time.Date(2026, 3, 21, 6, 0, 0, 0, time.UTC)

// said makes a record of a class with a role. Happened says which of several is the latest.
func said(t testing.TB, c *standard.Catalogue, role, content string, happened int64) *record.Version {
	t.Helper()
	class, ok := c.Class(role)
	if !ok {
		class = c.ClassesWithRole(role)[0]
	}
	read, problems := class.Decode([]byte(content), standard.DecodeOptions{AllowIncomplete: true})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", content, problems)
	}
	return &record.Version{
		VersionID: record.VersionID{Record: uuid.Must(uuid.NewV7()), Number: 1}, Class: class.ID, Status: record.Complete,
		Sensitivity: record.Confidential, Content: read.AppendJSON(nil), Happened: happened, From: record.Moment(happened),
	}
}

func line(b care.Banner, heading string) care.Line {
	for _, l := range b.Lines {
		if strings.HasPrefix(l.Heading, heading) {
			return l
		}
	}
	return care.Line{}
}

func texts(l care.Line) string {
	var all []string
	for _, i := range l.Items {
		all = append(all, i.Text)
	}
	return strings.Join(all, " | ")
}

// TestFourDifferentThingsAboutAllergies is the hazard "a hidden allergy".
func TestFourDifferentThingsAboutAllergies(t *testing.T) {
	c := catalogue(t)
	allergy := func(content string, at int64) *record.Version {
		return said(t, c, standard.ClassRoleAllergy, content, at)
	}
	penicillin := allergy(`{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"date":"2026-03-09"}`, 10)
	none := allergy(`{"allergyStatus":{"code":"none-known"},"causativeAgent":{"code":"no-known-allergies"},"date":"2026-03-09"}`, 20)
	unknown := allergy(`{"allergyStatus":{"code":"asked-not-known"},"causativeAgent":{"code":"not-known"},"date":"2026-03-09"}`, 30)
	unasked := allergy(`{"allergyStatus":{"code":"not-asked"}}`, 5)
	contradiction := allergy(`{"allergyStatus":{"code":"none-known"},"causativeAgent":{"text":"Elastoplast"},"date":"2026-03-09"}`, 40)
	for _, tc := range []struct {
		name     string
		versions []*record.Version
		mark     care.Mark
		says     string
	}{
		{"nothing recorded", nil, care.Missing, "Never asked"},
		{"not asked yet", []*record.Version{unasked}, care.Missing, "Not asked yet"},
		{"none known", []*record.Version{none}, care.Clear, "No known allergies"},
		{"asked, not known", []*record.Version{unknown}, care.Unknown, "Asked, not known"},
		{"the latest statement counts", []*record.Version{unasked, none}, care.Clear, "No known allergies"},
		{"recorded", []*record.Version{penicillin}, care.Danger, "Penicillin"},
		{"a named substance beats every statement", []*record.Version{none, unknown, penicillin}, care.Danger, "Penicillin"},
		{"even within one record", []*record.Version{contradiction}, care.Danger, "Elastoplast"},
	} {
		got := line(care.BannerOf(c, tc.versions, record.PersonCard{}, today), "Allergies")
		if got.Mark != tc.mark || !strings.Contains(texts(got), tc.says) || got.Short == "" {
			t.Errorf("%s: %s %q (short %q), want %s %q", tc.name, got.Mark, texts(got), got.Short, tc.mark, tc.says)
		}
	}
	if got := line(care.BannerOf(c, []*record.Version{none, penicillin}, record.PersonCard{}, today), "Allergies"); got.Note == "" {
		t.Error("two records that contradict each other stand side by side without a word")
	}
}

func TestResuscitationIsNeverSilentAndNeverMerged(t *testing.T) {
	c := catalogue(t)
	cpr := func(content string, at int64) *record.Version {
		return said(t, c, standard.ClassRoleCPRDecision, content, at)
	}
	if got := line(care.BannerOf(c, nil, record.PersonCard{}, today), "Resuscitation"); texts(got) != "No CPR decision recorded" || got.Mark != care.Missing {
		t.Errorf("without a decision: %+v", got)
	}
	relative := care.BannerOf(c, nil, record.PersonCard{}, today).For(func(role string) bool { return role == standard.ClassRoleAllergy })
	if slices.ContainsFunc(relative.Lines, func(l care.Line) bool { return strings.HasPrefix(l.Heading, "Resuscitation") }) || len(relative.NotRecorded) > 0 || texts(line(relative, "Allergies")) == "" {
		t.Errorf("to whom decisions are not shown it is said that there is none: %+v", relative)
	}
	not := cpr(`{"decision":{"code":"450476008"},"date":"2026-03-20"}`, 20)
	attempt := cpr(`{"decision":{"code":"450475007"},"date":"2025-01-02"}`, 10)
	cancelled := cpr(`{"decision":{"code":"450475007"},"date":"2025-01-02","cancelledOn":"2026-03-19"}`, 30)
	got := line(care.BannerOf(c, []*record.Version{cancelled, not}, record.PersonCard{}, today), "Resuscitation")
	if len(got.Items) != 1 || !strings.HasPrefix(texts(got), "Do not attempt CPR") || got.Note != "" {
		t.Errorf("a cancelled decision still counts: %+v", got)
	}
	got = line(care.BannerOf(c, []*record.Version{attempt, not}, record.PersonCard{}, today), "Resuscitation")
	if len(got.Items) != 2 || got.Note == "" || !strings.HasPrefix(got.Items[0].Text, "Do not attempt CPR") {
		t.Errorf("two decisions that differ: %+v", got)
	}
}

func TestLibertyRunsOutLoudly(t *testing.T) {
	c := catalogue(t)
	dols := func(content string) care.Line {
		return line(care.BannerOf(c, []*record.Version{said(t, c, standard.ClassRoleDoLS, content, 1)}, record.PersonCard{}, today), "Deprivation")
	}
	in := dols(`{"applicationDate":"2026-01-02","applicationStatus":{"code":"authorised"},"plannedOrActualEndDateOfAuthorisation":"2026-03-21"}`)
	if texts(in) != "In force" || in.Items[0].Until != "2026-03-21" || in.Mark != care.Notice {
		t.Errorf("on its last day: %+v", in)
	}
	out := dols(`{"applicationDate":"2026-01-02","applicationStatus":{"code":"authorised"},"plannedOrActualEndDateOfAuthorisation":"2026-03-20"}`)
	if out.Mark != care.Danger || !strings.HasPrefix(texts(out), "Ran out") {
		t.Errorf("the day after: %+v", out)
	}
	if refused := dols(`{"applicationDate":"2026-01-02","applicationStatus":{"code":"refused"}}`); len(refused.Items) != 0 {
		t.Errorf("what was refused is shown as an authority: %+v", refused)
	}
}

func TestTheOtherLines(t *testing.T) {
	c := catalogue(t)
	b := care.BannerOf(c, []*record.Version{
		said(t, c, standard.ClassRoleMedicineOrder, `{"medicine":{"text":"Apixaban 5 mg tablets"},"status":{"code":"active"},"anticoagulant":true}`, 1),
		said(t, c, standard.ClassRoleProblem, `{"problem":{"text":"Type 2 diabetes"},"diabetes":true,"date":"2026-03-09"}`, 2),
		said(t, c, standard.ClassRoleEatingAndDrinking, `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"5"},"date":"2026-03-09"}`, 3),
		said(t, c, standard.ClassRoleMovingAndHandling, `{"numberOfHelpers":2,"equipment":[{"code":"full-hoist"}],"date":"2026-03-09"}`, 4),
		said(t, c, standard.ClassRoleCommunicationNeed, `{"communicationNeed":"Face her, left side.","date":"2026-03-09"}`, 5),
		said(t, c, standard.ClassRoleAlert, `{"freeText":"Sensor mat: plug taped","status":{"code":"active"}}`, 6),
		said(t, c, standard.ClassRoleAlert, `{"freeText":"Old","status":{"code":"inactive"}}`, 7),
	}, record.PersonCard{}, today)
	for heading, want := range map[string]string{
		"Blood thinner": "Apixaban 5 mg tablets", "Diabetes": "Type 2 diabetes", "Moving": "2 people help, full hoist",
		"Choking": "At risk of choking; food level 5, minced and moist", "Communication": "Face her, left side.", "Alerts": "Sensor mat: plug taped",
	} {
		if got := texts(line(b, heading)); got != want {
			t.Errorf("%s: %q, want %q", heading, got, want)
		}
	}
	if len(b.NotRecorded) != 0 {
		t.Errorf("said not to be recorded: %v", b.NotRecorded)
	}
	if empty := care.BannerOf(c, nil, record.PersonCard{}, today); len(empty.NotRecorded) != 3 || len(empty.Lines) != 2 {
		t.Errorf("an empty record: %+v", empty)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	b := care.BannerOf(catalogue(t), []*record.Version{{Class: "long-gone", Content: []byte(`{"a":1}`)}}, record.PersonCard{}, today)
	if got := line(b, "Cannot be read"); len(got.Items) != 1 || got.Mark != care.Danger {
		t.Errorf("%+v", got)
	}
}

func TestAge(t *testing.T) {
	for born, want := range map[string]string{
		"1941-03-04": "85", "1941-03-21": "85", "1941-03-22": "84", "1941": "about 85", "1941-05": "about 85", "": "", "2030-01-01": "", "nonsense": "",
	} {
		if got := care.Age(born, today); got != want {
			t.Errorf("born %q: %q, want %q", born, got, want)
		}
	}
}

// TestLikeNames is the hazard "the wrong person".
func TestLikeNames(t *testing.T) {
	peggy := record.PersonCard{Given: "Margaret", Family: "Ellis", Preferred: "Peggy"}
	for _, tc := range []struct {
		other record.PersonCard
		want  bool
	}{
		{record.PersonCard{Given: "Peggy", Family: "Stone"}, true},
		{record.PersonCard{Given: "Arthur", Family: "ELLIS"}, true},
		{record.PersonCard{Given: "Pauline", Family: "Ellin"}, true},
		{record.PersonCard{Given: "Arthur", Family: "Ellin"}, false},
		{record.PersonCard{Given: "Margaret", Family: "Stone"}, false},
		{record.PersonCard{Given: "George", Family: "Okoro"}, false},
	} {
		if care.Alike(peggy, tc.other) != tc.want || care.Alike(tc.other, peggy) != tc.want {
			t.Errorf("%+v: alike is not %v", tc.other, tc.want)
		}
	}
}

func TestAttention(t *testing.T) {
	c := catalogue(t)
	plan := said(t, c, standard.ClassRoleCarePlan, `{"date":"2026-03-16"}`, 1)
	late := said(t, c, standard.ClassRoleCPRDecision, `{"decision":{"code":"450476008"},"date":"2025-03-20","dateForReview":"2026-03-20"}`, 2)
	soon := said(t, c, standard.ClassRoleMovingAndHandling, `{"numberOfHelpers":1,"reviewDate":"2026-03-25"}`, 3)
	soon.Status = record.Incomplete
	kinds := func(versions ...*record.Version) []care.FlagKind {
		var list []care.FlagKind
		for _, f := range care.Attention(c, versions, today) {
			list = append(list, f.Kind)
		}
		return list
	}
	want := []care.FlagKind{care.ReviewOverdue, care.ConsentMissing, care.NotFinished, care.ReviewSoon}
	if got := kinds(soon, plan, late); !slices.Equal(got, want) {
		t.Errorf("flags %v, want %v", got, want)
	}
	consent := said(t, c, standard.ClassRoleConsent, `{"consentIsFor":{"code":"care-plan"},"decision":{"code":"given"},"date":"2026-03-16","concerns":[{"ref":"`+plan.Record.String()+`"}]}`, 4)
	if got := kinds(plan, consent); len(got) != 0 {
		t.Errorf("a plan that was consented to is flagged: %v", got)
	}
	first := said(t, c, "check-after-an-incident", `{"when":"2026-03-18T03:25+00:00","headInjury":{"code":"unknown"},"nextCheckDue":"2026-03-18T03:55+00:00"}`, 5)
	if got := kinds(first); !slices.Equal(got, []care.FlagKind{care.ReviewOverdue}) {
		t.Errorf("a check that nobody made is not flagged: %v", got)
	}
	second := said(t, c, "check-after-an-incident", `{"when":"2026-03-18T03:55+00:00","headInjury":{"code":"no"}}`, 6)
	first.Happened, second.Happened = 1, 2
	if got := kinds(first, second); len(got) != 0 {
		t.Errorf("a check that was made is flagged: %v", got)
	}
	for _, id := range care.AttentionClasses(c) {
		if class, _ := c.Class(id); class.Stream == standard.DirectoryStream {
			t.Errorf("%s is of the directory", id)
		}
	}
}
