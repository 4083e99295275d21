package record

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Format is the number of the stored form that this package writes. Every released format can be read for ever.
const Format = 1

// FormatBeside is the number of the form of a version beside whose content something stands. An older program must not pass over that.
const FormatBeside = 2

// timeForm writes instants of the log: UTC, always six digits, so that equal instants have equal bytes.
const timeForm = "2006-01-02T15:04:05.000000Z"

// appendString appends "key":"value" with a comma before it, unless it opens the object.
func appendString(b []byte, key, value string) []byte {
	b = appendKey(b, key)
	b, _ = jsontext.AppendQuote(b, value) // invalid UTF-8 was refused at the door
	return b
}

func appendKey(b []byte, key string) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func appendInt(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(appendKey(b, key), n, 10)
}

// EncodeVersion writes the bytes of a version, once. They are stored and hashed as they stand.
func EncodeVersion(v *Version) []byte {
	b := make([]byte, 0, 448+len(v.Content)+len(v.Beside))
	b = append(b, '{')
	if len(v.Beside) == 0 {
		b = appendInt(b, "format", Format)
	} else {
		b = appendInt(b, "format", FormatBeside)
	}
	b = appendString(b, "record", v.Record.String())
	b = appendString(b, "system", v.System)
	b = appendInt(b, "number", int64(v.Number))
	b = appendString(b, "class", v.Class)
	b = appendString(b, "release", v.Release)
	b = appendString(b, "classFile", v.ClassFile)
	b = appendString(b, "status", string(v.Status))
	b = appendString(b, "sensitivity", v.Sensitivity.String())
	b = appendString(b, "author", v.Author.String())
	if v.InformationProvider != "" {
		b = appendString(b, "informationProvider", v.InformationProvider)
	}
	b = appendString(b, "recorded", v.Recorded)
	b = append(appendKey(b, "content"), v.Content...)
	if len(v.Beside) > 0 {
		b = append(appendKey(b, "beside"), v.Beside...)
		b = appendInt(b, "besideOf", int64(v.BesideOf))
	}
	return append(b, '}')
}

type wireVersion struct {
	Format              int            `json:"format"`
	Record              uuid.UUID      `json:"record"`
	System              string         `json:"system"`
	Number              int            `json:"number"`
	Class               string         `json:"class"`
	Release             string         `json:"release"`
	ClassFile           string         `json:"classFile"`
	Status              Status         `json:"status"`
	Sensitivity         string         `json:"sensitivity"`
	Author              uuid.UUID      `json:"author"`
	InformationProvider string         `json:"informationProvider"`
	Recorded            string         `json:"recorded"`
	Content             jsontext.Value `json:"content"`
	Beside              jsontext.Value `json:"beside"`
	BesideOf            int            `json:"besideOf"`
	Destroyed           uuid.UUID      `json:"destroyed"` // with hash: a tombstone
	Hash                string         `json:"hash"`
}

// DecodeVersion reads the bytes of a version. Body keeps them; Content is the part of them that holds the content.
func DecodeVersion(body []byte) (*Version, error) {
	var w wireVersion
	if err := json.Unmarshal(body, &w, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("stored version: %w", err)
	}
	if w.Format != Format && w.Format != FormatBeside {
		return nil, fmt.Errorf("stored version has format %d; this program reads up to %d", w.Format, FormatBeside)
	}
	if w.Format == Format && (len(w.Beside) > 0 || w.BesideOf != 0) || w.Format == FormatBeside && (w.Beside.Kind() != '{' || w.BesideOf < 1 || w.BesideOf > w.Number) {
		return nil, fmt.Errorf("stored version: what stands beside its content is not what format %d says", w.Format)
	}
	s, ok := ParseSensitivity(w.Sensitivity)
	if !ok {
		return nil, fmt.Errorf("stored version: unknown sensitivity %q", w.Sensitivity)
	}
	if w.Destroyed != uuid.Nil {
		return w.tombstone(s)
	}
	return &Version{
		VersionID: VersionID{Record: w.Record, System: w.System, Number: w.Number},
		Class:     w.Class, Release: w.Release, ClassFile: w.ClassFile,
		Status: w.Status, Sensitivity: s, Author: w.Author,
		InformationProvider: w.InformationProvider, Recorded: w.Recorded,
		Content: w.Content, Beside: w.Beside, BesideOf: w.BesideOf, Body: body,
	}, nil
}

// tombstone reads what stands in the place of a version whose content was destroyed.
func (w *wireVersion) tombstone(s Sensitivity) (*Version, error) {
	hash, err := ParseHash(w.Hash)
	if err != nil {
		return nil, fmt.Errorf("stored tombstone: %w", err)
	}
	if len(w.Content) > 0 {
		return nil, fmt.Errorf("stored tombstone of %s holds content", w.Record)
	}
	return &Version{
		VersionID: VersionID{Record: w.Record, System: w.System, Number: w.Number}, Class: w.Class, Status: w.Status, Sensitivity: s, Hash: hash, Destroyed: w.Destroyed,
	}, nil
}

// EncodeHeader writes the bytes of a contribution's header, once.
func EncodeHeader(c *Contribution) []byte {
	b := make([]byte, 0, 480+240*len(c.Changes))
	b = append(b, '{')
	b = appendInt(b, "format", Format)
	b = appendString(b, "id", c.ID.String())
	b = appendString(b, "stream", c.Stream.String())
	b = appendString(b, "system", c.System)
	b = appendInt(b, "sequence", c.Sequence)
	b = appendString(b, "previous", c.Previous.String())
	b = appendString(b, "committed", c.Committed.UTC().Format(timeForm))
	b = append(appendKey(b, "committer"), '{')
	b = appendString(b, "actor", c.Committer.Actor.String())
	b = appendString(b, "account", c.Committer.Account)
	b = appendString(b, "role", c.Committer.Role)
	b = append(b, '}')
	b = appendString(b, "digest", c.Digest.String())
	b = append(appendKey(b, "changes"), '[')
	for i := range c.Changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendChange(b, &c.Changes[i])
	}
	return append(b, ']', '}')
}

func appendChange(b []byte, ch *Change) []byte {
	b = append(b, '{')
	b = appendString(b, "type", string(ch.Type))
	b = appendString(b, "version", ch.Version.String())
	b = appendString(b, "class", ch.Class)
	b = appendString(b, "hash", ch.Hash.String())
	if ch.Description != "" {
		b = appendString(b, "description", ch.Description)
	}
	if a := ch.Attestation; a != nil {
		b = append(appendKey(b, "attestation"), '{')
		b = appendString(b, "method", a.Method)
		b = appendString(b, "reason", a.Reason)
		b = appendString(b, "at", a.At.UTC().Format(timeForm))
		b = appendString(b, "key", a.Key)
		b = appendString(b, "signature", base64.StdEncoding.EncodeToString(a.Signature))
		b = append(b, '}')
	}
	return append(b, '}')
}

type wireHeader struct {
	Format    int       `json:"format"`
	ID        uuid.UUID `json:"id"`
	Stream    uuid.UUID `json:"stream"`
	System    string    `json:"system"`
	Sequence  int64     `json:"sequence"`
	Previous  string    `json:"previous"`
	Committed time.Time `json:"committed"`
	Committer struct {
		Actor   uuid.UUID `json:"actor"`
		Account string    `json:"account"`
		Role    string    `json:"role"`
	} `json:"committer"`
	Digest    string       `json:"digest"`
	Changes   []wireChange `json:"changes"`
	Destroyed uuid.UUID    `json:"destroyed"` // with hash: a tombstone
	Hash      string       `json:"hash"`
}

type wireChange struct {
	Type        ChangeType `json:"type"`
	Version     string     `json:"version"`
	Class       string     `json:"class"`
	Hash        string     `json:"hash"`
	Description string     `json:"description"`
	Attestation *struct {
		Method    string    `json:"method"`
		Reason    string    `json:"reason"`
		At        time.Time `json:"at"`
		Key       string    `json:"key"`
		Signature []byte    `json:"signature"`
	} `json:"attestation"`
}

// DecodeHeader reads the bytes of a contribution's header and computes its hash.
func DecodeHeader(header []byte) (*Contribution, error) {
	var w wireHeader
	if err := json.Unmarshal(header, &w, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("stored contribution: %w", err)
	}
	if w.Format != Format {
		return nil, fmt.Errorf("stored contribution has format %d; this program reads %d", w.Format, Format)
	}
	if w.Destroyed != uuid.Nil {
		return w.tombstone(header)
	}
	c := &Contribution{
		ID: w.ID, Stream: w.Stream, System: w.System, Sequence: w.Sequence, Committed: w.Committed.UTC(),
		Committer: Committer{Actor: w.Committer.Actor, Account: w.Committer.Account, Role: w.Committer.Role},
		Header:    header, Hash: HashHeader(header), Changes: make([]Change, len(w.Changes)),
	}
	var err error
	if c.Previous, err = ParseHash(w.Previous); err != nil {
		return nil, fmt.Errorf("stored contribution %s: previous: %w", w.ID, err)
	}
	if c.Digest, err = ParseHash(w.Digest); err != nil {
		return nil, fmt.Errorf("stored contribution %s: digest: %w", w.ID, err)
	}
	for i, wc := range w.Changes {
		if c.Changes[i], err = wc.change(); err != nil {
			return nil, fmt.Errorf("stored contribution %s: change %d: %w", w.ID, i+1, err)
		}
	}
	return c, nil
}

// tombstone reads what is left of a contribution whose stream was destroyed.
func (w *wireHeader) tombstone(header []byte) (*Contribution, error) {
	hash, err := ParseHash(w.Hash)
	if err != nil {
		return nil, fmt.Errorf("stored tombstone %s: %w", w.ID, err)
	}
	c := &Contribution{ID: w.ID, Stream: w.Stream, System: w.System, Sequence: w.Sequence, Committed: w.Committed.UTC(), Hash: hash}
	if c = c.Tombstone(w.Destroyed); string(c.Header) != string(header) {
		return nil, fmt.Errorf("stored tombstone %s holds more than it may", w.ID)
	}
	return c, nil
}

func (w *wireChange) change() (Change, error) {
	ch := Change{Type: w.Type, Class: w.Class, Description: w.Description}
	var err error
	if ch.Version, err = ParseVersionID(w.Version); err != nil {
		return ch, err
	}
	if ch.Hash, err = ParseHash(w.Hash); err != nil {
		return ch, err
	}
	if a := w.Attestation; a != nil {
		ch.Attestation = &Attestation{Method: a.Method, Reason: a.Reason, At: a.At.UTC(), Key: a.Key, Signature: a.Signature}
	}
	return ch, nil
}
