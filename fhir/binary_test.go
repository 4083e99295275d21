package fhir_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/record"
)

func aPicture(t testing.TB, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 40))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// aLetter is a DocumentReference about the person; more is what its attachment says.
func aLetter(person uuid.UUID, attachment string) string {
	return `{"resourceType":"DocumentReference","status":"current","description":"A letter","subject":{"reference":"Patient/` + person.String() + `"},
		"content":[{"attachment":{` + attachment + `},"format":{"system":"urn:oid:1.3.6.1.4.1.19376.1.2.3","code":"urn:ihe:iti:xds:2017:mimeTypeSufficient"}}]}`
}

// isData is an attachment with its file inside.
func isData(mediaType string, content []byte) string {
	return fmt.Sprintf(`"contentType":%q,"data":%q,"title":"letter"`, mediaType, base64.StdEncoding.EncodeToString(content))
}

func sha1Of(content []byte) string {
	sum := sha1.Sum(content)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// attachmentOf gives the first attachment of a DocumentReference.
func attachmentOf(t *testing.T, r *fixture.Reply) map[string]any {
	t.Helper()
	content, _ := read(t, r)["content"].([]any)
	first, _ := content[0].(map[string]any)
	attachment, _ := first["attachment"].(map[string]any)
	if attachment == nil {
		t.Fatalf("no attachment: %s", r.Body)
	}
	return attachment
}

// TestAFileGoesInAndOut: a file is sent as it is, a DocumentReference names it, and whoever may read that reads it, as it was and as a resource.
func TestAFileGoesInAndOut(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	content := aPicture(t, 60)
	sent := c.Send("POST", "/fhir/R4/Binary", bytes.NewReader(content), "Content-Type", "image/png", "X-Security-Context", "Patient/"+w.Person.String()).Want(201)
	path := mustPath(t, sent)
	if n := read(t, sent); n["contentType"] != "image/png" || len(fmt.Sprint(n["id"])) != 64 || fmt.Sprint(n["securityContext"]) != "map[reference:Patient/"+w.Person.String()+"]" {
		t.Errorf("sent: %s", sent.Body)
	}
	at(w, "nurse").Get(path).Want(404) // no record names it yet
	c.Get(path).Want(200)

	made := c.Post("/fhir/R4/DocumentReference", aLetter(w.Person, `"url":"`+strings.TrimPrefix(path, "/fhir/R4/")+`","title":"elbow.png","hash":"`+sha1Of(content)+`"`)).Want(201)
	a := attachmentOf(t, made)
	if a["url"] != strings.TrimPrefix(path, "/fhir/R4/") || a["contentType"] != "image/png" || a["size"] != float64(len(content)) || a["hash"] != sha1Of(content) || a["title"] != "elbow.png" {
		t.Errorf("named as %v", a)
	}
	reader := at(w, "nurse")
	if again := attachmentOf(t, reader.Get(mustPath(t, made)).Want(200)); fmt.Sprint(again) != fmt.Sprint(a) {
		t.Errorf("somebody else reads %v", again)
	}
	got := reader.Get(path).Want(200)
	h := got.Header
	if !bytes.Equal(got.Body, content) || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("read %d bytes as %v", len(got.Body), h)
	}
	reader.Get(path, "Accept", "image/*").Want(200)
	if part := reader.Get(path, "Range", "bytes=1-3").Want(206); string(part.Body) != "PNG" {
		t.Errorf("a part: %q", part.Body)
	}
	reader.Get(path, "If-None-Match", h.Get("Etag")).Want(304)
	if n := read(t, reader.Get(path, "Accept", "application/fhir+json").Want(200)); n["data"] != base64.StdEncoding.EncodeToString(content) || n["resourceType"] != "Binary" {
		t.Errorf("as a resource: %v", n)
	}
	if asXML := reader.Get(path+"?_format=xml", "Accept", "image/png").Want(200); !strings.Contains(string(asXML.Body), `<data value="iVBOR`) {
		t.Errorf("as XML: %.200s", asXML.Body)
	}
	if r := reader.Get(path, "Accept", "application/pdf").Want(406); !strings.Contains(string(r.Body), "image/png") {
		t.Errorf("%s", r.Body)
	}
	at(w, "elm-carer").Get(path).Want(404)
	at(w, "").Get(path).Want(401)
	for _, method := range []string{"PUT", "DELETE", "PATCH"} {
		c.Send(method, path, strings.NewReader("{}"), "Content-Type", "application/fhir+json").Want(405)
	}
	c.Get("/fhir/R4/Binary").Want(405)
	c.Get("/fhir/R4/Binary/nonsense").Want(404)
	if all := string(c.Get("/fhir/R4/Patient/" + w.Person.String() + "/$everything").Want(200).Body); !strings.Contains(all, `"url":"`+strings.TrimPrefix(path, "/fhir/R4/")+`"`) {
		t.Error("$everything does not say where the file is")
	}
	// The native API tells the same, and its reader is in the same log of who saw what.
	records := string(w.As("senior").Get("/api/people/" + w.Person.String() + "/records?class=document").Want(200).Body)
	if !strings.Contains(records, `"fileName":"elbow.png"`) || !strings.Contains(records, hashOf(content).String()) {
		t.Errorf("the native API says %s", records)
	}
	seen := string(at(w, "manager").Get("/fhir/R4/AuditEvent?patient=Patient/" + w.Person.String() + "&altid=" + w.Account("nurse") + "&_count=50").Want(200).Body)
	if !strings.Contains(seen, "attachment") {
		t.Errorf("the log of who saw what: %.2000s", seen)
	}
	c.Send("DELETE", mustPath(t, made), nil).Want(204)
}

func hashOf(content []byte) record.Hash { return sha256.Sum256(content) }

// TestAFileInsideAResource: as data of an attachment, wherever a class has files; as a Binary in a resource; as a Binary of the same transaction.
func TestAFileInsideAResource(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "senior")
	content := aPicture(t, 61)
	made := c.Post("/fhir/R4/DocumentReference", aLetter(w.Person, isData("image/png", content)+`,"creation":"2026-03-04"`)).Want(201)
	a := attachmentOf(t, made)
	if a["data"] != nil || a["hash"] != sha1Of(content) || a["creation"] != "2026-03-04" {
		t.Errorf("kept as %v", a)
	}
	if got := c.Get("/fhir/R4/" + fmt.Sprint(a["url"])).Want(200); !bytes.Equal(got.Body, content) {
		t.Error("another file came back")
	}
	// What is read can be sent back, changed: the file stays.
	changed := strings.Replace(string(made.Body), "A letter", "A photograph", 1)
	if again := attachmentOf(t, c.Put(mustPath(t, made), changed).Want(200)); again["url"] != a["url"] {
		t.Errorf("after a change: %v", again)
	}
	patched := c.Send("PATCH", mustPath(t, made), strings.NewReader(`[{"op":"replace","path":"/description","value":"Patched"}]`), "Content-Type", "application/json-patch+json").Want(200)
	if attachmentOf(t, patched)["url"] != a["url"] {
		t.Errorf("after a patch: %s", patched.Body)
	}
	mark := c.Post("/fhir/R4/Observation", `{"resourceType":"Observation","meta":{"profile":["urn:rosemary:class:body-mark"]},"status":"final","code":{"coding":[{"code":"bruise"}],"text":"Bruise"},
		"subject":{"reference":"Patient/`+w.Person.String()+`"},"effectiveDateTime":"2026-03-16T07:30:00Z","bodySite":{"text":"Elbow"},
		"extension":[{"url":"urn:rosemary:element:body-mark.pictures","valueAttachment":{`+isData("image/png", aPicture(t, 62))+`}}]}`)
	if mark.Status != 201 || !strings.Contains(string(mark.Body), `"valueAttachment":{"contentType":"image/png","url":"Binary/`) {
		t.Errorf("a picture of a mark: %d %s", mark.Status, mark.Body)
	}
	resource := func(content []byte, more string) string {
		return `{"resourceType":"Binary","contentType":"image/png","data":"` + base64.StdEncoding.EncodeToString(content) + `"` + more + `}`
	}
	context := `,"securityContext":{"reference":"Patient/` + w.Person.String() + `"}`
	third := aPicture(t, 63)
	kept := c.Post("/fhir/R4/Binary", resource(third, context)).Want(201)
	if got := c.Get(mustPath(t, kept)).Want(200); !bytes.Equal(got.Body, third) {
		t.Error("another file came back")
	}
	fourth := aPicture(t, 64)
	const name = "urn:uuid:018f0000-0000-7000-8000-00000000f11e"
	reply := bundleOf(t, c.Post("/fhir/R4", `{"resourceType":"Bundle","type":"transaction","entry":[
		{"request":{"method":"POST","url":"DocumentReference"},"resource":`+aLetter(w.Person, `"url":"`+name+`","contentType":"image/png"`)+`},
		{"fullUrl":"`+name+`","request":{"method":"POST","url":"Binary"},"resource":`+resource(fourth, "")+`}]}`))
	if len(reply.Entry) != 2 || reply.Entry[1].Response.Status != "201 Created" || !strings.Contains(reply.Entry[1].Response.Location, "/Binary/") {
		t.Fatalf("%+v", reply)
	}
	at := strings.TrimPrefix(reply.Entry[1].Response.Location, reply.Entry[1].Response.Location[:strings.Index(reply.Entry[1].Response.Location, "/fhir/R4")])
	if got := c.Get(at).Want(200); !bytes.Equal(got.Body, fourth) {
		t.Error("another file came back")
	}
}

// TestAFileThatMayNotComeIn is the proof of the hazard "a file that is not what it says, or is somebody else's".
func TestAFileThatMayNotComeIn(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := at(w, "manager")
	second := w.MoveIn("manager", w.Home, "Bernard", "Achebe", "9990000034", "2")
	content := aPicture(t, 70)
	theirs := strings.TrimPrefix(mustPath(t, c.Send("POST", "/fhir/R4/Binary", bytes.NewReader(content), "Content-Type", "image/png", "X-Security-Context", "Patient/"+second.String()).Want(201)), "/fhir/R4/")
	data := base64.StdEncoding.EncodeToString(content)
	before := versionsOf(t, c)
	inTransaction := func(entries ...string) string {
		return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`
	}
	binary := `{"request":{"method":"POST","url":"Binary"},"resource":{"resourceType":"Binary","contentType":"image/png","data":"` + data + `"}}`
	for name, x := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"another's file":             {"DocumentReference", aLetter(w.Person, `"url":"`+theirs+`"`), 422, "DocumentReference.content[0].attachment.url business-rule"},
		"no such file":               {"DocumentReference", aLetter(w.Person, `"url":"`+theirs[:len(theirs)-8]+`AAAAAAAA"`), 422, "DocumentReference.content[0].attachment.url value"},
		"elsewhere":                  {"DocumentReference", aLetter(w.Person, `"url":"https://hospital.example/Binary/1"`), 422, "DocumentReference.content[0].attachment.url business-rule"},
		"no entry of the Bundle":     {"DocumentReference", aLetter(w.Person, `"url":"urn:uuid:018f0000-0000-7000-8000-00000000f11e"`), 422, "DocumentReference.content[0].attachment.url value"},
		"no file":                    {"DocumentReference", aLetter(w.Person, `"title":"nothing"`), 422, "DocumentReference.content[0].attachment required"},
		"another type":               {"DocumentReference", aLetter(w.Person, isData("application/pdf", content)), 422, "DocumentReference.content[0].attachment.contentType business-rule"},
		"a type that is not kept":    {"DocumentReference", aLetter(w.Person, isData("application/zip", content)), 422, "DocumentReference.content[0].attachment.contentType business-rule"},
		"a page with a script":       {"DocumentReference", aLetter(w.Person, isData("text/html", []byte("<html><script>alert(1)</script></html>"))), 422, "DocumentReference.content[0].attachment.data business-rule"},
		"a page that says otherwise": {"DocumentReference", aLetter(w.Person, isData("text/plain", []byte("<svg onload=alert(1)>"))), 422, "DocumentReference.content[0].attachment.data business-rule"},
		"a program":                  {"DocumentReference", aLetter(w.Person, isData("application/octet-stream", []byte("MZ\x90\x00"))), 422, "DocumentReference.content[0].attachment.data business-rule"},
		"cut in the middle of a sign": {"DocumentReference", aLetter(w.Person, `"contentType":"image/png","data":"`+data[:len(data)-3]+`"`), 422,
			"DocumentReference.content[0].attachment.data"},
		"cut, and the size tells": {"DocumentReference", aLetter(w.Person, `"contentType":"image/png","size":99999,"data":"`+data+`"`), 422, "DocumentReference.content[0].attachment.size business-rule"},
		"another hash":            {"DocumentReference", aLetter(w.Person, isData("image/png", content)+`,"hash":"`+sha1Of([]byte("x"))+`"`), 422, "DocumentReference.content[0].attachment.hash business-rule"},
		"a hash of another kind":  {"DocumentReference", aLetter(w.Person, isData("image/png", content)+`,"hash":"`+base64.StdEncoding.EncodeToString(make([]byte, 32))+`"`), 422, "attachment.hash business-rule"},
		"two files in one":        {"DocumentReference", aLetter(w.Person, isData("image/png", content)+`,"url":"https://hospital.example/1"`), 422, "attachment.url business-rule"},
		"several faults at once":  {"DocumentReference", strings.Replace(aLetter(w.Person, isData("image/png", content)+`,"size":1,"hash":"AAAA"`), `"current"`, `"done"`, 1), 422, "DocumentReference.status code-invalid"},
		"a picture that is none":  {"DocumentReference", aLetter(w.Person, isData("image/png", []byte("\x89PNG\r\n\x1a\nnonsense"))), 422, "attachment.data business-rule"},
		"a Binary of nobody":      {"Binary", `{"resourceType":"Binary","contentType":"image/png","data":"` + data + `"}`, 422, "Binary required"},
		"a Binary without a file": {"Binary", `{"resourceType":"Binary","contentType":"image/png","securityContext":{"reference":"Patient/` + w.Person.String() + `"}}`, 422, "Binary.data required"},
		"a Binary of no person":   {"Binary", `{"resourceType":"Binary","contentType":"image/png","data":"` + data + `","securityContext":{"reference":"Basic/7"}}`, 422, "Binary.securityContext.reference value"},
		"a Binary of a stranger":  {"Binary", `{"resourceType":"Binary","contentType":"image/png","data":"` + data + `","securityContext":{"reference":"Patient/018f0000-0000-7000-8000-0000000000ff"}}`, 404, "not-found"},
		"nobody's in a Bundle":    {"", inTransaction(binary), 422, "Bundle.entry[0].resource required"},
		"another's in a Bundle": {"", inTransaction(strings.Replace(binary, `"contentType"`, `"securityContext":{"reference":"Patient/`+second.String()+`"},"contentType"`, 1),
			`{"request":{"method":"POST","url":"DocumentReference"},"resource":`+aLetter(w.Person, `"url":"`+theirs+`"`)+`}`), 422, "Bundle.entry[1].resource.content[0].attachment.url business-rule"},
		"with the person themselves": {"", inTransaction(`{"fullUrl":"urn:uuid:018f0000-0000-7000-8000-00000000f11e","request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient","name":[{"family":"New"}]}}`,
			strings.Replace(binary, `"contentType"`, `"securityContext":{"reference":"urn:uuid:018f0000-0000-7000-8000-00000000f11e"},"contentType"`, 1)), 422, "Bundle.entry[1].resource.securityContext"},
	} {
		r := c.Post(strings.TrimSuffix("/fhir/R4/"+x.path, "/"), x.body)
		if r.Status != x.status || !strings.Contains(faults(t, r), x.want) {
			t.Errorf("%s: %d %s, want %d %s: %.400s", name, r.Status, faults(t, r), x.status, x.want, r.Body)
		}
	}
	raw := func(mediaType, context string, content []byte) *fixture.Reply {
		return c.Send("POST", "/fhir/R4/Binary", bytes.NewReader(content), "Content-Type", mediaType, "X-Security-Context", context)
	}
	if r := raw("image/png", "", content).Want(422); !strings.Contains(string(r.Body), "X-Security-Context") {
		t.Errorf("%s", r.Body)
	}
	raw("image/png", "Nonsense", content).Want(422)
	raw("text/html", "Patient/"+w.Person.String(), []byte("<html>")).Want(415)
	raw("text/plain", "Patient/"+w.Person.String(), []byte("<html>")).Want(422)
	if r := raw("application/pdf", "Patient/"+w.Person.String(), content).Want(422); faults(t, r) != "Binary.contentType business-rule" {
		t.Errorf("%s", r.Body)
	}
	cut := io.MultiReader(bytes.NewReader(content[:50]), iotest.ErrReader(io.ErrUnexpectedEOF))
	if r := c.Send("POST", "/fhir/R4/Binary", cut, "Content-Type", "image/png", "X-Security-Context", "Patient/"+w.Person.String()).Want(422); faults(t, r) != "Binary.data business-rule" {
		t.Errorf("%s", r.Body)
	}
	if after := versionsOf(t, c); after != before {
		t.Errorf("%d versions were written of what was refused", after-before)
	}
}
