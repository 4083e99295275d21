package media

import (
	"strings"
	"unicode/utf8"
)

// Headers are those under which a door gives a file: it is never taken for anything but its type, and nothing in it runs. Who may keep a copy each door says itself; the tag names
// what is given, for whoever asks again.
func Headers(mediaType, name, disposition, tag string) map[string]string {
	return map[string]string{
		"Content-Type":            Safe(mediaType),
		"Content-Disposition":     disposition + `; filename="` + FileName(name, mediaType) + `"`,
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
		"Etag":                    `"` + tag + `"`,
	}
}

// Disposition says how a file is given to whoever opens its address: a picture is shown, all else is kept as a file.
func Disposition(mediaType string) string {
	if t, _ := ByName(mediaType); t.Picture {
		return "inline"
	}
	return "attachment"
}

// Safe gives the type that a file is served with: one of those that are kept, or else bytes that no browser tries to show.
func Safe(mediaType string) string {
	t, known := ByName(mediaType)
	switch {
	case !known:
		return "application/octet-stream"
	case t.Name == "text/plain":
		return "text/plain; charset=utf-8"
	}
	return t.Name
}

// longestName is how many bytes of a file name are kept.
const longestName = 100

// FileName gives a name that any computer can keep a file under: without folders, quotes or marks that have a meaning to a shell, and with the ending of its
// type, so that a file is never opened as something that it is not.
func FileName(name, mediaType string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r < ' ' || r == 0x7f || r == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|%;`+"`$", r), r > 0x7e:
			r = '-'
		}
		if b.Len() < longestName {
			b.WriteRune(r)
		}
	}
	base := strings.Trim(b.String(), ". -")
	if base == "" {
		base = "file"
	}
	t, known := ByName(mediaType)
	if !known {
		return base + ".bin"
	}
	for _, ending := range []string{t.Extension, ".jpeg"} {
		if len(base) > len(ending) && strings.EqualFold(base[len(base)-len(ending):], ending) && (ending == t.Extension || t.Extension == ".jpg") {
			return base
		}
	}
	return base + t.Extension
}
