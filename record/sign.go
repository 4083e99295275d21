package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
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
	private  ed25519.PrivateKey
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
	private, verifier, err := keyPair(strings.TrimSpace(secret))
	if err != nil {
		return nil, err
	}
	return &Keys{signer: signer, verifier: verifier, private: private}, nil
}

// Private is the key itself: it opens what was sealed for this system.
func (k *Keys) Private() ed25519.PrivateKey { return k.private }

// Note signs a text, so that OpenNote reads it under the public key.
func (k *Keys) Note(text string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return string(signed), nil
}

// OpenNote verifies a signed text under any of the public keys, and gives the text.
func OpenNote(signed string, known ...string) (string, error) { return openNote(signed, known) }

// PublicKey reads the public half of a key from its line.
func PublicKey(line string) (ed25519.PublicKey, error) {
	if _, err := note.NewVerifier(line); err != nil {
		return nil, fmt.Errorf("this is not the public key of a system: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(line, "+", 3)[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		return nil, fmt.Errorf("this is not an Ed25519 key")
	}
	return ed25519.PublicKey(raw[1:]), nil
}

// SystemOf gives the system that a public key's line names.
func SystemOf(line string) string {
	name, _, _ := strings.Cut(line, "+")
	return name
}

// Fingerprint is what two people read to each other to know that they mean the same key: eight groups of four signs, of the line as a whole.
func Fingerprint(line string) string {
	sum := sha256.Sum256([]byte(line))
	digits := hex.EncodeToString(sum[:16])
	var groups []string
	for i := 0; i < len(digits); i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return strings.Join(groups, " ")
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

// keyPair derives the private key and the verifier line from the secret line PRIVATE+KEY+name+hash+base64(0x01 ‖ seed).
func keyPair(secret string) (ed25519.PrivateKey, string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) != 5 {
		return nil, "", fmt.Errorf("the signing key has not the form of a note key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, "", fmt.Errorf("the signing key is not an Ed25519 key")
	}
	private := ed25519.NewKeyFromSeed(raw[1:])
	public, ok := private.Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", fmt.Errorf("the signing key is not an Ed25519 key")
	}
	line, err := note.NewEd25519VerifierKey(parts[2], public)
	if err != nil {
		return nil, "", fmt.Errorf("the signing key: %w", err)
	}
	return private, line, nil
}
