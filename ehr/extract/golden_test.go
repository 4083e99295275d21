package extract

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"rosemary/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldenExtracts: the correction of the elbow, with who signed it, in every dialect.
func TestGoldenExtracts(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	note := uuid.MustParse("01960000-0000-7000-8000-000000000002")
	m.write(t, c, change{class: "daily-note", uid: note, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Bruise on the right elbow"}`, provider: "her daughter"})
	signed := m.write(t, c, change{class: "daily-note", uid: note, number: 2, kind: record.Correct, why: "It was the left elbow", content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Bruise on the left elbow"}`})
	for _, s := range m.sealed { // the same every time
		v := s.Versions[0]
		v.Salt = record.Salt{byte(v.Number), 2, 3}
		v.ClassFile = "0000000000000000000000000000000000000000000000000000000000000000"
		v.Body = record.EncodeVersion(v)
		v.Hash = record.HashVersion(v.Salt, v.Body)
	}
	m.sealed = append(m.sealed, &record.Sealed{Contribution: record.Contribution{
		ID: note, System: here, Committer: record.Committer{Actor: signed.Author},
		Changes: []record.Change{{Type: record.Attest, Version: signed.VersionID, Attestation: &record.Attestation{Method: "password", Reason: "I have looked at it", At: began, Key: "key", Signature: []byte("signature")}}},
	}})
	for _, d := range dialects() {
		var got bytes.Buffer
		x := extractOf(t, m, c, Criteria{AllVersions: true, Classes: []string{"daily-note"}})
		sound(t, x)
		if err := d.Encode(&got, x); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "elbow."+d.Name())
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s is not as in %s (-update writes it anew)", d.Name(), path)
		}
	}
}
