package fhir

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/bulk"
	"rosemary/fhir/mapping"
	"rosemary/standard"
)

// Where exports tell how far they are, and where their files are.
const (
	exportStatus = "/$export-status/"
	exportFiles  = "/$export-file/"
)

// exportRoutes are what exports of many people add to the table.
func exportRoutes() []*route {
	return []*route{
		{method: http.MethodGet, path: "/$export", name: "$export", needs: access.Reads, answer: (*call).exportAll},
		{method: http.MethodPost, path: "/$export", needs: access.Reads, answer: (*call).exportAll},
		{method: http.MethodGet, path: "/Patient/$export", name: "$export", needs: access.Reads, answer: (*call).exportPatients},
		{method: http.MethodPost, path: "/Patient/$export", needs: access.Reads, answer: (*call).exportPatients},
		{method: http.MethodGet, path: exportStatus + "{id}", needs: access.Reads, answer: (*call).exportStatus},
		{method: http.MethodDelete, path: exportStatus + "{id}", needs: access.Reads, answer: (*call).cancelExport},
		{method: http.MethodGet, path: exportFiles + "{id}/{name}", needs: access.Reads, answer: (*call).exportFile},
	}
}

const ndjson = "application/fhir+ndjson"

// exportAll answers $export: everything that the asker may export, the directory too.
func (c *call) exportAll() (*reply, error) { return c.export(true) }

// exportPatients answers Patient/$export: the records of people.
func (c *call) exportPatients() (*reply, error) { return c.export(false) }

// export takes an export in. It is fixed at this moment; the work goes on by itself.
func (c *call) export(system bool) (*reply, error) {
	if c.Bulk == nil {
		return nil, errNothingHere()
	}
	if !c.session.May(access.ToExport) {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " records cannot be exported.", Hint: "Ask the manager of the home."}
	}
	if err := c.exportParameters(); err != nil {
		return nil, err
	}
	asked, problems := c.exportAsked()
	if prefer := strings.Join(c.r.Header["Prefer"], ","); !strings.Contains(strings.ReplaceAll(prefer, " ", ""), "respond-async") {
		problems = append(problems, badParameter("Prefer", prefer, "An export takes its time: send the header Prefer: respond-async, and ask at the address of Content-Location how far it is."))
	}
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	p := c.session.Principal()
	asked.Account, asked.Purpose, asked.Licence, asked.System = p.Account, string(c.session.Purpose()), licenceOf(c.session), system
	asked.Base, asked.Request = c.base(), c.base()+strings.TrimPrefix(c.r.URL.RequestURI(), Root)
	asked.Moment, asked.At = view.Moment(), view.Committed()
	j, err := c.Bulk.Begin(c.ctx, asked)
	if err != nil {
		return nil, err
	}
	n := newResource(c.m.Definitions, "OperationOutcome")
	issue(n, "information", "informational", "", "The export is taken in. The address of Content-Location tells how far it is.", "")
	return &reply{status: http.StatusAccepted, header: http.Header{"Content-Location": {c.base() + exportStatus + j.ID.String()}}, node: n}, nil
}

// exportParameters joins the Parameters of a POST with those of the address.
func (c *call) exportParameters() error {
	if c.r.Method != http.MethodPost || c.r.ContentLength == 0 {
		return nil
	}
	n, err := c.sentAs("Parameters")
	if err != nil {
		return err
	}
	for _, p := range n.All("parameter") {
		value := ""
		for _, child := range p.Nodes {
			switch {
			case child.Field.Base == "value" && child.Type.Name == "Reference":
				value = child.Text("reference")
			case child.Field.Base == "value":
				value = child.Value
			}
		}
		c.query.Add(p.Text("name"), value)
	}
	return nil
}

// exportAsked reads what is wanted, all faults at once.
func (c *call) exportAsked() (a bulk.Asked, problems []standard.Problem) {
	known := []string{"_outputFormat", "_since", "_type", "_typeFilter", "_format", "_pretty"}
	if c.r.Method == http.MethodPost && c.words["type"] == "" {
		known = append(known, "patient")
	}
	problems = c.unknownParameters(known...)
	if f := c.query.Get("_outputFormat"); f != "" && f != ndjson && f != "application/ndjson" && f != "ndjson" && f != "application/fhir ndjson" {
		problems = append(problems, badParameter("_outputFormat", f, "Files come as "+ndjson+"."))
	}
	if text := c.query.Get("_since"); text != "" {
		var err error
		if a.Since, err = time.Parse(time.RFC3339Nano, strings.ReplaceAll(text, " ", "+")); err != nil { // a plus that was not escaped
			problems = append(problems, badParameter("_since", text, "_since must be a date and time with its offset, such as 2026-03-04T09:30:00Z."))
		}
	}
	for _, list := range c.query["_type"] {
		for kind := range strings.SplitSeq(list, ",") {
			if kind != "Provenance" && len(c.m.ClassesOf(kind)) == 0 {
				problems = append(problems, badParameter("_type", kind, "No record is kept as this type, so it cannot be exported."))
			}
			a.Types = append(a.Types, kind)
		}
	}
	for _, filter := range c.query["_typeFilter"] {
		if wrong := c.badFilter(filter, a.Types); wrong != "" {
			problems = append(problems, badParameter("_typeFilter", filter, wrong))
		}
		a.Filters = append(a.Filters, filter)
	}
	for _, text := range c.query["patient"] {
		stream, rec, ok := mapping.ParseID(strings.TrimPrefix(c.local(text), "Patient/"))
		if !ok || stream != rec {
			problems = append(problems, badParameter("patient", text, "This is no reference to a Patient here."))
		}
		a.People = append(a.People, stream)
	}
	return a, problems
}

// badFilter says what is wrong with a Type?search; "" for nothing.
func (c *call) badFilter(filter string, types []string) string {
	kind, query, _ := strings.Cut(filter, "?")
	values, err := url.ParseQuery(query)
	switch {
	case err != nil || len(values) == 0 || len(c.m.ClassesOf(kind)) == 0:
		return "Write a type and a search: Observation?date=ge2026-03-01. Each filter is a parameter of its own, and escaped."
	case len(types) > 0 && !slices.Contains(types, kind):
		return "This type is not among those of _type."
	}
	for name := range values {
		if slices.Contains(resultParameters, name) {
			return name + " says how a result is shown: it has no meaning in a filter."
		}
	}
	if _, err := c.criteria(kind, values); err != nil {
		f := fault(err)
		if len(f.Problems) > 0 {
			return f.Problems[0].Message
		}
		return f.Message
	}
	return ""
}

// job finds an export of the asker.
func (c *call) job() (*bulk.Job, int, error) {
	id, err := uuid.Parse(c.words["id"])
	if err != nil || c.Bulk == nil {
		return nil, 0, errNothingHere()
	}
	j, gone, err := c.Bulk.Find(c.ctx, c.session.Principal().Account, id)
	if _, cut := c.session.Licence(); err == nil && cut && j.Licence != licenceOf(c.session) {
		return nil, 0, errNothingHere() // a token of fewer scopes does not open what another has written
	}
	return j, gone, err
}

// exportStatus tells how far an export is, and when it is done, which files there are.
func (c *call) exportStatus() (*reply, error) {
	j, gone, err := c.job()
	if err != nil {
		return nil, err
	}
	switch j.State {
	case bulk.Failed:
		return nil, &standard.Fault{Kind: exportFailed, Message: j.Trouble}
	case bulk.Done:
		return &reply{serve: func(w http.ResponseWriter, _ *http.Request) { c.manifest(w, j) }}, nil
	}
	progress := "waiting to begin"
	if j.Total > 0 {
		progress = strconv.Itoa(gone) + " of " + strconv.Itoa(j.Total) + " people and entries written"
	}
	if j.Trouble != "" {
		progress += "; " + j.Trouble
	}
	if runes := []rune(progress); len(runes) > 99 {
		progress = string(runes[:99])
	}
	wait := min(max(int(c.Now().Sub(j.Begun).Seconds())/10, 1), 30)
	return &reply{status: http.StatusAccepted, header: http.Header{"X-Progress": {progress}, "Retry-After": {strconv.Itoa(wait)}}}, nil
}

// exportFailed is the kind of an export that came to nothing.
const exportFailed standard.Kind = "export-failed"

type manifestFile struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Count int    `json:"count"`
}

// manifest lists the files.
func (c *call) manifest(w http.ResponseWriter, j *bulk.Job) {
	said := struct {
		TransactionTime     string         `json:"transactionTime"`
		Request             string         `json:"request"`
		RequiresAccessToken bool           `json:"requiresAccessToken"`
		Output              []manifestFile `json:"output"`
		Deleted             []manifestFile `json:"deleted"`
		Error               []manifestFile `json:"error"`
	}{j.At.UTC().Format("2006-01-02T15:04:05.000000Z"), j.Request, true, []manifestFile{}, []manifestFile{}, []manifestFile{}}
	for _, f := range j.Files {
		one := manifestFile{f.Type, c.base() + exportFiles + j.ID.String() + "/" + f.Name, f.Count}
		if f.Kind == bulk.Deleted {
			said.Deleted = append(said.Deleted, one)
		} else {
			said.Output = append(said.Output, one)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Expires", c.Bulk.Expires(j).UTC().Format(http.TimeFormat))
	if err := json.MarshalWrite(w, said); err != nil {
		c.Log.Debug("the reply did not reach the asker", "route", c.routePath())
	}
}

// cancelExport lets go of an export and its files.
func (c *call) cancelExport() (*reply, error) {
	j, _, err := c.job()
	if err != nil {
		return nil, err
	}
	if err := c.Bulk.Cancel(c.ctx, c.session.Principal().Account, j.ID); err != nil {
		return nil, err
	}
	n := newResource(c.m.Definitions, "OperationOutcome")
	issue(n, "information", "informational", "", "The export and its files are let go of.", "")
	return &reply{status: http.StatusAccepted, node: n}, nil
}

// slowest is how few bytes a second somebody may take a file at: a connection that stands still does not stay open.
const slowest = 64 << 10

// exportFile gives one file, or the part of it that is asked for. Who is given it was logged when it was written.
func (c *call) exportFile() (*reply, error) {
	j, _, err := c.job()
	if err != nil {
		return nil, err
	}
	if !c.session.May(access.ToExport) {
		return nil, errNothingHere()
	}
	content, about, err := c.Bulk.Open(j, c.words["name"])
	if err != nil {
		return nil, err
	}
	return &reply{open: content, serve: func(w http.ResponseWriter, r *http.Request) {
		defer func() { _ = content.Close() }()
		patience := time.Minute + time.Duration(about.Size/slowest)*time.Second
		_ = http.NewResponseController(w).SetWriteDeadline(c.Now().Add(patience)) // not every connection has one
		w.Header().Set("Content-Type", ndjson)
		w.Header().Set("Etag", `"`+j.ID.String()+"/"+about.Name+`"`)
		w.Header().Set("Content-Disposition", `attachment; filename="`+about.Name+`"`)
		http.ServeContent(w, r, "", j.Ended, content)
	}}, nil
}

// deletedLine says that a resource is no longer there, as a transaction that deletes it would.
func (c *call) deletedLine(address string) []byte {
	b := newResource(c.m.Definitions, "Bundle")
	b.Set("type", "transaction")
	request := b.Add("entry").Add("request")
	request.Set("method", http.MethodDelete)
	request.Set("url", address)
	return b.AppendJSON(nil)
}
