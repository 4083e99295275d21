package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The book's measures: how often it writes, and how many entries make a batch.
const (
	flushEvery   = 500 * time.Millisecond
	maxBatch     = 4_096
	linesPerSeq  = 1 << 16 // an entry's id is its batch times this, plus its line
	trailVersion = "rosemary access log 1\n"
)

// book gathers entries and writes them to the trail in batches. When the trail cannot be written, care goes on reading: beyond a bound,
// entries about the same person by the same account are merged into one that counts them, so that who looked at whom is never lost.
type book struct {
	trail  Trail
	now    func() time.Time
	logger *slog.Logger
	limit  int // how many entries wait at most before they are merged

	mu      sync.Mutex
	waiting []Entry
	merged  map[Entry]*Entry // by what stays of an entry when it is merged
	failing bool

	writing sync.Mutex // held by whoever writes
}

// add notes one entry. It waits for the trail only when too many are waiting.
func (b *book) add(ctx context.Context, e Entry) {
	e.At = b.now()
	if b.keep(e, false) {
		return
	}
	_ = b.flush(ctx) // it has raised the alarm itself
	b.keep(e, true)
}

// keep puts an entry where the next batch will find it; merging is the last resort, and then always finds room.
func (b *book) keep(e Entry, last bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) < b.limit {
		b.waiting = append(b.waiting, e)
		return true
	}
	if !last && !b.failing {
		return false
	}
	b.merge(e)
	return true
}

// merge counts an entry under what stays of it.
func (b *book) merge(e Entry) {
	key := Entry{Account: e.Account, Worker: e.Worker, Role: e.Role, Purpose: e.Purpose, Stream: e.Stream, Outcome: e.Outcome}
	count := 1
	if e.Merged {
		count = e.Count
	}
	if m := b.merged[key]; m != nil {
		m.Count += count
		return
	}
	m := key
	m.At, m.Action, m.Count, m.Merged = e.At, e.Action, count, true
	b.merged[key] = &m
}

// flush writes what is waiting.
func (b *book) flush(ctx context.Context) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	return b.write(ctx, b.take())
}

// disclose writes what is waiting and the entry, and returns when they have reached the disk. When they cannot be written there is no disclosure.
func (b *book) disclose(ctx context.Context, e Entry) error {
	e.At = b.now()
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := b.write(ctx, b.take()); err != nil {
		return notDisclosed(err)
	}
	if err := b.append(ctx, []Entry{e}); err != nil {
		return notDisclosed(err)
	}
	return nil
}

func notDisclosed(err error) error {
	kind := standard.Unavailable
	if standard.KindOf(err) == standard.Busy {
		kind = standard.Busy
	}
	return &standard.Fault{
		Kind: kind, Message: "Nothing was sent out, because the log of who saw what could not be written first.",
		Hint: "Tell whoever looks after this computer: the disk may be full.", Err: err,
	}
}

// take empties the book.
func (b *book) take() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.waiting
	b.waiting = nil
	for key, m := range b.merged {
		taken = append(taken, *m)
		delete(b.merged, key)
	}
	return taken
}

// write writes entries in batches; those that cannot be written go back into the book, and the alarm is raised. The caller holds writing.
func (b *book) write(ctx context.Context, entries []Entry) error {
	for len(entries) > 0 {
		n := min(len(entries), maxBatch)
		if err := b.append(ctx, entries[:n]); err != nil {
			b.putBack(entries)
			b.alarm(err)
			return err
		}
		entries = entries[n:]
	}
	b.alarm(nil)
	return nil
}

func (b *book) putBack(entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	newer := b.waiting
	b.waiting = slices.Clone(entries[:min(len(entries), b.limit)])
	for _, e := range append(entries[len(b.waiting):], newer...) {
		if len(b.waiting) < b.limit && !e.Merged {
			b.waiting = append(b.waiting, e)
		} else {
			b.merge(e)
		}
	}
}

// alarm tells the operator once when the trail cannot be written, and once when it can again.
func (b *book) alarm(err error) {
	b.mu.Lock()
	was := b.failing
	b.failing = err != nil && !errors.Is(err, context.Canceled)
	now, waiting := b.failing, len(b.waiting)
	b.mu.Unlock()
	switch {
	case now && !was:
		b.logger.Error("trail full: the log of who saw what cannot be written; reading goes on, nothing can be sent out",
			"waiting", waiting, "kind", string(standard.KindOf(err)), "cause", err.Error())
	case was && !now:
		b.logger.Warn("the log of who saw what is being written again")
	}
}

// append writes one batch.
func (b *book) append(ctx context.Context, entries []Entry) error {
	lines, streams, err := packEntries(entries)
	if err != nil {
		return err
	}
	return b.trail.Append(ctx, func(seq int64, previous record.Hash) Batch {
		return Batch{Seq: seq, Previous: previous, Hash: hashBatch(seq, previous, lines), Lines: lines, Streams: streams}
	})
}

// hashBatch chains a batch to the one before.
func hashBatch(seq int64, previous record.Hash, lines []byte) record.Hash {
	h := sha256.New()
	fmt.Fprintf(h, "%s%d\n%s\n", trailVersion, seq, previous)
	h.Write(lines)
	var sum record.Hash
	h.Sum(sum[:0])
	return sum
}

// line is an entry as it is kept.
type line struct {
	At      string    `json:"at"`
	Account string    `json:"account,omitzero"`
	Worker  uuid.UUID `json:"worker,omitzero"`
	Role    Role      `json:"role,omitzero"`
	Purpose Purpose   `json:"purpose,omitzero"`
	Action  string    `json:"action"`
	Stream  uuid.UUID `json:"stream,omitzero"`
	Record  uuid.UUID `json:"record,omitzero"`
	Class   string    `json:"class,omitzero"`
	Moment  int64     `json:"moment,omitzero"`
	Count   int       `json:"count,omitzero"`
	Merged  bool      `json:"merged,omitzero"`
	Outcome Outcome   `json:"outcome"`
	To      string    `json:"to,omitzero"`
	Why     string    `json:"why,omitzero"`
	What    string    `json:"what,omitzero"`
	Given   bool      `json:"disclosure,omitzero"` // what stores find disclosures by
}

const lineTime = "2006-01-02T15:04:05.000000Z"

// packEntries writes entries as lines and gathers whom they are about.
func packEntries(entries []Entry) (lines []byte, streams []uuid.UUID, err error) {
	var b bytes.Buffer
	seen := map[uuid.UUID]bool{uuid.Nil: true}
	for _, e := range entries {
		text, err := json.Marshal(line{
			At: e.At.UTC().Format(lineTime), Account: e.Account, Worker: e.Worker, Role: e.Role, Purpose: e.Purpose, Action: e.Action,
			Stream: e.Stream, Record: e.Record, Class: e.Class, Moment: int64(e.Moment), Count: e.Count, Merged: e.Merged, Outcome: e.Outcome,
			To: e.To, Why: e.Why, What: e.What, Given: e.Disclosed(),
		})
		if err != nil {
			return nil, nil, fmt.Errorf("entry of the log of who saw what: %w", err)
		}
		b.Write(text)
		b.WriteByte('\n')
		if !seen[e.Stream] {
			seen[e.Stream] = true
			streams = append(streams, e.Stream)
		}
	}
	return b.Bytes(), streams, nil
}

// Entries reads the entries of a batch.
func (b Batch) Entries() ([]Entry, error) {
	var entries []Entry
	for i, text := range bytes.Split(bytes.TrimSuffix(b.Lines, []byte("\n")), []byte("\n")) {
		var l line
		if err := json.Unmarshal(text, &l, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("access log, batch %d, line %d: %w", b.Seq, i+1, err)
		}
		at, err := time.Parse(lineTime, l.At)
		if err != nil {
			return nil, fmt.Errorf("access log, batch %d, line %d: %w", b.Seq, i+1, err)
		}
		entries = append(entries, Entry{
			ID: b.Seq*linesPerSeq + int64(i), At: at, Account: l.Account, Worker: l.Worker, Role: l.Role, Purpose: l.Purpose, Action: l.Action,
			Stream: l.Stream, Record: l.Record, Class: l.Class, Moment: record.Moment(l.Moment), Count: l.Count, Merged: l.Merged, Outcome: l.Outcome,
			To: l.To, Why: l.Why, What: l.What,
		})
	}
	return entries, nil
}

// VerifyTrail walks the chain of the log of who saw what. The error is a Broken fault that names the first place that does not prove
// itself. Sound hears of each batch that does; it may be nil.
func VerifyTrail(ctx context.Context, trail Trail, sound func(Batch)) error {
	var seq int64
	var previous record.Hash
	return trail.Batches(ctx, 0, func(b Batch) error {
		broken := func(why string) error {
			return &standard.Fault{
				Kind: standard.Broken, Message: fmt.Sprintf("The log of who saw what is broken at batch %d: %s.", seq+1, why),
				Hint: "Keep this data as it is and compare it with a backup.",
			}
		}
		switch {
		case b.Seq != seq+1:
			return broken(fmt.Sprintf("batch %d stands in its place", b.Seq))
		case b.Previous != previous:
			return broken("it does not follow from the batch before")
		case b.Hash != hashBatch(b.Seq, b.Previous, b.Lines):
			return broken("its lines have been changed")
		}
		if _, err := b.Entries(); err != nil {
			return broken("a line cannot be read")
		}
		seq, previous = b.Seq, b.Hash
		if sound != nil {
			sound(b)
		}
		return nil
	})
}
