package fhir_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/fhir"
	"rosemary/internal/fixture"
)

// working is the FHIR door as somebody calls it, with what goes on behind it.
func working(t *testing.T, w *fixture.World, account string) *fixture.Caller {
	t.Helper()
	door := fhir.New(fhir.Config{
		Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Bulk: w.Bulk, Zone: w.Zone, Now: w.Clock.Now, Log: w.Logger,
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); door.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	c := w.Nobody()
	c.Handler, c.Token = door, w.Token(account)
	return c
}

type manifest struct {
	TransactionTime, Request string
	RequiresAccessToken      bool
	Output, Deleted, Error   []struct {
		Type, URL string
		Count     int
	}
}

func local(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "http://localhost/fhir/R4/") {
		t.Fatalf("address %q: %v", address, err)
	}
	return u.RequestURI()
}

// exported asks for an export and waits for its manifest.
func exported(t *testing.T, c *fixture.Caller, path string) (m manifest, status string) {
	t.Helper()
	begun := c.Get(path, "Prefer", "respond-async", "Accept", "application/fhir+json").Want(202)
	status = local(t, begun.Header.Get("Content-Location"))
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		r := c.Get(status, "Accept", "application/json")
		if r.Status == 202 {
			if r.Header.Get("X-Progress") == "" || r.Header.Get("Retry-After") == "" {
				t.Fatalf("a status without progress: %v", r.Header)
			}
			continue
		}
		if err := json.Unmarshal(r.Want(200).Body, &m); err != nil || r.Header.Get("Expires") == "" {
			t.Fatalf("%v: %s", err, r.Body)
		}
		return m, status
	}
	t.Fatal("the export does not end")
	return m, status
}

// lines gives what the files of a type say.
func (m *manifest) lines(t *testing.T, c *fixture.Caller, kind string) []string {
	t.Helper()
	var all []string
	for _, f := range m.Output {
		if f.Type != kind {
			continue
		}
		r := c.Get(local(t, f.URL), "Accept", "application/fhir+ndjson").Want(200)
		some := strings.Split(strings.TrimSuffix(string(r.Body), "\n"), "\n")
		if len(some) != f.Count || r.Header.Get("Content-Type") != "application/fhir+ndjson" {
			t.Errorf("%s: %d lines, and the manifest says %d; %v", f.URL, len(some), f.Count, r.Header)
		}
		for _, line := range some {
			var v tree
			if err := json.Unmarshal([]byte(line), &v); err != nil || v["resourceType"] != kind {
				t.Errorf("%v: %s", err, line)
			}
		}
		all = append(all, some...)
	}
	return all
}

// openIn lists which files of a folder this process has open, where the system tells it.
func openIn(folder string) (open []string) {
	all, _ := os.ReadDir("/proc/self/fd")
	for _, e := range all {
		if file, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && strings.Contains(file, folder) {
			open = append(open, file)
		}
	}
	return open
}

// TestExportOfMany: the files hold what the asker may export, of one moment, and nobody else's; whose records went is logged; files can be had in parts, and by nobody else.
func TestExportOfMany(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := working(t, w, "manager")
	at(w, "carer").Post("/fhir/R4/Observation", note(w, "Ate well"), "Content-Type", "application/fhir+json").Want(201)
	mistake := mustPath(t, at(w, "carer").Post("/fhir/R4/Observation", note(w, "Of somebody else"), "Content-Type", "application/fhir+json").Want(201))
	at(w, "carer").Send(http.MethodDelete, mistake, nil).Want(204)

	m, status := exported(t, c, "/fhir/R4/$export")
	if !m.RequiresAccessToken || m.Request != "http://localhost/fhir/R4/$export" || m.TransactionTime == "" || m.Error == nil || len(m.Deleted) != 0 {
		t.Errorf("%+v", m)
	}
	people := m.lines(t, c, "Patient")
	if len(people) != 1 || !strings.Contains(people[0], w.Person.String()) {
		t.Errorf("people: %v", people)
	}
	if notes := m.lines(t, c, "Observation"); len(notes) != 1 || !strings.Contains(notes[0], "Ate well") {
		t.Errorf("notes: %v", notes)
	}
	if staff := m.lines(t, c, "Practitioner"); len(staff) < 8 {
		t.Errorf("%d of the staff", len(staff))
	}
	if changes := m.lines(t, c, "Provenance"); len(changes) < 3 {
		t.Errorf("%d changes", len(changes))
	}
	file := local(t, m.Output[0].URL)
	within := c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"`+strings.TrimPrefix(file, "/fhir/R4/")+`"}}]}`, "Content-Type", "application/fhir+json").Want(200)
	if !strings.Contains(string(within.Body), "Ask for it by itself") {
		t.Errorf("a file within a batch: %s", within.Body)
	}
	if open := openIn(strings.Split(file, "/")[4]); len(open) > 0 {
		t.Errorf("a batch that asked for a file left it open: %v", open)
	}
	whole := c.Get(file).Want(200)
	part := c.Get(file, "Range", "bytes=5-9").Want(206)
	if string(part.Body) != string(whole.Body[5:10]) {
		t.Errorf("a part: %q of %q", part.Body, whole.Body)
	}
	other := *c
	other.Token = w.Token("elm-manager")
	other.Get(file).Want(404)
	other.Get(status).Want(404)
	other.Send(http.MethodDelete, status, nil).Want(404)
	other.Token = ""
	other.Get(file).Want(401)

	session, err := w.Guard.Session(context.Background(), "manager", access.Management)
	if err != nil {
		t.Fatal(err)
	}
	log, _, err := session.Audit(context.Background(), access.AuditQuery{Person: w.Person, Kind: access.AuditDisclosed})
	if err != nil || len(log) != 1 || log[0].Action != "bulk-export" {
		t.Errorf("who was given the record: %+v %v", log, err)
	}
	c.Send(http.MethodDelete, status, nil).Want(202)
	c.Get(status).Want(404)
	c.Get(file).Want(404)
}

// TestExportOfSome: types, filters, what has changed since, and what was taken back since.
func TestExportOfSome(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := working(t, w, "manager")
	post := func(words string) string {
		return mustPath(t, at(w, "carer").Post("/fhir/R4/Observation", note(w, words), "Content-Type", "application/fhir+json").Want(201))
	}
	post("Before")
	gone := post("A mistake")
	first, _ := exported(t, c, "/fhir/R4/Patient/$export?_type=Observation")
	if len(first.Output) != 1 || first.Output[0].Count != 2 {
		t.Fatalf("%+v", first)
	}
	post("After")
	at(w, "carer").Send(http.MethodDelete, gone, nil).Want(204)
	since, _ := exported(t, c, "/fhir/R4/Patient/$export?_type=Observation,Practitioner&_since="+url.QueryEscape(first.TransactionTime))
	// What was committed at the very time of the first export comes once more: nothing falls between the two.
	notes := strings.Join(since.lines(t, c, "Observation"), " ")
	if !strings.Contains(notes, "After") || strings.Contains(notes, "Before") || len(since.Deleted) != 1 {
		t.Errorf("since: %s %+v", notes, since)
	}
	if deleted := c.Get(local(t, since.Deleted[0].URL)).Want(200); !strings.Contains(string(deleted.Body), strings.TrimPrefix(gone, "/fhir/R4/")) {
		t.Errorf("deleted: %s", deleted.Body)
	}
	filtered, _ := exported(t, c, "/fhir/R4/Patient/$export?_typeFilter="+url.QueryEscape("Observation?date=lt2020-01-01")+"&_type=Observation,Patient")
	if len(filtered.lines(t, c, "Observation")) != 0 || len(filtered.lines(t, c, "Patient")) != 1 {
		t.Errorf("filtered: %+v", filtered)
	}
	one := c.Post("/fhir/R4/Patient/$export", `{"resourceType":"Parameters","parameter":[{"name":"_type","valueString":"Patient"},{"name":"patient","valueReference":{"reference":"Patient/`+
		w.Stranger.String()+`"}}]}`, "Prefer", "respond-async").Want(202)
	for r := c.Get(local(t, one.Header.Get("Content-Location"))); ; r = c.Get(local(t, one.Header.Get("Content-Location"))) {
		if r.Status == 200 {
			if strings.Contains(string(r.Body), `"type":"Patient"`) {
				t.Errorf("somebody whom the manager may not see: %s", r.Body)
			}
			break
		}
		r.Want(202)
		time.Sleep(10 * time.Millisecond)
	}
}

// TestExportRefuses: what cannot be done is said, all of it at once, and nothing is begun.
func TestExportRefuses(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := working(t, w, "manager")
	r := c.Get("/fhir/R4/$export?_type=Patient,Spaceship&_since=yesterday&_outputFormat=csv&colour=red&_typeFilter=Observation%3Fshoe%3D1").Want(400)
	for _, place := range []string{"_type", "_since", "_outputFormat", "colour", "_typeFilter", "Prefer"} {
		if !strings.Contains(faults(t, r), place+" ") {
			t.Errorf("nothing is said of %s: %s", place, faults(t, r))
		}
	}
	c.Get("/fhir/R4/$export-status/nothing").Want(404)
	c.Get("/fhir/R4/$export-file/nothing/at-all").Want(404)
	carer := *c
	carer.Token = w.Token("carer")
	carer.Get("/fhir/R4/$export", "Prefer", "respond-async").Want(403)
	if says := string(c.Get("/fhir/R4/metadata").Want(200).Body); !strings.Contains(says, "OperationDefinition/patient-export") || !strings.Contains(says, "CapabilityStatement/bulk-data") {
		t.Errorf("the CapabilityStatement says nothing of it")
	}
}
