package api

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
)

// listDisclosures answers GET .../records/{record}/disclosures: who was given a record, the latest first, and who of them must be told that it was corrected.
func (c *call) listDisclosures() error {
	_, stream, rec, err := c.onRecord()
	if err != nil {
		return err
	}
	d, err := c.session.DisclosuresOf(c.ctx, stream, rec, int(get[int64](c.query, paramNumber)))
	if err != nil {
		return err
	}
	b := append(c.buffer(), '{')
	b = appendInt(b, "latest", int64(d.Latest))
	if d.Corrected > 0 {
		b = appendInt(b, "corrected", int64(d.Corrected))
	}
	b = appendBool(b, "some", d.Some)
	b = appendBool(b, "mustTell", d.MustTell)
	b = appendBool(b, "known", d.Known)
	b = append(appendKey(b, "items"), '[')
	for i := range d.List {
		b = appendDisclosure(b, &d.List[i])
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

func appendDisclosure(b []byte, d *access.Disclosure) []byte {
	b = append(appendComma(b), '{')
	if d.ID > 0 {
		b = appendInt(b, "id", d.ID)
	}
	b = appendTime(b, "at", d.At)
	b = appendSome(b, "account", d.Account)
	b = appendSomeUID(b, "worker", d.Worker)
	b = appendSome(b, "role", string(d.Role))
	b = appendSome(b, "purpose", string(d.Purpose))
	b = appendText(b, "action", d.Action)
	b = appendSome(b, "to", d.To)
	b = appendSome(b, "why", d.Why)
	b = appendInt(b, "number", int64(d.Number))
	return append(appendBool(b, "mustTell", d.Wrong), '}')
}

// tell answers POST .../records/{record}/disclosures: somebody was told what a version says.
func (c *call) tell() error {
	_, stream, rec, err := c.onRecord()
	if err != nil {
		return err
	}
	var number int
	var words string
	var id uuid.UUID
	if err := c.fields("contribution, number, description", map[string]any{"contribution": &id, "number": &number, "description": &words}); err != nil {
		return err
	}
	receipt, err := c.session.Tell(c.ctx, id, stream, rec, number, words)
	if err != nil {
		return err
	}
	return c.receipt(&receipt, "/api/contributions/"+receipt.Contribution.String())
}

func disclosureParams() []param {
	return []param{{name: paramNumber, about: "only who was given that version or a later one: a whole number from 1", read: readNumber}}
}

func readNumber(_ *service, text string) (any, string) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return nil, "Give the number of a version: a whole number from 1."
	}
	return n, ""
}

// readAside reads one line that somebody says about what they do.
func readAside(_ *service, text string) (any, string) { return text, "" }
