package care

import (
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Ending is an authority to deprive somebody of their liberty that ends soon, or has run out.
type Ending struct {
	Record uuid.UUID
	Date   string
	Over   bool
}

// libertyAhead is how many days before its end it is mentioned: a renewal takes weeks.
const libertyAhead = 42

// LibertyEnding lists those among the current records of a person, the first to end first. One that a later one follows is not mentioned.
func LibertyEnding(catalogue *standard.Catalogue, versions []*record.Version, today time.Time) []Ending {
	f := gather(catalogue, versions, today)
	ahead := today.AddDate(0, 0, libertyAhead).Format(time.DateOnly)
	latest := ""
	for _, x := range f.of(standard.ClassRoleDoLS) {
		if end := x.word(standard.RoleValidUntil); x.means(standard.RoleStatus) != standard.MeansEnded {
			latest = max(latest, day(end))
		}
	}
	var list []Ending
	for _, x := range f.of(standard.ClassRoleDoLS) {
		end, means := x.word(standard.RoleValidUntil), x.means(standard.RoleStatus)
		if end == "" || means == standard.MeansEnded || day(end) > ahead || day(end) < latest {
			continue
		}
		list = append(list, Ending{Record: x.version.Record, Date: end[:min(10, len(end))], Over: means == standard.MeansRanOut || day(end) < f.today})
	}
	return list
}
