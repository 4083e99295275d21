package exchange_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
	"rosemary/transfer/exchange"
)

// send sends a request to a door, and gives the status and whatever it says.
func send(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(body)
}

// TestWhoSpeaks: a request counts only from a system that is known, to this one, unaltered, now, and once.
func TestWhoSpeaks(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	stranger := fixture.New(t)
	ask := func() exchange.Spoken {
		return exchange.Spoken{
			From: p.new.Identity.System, To: p.old.Identity.System, Method: http.MethodPost, Path: "/exchange/requests", SealFor: p.old.Identity.Keys[0], At: p.new.Clock.Now(),
			Say: fmt.Appendf(nil, `{"case":%q,"ask":{"by":"Helen","requestor":"Elm Court","purpose":"moves-in","basis":"consent","why":"She said yes.","born":"1941-03-02","given":"Edith","family":"Lomax"}}`, uuid.New()),
		}
	}
	signed := func(s exchange.Spoken, keys *record.Keys, change func(*http.Request)) *http.Request {
		t.Helper()
		r, err := s.Signed(p.old.server.URL, keys)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		return r
	}
	said := func(change func(*exchange.Spoken)) *http.Request {
		s := ask()
		change(&s)
		return signed(s, p.new.Keys, nil)
	}
	other := sealedFor(t, p.old.Identity.Keys[0], ask().Say)
	for name, tt := range map[string]struct {
		request *http.Request
		status  int
		says    string // of what is not sealed
	}{
		"as it should be": {signed(ask(), p.new.Keys, nil), 200, ""},
		"not signed":      {httptestless(p.old.server.URL + "/exchange/requests"), 401, "not signed"},
		"a stranger":      {signed(func() exchange.Spoken { s := ask(); s.From = stranger.Identity.System; return s }(), stranger.Keys, nil), 401, "not known here"},
		"another key":     {signed(ask(), stranger.Keys, nil), 401, "signature does not fit"},
		"another body": {signed(ask(), p.new.Keys, func(r *http.Request) {
			r.Body = io.NopCloser(bytes.NewReader(other))
			r.ContentLength = int64(len(other))
		}), 401, "signature does not fit"},
		"another nonce":      {signed(ask(), p.new.Keys, func(r *http.Request) { r.Header.Set("Rosemary-Nonce", strings.Repeat("ab", 16)) }), 401, "signature does not fit"},
		"another range":      {signed(ask(), p.new.Keys, func(r *http.Request) { r.Header.Set("Range", "bytes=0-5") }), 401, "signature does not fit"},
		"another path":       {signed(ask(), p.new.Keys, func(r *http.Request) { r.URL.Path = "/exchange/requests/" + uuid.NewString() + "/withdraw" }), 401, "signature does not fit"},
		"to another system":  {said(func(s *exchange.Spoken) { s.To = stranger.Identity.System }), 401, "another system"},
		"an old one":         {said(func(s *exchange.Spoken) { s.At = s.At.Add(-6 * time.Minute) }), 401, ""},
		"one of tomorrow":    {said(func(s *exchange.Spoken) { s.At = s.At.Add(24 * time.Hour) }), 401, ""},
		"sealed for another": {said(func(s *exchange.Spoken) { s.SealFor = stranger.Identity.Keys[0] }), 422, ""},
		"not JSON":           {said(func(s *exchange.Spoken) { s.Say = []byte("<html>") }), 422, ""},
		"with something more": {said(func(s *exchange.Spoken) {
			s.Say = bytes.Replace(s.Say, []byte(`{"case"`), []byte(`{"more":1,"case"`), 1)
		}), 422, ""},
		"without a purpose": {said(func(s *exchange.Spoken) { s.Say = bytes.Replace(s.Say, []byte("moves-in"), []byte("curiosity"), 1) }), 422, ""},
		"endless":           {said(func(s *exchange.Spoken) { s.Say = bytes.Repeat([]byte(" "), 100_000) }), 413, "longer than"},
		"a case of others":  {said(func(s *exchange.Spoken) { s.Method, s.Path, s.Say = "GET", "/exchange/requests/"+uuid.NewString(), nil }), 404, ""},
		"a package of others": {said(func(s *exchange.Spoken) {
			s.Method, s.Path, s.Say = "GET", "/exchange/requests/"+uuid.NewString()+"/package", nil
		}), 404, ""},
		"nothing there": {said(func(s *exchange.Spoken) { s.Path = "/exchange/secrets" }), 404, "nothing here"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := send(t, tt.request)
			if status != tt.status || !strings.Contains(body, tt.says) {
				t.Errorf("status %d, want %d: %s", status, tt.status, body)
			}
		})
	}
	once := signed(ask(), p.new.Keys, nil)
	body, _ := io.ReadAll(once.Body)
	for i, want := range []int{200, 401, 401} {
		if i == 2 { // the server was started anew meanwhile: it is in its book, not in its memory
			p.old.Exchange.Config.Book = p.old.Transfers.Exchange()
		}
		once.Body = io.NopCloser(bytes.NewReader(body))
		if status, _ := send(t, once); status != want {
			t.Errorf("said the %d. time: %d, want %d", i+1, status, want)
		}
	}
	if err := p.old.Exchange.RemovePeer(context.Background(), p.old.Session("manager"), p.new.Identity.System); err != nil {
		t.Fatal(err)
	}
	if status, body := send(t, signed(ask(), p.new.Keys, nil)); status != 401 || !strings.Contains(body, "not known here") {
		t.Errorf("a system that was removed: %d %s", status, body)
	}
}

func httptestless(url string) *http.Request {
	r, _ := http.NewRequest(http.MethodPost, url, strings.NewReader("{}"))
	return r
}

func sealedFor(t *testing.T, key string, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := transfer.Seal(&out, key)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestTheAskerLearnsNothing of who is held before somebody decided: for somebody who lives there and for somebody whom nobody knows every answer has the same status and length, and a refusal
// says no more than whoever refused it wrote.
func TestTheAskerLearnsNothing(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	answers := map[string]int{}
	nobody := edith()
	nobody.NHSNumber, nobody.Given, nobody.Family = "9990000042", "Agnes", "Lomas"
	var ids []uuid.UUID
	for name, ask := range map[string]exchange.Ask{"held": edith(), "nobody": nobody} {
		id := p.asks(ask)
		ids = append(ids, id)
		p.old.becomes(id, exchange.Open)
		p.new.becomes(id, exchange.Waiting)
		r, err := exchange.Spoken{From: p.new.Identity.System, To: p.old.Identity.System, Method: "GET", Path: "/exchange/requests/" + id.String(), At: p.new.Clock.Now()}.Signed(p.old.server.URL, p.new.Keys)
		if err != nil {
			t.Fatal(err)
		}
		status, body := send(t, r)
		answers[name] = status*100_000 + len(body)
	}
	if answers["held"] != answers["nobody"] {
		t.Errorf("the answers differ: %v", answers)
	}
	for _, id := range ids {
		if err := p.old.Exchange.Refuse(context.Background(), p.old.Session("manager"), id, ""); standard.KindOf(err) != standard.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if err := p.old.Exchange.Refuse(context.Background(), p.old.Session("manager"), id, "Ask the family first."); err != nil {
			t.Fatal(err)
		}
		if c := p.new.becomes(id, exchange.Refused); c.Reason != "Ask the family first." {
			t.Errorf("the asker reads %q", c.Reason)
		}
	}
	for _, account := range []string{"carer", "senior", "admin", "inspector"} {
		if _, err := p.new.Exchange.Ask(context.Background(), p.new.Session(account), uuid.New(), p.old.Identity.System, edith()); standard.KindOf(err) != standard.Forbidden {
			t.Errorf("%s asks: %v", account, err)
		}
		if err := p.old.Exchange.Refuse(context.Background(), p.old.Session(account), ids[0], "x"); standard.KindOf(err) != standard.NotFound {
			t.Errorf("%s decides: %v", account, err)
		}
	}
	entries, err := p.old.Session("manager").AccessLog(context.Background(), person, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, e := range entries {
		told = told || e.Action == "refuse-transfer" && e.To == "Elm Court" && strings.Contains(e.What, "Ask the family first.")
	}
	if !told {
		t.Error("the person cannot read that it was refused")
	}
}

// TestFaultsOfAPackage: what is not what the sender signed, or was not made for this system, is not taken in; the sender is told why, and nothing is left.
func TestFaultsOfAPackage(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	third := fixture.New(t)
	whole := func(t *testing.T, key string, change func([]byte) []byte) []byte {
		var plain bytes.Buffer
		_, err := transfer.Send(context.Background(), p.old.Session("manager"), &plain, transfer.Sending{
			Person: person, To: "x", Why: "x", System: p.old.Identity.System, Keys: p.old.Identity.Keys, Sent: p.old.Clock.Now(), Prove: p.old.ProofOf,
		})
		if err != nil {
			t.Fatal(err)
		}
		return sealedFor(t, key, change(plain.Bytes()))
	}
	as := func(b []byte) []byte { return b }
	own := p.new.Identity.Keys[0]
	for name, tt := range map[string]struct {
		file   func(*testing.T) []byte
		change func(*exchange.Statement)
		says   string
	}{
		"sealed for another system": {file: func(t *testing.T) []byte { return whole(t, third.Identity.Keys[0], as) }, says: "sealed for another system"},
		"not sealed":                {file: func(*testing.T) []byte { return []byte("hello") }, says: "not something that was sealed"},
		"cut off inside": {file: func(t *testing.T) []byte {
			return whole(t, own, func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], 10)+1] })
		}, says: "cut off"},
		"altered inside": {file: func(t *testing.T) []byte {
			return whole(t, own, func(b []byte) []byte { return bytes.Replace(b, []byte("left elbow"), []byte("left ankle"), 1) })
		}, says: "altered"},
		"doubled inside":      {file: func(t *testing.T) []byte { return whole(t, own, doubled) }, says: "twice"},
		"empty":               {file: func(t *testing.T) []byte { return sealedFor(t, own, nil) }, says: "cut off"},
		"longer than it says": {file: func(t *testing.T) []byte { return append(whole(t, own, as), 'x') }, change: func(s *exchange.Statement) { s.Size-- }, says: "not what was sent"},
		"another hash":        {file: func(t *testing.T) []byte { return whole(t, own, as) }, change: func(s *exchange.Statement) { s.Hash[3] ^= 1 }, says: "not what was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			id := p.asks(edith())
			p.old.becomes(id, exchange.Open)
			file := tt.file(t)
			_, err := p.old.Transfers.Exchange().Change(context.Background(), id, func(c *exchange.Case) error {
				s := exchange.Statement{Case: id, From: p.old.Identity.System, To: p.new.Identity.System, Kind: exchange.Whole, Size: int64(len(file)), Hash: sha256.Sum256(file), Made: p.old.Clock.Now()}
				if tt.change != nil {
					tt.change(&s)
				}
				c.State, c.Person = exchange.Ready, person
				if err := os.MkdirAll(p.old.Exchange.Dir, 0o700); err != nil {
					return err
				}
				return p.old.Exchange.Replace(c, s, file)
			})
			if err != nil {
				t.Fatal(err)
			}
			asked := p.new.becomes(id, exchange.Failed)
			sent := p.old.becomes(id, exchange.Failed)
			if !strings.Contains(asked.Trouble, tt.says) || !strings.Contains(sent.Trouble, tt.says) || !strings.HasPrefix(sent.Trouble, "Elm Court could not take it in") {
				t.Errorf("the receiver says %q, the sender %q; want %q", asked.Trouble, sent.Trouble, tt.says)
			}
			if r, _, err := p.old.Exchange.Proof(context.Background(), &sent); err != nil || r.Trouble == "" {
				t.Errorf("the receipt of what was not taken in: %+v, %v", r, err)
			}
			p.nothing()
		})
	}
	for name, change := range map[string]func(*exchange.Statement){
		"for another system": func(s *exchange.Statement) { s.To = third.Identity.System }, "of another case": func(s *exchange.Statement) { s.Case = uuid.New() },
		"too large": func(s *exchange.Statement) { s.Size = 1 << 40 },
	} {
		t.Run(name, func(t *testing.T) {
			id := p.asks(edith())
			p.old.becomes(id, exchange.Open)
			_, err := p.old.Transfers.Exchange().Change(context.Background(), id, func(c *exchange.Case) error {
				s := exchange.Statement{Case: id, From: p.old.Identity.System, To: p.new.Identity.System, Kind: exchange.Whole, Size: 5, Made: p.old.Clock.Now()}
				change(&s)
				c.State = exchange.Ready
				return p.old.Exchange.Replace(c, s, []byte("hello"))
			})
			if err != nil {
				t.Fatal(err)
			}
			if c := p.new.becomes(id, exchange.Failed); c.Trouble == "" {
				t.Error("it does not say why")
			}
			p.nothing()
		})
	}
}

// doubled says one contribution twice.
func doubled(b []byte) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return bytes.Join(append(append([][]byte{}, lines[:3]...), lines[2:]...), nil)
}

// nothing wants nothing of anybody in the new home's waiting room, and no package left.
func (p *pair) nothing() {
	p.t.Helper()
	waiting, err := p.new.Session("manager").Waiting(context.Background())
	if err != nil || len(waiting) != 0 {
		p.t.Errorf("something waits: %v, %v", waiting, err)
	}
	for range 100 {
		left, _ := os.ReadDir(p.new.Exchange.Dir)
		if len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Error("packages are left")
}

// TestAWayThatBreaks: however often the connection is cut, wherever, and whichever side is stopped, the package arrives whole, and hardly a byte of it twice.
func TestAWayThatBreaks(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	for i := range 40 {
		p.old.Write("carer", person, "daily-note", fixture.NoteContent(fmt.Sprintf("Note %d: %s", i, strings.Repeat("tea and cake ", 3000+i))))
	}
	var served, cuts int64
	p.old.before(func(door http.Handler, w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/package") {
			door.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		door.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		n := min(answer.Body.Len(), 100_000+int(cuts)*37_001)
		_, _ = w.Write(answer.Body.Bytes()[:n])
		served += int64(n)
		if n < answer.Body.Len() {
			cuts++
			if f, ok := w.(http.Flusher); ok {
				f.Flush()
			}
			if cuts == 2 {
				go func() { p.new.stop(); p.new.run() }()
			}
			if cuts == 3 {
				go func() { p.old.stop(); p.old.run() }()
			}
			panic(http.ErrAbortHandler)
		}
	})
	id := p.asks(edith())
	p.old.becomes(id, exchange.Open)
	p.grants(id, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "x"})
	done := p.new.becomes(id, exchange.Done)
	sent := p.old.becomes(id, exchange.Received)
	if cuts < 4 {
		t.Errorf("the way was cut %d times only: the test shows nothing", cuts)
	}
	if served > sent.Size+400_000 {
		t.Errorf("%d bytes were served of a package of %d", served, sent.Size)
	}
	p.ratifies(done.Segment)
	p.looksAlike(person, fall)
}

// TestAByteThatTurnsOnTheWay: it is fetched once more; when it turns again, that is said to both.
func TestAByteThatTurnsOnTheWay(t *testing.T) {
	t.Parallel()
	for _, always := range []bool{false, true} {
		t.Run(fmt.Sprint(always), func(t *testing.T) {
			p := newPair(t)
			person, _ := p.lives()
			turned := 0
			p.old.before(func(door http.Handler, w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/package") || turned > 0 && !always {
					door.ServeHTTP(w, r)
					return
				}
				answer := httptest.NewRecorder()
				door.ServeHTTP(answer, r)
				for name, values := range answer.Header() {
					w.Header()[name] = values
				}
				w.WriteHeader(answer.Code)
				body := answer.Body.Bytes()
				body[len(body)/2] ^= 1
				turned++
				_, _ = w.Write(body)
			})
			id := p.asks(edith())
			p.old.becomes(id, exchange.Open)
			p.grants(id, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "x"})
			if !always {
				p.new.becomes(id, exchange.Done)
				return
			}
			if c := p.new.becomes(id, exchange.Failed); !strings.Contains(c.Trouble, "not what was sent") {
				t.Errorf("it says %q", c.Trouble)
			}
			p.nothing()
			p.old.before(nil)
			p.grants(id, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "x"})
			if err := p.new.Exchange.Again(context.Background(), p.new.Session("manager"), id); err != nil {
				t.Fatal(err)
			}
			p.new.becomes(id, exchange.Done)
			p.old.becomes(id, exchange.Received)
		})
	}
}

// TestTheFileIsGone: a package whose file was lost at the sender is packed again, and what was fetched of the first is not mixed with the second.
func TestTheFileIsGone(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	removed := false
	p.old.before(func(door http.Handler, w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/package") && !removed {
			removed = true
			id, _ := uuid.Parse(strings.Split(r.URL.Path, "/")[3])
			_ = os.Remove(p.old.Exchange.Outgoing(id))
		}
		door.ServeHTTP(w, r)
	})
	id := p.asks(edith())
	p.old.becomes(id, exchange.Open)
	p.grants(id, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "x"})
	p.new.becomes(id, exchange.Done)
	p.old.becomes(id, exchange.Received)
}

// TestTakenBack: what is taken back is no longer sent.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.lives()
	id := p.asks(edith())
	p.old.becomes(id, exchange.Open)
	if err := p.new.Exchange.TakeBack(context.Background(), p.new.Session("manager"), id, "She stays where she is."); err != nil {
		t.Fatal(err)
	}
	p.new.becomes(id, exchange.Withdrawn)
	if c := p.old.becomes(id, exchange.Withdrawn); c.Reason != "She stays where she is." {
		t.Errorf("%+v", c)
	}
	if err := p.old.Exchange.Grant(context.Background(), p.old.Session("manager"), id, exchange.Decision{Person: uuid.New(), Kind: exchange.Whole}); standard.KindOf(err) != standard.Conflict {
		t.Errorf("it is granted: %v", err)
	}
}

func TestPeersAreCompared(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	third := newHome(t)
	ctx := context.Background()
	manager := p.old.Session("manager")
	card, address, err := p.old.Exchange.Look(ctx, manager, third.server.URL+"/")
	if err != nil || card.System != third.Identity.System || address != third.server.URL {
		t.Fatal(card, address, err)
	}
	_, fingerprint := third.Exchange.Own()
	good := exchange.NewPeer{Name: "Moor View", Address: address, Key: card.Key, Fingerprint: fingerprint}
	_, own := p.old.Exchange.Own()
	for name, tt := range map[string]struct {
		change func(*exchange.NewPeer)
		path   string
	}{
		"another fingerprint": {func(n *exchange.NewPeer) { n.Fingerprint = own }, "/fingerprint"}, "none": {func(n *exchange.NewPeer) { n.Fingerprint = "" }, "/fingerprint"},
		"no name": {func(n *exchange.NewPeer) { n.Name = " " }, "/name"}, "no address": {func(n *exchange.NewPeer) { n.Address = "elm court" }, "/address"},
		"a secret in the address": {func(n *exchange.NewPeer) { n.Address = "https://a:b@c" }, "/address"}, "no key": {func(n *exchange.NewPeer) { n.Key = "x" }, "/key"},
		"this very system": {func(n *exchange.NewPeer) { n.Key, n.Fingerprint = p.old.Identity.Keys[0], own }, "/key"},
	} {
		n := good
		tt.change(&n)
		if _, err := p.old.Exchange.AddPeer(ctx, manager, n); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), tt.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, account := range []string{"carer", "nurse", "inspector"} {
		if _, err := p.old.Exchange.AddPeer(ctx, p.old.Session(account), good); standard.KindOf(err) != standard.Forbidden {
			t.Errorf("%s adds a system: %v", account, err)
		}
		if _, _, err := p.old.Exchange.Look(ctx, p.old.Session(account), address); standard.KindOf(err) != standard.Forbidden {
			t.Errorf("%s lets the server call: %v", account, err)
		}
	}
	if _, err := p.old.Exchange.AddPeer(ctx, p.old.Session("admin"), good); err != nil {
		t.Error(err)
	}
	if _, _, err := p.old.Exchange.Look(ctx, manager, p.old.server.URL); standard.KindOf(err) != standard.Invalid {
		t.Errorf("its own address: %v", err)
	}
	nowhere := httptest.NewServer(http.NotFoundHandler())
	defer nowhere.Close()
	if _, _, err := p.old.Exchange.Look(ctx, manager, nowhere.URL); standard.KindOf(err) != standard.Unavailable {
		t.Errorf("nothing of ours: %v", err)
	}
	list, err := p.old.Exchange.Peers(ctx, manager)
	if err != nil || len(list) != 2 {
		t.Errorf("%v, %v", list, err)
	}
}
