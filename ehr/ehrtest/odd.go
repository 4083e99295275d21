package ehrtest

import (
	"pgregory.net/rapid"

	"rosemary/ehr"
)

// Odd makes a composition odd in places, for Options.Adjust: identifiers, times, codes and names that are legal or nearly so and that some format has no
// form for. A dialect carries them all the same.
func Odd(t *rapid.T, c *ehr.Composition) {
	text := func(label string) string { return rapid.String().Draw(t, label) }
	some := func() bool { return rapid.IntRange(0, 2).Draw(t, "odd") == 0 }
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "one") }
	id := func() ehr.ID {
		return ehr.ID{Root: pick("", "2.25.1", "2.25.340282366920938463463374607431768211455", "1.2", "01.2", "0199C0DE-0000-7000-8000-000000000001", "a b", "100%", "x::y", text("root")),
			Extension: pick("", " ", "a::b", text("extension")), Authority: pick("", text("authority")), Null: pick("", "NA", text("null"))}
	}
	moment := func() ehr.Moment {
		return ehr.Moment{Text: pick("", "2026-03-09T11", "2026-03-09T11:30+01:00", "2026-03-09T11:30:00+00:00", "2026-03-09T11:30:00-00:00", "2026-03-09T11:30:00+0100", "2026-03-09Z",
			"2026-03-09T23:59:60Z", "0001-01-01T00:00:00", "0001-01-01", "20260309", "11:30Z", "yesterday", text("time")), Null: pick("", "UNK", text("null"))}
	}
	code := func() *ehr.Code {
		return &ehr.Code{Code: pick("", "VER01", text("code")), Scheme: pick("", "ISO 8601", text("scheme")), System: pick("", "1.2", text("system")), Null: pick("", "NI", text("null"))}
	}
	coded := func() ehr.Coded {
		return ehr.Coded{Code: text("code"), System: pick("", "2.16.840.1.113883.6.96", "http://snomed.info/sct"), Text: text("words"), Null: pick("", "OTH")}
	}
	if some() {
		c.Name = nil
	} else if some() {
		c.Name = &ehr.CodedText{Text: text("name"), Language: text("language"), Null: pick("", "NI"), Coded: coded()}
	}
	if some() {
		c.RCID, c.PolicyIDs = id(), []ehr.ID{id(), {}}
		c.Committal.Committed, c.Committal.VersionStatus = moment(), code()
	}
	if some() {
		m, n := moment(), moment()
		c.Session = &ehr.Interval{Low: &m, High: &n, HighClosed: some()}
		c.Territory = code()
	}
	values := []ehr.Value{
		ptr(moment()), &ehr.Date{Text: moment().Text}, code(), ptr(coded()), ptr(id()), &ehr.Interval{LowClosed: true}, &ehr.Interval{}, &ehr.QuantityInterval{HighClosed: true},
		&ehr.Duration{Text: pick("P1Y", "P2W", "P1Y2M", "P1YT1S", "P1D", "PT1H30M", "-PT0.50S", "PT.5S", "PT1,5S", "P0D", "+P1D", "soon")}, &ehr.Null{Flavour: text("null")}, &ehr.Null{},
		&ehr.SimpleText{Text: text("text"), Language: text("language"), Null: pick("", "NI")}, &ehr.SimpleText{}, &ehr.SimpleText{Null: "NI"}, &ehr.CodedText{}, &ehr.URI{Value: text("uri")},
		&ehr.CodedText{Text: text("text"), Null: "NI", Coded: coded()}, &ehr.Integer{Digits: pick("+7", "007", "-0")}, &ehr.Real{Digits: pick("1e3", "-.5", "5.", "+1.0E-7")},
		&ehr.Ordinal{Digits: pick("1.5", "01")}, &ehr.Quantity{Digits: "1.0", Unit: text("unit")}, &ehr.Boolean{},
		&ehr.Encapsulated{Size: 7, Data: []byte{0}, Algorithm: pick("SHA256", "SHA-1", "md5"), Text: text("text"), Null: "MSK", Reference: text("reference")}, &ehr.Encapsulated{},
	}
	e := &ehr.Entry{Component: ehr.Component{Name: &ehr.SimpleText{Text: text("name")}, ArchetypeID: pick("", text("archetype")), RCID: id()}}
	for range rapid.IntRange(0, 3).Draw(t, "values") {
		e.Items = append(e.Items, &ehr.Element{Component: ehr.Component{Name: &ehr.SimpleText{Null: "NA"}, RCID: id()}, Value: rapid.SampledFrom(values).Draw(t, "value")})
	}
	c.Content = append(c.Content, e)
}

func ptr[T any](x T) *T { return &x }
