package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/demo"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// running is one of two providers: a data folder, the process that serves it, and the address at which the other one finds it, which stays though the process is killed.
type running struct {
	t       *testing.T
	dir     string
	account string
	cmd     *exec.Cmd
	base    atomic.Pointer[string]
	address string
	token   string
	client  *http.Client
}

// slowly is how many bytes of a package go through a second: slow enough to be killed on the way.
const slowly = 12 << 20

// at makes a provider of a data folder that nobody has open.
func at(t *testing.T, dir, account string) *running {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	r := &running{t: t, dir: dir, account: account, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			target, _ := url.Parse(*r.base.Load())
			p.SetURL(target)
		},
		ModifyResponse: func(reply *http.Response) error {
			reply.Body = &trickle{reply.Body}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		ErrorLog:     slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	r.address = front.URL
	r.start()
	r.token = works(t, "user", "token", account, "--data", dir)
	return r
}

type trickle struct{ io.ReadCloser }

// Read reads no faster than the way between the two.
func (s *trickle) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p[:min(len(p), 64<<10)])
	time.Sleep(time.Duration(n) * time.Second / slowly)
	return n, err
}

func (r *running) start() {
	r.t.Helper()
	cmd := again(r.t, "serve", "--data", r.dir, "--listen", "127.0.0.1:0")
	out := &heard{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	base := out.wait(r.t, `ready: (http://\S+)`)
	r.cmd = cmd
	r.base.Store(&base)
}

// dies is killed in the middle of whatever it does, and is started again.
func (r *running) dies() {
	r.t.Helper()
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	r.start()
}

// send sends a request as a browser of ours does, and gives the answer.
func (r *running) send(method, path string, form url.Values) (int, string, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, *r.base.Load()+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	reply, err := r.client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return reply.StatusCode, reply.Header.Get("Location"), string(body)
}

// signIn signs the manager in on the pages. Cookies belong to a host, not to a port, so a restart does not end it.
func (r *running) signIn(password string) {
	r.t.Helper()
	if status, _, body := r.send(http.MethodPost, "/sign-in", url.Values{"account": {r.account}, "password": {password}}); status != http.StatusSeeOther {
		r.t.Fatalf("%s cannot sign in: %d %s", r.account, status, body)
	}
}

// post sends a form that must be accepted, and gives where it leads.
func (r *running) post(path string, form url.Values) string {
	r.t.Helper()
	status, location, body := r.send(http.MethodPost, path, form)
	if status != http.StatusSeeOther {
		r.t.Fatalf("%s: %d %s", path, status, words(body))
	}
	return location
}

var tags = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

func words(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

// until opens a page until it says something that the expression finds, and gives its group.
func (r *running) until(path, expression string) string {
	r.t.Helper()
	wanted := regexp.MustCompile(expression)
	var text string
	for range 1200 {
		var body string
		_, _, body = r.send(http.MethodGet, path, nil)
		if text = words(body); wanted.MatchString(text) || wanted.MatchString(body) {
			found := wanted.FindStringSubmatch(text)
			if found == nil {
				found = wanted.FindStringSubmatch(body)
			}
			return found[len(found)-1]
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatalf("%s never said %q: %s", path, expression, text)
	return ""
}

func (r *running) api() caller { return caller{r.t, *r.base.Load(), r.token} }

// storyHome is a data folder in which the story was told: Peggy lives there, with files enough that a package of her record takes a while.
func storyHome(t *testing.T, letters int) (dir string, peggy uuid.UUID) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "old")
	clock := demo.NewClock()
	in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Now: clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	told, err := demo.Build(t.Context(), demo.Options{Guard: in.Guard, Catalogue: in.Catalogue, Clock: clock, Seed: 1, Today: time.Now(), Password: storyPassword})
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(time.Now())
	helen, err := in.Guard.Session(t.Context(), "helen", access.DirectCare)
	if err != nil {
		t.Fatal(err)
	}
	draw := rand.NewChaCha8([32]byte{4})
	for i := range letters {
		letter := make([]byte, 6<<20)
		_, _ = draw.Read(letter)
		for j := range letter { // text, so that it is taken for what it is
			letter[j] = 'a' + letter[j]%26
		}
		kept, err := helen.Attach(t.Context(), told.Story, bytes.NewReader(letter), access.Said{MediaType: "text/plain"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = helen.Commit(t.Context(), &record.Proposal{Stream: told.Story, Changes: []record.ProposedChange{{
			Type: record.Create, Path: "/changes/0", Class: "document",
			Content: fmt.Appendf(nil, `{"documentTitle":"Letter %d","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, i, kept.Hash, kept.MediaType, kept.Size),
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, told.Story
}

// emptyHome is a data folder of another provider, with one home and its manager.
func emptyHome(t *testing.T) (dir string, home uuid.UUID) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "new")
	in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	home = uuid.Must(uuid.NewV7())
	worker := uuid.Must(uuid.NewV7())
	_, err = in.Recorder.Commit(t.Context(), record.Committer{}, fixture.Opening(home, standard.DirectoryStream, "service-provider", `{"name":"Elm Court","organisationIdentifier":"ZZ902"}`),
		fixture.Opening(worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Piotr","personFamilyName":"Nowak"}}`))
	if err != nil {
		t.Fatal(err)
	}
	err = in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "piotr", Name: "Piotr Nowak", Password: fixture.Password, Role: "registered-manager", Worker: worker, Places: []uuid.UUID{home}})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, home
}

// knows adds one running system to those that another knows, by the operator's command beside it.
func (r *running) knows(name string, other *running) {
	r.t.Helper()
	own := works(r.t, "transfer", "own", "--data", other.dir)
	said := func(what string) string {
		for line := range strings.Lines(own) {
			if text, ok := strings.CutPrefix(line, what); ok {
				return strings.TrimSpace(text)
			}
		}
		r.t.Fatalf("%s is not in %s", what, own)
		return ""
	}
	works(r.t, "transfer", "add", "--data", r.dir, "--name", name, "--address", other.address, "--key", said("Key:"), "--fingerprint", said("Fingerprint:"))
}

// asks lets the new manager ask for Peggy, and gives the page of it.
func (r *running) asks(system, born, nhs, purpose string) string {
	r.t.Helper()
	return r.post("/transfers/ask", url.Values{
		"case": {uuid.Must(uuid.NewV7()).String()}, "peer": {system}, "given": {"Margaret"}, "family": {"Ellis"}, "born": {born}, "nhsNumber": {nhs}, "requestor": {"Elm Court"},
		"purpose": {purpose}, "basis": {"duty-to-share"}, "why": {"Peggy knows, and is glad to be nearer to Anne."},
	})
}

// TestPeggyMovesBetweenTwoProcesses: the person of the story moves from one home to the other, between two running systems that know only each other's address and key. Either side is killed on the
// way. What the old home's views, change logs and signatures say, the new one's say; the same again changes nothing, and what is written later joins it.
func TestPeggyMovesBetweenTwoProcesses(t *testing.T) {
	oldDir, peggy := storyHome(t, 3)
	newDir, home := emptyHome(t)
	old, next := at(t, oldDir, "helen"), at(t, newDir, "piotr")
	old.knows("Elm Court", next)
	next.knows("Harbour House", old)
	old.signIn(storyPassword)
	next.signIn(fixture.Password)
	var who struct {
		Born      string `json:"birthDate"`
		NHSNumber string `json:"nhsNumber"`
	}
	old.api().get("/api/people/"+peggy.String(), &who)
	system := strings.Fields(works(t, "transfer", "own", "--data", oldDir))[1]

	page := next.asks(system, who.Born, who.NHSNumber, "moves-in")
	next.until(page, "Somebody there has to decide")
	old.until(page, "Your decision")
	old.post(page+"/decide", url.Values{"person": {peggy.String()}, "kind": {"whole"}, "justification": {"All of it is needed for her care."}, "act": {"send"}})
	next.until(page, `[1-9][0-9.]* MB of [0-9.]+ MB are here`)
	next.dies()
	next.until(page, `[5-9][0-9.]* MB of [0-9.]+ MB are here`)
	old.dies()
	segment := next.until(page, `href="/transfers/received/([0-9a-f-]+)"`)
	old.until(page, "The signature was checked just now, and fits")
	accept := url.Values{"selection": {"all"}, "place": {home.String()}, "from": {"2026-03-22"}, "reason": {"She has moved in."}}
	next.post("/transfers/received/"+segment+"/accept", accept)
	sameStory(t, old, next, peggy)

	twice := next.asks(system, who.Born, who.NHSNumber, "later-part")
	old.until(twice, "Your decision")
	old.post(twice+"/decide", url.Values{"person": {peggy.String()}, "kind": {"whole"}, "justification": {"Once more."}, "act": {"send"}})
	next.until(twice, "See what has arrived")
	sameStory(t, old, next, peggy)

	late := fmt.Sprintf(`{"class":"daily-note","content":{"when":"2026-03-21T20:00:00+00:00","freeText":"A late entry: %s"}}`, "her glasses were found.")
	old.writes("/api/people/"+peggy.String()+"/records", late)
	later := next.asks(system, who.Born, who.NHSNumber, "later-part")
	old.until(later, "What was written since")
	old.post(later+"/decide", url.Values{"person": {peggy.String()}, "kind": {"since"}, "justification": {"Late entries."}, "act": {"send"}})
	next.until(later, "See what has arrived")
	old.until(later, "Received there")
	next.post("/transfers/received/"+segment+"/accept", accept)
	sameStory(t, old, next, peggy)
	if text := next.api().raw("/api/people/" + peggy.String() + "/records?class=daily-note"); !bytes.Contains(text, []byte("her glasses were found")) {
		t.Error("the later part is not in the record")
	}
	receipts(t, old, later, newDir)
	for _, r := range []*running{old, next} {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		works(t, "verify", "--data", r.dir)
	}
}

// longStory writes so many notes about Peggy.
func longStory(t *testing.T, dir string, peggy uuid.UUID, notes int) {
	t.Helper()
	in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	helen, err := in.Guard.Session(t.Context(), "helen", access.DirectCare)
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < notes; done += 10 {
		p := &record.Proposal{Stream: peggy}
		for i := range 10 {
			p.Changes = append(p.Changes, record.ProposedChange{Type: record.Create, Path: fmt.Sprintf("/changes/%d", i), Class: "daily-note",
				Content: fmt.Appendf(nil, `{"when":"2026-03-%02dT07:30:00+00:00","freeText":"Slept well, ate half of the porridge, note %d."}`, 1+done%20, done+i)})
		}
		if _, err := helen.Commit(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestALargeRecordMoves in bounded memory on both sides: ROSEMARY_MOVE_MB says how large the files are together; with each of these come fifty versions.
func TestALargeRecordMoves(t *testing.T) {
	size := counted("ROSEMARY_MOVE_MB")
	if size == 0 {
		t.Skip("takes minutes: make test-long")
	}
	oldDir, peggy := storyHome(t, size/6)
	versions := size * 50 // a hundred thousand with two gigabytes
	longStory(t, oldDir, peggy, versions)
	newDir, _ := emptyHome(t)
	old, next := at(t, oldDir, "helen"), at(t, newDir, "piotr")
	old.knows("Elm Court", next)
	next.knows("Harbour House", old)
	old.signIn(storyPassword)
	next.signIn(fixture.Password)
	system := strings.Fields(works(t, "transfer", "own", "--data", oldDir))[1]
	page := next.asks(system, "1939-06-02", "", "moves-in")
	old.until(page, "Your decision")
	began := time.Now()
	old.post(page+"/decide", url.Values{"person": {peggy.String()}, "kind": {"whole"}, "differences": {"To measure."}, "justification": {"To measure."}, "act": {"send"}})
	for state := ""; !strings.Contains(state, "See what has arrived"); time.Sleep(time.Second) {
		_, _, state = next.send(http.MethodGet, page, nil)
		if strings.Contains(state, "Did not work") || time.Since(began) > 30*time.Minute {
			t.Fatal(words(state))
		}
	}
	for name, r := range map[string]*running{"the sender": old, "the receiver": next} {
		held := resident(t, r.cmd.Process.Pid)
		t.Logf("%d versions with %d MB of files moved in %s; %s held at most %d MB", versions, size, time.Since(began).Round(time.Second), name, held)
		if held > mostMemory/2 {
			t.Errorf("%s held %d MB", name, held)
		}
	}
}

// resident is the most memory that a process has held, in MB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n >> 10
		}
	}
	t.Fatal("the system does not say how much memory a process has held")
	return 0
}

// writes commits one record through the API.
func (r *running) writes(path, body string) {
	r.t.Helper()
	request, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, *r.base.Load()+path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+r.token)
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if text, _ := io.ReadAll(reply.Body); reply.StatusCode != http.StatusCreated {
		r.t.Fatalf("%d %s", reply.StatusCode, text)
	}
}

// receipts wants the receipt, given as a file, to be proved by the command.
func receipts(t *testing.T, old *running, page, newDir string) {
	t.Helper()
	_, _, text := old.send(http.MethodGet, page+"/receipt", nil)
	file := filepath.Join(t.TempDir(), "receipt.txt")
	keepText(t, file, text)
	var key string
	for line := range strings.Lines(works(t, "transfer", "own", "--data", newDir)) {
		if k, ok := strings.CutPrefix(line, "Key:"); ok {
			key = strings.TrimSpace(k)
		}
	}
	if said := works(t, "transfer", "receipt", file, "--key", key); !strings.Contains(said, "The signature fits") {
		t.Errorf("the receipt: %s", said)
	}
	keepText(t, file, strings.Replace(text, "versions ", "versions 9", 1))
	if out, err := again(t, "transfer", "receipt", file, "--key", key).CombinedOutput(); err == nil {
		t.Errorf("an altered receipt passes: %s", out)
	}
}

// said is what the API says of a record and of a line of a change log, as far as two systems must say the same.
type saidOf struct {
	Items []map[string]any `json:"items"`
}

// sameStory wants both systems to say the same of Peggy now, before the elbow was put right, and of who put it right.
func sameStory(t *testing.T, old, next *running, peggy uuid.UUID) {
	t.Helper()
	base := "/api/people/" + peggy.String()
	for _, query := range []string{"", "&as-at=2026-03-21T06:00:00Z", "&as-at=2026-03-18T12:00:00Z"} {
		for _, class := range []string{"incident", "daily-note", "medicine-order", "allergies-and-adverse-reactions", "intake", "document", "risk"} {
			var a, b saidOf
			old.api().get(base+"/records?limit=200&class="+class+query, &a)
			next.api().get(base+"/records?limit=200&class="+class+query, &b)
			if x, y := said(a), said(b); !slices.Equal(x, y) || len(x) == 0 && query == "" {
				t.Errorf("%s%s: the old home says %q, the new one %q", class, query, x, y)
			}
		}
	}
	var falls page
	next.api().get(base+"/records?class=incident", &falls)
	if len(falls.Items) != 1 || falls.Items[0].Content.Injury[0].Side.Display != "Left" {
		t.Fatalf("the fall is %+v", falls)
	}
	var a, b saidOf
	log := base + "/records/" + falls.Items[0].Record + "/change-log"
	old.api().get(log, &a)
	next.api().get(log, &b)
	x, y := changes(a), changes(b)
	if len(x) < 2 || len(y) < len(x) || !slices.Equal(x, y[:len(x)]) {
		t.Errorf("the change log of the fall: the old home says %q, the new one %q", x, y)
	}
	if all := strings.Join(y, "\n"); !strings.Contains(all, "correct") || !strings.Contains(all, "left") {
		t.Errorf("the correction is not visible: %s", all)
	}
}

func said(s saidOf) (list []string) {
	for _, item := range s.Items {
		content, _ := json.Marshal(item["content"], json.Deterministic(true))
		list = append(list, fmt.Sprint(item["record"], " ", item["version"], " ", item["hash"], " ", item["status"], " ", string(content)))
	}
	slices.Sort(list)
	return list
}

func changes(s saidOf) (list []string) {
	for _, item := range s.Items {
		delete(item, "moment")
		delete(item, "provider")
		text, _ := json.Marshal(item, json.Deterministic(true))
		list = append(list, string(text))
	}
	return list
}

func keepText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
