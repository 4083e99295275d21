package fhir_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rosemary/internal/fixture"
)

// named is an observation that is called by an identifier of the client.
func named(w *fixture.World, value, words string) string {
	return strings.Replace(note(w, words), `"status"`, `"identifier":[{"system":"urn:app","value":"`+value+`"}],"status"`, 1)
}

// TestConditionalChanges: what is meant by a search is one resource, or none, and never several.
func TestConditionalChanges(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	const mine = "/fhir/R4/Observation?identifier=urn:app%7C1&patient="
	person := w.Person.String()
	made := c.Put(mine+person, named(w, "1", "First")).Want(201)
	path := mustPath(t, made)
	if again := c.Put(mine+person, named(w, "1", "Second")).Want(200); mustPath2(t, again) != path || again.Header.Get("ETag") != `W/"2"` {
		t.Errorf("%v %s", again.Header, again.Body)
	}
	c.Put(mine+person, strings.Replace(named(w, "1", "x"), `"status"`, `"id":"other","status"`, 1)).Want(400)
	c.Put("/fhir/R4/Observation?identifier=urn:app%7C9&patient="+person, strings.Replace(named(w, "9", "x"), `"status"`, `"id":"mine","status"`, 1)).Want(400)
	c.Put(mine+person, named(w, "1", "x"), "If-Match", `W/"1"`).Want(412)
	patch := `[{"op":"replace","path":"/valueString","value":"Third"}]`
	if r := c.Send(http.MethodPatch, mine+person, strings.NewReader(patch), "Content-Type", "application/json-patch+json").Want(200); read(t, r)["valueString"] != "Third" {
		t.Errorf("%s", r.Body)
	}
	// Two that are like that: nothing is changed.
	other := mustPath(t, c.Post("/fhir/R4/Observation", named(w, "1", "Twin")).Want(201))
	c.Put(mine+person, named(w, "1", "x")).Want(412)
	c.Send(http.MethodDelete, mine+person, nil).Want(412)
	c.Send(http.MethodPatch, mine+person, strings.NewReader(patch), "Content-Type", "application/json-patch+json").Want(412)
	c.Send(http.MethodDelete, other, nil).Want(204)
	c.Send(http.MethodDelete, mine+person, nil).Want(204)
	c.Get(path).Want(410)
	c.Send(http.MethodDelete, mine+person, nil).Want(404)
	c.Send(http.MethodDelete, "/fhir/R4/Observation?flavour=mint", nil, "Prefer", "handling=lenient").Want(400)
	c.Send(http.MethodDelete, "/fhir/R4/Observation?_count=1", nil).Want(400)

	// Many at once make one.
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			c.Post("/fhir/R4/Observation", named(w, "2", "Once"), "If-None-Exist", "identifier=urn:app|2&patient="+person)
		})
	}
	all.Wait()
	if b := bundleOf(t, c.Get("/fhir/R4/Observation?identifier=urn:app%7C2&patient="+person)); len(b.Entry) != 1 {
		t.Errorf("%d were made", len(b.Entry))
	}
	// A condition of a read, as exactly as a client was told.
	got := c.Get(bundlePath(t, c, person)).Want(200)
	c.Get(bundlePath(t, c, person), "If-Modified-Since", got.Header.Get("Last-Modified")).Want(304)
	c.Get(bundlePath(t, c, person), "If-Modified-Since", time.Unix(0, 0).UTC().Format(http.TimeFormat)).Want(200)
}

func bundlePath(t *testing.T, c *fixture.Caller, person string) string {
	t.Helper()
	e := bundleOf(t, c.Get("/fhir/R4/Observation?identifier=urn:app%7C2&patient="+person)).Entry[0]
	return strings.TrimPrefix(e.FullURL, "http://localhost")
}

func mustPath2(t *testing.T, r *fixture.Reply) string {
	t.Helper()
	n := read(t, r)
	return fmt.Sprintf("/fhir/R4/%s/%s", n["resourceType"], n["id"])
}

// TestConditionsInATransaction: references and addresses that are searches, changes in parts, all or nothing.
func TestConditionsInATransaction(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "carer")
	byNumber := func(number string) string {
		return strings.Replace(note(w, "By number"), "Patient/"+w.Person.String(), "Patient?identifier="+nhs+"|"+number, 1)
	}
	send := func(entries ...string) *fixture.Reply {
		return c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[`+strings.Join(entries, ",")+`]}`)
	}
	entry := func(method, url, resource string) string {
		if resource != "" {
			resource = `"resource":` + resource + ","
		}
		return `{` + resource + `"request":{"method":"` + method + `","url":"` + url + `"}}`
	}
	path := mustPath(t, c.Post("/fhir/R4/Observation", note(w, "Before")).Want(201))
	address := strings.TrimPrefix(path, "/fhir/R4/")
	pathPatch := `{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.value"},{"name":"value","valueString":"After"}]}]}`
	b := bundleOf(t, send(
		entry("POST", "Observation", byNumber("9990000018")),
		entry("PUT", "Observation?identifier=urn:app|5&patient="+w.Person.String(), named(w, "5", "Made by an update")),
		entry("PATCH", address, pathPatch),
	))
	var got []string
	for _, e := range b.Entry {
		got = append(got, e.Response.Status)
	}
	if fmt.Sprint(got) != "[201 Created 201 Created 200 OK]" {
		t.Errorf("%v", got)
	}
	if r := read(t, c.Get(path)); r["valueString"] != "After" {
		t.Errorf("%v", r["valueString"])
	}
	jsonPatch := base64.StdEncoding.EncodeToString([]byte(`[{"op":"replace","path":"/valueString","value":"Still later"}]`))
	bundleOf(t, send(
		entry("PUT", "Observation?identifier=urn:app|5&patient="+w.Person.String(), named(w, "5", "Again")),
		entry("PATCH", address, `{"resourceType":"Binary","contentType":"application/json-patch+json","data":"`+jsonPatch+`"}`),
	))
	if b := bundleOf(t, c.Get("/fhir/R4/Observation?patient="+w.Person.String()+"&identifier=urn:app%7C5")); len(b.Entry) != 1 || b.Entry[0].Resource["valueString"] != "Again" {
		t.Errorf("%+v", b.Entry)
	}
	before := len(bundleOf(t, c.Get("/fhir/R4/Observation?patient="+w.Person.String())).Entry)
	for name, x := range map[string]struct {
		entry string
		code  int
		want  string
	}{
		"nobody":          {entry("POST", "Observation", byNumber("9990000026")), 422, "Bundle.entry[1].resource.subject.reference value"},
		"no search":       {entry("POST", "Observation", strings.Replace(byNumber("9990000018"), "identifier=", "flavour=", 1)), 422, "Bundle.entry[1].resource.subject.reference value"},
		"nothing to go":   {entry("DELETE", "Observation?identifier=urn:app|77", ""), 422, "Bundle.entry[1].request.url business-rule"},
		"nothing to mend": {entry("PATCH", "Observation?identifier=urn:app|77", pathPatch), 422, "Bundle.entry[1].request.url business-rule"},
		"a bad patch":     {entry("PATCH", address, strings.Replace(pathPatch, "Observation.value", "Observation.colour", 1)), 422, "Bundle.entry[1].resource.parameter[0] business-rule"},
	} {
		r := send(entry("POST", "Observation", note(w, "Kept only with the rest")), x.entry)
		if r.Status != x.code || faults(t, r) != x.want {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if after := len(bundleOf(t, c.Get("/fhir/R4/Observation?patient="+w.Person.String())).Entry); after != before {
		t.Errorf("%d were kept of what was refused", after-before)
	}
}

// TestFHIRPathPatch does every operation, and says of each that cannot be done why.
func TestFHIRPathPatch(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	sent := strings.Replace(note(w, "Words"), `"status"`, `"language":"en","identifier":[{"system":"urn:a","value":"1"},{"system":"urn:b","value":"2"}],"status"`, 1)
	path := mustPath(t, c.Post("/fhir/R4/Observation", sent).Want(201))
	operation := func(parts ...string) string {
		var all []string
		for i := 0; i < len(parts); i += 2 {
			name, value := parts[i], parts[i+1]
			if !strings.HasPrefix(value, `"value`) && !strings.HasPrefix(value, `"part`) {
				value = `"valueString":"` + value + `"`
			}
			all = append(all, `{"name":"`+name+`",`+value+`}`)
		}
		return `{"name":"operation","part":[` + strings.Join(all, ",") + `]}`
	}
	apply := func(operations ...string) *fixture.Reply {
		return c.Send(http.MethodPatch, path, strings.NewReader(`{"resourceType":"Parameters","parameter":[`+strings.Join(operations, ",")+`]}`), "Content-Type", "application/fhir+json")
	}
	identifiers := func(r *fixture.Reply) (all []string) {
		list, _ := read(t, r.Want(200))["identifier"].([]any)
		for _, x := range list {
			all = append(all, fmt.Sprint(x.(map[string]any)["value"]))
		}
		return all
	}
	three := `"valueIdentifier":{"system":"urn:c","value":"3"}`
	for _, x := range []struct{ name, operation, want string }{
		{"add", operation("type", "add", "path", "Observation", "name", "identifier", "value", three), "[1 2 3]"},
		{"insert", operation("type", "insert", "path", "Observation.identifier", "index", `"valueInteger":0`, "value", strings.ReplaceAll(three, "3", "0")), "[0 1 2 3]"},
		{"move", operation("type", "move", "path", "Observation.identifier", "source", `"valueInteger":3`, "destination", `"valueInteger":1`), "[0 3 1 2]"},
		{"delete", operation("type", "delete", "path", "Observation.identifier.where(system = 'urn:a' and value = '1')"), "[0 3 2]"},
		{"delete what is not there", operation("type", "delete", "path", "Observation.identifier.where(value = '1')"), "[0 3 2]"},
		{"replace", operation("type", "replace", "path", "Observation.identifier.last().value", "value", "5"), "[0 3 5]"},
		{"replace whole", operation("type", "replace", "path", "identifier[0]", "value", strings.ReplaceAll(three, "3", "7")), "[7 3 5]"},
		{"parts", operation("type", "add", "path", "Observation", "name", "identifier", "value", `"part":[{"name":"value","valueString":"9"},{"name":"system","valueUri":"urn:p"}]`), "[7 3 5 9]"},
	} {
		if got := fmt.Sprint(identifiers(apply(x.operation))); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
	if r := read(t, apply(operation("type", "replace", "path", "Observation.value", "value", "Said otherwise"))); r["valueString"] != "Said otherwise" || r["language"] != "en" {
		t.Errorf("a choice: %v", r)
	}
	before := string(c.Get(path).Body)
	for name, x := range map[string]struct{ operation, want string }{
		"no such element":   {operation("type", "add", "path", "Observation", "name", "colour", "value", "red"), "no element"},
		"another type":      {operation("type", "replace", "path", "Observation.status", "value", three), "is a code"},
		"there already":     {operation("type", "add", "path", "Observation", "name", "status", "value", "final"), "already"},
		"several":           {operation("type", "replace", "path", "Observation.identifier", "value", three), "leads to 4"},
		"delete several":    {operation("type", "delete", "path", "Observation.identifier"), "leads to 4"},
		"delete all":        {operation("type", "delete", "path", "Observation"), "resource itself"},
		"far index":         {operation("type", "insert", "path", "Observation.identifier", "index", `"valueInteger":9`, "value", three), "from 0 to 4"},
		"far move":          {operation("type", "move", "path", "Observation.identifier", "source", `"valueInteger":9`, "destination", `"valueInteger":0`), "from 0 to 3"},
		"no list":           {operation("type", "insert", "path", "Observation.status", "index", `"valueInteger":0`, "value", "final"), "may repeat"},
		"no value":          {operation("type", "replace", "path", "Observation.status"), "no value"},
		"unknown operation": {operation("type", "shake", "path", "Observation.status"), "add, insert"},
		"unknown function":  {operation("type", "delete", "path", "Observation.identifier.skip(1)"), "only names"},
		"broken path":       {operation("type", "delete", "path", "Observation.identifier.where(value = 'x"), "can be read"},
		"no path":           {operation("type", "delete"), "needs a path"},
		"another id":        {operation("type", "replace", "path", "Observation.id", "value", "x"), "cannot be changed"},
		"bad code":          {operation("type", "replace", "path", "Observation.status", "value", "done"), "status"},
		"must be there":     {operation("type", "delete", "path", "Observation.status"), "status"},
		"nothing at all":    {`{"name":"other"}`, "called operation"},
	} {
		if r := apply(x.operation); r.Status != 422 && r.Status != 400 || !strings.Contains(string(r.Body), x.want) || strings.Contains(faults(t, r), "exception") {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if after := string(c.Get(path).Body); after != before {
		t.Errorf("what was refused changed it: %s", after)
	}
	c.Send(http.MethodPatch, path, strings.NewReader("{}"), "Content-Type", "application/merge-patch+json").Want(415)
	asXML := `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="Observation.value"/></part><part><name value="value"/><valueString value="In XML"/></part></parameter></Parameters>`
	if r := c.Send(http.MethodPatch, path, strings.NewReader(asXML), "Content-Type", "application/fhir+xml").Want(200); read(t, r)["valueString"] != "In XML" {
		t.Errorf("%s", r.Body)
	}
}
