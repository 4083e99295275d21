package care

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Mark says what sort of fact a line of the banner states. Lines of different marks look different, and say so in words.
type Mark string

// The marks.
const (
	Danger  Mark = "danger"  // can kill if it is not known
	Notice  Mark = "notice"  // must be known
	Clear   Mark = "clear"   // asked, and there is nothing
	Unknown Mark = "unknown" // asked, and nobody could say
	Missing Mark = "missing" // nobody has asked, or nothing is recorded
)

// Line is one line of the banner: a heading and what there is to say, the most important first.
type Line struct {
	Heading string
	Short   string // the same in a few words, for a narrow strip; "" where the line does not belong there
	Items   []Item
	Mark    Mark
	Note    string // what is odd about it
	silence string // the role of the classes of which the line says that nothing is recorded; "" where it says something
}

// Item is one fact and the record that states it.
type Item struct {
	Text   string
	Until  string // the date on which it ends, as entered
	Record uuid.UUID
}

// Banner is the safety banner of one person (hazards: the wrong person, a hidden allergy).
type Banner struct {
	Called, Full string
	Born, Age    string // as entered; Age is a number, or "about" one
	Died         string
	NHSNumber    string
	NHSStatus    string
	Restricted   bool
	Photograph   uuid.UUID // the document that holds it; zero when there is none
	Lines        []Line
	Stay         *HospitalStay // nil while the person is not in hospital
	// NotRecorded names what nobody has recorded yet: silence is not safety.
	NotRecorded []string
}

// Allergies is the line of the allergies, which stands first, and says so too where nobody has asked.
func (b Banner) Allergies() Line { return b.Lines[0] }

// BannerOf makes the banner of a person from the records that access gives for it, who the person is, and the day.
func BannerOf(catalogue *standard.Catalogue, versions []*record.Version, card record.PersonCard, today time.Time) Banner {
	return BannerIn(nil, catalogue, versions, card, today)
}

// BannerIn makes it for a reader of a language. Nobody has proved a translation, and lives hang on these words: the English stands beside each.
func BannerIn(in *plain.Words, catalogue *standard.Catalogue, versions []*record.Version, card record.PersonCard, today time.Time) Banner {
	b := Banner{
		Called: CalledName(card), Full: FullName(card), Born: card.Born, Age: Age(card.Born, today), Died: card.Died,
		NHSNumber: card.NHSNumber, NHSStatus: card.NHSNumberStatus, Restricted: card.Restricted,
	}
	f := gather(catalogue, versions, today)
	f.speak(in)
	b.Stay = InHospital(catalogue, versions, today)
	for _, x := range f.of(standard.ClassRolePerson) {
		if v, ok := x.content.First(standard.RolePhotograph); ok {
			if ref, ok := v.(standard.Reference); ok {
				b.Photograph = ref.UID
			}
		}
	}
	b.Lines = append(b.Lines, f.allergies(), f.resuscitation())
	for _, line := range []Line{b.Stay.line(in, today), f.alerts(), f.eating(), f.anticoagulants(), f.diabetes(), f.moving(), f.liberty(), f.communication(), f.unreadable()} {
		if len(line.Items) > 0 {
			b.Lines = append(b.Lines, line)
		}
	}
	b.Lines = append(b.Lines, unratified(in, catalogue, versions, today)...)
	for _, want := range expected {
		if len(f.of(want.role)) == 0 {
			b.NotRecorded = append(b.NotRecorded, want.words)
		}
	}
	return b
}

// expected is what is missed where nobody has recorded it, by the role of its classes.
var expected = []struct{ role, words string }{
	{standard.ClassRoleEatingAndDrinking, plain.Sentence("choking and food texture")},
	{standard.ClassRoleMovingAndHandling, plain.Sentence("moving and handling")},
	{standard.ClassRoleCommunicationNeed, plain.Sentence("communication needs")},
}

// For leaves out what the banner says of classes that its reader is not shown: that nothing is recorded there nobody can say to them, for something may be.
func (b Banner) For(sees func(classRole string) bool) Banner {
	b.Lines = slices.DeleteFunc(slices.Clone(b.Lines), func(l Line) bool { return l.silence != "" && !sees(l.silence) })
	for _, want := range expected {
		if !sees(want.role) {
			b.NotRecorded = slices.DeleteFunc(slices.Clone(b.NotRecorded), func(words string) bool { return words == want.words })
		}
	}
	return b
}

// Dangers are the few words that stay in sight wherever the page is scrolled to.
func (b Banner) Dangers() []Line {
	var lines []Line
	for _, l := range b.Lines {
		if l.Short != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// fact is one safety record, read.
type fact struct {
	in      *plain.Words
	version *record.Version
	content *standard.Content
}

// facts are the safety records of a person that can be read, and those that cannot.
type facts struct {
	in    *plain.Words // nil: English
	today string
	all   []fact
	blind []*record.Version
}

// gather reads the records, the latest first.
func gather(catalogue *standard.Catalogue, versions []*record.Version, today time.Time) *facts {
	f := &facts{today: today.Format(time.DateOnly)}
	for _, v := range versions {
		if v.Status == record.EnteredInError || v.SaidBy != "" { // what is not ratified has lines of its own
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil {
			f.blind = append(f.blind, v)
			continue
		}
		f.all = append(f.all, fact{version: v, content: content})
	}
	slices.SortStableFunc(f.all, func(a, b fact) int {
		switch {
		case a.version.Happened != b.version.Happened:
			return int(max(-1, min(1, b.version.Happened-a.version.Happened)))
		default:
			return int(max(-1, min(1, b.version.From-a.version.From)))
		}
	})
	return f
}

// speak says in which language the facts are worded.
func (f *facts) speak(in *plain.Words) {
	f.in = in
	for i := range f.all {
		f.all[i].in = in
	}
}

// of gives the facts of the classes with a role.
func (f *facts) of(role string) []fact {
	var found []fact
	for _, x := range f.all {
		if x.content.Class.HasRole(role) {
			found = append(found, x)
		}
	}
	return found
}

// live gives those of them that hold today.
func (f *facts) live(role string) []fact {
	var found []fact
	for _, x := range f.of(role) {
		if !x.over(f.today) {
			found = append(found, x)
		}
	}
	return found
}

// over reports whether a fact has ended: by its end date, or by a status that says so. What does not plainly say so still holds.
func (x fact) over(today string) bool {
	if until := x.word(standard.RoleValidUntil); until != "" && day(until) < today {
		return true
	}
	return x.means(standard.RoleStatus) == standard.MeansEnded
}

// means is what the program may conclude from the first code that plays a role, "" when nothing.
func (x fact) means(role string) string { return x.content.Means(role) }

// day is the calendar day of a date or an instant, the last one a partial date may mean.
func day(s string) string {
	switch len(s) {
	case 4:
		return s + "-12-31"
	case 7:
		return s + "-31"
	}
	return s[:min(10, len(s))]
}

// word is the first value of a role in words.
func (x fact) word(role string) string {
	v, ok := x.content.First(role)
	if !ok {
		return ""
	}
	switch v := v.(type) {
	case standard.Date:
		return string(v)
	case standard.DateTime:
		return string(v)
	}
	return x.display(v)
}

// display words a value; what was chosen from a list has its English beside it.
func (x fact) display(v standard.Value) string {
	if c, ok := v.(standard.Coded); ok && c.Display != "" {
		return x.in.Both(c.Display)
	}
	return standard.Display(v, nil)
}

func (x fact) coded(role string) (standard.Coded, bool) {
	v, _ := x.content.First(role)
	c, ok := v.(standard.Coded)
	return c, ok
}

func (x fact) words(role string) []string {
	var words []string
	for _, v := range x.content.All(role) {
		words = append(words, x.display(v))
	}
	return words
}

// item states a fact with its record, and says when it was saved unfinished.
func (x fact) item(text string) Item {
	if x.version.Status == record.Incomplete {
		text += " (" + x.in.Both("not finished") + ")"
	}
	return Item{Text: text, Record: x.version.Record}
}
