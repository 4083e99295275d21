package outbox_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/access/outbox"
	"rosemary/access/outbox/outboxtest"
)

func newKey(t testing.TB) *outbox.Key {
	t.Helper()
	key, err := outbox.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func header() outbox.Header {
	return outbox.Header{Account: "carer", Path: "/people/0199b2f4-7a00-7000-8000-000000000001/new/note?x=1", Title: "Note", Initials: "MW", Made: 1_773_648_000_000, Offset: -7_200_000}
}

// TestWhatIsSealedComesOutAgain: any header and body, to the last byte; and the key outlives its file.
func TestWhatIsSealedComesOutAgain(t *testing.T) {
	key, device, other := newKey(t), outboxtest.New(t), outboxtest.New(t)
	read, err := outbox.ReadKey(key.Secret())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := header()
		h.ID, h.Device = uuid.New(), device.ID
		h.Title = rapid.StringMatching(`[ -~é£]{0,80}`).Draw(rt, "title")
		h.Made = rapid.Int64Range(0, 253402300799000).Draw(rt, "made")
		h.Type = "multipart/form-data; boundary=x"
		body := string(rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(rt, "body"))
		e, err := read.Open(device.Seal(key.Public(), h, body))
		if err != nil {
			rt.Fatal(err)
		}
		if e.Header != h || string(e.Body) != body {
			rt.Fatalf("sealed %+v %q, opened %+v %q", h, body, e.Header, e.Body)
		}
		if !e.SignedBy(device.Public()) || e.SignedBy(other.Public()) || e.SignedBy(nil) {
			rt.Fatal("who signed it is not who sealed it")
		}
	})
}

// TestNoBitCanBeAltered: an envelope opens as it was sealed, or not at all.
func TestNoBitCanBeAltered(t *testing.T) {
	key, device := newKey(t), outboxtest.New(t)
	sealed := device.Seal(key.Public(), header(), "act=save&note=Slept+well")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := key.Open(altered); err == nil {
			t.Fatalf("byte %d can be altered", i)
		}
	}
	for n := range sealed {
		if _, err := key.Open(sealed[:n]); err == nil {
			t.Fatalf("the first %d bytes open", n)
		}
	}
	if _, err := key.Open(append(bytes.Clone(sealed), 0)); err == nil {
		t.Error("something can be put behind it")
	}
	if _, err := newKey(t).Open(sealed); !errors.Is(err, outbox.ErrKey) {
		t.Errorf("sealed for another system: %v", err)
	}
}

// TestBadEnvelopesAreRefused: what no page of ours would send.
func TestBadEnvelopesAreRefused(t *testing.T) {
	key, device := newKey(t), outboxtest.New(t)
	for name, spoil := range map[string]func(*outbox.Header){
		"no account": func(h *outbox.Header) { h.Account = "" }, "another site": func(h *outbox.Header) { h.Path = "https://example.org/people" },
		"another host": func(h *outbox.Header) { h.Path = "//example.org/people" }, "upwards": func(h *outbox.Header) { h.Path = "/people/../sign-out" },
		"relative": func(h *outbox.Header) { h.Path = "people" }, "a fragment": func(h *outbox.Header) { h.Path = "/people#x" },
		"no form": func(h *outbox.Header) { h.Type = "text/plain" }, "no boundary": func(h *outbox.Header) { h.Type = "multipart/form-data" },
		"long title": func(h *outbox.Header) { h.Title = strings.Repeat("x", 301) }, "a line break": func(h *outbox.Header) { h.Title = "a\nb" },
		"before all time": func(h *outbox.Header) { h.Made = -1 }, "after all time": func(h *outbox.Header) { h.Made = 1 << 62 },
		"an impossible clock": func(h *outbox.Header) { h.Offset = 1 << 62 }, "counted backwards": func(h *outbox.Header) { h.Sequence = -1 },
	} {
		h := header()
		spoil(&h)
		if _, err := key.Open(device.Seal(key.Public(), h, "")); !errors.Is(err, outbox.ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "{}", `{"id":1}`, `{"unknown":true}`, `{"account":"a","account":"b"}`, strings.Repeat(" ", 20<<10)} {
		if _, err := key.Open(device.SealText(key.Public(), []byte(text), "")); !errors.Is(err, outbox.ErrForm) {
			t.Errorf("header %.20q: %v", text, err)
		}
	}
	if _, err := key.Open(make([]byte, outbox.MaxEnvelope+1)); !errors.Is(err, outbox.ErrForm) {
		t.Errorf("too large: %v", err)
	}
}

// FuzzOpen: whatever arrives at the door that needs no session is opened or refused, and nothing that is opened lacks what it must say.
func FuzzOpen(f *testing.F) {
	key, err := outbox.ReadKey("rosemary-outbox-key:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(outboxtest.New(f).Seal(key.Public(), header(), "act=save"), []byte(nil))
	f.Add([]byte(nil), []byte(`{"id":"0199b2f4-7a00-7000-8000-000000000001","device":"0199b2f4-7a00-7000-8000-000000000002","account":"a","path":"/x","type":"application/x-www-form-urlencoded","title":"","initials":"","made":1,"offset":0,"sequence":0}`))
	f.Fuzz(func(t *testing.T, sealed, header []byte) {
		if len(header) > 0 { // sealed as it should be, with a header that may be anything
			sealed = outboxtest.New(t).SealText(key.Public(), header, "")
		}
		e, err := key.Open(sealed)
		if err == nil && (e.ID == uuid.Nil || e.Device == uuid.Nil || e.Account == "" || !strings.HasPrefix(e.Path, "/") || strings.HasPrefix(e.Path, "//")) {
			t.Errorf("opened with %+v", e.Header)
		}
	})
}
