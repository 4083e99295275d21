package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/internal/installation"
	"rosemary/record"
)

// connections is ten times the sixteen that the bench measures with.
const connections = 160

// mostMemory is what the serving process may hold under that load, in MB: half a gigabyte.
const mostMemory = 512

// load is ten times the usual load on a serving process, and what it acknowledged.
type load struct {
	t        *testing.T
	base     string
	token    string
	password string
	person   string
	client   *http.Client

	mu       sync.Mutex
	commits  map[uuid.UUID]string // hash of each contribution
	places   []string             // of some records
	files    map[string][]byte    // by address
	drafts   map[*http.Client]string
	requests int
	refused  int // answers that fail the test: some are shown
	busy     int // answers that said: try again
	memory   []float64
}

// TestTenTimesTheLoad drives a serving process with 160 connections for ROSEMARY_LOAD_SECONDS, kills it, and looks whether what it acknowledged is there.
func TestTenTimesTheLoad(t *testing.T) {
	seconds := counted("ROSEMARY_LOAD_SECONDS")
	if seconds == 0 {
		t.Skip("takes minutes: make test-long")
	}
	dir, password := someHome(t)
	l := &load{
		t: t, password: password, token: works(t, "user", "token", "ruth", "--data", dir), commits: map[uuid.UUID]string{}, files: map[string][]byte{}, drafts: map[*http.Client]string{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: time.Minute},
	}
	server := l.serve(dir)
	l.person = l.somebody()
	until := time.Now().Add(time.Duration(seconds) * time.Second)
	var all sync.WaitGroup
	for c := range connections {
		all.Go(func() { l.drive(c, until) })
	}
	all.Go(func() { l.sample(server, until) })
	all.Wait()
	// A last wave is under way when it is killed.
	for c := range connections {
		all.Go(func() { l.drive(c, time.Now().Add(10*time.Second)) })
	}
	time.Sleep(500 * time.Millisecond)
	l.mu.Lock()
	l.base = "" // from here on a connection that breaks is what was asked for
	l.mu.Unlock()
	_ = server.Process.Kill()
	_ = server.Wait()
	all.Wait()
	t.Logf("%d requests, %d of them told to try again; %d contributions, %d files, %d drafts acknowledged; memory at most %.0f MB",
		l.requests, l.busy, len(l.commits), len(l.files), len(l.drafts), slices.Max(l.memory))
	if most := slices.Max(l.memory); most > mostMemory {
		t.Errorf("it held %.0f MB, more than %d", most, mostMemory)
	}
	if third := len(l.memory) / 3; third > 10 && slices.Max(l.memory[2*third:]) > 1.3*slices.Max(l.memory[third:2*third])+32 {
		t.Errorf("memory goes on growing: %v", l.memory)
	}
	if len(l.commits) == 0 || len(l.files) == 0 || len(l.drafts) == 0 {
		t.Error("nothing of one kind was acknowledged: the test shows nothing")
	}
	server = l.serve(dir)
	l.thereAgain()
	_ = server.Process.Signal(os.Interrupt)
	if err := server.Wait(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	l.allCommitted(dir)
	works(t, "verify", "--data", dir) // holds what is derived against what is built anew
	if entries, _ := filepath.Glob(filepath.Join(dir, "*incoming*")); len(entries) > 0 {
		t.Errorf("left half received: %v", entries)
	}
}

// serve starts the server and waits until it answers.
func (l *load) serve(dir string) *exec.Cmd {
	l.t.Helper()
	cmd := again(l.t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	out, errs := &heard{}, &heard{}
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = cmd.Process.Kill() })
	l.base = out.wait(l.t, `(http://\S+)`)
	return cmd
}

// somebody is one of the people of the home.
func (l *load) somebody() string {
	var list struct{ Items []struct{ Person string } }
	l.read("/api/people?left=false", &list)
	if len(list.Items) == 0 {
		l.t.Fatal("nobody lives there")
	}
	return list.Items[0].Person
}

func (l *load) read(path string, into any) {
	l.t.Helper()
	body, _, err := l.send(l.client, http.MethodGet, path, "", nil)
	if err == nil {
		err = json.Unmarshal(body, into, json.MatchCaseInsensitiveNames(true))
	}
	if err != nil {
		l.t.Fatal(path, err)
	}
}

var errTryAgain = errors.New("told to try again")

// send sends one request. Any answer but a success, and but the word to try again, fails the test.
func (l *load) send(client *http.Client, method, path, media string, body []byte) ([]byte, *http.Response, error) {
	l.mu.Lock()
	base := l.base
	l.requests++
	l.mu.Unlock()
	if base == "" {
		return nil, nil, errTryAgain
	}
	r, err := http.NewRequestWithContext(l.t.Context(), method, base+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if client == l.client {
		r.Header.Set("Authorization", "Bearer "+l.token)
	} else {
		r.Header.Set("Sec-Fetch-Site", "same-origin") // as a browser says
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	answer, err := client.Do(r)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(answer.Body)
		_ = answer.Body.Close()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil && l.base == "":
		return nil, nil, errTryAgain
	case err != nil:
		l.t.Errorf("%s %s: %v", method, path, err)
		return nil, nil, err
	case answer.StatusCode == http.StatusServiceUnavailable || answer.StatusCode == http.StatusTooManyRequests:
		l.busy++
		return nil, nil, errTryAgain
	case answer.StatusCode >= 400 && l.refused >= 20:
		return nil, nil, fmt.Errorf("status %d", answer.StatusCode)
	case answer.StatusCode >= 400:
		l.refused++
		l.t.Errorf("%s %s: %d %.300s", method, path, answer.StatusCode, text)
		return nil, nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	return text, answer, nil
}

// drive does one connection's part until the time has come: most write and read, some search, keep files, keep drafts.
func (l *load) drive(c int, until time.Time) {
	at := "/api/people/" + l.person
	var browser *http.Client
	for n := 0; time.Now().Before(until); n++ {
		l.mu.Lock()
		over := l.base == ""
		l.mu.Unlock()
		switch {
		case over:
			return
		case c < 4:
			browser = l.draft(browser, c, n)
		case c < 20:
			l.file(at, c, n)
		case c < 50:
			_, _, _ = l.send(l.client, http.MethodGet, at+"/search?text="+[]string{"tea", "walked+garden", "slept", "round"}[n%4], "", nil)
		case c%2 == 0:
			l.note(at, fmt.Sprintf("Tea in the garden, round %d of %d.", n, c))
		case n%3 == 0:
			_, _, _ = l.send(l.client, http.MethodGet, at+"/records?class=daily-note&limit=20", "", nil)
		default:
			if place := l.somePlace(); place != "" {
				_, _, _ = l.send(l.client, http.MethodGet, place, "", nil)
			}
		}
	}
}

func (l *load) somePlace() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.places) == 0 {
		return ""
	}
	return l.places[rand.IntN(len(l.places))]
}

func (l *load) note(at, words string) {
	l.commit(at, fmt.Sprintf(`{"class":"daily-note","content":{"when":"2026-11-20T10:30:00+00:00","freeText":%q}}`, words))
}

// commit writes one record and notes what was acknowledged.
func (l *load) commit(at, body string) bool {
	text, answer, err := l.send(l.client, http.MethodPost, at+"/records", "application/json", []byte(body))
	if err != nil {
		return false
	}
	var receipt struct {
		Contribution uuid.UUID
		Hash         string
	}
	if err := json.Unmarshal(text, &receipt, json.MatchCaseInsensitiveNames(true)); err != nil {
		l.t.Error(err)
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commits[receipt.Contribution] = receipt.Hash
	if place := answer.Header.Get("Location"); len(l.places) < 5_000 {
		l.places = append(l.places, place)
	} else {
		l.places[rand.IntN(len(l.places))] = place
	}
	return true
}

// file sends a file, then a record that names it. A file no larger than a thumbnail, so that it is the number that weighs.
func (l *load) file(at string, c, n int) {
	content := fmt.Appendf(nil, "Letter %d of %d.\n%s", n, c, strings.Repeat("Dear Sir or Madam. ", 1+rand.IntN(2_000)))
	text, _, err := l.send(l.client, http.MethodPost, at+"/attachments", "text/plain", content)
	if err != nil {
		return
	}
	var kept struct{ Hash string }
	if err := json.Unmarshal(text, &kept, json.MatchCaseInsensitiveNames(true)); err != nil {
		l.t.Error(err)
		return
	}
	named := l.commit(at, fmt.Sprintf(`{"class":"document","content":{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":"text/plain","size":%d,"caption":"Letter"}]}}`, kept.Hash, len(content)))
	l.mu.Lock()
	defer l.mu.Unlock()
	if named && len(l.files) < 2_000 {
		l.files[at+"/attachments/"+kept.Hash] = content
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// draft signs a browser in once and then keeps what is typed into a form, over and over.
func (l *load) draft(browser *http.Client, c, n int) *http.Client {
	path := "/people/" + l.person + "/new/daily-note"
	if browser == nil {
		jar, _ := cookiejar.New(nil)
		browser = &http.Client{Jar: jar, Timeout: time.Minute}
		form := url.Values{"account": {"ruth"}, "password": {l.password}}
		if _, _, err := l.send(browser, http.MethodGet, "/sign-in", "", nil); err != nil {
			return nil
		}
		if _, _, err := l.send(browser, http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", []byte(form.Encode())); err != nil {
			return nil
		}
	}
	page, _, err := l.send(browser, http.MethodGet, path, "", nil)
	if err != nil {
		return browser
	}
	form := url.Values{"act": {"keep"}}
	for _, found := range hiddenField.FindAllSubmatch(page, -1) {
		form.Set(string(found[1]), string(found[2]))
	}
	words := fmt.Sprintf("Draft %d of browser %d", n, c)
	form.Set("f-freeText", words)
	if _, _, err := l.send(browser, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode())); err != nil {
		return browser
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drafts[browser] = words
	return browser
}

// sample looks at the memory of the serving process twice a second.
func (l *load) sample(server *exec.Cmd, until time.Time) {
	for time.Now().Before(until) {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(server.Process.Pid), "status"))
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok && err == nil {
				kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
				l.memory = append(l.memory, kb/1024)
			}
		}
		time.Sleep(500 * time.Millisecond)
	}
	if len(l.memory) == 0 {
		l.t.Skip("this system does not tell how much memory a process holds")
	}
}

// thereAgain looks at what was acknowledged through the server that was started again.
func (l *load) thereAgain() {
	l.t.Helper()
	for range min(200, len(l.places)) {
		_, _, _ = l.send(l.client, http.MethodGet, l.somePlace(), "", nil)
	}
	for place, content := range l.files {
		if text, _, err := l.send(l.client, http.MethodGet, place, "", nil); err == nil && !bytes.Equal(text, content) {
			l.t.Errorf("%s holds something else", place)
		}
	}
	for browser, words := range l.drafts {
		page, _, err := l.send(browser, http.MethodGet, "/drafts", "", nil)
		if err != nil {
			continue
		}
		found := false
		for _, link := range regexp.MustCompile(`href="(/people/[^"]+draft=[^"]+)"`).FindAllSubmatch(page, -1) {
			text, _, err := l.send(browser, http.MethodGet, strings.ReplaceAll(string(link[1]), "&amp;", "&"), "", nil)
			found = found || err == nil && bytes.Contains(text, []byte(words))
		}
		if !found {
			l.t.Errorf("%q was kept as a draft and is lost", words)
		}
	}
}

// allCommitted compares every contribution that was acknowledged with what the log holds.
func (l *load) allCommitted(dir string) {
	l.t.Helper()
	in, err := installation.Open(l.t.Context(), installation.Options{Dir: dir, Existing: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	left := l.commits
	err = in.Log.Contributions(l.t.Context(), uuid.MustParse(l.person), 0, record.Forever-1, func(s *record.Sealed) error {
		if hash, asked := left[s.ID]; asked && hash == hex.EncodeToString(s.Hash[:]) {
			delete(left, s.ID)
		}
		return nil
	})
	if err != nil {
		l.t.Error(err)
	}
	if len(left) > 0 {
		l.t.Errorf("%d contributions were acknowledged and are lost or different", len(left))
	}
}
