package transfer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

const system = "6f0c7c5e-0000-4000-8000-000000000001"

// sealed makes a contribution of one version by hand, as the recorder and a store would.
func sealed(stream uuid.UUID, last record.StreamInfo, moment record.Moment, text string) *record.Sealed {
	v := &record.Version{
		VersionID: record.VersionID{Record: uuid.New(), System: system, Number: 1}, Stream: stream, Class: "daily-note", Release: "1.0.5",
		ClassFile: strings.Repeat("ab", 32), Status: record.Complete, Sensitivity: record.Normal, Recorded: "2026-03-09T11:00:00Z",
		Content: fmt.Appendf(nil, `{"freeText":%s}`, quoted(text)), Salt: record.NewSalt(),
	}
	v.Body = record.EncodeVersion(v)
	v.Hash = record.HashVersion(v.Salt, v.Body)
	p := &record.Prepared{Contribution: record.Contribution{
		ID: uuid.New(), Stream: stream, System: system, Committer: record.Committer{Account: "ruth", Role: "senior-carer"},
		Changes: []record.Change{{Type: record.Create, Version: v.VersionID, Class: v.Class, Hash: v.Hash}},
	}, Versions: []*record.Version{v}}
	return p.Seal(last, moment, record.InstantOf(time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC))+record.Instant(moment))
}

// quoted writes a JSON string in a way of its own: exports must not write it anew.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < 0x20 || r == '"' || r == '\\' || r > 0x7e && r < 0x10000 {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String() + `"`
}

func written(t testing.TB, list []*record.Sealed) []byte {
	var out bytes.Buffer
	w, err := transfer.NewWriter(&out, transfer.Header{System: system, Exported: time.Unix(0, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if err := w.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(text []byte) (list []*record.Sealed, err error) {
	err = transfer.Read(bytes.NewReader(text), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		list = append(list, s)
		return nil
	})
	return list, err
}

// TestBytesTravelUntouched: what is read has the bytes, the salts and the hashes of what was written, and is written as the same lines again.
func TestBytesTravelUntouched(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		stream, last := uuid.New(), record.StreamInfo{}
		var list []*record.Sealed
		for i := range rapid.IntRange(0, 5).Draw(rt, "contributions") {
			s := sealed(stream, last, record.Moment(i+1), rapid.StringMatching(`[ -~äöü€😀\n\t"\\/<]{0,30}`).Draw(rt, "text"))
			last = record.StreamInfo{UID: stream, Sequence: s.Sequence, Hash: s.Hash}
			list = append(list, s)
		}
		text := written(t, list)
		got, err := read(text)
		if err != nil || len(got) != len(list) {
			rt.Fatalf("%d of %d read, %v", len(got), len(list), err)
		}
		for i, s := range got {
			want := list[i]
			if !bytes.Equal(s.Header, want.Header) || s.Hash != want.Hash || s.Moment != want.Moment || !s.Committed.Equal(want.Committed) ||
				!bytes.Equal(s.Versions[0].Body, want.Versions[0].Body) || s.Versions[0].Salt != want.Versions[0].Salt || s.Versions[0].Hash != want.Versions[0].Hash {
				rt.Fatalf("contribution %d arrives changed", i+1)
			}
		}
		if again := written(t, got); !bytes.Equal(again, text) {
			rt.Fatal("what was read is written as something else")
		}
	})
}

func FuzzRead(f *testing.F) {
	stream := uuid.New()
	f.Add(written(f, []*record.Sealed{sealed(stream, record.StreamInfo{}, 1, "tea")}))
	f.Add([]byte(`{"format":1,"export":"rosemary","system":"x","keys":null,"exported":"2026-01-01T00:00:00Z"}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := read(text)
		if err != nil {
			if standard.KindOf(err) == "" {
				t.Errorf("a refusal without a kind: %v", err)
			}
			return
		}
		for _, s := range list {
			if s.Hash != record.HashHeader(s.Header) {
				t.Error("a contribution whose hash is not its bytes'")
			}
			for _, v := range s.Versions {
				if v.Hash != record.HashVersion(v.Salt, v.Body) {
					t.Error("a version whose hash is not its bytes'")
				}
			}
		}
	})
}

// TestWhyReadingBrokeOffIsSaid wherever it did, also in the middle of a line: half a line is not blamed for it.
func TestWhyReadingBrokeOffIsSaid(t *testing.T) {
	stream := uuid.New()
	text := written(t, []*record.Sealed{sealed(stream, record.StreamInfo{}, 1, "tea")})
	why := errors.New("the disk fell silent")
	for n := range len(text) {
		err := transfer.Read(io.MultiReader(bytes.NewReader(text[:n]), iotest.ErrReader(why)), func(transfer.Header) error { return nil }, func(*record.Sealed) error { return nil })
		if !errors.Is(err, why) {
			t.Fatalf("broken off behind byte %d: %v", n, err)
		}
	}
}
