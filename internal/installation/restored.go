package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"rosemary/record"
	identity "rosemary/store/installation"
)

// Restored is what a restored backup says of itself.
type Restored struct {
	Moment record.Moment // that the backup holds
	Made   time.Time     // when the backup was made
	// AccountsStayOpen leaves every account as it was when the backup was made: one that was closed since is open, and a password that was changed since is good.
	AccountsStayOpen bool
}

// OpenEpoch makes a data folder that a backup was unpacked into go on in an epoch of its own: a signed statement of it is kept, and copied beside the
// checkpoints; all sign-ins end, for some that were ended since the backup would be good again. Closed is how many
// accounts were closed for the same reason.
func (in *Installation) OpenEpoch(ctx context.Context, b Restored) (r record.Restoration, closed int, err error) {
	verifier := &record.Verifier{Catalogue: in.Catalogue, Keys: in.Identity.Keys}
	if err := in.Log.Walk(ctx, verifier.Add); err != nil {
		return r, 0, broken(err)
	}
	r = record.Restoration{Epoch: in.Identity.Epoch + 1, At: in.Now().UTC(), Backup: b.Made.UTC().Format(time.RFC3339)}
	if r.Size, r.Root, err = verifier.Root(); err != nil {
		return r, 0, err
	}
	if r.Size != b.Moment {
		return r, 0, broken(fmt.Errorf("the backup says that it holds %d contributions, and it holds %d", b.Moment, r.Size))
	}
	if r.Trail, err = in.trailHead(ctx); err != nil {
		return r, 0, err
	}
	copies, err := in.copiedRestorations()
	if err != nil {
		return r, 0, err
	}
	for _, signed := range copies { // a restoration that was given up, or into another folder
		if other, err := record.OpenRestoration(signed, in.Identity.System, in.Identity.Keys...); err == nil {
			r.Epoch = max(r.Epoch, other.Epoch+1)
		}
	}
	if r, err = in.Keys.Restored(r, in.Identity.System); err != nil {
		return r, 0, err
	}
	if err := in.copyRestoration(r); err != nil {
		return r, 0, fmt.Errorf("copying the statement of the restoration beside the checkpoints: %w", err)
	}
	if err := in.identities.Restored(ctx, r.Epoch, r.Signed, identity.Backup{Moment: int64(r.Size), At: b.Made}); err != nil {
		return r, 0, err
	}
	if closed, err = in.Accounts.EndAll(ctx, b.AccountsStayOpen); err != nil {
		return r, 0, err
	}
	in.Identity, err = in.identities.Identity(ctx)
	in.Notary.Epoch = in.Identity.Epoch
	return r, closed, err
}

func (in *Installation) restorationsFile() string {
	return filepath.Join(in.checkpoints, in.Identity.System+".restorations.ndjson")
}

func (in *Installation) copyRestoration(r record.Restoration) error {
	if err := os.MkdirAll(in.checkpoints, 0o700); err != nil {
		return err
	}
	line, err := json.Marshal(copied{Size: r.Size, Signed: r.Signed})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(in.restorationsFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Sync(), file.Close())
}

// copiedRestorations reads the signed statements that lie beside the checkpoints.
func (in *Installation) copiedRestorations() ([]string, error) {
	all, err := copiesIn(in.restorationsFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var notes []string
	for _, c := range all {
		notes = append(notes, c.Signed)
	}
	return notes, err
}

// restorations gives the restorations that both the data folder and the folder of the checkpoints tell of: whoever reaches only the data folder
// cannot pass off an end that was cut off as one that a restored backup lost.
func (in *Installation) restorations(ctx context.Context) ([]record.Restoration, error) {
	kept, err := in.identities.Restorations(ctx)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, nil
	}
	copies, err := in.copiedRestorations()
	if err != nil {
		return nil, fmt.Errorf("reading the statements of restorations: %w", err)
	}
	outside := map[string]bool{}
	for _, signed := range copies {
		outside[signed] = true
	}
	var both []record.Restoration
	for _, row := range kept {
		r, err := record.OpenRestoration(row.Signed, in.Identity.System, in.Identity.Keys...)
		if err != nil {
			return nil, broken(err)
		}
		if r.Epoch != row.Epoch {
			return nil, broken(fmt.Errorf("the restoration of %s opened epoch %d, and the data folder says %d", r.At.Format(time.DateTime), r.Epoch, row.Epoch))
		}
		if !outside[row.Signed] {
			in.Logger.Warn("the data folder says that a backup was restored, but no statement of it lies beside the checkpoints: it excuses nothing that is missing",
				"epoch", r.Epoch, "restored", r.At.Format(time.RFC3339), "checkpoints", in.checkpoints)
			continue
		}
		both = append(both, r)
	}
	return both, nil
}

// State is what whoever keeps a copy of what they sent must know of this installation.
type State struct {
	System       string
	Epoch        int // goes up when a backup is restored: what was sent since is to be sent again
	Head         record.Moment
	Committed    time.Time     // of the head
	BackedUp     record.Moment // what was committed up to here is in a backup
	BackedUpAt   time.Time     // zero: there is none
	Checkpointed record.Moment
	Checkpoint   time.Time // zero: there is none
}

// State tells where the installation stands.
func (in *Installation) State(ctx context.Context) (State, error) {
	s := State{System: in.Identity.System, Epoch: in.Identity.Epoch}
	head, committed, err := in.Log.Head(ctx)
	if err != nil {
		return s, err
	}
	s.Head = head
	if head > 0 {
		s.Committed = committed
	}
	b, err := in.identities.LastBackup(ctx)
	if err != nil {
		return s, err
	}
	s.BackedUp, s.BackedUpAt = record.Moment(b.Moment), b.At
	last, err := in.Log.LastCheckpoint(ctx)
	s.Checkpointed, s.Checkpoint = last.Size, last.At
	return s, err
}
