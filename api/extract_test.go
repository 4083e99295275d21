package api_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"rosemary/ehr"
	"rosemary/ehr/dialects"
	"rosemary/ehr/extract"
	"rosemary/internal/fixture"
	"rosemary/record"
)

func TestAnExtractIsGivenInEveryDialectAndKeptInTheLog(t *testing.T) {
	w := fixture.New(t)
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Slept well"))
	manager := w.As("manager")
	at := "/api/people/" + w.Person.String() + "/extracts"
	for _, d := range dialects.All() {
		r := manager.Post(at, `{"to":"Elm Court","why":"moves there","criteria":{"allVersions":true,"classes":["daily-note"]}}`, "Accept", d.MediaType()).Want(200)
		if got := r.Header.Get("Content-Type"); got != d.MediaType() {
			t.Errorf("%s came as %s", d.Name(), got)
		}
		importer, seen := &extract.Importer{Catalogue: w.Catalogue}, 0
		err := d.Decode(bytes.NewReader(r.Body), func(p ehr.Part) error {
			c, ok := p.(*ehr.Composition)
			if !ok {
				return nil
			}
			in, err := importer.Take(c)
			if err != nil {
				return err
			}
			if seen++; in.Proof != extract.Proven || !strings.Contains(string(in.Version.Content), "Slept well") {
				t.Errorf("%s: it came as %s %s", d.Name(), in.Proof, in.Version.Content)
			}
			return nil
		})
		if err != nil || seen != 1 {
			t.Errorf("%s: %d compositions, %v", d.Name(), seen, err)
		}
	}
	entries, err := w.Session("manager").AccessLog(context.Background(), w.Person, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if e.Action == "extract" && e.To == "Elm Court" && e.Why == "moves there" && strings.Contains(e.What, "daily-note") {
			found++
		}
	}
	if found != len(dialects.All()) {
		t.Errorf("%d extracts stand in the log: %+v", found, entries)
	}
}

func TestAnExtractIsRefusedWithAReason(t *testing.T) {
	w := fixture.New(t)
	at := "/api/people/" + w.Person.String() + "/extracts"
	w.As("carer").Post(at, `{"to":"Elm Court","why":"moves there"}`).Want(403)
	w.As("elm-manager").Post(at, `{"to":"Elm Court","why":"moves here"}`).Want(404)
	manager := w.As("manager")
	manager.Post(at, `{"why":"moves there"}`).Want(422)
	manager.Post(at, `{"to":"a","why":"b","criteria":{"classes":["horoscope"],"maxSensitivity":9}}`).Want(422)
	manager.Post(at, `{"to":"a","why":"b","criteria":{"stay":"018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e"}}`).Want(422)
	manager.Post(at, `{"to":"a","why":"b"}`, "Accept", "text/html").Want(406)
	r := manager.Post(at+"/preview", `{"criteria":{"classes":["daily-note"]}}`).Want(200)
	if !strings.Contains(string(r.Body), `"count":0`) || !strings.Contains(string(r.Body), "Not of the classes") {
		t.Errorf("the preview is %s", r.Body)
	}
}

func TestFilesGoAlongWhereTheyAreAskedFor(t *testing.T) {
	w := fixture.New(t)
	manager := w.As("manager")
	content := aPicture(t, 64, 48)
	var kept keptFile
	send(manager, w.Person, "image/png", content).Want(201).Read(&kept)
	document := fmt.Sprintf(`{"class":"document","content":{"documentTitle":"How they sit","files":[{"contentHash":%q,"mediaType":"image/png","size":%d,"caption":"How they sit"}]}}`, kept.Hash, kept.Size)
	manager.Post(at(w, "/records"), document).Want(201)
	for body, want := range map[string][]byte{
		`{"to":"a","why":"b","criteria":{"classes":["document"],"attachments":true}}`: content,
		`{"to":"a","why":"b","criteria":{"classes":["document"]}}`:                    nil,
	} {
		for _, d := range dialects.All() {
			r := manager.Post(at(w, "/extracts"), body, "Accept", d.MediaType()).Want(200)
			seen := 0
			err := d.Decode(bytes.NewReader(r.Body), func(p ehr.Part) error {
				c, ok := p.(*ehr.Composition)
				if !ok {
					return nil
				}
				in, err := (&extract.Importer{Catalogue: w.Catalogue}).Take(c)
				if err != nil {
					return err
				}
				for _, f := range in.Files {
					if seen++; f.Hash.String() != kept.Hash || f.Size != kept.Size || f.MediaType != "image/png" || !bytes.Equal(f.Data, want) {
						t.Errorf("%s: the file came as %s, %d bytes, %d here", d.Name(), f.MediaType, f.Size, len(f.Data))
					}
				}
				return nil
			})
			if err != nil || seen != 1 {
				t.Errorf("%s: %d files, %v", d.Name(), seen, err)
			}
		}
	}
}

func TestAnExtractThatNamesWhatIsLeftOutIsRefusedUntilItIsDecided(t *testing.T) {
	w := fixture.New(t)
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Zoe rang about the money"))
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Type: record.Create, Path: "/changes/0", Class: "personal-contact", Sensitivity: "confidential", Content: []byte(`{"name":"Zoë Brandt"}`),
	}}})
	manager := w.As("manager")
	at := "/api/people/" + w.Person.String() + "/extracts"
	var preview struct {
		Passages []struct{ Version, Text, Names string }
	}
	manager.Post(at+"/preview", `{"criteria":{"maxSensitivity":3}}`).Want(200).Read(&preview)
	if len(preview.Passages) != 1 || preview.Passages[0].Names != "Zoe" {
		t.Fatalf("%+v", preview)
	}
	ask := func(criteria string) *fixture.Reply {
		return manager.Post(at, `{"to":"Elm Court","why":"moves there","criteria":{"maxSensitivity":3`+criteria+`}}`)
	}
	version := `{"version":"` + preview.Passages[0].Version + `"`
	for _, criteria := range []string{``, `,"decisions":[` + version + `}]`, `,"decisions":[{"version":"x","withhold":true}]`} {
		if r := ask(criteria); r.Status < 400 || strings.Contains(string(r.Body), "EHR_EXTRACT") {
			t.Errorf("%s: %d %s", criteria, r.Status, r.Body)
		}
	}
	for criteria, goes := range map[string]bool{`,"withholdNamed":true`: false, `,"decisions":[` + version + `,"withhold":true}]`: false, `,"decisions":[` + version + `,"why":"She agrees"}]`: true} {
		if r := ask(criteria).Want(200); strings.Contains(string(r.Body), "about the money") != goes {
			t.Errorf("%s: %s", criteria, r.Body)
		}
	}
}
