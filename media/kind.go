package media

import (
	"bytes"
	"mime"
	"strings"
)

// Type is one type of file that is kept.
type Type struct {
	Name      string // the media type, as it is stored and served
	Words     string // what people call it
	Extension string // what its file name ends in, with the dot
	Picture   bool   // previews can be drawn of it
}

// Types lists what is kept.
func Types() []Type {
	return []Type{
		{"image/jpeg", "a JPEG picture", ".jpg", true},
		{"image/png", "a PNG picture", ".png", true},
		{"image/webp", "a WebP picture", ".webp", true},
		{"image/gif", "a GIF picture", ".gif", true},
		{"image/heic", "an iPhone picture (HEIC)", ".heic", false}, // kept as it is: nothing here can draw it, some devices can
		{"application/pdf", "a PDF document", ".pdf", false},
		{"text/plain", "plain text", ".txt", false},
		{"audio/mpeg", "an MP3 recording", ".mp3", false},
		{"audio/mp4", "an M4A recording", ".m4a", false},
		{"audio/ogg", "an Ogg recording", ".ogg", false},
		{"audio/wav", "a WAV recording", ".wav", false},
	}
}

// Kept says in words what is kept, for refusals and hints.
const Kept = "Pictures (JPEG, PNG, WebP, GIF, HEIC), PDF documents, plain text and sound recordings (MP3, M4A, Ogg, WAV) can be kept."

// ByName finds a type by its media type; parameters and other common names of it are understood.
func ByName(declared string) (Type, bool) {
	name, _, err := mime.ParseMediaType(declared)
	if err != nil {
		return Type{}, false
	}
	switch name {
	case "image/jpg", "image/pjpeg":
		name = "image/jpeg"
	case "image/heif", "image/heic-sequence", "image/heif-sequence":
		name = "image/heic"
	case "audio/mp3":
		name = "audio/mpeg"
	case "audio/x-m4a", "audio/m4a":
		name = "audio/mp4"
	case "audio/x-wav", "audio/wave", "audio/vnd.wave":
		name = "audio/wav"
	case "application/ogg":
		name = "audio/ogg"
	}
	for _, t := range Types() {
		if t.Name == name {
			return t, true
		}
	}
	return Type{}, false
}

// Anything reports whether a declared type says no more than that there are bytes.
func Anything(declared string) bool {
	name, _, err := mime.ParseMediaType(declared)
	return declared == "" || err == nil && (name == "application/octet-stream" || name == "binary/octet-stream")
}

// magic is the bytes that a file of one type begins with; a dot stands for any byte.
type magic struct{ begins, says string }

func magics() []magic {
	return []magic{
		{"\xff\xd8\xff", "image/jpeg"},
		{"\x89PNG\r\n\x1a\n", "image/png"},
		{"GIF87a", "image/gif"},
		{"GIF89a", "image/gif"},
		{"RIFF....WEBP", "image/webp"},
		{"RIFF....WAVE", "audio/wav"},
		{"%PDF-", "application/pdf"},
		{"ID3", "audio/mpeg"},
		{"\xff\xfb", "audio/mpeg"},
		{"\xff\xf3", "audio/mpeg"},
		{"\xff\xf2", "audio/mpeg"},
		{"OggS", "audio/ogg"},
		{"....ftypM4A ", "audio/mp4"},
		{"....ftyphei", "image/heic"}, {"....ftyphev", "image/heic"}, {"....ftypmif1", "image/heic"}, {"....ftypmsf1", "image/heic"},
	}
}

// refused types by the bytes that they begin with, and what to say.
func refusals() []magic {
	const (
		program = "It is a program, and programs are never kept. If somebody sent it to you, do not open it, and tell whoever looks after your computers."
		avif    = "It is a picture in the AVIF form, which many computers cannot show. Send it as a JPEG."
		office  = "It is an office document or an archive, which can hide other things. Save it as a PDF, and send that."
		video   = "It is a video, and videos are not kept. Take a photograph, or describe it in words."
	)
	return []magic{
		{"MZ", program}, {"\x7fELF", program}, {"#!", program}, {"\xfe\xed\xfa\xce", program}, {"\xfe\xed\xfa\xcf", program},
		{"\xcf\xfa\xed\xfe", program}, {"\xce\xfa\xed\xfe", program}, {"\xca\xfe\xba\xbe", program}, {"\x00asm", program}, {"dex\n", program},
		{"....ftypavi", avif},
		{"PK\x03\x04", office}, {"PK\x05\x06", office}, {"\xd0\xcf\x11\xe0", office}, {"{\\rtf", office}, {"7z\xbc\xaf", office}, {"\x1f\x8b", office}, {"Rar!", office},
		{"....ftyp", video}, {"\x1a\x45\xdf\xa3", video}, {"RIFF....AVI ", video}, {"\x00\x00\x01\xba", video},
	}
}

func (m magic) fits(head []byte) bool {
	if len(head) < len(m.begins) {
		return false
	}
	for i := range len(m.begins) {
		if m.begins[i] != '.' && m.begins[i] != head[i] {
			return false
		}
	}
	return true
}

// markup reports whether a text is a page, a drawing or another document in angle brackets: a browser could run what is in it.
func markup(head []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if len(text) < 2 || text[0] != '<' {
		return false
	}
	c := text[1] | 0x20
	return c >= 'a' && c <= 'z' || strings.IndexByte("!?/", text[1]) >= 0
}
