package extract

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/native"
	"rosemary/record"
	"rosemary/standard"
)

// Every code that is written here is one of its list.
func TestCodesAreInTheirLists(t *testing.T) {
	for list, codes := range map[string][]string{
		ehr.VersionStatus: {statusDraft, statusFinished, statusUpdate, statusCorrection, statusDeletion},
		ehr.LinkNature:    {natureRelated, natureConfirmed, naturePlan, natureDocumentation},
		ehr.LinkRole:      {roleUnspecified, roleConsented, roleContributes, roleDocumentedBy, roleIdentifiedIn},
		ehr.StructureType: {structureList},
		ehr.Mode:          {modeElectric},
		ehr.NullFlavours:  {"NASK", "ASKU", "UNK", "NA", "MSK", "NI"},
	} {
		l, ok := ehr.ListOf(list)
		if !ok {
			t.Fatalf("there is no list %s", list)
		}
		for _, code := range codes {
			if !l.Has(code) {
				t.Errorf("%s has no %s", list, code)
			}
		}
	}
}

// written is the canonical form of an extract, for looking what is in it.
func written(t testing.TB, x *Extract) string {
	t.Helper()
	var b bytes.Buffer
	if err := native.JSON().Encode(&b, x); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNothingPointsAtWhatIsNotTold(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	secret, unseen, shown := uuid.New(), uuid.New(), uuid.New()
	m.write(t, c, change{class: "daily-note", uid: shown, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Seen"}`})
	for _, hidden := range []uuid.UUID{secret, unseen} {
		m.write(t, c, change{class: "daily-note", uid: hidden, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Once for everybody"}`})
		m.write(t, c, change{class: "daily-note", uid: hidden, number: 2, kind: record.Modify, sensitivity: record.Confidential, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Whispered"}`})
	}
	action, _ := c.Class("action")
	var to *standard.Element
	for _, e := range action.Elements {
		if e.Value == standard.ReferenceValue && e.Many && (to == nil || e.Role == "") {
			to = e
		}
	}
	m.write(t, c, change{class: "action", uid: uuid.New(), raw: true,
		content: `{"` + to.ID + `":[{"ref":"` + secret.String() + `"},{"ref":"` + shown.String() + `","version":1},{"ref":"` + unseen.String() + `"}]}`})
	m.withheld[unseen] = true

	x := extractOf(t, m, c, Criteria{AllVersions: true, MaxSensitivity: 4})
	sound(t, x)
	text := written(t, x)
	for _, word := range []string{"Once for everybody", "Whispered", secret.String(), unseen.String()} {
		if strings.Contains(text, word) {
			t.Errorf("the extract says %q", word)
		}
	}
	if !strings.Contains(text, "Seen") || !strings.Contains(text, outSensitive.words()) || !strings.Contains(text, unseenWords) {
		t.Errorf("the extract is %s", text)
	}
	compositions, _, _ := all(t, x)
	last, err := (&Importer{Catalogue: c}).Take(compositions[len(compositions)-1])
	if err != nil || last.Proof != Veiled || last.Version.Salt != (record.Salt{}) || !strings.Contains(string(last.Version.Content), shown.String()) {
		t.Errorf("what was masked came back as %+v, %v", last, err)
	}
	if all := written(t, extractOf(t, m, c, Criteria{AllVersions: true})); !strings.Contains(all, secret.String()) || !strings.Contains(all, "Whispered") {
		t.Error("without a limit it is not all there")
	}
}

// TestWhatStandsBesideSomethingMaskedIsNotTold: it may say more than is told.
func TestWhatStandsBesideSomethingMaskedIsNotTold(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	secret := uuid.New()
	m.write(t, c, change{class: "daily-note", uid: secret, sensitivity: record.Confidential, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Whispered"}`})
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), beside: `{"see":"urn:uuid:` + secret.String() + `","words":"Sotto voce"}`, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Seen"}`})
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), beside: `{"words":"Aloud"}`, content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"Heard"}`})
	m.write(t, c, change{class: "placement", uid: uuid.New(), beside: `{"words":"Behind the mill"}`, raw: true, content: `{"from":"2026-03-02","room":"Room 7"}`})
	m.restricted = true
	x := extractOf(t, m, c, Criteria{AllVersions: true, MaxSensitivity: 4})
	sound(t, x)
	var said []byte
	compositions, _, _ := all(t, x)
	for _, composition := range compositions {
		in, err := (&Importer{Catalogue: c}).Take(composition)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, in.Version.Beside...)
	}
	if string(said) != `{"words":"Aloud"}` {
		t.Errorf("the extract says %s", said)
	}
}

const unseenWords = unseen

func TestWhereARestrictedPersonLivesIsNotTold(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	home := uuid.New()
	m.entries[home] = &record.Version{VersionID: record.VersionID{Record: home}, Class: "service-provider", Content: []byte(`{"name":"Harbour House"}`), Body: []byte("x")}
	m.write(t, c, change{class: "subject-of-care", uid: m.stream, number: 2, kind: record.Modify, raw: true,
		content: `{"personName":{"personFirstName":"Margaret"},"gpName":"Dr Khan","restrictedAddress":true}`})
	m.write(t, c, change{class: "placement", uid: uuid.New(), content: `{"serviceProvider":{"ref":"` + home.String() + `"},"from":"2026-03-02","room":"Room 7"}`})
	m.restricted = true
	text := written(t, extractOf(t, m, c, Criteria{AllVersions: true}))
	for _, word := range []string{"Dr Khan", "Room 7", "Harbour House", home.String()} {
		if strings.Contains(text, word) {
			t.Errorf("the extract says %q", word)
		}
	}
	text = written(t, extractOf(t, m, c, Criteria{AllVersions: true, Whereabouts: true}))
	for _, word := range []string{"Dr Khan", "Room 7", "Harbour House"} {
		if !strings.Contains(text, word) {
			t.Errorf("on purpose, the extract does not say %q", word)
		}
	}
}

// Any criteria give just what they say: held against a plain reading of the record.
func TestCriteriaGiveWhatTheySay(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	uids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()}
	next := map[uuid.UUID]int{}
	type made struct {
		v    *record.Version
		when time.Time
	}
	list := []made{{m.sealed[0].Versions[0], time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)}}
	for i := range 40 {
		uid := uids[i*7%4]
		next[uid]++
		when := time.Date(2026, 3, 1+i%20, 7, 30, 0, 0, time.UTC)
		ch := change{class: []string{"daily-note", "handover-note"}[i*7%4%2], uid: uid, number: next[uid], kind: record.Modify, raw: true,
			sensitivity: record.Sensitivity(1 + (i*7%4+i/30)%3), content: `{"when":"` + when.Format(time.RFC3339) + `","freeText":"x"}`}
		list = append(list, made{m.write(t, c, ch), when})
	}
	latest := map[uuid.UUID]*record.Version{}
	for _, one := range list {
		latest[one.v.Record] = one.v
	}
	rapid.Check(t, func(r *rapid.T) {
		k := Criteria{AllVersions: rapid.Bool().Draw(r, "all"), MaxSensitivity: ehr.Sensitivity(rapid.IntRange(0, 5).Draw(r, "max"))}
		if rapid.Bool().Draw(r, "classes") {
			k.Classes = []string{"daily-note"}
		}
		if rapid.Bool().Draw(r, "period") {
			k.From = time.Date(2026, 3, rapid.IntRange(1, 20).Draw(r, "from"), 0, 0, 0, 0, time.UTC)
			k.Until = k.From.AddDate(0, 0, rapid.IntRange(1, 20).Draw(r, "days"))
		}
		if rapid.Bool().Draw(r, "records") {
			k.Records = uids[:rapid.IntRange(1, 4).Draw(r, "how many")]
		}
		var want []string
		for _, one := range list {
			v, now := one.v, latest[one.v.Record]
			switch {
			case len(k.Classes) > 0 && v.Class != "daily-note",
				!k.AllVersions && v != now,
				k.MaxSensitivity > 0 && max(SensitivityOf(v.Sensitivity), SensitivityOf(now.Sensitivity)) > k.MaxSensitivity,
				len(k.Records) > 0 && !slices.Contains(k.Records, v.Record),
				!k.From.IsZero() && (one.when.Before(k.From) || !one.when.Before(k.Until)):
				continue
			}
			want = append(want, VersionID(v.VersionID).String())
		}
		x := extractOf(t, m, c, k)
		compositions, folders, _ := all(t, x)
		var got, filed []string
		for _, composition := range compositions {
			got = append(got, composition.RCID.String())
		}
		for _, f := range folders {
			for _, id := range f.Compositions {
				filed = append(filed, id.String())
			}
		}
		left := 0
		for _, o := range x.Omitted() {
			left += o.Count
		}
		slices.Sort(filed)
		if !slices.Equal(got, want) || x.Count() != len(want) || left != len(list)-len(want) || !slices.Equal(filed, slices.Sorted(slices.Values(want))) {
			t.Fatalf("%+v gives %v, filed %v, with %d left out; want %v of %d", k, got, filed, left, want, len(list))
		}
	})
}

// endless is a long record that nobody holds.
type endless struct {
	*memory
	one *record.Sealed
	n   int
}

func (e *endless) Contributions(_ context.Context, fn func(*record.Sealed) error) error {
	if err := fn(e.sealed[0]); err != nil {
		return err
	}
	for i := range e.n {
		v := *e.one.Versions[0]
		v.Record[0], v.Record[1], v.Record[2] = byte(i>>16), byte(i>>8), byte(i)
		s := &record.Sealed{Contribution: e.one.Contribution, Versions: []*record.Version{&v}}
		s.Changes = []record.Change{{Type: record.Create, Version: v.VersionID, Class: v.Class, Hash: v.Hash}}
		if err := fn(s); err != nil {
			return err
		}
	}
	return nil
}

func TestALongRecordIsNotHeld(t *testing.T) {
	c := catalogueOf(t)
	m := newMemory(t, c)
	m.write(t, c, change{class: "daily-note", uid: uuid.New(), content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"` + strings.Repeat("Slept well. ", 80) + `"}`})
	long := &endless{memory: m, one: m.sealed[1], n: 20_000}
	x := extractOf(t, long, c, Criteria{AllVersions: true})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most, seen := uint64(0), 0
	err := x.Compositions(func(*ehr.Composition) error {
		if seen++; seen%5000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		return nil
	})
	if err == nil {
		err = native.XML().Encode(io.Discard, x)
	}
	if err != nil || seen != long.n+1 {
		t.Fatalf("%d compositions, %v", seen, err)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 8<<20 { //nolint:gosec // a few megabytes
		t.Errorf("while %d compositions were made the heap grew by %d bytes", seen, grown)
	}
}

// BenchmarkExtract plans, makes and writes an extract; one operation is one version.
func BenchmarkExtract(b *testing.B) {
	c := catalogueOf(b)
	m := newMemory(b, c)
	m.write(b, c, change{class: "daily-note", uid: uuid.New(), content: `{"when":"2026-03-16T07:30:00+00:00","freeText":"` + strings.Repeat("Slept well. ", 40) + `"}`})
	for _, d := range []ehr.Dialect{native.JSON(), native.XML()} {
		b.Run(d.Name(), func(b *testing.B) {
			b.ReportAllocs()
			x := extractOf(b, &endless{memory: m, one: m.sealed[1], n: b.N}, c, Criteria{AllVersions: true})
			if err := d.Encode(io.Discard, x); err != nil {
				b.Fatal(err)
			}
		})
	}
}
