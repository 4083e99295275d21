package web

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/standard"
)

// The doors of devices. They answer a script, need nobody to be signed in, and lengthen nobody's time: what a device does by itself is no sign that
// somebody is there.
const (
	pathHello   = "/outbox/hello"
	pathEntries = "/outbox/entries"
	pathBundle  = "/outbox/bundle"
)

// headerDevice names the device that sends an entry.
const headerDevice = "Rosemary-Device"

// stranger is how large an entry of a device that is not known here may be.
const stranger = 1 << 20

// deviceDoors are the addresses that devices report to.
func (s *server) deviceDoors(mux *http.ServeMux, compressed func(http.Handler) http.HandlerFunc) {
	if s.config.Outbox == nil {
		return
	}
	door := func(pattern string, answer func(*call) error) {
		mux.Handle(pattern, s.guarded(compressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answerDevice(w, r, answer) }))))
	}
	door("POST "+pathHello, (*call).hello)
	door("POST "+pathEntries, (*call).receiveEntry)
	door("GET "+pathBundle, (*call).bundle)
}

// answerDevice answers a device, with the session of whoever is signed in on it, if anybody is.
func (s *server) answerDevice(w http.ResponseWriter, r *http.Request, answer func(*call) error) {
	token := ""
	if cookie, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := s.sessions.Load(r.Context(), token)
	if err != nil {
		s.sessions.ErrorFunc(w, r, err)
		return
	}
	c := &call{server: s, w: w, r: r.WithContext(ctx), ctx: ctx}
	c.listen()
	if account := s.sessions.GetString(ctx, keyAccount); account != "" {
		c.session, err = s.config.Guard.Session(ctx, account, access.Purpose(s.sessions.GetString(ctx, keyPurpose)))
		if standard.KindOf(err) == standard.Unauthenticated {
			c.session, err = nil, nil // the account was closed
		}
	}
	if err == nil {
		err = answer(c)
	}
	if err != nil {
		c.failDevice(err)
	}
}

// deviceProblem says to a device what is wrong with what it sent.
type deviceProblem struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

func (c *call) failDevice(err error) {
	kind := standard.KindOf(err)
	p, status := deviceProblem{Kind: string(kind), Message: "Something went wrong."}, answerOf(kind).status
	if status >= http.StatusInternalServerError {
		c.config.Log.Error("device", "kind", string(kind), "error", err)
	}
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind != standard.Broken {
		p.Message = strings.TrimSpace(fault.Message + " " + fault.Hint)
	}
	_ = c.answerJSON(status, p)
}

func (c *call) answerJSON(status int, v any) error {
	out, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(out) // whoever asked has gone away
	return nil
}

// account is who is signed in; "" when nobody is.
func (c *call) account() string {
	if c.session == nil {
		return ""
	}
	return c.session.Principal().Account
}

// keeper is for whom the device may keep pages, and work: whoever is signed in and gives care; "" for everybody else. Who only reads, inspects or visits reads with a
// network.
func (c *call) keeper() string {
	if c.session == nil || !c.session.May(access.ToRecord) {
		return ""
	}
	return c.account()
}

// hello is what a device says of itself.
type hello struct {
	Device  string   `json:"device"` // "" when it is first in touch
	Name    string   `json:"name"`
	Public  string   `json:"public"`  // the key with which it signs for whoever is signed in
	Account string   `json:"account"` // for whom it keeps pages; "" for nobody
	Now     int64    `json:"now"`     // milliseconds since 1970, by its clock
	Waiting int      `json:"waiting"`
	Refused int      `json:"refused"`
	Oldest  int64    `json:"oldest"` // when the oldest that waits was made; 0 for none
	Ask     []string `json:"ask"`    // the entries that it holds for a person
	Signs   string   `json:"signs"`  // for whom it signs with that key
	Others  []string `json:"others"` // who else can be let in on it without a network
}

// helloReply is what it is told.
type helloReply struct {
	Device   string   `json:"device"`
	Key      string   `json:"key"` // to seal to
	Now      int64    `json:"now"`
	Account  string   `json:"account"` // who is signed in; "" for nobody
	Name     string   `json:"name"`    // and what they are called
	Forget   bool     `json:"forget"`  // what it keeps to be read must go: it was revoked, or the account was closed
	KeepFor  int64    `json:"keepFor"` // how many seconds what it keeps may be read
	Epoch    int      `json:"epoch"`
	BackedUp int64    `json:"backedUp"`
	Backups  bool     `json:"backups"`
	Gone     []string `json:"gone"`    // of those others: whose account was closed
	Settled  []string `json:"settled"` // of those that it asked about: what a person has dealt with
}

// keepFor is how long pages that a device keeps may be read without the server: a shift.
func (s *server) keepFor() time.Duration { return time.Duration(s.offline.Hours) * time.Hour }

// keepUntil is how long from now whoever is signed in may read what the device keeps: not beyond the end of a pass.
func (c *call) keepUntil(now time.Time) time.Duration {
	if c.session != nil && !c.session.Principal().Until.IsZero() {
		return max(0, min(c.keepFor(), c.session.Principal().Until.Sub(now)))
	}
	return c.keepFor()
}

const longestHello = 64 << 10

// mostOthers is of how many colleagues a device may ask at once whether they still work here.
const mostOthers = 20

// hello takes in what a device says of itself, and tells it how things stand.
func (c *call) hello() error {
	c.resumed()
	now := c.config.Now()
	var said hello
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, longestHello))
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err != nil {
		return unreadable(err)
	}
	standing, err := c.config.Outbox.State(c.ctx)
	if err != nil {
		return err
	}
	reply := helloReply{Key: base64.RawURLEncoding.EncodeToString(c.config.Outbox.Key.Public()), Now: now.UnixMilli(), Account: c.keeper(),
		KeepFor: int64(c.keepUntil(now) / time.Second), Epoch: standing.Epoch, BackedUp: standing.BackedUp, Backups: standing.Backups}
	device, err := c.deviceOf(said, now)
	if err != nil {
		return err
	}
	reply.Device = device.ID.String()
	if reply.Forget = !device.Revoked.IsZero(); said.Account != "" && !reply.Forget {
		if reply.Forget, err = c.config.Guard.Closed(c.ctx, said.Account); err != nil {
			return err
		}
	}
	if reply.Account != "" {
		reply.Name = c.session.Principal().Name
	}
	for _, account := range said.Others[:min(len(said.Others), mostOthers)] {
		closed, err := c.config.Guard.Closed(c.ctx, account)
		if err != nil {
			return err
		}
		if closed {
			reply.Gone = append(reply.Gone, account)
		}
	}
	reply.Settled, err = c.settled(device.ID, said.Ask)
	if err != nil {
		return err
	}
	return c.answerJSON(http.StatusOK, reply)
}

// deviceOf keeps what a device says of itself. Nobody can speak for a device that has not been here while somebody was signed in.
func (c *call) deviceOf(said hello, now time.Time) (outbox.Device, error) {
	store := c.config.Outbox.Store
	id, err := uuid.Parse(said.Device)
	if err != nil {
		if id, err = outbox.Newcomer(); err != nil {
			return outbox.Device{}, err
		}
	}
	device, err := store.FindDevice(c.ctx, id)
	unknown := standard.KindOf(err) == standard.NotFound
	if err != nil && !unknown {
		return device, err
	}
	if unknown && c.session == nil {
		return outbox.Device{ID: id}, nil
	}
	if unknown {
		device = outbox.Device{ID: id, First: now}
	}
	device.Last, device.Waiting, device.Refused = now, max(0, said.Waiting), max(0, said.Refused)
	device.Behind = max(-maxOff, min(maxOff, now.Sub(time.UnixMilli(said.Now))))
	if device.Oldest = (time.Time{}); said.Oldest > 0 && said.Oldest <= said.Now {
		device.Oldest = time.UnixMilli(said.Oldest).Add(device.Behind)
	}
	if name := strings.ToValidUTF8(strings.TrimSpace(said.Name), ""); name != "" && utf8.RuneCountInString(name) <= 100 {
		device.Name = name
	}
	if account := c.account(); account != "" {
		device.Account = account
		public, err := base64.RawURLEncoding.DecodeString(said.Public)
		if err != nil {
			return device, unreadable(err)
		}
		if err := store.KeepDevice(c.ctx, device); err != nil {
			return device, err
		}
		if len(public) > 0 && said.Signs == account { // a key that signs for one never signs for another
			return device, store.KeepKey(c.ctx, id, account, public, now)
		}
		return device, nil
	}
	return device, store.KeepDevice(c.ctx, device)
}

// maxOff is the largest error of a clock that is counted.
const maxOff = 10 * 366 * 24 * time.Hour

// settled tells which of the entries that a device holds for a person have been dealt with.
func (c *call) settled(device uuid.UUID, ask []string) ([]string, error) {
	done := []string{}
	for _, text := range ask[:min(len(ask), 1000)] {
		id, err := uuid.Parse(text)
		if err != nil {
			continue
		}
		e, err := c.config.Outbox.Store.Find(c.ctx, id)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if e.Device == device && (e.State == outbox.Done || e.State == outbox.SetAside) {
			done = append(done, text)
		}
	}
	return done, nil
}

// entryReply is what became of an entry.
type entryReply struct {
	State   string   `json:"state"` // done, person
	Reasons []string `json:"reasons"`
	Where   string   `json:"where"`
	Moment  int64    `json:"moment"`
	Epoch   int      `json:"epoch"`
}

// receiveEntry takes in a sealed entry. It needs nobody to be signed in: who has left hands over what was not sent.
func (c *call) receiveEntry() error {
	c.resumed()
	most := int64(outbox.MaxEnvelope)
	if c.session == nil {
		id, err := uuid.Parse(c.r.Header.Get(headerDevice))
		if err == nil {
			_, err = c.config.Outbox.Store.FindDevice(c.ctx, id)
		}
		if err != nil {
			most = stranger
		}
	}
	if most > stranger {
		defer c.takeTime()()
	}
	sealed, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, most))
	if err != nil {
		return unreadable(err)
	}
	e, err := c.config.Outbox.Receive(c.ctx, sealed, c.account(), c.postEntry)
	if err != nil {
		return err
	}
	standing, err := c.config.Outbox.State(c.ctx)
	if err != nil {
		return err
	}
	reply := entryReply{State: string(e.State), Reasons: e.Reasons, Where: e.Where, Moment: e.Moment, Epoch: standing.Epoch}
	if e.State == outbox.SetAside { // dealt with, as far as the device is concerned
		reply.State = string(outbox.Done)
	}
	if words := lateWords(e.Late); words != "" {
		reply.Reasons = append(reply.Reasons, words)
	}
	return c.answerJSON(http.StatusOK, reply)
}

// lateWords say why an entry waits for a person though nothing is wrong with it.
func lateWords(late string) string {
	switch late {
	case outbox.LateClosed:
		return "Its writer’s account is closed. A senior looks at it before it goes into the record."
	case outbox.LateRevoked:
		return "It comes from a device that was revoked. A senior looks at it before it goes into the record."
	case outbox.LateUnknown:
		return "It comes from a device that Rosemary does not know. A senior looks at it before it goes into the record."
	case outbox.LateNamed:
		return "Whoever wrote it was not signed in. It goes into the record when they, or a senior, have said whose it is."
	case outbox.LateOpened:
		return "The form was opened by somebody else than whose name is on it. Read it: it goes into the record in that name when you save it."
	case outbox.LateOther:
		return "This is something that a person does with Rosemary in front of them."
	}
	return ""
}
