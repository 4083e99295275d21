package bulk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"

	"rosemary/standard"
)

// The desk's measures.
const (
	mostAtOnce = 5 // jobs of one account that are not done
	leastRetry = 2 * time.Second
	mostRetry  = time.Minute
	glance     = time.Second
	usualKeep  = 24 * time.Hour
	usualEvery = 32 << 20
)

// Source writes the lines of a job, from Behind on, and tells the Out whenever it has come to a place from which it can go on.
type Source func(ctx context.Context, j *Job, out *Out) error

// Config is what a desk is made of. All but Keep and Log must be given.
type Config struct {
	Jobs Jobs
	Dir  string // where the files stand
	Now  func() time.Time
	Log  *slog.Logger  // hears of what is in the way, never of content; nil: slog.Default()
	Keep time.Duration // how long files stay when they are done; 0: a day
	// Every is how many bytes are written before what is there counts: so much is written again, at most, when the program was stopped. 0: 32 MiB.
	Every int64
}

// Desk takes jobs in and gives their files out.
type Desk struct {
	Config
	wake chan struct{}

	mu      sync.Mutex
	running uuid.UUID
	stop    context.CancelFunc // ends what runs
	gone    int                // how far it is, between what is kept
}

// New makes a desk.
func New(c Config) *Desk {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Keep == 0 {
		c.Keep = usualKeep
	}
	if c.Every == 0 {
		c.Every = usualEvery
	}
	return &Desk{Config: c, wake: make(chan struct{}, 1)}
}

// Begin takes a job in.
func (d *Desk) Begin(ctx context.Context, a Asked) (*Job, error) {
	all, err := d.Jobs.All(ctx)
	if err != nil {
		return nil, err
	}
	open := 0
	for _, j := range all {
		if j.Account == a.Account && j.State == Working {
			open++
		}
	}
	if open >= mostAtOnce {
		return nil, &standard.Fault{Kind: TooMany, Message: fmt.Sprintf("%d exports of this account are not done yet.", open), Hint: "Wait for one, or take one back by DELETE of its address."}
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("the key of an export: %w", err)
	}
	j := &Job{ID: uuid.New(), Asked: a, State: Working, Begun: d.Now().UTC(), Key: key.String()}
	if err := d.Jobs.Add(ctx, j); err != nil {
		return nil, err
	}
	d.stir()
	return j, nil
}

// TooMany is the kind of what one account may not have more of at a time.
const TooMany standard.Kind = "too-many-requests"

func (d *Desk) stir() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Find gives a job of an account, and how many people and entries are done by now.
func (d *Desk) Find(ctx context.Context, account string, id uuid.UUID) (j *Job, gone int, err error) {
	j, err = d.Jobs.Job(ctx, id)
	if err == nil && j.Account != account {
		err = nowhere()
	}
	if err != nil {
		return nil, 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	gone = j.Gone
	if d.running == id {
		gone = max(gone, d.gone)
	}
	return j, gone, nil
}

func nowhere() error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no such export, or none of yours."}
}

// Expires is when the files of a job that has ended go.
func (d *Desk) Expires(j *Job) time.Time { return j.Ended.Add(d.Keep) }

// Cancel lets go of a job of an account with all its files, done or not.
func (d *Desk) Cancel(ctx context.Context, account string, id uuid.UUID) error {
	if _, _, err := d.Find(ctx, account, id); err != nil {
		return err
	}
	return d.drop(ctx, id)
}

// drop lets go of a job: its row first, for with the row goes the key.
func (d *Desk) drop(ctx context.Context, id uuid.UUID) error {
	if err := d.Jobs.Remove(ctx, id); err != nil {
		return err
	}
	d.mu.Lock()
	if d.running == id {
		d.stop()
	}
	d.mu.Unlock()
	if err := os.RemoveAll(d.folder(id)); err != nil {
		return fmt.Errorf("removing the files of an export: %w", err)
	}
	return nil
}

func (d *Desk) folder(id uuid.UUID) string { return filepath.Join(d.Dir, id.String()) }

// Run does one job after the other until the context ends, and lets go of files whose time is over. What was broken off, it goes on with.
func (d *Desk) Run(ctx context.Context, source Source) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for ctx.Err() == nil {
		next, err := d.next(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.Error("the exports cannot be looked after", "error", err)
		}
		if next != nil {
			d.work(ctx, next, source)
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-d.wake:
		}
	}
}

// next sweeps, and gives the oldest job that is due; nil for none.
func (d *Desk) next(ctx context.Context) (next *Job, err error) {
	all, err := d.Jobs.All(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	for _, j := range all {
		switch {
		case j.State != Working && !now.Before(d.Expires(j)):
			err = errors.Join(err, d.drop(ctx, j.ID))
		case j.State == Failed:
			err = errors.Join(err, os.RemoveAll(d.folder(j.ID)))
		case j.State == Working && next == nil && !now.Before(j.Next):
			next = j
		}
	}
	return next, errors.Join(err, d.orphans(all))
}

// orphans removes files of which there is no job: what a crash left between letting go of a row and of its files.
func (d *Desk) orphans(all []*Job) error {
	entries, err := os.ReadDir(d.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	known := map[string]bool{}
	for _, j := range all {
		known[j.ID.String()] = true
	}
	for _, e := range entries {
		if !known[e.Name()] {
			err = errors.Join(err, os.RemoveAll(filepath.Join(d.Dir, e.Name())))
		}
	}
	return err
}

// work goes on with a job until it is done, fails, is let go of, or has to wait.
func (d *Desk) work(ctx context.Context, j *Job, source Source) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	d.mu.Lock()
	d.running, d.stop, d.gone = j.ID, stop, j.Gone
	d.mu.Unlock()
	err := d.do(working, j, source)
	d.mu.Lock()
	d.running, d.stop = uuid.Nil, nil
	d.mu.Unlock()
	if err == nil || ctx.Err() != nil || working.Err() != nil || standard.KindOf(err) == standard.NotFound {
		return
	}
	d.troubled(ctx, j.ID, err)
}

func (d *Desk) do(ctx context.Context, j *Job, source Source) error {
	out, err := d.open(ctx, j)
	if err != nil {
		return err
	}
	defer out.drop()
	if err := source(ctx, out.job, out); err != nil {
		return err
	}
	return out.keep(ctx, func(now *Job) { now.State, now.Ended, now.Trouble, now.Tries = Done, d.Now().UTC(), "", 0 })
}

// troubled keeps what is in the way, and when it is tried again; or ends the job, where that will not help.
func (d *Desk) troubled(ctx context.Context, id uuid.UUID, err error) {
	words, lasting := "Something went wrong inside Rosemary. Whoever looks after this computer finds more in its log.", true
	var fault *standard.Fault
	if errors.As(err, &fault) {
		words = fault.Message
		lasting = fault.Kind != standard.Unavailable && fault.Kind != standard.Busy
	}
	kept, failed := d.Jobs.Change(ctx, id, func(now *Job) error {
		now.Trouble, now.Tries = words, now.Tries+1
		now.Next = d.Now().UTC().Add(min(leastRetry<<min(now.Tries-1, 10), mostRetry))
		if lasting && now.State == Working {
			now.State, now.Ended, now.Key = Failed, d.Now().UTC(), ""
		}
		return nil
	})
	if failed != nil || fault == nil || kept.Tries == 1 {
		d.Log.Warn("an export does not get on", "job", id, "error", errors.Join(err, failed))
	}
}
