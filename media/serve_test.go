package media_test

import (
	"testing"

	"rosemary/media"
)

func TestFileNamesAreHarmless(t *testing.T) {
	for _, tt := range []struct{ name, mediaType, want string }{
		{"arm.jpg", "image/jpeg", "arm.jpg"},
		{"arm.JPEG", "image/jpeg", "arm.JPEG"},
		{"arm.jpg.exe", "image/jpeg", "arm.jpg.exe.jpg"},
		{"letter.exe", "application/pdf", "letter.exe.pdf"},
		{"../../etc/passwd", "text/plain", "etc-passwd.txt"},
		{`a"b; filename=c.html`, "image/png", "a-b- filename=c.html.png"},
		{"Fußweg\r\nX: y", "image/png", "Fu-weg--X- y.png"},
		{"...", "audio/mpeg", "file.mp3"},
		{"page", "text/html", "page.bin"},
	} {
		if got := media.FileName(tt.name, tt.mediaType); got != tt.want {
			t.Errorf("%q as %s is %q, want %q", tt.name, tt.mediaType, got, tt.want)
		}
	}
	if media.Safe("text/html") != "application/octet-stream" || media.Safe("text/plain") != "text/plain; charset=utf-8" || media.Safe("image/png") != "image/png" {
		t.Error("a type is served that a browser could run")
	}
}
