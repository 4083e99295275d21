package log

import (
	"bytes"
	"encoding/hex"
)

// A header is canonical JSON; most of it are ids and hashes in hexadecimal letters, and the names of its members. In its row each id and hash stands as its bytes behind a mark, and what
// stands between them as one mark, so that four contributions of 1 KB share a page and not three. Marks are control characters, which canonical JSON never holds as they
// are: a header without any is its own packed form.
const (
	anID    = 1 // 16 bytes follow: 8-4-4-4-12 lower-case letters with their hyphens
	aHash   = 2 // 32 bytes follow: 64 lower-case letters
	aPhrase = 3 // the first of phrases, and so on
	idLen   = 36
	hexLen  = 64
)

// phrases are what stands between the ids and hashes of most headers. Rows hold their places in this list: it may grow at its end, up to 27, and never changes otherwise.
var phrases = [...]string{
	`{"format":1,"id":"`, `","stream":"`, `","system":"`, `","sequence":`, `,"previous":"`, `,"committed":"`, `","committed":"`, `Z","committer":{"actor":"`, `","account":"`, `","role":"`,
	`"},"digest":"`, `","changes":[{"type":"create","version":"`, `","class":"`, `","hash":"`, `"},{"type":"create","version":"`, `"},{"type":"modify","version":"`,
	`","changes":[{"type":"modify","version":"`,
}

// pack gives the form of a header that is kept.
func pack(header []byte) []byte {
	out := make([]byte, 0, len(header))
	for i := 0; i < len(header); {
		mark := phraseAt(header[i:])
		begins := i == 0 || header[i-1] == '"' || header[i-1] == ':' // a value, or a part of an object version id
		switch {
		case mark > 0:
			out = append(out, mark)
			i += len(phrases[mark-aPhrase])
		case begins && i+hexLen <= len(header) && isHex(header[i:i+hexLen]):
			out = append(out, aHash)
			out, _ = hex.AppendDecode(out, header[i:i+hexLen])
			i += hexLen
		case begins && i+idLen <= len(header) && isID(header[i:i+idLen]):
			out = append(out, anID)
			for _, part := range [][]byte{header[i : i+8], header[i+9 : i+13], header[i+14 : i+18], header[i+19 : i+23], header[i+24 : i+36]} {
				out, _ = hex.AppendDecode(out, part)
			}
			i += idLen
		default:
			out = append(out, header[i])
			i++
		}
	}
	return out
}

// unpack gives the header again. What was not made by pack comes out as something that is no header, or another one: its hash tells.
func unpack(kept []byte) []byte {
	at := bytes.IndexFunc(kept, func(c rune) bool { return c < aPhrase+rune(len(phrases)) })
	if at < 0 {
		return kept
	}
	out := append(make([]byte, 0, 2*len(kept)), kept[:at]...)
	for i := at; i < len(kept); {
		switch mark, rest := kept[i], kept[i+1:]; {
		case mark == anID && len(rest) >= 16:
			for j, part := range [][]byte{rest[:4], rest[4:6], rest[6:8], rest[8:10], rest[10:16]} {
				if j > 0 {
					out = append(out, '-')
				}
				out = hex.AppendEncode(out, part)
			}
			i += 17
		case mark == aHash && len(rest) >= 32:
			out = hex.AppendEncode(out, rest[:32])
			i += 33
		case mark >= aPhrase && int(mark) < aPhrase+len(phrases):
			out = append(out, phrases[mark-aPhrase]...)
			i++
		default:
			out = append(out, mark)
			i++
		}
	}
	return out
}

// phraseAt is the mark of the phrase that begins a text; 0: none does.
func phraseAt(text []byte) byte {
	if text[0] != '"' && text[0] != ',' && text[0] != '{' && text[0] != 'Z' {
		return 0
	}
	for i, phrase := range phrases {
		if len(text) >= len(phrase) && string(text[:len(phrase)]) == phrase {
			return byte(aPhrase + i)
		}
	}
	return 0
}

func isHex(letters []byte) bool {
	for _, c := range letters {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func isID(letters []byte) bool {
	return letters[8] == '-' && letters[13] == '-' && letters[18] == '-' && letters[23] == '-' &&
		isHex(letters[:8]) && isHex(letters[9:13]) && isHex(letters[14:18]) && isHex(letters[19:23]) && isHex(letters[24:])
}
