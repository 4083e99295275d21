package transfer_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

type file struct {
	stream  uuid.UUID
	about   record.Attachment
	content []byte
}

func aFile(stream uuid.UUID, content []byte) file {
	return file{stream, record.Attachment{Hash: sha256.Sum256(content), MediaType: "application/pdf", Size: int64(len(content))}, content}
}

func withFiles(t testing.TB, files []file, list []*record.Sealed) string {
	t.Helper()
	var out bytes.Buffer
	w, err := transfer.NewWriter(&out, transfer.Header{System: system, Exported: time.Unix(0, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := w.Attach(f.stream, f.about, bytes.NewReader(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range list {
		if err := w.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// readFiles reads all that an export holds; of each attachment it asks for no more than most bytes.
func readFiles(text string, most int64) (files []file, contributions int, err error) {
	err = transfer.ReadAll(strings.NewReader(text), transfer.Handlers{
		Header:       func(transfer.Header) error { return nil },
		Contribution: func(*record.Sealed) error { contributions++; return nil },
		Attachment: func(stream uuid.UUID, about record.Attachment, content io.Reader) error {
			got, err := io.ReadAll(io.LimitReader(content, most))
			files = append(files, file{stream, about, got})
			return err
		},
	})
	return files, contributions, err
}

func TestAttachmentsTravelUntouched(t *testing.T) {
	stream := uuid.New()
	one := sealed(stream, record.StreamInfo{}, 1, "tea")
	rapid.Check(t, func(rt *rapid.T) {
		var files []file
		for range rapid.IntRange(0, 3).Draw(rt, "files") {
			content := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(rt, "content"), rapid.IntRange(1, 30_000).Draw(rt, "times"))
			files = append(files, aFile(stream, content))
		}
		text := withFiles(t, files, []*record.Sealed{one})
		got, contributions, err := readFiles(text, 1<<30)
		if err != nil || contributions != 1 || len(got) != len(files) {
			rt.Fatalf("%d of %d attachments, %d contributions, %v", len(got), len(files), contributions, err)
		}
		for i, f := range got {
			if f.stream != stream || f.about != files[i].about || !bytes.Equal(f.content, files[i].content) {
				rt.Fatalf("attachment %d arrives changed", i+1)
			}
		}
		if got, _, err := readFiles(text, 3); err != nil || len(got) != len(files) {
			rt.Fatalf("read in part: %d, %v", len(got), err)
		}
		if n := longestLine(text); n > 1<<20 {
			rt.Fatalf("a line of %d bytes", n)
		}
	})
}

func longestLine(text string) (longest int) {
	for line := range strings.Lines(text) {
		longest = max(longest, len(line))
	}
	return longest
}

func TestAlteredAttachmentsAreRefused(t *testing.T) {
	stream := uuid.New()
	content := bytes.Repeat([]byte("0123456789abcdef"), 80_000) // three parts
	text := withFiles(t, []file{aFile(stream, content), aFile(stream, []byte("another"))}, []*record.Sealed{sealed(stream, record.StreamInfo{}, 1, "tea")})
	lines := strings.SplitAfter(text, "\n")
	other := aFile(stream, []byte("0123456789"))
	for name, tt := range map[string]struct{ altered, says string }{
		"a part removed":      {lines[0] + lines[1] + lines[3] + strings.Join(lines[4:], ""), "do not follow each other"},
		"parts exchanged":     {lines[0] + lines[2] + lines[1] + strings.Join(lines[3:], ""), "do not follow each other"},
		"cut off":             {strings.Join(lines[:3], ""), "cut off"},
		"a byte altered":      {strings.Replace(text, "MDEyMzQ1", "MDEyMzQ2", 1), "its hash does not fit"},
		"a part of another":   {strings.Replace(text, lines[4], strings.SplitAfter(withFiles(t, []file{other}, nil), "\n")[1], 1), ""},
		"an attachment gone":  {strings.Replace(text, lines[4], "", 1), "some are missing"},
		"another type inside": {strings.Replace(text, `"application/pdf","size":1280000,"offset":524288`, `"text/html","size":1280000,"offset":524288`, 1), "do not follow each other"},
		"hash of another":     {strings.ReplaceAll(text, aFile(stream, content).about.Hash.String(), other.about.Hash.String()), "its hash does not fit"},
		"an older form":       {strings.Replace(text, `"format":2`, `"format":1`, 1), ""},
		"a newer form":        {strings.Replace(text, `"format":2`, `"format":4`, 1), "newer Rosemary"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.altered == text {
				t.Fatal("the test alters nothing")
			}
			_, _, err := readFiles(tt.altered, 1<<30)
			if tt.says == "" {
				if err != nil {
					t.Errorf("what is whole is refused: %v", err)
				}
				return
			}
			if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("the error is %v; want %q", err, tt.says)
			}
		})
	}
}

// TestAnOldExportIsRead: one that was written before there were attachments.
func TestAnOldExportIsRead(t *testing.T) {
	text := strings.Replace(withFiles(t, nil, []*record.Sealed{sealed(uuid.New(), record.StreamInfo{}, 1, "tea")}), `"format":2`, `"format":1`, 1)
	if _, n, err := readFiles(text, 1); err != nil || n != 1 {
		t.Errorf("%d contributions, %v", n, err)
	}
}
