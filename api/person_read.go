package api

import (
	"maps"
	"net/http"
	"slices"
)

// readPerson answers GET /api/people/{person}.
func (c *call) readPerson() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	view, err := c.view(nil)
	if err != nil {
		return err
	}
	person, err := view.Person(c.ctx, stream)
	if err != nil {
		return err
	}
	counts, err := view.Counts(c.ctx, stream)
	if err != nil {
		return err
	}
	b := appendView(append(c.buffer(), '{'), view)
	b = append(appendKey(appendPerson(b, &person), "records"), '{')
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		b = appendInt(b, class, int64(counts[class]))
	}
	return c.reply(http.StatusOK, append(b, '}', '}'))
}
