package fhir

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
)

// A Binary is a file that is kept with somebody's record. It is called by the record and the hash of what it holds, so it never changes; and it is read by whoever may read a record that names it.
const (
	binaryType    = "Binary"
	contextHeader = "X-Security-Context" // whose record a file belongs to
)

const (
	sendingTime  = 15 * time.Minute // how long the sending of one file may take
	mostInside   = maxBody          // how large a file may be that is given inside a resource
	onlyByItself = "A Binary is sent, and read by its id. It is not changed, deleted or searched for: what names it is, such as a DocumentReference."
)

func binaryRoutes() []*route {
	return []*route{
		{method: http.MethodPost, path: "/" + binaryType, needs: access.Creates, answer: (*call).createBinary},
		{method: http.MethodGet, path: "/" + binaryType + "/{id}", needs: access.Reads, answer: (*call).readBinary},
	}
}

func describeBinary(n *resource.Node) {
	n.Set("type", binaryType)
	n.Set("documentation", "A file of somebody's record: as it is, by Accept, or as a resource. When it is sent, X-Security-Context or securityContext says whose. "+media.Kept+" A record must name it; it is read by whoever may read that.")
	for _, code := range []string{"create", "read"} {
		n.Add("interaction").Set("code", code)
	}
	n.Set("versioning", "no-version")
}

// readBinary answers GET Binary/{id}: the file as it was sent, or, where FHIR's own types are asked for, as a resource.
func (c *call) readBinary() (*reply, error) {
	stream, file, ok := mapping.ParseFileID(c.words["id"])
	if !ok {
		return nil, errNothingHere()
	}
	if c.inner {
		return nil, &standard.Fault{Kind: methodNotAllowed, Message: "Files are read one at a time, each at its own address, and not in a Bundle."}
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	about, content, err := view.Attachment(c.ctx, stream, file)
	if err != nil {
		return nil, err
	}
	asFile, err := c.asFile(about.MediaType)
	if err == nil && asFile {
		return &reply{open: content, serve: func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, about, content) }}, nil
	}
	defer func() { _ = content.Close() }()
	if err != nil {
		return nil, err
	}
	if about.Size > mostInside {
		return nil, &standard.Fault{Kind: notAcceptable, Message: "This file is too large to be given inside a resource.", Hint: "Ask for it as it is: Accept: " + about.MediaType + "."}
	}
	data, err := io.ReadAll(content)
	if err != nil {
		return nil, &standard.Fault{Kind: standard.Broken, Message: "This file cannot be read to its end: it was altered or damaged on the disk.", Err: err}
	}
	n, err := c.binary(stream, about)
	if err != nil {
		return nil, err
	}
	n.Set("data", base64.StdEncoding.EncodeToString(data))
	return &reply{status: http.StatusOK, header: http.Header{"Cache-Control": {"private, no-cache"}, "Etag": {`W/"1"`}}, node: n}, nil
}

// binary is a file as a resource, still without what it holds.
func (c *call) binary(stream uuid.UUID, about record.Attachment) (*resource.Node, error) {
	whose, err := c.whoever(stream, stream)
	if err != nil {
		return nil, err
	}
	n := newResource(c.m.Definitions, binaryType)
	n.Set("id", mapping.FileID(stream, about.Hash))
	n.Add("meta").Set("versionId", "1")
	n.Set("contentType", about.MediaType)
	if whose != "" {
		n.Add("securityContext").Set("reference", whose)
	}
	return n, nil
}

// serveFile sends a file, and says that whoever keeps a copy asks again whether it may still be seen.
func serveFile(w http.ResponseWriter, r *http.Request, about record.Attachment, content io.ReadSeekCloser) {
	defer func() { _ = content.Close() }()
	h, name := w.Header(), about.Hash.String()
	for header, value := range media.Headers(about.MediaType, name, media.Disposition(about.MediaType), name) {
		h.Set(header, value)
	}
	h.Set("Cache-Control", "private, no-cache")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a large file may take its time
	http.ServeContent(w, r, "", time.Time{}, content)
}

// readsBinary says whether a request is for a file, of which only its own answer knows in which forms it comes.
func (c *call) readsBinary() bool {
	return strings.HasPrefix(c.r.URL.Path, Root+"/"+binaryType+"/") && (c.r.Method == http.MethodGet || c.r.Method == http.MethodHead)
}

// asFile says whether a file is wanted as it is, and not as a resource: by _format, or the first of Accept that there is.
func (c *call) asFile(mediaType string) (bool, error) {
	accepted := strings.Join(c.r.Header["Accept"], ",")
	if c.query.Get("_format") != "" {
		return false, nil // which was read already
	}
	if strings.TrimSpace(accepted) == "" {
		return true, nil
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	for part := range strings.SplitSeq(accepted, ",") {
		asked, _, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if asked == mediaType || asked == kind+"/*" || asked == "*/*" || asked == "application/octet-stream" {
			return true, nil
		}
		if f, ok := forms[asked]; ok {
			c.format = f
			return false, nil
		}
	}
	return false, &standard.Fault{Kind: notAcceptable, Message: "This file is " + mediaType + ".", Hint: "Accept that, or application/fhir+json or application/fhir+xml for a resource that holds it."}
}

// createBinary answers POST Binary: a file that is kept with somebody's record, so that a record can name it.
func (c *call) createBinary() (*reply, error) {
	if kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); !c.inner {
		if _, isResource := forms[kind]; !isResource {
			return c.receiveBinary(kind)
		}
	}
	n, err := c.sentAs(binaryType)
	if err != nil {
		return nil, err
	}
	f, problems := c.fileOf(n, binaryType)
	if f != nil && f.owner == uuid.Nil && len(problems) == 0 {
		problems = append(problems, ownerless(binaryType))
	}
	if err := standard.Refuse("The file was not kept. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if err := c.keep(f); err != nil {
		return nil, err
	}
	return c.binaryKept(f.owner, f.Attachment)
}

// receiveBinary keeps a file that was sent as it is.
func (c *call) receiveBinary(mediaType string) (*reply, error) {
	owner, problem := c.ownerInHeader()
	if problem != nil {
		return nil, standard.Refuse("The file was not kept. Nothing was changed.", []standard.Problem{*problem})
	}
	if _, known := media.ByName(mediaType); !known && !media.Anything(mediaType) || len(c.r.Header["Content-Encoding"]) > 0 {
		return nil, &standard.Fault{Kind: unsupportedMedia, Message: "Files of this type are not kept. Nothing was changed.",
			Hint: "Send the header Content-Type with the file's own type, and no Content-Encoding. " + media.Kept}
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), sendingTime)
	defer cancel()
	body := media.Await(c.r.Body, c.Timeout, http.NewResponseController(c.w).SetReadDeadline)
	defer body.Stop()
	kept, err := c.session.Attach(ctx, owner, body, access.Said{MediaType: mediaType, Size: max(c.r.ContentLength, 0)})
	if err != nil {
		c.w.Header().Set("Connection", "close") // what is still under way is not waited for
		return nil, atFile(err, binaryType+".data", binaryType+".contentType")
	}
	return c.binaryKept(owner, kept)
}

// binaryKept answers whoever sent a file: with what it is called, and without what it holds.
func (c *call) binaryKept(owner uuid.UUID, kept record.Attachment) (*reply, error) {
	out := &reply{status: http.StatusCreated, header: http.Header{"Location": {c.base() + "/" + mapping.FileURL(owner, kept.Hash)}, "Etag": {`W/"1"`}}}
	if strings.Contains(c.r.Header.Get("Prefer"), "return=minimal") {
		return out, nil
	}
	n, err := c.binary(owner, kept)
	out.node = n
	return out, err
}

// fileOf reads the file of a Binary, and whose it is, where it says so.
func (c *call) fileOf(n *resource.Node, at string) (*sentFile, []standard.Problem) {
	problems := c.searched(n, at)
	data := n.First("data")
	if data == nil || !data.Has {
		return nil, append(problems, standard.Problem{Path: at + ".data", Rule: standard.RuleMustOccur, Message: "There is no file: data must hold it, in base64. A file can be sent as it is, too, with its own Content-Type."})
	}
	f, wrong := inline(data.Value, n.Text("contentType"), at)
	problems = append(problems, wrong...)
	context := n.First("securityContext")
	switch {
	case context != nil:
		owner, problem := c.owner(context, at+".securityContext")
		if problem != nil {
			problems = append(problems, *problem)
		} else if f != nil {
			f.owner = owner
		}
	case !c.inner && c.bundled == nil && c.r.Header.Get(contextHeader) != "":
		owner, problem := c.ownerInHeader()
		if problem != nil {
			problems = append(problems, *problem)
		} else if f != nil {
			f.owner = owner
		}
	}
	return f, problems
}

// owner finds in whose record something stands that a reference names: a person, or anything in their record.
func (c *call) owner(ref *resource.Node, at string) (uuid.UUID, *standard.Problem) {
	if owner, ok := c.resolve(ref); ok && ref.First("reference") == nil {
		return owner, nil
	}
	return c.ownerOf(ref.Text("reference"), at+".reference")
}

func (c *call) ownerOf(ref, at string) (uuid.UUID, *standard.Problem) {
	kind, id, _ := resource.SplitReference(c.local(ref))
	owner, _, ok := mapping.ParseID(id)
	if !ok || len(c.m.ClassesOf(kind)) == 0 {
		return owner, &standard.Problem{Path: at, Rule: resource.RuleTarget, Value: ref, Message: "This must be a reference to the Patient whose file it is, or to something in their record: Patient/ID."}
	}
	return owner, nil
}

func (c *call) ownerInHeader() (uuid.UUID, *standard.Problem) {
	given := strings.TrimSpace(c.r.Header.Get(contextHeader))
	if given == "" {
		problem := ownerless(contextHeader)
		return uuid.Nil, &problem
	}
	return c.ownerOf(given, contextHeader)
}

// ownerless is the fault of a file of which nobody knows whose it is.
func ownerless(at string) standard.Problem {
	return standard.Problem{Path: at, Rule: standard.RuleMustOccur,
		Message: "Say whose file this is: a reference to the Patient, in the header " + contextHeader + " or in securityContext. A file is kept with one person's record, and seen by those who may see that."}
}
