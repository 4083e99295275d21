package oversight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care/oversight"
	"rosemary/record"
	"rosemary/standard"
)

var now = time.Date(2026, 3, 16, 14, 0, 0, 0, time.UTC)

// file is a person's records under construction.
type file struct {
	t         *testing.T
	catalogue *standard.Catalogue
	stream    uuid.UUID
	versions  []*record.Version
}

func newFile(t *testing.T) *file {
	t.Helper()
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return &file{t: t, catalogue: catalogue, stream: uuid.Must(uuid.NewV7())}
}

// write adds a record that happened at a time.
func (f *file) write(class string, happened time.Time, content string) uuid.UUID {
	v := &record.Version{Stream: f.stream, Class: class, Status: record.Complete, Sensitivity: record.Normal, Content: []byte(content), Happened: happened.Unix(), From: record.Moment(len(f.versions) + 1)}
	v.Record, v.Number, v.Until = uuid.Must(uuid.NewV7()), 1, record.Forever
	f.versions = append(f.versions, v)
	return v.Record
}

func (f *file) found() map[oversight.Kind][]oversight.Finding {
	f.t.Helper()
	all := map[oversight.Kind][]oversight.Finding{}
	for _, x := range f.look() {
		all[x.Kind] = append(all[x.Kind], x)
	}
	return all
}

func (f *file) look() []oversight.Finding {
	f.t.Helper()
	duties, err := oversight.StandardDuties()
	if err != nil {
		f.t.Fatal(err)
	}
	return oversight.Look(f.catalogue, duties, []oversight.Person{{Stream: f.stream, Versions: f.versions}}, now)
}

func (f *file) duties() []string {
	var list []string
	for _, x := range f.found()[oversight.DecisionsWaiting] {
		list = append(list, x.Duty)
	}
	slices.Sort(list)
	return list
}

// TestWhatTheLawAsksWaitsUntilItIsDecided: a serious fall asks for candour, a notification and RIDDOR; each is settled by a decision of its kind about that incident and
// by no other.
func TestWhatTheLawAsksWaitsUntilItIsDecided(t *testing.T) {
	f := newFile(t)
	fall := f.write("incident", now.AddDate(0, 0, -2), `{"date":"2026-03-14","incidentType":{"code":"fall"},"harm":{"code":"severe"}}`)
	if got := f.duties(); !slices.Equal(got, []string{"cqc-notification", "duty-of-candour", "riddor"}) {
		t.Fatalf("a fall with severe harm asks for %v", got)
	}
	decision := func(kind string, about uuid.UUID) {
		f.write("decision", now, fmt.Sprintf(`{"kindOfDecision":{"code":%q},"date":"2026-03-16","decision":"Not reported","reason":"x","relatedRecords":[{"ref":%q}]}`, kind, about))
	}
	decision("riddor", uuid.Must(uuid.NewV7()))
	if got := len(f.duties()); got != 3 {
		t.Errorf("a decision about something else settles it: %d wait", got)
	}
	decision("riddor", fall)
	decision("duty-of-candour", fall)
	if got := f.duties(); !slices.Equal(got, []string{"cqc-notification"}) {
		t.Errorf("still waiting: %v", got)
	}
	waiting := f.found()[oversight.DecisionsWaiting][0]
	if waiting.By != "2026-03-15" || !waiting.Urgent {
		t.Errorf("by %s, urgent: %v", waiting.By, waiting.Urgent)
	}
	// Nothing is asked after a fall without harm, nor of a year ago.
	quiet := newFile(t)
	quiet.write("incident", now.AddDate(0, 0, -1), `{"date":"2026-03-15","incidentType":{"code":"fall"},"harm":{"code":"none"}}`)
	quiet.write("incident", now.AddDate(-1, 0, 0), `{"date":"2025-03-16","incidentType":{"code":"abuse"},"harm":{"code":"severe"}}`)
	if got := quiet.duties(); len(got) > 0 {
		t.Errorf("asked for %v", got)
	}
}

// TestFiguresCountWhatStandsToday goes over what each figure counts and what it leaves out.
func TestFiguresCountWhatStandsToday(t *testing.T) {
	f := newFile(t)
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	f.write("alert", now.AddDate(0, -1, 0), `{"freeText":"Escapes","date":"2026-02-16","status":{"code":"active"},"alertEndDate":"`+day(1)+`T10:00:00+00:00"}`)
	f.write("alert", now.AddDate(0, -1, 0), `{"freeText":"Over","date":"2026-02-16","status":{"code":"inactive"}}`)
	f.write("dols", now.AddDate(0, -6, 0), `{"applicationDate":"2025-09-16","applicationStatus":{"code":"authorised"},"plannedOrActualEndDateOfAuthorisation":"`+day(10)+`","conditions":["A walk each day"]}`)
	f.write("dols", now.AddDate(-2, 0, 0), `{"applicationDate":"2024-03-16","applicationStatus":{"code":"ended"},"plannedOrActualEndDateOfAuthorisation":"2025-01-01"}`)
	f.write("handover-note", now.Add(-time.Hour), `{"when":"2026-03-16T13:00:00+00:00","freeText":"Ring the ward","expires":"2026-03-16T20:00:00+00:00"}`)
	f.write("handover-note", now.Add(-2*time.Hour), `{"when":"2026-03-16T12:00:00+00:00","freeText":"Done with","expires":"2026-03-16T13:30:00+00:00"}`)
	f.write("handover-note", now.Add(-2*time.Hour), `{"when":"2026-03-16T12:00:00+00:00","freeText":"Read","acknowledgedBy":[{"ref":"`+uuid.NewString()+`"}]}`)
	f.write("dose-event", now.Add(-time.Hour), `{"medicine":{"text":"Apixaban"},"when":"2026-03-16T13:00:00+00:00","outcome":{"code":"refused"}}`)
	f.write("dose-event", now.Add(-time.Hour), `{"medicine":{"text":"Apixaban"},"when":"2026-03-16T13:00:00+00:00","outcome":{"code":"given"}}`)
	f.write("dose-event", now.Add(-30*time.Hour), `{"medicine":{"text":"Apixaban"},"when":"2026-03-15T08:00:00+00:00","outcome":{"code":"missed"}}`)
	f.write("safeguarding-concern", now.AddDate(0, 0, -200), `{"safeguardingConcerns":"Old","status":{"code":"closed"}}`)
	f.write("safeguarding-concern", now.AddDate(0, 0, -200), `{"safeguardingConcerns":"Open","status":{"code":"enquiry"}}`)
	f.write("transfer-of-care", now.AddDate(0, 0, -1), `{"dateOfTransfer":"2026-03-15T10:00:00+00:00","code":{"code":"to-hospital-emergency"},"status":{"code":"in-progress"}}`)
	f.write("note-of-nothing", now, `{}`)
	f.write("dose-event", now.Add(-50*time.Hour), `{"medicine":{"text":"Paracetamol"},"when":"2026-03-14T12:00:00+00:00","outcome":{"code":"given"},"reasonForOverride":"Asked the doctor"}`)
	f.write("measurement", now.Add(-3*time.Hour), `{"when":"2026-03-16T11:00:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"V"},"reading":[{"kind":{"code":"breathing-rate"},"value":{"value":29,"unit":"/min"}},`+
		`{"kind":{"code":"oxygen-saturation"},"value":{"value":84,"unit":"%"}},{"kind":{"code":"systolic"},"value":{"value":88,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":132,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":39.2,"unit":"Cel"}}]}`)
	f.write("complaint", now.AddDate(0, 0, -40), `{"dateReceived":"2026-02-04","complaint":"Cold soup","answerDueBy":"2026-03-04","status":{"code":"looking"}}`)
	f.write("complaint", now.AddDate(0, 0, -40), `{"dateReceived":"2026-02-04","complaint":"Settled","answerDueBy":"2026-03-04","status":{"code":"closed"}}`)
	f.write("money-entry", now.AddDate(0, 0, -4), `{"when":"2026-03-12T10:00:00+00:00","entry":{"code":"out"},"amount":5,"whatFor":"Hairdresser","careActor":{"ref":"`+uuid.NewString()+`"},"secondSignature":{"ref":"`+uuid.NewString()+`"}}`)
	f.write("medicine-order", now.AddDate(0, 0, -4), `{"medicine":{"text":"Co-amoxiclav"},"status":{"code":"active"},"allergyOverridden":"The doctor: the rash was a virus"}`)
	f.write("medicine-order", now.AddDate(0, 0, -4), `{"medicine":{"text":"Flucloxacillin"},"status":{"code":"stopped"},"allergyOverridden":"The doctor"}`)
	found := f.found()
	for kind, want := range map[oversight.Kind]int{
		oversight.AllergyOrdered: 1, oversight.Alerts: 1, oversight.LibertyEnding: 1, oversight.LibertyCondition: 1, oversight.HandoverUnread: 1, oversight.NotGiven: 1, oversight.Safeguarding: 1, oversight.Away: 1, oversight.Complaints: 1, oversight.MoneyWrong: 1, oversight.Overridden: 1, oversight.AtRisk: 1,
		oversight.Unreadable: 1, oversight.Incidents: 0,
	} {
		if len(found[kind]) != want {
			t.Errorf("%s: %d, want %d: %+v", kind, len(found[kind]), want, found[kind])
		}
	}
	for _, list := range found {
		for _, x := range list {
			if x.Version == nil || x.Stream != f.stream || x.Title == "" {
				t.Errorf("a finding without its record: %+v", x)
			}
		}
	}
	if r := found[oversight.AtRisk]; len(r) == 1 && (!r[0].Urgent || !strings.Contains(r[0].Words, "NEWS2")) {
		t.Errorf("a high early warning score: %+v", r[0])
	}
	if c := found[oversight.Complaints]; len(c) == 1 && (!c[0].Urgent || c[0].By != "2026-03-04") {
		t.Errorf("a complaint that nobody has answered in time: %+v", c)
	}
	if c := found[oversight.LibertyCondition]; len(c) == 1 && !c[0].Urgent {
		t.Error("a condition that nobody says is met does not stand out")
	}
}

// TestEveryDutyNamesCodesThatThereAre: a code that is not in its value set would never be asked for, and nobody would know.
func TestEveryDutyNamesCodesThatThereAre(t *testing.T) {
	f := newFile(t)
	duties, err := oversight.StandardDuties()
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]*standard.ValueSet{}
	for _, role := range []string{standard.ClassRoleIncident, standard.ClassRoleDuty} {
		for _, class := range f.catalogue.ClassesWithRole(role) {
			for _, r := range []string{standard.RoleIncidentKind, standard.RoleHarm, standard.RoleDutyKind} {
				if e := class.ByRole(r); e != nil {
					sets[r] = e.ValueSet
				}
			}
		}
	}
	for _, d := range duties {
		for role, codes := range map[string][]string{standard.RoleDutyKind: {d.Duty}, standard.RoleIncidentKind: d.Kinds, standard.RoleHarm: d.Harm} {
			for _, code := range codes {
				if _, ok := sets[role].Code(code); !ok {
					t.Errorf("%s: there is no code %q for %s", d.Name, code, role)
				}
			}
		}
	}
	if _, err := oversight.LoadDuties([]byte("- {duty: x, name: y, why: z, days: 1, after: nothing}")); err == nil {
		t.Error("a duty that follows no role was taken")
	}
}

// TestADoseThatNobodyWroteDown: a planned dose of the last day with nothing recorded stands out; one that was refused, was only just due, or was due while the person was in hospital does not.
func TestADoseThatNobodyWroteDown(t *testing.T) {
	order := `{"medicine":{"text":"Apixaban 5 mg"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"status":{"code":"active"},"start":"2026-03-01T08:00:00+00:00","timeOfDay":["08:00","13:00"],"timeCritical":true,` +
		`"careActor":[{"ref":"` + uuid.NewString() + `"}],"checkedBy":{"ref":"` + uuid.NewString() + `"},"checkedAt":"2026-03-01T09:00:00+00:00"}`
	f := newFile(t)
	uid := f.write("medicine-order", now.AddDate(0, 0, -15), order)
	if missed := f.found()[oversight.NotRecorded]; len(missed) != 1 || !missed[0].Urgent || missed[0].Version.Record != uid || !strings.Contains(missed[0].Words, "08:00") {
		t.Errorf("nothing was recorded: %+v", missed)
	}
	f.write("dose-event", now.Add(-6*time.Hour), `{"medicine":{"text":"Apixaban 5 mg"},"medicineOrder":{"ref":"`+uid.String()+`"},"dueAt":"2026-03-16T08:00:00+00:00","when":"2026-03-16T08:10:00+00:00","outcome":{"code":"refused"}}`)
	if missed := f.found()[oversight.NotRecorded]; len(missed) != 0 {
		t.Errorf("it was refused: %+v", missed)
	}
	away := newFile(t)
	away.write("medicine-order", now.AddDate(0, 0, -15), order)
	away.write("transfer-of-care", now.AddDate(0, 0, -2), `{"dateOfTransfer":"2026-03-14T10:00:00+00:00","code":{"code":"to-hospital-emergency"},"status":{"code":"in-progress"}}`)
	if missed := away.found()[oversight.NotRecorded]; len(missed) != 0 {
		t.Errorf("the person was in hospital: %+v", missed)
	}
}

// TestASecondDoseIsListed: a planned dose that was given twice in the last week is found, by its second record, and urgent for a day; one that was refused before it was given, or longer ago, is not.
func TestASecondDoseIsListed(t *testing.T) {
	f := newFile(t)
	uid := f.write("medicine-order", now.AddDate(0, 0, -30), `{"medicine":{"text":"Apixaban 5 mg"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"status":{"code":"active"},"start":"2026-02-01T08:00:00+00:00","timeOfDay":["08:00"],`+
		`"careActor":[{"ref":"`+uuid.NewString()+`"}],"checkedBy":{"ref":"`+uuid.NewString()+`"},"checkedAt":"2026-02-01T09:00:00+00:00"}`)
	dose := func(day, clock, outcome string) uuid.UUID {
		at, err := time.Parse(time.RFC3339, day+"T"+clock+":00Z")
		if err != nil {
			t.Fatal(err)
		}
		return f.write("dose-event", at, fmt.Sprintf(`{"medicine":{"text":"Apixaban 5 mg"},"medicineOrder":{"ref":%q},"dueAt":"%sT08:00:00+00:00","when":"%sT%s:00+00:00","outcome":{"code":%q}}`, uid, day, day, clock, outcome))
	}
	dose("2026-03-01", "08:00", "given")
	dose("2026-03-01", "08:40", "given") // told long ago
	dose("2026-03-15", "08:00", "refused")
	dose("2026-03-15", "08:30", "given")
	dose("2026-03-12", "08:00", "given")
	older := dose("2026-03-12", "08:50", "given")
	dose("2026-03-16", "08:05", "given")
	newer := dose("2026-03-16", "09:10", "given")
	twice := f.found()[oversight.GivenTwice]
	if len(twice) != 2 || twice[0].Version.Record != newer || twice[1].Version.Record != older {
		t.Fatalf("given twice: %+v", twice)
	}
	if !twice[0].Urgent || twice[1].Urgent || twice[0].Words != "Due 16 March at 08:00: given 16 March at 08:05 and again 16 March at 09:10" {
		t.Errorf("given twice: %+v", twice)
	}
}
