package sqlite

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// SQLite writes a commit to its log file and, on the writing connection, leaves the flush to us: so that the next group of jobs runs while the disk is busy with the
// one before. Nobody hears that a job is done, and no function of AfterCommit runs, before a flush that began after its commit has ended. Whatever a later
// group builds on is flushed with it or before, for the log file is only ever good up to its first gap.
//
// An encrypted log file is written in blocks of 4 KB, and the next commit writes the block anew in which the one before ended: a power cut in that very moment would tear what was
// flushed. SQLite fills such a block up behind each commit, but only when it flushes the commit itself; so for an encrypted file the flush stays SQLite's.

// ahead is how many groups may wait for a flush. They share the next one.
const ahead = 2

// group are jobs that were run in one transaction.
type group struct {
	jobs    []*job
	written bool // the transaction was committed: it is on the disk when it has been flushed
}

// flushing is what stands between a commit and its answers.
type flushing struct {
	log    vfs.File // of the writing connection; nil: SQLite flushes each commit itself
	groups chan group
	tally  *tally
	failed atomic.Pointer[error]
	under  atomic.Int64  // jobs whose flush has not ended
	ended  chan struct{} // told when a flush has
}

// begin takes the log file of the writing connection, which is not encrypted, flushes what another process may have left in it, and has SQLite flush it no more with each commit.
func (f *flushing) begin(own *link) error {
	got, err := own.raw.FileControl("main", sqlite3.FCNTL_JOURNAL_POINTER)
	if err != nil {
		return Fault(err)
	}
	file, ok := got.(vfs.File)
	if !ok {
		return fmt.Errorf("the log file of the embedded database was expected, not %T", got)
	}
	f.log = file
	if err := f.flush(); err != nil {
		return err
	}
	_, err = own.exec(`PRAGMA synchronous=NORMAL`)
	return Fault(err)
}

// run flushes groups and answers their jobs, in the order of the commits.
func (f *flushing) run() {
	for first := range f.groups {
		waiting := f.others(first)
		written := false
		for _, g := range waiting {
			written = written || g.written
		}
		var err error
		if written {
			err = f.flush()
		}
		for _, g := range waiting {
			f.under.Add(-int64(len(g.jobs)))
			f.answer(g, err)
		}
		select {
		case f.ended <- struct{}{}:
		default:
		}
	}
}

// others adds the groups that wait for a flush as well.
func (f *flushing) others(first group) []group {
	waiting := []group{first}
	for {
		select {
		case g, more := <-f.groups:
			if !more {
				return waiting
			}
			waiting = append(waiting, g)
		default:
			return waiting
		}
	}
}

// gather adds the jobs that come while the disk is busy, up to as many as it is busy with: two large groups that take turns write fewer pages than many small ones.
func (f *flushing) gather(batch []*job, jobs <-chan *job, most int) []*job {
	for len(batch) < min(int(f.under.Load()), most) {
		select {
		case j := <-jobs:
			batch = append(batch, j)
		case <-f.ended:
		}
	}
	return batch
}

// flush returns when all that was written to the log file before has reached the disk. After a failure nobody can say what has and what has not, nor would a second try: so
// nothing more is written until the program has been started again and has read the file.
func (f *flushing) flush() error {
	if f.log == nil {
		return nil
	}
	if failed := f.failed.Load(); failed != nil {
		return *failed
	}
	if err := f.log.Sync(vfs.SYNC_NORMAL); err != nil {
		err = diskFailed(err)
		f.failed.CompareAndSwap(nil, &err)
		return err
	}
	return nil
}

func diskFailed(err error) error {
	return unavailable("The disk failed while this was being saved.", "Send it again: what was saved already is not saved twice.", err)
}

// refusal is the answer to whoever wants to write after a flush has failed.
func (f *flushing) refusal() error {
	if failed := f.failed.Load(); failed != nil {
		return unavailable("The disk has failed. Nothing more is saved until Rosemary has been started again.", "Tell whoever looks after this computer.", errors.Unwrap(*failed))
	}
	return nil
}

func (f *flushing) answer(g group, err error) {
	switch {
	case err != nil && g.written:
		failAll(g.jobs, err)
	case g.written:
		for _, j := range g.jobs {
			if j.err == nil && j.panicked == nil {
				for _, fn := range j.after {
					fn()
				}
			}
		}
	}
	f.tally.add(g.jobs)
	for _, j := range g.jobs {
		close(j.done)
	}
}
