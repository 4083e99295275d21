package installation_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/internal/installation"
)

const ownRound = `form: Night round
id: night-round
own: daily-note
summary: What was seen on the round.
evidence: provider
sections:
  - title: Tonight
    asks: [ASKS]
`

// TestOwnForms: a provider's form is in use from the next start; a faulty one is set aside and told with its place; records need no rebuilding for it.
func TestOwnForms(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	open := func() *installation.Installation {
		t.Helper()
		log.Reset()
		in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = in.Close() })
		return in
	}
	in := open()
	class, _ := in.Catalogue.Class("daily-note")
	var asks []string
	for _, e := range class.Elements {
		if e.Must && e.Role != "subject" {
			asks = append(asks, e.ID)
		}
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, "standard", "forms", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := strings.Replace(ownRound, "ASKS", strings.Join(asks, ", "), 1)
	write("night-round.yaml", good)
	write("bad.yaml", strings.NewReplacer("night-round", "bad", "Night round", "Bad", "ASKS", "nothing").Replace(ownRound))
	files, err := in.ReadOwn()
	if err != nil || len(files) != 2 || files[0].Good() || !files[1].Good() {
		t.Fatalf("read anew: %+v, %v", files, err)
	}
	if len(in.Catalogue.Own()) != 0 {
		t.Error("a new file is in use before the next start")
	}
	if file, err := in.CheckOwn([]byte(good)); err != nil || !file.Good() || file.ID != "night-round" {
		t.Errorf("checked: %+v, %v", file, err)
	}
	hash := in.Catalogue.Hash()
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	in = open()
	if form, ok := in.Catalogue.Form("night-round"); !ok || !form.Provider {
		t.Error("the form is not in use after a start")
	}
	if _, ok := in.Catalogue.Form("bad"); ok || !strings.Contains(log.String(), "standard/forms/bad.yaml") || !strings.Contains(log.String(), "line=8") {
		t.Errorf("the faulty form: %s", log.String())
	}
	if in.Catalogue.Hash() != hash || strings.Contains(log.String(), "rebuil") {
		t.Errorf("records were derived anew because of a form: %s", log.String())
	}
}

// TestLinksAreNotInUse: a backup does not hold what a link leads to, so that a restore would lose a form that was in use. It is told as a fault.
func TestLinksAreNotInUse(t *testing.T) {
	for name, link := range map[string]struct{ at, to string }{
		"a file":               {"standard/forms/linked.yaml", "elsewhere/forms/linked.yaml"},
		"a folder":             {"standard/forms", "elsewhere/forms"},
		"the folder of it all": {"standard", "elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir, to := filepath.Join(root, "data"), filepath.Join(root, link.to)
			forms := filepath.Join(root, "elsewhere", "forms")
			at := filepath.Join(dir, filepath.FromSlash(link.at))
			if err := errors.Join(os.MkdirAll(forms, 0o700), os.MkdirAll(filepath.Dir(at), 0o700)); err != nil {
				t.Fatal(err)
			}
			form := strings.NewReplacer("night-round", "linked", "Night round", "Linked", "[ASKS]", "[when, freeText]").Replace(ownRound)
			if err := os.WriteFile(filepath.Join(forms, "linked.yaml"), []byte(form), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(to, at); err != nil {
				t.Skip(err)
			}
			var log bytes.Buffer
			in, err := installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = in.Close() }()
			if _, used := in.Catalogue.Form("linked"); used || !strings.Contains(log.String(), "link") || !strings.Contains(log.String(), "no backup holds") {
				t.Errorf("in use: %v; told: %s", used, log.String())
			}
		})
	}
}

// TestAnOwnClassCostsNoRebuilding until it has records and is changed or taken away: then what is shown of them is made anew.
func TestAnOwnClassCostsNoRebuilding(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "standard", "classes", "garden-walk.yaml")
	const text = `class: Garden walk
id: garden-walk
category: Daily care
kind: record
stream: person
source: {standard: Hazelwood, version: "1"}
summary: A walk in the garden.
title: [TITLE]
elements:
  - {name: Subject of care, id: subjectOfCare, type: Lookup, occurs: Must occur once, value: reference, to: [subject-of-care], role: subject, absence: forbidden, evidence: provider}
  - {name: Where, id: where, type: Text, occurs: Must occur once, evidence: provider, ask: Where?}
  - {name: With, id: with, type: Text, occurs: Could occur once, evidence: provider, ask: With whom?}
`
	put := func(title string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(text, "TITLE", title, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var in *installation.Installation
	start := func(what string, rebuilt bool) {
		t.Helper()
		if in != nil {
			if err := in.Close(); err != nil {
				t.Fatal(err)
			}
		}
		var log bytes.Buffer
		var err error
		if in, err = installation.Open(t.Context(), installation.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
			t.Fatal(what, err)
		}
		if got := strings.Contains(log.String(), "made anew"); got != rebuilt {
			t.Errorf("%s: made anew %v, wanted %v: %s", what, got, rebuilt, log.String())
		}
	}
	start("empty", false)
	defer func() { _ = in.Close() }()
	people := furnish(t, in)
	start("the same again", false)
	put("where")
	start("a class that nothing is recorded in", false)
	walk := create(people[0], "", "garden-walk", `{"where":"By the pond","with":"Tom"}`)
	commit(t, in, walk)
	start("the same class, with a record", false)
	put("with")
	start("another title", true)
	start("the same title", false)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	start("the class is gone", true)
	put("where")
	start("and back", true)
	if _, err := in.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
