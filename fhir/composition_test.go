package fhir_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// cutDown calls the door as one of the staff, through a program with some scopes.
func cutDown(t *testing.T, w *fixture.World, account, scopes string, kinds map[string]string) *fixture.Caller {
	t.Helper()
	all, _, problems := access.ParseScopes(scopes)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	session, err := w.Session(account).Within(t.Context(), access.Licence{Client: "gp", Name: "A GP system", Scopes: all}, func(class string) string { return kinds[class] })
	if err != nil {
		t.Fatal(err)
	}
	return through(w, session)
}

// through calls the door with a session that was proved in another way than by a token.
func through(w *fixture.World, session *access.Session) *fixture.Caller {
	c := w.Nobody()
	c.Handler = fhir.New(fhir.Config{
		Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Zone: w.Zone, Now: w.Clock.Now, Log: w.Logger,
		Session: func(*http.Request) (*access.Session, error) { return session, nil },
	})
	return c
}

// noteOf is the change that makes a daily note.
func noteOf(at int, words string, sensitivity string) record.ProposedChange {
	return record.ProposedChange{Type: record.Create, Path: fmt.Sprint("/changes/", at), Class: "daily-note", Sensitivity: sensitivity, Content: []byte(fixture.NoteContent(words))}
}

// listed gives what the sections of a Composition list, as "heading: words".
func listed(t *testing.T, r *fixture.Reply) (all []string, references []string) {
	t.Helper()
	var n struct {
		Section []struct {
			Title string
			Entry []struct{ Reference, Display string }
		}
	}
	if err := json.Unmarshal(r.Want(200).Body, &n); err != nil {
		t.Fatal(err)
	}
	for _, s := range n.Section {
		for _, e := range s.Entry {
			all, references = append(all, s.Title+": "+e.Display), append(references, e.Reference)
		}
	}
	return all, references
}

// validated says that the door itself finds nothing wrong with a resource.
func validated(t *testing.T, c *fixture.Caller, r *fixture.Reply) {
	t.Helper()
	kind := read(t, r)["resourceType"].(string)
	if out := c.Post("/fhir/R4/"+kind+"/$validate", string(r.Body)).Want(200); faults(t, out) != "informational" {
		t.Errorf("%s\n%s", out.Body, r.Body)
	}
}

// TestACompositionIsAContribution: what was committed at once stands in one, pointing at the versions as they were; a later change is one of its own, which replaces it.
func TestACompositionIsAContribution(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "nurse")
	many := &record.Proposal{Stream: w.Person}
	for i := range 20 {
		many.Changes = append(many.Changes, noteOf(i, fmt.Sprintf("Note %d", i), ""))
	}
	made := w.Commit("carer", many)[0]
	path := "/fhir/R4/Composition/" + made.Contribution.String()
	r := c.Get(path)
	all, references := listed(t, r)
	one := read(t, r)
	if len(all) != 20 || !strings.Contains(all[19], "Note 19") || !strings.HasSuffix(references[0], "/_history/1") {
		t.Fatalf("%v %v", all, references)
	}
	if one["status"] != "final" || one["confidentiality"] != "N" || one["title"] == "" || one["subject"].(map[string]any)["reference"] != "Patient/"+w.Person.String() || one["relatesTo"] != nil ||
		!strings.Contains(string(r.Body), `"author":[{"reference":"Practitioner/`+w.Workers["carer"].String()+`"}]`) {
		t.Errorf("%s", r.Body)
	}
	validated(t, c, r)
	if x := c.Get(path, "Accept", "application/fhir+xml").Want(200); !strings.HasPrefix(string(x.Body), "<?xml") || !strings.Contains(string(x.Body), "<Composition ") || !strings.Contains(string(x.Body), `<p>`) {
		t.Errorf("%s", x.Body)
	}
	c.Get("/fhir/R4/" + references[7]).Want(200)

	changed := w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: made.Changes[3].Version.Record, Expected: 1, Description: "It was another day", Content: []byte(fixture.NoteContent("Better <b>so</b>")),
	}}})[0]
	next := c.Get("/fhir/R4/Composition/" + changed.Contribution.String())
	if n := read(t, next.Want(200)); n["status"] != "amended" || n["title"] != "It was another day" ||
		!strings.Contains(string(next.Body), `"relatesTo":[{"code":"replaces","targetReference":{"reference":"Composition/`+made.Contribution.String()+`"}}]`) {
		t.Errorf("%s", next.Body)
	}
	validated(t, c, next)
	if again, _ := listed(t, c.Get(path)); !strings.HasSuffix(again[3], "Note 3 (changed since)") || !strings.HasSuffix(again[4], "Note 4") {
		t.Errorf("what it lists has changed: %v", again)
	}
	if _, err := w.Session("nurse").Attest(t.Context(), w.Person, made.Changes[0].Version.Record, 1, "I have checked this", fixture.Password); err != nil {
		t.Fatal(err)
	}
	signed := c.Get(path).Want(200)
	if !strings.Contains(string(signed.Body), `"attester":[{"mode":"professional"`) || !strings.Contains(string(signed.Body), `"party":{"reference":"Practitioner/`+w.Workers["nurse"].String()) {
		t.Errorf("%s", signed.Body)
	}
	validated(t, c, signed)
	found := bundleOf(t, c.Get("/fhir/R4/Composition?patient="+w.Person.String()))
	last := found.Entry[len(found.Entry)-1].Resource
	if text, _ := json.Marshal(last); !strings.Contains(string(text), `"code":"signs"`) || !strings.Contains(string(text), "attester") {
		t.Errorf("%s", text)
	}
}

// TestACompositionShowsWhatMayBeSeen: what a carer may not see is left out, and one of which nothing is left does not exist; likewise by the scopes of a program.
func TestACompositionShowsWhatMayBeSeen(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Token("carer")
	mixed := w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{noteOf(0, "For all", ""), noteOf(1, "For the manager", "confidential")}})[0].Contribution.String()
	closed := w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{noteOf(0, "Secret", "confidential")}})[0].Contribution.String()
	manager, carer := at(w, "manager"), at(w, "carer")
	base := "/fhir/R4/Composition/"
	whole := manager.Get(base + mixed)
	if all, _ := listed(t, whole); len(all) != 2 || read(t, whole)["confidentiality"] != "V" {
		t.Errorf("%s", whole.Body)
	}
	part := carer.Get(base + mixed)
	if all, _ := listed(t, part); len(all) != 1 || read(t, part)["confidentiality"] != "N" || strings.Contains(string(part.Body), "manager") {
		t.Errorf("%s", part.Body)
	}
	carer.Get(base + closed).Want(404)
	at(w, "elm-carer").Get(base + mixed).Want(404)
	carer.Get(base + uuid.NewString()).Want(404)
	carer.Get(base + "nothing").Want(404)
	search := "/fhir/R4/Composition?patient=" + w.Person.String()
	if r := carer.Get(search).Want(200); strings.Contains(string(r.Body), closed) || strings.Contains(string(r.Body), "Secret") || !strings.Contains(string(r.Body), mixed) {
		t.Errorf("%s", r.Body)
	}
	if b := bundleOf(t, at(w, "elm-carer").Get(search)); len(b.Entry) != 0 {
		t.Errorf("%+v", b)
	}

	kinds := map[string]string{"daily-note": "Observation", "subject-of-care": "Patient", "placement": "EpisodeOfCare"}
	cutDown(t, w, "manager", "system/Observation.rs system/Patient.rs", kinds).Get(base + mixed).Want(403)
	cutDown(t, w, "manager", "system/Composition.s", kinds).Get(base + mixed).Want(403)
	if all, _ := listed(t, cutDown(t, w, "manager", "system/Composition.rs system/Patient.rs system/Observation.rs", kinds).Get(base+mixed)); len(all) != 2 {
		t.Errorf("%v", all)
	}
	cutDown(t, w, "manager", "system/Composition.rs system/Patient.rs", kinds).Get(base + mixed).Want(404)
	if b := bundleOf(t, cutDown(t, w, "manager", "system/Composition.rs system/Patient.rs", kinds).Get(search)); len(b.Entry) != 1 {
		t.Errorf("%+v", b) // the one with which the person was registered
	}
}

// TestAMistakenComposition: what brought only what is entered in error since says so.
func TestAMistakenComposition(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "nurse")
	made := w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{noteOf(0, "One", ""), noteOf(1, "Two", "")}})[0]
	path := "/fhir/R4/Composition/" + made.Contribution.String()
	for i, want := range []string{"final", "entered-in-error"} { // of one of the two, and of both
		done := w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
			Type: record.MarkError, Path: "/changes/0", Record: made.Changes[i].Version.Record, Expected: 1, Description: "Another person's",
		}}})[0]
		r := c.Get(path)
		if got := read(t, r.Want(200))["status"]; got != want {
			t.Errorf("after %d: %v", i+1, got)
		}
		validated(t, c, r)
		all, references := listed(t, r)
		if !strings.HasSuffix(all[i], "(entered in error)") || !strings.HasSuffix(references[i], "/_history/2") {
			t.Errorf("%v %v", all, references)
		}
		if b := bundleOf(t, c.Get(path+"/$document")); statuses(b)["entered-in-error"] != i+1+i { // where both are, the Composition too
			t.Errorf("%v", statuses(b))
		}
		if r := c.Get("/fhir/R4/Composition/" + done.Contribution.String()).Want(200); read(t, r)["status"] != "entered-in-error" {
			t.Errorf("%s", r.Body)
		}
	}
}

// TestSearchCompositions: by whose, by who wrote it, by when; in pages of one moment; with their entries.
func TestSearchCompositions(t *testing.T) {
	t.Parallel()
	w, c, second := household(t)
	one := bundleOf(t, c.Get("/fhir/R4/Composition?patient="+second))
	if len(one.Entry) != 5 { // moved in, three notes, a blood pressure
		t.Fatalf("%d", len(one.Entry))
	}
	id := fmt.Sprint(one.Entry[1].Resource["id"])
	carer, day := "Practitioner/"+w.Workers["carer"].String(), fmt.Sprint(one.Entry[1].Resource["date"])[:10]
	for query, want := range map[string]int{
		"patient=Patient/" + second + "&author=" + carer: 4, "subject=Patient/" + second: 5, "subject:x=1": -1, "_id=" + id: 1, "_id=" + id + "," + uuid.NewString(): 1, "_id=" + id + "&patient=" + w.Person.String(): 0,
		"author=" + carer: 7, "author=" + carer + "&patient=" + w.Stranger.String(): 0, "author=nobody": 0, "patient=" + second + "," + w.Person.String() + "&author=" + carer: 7, "date=" + day + "&author=" + carer: 7, "date=lt" + day + "&author=" + carer: 0,
		"_lastUpdated=ge" + day + "&patient=" + second: 5, "_lastUpdated=soon": -1, "_count=0": 0, "_include=Composition:subject": -1, "patient=x": 0, "patient=" + second + "&subject=" + w.Person.String(): 0,
	} {
		r := c.Get("/fhir/R4/Composition?" + query)
		if want < 0 {
			r.Want(400)
			faults(t, r)
			continue
		}
		if b := bundleOf(t, r); len(b.Entry) != want {
			t.Errorf("%s: %d, want %d", query, len(b.Entry), want)
		}
	}
	for _, query := range []string{"patient=" + second + "&_count=2", "author=" + carer + "&_count=3"} {
		seen := map[string]bool{}
		for next := "/fhir/R4/Composition?" + query; next != ""; {
			b := bundleOf(t, c.Get(next))
			for _, e := range b.Entry {
				seen[e.FullURL] = true
			}
			w.Write("nurse", w.Person, "daily-note", fixture.NoteContent("Meanwhile"))
			next = b.link("next")
		}
		if want := map[bool]int{true: 5, false: 7}[strings.HasPrefix(query, "patient")]; len(seen) != want {
			t.Errorf("%s: %d in pages", query, len(seen))
		}
	}
	with := bundleOf(t, c.Get("/fhir/R4/Composition?_id="+id+"&_include=Composition:entry"))
	if len(with.Entry) != 2 || with.Entry[1].Search.Mode != "include" || with.Entry[1].Resource["resourceType"] != "Observation" {
		t.Errorf("%+v", with)
	}
	form := c.Post("/fhir/R4/Composition/_search", "patient="+second, "Content-Type", "application/x-www-form-urlencoded")
	if b := bundleOf(t, form); len(b.Entry) != 5 {
		t.Errorf("%d", len(b.Entry))
	}
	validated(t, c, form)
	if text := string(c.Get("/fhir/R4/metadata").Want(200).Body); !strings.Contains(text, `"type":"Composition"`) {
		t.Error("the CapabilityStatement does not know it")
	}
}

// statuses counts the notes and Compositions of a Bundle by their status.
func statuses(b bundle) map[string]int {
	found := map[string]int{}
	for _, e := range b.Entry {
		if kind := e.Resource["resourceType"]; kind == "Composition" || kind == "Observation" {
			found[fmt.Sprint(e.Resource["status"])]++
		}
	}
	return found
}

// TestADocument: the Composition first, then all that it refers to and what that refers to, each once, as it was, and as far as the asker may see it.
func TestADocument(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	carer := at(w, "carer")
	w.Token("nurse")
	many := &record.Proposal{Stream: w.Person}
	for i := range 20 {
		many.Changes = append(many.Changes, noteOf(i, fmt.Sprintf("Note %d", i), map[bool]string{true: "confidential"}[i == 19]))
	}
	made := w.Commit("manager", many)[0]
	w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Type: record.Correct, Path: "/changes/0", Record: made.Changes[3].Version.Record, Expected: 1, Description: "It was another day", Content: []byte(fixture.NoteContent("Another")),
	}}})
	path := "/fhir/R4/Composition/" + made.Contribution.String() + "/$document"
	for account, notes := range map[string]int{"manager": 20, "carer": 19} {
		c := at(w, account)
		r := c.Get(path)
		b := bundleOf(t, r)
		kinds, there := map[string]int{}, map[string]bool{}
		for _, e := range b.Entry {
			kinds[fmt.Sprint(e.Resource["resourceType"])]++
			there[e.FullURL] = true
		}
		if b.Type != "document" || b.Entry[0].Resource["resourceType"] != "Composition" || kinds["Observation"] != notes || kinds["Patient"] != 1 || kinds["Practitioner"] != 1 || len(there) != len(b.Entry) {
			t.Errorf("%s: %v %s", account, kinds, r.Body)
		}
		if text := string(r.Body); strings.Contains(text, "Another") || !strings.Contains(text, "Note 3") || strings.Contains(text, "Note 19") != (account == "manager") ||
			!strings.Contains(text, `"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:`) || !strings.Contains(text, `"timestamp":"`) {
			t.Errorf("%s: %s", account, text)
		}
		for _, reference := range references(b.Entry[0].Resource) {
			address, _, _ := strings.Cut(reference, "/_history/")
			if !there["http://localhost/fhir/R4/"+address] {
				t.Errorf("%s: %s is not in the document", account, reference)
			}
		}
		validated(t, c, r)
	}
	if x := carer.Get(path, "Accept", "application/fhir+xml").Want(200); strings.Count(string(x.Body), "<Observation>") != 19 || strings.Count(string(x.Body), "<Composition>") != 1 {
		t.Errorf("%s", x.Body)
	} else if out := carer.Post("/fhir/R4/Bundle/$validate", string(x.Body), "Content-Type", "application/fhir+xml").Want(200); faults(t, out) != "informational" {
		t.Errorf("%s", out.Body)
	}
	carer.Post(path, "").Want(200)
	carer.Post(path, `{"resourceType":"Parameters","parameter":[{"name":"persist","valueBoolean":false}]}`).Want(200)
	for _, r := range []*fixture.Reply{carer.Get(path + "?persist=true"), carer.Post(path, `{"resourceType":"Parameters","parameter":[{"name":"persist","valueBoolean":true}]}`)} {
		if faults(t, r.Want(400)) != "persist business-rule" {
			t.Errorf("%s", r.Body)
		}
	}
	if r := carer.Get(path + "?persist=maybe&colour=red").Want(400); faults(t, r) != "colour not-supported; persist business-rule" {
		t.Errorf("%s", faults(t, r))
	}
	at(w, "elm-carer").Get(path).Want(404)
	kinds := map[string]string{"daily-note": "Observation", "subject-of-care": "Patient", "care-worker": "Practitioner"}
	cutDown(t, w, "manager", "system/Observation.rs system/Patient.rs", kinds).Get(path).Want(403)
	few := bundleOf(t, cutDown(t, w, "manager", "system/Composition.rs system/Observation.rs", kinds).Get(path))
	if len(few.Entry) != 21 {
		t.Errorf("%d entries without Patient and Practitioner", len(few.Entry))
	}
	log := string(at(w, "manager").Get("/fhir/R4/AuditEvent?subtype=document&patient=Patient/" + w.Person.String()).Want(200).Body)
	if !strings.Contains(log, `"altId":"carer"`) || !strings.Contains(log, `"outcome":"4"`) {
		t.Errorf("the log of who saw what does not tell of it: %s", log)
	}
}

// references gives all that a resource refers to but other documents.
func references(n any) (all []string) {
	switch n := n.(type) {
	case tree:
		return references(map[string]any(n))
	case map[string]any:
		for name, v := range n {
			if text, ok := v.(string); ok && name == "reference" {
				all = append(all, text)
			} else if name != "relatesTo" {
				all = append(all, references(v)...)
			}
		}
	case []any:
		for _, v := range n {
			all = append(all, references(v)...)
		}
	}
	return all
}

// TestEveryDocumentOfAHome: whatever was committed in a home that is lived in makes a Composition with nothing wrong, and a document that holds all that it refers to.
func TestEveryDocumentOfAHome(t *testing.T) {
	t.Parallel()
	l := fixture.NewLived(t, 1, 1)
	c := l.As("helen")
	c.Handler = fhir.New(fhir.Config{Guard: l.Guard, Catalogue: l.Catalogue, System: l.Identity.System, Beside: l.BesideFHIR, Zone: l.Zone, Now: time.Now})
	documents := 0
	for next := "/fhir/R4/Composition?_count=50"; next != ""; {
		page := c.Get(next)
		validated(t, c, page)
		b := bundleOf(t, page)
		for _, e := range b.Entry {
			r := c.Get("/fhir/R4/Composition/" + fmt.Sprint(e.Resource["id"]) + "/$document")
			validated(t, c, r)
			there := map[string]bool{}
			document := bundleOf(t, r)
			for _, one := range document.Entry {
				there[one.FullURL] = true
			}
			for _, reference := range references(document.Entry[0].Resource) {
				if address, _, _ := strings.Cut(reference, "/_history/"); !there["http://localhost/fhir/R4/"+address] {
					t.Errorf("%v: %s is not in the document", e.Resource["title"], reference)
				}
			}
			documents++
		}
		next = b.link("next")
	}
	if documents < 20 {
		t.Errorf("only %d documents", documents)
	}
}

// TestCompositionsOfOnePersonOnly: a token about one person shows no other's.
func TestCompositionsOfOnePersonOnly(t *testing.T) {
	t.Parallel()
	w, all, second := household(t)
	scopes, _, _ := access.ParseScopes("patient/Composition.rs patient/Observation.rs patient/Patient.rs")
	session, err := w.Session("carer").Within(t.Context(), access.Licence{Client: "app", Name: "An app", Scopes: scopes, Person: w.Person}, func(class string) string {
		return map[string]string{"daily-note": "Observation", "subject-of-care": "Patient"}[class]
	})
	if err != nil {
		t.Fatal(err)
	}
	c := through(w, session)
	if b := bundleOf(t, c.Get("/fhir/R4/Composition")); len(b.Entry) != 4 { // registered, and three notes
		t.Errorf("%d", len(b.Entry))
	}
	others := bundleOf(t, all.Get("/fhir/R4/Composition?patient="+second))
	for _, e := range others.Entry {
		c.Get("/fhir/R4/Composition/" + fmt.Sprint(e.Resource["id"]) + "/$document").Want(404)
	}
}
