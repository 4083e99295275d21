package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/record"
	"rosemary/transfer"
)

// TestThePersonsOwnCopy: whoever may export gives the whole record as pages in a zip; it is kept who was given it; nobody else can.
func TestThePersonsOwnCopy(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	base := "/people/" + w.Person.String()
	m := w.as(t, "manager")
	m.get(base).says("Give the person their own copy")
	m.post(base+"/copy", url.Values{}).want(http.StatusUnprocessableEntity).says("Say who is given the copy", "Say why")
	form := url.Values{"to": {"Margaret, by hand"}, "why": {"Asked for it"}}
	sent := m.post(base+"/copy", form).want(http.StatusOK)
	if sent.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%v", sent.header)
	}
	in, err := zip.NewReader(bytes.NewReader(sent.body), int64(len(sent.body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, file := range in.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(file.Name, "record-"+w.Person.String()+"/")] = string(text)
	}
	note := files["records/"+f.note.String()+".html"]
	for _, words := range []string{"right elbow", "left elbow", "It was the left elbow, I looked again in daylight", "Sam Okoro, care assistant"} {
		if !strings.Contains(note, words) {
			t.Errorf("the page of the note does not say %q", words)
		}
	}
	lines := 0
	err = transfer.Read(strings.NewReader(files["record.ndjson"]), func(transfer.Header) error { return nil }, func(*record.Sealed) error { lines++; return nil })
	if err != nil || lines < 10 {
		t.Errorf("what another system takes in: %d contributions, %v", lines, err)
	}
	m.get(base+"/records/"+f.note.String()+"/given").says("Margaret, by hand", "Asked for it")
	for account, status := range map[string]int{"carer": http.StatusForbidden, "elm-manager": http.StatusNotFound} {
		v := w.as(t, account)
		v.get(base + "/copy").want(status)
		v.post(base+"/copy", form).want(status)
	}
	w.as(t, "carer").get(base).keepsQuiet("their own copy")
}

// TestTheFolderInABrowser opens the pages of a folder as somebody without any program does.
func TestTheFolderInABrowser(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	to := filepath.Join(t.TempDir(), "leaving")
	if _, err := w.Leave(t.Context(), to, nil); err != nil {
		t.Fatal(err)
	}
	people, err := filepath.Glob(filepath.Join(to, "people", "whitlock-margaret-*"))
	if err != nil || len(people) != 1 {
		t.Fatalf("folders of Margaret Whitlock: %v, %v", people, err)
	}
	b := openBrowser(t, w)
	for name, path := range map[string]string{
		"80-left-readme": filepath.Join(to, "README.html"), "81-left-index": filepath.Join(to, "index.html"), "82-left-person": filepath.Join(people[0], "index.html"),
		"83-left-record": filepath.Join(people[0], "records", f.note.String()+".html"), "84-left-timeline": filepath.Join(people[0], "timeline-2026-03.html"),
		"85-left-saved": filepath.Join(people[0], "saved-2026-03.html"),
	} {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b.Do(chromedp.Navigate("file://" + path))
		b.look(name)
	}
}
