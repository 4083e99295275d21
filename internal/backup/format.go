// Package backup makes, checks and restores backups of a whole installation.
//
// A backup is one file: a tar archive, compressed with zstd, sealed with age. First in it stands what it is, then the database as it stood at one moment,
// then everything that records of that moment may name (attachments are written before the commit that names them, and never change), the keys, the
// provider's own standard files, and the folder of the checkpoints; last a manifest with every file's size and SHA-256. It is made beside a running
// server, and takes its name only when it is whole and on the disk. Whoever has a backup and its key has every record.
package backup

import (
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"rosemary/record"
	"rosemary/standard"
)

// format is the number of the archive's form. A newer one is refused.
const format = 1

// The names in the archive.
const (
	headName       = "rosemary-backup.json"
	manifestName   = "manifest.json"
	dataPrefix     = "data/"
	checkpointsDir = "checkpoints/"
)

// maxHead and maxManifest are how large what describes a backup may be: a manifest has a line for every attachment.
const (
	maxHead     = 1 << 20
	maxManifest = 1 << 30
)

// Head says what a backup is. It stands first in the archive.
type Head struct {
	Format    int              `json:"format"`
	System    string           `json:"system"`
	Epoch     int              `json:"epoch"`
	Moment    record.Moment    `json:"moment"` // the last that it holds
	Made      time.Time        `json:"made"`
	Program   string           `json:"program"`   // version of the program that made it
	Encrypted bool             `json:"encrypted"` // the data folder was
	Schemas   map[string]int64 `json:"schemas"`   // how far each room's tables had been migrated
}

// File is one line of the manifest.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// manifest is the last file of the archive: what must have come before it.
type manifest struct {
	Head
	Files []File `json:"files"`
}

// Seal says how a backup is encrypted.
type Seal struct {
	Recipient   string // a public key, age1...
	Passphrase  string
	Unencrypted bool // on purpose
}

// NewKey draws a key for backups: the public half seals them, the secret one opens them.
func NewKey() (public, secret string, err error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("new key: %w", err)
	}
	return identity.Recipient().String(), identity.String(), nil
}

func (s Seal) recipient() (age.Recipient, error) {
	switch {
	case s.Recipient != "" && s.Passphrase != "":
		return nil, invalid("A backup is encrypted for a recipient or with a passphrase, not both.", "Name one of them.")
	case s.Passphrase != "":
		if len(s.Passphrase) < 12 {
			return nil, invalid("The passphrase is too short.", "Take at least twelve letters: whoever guesses it has every record.")
		}
		return age.NewScryptRecipient(s.Passphrase)
	case s.Recipient == "" && s.Unencrypted:
		return nil, nil
	case s.Recipient == "":
		return nil, invalid("The backup would not be encrypted, and it holds every record and the keys. Nothing was written.",
			"Make a key with rosemary backup key, and name its public half with --recipient; or give --passphrase-file, or --unencrypted on purpose.")
	}
	recipient, err := age.ParseX25519Recipient(s.Recipient)
	if err != nil {
		return nil, invalid("The recipient is not a public key.", "It begins with age1: rosemary backup key prints it.")
	}
	return recipient, nil
}

// sealed wraps a writer: what is written to it is compressed and sealed. Close it before the writer.
func (s Seal) sealed(w io.Writer) (io.WriteCloser, error) {
	recipient, err := s.recipient()
	if err != nil {
		return nil, err
	}
	var outer io.WriteCloser
	if recipient != nil {
		if outer, err = age.Encrypt(w, recipient); err != nil {
			return nil, fmt.Errorf("sealing the backup: %w", err)
		}
		w = outer
	}
	inner, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	return &layers{inner, outer}, nil
}

type layers struct {
	io.WriteCloser
	outer io.WriteCloser // nil: not sealed
}

// Close finishes both layers.
func (l *layers) Close() error {
	err := l.WriteCloser.Close()
	if l.outer != nil {
		err = errors.Join(err, l.outer.Close())
	}
	return err
}

func invalid(message, hint string) error {
	return &standard.Fault{Kind: standard.Invalid, Message: message, Hint: hint}
}
