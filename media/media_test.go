package media_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"rosemary/media"
)

// drawn is a picture whose four quarters are red, green, blue and white, from the top left in reading order.
func drawn(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	quarters := []color.RGBA{{220, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 220, 255}, {255, 255, 255, 255}}
	for y := range h {
		for x := range w {
			p.SetRGBA(x, y, quarters[2*(2*y/h)+2*x/w])
		}
	}
	return p
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an Exif segment with an orientation, and words such as a place would be, behind the beginning of a JPEG.
func withExif(picture []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("II*\x00")
	if order.String() == binary.BigEndian.String() {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = order.AppendUint16(tiff, 0)
	segment := append(append([]byte("Exif\x00\x00"), tiff...), "GPS 51.5 N 0.1 W"...)
	out := append([]byte{}, picture[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
	return append(append(out, segment...), picture[2:]...)
}

// bomb is a PNG that says it is enormous, in a few bytes.
func bomb(w, h uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	header = append(binary.BigEndian.AppendUint32(header, h), 8, 2, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	out = append(out, header...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
}

func typeOf(content []byte, step int) (media.Type, error) {
	var i media.Inspector
	for len(content) > 0 {
		n := min(step, len(content))
		_, _ = i.Write(content[:n])
		content = content[n:]
	}
	return i.Type()
}

func TestFilesAreKnownByTheirContent(t *testing.T) {
	var moving bytes.Buffer
	if err := gif.Encode(&moving, drawn(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		content string
		is      string // "": refused
		says    string
	}{
		"a photograph":           {string(asJPEG(t, drawn(8, 8))), "image/jpeg", ""},
		"a drawing":              {string(asPNG(t, drawn(8, 8))), "image/png", ""},
		"a GIF":                  {moving.String(), "image/gif", ""},
		"a WebP":                 {"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", ""},
		"a letter":               {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf", ""},
		"words":                  {"Dear Ruth,\r\n\tcafé at 2 <3 — Anne\n", "text/plain", ""},
		"words with a mark":      {"\xef\xbb\xbfDear Ruth", "text/plain", ""},
		"less than":              {"< 5 ml left", "text/plain", ""},
		"a recording":            {"ID3\x04\x00\x00", "audio/mpeg", ""},
		"a voice message":        {"\x00\x00\x00\x1cftypM4A \x00", "audio/mp4", ""},
		"an Ogg":                 {"OggS\x00\x02", "audio/ogg", ""},
		"a WAV":                  {"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav", ""},
		"nothing":                {"", "", "empty"},
		"a Windows program":      {"MZ\x90\x00\x03", "", "program"},
		"a Linux program":        {"\x7fELF\x02\x01", "", "program"},
		"a script":               {"#!/bin/sh\nrm -rf /\n", "", "program"},
		"a web page":             {"\n <!DOCTYPE html><script>alert(1)</script>", "", "web page"},
		"a web page in disguise": {"\xef\xbb\xbf<HTML>", "", "web page"},
		"an SVG":                 {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "", "web page"},
		"an XML":                 {`<?xml version="1.0"?><svg/>`, "", "web page"},
		"an iPhone picture":      {"\x00\x00\x00\x18ftypheic\x00", "image/heic", ""},
		"an AVIF":                {"\x00\x00\x00\x18ftypavif\x00", "", "JPEG"},
		"a video":                {"\x00\x00\x00\x18ftypmp42\x00", "", "video"},
		"a Word document":        {"PK\x03\x04\x14\x00", "", "PDF"},
		"an old Word document":   {"\xd0\xcf\x11\xe0\xa1\xb1", "", "PDF"},
		"noise":                  {"\x00\x01\x02\x03\x04", "", "not known"},
		"half a character":       {"caf\xc3", "", "not known"},
		"words with a bell":      {"ding\x07", "", "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []int{1, 3, 1 << 20} {
				got, err := typeOf([]byte(tt.content), step)
				switch {
				case tt.is != "" && (err != nil || got.Name != tt.is):
					t.Errorf("in steps of %d: %v, %v; want %s", step, got.Name, err, tt.is)
				case tt.is == "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
					t.Errorf("in steps of %d: %v, %v; want a refusal with %q", step, got.Name, err, tt.says)
				}
			}
		})
	}
}

func TestDeclaredTypesAreUnderstood(t *testing.T) {
	for declared, want := range map[string]string{
		"image/jpeg": "image/jpeg", "IMAGE/JPG": "image/jpeg", "text/plain; charset=utf-8": "text/plain", "audio/mp3": "audio/mpeg",
		"image/svg+xml": "", "text/html": "", "nonsense": "", "": "", "application/x-msdownload": "",
	} {
		if got, known := media.ByName(declared); got.Name != want || known != (want != "") {
			t.Errorf("%q is understood as %q, %v", declared, got.Name, known)
		}
	}
	if !media.Anything("") || !media.Anything("application/octet-stream") || media.Anything("image/png") {
		t.Error("what says nothing is not told apart from what says something")
	}
}

func TestABombIsRefusedBeforeItIsDrawn(t *testing.T) {
	of, _ := media.ByName("image/png")
	for _, size := range [][2]uint32{{60_000, 60_000}, {1, 200_000_000}, {0, 5}} {
		content := bomb(size[0], size[1])
		if err := media.Check(bytes.NewReader(content), of); err == nil {
			t.Errorf("%d by %d passes", size[0], size[1])
		}
		if _, err := media.Cost(bytes.NewReader(content)); err == nil {
			t.Errorf("%d by %d would be drawn", size[0], size[1])
		}
	}
	if err := media.Check(bytes.NewReader(asJPEG(t, drawn(8, 8))), of); err == nil {
		t.Error("a JPEG passes for a PNG")
	}
}

// TestPreviewsStandUprightAndCarryNothing: whichever way the camera was held, the preview shows the same, and where it was taken is not in it.
func TestPreviewsStandUprightAndCarryNothing(t *testing.T) {
	// The corner of the stored picture that is seen at the top left: quarters 0 red, 1 green, 2 blue, 3 white.
	for orientation, corner := range map[uint16]int{1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 2, 7: 3, 8: 1} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			content := withExif(asJPEG(t, drawn(64, 32)), order, orientation)
			drawnAgain, err := media.Preview(bytes.NewReader(content), 40)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(drawnAgain, []byte("GPS")) || bytes.Contains(drawnAgain, []byte("Exif")) {
				t.Fatal("the preview carries what the photograph hides")
			}
			p, err := jpeg.Decode(bytes.NewReader(drawnAgain))
			if err != nil {
				t.Fatal(err)
			}
			w, h := p.Bounds().Dx(), p.Bounds().Dy()
			if wide := orientation < 5; wide && (w != 40 || h != 20) || !wide && (w != 20 || h != 40) {
				t.Errorf("orientation %d: %d by %d", orientation, w, h)
			}
			r, g, b, _ := p.At(w/6, h/6).RGBA()
			found := map[[3]bool]int{{true, false, false}: 0, {false, true, false}: 1, {false, false, true}: 2, {true, true, true}: 3}
			if got := found[[3]bool{r > 0x8000, g > 0x8000, b > 0x8000}]; got != corner {
				t.Errorf("orientation %d, %s: quarter %d at the top left, want %d", orientation, order, got, corner)
			}
		}
	}
}

// TestAlphaOfALossyWebPCosts: it is decoded as a picture of its own, of four bytes a dot, beside the dots.
func TestAlphaOfALossyWebPCosts(t *testing.T) {
	head := "RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\xe7\x03\x00\xe7\x03\x00" // 1000 by 1000 dots, with alpha
	cost, err := media.Cost(strings.NewReader(head))
	if err != nil || cost < 6_500_000 {
		t.Errorf("a lossy WebP of a million dots costs %d bytes, %v", cost, err)
	}
}

func TestPreviewsOfEveryKindOfPicture(t *testing.T) {
	var moving bytes.Buffer
	if err := gif.Encode(&moving, drawn(900, 30), nil); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"png": asPNG(t, drawn(30, 900)), "gif": moving.Bytes(), "tiny": asPNG(t, drawn(2, 2)), "thin": asPNG(t, drawn(1, 5000))} {
		if _, err := media.Cost(bytes.NewReader(content)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		small, err := media.Preview(bytes.NewReader(content), media.Small.Edge())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := jpeg.DecodeConfig(bytes.NewReader(small))
		if err != nil || p.Width > 320 || p.Height > 320 || p.Width < 1 || p.Height < 1 {
			t.Errorf("%s: %d by %d, %v", name, p.Width, p.Height, err)
		}
	}
	if _, err := media.Preview(strings.NewReader("%PDF-1.7"), 40); err == nil {
		t.Error("a picture was drawn of a letter")
	}
}

func FuzzType(f *testing.F) {
	for _, seed := range []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "<svg", "MZ", "caf\xc3\xa9", "RIFF....WEBP", "#!", "\xef\xbb\xbf<html"} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, content []byte, step int) {
		whole, err := typeOf(content, len(content)+1)
		pieces, again := typeOf(content, max(1, step%17))
		if whole != pieces || (err == nil) != (again == nil) {
			t.Fatalf("%v, %v whole; %v, %v in pieces", whole, err, pieces, again)
		}
		if err != nil {
			return
		}
		text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(content), "\xef\xbb\xbf"), " \t\r\n\f"))
		for _, never := range []string{"<html", "<svg", "<script", "<!doctype", "<?xml", "MZ", "\x7fELF", "#!"} {
			if strings.HasPrefix(text, never) && never[0] == '<' || strings.HasPrefix(string(content), never) {
				t.Fatalf("%q is kept as %s", never, whole.Name)
			}
		}
	})
}

func FuzzPreview(f *testing.F) {
	f.Add(withExif(asJPEG(f, drawn(16, 8)), binary.BigEndian, 6))
	f.Add(asPNG(f, drawn(8, 16)))
	f.Add(bomb(60_000, 60_000))
	f.Fuzz(func(t *testing.T, content []byte) {
		r := bytes.NewReader(content)
		if cost, err := media.Cost(r); err != nil || cost > 4<<20 {
			return
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if out, err := media.Preview(r, 40); err == nil {
			if p, err := jpeg.DecodeConfig(bytes.NewReader(out)); err != nil || p.Width > 40 || p.Height > 40 {
				t.Fatalf("%d by %d, %v", p.Width, p.Height, err)
			}
		}
	})
}

func BenchmarkPreview(b *testing.B) {
	content := asJPEG(b, drawn(4000, 3000))
	for b.Loop() {
		if _, err := media.Preview(bytes.NewReader(content), media.Small.Edge()); err != nil {
			b.Fatal(err)
		}
	}
}

// said is the head of a JPEG of so many dots: what comes before the frame, and the marker that says how it is coded.
func said(w, h uint16, marker byte, before ...[]byte) []byte {
	out := append([]byte{0xff, 0xd8}, bytes.Join(before, nil)...)
	out = append(out, 0xff, marker, 0, 17, 8)
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, h), w)
	return append(out, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0)
}

// TestAPictureThatHidesHowItIsCoded costs as much as the dearest way: decoding it takes five times the memory.
func TestAPictureThatHidesHowItIsCoded(t *testing.T) {
	comment := []byte{0xff, 0xfe, 0, 3, 'x'}
	plain, err := media.Cost(bytes.NewReader(said(3000, 2000, 0xc0, comment)))
	if err != nil {
		t.Fatal(err)
	}
	for name, head := range map[string][]byte{
		"says so":              said(3000, 2000, 0xc2),
		"behind many comments": said(3000, 2000, 0xc2, bytes.Repeat(comment, 500)),
		"behind filling":       said(3000, 2000, 0xc2, []byte{0xff, 0xff, 0xff}),
		"behind rubbish":       said(3000, 2000, 0xc2, []byte{0xff, 0x00, 'x'}),
		"behind a restart":     said(3000, 2000, 0xc2, []byte{0xff, 0xd0}),
	} {
		if cost, err := media.Cost(bytes.NewReader(head)); err != nil || cost != 5*plain {
			t.Errorf("%s: %d and %v, want %d", name, cost, err, 5*plain)
		}
	}
}
