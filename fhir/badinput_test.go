package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestBadInput sends what may not come in, in every way that issue and hazard log name. Each is refused with its place, and nothing of it is written.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "manager")
	second := w.MoveIn("manager", w.Home, "Bernard", "Achebe", "9990000034", "2").String()
	theirs := mustPath(t, c.Post("/fhir/R4/Goal", `{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Theirs"},"startDate":"2026-03-10","subject":{"reference":"Patient/`+second+`"}}`).Want(201))
	mine := mustPath(t, c.Post("/fhir/R4/Observation", note(w, "Mine")).Want(201))
	good := note(w, "x")
	with := func(more string) string { return strings.Replace(good, `"status"`, more+`,"status"`, 1) }
	hundred := func(bad string) string {
		var entries []string
		for i := range 100 {
			body := strings.Replace(good, `"x"`, fmt.Sprintf(`"Entry %d"`, i), 1)
			if i == 57 {
				body = bad
			}
			entries = append(entries, `{"request":{"method":"POST","url":"Observation"},"resource":`+body+`}`)
		}
		return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`
	}
	narrative := `"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">` + strings.Repeat("<script>alert(1)</script>", 200_000) + `</div>"}`
	before := versionsOf(t, c)
	for name, x := range map[string]struct {
		path, body, media string
		status            int
		want              string
	}{
		"wrong type":              {"Observation", strings.Replace(good, `"valueString":"x"`, `"valueString":7`, 1), "", 422, "Observation.value structure"},
		"wrong type of a list":    {"Observation", with(`"identifier":{"value":"1"}`), "", 422, "Observation.identifier structure"},
		"too many":                {"Observation", with(`"valueInteger":3`), "", 422, "Observation.value structure"},
		"a list of one":           {"Observation", strings.Replace(good, `"status":"final"`, `"status":["final"]`, 1), "", 422, "Observation.status structure"},
		"wrong code":              {"Observation", strings.Replace(good, `"final"`, `"done"`, 1), "", 422, "Observation.status code-invalid"},
		"unknown element":         {"Observation", with(`"colour":"red"`), "", 422, "Observation.colour structure"},
		"wrong kind of reference": {"Observation", strings.Replace(good, "Patient/"+w.Person.String(), "Practitioner/"+w.Workers["carer"].String(), 1), "", 422, "Observation.subject"},
		"nobody's reference":      {"Observation", strings.Replace(good, w.Person.String(), "018f0000-0000-7000-8000-0000000000ff", 1), "", 404, "not-found"},
		"another's record": {"CarePlan", `{"resourceType":"CarePlan","status":"active","intent":"plan","title":"Out","created":"2026-03-10","subject":{"reference":"Patient/` + w.Person.String() +
			`"},"goal":[{"reference":"` + strings.TrimPrefix(theirs, "/fhir/R4/") + `"}]}`, "", 422, "CarePlan.goal"},
		"a class that is none":    {"Observation", strings.Replace(good, `"urn:rosemary:class:daily-note"]`, `"urn:rosemary:class:nonsense"]`, 1), "", 422, "Observation.meta.profile[0] not-supported"},
		"a class of another type": {"Observation", strings.Replace(good, `"urn:rosemary:class:daily-note"]`, `"urn:rosemary:class:alert"]`, 1), "", 422, "Observation.meta.profile[0] not-supported"},
		"one bad in a hundred":    {"", hundred(strings.Replace(good, `"final"`, `"done"`, 1)), "", 422, "Bundle.entry[57].resource.status code-invalid"},
		"one that is too late":    {"", hundred(strings.Replace(good, "2026-03-16T", "9026-03-16T", 1)), "", 422, "Bundle.entry[57].resource.effective business-rule"},
		"one of another's":        {"", hundred(strings.Replace(good, w.Person.String(), w.Stranger.String(), 1)), "", 404, "not-found"},
		"entities":                {"Observation", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Observation xmlns="http://hl7.org/fhir"><status value="&a;"/></Observation>`, "application/fhir+xml", 400, "structure"},
		"five megabytes":          {"Observation", with(narrative), "", 422, "Observation.text.div security"},
		"many scripts":            {"Observation", with(strings.Replace(narrative, strings.Repeat("<script>alert(1)</script>", 190_000), "", 1)), "", 422, "Observation.text.div security"},
		"several faults at once":  {"Observation", strings.Replace(with(`"colour":"red"`), `"final"`, `"done"`, 1), "", 422, "Observation.colour structure; Observation.status code-invalid"},
	} {
		media := x.media
		if media == "" {
			media = "application/fhir+json"
		}
		r := c.Post(strings.TrimSuffix("/fhir/R4/"+x.path, "/"), x.body, "Content-Type", media)
		if r.Status != x.status || !strings.Contains(faults(t, r), x.want) {
			t.Errorf("%s: %d %s, want %d %s: %.300s", name, r.Status, faults(t, r), x.status, x.want, r.Body)
		}
		if strings.Contains(string(r.Body), "root:") {
			t.Errorf("%s reads the machine's files", name)
		}
	}
	// A change that would say that a record is about somebody else, or that was made on a version that is no longer the last.
	now := string(c.Get(mine).Want(200).Body)
	if r := c.Put(mine, strings.Replace(now, w.Person.String(), second, 1)); r.Status != 422 {
		t.Errorf("about somebody else: %d %s", r.Status, r.Body)
	}
	if r := c.Put(mine, now, "If-Match", `W/"9"`).Want(412); faults(t, r) != "conflict" {
		t.Errorf("%s", r.Body)
	}
	bundle := `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":` + good + `},
		{"request":{"method":"PUT","url":"` + strings.TrimPrefix(mine, "/fhir/R4/") + `","ifMatch":"W/\"9\""},"resource":` + now + `}]}`
	if r := c.Post("/fhir/R4", bundle).Want(412); faults(t, r) != "conflict" {
		t.Errorf("%s", r.Body)
	}
	if after := versionsOf(t, c); after != before {
		t.Errorf("%d versions were written of what was refused", after-before)
	}
}

// versionsOf counts all versions of all that may be seen.
func versionsOf(t *testing.T, c *fixture.Caller) (n int) {
	t.Helper()
	for next := "/fhir/R4/_history?_count=200"; next != ""; {
		b := bundleOf(t, c.Get(next))
		n += len(b.Entry)
		next = b.link("next")
	}
	return n
}
