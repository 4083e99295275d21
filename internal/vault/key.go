package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"rosemary/standard"
)

// Key opens a vault: the one in the key file, or the one on paper.
type Key struct{ identity *age.X25519Identity }

// secretPrefix begins every age identity; what follows is its own checksum's business.
const secretPrefix = "AGE-SECRET-KEY-1"

// groupSize is how many letters of a recovery key stand together.
const groupSize = 4

// NewKey draws a key.
func NewKey() (Key, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return Key{}, fmt.Errorf("new key: %w", err)
	}
	return Key{identity}, nil
}

// Words gives the key in groups that can be written down and read out. Letters that look alike do not occur, and a slip is noticed.
func (k Key) Words() string {
	text := strings.TrimPrefix(k.identity.String(), secretPrefix)
	var groups []string
	for len(text) > 0 {
		n := min(groupSize, len(text))
		groups = append(groups, text[:n])
		text = text[n:]
	}
	return strings.Join(groups, "-")
}

// ParseWords reads what Words gave, as people type it: in capitals or not, with spaces, dashes or neither.
func ParseWords(typed string) (Key, error) {
	text := strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n-–.", r) {
			return -1
		}
		return r
	}, typed))
	text = strings.TrimPrefix(text, strings.ReplaceAll(secretPrefix, "-", ""))
	identity, err := age.ParseX25519Identity(secretPrefix + text)
	if err != nil { // the error may hold what was typed
		return Key{}, &standard.Fault{
			Kind: standard.Invalid, Message: "This is not a recovery key: a letter is wrong, missing or too many.",
			Hint: "Compare it with the paper, group by group. There is no letter b, i or o in it, and no 1.",
		}
	}
	return Key{identity}, nil
}

// Equal reports whether two keys are the same.
func (k Key) Equal(other Key) bool {
	return k.identity != nil && other.identity != nil && k.identity.String() == other.identity.String()
}

// ReadKeyFile reads a key file. Kinds: NotFound when there is none, Invalid when it is something else.
func ReadKeyFile(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, &standard.Fault{
			Kind: standard.NotFound, Message: "There is no key file " + path + ".",
			Hint: "Check the path. If the file is lost, make a new one with the recovery key: rosemary recover.",
		}
	}
	if err != nil {
		return Key{}, &standard.Fault{Kind: standard.Unavailable, Message: "The key file " + path + " cannot be read.", Hint: "Check that this user may read it.", Err: err}
	}
	identities, err := age.ParseIdentities(strings.NewReader(string(text)))
	if err != nil || len(identities) != 1 {
		return Key{}, notAKey(path)
	}
	identity, ok := identities[0].(*age.X25519Identity)
	if !ok {
		return Key{}, notAKey(path)
	}
	return Key{identity}, nil
}

func notAKey(path string) error {
	return &standard.Fault{Kind: standard.Invalid, Message: "The file " + path + " is not a key file of Rosemary.", Hint: "Check the path."}
}

// WriteKeyFile writes a key file that must not be there yet, outside the data folder, readable by this user only.
func WriteKeyFile(path, folder string, key Key) error {
	if err := Outside(path, folder); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &standard.Fault{Kind: standard.Conflict, Message: "The file " + path + " is there already. Nothing was changed.", Hint: "Name a file that is not there yet."}
	}
	if err != nil {
		return &standard.Fault{Kind: standard.Unavailable, Message: "The key file cannot be written.", Hint: "Check that its folder is there and may be written to.", Err: err}
	}
	_, err = fmt.Fprintf(file, "# The key of a data folder of Rosemary. Whoever has this file and the folder can read every record.\n%s\n", key.identity)
	return errors.Join(err, file.Sync(), file.Close(), SyncFolder(filepath.Dir(path)))
}

// Outside refuses a key file that lies in the data folder: whoever takes the folder would have the key too.
func Outside(path, folder string) error {
	file, err := settled(path)
	if err != nil {
		return err
	}
	if folder, err = settled(folder); err != nil {
		return err
	}
	within, err := filepath.Rel(folder, file)
	if err == nil && within != ".." && !strings.HasPrefix(within, ".."+string(filepath.Separator)) {
		return &standard.Fault{
			Kind: standard.Invalid, Message: "The key file lies in the data folder: whoever takes the folder would have the key too. Nothing was changed.",
			Hint: "Keep it elsewhere: /etc/rosemary/key, a stick, the credentials of systemd.",
		}
	}
	return nil
}

// settled is the absolute path with links followed as far as it exists.
func settled(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for rest := ""; ; {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		if parent := filepath.Dir(path); parent != path {
			path, rest = parent, filepath.Join(filepath.Base(path), rest)
			continue
		}
		return filepath.Join(path, rest), nil
	}
}
