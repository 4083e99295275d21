package record

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"rosemary/standard"
)

// Verifier walks the log in moment order and proves that nothing in it was altered, removed or reordered. Add names the first broken place.
type Verifier struct {
	Catalogue   *standard.Catalogue // reads the certificates of what was destroyed; nil: nothing may be missing
	Keys        []string            // public keys that signed attestations here
	Checkpoints []Checkpoint        // verified ones, any order: from the store and from outside it

	// Restorations are verified statements that the log was set back to a backup, any order.
	Restorations []Restoration

	standing []Checkpoint  // what no restoration lost
	restored []Restoration // likewise
	losses   []Loss
	last     Moment
	lastTime Instant
	heads    map[uuid.UUID]StreamInfo
	tips     map[versionKey]VersionID
	hashes   map[madeKey]Hash
	origins  map[madeKey]Hash // of versions of other systems, as those systems' contributions name them
	tree     []tlog.Hash
	signed   map[Moment][]Checkpoint
	versions int64
	gone     Reckoning
}

// versionKey names a record of one stream, for the id alone does not.
type versionKey struct {
	stream, record uuid.UUID
}

// madeKey names a version of a record of one stream.
type madeKey struct {
	stream  uuid.UUID
	version VersionID
}

// Broken says where the log fails to prove itself.
type Broken struct {
	Moment       Moment
	Stream       uuid.UUID
	Contribution uuid.UUID
	Version      string // uid::system::number where one version is at fault
	What         string
}

func (b *Broken) Error() string {
	where := fmt.Sprintf("moment %d", b.Moment)
	if b.Contribution != uuid.Nil {
		where += fmt.Sprintf(", contribution %s in stream %s", b.Contribution, b.Stream)
	}
	if b.Version != "" {
		where += ", version " + b.Version
	}
	return where + ": " + b.What
}

// Add checks the next contribution. committed is when the log says that it was committed.
func (v *Verifier) Add(s *Sealed, committed Instant) error {
	if v.heads == nil {
		v.begin()
	}
	broken := func(format string, args ...any) error {
		return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, What: fmt.Sprintf(format, args...)}
	}
	if s.Moment != v.last+1 {
		return &Broken{Moment: v.last + 1, What: fmt.Sprintf("this contribution is missing: the next one is moment %d", s.Moment)}
	}
	if committed <= v.lastTime {
		return broken("it claims to have been committed before the one in front of it")
	}
	read, err := DecodeHeader(s.Header)
	if err != nil {
		return broken("its header cannot be read: %v", err)
	}
	if read.Hash != s.Hash {
		return broken("its header was altered: the hash does not fit")
	}
	if read.ID != s.ID || read.Stream != s.Stream || read.Sequence != s.Sequence {
		return broken("it is filed under another id, person or place than its header says")
	}
	if committed != max(InstantOf(read.Committed), v.lastTime+1) { // an import that arrives late stands right behind what was here
		return broken("it was committed at another time than its header says")
	}
	if err := v.gone.Add(s); err != nil {
		return err
	}
	if read.Destroyed != uuid.Nil {
		return v.tombstone(s, committed)
	}
	head := v.heads[s.Stream]
	if read.Sequence != head.Sequence+1 || read.Previous != head.Hash {
		return broken("it does not follow contribution %d of its stream: one was altered, removed or put in", head.Sequence)
	}
	if err := v.changes(read, s); err != nil {
		return err
	}
	if err := v.grow(s, read.Hash); err != nil {
		return broken("%v", err)
	}
	v.heads[s.Stream] = StreamInfo{UID: s.Stream, Sequence: read.Sequence, Hash: read.Hash}
	v.last, v.lastTime = s.Moment, committed
	return nil
}

// tombstone takes what is left of a contribution whose stream was destroyed: the Merkle log is made of its hash, and its certificate of all of them.
func (v *Verifier) tombstone(s *Sealed, committed Instant) error {
	if err := v.grow(s, s.Hash); err != nil {
		return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, What: err.Error()}
	}
	v.heads[s.Stream] = StreamInfo{UID: s.Stream, Sequence: s.Sequence, Hash: s.Hash}
	v.last, v.lastTime = s.Moment, committed
	return nil
}

func (v *Verifier) begin() {
	v.gone.Catalogue = v.Catalogue
	v.heads, v.tips, v.hashes = map[uuid.UUID]StreamInfo{}, map[versionKey]VersionID{}, map[madeKey]Hash{}
	v.signed, v.origins = map[Moment][]Checkpoint{}, map[madeKey]Hash{}
	v.setAside()
	for _, cp := range v.standing {
		v.signed[cp.Size] = append(v.signed[cp.Size], cp)
	}
}

// changes checks the versions that the change log entries create or name.
func (v *Verifier) changes(read *Contribution, s *Sealed) error {
	next := 0
	for i := range read.Changes {
		ch := &read.Changes[i]
		broken := func(format string, args ...any) error {
			return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, Version: ch.Version.String(), What: fmt.Sprintf(format, args...)}
		}
		if !ch.Brings(s.Versions[min(next, len(s.Versions)):]) {
			if known, ok := v.hashes[madeKey{s.Stream, ch.Version}]; !ok || known != ch.Hash {
				return broken("the change log names a version that the log does not hold like that")
			}
			if a := ch.Attestation; a != nil {
				text := AttestedText(ch.Hash, read.Committer.Actor, a.At, a.Method, a.Reason)
				if !v.trusted(a.Key) {
					return broken("the signature was made with a key that is not this installation's")
				}
				if err := CheckSignature(a.Key, text, a.Signature); err != nil {
					return broken("%v", err)
				}
			}
			continue
		}
		if next >= len(s.Versions) {
			return broken("the version is missing")
		}
		version := s.Versions[next]
		next++
		if version.Destroyed != uuid.Nil && (version.Hash != ch.Hash || version.Salt != Salt{} || version.Class != ch.Class) {
			return broken("what stands in the place of its destroyed content was altered")
		}
		if version.Destroyed == uuid.Nil && HashVersion(version.Salt, version.Body) != ch.Hash {
			return broken("its content was altered: the hash does not fit")
		}
		if version.VersionID != ch.Version {
			return broken("another version stands in its place")
		}
		if err := errors.Join(v.follows(s.Stream, ch), v.origin(s.Stream, ch, version)); err != nil {
			return broken("%v", err)
		}
		v.hashes[madeKey{s.Stream, ch.Version}] = ch.Hash
		v.versions++
	}
	if next != len(s.Versions) {
		return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, What: "it holds a version that its change log does not name"}
	}
	return nil
}

// follows checks that a version goes on from the one that stands: always, when it was made here; one that was made elsewhere may be a fork.
func (v *Verifier) follows(stream uuid.UUID, ch *Change) error {
	key := versionKey{stream, ch.Version.Record}
	tip, stands := v.tips[key]
	here := func(id VersionID) bool { _, ok := v.hashes[madeKey{stream, id}]; return ok }
	if here(ch.Version) {
		return fmt.Errorf("it is there twice")
	}
	if ch.Type != Ratify {
		if ch.Version.Number != tip.Number+1 {
			return fmt.Errorf("it does not follow version %d of its record", tip.Number)
		}
		v.tips[key] = ch.Version
		return nil
	}
	before := &tip
	if !stands {
		before = nil
	}
	if Continues(ch.Version, before, here) {
		v.tips[key] = ch.Version
	}
	return nil
}

// origin checks that a version of another system is what that system's own contributions, which came with it, say that it is.
func (v *Verifier) origin(stream uuid.UUID, ch *Change, version *Version) error {
	if v.Catalogue == nil {
		return nil
	}
	if class, ok := v.Catalogue.Class(version.Class); ok && version.Destroyed == uuid.Nil && class.HasRole(standard.ClassRoleRatification) {
		content, err := version.Decoded(v.Catalogue)
		if err != nil {
			return err
		}
		o, err := OriginOf(content)
		if err != nil {
			return err
		}
		for i := range o.Contributions {
			c, err := o.Contributions[i].Contribution()
			if err != nil {
				return err
			}
			for _, made := range c.Changes {
				v.origins[madeKey{stream, made.Version}] = made.Hash
			}
		}
	}
	if ch.Type == Ratify && v.origins[madeKey{stream, ch.Version}] != ch.Hash {
		return errors.New("what the system that made it wrote does not name it like that")
	}
	return nil
}

func (v *Verifier) trusted(key string) bool {
	for _, k := range v.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// grow adds the contribution to the Merkle log and compares with the checkpoints of that size.
func (v *Verifier) grow(s *Sealed, hash Hash) error {
	read := v.reader()
	hs, err := tlog.StoredHashes(int64(v.last), Leaf(s.Stream, hash), read)
	if err != nil {
		return err
	}
	v.tree = append(v.tree, hs...)
	if err := v.asRestored(s.Moment, read); err != nil {
		return err
	}
	for _, cp := range v.signed[s.Moment] {
		root, err := tlog.TreeHash(int64(s.Moment), read)
		if err != nil {
			return err
		}
		if root != cp.Root {
			return fmt.Errorf("the log up to here is not what the checkpoint signed at %s says: something was altered, removed or reordered", cp.At.Format("2006-01-02 15:04:05"))
		}
	}
	return nil
}

// Finish checks that the log reaches as far as every checkpoint, and reports what was proved.
func (v *Verifier) Finish() (Proved, error) {
	if v.heads == nil {
		v.begin()
	}
	for _, r := range v.restored {
		if r.Size > v.last {
			return Proved{}, &Broken{Moment: v.last + 1, What: fmt.Sprintf(
				"the end of the log is missing: %d contributions were restored at %s, and there are %d", r.Size, r.At.Format("2006-01-02 15:04:05"), v.last)}
		}
	}
	var covered Moment
	for _, cp := range v.standing {
		if cp.Size > v.last {
			return Proved{}, &Broken{Moment: v.last + 1, What: fmt.Sprintf(
				"the end of the log is missing: a checkpoint signed at %s covers %d contributions, and there are %d", cp.At.Format("2006-01-02 15:04:05"), cp.Size, v.last)}
		}
		covered = max(covered, cp.Size)
	}
	gone, err := v.gone.Finish()
	if err != nil {
		return Proved{}, err
	}
	return Proved{Destroyed: gone, Contributions: int64(v.last), Versions: v.versions, Streams: len(v.heads), Checkpoints: len(v.standing), Covered: covered, Losses: v.losses}, nil
}

// Tree gives the stored hashes of the Merkle tree that the contributions walked give, by their positions.
func (v *Verifier) Tree() []tlog.Hash { return v.tree }

// Proved says what a verification covered.
type Proved struct {
	Contributions int64
	Versions      int64
	Streams       int
	Checkpoints   int
	Destroyed     Destroyed
	Losses        []Loss // every restoration of a backup, and what it lost
	Covered       Moment // contributions up to here are covered by a signed checkpoint
}
