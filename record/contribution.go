package record

import (
	"time"

	"github.com/google/uuid"
)

// ChangeType says what a change log entry did (DAPB4102 class 463963, Change type).
type ChangeType string

// The types of change. The first five create a version; the others name one.
const (
	Create    ChangeType = "create"
	Modify    ChangeType = "modify"   // the world has changed
	Correct   ChangeType = "correct"  // the record was wrong
	Finish    ChangeType = "complete" // an incomplete record is now complete
	MarkError ChangeType = "enter-in-error"
	Attest    ChangeType = "attest"
	Ratify    ChangeType = "ratify"
	Disclose  ChangeType = "disclose"
)

// MakesVersion reports whether a change of this type creates a version.
func (t ChangeType) MakesVersion() bool {
	switch t {
	case Create, Modify, Correct, Finish, MarkError:
		return true
	}
	return false
}

// Committer is who commits: the care worker's uid in the directory, the account, and the role used. The zero actor is the system.
type Committer struct {
	Actor   uuid.UUID
	Account string
	Role    string
}

// Contribution is what one committer committed at once to one stream.
type Contribution struct {
	ID        uuid.UUID
	Stream    uuid.UUID
	System    string // identifier of the system in which it was recorded
	Sequence  int64  // position in its stream, from 1
	Previous  Hash   // hash of the contribution before it in the stream; zero for the first
	Committed time.Time
	Committer Committer
	Digest    Hash // digest of what the committer sent: the same again gets the first answer again
	Changes   []Change
	Destroyed uuid.UUID // the certificate by which its stream was destroyed, of which this is what is left; zero while it stands

	Header []byte // the stored bytes, exactly
	Hash   Hash
	Moment Moment // from the log, not part of its own bytes
}

// Change is one entry of the change log.
type Change struct {
	Type        ChangeType
	Version     VersionID // created, or named
	Class       string
	Hash        Hash   // of that version
	Description string // the reason for committal
	Attestation *Attestation
}

// Attestation is the server's signature over a version's hash after the actor proved himself again.
type Attestation struct {
	Method    string // how the actor proved himself: password
	Reason    string
	At        time.Time
	Key       string // name of the signing key
	Signature []byte // Ed25519 over AttestedText
}

// Sealed is a contribution with the versions it created, as the log keeps it.
type Sealed struct {
	Contribution
	Versions []*Version // one per change that makes a version, in order
}

// Receipt is the answer to a commit, the same however often it is asked for.
type Receipt struct {
	Contribution uuid.UUID
	Stream       uuid.UUID
	Moment       Moment
	Committed    time.Time
	Hash         Hash
	Changes      []Change
	Repeated     bool // this was the answer to an earlier sending
}

// LogEntry is one entry of a record's change log with the contribution that it belongs to.
type LogEntry struct {
	Contribution *Contribution
	Change       Change
}
