package installation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// Proof is what a verification proved.
type Proof struct {
	record.Proved
	Accesses int64 // batches of the log of who saw what
	Segments int   // of what other systems sent, each proved from its beginning
	Files    int64 // attachments that records name, each read whole
	Unnamed  []UnnamedFile
}

// Verify proves that nothing in the log was altered, removed or reordered, that the projections are what the log says, and that the log of who
// saw what is whole and found by whom it is about. The error names the first broken place. Progress may be nil.
func (in *Installation) Verify(ctx context.Context, progress func(done, total int64)) (Proof, error) {
	var proof Proof
	if err := in.Database.Check(ctx); err != nil {
		return proof, err
	}
	verifier := &record.Verifier{Keys: in.Identity.Keys, Catalogue: in.Catalogue}
	var err error
	if verifier.Restorations, err = in.restorations(ctx); err != nil {
		return proof, err
	}
	signed, err := in.signedCheckpoints(ctx, verifier.Restorations)
	if err != nil {
		return proof, err
	}
	verifier.Checkpoints = slices.Concat(signed.kept, signed.outside)
	if err := in.verifyIdentity(ctx, signed.kept); err != nil {
		return proof, err
	}
	head, _, err := in.Log.Head(ctx)
	if err != nil {
		return proof, err
	}
	said := saidOfFiles{}
	told, err := in.toldOf(ctx)
	if err != nil {
		return proof, err
	}
	err = in.Log.Walk(ctx, func(s *record.Sealed, committed record.Instant) error {
		if progress != nil {
			progress(int64(s.Moment), int64(head))
		}
		if err := verifier.Add(s, committed); err != nil {
			return err
		}
		if err := told.add(s, committed); err != nil {
			return err
		}
		return said.add(in.Catalogue, s)
	})
	if err != nil {
		return proof, broken(err)
	}
	if proof.Proved, err = verifier.Finish(); err != nil {
		return proof, broken(err)
	}
	last, err := in.Log.LastCheckpoint(ctx)
	if err != nil {
		return proof, err
	}
	if signed.missing != nil {
		return proof, signed.missing
	}
	if err := told.allFound(); err != nil {
		return proof, broken(err)
	}
	if err := in.treeHolds(ctx, verifier.Tree(), last); err != nil {
		return proof, broken(err)
	}
	differences, err := in.compare(ctx)
	if err != nil {
		return proof, err
	}
	if len(differences) > 0 {
		return proof, broken(fmt.Errorf("the log is sound, but what is shown differs from it (%d places), first: %s. Run: rosemary rebuild", len(differences), differences[0]))
	}
	if differences, err = in.Search.Verify(ctx); err != nil {
		return proof, err
	}
	if len(differences) > 0 {
		return proof, broken(fmt.Errorf("the log is sound, but searches may miss something (%d places), first: %s. Run: rosemary rebuild", len(differences), differences[0]))
	}
	if proof.Segments, err = in.Guard.VerifySegments(ctx); err != nil {
		return proof, err
	}
	if err := in.Transfers.Verify(ctx); err != nil {
		return proof, err
	}
	if proof.Files, err = in.verifyFiles(ctx, head, said); err != nil {
		return proof, err
	}
	if proof.Unnamed, err = in.unnamedFiles(ctx); err != nil {
		return proof, err
	}
	if err := in.verifyUnnamed(ctx, proof.Unnamed); err != nil {
		return proof, err
	}
	proof.Accesses, err = in.verifyTrail(ctx, verifier.Checkpoints, verifier.Restorations)
	return proof, broken(err)
}

// Rebuild makes everything that is derived anew: the projections and the index of words from the log, and from the lines of the log of who saw what the index by which they
// are found. Progress may be nil.
func (in *Installation) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	if err := in.Log.Rebuild(ctx, progress); err != nil {
		return err
	}
	if _, err := in.Log.Scrub(ctx, 0); err != nil { // what was destroyed and was too large a file to write anew at once
		return err
	}
	if err := in.Search.Rebuild(ctx, progress); err != nil {
		return err
	}
	return in.Accounts.RebuildIndex(ctx)
}

// verifyTrail proves the log of who saw what: its chain, that it still holds every batch that a checkpoint names as its last, and the index by which
// it is found. It gives the number of batches.
func (in *Installation) verifyTrail(ctx context.Context, checkpoints []record.Checkpoint, restorations []record.Restoration) (batches int64, err error) {
	hashes := map[int64]record.Hash{}
	for _, cp := range checkpoints {
		hashes[cp.Trail.Seq] = record.Hash{}
	}
	asked, failed := &notedSubscriptions{digests: map[uuid.UUID][]string{}}, error(nil)
	err = access.VerifyTrail(ctx, in.Accounts, func(b access.Batch) {
		batches = b.Seq
		if failed == nil {
			failed = asked.add(b)
		}
		if _, named := hashes[b.Seq]; named {
			hashes[b.Seq] = b.Hash
		}
	})
	if err = errors.Join(err, failed); err != nil {
		return batches, err
	}
	if err := in.verifySubscriptions(ctx, asked, batches); err != nil {
		return batches, err
	}
	for _, cp := range checkpoints {
		if cp.Trail.Seq > 0 && !record.LostTrail(cp, restorations) && hashes[cp.Trail.Seq] != cp.Trail.Hash {
			return batches, fmt.Errorf("the log of who saw what is not what the checkpoint signed at %s says: its batch %d was altered or is missing", cp.At.Format(time.DateTime), cp.Trail.Seq)
		}
	}
	return batches, in.Accounts.VerifyIndex(ctx)
}

// trailHead is the end of the log of who saw what.
func (in *Installation) trailHead(ctx context.Context) (record.TrailHead, error) {
	seq, hash, err := in.Accounts.TrailHead(ctx)
	return record.TrailHead{Seq: seq, Hash: hash}, err
}

// compare holds the projections against the log. What is committed meanwhile by a server beside looks like a difference: then it is done again.
func (in *Installation) compare(ctx context.Context) ([]string, error) {
	for range 5 {
		before, err := in.Log.End(ctx)
		if err != nil {
			return nil, err
		}
		differences, err := in.Log.Compare(ctx)
		if err != nil {
			return nil, err
		}
		after, err := in.Log.End(ctx)
		if err != nil || len(differences) == 0 || before == after {
			return differences, err
		}
	}
	return nil, &standard.Fault{
		Kind: standard.Busy, Message: "The log is sound, but too much is being written just now to compare what is shown with it.", Hint: "Verify again at a quiet time.",
	}
}

func broken(err error) error {
	if err == nil || standard.KindOf(err) != "" {
		return err
	}
	return &standard.Fault{Kind: standard.Broken, Message: err.Error(), Hint: "Keep the data folder as it is, and compare it with the last backup."}
}
