package ehrtest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"

	"rosemary/ehr"
)

// CutShort cuts an extract off at every byte: each time a decoder must say so with a Fault, or have had everything that matters.
func CutShort(t *testing.T, d ehr.Dialect, p *Parts) {
	t.Helper()
	var b bytes.Buffer
	if err := d.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	for n := range b.Len() {
		got, err := Decode(d, bytes.NewReader(b.Bytes()[:n]))
		var f *ehr.Fault
		switch {
		case err == nil && Difference(p, got) != "":
			t.Fatalf("cut off after %d of %d bytes, nothing was said, and it is not the same: %s", n, b.Len(), Difference(p, got))
		case err != nil && !errors.As(err, &f):
			t.Fatalf("cut off after %d of %d bytes: not a fault of the extract: %v", n, b.Len(), err)
		}
	}
}

// Streams sends n compositions through encoder and decoder at once, and sees that neither holds them: the memory in use stays below most.
func Streams(t *testing.T, d ehr.Dialect, n int, most uint64) {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(d.Encode(w, Many(n))) }()
	before := inUse()
	seen, peak := 0, uint64(0)
	err := d.Decode(r, func(p ehr.Part) error {
		if _, ok := p.(*ehr.Composition); ok {
			if seen++; seen%(n/5) == 0 {
				peak = max(peak, inUse())
			}
		}
		return nil
	})
	if err != nil || seen != n {
		t.Fatalf("%d compositions, %v", seen, err)
	}
	if peak > before+most {
		t.Errorf("%d bytes are in use after %d compositions, %d before them", peak, n, before)
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkEncode writes extracts of a thousand compositions.
func BenchmarkEncode(b *testing.B, d ehr.Dialect) {
	var size counter
	for b.Loop() {
		size = 0
		if err := d.Encode(&size, Many(1000)); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size))
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "compositions/s")
}

// BenchmarkDecode reads extracts of a thousand compositions.
func BenchmarkDecode(b *testing.B, d ehr.Dialect) {
	var text bytes.Buffer
	if err := d.Encode(&text, Many(1000)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if err := d.Decode(bytes.NewReader(text.Bytes()), func(ehr.Part) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "compositions/s")
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// Compositions says how many compositions Streams sends: few in every run, as many as ROSEMARY_COMPOSITIONS says in the long one.
func Compositions(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("ROSEMARY_COMPOSITIONS"), "2000"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
