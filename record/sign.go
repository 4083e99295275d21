package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
)

// Keys are an installation's Ed25519 signing keys. The private one never leaves the data folder.
type Keys struct {
	signer   note.Signer
	verifier string
}

// GenerateKeys draws new keys for a system and returns them with the secret line to be kept.
func GenerateKeys(system string) (keys *Keys, secret string, err error) {
	secret, _, err = note.GenerateKey(rand.Reader, system)
	if err != nil {
		return nil, "", fmt.Errorf("new signing key: %w", err)
	}
	keys, err = ReadKeys(secret)
	return keys, secret, err
}

// ReadKeys reads the secret line that GenerateKeys gave.
func ReadKeys(secret string) (*Keys, error) {
	signer, err := note.NewSigner(strings.TrimSpace(secret))
	if err != nil {
		return nil, fmt.Errorf("the signing key cannot be read: %w", err)
	}
	verifier, err := publicKey(strings.TrimSpace(secret))
	if err != nil {
		return nil, err
	}
	return &Keys{signer: signer, verifier: verifier}, nil
}

// Public is the line that anybody can verify signatures with.
func (k *Keys) Public() string { return k.verifier }

// Sign signs a message and names the key.
func (k *Keys) Sign(message []byte) (key string, signature []byte, err error) {
	signature, err = k.signer.Sign(message)
	return k.verifier, signature, err
}

// CheckSignature verifies a signature that Sign made.
func CheckSignature(key string, message, signature []byte) error {
	v, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("signing key: %w", err)
	}
	if !v.Verify(message, signature) {
		return fmt.Errorf("the signature does not fit what was signed")
	}
	return nil
}

// AttestedText is what the server signs when an actor attests a version.
func AttestedText(version Hash, actor uuid.UUID, at time.Time, method, reason string) []byte {
	return fmt.Appendf(nil, "rosemary attestation 1\n%s\n%s\n%s\n%s\n%s\n", version, actor, at.UTC().Format(timeForm), method, hex.EncodeToString([]byte(reason)))
}

// publicKey derives the verifier line from the secret line PRIVATE+KEY+name+hash+base64(0x01 ‖ seed).
func publicKey(secret string) (string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) != 5 {
		return "", fmt.Errorf("the signing key has not the form of a note key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", fmt.Errorf("the signing key is not an Ed25519 key")
	}
	public, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", fmt.Errorf("the signing key is not an Ed25519 key")
	}
	line, err := note.NewEd25519VerifierKey(parts[2], public)
	if err != nil {
		return "", fmt.Errorf("the signing key: %w", err)
	}
	return line, nil
}
