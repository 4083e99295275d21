package api

import (
	"net/http"

	"github.com/google/uuid"

	"rosemary/access"
)

// listPeople answers GET /api/people.
func (c *call) listPeople() error {
	after, err := c.after()
	if err != nil {
		return err
	}
	view, err := c.view(after)
	if err != nil {
		return err
	}
	q := access.PeopleQuery{
		Search: get[string](c.query, paramSearch), Place: get[uuid.UUID](c.query, paramPlace), Left: get[bool](c.query, paramLeft), All: !c.query.has(paramLeft), Limit: c.query.limit(),
	}
	if after != nil {
		q.After = string(after.behind)
	}
	people, next, err := view.People(c.ctx, q)
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for i := range people {
		b = append(appendPerson(append(appendComma(b), '{'), &people[i]), '}')
	}
	b = append(b, ']')
	if next != "" {
		b = appendText(b, "next", c.next(place{moment: view.Moment(), behind: []byte(next)}))
	}
	return c.reply(http.StatusOK, append(b, '}'))
}

// appendView appends what a view is fixed at: all that a reply shows stood like that then.
func appendView(b []byte, v *access.View) []byte {
	b = appendInt(b, "moment", int64(v.Moment()))
	if !v.Committed().IsZero() {
		b = appendTime(b, "committed", v.Committed())
	}
	if v.Past() {
		b = appendBool(b, "past", true)
	}
	return b
}

func appendPerson(b []byte, p *access.Person) []byte {
	b = appendUID(b, "person", p.UID)
	b = appendSome(b, "givenName", p.Card.Given)
	b = appendSome(b, "familyName", p.Card.Family)
	b = appendSome(b, "preferredName", p.Card.Preferred)
	b = appendSome(b, "birthDate", p.Card.Born)
	b = appendSome(b, "deathDate", p.Card.Died)
	b = appendSome(b, "gender", p.Card.Gender)
	b = appendSome(b, "nhsNumber", p.Card.NHSNumber)
	b = appendSome(b, "nhsNumberStatus", p.Card.NHSNumberStatus)
	b = appendBool(b, "placed", p.Placed)
	if len(p.Also) > 0 {
		b = append(appendKey(b, "alsoHeldAs"), '[')
		for _, other := range p.Also {
			b = append(appendBareUID(append(appendComma(b), '"'), other.UID), '"')
		}
		b = append(b, ']')
	}
	if p.Card.Restricted {
		b = appendBool(b, "restrictedAddress", true)
	}
	if p.Concealed {
		return appendBool(b, "concealed", true)
	}
	b = appendSomeUID(b, "place", p.Place)
	b = appendSome(b, "placeName", p.PlaceName)
	return appendSome(b, "room", p.Room)
}
