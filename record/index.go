package record

import (
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Index is what projections keep of one version: when it happened, and what lists of people and rules of access need. It is
// derived from the content alone, by roles, and can be derived again.
type Index struct {
	HappenedFrom  int64 // Unix seconds, inclusive; when recorded, where the class has no date
	HappenedUntil int64 // exclusive
	Title         string
	Person        *PersonCard
	Entry         *DirectoryEntry
	Placement     *Placement
	WorksWith     *CaredForBy
	Excluded      []uuid.UUID // care workers who must not see the record
	Attached      []Hash      // of the files that it names
	SamePerson    *SamePerson
}

// PersonCard is what a list of people shows of one.
type PersonCard struct {
	Given, Family, Preferred string
	Born                     string // as entered, possibly partial
	Died                     string
	Gender                   string
	NHSNumber                string
	NHSNumberStatus          string
	Restricted               bool // address, telephone, GP, home and room are hidden
}

// DirectoryEntry is what a list of the directory shows of one entry.
type DirectoryEntry struct {
	Name string
}

// Placement says which home or branch looks after a person, from and until which day (inclusive, YYYY-MM-DD, "" open).
type Placement struct {
	Place       uuid.UUID
	From, Until string
	Room        string
}

// CaredForBy says that a care worker looks after a person, until a day (inclusive, "" open).
type CaredForBy struct {
	Worker uuid.UUID
	Until  string
}

// SamePerson says that another record is about the same person. An end, whenever it is said to have been, ends it with the version that says so.
type SamePerson struct {
	Other uuid.UUID
	Ended bool
}

// IndexOf derives the index of a version from its content. Dates without an offset are read in the zone.
func IndexOf(content *standard.Content, recorded string, zone *time.Location) Index {
	ix := Index{Title: content.Title()}
	ix.HappenedFrom, ix.HappenedUntil = happened(content, recorded, zone)
	class := content.Class
	if class == nil {
		return ix
	}
	if class.HasRole("person") {
		ix.Person = personCard(content)
	}
	if class.Stream != standard.PersonStream {
		ix.Entry = &DirectoryEntry{Name: entryName(content)}
	}
	if class.HasRole("placement") {
		ix.Placement = &Placement{
			Place: reference(content, "placed-at"), From: content.Words("placed-from"), Until: content.Words("placed-until"),
			Room: content.Words("room"),
		}
	}
	if class.HasRole("works-with") {
		ix.WorksWith = &CaredForBy{Worker: reference(content, "works-with"), Until: content.Words("works-until")}
	}
	if class.HasRole(standard.ClassRoleSamePerson) {
		ix.SamePerson = &SamePerson{Other: reference(content, standard.RoleSamePerson), Ended: content.Words(standard.RoleValidUntil) != ""}
	}
	ix.Attached = attached(content)
	for _, v := range content.All("excluded-viewer") {
		if r, ok := v.(standard.Reference); ok {
			ix.Excluded = append(ix.Excluded, r.UID)
		}
	}
	return ix
}

func happened(content *standard.Content, recorded string, zone *time.Location) (from, until int64) {
	date, _ := content.First("event-date")
	clock, _ := content.First("event-time")
	if f, u, ok := standard.Interval(date, clock, zone); ok {
		return f.Unix(), u.Unix()
	}
	if t, err := time.Parse(time.RFC3339Nano, recorded); err == nil {
		return t.Unix(), t.Unix() + 1
	}
	return 0, 0
}

func personCard(content *standard.Content) *PersonCard {
	restricted, _ := content.First("restricted-address")
	return &PersonCard{
		Given: content.Words("given-name"), Family: content.Words("family-name"), Preferred: content.Words("preferred-name"),
		Born: content.Words("birth-date"), Died: content.Words("death-date"), Gender: content.Words("gender"),
		NHSNumber: content.Words("nhs-number"), NHSNumberStatus: content.Words("nhs-number-status"),
		Restricted: restricted == standard.Boolean(true),
	}
}

// entryName is the name of an organisation or place, or of a worker.
func entryName(content *standard.Content) string {
	if name := content.Words("name"); name != "" {
		return name
	}
	given, family := content.Words("given-name"), content.Words("family-name")
	if given != "" && family != "" {
		return given + " " + family
	}
	return given + family
}

func reference(content *standard.Content, role string) uuid.UUID {
	v, _ := content.First(role)
	r, _ := v.(standard.Reference)
	return r.UID
}
