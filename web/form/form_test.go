package form_test

import (
	"flag"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/standard"
	"rosemary/web/form"
)

// TestMain keeps the property tests to seconds: what they draw is drawn for every class. More: go test -rapid.checks=1000.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		_ = f.Value.Set("15")
	}
	if f := flag.Lookup("rapid.nofailfile"); f != nil {
		_ = f.Value.Set("true") // the seed in the message is enough to see it again
	}
	m.Run()
}

func catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// posted is what a browser makes of values: line ends are two characters.
func posted(values url.Values) url.Values {
	out := url.Values{}
	for name, list := range values {
		for _, v := range list {
			v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n")
			out.Add(name, strings.ReplaceAll(v, "\n", "\r\n"))
		}
	}
	return out
}

// TestEveryContentSurvivesItsForm: reading what was filled gives the same content, for every class.
func TestEveryContentSurvivesItsForm(t *testing.T) {
	zone := london(t)
	for _, class := range catalogue(t).Classes() {
		if class.Kind != standard.KindRecord {
			continue
		}
		t.Run(class.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				content := drawContent(t, class)
				want := string(content.AppendJSON(nil))
				again := form.Read(class, form.Content, posted(form.Fill(content, form.Content, zone)), zone)
				if len(again.Faults) > 0 {
					t.Fatalf("faults %v in %s", again.Faults, want)
				}
				if got := string(again.JSON()); got != want {
					t.Fatalf("filled and read again:\n got %s\nwant %s", got, want)
				}
			})
		})
	}
}

// TestEveryClassCanBeShown builds and writes the form of every class, empty and full.
func TestEveryClassCanBeShown(t *testing.T) {
	zone := london(t)
	for _, class := range catalogue(t).Classes() {
		if class.Kind != standard.KindRecord {
			continue
		}
		f := form.Build(class, form.Content, url.Values{}, nil, form.Options{Zone: zone})
		if len(f.Ask) == 0 {
			t.Errorf("%s asks nothing at once", class.ID)
		}
		if len(f.Ask) > 26 {
			t.Errorf("%s asks %d questions at once", class.ID, len(f.Ask))
		}
		shown := 0
		for _, list := range [][]*form.Field{f.Ask, f.More, f.Links} {
			for _, field := range list {
				shown++
				if field.HTML() == "" {
					t.Errorf("%s: %s is not shown", class.ID, field.Name)
				}
			}
		}
		want := len(class.Elements)
		if class.ByRole(standard.RoleSubject) != nil {
			want--
		}
		if shown != want {
			t.Errorf("%s shows %d of %d questions", class.ID, shown, want)
		}
	}
}

func drawContent(t *rapid.T, class *standard.Class) *standard.Content {
	content := &standard.Content{Class: class, Group: drawGroup(t, class)}
	decoded, problems := class.Decode(content.AppendJSON(nil), standard.DecodeOptions{AllowIncomplete: true})
	if len(problems) > 0 {
		t.Fatalf("drew what the standard refuses: %v in %s", problems, content.AppendJSON(nil))
	}
	return decoded
}

func drawGroup(t *rapid.T, class *standard.Class) standard.Group {
	var g standard.Group
	for _, e := range class.Elements {
		if e.Role == standard.RoleSubject || !rapid.Bool().Draw(t, e.ID) {
			continue
		}
		if !e.NoAbsence && rapid.IntRange(0, 5).Draw(t, "absent") == 0 {
			a := rapid.SampledFrom([]standard.Absent{standard.NotAsked, standard.AskedNotKnown, standard.Declined, standard.NotApplicable, standard.Masked}).Draw(t, "why")
			g.Entries = append(g.Entries, standard.Entry{Element: e, Values: []standard.Value{a}})
			continue
		}
		n := 1
		if e.Many {
			n = rapid.IntRange(1, 3).Draw(t, "n")
		}
		var values []standard.Value
		for range n {
			if v := drawValue(t, e); v != nil {
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			g.Entries = append(g.Entries, standard.Entry{Element: e, Values: values})
		}
	}
	return g
}

func drawValue(t *rapid.T, e *standard.Element) standard.Value {
	switch e.Value {
	case standard.GroupValue:
		if g := drawGroup(t, e.Block); len(g.Entries) > 0 {
			return &g
		}
		return nil
	case standard.TextValue:
		return drawText(t, e)
	case standard.NumberValue:
		if v, ok := drawNumber(t, e); ok {
			return v
		}
		return nil
	case standard.QuantityValue:
		if v, ok := drawNumber(t, e); ok {
			return standard.Quantity{Number: v, Unit: rapid.SampledFrom(e.Units).Draw(t, "unit")}
		}
		return nil
	case standard.BooleanValue:
		return standard.Boolean(rapid.Bool().Draw(t, "bool"))
	case standard.DateValue:
		return standard.Date(drawDate(t))
	case standard.TimeValue:
		return standard.Time(drawClock(t))
	case standard.DateTimeValue:
		return standard.DateTime(drawDateTime(t))
	case standard.CodedValue:
		return drawCoded(t, e)
	case standard.ReferenceValue:
		r := standard.Reference{UID: uuid.MustParse("0199b2f4-7a00-7000-8000-00000000000" + rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "uid"))}
		if rapid.IntRange(0, 3).Draw(t, "pin") == 0 {
			r.Version = rapid.IntRange(1, 9).Draw(t, "version")
			r.System = rapid.SampledFrom([]string{"", "elsewhere"}).Draw(t, "system")
		}
		return r
	}
	return nil
}

func drawText(t *rapid.T, e *standard.Element) standard.Value {
	if e.Check == standard.CheckNHSNumber {
		return standard.Text("9990000018")
	}
	if e.Pattern != "" || e.Min != nil {
		return nil
	}
	words := rapid.SampledFrom([]string{
		"She slid.", " leading and trailing ", "two\nlines", "carriage\r\nreturn", "<b>&\"'", "*", "é ‘quoted’ 👵", "a\tb", "x\n\n", "\u00a0hard\u00a0", "Falls",
	}).Draw(t, "text")
	if e.Max != nil && standard.NewNumber(int64(len([]rune(words)))).Cmp(*e.Max) > 0 {
		words = "x"
	}
	return standard.Text(words)
}

func drawNumber(t *rapid.T, e *standard.Element) (standard.Number, bool) {
	n, _ := standard.ParseNumber(rapid.SampledFrom([]string{"0", "1", "2.0", "5", "7", "12", "36.40", "98", "150", "1500", "-3", "0.050"}).Draw(t, "number"))
	if e.Min != nil && n.Cmp(*e.Min) < 0 || e.Max != nil && n.Cmp(*e.Max) > 0 {
		if e.Min != nil {
			return *e.Min, true
		}
		return *e.Max, true
	}
	return n, true
}

func drawDate(t *rapid.T) string {
	return rapid.SampledFrom([]string{"1941", "1941-03", "1941-03-04", "2026-03-29", "2026-10-25", "2024-02-29"}).Draw(t, "date")
}

func drawClock(t *rapid.T) string {
	return rapid.SampledFrom([]string{"00:00", "01:30", "09:05", "23:59", "14:30:05"}).Draw(t, "clock")
}

func drawDateTime(t *rapid.T) string {
	date := drawDate(t)
	if len(date) != 10 || rapid.Bool().Draw(t, "dateonly") {
		return date
	}
	clock := drawClock(t)
	if len(clock) == 8 && rapid.Bool().Draw(t, "fraction") {
		clock += ".250"
	}
	return date + "T" + clock + rapid.SampledFrom([]string{"Z", "+00:00", "+01:00", "-05:30"}).Draw(t, "offset")
}

func drawCoded(t *rapid.T, e *standard.Element) standard.Value {
	set := e.ValueSet
	if len(set.Codes) > 0 && rapid.IntRange(0, 3).Draw(t, "code") > 0 {
		c := &set.Codes[rapid.IntRange(0, len(set.Codes)-1).Draw(t, "which")]
		return standard.Coded{Code: c.Code, System: set.SystemOf(c), Display: c.Display}
	}
	if !set.Open {
		c := &set.Codes[0]
		return standard.Coded{Code: c.Code, System: set.SystemOf(c), Display: c.Display}
	}
	if rapid.Bool().Draw(t, "foreign") {
		return standard.Coded{Code: "12345", System: "http://snomed.info/sct", Display: "Something from elsewhere"}
	}
	return standard.Coded{Text: rapid.SampledFrom([]string{"in her own words", "*", "two\nlines"}).Draw(t, "words")}
}
