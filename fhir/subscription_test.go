package fhir_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/fhir"
	"rosemary/fhir/subscription"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	storesubscription "rosemary/store/subscription"
)

// receiver is the other program: it keeps what it was told, and fails while it is told to.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []bundle
	secret []string
	status int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		var b bundle
		if err := json.Unmarshal(body, &b); err == nil && r.status == http.StatusOK {
			r.heard = append(r.heard, b)
			r.secret = append(r.secret, q.Header.Get("Authorization"))
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// parameter gives the value of a parameter of the status in a notification.
func parameter(b *bundle, name string) (values []string) {
	list, _ := b.Entry[0].Resource["parameter"].([]any)
	for _, one := range list {
		p := one.(map[string]any)
		if p["name"] != name {
			continue
		}
		for key, v := range p {
			if strings.HasPrefix(key, "value") {
				values = append(values, fmt.Sprint(v))
			}
		}
		if parts, ok := p["part"].([]any); ok {
			values = append(values, fmt.Sprint(parts[0].(map[string]any)["valueString"]))
		}
	}
	return values
}

// until waits for what was heard to fit.
func (r *receiver) until(t *testing.T, what string, fits func([]bundle) bool) []bundle {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		heard := append([]bundle(nil), r.heard...)
		r.mu.Unlock()
		if fits(heard) {
			return heard
		}
	}
	t.Fatalf("not heard: %s; heard %+v", what, r.heard)
	return nil
}

// events gives the numbers of the events that were heard, and what stands behind them.
func events(heard []bundle) (numbers []string, texts []string) {
	for _, b := range heard {
		numbers = append(numbers, parameter(&b, "notificationEvent")...)
		for _, e := range b.Entry[1:] {
			texts = append(texts, e.Request.Method+" "+fmt.Sprint(e.Resource["valueString"]))
		}
	}
	return numbers, texts
}

func subscriptionTo(endpoint, topic, content, filter string) string {
	return `{"resourceType":"Subscription","status":"requested","reason":"To keep our copy fresh","criteria":"urn:rosemary:topic:` + topic + `","_criteria":{"extension":[
		{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria","valueString":"` + filter + `"}]},"channel":{"type":"rest-hook","endpoint":"` + endpoint + `",
		"payload":"application/fhir+json","_payload":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content","valueCode":"` + content + `"}]},
		"header":["Authorization: Bearer squirrel"]}}`
}

// hooked is the door with a desk that may call this machine, at work until the test ends.
func hooked(t *testing.T, w *fixture.World, account string) (*fixture.Caller, *subscription.Desk, func()) {
	t.Helper()
	book, err := storesubscription.Open(context.Background(), w.Database)
	if err != nil {
		t.Fatal(err)
	}
	desk := subscription.New(subscription.Config{
		Book: book, Now: w.Clock.Now, Log: w.Logger, Rules: subscription.Rules{Private: true}, Tries: 3, Pulse: 10 * time.Millisecond, Head: w.Subscribed.Head,
	})
	door := fhir.New(fhir.Config{
		Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Subscriptions: desk, Zone: w.Zone, Now: w.Clock.Now, Log: w.Logger,
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); door.Run(ctx) }()
	end := sync.OnceFunc(func() { stop(); <-ended })
	t.Cleanup(end)
	c := w.Nobody()
	if c.Handler = door; account != "" {
		c.Token = w.Token(account)
	}
	return c, desk, end
}

// TestSubscription: a program shakes hands, is told of what concerns it, whole and in order and of nobody else, and what was told is logged before.
func TestSubscription(t *testing.T) {
	t.Parallel()
	w, r := fixture.New(t), newReceiver(t)
	c, _, _ := hooked(t, w, "manager")
	made := c.Post("/fhir/R4/Subscription", subscriptionTo(r.URL, "record-changed", "full-resource", "Observation?patient=Patient/"+w.Person.String()), "Content-Type", "application/fhir+json").Want(201)
	path := local(t, made.Header.Get("Location"))
	if strings.Contains(string(made.Body), "squirrel") || strings.Contains(string(c.Get(path).Want(200).Body), "squirrel") {
		t.Error("a secret is shown")
	}
	heard := r.until(t, "a handshake", func(b []bundle) bool { return len(b) == 1 })
	if parameter(&heard[0], "type")[0] != "handshake" || heard[0].Type != "history" || r.secret[0] != "Bearer squirrel" {
		t.Errorf("%+v %v", heard[0], r.secret)
	}
	for begin := time.Now(); read(t, c.Get(path).Want(200))["status"] != "active"; time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 30*time.Second {
			t.Fatal("it never becomes active")
		}
	}
	writer := at(w, "carer")
	one := mustPath(t, writer.Post("/fhir/R4/Observation", note(w, "Slept")).Want(201))
	writer.Post("/fhir/R4/Observation", note(w, "Woke")).Want(201)
	stranger := strings.Replace(note(w, "Not hers"), w.Person.String(), w.Stranger.String(), 1)
	at(w, "elm-carer").Post("/fhir/R4/Observation", stranger).Want(201)
	heard = r.until(t, "two events", func(b []bundle) bool { n, _ := events(b); return len(n) >= 2 })
	numbers, texts := events(heard)
	if fmt.Sprint(numbers) != "[1 2]" || fmt.Sprint(texts) != "[POST Slept POST Woke]" {
		t.Errorf("%v %v", numbers, texts)
	}
	writer.Send(http.MethodDelete, one, nil).Want(204)
	heard = r.until(t, "a third", func(b []bundle) bool { n, _ := events(b); return len(n) >= 3 })
	if _, texts = events(heard); texts[2] != "DELETE <nil>" {
		t.Errorf("%v", texts)
	}
	session, err := w.Guard.Session(context.Background(), "manager", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	log, _, err := session.Audit(context.Background(), access.AuditQuery{Person: w.Person, Kind: access.AuditDisclosed})
	if err != nil || len(log) != 3 || log[0].Action != "notification" || !strings.Contains(r.URL, log[0].To) {
		t.Errorf("%+v %v", log, err)
	}

	status := bundleOf(t, c.Get(path+"/$status"))
	if parameter(&status, "eventsSinceSubscriptionStart")[0] != "3" || status.Type != "searchset" {
		t.Errorf("%+v", status)
	}
	again := bundleOf(t, c.Get(path+"/$events?eventsSinceNumber=2&content=id-only"))
	if n, _ := events([]bundle{again}); fmt.Sprint(n) != "[2 3]" || again.Entry[1].Resource != nil {
		t.Errorf("%+v", again)
	}
	other := *c
	other.Token = w.Token("elm-manager")
	other.Get(path).Want(404)
	other.Get(path + "/$events").Want(404)
	if b := bundleOf(t, other.Get("/fhir/R4/Subscription")); len(b.Entry) != 0 {
		t.Error("somebody sees another's subscription")
	}
	c.Send(http.MethodDelete, path, nil).Want(204)
	c.Get(path).Want(404)
}

// TestSubscriptionSurvives: while the other side does not answer nothing is lost, too many failures stop it, and asked for again it goes on where it was.
func TestSubscriptionSurvives(t *testing.T) {
	t.Parallel()
	w, r := fixture.New(t), newReceiver(t)
	c, _, end := hooked(t, w, "manager")
	asked := subscriptionTo(r.URL, "record-changed", "full-resource", "Observation?patient=Patient/"+w.Person.String())
	path := local(t, c.Post("/fhir/R4/Subscription", asked).Want(201).Header.Get("Location"))
	stands := func(status string) {
		t.Helper()
		for begin := time.Now(); read(t, c.Get(path).Want(200))["status"] != status; time.Sleep(10 * time.Millisecond) {
			w.Clock.Advance(time.Second)
			if time.Since(begin) > 30*time.Second {
				t.Fatalf("it never becomes %s: %s", status, c.Get(path).Body)
			}
		}
	}
	stands("active")
	r.answers(http.StatusBadGateway)
	for i := range 3 {
		at(w, "carer").Post("/fhir/R4/Observation", note(w, fmt.Sprint("Note ", i))).Want(201)
	}
	stands("error")
	if body := string(c.Get(path).Body); !strings.Contains(body, "The answer was 502") {
		t.Errorf("it does not say why: %s", body)
	}
	end() // the program stops, and starts again
	at(w, "carer").Post("/fhir/R4/Observation", note(w, "Note 3")).Want(201)
	c, _, _ = hooked(t, w, "manager")
	r.answers(http.StatusOK)
	// Without its headers: they stay what they were as long as it goes to the same address.
	bare := strings.Replace(asked, `,
		"header":["Authorization: Bearer squirrel"]`, "", 1)
	c.Put(path, strings.Replace(bare, `"resourceType":"Subscription",`, `"resourceType":"Subscription","id":"`+path[strings.LastIndex(path, "/")+1:]+`",`, 1)).Want(200)
	heard := r.until(t, "all four", func(b []bundle) bool { n, _ := events(b); return len(n) >= 4 })
	numbers, texts := events(heard)
	if fmt.Sprint(numbers) != "[1 2 3 4]" || fmt.Sprint(texts) != "[POST Note 0 POST Note 1 POST Note 2 POST Note 3]" {
		t.Errorf("%v %v", numbers, texts)
	}
	if r.secret[len(r.secret)-1] != "Bearer squirrel" {
		t.Error("the header was lost")
	}
}

// TestWhatMayNotBeToldIsNot: an event of a record that the subscriber may no longer see keeps its number and says nothing; of id-only nothing but the id is told.
func TestWhatMayNotBeToldIsNot(t *testing.T) {
	t.Parallel()
	w, r := fixture.New(t), newReceiver(t)
	c, desk, end := hooked(t, w, "elm-manager")
	c.Post("/fhir/R4/Subscription", subscriptionTo(r.URL, "record-changed", "id-only", "Patient?active=true")).Want(201)
	r.until(t, "a handshake", func(b []bundle) bool { return len(b) == 1 })
	at(w, "carer").Post("/fhir/R4/Observation", note(w, "Not for Elm Court")).Want(201)
	stranger := strings.Replace(note(w, "His"), w.Person.String(), w.Stranger.String(), 1)
	at(w, "elm-carer").Post("/fhir/R4/Observation", stranger).Want(201)
	heard := r.until(t, "one", func(b []bundle) bool { n, _ := events(b); return len(n) >= 1 })
	if len(heard[1].Entry) != 2 || heard[1].Entry[1].Resource != nil || !strings.Contains(heard[1].Entry[1].FullURL, strings.ReplaceAll(w.Stranger.String(), "-", "")) {
		t.Errorf("%+v", heard[1])
	}
	all, err := desk.Book.All(context.Background())
	for begin := time.Now(); err == nil && all[0].Delivered == 0 && time.Since(begin) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		all, err = desk.Book.All(context.Background()) // else it would be told once more by the next desk
	}
	if err != nil || all[0].Delivered != 1 {
		t.Fatal(all, err)
	}
	end()
	// What was found is told by what may be seen when it is sent.
	if all, err = desk.Book.All(context.Background()); err != nil {
		t.Fatal(err)
	}
	head, err := desk.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	err = desk.Book.Advance(context.Background(), all[0].ID, all[0].Moment, head, []subscription.Event{{At: w.Clock.Now(), Moment: head, Stream: w.Person, Record: w.Person, Class: "subject-of-care", Change: "update"}})
	if err != nil {
		t.Fatal(err)
	}
	c, _, _ = hooked(t, w, "elm-manager")
	heard = r.until(t, "the second", func(b []bundle) bool { n, _ := events(b); return len(n) >= 2 })
	if last := heard[len(heard)-1]; len(last.Entry) != 1 || strings.Contains(fmt.Sprint(last), w.Person.String()) {
		t.Errorf("%+v", last)
	}
	if denied := c.Post("/fhir/R4/Subscription", subscriptionTo("http://10.0.0.1/x", "nonsense", "half", "Spaceship?x=1")).Want(422); true {
		for _, place := range []string{"Subscription.criteria", "Subscription.channel.endpoint", "Subscription.channel.payload"} {
			if !strings.Contains(faults(t, denied), place) {
				t.Errorf("nothing is said of %s: %s", place, faults(t, denied))
			}
		}
	}
}

const killed = "ROSEMARY_TEST_SUBSCRIPTION"

// writeAndWait is the program that is killed: it subscribes, and when it is told to, commits.
func writeAndWait(t *testing.T, to string) {
	w := fixture.New(t)
	c, _, _ := hooked(t, w, "manager")
	path := local(t, c.Post("/fhir/R4/Subscription", subscriptionTo(to, "record-changed", "full-resource", "Observation?patient=Patient/"+w.Person.String())).Want(201).Header.Get("Location"))
	for begin := time.Now(); time.Since(begin) < time.Minute; time.Sleep(10 * time.Millisecond) {
		_, err := os.Stat(filepath.Join(os.TempDir(), "go"))
		if err == nil && read(t, c.Get(path).Want(200))["status"] == "active" {
			at(w, "carer").Post("/fhir/R4/Observation", note(w, "Acknowledged")).Want(201)
			fmt.Println("COMMITTED " + w.Dir + " .")
			select {}
		}
	}
}

// TestAKillBetweenCommitAndDelivery: a program that is killed when the commit is acknowledged and the other side has not answered yet tells it when it starts again.
func TestAKillBetweenCommitAndDelivery(t *testing.T) {
	if to := os.Getenv(killed); to != "" {
		writeAndWait(t, to)
		return
	}
	t.Parallel()
	r, folder := newReceiver(t), t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAKillBetweenCommitAndDelivery$")
	child.Env = append(os.Environ(), killed+"="+r.URL, "TMPDIR="+folder)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	r.until(t, "a handshake", func(b []bundle) bool { return len(b) == 1 })
	r.answers(http.StatusServiceUnavailable) // from here on nothing arrives
	if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	said := ""
	for buf := make([]byte, 4096); !strings.HasSuffix(strings.TrimSpace(said), " ."); {
		n, err := out.Read(buf)
		if said += string(buf[:n]); err != nil {
			t.Fatalf("the program ended: %s", said)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	r.answers(http.StatusOK)
	_, dir, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(said), " ."), "COMMITTED ")
	here := fixture.New(t)
	in, err := installation.Open(context.Background(), installation.Options{Dir: dir, Now: here.Clock.Now, Logger: here.Logger, Catalogue: here.Catalogue, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	hooked(t, here.Elsewhere(in), "")
	heard := r.until(t, "what was committed", func(b []bundle) bool {
		here.Clock.Advance(time.Second)
		n, _ := events(b)
		return len(n) > 0
	})
	if numbers, texts := events(heard); fmt.Sprint(numbers) != "[1]" || fmt.Sprint(texts) != "[POST Acknowledged]" {
		t.Errorf("%v %v", numbers, texts)
	}
}
