package exchange

import (
	"bytes"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// Spoken is a request that a test says by hand.
type Spoken struct {
	From, To, Method, Path, Span string
	SealFor                      string
	Say                          []byte
	At                           time.Time
}

// Signed makes the request, signed with keys.
func (s Spoken) Signed(address string, keys *record.Keys) (*http.Request, error) {
	said := request{from: s.From, to: s.To, method: s.Method, path: s.Path, span: s.Span}
	var err error
	if s.Say != nil {
		if said.body, err = seal(s.SealFor, s.Say); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequest(s.Method, address+s.Path, bytes.NewReader(said.body))
	if err != nil {
		return nil, err
	}
	if s.Span != "" {
		r.Header.Set("Range", s.Span)
	}
	return r, said.sign(r.Header, keys, s.At)
}

// Replace puts another package in the place of the one that a case would send.
func (x *Exchange) Replace(c *Case, s Statement, file []byte) error {
	signed, err := s.Sign(x.Keys)
	if err != nil {
		return err
	}
	c.Statement, c.Size = signed, s.Size
	return os.WriteFile(x.outgoing(c.ID), file, 0o600)
}

// Hurry lets the courier look for work more often.
func (x *Exchange) Hurry() { x.pulse = 20 * time.Millisecond }

// Outgoing is the file of a package.
func (x *Exchange) Outgoing(id uuid.UUID) string { return x.outgoing(id) }

// Span reads a range.
func Span(header string, size int64) (int64, int64, error) { return span(header, size) }
