package transfer

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

	"rosemary/record"
	"rosemary/standard"
)

// Seal encrypts what is written for the system with a public key: whoever has that system's private key reads it, and nobody else. It is sealed with the very key that the system
// signs with, so that two people who have compared one fingerprint know both. Close it, or what was written cannot be read.
func Seal(w io.Writer, to string) (io.WriteCloser, error) {
	public, err := record.PublicKey(to)
	if err != nil {
		return nil, err
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	recipient, err := agessh.NewEd25519Recipient(key)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return age.Encrypt(w, recipient)
}

// Unseal reads what was sealed for the system that has the private key. What was altered or cut off is an error of the reader, at the latest where it ends.
func Unseal(r io.Reader, key ed25519.PrivateKey) (io.Reader, error) {
	identity, err := agessh.NewEd25519Identity(key)
	if err != nil {
		return nil, fmt.Errorf("opening what was sealed: %w", err)
	}
	opened, err := age.Decrypt(r, identity)
	var foreign *age.NoIdentityMatchError
	switch {
	case errors.As(err, &foreign):
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "This was sealed for another system, or for a key that this system no longer has.",
			Hint: "Ask the sender to seal it for the key of this system. Nothing of it was taken in.", Err: err}
	case err != nil:
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "This is not something that was sealed, or it was altered.", Hint: "Ask the sender for it again. Nothing of it was taken in.", Err: err}
	}
	return opened, nil
}
