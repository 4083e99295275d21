package outbox

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// keyPrefix lets a person, and a scanner of leaked secrets, see what a key is.
const keyPrefix = "rosemary-outbox-key:"

// keyIDSize is how many bytes name a key.
const keyIDSize = 8

// Key opens what devices have sealed.
type Key struct {
	private *ecdh.PrivateKey
	id      [keyIDSize]byte
}

// NewKey makes a key.
func NewKey() (*Key, error) {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("a key for what devices send: %w", err)
	}
	return keyOf(private), nil
}

func keyOf(private *ecdh.PrivateKey) *Key {
	sum := sha256.Sum256(private.PublicKey().Bytes())
	return &Key{private: private, id: [keyIDSize]byte(sum[:keyIDSize])}
}

// ReadKey reads a key as Secret writes it.
func ReadKey(text string) (*Key, error) {
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), keyPrefix)
	if !ok {
		return nil, fmt.Errorf("this is no key for what devices send: it does not begin with %s", keyPrefix)
	}
	b, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("the key for what devices send is damaged: %w", err)
	}
	private, err := ecdh.P256().NewPrivateKey(b)
	if err != nil {
		return nil, fmt.Errorf("the key for what devices send is damaged: %w", err)
	}
	return keyOf(private), nil
}

// Secret is the key as it is kept in a file.
func (k *Key) Secret() string {
	return keyPrefix + base64.RawURLEncoding.EncodeToString(k.private.Bytes()) + "\n"
}

// Public is the half that devices seal to: 65 bytes, an uncompressed point.
func (k *Key) Public() []byte { return k.private.PublicKey().Bytes() }
