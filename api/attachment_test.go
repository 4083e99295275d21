package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/transfer"
)

func aPicture(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// at is an address about the person.
func at(w *fixture.World, path string) string { return "/api/people/" + w.Person.String() + path }

// keptFile is what the answer to sending a file says.
type keptFile struct {
	Hash, MediaType, Href string
	Size                  int64
}

func send(c *fixture.Caller, person uuid.UUID, mediaType string, content []byte, headers ...string) *fixture.Reply {
	return c.Send("POST", "/api/people/"+person.String()+"/attachments", bytes.NewReader(content), append([]string{"Content-Type", mediaType}, headers...)...)
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// TestAttachmentsAreSentNamedAndRead: a photograph is sent, a record names it, others read it, as it is, in part, and small; the record leaves with it.
func TestAttachmentsAreSentNamedAndRead(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	carer, manager := w.As("carer"), w.As("manager")
	content := aPicture(t, 640, 480)
	var kept keptFile
	reply := send(carer, w.Person, "image/png", content, "Content-Digest", digestOf(content)).Want(201).Read(&kept)
	sum := sha256.Sum256(content)
	if kept.Hash != hex.EncodeToString(sum[:]) || kept.Size != int64(len(content)) || kept.MediaType != "image/png" || reply.Header.Get("Location") != kept.Href {
		t.Fatalf("kept as %+v", kept)
	}
	carer.Get(kept.Href).Want(200)   // the sender's own, while the record is being written
	manager.Get(kept.Href).Want(404) // nobody else's yet

	record := func(change string) string {
		block := fmt.Sprintf(`{"contentHash":%q,"mediaType":"image/png","size":%d,"fileName":"arm.png","caption":"Left arm"}`, kept.Hash, kept.Size)
		return strings.Replace(`{"class":"document","content":{"documentTitle":"Left arm","files":[`+block+`]}}`, change, "", 1)
	}
	carer.Post(at(w, "/records"), record("")).Want(201)
	whole := manager.Get(kept.Href).Want(200)
	if !bytes.Equal(whole.Body, content) || whole.Header.Get("Content-Type") != "image/png" || whole.Header.Get("ETag") != `"`+kept.Hash+`"` {
		t.Errorf("read back: %d bytes, %v", len(whole.Body), whole.Header)
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cache-Control": "private, no-cache",
	} {
		if got := whole.Header.Values(header); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	if part := manager.Get(kept.Href, "Range", "bytes=10-19").Want(206); !bytes.Equal(part.Body, content[10:20]) {
		t.Errorf("a part: %q", part.Body)
	}
	manager.Get(kept.Href, "If-None-Match", `"`+kept.Hash+`"`).Want(304)
	small := manager.Get(kept.Href + "/preview").Want(200)
	if config, format, err := image.DecodeConfig(bytes.NewReader(small.Body)); err != nil || format != "jpeg" || config.Width != 320 {
		t.Errorf("a preview: %v %s %v", config, format, err)
	}
	large := manager.Get(kept.Href + "/preview?size=large").Want(200)
	if config, _, err := image.DecodeConfig(bytes.NewReader(large.Body)); err != nil || config.Width != 640 {
		t.Errorf("a large preview: %v %v", config, err)
	}
	manager.Get(kept.Href+"/preview?size=enormous").WantProblem(400, "bad-request")

	var out bytes.Buffer
	out.Write(manager.Get(at(w, "/export")).Want(200).Body)
	if files := exported(t, out.Bytes()); len(files) != 1 || !bytes.Equal(files[0], content) {
		t.Errorf("%d files left with the record", len(files))
	}
}

// exported gives the files that an export holds.
func exported(t *testing.T, text []byte) (files [][]byte) {
	t.Helper()
	err := transfer.ReadAll(bytes.NewReader(text), transfer.Handlers{
		Header:       func(transfer.Header) error { return nil },
		Contribution: func(*record.Sealed) error { return nil },
		Attachment: func(_ uuid.UUID, _ record.Attachment, content io.Reader) error {
			file, err := io.ReadAll(content)
			files = append(files, file)
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestBadAttachmentsAreRefused(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("carer")
	picture := aPicture(t, 4, 4)
	send(c, w.Person, "text/html", []byte("<html>")).WantProblem(415, "unsupported-media-type")
	send(c, w.Person, "", picture).WantProblem(415, "unsupported-media-type")
	send(c, w.Person, "image/png", picture, "Content-Encoding", "gzip").WantProblem(415, "unsupported-media-type")
	send(c, w.Person, "image/png", picture, "Content-Digest", "sha-256=:nonsense:").WantProblem(400, "bad-request")
	for name, tt := range map[string]struct {
		mediaType string
		content   []byte
		digest    string
		rule      string
	}{
		"another type":     {"image/jpeg", picture, "", "/mediaType media-type-differs"},
		"a page as text":   {"text/plain", []byte("<!DOCTYPE html><script>"), "", "/content media-type"},
		"a program as PDF": {"application/pdf", []byte("MZ\x90\x00"), "", "/content media-type"},
		"another hash":     {"image/png", picture, digestOf([]byte("other")), "/hash hash-differs"},
	} {
		p := send(c, w.Person, tt.mediaType, tt.content, "Content-Digest", tt.digest).WantProblem(422, "invalid")
		if rules := p.Rules(); len(rules) != 1 || rules[0] != tt.rule {
			t.Errorf("%s: %v", name, rules)
		}
	}
	half := io.MultiReader(bytes.NewReader(picture[:20]), failing{})
	if p := c.Send("POST", at(w, "/attachments"), half, "Content-Type", "image/png").WantProblem(422, "invalid"); p.Rules()[0] != "/content cut-off" {
		t.Errorf("cut off: %v", p.Rules())
	}
	huge := io.LimitReader(zeros{}, 2<<30)
	c.Send("POST", at(w, "/attachments"), io.MultiReader(strings.NewReader("%PDF-"), huge), "Content-Type", "application/pdf").WantProblem(413, "too-large")
	send(c, w.Stranger, "image/png", picture).WantProblem(404, "not-found")
	send(w.As("inspector"), w.Person, "image/png", picture).WantProblem(403, "forbidden")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestARecordNamesOnlyWhatIsKept for that person, as it is kept; and a file opens only to who may read a record that names it.
func TestARecordNamesOnlyWhatIsKept(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	carer := w.As("carer")
	content := aPicture(t, 5, 5)
	var kept keptFile
	send(carer, w.Person, "image/png", content).Want(201).Read(&kept)
	file := func(hash, mediaType string, size int64) string {
		return fmt.Sprintf(`{"class":"document","content":{"files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}}`, hash, mediaType, size)
	}
	for name, tt := range map[string]struct{ body, rule string }{
		"not kept":     {file(strings.Repeat("ab", 32), "image/png", 5), "attachment-not-kept"},
		"another type": {file(kept.Hash, "image/jpeg", kept.Size), "attachment-differs"},
		"another size": {file(kept.Hash, "image/png", kept.Size+1), "attachment-differs"},
		"not a hash":   {file("nonsense", "image/png", kept.Size), "pattern"},
	} {
		p := carer.Post(at(w, "/records"), tt.body).WantProblem(422, "invalid")
		if rules := p.Rules(); len(rules) == 0 || !strings.HasPrefix(rules[0], "/content/files/0") || !strings.Contains(rules[0], tt.rule) && tt.rule != "pattern" {
			t.Errorf("%s: %v", name, rules)
		}
	}
	// Somebody who has not sent it and may not read it cannot name it, even knowing the hash: naming it would open it.
	w.As("senior").Post(at(w, "/records"), file(kept.Hash, "image/png", kept.Size)).WantProblem(422, "invalid")
	w.As("elm-carer").Get(kept.Href).WantProblem(404, "not-found")
	w.As("elm-manager").Post("/api/people/"+w.Stranger.String()+"/records", file(kept.Hash, "image/png", kept.Size)).WantProblem(422, "invalid")
	w.As("elm-manager").Get(strings.Replace(kept.Href, w.Person.String(), w.Stranger.String(), 1)).WantProblem(404, "not-found")

	confidential := strings.Replace(file(kept.Hash, "image/png", kept.Size), `"class"`, `"sensitivity":"confidential","class"`, 1)
	carer.Post(at(w, "/records"), confidential).Want(201)
	w.As("senior").Get(kept.Href).WantProblem(404, "not-found")
	w.As("senior").Get(kept.Href+"/preview").WantProblem(404, "not-found")
	w.As("manager").Get(kept.Href).Want(200)
	w.As("senior").Post(at(w, "/records"), file(kept.Hash, "image/png", kept.Size)).WantProblem(422, "invalid")
	send(w.As("senior"), w.Person, "image/png", content).Want(201) // the senior has the picture too
	w.As("senior").Post(at(w, "/records"), file(kept.Hash, "image/png", kept.Size)).Want(201)
	w.As("nurse").Get(kept.Href).Want(200)
}
