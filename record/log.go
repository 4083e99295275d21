package record

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Log is what the core needs of a store: an append-only log with what finds its versions. Every method returns a *standard.Fault with
// a kind when it fails for a reason the caller can act on. Absence is NotFound, never nil.
type Log interface {
	// Append commits the prepared contributions in one transaction, in order, all or none, and returns when they have reached the
	// disk. A contribution whose id, digest and actor are known gets its first receipt again. Kinds: Conflict (an expected version is
	// not the current one; Detail is []*Version, what stands there now), Reused, NotFound (no such stream or record), Invalid (an NHS number already held),
	// Busy, Unavailable.
	Append(ctx context.Context, batch []*Prepared) ([]Receipt, error)
	// Head is the last moment and when it was committed; zero on an empty log.
	Head(ctx context.Context) (Moment, time.Time, error)
	// MomentAt is the last moment committed at or before t; zero when there is none.
	MomentAt(ctx context.Context, t time.Time) (Moment, error)
	// Stream tells about one stream. NotFound when there is none.
	Stream(ctx context.Context, uid uuid.UUID) (StreamInfo, error)
	// Targets tells, for each uid that a record of the stream may point at (records of the stream itself, entries of the directory), its class and
	// latest version number. Others are missing from the map.
	Targets(ctx context.Context, stream uuid.UUID, uids []uuid.UUID) (map[uuid.UUID]Target, error)
	// Versions lists versions with their bodies, in the order the query asks for. More reports that others follow.
	Versions(ctx context.Context, q Query) (versions []*Version, more bool, err error)
	// Contributions calls fn for contributions in moment order, after one moment and up to another; of one stream, or of all when stream is
	// the zero uid. It stops at the first error of fn. The Sealed is fn's to keep.
	Contributions(ctx context.Context, stream uuid.UUID, after, upTo Moment, fn func(*Sealed) error) error
	// Contribution finds one by its id, with its versions. NotFound when there is none.
	Contribution(ctx context.Context, id uuid.UUID) (*Sealed, error)
	// Changes lists the contributions up to a moment that touched any of some records, each once, oldest first, headers only. However many are asked for, it is one question.
	Changes(ctx context.Context, at Moment, of ...One) ([]*Contribution, error)
	// Count counts, per class, the records of a stream that are current at the moment and within the scope.
	Count(ctx context.Context, stream uuid.UUID, at Moment, scope Scope) (map[string]int, error)
}

// One names one record, and whose it is.
type One struct{ Stream, Record uuid.UUID }

// StreamInfo tells about one stream.
type StreamInfo struct {
	UID      uuid.UUID
	Kind     standard.Stream // person or directory
	Class    string          // class of the record that opened it
	Sequence int64           // of its last contribution
	Hash     Hash            // of its last contribution
	Last     Moment          // of its last contribution
	Origin   string          // the system that made the version which opened it, where it was another; such an entry of the directory is none of this provider's
	Received bool            // part of it was made by other systems and ratified here
}

// Target is what a reference points at.
type Target struct {
	Stream uuid.UUID
	Class  string
	Latest int    // latest version number
	Origin string // of an entry of the directory that came from another system: that system
}

// Which versions a query selects.
type Which int

// The selections.
const (
	Current Which = iota // the version of each record that is current at the moment
	All                  // every version up to the moment
)

// Order of a query's answer.
type Order int

// The orders.
const (
	HappenedDesc  Order = iota // what happened last comes first; then the latest recorded
	CommittedDesc              // what was committed last comes first
	NumberAsc                  // versions of one record, first to last
)

// Query selects versions of one stream as they stood at one moment. What it cannot apply exactly it does not accept.
type Query struct {
	Stream  uuid.UUID
	Record  uuid.UUID // zero: any
	Classes []string  // empty: any
	From    time.Time // happened at or after; zero: any
	Until   time.Time // happened before; zero: any
	At      Moment
	Abroad  Instant // of records that were not here at the moment, select what stood at this time at the system they came from; 0: they are left out
	Which   Which
	Errors  bool // include records entered in error
	Order   Order
	After   *Cursor // continue behind this place
	Limit   int     // 0: 1,000
	Bytes   int     // the list ends behind the version with which it has as many, and says that more follow; 0: however many they have
	Scope   Scope
}

// Across selects records of many people as they stand now: those of the streams, of the classes, within the scope.
type Across struct {
	Streams []uuid.UUID
	Classes []string
	From    time.Time // happened at or after; zero: any
	Until   time.Time // happened before; zero: any
	At      Moment
	Errors  bool     // include records entered in error
	Says    []string // only versions whose stored bytes hold one of these texts, or whose class is Free; none: any. Others may be among them where that costs less
	Free    []string
	After   *Cursor // of the first stream only what stands behind this; nil: all. CountAcross does not look at it
	Limit   int
	Bytes   int // as in Query
	Scope   Scope
}

// Counted is how many records of a class there are, and of how many people.
type Counted struct{ Records, People int }

// Cursor is the place of one version in an order.
type Cursor struct {
	Happened int64 // Unix seconds
	From     Moment
	Record   uuid.UUID
	Number   int
}

// Scope is a rule of access as a value: which people, and which of their records, a reader may see. access builds it from its table;
// a store compiles it into SQL; Allows decides the same for one record.
type Scope struct {
	Everything bool        // the installation itself: verify, rebuild, export by the operator
	Worker     uuid.UUID   // the reader's own entry in the directory, for exclusions and relationships
	Today      string      // YYYY-MM-DD: rules of access are always today's
	Clauses    []Clause    // any one suffices
	Only       []uuid.UUID // nobody but these people, whatever the clauses open; none: anybody
}

// Clause opens some people's records up to a sensitivity.
type Clause struct {
	By     Ground
	Places []uuid.UUID // for PlacedNow and PlacedEver
	People []uuid.UUID // for LetIn
	Limit  Sensitivity
}

// Ground is why a reader may see a person.
type Ground string

// The grounds.
const (
	PlacedNow  Ground = "placed-now"  // the person lives at, or is looked after from, one of the reader's places today
	PlacedEver Ground = "placed-ever" // or was, once
	WorksWith  Ground = "works-with"  // the reader is named as looking after the person
	LetIn      Ground = "let-in"      // somebody let the reader in to this very person, for a time
	Always     Ground = "always"      // nobody in particular is concerned: streams of the directory
)

// Facts are what the grounds look at, for one person and one record.
type Facts struct {
	Stream      uuid.UUID // the person
	PlacesNow   []uuid.UUID
	PlacesEver  []uuid.UUID // includes PlacesNow
	Workers     []uuid.UUID // who look after the person today
	Sensitivity Sensitivity // of the record; Normal for the person as such
	Excluded    []uuid.UUID // care workers who must not see the record
	Restricted  bool        // where the person lives is told to few: no ground looks at it
}

// Allows decides for one record what the compiled SQL decides in lists.
func (s Scope) Allows(f Facts) bool {
	if s.Everything {
		return true
	}
	if len(s.Only) > 0 && !meets(s.Only, []uuid.UUID{f.Stream}) {
		return false
	}
	for _, w := range f.Excluded {
		if w == s.Worker {
			return false
		}
	}
	for _, c := range s.Clauses {
		if f.Sensitivity <= c.Limit && c.holds(s.Worker, f) {
			return true
		}
	}
	return false
}

func (c Clause) holds(worker uuid.UUID, f Facts) bool {
	switch c.By {
	case PlacedNow:
		return meets(c.Places, f.PlacesNow)
	case PlacedEver:
		return meets(c.Places, f.PlacesEver)
	case LetIn:
		return f.Stream != uuid.Nil && meets(c.People, []uuid.UUID{f.Stream})
	case Always:
		return true
	case WorksWith:
		return worker != uuid.Nil && meets([]uuid.UUID{worker}, f.Workers)
	}
	return false
}

func meets(a, b []uuid.UUID) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
