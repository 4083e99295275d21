package record_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
)

const system = "6f0c7c5e-0000-4000-8000-000000000001"

var start = time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC)

// chain makes a log by hand, as a store would: contributions of one version each, to the streams named in turn.
type chain struct {
	log   []*record.Sealed
	heads map[uuid.UUID]record.StreamInfo
	last  map[uuid.UUID]int
}

func newChain() *chain {
	return &chain{heads: map[uuid.UUID]record.StreamInfo{}, last: map[uuid.UUID]int{}}
}

func (c *chain) add(stream, rec uuid.UUID, text string) *record.Sealed {
	c.last[rec]++
	v := &record.Version{
		VersionID: record.VersionID{Record: rec, System: system, Number: c.last[rec]}, Stream: stream, Class: "daily-note", Release: "1.0.5",
		ClassFile: strings.Repeat("ab", 32), Status: record.Complete, Sensitivity: record.Normal, Author: uuid.Nil,
		Recorded: "2026-03-09T11:00:00Z", Content: fmt.Appendf(nil, `{"freeText":%q}`, text), Salt: record.Salt{1, 2, 3},
	}
	v.Body = record.EncodeVersion(v)
	v.Hash = record.HashVersion(v.Salt, v.Body)
	p := &record.Prepared{Contribution: record.Contribution{
		ID: uuid.New(), Stream: stream, System: system, Committer: record.Committer{Account: "ruth", Role: "senior-carer"},
		Changes: []record.Change{{Type: record.Create, Version: v.VersionID, Class: v.Class, Hash: v.Hash, Description: "said \"so\" – ünïcode"}},
	}, Versions: []*record.Version{v}}
	moment := record.Moment(len(c.log) + 1)
	s := p.Seal(c.heads[stream], moment, record.InstantOf(start)+record.Instant(moment))
	c.heads[stream] = record.StreamInfo{UID: stream, Sequence: s.Sequence, Hash: s.Hash}
	c.log = append(c.log, s)
	return s
}

func (c *chain) verify(checkpoints ...record.Checkpoint) error {
	v := record.Verifier{Checkpoints: checkpoints}
	for _, s := range c.log {
		if err := v.Add(s, record.InstantOf(s.Committed)); err != nil {
			return err
		}
	}
	_, err := v.Finish()
	return err
}

func threeStreams() *chain {
	c := newChain()
	a, b, d := uuid.New(), uuid.New(), uuid.New()
	for i := range 12 {
		stream := []uuid.UUID{a, b, d}[i%3]
		c.add(stream, stream, fmt.Sprint("entry ", i))
	}
	return c
}

func TestVerifyNamesTheFirstBrokenPlace(t *testing.T) {
	if err := threeStreams().verify(); err != nil {
		t.Fatalf("a sound log: %v", err)
	}
	tests := []struct {
		name   string
		tamper func(c *chain)
		moment record.Moment
		says   string
	}{
		{"content altered", func(c *chain) {
			c.log[4].Versions[0].Body = bytes.Replace(c.log[4].Versions[0].Body, []byte("entry"), []byte("ENTRY"), 1)
		}, 5, "its content was altered"},
		{"header altered", func(c *chain) {
			c.log[6].Header = bytes.Replace(c.log[6].Header, []byte("ruth"), []byte("anne"), 1)
		}, 7, "its header was altered"},
		{"header and hash altered", func(c *chain) {
			c.log[6].Header = bytes.Replace(c.log[6].Header, []byte("ruth"), []byte("anne"), 1)
			c.log[6].Hash = record.HashHeader(c.log[6].Header)
		}, 10, "does not follow"},
		{"one removed", func(c *chain) { c.log = append(c.log[:3:3], c.log[4:]...) }, 4, "missing"},
		{"two swapped", func(c *chain) { c.log[2], c.log[3] = c.log[3], c.log[2] }, 3, "missing"},
		{"one removed and renumbered", func(c *chain) {
			c.log = append(c.log[:3:3], c.log[4:]...)
			for i, s := range c.log {
				s.Moment = record.Moment(i + 1)
			}
		}, 6, "does not follow"},
		{"version left out", func(c *chain) { c.log[8].Versions = nil }, 9, "the version is missing"},
		{"salt altered", func(c *chain) { c.log[0].Versions[0].Salt[0]++ }, 1, "its content was altered"},
		{"filed under another person", func(c *chain) { c.log[5].Stream = c.log[4].Stream }, 6, "filed under another"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := threeStreams()
			tt.tamper(c)
			var broken *record.Broken
			if err := c.verify(); !errors.As(err, &broken) {
				t.Fatalf("not noticed: %v", err)
			}
			if broken.Moment != tt.moment || !strings.Contains(broken.What, tt.says) {
				t.Fatalf("moment %d: %s; want moment %d: %s", broken.Moment, broken.What, tt.moment, tt.says)
			}
		})
	}
}

// TestCheckpointsNoticeALogThatWasRewritten: whoever recomputes every hash still meets the signed checkpoint.
func TestCheckpointsNoticeALogThatWasRewritten(t *testing.T) {
	stream := uuid.New()
	write := func(texts ...string) *chain {
		c := newChain()
		for _, text := range texts {
			c.add(stream, stream, text)
		}
		return c
	}
	honest := write("one", "two", "three", "four")
	proofs := &memoryProofs{log: honest.log}
	keys, _, err := record.GenerateKeys(system)
	if err != nil {
		t.Fatal(err)
	}
	notary := &record.Notary{Proofs: proofs, System: system, Keys: keys, Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler)}
	cp, err := notary.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	opened, err := record.OpenCheckpoint(cp.Signed, system, keys.Public())
	if err != nil || opened.Size != 4 || opened.Root != cp.Root {
		t.Fatalf("opened %+v, %v; want %+v", opened, err, cp)
	}
	if err := honest.verify(opened); err != nil {
		t.Fatalf("the honest log: %v", err)
	}
	if err := write("one", "two", "THREE", "four").verify(opened); err == nil {
		t.Error("a rewritten log passes its checkpoint")
	}
	if err := write("one", "two", "three").verify(opened); err == nil || !strings.Contains(err.Error(), "the end of the log is missing") {
		t.Errorf("a shortened log: %v", err)
	}
	if _, err := record.OpenCheckpoint(strings.Replace(cp.Signed, "\n4\n", "\n3\n", 1), system, keys.Public()); err == nil {
		t.Error("an altered checkpoint opens")
	}
	other, _, _ := record.GenerateKeys(system)
	if _, err := record.OpenCheckpoint(cp.Signed, system, other.Public()); err == nil {
		t.Error("a checkpoint opens under another key")
	}
}

// TestCheckpointsGrow: the tree that grows from kept hashes has the root of the tree made at once, wherever checkpoints fall.
func TestCheckpointsGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newChain()
		streams := []uuid.UUID{uuid.New(), uuid.New()}
		proofs := &memoryProofs{}
		keys, _, _ := record.GenerateKeys(system)
		notary := &record.Notary{Proofs: proofs, System: system, Keys: keys, Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler), AtOnce: rapid.IntRange(0, 4).Draw(t, "at once")}
		for range rapid.IntRange(1, 6).Draw(t, "checkpoints") {
			for range rapid.IntRange(0, 7).Draw(t, "contributions") {
				s := streams[rapid.IntRange(0, 1).Draw(t, "stream")]
				c.add(s, s, "x")
			}
			proofs.log = c.log
			cp, err := notary.Checkpoint(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if int(cp.Size) != len(c.log) {
				t.Fatalf("covers %d of %d", cp.Size, len(c.log))
			}
			if cp.Size == 0 {
				continue
			}
			if err := c.verify(cp); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestNothingIsSignedOnATamperedTree: a kept tree that was altered is made again from the log; a log that was altered is signed no further.
func TestNothingIsSignedOnATamperedTree(t *testing.T) {
	c := threeStreams()
	proofs := &memoryProofs{log: c.log}
	keys, _, err := record.GenerateKeys(system)
	if err != nil {
		t.Fatal(err)
	}
	notary := &record.Notary{Proofs: proofs, System: system, Keys: keys, Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler)}
	if _, err := notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	clear(proofs.hashes)
	stream := uuid.New()
	c.add(stream, stream, "one more")
	proofs.log = c.log
	cp, err := notary.Checkpoint(t.Context())
	if err != nil {
		t.Fatalf("after the kept tree was altered: %v", err)
	}
	if err := c.verify(cp); err != nil {
		t.Errorf("the checkpoint signed after it: %v", err)
	}
	clear(proofs.hashes)
	altered := threeStreams()
	altered.add(stream, stream, "one more")
	altered.add(uuid.New(), uuid.New(), "and another")
	proofs.log = altered.log
	if _, err := notary.Checkpoint(t.Context()); err == nil {
		t.Error("a log that was altered is signed on")
	}
}

// TestBytesSurvive: what was encoded reads back as it was, and encodes to the same bytes again.
func TestBytesSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~äöü€😀\n\t"\\]{0,40}`)
		stream := uuid.New()
		c := newChain()
		s := c.add(stream, stream, text.Draw(t, "text"))
		read, err := record.DecodeHeader(s.Header)
		if err != nil {
			t.Fatal(err)
		}
		if again := record.EncodeHeader(read); !bytes.Equal(again, s.Header) || read.Hash != s.Hash {
			t.Fatalf("header\n%s\nreads back as\n%s", s.Header, again)
		}
		v, err := record.DecodeVersion(s.Versions[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if again := record.EncodeVersion(v); !bytes.Equal(again, s.Versions[0].Body) {
			t.Fatalf("version\n%s\nreads back as\n%s", s.Versions[0].Body, again)
		}
	})
}

// TestFrozenBytes: bytes of the first released format, read by hand. They must verify for ever.
func TestFrozenBytes(t *testing.T) {
	const header = `{"format":1,"id":"0192f5a0-0000-7000-8000-000000000001","stream":"0192f5a0-0000-7000-8000-000000000002","system":"6f0c7c5e-0000-4000-8000-000000000001","sequence":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","committed":"2026-03-21T04:31:00.000001Z","committer":{"actor":"0192f5a0-0000-7000-8000-000000000003","account":"grace","role":"senior-carer"},"digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","changes":[{"type":"create","version":"0192f5a0-0000-7000-8000-000000000004::6f0c7c5e-0000-4000-8000-000000000001::1","class":"incident","hash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","description":"Found on the floor"}]}`
	c, err := record.DecodeHeader([]byte(header))
	if err != nil {
		t.Fatal(err)
	}
	const want = "4df59546864b516023c08c9aa0eab9db2b89e95a3ffd0f4f5e0fa8db67146192"
	if got := c.Hash.String(); got != want {
		t.Errorf("hash of the frozen header is %s, not %s", got, want)
	}
	if again := string(record.EncodeHeader(c)); again != header {
		t.Errorf("the frozen header encodes as\n%s", again)
	}
}

// TestFrozenBeside: bytes of the form of a version beside whose content something stands. A form that says of itself what is not so is not read.
func TestFrozenBeside(t *testing.T) {
	const head = `"record":"0192f5a0-0000-7000-8000-000000000004","system":"6f0c7c5e-0000-4000-8000-000000000001","number":1,"class":"incident","release":"1.0.5","classFile":"00","status":"complete","sensitivity":"normal","author":"0192f5a0-0000-7000-8000-000000000003","recorded":"2026-03-21T04:31:00+00:00","content":{"a":"b"}`
	const body = `{"format":2,` + head + `,"beside":{"resourceType":"Observation","valueQuantity":{"value":140.0}},"besideOf":1}`
	v, err := record.ReadVersion([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	const want = "cae51b37daf615d0ab92a26f4cc470448d9310054d0bebfae38fd616b3b25def"
	if got := record.HashVersion(record.Salt{1}, v.Body).String(); got != want {
		t.Errorf("hash of the frozen version is %s, not %s", got, want)
	}
	if again := string(record.EncodeVersion(v)); again != body || string(v.Content) != `{"a":"b"}` || string(v.Beside) != `{"resourceType":"Observation","valueQuantity":{"value":140.0}}` {
		t.Errorf("the frozen version encodes as\n%s", again)
	}
	for _, wrong := range []string{`{"format":1,` + head + `,"beside":{},"besideOf":1}`, `{"format":2,` + head + `}`, `{"format":2,` + head + `,"beside":null,"besideOf":1}`, `{"format":2,` + head + `,"beside":[1],"besideOf":1}`,
		`{"format":2,` + head + `,"beside":{}}`, `{"format":2,` + head + `,"beside":{},"besideOf":2}`, `{"format":1,` + head + `,"besideOf":1}`, `{"format":3,` + head + `}`} {
		if v, err := record.DecodeVersion([]byte(wrong)); err == nil {
			t.Errorf("%s is read as %+v", wrong, v)
		}
	}
}

func TestNextCommitNeverStandsStill(t *testing.T) {
	now := start
	last := record.InstantOf(now)
	for _, step := range []struct {
		by     time.Duration
		behind bool
	}{{time.Second, false}, {0, false}, {0, false}, {-time.Hour, true}, {2 * time.Hour, false}} {
		now = now.Add(step.by)
		at, behind := record.NextCommit(last, now)
		if at <= last || behind != step.behind {
			t.Fatalf("after %d comes %d (behind %v, want %v)", last, at, behind, step.behind)
		}
		last = at
	}
}

func FuzzDecodeHeader(f *testing.F) {
	stream := uuid.New()
	f.Add(newChain().add(stream, stream, "x").Header)
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := record.DecodeHeader(b); err == nil && c.Hash != record.HashHeader(b) {
			t.Error("the hash is not that of the bytes")
		}
	})
}

func FuzzDecodeVersion(f *testing.F) {
	stream := uuid.New()
	f.Add(newChain().add(stream, stream, "x").Versions[0].Body)
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := record.DecodeVersion(b); err == nil && !bytes.Equal(v.Body, b) {
			t.Error("the bytes were not kept")
		}
	})
}

// TestTheSameIDInTwoStreams: a record's id means one record of one person; nobody can break the proof by using it again in another person's record.
func TestTheSameIDInTwoStreams(t *testing.T) {
	ann, ben, rec := uuid.New(), uuid.New(), uuid.New()
	c := newChain()
	c.add(ann, rec, "about Ann")
	c.last[rec] = 0
	c.add(ben, rec, "about Ben")
	c.last[rec] = 1
	c.add(ann, rec, "more about Ann")
	if err := c.verify(); err != nil {
		t.Error(err)
	}
}

// TestVerifyNoticesAnotherCommitTime: when something was committed is what the sealed header says, or the first free instant behind the one in front.
func TestVerifyNoticesAnotherCommitTime(t *testing.T) {
	c := newChain()
	stream := uuid.New()
	for range 3 {
		c.add(stream, uuid.New(), "a note")
	}
	for by, broken := range map[record.Instant]bool{0: false, 1: true, -1: true, 60_000_000: true} {
		v := record.Verifier{}
		var err error
		for i, s := range c.log {
			at := record.InstantOf(s.Committed)
			if i == 1 {
				at += by
			}
			if err = v.Add(s, at); err != nil {
				break
			}
		}
		if (err != nil) != broken || broken && !strings.Contains(err.Error(), "moment 2,") {
			t.Errorf("a commit time moved by %d: %v", by, err)
		}
	}
}
