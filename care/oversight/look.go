package oversight

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/care/money"
	"rosemary/care/score"
	"rosemary/record"
	"rosemary/standard"
)

// Kind is one figure of the manager's page.
type Kind string

// The figures.
const (
	Away             Kind = "away"              // in hospital now
	Alerts           Kind = "alerts"            // that hold today
	Incidents        Kind = "incidents"         // of the last four weeks
	IncidentsOpen    Kind = "incidents-open"    // saved unfinished
	DecisionsWaiting Kind = "decisions-waiting" // that the law asks for
	DecisionsToDo    Kind = "decisions-to-do"   // decided and not carried out
	Safeguarding     Kind = "safeguarding"      // concerns that are not closed
	NotGiven         Kind = "not-given"         // doses of the last day
	ReviewsOverdue   Kind = "reviews-overdue"
	ReviewsSoon      Kind = "reviews-soon"
	ConsentMissing   Kind = "consent-missing"
	LibertyEnding    Kind = "liberty-ending"     // a deprivation of liberty that ends soon, or has run out
	LibertyCondition Kind = "liberty-conditions" // set, and nobody has written how they are met
	HandoverUnread   Kind = "handover-unread"
	Complaints       Kind = "complaints"       // that are not closed
	MoneyWrong       Kind = "money"            // entries that do not agree, and that nobody has explained
	GivenTwice       Kind = "given-twice"      // a planned dose, in the last week
	NotRecorded      Kind = "not-recorded"     // doses that were due in the last day, and nothing is recorded
	AtRisk           Kind = "at-risk"          // by a score, or by its trend
	Overridden       Kind = "overridden"       // doses given in spite of a warning, in the last week
	AllergyOrdered   Kind = "allergy-ordered"  // orders that hold in spite of a recorded allergy
	WitnessUnproved  Kind = "witness-unproved" // doses of the last week whose witness is named and has not signed
	EatenUnsafe      Kind = "eaten-unsafe"     // what was had in spite of the plan for eating and drinking, in the last week
	Unreadable       Kind = "unreadable"       // records that cannot be read: never silently less
)

// The spans of time that figures look at.
const (
	incidentDays = 28
	duties       = 92 // days within which what the law asks for must be answered
	libertySoon  = 56 // days ahead: a renewal takes weeks
	doseHours    = 24
)

// Person is one person's records, as far as the reader may see them.
type Person struct {
	Stream   uuid.UUID
	Versions []*record.Version  // current ones, of Classes
	Unproved map[uuid.UUID]bool // of those, the ones that name a witness who has not signed
}

// Finding is one thing behind a figure, and the record that says so.
type Finding struct {
	Kind    Kind
	Stream  uuid.UUID
	Version *record.Version
	Class   string // what the class is called
	Title   string
	Words   string // what is the matter, where the title does not say it
	Why     string
	By      string // a date: by when, or until when
	Urgent  bool
	Duty    string // of a decision that is waited for: its kind
}

// item is one record, read.
type item struct {
	version *record.Version
	content *standard.Content
}

// code is the code that plays a role, "" when none does.
func (x item) code(role string) string {
	v, _ := x.content.First(role)
	c, _ := v.(standard.Coded)
	return c.Code
}

// home is what is being gathered.
type home struct {
	catalogue *standard.Catalogue
	duties    []Duty
	at        time.Time
	today     string
	stream    uuid.UUID
	unproved  map[uuid.UUID]bool
	found     []Finding
	asked     []string // the classes that attention is paid to
}

// Asked are the classes whose records Look is given, by how far back they are asked for.
type Asked struct {
	Standing []string // whenever it was
	Month    []string
	Week     []string
	Reasoned []string // of the week, only those that say why something was done in spite of a warning
	Reason   []string // what the stored bytes of such a record hold
}

// Classes are those classes.
func Classes(catalogue *standard.Catalogue) Asked {
	var a Asked
	a.Week = slices.Concat(ids(catalogue, standard.ClassRoleDose), ids(catalogue, standard.ClassRoleHandoverNote))
	for _, s := range catalogue.Scores() {
		if s.From != nil {
			a.Month = append(a.Month, s.From.ID)
		}
	}
	a.Month = distinct(slices.Concat(a.Month, ids(catalogue, standard.ClassRoleScoreResult)), a.Week)
	a.Standing = slices.Concat(care.AttentionClasses(catalogue), score.Classes(catalogue, catalogue.Scores()...), orders(catalogue))
	for _, role := range []string{standard.ClassRoleAlert, standard.ClassRoleSafeguarding, standard.ClassRoleDoLS, standard.ClassRoleDuty, standard.ClassRoleIncident,
		standard.ClassRoleTransfer, standard.ClassRoleHospitalReturn, standard.ClassRoleComplaint, standard.ClassRoleMoney} {
		a.Standing = append(a.Standing, ids(catalogue, role)...)
	}
	a.Standing = distinct(a.Standing, slices.Concat(a.Week, a.Month))
	for _, class := range catalogue.ClassesWithRole(standard.ClassRoleIntake) {
		if e := class.ByRole(standard.RoleOverrideReason); e != nil {
			a.Reasoned, a.Reason = append(a.Reasoned, class.ID), append(a.Reason, strconv.Quote(e.ID)+":")
		}
	}
	return a
}

// ofClasses are the records of some classes: nobody reads more of them than they need.
func ofClasses(versions []*record.Version, classes []string) []*record.Version {
	return slices.DeleteFunc(slices.Clone(versions), func(v *record.Version) bool { return !slices.Contains(classes, v.Class) })
}

// distinct gives each once, and leaves out those that are asked for otherwise.
func distinct(list, others []string) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(others, id) })
	slices.Sort(list)
	return slices.Compact(list)
}

func ids(catalogue *standard.Catalogue, role string) []string {
	var list []string
	for _, class := range catalogue.ClassesWithRole(role) {
		list = append(list, class.ID)
	}
	return list
}

// Week and Month are how far back those classes are asked for.
func Week(at time.Time) time.Time { return at.AddDate(0, 0, -7) }

// Month is how far back readings and scores go.
func Month(at time.Time) time.Time { return at.AddDate(0, 0, -28) }

// Look finds what stands open among the records of some people, what may do most harm first, and of each figure the most urgent.
func Look(catalogue *standard.Catalogue, table []Duty, people []Person, at time.Time) []Finding {
	h := &home{catalogue: catalogue, duties: table, at: at, today: at.Format(time.DateOnly), asked: care.AttentionClasses(catalogue)}
	for _, p := range people {
		h.stream, h.unproved = p.Stream, p.Unproved
		h.person(p.Versions)
	}
	slices.SortStableFunc(h.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind.harm(), b.Kind.harm()), cmp.Compare(a.Kind, b.Kind), first(a.Urgent, b.Urgent), strings.Compare(endless(a.By), endless(b.By)), cmp.Compare(b.Version.Happened, a.Version.Happened))
	})
	return h.found
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// endless sorts what has no date behind what has.
func endless(date string) string { return cmp.Or(date, "9999") }

// add notes a finding about a record.
func (h *home) add(kind Kind, x item, f Finding) {
	f.Kind, f.Stream, f.Version = kind, x.version.Stream, x.version
	f.Class, f.Title = x.content.Class.Name, x.content.Title()
	h.found = append(h.found, f)
}

func (h *home) person(versions []*record.Version) {
	var records []item
	for _, v := range versions {
		if v.Status == record.EnteredInError {
			continue
		}
		content, err := v.Decoded(h.catalogue)
		if err != nil || content.Class == nil {
			h.found = append(h.found, Finding{Kind: Unreadable, Stream: v.Stream, Version: v, Class: v.Class, Title: "A record that cannot be read", Urgent: true})
			continue
		}
		records = append(records, item{v, content})
	}
	stays := care.ReadStays(h.catalogue, versions)
	if stay := stays.At(h.at); stay != nil {
		i := slices.IndexFunc(records, func(x item) bool { return x.version.Record == stay.Record })
		h.add(Away, records[i], Finding{Words: stay.Words(h.at.Location())})
	}
	for _, x := range records {
		h.record(x)
	}
	h.attention(records, versions)
	h.money(records)
	h.scores(versions)
	h.medicines(versions, stays)
	h.waiting(records, h.at.AddDate(0, 0, -duties))
}

// record looks at one record by itself.
func (h *home) record(x item) {
	class := x.content.Class
	until := x.content.Words(standard.RoleValidUntil)
	over := x.content.Means(standard.RoleStatus) == standard.MeansEnded
	happened := time.Unix(x.version.Happened, 0)
	switch {
	case class.HasRole(standard.ClassRoleAlert):
		if !over && h.holds(until) {
			h.add(Alerts, x, Finding{By: until})
		}
	case class.HasRole(standard.ClassRoleIncident):
		if happened.After(h.at.AddDate(0, 0, -incidentDays)) {
			h.add(Incidents, x, Finding{Words: x.content.Words(standard.RoleHarm)})
		}
		if x.version.Status == record.Incomplete {
			h.add(IncidentsOpen, x, Finding{Words: "not finished", Urgent: happened.Before(h.at.AddDate(0, 0, -7))})
		}
	case class.HasRole(standard.ClassRoleSafeguarding):
		if !over && x.content.Words(standard.RoleEventEnd) == "" {
			h.add(Safeguarding, x, Finding{Words: x.content.Words(standard.RoleStatus)})
		}
	case class.HasRole(standard.ClassRoleDuty):
		if by := x.content.Words(standard.RoleReviewDue); by != "" && x.content.Words(standard.RoleDoneOn) == "" {
			h.add(DecisionsToDo, x, Finding{Words: x.content.Words(standard.RoleDecision), By: by, Urgent: lastDay(by) < h.today})
		}
	case class.HasRole(standard.ClassRoleComplaint):
		if by := x.content.Words(standard.RoleReviewDue); !over {
			answered := x.content.Words(standard.RoleDoneOn) != ""
			f := Finding{Words: x.content.Words(standard.RoleStatus)}
			if !answered {
				f.By, f.Urgent = by, by != "" && lastDay(by) < h.today
			}
			h.add(Complaints, x, f)
		}
	case class.HasRole(standard.ClassRoleDoLS):
		h.liberty(x, until, over)
	case class.HasRole(standard.ClassRoleDose):
		if why := x.content.Words(standard.RoleOverrideReason); why != "" {
			h.add(Overridden, x, Finding{Words: "Given in spite of a warning", Why: why})
		}
		if h.unproved[x.version.Record] {
			h.add(WitnessUnproved, x, Finding{Words: "The witness is named, and has not signed"})
		}
		if x.content.Means(standard.RoleStatus) != standard.MeansGiven && happened.After(h.at.Add(-doseHours*time.Hour)) {
			h.add(NotGiven, x, Finding{Words: x.content.Words(standard.RoleStatus)})
		}
	case class.HasRole(standard.ClassRoleIntake):
		if why := x.content.Words(standard.RoleOverrideReason); why != "" {
			h.add(EatenUnsafe, x, Finding{Words: "Had in spite of the plan for eating and drinking", Why: why, Urgent: happened.After(h.at.Add(-doseHours * time.Hour))})
		}
	case class.HasRole(standard.ClassRoleMedicineOrder):
		if why := x.content.Words(standard.RoleOverrideReason); why != "" && !over {
			h.add(AllergyOrdered, x, Finding{Words: "Ordered in spite of a recorded allergy", Why: why})
		}
	case class.HasRole(standard.ClassRoleHandoverNote):
		if h.holds(until) && len(x.content.All(standard.RoleAcknowledgedBy)) == 0 {
			h.add(HandoverUnread, x, Finding{By: until})
		}
	}
}

// money finds the entries that do not agree.
func (h *home) money(records []item) {
	var entries []*record.Version
	for _, x := range records {
		if x.content.Class.HasRole(standard.ClassRoleMoney) {
			entries = append(entries, x.version)
		}
	}
	if len(entries) == 0 {
		return
	}
	for _, e := range money.Add(h.catalogue, entries).Entries {
		if len(e.Wrong) > 0 && e.Why == "" {
			i := slices.IndexFunc(records, func(x item) bool { return x.version == e.Version })
			h.add(MoneyWrong, records[i], Finding{Words: strings.Join(e.Wrong, " "), Urgent: true})
		}
	}
}

// liberty looks at an authority to deprive somebody of their liberty.
func (h *home) liberty(x item, until string, over bool) {
	if over {
		return
	}
	ranOut := x.content.Means(standard.RoleStatus) == standard.MeansRanOut || until != "" && lastDay(until) < h.today
	switch soon := h.at.AddDate(0, 0, libertySoon).Format(time.DateOnly); {
	case ranOut:
		h.add(LibertyEnding, x, Finding{Words: "Ran out: what it allowed is no longer authorised", By: until, Urgent: true})
	case until != "" && lastDay(until) <= soon:
		h.add(LibertyEnding, x, Finding{Words: "Ends soon: apply again in time", By: until, Urgent: lastDay(until) <= h.at.AddDate(0, 0, 14).Format(time.DateOnly)})
	}
	if conditions := x.content.All(standard.RoleCondition); len(conditions) > 0 {
		met := x.content.Words(standard.RoleConditionsMet)
		var words []string
		for _, c := range conditions {
			words = append(words, standard.Display(c, nil))
		}
		why := "How they are met: " + met
		if met == "" {
			why = "Nobody has written down how they are met."
		}
		h.add(LibertyCondition, x, Finding{Words: strings.Join(words, "; "), Why: why, Urgent: met == ""})
	}
}

// holds reports whether something that ends at a date or an instant still holds; what has no end holds.
func (h *home) holds(until string) bool {
	if until == "" {
		return true
	}
	if t, err := time.Parse(time.RFC3339, until); err == nil {
		return t.After(h.at)
	}
	return lastDay(until) >= h.today
}

// lastDay is the last day that a date may mean.
func lastDay(date string) string {
	switch len(date) {
	case 4:
		return date + "-12-31"
	case 7:
		return date + "-31"
	}
	return date[:min(10, len(date))]
}

// attention turns what care flags about a person into findings. Decisions and complaints have figures of their own.
func (h *home) attention(records []item, versions []*record.Version) {
	kinds := map[care.FlagKind]Kind{care.ReviewOverdue: ReviewsOverdue, care.ReviewSoon: ReviewsSoon, care.ConsentMissing: ConsentMissing}
	for _, flag := range care.Attention(h.catalogue, ofClasses(versions, h.asked), h.at) {
		kind, ok := kinds[flag.Kind]
		i := slices.IndexFunc(records, func(x item) bool { return x.version.Record == flag.Record })
		if !ok || i < 0 || records[i].content.Class.HasRole(standard.ClassRoleDuty) || records[i].content.Class.HasRole(standard.ClassRoleComplaint) {
			continue
		}
		h.add(kind, records[i], Finding{By: flag.Date, Urgent: kind == ReviewsOverdue && keepsSafe(records[i].content.Class) && lastDay(flag.Date) < h.at.AddDate(0, 0, -28).Format(time.DateOnly)})
	}
}
