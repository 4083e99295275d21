package media

import (
	"io"
	"time"
)

// Arriving is a file on its way in over a network. However long it takes as a whole, it is given up when nothing of it arrives for a while.
type Arriving struct {
	from io.Reader
	late *time.Timer
	wait time.Duration
}

// Await reads a file from a connection; deadline sets by when reading from that must be done, and the zero time lifts it. Stop it when it has been read.
func Await(from io.Reader, wait time.Duration, deadline func(time.Time) error) *Arriving {
	_ = deadline(time.Time{})
	return &Arriving{from: from, wait: wait, late: time.AfterFunc(wait, func() { _ = deadline(time.Unix(1, 0)) })}
}

// Read reads on, and gives the sender as much time again.
func (a *Arriving) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	if n > 0 {
		a.late.Reset(a.wait)
	}
	return n, err
}

// Stop ends the waiting.
func (a *Arriving) Stop() { a.late.Stop() }
