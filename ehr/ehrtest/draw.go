package ehrtest

import (
	"fmt"

	"pgregory.net/rapid"

	"rosemary/ehr"
)

// Options say what an extract is drawn from. The zero value draws everything that the model has.
type Options struct {
	Compositions int                              // at most so many; 0: four
	Depth        int                              // sections in sections, clusters in clusters; 0: three
	Without      func(ehr.Value) bool             // values that the dialect cannot carry: a text stands in their place
	Text         *rapid.Generator[string]         // words; nil: words with what is hard to escape
	Adjust       func(*rapid.T, *ehr.Composition) // what the dialect needs otherwise
}

// generator draws one extract. Every id in it is new, every reference leads somewhere.
type generator struct {
	t    *rapid.T
	o    Options
	n    int      // ids given out
	made []ehr.ID // rc_ids of components so far
	who  []ehr.ID // keys of people, organisations and devices

	policies []ehr.ID
}

// Extract draws an extract without any structural fault: unique ids, chains of versions, folders and links that lead to what is there, and an identified
// entity for everybody who is named.
func Extract(t *rapid.T, o Options) *Parts {
	if o.Compositions == 0 {
		o.Compositions = 4
	}
	if o.Depth == 0 {
		o.Depth = 3
	}
	if o.Text == nil {
		o.Text = Words()
	}
	g := &generator{t: t, o: o}
	p := &Parts{}
	p.DemographicList = g.demographics()
	p.Top = g.header()
	var before *ehr.Composition
	for range g.upTo("compositions", o.Compositions) {
		c := g.composition(before)
		if o.Adjust != nil {
			o.Adjust(t, c)
		}
		p.CompositionList = append(p.CompositionList, c)
		before = c
	}
	for range g.upTo("folders", 2) {
		p.FolderList = append(p.FolderList, g.folder(p.CompositionList, 2))
	}
	return p
}

// Words draws words that are hard to escape, never empty.
func Words() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{
			"Help to wash and dress", "A cup of tea, two sugars", "line one\nline two", "tab\tand\rreturn", " leading and trailing ", "<b>&amp;\"'</b>",
			"]]>", "Zoë Ó Briain 🌿 \u200f\u2028", "null", "0071.40", "{\"_type\":\"ELEMENT\"}", "$$NL$$", "<!-- no comment -->", "é\u0301", "Привет", "\u0085\u00a0",
		}).Draw(t, "words")
	})
}

func (g *generator) upTo(label string, n int) int { return rapid.IntRange(0, n).Draw(g.t, label) }
func (g *generator) maybe(label string) bool      { return g.upTo(label, 2) == 0 }
func (g *generator) words() string                { return g.o.Text.Draw(g.t, "text") }
func (g *generator) one(of ...string) string      { return rapid.SampledFrom(of).Draw(g.t, "one") }
func (g *generator) person() ehr.ID               { return rapid.SampledFrom(g.who).Draw(g.t, "who") }
func when[T any](g *generator, draw func() T) *T {
	if !g.maybe("there") {
		return nil
	}
	x := draw()
	return &x
}

func some[T any](g *generator, most int, draw func() T) []T {
	var list []T
	for range g.upTo("some", most) {
		list = append(list, draw())
	}
	return list
}

// other gives the id of a component that was there before, or one of something that is not in the extract.
func (g *generator) other() ehr.ID {
	if len(g.made) == 0 || g.maybe("elsewhere") {
		return g.id()
	}
	return rapid.SampledFrom(g.made).Draw(g.t, "made before")
}

// policy gives an access policy that other components may have too.
func (g *generator) policy() ehr.ID {
	if len(g.policies) == 0 || g.maybe("new policy") {
		g.policies = append(g.policies, g.id())
	}
	return rapid.SampledFrom(g.policies).Draw(g.t, "policy")
}

// id gives an id that nothing else has.
func (g *generator) id() ehr.ID {
	g.n++
	return ehr.ID{Root: UUID(g.n)}
}

// UUID is the n-th of a row of UUIDs that have the form of version 7.
func UUID(n int) string { return fmt.Sprintf("0199c0de-0000-7000-8000-%012x", n) }

func (g *generator) header() *ehr.Header {
	h := &ehr.Header{
		System: ehr.ID{Root: "1.2.3.4", Extension: "care-home-1", Authority: "Rosemary House"}, EHR: g.id(), Subject: g.who[0],
		Created: ehr.Moment{Text: "2026-03-09T11:30:00Z"}, Model: "EN 13606", Authorising: when(g, g.person),
	}
	for range g.upTo("criteria", 2) {
		c := ehr.Criteria{Period: g.interval(), Other: g.one("", g.words()), ArchetypeIDs: some(g, 2, func() string { return g.one("risk", "need") })}
		c.MaxSensitivity = ehr.Sensitivity(g.upTo("sensitivity", 5))
		c.AllVersions, c.Multimedia = when(g, g.flag), when(g, g.flag)
		if c.Period == nil && c.Other == "" && c.ArchetypeIDs == nil && c.MaxSensitivity == 0 && c.AllVersions == nil && c.Multimedia == nil {
			c.MaxSensitivity = 3
		}
		h.Criteria = append(h.Criteria, c)
	}
	h.Omitted = some(g, 2, func() ehr.Omission { return ehr.Omission{Reason: g.words(), Count: g.upTo("count", 9)} })
	return h
}

func (g *generator) flag() bool { return rapid.Bool().Draw(g.t, "flag") }

func (g *generator) component() ehr.Component {
	c := ehr.Component{Name: g.text(), ArchetypeID: g.one("", "risk", "/content/riskCategory"), RCID: g.id(), Synthesised: g.flag()}
	if g.maybe("more") {
		c.Meaning, c.PolicyIDs, c.Sensitivity = when(g, g.coded), some(g, 2, g.policy), ehr.Sensitivity(g.upTo("sensitivity", 5))
		c.OrigParent, c.FeederAudit = when(g, g.other), when(g, g.audit)
		if len(g.made) > 0 {
			c.Links = some(g, 2, g.link)
		}
	}
	g.made = append(g.made, c.RCID)
	return c
}

func (g *generator) link() ehr.Link {
	l := ehr.Link{Follow: g.flag(), Target: []ehr.ID{rapid.SampledFrom(g.made).Draw(g.t, "target")}}
	letter := g.one("A", "B", "C", "D", "E")
	l.Nature = ehr.Code{Code: "LINK-" + letter + "0", Scheme: "CEN/TC251/EN13606-3:LINK_NATURE"}
	if g.maybe("role") {
		l.Role = &ehr.Coded{Code: "LINK-" + letter + "1", Scheme: "CEN/TC251/EN13606-3:LINK_ROLE"}
	}
	return l
}

func (g *generator) folder(all []*ehr.Composition, depth int) *ehr.Folder {
	f := &ehr.Folder{Component: g.component(), Attestations: some(g, 1, g.attestation)}
	for _, c := range all {
		if g.flag() {
			f.Compositions = append(f.Compositions, c.RCID)
		}
	}
	if depth > 1 {
		f.Folders = some(g, 2, func() *ehr.Folder { return g.folder(all, depth-1) })
	}
	return f
}

func (g *generator) composition(before *ehr.Composition) *ehr.Composition {
	c := &ehr.Composition{
		Component: g.component(), Session: g.interval(), Territory: when(g, func() ehr.Code { return ehr.Code{Code: "GB"} }), Contribution: when(g, g.id),
		Committal: g.audit(), Composer: when(g, g.role), Participation: some(g, 2, g.role), Attestations: some(g, 1, g.attestation),
	}
	if before != nil && g.flag() {
		c.Committal.Previous, c.Committal.VersionSet = &ehr.ID{Root: before.RCID.Root}, before.Committal.VersionSet
		c.Committal.VersionStatus = &ehr.Code{Code: "VER03", Scheme: "CEN/TC251/EN13606-3:VERSION_STATUS"}
	}
	c.Content = some(g, 3, func() ehr.Content { return g.content(g.o.Depth) })
	return c
}

func (g *generator) content(depth int) ehr.Content {
	if depth > 1 && g.flag() {
		return &ehr.Section{Component: g.component(), Members: some(g, 2, func() ehr.Content { return g.content(depth - 1) })}
	}
	e := &ehr.Entry{Component: g.component(), ActID: g.one("", "visit-7"), Uncertain: g.flag(), InfoProvider: when(g, g.role), Participation: some(g, 1, g.role)}
	e.ActStatus = when(g, func() ehr.Code { return ehr.Code{Code: "ACT08", Scheme: "CEN/TC251/EN13606-3:ACT_STATUS"} })
	e.SubjectKind = when(g, func() ehr.Code { return ehr.Code{Code: "DS01", Scheme: "CEN/TC251/EN13606-3:SUBJECT_CATEGORY"} })
	e.Subject = when(g, func() ehr.RelatedParty { return ehr.RelatedParty{Party: when(g, g.person), Relationship: g.text()} })
	e.Items = some(g, 3, func() ehr.Item { return g.item(depth) })
	return e
}

func (g *generator) item(depth int) ehr.Item {
	d := ehr.ItemDetail{Emphasis: when(g, g.coded), Observed: g.interval()}
	d.Category = when(g, func() ehr.Code { return ehr.Code{Code: "IC01", Scheme: "CEN/TC251/EN13606-3:ITEM_CATEGORY"} })
	if depth > 1 && g.flag() {
		c := &ehr.Cluster{Component: g.component(), ItemDetail: d, Structure: ehr.Code{Code: "STRC01", Scheme: "CEN/TC251/EN13606-3:STRUCTURE_TYPE"}}
		c.Parts = some(g, 3, func() ehr.Item { return g.item(depth - 1) })
		return c
	}
	e := &ehr.Element{Component: g.component(), ItemDetail: d}
	if !g.maybe("empty") {
		e.Value = g.value()
	}
	return e
}
