package outbox

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// The form of an envelope. Outside: magic, the name of the key it is sealed to, the sender's ephemeral public key, the sealed bytes. Inside: a signature, the
// length of the header, the header as JSON, and the body of the request exactly as the page would have posted it.
const (
	magic         = "RMO1"
	pointSize     = 65
	outsideSize   = len(magic) + keyIDSize + pointSize
	signatureSize = 64
	signedAs      = "rosemary outbox entry 1\n"
	sealedAs      = "rosemary outbox seal 1"
	longestHeader = 16 << 10
)

// MaxEnvelope is how large an envelope may be: a long note and several photographs.
const MaxEnvelope = 32 << 20

// Kinds of faults of an envelope.
var (
	ErrForm     = errors.New("this is no envelope of a device, or it is damaged")
	ErrKey      = errors.New("this envelope was sealed to a key that is not known here")
	ErrTampered = errors.New("this envelope was altered on its way, or was not sealed for this system")
)

// Header is what an envelope says of the entry in it.
type Header struct {
	ID       uuid.UUID `json:"id"`
	Device   uuid.UUID `json:"device"`
	Account  string    `json:"account"`
	Says     string    `json:"says,omitzero"` // the name of whoever wrote it on that account's device without being signed in, as they say themselves; "" where the account wrote it
	Path     string    `json:"path"`          // where the form posts to
	Type     string    `json:"type"`          // of the body
	Title    string    `json:"title"`
	Initials string    `json:"initials"` // of the person it is about
	Made     int64     `json:"made"`     // milliseconds since 1970 by the device's clock
	Offset   int64     `json:"offset"`   // by how much that clock was behind when the device was last in touch; negative: ahead
	Sequence int64     `json:"sequence"`
}

// Envelope is an opened envelope.
type Envelope struct {
	Header
	Body      []byte
	Digest    [32]byte // of the sealed bytes
	signed    []byte
	signature []byte
}

// Open opens what a device has sealed and checks its form; who signed it is not checked yet.
func (k *Key) Open(sealed []byte) (*Envelope, error) {
	if len(sealed) < outsideSize+16 || len(sealed) > MaxEnvelope || string(sealed[:len(magic)]) != magic {
		return nil, ErrForm
	}
	outside, rest := sealed[:outsideSize], sealed[outsideSize:]
	if !bytes.Equal(outside[len(magic):len(magic)+keyIDSize], k.id[:]) {
		return nil, ErrKey
	}
	ephemeral, err := ecdh.P256().NewPublicKey(outside[outsideSize-pointSize:])
	if err != nil {
		return nil, ErrForm
	}
	inside, err := k.unseal(ephemeral, outside, rest)
	if err != nil {
		return nil, ErrTampered
	}
	e, err := read(outside, inside)
	if err != nil {
		return nil, err
	}
	e.Digest = sha256.Sum256(sealed)
	return e, nil
}

func (k *Key) unseal(ephemeral *ecdh.PublicKey, outside, sealed []byte) ([]byte, error) {
	shared, err := k.private.ECDH(ephemeral)
	if err != nil {
		return nil, err
	}
	aead, nonce, err := sealing(shared, ephemeral.Bytes(), k.Public())
	if err != nil {
		return nil, err
	}
	return aead.Open(nil, nonce, sealed, outside)
}

// sealing derives what one envelope is sealed with. Every envelope has an ephemeral key, and so a key and a nonce of its own.
func sealing(shared, ephemeral, public []byte) (cipher.AEAD, []byte, error) {
	keyed, err := hkdf.Key(sha256.New, shared, append(bytes.Clone(ephemeral), public...), sealedAs, 44)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(keyed[:32])
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, keyed[32:], err
}

func read(outside, inside []byte) (*Envelope, error) {
	if len(inside) < signatureSize+4 {
		return nil, ErrForm
	}
	signature, text := inside[:signatureSize], inside[signatureSize:]
	n := binary.BigEndian.Uint32(text)
	if n > longestHeader || int(n) > len(text)-4 {
		return nil, ErrForm
	}
	e := &Envelope{Body: text[4+n:], signature: signature}
	if err := json.Unmarshal(text[4:4+n], &e.Header, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	e.signed = bytes.Join([][]byte{[]byte(signedAs), outside, text}, nil)
	return e, nil
}

// check holds the header to what a page of ours says.
func (h *Header) check() error {
	bad := func(what string) error { return fmt.Errorf("%w: %s", ErrForm, what) }
	words := func(s string, most int) bool {
		return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
	}
	media, params, err := mime.ParseMediaType(h.Type)
	u, pathErr := url.Parse(h.Path)
	switch {
	case h.ID == uuid.Nil || h.Device == uuid.Nil:
		return bad("an id is missing")
	case h.Account == "" || !words(h.Account, 200):
		return bad("the account is missing")
	case !words(h.Says, 100) || strings.TrimSpace(h.Says) != h.Says:
		return bad("the name of its writer cannot be shown")
	case !words(h.Title, 300) || !words(h.Initials, 20) || !words(h.Path, 2000):
		return bad("the title or the address cannot be shown")
	case err != nil || media != "application/x-www-form-urlencoded" && (media != "multipart/form-data" || params["boundary"] == ""):
		return bad("the body is no form")
	case pathErr != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Fragment != "" || !strings.HasPrefix(h.Path, "/") || path.Clean(u.Path) != u.Path:
		return bad("the address is none of ours")
	case h.Made < 0 || h.Made > longestTime || h.Offset > longestOffset || h.Offset < -longestOffset || h.Sequence < 0:
		return bad("a time is out of range")
	}
	return nil
}

const (
	longestTime   = 253402300799000           // the end of the year 9999
	longestOffset = 100 * 366 * 24 * 3600_000 // a clock that is a hundred years off
)

// SignedBy reports whether the key, an uncompressed point, has signed the envelope.
func (e *Envelope) SignedBy(public []byte) bool {
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), public)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(e.signed)
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(e.signature[:32]), new(big.Int).SetBytes(e.signature[32:]))
}

// MadeAt is when the entry was made, as the device said.
func (h *Header) MadeAt() time.Time { return time.UnixMilli(h.Made) }

// ClockBehind is by how much the clock of the device was behind; negative: ahead.
func (h *Header) ClockBehind() time.Duration { return time.Duration(h.Offset) * time.Millisecond }

// Corrected is when the entry was made by the installation's clock, as far as that is known.
func (h *Header) Corrected() time.Time { return time.UnixMilli(h.Made + h.Offset) }
