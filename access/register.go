package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
)

// Register is what access needs to know of people and the directory beyond the record.Log: projections of the log. Every method
// returns a *standard.Fault with a kind when it fails for a reason the caller can act on.
type Register interface {
	// Facts tells what the grounds look at for one person on a day (YYYY-MM-DD): where they are placed and who looks after them, by what is
	// current now, whatever moment a view is fixed at, and whether where they live is restricted. Sensitivity is Normal and Excluded empty, for they are of a record, not of a person.
	// NotFound when the stream is not a person's.
	Facts(ctx context.Context, stream uuid.UUID, today string) (record.Facts, error)
	// People lists the persons of a selection as they stood at its moment, by family name, given name and uid. Next continues behind the
	// last; it is empty when no more follow.
	People(ctx context.Context, q Selection) (people []Person, next string, err error)
	// Directory lists the directory entries of the classes, all when there are none, as they stood at the moment, by name and uid.
	Directory(ctx context.Context, classes []string, at record.Moment) ([]DirectoryEntry, error)
	// NamedBy lists the records of which a version up to the moment and within the scope names a file.
	NamedBy(ctx context.Context, stream uuid.UUID, file record.Hash, at record.Moment, scope record.Scope) ([]Naming, error)
	// Files calls fn for every file that a stream's records name up to a moment, in the order in which they were first named. The zero stream: all streams'.
	Files(ctx context.Context, stream uuid.UUID, upTo record.Moment, fn func(stream uuid.UUID, file record.Hash, first record.Moment) error) error
	// Names tells what to call each uid as it stood at the moment: the name of a directory entry, or the title of a record of the
	// stream within the scope. Others are missing from the map. Stream may be zero: directory entries only.
	Names(ctx context.Context, stream uuid.UUID, uids []uuid.UUID, at record.Moment, scope record.Scope) (map[uuid.UUID]string, error)
	// Across lists records of many people, in the order of the streams, of each what happened last first, within the scope. More reports that others follow.
	Across(ctx context.Context, q record.Across) (versions []*record.Version, more bool, err error)
	// CountAcross counts, per class, what Across would list. Its limit is not looked at.
	CountAcross(ctx context.Context, q record.Across) (map[string]record.Counted, error)
	// Together gives, for each of the streams that was joined with others at the moment because they are about one person, those others.
	Together(ctx context.Context, streams []uuid.UUID, at record.Moment) (map[uuid.UUID][]uuid.UUID, error)
}

// Selection says which persons are to be listed. All that is stated must hold.
type Selection struct {
	UID           uuid.UUID // zero: any
	Search        string    // words, each the beginning of a given, family or preferred name, or an NHS number; "": any
	Place         uuid.UUID // placed there on the day; zero: any
	RestrictedToo bool      // a person with a restricted address is listed under every place, so that the list does not tell where they live
	Left          bool      // those placed nowhere on the day, instead of those placed somewhere; not looked at with UID
	All           bool      // both; not looked at with UID
	After         string    // continue behind this place
	Limit         int       // 0: 100
	At            record.Moment
	Day           string // YYYY-MM-DD: the day on which placements are looked at
	Scope         record.Scope
}

// Person is one person as a list shows them.
type Person struct {
	UID       uuid.UUID
	Card      record.PersonCard
	Place     uuid.UUID // the home or branch that looks after them; zero when nobody does
	PlaceName string
	Room      string
	Placed    bool
	Also      []Alias // other records of the same person that the reader may read
	joined    bool    // there is another record of the same person, whether the reader may see it or not
	Concealed bool    // where they live is hidden from this reader: Place, PlaceName and Room are left out
}

// DirectoryEntry is one entry of the provider's directory.
type DirectoryEntry struct {
	UID    uuid.UUID
	Class  string
	Name   string
	Origin string // the system that it came from, where it is another provider's; such an entry is named in the records that came with it, and can be chosen nowhere
}
