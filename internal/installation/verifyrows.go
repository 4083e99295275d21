package installation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rosemary/record"
)

// signedOnes are the checkpoints that there are.
type signedOnes struct {
	kept    []record.Checkpoint // in the store
	outside []record.Checkpoint // of which there are only copies outside the data folder
	missing error               // the first of those that the store must hold: told when the log itself is sound
}

// signedCheckpoints opens every checkpoint, those of the store and the copies outside the data folder. One whose signature does not hold is itself a broken place; so is one whose row says
// something else than what was signed.
func (in *Installation) signedCheckpoints(ctx context.Context, restorations []record.Restoration) (s signedOnes, err error) {
	notes, err := in.copiedCheckpoints() // first: what a server beside signs meanwhile is in the store before it is copied
	if err != nil {
		return s, fmt.Errorf("reading the copied checkpoints: %w", err)
	}
	rows, err := in.Log.Checkpoints(ctx)
	if err != nil {
		return s, err
	}
	opened := make(map[string]record.Checkpoint, len(rows))
	open := func(signed string) (record.Checkpoint, error) {
		cp, known := opened[signed]
		if known {
			return cp, nil
		}
		cp, err := record.OpenCheckpoint(signed, in.Identity.System, in.Identity.Keys...)
		opened[signed] = cp
		return cp, broken(err)
	}
	inStore := make(map[string]bool, len(rows))
	for _, row := range rows {
		cp, err := open(row.Signed)
		if err != nil {
			return s, err
		}
		if cp.Size != row.Size || cp.Root != row.Root || !cp.At.Equal(row.At.Truncate(time.Second)) {
			return s, broken(fmt.Errorf("the checkpoint of %d contributions is not what was signed: its size, its root or its time was altered", row.Size))
		}
		inStore[row.Signed] = true
		s.kept = append(s.kept, cp)
	}
	for _, signed := range notes {
		cp, err := open(signed)
		if err != nil {
			return s, err
		}
		if inStore[signed] {
			continue
		}
		if s.missing == nil && in.mustHold(cp, restorations) {
			s.missing = broken(fmt.Errorf("the checkpoint signed at %s, of %d contributions, was taken out of the data folder: its copy outside is still there", cp.At.Format(time.DateTime), cp.Size))
		}
		s.outside = append(s.outside, cp)
	}
	return s, nil
}

// aboutABackup is by how much the time that a backup says it was made at may differ from when it looked at the data.
const aboutABackup = time.Minute

// mustHold tells whether the store must hold a checkpoint that was copied outside: one of this epoch, or one that was there when every backup was made that has been restored since. Where
// the log was adopted from another folder, the earlier ones stayed there.
func (in *Installation) mustHold(cp record.Checkpoint, restorations []record.Restoration) bool {
	holds := cp.Epoch == in.Identity.Epoch
	for _, r := range restorations {
		if r.Epoch <= cp.Epoch {
			continue
		}
		made, err := time.Parse(time.RFC3339, r.Backup)
		if holds = err == nil && cp.At.Before(made.Add(-aboutABackup)); !holds {
			return false
		}
	}
	return holds
}

// verifyIdentity holds what the folder says that it is against what was signed in its name: every epoch but the first was opened by a restoration, and the last of them is now; the key that signs
// is one of those it is known by, and the first of those is as old as the folder.
func (in *Installation) verifyIdentity(ctx context.Context, kept []record.Checkpoint) error {
	began, err := in.identities.Began(ctx)
	if err != nil {
		return err
	}
	if !began.FirstKey.Truncate(time.Second).Equal(began.Created) {
		return broken(fmt.Errorf("the data folder says that it was made at %s, and its first key at %s: one of the two was altered", began.Created.Format(time.DateTime), began.FirstKey.Format(time.DateTime)))
	}
	if in.Keys != nil && !slices.Contains(in.Identity.Keys, in.Keys.Public()) {
		return broken(errors.New("the key that signs is not among those that the data folder knows as its own"))
	}
	restored, err := in.identities.Restorations(ctx)
	if err != nil {
		return err
	}
	known, last := map[int]bool{}, 0
	for _, r := range restored {
		known[r.Epoch], last = true, max(last, r.Epoch)
	}
	for i, cp := range kept {
		if i > 0 && !known[cp.Epoch] {
			return broken(fmt.Errorf("a checkpoint was signed at %s in epoch %d, and no restoration opened that", cp.At.Format(time.DateTime), cp.Epoch))
		}
		known[cp.Epoch], last = true, max(last, cp.Epoch)
	}
	if last > 0 && last != in.Identity.Epoch {
		return broken(fmt.Errorf("the data folder says that this is epoch %d, and what was signed in it says %d", in.Identity.Epoch, last))
	}
	return nil
}
