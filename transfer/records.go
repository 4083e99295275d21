package transfer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// Incoming is one version of a record of another system that keeps no chain, as somebody has read it from what that system gave away.
type Incoming struct {
	Record      uuid.UUID
	Number      int    // from 1, without gaps
	System      string // that made it; "": the sender
	Class       string
	Release     string // of the standard it was written under
	ClassFile   string // hash of the class file; "": not known
	Status      record.Status
	Sensitivity record.Sensitivity
	Author      uuid.UUID
	Provider    string // who said so, in words
	Recorded    string // an instant with its offset
	Content     []byte // canonical JSON
	Beside      []byte // what was said that the class has no place for
	BesideOf    int    // with which version
	Change      record.ChangeType
	Committed   time.Time // there
	Committer   record.Committer
	Why         string
	Salt        record.Salt // that it was kept with there; zero: it is drawn from what is given
}

// ReceiveRecords takes in records of a system that sends no chain and no proof, as a segment without proof of origin: it waits, shows and is ratified like another. The first must be who
// the person is. The chain is made here in the sender's name, from what is given alone: the same again changes nothing, and more of it at the end joins what is here.
func (in Receiver) ReceiveRecords(ctx context.Context, from Peer, person uuid.UUID, records []Incoming) (segment access.Segment, err error) {
	reception, err := in.Guard.Receive(ctx, access.Sender{System: from.System, Provider: from.Provider}, from.System, []uuid.UUID{person})
	if err != nil {
		return segment, err
	}
	var last record.StreamInfo
	for i := range records {
		if err == nil {
			s := made(from.System, person, &records[i], last)
			last.Sequence, last.Hash = s.Sequence, s.Hash
			err = reception.Contribution(ctx, s)
		}
	}
	if err == nil {
		segment, err = reception.Finish(ctx)
	}
	if ended := reception.End(ctx); err == nil {
		err = ended
	}
	return segment, err
}

// made writes the contribution that would have brought the version into being.
func made(system string, person uuid.UUID, r *Incoming, last record.StreamInfo) *record.Sealed {
	v := &record.Version{
		VersionID: record.VersionID{Record: r.Record, System: cmp.Or(r.System, system), Number: r.Number}, Stream: person, Class: r.Class, Release: r.Release, ClassFile: r.ClassFile,
		Status: r.Status, Sensitivity: max(r.Sensitivity, record.Normal), Author: r.Author, InformationProvider: r.Provider, Recorded: r.Recorded, Content: r.Content, Beside: r.Beside, BesideOf: r.BesideOf,
	}
	if v.Status == "" {
		v.Status = record.Complete
	}
	v.Body = record.EncodeVersion(v)
	if v.Salt = r.Salt; v.Salt == (record.Salt{}) {
		sum := sha256.Sum256(append([]byte("rosemary incoming\n"), v.Body...)) // drawn from what was given, so that the same again has the same hash
		copy(v.Salt[:], sum[:])
	}
	v.Hash = record.HashVersion(v.Salt, v.Body)
	change := r.Change
	if !change.MakesVersion() {
		if change = record.Modify; r.Number == 1 {
			change = record.Create
		}
	}
	c := chained(record.Contribution{
		ID: uuid.NewSHA1(person, v.Hash[:]), Stream: person, System: system, Committed: r.Committed.UTC(), Committer: r.Committer, Digest: sha256.Sum256(v.Body),
		Changes: []record.Change{{Type: change, Version: v.VersionID, Class: r.Class, Hash: v.Hash, Description: r.Why}},
	}, last)
	return &record.Sealed{Contribution: c, Versions: []*record.Version{v}}
}

// chained puts a contribution behind the last one of a chain that is made here.
func chained(c record.Contribution, last record.StreamInfo) record.Contribution {
	c.Sequence, c.Previous, c.Moment, c.Committed = last.Sequence+1, last.Hash, record.Moment(last.Sequence+1), c.Committed.Truncate(time.Microsecond)
	c.Header = record.EncodeHeader(&c)
	c.Hash = record.HashHeader(c.Header)
	return c
}
