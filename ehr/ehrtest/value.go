package ehrtest

import (
	"pgregory.net/rapid"

	"rosemary/ehr"
)

func (g *generator) text() ehr.Text {
	if g.maybe("coded text") {
		return &ehr.CodedText{Text: g.words(), Language: g.one("", "en"), Coded: g.coded()}
	}
	return &ehr.SimpleText{Text: g.words(), Language: g.one("", "en", "cy")}
}

func (g *generator) coded() ehr.Coded {
	c := ehr.Coded{Code: g.one("734163000", "a b", "x"), System: g.one("http://snomed.info/sct", "2.16.840.1.113883.6.96"), Display: g.words()}
	if g.maybe("more") {
		c.Scheme, c.Version, c.Text = g.one("", "SNOMED CT"), g.one("", "20260301"), g.one("", g.words())
	}
	return c
}

// pastMoments and moments are apart in time, so that a low end is never above a high one.
func (g *generator) pastMoment() ehr.Moment {
	return ehr.Moment{Text: g.one("2024", "2024-03", "2025-01-31", "2025-03-09T11:30", "2025-03-30T01:30:00+01:00", "2025-12-31T23:59:59.25Z")}
}

func (g *generator) moment() ehr.Moment {
	return ehr.Moment{Text: g.one("2027", "2026-03", "2026-03-09", "2026-03-09T11:30", "2026-03-09T11:30:00Z", "2026-10-25T01:30:00.250+01:00")}
}

func (g *generator) interval() *ehr.Interval {
	if !g.maybe("interval") {
		return nil
	}
	i := g.aInterval()
	return &i
}

func (g *generator) aInterval() ehr.Interval {
	low, high := g.pastMoment(), g.moment()
	switch g.upTo("ends", 2) {
	case 0:
		return ehr.Interval{Low: &low, LowClosed: g.flag()}
	case 1:
		return ehr.Interval{High: &high, HighClosed: g.flag()}
	}
	return ehr.Interval{Low: &low, High: &high, LowClosed: g.flag(), HighClosed: g.flag()}
}

func (g *generator) digits() string {
	return g.one("0", "71.40", "-0.5", "1500", "0.10", "12345678901234567890.0123456789", "3.00")
}

func (g *generator) quantity() ehr.Quantity {
	return ehr.Quantity{Digits: g.digits(), Unit: g.one("", "mL", "kg", "mm[Hg]", "/min", "%")}
}

// value draws any DATA_VALUE.
func (g *generator) value() ehr.Value {
	v := g.anyValue()
	if g.o.Without != nil && g.o.Without(v) {
		return &ehr.SimpleText{Text: g.words()}
	}
	return v
}

func (g *generator) anyValue() ehr.Value {
	switch rapid.IntRange(0, 18).Draw(g.t, "kind of value") {
	case 0:
		return &ehr.Null{Flavour: g.one("NI", "UNK", "ASKU", "NASK", "MSK", "NA")}
	case 1, 2:
		return g.text().(ehr.Value)
	case 3:
		c := g.coded()
		return &c
	case 4:
		return &ehr.Code{Code: g.one("IC01", "F"), Scheme: g.one("", "CEN/TC251/EN13606-3:ITEM_CATEGORY"), System: g.one("", "1.2.840.1")}
	case 5:
		return &ehr.Boolean{Value: g.flag()}
	case 6:
		return &ehr.Integer{Digits: g.one("0", "-7", "1500", "12345678901234567890")}
	case 7:
		return &ehr.Real{Digits: g.digits()}
	case 8:
		q := g.quantity()
		return &q
	case 9:
		return &ehr.Ratio{Numerator: g.quantity(), Denominator: g.quantity()}
	case 10:
		return &ehr.Ordinal{Digits: g.one("0", "3"), Symbol: ehr.CodedText{Text: g.words(), Coded: g.coded()}}
	case 11:
		m := g.moment()
		if g.maybe("time of day") {
			m.Text = g.one("11:30", "23:59:59")
		}
		return &m
	case 12:
		return &ehr.Date{Text: g.one("2026", "2026-03", "2026-03-09")}
	case 13:
		return &ehr.Duration{Text: g.one("PT15M", "P1DT2H", "-PT1.5S", "PT0S")}
	case 14:
		i := g.aInterval()
		return &i
	case 15:
		return &ehr.QuantityInterval{Low: &ehr.Quantity{Digits: "1.0", Unit: "mL"}, High: &ehr.Quantity{Digits: "2.50", Unit: "mL"}, LowClosed: g.flag(), HighClosed: g.flag()}
	case 16:
		if g.maybe("of a component") {
			id := g.other()
			return &id
		}
		id := g.id()
		id.Extension, id.Authority = g.one("", "A 7"), g.one("", g.words())
		return &id
	case 17:
		return &ehr.URI{Value: g.one("https://example.org/a?b=c&d=e#f", "urn:uuid:"+g.other().Root)}
	}
	e := g.encapsulated()
	return &e
}

func (g *generator) encapsulated() ehr.Encapsulated {
	e := ehr.Encapsulated{MediaType: g.one("text/plain", "image/png"), Charset: g.one("", "utf-8"), Language: g.one("", "en"), Text: g.one("", g.words())}
	if g.flag() {
		e.Data = rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(g.t, "data")
		e.Size = int64(len(e.Data))
		return e
	}
	e.Reference, e.Size = g.one("https://example.org/picture", "urn:sha256:00"), int64(g.upTo("size", 9))
	if g.flag() {
		e.Algorithm, e.Check = "SHA-256", rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(g.t, "check")
	}
	return e
}

func (g *generator) audit() ehr.Audit {
	return ehr.Audit{
		System: ehr.ID{Root: "1.2.3.4", Extension: "care-home-1"}, Committed: ehr.Moment{Text: g.one("2026-03-09T11:30:00Z", "2026-03-09T11:30:00.000125+01:00")},
		Committer: g.person(), Reason: when(g, g.coded), VersionSet: when(g, g.other),
		VersionStatus: when(g, func() ehr.Code {
			return ehr.Code{Code: g.one("VER00", "VER01"), Scheme: "CEN/TC251/EN13606-3:VERSION_STATUS"}
		}),
	}
}

func (g *generator) role() ehr.Role {
	return ehr.Role{
		Performer: g.person(), Function: when(g, g.coded), Facility: when(g, g.person), Setting: when(g, g.coded),
		Mode: when(g, func() ehr.Code {
			return ehr.Code{Code: g.one("MOD04", "MOD05", "MOD13"), Scheme: "CEN/TC251/EN13606-3:MODE"}
		}),
	}
}

func (g *generator) attestation() ehr.Attestation {
	a := ehr.Attestation{Time: ehr.Moment{Text: "2026-03-09T11:31:00Z"}, Reason: g.coded(), Attester: g.role(), Proof: when(g, g.encapsulated), View: when(g, g.encapsulated)}
	a.Target = []ehr.ID{rapid.SampledFrom(g.made).Draw(g.t, "target")}
	return a
}

// demographics draws the subject of care first, a care worker, an organisation and a device.
func (g *generator) demographics() []ehr.Demographic {
	entity := func() ehr.Entity {
		e := ehr.Entity{Key: g.id(), IDs: some(g, 2, func() ehr.ID { return ehr.ID{Root: "2.16.840.1.113883.2.1.4.1", Extension: "9990000018"} })}
		e.Telecoms = some(g, 2, func() ehr.Telecom {
			return ehr.Telecom{URI: g.one("tel:+441632960001", "mailto:ada@example.org"), Use: g.one("", "HP", "WP"), Valid: g.interval()}
		})
		g.who = append(g.who, e.Key)
		return e
	}
	person := func() *ehr.Person {
		p := &ehr.Person{Entity: entity(), Addresses: some(g, 2, g.address)}
		p.Names = some(g, 2, func() ehr.Name {
			return ehr.Name{Use: g.one("", "L", "P"), Valid: g.interval(), Parts: []ehr.NamePart{{Type: "GIV", Text: "Ada"}, {Type: "FAM", Text: g.words()}}}
		})
		return p
	}
	subject, worker := person(), person()
	subject.Subject = &ehr.SubjectDetail{Gender: ehr.Code{Code: "2"}, Birth: ehr.Moment{Text: g.one("1938", "1938-01-04")}, Order: g.upTo("order", 2), Deceased: when(g, g.moment)}
	worker.Roles = some(g, 2, func() ehr.ProfessionalRole {
		return ehr.ProfessionalRole{IDs: some(g, 1, g.id), Profession: when(g, g.coded), Specialty: when(g, g.coded), Position: when(g, g.coded), Organisation: when(g, func() ehr.ID { return g.who[0] })}
	})
	home := &ehr.Organisation{Entity: entity(), Code: g.coded(), Description: g.words(), Name: g.words(), Addresses: some(g, 1, g.address)}
	device := &ehr.Device{Entity: entity(), Code: g.coded(), Description: g.words(), Model: g.words(), Version: g.one("", "1.0"), Owner: when(g, func() ehr.ID { return home.Key })}
	return []ehr.Demographic{subject, worker, home, device}
}

func (g *generator) address() ehr.Address {
	return ehr.Address{Use: g.one("", "H", "WP"), Valid: g.interval(), Parts: []ehr.AddressPart{{Type: "AL", Text: g.words()}, {Type: "ZIP", Text: "ZZ99 3VZ"}}}
}
