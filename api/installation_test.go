package api_test

import (
	"testing"
	"time"

	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestWhatADeviceMustKnow: up to which moment a backup holds what was sent.
func TestWhatADeviceMustKnow(t *testing.T) {
	w := fixture.New(t)
	var s struct {
		System       string        `json:"system"`
		Epoch        int           `json:"epoch"`
		Head         record.Moment `json:"head"`
		BackedUp     record.Moment `json:"backedUp"`
		BackedUpAt   time.Time     `json:"backedUpAt"`
		Committed    time.Time     `json:"committed"`
		Checkpointed record.Moment `json:"checkpointed"`
	}
	w.As("carer").Get("/api/installation").Want(200).Read(&s)
	if s.System != w.Identity.System || s.Epoch != 1 || s.Head == 0 || s.BackedUp != 0 || !s.BackedUpAt.IsZero() || s.Committed.IsZero() {
		t.Errorf("before a backup: %+v", s)
	}
	at := time.Date(2026, 3, 17, 2, 0, 0, 0, time.UTC)
	if err := w.NoteBackup(t.Context(), s.Head-1, at); err != nil {
		t.Fatal(err)
	}
	before := s.Head
	w.As("carer").Get("/api/installation").Want(200).Read(&s)
	if s.BackedUp != before-1 || !s.BackedUpAt.Equal(at) {
		t.Errorf("behind a backup: %+v", s)
	}
}
