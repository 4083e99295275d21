package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care/plain"
	"rosemary/standard"
)

// replayable are the pages that a device may post to by itself, once it has a network again: those that record care, whose forms carry data-outbox. What gives
// something away, signs, joins, destroys or takes back is done by a person who sees what happens.
var replayable = map[string]bool{
	"POST /people/{stream}/new/{class}":               true,
	"POST /people/{stream}/forms/{form}":              true,
	"POST /people/{stream}/records/{record}/change":   true,
	"POST /people/{stream}/due/{slot}":                true,
	"POST /people/{stream}/care-now":                  true,
	"POST /people/{stream}/drink":                     true,
	"POST /people/{stream}/food":                      true,
	"POST /people/{stream}/incident":                  true,
	"POST /people/{stream}/handover":                  true,
	"POST /people/{stream}/scores/{score}/new":        true,
	"POST /people/{stream}/photograph":                true,
	"POST /people/{stream}/falls/{record}":            true,
	"POST /people/{stream}/medicines/give/{slot}":     true,
	"POST /people/{stream}/medicines/compare":         true,
	"POST /people/{stream}/medicines/stock/new":       true,
	"POST /people/{stream}/medicines/effect/{record}": true,
	"POST /people/{stream}/medicines/state/{record}":  true,
	"POST /shift/together":                            true,
	"POST /shift/handover":                            true,
}

// replaying is a form that is posted on behalf of whoever wrote it without a network.
type replaying struct {
	account string
	late    access.Late
	wrongs  []string // why it was refused, in words
}

type replayKey struct{}

func replayOf(ctx context.Context) *replaying {
	r, _ := ctx.Value(replayKey{}).(*replaying)
	return r
}

// wronged is a page that says what is wrong.
type wronged interface{ wrongs() []string }

// wrongs are the faults that a page tells at its top.
func (f Frame) wrongs() []string {
	var list []string
	for _, e := range f.Errors {
		list = append(list, e.Text)
	}
	return list
}

func (p problemPage) wrongs() []string {
	return append([]string{strings.TrimSpace(p.Message + " " + p.Hint)}, p.Lines...)
}

func (p conflictPage) wrongs() []string {
	return []string{"Somebody else changed this record first: version " + plain.Whole(p.Theirs.Number) + " by " + p.Theirs.Who + ". The two must be put together by a person."}
}

// postEntry posts an entry to its page as its author: the same handler writes it that would have written it on the spot.
func (s *server) postEntry(ctx context.Context, e *outbox.Envelope) (outbox.Outcome, string, error) {
	purpose, err := s.purposeOf(ctx, e.Account)
	switch {
	case standard.KindOf(err) == standard.Unauthenticated:
		return outbox.Outcome{}, outbox.LateClosed, nil
	case err != nil:
		return outbox.Outcome{}, "", err
	}
	values, err := entryValues(e) // what cannot be read is refused by the page itself
	if by := values.Get(fieldBy); err == nil && by != "" && by != e.Account {
		return outbox.Outcome{}, outbox.LateOpened, nil
	}
	return s.replay(ctx, e, &replaying{account: e.Account, late: s.lateOfEntry(e)}, purpose)
}

// replay posts what is in an envelope. Waits says that it is no page that may be posted to so.
func (s *server) replay(ctx context.Context, e *outbox.Envelope, as *replaying, purpose access.Purpose) (out outbox.Outcome, waits string, err error) {
	if ctx, err = s.sessions.Load(ctx, ""); err != nil { // what the next page would say goes nowhere
		return out, "", fmt.Errorf("a session for an entry: %w", err)
	}
	s.sessions.Put(ctx, keyAccount, as.account)
	s.sessions.Put(ctx, keyPurpose, string(purpose))
	r, err := http.NewRequestWithContext(context.WithValue(ctx, replayKey{}, as), http.MethodPost, e.Path, bytes.NewReader(e.Body))
	if err != nil {
		return outbox.Outcome{Status: http.StatusBadRequest, Reasons: []string{"The page that it was written on is not there any more."}}, "", nil
	}
	r.Header.Set("Content-Type", e.Type)
	if _, pattern := s.mux.Handler(r); !replayable[pattern] {
		return out, outbox.LateOther, nil
	}
	w := &unseen{header: http.Header{}}
	s.mux.ServeHTTP(w, r)
	out = outbox.Outcome{Status: w.status, Where: w.header.Get("Location"), Reasons: as.wrongs}
	switch {
	case w.status == http.StatusServiceUnavailable:
		return out, "", &standard.Fault{Kind: standard.Busy, Message: "It could not be saved just now. It stays on the device, and is sent again."}
	case w.status >= http.StatusBadRequest && len(out.Reasons) == 0:
		out.Reasons = []string{"It could not be saved."}
	case w.status == http.StatusOK: // the page asks something more
		out.Status, out.Reasons = http.StatusUnprocessableEntity, append(out.Reasons, "The form was not finished.")
	}
	return out, "", nil
}

// unseen takes an answer that nobody looks at but for its status and where it leads.
type unseen struct {
	header http.Header
	status int
}

// Header implements http.ResponseWriter.
func (w *unseen) Header() http.Header { return w.header }

// Write implements http.ResponseWriter.
func (w *unseen) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return io.Discard.Write(p)
}

// WriteHeader implements http.ResponseWriter.
func (w *unseen) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// wrongClock is how far the clock of a device may be off without a word.
const wrongClock = 2 * time.Minute

// lateOf says when something was written, by our clock as far as it is known; and what the device's clock said, where that is far off.
func (s *server) lateOf(made, offset int64) access.Late {
	at := time.UnixMilli(made).In(s.config.Zone)
	behind := time.Duration(offset) * time.Millisecond
	late := access.Late{Recorded: at.Add(behind).Format(time.RFC3339)}
	if behind.Abs() > wrongClock {
		late.Note = plain.Say("Written without a network, on a device whose clock was wrong: it said {time}, {how far}.", "time", plain.Minute(at, at.Location()), "how far", offWords(behind))
	}
	return late
}

// lateOfEntry says the same of an entry, and which one it is.
func (s *server) lateOfEntry(e *outbox.Envelope) access.Late {
	late := s.lateOf(e.Made, e.Offset)
	late.Entry = e.ID
	return late
}

// offWords say how far a clock is off.
func offWords(behind time.Duration) string {
	which := "behind"
	if behind < 0 {
		which = "ahead"
	}
	minutes := int(math.Round(behind.Abs().Minutes()))
	if minutes < 60 {
		return count(minutes, "minute") + " " + which
	}
	if days := minutes / (24 * 60); days > 1 {
		return count(days, "day") + " " + which
	}
	words := count(minutes/60, "hour")
	if minutes%60 != 0 {
		words += " " + count(minutes%60, "minute")
	}
	return words + " " + which
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return plain.Whole(n) + " " + what + "s"
}

// headerMade says, on a form that a device sends on the spot, when it was written and how far the clock was off: if the answer is lost and the sealed
// entry is sent too, the two are the same to the last digit.
const headerMade = "Rosemary-Made"

// madeNow reads that header.
func (c *call) madeNow() (access.Late, bool) {
	made, offset, ok := strings.Cut(c.r.Header.Get(headerMade), " ")
	at, err := strconv.ParseInt(made, 10, 64)
	off, offErr := strconv.ParseInt(offset, 10, 64)
	const most = 1 << 48
	if !ok || err != nil || offErr != nil || at < 0 || at > most || off > most || off < -most {
		return access.Late{}, false
	}
	return c.lateOf(at, off), true
}

// late gives the session in which a form is committed: of one that was written without a network, with the time at which it was written.
func (c *call) late(session *access.Session) *access.Session {
	if c.ctx.Value(forDeviceKey{}) != nil {
		return session.ForDevice()
	}
	if r := replayOf(c.ctx); r != nil {
		return session.Late(r.late)
	}
	if c.mending != nil {
		return session.Late(c.mending.late)
	}
	if late, ok := c.madeNow(); ok {
		return session.Late(late)
	}
	return session
}

// resume writes, at start, what had come in and was not written when the program ended.
func (s *server) resume() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := s.config.Outbox.Resume(ctx, s.postEntry); err != nil {
		s.config.Log.Error("entries that came in before the last stop could not be written yet", "error", err)
	}
}

// workerOf is the entry of the directory of whoever has an account; zero where that is not known.
func (s *server) workerOf(ctx context.Context, account string) uuid.UUID {
	worker, err := s.config.Guard.WorkerOf(ctx, account)
	if err != nil {
		return uuid.Nil
	}
	return worker
}
