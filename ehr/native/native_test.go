package native_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
	"rosemary/ehr/native"
)

func dialects() []ehr.Dialect { return []ehr.Dialect{native.JSON(), native.XML()} }

// What is written is read again as it was, and written again as it was written.
func TestDecodingUndoesEncoding(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := ehrtest.Extract(t, ehrtest.Options{})
				again, first, err := ehrtest.Again(d, p)
				if err != nil {
					t.Fatalf("%v\n%s", err, first)
				}
				if diff := ehrtest.Difference(p, again); diff != "" {
					t.Fatalf("%s\n%s", diff, first)
				}
				var second bytes.Buffer
				if err := d.Encode(&second, again); err != nil || !bytes.Equal(first, second.Bytes()) {
					t.Fatalf("written again it is other: %v\n%s\n%s", err, first, second.Bytes())
				}
			})
		})
	}
}
