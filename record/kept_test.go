package record_test

import (
	"testing"

	"rosemary/record"
	"rosemary/standard"
)

// TestKeptVersionsAreDecodedOnce: however often it is asked, and anew under other class files; what cannot be read stays a fault; without asking for it nothing is kept.
func TestKeptVersionsAreDecodedOnce(t *testing.T) {
	read := func() *standard.Catalogue {
		c, err := standard.Embedded()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	one, other := read(), *read()
	v, bad := &record.Version{Class: "alert", Content: []byte(`{"freeText":"Rings"}`)}, &record.Version{Class: "alert", Content: []byte(`[`)}
	said := func(v *record.Version, c *standard.Catalogue) *standard.Content {
		content, err := v.Decoded(c)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if said(v, one) == said(v, one) {
		t.Error("it is kept though nobody asked for it")
	}
	record.KeepDecoded([]*record.Version{v, bad})
	first := said(v, one)
	if said(v, one) != first || first.Title() == "" {
		t.Error("it is decoded a second time")
	}
	if said(v, &other) == first {
		t.Error("other class files are not asked")
	}
	v.Remembered()
	copied := *v
	record.KeepDecoded([]*record.Version{v})
	first = said(v, one)
	again := copied
	record.KeepDecoded([]*record.Version{&again})
	if said(&again, one) != first {
		t.Error("a copy of what a store remembers is decoded a second time")
	}
	if said(&copied, one) == first {
		t.Error("whoever did not ask for it is given what belongs to others")
	}
	for range 2 {
		if _, err := bad.Decoded(one); err == nil {
			t.Error("what cannot be read is no fault")
		}
	}
}
