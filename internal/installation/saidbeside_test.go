package installation_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir"
	"rosemary/fhir/mapping"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// sodium is a resource that says more than its class has a place for.
const sodium = `{"resourceType":"Observation","language":"en-GB","identifier":[{"system":"urn:app","value":"77"}],"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2951-2",
	"display":"Sodium"}],"text":"Sodium"},"subject":{"reference":"Patient/PERSON"},"effectiveDateTime":"2026-03-15T10:00:00Z","valueQuantity":{"value":140.0,"unit":"mmol/L"}}`

// extras are what of it stands in no class.
var extras = []string{`"language":"en-GB"`, `"value":"77"`, `"valueQuantity":{"value":140.0,"unit":"mmol/L"}`}

// door is the FHIR door of an installation, for the manager.
func door(w *fixture.World) *fixture.Caller {
	c := w.Nobody()
	c.Token = w.Token("manager")
	c.Handler = fhir.New(fhir.Config{Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Zone: w.Zone, Now: w.Clock.Now})
	return c
}

// writes sends a resource that says more than its class can hold, and gives its path.
func writes(t *testing.T, w *fixture.World, person uuid.UUID) (path string, rec uuid.UUID) {
	t.Helper()
	made := door(w).Post("/fhir/R4/Observation", strings.ReplaceAll(strings.ReplaceAll(sodium, "PERSON", person.String()), "\n\t", "")).Want(201)
	_, path, _ = strings.Cut(made.Header.Get("Location"), "/fhir/R4/")
	path, _, _ = strings.Cut(path, "/_history")
	_, rec, ok := mapping.ParseID(strings.TrimPrefix(path, "Observation/"))
	if !ok {
		t.Fatalf("it stands at %s", path)
	}
	return "/fhir/R4/" + path, rec
}

func view(t *testing.T, w *fixture.World) *access.View {
	t.Helper()
	v, err := w.Session("manager").View(context.Background(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// says checks that all that was said is given back.
func says(t *testing.T, where, body string) {
	t.Helper()
	for _, want := range extras {
		if !strings.Contains(body, want) {
			t.Errorf("%s, %s is not given back: %s", where, want, body)
		}
	}
}

// TestWhatWasSaidBesideGoesWithTheRecord: what a client says that a class has no place for is in the log like the rest, and so goes wherever the record goes, and is proved with it.
func TestWhatWasSaidBesideGoesWithTheRecord(t *testing.T) {
	t.Parallel()
	w := newTwo(t)
	m := w.margaret()
	path, rec := writes(t, w.old, m.person)
	says(t, "at once", string(door(w.old).Get(path).Want(200).Body))

	t.Run("through later changes by others", func(t *testing.T) {
		now, err := view(t, w.old).Record(context.Background(), m.person, rec)
		if err != nil || len(now.Beside) == 0 || !bytes.Contains(now.Body, now.Beside) {
			t.Fatalf("%s beside %s: %v", now.Beside, now.Body, err)
		}
		w.old.Commit("manager", &record.Proposal{Stream: m.person, Changes: []record.ProposedChange{
			{Type: record.Modify, Record: rec, Expected: now.Number, Sensitivity: "sensitive", Content: now.Content},
		}})
		says(t, "after a change", string(door(w.old).Get(path).Want(200).Body))
	})
	t.Run("an export and an import", func(t *testing.T) {
		in, err := installation.Open(t.Context(), installation.Options{Dir: t.TempDir() + "/data", Catalogue: w.old.Catalogue, Now: w.old.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer closeIt(t, in)
		if _, err := in.Import(t.Context(), bytes.NewReader(export(t, w.old.Installation)), nil); err != nil {
			t.Fatal(err)
		}
		if err := verify(t, in); err != nil {
			t.Error(err)
		}
		there := w.old.Elsewhere(in)
		there.Account("manager")
		says(t, "after an import", string(door(there).Get(path).Want(200).Body))
	})
	t.Run("a transfer", func(t *testing.T) {
		w.admits(w.received(w.sends(m.person)))
		says(t, "at the new home", string(door(w.new).Get(path).Want(200).Body))
		w.proves()
	})
	t.Run("a part that is sent", func(t *testing.T) {
		other := newTwo(t)
		m := other.margaret()
		path, _ := writes(t, other.old, m.person)
		var out bytes.Buffer
		_, err := transfer.SendPart(context.Background(), other.old.Session("manager"), &out, other.old.Catalogue, other.old.Zone, transfer.Sending{
			Person: m.person, To: "Elm Court", Why: "She moves there.", System: other.old.Identity.System, Keys: other.old.Identity.Keys, Sent: other.old.Clock.Now(), Prove: other.old.ProofOf,
		}, transfer.Part{})
		if err != nil {
			t.Fatal(err)
		}
		other.peer.Part, other.peer.Voucher = uuid.NewString(), "x"
		other.admits(other.received(out.Bytes()))
		says(t, "of a part", string(door(other.new).Get(path).Want(200).Body))
	})
	t.Run("and back to nothing", func(t *testing.T) {
		c := door(w.old)
		plain := string(c.Get("/fhir/R4/Observation?_count=1&patient=" + m.person.String() + "&code=2951-2").Body)
		if !strings.Contains(plain, "77") {
			t.Fatalf("a search does not give it: %s", plain)
		}
		changed := strings.Replace(string(c.Get(path).Body), `"identifier":[{"system":"urn:app","value":"77"}],`, "", 1)
		for _, gone := range extras {
			changed = strings.Replace(strings.Replace(changed, gone+",", "", 1), ","+gone, "", 1)
		}
		c.Put(path, changed).Want(200)
		if again := string(c.Get(path).Body); strings.Contains(again, "urn:app") || strings.Contains(again, "mmol/L") {
			t.Errorf("what a client takes away stands on: %s", again)
		}
	})
}

// TestVerifyFindsWhatWasSaidBesideAltered: one letter of it, and verify names the place.
func TestVerifyFindsWhatWasSaidBesideAltered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := p.open(t)
	person := furnish(t, in)[0]
	said := create(person, "", "daily-note", `{"when":"2026-03-19T10:00:00+00:00","freeText":"Slept"}`)
	said.Changes[0].Beside = []byte(`{"resourceType":"Observation","language":"cy-GB"}`)
	commit(t, in, said)
	if err := verify(t, in); err != nil {
		t.Fatal(err)
	}
	closeIt(t, in)
	p.tamper(t, `UPDATE contribution SET bodies = replace(bodies, 'cy-GB', 'en-GB') WHERE bodies LIKE '%cy-GB%'`)
	in = p.open(t)
	defer closeIt(t, in)
	if err := verify(t, in); standard.KindOf(err) != standard.Broken || !strings.Contains(err.Error(), "its content was altered") {
		t.Errorf("verify says %v", err)
	}
}

// TestWhatWasKeptApartIsGivenBack: earlier programs kept it outside the log. It is given back as long as nobody says something else, and goes when it is to be destroyed.
func TestWhatWasKeptApartIsGivenBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := p.open(t)
	person, rec := furnish(t, in)[0], uuid.MustParse("0196fd1e-0000-7000-8000-00000000000a")
	note := create(person, "", "daily-note", `{"when":"2026-03-19T10:00:00+00:00","freeText":"Slept"}`)
	note.Changes[0].Record = rec
	commit(t, in, note)
	closeIt(t, in)
	p.tamper(t, `INSERT INTO beside (stream, record, number, body) VALUES (x'`+strings.ReplaceAll(person.String(), "-", "")+`', x'0196fd1e00007000800000000000000a', 1, CAST('{"resourceType":"Observation","language":"cy"}' AS BLOB))`)
	in = p.open(t)
	defer closeIt(t, in)
	kept := func() (all []string) {
		t.Helper()
		if err := in.BesideFHIR.Kept(t.Context(), person, []uuid.UUID{rec}, func(_ uuid.UUID, _ int, body []byte) { all = append(all, string(body)) }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := kept(); len(all) != 1 || !strings.Contains(all[0], `"cy"`) {
		t.Fatalf("it gives %v", all)
	}
	gone := record.DestroyedVersion{Version: record.VersionID{Record: rec, System: in.Identity.System, Number: 1}}
	if err := in.BesideFHIR.Forget(t.Context(), person, []record.DestroyedVersion{gone}); err != nil {
		t.Fatal(err)
	}
	if all := kept(); len(all) != 0 {
		t.Errorf("what is destroyed stands on: %v", all)
	}
}
