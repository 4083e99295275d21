package api

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/record"
	"rosemary/standard"
)

// FuzzSent: whatever is sent, reading it neither panics nor takes what is no JSON; and what is taken means the same with other spaces.
func FuzzSent(f *testing.F) {
	for _, seed := range []string{
		`{"type":"create","class":"risk","content":{"riskCategory":{"code":"fall"}}}`,
		`{"contribution":"018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e","expected":3,"record":"018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e","content":{}}`,
		`{"id":null,"changes":[{"type":"modify"},[],7]}`, `{"contributions":[{"stream":"x","changes":[]}]}`,
		`{"content":{"a":"\ud83d\ude00","b":"\ud83d"}}`, "{\"content\":{\"a\":\"\xff\"}}", `{"a":1,"a":2}`, `{"type":"cre`, strings.Repeat(`{"content":`, 70), ``, ` `, `{}{}`, `"\u12`,
		`{"ty\u0070e":"correct","content":{ "x" : [1.50, 1e400, -0] }}`,
	} {
		f.Add([]byte(seed))
	}
	read := func(body []byte) (*record.Proposal, error) {
		r, err := newReader(body)
		if err != nil {
			return nil, err
		}
		p := r.oneChange()
		return p, r.finish()
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, form := range []func(*reader){func(r *reader) { r.contribution("", contributionMembers, nil) }, func(r *reader) { r.contributions() }} {
			if r, err := newReader(body); err == nil {
				form(r)
				refusedRightly(t, r.finish())
			}
		}
		p, err := read(body)
		if refusedRightly(t, err); err != nil {
			return
		}
		if !utf8.Valid(body) || !jsontext.Value(body).IsValid() {
			t.Fatalf("taken: %q", body)
		}
		if c := p.Changes[0].Content; len(c) > 0 && !jsontext.Value(c).IsValid() {
			t.Fatalf("content is no JSON: %q", c)
		}
		wide := jsontext.Value(bytes.Clone(body))
		if err := wide.Indent(); err != nil {
			t.Fatal(err)
		}
		q, err := read(wide)
		if err != nil || p.Digest() != q.Digest() {
			t.Fatalf("with other spaces it is something else (%v):\n%s\n%s", err, body, wide)
		}
	})
}

// refusedRightly checks that a refusal has a kind that the table knows, and says something.
func refusedRightly(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := outcomeOf(standard.KindOf(err)); !ok || fault(err).Message == "" {
		t.Fatalf("refused like this: %v", err)
	}
}

// FuzzCursor: no cursor that was not given out is taken, and reading one never panics.
func FuzzCursor(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Add(behindVersion(record.Cursor{Happened: -5, From: 7, Number: 2}))
	f.Fuzz(func(_ *testing.T, b []byte) {
		p := &place{behind: b}
		_, _ = p.version()
		_, _ = p.number()
	})
}

// TestCursorRoundTrip: a place in a list comes back as it was written.
func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	for _, k := range []record.Cursor{{}, {Happened: -1 << 40, From: 9, Number: 3}, {Happened: 1 << 40, From: record.Forever, Number: 1 << 20}} {
		k.Record[3] = 7
		got, ok := (&place{behind: behindVersion(k)}).version()
		if !ok || *got != k {
			t.Errorf("%+v comes back as %+v", k, got)
		}
	}
}
