package form_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"rosemary/standard"
	"rosemary/web/form"
)

// withElement finds a record class with an element at its top that holds the kind of value once.
func withElement(t testing.TB, fits func(*standard.Element) bool) (*standard.Class, *standard.Element) {
	t.Helper()
	for _, class := range catalogue(t).Classes() {
		if class.Kind != standard.KindRecord {
			continue
		}
		for _, e := range class.Elements {
			if e.Role != standard.RoleSubject && fits(e) {
				return class, e
			}
		}
	}
	t.Fatal("no class has such an element")
	return nil, nil
}

func once(kind standard.ValueKind) func(*standard.Element) bool {
	return func(e *standard.Element) bool { return e.Value == kind && !e.Many }
}

func TestWhatPeopleTypeIsUnderstood(t *testing.T) {
	for _, c := range []struct {
		kind  standard.ValueKind
		parts map[string]string
		want  string // the value as JSON, or the beginning of the fault behind !
	}{
		{standard.NumberValue, map[string]string{"": "1,150"}, `1150`},
		{standard.NumberValue, map[string]string{"": " 71.40 "}, `71.40`},
		{standard.NumberValue, map[string]string{"": ".5"}, `0.5`},
		{standard.NumberValue, map[string]string{"": "007"}, `7`},
		{standard.NumberValue, map[string]string{"": "61,4"}, `!“61,4” is not a number`},
		{standard.NumberValue, map[string]string{"": "lots"}, `!“lots” is not a number`},
		{standard.TimeValue, map[string]string{"": "1430"}, `"14:30"`},
		{standard.TimeValue, map[string]string{"": "2.30pm"}, `"14:30"`},
		{standard.TimeValue, map[string]string{"": "7am"}, `"07:00"`},
		{standard.TimeValue, map[string]string{"": "12:15 a.m."}, `"00:15"`},
		{standard.TimeValue, map[string]string{"": "midday"}, `"12:00"`},
		{standard.TimeValue, map[string]string{"": "25:00"}, `!“25:00” is not a time`},
		{standard.TimeValue, map[string]string{"": "tea"}, `!“tea” is not a time`},
		{standard.DateValue, map[string]string{"_day": "4", "_month": "march", "_year": "1941"}, `"1941-03-04"`},
		{standard.DateValue, map[string]string{"_month": "3", "_year": "1941"}, `"1941-03"`},
		{standard.DateValue, map[string]string{"_year": "1987"}, `"1987"`},
		{standard.DateValue, map[string]string{"_day": "4", "_year": "1941"}, `!Enter the month too`},
		{standard.DateValue, map[string]string{"_day": "4", "_month": "3"}, `!Enter the year`},
		{standard.DateValue, map[string]string{"_day": "4", "_month": "Mrch", "_year": "1941"}, `!The month must be`},
		{standard.DateValue, map[string]string{"_day": "4", "_month": "3", "_year": "41"}, `!The year must have 4 digits`},
		{standard.DateTimeValue, map[string]string{"_day": "1", "_month": "7", "_year": "2026", "_time": "6:00"}, `"2026-07-01T06:00+01:00"`},
		{standard.DateTimeValue, map[string]string{"_day": "21", "_month": "3", "_year": "2026", "_time": "0600"}, `"2026-03-21T06:00+00:00"`},
		{standard.DateTimeValue, map[string]string{"_year": "2026"}, `"2026"`},
		{standard.DateTimeValue, map[string]string{"_year": "2026", "_time": "6:00"}, `!With a time`},
		{standard.DateTimeValue, map[string]string{"_time": "6:00"}, `!Enter the date as well`},
		{standard.DateTimeValue, map[string]string{"_day": "25", "_month": "10", "_year": "2026", "_time": "01:30"}, `!The clocks went back`},
		{standard.DateTimeValue, map[string]string{"_day": "25", "_month": "10", "_year": "2026", "_time": "01:30", "_twice": "first"}, `"2026-10-25T01:30+01:00"`},
		{standard.DateTimeValue, map[string]string{"_day": "25", "_month": "10", "_year": "2026", "_time": "01:30", "_twice": "second"}, `"2026-10-25T01:30+00:00"`},
		{standard.DateTimeValue, map[string]string{"_day": "29", "_month": "3", "_year": "2026", "_time": "01:30"}, `!The clocks went forward`},
	} {
		class, e := withElement(t, once(c.kind))
		values := url.Values{}
		for part, v := range c.parts {
			values.Set(form.Content+"-"+e.ID+part, v)
		}
		read := form.Read(class, form.Content, values, london(t))
		fault := read.Faults[form.Content+"-"+e.ID]
		if want, wrong := strings.CutPrefix(c.want, "!"); wrong {
			if !strings.HasPrefix(fault, want) {
				t.Errorf("%v: fault %q, want %q", c.parts, fault, want)
			}
			continue
		}
		if got := string(read.JSON()); got != `{"`+e.ID+`":`+c.want+`}` || fault != "" {
			t.Errorf("%v: read as %s (fault %q), want %s", c.parts, got, fault, c.want)
		}
	}
}

func TestAUnitMayBeTypedBehindTheNumber(t *testing.T) {
	class, e := withElement(t, func(e *standard.Element) bool {
		return e.Value == standard.QuantityValue && !e.Many && len(e.Units) > 1 && e.Units[0] == "mg"
	})
	values := url.Values{form.Content + "-" + e.ID: {"2.5 mg"}}
	if got, want := string(form.Read(class, form.Content, values, london(t)).JSON()), `{"`+e.ID+`":{"value":2.5,"unit":"mg"}}`; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
	values.Set(form.Content+"-"+e.ID, "2.5")
	if fault := form.Read(class, form.Content, values, london(t)).Faults[form.Content+"-"+e.ID]; fault != "Say in which unit this is measured." {
		t.Errorf("a number without its unit: %q", fault)
	}
}

func TestAnAnswerAndAnAbsenceContradict(t *testing.T) {
	class, e := withElement(t, once(standard.TextValue))
	name := form.Content + "-" + e.ID
	if read := form.Read(class, form.Content, url.Values{name: {"x"}, name + "_absent": {"declined"}}, london(t)); read.Faults[name] == "" {
		t.Error("an answer with a stated absence was taken without a word")
	}
	if got, want := string(form.Read(class, form.Content, url.Values{name + "_absent": {"declined"}}, london(t)).JSON()), `{"`+e.ID+`":{"absent":"declined"}}`; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
}

// TestWhatIsChangedIsNotKept: the hidden value stands only as long as nobody changes what is shown.
func TestWhatIsChangedIsNotKept(t *testing.T) {
	class, e := withElement(t, once(standard.DateTimeValue))
	stored := `{"` + e.ID + `":"2026-03-21T06:00:09.250Z"}`
	content, _ := standard.ReadContent(class, []byte(stored))
	values := form.Fill(content, form.Content, london(t))
	if got := string(form.Read(class, form.Content, values, london(t)).JSON()); got != stored {
		t.Errorf("untouched: %s", got)
	}
	values.Set(form.Content+"-"+e.ID+"_time", "06:10")
	if got, want := string(form.Read(class, form.Content, values, london(t)).JSON()), `{"`+e.ID+`":"2026-03-21T06:10+00:00"}`; got != want {
		t.Errorf("changed: %s, want %s", got, want)
	}
}

func TestProblemsFindTheirQuestion(t *testing.T) {
	class, e := withElement(t, func(e *standard.Element) bool {
		return e.Many && e.Value == standard.TextValue
	})
	name := form.Content + "-" + e.ID
	values := url.Values{name + "_n": {"3"}, name + "-0": {""}, name + "-1": {"a"}, name + "-2": {"b"}}
	read := form.Read(class, form.Content, values, london(t))
	read.Place([]standard.Problem{
		{Path: "/content/" + e.ID + "/1", Message: "the second is wrong"},
		{Path: "/content/nowhere", Message: "missing"},
		{Path: "/elsewhere", Message: "loose"},
	}, "/content")
	if read.Faults[name+"-2"] != "the second is wrong" || read.Faults[form.Content+"-nowhere"] != "missing" {
		t.Errorf("faults stand at %v", read.Faults)
	}
	f := form.Build(class, form.Content, values, read, form.Options{Zone: london(t)})
	if len(f.Errors) != 3 || f.Errors[0].Href != "#"+name+"-2" {
		t.Errorf("error summary %v", f.Errors)
	}
}

func TestButtonsWorkWithoutScript(t *testing.T) {
	class, e := withElement(t, func(e *standard.Element) bool { return e.Many && e.Value == standard.TextValue })
	name := form.Content + "-" + e.ID
	values := url.Values{name + "_n": {"2"}, name + "-0": {"a"}, name + "-1": {"b"}}
	now := time.Date(2026, 3, 21, 3, 20, 0, 0, london(t))
	if !form.Act(values, "add:"+name, now, "") || values.Get(name+"_n") != "3" {
		t.Errorf("after adding: %v", values)
	}
	if !form.Act(values, "remove:"+name+"-0", now, "") {
		t.Error("remove is no action")
	}
	if got := string(form.Read(class, form.Content, values, london(t)).JSON()); got != `{"`+e.ID+`":["b"]}` {
		t.Errorf("after taking the first away: %s", got)
	}
	if form.Act(values, "save", now, "") || form.Act(values, "drop:"+name, now, "") || form.Act(values, "add:csrf", now, "") {
		t.Error("something was taken for an action of the form that is none")
	}
	class, e = withElement(t, once(standard.DateTimeValue))
	name, values = form.Content+"-"+e.ID, url.Values{form.Content + "-" + e.ID + "_day": {""}}
	form.Act(values, "now:"+name, now, "")
	if got := string(form.Read(class, form.Content, values, london(t)).JSON()); got != `{"`+e.ID+`":"2026-03-21T03:20+00:00"}` {
		t.Errorf("now: %s", got)
	}
}

// FuzzPostedValues: whatever is posted, nothing breaks, and what was read is shown and read again the same.
func FuzzPostedValues(f *testing.F) {
	zone := london(f)
	var classes []*standard.Class
	for _, class := range catalogue(f).Classes() {
		if class.Kind == standard.KindRecord {
			classes = append(classes, class)
		}
	}
	f.Add(0, "f-date_day=31&f-date_month=2&f-date_year=2026&f-time=25")
	f.Add(3, "f-careActor_n=99999&f-careActor-0=x&f-a_kept=%7B%7D&f-b_absent=masked")
	f.Fuzz(func(t *testing.T, which int, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			t.Skip()
		}
		class := classes[(which%len(classes)+len(classes))%len(classes)]
		read := form.Read(class, form.Content, values, zone)
		shown := form.Build(class, form.Content, values, read, form.Options{Zone: zone})
		for _, field := range append(shown.Ask, shown.More...) {
			field.HTML()
		}
		again := form.Read(class, form.Content, form.Fill(read.Content, form.Content, zone), zone)
		if string(again.JSON()) != string(read.JSON()) {
			t.Errorf("read %s, then %s", read.JSON(), again.JSON())
		}
	})
}
