package record

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// Salt keeps a version's hash from giving away a body that was lawfully destroyed.
type Salt [16]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether there is no hash: a stream's first contribution has none before it.
func (h Hash) IsZero() bool { return h == Hash{} }

// ParseHash reads 64 hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("%q is not a hash of %d hexadecimal digits", s, 2*len(h))
	}
	copy(h[:], b)
	return h, nil
}

// NewSalt draws a salt.
func NewSalt() Salt {
	var s Salt
	_, _ = rand.Read(s[:]) // never fails (crypto/rand)
	return s
}

// HashVersion is SHA-256(salt ‖ body).
func HashVersion(salt Salt, body []byte) Hash {
	h := sha256.New()
	h.Write(salt[:])
	h.Write(body)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

// headerPrefix keeps a header's hash apart from any other SHA-256 over the same bytes.
const headerPrefix = "rosemary contribution 1\n"

// HashHeader is the hash of a contribution: its header names the hashes of its versions and the hash before it.
func HashHeader(header []byte) Hash {
	h := sha256.New()
	h.Write([]byte(headerPrefix))
	h.Write(header)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}
