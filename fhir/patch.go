package fhir

import (
	"mime"
	"net/http"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"rosemary/standard"
)

// mostCopied is how much a patch may add by copying, so that a small one cannot grow into a great resource.
const mostCopied = 1 << 20

// patch answers PATCH {type}/{id}: a JSON Patch (RFC 6902) on the resource as it stands, and then what update does. FHIRPath Patch is not taken.
func (c *call) patch() (*reply, error) {
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "application/json-patch+json" {
		return nil, &standard.Fault{Kind: unsupportedMedia, Message: "A change in parts must be a JSON Patch. Nothing was changed.", Hint: "Send the header Content-Type: application/json-patch+json."}
	}
	data, err := c.body()
	if err != nil {
		return nil, err
	}
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	v, err := c.current()
	if err != nil {
		return nil, err
	}
	if v, err = c.matched(v); err != nil {
		return nil, err
	}
	now, err := c.show(v)
	if err != nil {
		return nil, err
	}
	patched, err := applied(now.AppendJSON(nil), data)
	if err != nil {
		return nil, err
	}
	n, problems := c.m.Definitions.ReadJSON(patched)
	if err := standard.Refuse("With this change it would have faults. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if n.Type != now.Type || n.Text("id") != now.Text("id") {
		return nil, badQuery([]standard.Problem{badParameter(now.Type.Name+".id", n.Text("id"), "What a resource is, and what it is called, cannot be changed.")})
	}
	w, problems := c.changed(n, v, n.Type.Name)
	if err := standard.Refuse("This could not be saved. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if err := c.commit([]*written{w}, key, "Sent as FHIR"); err != nil {
		return nil, c.precondition(err)
	}
	return c.done(http.StatusOK, w)
}

// applied gives the document with the patch done.
func applied(document, data []byte) ([]byte, error) {
	p, err := jsonpatch.DecodePatch(data)
	if err != nil {
		return nil, &standard.Fault{Kind: badRequest, Message: "This is not a JSON Patch: it must be a list of operations. Nothing was changed."}
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
