package fhir

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"strings"
	"time"

	"net/http"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// format is one of the two written forms.
type format bool

const (
	asJSON format = false
	asXML  format = true
)

func (f format) media() string {
	if f == asXML {
		return "application/fhir+xml;charset=utf-8"
	}
	return "application/fhir+json;charset=utf-8"
}

func (f format) append(dst []byte, n *resource.Node) []byte {
	if f == asXML {
		return n.AppendXML(append(dst, `<?xml version="1.0" encoding="UTF-8"?>`...))
	}
	return n.AppendJSON(dst)
}

// formats by media type, and by what _format may say.
var forms = map[string]format{
	"application/fhir+json": asJSON, "application/json": asJSON, "application/json+fhir": asJSON, "text/json": asJSON, "json": asJSON, "*/*": asJSON, "application/*": asJSON,
	"application/fhir+xml": asXML, "application/xml": asXML, "application/xml+fhir": asXML, "text/xml": asXML, "xml": asXML,
}

// negotiate finds the form of the reply: _format, or else the first of Accept that there is.
func (c *call) negotiate() error {
	if strings.HasPrefix(c.r.URL.Path, Root+exportFiles) || strings.HasPrefix(c.r.URL.Path, Root+exportStatus) { // these say themselves what they are
		return nil
	}
	if given := c.query.Get("_format"); given != "" {
		media, _, _ := strings.Cut(given, ";")
		f, ok := forms[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(media)), " ", "+")] // a plus that was not escaped
		if !ok {
			return &standard.Fault{Kind: notAcceptable, Message: "FHIR resources come as JSON and XML here.", Hint: "_format may be json or xml."}
		}
		c.format = f
		return nil
	}
	if c.readsBinary() { // which comes in other forms too
		return nil
	}
	accepted := strings.Join(c.r.Header["Accept"], ",")
	if strings.TrimSpace(accepted) == "" {
		return nil
	}
	for part := range strings.SplitSeq(accepted, ",") {
		media, _, err := mime.ParseMediaType(part)
		if f, ok := forms[media]; err == nil && ok {
			c.format = f
			return nil
		}
	}
	if strings.Contains(accepted, "text/html") { // a browser
		return nil
	}
	return &standard.Fault{Kind: notAcceptable, Message: "FHIR resources come as JSON and XML here.", Hint: "Accept application/fhir+json or application/fhir+xml."}
}

// maxBody is the largest body that is read.
const maxBody = 5 << 20

// roomForBody is how much room a body is given because it says that it will need it.
const roomForBody = 64 << 10

// body reads what was sent, whole.
func (c *call) body() ([]byte, error) {
	late := time.AfterFunc(c.Timeout, func() { _ = http.NewResponseController(c.w).SetReadDeadline(time.Unix(1, 0)) })
	defer late.Stop()
	var b bytes.Buffer
	b.Grow(int(min(max(c.r.ContentLength, 0), roomForBody)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(c.r.Body, maxBody+1)); err != nil {
		if c.ctx.Err() != nil {
			return nil, c.ctx.Err()
		}
		return nil, &standard.Fault{Kind: badRequest, Message: "What was sent did not arrive whole. Nothing was changed.", Hint: "Send it again.", Err: err}
	}
	if b.Len() > maxBody {
		c.w.Header().Set("Connection", "close")
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: fmt.Sprintf("What was sent is larger than %d MiB. Nothing was changed.", maxBody>>20), Hint: "Send it in several requests."}
	}
	return b.Bytes(), nil
}

// sent reads the resource that was sent, in either form, and checks it by the definitions.
func (c *call) sent() (*resource.Node, error) {
	if c.inner && c.entry == nil {
		return nil, &standard.Fault{Kind: badRequest, Message: "The entry holds no resource. Nothing was changed."}
	}
	if c.inner {
		return c.entry, nil
	}
	media, parameters, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	f, ok := forms[media]
	charset := strings.ToLower(parameters["charset"])
	if err != nil || !ok || strings.Contains(media, "*") || charset != "" && charset != "utf-8" || c.r.Header.Get("Content-Encoding") != "" {
		return nil, &standard.Fault{Kind: unsupportedMedia, Message: "What is sent must be a FHIR resource in JSON or XML, in UTF-8. Nothing was changed.",
			Hint: "Send the header Content-Type: application/fhir+json or application/fhir+xml."}
	}
	data, err := c.body()
	if err != nil {
		return nil, err
	}
	var n *resource.Node
	var problems []standard.Problem
	if f == asXML {
		n, problems = c.m.Definitions.ReadXML(data)
	} else {
		n, problems = c.m.Definitions.ReadJSON(data)
	}
	if n == nil && len(problems) > 0 {
		return nil, &standard.Fault{Kind: badRequest, Message: "What was sent is no FHIR resource that can be read. Nothing was changed.", Problems: problems}
	}
	return n, standard.Refuse("What was sent has faults. Nothing was changed.", problems)
}
