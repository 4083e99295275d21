package care_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

const leaving = `{"code":{"code":"to-hospital-emergency"},"dateOfTransfer":"2026-03-20T22:15:00+00:00","reasonForTransfer":"Fall, hip pain","transferToInWords":"The General"`

func TestInHospital(t *testing.T) {
	c := catalogue(t)
	left := said(t, c, standard.ClassRoleTransfer, leaving+`}`, 10)
	for name, tt := range map[string]struct {
		also string // another record
		role string
		left string // instead of the transfer above
		at   time.Time
		in   bool
	}{
		"since last night":             {at: today, in: true},
		"before they left":             {at: today.Add(-24 * time.Hour)},
		"back, by the checks":          {role: standard.ClassRoleHospitalReturn, also: `{"cameBack":"2026-03-21T05:00:00+00:00"}`, at: today},
		"back later than the moment":   {role: standard.ClassRoleHospitalReturn, also: `{"cameBack":"2026-03-21T09:00:00+00:00"}`, at: today, in: true},
		"back from an earlier stay":    {role: standard.ClassRoleHospitalReturn, also: `{"cameBack":"2026-03-01T09:00:00+00:00"}`, at: today, in: true},
		"back, by a transfer":          {role: standard.ClassRoleTransfer, also: `{"code":{"code":"from-hospital"},"dateOfTransfer":"2026-03-21"}`, at: today},
		"back, on the record itself":   {left: leaving + `,"returned":"2026-03-21T01:00:00+00:00"}`, at: today},
		"cancelled":                    {left: leaving + `,"status":{"code":"cancelled"}}`, at: today},
		"to another home":              {left: strings.Replace(leaving, "to-hospital-emergency", "to-care-home", 1) + `}`, at: today},
		"planned for later":            {left: strings.Replace(leaving, "2026-03-20T22", "2026-03-25T22", 1) + `}`, at: today},
		"gone again after coming back": {role: standard.ClassRoleHospitalReturn, also: `{"cameBack":"2026-03-20T21:00:00+00:00"}`, at: today, in: true},
		"nobody knows when":            {left: `{"code":{"code":"to-hospital-planned"}}`, at: today, in: true},
	} {
		versions := []*record.Version{left}
		if tt.left != "" {
			versions[0] = said(t, c, standard.ClassRoleTransfer, tt.left, 10)
		}
		if tt.also != "" {
			versions = append(versions, said(t, c, tt.role, tt.also, 20))
		}
		if stay := care.InHospital(c, versions, tt.at); (stay != nil) != tt.in {
			t.Errorf("%s: %+v", name, stay)
		}
	}
	stay := care.InHospital(c, []*record.Version{left}, today)
	if got := stay.Words(time.UTC); got != "In hospital since 20 March 2026 at 22:15, The General (Fall, hip pain)" {
		t.Errorf("in words: %q", got)
	}
	b := care.BannerOf(c, []*record.Version{left}, record.PersonCard{}, today)
	if l := line(b, "In hospital"); !strings.Contains(texts(l), "since 20 March") || !strings.Contains(l.Note, "paused") || l.Short == "" {
		t.Errorf("the banner says %+v", l)
	}
}

// part finds a heading of the first pages.
func part(t *testing.T, p care.Pack, heading string) care.PackPart {
	t.Helper()
	for _, one := range p.Front {
		if strings.HasPrefix(one.Heading, heading) {
			return one
		}
	}
	t.Fatalf("no part %q", heading)
	return care.PackPart{}
}

func words(p care.PackPart) string {
	var b strings.Builder
	for _, r := range p.Rows {
		b.WriteString(r.Label + ": " + r.Text + " | " + r.When + "\n")
	}
	for _, r := range p.Compare {
		b.WriteString(r.Area + ": now " + r.Now + ", usually " + r.Usual + "\n")
	}
	return b.String()
}

// TestEachMarkStandsOnceInThePack as it was looked at last, and one that has healed not at all.
func TestEachMarkStandsOnceInThePack(t *testing.T) {
	c := catalogue(t)
	mark := func(kind, site, status string, before *record.Version, day int64) *record.Version {
		later := ""
		if before != nil {
			later = `,"laterLookAt":{"ref":"` + before.Record.String() + `"}`
		}
		return said(t, c, standard.ClassRoleSkin, `{"kind":{"code":"`+kind+`"},"bodySite":{"code":"`+site+`"},"status":{"code":"`+status+`"}`+later+`}`, day)
	}
	sore := mark("pressure-damage", "heel", "new", nil, 1)
	graze := mark("graze", "elbow", "new", nil, 1)
	versions := []*record.Version{sore, mark("pressure-damage", "heel", "healing", sore, 3), graze, mark("graze", "elbow", "healed", graze, 4), mark("bruise", "knee", "new", nil, 2)}
	p := care.HospitalPack(care.PackOf{Catalogue: c, Versions: versions, Card: record.PersonCard{Given: "Margaret"}, Now: today, Names: func(uuid.UUID) string { return "" }})
	skin := part(t, p, "Skin")
	if got := words(skin); len(skin.Rows) != 2 || !strings.Contains(got, "Heel, Healing") || !strings.Contains(got, "Knee, New") {
		t.Errorf("the skin: %s", got)
	}
}

func TestHospitalPack(t *testing.T) {
	c := catalogue(t)
	order := said(t, c, standard.ClassRoleMedicineOrder, `{"medicine":{"text":"Levodopa"},"dose":{"value":100,"unit":"mg"},"timeCritical":true,"status":{"code":"active"}}`, 3)
	versions := []*record.Version{
		order,
		said(t, c, standard.ClassRoleTransfer, leaving+`,"sbar":{"situation":"Found on the floor","recommendation":"X-ray, pain relief"},"changedFromUsual":[{"area":{"code":"moving"},"now":"Cannot stand"}],"sentWithThem":["Glasses"]}`, 10),
		said(t, c, standard.ClassRoleDose, `{"medicine":{"text":"Levodopa"},"medicineOrder":{"ref":"`+order.Record.String()+`"},"outcome":{"code":"refused"},"when":"2026-03-21T05:00:00+00:00"}`, 9),
		said(t, c, standard.ClassRoleDose, `{"medicine":{"text":"Levodopa"},"medicineOrder":{"ref":"`+order.Record.String()+`"},"outcome":{"code":"given"},"dose":{"value":100,"unit":"mg"},"when":"2026-03-20T18:00:00+00:00"}`, 8),
		said(t, c, standard.ClassRoleMovingAndHandling, `{"numberOfHelpers":1}`, 2),
		said(t, c, standard.ClassRoleReadings, `{"when":"2026-03-20T06:00:00+00:00","reading":[{"kind":{"code":"pulse"},"value":{"value":72,"unit":"/min"}}]}`, 6),
		said(t, c, standard.ClassRoleReadings, `{"when":"2026-03-20T22:00:00+00:00","reading":[{"kind":{"code":"pulse"},"value":{"value":110,"unit":"/min"}}],"news2Score":5}`, 7),
		said(t, c, standard.ClassRoleNeed, `{"freeText":"Needs the toilet every two hours","codedValue":{"code":"continence"},"supportNeeded":{"code":"some"}}`, 1),
		said(t, c, standard.ClassRolePersonalContact, `{"name":"Joan Whitlock","relationship":{"text":"Daughter"},"orderToCall":2}`, 1),
		said(t, c, standard.ClassRolePersonalContact, `{"name":"Peter Whitlock","relationship":{"text":"Son"},"orderToCall":1,"personContactDetails":{"telephoneNumbers":[{"telephoneNumber":"01632 960001"}]}}`, 1),
		said(t, c, standard.ClassRoleAlert, `{"freeText":"MRSA","codedValue":{"code":"infection"}}`, 1),
		said(t, c, "subject-of-care", `{"address":[{"addressLine1":"1 Secret Lane"}],"gpName":"Dr Hidden"}`, 1),
	}
	of := care.PackOf{Catalogue: c, Versions: versions, Card: record.PersonCard{Given: "Margaret", Family: "Whitlock", Born: "1941-03"}, Place: "Harbour House", Room: "Room 7",
		Names: func(uuid.UUID) string { return "somebody" }, Now: today}
	p := care.HospitalPack(of)
	for heading, wants := range map[string][]string{
		"Why they":        {"Found on the floor", "X-ray", "Fall, hip pain", "The General", "20 March 2026 at 22:15"},
		"The person":      {"Margaret Whitlock", "NHS number: not recorded", "Harbour House, Room 7", "1 Secret Lane", "Dr Hidden"},
		"People to call":  {"Peter Whitlock: Son; 01632 960001", "Joan Whitlock"},
		"Allergies":       {"Never asked"},
		"Resuscitation":   {"No CPR decision recorded"},
		"Legal":           {"Power of attorney: not recorded", "Deprivation of liberty (DoLS): not recorded"},
		"Care needs":      {"Moving and falls: now Cannot stand, usually 1 person helps", "Toilet and continence: now , usually Needs the toilet every two hours (some help from one person)", "Nothing recorded about: Eating and drinking; washing, dressing and mouth care"},
		"Medicines":       {"Levodopa", "100 mg", "TIME CRITICAL", "last given 20 March 2026 at 18:00, 100 mg"},
		"Last readings":   {"Pulse: 110", "before that 72", "NEWS2 score: 5"},
		"Infection":       {"MRSA"},
		"Sent with them":  {"Glasses"},
		"Toilet":          {"every two hours"},
		"Moving":          {"1 person helps"},
		"Alerts":          {"MRSA"},
		"Health problems": {},
	} {
		got := words(part(t, p, heading))
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", heading, want, got)
			}
		}
	}
	if got := words(part(t, p, "People to call")); strings.Index(got, "Peter") > strings.Index(got, "Joan") {
		t.Errorf("who is called first comes later:\n%s", got)
	}
	if !part(t, p, "Health problems").Empty() || !strings.Contains(strings.Join(p.Missing(), ";"), "Skin") {
		t.Errorf("missing: %q", p.Missing())
	}
	of.Hidden = true
	hidden := care.HospitalPack(of)
	text := words(part(t, hidden, "The person"))
	for _, d := range hidden.Details {
		for _, r := range d.Records {
			for _, row := range r.Rows {
				text += row.Label + row.Text
			}
		}
	}
	for _, secret := range []string{"Secret Lane", "Dr Hidden", "Harbour House", "Room 7"} {
		if strings.Contains(text, secret) {
			t.Errorf("of somebody whose address is restricted the pack says %q", secret)
		}
	}
	if !strings.Contains(text, "must not be told") {
		t.Error("the pack does not say that the address is restricted")
	}
}
