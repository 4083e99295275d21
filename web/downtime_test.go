package web_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"rosemary/internal/downtime"
)

// TestTheManagerIsToldOfAnOldPack: once nobody makes the downtime pack any more, the manager's page says that it is old; where it is made seldom, only when it is later than it should be.
func TestTheManagerIsToldOfAnOldPack(t *testing.T) {
	w := newWorld(t)
	home := func() *page { t.Helper(); return w.as(t, "manager").get("/home") }
	home().says("No downtime pack is made")
	pack := &downtime.Schedule{Every: time.Hour, To: filepath.Join(t.TempDir(), "pack")}
	w.downtime = pack
	w.open(t)
	home().says("The downtime pack is being made for the first time.")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { pack.Run(ctx, w.Installation); close(done) }()
	for left := 3000; ; left-- {
		if made, failing := pack.State(); !made.IsZero() && !failing {
			break
		}
		if time.Sleep(10 * time.Millisecond); left == 0 {
			t.Fatal("no pack was made")
		}
	}
	stop() // the writing has stopped
	<-done
	home().says("The downtime pack was last made on").keepsQuiet("The downtime pack is old")
	w.Clock.Advance(3 * time.Hour)
	home().says("The downtime pack is old: the last was made on")
	pack.Every = 6 * time.Hour
	home().says("The downtime pack was last made on").keepsQuiet("The downtime pack is old")
	w.Clock.Advance(10 * time.Hour)
	home().says("The downtime pack is old: the last was made on")
}
