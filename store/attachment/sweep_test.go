package attachment_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/attachment"
)

// swept is a place with a clock that is told what to say, and records that are told what they name.
type swept struct {
	*place
	now    time.Time
	named  map[record.Hash]bool
	wanted map[record.Hash]bool
}

func newSwept(t *testing.T, quota int64) *swept {
	w := &swept{place: newPlace(t), now: time.Date(2026, 3, 21, 6, 0, 0, 0, time.UTC), named: map[record.Hash]bool{}, wanted: map[record.Hash]bool{}}
	var err error
	w.Store, err = attachment.Open(t.Context(), w.db, attachment.Options{
		Dir: w.dir, Quota: quota, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler),
		Named: func(_ context.Context, _ uuid.UUID, file record.Hash) (bool, error) { return w.named[file], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// later lets days pass and sweeps once.
func (w *swept) later(days int) (gone int) {
	w.t.Helper()
	w.now = w.now.AddDate(0, 0, days)
	gone, err := w.Sweep(w.t.Context(), func(_ context.Context, _ uuid.UUID, file record.Hash) (bool, error) { return w.wanted[file], nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return gone
}

func (w *swept) sent(stream uuid.UUID, file record.Hash) bool {
	w.t.Helper()
	sent, err := w.SentBy(w.t.Context(), stream, file, "ruth")
	if err != nil {
		w.t.Fatal(err)
	}
	return sent
}

// TestWhatNobodyNamesIsSweptAway after a month and a day's notice; what a record names, a draft wants or another system sent stays, and so does what is sent again
// after the notice.
func TestWhatNobodyNamesIsSweptAway(t *testing.T) {
	w := newSwept(t, 0)
	stream := uuid.New()
	forgotten, named, wanted, again := w.keep(stream, []byte("forgotten")), w.keep(stream, []byte("named")), w.keep(stream, []byte("wanted")), w.keep(stream, []byte("again"))
	content := []byte("from another home")
	abroad := record.Attachment{Hash: sha256.Sum256(content), Size: int64(len(content)), MediaType: "text/plain"}
	if err := w.Restore(t.Context(), stream, abroad, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	w.named[named.Hash], w.wanted[wanted.Hash] = true, true
	if w.later(29) != 0 || !w.sent(stream, forgotten.Hash) {
		t.Fatal("swept before its time")
	}
	if w.later(2) != 0 || w.sent(stream, forgotten.Hash) {
		t.Error("a file that is about to go can still be named, or went without notice")
	}
	if w.keep(stream, []byte("again")); !w.sent(stream, again.Hash) {
		t.Error("what was sent again cannot be named")
	}
	if gone := w.later(1); gone != 1 {
		t.Errorf("%d files went, wanted 1", gone)
	}
	w.later(1)
	if _, err := w.read(stream, forgotten.Hash); standard.KindOf(err) != standard.NotFound {
		t.Errorf("the forgotten file: %v", err)
	}
	for _, file := range []record.Hash{named.Hash, wanted.Hash, again.Hash, abroad.Hash} {
		if _, err := w.read(stream, file); err != nil {
			t.Error(err)
		}
	}
	if names := w.onDisk(); len(names) != 4 {
		t.Errorf("on the disk: %v", names)
	}
	delete(w.wanted, wanted.Hash)
	if w.later(1) != 0 || w.later(1) != 1 {
		t.Error("what is no longer wanted was not swept away after its notice")
	}
}

// TestAFileThatArrivesAgainStays: what somebody sent once and another system sends too waits for nobody's record.
func TestAFileThatArrivesAgainStays(t *testing.T) {
	w := newSwept(t, 0)
	stream := uuid.New()
	content := []byte("a letter that both homes have")
	kept := w.keep(stream, content)
	w.later(31)
	if err := w.Restore(t.Context(), stream, kept, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if w.later(1)+w.later(40)+w.later(1) != 0 {
		t.Error("it was swept away")
	}
}

// TestNobodyFillsTheDiskWithWhatNoRecordNames: the bound is on what nothing names, and is each sender's own.
func TestNobodyFillsTheDiskWithWhatNoRecordNames(t *testing.T) {
	w := newSwept(t, 10_000)
	stream := uuid.New()
	big := func() []byte { return []byte(rand.Text() + string(bytes.Repeat([]byte("tea "), 1000))) }
	first := w.keep(stream, big())
	w.keep(stream, big())
	send := func(account string) error {
		content := big()
		_, err := w.Keep(t.Context(), stream, account, bytes.NewReader(content), access.Said{Size: int64(len(content))})
		return err
	}
	before := len(w.onDisk())
	wants(t, send("ruth"), standard.TooLarge, "no record names yet")
	if len(w.onDisk()) != before {
		t.Error("what was refused was left on the disk")
	}
	if err := send("tom"); err != nil {
		t.Errorf("another sender: %v", err)
	}
	w.named[first.Hash] = true
	if err := send("ruth"); err != nil {
		t.Errorf("after a record named one of them: %v", err)
	}
}
