package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// place is where a page ends: the moment that all pages of the list are fixed at, and the place in the list behind which the next one goes on.
type place struct {
	moment record.Moment
	behind []byte // the list's own form
}

const (
	cursorFormat = 1
	proofLength  = 8
)

// cursor writes a place as an opaque word. It carries a digest of the list that it belongs to: it continues that list and no other.
func (c *call) cursor(p place) string {
	b := binary.AppendUvarint([]byte{cursorFormat}, uint64(p.moment))
	b = append(b, p.behind...)
	return base64.RawURLEncoding.EncodeToString(append(c.proof(b), b...))
}

// proof is a digest of the list that is asked for, whatever its page, and of a place in it.
func (c *call) proof(at []byte) []byte {
	h := sha256.New()
	h.Write([]byte(c.r.URL.Path))
	asked := c.r.URL.Query()
	asked.Del(paramAfter)
	asked.Del(paramLimit)
	h.Write([]byte{0})
	h.Write([]byte(asked.Encode()))
	h.Write([]byte{0})
	h.Write(at)
	return h.Sum(nil)[:proofLength]
}

// after reads the cursor of the query; nil when the list is to begin at its beginning.
func (c *call) after() (*place, error) {
	text := get[string](c.query, paramAfter)
	if text == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < proofLength+2 || string(c.proof(b[proofLength:])) != string(b[:proofLength]) || b[proofLength] != cursorFormat {
		return nil, badCursor(text)
	}
	b = b[proofLength+1:]
	moment, n := binary.Uvarint(b)
	if n <= 0 {
		return nil, badCursor(text)
	}
	return &place{moment: record.Moment(moment), behind: b[n:]}, nil
}

func badCursor(text string) error {
	return badQuery([]standard.Problem{{
		Path: "?" + paramAfter, Rule: "bad-cursor", Value: short(text),
		Message: "This is not a cursor of this list. Take the link to the next page as it stands, with the same parameters, or begin again without it.",
	}})
}

// next is the address of the page that follows.
func (c *call) next(p place) string {
	q := c.r.URL.Query()
	q.Set(paramAfter, c.cursor(p))
	return (&url.URL{Path: c.r.URL.Path, RawQuery: q.Encode()}).String()
}

// behindVersion writes the place of a version in a list of versions.
func behindVersion(k record.Cursor) []byte {
	b := binary.AppendVarint(nil, k.Happened)
	b = binary.AppendVarint(b, int64(k.From))
	b = append(b, k.Record[:]...)
	return binary.AppendVarint(b, int64(k.Number))
}

// version reads the place of a version in a list of versions.
func (p *place) version() (*record.Cursor, bool) {
	b := p.behind
	happened, n := binary.Varint(b)
	if n <= 0 {
		return nil, false
	}
	b = b[n:]
	from, n := binary.Varint(b)
	if n <= 0 || len(b) < n+16 {
		return nil, false
	}
	id, err := uuid.FromBytes(b[n : n+16])
	if err != nil {
		return nil, false
	}
	number, m := binary.Varint(b[n+16:])
	return &record.Cursor{Happened: happened, From: record.Moment(from), Record: id, Number: int(number)}, m > 0
}

// number reads a place that is a number.
func (p *place) number() (int64, bool) {
	n, used := binary.Varint(p.behind)
	return n, used == len(p.behind) && used > 0
}

func behindNumber(n int64) []byte { return binary.AppendVarint(nil, n) }
