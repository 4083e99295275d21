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
	b = appendCounts(appendPerson(b, &person), counts)
	return c.reply(http.StatusOK, append(b, '}'))
}

// appendCounts appends how many current records of each class there are.
func appendCounts(b []byte, counts map[string]int) []byte {
	b = append(appendKey(b, "records"), '{')
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		b = appendInt(b, class, int64(counts[class]))
	}
	return append(b, '}')
}
