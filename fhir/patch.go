package fhir

import (
	"encoding/base64"
	"mime"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// mostCopied is how much a patch may add by copying, so that a small one cannot grow into a great resource.
const mostCopied = 1 << 20

// mostOperations is how many operations a patch may have: each may go through the whole resource.
const mostOperations = 1000

func tooManyOperations() error {
	return &standard.Fault{Kind: standard.TooLarge, Message: "A patch may have " + strconv.Itoa(mostOperations) + " operations. Nothing was changed.", Hint: "Send the resource as it is to be, with PUT."}
}

// patch answers PATCH {type}/{id}: a JSON Patch (RFC 6902) or a FHIRPath Patch on the resource as it stands, and then what update does.
func (c *call) patch() (*reply, error) {
	change, err := c.patchSent()
	if err != nil {
		return nil, err
	}
	return c.nextVersion(func(v *record.Version) (*resource.Node, error) { return c.patched(v, change) })
}

// patching makes of the JSON of a resource, or of its tree, the JSON with the change made.
type patching func(now *resource.Node) ([]byte, error)

// patchSent reads the change that was sent: by its media type, or in an entry of a Bundle by the resource that holds it.
func (c *call) patchSent() (patching, error) {
	if c.inner {
		return c.patchOfEntry()
	}
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if _, is := forms[media]; err == nil && is && media != "application/json" && media != "text/json" {
		n, err := c.sentAs("Parameters")
		if err != nil {
			return nil, err
		}
		return func(now *resource.Node) ([]byte, error) { return pathPatched(now, n) }, nil
	}
	if err != nil || media != "application/json-patch+json" {
		return nil, &standard.Fault{Kind: unsupportedMedia, Message: "A change in parts must be a JSON Patch or a FHIRPath Patch. Nothing was changed.",
			Hint: "Send the header Content-Type: application/json-patch+json with a list of operations, or application/fhir+json with Parameters."}
	}
	data, err := c.body()
	return func(now *resource.Node) ([]byte, error) { return applied(now.AppendJSON(nil), data) }, err
}

// patchOfEntry reads the change that an entry of a Bundle holds: Parameters with a FHIRPath Patch, or a Binary with a JSON Patch.
func (c *call) patchOfEntry() (patching, error) {
	if c.entry != nil && c.entry.Type.Name == "Parameters" {
		return func(now *resource.Node) ([]byte, error) { return pathPatched(now, c.entry) }, nil
	}
	if c.entry != nil && c.entry.Type.Name == "Binary" && c.entry.Text("contentType") == "application/json-patch+json" {
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(c.entry.Text("data")), ""))
		if err == nil {
			return func(now *resource.Node) ([]byte, error) { return applied(now.AppendJSON(nil), data) }, nil
		}
	}
	return nil, &standard.Fault{Kind: badRequest, Message: "A change in parts is Parameters with a FHIRPath Patch, or a Binary of application/json-patch+json. Nothing was changed."}
}

// patched gives the resource of a version with a change made.
func (c *call) patched(v *record.Version, change patching) (*resource.Node, error) {
	now, err := c.show(v)
	if err != nil {
		return nil, err
	}
	id := now.Text("id")
	data, err := change(now)
	if err != nil {
		return nil, err
	}
	n, problems := c.m.Definitions.ReadJSON(data)
	if err := standard.Refuse("With this change it would have faults. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if n.Type != now.Type || n.Text("id") != id {
		return nil, badQuery([]standard.Problem{badParameter(now.Type.Name+".id", n.Text("id"), "What a resource is, and what it is called, cannot be changed.")})
	}
	return n, nil
}

// applied gives the document with the patch done.
func applied(document, data []byte) ([]byte, error) {
	p, err := jsonpatch.DecodePatch(data)
	if err != nil {
		return nil, &standard.Fault{Kind: badRequest, Message: "This is not a JSON Patch: it must be a list of operations. Nothing was changed."}
	}
	if len(p) > mostOperations {
		return nil, tooManyOperations()
	}
	options := jsonpatch.NewApplyOptions()
	options.AccumulatedCopySizeLimit = mostCopied
	options.SupportNegativeIndices = false
	out, err := p.ApplyWithOptions(document, options)
	if err != nil {
		return nil, standard.Refuse("The patch does not fit the resource as it stands. Nothing was changed.", []standard.Problem{{
			Path: "", Rule: "patch", Message: "An operation could not be done: a test failed, or there is nothing at its path. Read the resource, and patch what is there.",
		}})
	}
	return out, nil
}
