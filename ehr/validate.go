package ehr

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// Validate goes through an extract and gives every structural fault, notes among them. The error is the source's own.
func Validate(s Source) ([]Fault, error) {
	var faults []Fault
	v := NewValidator(func(f Fault) { faults = append(faults, f) })
	if h := s.Header(); h != nil {
		v.Add(h)
	}
	if err := s.Folders(func(f *Folder) error { v.Add(f); return nil }); err != nil {
		return faults, err
	}
	if err := s.Compositions(func(c *Composition) error { v.Add(c); return nil }); err != nil {
		return faults, err
	}
	if err := s.Demographics(func(d Demographic) error { v.Add(d); return nil }); err != nil {
		return faults, err
	}
	v.Finish()
	return faults, nil
}

// The most that a validator keeps to look at in the end.
const (
	maxPending = 1 << 19 // references to what has not come yet
	maxEarly   = 100     // of the earliest times, to hold against a date of birth
)

// Validator finds the structural faults of an extract whose parts come one by one, in any order. It keeps sixteen bytes for each rc_id, the references that
// lead nowhere yet and the chains of versions, and nothing else of what it has seen.
//
// Its judgement is of structure: whether a code of a clinical terminology is right, whether text tells the truth, whether a class is known, is for others.
type Validator struct {
	report func(Fault)
	at     Place
	lists  map[string]*List

	header    bool
	filtered  bool // by criteria, or something was omitted: what is pointed at may be absent
	subject   ID
	subjects  []subject // of care, among the demographics
	parts     map[string]int
	ids       map[key]struct{}  // every rc_id
	previous  map[key]key       // chains of versions
	pending   map[key]reference // pointed at, not come yet
	overflow  bool
	entities  map[key]struct{}
	actors    map[key]reference // named, by the key of an entity
	early     []early
	ancestors []key // of the folder being looked at
}

type reference struct {
	path string
	what kindOfReference
}

type kindOfReference uint8

const (
	toComposition kindOfReference = iota // of a folder
	toTarget                             // of a link
	toFollowed                           // of a link that is to be followed
	toAttested
	toVersion
	toEntity
)

type subject struct {
	path  string
	names []ID // its key and its identifiers
	birth Span
	known bool // when the birth was
}

type early struct {
	path, text string
	span       Span
}

// NewValidator makes a validator that tells each fault as it finds it.
func NewValidator(report func(Fault)) *Validator {
	return &Validator{report: report, lists: termLists(), parts: map[string]int{}, ids: map[key]struct{}{}, previous: map[key]key{}, pending: map[key]reference{},
		entities: map[key]struct{}{}, actors: map[key]reference{}}
}

// fault reports a fault of an attribute of where the validator is; "" means the component itself.
func (v *Validator) fault(name, rule, message string, values ...any) {
	v.tell(v.path(name), rule, Error, message, values...)
}

func (v *Validator) path(name string) string {
	if name == "" {
		return v.at.String()
	}
	return v.at.String() + "/" + name
}

func (v *Validator) tell(path, rule string, severity Severity, message string, values ...any) {
	v.report(Fault{Path: path, Rule: rule, Message: fmt.Sprintf(message, values...), Severity: severity})
}

// Add looks at one part.
func (v *Validator) Add(p Part) {
	switch x := p.(type) {
	case *Header:
		v.addHeader(x)
	case *Folder:
		v.enterPart("folders")
		v.folder(x)
		v.at.Leave()
	case *Composition:
		v.enterPart("all_compositions")
		v.composition(x)
		v.at.Leave()
	case Demographic:
		v.enterPart("demographic_extract")
		v.entity(x)
		v.at.Leave()
	}
}

func (v *Validator) enterPart(name string) {
	v.at.Enter(name)
	v.at.Index(v.parts[name])
	v.parts[name]++
}

func (v *Validator) addHeader(h *Header) {
	if v.header {
		v.fault("", RuleHeader, "The extract has two tops. Send one extract at a time.")
	}
	v.header = true
	v.id("ehr_system", &h.System, true)
	v.id("ehr_id", &h.EHR, true)
	v.id("subject_of_care", &h.Subject, true)
	v.moment("time_created", &h.Created, true)
	if h.Model == "" {
		v.missing("rm_id")
	}
	v.subject = h.Subject
	v.actor("subject_of_care", &h.Subject)
	if h.Authorising != nil {
		v.id("authorising_party", h.Authorising, true)
		v.actor("authorising_party", h.Authorising)
	}
	for i := range h.Criteria {
		c := &h.Criteria[i]
		v.filtered = true
		v.at.Enter("criteria")
		v.at.Index(i)
		v.interval("time_period", c.Period)
		v.sensitivity("max_sensitivity", c.MaxSensitivity)
		v.at.Leave()
	}
	for i := range h.Omitted {
		v.filtered = true
		if h.Omitted[i].Reason == "" {
			v.missing(fmt.Sprintf("omitted[%d]/reason", i))
		}
	}
}

// Finish tells what only the whole shows. Nothing can be added afterwards.
func (v *Validator) Finish() {
	if !v.header {
		v.tell("", RuleHeader, Error, "The extract has no top: it does not say whose record it is and where it comes from.")
	}
	v.finishReferences()
	v.finishVersions()
	v.finishSubjects()
}

// finishReferences tells of what was pointed at and did not come, in the order of the paths.
func (v *Validator) finishReferences() {
	missing := make([]reference, 0, len(v.pending))
	for _, r := range v.pending {
		missing = append(missing, r)
	}
	for k, r := range v.actors {
		if _, there := v.entities[k]; !there {
			missing = append(missing, r)
		}
	}
	slices.SortFunc(missing, func(a, b reference) int { return cmp.Compare(a.path, b.path) })
	for _, r := range missing {
		v.tellMissing(r)
	}
	if v.overflow {
		v.tell("", RuleChainTooLong, Note, "The extract points at more components that have not come than are kept to check. Some references were not looked at.")
	}
}

func (v *Validator) tellMissing(r reference) {
	severity := Error
	if v.filtered {
		severity = Note
	}
	switch r.what {
	case toComposition:
		v.tell(r.path, RuleNotThere, severity, "The folder points at a composition that is not in the extract. That is right only where criteria left it out.")
	case toFollowed:
		v.tell(r.path, RuleNotThere, severity, "The link says that its target must travel with it, and the target is not in the extract.")
	case toTarget:
		v.tell(r.path, RuleNotThere, Note, "The link leads to a component that is not in the extract.")
	case toAttested:
		v.tell(r.path, RuleNotThere, severity, "What was attested is not in the extract.")
	case toVersion:
		v.tell(r.path, RuleNotThere, Note, "The version before this one is not in the extract.")
	case toEntity:
		v.tell(r.path, RuleNotThere, Note, "The demographic data do not say who this is.")
	}
}

// finishVersions finds versions that follow themselves, however long the way round is.
func (v *Validator) finishVersions() {
	seen := make(map[key]uint32, len(v.previous)) // in which walk
	walk := uint32(0)
	var circles []key // the first of each, so that the same extract always gets the same answer
	for start := range v.previous {
		walk++
		at, more := start, true
		for more && seen[at] == 0 {
			seen[at] = walk
			at, more = v.previous[at]
		}
		if more && seen[at] == walk {
			circles = append(circles, v.firstOfCircle(at))
		}
	}
	slices.SortFunc(circles, compareKeys)
	for _, k := range circles {
		v.tell("/all_compositions", RuleCycle, Error, "Versions follow each other in a circle: %s comes before itself. The order in which they were written cannot be told.", k)
	}
}

func (v *Validator) firstOfCircle(start key) key {
	first := start
	for at := v.previous[start]; at != start; at = v.previous[at] {
		if compareKeys(at, first) < 0 {
			first = at
		}
	}
	return first
}

func compareKeys(a, b key) int { return bytes.Compare(a[:], b[:]) }

// finishSubjects tells of more than one person, and of times before the birth of the one.
func (v *Validator) finishSubjects() {
	for i, s := range v.subjects {
		if i > 0 {
			v.tell(s.path, RuleTwoSubjects, Error, "The extract describes a second subject of care. An extract is about one person: ask the sender for one extract for each.")
		}
		if v.header && !v.subject.IsZero() && v.subject.Null == "" && !slices.ContainsFunc(s.names, v.subject.Same) {
			v.tell(s.path, RuleTwoSubjects, Error, "This subject of care is not the one that the top of the extract names.")
		}
	}
	if len(v.subjects) == 0 || !v.subjects[0].known {
		return
	}
	birth := v.subjects[0].birth
	slices.SortFunc(v.early, func(a, b early) int { return cmp.Compare(a.path, b.path) })
	for _, e := range v.early {
		if birth.After(e.span) {
			v.tell(e.path, RuleBeforeBirth, Note, "This time, %.40s, is before the person was born. It may be of somebody else, or a mistake.", e.text)
		}
	}
}
