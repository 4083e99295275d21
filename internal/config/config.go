// Package config reads how an installation is to run: from flags, the environment, a file, and defaults, in this order.
//
// There is one table of keys (keys.go); the file, the environment (ROSEMARY_ and the key in capitals), the flags and the listing all follow it. An unknown
// key in the file is refused with its line and column. No key holds a secret: where one is needed, the key names a file. The package opens no
// port and no database.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rosemary/standard"
)

// Config is how an installation runs. Default gives the values that stand when nobody says otherwise.
type Config struct {
	Data        string
	Checkpoints string // "": beside the data folder
	Readers     int    // 0: what the store thinks right

	Listen       string
	Address      string        // where it is reached from outside; "": on this machine only, as far as clients of others go
	SystemTokens time.Duration // how long a token of a system is good for
	BehindHTTPS  bool          // a proxy in front speaks HTTPS
	TLS          TLS

	Downtime    Downtime
	KeyFile     string // opens an encrypted data folder; "": not encrypted
	Backup      Backup
	SystemsFile string // lists systems that records are exchanged with; "": those that were added on the pages only
	FileLimit   int64  // how many bytes a record may have that is taken in as a file on a page; 0: what the pages think right
	Attachments int64  // how many bytes one may have; 0: what the store thinks right

	PrivateEndpoints bool // other programs on this machine and in private networks may be told of what is committed

	LogLevel      string
	LogFormat     string
	MetricsListen string // "": on the main address, for callers on this machine only
}

// TLS is how the program speaks HTTPS itself.
type TLS struct {
	Cert         string // file of the certificate and its chain
	Key          string // file of its key
	RedirectFrom string // host:port where plain HTTP is sent on to HTTPS; "": nowhere
}

// On reports whether the program speaks HTTPS itself.
func (t TLS) On() bool { return t.Cert != "" }

// Backup is when backups are made, where they go, and how many are kept.
type Backup struct {
	Every          time.Duration // 0: never by itself
	To             string        // folder
	Keep           int           // the newest; 0: all
	Recipient      string        // public key that they are encrypted for
	PassphraseFile string
	Unencrypted    bool // on purpose
}

// Downtime is when the downtime pack is made, and where it goes.
type Downtime struct {
	Every time.Duration
	To    string // folder; "": none is made
}

// Default is what stands when nobody says otherwise.
func Default() Config {
	return Config{Data: "data", Listen: "127.0.0.1:8080", SystemTokens: 5 * time.Minute, Backup: Backup{Keep: 14}, Downtime: Downtime{Every: time.Hour}, LogLevel: "info", LogFormat: "text"}
}

// Source says where a value comes from.
type Source string

// The sources, the strongest first; a file is named by its place in it.
const (
	FromFlag    Source = "flag"
	FromEnv     Source = "environment"
	FromSystemd Source = "systemd credential"
	FromDefault Source = "default"
)

// Loaded is a configuration, and where each value comes from.
type Loaded struct {
	Config
	File     string            // the file that was read; "": none
	Systems  []System          // of the file that transfer.systems-file names
	Sources  map[string]Source // by the name of the key
	Warnings []string          // variables of the environment that are not known
}

// Inputs are what a configuration is read from.
type Inputs struct {
	File  string            // "": none
	Env   []string          // NAME=value
	Flags map[string]string // by the name of the key; only those that were given
}

// credential is the name of the key file among systemd's credentials.
const credential = "rosemary-key"

// Load reads the configuration. All faults are told at once, each with its place.
func Load(in Inputs) (*Loaded, error) {
	l := &Loaded{Config: Default(), Sources: map[string]Source{}}
	for _, k := range keys {
		l.Sources[k.name] = FromDefault
	}
	var problems []standard.Problem
	if in.File == "" {
		in.File = lookup(in.Env, "ROSEMARY_CONFIG")
	}
	if in.File != "" {
		text, err := os.ReadFile(in.File)
		if err != nil {
			return nil, &standard.Fault{Kind: standard.Invalid, Message: "The configuration file cannot be read.", Hint: "Check the path given with --config or ROSEMARY_CONFIG.", Err: err}
		}
		l.File = in.File
		problems = append(problems, l.readFile(text)...)
	}
	problems = append(problems, l.readEnv(in.Env)...)
	for name, text := range in.Flags {
		problems = append(problems, l.set(name, text, FromFlag, "--"+flagOf(name))...)
	}
	l.readCredential(in.Env)
	if len(problems) == 0 {
		problems = l.agree()
	}
	if l.SystemsFile != "" {
		found, faults := readSystems(l.SystemsFile)
		l.Systems, problems = found, append(problems, faults...)
	}
	slices.SortStableFunc(problems, func(a, b standard.Problem) int { return strings.Compare(a.Path, b.Path) })
	if err := standard.Refuse("The configuration has faults. Nothing was started.", problems); err != nil {
		return nil, err
	}
	return l, nil
}

// set gives a key a value. Where is said when it does not fit.
func (l *Loaded) set(name, text string, from Source, where string) []standard.Problem {
	k := find(name)
	if k == nil {
		return []standard.Problem{unknownKey(name, where)}
	}
	if strings.Contains(text, "AGE-SECRET-KEY-") {
		return []standard.Problem{{Path: where, Rule: "no-secrets", Message: name + " holds a secret key. Put the key into a file that only this user can read, and name the file here. Make a new key: this one has been shown."}}
	}
	if err := k.set(&l.Config, text); err != nil {
		return []standard.Problem{{Path: where, Rule: "value", Value: text, Message: fmt.Sprintf("%s: %v.", name, err)}}
	}
	l.Sources[name] = from
	return nil
}

func unknownKey(name, where string) standard.Problem {
	message := fmt.Sprintf("%q is not a key of the configuration.", name)
	if near := nearest(name); near != "" {
		message += fmt.Sprintf(" Is %s meant?", near)
	}
	return standard.Problem{Path: where, Rule: "unknown-key", Value: name, Message: message}
}

// readEnv takes the variables that the table knows; others that begin alike are warned of, for a slip would go unnoticed.
func (l *Loaded) readEnv(env []string) (problems []standard.Problem) {
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "ROSEMARY_") || name == "ROSEMARY_CONFIG" {
			continue
		}
		if k := findEnv(name); k != nil {
			problems = append(problems, l.set(k.name, value, FromEnv, name)...)
			continue
		}
		l.Warnings = append(l.Warnings, name+" is not a key of the configuration: it is passed over")
	}
	return problems
}

// readCredential takes the key file that systemd hands over, where no other is named.
func (l *Loaded) readCredential(env []string) {
	folder := lookup(env, "CREDENTIALS_DIRECTORY")
	if folder == "" || l.KeyFile != "" {
		return
	}
	path := filepath.Join(folder, credential)
	if _, err := os.Stat(path); err == nil {
		l.KeyFile, l.Sources["encryption.key-file"] = path, FromSystemd
	}
}

func lookup(env []string, name string) string {
	for _, pair := range env {
		if n, value, _ := strings.Cut(pair, "="); n == name {
			return value
		}
	}
	return ""
}

// agree checks what must fit together.
func (l *Loaded) agree() (problems []standard.Problem) {
	refuse := func(key, message string) {
		problems = append(problems, standard.Problem{Path: key, Rule: "fits-together", Message: message})
	}
	if l.SystemTokens > time.Hour {
		refuse("system-tokens", "A token of a system is good for at most an hour: the system gets another whenever it likes.")
	}
	if (l.TLS.Cert == "") != (l.TLS.Key == "") {
		refuse("tls", "HTTPS needs both tls.cert and tls.key.")
	}
	if l.TLS.RedirectFrom != "" && !l.TLS.On() {
		refuse("tls.redirect-from", "There is no HTTPS to send callers on to: tls.cert and tls.key are missing.")
	}
	b := l.Backup
	if b.Every > 0 && b.To == "" {
		refuse("backup.to", "Backups are to be made, but backup.to does not say where they go.")
	}
	if b.Recipient != "" && b.PassphraseFile != "" {
		refuse("backup.recipient", "A backup is encrypted for a recipient or with a passphrase, not both.")
	}
	if b.Every > 0 && b.Recipient == "" && b.PassphraseFile == "" && !b.Unencrypted {
		refuse("backup.recipient", "A backup holds every record and the keys. Make a key with rosemary backup key and name its public half here, or say backup.unencrypted: true on purpose.")
	}
	return problems
}
