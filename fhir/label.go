package fhir

import (
	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
)

// sensitivities are how FHIR's codes of confidentiality are kept.
var sensitivities = map[string]record.Sensitivity{
	"U": record.Normal, "L": record.Normal, "M": record.Normal, "N": record.Normal, mapping.Restricted: record.Sensitive, mapping.VeryRestricted: record.Confidential,
}

// labelled takes over what a resource says around its content: who may see it, and that it is not complete. A change that says nothing of who may see it leaves that as it is.
func labelled(ch *record.ProposedChange, n *resource.Node) {
	meta := n.First("meta")
	var highest record.Sensitivity
	for _, label := range meta.All("security") {
		if label.Text("system") == mapping.ConfidentialitySystem {
			highest = max(highest, sensitivities[label.Text("code")])
		}
	}
	if highest != 0 {
		ch.Sensitivity = highest.String()
	}
	for _, tag := range meta.All("tag") {
		if ch.Type == record.Create && tag.Text("system") == mapping.StatusSystem && tag.Text("code") == "incomplete" {
			ch.Status = record.Incomplete
		}
	}
}

// placedWith gives the person in whose record something is to stand whose class has no subject: whom the extension for that names, or else the Patient that the
// resource is about.
func (c *call) placedWith(n *resource.Node) (person uuid.UUID, said, wrong bool) {
	if person, said = placed(n); said {
		return person, person != uuid.Nil, person == uuid.Nil
	}
	for _, name := range []string{"subject", "patient"} {
		ref := n.First(name)
		if ref == nil {
			continue
		}
		kind, id, _ := resource.SplitReference(ref.Text("reference"))
		if stream, rec, ok := mapping.ParseID(id); ok && stream == rec && kind == "Patient" {
			return stream, true, false
		}
		if person, ok := c.resolve(ref); ok {
			return person, true, false
		}
	}
	return person, false, false
}

// placed reads the extension that says in whose record a resource stands; uuid.Nil where it names nobody.
func placed(n *resource.Node) (person uuid.UUID, said bool) {
	x := n.Extension(mapping.PersonURL)
	if x == nil {
		return person, false
	}
	kind, id, _ := resource.SplitReference(x.Text("value", "reference"))
	stream, rec, ok := mapping.ParseID(id)
	if kind != "Patient" || !ok || stream != rec {
		return uuid.Nil, true
	}
	return stream, true
}
