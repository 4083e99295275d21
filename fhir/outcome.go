package fhir

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// The kinds of failure that only a door over HTTP knows.
const (
	badRequest         standard.Kind = "bad-request"
	methodNotAllowed   standard.Kind = "method-not-allowed"
	notAcceptable      standard.Kind = "not-acceptable"
	unsupportedMedia   standard.Kind = "unsupported-media-type"
	preconditionFailed standard.Kind = "precondition-failed"
	tooMany            standard.Kind = "too-many-requests"
	timedOut           standard.Kind = "timed-out"
	internal           standard.Kind = "internal"
	notBuilt           standard.Kind = "not-built"
	notListed          standard.Kind = "not-listed" // codes that are not here
)

// outcome is how a kind of failure shows: the status, FHIR's code of the issue, the NHS's code, and how long to wait.
type outcome struct {
	status     int
	issue, nhs string
	retry      string
}

var outcomes = map[standard.Kind]outcome{
	access.Waits:             {202, "informational", "", ""},
	access.Declined:          {409, "business-rule", "CONFLICT", ""},
	standard.Invalid:         {422, "invalid", "UNPROCESSABLE_ENTITY", ""},
	standard.Conflict:        {409, "conflict", "CONFLICT", ""},
	standard.Reused:          {409, "duplicate", "CONFLICT", ""},
	standard.NotFound:        {404, "not-found", "NOT_FOUND", ""},
	standard.Gone:            {410, "deleted", "GONE", ""},
	standard.Unauthenticated: {401, "login", "UNAUTHORIZED", ""},
	standard.Forbidden:       {403, "forbidden", "FORBIDDEN", ""},
	standard.TooLarge:        {413, "too-long", "PAYLOAD_TOO_LARGE", ""},
	standard.Busy:            {503, "transient", "SERVICE_UNAVAILABLE", "1"},
	standard.Broken:          {500, "exception", "SERVER_ERROR", ""},
	standard.Unavailable:     {503, "transient", "SERVICE_UNAVAILABLE", "10"},
	badRequest:               {400, "invalid", "BAD_REQUEST", ""},
	methodNotAllowed:         {405, "not-supported", "METHOD_NOT_ALLOWED", ""},
	notAcceptable:            {406, "not-supported", "NOT_ACCEPTABLE", ""},
	unsupportedMedia:         {415, "not-supported", "UNSUPPORTED_MEDIA_TYPE", ""},
	preconditionFailed:       {412, "conflict", "PRECONDITION_FAILED", ""},
	misdirected:              {421, "security", "MISDIRECTED_REQUEST", ""},
	tooMany:                  {429, "throttled", "TOO_MANY_REQUESTS", "30"},
	timedOut:                 {503, "timeout", "TIMEOUT", "5"},
	internal:                 {500, "exception", "SERVER_ERROR", ""},
	exportFailed:             {500, "exception", "SERVER_ERROR", ""},
	notBuilt:                 {501, "not-supported", "NOT_IMPLEMENTED", ""},
	notListed:                {404, "not-found", "NOT_FOUND", ""},
}

// issueOf gives FHIR's code of an issue for a rule that was broken.
var issueOf = map[string]string{
	resource.RuleMalformed: "structure", resource.RuleUnknown: "structure", resource.RuleShape: "structure", resource.RuleTwice: "structure", resource.RuleTooDeep: "too-long",
	resource.RuleMust: "required", resource.RuleEmpty: "required", resource.RuleFormat: "value", resource.RuleCode: "code-invalid", resource.RuleTooMany: "structure",
	resource.RuleNarrative: "security", resource.RuleNoType: "structure", resource.RuleTarget: "value", mapping.RuleNoClass: "not-supported",
	mapping.RuleModifier: "extension", mapping.RuleLeftOver: "not-supported", standard.RuleUnknownCode: "code-invalid", "unknown-parameter": "not-supported",
}

// fault finds what an error says about itself. What it does not say is never shown.
func fault(err error) *standard.Fault {
	var f *standard.Fault
	switch {
	case errors.As(err, &f) && f.Kind == standard.NotFound: // one answer, whatever the reason
		return &standard.Fault{Kind: standard.NotFound, Message: "There is nothing here, or nothing that you may see.", Err: f.Err}
	case errors.As(err, &f) && outcomes[f.Kind].status != 0:
		return f
	case errors.Is(err, resource.ErrNotBuilt):
		return &standard.Fault{Kind: notBuilt, Message: "The FHIR definitions were not built into this program.", Hint: "Whoever built it runs `make assets` and builds it again.", Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &standard.Fault{Kind: timedOut, Message: "The request took too long and was given up.", Hint: "If it was to save something, send it again with the same Idempotency-Key: it is saved once at most.", Err: err}
	}
	return &standard.Fault{Kind: internal, Message: "Something went wrong inside Rosemary.", Hint: "If it was to save something, send it again with the same Idempotency-Key: it is saved once at most.", Err: err}
}

// errNothingHere is the one answer for what does not exist and for what the asker may not know of.
func errNothingHere() error { return &standard.Fault{Kind: standard.NotFound} }

// failure is the reply to an error: an OperationOutcome with everything that was wrong.
func (c *call) failure(err error) *reply {
	f := fault(err)
	o := outcomes[f.Kind]
	header := http.Header{"Cache-Control": {"no-store"}}
	if o.retry != "" {
		header.Set("Retry-After", o.retry)
	}
	if o.status == http.StatusUnauthorized && c.w.Header().Get("WWW-Authenticate") == "" {
		header.Set("WWW-Authenticate", challenge)
	}
	words := f.Message
	if f.Hint != "" {
		words += " " + f.Hint
	}
	if o.status >= 500 {
		instance := uuid.New().URN()
		words += " It was noted as " + instance + "."
		c.Log.Error("request failed", "route", c.routePath(), "kind", string(f.Kind), "instance", instance, "error", err.Error())
	}
	m, mapperErr := c.mapper()
	if mapperErr != nil { // then there is no way to write an OperationOutcome but by hand
		return &reply{status: o.status, header: header, plain: `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"` + o.issue + `","diagnostics":"` + words + `"}]}`}
	}
	n := newResource(m.Definitions, "OperationOutcome")
	severity := "error"
	if o.status < 300 {
		severity = "information"
	}
	if len(f.Problems) == 0 {
		issue(n, severity, o.issue, o.nhs, words, "")
	}
	for _, p := range f.Problems {
		code := issueOf[p.Rule]
		if code == "" {
			code = "business-rule"
		}
		issue(n, "error", code, o.nhs, p.Message, p.Path)
	}
	return &reply{status: o.status, header: header, node: n}
}

// issue appends what was wrong to an OperationOutcome.
func issue(n *resource.Node, severity, code, nhs, words, expression string) {
	i := n.Add("issue")
	i.Set("severity", severity)
	i.Set("code", code)
	if nhs != "" {
		d := i.Add("details").Add("coding")
		d.Set("system", "https://fhir.nhs.uk/CodeSystem/http-error-codes")
		d.Set("code", nhs)
	}
	i.Set("diagnostics", words)
	if expression != "" {
		x := i.Add("expression")
		x.Value, x.Has = expression, true
	}
}

func newResource(d *resource.Definitions, name string) *resource.Node {
	t, _ := d.ResourceType(name)
	return resource.New(t)
}

// badQuery refuses search parameters.
func badQuery(problems []standard.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &standard.Fault{Kind: badRequest, Message: "The request has parameters that cannot be used. Nothing was done.", Problems: problems}
}
