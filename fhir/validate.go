package fhir

import (
	"net/http"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// validate answers POST {type}/$validate: what would be wrong with a resource, and nothing is written. The resource comes bare, or as the parameter resource.
func (c *call) validate() (*reply, error) {
	n, err := c.sent()
	if err == nil && n.Type.Name == "Parameters" {
		n = parameter(n, "resource")
		if n == nil {
			err = &standard.Fault{Kind: badRequest, Message: "There is no parameter resource with a resource in it."}
		}
	}
	if err == nil && n.Type.Name != c.words["type"] {
		err = &standard.Fault{Kind: badRequest, Message: "What was sent is a " + n.Type.Name + ", and the address is that of a " + c.words["type"] + "."}
	}
	if standard.KindOf(err) == standard.Invalid {
		out := c.failure(err)
		out.status = http.StatusOK
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	var problems []standard.Problem
	if len(c.m.ClassesOf(n.Type.Name)) == 0 {
		out := newResource(c.m.Definitions, "OperationOutcome")
		issue(out, "information", "informational", "", "Nothing is wrong with it by FHIR's own definitions. No record is kept as "+n.Type.Name+" here.", "")
		return &reply{status: http.StatusOK, node: out}, nil
	}
	if w, faults := c.newRecord(n, uuid.Must(uuid.NewV7()), n.Type.Name); w == nil || len(faults) > 0 {
		problems = faults
	} else {
		_, problems = w.taken.Class.Decode(w.taken.Content, standard.DecodeOptions{Subject: w.stream})
		for i := range problems {
			problems[i].Path = w.taken.Expression(problems[i].Path)
		}
	}
	if len(problems) > 0 {
		out := c.failure(standard.Refuse("There are faults.", problems))
		out.status = http.StatusOK
		return out, nil
	}
	out := newResource(c.m.Definitions, "OperationOutcome")
	issue(out, "information", "informational", "", "Nothing is wrong with it.", "")
	return &reply{status: http.StatusOK, node: out}, nil
}

// parameter gives the resource of a parameter.
func parameter(n *resource.Node, name string) *resource.Node {
	for _, p := range n.All("parameter") {
		if r := p.First("resource"); p.Text("name") == name && r != nil {
			return r.Alone()
		}
	}
	return nil
}
