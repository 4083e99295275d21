package care

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// HospitalStay is that somebody is in hospital: planned care pauses until they are back.
type HospitalStay struct {
	Since  string // when they left, as entered
	Where  string // "" where nobody has said
	Why    string // in a few words
	Record uuid.UUID
	Stream uuid.UUID // of the record
}

// InHospital tells whether the records say that the person is in hospital at a time; nil when they do not. They are from a transfer to hospital on, until it has an
// end, was cancelled, or somebody has recorded that they are back.
func InHospital(catalogue *standard.Catalogue, versions []*record.Version, at time.Time) *HospitalStay {
	return ReadStays(catalogue, versions).At(at)
}

// Stays are the records that say when somebody left for hospital and came back, read once to be asked about many times.
type Stays struct {
	left, back []fact
}

// ReadStays finds them among the records of a person.
func ReadStays(catalogue *standard.Catalogue, versions []*record.Version) *Stays {
	var about []*record.Version
	for _, v := range versions {
		if class, ok := catalogue.Class(v.Class); ok && (class.HasRole(standard.ClassRoleTransfer) || class.HasRole(standard.ClassRoleHospitalReturn)) {
			about = append(about, v)
		}
	}
	s := &Stays{}
	for _, x := range gather(catalogue, about, time.Time{}).all {
		kind := x.means(standard.RoleTransferKind)
		switch {
		case x.content.Class.HasRole(standard.ClassRoleHospitalReturn) || kind == standard.MeansFromHospital:
			s.back = append(s.back, x)
		case kind == standard.MeansToHospital && x.means(standard.RoleStatus) != standard.MeansEnded:
			s.left = append(s.left, x)
		}
	}
	return s
}

// At tells whether the person is in hospital at a time; nil when they are not.
func (s *Stays) At(at time.Time) *HospitalStay {
	var stay *HospitalStay
	var left time.Time
	for _, x := range s.left {
		when, known := instant(x.word(standard.RoleEventDate), at.Location(), false)
		end, _ := instant(x.word(standard.RoleEventEnd), at.Location(), false)
		switch {
		case known && when.After(at), !end.IsZero() && !end.After(at):
			continue
		case stay == nil || when.After(left):
			left = when
			stay = &HospitalStay{Where: x.word(standard.RoleTransferTo), Why: x.word(standard.RoleReason), Record: x.version.Record, Stream: x.version.Stream}
			if known {
				stay.Since = x.word(standard.RoleEventDate)
			}
		}
	}
	if stay == nil {
		return nil
	}
	for _, x := range s.back {
		begin, known := instant(x.word(standard.RoleEventDate), at.Location(), false)
		end, _ := instant(x.word(standard.RoleEventDate), at.Location(), true) // who came back on that day came back after they had left
		if known && !begin.After(at) && !end.Before(left) {
			return nil
		}
	}
	return stay
}

// instant reads a date and time, or the beginning or the end of a date that may be partial.
func instant(s string, zone *time.Location, end bool) (time.Time, bool) {
	if t, ok := plain.ParseInstant(s); ok {
		return t, true
	}
	if len(s) > 10 {
		return time.Time{}, false
	}
	for layout, step := range map[string][3]int{time.DateOnly: {0, 0, 1}, "2006-01": {0, 1, 0}, "2006": {1, 0, 0}} {
		t, err := time.ParseInLocation(layout, s, zone)
		if err != nil {
			continue
		}
		if end {
			t = t.AddDate(step[0], step[1], step[2]).Add(-time.Second)
		}
		return t, true
	}
	return time.Time{}, false
}

// Words says it in one line: since when, where, why.
func (h *HospitalStay) Words(zone *time.Location) string { return h.In(nil, zone) }

// In says it in a language.
func (h *HospitalStay) In(in *plain.Words, zone *time.Location) string {
	text := in.Say("In hospital")
	if h.Since != "" {
		text = in.Say("In hospital since {when}", "when", in.DateTime(h.Since, zone))
	}
	if h.Where != "" {
		text += ", " + h.Where
	}
	if h.Why != "" {
		text += " (" + strings.TrimRight(h.Why, ". ") + ")"
	}
	return text
}

// line is the line of the banner that says that the person is away; none while they are here.
func (h *HospitalStay) line(in *plain.Words, now time.Time) Line {
	if h == nil {
		return Line{}
	}
	return Line{
		Heading: in.Both("In hospital"), Short: in.Both("In hospital"), Mark: Notice, Items: []Item{{Text: in.Beside(h.In(in, now.Location()), h.Words(now.Location())), Record: h.Record}},
		Note: in.Both("Planned care is paused until they are back."),
	}
}
