package log

import (
	"bytes"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestPackIsLossless: whatever stands in a header comes back, among ids and hashes that touch each other and words that look like parts of them.
func TestPackIsLossless(t *testing.T) {
	t.Parallel()
	parts := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9a-f]{64}`), rapid.StringMatching(`[0-9a-f-]{1,80}`), rapid.StringMatching(`[0-9A-F]{8}-[0-9A-F]{4}`),
		rapid.StringMatching(`[ -~]{0,20}`), rapid.SampledFrom([]string{`":"`, `{"id":"`, "Zoë", "😀", `\u0001`}),
	)
	parts = rapid.OneOf(parts, rapid.SampledFrom(phrases[:]))
	rapid.Check(t, func(t *rapid.T) {
		var header []byte
		for _, part := range rapid.SliceOfN(parts, 0, 12).Draw(t, "parts") {
			header = append(header, part...)
		}
		kept := pack(header)
		if back := unpack(kept); !bytes.Equal(back, header) {
			t.Fatalf("%q came back as %q", header, back)
		}
		if len(kept) > len(header) {
			t.Fatalf("%d bytes became %d", len(header), len(kept))
		}
	})
}

// FuzzUnpack: nothing that a damaged row may hold stops the program, and what is no packed form stays whatever it is.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte(`{"id":"` + "\x01" + `0123456789abcdef"}`))
	f.Add([]byte("\x02"))
	f.Add(pack([]byte(`{"id":"01a22ac3-e801-7e17-b909-09a13bf8b0c5","hash":"e68ca943ed0057b4a4917583d0831bfe6a9d3dd29f9e8185d9c07764860ca632"}`)))
	f.Fuzz(func(t *testing.T, kept []byte) {
		once := unpack(kept)
		if bytes.IndexFunc(once, unicode.IsControl) < 0 && !bytes.Equal(unpack(pack(once)), once) {
			t.Fatalf("%q does not come back", once)
		}
	})
}
