package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

// TestARecordIsSealedWithAKeyThatWasHandedOver, for a system that is not known here, and is proved there with the key of ours: as on the command line, but each key is compared first.
func TestARecordIsSealedWithAKeyThatWasHandedOver(t *testing.T) {
	p := &providers{old: newWorld(t), new: newWorld(t)}
	person := p.edith()
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	give := "/people/" + person.String() + "/file"
	ourKey, ourPrint := p.old.Exchange.Own()
	theirKey, theirPrint := p.new.Exchange.Own()
	form := with(old.get(give).want(http.StatusOK).fields(give), "peer", "another", "why", "She moves.")
	old.post(give, form).want(http.StatusUnprocessableEntity).says("The key of the other system is missing", "Say to whom you give it")
	form.Set("keyed", "Jo Hart, Elm Court")
	for name, wrong := range map[string]struct{ key, print, says string }{
		"cut off":            {theirKey[:len(theirKey)-4], theirPrint, "copied whole"},
		"our own":            {ourKey, ourPrint, "the key of this very system"},
		"not compared":       {theirKey, "", "for the fingerprint of their key"},
		"somebody between":   {theirKey, ourPrint, "the key is not theirs: give nothing"},
		"what stands behind": {theirKey + " x", theirPrint, "copied whole"},
	} {
		if kept := old.post(give, with(form, "key", wrong.key, "fingerprint", wrong.print)).want(http.StatusUnprocessableEntity).says(wrong.says).fields(give); kept.Get("keyed") != "Jo Hart, Elm Court" || kept.Get("key") != wrong.key {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	file := old.post(give, with(form, "key", "  "+theirKey+"\r\n", "fingerprint", theirPrint)).want(http.StatusOK).body
	old.get("/people/"+person.String()+"/looked").says("sent the record to Jo Hart, Elm Court (system "+p.new.Identity.System, "in a sealed file")

	said := url.Values{"provider": {"Harbour House"}, "key": {ourKey}, "fingerprint": {ourPrint}}
	next.takes(with(said, "fingerprint", theirPrint), file).want(http.StatusUnprocessableEntity).says("the key is not theirs: take nothing in")
	next.takes(with(said, "provider", ""), file).want(http.StatusUnprocessableEntity).says("Say who gave you the file")
	next.takes(with(said, "unproved", "yes"), file).want(http.StatusUnprocessableEntity).says("Take one of them back")
	third := newWorld(t)
	thirdKey, thirdPrint := third.Exchange.Own()
	next.takes(with(said, "key", thirdKey, "fingerprint", thirdPrint), file).want(http.StatusUnprocessableEntity).says("the key of another system than the one that the file names")
	next.follow(next.takes(said, file).want(http.StatusSeeOther)).says("Signed by Harbour House", "Not part of our record")
}

// atFirst tells when the first byte is about to go.
type atFirst struct {
	*httptest.ResponseRecorder
	tell func()
}

// Write writes.
func (a *atFirst) Write(p []byte) (int, error) {
	if a.tell != nil {
		tell := a.tell
		a.tell = nil
		tell()
	}
	return a.ResponseRecorder.Write(p)
}

// TestThatAFileGoesOutIsKeptBeforeItsFirstByte, open or sealed.
func TestThatAFileGoesOutIsKeptBeforeItsFirstByte(t *testing.T) {
	p, person := byHand(t)
	base := "/people/" + person.String()
	for to, form := range map[string]url.Values{
		"Elm Court": {"peer": {p.new.Identity.System}, "why": {"She moves."}},
		"Jo Hart":   {"open": {"yes"}, "to": {"Jo Hart"}, "noseal": {"Their key was lost."}, "why": {"She moves."}},
	} {
		old, other := p.old.as(t, "manager"), p.old.as(t, "manager")
		other.get(base + "/looked").keepsQuiet("sent the record to " + to)
		told := false
		old.over = func(w *httptest.ResponseRecorder) http.ResponseWriter {
			return &atFirst{w, func() { told = true; other.get(base + "/looked").says("sent the record to " + to) }}
		}
		if old.post(base+"/file", form).want(http.StatusOK); !told {
			t.Error("nothing went")
		}
	}
}

// letters gives somebody so many letters of three megabytes.
func (w *world) letters(t *testing.T, person uuid.UUID, n int) {
	t.Helper()
	draw := rand.NewChaCha8([32]byte{7})
	for i := range n {
		letter := make([]byte, 3<<20)
		_, _ = draw.Read(letter)
		for j := range letter {
			letter[j] = 'a' + letter[j]%26
		}
		kept, err := w.Session("manager").Attach(context.Background(), person, bytes.NewReader(letter), access.Said{MediaType: "text/plain"})
		if err != nil {
			t.Fatal(err)
		}
		w.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{{Type: record.Create, Path: "/changes/0", Class: "document",
			Content: fmt.Appendf(nil, `{"documentTitle":"Letter %d","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, i, kept.Hash, kept.MediaType, kept.Size)}}})
	}
}

// weighed looks, now and then while it is read, how much memory is in use.
type weighed struct {
	io.Reader
	read, next int64
	most       uint64
}

// Read reads on.
func (w *weighed) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.read += int64(n); w.read >= w.next {
		w.next += 2 << 20
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		w.most = max(w.most, now.HeapAlloc)
	}
	return n, err
}

// sends sends a file as it comes, whose length the form tells or not.
func (v *visitor) sends(path string, file io.Reader, length int64) *page {
	v.t.Helper()
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	_, err := w.CreateFormFile("file_file", "record.rosemary")
	if err != nil {
		v.t.Fatal(err)
	}
	end := "\r\n--" + w.Boundary() + "--\r\n"
	r := httptest.NewRequest(http.MethodPost, path, io.MultiReader(&head, file, bytes.NewReader([]byte(end))))
	r.ContentLength = length
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// TestALargeFileIsTakenInAsItComes: no more of it than a few megabytes is ever held; and one that is larger than is allowed is refused, whether it says so in front or not.
func TestALargeFileIsTakenInAsItComes(t *testing.T) {
	p, person := byHand(t)
	p.old.letters(t, person, 12)
	p.new.fileLimit = 64 << 20
	p.new.open(t)
	next := p.new.as(t, "manager")
	file := p.old.as(t, "manager").post("/people/"+person.String()+"/file", url.Values{"peer": {p.new.Identity.System}, "why": {"She moves."}}).want(http.StatusOK).body
	next.get(takeIn).says("It can be up to 64 MB")

	endless := &weighed{Reader: rand.NewChaCha8([32]byte{9})}
	next.sends(takeIn, endless, 65<<20).want(http.StatusUnprocessableEntity).says("larger than 64 MB", "Nothing of it was kept")
	if endless.read > 1<<20 {
		t.Errorf("%d bytes were read of a file that says itself that it is too large", endless.read)
	}
	begins := io.MultiReader(bytes.NewReader(file), rand.NewChaCha8([32]byte{9}))
	next.sends(takeIn, begins, -1).want(http.StatusUnprocessableEntity)
	if waiting, err := p.new.Session("manager").Waiting(context.Background()); err != nil || len(waiting) != 0 {
		t.Fatal(waiting, err)
	}

	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	body := &weighed{Reader: bytes.NewReader(file)}
	taken := next.sends(takeIn, body, -1).want(http.StatusSeeOther)
	if grown := int64(body.most) - int64(before.HeapAlloc); grown > 12<<20 { //nolint:gosec // a few megabytes
		t.Errorf("while %d bytes came, memory grew by %d", len(file), grown)
	}
	next.follow(taken).says("Taken in, and checked", "12 files")
}
