package fhir

import (
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/resource"
)

// resolve finds the person whom a logical reference means by their NHS number.
func (c *call) resolve(ref *resource.Node) (uuid.UUID, bool) {
	id := ref.First("identifier")
	if id == nil || id.Text("system") != nhsNumberSystem || id.Text("value") == "" {
		return uuid.Nil, false
	}
	view, err := c.view()
	if err != nil {
		return uuid.Nil, false
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{Search: id.Text("value"), All: true, Limit: 2})
	if err != nil || len(people) != 1 || people[0].Card.NHSNumber != id.Text("value") {
		return uuid.Nil, false
	}
	return people[0].UID, true
}
