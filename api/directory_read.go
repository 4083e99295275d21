package api

import (
	"net/http"

	"github.com/google/uuid"
)

// readEntry answers GET /api/directory/{entry}. What the entry says is the record of the same id.
func (c *call) readEntry() error {
	view, stream, err := c.onStream()
	if err != nil {
		return err
	}
	v, err := view.Record(c.ctx, stream, stream)
	if err != nil {
		return err
	}
	names, err := view.Names(c.ctx, uuid.Nil, []uuid.UUID{stream})
	if err != nil {
		return err
	}
	counts, err := view.Counts(c.ctx, stream)
	if err != nil {
		return err
	}
	b := appendUID(appendView(append(c.buffer(), '{'), view), "entry", stream)
	b = appendText(b, "class", v.Class)
	b = appendText(b, "name", names[stream])
	return c.reply(http.StatusOK, append(appendCounts(b, counts), '}'))
}
