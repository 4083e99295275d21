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
			"Rosemary-Password", fixture.Password), 422, "Bundle.entry[0].resource.target[0].reference value"},
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

// TestASignatureOfSomebodyElse is kept with what it signs, as it was sent, and said to be that: in the resource, its Provenance and the words of the log. A later version does not have it.
func TestASignatureOfSomebodyElse(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "nurse")
	const of, other = "urn:uuid:018f0000-0000-7000-8000-00000000000a", "urn:uuid:018f0000-0000-7000-8000-00000000000b"
	about := func(target, more string) string {
		return `{"request":{"method":"POST","url":"Provenance"},"resource":{"resourceType":"Provenance","recorded":"2026-03-16T07:30:00Z","target":[{"reference":"` + target + `"}],
			"agent":[{"who":{"display":"The ward"},"type":{"coding":[{"code":"enterer"}]}}` + more + `}}`
	}
	const signed = `],"signature":[{"type":[{"code":"1.2.840.10065.1.12.1.1"}],"when":"2026-03-16T08:00:00Z","who":{"display":"Dr Imran Sethi"},"sigFormat":"application/jose","data":"ZXlKaA=="}]`
	transaction := func(provenances ...string) *fixture.Reply {
		return c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"`+of+`","request":{"method":"POST","url":"Observation"},"resource":`+note(w, "From the ward")+`},
			{"fullUrl":"`+other+`","request":{"method":"POST","url":"Observation"},"resource":`+note(w, "From her daughter")+`},`+strings.Join(provenances, ",")+`]}`)
	}
	for name, x := range map[string]struct {
		provenances []string
		want        string
	}{
		"about nothing": {[]string{about("urn:uuid:018f0000-0000-7000-8000-0000000000ff", signed)}, "Bundle.entry[2].resource.target[0].reference value"},
		"two about one": {[]string{about(of, signed), about(of, "]")}, "Bundle.entry[3].resource.target[0].reference business-rule"},
		"one's own": {[]string{about(of, `],"signature":[{"type":[{"code":"1.2.840.10065.1.12.1.1"}],"when":"2026-03-16T08:00:00Z","who":{"reference":"Practitioner/`+w.Workers["nurse"].String()+`"}}]`)},
			"Bundle.entry[2].resource.signature[0] business-rule"},
		"no place":     {[]string{about(of, `],"policy":["urn:x"]`)}, "Bundle.entry[2].resource.policy business-rule"},
		"a bad author": {[]string{about(of, `,{"type":{"coding":[{"code":"author"}]},"who":{"reference":"Practitioner/7"}}]`)}, "Bundle.entry[2].resource.agent[1].who business-rule"},
	} {
		if r := transaction(x.provenances...).Want(422); !strings.Contains(faults(t, r), x.want) {
			t.Errorf("%s: %s, want %s: %.300s", name, faults(t, r), x.want, r.Body)
		}
	}
	made := bundleOf(t, transaction(about(of, signed), about(other, `,{"type":{"coding":[{"code":"informant"}]},"who":{"display":"Her daughter"}}]`)))
	if len(made.Entry) != 4 || !strings.Contains(made.Entry[2].Response.Location, "/Provenance/") {
		t.Fatalf("%+v", made)
	}
	place := func(i int) string {
		location, _, _ := strings.Cut(made.Entry[i].Response.Location, "/_history/")
		return location[strings.Index(location, "/fhir/R4"):]
	}
	got := string(c.Get(place(0)).Want(200).Body)
	if !strings.Contains(got, `"url":"urn:rosemary:carried-signature","valueSignature":{`) || !strings.Contains(got, `"data":"ZXlKaA=="`) {
		t.Errorf("the signature is not kept: %s", got)
	}
	said := string(c.Get(place(2)).Want(200).Body)
	for _, words := range []string{"said to be signed by Dr Imran Sethi at 2026-03-16T08:00:00Z (named, not proved here)", `"data":"ZXlKaA=="`, "Who is named has proved nothing here"} {
		if !strings.Contains(said, words) {
			t.Errorf("the Provenance does not say %q: %s", words, said)
		}
	}
	if told := string(c.Get(place(3)).Want(200).Body); !strings.Contains(told, "Her daughter") || strings.Contains(told, "Sethi") {
		t.Errorf("the other: %s", told)
	}
	if attested := string(c.Get("/fhir/R4/Composition?patient=" + w.Person.String()).Want(200).Body); strings.Contains(attested, `"attester"`) {
		t.Error("what somebody is said to have signed counts as signed")
	}
	later := c.Send("PATCH", place(0), strings.NewReader(`[{"op":"replace","path":"/valueString","value":"Put right"}]`), "Content-Type", "application/json-patch+json").Want(200)
	if strings.Contains(string(later.Body), "carried-signature") {
		t.Errorf("a later version has the signature of an earlier one: %s", later.Body)
	}
	if old := string(c.Get(place(0) + "/_history/1").Want(200).Body); !strings.Contains(old, "carried-signature") {
		t.Errorf("the version that was signed lost it: %s", old)
	}
}
