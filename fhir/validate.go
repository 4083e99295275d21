package fhir

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// validate answers {type}/$validate and {type}/{id}/$validate: what would be wrong with a resource if it were created, changed or deleted, and nothing is written. The
// resource comes bare, or as the parameter resource; mode and profile come as parameters.
func (c *call) validate() (*reply, error) {
	n, asked, err := c.toValidate()
	if standard.KindOf(err) == standard.Invalid {
		out := c.failure(err)
		out.status = http.StatusOK
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out := newResource(c.m.Definitions, "OperationOutcome")
	var problems []standard.Problem
	switch {
	case asked.mode == "delete":
		problems, err = c.wouldDelete()
	case len(c.m.ClassesOf(n.Type.Name)) == 0:
		issue(out, "information", "informational", "", "Nothing is wrong with it by FHIR's own definitions. No record is kept as "+n.Type.Name+" here.", "")
		return &reply{status: http.StatusOK, node: out}, nil
	default:
		c.claims(n, asked.profile, out)
		problems, err = c.wouldSave(n, asked.mode)
	}
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		failed := c.failure(standard.Refuse("There are faults.", problems))
		for _, i := range out.Nodes {
			failed.node.AddCopy(i)
		}
		failed.status = http.StatusOK
		return failed, nil
	}
	issue(out, "information", "informational", "", "Nothing is wrong with it.", "")
	return &reply{status: http.StatusOK, node: out}, nil
}

// validation is how a resource is to be looked at.
type validation struct{ mode, profile string }

// toValidate reads the resource and the parameters.
func (c *call) toValidate() (n *resource.Node, asked validation, err error) {
	asked = validation{c.query.Get("mode"), c.query.Get("profile")}
	problems := c.unknownParameters("mode", "profile", "_format", "_pretty")
	if c.r.Method == http.MethodPost {
		if n, err = c.sent(); err != nil {
			return nil, asked, err
		}
		if n.Type.Name == "Parameters" && c.words["type"] != "Parameters" {
			for _, p := range n.All("parameter") {
				switch p.Text("name") {
				case "mode":
					asked.mode = p.Text("value")
				case "profile":
					asked.profile = p.Text("value")
				}
			}
			n = parameter(n, "resource")
		}
	}
	of := c.words["id"] != ""
	switch asked.mode {
	case "", "create":
	case "update", "delete":
		if !of {
			problems = append(problems, badParameter("mode", asked.mode, "Which one would be changed is said in the address: "+c.words["type"]+"/id/$validate."))
		}
	default:
		problems = append(problems, badParameter("mode", asked.mode, "mode may be create, update or delete. A profile is named by the parameter profile."))
	}
	if asked.mode == "" && of {
		asked.mode = "update"
	}
	if n == nil && asked.mode != "delete" {
		problems = append(problems, badParameter("resource", "", "There is no resource: send it bare, or as the parameter resource."))
	}
	if n != nil && n.Type.Name != c.words["type"] {
		problems = append(problems, badParameter("resource", n.Type.Name, "What was sent is a "+n.Type.Name+", and the address is that of a "+c.words["type"]+"."))
	}
	return n, asked, badQuery(problems)
}

// claims notes the profile that a resource is to be held against: one of a class decides which class it is; of another is only said that it was not looked at.
func (c *call) claims(n *resource.Node, profile string, out *resource.Node) {
	if profile == "" {
		return
	}
	m, ok := c.m.ByClass(strings.TrimPrefix(profile, mapping.ClassPrefix))
	if !ok || m.Resource != n.Type || !strings.HasPrefix(profile, mapping.ClassPrefix) {
		issue(out, "information", "not-supported", "", "The profile "+profile+" cannot be looked at here. The resource was held against FHIR's own definitions and the classes of the standard.", "")
		return
	}
	meta := n.First("meta")
	if meta == nil {
		meta = n.Add("meta")
	}
	meta.Remove(func(e *resource.Node) bool { return e.Field.Name == "profile" })
	add(meta, "profile", profile)
}

// wouldSave gives what would be wrong with a resource as a new record, or as the next version of the one that the path names.
func (c *call) wouldSave(n *resource.Node, mode string) ([]standard.Problem, error) {
	var w *written
	var problems []standard.Problem
	if mode == "update" {
		v, err := c.current()
		if err != nil {
			return nil, err
		}
		w, problems = c.changed(n, v, n.Type.Name)
	} else {
		w, problems = c.newRecord(n, uuid.Must(uuid.NewV7()), n.Type.Name)
	}
	if w == nil || len(problems) > 0 || w.change.Content == nil || c.broken != nil {
		return problems, c.broken
	}
	_, problems = w.taken.Class.Decode(w.taken.Content, standard.DecodeOptions{Subject: w.stream})
	for i := range problems {
		problems[i].Path = w.taken.Expression(problems[i].Path)
	}
	return problems, nil
}

// wouldDelete says whether the record that the path names could be marked as entered in error.
func (c *call) wouldDelete() ([]standard.Problem, error) {
	v, err := c.current()
	if err == nil && v.Status == record.EnteredInError {
		err = enteredInError()
	}
	if err != nil {
		return nil, err
	}
	return nil, c.session.MustWith(c.ctx, access.Deletes, c.words["type"])
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
