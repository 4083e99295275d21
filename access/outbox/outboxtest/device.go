// Package outboxtest holds a device for tests: it seals and signs entries as the script on a phone does, and can do it wrongly.
package outboxtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"rosemary/access/outbox"
)

// Device is a device with a signing key.
type Device struct {
	ID  uuid.UUID
	key *ecdsa.PrivateKey
	t   testing.TB
}

// New makes a device.
func New(t testing.TB) *Device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Device{ID: uuid.Must(uuid.NewV7()), key: key, t: t}
}

// Public is the key that it registers.
func (d *Device) Public() []byte {
	b, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// Seal seals an entry to a public key. What the header lacks is filled in.
func (d *Device) Seal(public []byte, h outbox.Header, body string) []byte {
	d.t.Helper()
	if h.ID == uuid.Nil {
		h.ID = uuid.Must(uuid.NewV7())
	}
	if h.Device == uuid.Nil {
		h.Device = d.ID
	}
	if h.Type == "" {
		h.Type = "application/x-www-form-urlencoded"
	}
	header, err := json.Marshal(h)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.SealText(public, header, body)
}

// SealText seals an entry with a header that may be anything.
func (d *Device) SealText(public, header []byte, body string) []byte {
	d.t.Helper()
	fail := func(err error) {
		if err != nil {
			d.t.Fatal(err)
		}
	}
	to, err := ecdh.P256().NewPublicKey(public)
	fail(err)
	ephemeral, err := ecdh.P256().GenerateKey(rand.Reader)
	fail(err)
	point := ephemeral.PublicKey().Bytes()
	id := sha256.Sum256(public)
	outside := append(append([]byte("RMO1"), id[:8]...), point...)
	text := binary.BigEndian.AppendUint32(nil, uint32(len(header)))
	text = append(append(text, header...), body...)
	sum := sha256.Sum256(append(append([]byte("rosemary outbox entry 1\n"), outside...), text...))
	r, s, err := ecdsa.Sign(rand.Reader, d.key, sum[:])
	fail(err)
	inside := make([]byte, 64, 64+len(text))
	r.FillBytes(inside[:32])
	s.FillBytes(inside[32:])
	inside = append(inside, text...)
	shared, err := ephemeral.ECDH(to)
	fail(err)
	keyed, err := hkdf.Key(sha256.New, shared, append(append([]byte{}, point...), public...), "rosemary outbox seal 1", 44)
	fail(err)
	block, err := aes.NewCipher(keyed[:32])
	fail(err)
	aead, err := cipher.NewGCM(block)
	fail(err)
	return aead.Seal(outside, keyed[32:], inside, outside)
}
