package exchange_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// home is one of two providers.
type home struct {
	*fixture.World
	t      *testing.T
	server *httptest.Server
	stop   func() // its courier

	mu    sync.Mutex
	front func(http.Handler, http.ResponseWriter, *http.Request) // stands in front of its door; nil: nothing does
	asked []*http.Request
}

func newHome(t *testing.T) *home {
	h := &home{World: fixture.New(t), t: t}
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		front := h.front
		h.mu.Unlock()
		if front != nil {
			front(h.Exchange, w, r)
			return
		}
		h.Exchange.ServeHTTP(w, r)
	}))
	t.Cleanup(h.server.Close)
	return h
}

// before puts something in front of the door.
func (h *home) before(front func(http.Handler, http.ResponseWriter, *http.Request)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.front = front
}

// run lets the courier work until it is stopped. The clock goes on by itself, or nothing would be tried again.
func (h *home) run() {
	h.Exchange.Hurry()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Exchange.Run(ctx)
	}()
	h.stop = sync.OnceFunc(func() { cancel(); <-done })
	h.t.Cleanup(h.stop)
}

// pair is two homes that know each other; the clocks of both go on alike.
type pair struct {
	t        *testing.T
	old, new *home
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t, old: newHome(t), new: newHome(t)}
	p.knows(p.old, p.new, "Elm Court")
	p.knows(p.new, p.old, "Harbour House")
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				p.old.Clock.Advance(time.Second)
				p.new.Clock.Advance(time.Second)
			}
		}
	}()
	p.old.run()
	p.new.run()
	return p
}

// knows adds one home to the systems that another knows.
func (p *pair) knows(who, whom *home, name string) {
	p.t.Helper()
	key, fingerprint := whom.Exchange.Own()
	_, err := who.Exchange.AddPeer(context.Background(), who.Session("manager"), exchange.NewPeer{Name: name, Address: whom.server.URL, Key: key, Fingerprint: strings.ToUpper(fingerprint)})
	if err != nil {
		p.t.Fatal(err)
	}
}

func edith() exchange.Ask {
	return exchange.Ask{Requestor: "Elm Court", Purpose: "moves-in", Basis: "duty-to-share", Why: "She knows and is glad.", NHSNumber: "999 000 0034", Born: "1941-03-02", Given: "Edith", Family: "Lomax", Wanted: "2026-03-20"}
}

// asks lets the new home's manager ask for somebody.
func (p *pair) asks(ask exchange.Ask) uuid.UUID {
	p.t.Helper()
	id := uuid.Must(uuid.NewV7())
	c, err := p.new.Exchange.Ask(context.Background(), p.new.Session("manager"), id, p.old.Identity.System, ask)
	if err != nil || c.State != exchange.Asking {
		p.t.Fatal(c, err)
	}
	return id
}

// becomes waits until a case is in a state.
func (h *home) becomes(id uuid.UUID, want exchange.State) exchange.Case {
	h.t.Helper()
	var c exchange.Case
	for range 3000 {
		var err error
		if c, err = h.Transfers.Exchange().Case(context.Background(), id); err == nil && c.State == want {
			return c
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("it is %q (%s), and never became %q", c.State, c.Trouble, want)
	return c
}

func (p *pair) grants(id uuid.UUID, d exchange.Decision) {
	p.t.Helper()
	if err := p.old.Exchange.Grant(context.Background(), p.old.Session("manager"), id, d); err != nil {
		p.t.Fatal(err)
	}
}

// lives lets Edith live at the old home, with a fall whose elbow was put right, a file and something confidential.
func (p *pair) lives() (person, fall uuid.UUID) {
	p.t.Helper()
	o := p.old
	person = o.MoveIn("manager", o.Home, "Edith", "Lomax", "9990000034", "Room 3")
	fall = o.Write("carer", person, "daily-note", fixture.NoteContent("She fell and hurt her left elbow."))
	o.Commit("senior", &record.Proposal{Stream: person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: fall, Expected: 1, Description: "It was the right elbow.", Content: []byte(fixture.NoteContent("She fell and hurt her right elbow.")),
	}}})
	return person, fall
}

func (p *pair) concern(person uuid.UUID) {
	p.t.Helper()
	p.old.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "safeguarding-concern", Sensitivity: "confidential", Content: []byte(`{"safeguardingConcerns":"About a member of staff.","date":"2026-03-15","status":{"text":"open"}}`)},
	}})
}

// TestAPersonIsAskedForAndSent: asked, decided, sent, received, receipted; twice, and a later part.
func TestAPersonIsAskedForAndSent(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	ctx := context.Background()
	id := p.asks(edith())
	theirs := p.old.becomes(id, exchange.Open)
	p.new.becomes(id, exchange.Waiting)
	if theirs.Ask.NHSNumber != "9990000034" || theirs.Ask.By != "Helen Marsh, registered manager" || theirs.Person != uuid.Nil {
		t.Errorf("what was asked arrives as %+v", theirs)
	}
	who, err := p.old.Exchange.Who(ctx, p.old.Session("manager"), &theirs)
	if err != nil || len(who) != 1 || who[0].Stream != person || !slices.Equal(who[0].Agrees, []string{"NHS number", "name"}) || !slices.Equal(who[0].Differs, []string{"date of birth"}) {
		t.Fatalf("who it may be: %+v, %v", who, err)
	}
	err = p.old.Exchange.Grant(ctx, p.old.Session("manager"), id, exchange.Decision{Person: person, Kind: exchange.Whole})
	if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "/differences") {
		t.Errorf("a mismatch is no question: %v", err)
	}
	p.grants(id, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "They wrote the day and the month the wrong way round.", LastDay: "2026-03-20"})
	done := p.new.becomes(id, exchange.Done)
	sent := p.old.becomes(id, exchange.Received)
	if sent.Receipt == "" || sent.Receipt != done.Receipt || sent.Held != sent.Size || sent.Size == 0 {
		t.Errorf("sent %+v", sent)
	}
	r, peer, err := p.old.Exchange.Proof(ctx, &sent)
	if err != nil || peer.Name != "Elm Court" || r.Person != person || r.Versions == 0 || r.Trouble != "" {
		t.Errorf("the receipt: %+v of %s, %v", r, peer.Name, err)
	}
	stream, err := p.old.Log.Stream(ctx, person)
	if err != nil || stream.Sequence != r.Sequence || stream.Hash != r.Last {
		t.Errorf("the receipt goes up to %d %s, the record to %d %s", r.Sequence, r.Last, stream.Sequence, stream.Hash)
	}
	segment, err := p.new.Session("manager").Segment(ctx, done.Segment)
	if err != nil || !segment.Proof.Given() || segment.Provider != "Harbour House" {
		t.Fatalf("%+v, %v", segment, err)
	}
	if left, _ := os.ReadDir(p.new.Exchange.Dir); len(left) > 0 {
		t.Errorf("packages are left: %v", left)
	}
	p.ratifies(done.Segment)
	p.looksAlike(person, fall)
	p.stayEnds(person)

	again := p.asks(edith())
	p.old.becomes(again, exchange.Open)
	p.grants(again, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "As before."})
	p.new.becomes(again, exchange.Done)
	p.looksAlike(person, fall)

	p.old.Write("manager", person, "daily-note", fixture.NoteContent("A late entry."))
	later := p.asks(edith())
	p.old.becomes(later, exchange.Open)
	p.grants(later, exchange.Decision{Person: person, Kind: exchange.Since, Differences: "As before."})
	part := p.new.becomes(later, exchange.Done)
	if c := p.old.becomes(later, exchange.Received); c.Size >= sent.Size {
		t.Errorf("what came since takes %d bytes, all took %d", c.Size, sent.Size)
	}
	if part.Segment != done.Segment {
		t.Error("a later part does not join the first")
	}
	p.ratifies(part.Segment)
	p.looksAlike(person, fall)
	if err := p.old.Exchange.Grant(ctx, p.old.Session("manager"), later, exchange.Decision{Person: person, Kind: exchange.Whole}); standard.KindOf(err) != standard.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	p.logged(person)
	for _, h := range []*home{p.old, p.new} {
		if _, err := h.Verify(ctx, nil); err != nil {
			t.Error(err)
		}
	}
}

func (p *pair) ratifies(segment uuid.UUID) {
	p.t.Helper()
	_, err := p.new.Session("manager").Ratify(context.Background(), access.Ratification{Segment: segment, Selection: access.SegmentSelection{All: true}, Place: p.new.Home, Reason: "She has moved in."})
	if err != nil {
		p.t.Fatal(err)
	}
}

// looksAlike wants the new home to show of the old one's records what that shows itself, change logs included.
func (p *pair) looksAlike(person, fall uuid.UUID) {
	p.t.Helper()
	var all [2][]string
	for i, h := range []*home{p.old, p.new} {
		view, err := h.Session("manager").View(context.Background(), access.At{})
		if err != nil {
			p.t.Fatal(err)
		}
		versions, _, err := view.Records(context.Background(), access.RecordsQuery{Stream: person, Limit: 1000, Errors: true})
		if err != nil {
			p.t.Fatal(err)
		}
		for _, v := range versions {
			if v.System == p.old.Identity.System {
				all[i] = append(all[i], fmt.Sprintf("%s %s %s", v.VersionID, v.Hash, v.Body))
			}
		}
		log, err := view.ChangeLog(context.Background(), person, fall)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, e := range log {
			if e.Contribution.System == p.old.Identity.System {
				all[i] = append(all[i], fmt.Sprintf("%s %s %s %s", e.Contribution.Committed, e.Contribution.Committer.Actor, e.Change.Type, e.Change.Description))
			}
		}
		slices.Sort(all[i])
	}
	if len(all[0]) < 5 || !slices.Equal(all[0], all[1]) {
		p.t.Errorf("at the old home %q\nat the new one %q", all[0], all[1])
	}
	if !strings.Contains(strings.Join(all[1], "\n"), "It was the right elbow.") {
		p.t.Error("the correction is not visible")
	}
}

// stayEnds wants carers of the old home to see the person no more behind the last day, and the manager still.
func (p *pair) stayEnds(person uuid.UUID) {
	p.t.Helper()
	p.old.Clock.Advance(10 * 24 * time.Hour)
	p.new.Clock.Advance(10 * 24 * time.Hour)
	for account, sees := range map[string]bool{"carer": false, "manager": true} {
		view, err := p.old.Session(account).View(context.Background(), access.At{})
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err := view.Person(context.Background(), person); (err == nil) != sees {
			p.t.Errorf("%s sees the person: %v", account, err)
		}
	}
}

// logged wants every step in the log of who saw what of the person.
func (p *pair) logged(person uuid.UUID) {
	p.t.Helper()
	for h, want := range map[*home][]string{p.old: {"transfer-request", "grant-transfer", "transfer", "transfer-received"}, p.new: {"transfer-arrived", "ratify"}} {
		entries, err := h.Session("manager").AccessLog(context.Background(), person, 0, 1000)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, action := range want {
			if !slices.ContainsFunc(entries, func(e access.Entry) bool { return e.Action == action }) {
				p.t.Errorf("the log does not tell of %q", action)
			}
		}
	}
}

// TestAPartIsSent: what was chosen goes, with what proves each version and the names of who wrote it; nothing else does, and what is held closely only with a reason.
func TestAPartIsSent(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	p.concern(person)
	ctx := context.Background()
	manager := p.old.Session("manager")
	letter := []byte("a letter")
	kept, err := manager.Attach(ctx, person, strings.NewReader(string(letter)), access.Said{MediaType: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	p.old.Write("manager", person, "document", fmt.Sprintf(`{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, kept.Hash, kept.MediaType, kept.Size))
	id := p.asks(edith())
	theirs := p.old.becomes(id, exchange.Open)
	grant := func(d exchange.Decision) error {
		d.Person, d.Differences = person, "She has only a month on her card."
		return p.old.Exchange.Grant(ctx, manager, id, d)
	}
	for name, d := range map[string]exchange.Decision{
		"/kind": {}, "/justification": {Kind: exchange.Whole}, "/until": {Kind: exchange.Some, Part: exchange.Chosen{From: "2026-03-02", Until: "2026-03-01"}},
		"/from": {Kind: exchange.Some, Part: exchange.Chosen{From: "yesterday"}}, "/lastDay": {Kind: exchange.Whole, Justification: "x", LastDay: "soon"},
	} {
		if err := grant(d); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := grant(exchange.Decision{Kind: exchange.Since}); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "/kind") {
		t.Errorf("since nothing: %v", err)
	}
	part := exchange.Decision{Kind: exchange.Some, Person: person, Part: exchange.Chosen{Degree: record.Normal}}
	look, err := p.old.Exchange.Outlook(ctx, manager, &theirs, &part)
	if err != nil || look.NeedsReason() || look.Classes["daily-note"] != 2 || look.Classes["document"] != 0 || look.Classes["safeguarding-concern"] != 0 {
		t.Fatalf("what would go: %+v, %v", look, err)
	}
	if err := grant(part); err != nil {
		t.Fatal(err)
	}
	done := p.new.becomes(id, exchange.Done)
	segment, err := p.new.Session("manager").Segment(ctx, done.Segment)
	if err != nil || segment.Files != 0 || int(segment.Versions) != look.Count || !segment.Proof.Given() {
		t.Errorf("%+v, %v; %d were foreseen", segment, err, look.Count)
	}
	p.ratifies(done.Segment)
	view, err := p.new.Session("manager").View(ctx, access.At{})
	if err != nil {
		t.Fatal(err)
	}
	log, err := view.ChangeLog(ctx, person, fall)
	if err != nil || !slices.ContainsFunc(log, func(e access.LogEntry) bool { return e.Change.Description == "It was the right elbow." }) {
		t.Errorf("the correction: %+v, %v", log, err)
	}
	names, err := view.Names(ctx, uuid.Nil, []uuid.UUID{p.old.Workers["senior"]})
	if err != nil || names[p.old.Workers["senior"]] == "" {
		t.Errorf("who wrote it is not named: %v, %v", names, err)
	}
	whole := p.asks(edith())
	p.old.becomes(whole, exchange.Open)
	p.grants(whole, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "x", Justification: "They must know who may not be alone with her."})
	all := p.new.becomes(whole, exchange.Done)
	preview, err := p.new.Session("manager").PreviewSegment(ctx, all.Segment)
	if err != nil || len(preview.Conflicts) > 0 || preview.Segment.Files != 1 {
		t.Errorf("all, behind a part: %+v, %v", preview, err)
	}
	p.ratifies(all.Segment)
	p.looksAlike(person, fall)
	for _, h := range []*home{p.old, p.new} {
		if _, err := h.Verify(ctx, nil); err != nil {
			t.Error(err)
		}
	}
}
