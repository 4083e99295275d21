package standard

import (
	"strings"
	"testing"
	"time"
)

// london is where the homes of the tests are.
func london(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// number reads a decimal that is right.
func number(t testing.TB, s string) Number {
	t.Helper()
	n, ok := ParseNumber(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return n
}

func TestDisplay(t *testing.T) {
	loc := london(t)
	tests := []struct {
		v    Value
		want string
	}{
		{Text("a note"), "a note"},
		{number(t, "71.40"), "71.40"},
		{Quantity{number(t, "61.4"), "kg"}, "61.4 kg"},
		{Quantity{number(t, "36.9"), "Cel"}, "36.9 °C"},
		{Quantity{number(t, "2"), "{puff}"}, "2 puff"},
		{Quantity{number(t, "2"), "1"}, "2"},
		{Boolean(true), "Yes"},
		{Boolean(false), "No"},
		{Date("1941-03-04"), "4 March 1941"},
		{Date("2026-03"), "March 2026"},
		{Date("2026"), "2026"},
		{Date("never"), "never"},
		{Time("09:30"), "09:30"},
		{DateTime("2026-03"), "March 2026"},
		{DateTime("2026-03-04T09:30Z"), "4 March 2026 at 09:30"},
		{DateTime("2026-07-04T09:30:05.5Z"), "4 July 2026 at 10:30:05"},
		{Coded{Code: "fall", Display: "Falls"}, "Falls"},
		{Coded{Text: "like a storm"}, "like a storm"},
		{Coded{Code: "x"}, "x"},
		{NotAsked, "Not asked"},
		{AskedNotKnown, "Asked, not known"},
		{Declined, "Declined to say"},
		{NotApplicable, "Does not apply"},
		{Masked, "Withheld"},
	}
	for _, test := range tests {
		if got := Display(test.v, loc); got != test.want {
			t.Errorf("%#v: got %q, want %q", test.v, got, test.want)
		}
	}
	if got := Display(DateTime("2026-07-04T09:30+05:00"), nil); got != "4 July 2026 at 09:30" {
		t.Errorf("as entered: %q", got)
	}
}

func TestTitle(t *testing.T) {
	long := strings.Repeat("word ", 40)
	tests := []struct{ class, in, want string }{
		{"note", `{` + must + `,"words":"Anna slipped.\nThen she got up."}`, "Falls, Anna slipped…"},
		{"note", `{` + must + `,"words":"` + long + `"}`, "Falls, " + strings.TrimSpace(strings.Repeat("word ", 20)) + "…"},
		{"note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"absent":"declined"},"on":"2026"}`, "Note"},
		{"person", `{"name":[{"family":"Thistlewood","given":["Ann","Marjorie"]}]}`, "Ann Marjorie Thistlewood"},
	}
	for _, test := range tests {
		content, problems := fixtureClass(t, test.class).Decode([]byte(test.in), DecodeOptions{})
		if problems != nil {
			t.Fatal(problems)
		}
		if got := content.Title(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if got := (&Content{}).Title(); got != "A record of an unknown class" {
		t.Errorf("unknown class: %q", got)
	}
}

func TestWalkAndRoles(t *testing.T) {
	person, _ := fixtureClass(t, "person").Decode([]byte(`{"name":[{"family":"A"},{"family":{"absent":"declined"}},{"family":"B","given":["C"]}]}`), DecodeOptions{})
	var paths []string
	person.Walk("/c", func(path string, _ *Element, _ Value) { paths = append(paths, path) })
	want := "/c/name/0 /c/name/0/family /c/name/1 /c/name/1/family /c/name/2 /c/name/2/given/0 /c/name/2/family"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("walk: %s", got)
	}
	if all := person.All(RoleFamilyName); len(all) != 2 || all[0] != Text("A") || all[1] != Text("B") {
		t.Errorf("all: %v", all)
	}
	if v, ok := person.First(RoleGivenName); !ok || v != Text("C") {
		t.Errorf("first: %v", v)
	}
	if _, ok := person.First(RoleRoom); ok {
		t.Error("found what is not there")
	}
	note, _ := fixtureClass(t, "note").Decode([]byte(`{`+must+`,"influences":[{"ref":"`+ben+`"}]}`), DecodeOptions{})
	refs := note.References()
	if len(refs) != 2 || refs[0].Path != "/subjectOfCare" || refs[1].Path != "/influences/0" || refs[1].UID.String() != ben {
		t.Errorf("references: %+v", refs)
	}
}

func TestInterval(t *testing.T) {
	loc := london(t)
	tests := []struct {
		date, clock Value
		from, until string // in UTC
	}{
		{Date("2026"), nil, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{Date("2026-06"), nil, "2026-05-31T23:00:00Z", "2026-06-30T23:00:00Z"},
		{Date("2026-12"), nil, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{Date("2026-03-04"), nil, "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"},
		{Date("2026-03-29"), nil, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"},           // 23 hours
		{Date("2026-10-25"), nil, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},           // 25 hours
		{Date("2026-10-25"), Time("01:30"), "2026-10-25T00:30:00Z", "2026-10-25T01:31:00Z"}, // the clock shows it twice
		{Date("2026-10-25"), Time("02:30"), "2026-10-25T02:30:00Z", "2026-10-25T02:31:00Z"},
		{Date("2026-07-04"), Time("09:30"), "2026-07-04T08:30:00Z", "2026-07-04T08:31:00Z"},
		{Date("2026-07-04"), Time("09:30:07"), "2026-07-04T08:30:07Z", "2026-07-04T08:30:08Z"},
		{Date("2026-07"), Time("09:30"), "2026-06-30T23:00:00Z", "2026-07-31T23:00:00Z"},
		{Date("2026-07-04"), NotAsked, "2026-07-03T23:00:00Z", "2026-07-04T23:00:00Z"},
		{DateTime("2026-07-04"), Time("09:30"), "2026-07-04T08:30:00Z", "2026-07-04T08:31:00Z"},
		{DateTime("2026-07-04T09:30+02:00"), Time("11:00"), "2026-07-04T07:30:00Z", "2026-07-04T07:31:00Z"},
		{DateTime("2026-07-04T09:30:00-03:30"), nil, "2026-07-04T13:00:00Z", "2026-07-04T13:00:01Z"},
		{DateTime("2026-07-04T09:30:00.25Z"), nil, "2026-07-04T09:30:00.25Z", "2026-07-04T09:30:00.26Z"},
	}
	for _, test := range tests {
		from, until, ok := Interval(test.date, test.clock, loc)
		if got := from.Format(time.RFC3339Nano) + " " + until.Format(time.RFC3339Nano); !ok || got != test.from+" "+test.until {
			t.Errorf("%v %v: got %s, want %s %s", test.date, test.clock, got, test.from, test.until)
		}
	}
	for _, v := range []Value{nil, Declined, Text("2026"), Date("2026-02-31"), Date("x")} {
		if _, _, ok := Interval(v, nil, loc); ok {
			t.Errorf("%v has an interval", v)
		}
	}
}

func TestDates(t *testing.T) {
	right := []string{"2026", "2026-12", "2024-02-29", "2000-02-29", "2026-03-04T09:30Z", "2026-03-04T09:30:59.123456789+01:00", "2026-03-04T00:00-12:00"}
	for _, s := range right {
		if rule, wrong := checkDateTime(s); rule != "" {
			t.Errorf("%s: %s %s", s, rule, wrong)
		}
	}
	wrong := map[string]string{
		"": RuleBadDate, "26": RuleBadDate, "2026-13": RuleBadDate, "2026-00": RuleBadDate, "2026-1-1": RuleBadDate, "1900-02-29": RuleBadDate,
		"2026-04-31": RuleBadDate, "2026-04-00": RuleBadDate, "0194-01-01": RuleBadDate, "2026/03/04": RuleBadDate, "2026-03-4x": RuleBadDate,
		"2026-03T09:30Z": RuleBadDate, "2026-03-04T09:30": RuleNoOffset, "2026-03-04T9:30Z": RuleBadTime, "2026-03-04T25:00Z": RuleBadTime,
		"2026-03-04T09:60Z": RuleBadTime, "2026-03-04T09:30.5Z": RuleBadTime, "2026-03-04T09:30:60Z": RuleBadTime, "2026-03-04T09:30+15:00": RuleBadTime,
		"2026-03-04T09:30+0100": RuleBadTime, "2026-03-04T09:30:01.Z": RuleBadTime, "2026-03-04TZ": RuleBadTime, "2026-03-04T09:30ZZ": RuleBadTime,
		"2026-03-04T09:30+01:00:00": RuleBadTime, "2026-03-04t09:30Z": RuleBadDate,
	}
	for s, want := range wrong {
		if rule, _ := checkDateTime(s); rule != want {
			t.Errorf("%q: got %q, want %q", s, rule, want)
		}
	}
}

func TestNHSNumber(t *testing.T) {
	for in, want := range map[string]string{"999 000 0018": "9990000018", " 9990000018 ": "9990000018"} {
		if got, ok := NHSNumber(in); !ok || got != want {
			t.Errorf("%q: got %q %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "999000001", "9990000019", "99900000180", "999000001x", "999-000-0018"} {
		if _, ok := NHSNumber(in); ok {
			t.Errorf("%q is accepted", in)
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for _, s := range []string{"0", "-0", "71.40", "-0.050", "123456789012345678901234567890.10", "999999999999999999", "1000000000000000000"} {
		n := number(t, s)
		if n.String() != s || string(n.append(nil)) != s {
			t.Errorf("%s became %s", s, n)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "01", "1e3", "+1", "1.2.3", "NaN", strings.Repeat("9", 41), "-.1", "1,5"} {
		if _, ok := ParseNumber(s); ok {
			t.Errorf("%q is a number", s)
		}
	}
}
