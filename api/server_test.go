package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/api"
	"rosemary/internal/fixture"
)

// TestIndexIsTheTable: every route of the index answers, and nothing in it is unknown to the multiplexer.
func TestIndexIsTheTable(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	var index struct {
		Routes []struct {
			Method, Path, About string
			Query               map[string]string
		}
	}
	w.Nobody().Get("/api").Want(200).Read(&index)
	if len(index.Routes) < 35 {
		t.Fatalf("only %d routes", len(index.Routes))
	}
	var golden strings.Builder
	variables := regexp.MustCompile(`\{[a-z]+\}`)
	c := w.As("manager")
	for _, r := range index.Routes {
		fmt.Fprintf(&golden, "%-5s %s", r.Method, r.Path)
		path := variables.ReplaceAllString(r.Path, otherUID)
		reply := c.Send(r.Method, path, strings.NewReader("{"), "Content-Type", "application/json")
		if reply.Status == 405 || r.About == "" || reply.Status >= 500 {
			t.Errorf("%s %s: %d %q", r.Method, r.Path, reply.Status, r.About)
		}
		if p := c.Send(r.Method, path+"?flavour=mint", strings.NewReader("{}"), "Content-Type", "application/json").WantProblem(400, "bad-request"); p.Problems[0].Rule != "unknown-parameter" {
			t.Errorf("%s %s takes an unknown parameter: %+v", r.Method, r.Path, p)
		}
		for _, name := range []string{"search", "place", "left", "class", "category", "from", "until", "versions", "errors", "order", "as-at", "moment", "after", "limit", "size"} {
			if r.Query[name] != "" {
				golden.WriteString(" " + name)
			}
		}
		golden.WriteString("\n")
	}
	compare(t, "testdata/routes.txt", golden.String())
}

// TestStandard: the standard is given as the catalogue has it, and asked for again it is not sent again.
func TestStandard(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("carer")
	var list struct{ Items []struct{ ID, Class string } }
	first := c.Get("/api/standard/classes").Want(200).Read(&list)
	if len(list.Items) != len(w.Catalogue.Classes()) {
		t.Errorf("%d classes, want %d", len(list.Items), len(w.Catalogue.Classes()))
	}
	for i, one := range w.Catalogue.Classes() {
		var class struct {
			Class, Category string
			Elements        []struct{ Name, Type, Occurs, Evidence string }
		}
		c.Get("/api/standard/classes/" + list.Items[i].ID).Want(200).Read(&class)
		if class.Class != one.Name {
			t.Errorf("%s is called %s", one.ID, class.Class)
		}
	}
	schema := c.Get("/api/standard/classes/risk/schema", "Accept", "application/schema+json").Want(200)
	if schema.Header.Get("Content-Type") != "application/schema+json" || !bytes.Contains(schema.Body, []byte("riskCategory")) {
		t.Errorf("schema: %s", schema.Body)
	}
	tag := first.Header.Get("ETag")
	for _, path := range []string{"/api/standard", "/api/standard/classes", "/api/standard/classes?category=" + categoryOf(t, w, "risk"), "/api/standard/valuesets", "/api/standard/valuesets/mood"} {
		if got := c.Get(path).Want(200).Header.Get("ETag"); got != tag || tag == "" {
			t.Errorf("%s has the tag %s, want %s", path, got, tag)
		}
		c.Get(path, "If-None-Match", tag).Want(304)
	}
	c.Get("/api/standard/classes/hat").WantProblem(404, "not-found")
	c.Get("/api/standard/classes/hat/schema").WantProblem(404, "not-found")
	c.Get("/api/standard/valuesets/hat").WantProblem(404, "not-found")
	w.Nobody().Get("/api/standard").WantProblem(401, "unauthenticated")
}

// TestWrongTokens: after twenty wrong tokens an address has to wait with more of them; a right token is not turned away.
func TestWrongTokens(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	bad := w.Nobody()
	bad.Token, bad.Address = "rosemary_wrong", "192.0.2.7:4000"
	for range 20 {
		if reply := bad.Get("/api/session").Want(401); reply.Header.Get("WWW-Authenticate") != `Bearer realm="rosemary", error="invalid_token"` {
			t.Fatalf("challenged with %s", reply.Header.Get("WWW-Authenticate"))
		}
	}
	if reply := bad.Get("/api/session"); reply.WantProblem(429, "too-many-requests") == nil || reply.Header.Get("Retry-After") == "" {
		t.Error("no time is given")
	}
	w.As("carer").Get("/api/session").Want(200)
	good := w.As("carer")
	good.Address = bad.Address
	good.Get("/api/session").Want(200)
	w.Clock.Advance(time.Minute)
	bad.Get("/api/session").Want(401)
}

// TestCookieSession: a signed-in page may read; it may write only when the browser says that the request is the page's own.
func TestCookieSession(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	config := w.Config()
	signedIn := true
	config.SessionFromRequest = func(*http.Request) (*access.Session, error) {
		if !signedIn {
			return nil, errors.New("no cookie")
		}
		return w.Session("carer"), nil
	}
	c := w.Nobody()
	c.Handler = api.New(config)
	c.Get(person(w)).Want(200)
	path := person(w) + "/records"
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elsewhere.example"}, {"Sec-Fetch-Site", "same-site"}} {
		c.Post(path, note("x"), headers...).WantProblem(403, "forbidden")
	}
	c.Post(path, note("x"), "Sec-Fetch-Site", "same-origin").Want(201)
	signedIn = false
	if reply := c.Get(path); reply.WantProblem(401, "unauthenticated") == nil || reply.Header.Get("WWW-Authenticate") == "" {
		t.Error("no challenge")
	}
}

// TestHeaders: what every reply carries, and what record data carries.
func TestHeaders(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for _, path := range []string{"/api", person(w), person(w) + "/records", "/api/nowhere", "/healthz"} {
		h := w.As("carer").Get(path).Header
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if allow := w.As("carer").Send("PATCH", person(w)+"/records", nil).Want(405).Header.Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("allowed: %s", allow)
	}
	w.As("carer").Get("/api", "Accept", "application/json;q=0, text/html").WantProblem(406, "not-acceptable")
	w.As("carer").Get("/api", "Accept", "text/html, */*;q=0.1").Want(200)
	w.As("carer").Post(person(w)+"/records", note("x"), "Content-Type", "application/json; charset=UTF-8").Want(201)
	w.As("carer").Post(person(w)+"/records", note("x"), "Content-Type", "application/json; charset=latin1").WantProblem(415, "unsupported-media-type")
	w.As("carer").Post(person(w)+"/records", note("x"), "Content-Encoding", "gzip").WantProblem(415, "unsupported-media-type")
}

// TestCompression: large replies are compressed for who takes that, and say the same.
func TestCompression(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for i := range 20 {
		w.Write("carer", w.Person, "daily-note", fixture.NoteContent(fmt.Sprint("Slept well, and had tea at seven ", i)))
	}
	plain := w.As("carer").Get(person(w) + "/records").Want(200)
	packed := w.As("carer").Get(person(w)+"/records", "Accept-Encoding", "gzip").Want(200)
	if packed.Header.Get("Content-Encoding") != "gzip" || len(packed.Body) >= len(plain.Body) {
		t.Fatalf("not compressed: %v", packed.Header)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain.Body) {
		t.Errorf("it says something else: %v", err)
	}
}

// TestHealthAndMetrics: health says whether it can serve; metrics name routes, never people.
func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.As("carer").Get(person(w)).Want(200)
	w.Nobody().Get("/healthz").Want(200)
	page := string(w.Nobody().Get("/metrics").Want(200).Body)
	if !strings.Contains(page, `rosemary_api_requests_total{method="GET",route="/api/people/{person}",status="200"} 1`) {
		t.Errorf("metrics: %s", page)
	}
	for _, secret := range []string{w.Person.String(), "Whitlock", "carer"} {
		if strings.Contains(page, secret) {
			t.Errorf("metrics name %s", secret)
		}
	}
	config := w.Config()
	config.Ready = func(context.Context) error { return errors.New("the disk is at /secret/place") }
	c := w.Nobody()
	c.Handler = api.New(config)
	if p := c.Get("/healthz").WantProblem(503, "unavailable"); strings.Contains(p.Detail, "secret") || p.Instance == "" {
		t.Errorf("not ready: %+v", p)
	}
}

// TestPanic: a failure of the program becomes a problem that says nothing of its cause, and a line in the log without what it was about.
func TestPanic(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	var log bytes.Buffer
	config := w.Config()
	config.Log = slog.New(slog.NewTextHandler(&log, nil))
	config.Ready = func(context.Context) error { panic("Margaret Whitlock is in room 7") }
	c := w.Nobody()
	c.Handler = api.New(config)
	p := c.Get("/healthz").WantProblem(500, "internal")
	if strings.Contains(p.Detail, "Whitlock") || strings.Contains(log.String(), "Whitlock") || !strings.Contains(log.String(), p.Instance) || !strings.Contains(log.String(), "server_test.go") {
		t.Errorf("%+v\n%s", p, log.String())
	}
}

// TestLogsHoldNoContent: a whole morning leaves neither names nor words nor ids of people in the log.
func TestLogsHoldNoContent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := fixture.NewLogging(t, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	at := w.As("carer").Post(person(w)+"/records", note("Slept badly")).Want(201).Header.Get("Location")
	w.As("carer").Get(at).Want(200)
	w.As("carer").Get("/api/people?search=whitlock").Want(200)
	w.As("carer").Post(person(w)+"/records", `{"class":"daily-note","content":{"freeText":"Slept badly","when":"noon"}}`).Want(422)
	w.As("carer").Get("/api/people/" + w.Stranger.String()).Want(404)
	for _, secret := range []string{"hitlock", "Slept", "noon", w.Person.String(), w.Stranger.String(), "999000", w.Token("carer")} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log names %s:\n%s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), "/api/people/{person}/records") {
		t.Errorf("the log names no route:\n%s", log.String())
	}
}

// TestSlowBody: a body that comes in drops is given up when the time of the request is over.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	config := w.Config()
	config.Timeout = 100 * time.Millisecond
	server := httptest.NewServer(api.New(config))
	defer server.Close()
	body, drops := io.Pipe()
	go func() {
		for _, err := drops.Write([]byte(`{"class":`)); err == nil; _, err = drops.Write([]byte(" ")) {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+person(w)+"/records", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.Token("carer"))
	r.Header.Set("Content-Type", "application/json")
	reply, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, _ := io.ReadAll(reply.Body)
	if reply.StatusCode != 503 || !strings.Contains(string(text), "timed-out") {
		t.Errorf("%d %s", reply.StatusCode, text)
	}
	_ = body.CloseWithError(io.ErrClosedPipe)
}
