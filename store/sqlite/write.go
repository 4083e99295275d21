package sqlite

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// job is one caller's write on its way through the group commit.
type job struct {
	fn       func(*Tx) error
	again    bool // fn may be run a second time
	state    atomic.Int32
	after    []func()
	err      error
	panicked any
	done     chan struct{}
}

// The states of a job: whoever moves it out of waiting has it.
const (
	waiting int32 = iota
	begun
	abandoned
)

// Write runs fn in a transaction on the one writing connection and returns when the transaction has reached the disk. Callers queue; those
// who wait at the same time share one transaction, in which each sees what those before it wrote, and a failing one undoes only its own.
// fn runs on another goroutine and must not wait for anything but the database. A caller whose context ends before fn has begun
// gets an error and fn never runs; after that the caller waits for the outcome.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, db.jobs, &job{fn: fn})
}

// WriteRepeatably is Write for work that hardly ever fails once it has written something, and that may be run a second time: it has no savepoint of its own,
// which would copy every page that it changes. Should it fail so after all, its group is undone and run again with one for each.
func (db *DB) WriteRepeatably(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, db.jobs, &job{fn: fn, again: true})
}

// WritePatiently is Write for work that nobody waits for, or that is very large. It has a transaction of its own, and while others write it gets its turn ten times a second.
func (db *DB) WritePatiently(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, db.patient, &job{fn: fn})
}

func (db *DB) write(ctx context.Context, queue chan *job, j *job) error {
	if err := db.flushing.refusal(); err != nil {
		return err
	}
	j.done = make(chan struct{})
	select {
	case <-db.closing:
		return closed()
	default:
	}
	select {
	case queue <- j:
	case <-ctx.Done():
		return Fault(context.Cause(ctx))
	case <-db.closing:
		return closed()
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.state.CompareAndSwap(waiting, abandoned) {
			return Fault(context.Cause(ctx))
		}
		<-j.done
	case <-db.stopped:
		select {
		case <-j.done:
		default:
			return closed()
		}
	}
	if j.panicked != nil {
		panic(j.panicked)
	}
	return j.err
}

func closed() error {
	return unavailable("Rosemary is shutting down. Nothing was changed.", "Send it again when it is back.", nil)
}

// patience is how long a patient writer waits behind its last write when others have written since.
const patience = 100 * time.Millisecond

// commitGroups is the writing goroutine: it takes whatever waits and commits it together. It runs a group while the one before is being flushed.
func (db *DB) commitGroups(own *link) {
	tx := &Tx{link: own}
	defer close(db.stopped)
	defer func() { _ = own.close() }()
	flushed := make(chan struct{})
	go func() {
		defer close(flushed)
		db.flushing.run()
	}()
	defer func() {
		close(db.flushing.groups)
		<-flushed
	}()
	patient, others := db.patient, false
	again := time.NewTimer(patience)
	defer again.Stop()
	for {
		var batch []*job
		select {
		case <-db.closing:
			return
		case <-again.C:
			patient = db.patient
			continue
		case j := <-db.jobs:
			batch, others = db.gather(j), true
		case j := <-patient:
			batch = []*job{j}
			if others { // who write now: let them go first for a while
				patient, others = nil, false
				again.Reset(patience)
			}
		}
		db.turn.Lock()
		g := tx.commit(batch)
		db.turn.Unlock()
		db.flushing.under.Add(int64(len(batch)))
		db.flushing.groups <- g
		db.carrying.rest(own)
	}
}

// gather adds the jobs that wait. It lets the callers that the last commit has just answered come back first: else they
// would miss this one and commits would alternate between one job and all the others.
func (db *DB) gather(first *job) []*job {
	batch := append(make([]*job, 0, 16), first)
	batch = db.flushing.gather(batch, db.jobs, db.maxBatch)
	for quiet := 0; quiet < 3 && len(batch) < db.maxBatch; {
		select {
		case j := <-db.jobs:
			batch, quiet = append(batch, j), 0
		default:
			quiet++
			runtime.Gosched()
		}
	}
	return batch
}

// Tx is the writing connection, lent to one job inside the shared transaction. It is of no use after fn has returned.
type Tx struct {
	link  *link
	job   *job
	saved bool // the job has written: there is a savepoint to go back to, unless it is bare
	bare  bool // no savepoint, which would hold in memory all that the job changes: it is alone in the transaction, or may be run again

	remembered any
}

// Remembered is what a job before this one has left for those that come after it, in whichever transaction; nil when there is nothing, or when a transaction was undone since.
func (tx *Tx) Remembered() any { return tx.remembered }

// Remember leaves something for the jobs that come after this one. Only one room may, and only at the end of a job that succeeds: what was left by one that fails would not be true.
func (tx *Tx) Remember(v any) { tx.remembered = v }

// background is what nothing interrupts: a write that has begun is seen through.
func background() context.Context { return context.Background() }

// commit runs the jobs in one transaction: first those that may be run again, so that only they are if one of them has to be undone.
func (tx *Tx) commit(batch []*job) group {
	slices.SortStableFunc(batch, func(a, b *job) int {
		switch {
		case a.again == b.again:
			return 0
		case a.again:
			return -1
		}
		return 1
	})
	err := tx.attempt(batch, false)
	if errors.Is(err, errUndone) && len(batch) > 1 {
		err = tx.attempt(batch, true)
	}
	if err != nil {
		failAll(batch, err)
	}
	return group{batch, err == nil}
}

// attempt runs the jobs in one transaction, each behind a savepoint when told to be careful. The error is of the transaction, of which nothing is left then.
func (tx *Tx) attempt(batch []*job, careful bool) error {
	if _, err := tx.run(`BEGIN IMMEDIATE`); err != nil {
		return Fault(err)
	}
	for _, j := range batch {
		if !j.state.CompareAndSwap(waiting, begun) && j.state.Load() == abandoned {
			continue
		}
		tx.bare = len(batch) == 1 || j.again && !careful
		if err := tx.one(j); err != nil {
			tx.undo()
			return err
		}
	}
	if _, err := tx.run(`COMMIT`); err != nil {
		tx.undo()
		return commitFault(err)
	}
	return nil
}

func (tx *Tx) undo() {
	_, _ = tx.run(`ROLLBACK`)
	tx.remembered = nil
}

// failAll answers every job that has no answer of its own with err: what it wrote was undone with all the rest.
func failAll(batch []*job, err error) {
	for _, j := range batch {
		j.state.Store(begun)
		if j.err == nil && j.panicked == nil {
			j.err = err
		}
	}
}

// errUndone ends a transaction in which a job without a savepoint failed, and has its answer.
var errUndone = errors.New("undone")

// one runs a job. The error is only of the transaction as a whole; the job's own stands in it.
func (tx *Tx) one(j *job) error {
	j.err, j.panicked, j.after = nil, nil, j.after[:0]
	tx.job, tx.saved = j, false
	tx.call(j)
	if !tx.saved {
		return nil
	}
	if tx.bare {
		if j.err != nil || j.panicked != nil {
			return errUndone
		}
		return nil
	}
	if j.err != nil || j.panicked != nil {
		if _, err := tx.run(`ROLLBACK TO job`); err != nil {
			if j.err != nil {
				return j.err // such as a full disk, which ended the transaction
			}
			return Fault(err)
		}
	}
	if _, err := tx.run(`RELEASE job`); err != nil {
		return Fault(err)
	}
	return nil
}

// call runs the job's function; a panic is carried back to the goroutine that asked.
func (tx *Tx) call(j *job) {
	defer func() {
		if p := recover(); p != nil {
			j.panicked = p
		}
	}()
	j.err = Fault(j.fn(tx))
}

// AfterCommit runs fn when the transaction has reached the disk, before the caller gets its answer. Functions run in the order of
// the commits, one at a time, while later jobs may be running. They do not run when the job fails.
func (tx *Tx) AfterCommit(fn func()) { tx.job.after = append(tx.job.after, fn) }

// Exec runs a statement, written with $1 .. $n, and tells how many rows it changed.
func (tx *Tx) Exec(text string, args ...any) (int64, error) {
	if !tx.saved {
		if !tx.bare {
			if _, err := tx.run(`SAVEPOINT job`); err != nil {
				return 0, Fault(err)
			}
		}
		tx.saved = true
	}
	n, err := tx.run(text, args...)
	return n, Fault(err)
}

// Query runs a query, written with $1 .. $n. It sees what this job and those before it wrote. Close the rows before the next statement.
func (tx *Tx) Query(text string, args ...any) (*Rows, error) {
	rows, err := tx.link.query(text, args)
	return rows, Fault(err)
}

// QueryRow runs a query of one row, written with $1 .. $n.
func (tx *Tx) QueryRow(text string, args ...any) *Row {
	rows, err := tx.Query(text, args...)
	return &Row{rows, err}
}

func (tx *Tx) run(text string, args ...any) (int64, error) { return tx.link.exec(text, args...) }
