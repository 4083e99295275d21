package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rosemary/internal/config"
	"rosemary/standard"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rosemary.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheStrongestSaysWhatHolds(t *testing.T) {
	path := file(t, "listen: 127.0.0.1:1\ndata: from-file\nlog:\n  level: warn\nbackup: {every: 1d, to: /b, recipient: age1x}\n")
	l, err := config.Load(config.Inputs{
		File:  path,
		Env:   []string{"ROSEMARY_LISTEN=127.0.0.1:2", "ROSEMARY_LOG_LEVEL=error", "ROSEMARY_LISTENN=x", "HOME=/"},
		Flags: map[string]string{"listen": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if l.Listen != "127.0.0.1:3" || l.LogLevel != "error" || l.Data != "from-file" || l.LogFormat != "text" || l.Backup.Every != 24*time.Hour {
		t.Errorf("got %+v", l.Config)
	}
	for key, want := range map[string]string{"listen": "flag", "log.level": "environment", "data": path + ":2", "backup.to": path + ":5", "log.format": "default"} {
		if got := l.Sources[key]; string(got) != want {
			t.Errorf("%s comes from %q, want %q", key, got, want)
		}
	}
	if len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "ROSEMARY_LISTENN") {
		t.Errorf("warnings %v", l.Warnings)
	}
}

func TestNoFileIsNeeded(t *testing.T) {
	l, err := config.Load(config.Inputs{})
	if err != nil || l.Config != config.Default() {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestEveryFaultHasItsPlace(t *testing.T) {
	path := file(t, `data: here
lisen: 127.0.0.1:80
backup:
  evry: 1d
  keep: many
tls:
    cert: [a, b]
log: loud
listen: nowhere
backup.keep: 3
`)
	_, err := config.Load(config.Inputs{File: path, Env: []string{"ROSEMARY_READERS=-1"}, Flags: map[string]string{"log.format": "xml"}})
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Invalid {
		t.Fatalf("got %v", err)
	}
	got := map[string]string{}
	for _, p := range fault.Problems {
		got[strings.TrimPrefix(p.Path, path+":")] = p.Message
	}
	for at, says := range map[string]string{
		"2:1": "Is listen meant?", "4:3": "Is backup.every meant?", "5:9": "whole number", "7:11": "one value", "8:6": "Keys and values",
		"9:9": "host:port", "ROSEMARY_READERS": "whole number", "--log-format": "text, json",
	} {
		if !strings.Contains(got[at], says) {
			t.Errorf("at %s: %q, want %q", at, got[at], says)
		}
	}
	if len(got) != 8 {
		t.Errorf("%d faults: %v", len(got), got)
	}
}

func TestWhatIsNoYAML(t *testing.T) {
	for _, text := range []string{"data: [", "\tdata: x", "a: b: c", "- data", "data: a\ndata: b", "backup: {keep: 1}\nbackup.keep: 2", "just words", "data: x\n---\ndata: y\n", "data: *nowhere"} {
		_, err := config.Load(config.Inputs{File: file(t, text)})
		if standard.KindOf(err) != standard.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := config.Load(config.Inputs{File: file(t, "")}); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := config.Load(config.Inputs{File: "/nowhere/at/all.yaml"}); standard.KindOf(err) != standard.Invalid {
		t.Errorf("no file: %v", err)
	}
}

func TestWhatMustFitTogether(t *testing.T) {
	for text, says := range map[string]string{
		"tls: {cert: a}":                                 "both tls.cert and tls.key",
		"tls: {redirect-from: ':80'}":                    "no HTTPS",
		"backup: {every: 1d, recipient: age1x}":          "where they go",
		"backup: {every: 1d, to: /b}":                    "rosemary backup key",
		"backup: {recipient: age1x, passphrase-file: p}": "not both",
		"backup: {every: 1s}":                            "at least 5m",
		"backup: {recipient: ssh-rsa}":                   "age1",
		"attachments: {limit: much}":                     "25MB",
		"behind-https: perhaps":                          "true or false",
		"data:":                                          "cannot be empty",
	} {
		_, err := config.Load(config.Inputs{File: file(t, text)})
		var fault *standard.Fault
		if !errors.As(err, &fault) || len(fault.Problems) == 0 || !strings.Contains(fault.Problems[0].Message, says) {
			t.Errorf("%s: %v, want %q", text, fault, says)
		}
	}
	l, err := config.Load(config.Inputs{File: file(t, "attachments: {limit: 25 MB}\nbackup: {every: 90m, to: /b, unencrypted: true}")})
	if err != nil || l.Attachments != 25<<20 || l.Backup.Every != 90*time.Minute {
		t.Error(l, err)
	}
}

func TestSecretsAreRefusedAndNotShown(t *testing.T) {
	const secret = "AGE-SECRET-KEY-1QQQSECRETQQQ"
	for _, in := range []config.Inputs{
		{File: file(t, "encryption: {key-file: "+secret+"}")}, {Env: []string{"ROSEMARY_ENCRYPTION_KEY_FILE=" + secret}}, {Flags: map[string]string{"encryption.key-file": secret}},
	} {
		_, err := config.Load(in)
		var fault *standard.Fault
		if !errors.As(err, &fault) || len(fault.Problems) != 1 || fault.Problems[0].Value != "" || strings.Contains(fault.Problems[0].Message, "SECRETQQQ") {
			t.Errorf("got %+v", fault)
		}
	}
}

func TestTheCredentialOfSystemd(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "rosemary-key")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"CREDENTIALS_DIRECTORY=" + folder}
	l, err := config.Load(config.Inputs{Env: env})
	if err != nil || l.KeyFile != path || l.Sources["encryption.key-file"] != config.FromSystemd {
		t.Error(l, err)
	}
	if l, err = config.Load(config.Inputs{Env: append(env, "ROSEMARY_ENCRYPTION_KEY_FILE=/k")}); err != nil || l.KeyFile != "/k" {
		t.Error(l, err)
	}
}

// TestTheExampleIsWhatThereIs: the shipped file names every key, and holds the defaults where it says anything of its own.
func TestTheExampleIsWhatThereIs(t *testing.T) {
	l, err := config.Load(config.Inputs{File: "../../docs/rosemary.example.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range l.Rows() {
		if l.Sources[row.Name] == config.FromDefault {
			t.Errorf("the example does not name %s", row.Name)
		}
	}
	l.Data, l.Checkpoints = config.Default().Data, ""
	if l.Config != config.Default() {
		t.Errorf("the example differs from the defaults: %+v", l.Config)
	}
}
