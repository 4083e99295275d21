package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// aSignature is a Provenance that signs one version.
func aSignature(target, who, why string) string {
	return `{"resourceType":"Provenance","target":[{"reference":"` + target + `"}],"recorded":"2026-03-16T09:00:00Z","reason":[{"text":"` + why + `"}],"agent":[{"who":{"reference":"` + who + `"}}],
		"signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"1.2.840.10065.1.12.1.5"}],"when":"2026-03-16T09:00:00Z","who":{"reference":"` + who + `"}}]}`
}

// TestASignatureThroughFHIR: whoever may sign signs a version for themselves, having proved again who they are, and the signature is the record's own: the native API, Provenance and Composition tell of it.
func TestASignatureThroughFHIR(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	noted := strings.TrimPrefix(mustPath(t, at(w, "carer").Post("/fhir/R4/Observation", note(w, "Ate well")).Want(201)), "/fhir/R4/")
	senior := at(w, "senior")
	me := "Practitioner/" + w.Workers["senior"].String()
	first := noted + "/_history/1"
	sign := func(c *fixture.Caller, body string, headers ...string) *fixture.Reply {
		return c.Post("/fhir/R4/Provenance", body, append([]string{"Rosemary-Password", fixture.Password}, headers...)...)
	}
	for name, x := range map[string]struct {
		reply  *fixture.Reply
		status int
		want   string
	}{
		"no password":           {senior.Post("/fhir/R4/Provenance", aSignature(first, me, "Checked")), 422, "Rosemary-Password business-rule"},
		"a wrong password":      {sign(senior, aSignature(first, me, "Checked"), "Rosemary-Password", "wrong wrong wrong"), 422, "Rosemary-Password business-rule"},
		"for somebody else":     {sign(senior, aSignature(first, "Practitioner/"+w.Workers["carer"].String(), "Checked")), 422, "Provenance.signature[0].who business-rule"},
		"no version":            {sign(senior, aSignature(noted, me, "Checked")), 422, "Provenance.target[0].reference"},
		"no such version":       {sign(senior, aSignature(noted+"/_history/7", me, "Checked")), 404, "not-found"},
		"another type":          {sign(senior, aSignature(strings.Replace(first, "Observation", "Condition", 1), me, "Checked")), 404, "not-found"},
		"no reason":             {sign(senior, aSignature(first, me, "")), 422, ""},
		"what has no place":     {sign(senior, strings.Replace(aSignature(first, me, "Checked"), `"signature"`, `"entity":[{"role":"source","what":{"reference":"`+first+`"}}],"signature"`, 1)), 422, "Provenance.entity"},
		"no signature":          {sign(senior, aSignature(first, me, "Checked")[:strings.Index(aSignature(first, me, "Checked"), `,`+"\n\t\t"+`"signature"`)]+"}"), 422, "Provenance.signature required"},
		"who may not sign":      {sign(at(w, "carer"), aSignature(first, "Practitioner/"+w.Workers["carer"].String(), "Checked")), 403, "forbidden"},
		"who may not see":       {sign(at(w, "elm-carer"), aSignature(first, "Practitioner/"+w.Workers["elm-carer"].String(), "Checked")), 404, "not-found"},
		"one that was not made": {sign(senior, strings.Replace(aSignature(first, me, "Checked"), `"when"`, `"data":"AAAA","when"`, 1)), 422, "Provenance.signature[0].data business-rule"},
		"in a transaction": {senior.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Provenance"},"resource":`+aSignature(first, me, "Checked")+`}]}`,
			"Rosemary-Password", fixture.Password), 422, "Bundle.entry[0].resource not-supported"},
	} {
		if x.reply.Status != x.status || !strings.Contains(faults(t, x.reply), x.want) {
			t.Errorf("%s: %d %s, want %d %s: %.400s", name, x.reply.Status, faults(t, x.reply), x.status, x.want, x.reply.Body)
		}
	}
	signatures := func() int {
		return strings.Count(string(senior.Get("/fhir/R4/Provenance?target="+noted).Want(200).Body), `"signature"`)
	}
	if n := signatures(); n != 0 {
		t.Fatalf("%d signatures were made of what was refused", n)
	}
	made := sign(senior, aSignature(first, me, "Checked with the carer")).Want(201)
	for _, words := range []string{`"code":"attest"`, `"text":"Checked with the carer"`, `"who":{"reference":"` + me + `"}`, `"signature":[{`, `"data":"`, first} {
		if !strings.Contains(string(made.Body), words) {
			t.Errorf("no %s in %s", words, made.Body)
		}
	}
	if again := senior.Get(mustPath(t, made)).Want(200); string(again.Body) != string(made.Body) {
		t.Errorf("read again: %s", again.Body)
	}
	if n := signatures(); n != 1 {
		t.Errorf("%d signatures", n)
	}
	if composed := string(senior.Get("/fhir/R4/Composition?patient=" + w.Person.String()).Want(200).Body); !strings.Contains(composed, `"attester"`) {
		t.Errorf("the Composition says nothing of it: %.500s", composed)
	}
	rec := strings.TrimPrefix(noted, "Observation/")[32:]
	uid := fmt.Sprintf("%s-%s-%s-%s-%s", rec[:8], rec[8:12], rec[12:16], rec[16:20], rec[20:])
	if log := string(w.As("senior").Get("/api/people/" + w.Person.String() + "/records/" + uid + "/change-log").Body); !strings.Contains(log, "attest") {
		t.Errorf("the native API says nothing of it: %.300s", log)
	}
}
