package attachment_test

import (
	"bytes"
	"crypto/rand"
	"image"
	"image/jpeg"
	"io"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
)

func someBytes(n int) []byte {
	content := make([]byte, n)
	_, _ = rand.Read(content)
	return append([]byte("%PDF-"), content...)
}

// BenchmarkKeep: a file of 4 MB to the disk, flushed.
func BenchmarkKeep(b *testing.B) {
	p := newPlace(b)
	p.again(8 << 20)
	stream := uuid.New()
	b.SetBytes(4 << 20)
	for b.Loop() {
		b.StopTimer()
		content := someBytes(4 << 20)
		b.StartTimer()
		if _, err := p.Keep(b.Context(), stream, "ruth", bytes.NewReader(content), access.Said{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen: find the key, open, and read the first bytes.
func BenchmarkOpen(b *testing.B) {
	p := newPlace(b)
	stream := uuid.New()
	kept := p.keep(stream, someBytes(500_000))
	buffer := make([]byte, 100)
	for b.Loop() {
		content, err := p.Open(b.Context(), stream, kept.Hash)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(content, buffer); err != nil {
			b.Fatal(err)
		}
		_ = content.Close()
	}
}

// BenchmarkRead: a file of 4 MB, whole.
func BenchmarkRead(b *testing.B) {
	p := newPlace(b)
	p.again(8 << 20)
	stream := uuid.New()
	kept := p.keep(stream, someBytes(4<<20))
	b.SetBytes(4 << 20)
	for b.Loop() {
		if _, err := p.read(stream, kept.Hash); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPreviewKept: a small picture of a photograph of 12 megapixels that was drawn before.
func BenchmarkPreviewKept(b *testing.B) {
	p := newPlace(b)
	stream := uuid.New()
	var photograph bytes.Buffer
	if err := jpeg.Encode(&photograph, image.NewRGBA(image.Rect(0, 0, 4000, 3000)), nil); err != nil {
		b.Fatal(err)
	}
	kept := p.keep(stream, photograph.Bytes())
	for b.Loop() {
		content, err := p.Preview(b.Context(), stream, kept.Hash, access.SmallPicture)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			b.Fatal(err)
		}
		_ = content.Close()
	}
}
