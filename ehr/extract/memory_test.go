package extract

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// memory is a record that stands in memory alone.
type memory struct {
	stream     uuid.UUID
	restricted bool
	sealed     []*record.Sealed
	withheld   map[uuid.UUID]bool
	entries    map[uuid.UUID]*record.Version
}

func (m *memory) Stream() uuid.UUID { return m.stream }
func (m *memory) System() string    { return here }
func (m *memory) Restricted() bool  { return m.restricted }
func (m *memory) Contributions(_ context.Context, fn func(*record.Sealed) error) error {
	for _, s := range m.sealed {
		shown := &record.Sealed{Contribution: s.Contribution}
		shown.Changes = nil
		next := 0
		for _, ch := range s.Changes {
			made := ch.Type.MakesVersion()
			if !m.withheld[ch.Version.Record] {
				shown.Changes = append(shown.Changes, ch)
				if made {
					shown.Versions = append(shown.Versions, s.Versions[next])
				}
			}
			if made {
				next++
			}
		}
		if err := fn(shown); err != nil {
			return err
		}
	}
	return nil
}
func (m *memory) Withheld(uid uuid.UUID) bool { return m.withheld[uid] }
func (m *memory) Entry(_ context.Context, uid uuid.UUID) (*record.Version, error) {
	if v := m.entries[uid]; v != nil {
		return v, nil
	}
	return nil, &standard.Fault{Kind: standard.NotFound}
}
func (m *memory) Attachment(context.Context, record.Hash) (record.Attachment, io.ReadSeekCloser, error) {
	return record.Attachment{}, nil, &standard.Fault{Kind: standard.NotFound}
}

const here = "01960000-0000-7000-8000-00000000aaaa"

var began = time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)

func catalogueOf(t testing.TB) *standard.Catalogue {
	t.Helper()
	c, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func settings(c *standard.Catalogue) Settings {
	return Settings{Catalogue: c, Zone: time.UTC, Created: began}
}

// newMemory begins the record of Margaret Whitlock.
func newMemory(t testing.TB, c *standard.Catalogue) *memory {
	m := &memory{stream: uuid.MustParse("01960000-0000-7000-8000-000000000001"), withheld: map[uuid.UUID]bool{}, entries: map[uuid.UUID]*record.Version{}}
	m.write(t, c, change{class: "subject-of-care", uid: m.stream, content: `{"personName":{"personFirstName":"Margaret","personFamilyName":"Whitlock"},
		"personIdentification":{"nhsNumber":"9990000018","nhsNumberStatusIndicator":{"code":"01"}},
		"personDemographics":{"dateOfBirth":"1941-03","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"declined"},"sexualOrientation":{"absent":"not-asked"}}}`})
	return m
}

type change struct {
	class, content string
	uid            uuid.UUID
	number         int // 0: 1
	kind           record.ChangeType
	why            string
	sensitivity    record.Sensitivity
	provider       string
	beside         string
	raw            bool // the content is stored as it stands, whatever the class says
}

// write commits one change.
func (m *memory) write(t testing.TB, c *standard.Catalogue, ch change) *record.Version {
	t.Helper()
	class, ok := c.Class(ch.class)
	content := []byte(ch.content)
	hash := "00"
	if ok && !ch.raw {
		read, problems := class.Decode(content, standard.DecodeOptions{Subject: m.stream, AllowIncomplete: true})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", ch.class, problems)
		}
		content, hash = read.AppendJSON(nil), class.Hash
	}
	v := &record.Version{
		VersionID: record.VersionID{Record: ch.uid, System: here, Number: max(ch.number, 1)}, Stream: m.stream, Class: ch.class, Release: "1.0.5", ClassFile: hash,
		Status: record.Complete, Sensitivity: max(ch.sensitivity, record.Normal), Author: uuid.MustParse("01960000-0000-7000-8000-00000000bbbb"),
		InformationProvider: ch.provider, Recorded: "2026-03-16T08:00:00+00:00", Content: content, Beside: []byte(ch.beside), BesideOf: max(ch.number, 1), Salt: record.NewSalt(),
	}
	if ch.kind == "" {
		ch.kind = record.Create
	}
	v.Body = record.EncodeVersion(v)
	v.Hash = record.HashVersion(v.Salt, v.Body)
	n := len(m.sealed)
	at := began.Add(time.Duration(n) * time.Minute)
	s := &record.Sealed{Versions: []*record.Version{v}, Contribution: record.Contribution{
		ID: uuid.NewSHA1(m.stream, []byte{byte(n >> 8), byte(n)}), Stream: m.stream, System: here, Sequence: int64(n + 1), Committed: at, Moment: record.Moment(n + 1),
		Committer: record.Committer{Actor: v.Author, Role: "nurse"},
		Changes:   []record.Change{{Type: ch.kind, Version: v.VersionID, Class: ch.class, Hash: v.Hash, Description: ch.why}},
	}}
	v.From, v.Committed = s.Moment, at
	m.sealed = append(m.sealed, s)
	return v
}

// all collects the parts of an extract.
func all(t testing.TB, x ehr.Source) (compositions []*ehr.Composition, folders []*ehr.Folder, who []ehr.Demographic) {
	t.Helper()
	err := x.Compositions(func(c *ehr.Composition) error { compositions = append(compositions, c); return nil })
	if err == nil {
		err = x.Folders(func(f *ehr.Folder) error { folders = append(folders, f); return nil })
	}
	if err == nil {
		err = x.Demographics(func(d ehr.Demographic) error { who = append(who, d); return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	return compositions, folders, who
}

func extractOf(t testing.TB, m Reading, c *standard.Catalogue, criteria Criteria) *Extract {
	t.Helper()
	x, err := New(context.Background(), m, settings(c), criteria)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
