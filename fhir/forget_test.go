package fhir_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestWhatStandsBesideGoesWithItsVersion: destroying a version, or a whole record, lets go of what a client said beside it.
func TestWhatStandsBesideGoesWithItsVersion(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	said := func() (uuid.UUID, int) {
		made := c.Post("/fhir/R4/Observation", strings.Replace(note(w, "x"), `"status"`, `"language":"cy","status"`, 1)).Want(201)
		_, rec, _ := mapping.ParseID(strings.TrimPrefix(mustPath(t, made), "/fhir/R4/Observation/"))
		return rec, 1
	}
	kept := func(rec uuid.UUID) (n int) {
		t.Helper()
		err := w.BesideFHIR.Kept(t.Context(), w.Person, []uuid.UUID{rec}, func(uuid.UUID, int, []byte) { n++ })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first, number := said()
	second, _ := said()
	if kept(first) != 1 || kept(second) != 1 {
		t.Fatal("nothing stands beside them")
	}
	gone := record.DestroyedVersion{Version: record.VersionID{Record: first, System: w.Identity.System, Number: number}}
	if err := w.BesideFHIR.Forget(t.Context(), w.Person, []record.DestroyedVersion{gone}); err != nil {
		t.Fatal(err)
	}
	if kept(first) != 0 || kept(second) != 1 {
		t.Error("the wrong one is forgotten")
	}
	if err := w.BesideFHIR.Forget(t.Context(), w.Person, nil); err != nil {
		t.Fatal(err)
	}
	if kept(second) != 0 {
		t.Error("something stays of a record that is destroyed whole")
	}
}
