package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rosemary/internal/installation"
	"rosemary/standard"
)

// Schedule is when the server makes backups by itself.
type Schedule struct {
	Every time.Duration
	To    string // folder
	Keep  int    // the newest; 0: all
	// Seal gives the seal anew each time, so that a passphrase is not kept in memory.
	Seal func() (Seal, error)
}

// tryAgain is how long a backup that failed waits, at most.
const tryAgain = 15 * time.Minute

// Run makes backups until the context ends, the first when the last one is old enough. What fails is told to the operator and tried again.
func (s Schedule) Run(ctx context.Context, in *installation.Installation) {
	failing := false
	for {
		wait := s.wait(ctx, in)
		if failing {
			wait = max(wait, min(tryAgain, s.Every))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		made, removed, err := s.once(ctx, in)
		if ctx.Err() != nil {
			return
		}
		if failing = err != nil; failing {
			in.Logger.Error("no backup could be made; it is tried again", "kind", string(standard.KindOf(err)), "cause", err.Error())
			continue
		}
		in.Logger.Info("a backup was made", "file", made.Path, "bytes", made.Bytes, "moment", int64(made.Moment), "removed", removed)
	}
}

// wait is how long the last backup is still young enough.
func (s Schedule) wait(ctx context.Context, in *installation.Installation) time.Duration {
	state, err := in.State(ctx)
	if err != nil || state.BackedUpAt.IsZero() {
		return 0
	}
	return min(s.Every, max(0, s.Every-in.Now().Sub(state.BackedUpAt))) // the clock may have been set back
}

// once makes one backup, and then removes the ones that need not be kept.
func (s Schedule) once(ctx context.Context, in *installation.Installation) (Made, int, error) {
	seal, err := s.Seal()
	if err != nil {
		return Made{}, 0, err
	}
	if err := os.MkdirAll(s.To, 0o700); err != nil {
		return Made{}, 0, err
	}
	made, err := Make(ctx, in, Options{To: s.To, Seal: seal})
	if err != nil {
		return made, 0, err
	}
	removed, err := Prune(s.To, in.Identity.System, s.Keep, made.Path)
	return made, removed, err
}

// Prune removes the oldest backups of a system in a folder, so that so many are left; 0 keeps all. Newest was made just now: what its name says is later was
// made while the clock was wrong, and goes first.
func Prune(folder, system string, keep int, newest string) (removed int, err error) {
	if keep <= 0 {
		return 0, nil
	}
	all, err := filepath.Glob(filepath.Join(folder, "rosemary-"+system[:min(8, len(system))]+"-*Z"+nameEnd))
	if err != nil {
		return 0, err
	}
	slices.SortFunc(all, func(a, b string) int { // names sort by time
		if wrong := a > newest; wrong != (b > newest) {
			if wrong {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for len(all) > keep {
		if rm := removeIfThere(all[0]); rm != nil {
			return removed, errors.Join(err, rm)
		}
		all, removed = all[1:], removed+1
	}
	return removed, nil
}
