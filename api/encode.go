package api

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/record"
)

// Replies are appended byte by byte: the content of a record leaves as it is stored, and nothing is built only to be written.

// timeForm writes instants of the log: UTC, with the resolution of the log.
const timeForm = "2006-01-02T15:04:05.000000Z"

// appendComma puts a comma before what follows, unless it is the first of its object or array, or the value of a member.
func appendComma(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	switch b[len(b)-1] {
	case '{', '[', ':':
		return b
	}
	return append(b, ',')
}

// appendKey appends the key of a member. Keys are ours and need no quoting.
func appendKey(b []byte, key string) []byte {
	b = append(appendComma(b), '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func appendText(b []byte, key, text string) []byte {
	b = appendKey(b, key)
	quoted, err := jsontext.AppendQuote(b, text)
	if err != nil { // what is stored is UTF-8; what is not shows as the replacement character
		return quoted
	}
	return quoted
}

// appendSome appends a member that has something to say.
func appendSome(b []byte, key, text string) []byte {
	if text == "" {
		return b
	}
	return appendText(b, key, text)
}

func appendInt(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(appendKey(b, key), n, 10)
}

func appendBool(b []byte, key string, is bool) []byte {
	return strconv.AppendBool(appendKey(b, key), is)
}

func appendUID(b []byte, key string, id uuid.UUID) []byte {
	b = append(appendKey(b, key), '"')
	return append(appendBareUID(b, id), '"')
}

// appendSomeUID appends an id unless it is the zero id.
func appendSomeUID(b []byte, key string, id uuid.UUID) []byte {
	if id == uuid.Nil {
		return b
	}
	return appendUID(b, key, id)
}

func appendBareUID(b []byte, id uuid.UUID) []byte {
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(b, text[:]...)
}

func appendHash(b []byte, key string, h record.Hash) []byte {
	b = append(appendKey(b, key), '"')
	return append(hex.AppendEncode(b, h[:]), '"')
}

func appendTime(b []byte, key string, t time.Time) []byte {
	b = append(appendKey(b, key), '"')
	return append(t.UTC().AppendFormat(b, timeForm), '"')
}

func appendVersionID(b []byte, v record.VersionID) []byte {
	b = append(appendBareUID(b, v.Record), "::"...)
	b = append(append(b, v.System...), "::"...)
	return strconv.AppendInt(b, int64(v.Number), 10)
}

// appendVersion appends one version: its envelope, and its content as it is stored. Content that was lawfully destroyed, or is held more
// closely than the reader may see, is null. When it was superseded shows only where that had happened at the moment of the view.
func appendVersion(b []byte, v *record.Version, at record.Moment) []byte {
	b = append(appendComma(b), '{')
	b = appendUID(b, "record", v.Record)
	b = appendText(b, "system", v.System)
	b = appendInt(b, "number", int64(v.Number))
	b = append(appendVersionID(append(appendKey(b, "version"), '"'), v.VersionID), '"')
	b = appendText(b, "class", v.Class)
	b = appendText(b, "release", v.Release)
	b = appendText(b, "status", string(v.Status))
	b = appendText(b, "sensitivity", v.Sensitivity.String())
	b = appendSomeUID(b, "author", v.Author)
	b = appendSome(b, "informationProvider", v.InformationProvider)
	b = appendText(b, "recorded", v.Recorded)
	b = appendTime(b, "committed", v.Committed)
	b = appendInt(b, "from", int64(v.From))
	if v.Until != 0 && v.Until <= at {
		b = appendInt(b, "until", int64(v.Until))
	}
	b = appendHash(b, "hash", v.Hash)
	b = appendSomeUID(b, "destroyed", v.Destroyed)
	b = appendKey(b, "content")
	if len(v.Content) == 0 {
		b = append(b, "null"...)
	} else {
		b = append(b, v.Content...)
	}
	return append(b, '}')
}

// appendReceipt appends the answer to a commit.
func appendReceipt(b []byte, r *record.Receipt) []byte {
	b = append(appendComma(b), '{')
	b = appendUID(b, "contribution", r.Contribution)
	b = appendUID(b, "stream", r.Stream)
	b = appendInt(b, "moment", int64(r.Moment))
	b = appendTime(b, "committed", r.Committed)
	b = appendHash(b, "hash", r.Hash)
	if r.Repeated {
		b = appendBool(b, "repeated", true)
	}
	b = append(appendKey(b, "changes"), '[')
	for i := range r.Changes {
		b = appendChange(b, &r.Changes[i])
	}
	return append(b, ']', '}')
}

// appendChange appends one entry of a change log.
func appendChange(b []byte, ch *record.Change) []byte {
	b = append(appendComma(b), '{')
	b = appendText(b, "type", string(ch.Type))
	b = appendUID(b, "record", ch.Version.Record)
	b = appendInt(b, "number", int64(ch.Version.Number))
	b = append(appendVersionID(append(appendKey(b, "version"), '"'), ch.Version), '"')
	b = appendText(b, "class", ch.Class)
	b = appendHash(b, "hash", ch.Hash)
	b = appendSome(b, "description", ch.Description)
	if a := ch.Attestation; a != nil {
		b = append(appendKey(b, "attestation"), '{')
		b = appendText(b, "method", a.Method)
		b = appendText(b, "reason", a.Reason)
		b = appendTime(b, "at", a.At)
		b = appendText(b, "key", a.Key)
		b = append(appendText(b, "signature", base64.StdEncoding.EncodeToString(a.Signature)), '}')
	}
	return append(b, '}')
}

// appendContribution appends the header of a contribution: who committed what, when, behind what. Changes may be fewer than were committed,
// where some are held more closely than the reader may see.
func appendContribution(b []byte, c *record.Contribution) []byte {
	b = appendUID(b, "contribution", c.ID)
	b = appendUID(b, "stream", c.Stream)
	b = appendText(b, "system", c.System)
	b = appendInt(b, "sequence", c.Sequence)
	b = appendInt(b, "moment", int64(c.Moment))
	b = appendTime(b, "committed", c.Committed)
	b = append(appendKey(b, "committer"), '{')
	b = appendSomeUID(b, "actor", c.Committer.Actor)
	b = appendText(b, "account", c.Committer.Account)
	b = append(appendText(b, "role", c.Committer.Role), '}')
	b = appendHash(b, "previous", c.Previous)
	return appendHash(b, "hash", c.Hash)
}
