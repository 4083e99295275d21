package api

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"rosemary/standard"
)

const (
	// maxBody is the largest body that is read.
	maxBody = 4 << 20
	// maxDepth is how deep objects and arrays may stand inside each other.
	maxDepth = 64
	// firstBody is how much room is made at once for a body that only claims its size.
	firstBody = 64 << 10
)

// readBody reads what was sent, whole, within the limits of size and time.
func (c *call) readBody() ([]byte, error) {
	if err := c.isJSON(); err != nil {
		return nil, err
	}
	if c.r.ContentLength > maxBody {
		return nil, tooLarge()
	}
	// A body that comes in drops is given up when the request's time is over.
	late := time.AfterFunc(c.Timeout, func() { _ = http.NewResponseController(c.w).SetReadDeadline(time.Unix(1, 0)) })
	defer late.Stop()
	var body bytes.Buffer
	if n := c.r.ContentLength; n > 0 {
		body.Grow(int(min(n, firstBody)) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(io.LimitReader(c.r.Body, maxBody+1)); err != nil {
		if c.ctx.Err() != nil {
			return nil, c.ctx.Err()
		}
		return nil, &standard.Fault{Kind: badRequest, Message: "What was sent did not arrive whole. Nothing was changed.", Hint: "Send it again.", Err: err}
	}
	if body.Len() > maxBody {
		c.w.Header().Set("Connection", "close")
		return nil, tooLarge()
	}
	return body.Bytes(), nil
}

func tooLarge() error {
	return &standard.Fault{Kind: standard.TooLarge, Message: fmt.Sprintf("What was sent is larger than %d MiB. Nothing was changed.", maxBody>>20),
		Hint: "Send it in several contributions."}
}

// isJSON refuses a body that does not say it is JSON.
func (c *call) isJSON() error {
	given := c.r.Header.Get("Content-Type")
	packed := len(c.r.Header["Content-Encoding"]) > 0
	if given == mediaJSON && !packed {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(given)
	if charset, ok := parameters["charset"]; ok && strings.EqualFold(charset, "utf-8") {
		delete(parameters, "charset")
	}
	if err != nil || media != mediaJSON || len(parameters) > 0 || packed {
		return &standard.Fault{Kind: unsupportedMedia, Message: "What is sent must be JSON in UTF-8. Nothing was changed.",
			Hint: "Send the header Content-Type: application/json, and no Content-Encoding."}
	}
	return nil
}

// inspect looks through a document once before it is read: for broken characters, half characters (a lone surrogate) and deep nesting. Spaced
// reports that spaces stand between its tokens.
func inspect(b []byte) (spaced bool, err error) {
	if !utf8.Valid(b) {
		return false, malformedAt(b, firstInvalid(b), standard.RuleInvalidUTF8, "there is a character that is not UTF-8")
	}
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return false, malformedAt(b, i, standard.RuleTooDeep, fmt.Sprintf("objects and lists stand more than %d deep inside each other", maxDepth))
			}
		case '}', ']':
			depth--
		case ' ', '\t', '\r', '\n':
			spaced = true
		case '"':
			end, lone := inString(b, i+1)
			if lone {
				return false, malformedAt(b, end, standard.RuleLoneSurrogate, "there is half a character: a surrogate without its other half")
			}
			i = end
		}
	}
	return spaced, nil
}

// inString goes to the end of a string, or to a lone surrogate in it.
func inString(b []byte, i int) (at int, lone bool) {
	for ; i < len(b) && b[i] != '"'; i++ {
		if b[i] != '\\' {
			continue
		}
		i++
		if i >= len(b) || b[i] != 'u' {
			continue
		}
		unit, ok := hex4(b, i+1)
		if !ok {
			continue // the reader says what is wrong with it
		}
		switch {
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return i - 1, true
		case unit >= 0xD800 && unit < 0xDC00:
			if i+6 >= len(b) || b[i+5] != '\\' || b[i+6] != 'u' {
				return i - 1, true
			}
			if low, ok := hex4(b, i+7); !ok || low < 0xDC00 || low > 0xDFFF {
				return i - 1, true
			}
			i += 10
		default:
			i += 4
		}
	}
	return i, false
}

func hex4(b []byte, i int) (rune, bool) {
	if i+4 > len(b) {
		return 0, false
	}
	var r rune
	for _, d := range b[i : i+4] {
		switch {
		case d >= '0' && d <= '9':
			r = r<<4 | rune(d-'0')
		case d >= 'a' && d <= 'f':
			r = r<<4 | rune(d-'a'+10)
		case d >= 'A' && d <= 'F':
			r = r<<4 | rune(d-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// malformedAt refuses a document that cannot be read, and says where.
func malformedAt(b []byte, at int, rule, what string) error {
	return malformed(b, at, "", rule, what)
}

func malformed(b []byte, at int, pointer, rule, what string) error {
	at = min(max(at, 0), len(b))
	line := 1 + bytes.Count(b[:at], []byte{'\n'})
	column := at - bytes.LastIndexByte(b[:at], '\n')
	return &standard.Fault{
		Kind: badRequest, Message: "What was sent is not JSON that can be read. Nothing was changed.",
		Problems: []standard.Problem{{Path: pointer, Rule: rule, Message: fmt.Sprintf("On line %d at byte %d, %s.", line, column, what)}},
	}
}
