package api

import (
	"context"
	"net/http"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// State is where an installation stands: what a device that keeps a copy of what it sent must know.
type State struct {
	System       string
	Epoch        int // goes up when a backup is restored: what was sent behind backedUp is to be sent again
	Head         record.Moment
	Committed    time.Time     // of the head
	BackedUp     record.Moment // what was committed up to here is in a backup
	BackedUpAt   time.Time     // zero: there is none
	Checkpointed record.Moment
	Checkpoint   time.Time // zero: there is none
}

// noState answers where nobody says how the installation stands.
func noState(context.Context) (State, error) {
	return State{}, &standard.Fault{Kind: standard.Unavailable, Message: "How this installation stands cannot be told."}
}

// readInstallation answers GET /api/installation.
func (c *call) readInstallation() error {
	s, err := c.State(c.ctx)
	if err != nil {
		return err
	}
	b := append(c.buffer(), '{')
	b = appendText(b, "system", s.System)
	b = appendInt(b, "epoch", int64(s.Epoch))
	b = appendInt(b, "head", int64(s.Head))
	if !s.Committed.IsZero() {
		b = appendTime(b, "committed", s.Committed)
	}
	b = appendInt(b, "backedUp", int64(s.BackedUp))
	if !s.BackedUpAt.IsZero() {
		b = appendTime(b, "backedUpAt", s.BackedUpAt)
	}
	b = appendInt(b, "checkpointed", int64(s.Checkpointed))
	if !s.Checkpoint.IsZero() {
		b = appendTime(b, "checkpointedAt", s.Checkpoint)
	}
	return c.reply(http.StatusOK, append(b, '}'))
}
