package ibime_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr/ehrtest"
	"rosemary/ehr/ibime"
)

func TestEncodeAndDecodeAreTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ehrtest.Extract(t, ehrtest.Options{})
		again, b, err := ehrtest.Again(ibime.Dialect(), p)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if d := ehrtest.Difference(p, again); d != "" {
			t.Fatalf("%s\n%s", d, b)
		}
	})
}

// documents gives the files of a tar stream.
func documents(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	r := tar.NewReader(bytes.NewReader(b))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryDocumentIsValid asks another program, with the schema as it was published.
func TestEveryDocumentIsValid(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is missing: make browser installs it")
		}
		t.Skip("xmllint is not installed: make browser installs it")
	}
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		if n > 400 {
			return
		}
		_, b, err := ehrtest.Again(ibime.Dialect(), ehrtest.Extract(rt, ehrtest.Options{Adjust: ehrtest.Odd}))
		if err != nil {
			rt.Fatal(err)
		}
		for _, text := range documents(t, b) {
			n++
			if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(n)+".xml"), text, 0o600); err != nil {
				rt.Fatal(err)
			}
		}
	})
	args := []string{"--noout", "--schema", filepath.Join("testdata", "EN13606-RM.xsd")}
	files, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
	out, err := exec.Command(xmllint, append(args, files...)...).CombinedOutput()
	if err != nil || len(files) < 100 {
		t.Errorf("%d files: %v\n%.3000s", len(files), err, bytes.ReplaceAll(out, []byte(dir), nil))
	}
}
