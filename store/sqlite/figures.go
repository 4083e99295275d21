package sqlite

import (
	"os"
	"sync/atomic"

	"rosemary/standard"
)

// Figures are what an operator watches of a database.
type Figures struct {
	Waiting      int   // writes in the queue now
	Transactions int64 // that reached the disk, or did not
	Done         int64 // writes that were kept
	Refused      int64 // writes that were at fault themselves
	Failed       int64 // writes that the disk or a lock kept from being kept
	FileBytes    int64
	LogBytes     int64 // of the database's own log, which a checkpoint empties
}

// tally counts on the writing goroutine.
type tally struct{ transactions, done, refused, failed atomic.Int64 }

func (t *tally) add(batch []*job) {
	t.transactions.Add(1)
	for _, j := range batch {
		switch kind := standard.KindOf(j.err); {
		case j.err == nil && j.panicked == nil:
			t.done.Add(1)
		case kind == standard.Unavailable || kind == standard.Broken || kind == standard.Busy || kind == "":
			t.failed.Add(1)
		default:
			t.refused.Add(1)
		}
	}
}

// Figures tells how the database stands.
func (db *DB) Figures() Figures {
	f := Figures{
		Waiting: len(db.jobs), Transactions: db.tally.transactions.Load(), Done: db.tally.done.Load(), Refused: db.tally.refused.Load(), Failed: db.tally.failed.Load(),
	}
	if info, err := os.Stat(db.path); err == nil {
		f.FileBytes = info.Size()
	}
	if info, err := os.Stat(db.path + "-wal"); err == nil {
		f.LogBytes = info.Size()
	}
	return f
}
