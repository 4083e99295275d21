package fhir

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// mostEntries is how many entries a Bundle may have: what one contribution holds.
const mostEntries = record.MaxChanges

// bundle answers POST to the root: a batch, each entry by itself, or a transaction, all or nothing.
func (c *call) bundle() (*reply, error) {
	n, err := c.sentAs("Bundle")
	if err != nil {
		return nil, err
	}
	entries := n.All("entry")
	if len(entries) > mostEntries {
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: "A Bundle may have " + strconv.Itoa(mostEntries) + " entries. Nothing was changed.", Hint: "Send it in several."}
	}
	switch kind := n.Text("type"); kind {
	case "batch":
		return c.batch(entries)
	case "transaction":
		return c.transaction(entries)
	default:
		return nil, &standard.Fault{Kind: badRequest, Message: "A Bundle that is sent here must be a batch or a transaction, and this is a " + kind + ". Nothing was changed."}
	}
}

// batch does one entry after the other, each as a request of its own.
func (c *call) batch(entries []*resource.Node) (*reply, error) {
	b := c.newBundle("batch-response")
	held := 0
	for i, e := range entries {
		one := c.sub(e, i)
		out, err := one.runWithin(&held)
		if err != nil {
			out = one.failure(err)
		}
		respond(b, out)
	}
	return &reply{status: http.StatusOK, node: b}, nil
}

// mostAnswered is about how many resources the answer to one Bundle holds: all of it is made before the first byte goes.
const mostAnswered = 10_000

// runWithin does an entry, unless the answer to the whole Bundle holds too much already. What cannot stand in it is refused, and not left out.
func (c *call) runWithin(held *int) (*reply, error) {
	if *held >= mostAnswered {
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: "The answer to the Bundle is full. This entry was not done.", Hint: "Send it, and those behind it, in another."}
	}
	out, err := c.run()
	if err != nil {
		return nil, err
	}
	if out.stream != nil || out.serve != nil {
		if out.open != nil {
			_ = out.open.Close()
		}
		return nil, &standard.Fault{Kind: badRequest, Message: "This cannot be answered within a Bundle.", Hint: "Ask for it by itself."}
	}
	if out.node != nil {
		*held += 1 + len(out.node.All("entry"))
	}
	return out, nil
}

// nowhere takes the headers of a sub-request.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(int)             {}

// sub makes a call of an entry.
func (c *call) sub(e *resource.Node, i int) *call {
	r := c.r.Clone(c.ctx)
	request := e.First("request")
	r.Method = request.Text("method")
	path, query, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(request.Text("url"), c.base()), "/"), "?")
	r.URL = &url.URL{Path: Root + "/" + path, RawQuery: query}
	for _, h := range []struct{ header, name string }{
		{"If-Match", "ifMatch"}, {"If-None-Match", "ifNoneMatch"}, {"If-None-Exist", "ifNoneExist"}, {"If-Modified-Since", "ifModifiedSince"},
	} {
		if r.Header.Del(h.header); request.Text(h.name) != "" {
			r.Header.Set(h.header, request.Text(h.name))
		}
	}
	if key, err := uuid.Parse(c.r.Header.Get("Idempotency-Key")); err == nil {
		r.Header.Set("Idempotency-Key", derived(key, 2000+i).String())
	}
	one := &call{service: c.service, w: &nowhere{http.Header{}}, r: r, ctx: context.WithoutCancel(c.ctx), session: c.session, m: c.m, inner: true, targets: c.targets}
	if one.ctx = c.ctx; e.First("resource") != nil {
		one.entry = e.First("resource").Alone()
	}
	return one
}

// respond appends what came of an entry.
func respond(b *resource.Node, out *reply) {
	e := b.Add("entry")
	response := e.Add("response")
	response.Set("status", strconv.Itoa(out.status)+" "+http.StatusText(out.status))
	if at := out.header.Get("Location"); at != "" {
		response.Set("location", at)
	}
	if tag := out.header.Get("Etag"); tag != "" {
		response.Set("etag", tag)
	}
	switch {
	case out.node == nil:
	case out.node.Type.Name == "OperationOutcome":
		response.AddResource("outcome", out.node)
	default:
		e.AddResource("resource", out.node)
	}
}

// step is one entry of a transaction on its way.
type step struct {
	e       *resource.Node
	method  string
	kind    string
	id      string
	written *written
	found   *record.Version // of a conditional create that had nothing to do
	makes   bool            // a record that was not there
	query   string          // what a conditional change looks for
	file    *sentFile       // of a Binary
	about   *resource.Node  // a Provenance,
	targets []string        // what it says that it is about,
	of      []*step         // and the entries that this is; or those that refer to what is inside
	inside  *resource.Node  // what cannot stand by itself, and is kept in what refers to it
	told    *said           // by the Provenance about it
	at      string
}

// transaction does all entries or none: what is deleted, created and changed is committed together; what is read is read behind that.
func (c *call) transaction(entries []*resource.Node) (*reply, error) {
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(entries, conditional) {
		c.conditional.Lock() // what conditions find stays so until all is saved
		defer c.conditional.Unlock()
	}
	steps, problems, err := c.steps(entries, key)
	if err != nil {
		return nil, err
	}
	var all []*written
	if len(problems) == 0 {
		for _, s := range steps {
			faults, err := c.prepare(s, key)
			if err != nil {
				return nil, err
			}
			if problems = append(problems, faults...); s.written != nil {
				s.written.told = s.told
				all = append(all, s.written)
			}
		}
	}
	problems = append(problems, ownerlessFiles(steps, problems)...)
	if err := standard.Refuse("The transaction could not be saved. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if err := c.keepFiles(steps); err != nil {
		return nil, err
	}
	if len(all) > 0 {
		if err := c.commit(all, key, "Sent as FHIR"); err != nil {
			return nil, err
		}
	}
	b := c.newBundle("transaction-response")
	held := 0
	for i, s := range steps {
		out, err := c.outcomeOf(s, i, &held)
		if err != nil {
			out = c.sub(s.e, i).failure(err)
		}
		respond(b, out)
	}
	return &reply{status: http.StatusOK, node: b}, nil
}

// steps reads what each entry asks for, mints the ids of what is created, and turns references among entries into references to those.
func (c *call) steps(entries []*resource.Node, key uuid.UUID) (steps []*step, problems []standard.Problem, err error) {
	becomes := map[string]string{}
	for i, e := range entries {
		s := &step{e: e, at: "Bundle.entry[" + strconv.Itoa(i) + "]"}
		request := e.First("request")
		if s.method = request.Text("method"); request == nil {
			problems = append(problems, standard.Problem{Path: s.at + ".request", Rule: standard.RuleMustOccur, Message: "An entry of a transaction says what is to be done: it needs a request."})
			continue
		}
		var path string
		path, s.query, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(request.Text("url"), c.base()), "/"), "?")
		s.kind, s.id, _ = strings.Cut(path, "/")
		steps = append(steps, s)
		if s.id == "" && s.query != "" && writesBy[s.method] != 0 && s.method != http.MethodPost {
			fault, err := c.meantBy(s, key, i)
			if err != nil {
				return nil, nil, err
			}
			if fault != nil {
				problems = append(problems, *fault)
			} else if s.id != "" {
				becomes[e.Text("fullUrl")] = s.kind + "/" + s.id
			}
			continue
		}
		if s.method != http.MethodPost || e.First("resource") == nil {
			continue
		}
		s.makes = true
		n := e.First("resource").Alone()
		if s.kind == binaryType {
			problems = append(problems, c.brings(s, n)...)
			continue
		}
		if s.kind == "Provenance" && n.Type.Name == s.kind {
			s.about, s.targets = n, targetsOf(n)
			continue
		}
		if s.kind == n.Type.Name && s.id == "" && c.m.ReadsOutOf(s.kind) {
			s.inside = n
			continue
		}
		if query := request.Text("ifNoneExist"); query != "" {
			values, err := url.ParseQuery(query)
			if err != nil || len(values) == 0 {
				problems = append(problems, badParameter(s.at+".request.ifNoneExist", query, "ifNoneExist must be the parameters of a search."))
				continue
			}
			found, err := c.matching(n.Type.Name, values, 2)
			switch {
			case err != nil:
				return nil, nil, err
			case len(found) > 1:
				return nil, nil, &standard.Fault{Kind: preconditionFailed, Message: "More than one resource is like that of " + s.at + " already. Nothing was changed."}
			case len(found) == 1 && !c.madeUnder(key, i, c.idOf(found[0].version)):
				s.found = found[0].version
				becomes[e.Text("fullUrl")] = n.Type.Name + "/" + c.idOf(s.found)
				continue
			}
		}
		id := mint(key, i)
		s.written = &written{node: n, rec: id}
		becomes[e.Text("fullUrl")] = n.Type.Name + "/" + id.String()
	}
	delete(becomes, "")
	for _, s := range steps {
		if r := s.e.First("resource"); r != nil {
			repoint(r, becomes)
		}
	}
	problems = append(problems, c.putInside(steps)...)
	return steps, append(problems, c.saidOfEntries(steps)...), nil
}

// repoint turns references to entries of the Bundle into references to what they become. Only the last id of what is created counts for the record: whose it is
// becomes known with it.
func repoint(n *resource.Node, becomes map[string]string) {
	if n.Type.Name == "Reference" {
		if ref := n.First("reference"); ref != nil && becomes[ref.Value] != "" {
			ref.Value = becomes[ref.Value]
		}
	}
	for _, child := range n.Nodes {
		repoint(child, becomes)
	}
}

// prepare reads the resource of an entry that writes.
func (c *call) prepare(s *step, key uuid.UUID) ([]standard.Problem, error) {
	if s.inside != nil {
		return nil, nil
	}
	if need := writesBy[s.method]; need != 0 {
		if err := c.session.MustWith(c.ctx, need, s.kind); err != nil {
			return nil, err
		}
	}
	method := s.method
	if s.makes {
		method = http.MethodPost
	}
	switch method {
	case http.MethodPost:
		if s.found != nil || s.file != nil || s.about != nil {
			return nil, nil
		}
		if s.written == nil || s.kind != s.written.node.Type.Name || s.id != "" && s.query == "" {
			s.written = nil
			return []standard.Problem{{Path: s.at + ".request.url", Rule: "bad-parameter", Message: "A create names the type of its resource, and the entry holds that resource."}}, nil
		}
		if len(c.m.ClassesOf(s.kind)) == 0 {
			return []standard.Problem{{Path: s.at + ".resource", Rule: mapping.RuleNoClass, Message: "No record is kept as " + s.kind + " here."}}, nil
		}
		w, problems := c.newRecord(s.written.node, s.written.rec, s.at+".resource")
		s.written = w
		return problems, nil
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		one := c.sub(s.e, 0)
		one.words = map[string]string{"type": s.kind, "id": s.id}
		v, err := one.current()
		if standard.KindOf(err) == standard.NotFound || standard.KindOf(err) == standard.Gone {
			return []standard.Problem{{Path: s.at + ".request.url", Rule: "not-found", Value: s.kind + "/" + s.id, Message: "There is nothing there, or nothing that you may see."}}, nil
		}
		if err != nil {
			return nil, err
		}
		if v, err = one.matched(v, key); err != nil {
			return nil, err
		}
		if s.method == http.MethodDelete {
			s.written = c.mistaken(v, s.at)
			return nil, nil
		}
		if s.method == http.MethodPatch {
			return s.patch(c, one, v)
		}
		if s.query != "" && one.entry != nil && one.entry.Text("id") == "" {
			one.entry.Set("id", s.id)
		}
		if one.entry == nil || one.entry.Text("id") != s.id {
			return []standard.Problem{{Path: s.at + ".resource.id", Rule: standard.RuleMustOccur, Message: "The resource must have the id of its address."}}, nil
		}
		var problems []standard.Problem
		s.written, problems = c.changed(one.entry, v, s.at+".resource")
		return problems, nil
	case http.MethodGet:
		return nil, nil
	}
	return []standard.Problem{{Path: s.at + ".request.method", Rule: "bad-parameter", Value: s.method, Message: "A transaction may have GET, POST, PUT, PATCH and DELETE."}}, nil
}

// outcomeOf says what came of the i-th entry.
func (c *call) outcomeOf(s *step, i int, held *int) (*reply, error) {
	switch {
	case s.method == http.MethodGet:
		return c.sub(s.e, i).runWithin(held)
	case s.found != nil:
		return &reply{status: http.StatusOK, header: http.Header{"Location": {c.base() + "/" + s.kind + "/" + c.idOf(s.found)}, "Etag": {c.tag(s.found)}}}, nil
	case s.about != nil:
		return c.toldAt(s)
	case s.inside != nil:
		return c.insideOf(s), nil
	case s.file != nil:
		return c.sub(s.e, i).binaryKept(s.file.owner, s.file.Attachment)
	case s.method == http.MethodDelete:
		return &reply{status: http.StatusNoContent}, nil
	}
	status := http.StatusOK
	if s.makes {
		status = http.StatusCreated
	}
	if !slices.Contains(c.r.Header["Prefer"], "return=representation") { // twenty resources are not read again unless somebody wants them
		number := strconv.Itoa(s.written.number)
		address := c.base() + "/" + s.written.node.Type.Name + "/" + mapping.ID(s.written.stream, s.written.rec)
		return &reply{status: status, header: http.Header{"Location": {address + "/_history/" + number}, "Etag": {`W/"` + number + `"`}}}, nil
	}
	return c.done(status, s.written)
}
