package record

import "time"

// Instant is a commit time: microseconds since 1970 in UTC, the resolution of the log.
type Instant int64

// InstantOf drops what is finer than a microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// NextCommit is the commit time that follows last when the clock says now: commit times never stand still or run back. Behind reports that the clock is behind
// the log by more than a second, which an operator must hear of.
func NextCommit(last Instant, now time.Time) (at Instant, behind bool) {
	at = InstantOf(now)
	if at > last {
		return at, false
	}
	return last + 1, last-at > 1_000_000
}
