package extract

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// momentForm writes instants of the log: UTC, always six digits, as the log itself does.
const momentForm = "2006-01-02T15:04:05.000000Z"

// composer makes compositions of versions. It knows what must not be pointed at.
type composer struct {
	catalogue *standard.Catalogue
	about     about
	latest    func(uuid.UUID) (ehr.ID, bool) // the composition of the latest version of a record of the person
	hidden    func(uuid.UUID) bool           // nothing may point at it, and no name of it may be said
	masks     func(e *standard.Element) bool
	file      func(record.NamedAttachment) *ehr.Encapsulated
	signed    map[record.VersionID][]ehr.Attestation
	keeps     ehr.Dialect // that kept compositions are written in; nil: they are not unfolded
}

// compose makes the composition of one version, and gives its content as it was told.
func (c *composer) compose(s *record.Contribution, ch *record.Change, v *record.Version) (*ehr.Composition, *standard.Content, error) {
	content, err := v.Decoded(c.catalogue)
	if err != nil {
		return nil, nil, err
	}
	veiled := c.veil(content) || c.veilsBeside(content.Class, v.Beside)
	exact := !veiled && len(content.Unknown) == 0 && bytes.Equal(content.AppendJSON(nil), v.Content)
	author := v.Author
	if c.hidden(author) {
		author, veiled = uuid.Nil, true
	}
	id := VersionID(v.VersionID)
	name, class := v.Class, content.Class
	meaning := &ehr.Coded{Code: v.Class, Scheme: c.catalogue.Release().Standard, Version: v.Release, Display: v.Class}
	if class != nil {
		name, meaning.Display = class.Name, class.Name
		meaning.Scheme = class.Source.Standard
		if class.Source.ClassID != "" {
			meaning.Code = class.Source.ClassID
		}
	}
	component := ehr.Component{Name: words(name), ArchetypeID: v.Class, RCID: id, Meaning: meaning, Sensitivity: SensitivityOf(v.Sensitivity)}
	out := &ehr.Composition{
		Component: component, Session: session(content), Contribution: &ehr.ID{Root: s.ID.String()}, Committal: committal(s, ch, v),
		Participation: []ehr.Role{{Performer: committer(s), Function: &ehr.Coded{Code: s.Committer.Role, System: roleSystem}, Mode: ref(listed(ehr.Mode, modeElectric))}},
		Attestations:  c.signed[v.VersionID],
	}
	if s.Committer.Role == "" {
		out.Participation = nil
	}
	if author != uuid.Nil {
		out.Composer = &ehr.Role{Performer: ehr.ID{Root: author.String()}}
	}
	if s.System != c.about.System {
		feeder := out.Committal
		out.FeederAudit = &feeder
	}
	entry := &ehr.Entry{Component: component}
	entry.RCID, entry.Name, entry.Meaning = within(id, "entry"), words(title(content, name)), nil
	if v.InformationProvider != "" {
		entry.InfoProvider = &ehr.Role{Performer: providerKey(c.about.Person, v.InformationProvider)}
	}
	m := &items{id: id, links: c.link, file: c.file}
	entry.Items = m.group(&content.Group, "", v.Class)
	if !veiled {
		entry.Items = append(entry.Items, m.strange(content)...)
	}
	entry.Items = append(entry.Items, m.version(v, !veiled, !exact && !veiled))
	out.Content = append(out.Content, entry)
	out.Content = append(out.Content, c.sections(id, content)...)
	if v.Number == 1 && !veiled { // once: what it holds has identifiers of its own
		c.unfold(out, content)
	}
	return out, content, nil
}

// unfold shows what came from another system as it was there, beside the record that keeps it, with where it was first.
func (c *composer) unfold(out *ehr.Composition, content *standard.Content) {
	kept := unkept(c.keeps, content)
	if kept == nil {
		return
	}
	if out.FeederAudit = kept.FeederAudit; out.FeederAudit == nil {
		out.FeederAudit = &kept.Committal
	}
	name := kept.Name
	if name == nil {
		name = words("As it came")
	}
	section := &ehr.Section{Component: ehr.Component{Name: name, ArchetypeID: keptArchetype, RCID: kept.RCID, Synthesised: true, Meaning: kept.Meaning, Links: kept.Links}, Members: kept.Content}
	out.Content = append(out.Content, section)
}

func ref[T any](v T) *T { return &v }

func title(content *standard.Content, name string) string {
	if t := content.Title(); t != "" {
		return t
	}
	return name
}

func committer(s *record.Contribution) ehr.ID {
	if s.Committer.Actor == uuid.Nil {
		return ehr.ID{Root: s.System} // the system itself
	}
	return ehr.ID{Root: s.Committer.Actor.String()}
}

// committal says who committed the version, when, as what kind of change and why, in the change log's own words.
func committal(s *record.Contribution, ch *record.Change, v *record.Version) ehr.Audit {
	status := statusFinished
	switch {
	case ch.Type == record.MarkError:
		status = statusDeletion
	case v.Status == record.Incomplete:
		status = statusDraft
	case ch.Type == record.Correct:
		status = statusCorrection
	case ch.Type != record.Create:
		status = statusUpdate
	}
	a := ehr.Audit{
		System: ehr.ID{Root: s.System}, Committed: ehr.Moment{Text: s.Committed.UTC().Format(momentForm)}, Committer: committer(s), VersionStatus: ref(listed(ehr.VersionStatus, status)),
		Reason:     &ehr.Coded{Code: string(ch.Type), System: changeSystem, Text: ch.Description},
		VersionSet: &ehr.ID{Root: v.Record.String()},
	}
	if v.Number > 1 {
		before := v.VersionID
		before.Number--
		a.Previous = ref(VersionID(before))
	}
	return a
}

// session says when it happened, as it was entered.
func session(content *standard.Content) *ehr.Interval {
	when := func(role string) string {
		v, _ := content.First(role)
		switch v := v.(type) {
		case standard.Date:
			return string(v)
		case standard.DateTime:
			return string(v)
		case standard.Time:
			return string(v)
		}
		return ""
	}
	low, high := when(standard.RoleEventDate), when(standard.RoleEventEnd)
	if low == "" {
		return nil
	}
	if clock := when(standard.RoleEventTime); clock != "" && len(low) == len(time.DateOnly) {
		low += "T" + clock
	}
	i := &ehr.Interval{Low: &ehr.Moment{Text: low}, LowClosed: true}
	if a, ok := ehr.ParseMoment(low); ok && high != "" {
		if b, ok := ehr.ParseMoment(high); ok && !a.OfDay && !b.OfDay && !a.After(b) { // a slip in the record must not make the whole extract faulty: the ends stand in the entry
			i.High, i.HighClosed = &ehr.Moment{Text: high}, true
		}
	}
	return i
}

// providerKey names whoever said it, who is known in words only.
func providerKey(person uuid.UUID, who string) ehr.ID {
	return ehr.ID{Root: uuid.NewSHA1(person, []byte("informant\n"+who)).String()}
}

// link points from a reference to the composition that it means: of a record that is not pinned, the latest. What is meant of the directory is no component: the
// identifier alone leads to the demographics.
func (c *composer) link(e *standard.Element, r standard.Reference) *ehr.Link {
	latest, own := c.latest(r.UID)
	if !own || r.UID == c.about.Person {
		return nil // whose record it is needs no link
	}
	l := &ehr.Link{Nature: listed(ehr.LinkNature, natureRelated), Role: &ehr.Coded{Code: roleUnspecified, Scheme: part3 + ehr.LinkRole}, Target: []ehr.ID{latest}}
	if r.Version > 0 {
		if r.System == "" {
			r.System = c.about.System
		}
		l.Target = []ehr.ID{VersionID(record.VersionID{Record: r.UID, System: r.System, Number: r.Version})}
	}
	kindOfLink(l, e.To)
	return l
}

// kindOfLink says what a link stands for, by the roles of the class that is pointed at.
func kindOfLink(l *ehr.Link, to []*standard.Class) {
	for _, class := range to {
		nature, role := "", ""
		switch {
		case class.HasRole(standard.ClassRoleDocument):
			nature, role = natureDocumentation, roleDocumentedBy
		case class.HasRole(standard.ClassRoleConsent):
			nature, role = natureConfirmed, roleConsented
		case class.HasRole(standard.ClassRoleCarePlan):
			nature, role = naturePlan, roleContributes
		default:
			continue
		}
		l.Nature.Code, l.Role.Code = nature, role
		return
	}
}

// sections show the record of a form as the form does: its sections, whose entries point at the building blocks that it pins.
func (c *composer) sections(id ehr.ID, content *standard.Content) []ehr.Content {
	if content.Class == nil {
		return nil
	}
	at := slices.IndexFunc(c.catalogue.Forms(), func(f *standard.Form) bool { return f.Fits(content) })
	if at < 0 {
		return nil
	}
	form := c.catalogue.Forms()[at]
	var list []ehr.Content
	for i, s := range form.Sections {
		place := "form/" + form.ID + "/" + strconv.Itoa(i)
		section := &ehr.Section{Component: ehr.Component{Name: words(s.Title), ArchetypeID: formArchetype + "/" + form.ID, RCID: within(id, place), Synthesised: true}}
		for _, a := range s.Asks {
			if a.Blocks == nil || a.Blocks.Link == nil {
				continue
			}
			for _, v := range content.Get(a.Blocks.Link.ID) {
				r, ok := v.(standard.Reference)
				if !ok {
					continue
				}
				link := c.link(a.Blocks.Link, r)
				if link == nil {
					continue
				}
				link.Nature, link.Role = listed(ehr.LinkNature, natureDocumentation), &ehr.Coded{Code: roleIdentifiedIn, Scheme: part3 + ehr.LinkRole}
				section.Members = append(section.Members, &ehr.Entry{Component: ehr.Component{
					Name: words(a.Blocks.Link.Name), ArchetypeID: formArchetype + "/" + form.ID, RCID: within(id, place+"/"+strconv.Itoa(len(section.Members))), Synthesised: true, Links: []ehr.Link{*link},
				}})
			}
		}
		if len(section.Members) > 0 {
			list = append(list, section)
		}
	}
	return list
}

// strange makes elements of what the class file of today has no place for: as it was stored.
func (m *items) strange(content *standard.Content) []ehr.Item {
	var list []ehr.Item
	for _, raw := range content.Unknown {
		list = append(list, &ehr.Element{
			Component: ehr.Component{Name: words(raw.Name), RCID: within(m.id, "unknown"+raw.Path), Synthesised: true},
			Value:     &ehr.Encapsulated{MediaType: contentType, Charset: "UTF-8", Size: int64(len(raw.JSON)), Data: []byte(raw.JSON)},
		})
	}
	return list
}

// version makes the cluster of what the model has no place for. Without a salt the hash proves nothing, and tells nothing.
func (m *items) version(v *record.Version, salted, verbatim bool) *ehr.Cluster {
	cluster := &ehr.Cluster{
		Component: ehr.Component{Name: words("Version"), ArchetypeID: versionArchetype, RCID: within(m.id, "version"), Synthesised: true}, Structure: listed(ehr.StructureType, structureList),
	}
	add := func(part string, v ehr.Value) {
		cluster.Parts = append(cluster.Parts, &ehr.Element{
			Component: ehr.Component{Name: words(partNames[part]), ArchetypeID: versionArchetype + "/" + part, RCID: within(m.id, "version/"+part), Synthesised: true}, Value: v,
		})
	}
	add(partRelease, words(v.Release))
	add(partClassFile, words(v.ClassFile))
	add(partStatus, words(string(v.Status)))
	add(partRecorded, &ehr.Moment{Text: v.Recorded})
	if v.InformationProvider != "" {
		add(partProvider, words(v.InformationProvider))
	}
	add(partHash, words(v.Hash.String()))
	if salted {
		add(partSalt, words(hex.EncodeToString(v.Salt[:])))
	}
	if verbatim {
		add(partContent, &ehr.Encapsulated{MediaType: contentType, Charset: "UTF-8", Size: int64(len(v.Content)), Data: bytes.Clone(v.Content)})
	}
	if len(v.Beside) > 0 && salted { // of what is masked it may say more than is told
		add(partBeside, &ehr.Encapsulated{MediaType: contentType, Charset: "UTF-8", Size: int64(len(v.Beside)), Data: bytes.Clone(v.Beside)})
		add(partBesideOf, words(strconv.Itoa(v.BesideOf)))
	}
	return cluster
}

var partNames = map[string]string{
	partRelease: "Release of the standard", partClassFile: "Hash of the class file", partStatus: "Status", partRecorded: "Recorded", partProvider: "Information provider",
	partHash: "Hash", partSalt: "Salt", partContent: "Content as it is stored", partBeside: "Said beside it", partBesideOf: "Said with the version",
}

// veil replaces, in content that was just read, what must not be told by a stated absence, and reports whether there was anything.
func (c *composer) veil(content *standard.Content) bool {
	veiled := c.veilGroup(&content.Group)
	for _, raw := range content.Unknown {
		if c.mentions(raw.JSON) {
			veiled = true
		}
	}
	return veiled
}

// veilsBeside reports whether what stands beside a content must not be told: it points at what is hidden, or it is about something of which a part is masked, and nobody here
// can tell which part of it that would be.
func (c *composer) veilsBeside(class *standard.Class, beside []byte) bool {
	if len(beside) == 0 {
		return false
	}
	return c.mentions(string(beside)) || class != nil && slices.ContainsFunc(class.Elements, c.masks)
}

func (c *composer) veilGroup(g *standard.Group) bool {
	veiled := false
	for i := range g.Entries {
		e := &g.Entries[i]
		if c.masks(e.Element) {
			e.Values, veiled = []standard.Value{standard.Masked}, true
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(e.Values), func(v standard.Value) bool {
			r, ok := v.(standard.Reference)
			return ok && c.hidden(r.UID)
		})
		if len(kept) < len(e.Values) {
			if veiled = true; len(kept) == 0 {
				kept = []standard.Value{standard.Masked}
			}
			e.Values = kept
		}
		for _, v := range e.Values {
			if inner, ok := v.(*standard.Group); ok && c.veilGroup(inner) {
				veiled = true
			}
		}
	}
	return veiled
}

// mentions reports whether stored text that nobody here can read holds the uid of something that must not be told.
func (c *composer) mentions(raw string) bool {
	for i := 0; i+36 <= len(raw); i++ {
		if raw[i+8] != '-' || raw[i+13] != '-' {
			continue
		}
		if uid, err := uuid.Parse(strings.ToLower(raw[i : i+36])); err == nil && c.hidden(uid) {
			return true
		}
	}
	return false
}
