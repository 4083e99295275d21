package record_test

import (
	"reflect"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
)

// TestStoredVersionsAreReadAlike: the quick way gives what the strict one gives, whatever the words, and leaves to it what was not written by this program.
func TestStoredVersionsAreReadAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune(`ab"\{}:, é`)), 0, 12, -1)
		v := &record.Version{
			VersionID: record.VersionID{Record: uuid.Must(uuid.NewV7()), System: words.Draw(t, "system"), Number: rapid.IntRange(1, 1<<31).Draw(t, "number")},
			Class:     words.Draw(t, "class"), Release: words.Draw(t, "release"), ClassFile: words.Draw(t, "file"),
			Status: record.Complete, Sensitivity: record.Sensitivity(rapid.IntRange(1, 3).Draw(t, "sensitivity")), Author: uuid.Must(uuid.NewV7()),
			InformationProvider: words.Draw(t, "provider"), Recorded: words.Draw(t, "recorded"),
			Content: []byte(rapid.SampledFrom([]string{`{}`, `{"a":{"content":"}"}}`, `{"a":"\"b"}`}).Draw(t, "content")),
			Beside:  []byte(rapid.SampledFrom([]string{"", `{"content":{"a":"}"}}`}).Draw(t, "beside")),
		}
		if len(v.Beside) > 0 {
			v.BesideOf = v.Number
		}
		body := record.EncodeVersion(v)
		if rapid.Bool().Draw(t, "cut") {
			body = body[:rapid.IntRange(0, len(body)-1).Draw(t, "at")]
		}
		strict, wrong := record.DecodeVersion(body)
		quick, err := record.ReadVersion(body)
		if wrong != nil {
			// What was cut off inside the content is seen by its hash, not here.
			if err == nil && string(quick.Body) != string(body) {
				t.Fatalf("read from other bytes: %s", body)
			}
			return
		}
		if err != nil || !reflect.DeepEqual(quick, strict) {
			t.Fatalf("%s\nquick %+v, %v\nstrict %+v", body, quick, err, strict)
		}
	})
}

func BenchmarkReadVersion(b *testing.B) {
	body := record.EncodeVersion(&record.Version{
		VersionID: record.VersionID{Record: uuid.Must(uuid.NewV7()), System: "018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e", Number: 1},
		Class:     "daily-note", Release: "1.0.5", ClassFile: "0123456789abcdef", Status: record.Complete, Sensitivity: record.Normal,
		Recorded: "2026-03-16T14:10:00Z", Content: []byte(`{"freeText":"Slept well."}`),
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.ReadVersion(body); err != nil {
			b.Fatal(err)
		}
	}
}
