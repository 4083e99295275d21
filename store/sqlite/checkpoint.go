package sqlite

import (
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// What was committed stands in a log file first and is carried over into the database file later. That is done on a connection of its own, so that
// commits need not wait for it; the writing goroutine does only the rest, for which the log file must not grow meanwhile, before it begins the file anew.
const (
	carryFrom  = 6000  // pages in the log file from which they are carried over
	anewFrom   = 16000 // pages from which the file is to begin anew
	carryAfter = 500 * time.Millisecond
)

// carrying is the state of the log file.
type carrying struct {
	pages   atomic.Int64 // in the log file, after the last commit
	carried atomic.Int64 // of them, when pages were carried over last
	grown   chan struct{}
	done    chan struct{} // closed when nothing carries any more
}

// watch hears of every commit.
func (c *carrying) watch(own *link) {
	own.raw.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		c.pages.Store(int64(pages))
		select {
		case c.grown <- struct{}{}:
		default:
		}
		return nil
	})
}

// carry carries pages over when there are many, and when nothing has been committed for a while.
func (db *DB) carry(own *link) {
	c := &db.carrying
	defer close(c.done)
	defer func() { _ = own.close() }()
	quiet := time.NewTimer(carryAfter)
	defer quiet.Stop()
	for {
		select {
		case <-db.closing:
			return
		case <-c.grown:
			quiet.Reset(carryAfter)
			if pages := c.pages.Load(); pages >= c.carried.Load() && pages-c.carried.Load() < carryFrom {
				continue
			}
		case <-quiet.C:
			if c.pages.Load() == c.carried.Load() {
				continue
			}
		}
		// A failure is met again, and told, by the commits; the log file keeps what was committed.
		if _, over, err := own.raw.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE); err == nil {
			c.carried.Store(int64(over))
		}
	}
}

// rest carries over what is left, between two commits, when the log file is to begin anew: the next commit then begins it.
func (c *carrying) rest(own *link) {
	pages := c.pages.Load()
	if pages < anewFrom || pages-c.carried.Load() > carryFrom && pages < 2*anewFrom {
		return
	}
	if log, over, err := own.raw.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE); err == nil {
		c.carried.Store(int64(over))
		c.pages.Store(int64(log))
	}
}
