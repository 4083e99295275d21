package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/fhir"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// teller tells contributions through FHIR.
type teller struct {
	*told
	m      *mapping.Mapper
	door   *httptest.Server
	tokens map[string]string
	files  int             // that were sent
	signed int             // versions
	pinned map[string]bool // versions that pin the version of what came with them: a reference to an entry of the same Bundle cannot
}

func tellByFHIR(t *testing.T, w *told) *teller {
	t.Helper()
	definitions, err := resource.Load()
	if err != nil {
		t.Skip(err)
	}
	m, err := mapping.New(w.Catalogue, definitions)
	if err != nil {
		t.Fatal(err)
	}
	in := w.in
	door := httptest.NewServer(fhir.New(fhir.Config{
		Guard: in.Guard, Catalogue: in.Catalogue, System: in.Identity.System, Beside: in.BesideFHIR, Zone: in.Zone, Now: in.Now, Log: in.Logger,
	}))
	t.Cleanup(door.Close)
	return &teller{told: w, m: m, door: door, tokens: map[string]string{}, pinned: map[string]bool{}}
}

// target is what FHIR calls a record that it has been told of; nothing for one that is only on its way.
func (w *teller) target(uid uuid.UUID) (kind, id string) {
	for _, k := range w.names {
		if k.uid == uid && k.version > 0 {
			class, _ := w.m.ByClass(k.class)
			return class.Resource.Name, mapping.ID(k.stream, k.uid)
		}
	}
	return "", ""
}

// tell sends a contribution: one change as a create, an update or a delete, several as a transaction.
func (w *teller) tell(c contribution) {
	w.t.Helper()
	w.Clock.Set(c.at)
	if _, err := w.session(w.t.Context(), c.by); err != nil {
		w.t.Fatal(err)
	}
	if c.changes[0].kind == record.Attest {
		w.sign(c)
		return
	}
	inside := w.sendFiles(c)
	type sent struct {
		k            *known
		method, path string
		match        string
		body         []byte
	}
	if wrong, other := byKind(c); len(wrong.changes) > 0 && len(other.changes) > 0 { // a correction says so of all that is sent with it
		w.tell(wrong)
		w.tell(other)
		return
	}
	var all []sent
	p, err := w.proposal(c)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, ch := range c.changes { // what is created now cannot be pointed at by an id yet
		k, _ := w.find(c.person, ch.name)
		if ch.kind != record.Create {
			continue
		}
		k.version = 0
		for i, other := range p.Changes {
			if bytes.Contains(other.Content, fmt.Appendf(nil, `{"ref":"%s","version":1}`, k.uid)) {
				w.pinned[fullName(c.person, c.changes[i].name)+" "+strconv.Itoa(other.Expected+1)] = true
			}
		}
	}
	for i, ch := range p.Changes {
		k, _ := w.find(c.person, c.changes[i].name)
		class, ok := w.m.ByClass(k.class)
		if !ok {
			w.t.Fatalf("no mapping of %s", k.class)
		}
		one := sent{k: k, path: class.Resource.Name, method: http.MethodPost}
		head := mapping.Head{Incomplete: ch.Status == record.Incomplete}
		if k.uid != k.stream && class.ByRole(standard.RoleSubject) == nil {
			head.Person = "Patient/" + k.stream.String()
		}
		if ch.Type != record.Create {
			one.method, one.match = http.MethodPut, fmt.Sprintf(`W/"%d"`, ch.Expected)
			head.ID = mapping.ID(k.stream, k.uid)
			one.path += "/" + head.ID
		}
		if ch.Type == record.MarkError {
			one.method = http.MethodDelete
			all = append(all, one)
			continue
		}
		if s, _ := record.ParseSensitivity(ch.Sensitivity); s > record.Normal {
			head.Sensitive = map[record.Sensitivity]string{record.Sensitive: "R", record.Confidential: "V"}[s]
		}
		content, problems := class.Decode(ch.Content, standard.DecodeOptions{Subject: k.stream})
		if len(problems) > 0 {
			w.t.Fatal(problems)
		}
		one.body = inside(w.m.Write(content, head, mapping.Links{Target: w.target, Zone: w.in.Zone, Subject: k.stream})).AppendJSON(nil)
		all = append(all, one)
	}
	if len(all) == 1 {
		reply := w.send(c.by, all[0].method, "/"+all[0].path, all[0].body, all[0].match, w.provenance(c, p.Changes[:1], ""))
		w.minted(all[0].k, reply.header.Get("Location"), p.Changes[0])
		return
	}
	about := ""
	var entries, apart []string
	if tellers(p.Changes) == 1 {
		about = w.provenance(c, p.Changes, "")
	} else {
		for i, one := range all {
			apart = append(apart, `{"request":{"method":"POST","url":"Provenance"},"resource":`+w.provenance(c, p.Changes[i:i+1], "urn:uuid:"+one.k.uid.String())+`}`)
		}
	}
	for _, one := range all {
		match := ""
		if one.match != "" {
			match = `,"ifMatch":` + quoted(one.match)
		}
		body := ""
		if one.body != nil {
			body = `,"resource":` + string(one.body)
		}
		entries = append(entries, fmt.Sprintf(`{"fullUrl":"urn:uuid:%s","request":{"method":%q,"url":%q%s}%s}`, one.k.uid, one.method, one.path, match, body))
	}
	reply := w.send(c.by, http.MethodPost, "", []byte(`{"resourceType":"Bundle","type":"transaction","entry":[`+strings.Join(append(entries, apart...), ",")+`]}`), "", about)
	var answer struct {
		Entry []struct{ Response struct{ Location string } }
	}
	if err := json.Unmarshal(reply.body, &answer, json.MatchCaseInsensitiveNames(true)); err != nil || len(answer.Entry) != len(all)+len(apart) {
		w.t.Fatalf("%v: %s", err, reply.body)
	}
	for i, one := range all {
		w.minted(one.k, answer.Entry[i].Response.Location, p.Changes[i])
	}
}

// sendFiles sends the pictures of a contribution, each as a Binary; letters go inside the resource that names them.
func (w *teller) sendFiles(c contribution) (inside func(*resource.Node) *resource.Node) {
	w.t.Helper()
	letters := map[string]attachment{}
	for _, file := range c.files {
		person, _ := w.find("", c.person)
		url := mapping.FileURL(person.stream, sha256.Sum256(file.content))
		if file.mediaType == "application/pdf" {
			letters[url] = file
			continue
		}
		reply := w.request(c.by, http.MethodPost, "/Binary", file.content, "Content-Type", file.mediaType, "X-Security-Context", "Patient/"+person.stream.String())
		if at := reply.header.Get("Location"); !strings.HasSuffix(at, "/"+url) {
			w.t.Fatalf("a file was kept at %s, not as %s", at, url)
		}
		w.files++
	}
	return func(n *resource.Node) *resource.Node {
		n.Walk("", func(_ string, e *resource.Node) bool {
			if file, is := letters[e.Text("url")]; is && e.Type.Name == "Attachment" {
				e.Remove(func(part *resource.Node) bool { return part.Field.Name == "url" })
				e.Set("data", base64.StdEncoding.EncodeToString(file.content))
				w.files++
			}
			return true
		})
		return n
	}
}

// sign sends an attestation, as a Provenance with the signature of whoever makes it.
func (w *teller) sign(c contribution) {
	w.t.Helper()
	k, _ := w.find(c.person, c.changes[0].name)
	class, _ := w.m.ByClass(k.class)
	session, err := w.session(w.t.Context(), c.by)
	if err != nil {
		w.t.Fatal(err)
	}
	me := `{"reference":"Practitioner/` + session.Principal().Worker.String() + `"}`
	target := fmt.Sprintf("%s/%s/_history/%d", class.Resource.Name, mapping.ID(k.stream, k.uid), k.version)
	at := c.at.UTC().Format(time.RFC3339)
	w.request(c.by, http.MethodPost, "/Provenance", []byte(`{"resourceType":"Provenance","target":[{"reference":"`+target+`"}],"recorded":"`+at+`","reason":[{"text":`+quoted(reason(c, c.changes[0]))+`}],
		"agent":[{"who":`+me+`}],"signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"1.2.840.10065.1.12.1.5"}],"when":"`+at+`","who":`+me+`}]}`),
		"Rosemary-Password", w.Password)
	w.signed++
}

// byKind parts the corrections of a contribution from its other changes, where nothing in it is new.
func byKind(c contribution) (wrong, other contribution) {
	wrong, other = c, c
	wrong.changes, other.changes = nil, nil
	for _, ch := range c.changes {
		switch ch.kind {
		case record.Create:
			return contribution{}, c
		case record.Correct:
			wrong.changes = append(wrong.changes, ch)
		default:
			other.changes = append(other.changes, ch)
		}
	}
	return wrong, other
}

// tellers counts by whom changes were told.
func tellers(changes []record.ProposedChange) int {
	names := map[string]bool{}
	for _, ch := range changes {
		names[ch.InformationProvider] = true
	}
	return len(names)
}

// provenance is what a Provenance says of changes that one person told: why, who told it, and that they correct a mistake. With a target it is an entry of the transaction, and otherwise X-Provenance.
func (w *teller) provenance(c contribution, changes []record.ProposedChange, target string) string {
	out := `{"resourceType":"Provenance","reason":[{"text":` + quoted(reason(c, c.changes[0])) + `}],`
	if target != "" {
		out += `"recorded":"` + c.at.UTC().Format(time.RFC3339) + `","target":[{"reference":` + quoted(target) + `}],`
	}
	if slices.ContainsFunc(changes, func(ch record.ProposedChange) bool { return ch.Type == record.Correct }) {
		out += `"activity":{"coding":[{"system":"urn:rosemary:change-type","code":"correct"}]},`
	}
	out += `"agent":[{"type":{"coding":[{"code":"enterer"}]},"who":{"display":` + quoted(c.by) + `}}`
	if by := changes[0].InformationProvider; by != "" {
		out += `,{"type":{"coding":[{"code":"informant"}]},"who":{"display":` + quoted(by) + `}}`
	}
	return out + `]}`
}

// minted notes the id that a resource was given.
func (w *teller) minted(k *known, location string, ch record.ProposedChange) {
	w.t.Helper()
	if ch.Type != record.Create {
		return
	}
	path, _, _ := strings.Cut(location, "/_history/")
	stream, rec, ok := mapping.ParseID(path[strings.LastIndexByte(path, '/')+1:])
	if !ok {
		w.t.Fatalf("created at %q", location)
	}
	before := k.stream
	opens := k.uid == k.stream
	k.uid, k.version = rec, 1
	if opens {
		for _, other := range w.names {
			if other.stream == before {
				other.stream = stream
			}
		}
	}
}

type replied struct {
	header http.Header
	body   []byte
}

func (w *teller) send(account, method, path string, body []byte, match, about string) replied {
	w.t.Helper()
	var headers []string
	if match != "" {
		headers = append(headers, "If-Match", match)
	}
	if about != "" {
		headers = append(headers, "X-Provenance", about)
	}
	return w.request(account, method, path, body, headers...)
}

func (w *teller) request(account, method, path string, body []byte, headers ...string) replied {
	w.t.Helper()
	if w.tokens[account] == "" {
		token, err := w.Guard.NewToken(w.t.Context(), account, "test", 300*24*time.Hour)
		if err != nil {
			w.t.Fatal(err)
		}
		w.tokens[account] = token
	}
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.door.URL+fhir.Root+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.tokens[account])
	request.Header.Set("Content-Type", "application/fhir+json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	said, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode/100 != 2 {
		w.t.Fatalf("%s %s of %s: %d %s\n%s", method, path, account, reply.StatusCode, said, body)
	}
	return replied{reply.Header, said}
}

// TestTheStoryThroughFHIROnly: every day of the story told as resources, by its own authors; the record says the same as when it is told through the API.
func TestTheStoryThroughFHIROnly(t *testing.T) {
	from, end := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)
	byAPI, byFHIR := toldUntil(t, from, end), toldUntil(t, from, end)
	w := tellByFHIR(t, byFHIR)
	for i, c := range byAPI.rest {
		switch {
		case c.person == storyPerson:
			if c.changes[0].kind == record.Attest || c.changes[0].name == storyPerson { // who begins a record, and who attests, does that at addresses of their own
				if err := byAPI.commit(t.Context(), []contribution{c}); err != nil {
					t.Fatal(err)
				}
			} else {
				byAPI.sendByAPI(c)
			}
			w.tell(byFHIR.rest[i])
		case c.person == "":
			for _, p := range []*told{byAPI, byFHIR} {
				if err := p.commit(t.Context(), []contribution{p.rest[i]}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	want, got := byAPI.says(from), byFHIR.says(from)
	if len(want) < 150 {
		t.Errorf("the story has only %d versions", len(want))
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if one, other := w.asFHIR(name, got[name]), w.asFHIR(name, want[name]); one != other {
			t.Errorf("%s\n  by FHIR only: %s\n  by API only:  %s", name, only(one, other), only(other, one))
		}
	}
	for name, said := range got {
		if want[name] == "" {
			t.Errorf("only by FHIR: %s %s", name, said)
		}
	}
	w.readsBack()
	if w.files == 0 || w.signed == 0 {
		t.Errorf("the story has %d files and %d signatures: these are not told any more", w.files, w.signed)
	}
	if one, other := byAPI.besideVersions(), byFHIR.besideVersions(); !slices.Equal(one, other) {
		t.Errorf("files and signatures\n  by FHIR only: %q\n  by API only:  %q", other, one)
	}
	t.Logf("%d versions, %d files, %d signatures", len(want), w.files, w.signed)
}

// readsBack asks for all of it as resources: each record that stands comes once.
func (w *teller) readsBack() {
	w.t.Helper()
	person, _ := w.find("", storyPerson)
	everything := w.send("helen", http.MethodGet, "/Patient/"+person.uid.String()+"/$everything", nil, "", "")
	var bundle struct {
		Entry []struct{ Resource struct{ ID string } }
	}
	if err := json.Unmarshal(everything.body, &bundle, json.MatchCaseInsensitiveNames(true)); err != nil {
		w.t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, e := range bundle.Entry {
		ids[e.Resource.ID] = true
	}
	records := w.in.records(w.in.view("helen", time.Time{}), person.uid, record.Current)
	for _, v := range records {
		if !ids[mapping.ID(v.Stream, v.Record)] {
			w.t.Errorf("$everything has no %s", v.Class)
		}
	}
	if len(bundle.Entry) != len(ids) {
		w.t.Errorf("$everything has %d entries of %d resources", len(bundle.Entry), len(ids))
	}
}

// besideVersions lists what the story has beside its versions: each file whole, and each signature with whoever signed, which version and why.
func (w *told) besideVersions() (all []string) {
	w.t.Helper()
	view := w.in.view("helen", time.Time{})
	person, _ := w.find("", storyPerson)
	names := map[uuid.UUID]string{}
	for name, k := range w.names {
		names[k.uid] = name
	}
	for _, v := range w.in.records(view, person.uid, record.Current) {
		content, err := v.Decoded(w.Catalogue)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, a := range record.AttachmentsOf(&content.Group) {
			_, file, err := view.Attachment(w.t.Context(), person.uid, a.Hash)
			if err != nil {
				w.t.Fatal(err)
			}
			held, err := io.ReadAll(file)
			if err := errors.Join(err, file.Close()); err != nil {
				w.t.Fatal(err)
			}
			all = append(all, fmt.Sprintf("%s: %s %x", names[v.Record], a.Name, sha256.Sum256(held)))
		}
		log, err := view.ChangeLog(w.t.Context(), person.uid, v.Record)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range log {
			if a := e.Change.Attestation; a != nil {
				all = append(all, fmt.Sprintf("%s %d signed by %s, %s: %s", names[v.Record], e.Change.Version.Number, e.Contribution.Committer.Account, a.Method, a.Reason))
			}
		}
	}
	slices.Sort(all)
	return all
}

var pinOfOne = regexp.MustCompile(`,"version":1}`)

// asFHIR takes out of what a version says what a resource has no word for: the version of what came with it.
func (w *teller) asFHIR(name, said string) string {
	if w.pinned[name] {
		return pinOfOne.ReplaceAllString(said, "}")
	}
	return said
}
