package fhir_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/fhir"
	"rosemary/fhir/mapping"
	"rosemary/internal/fixture"
)

const nhs = "https://fhir.nhs.uk/Id/nhs-number"

// at calls the FHIR door as one of the staff.
func at(w *fixture.World, account string) *fixture.Caller {
	c := w.Nobody()
	c.Handler = fhir.New(fhir.Config{
		Guard: w.Guard, Catalogue: w.Catalogue, System: w.Identity.System, Beside: w.BesideFHIR, Zone: w.Zone, Now: w.Clock.Now, Log: w.Logger,
	})
	if account != "" {
		c.Token = w.Token(account)
	}
	return c
}

// tree is a resource as plain JSON.
type tree map[string]any

func read(t *testing.T, r *fixture.Reply) tree {
	t.Helper()
	var v tree
	if err := json.Unmarshal(r.Body, &v); err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
	return v
}

// faults gives what an OperationOutcome says, as "expression code".
func faults(t *testing.T, r *fixture.Reply) string {
	t.Helper()
	var o struct {
		ResourceType string
		Issue        []struct {
			Severity, Code, Diagnostics string
			Expression                  []string
		}
	}
	if err := json.Unmarshal(r.Body, &o); err != nil || o.ResourceType != "OperationOutcome" {
		t.Fatalf("no OperationOutcome: %s", r.Body)
	}
	var all []string
	for _, i := range o.Issue {
		all = append(all, strings.TrimSpace(strings.Join(i.Expression, ",")+" "+i.Code))
	}
	return strings.Join(all, "; ")
}

type entry struct {
	FullURL  string
	Resource tree
	Search   struct{ Mode string }
	Request  struct{ Method, URL string }
	Response struct {
		Status, Location, Etag string
		Outcome                tree
	}
}

type bundle struct {
	Type  string
	Total *int
	Link  []struct{ Relation, URL string }
	Entry []entry
}

func bundleOf(t *testing.T, r *fixture.Reply) bundle {
	t.Helper()
	var b bundle
	if err := json.Unmarshal(r.Want(200).Body, &b); err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
	return b
}

func (b *bundle) link(relation string) string {
	for _, l := range b.Link {
		if l.Relation == relation {
			u, _ := url.Parse(l.URL)
			return u.RequestURI()
		}
	}
	return ""
}

func note(w *fixture.World, words string) string {
	return `{"resourceType":"Observation","meta":{"profile":["urn:rosemary:class:daily-note"]},"status":"final",
		"category":[{"coding":[{"system":"urn:rosemary:class","code":"daily-note"}]}],"code":{"coding":[{"system":"urn:rosemary:class","code":"daily-note"}]},
		"subject":{"reference":"Patient/` + w.Person.String() + `"},"effectiveDateTime":"2026-03-16T07:30:00Z","valueString":"` + words + `"}`
}

// TestALifeOfAResource goes through create, read, vread, update, history and delete.
func TestALifeOfAResource(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	made := c.Post("/fhir/R4/Observation", note(w, "Ate well"), "Content-Type", "application/fhir+json").Want(201)
	location, _ := url.Parse(made.Header.Get("Location"))
	path, _, _ := strings.Cut(location.Path, "/_history/")
	first := read(t, made)
	if first["valueString"] != "Ate well" || made.Header.Get("ETag") != `W/"1"` || location.Path != path+"/_history/1" || made.Header.Get("Last-Modified") == "" {
		t.Fatalf("%v %s", made.Header, made.Body)
	}
	got := c.Get(path).Want(200)
	if string(got.Body) != string(made.Body) {
		t.Errorf("read %s, made %s", got.Body, made.Body)
	}
	c.Get(path, "If-None-Match", `W/"1"`).Want(304)

	first["valueString"] = "Ate well, and slept"
	changed, _ := json.Marshal(first)
	if r := c.Put(path, string(changed), "If-Match", `W/"7"`).Want(412); faults(t, r) != "conflict" {
		t.Error(faults(t, r))
	}
	updated := c.Put(path, string(changed), "If-Match", `W/"1"`).Want(200)
	if updated.Header.Get("ETag") != `W/"2"` || read(t, updated)["valueString"] != "Ate well, and slept" {
		t.Errorf("%v %s", updated.Header, updated.Body)
	}
	c.Put(path, string(changed), "If-Match", `W/"1"`).Want(412)
	if old := read(t, c.Get(path+"/_history/1").Want(200)); old["valueString"] != "Ate well" {
		t.Errorf("version 1 says %v", old["valueString"])
	}
	c.Get(path + "/_history/3").Want(404)
	c.Get(strings.Replace(path, "Observation", "Condition", 1)).Want(404)

	c.Send(http.MethodDelete, path, nil).Want(204)
	c.Send(http.MethodDelete, path, nil).Want(204)
	if r := c.Get(path).Want(410); faults(t, r) != "deleted" {
		t.Error(faults(t, r))
	}
	history := bundleOf(t, c.Get(path+"/_history"))
	var methods []string
	for _, e := range history.Entry {
		methods = append(methods, e.Request.Method+" "+e.Response.Etag)
	}
	if fmt.Sprint(methods) != `[DELETE W/"3" PUT W/"2" POST W/"1"]` || *history.Total != 3 {
		t.Errorf("history: %v", methods)
	}
	if all := bundleOf(t, c.Get("/fhir/R4/Observation/_history?_count=2")); len(all.Entry) < 2 || all.Entry[0].Request.Method != "DELETE" {
		t.Errorf("history of the type: %+v", all.Entry)
	}
	seen := 0
	for next := "/fhir/R4/_history?_count=3"; next != ""; {
		page := bundleOf(t, c.Get(next))
		seen += len(page.Entry)
		next = page.link("next")
	}
	if seen < 5 { // the note's three versions, the person and where she lives
		t.Errorf("the history of all has %d entries", seen)
	}
	// What FHIR wrote is a record like any other: the native API tells the same.
	if r := w.As("carer").Get("/api/people/" + w.Person.String() + "/records?class=daily-note&errors=true").Want(200); !strings.Contains(string(r.Body), "Ate well, and slept") {
		t.Errorf("the native API knows nothing of it: %s", r.Body)
	}
}

// TestRestIsGivenBack: what a client says beside what the record holds comes back to whoever may see the record, through later changes by others.
func TestRestIsGivenBack(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	sent := `{"resourceType":"Observation","language":"en-GB","identifier":[{"system":"urn:app","value":"77"}],"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2951-2",
		"display":"Sodium"}],"text":"Sodium"},"subject":{"identifier":{"system":"` + nhs + `","value":"9990000018"}},"effectiveDateTime":"2026-03-15T10:00:00Z","valueQuantity":{"value":140.0,"unit":"mmol/L"}}`
	made := c.Post("/fhir/R4/Observation", sent).Want(201)
	for _, kept := range []string{`"language":"en-GB"`, `"value":"77"`, `"reference":"Patient/` + w.Person.String(), `"valueQuantity":{"value":140.0,"unit":"mmol/L"}`} {
		if !strings.Contains(string(made.Body), kept) {
			t.Errorf("%s is not given back: %s", kept, made.Body)
		}
	}
	asXML := c.Get(mustPath(t, made), "Accept", "application/fhir+xml").Want(200)
	if !strings.Contains(string(asXML.Body), `<value value="77"/>`) || !strings.HasPrefix(asXML.Header.Get("Content-Type"), "application/fhir+xml") {
		t.Errorf("as XML: %s", asXML.Body)
	}
	// What was refused never stands beside a version that somebody else makes.
	changed := strings.Replace(string(c.Get(mustPath(t, made)).Body), `"value":"77"`, `"value":"refused"`, 1)
	c.Put(mustPath(t, made), changed, "If-Match", `W/"9"`).Want(412)
	c.Put(mustPath(t, made), strings.Replace(changed, "2026-03-15", "9026-03-15", 1)).Want(422)
	if r := c.Put(mustPath(t, made), strings.Replace(string(made.Body), "2026-03-15", "2026-03-14", 1)).Want(200); strings.Contains(string(r.Body), "refused") || !strings.Contains(string(r.Body), `"value":"77"`) {
		t.Errorf("after a change: %s", r.Body)
	}
	if r := at(w, "elm-carer").Get(mustPath(t, made)).Want(404); strings.Contains(string(r.Body), "77") {
		t.Error("somebody who does not care for her is told")
	}
}

func mustPath(t *testing.T, r *fixture.Reply) string {
	t.Helper()
	u, err := url.Parse(r.Header.Get("Location"))
	if err != nil || u.Path == "" {
		t.Fatalf("no location: %v", r.Header)
	}
	path, _, _ := strings.Cut(u.Path, "/_history/")
	return path
}

// TestWhatIsRefusedLeavesTheRecordAsItWas is the proof of the hazard "bad input through FHIR".
func TestWhatIsRefusedLeavesTheRecordAsItWas(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	good := note(w, "x")
	for name, x := range map[string]struct {
		path, body, media string
		status            int
		want              string
	}{
		"not JSON":          {"Observation", `{`, "application/fhir+json", 400, "structure"},
		"other media":       {"Observation", good, "text/plain", 415, "not-supported"},
		"unknown element":   {"Observation", strings.Replace(good, `"status"`, `"colour":1,"status"`, 1), "application/fhir+json", 422, "Observation.colour structure"},
		"wrong code":        {"Observation", strings.Replace(good, "final", "done", 1), "application/fhir+json", 422, "Observation.status code-invalid"},
		"another type":      {"Condition", good, "application/fhir+json", 400, "invalid"},
		"no such type":      {"Account", `{"resourceType":"Account"}`, "application/fhir+json", 404, "not-found"},
		"nobody":            {"Observation", strings.Replace(good, `"subject":{"reference":"Patient/`+w.Person.String()+`"},`, "", 1), "application/fhir+json", 422, "Observation required"},
		"somebody else":     {"Observation", strings.Replace(good, w.Person.String(), w.Stranger.String(), 1), "application/fhir+json", 404, "not-found"},
		"a future slip":     {"Observation", strings.Replace(good, "2026-03-16T", "9026-03-16T", 1), "application/fhir+json", 422, "Observation.effective business-rule"},
		"entities":          {"Observation", `<!DOCTYPE x [<!ENTITY a "b">]><Observation xmlns="http://hl7.org/fhir"><status value="&a;"/></Observation>`, "application/fhir+xml", 400, "structure"},
		"script":            {"Observation", strings.Replace(good, `"status"`, `"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"},"status"`, 1), "application/fhir+json", 422, "Observation.text.div security"},
		"modifier":          {"Observation", strings.Replace(good, `"status"`, `"modifierExtension":[{"url":"urn:x","valueBoolean":true}],"status"`, 1), "application/fhir+json", 422, "Observation.modifierExtension[0] extension"},
		"a bad contained":   {"Observation", strings.Replace(good, `"status"`, `"contained":[{"id":"1"}],"status"`, 1), "application/fhir+json", 422, "Observation.contained[0].resourceType structure"},
		"a doubtful header": {"Observation", good, "application/fhir+json; charset=latin1", 415, "not-supported"},
	} {
		r := c.Post("/fhir/R4/"+x.path, x.body, "Content-Type", x.media)
		if r.Status != x.status || !strings.Contains(faults(t, r), x.want) {
			t.Errorf("%s: %d %s, want %d %s: %s", name, r.Status, faults(t, r), x.status, x.want, r.Body)
		}
	}
	if b := bundleOf(t, c.Get("/fhir/R4/Observation?patient="+w.Person.String())); len(b.Entry) != 0 {
		t.Errorf("%d observations were written", len(b.Entry))
	}
	at(w, "").Get("/fhir/R4/Patient").Want(401)
	bad := at(w, "")
	bad.Token = "rosemary_wrong"
	bad.Get("/fhir/R4/Patient").Want(401)
	c.Send(http.MethodPatch, "/fhir/R4/Patient/"+w.Person.String(), nil).Want(415)
	c.Send(http.MethodDelete, "/fhir/R4/Patient", nil).Want(400)
	c.Send(http.MethodPut, "/fhir/R4/metadata", nil).Want(405)
	c.Get("/fhir/R4/Patient", "Accept", "text/turtle").Want(406)
	c.Get("/fhir/R4/Patient/../../etc/passwd").Want(404)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	for i := range 25 {
		body := strings.Replace(note(w, fmt.Sprintf("Note %d", i)), "2026-03-16T07:30:00Z", fmt.Sprintf("2026-03-%02dT07:30:00Z", 1+i%14), 1)
		c.Post("/fhir/R4/Observation", body).Want(201)
	}
	base := "/fhir/R4/Observation?patient=" + w.Person.String()
	for query, want := range map[string]int{
		"": 25, "&date=2026-03-03": 2, "&date=ge2026-03-10": 7, "&date=lt2026-03-02": 2, "&date=gt2026-03-12&date=le2026-03-14": 2, "&status=final": 25, "&status=amended": 0,
		"&_profile=urn:rosemary:class:daily-note": 25, "&category=urn:rosemary:class%7Cdaily-note": 25, "&code=urn:rosemary:class%7Crisk": 0, "&code=daily-note": 25, "&value-string=note%201": 11, "&value-string:exact=Note%201": 1,
		"&value-string:contains=TE%202": 6, "&performer:missing=true": 25, "&code:not=urn:rosemary:class%7Cdaily-note": 0, "&status=amended,final": 25,
	} {
		b := bundleOf(t, c.Get(base+query+"&_count=200"))
		if len(b.Entry) != want {
			t.Errorf("%s finds %d, want %d", query, len(b.Entry), want)
		}
	}
	seen := map[string]bool{}
	pages := 0
	for next := base + "&_count=10&_total=accurate"; next != ""; pages++ {
		b := bundleOf(t, c.Get(next))
		if *b.Total != 25 {
			t.Errorf("total %d", *b.Total)
		}
		for _, e := range b.Entry {
			seen[e.FullURL] = true
		}
		next = b.link("next")
		c.Post("/fhir/R4/Observation", note(w, "Written while somebody turns pages")).Want(201)
	}
	if len(seen) != 25 || pages != 3 {
		t.Errorf("%d found on %d pages", len(seen), pages)
	}
	if b := bundleOf(t, c.Get(base+"&_summary=count")); len(b.Entry) != 0 || *b.Total != 28 {
		t.Errorf("counted %v", b.Total)
	}
	b := bundleOf(t, c.Get(base+"&_count=1&_elements=valueString&_include=Observation:subject"))
	if len(b.Entry) != 2 || b.Entry[0].Resource["effectiveDateTime"] != nil || b.Entry[0].Resource["valueString"] == nil || b.Entry[1].Search.Mode != "include" || b.Entry[1].Resource["resourceType"] != "Patient" {
		t.Errorf("%+v", b.Entry)
	}
	post := c.Send(http.MethodPost, "/fhir/R4/Observation/_search", strings.NewReader("patient="+w.Person.String()+"&date=2026-03-03"), "Content-Type", "application/x-www-form-urlencoded")
	if b := bundleOf(t, post); len(b.Entry) != 2 {
		t.Errorf("a search by form finds %d", len(b.Entry))
	}
	for query, want := range map[string]string{
		"&flavour=mint": "flavour not-supported", "&date=tomorrow": "date business-rule", "&date=xx2026": "date business-rule", "&_count=-1": "_count business-rule",
		"&_count=x": "_count business-rule", "&_after=AAAA": "_after business-rule", "&status:below=x": "status:below not-supported", "&value-quantity=heavy": "value-quantity business-rule",
		"&_sort=colour": "_sort business-rule", "&_include=Patient:link": "_include business-rule", "&_total=roughly": "_total business-rule", "&date=": "date business-rule",
	} {
		if r := c.Get(base + query).Want(400); faults(t, r) != want {
			t.Errorf("%s: %s", query, faults(t, r))
		}
	}
	if b := bundleOf(t, c.Get(base+"&flavour=mint", "Prefer", "handling=lenient")); strings.Contains(b.link("self"), "flavour") || len(b.Entry) == 0 {
		t.Errorf("lenient: %v", b.Link)
	}
	if b := bundleOf(t, c.Get(base+"&_count=1000000000")); len(b.Entry) != 28 {
		t.Errorf("a great count gives %d", len(b.Entry))
	}
}

func TestPeopleAndTheDirectory(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	for query, want := range map[string]int{
		"": 1, "?identifier=" + nhs + "%7C9990000018": 1, "?identifier=" + nhs + "%7C9990000026": 0, "?family=whit": 1, "?family=pell": 0, "?given=Margaret&birthdate=lt1990": 1,
		"?name=marg": 1, "?gender=male": 0, "?_id=" + w.Person.String(): 1, "?_id=" + w.Stranger.String(): 0, "?identifier=9990000018": 1, "?_lastUpdated=ge2026-03-16": 1,
	} {
		if b := bundleOf(t, c.Get("/fhir/R4/Patient"+query)); len(b.Entry) != want {
			t.Errorf("Patient%s finds %d, want %d", query, len(b.Entry), want)
		}
	}
	if b := bundleOf(t, c.Get("/fhir/R4/Practitioner?family=Okoro")); len(b.Entry) != 1 || b.Entry[0].Resource["id"] != w.Workers["carer"].String() {
		t.Errorf("%+v", b.Entry)
	}
	organisations := bundleOf(t, c.Get("/fhir/R4/Organization?_count=1"))
	if len(organisations.Entry) != 1 || organisations.link("next") == "" {
		t.Errorf("%+v", organisations)
	}
	if b := bundleOf(t, c.Get(organisations.link("next"))); len(b.Entry) != 1 || b.link("next") != "" {
		t.Errorf("%+v", b)
	}
	patient := read(t, c.Get("/fhir/R4/Patient/"+w.Person.String()).Want(200))
	if patient["resourceType"] != "Patient" || patient["id"] != w.Person.String() {
		t.Errorf("%v", patient)
	}
	c.Get("/fhir/R4/Patient/" + w.Stranger.String()).Want(404)
	c.Get("/fhir/R4/Patient/" + mapping.ID(w.Person, uuid.New())).Want(404)

	everything := bundleOf(t, c.Get("/fhir/R4/Patient/"+w.Person.String()+"/$everything"))
	kinds := map[any]int{}
	for _, e := range everything.Entry {
		kinds[e.Resource["resourceType"]]++
	}
	if kinds["Patient"] != 1 || kinds["EpisodeOfCare"] != 1 {
		t.Errorf("everything: %v", kinds)
	}
	if r := c.Get("/fhir/R4/Patient/" + w.Person.String() + "/$everything?_format=xml").Want(200); !strings.HasSuffix(string(r.Body), "</Bundle>") {
		t.Errorf("as XML: %s", r.Body)
	}
	if b := bundleOf(t, c.Get("/fhir/R4/Patient/"+w.Person.String()+"/$everything?_type=Patient")); len(b.Entry) != 1 {
		t.Errorf("of one type: %d", len(b.Entry))
	}
	c.Get("/fhir/R4/Patient/" + w.Stranger.String() + "/$everything").Want(404)
}

// TestTransactions registers somebody with where they live and two notes at once; a bad entry among many leaves nothing behind; the same key does it once.
func TestTransactions(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "manager")
	entries := func(bad string) string {
		all := []string{
			`{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient",
				"identifier":[{"system":"` + nhs + `","value":"9990000034"}],"name":[{"use":"official","family":"Adeyemi","given":["Grace"]}],"gender":"female","birthDate":"1941-02-03"}}`,
			`{"request":{"method":"POST","url":"EpisodeOfCare"},"resource":{"resourceType":"EpisodeOfCare","meta":{"profile":["urn:rosemary:class:placement"]},"status":"active",
				"patient":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},"managingOrganization":{"reference":"Organization/` + w.Home.String() + `"},"period":{"start":"2026-03-10"}}}`,
			`{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000003","request":{"method":"POST","url":"Goal"},"resource":{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Walk to the sea"},
				"startDate":"2026-03-10","subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"}}}`,
			`{"request":{"method":"POST","url":"CarePlan"},"resource":{"resourceType":"CarePlan","status":"active","intent":"plan","title":"Out and about","created":"2026-03-10",
				"subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},"goal":[{"reference":"urn:uuid:00000000-0000-4000-8000-000000000003"}]}}`,
		}
		if bad != "" {
			all = append(all, bad)
		}
		return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(all, ",") + `]}`
	}
	r := c.Post("/fhir/R4", entries(`{"request":{"method":"POST","url":"Condition"},"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"}, "recordedDate":"9026-03-10"}}`)).Want(422)
	if faults(t, r) != "Bundle.entry[4].resource.recordedDate business-rule" {
		t.Error(faults(t, r))
	}
	if b := bundleOf(t, c.Get("/fhir/R4/Patient?family=Adeyemi")); len(b.Entry) != 0 {
		t.Error("half of a transaction was written")
	}
	key := uuid.Must(uuid.NewV7()).String()
	first := c.Post("/fhir/R4", entries(""), "Idempotency-Key", key).Want(200)
	again := c.Post("/fhir/R4/", entries(""), "Idempotency-Key", key).Want(200)
	if string(first.Body) != string(again.Body) {
		t.Errorf("sent again it says\n%s\nand not\n%s", again.Body, first.Body)
	}
	b := bundleOf(t, first)
	if len(b.Entry) != 4 || b.Type != "transaction-response" || !strings.HasPrefix(b.Entry[0].Response.Status, "201") {
		t.Fatalf("%+v", b)
	}
	found := bundleOf(t, c.Get("/fhir/R4/Patient?identifier="+nhs+"%7C9990000034"))
	if len(found.Entry) != 1 {
		t.Fatalf("%d people have the number", len(found.Entry))
	}
	plans := bundleOf(t, c.Get("/fhir/R4/CarePlan?_include=CarePlan:goal&patient="+found.Entry[0].Resource["id"].(string)))
	if len(plans.Entry) != 2 || plans.Entry[1].Resource["resourceType"] != "Goal" {
		t.Errorf("the plan and its goal: %+v", plans.Entry)
	}
	// If there is such a person already, nothing is made.
	c.Post("/fhir/R4/Patient", `{"resourceType":"Patient"}`, "If-None-Exist", "identifier="+nhs+"|9990000034").Want(200)

	batch := `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/` + w.Person.String() + `"}},{"request":{"method":"GET","url":"Patient/none"}},
		{"request":{"method":"POST","url":"Observation"},"resource":` + note(w, "In a batch") + `}]}`
	out := bundleOf(t, c.Post("/fhir/R4", batch))
	var statuses []string
	for _, e := range out.Entry {
		statuses = append(statuses, e.Response.Status[:3])
	}
	if fmt.Sprint(statuses) != "[200 404 201]" || out.Entry[1].Response.Outcome == nil {
		t.Errorf("the batch: %v %+v", statuses, out.Entry[1])
	}
}

func TestValidateAndMetadata(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	if r := c.Post("/fhir/R4/Observation/$validate", note(w, "x")).Want(200); faults(t, r) != "informational" {
		t.Error(faults(t, r))
	}
	if r := c.Post("/fhir/R4/Observation/$validate", strings.Replace(note(w, "x"), "final", "done", 1)).Want(200); faults(t, r) != "Observation.status code-invalid" {
		t.Error(faults(t, r))
	}
	if r := c.Post("/fhir/R4/Observation/$validate", `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":`+note(w, "x")+`}]}`).Want(200); faults(t, r) != "informational" {
		t.Error(faults(t, r))
	}
	var statement struct {
		FHIRVersion string
		Rest        []struct {
			Resource []struct {
				Type        string
				Interaction []struct{ Code string }
				SearchParam []struct{ Name, Type string }
			}
		}
	}
	if err := json.Unmarshal(at(w, "").Get("/fhir/R4/metadata").Want(200).Body, &statement); err != nil || statement.FHIRVersion != "4.0.1" || len(statement.Rest[0].Resource) < 25 {
		t.Fatalf("%v %+v", err, statement)
	}
	// It tells the truth: every parameter that it lists is taken.
	for _, r := range statement.Rest[0].Resource {
		if r.Type == "Provenance" || r.Type == "AuditEvent" { // these read references exactly, and their own tests hold them
			continue
		}
		for _, p := range r.SearchParam {
			value := map[string]string{"date": "2026", "number": "1", "quantity": "1"}[p.Type]
			if value == "" {
				value = "x"
			}
			if p.Type == "composite" {
				value = "x$2026"
			}
			if got := c.Get("/fhir/R4/" + r.Type + "?_id=" + w.Stranger.String() + "&" + p.Name + "=" + value); got.Status != 200 {
				t.Errorf("%s?%s: %d %s", r.Type, p.Name, got.Status, got.Body)
			}
		}
	}
}

// TestProvenance: every change of every record has one, with who made it and why.
func TestProvenance(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	made := c.Post("/fhir/R4/Observation", note(w, "Ate well")).Want(201)
	path := mustPath(t, made)
	c.Put(path, strings.Replace(string(made.Body), "Ate well", "Ate a little", 1)).Want(200)
	b := bundleOf(t, c.Get("/fhir/R4/Provenance?target="+strings.TrimPrefix(path, "/fhir/R4/")))
	if len(b.Entry) != 2 {
		t.Fatalf("%d changes", len(b.Entry))
	}
	text, _ := json.Marshal(b.Entry[1].Resource)
	for _, want := range []string{`"code":"UPDATE"`, `"reference":"Practitioner/` + w.Workers["carer"].String(), "/_history/2", `"code":"care-assistant"`, `"text":"Sent as FHIR"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing: %s", want, text)
		}
	}
	one := read(t, c.Get("/fhir/R4/Provenance/"+b.Entry[1].Resource["id"].(string)).Want(200))
	if again, _ := json.Marshal(one); string(again) != string(text) {
		t.Errorf("read alone it says %s", again)
	}
	with := bundleOf(t, c.Get("/fhir/R4/Observation?patient="+w.Person.String()+"&_revinclude=Provenance:target"))
	if len(with.Entry) != 3 || with.Entry[2].Search.Mode != "include" {
		t.Errorf("with what was done to it: %+v", with.Entry)
	}
	elsewhere := at(w, "elm-carer")
	elsewhere.Get("/fhir/R4/Provenance/" + b.Entry[1].Resource["id"].(string)).Want(404)
	elsewhere.Get("/fhir/R4/Provenance?target=" + strings.TrimPrefix(path, "/fhir/R4/")).Want(404)
	c.Get("/fhir/R4/Provenance").Want(400)
}

func TestPatch(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	path := mustPath(t, c.Post("/fhir/R4/Observation", strings.Replace(note(w, "Ate well"), `"status"`, `"language":"en","status"`, 1)).Want(201))
	patch := func(ops string, headers ...string) *fixture.Reply {
		return c.Send(http.MethodPatch, path, strings.NewReader(ops), append([]string{"Content-Type", "application/json-patch+json"}, headers...)...)
	}
	done := read(t, patch(`[{"op":"test","path":"/valueString","value":"Ate well"},{"op":"replace","path":"/valueString","value":"Ate a little"}]`, "If-Match", `W/"1"`).Want(200))
	if done["valueString"] != "Ate a little" || done["language"] != "en" {
		t.Errorf("%v", done)
	}
	patch(`[{"op":"replace","path":"/valueString","value":"x"}]`, "If-Match", `W/"1"`).Want(412)
	for ops, status := range map[string]int{
		`{}`: 400, `[{"op":"test","path":"/valueString","value":"Ate well"}]`: 422, `[{"op":"remove","path":"/note"}]`: 422, `[{"op":"add","path":"/colour","value":1}]`: 422,
		`[{"op":"replace","path":"/id","value":"x"}]`: 400, `[{"op":"replace","path":"/resourceType","value":"Patient"}]`: 422, `[{"op":"fly","path":"/id"}]`: 400,
		`[{"op":"replace","path":"","value":null}]`: 422, `[{"op":"replace","path":"/status","value":"done"}]`: 422,
	} {
		if r := patch(ops); r.Status != status {
			t.Errorf("%s: %d, want %d: %s", ops, r.Status, status, r.Body)
		}
	}
	if r := c.Get(path).Want(200); r.Header.Get("ETag") != `W/"2"` {
		t.Errorf("it is at %s", r.Header.Get("ETag"))
	}
}
