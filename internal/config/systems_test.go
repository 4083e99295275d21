package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rosemary/internal/config"
	"rosemary/standard"
)

// systemsFile keeps a list of systems in a file, and gives what is read of it when the environment names it.
func systemsFile(t *testing.T, text string) (path string, l *config.Loaded, err error) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "systems.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err = config.Load(config.Inputs{Env: []string{"ROSEMARY_TRANSFER_SYSTEMS_FILE=" + path}})
	return path, l, err
}

func TestSystemsStandInAFile(t *testing.T) {
	path, l, err := systemsFile(t, "# who we know\nsystems:\n  - name: Elm Court\n    address: https://records.elmcourt.example\n    key: abc+1+2\n    fingerprint: \"3f2a 9c01\"\n  - {name: Harbour House, address: http://x, key: k, fingerprint: 12345678}\n")
	if err != nil || len(l.Systems) != 2 {
		t.Fatal(l, err)
	}
	elm := l.Systems[0]
	if elm.Name != "Elm Court" || elm.Address != "https://records.elmcourt.example" || elm.Key != "abc+1+2" || elm.Fingerprint != "3f2a 9c01" || elm.Places["key"] != path+":5:10" || elm.Places[""] != path+":3:5" {
		t.Errorf("%+v", elm)
	}
	if l.Systems[1].Fingerprint != "12345678" {
		t.Errorf("a fingerprint of digits: %+v", l.Systems[1])
	}
	if _, l, err := systemsFile(t, "# nobody yet\n"); err != nil || len(l.Systems) != 0 {
		t.Error(l, err)
	}
}

func TestEveryFaultInTheListOfSystemsHasItsPlace(t *testing.T) {
	for text, want := range map[string][]string{
		"systems:\n  - name: Elm Court\n    adress: x\n    key: [a]\n": {":3:5 unknown-key", ":4:10 value"},
		"systems:\n  - name: Elm\n    name: Elm Court\n":               {":3:5 malformed-yaml"},
		"systems: Elm Court\n":                                         {":1:1 unknown-key"},
		"peers: []\n":                                                  {":1:1 unknown-key"},
		"- name: Elm Court\n":                                          {":1:1 mapping"},
		"systems:\n  - Elm\n":                                          {":2:5 mapping"},
		"systems:\n  - {name: ":                                        {":2:10 malformed-yaml"},
	} {
		path, _, err := systemsFile(t, text)
		var fault *standard.Fault
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got []string
		for _, p := range fault.Problems {
			got = append(got, strings.TrimPrefix(p.Path, path)+" "+p.Rule)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	_, err := config.Load(config.Inputs{Flags: map[string]string{"transfer.systems-file": "/nowhere/systems.yaml"}})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/systems.yaml: unreadable") {
		t.Error(err)
	}
}
