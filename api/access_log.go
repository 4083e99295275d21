package api

import (
	"net/http"

	"rosemary/access"
)

// listAccess answers GET /api/people/{person}/access-log: who looked at the record, the latest first.
func (c *call) listAccess() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	after, err := c.after()
	if err != nil {
		return err
	}
	var before int64
	if after != nil {
		var ok bool
		if before, ok = after.number(); !ok {
			return badCursor("")
		}
	}
	view, err := c.session.View(c.ctx, nowhen())
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	limit := c.query.limit()
	entries, err := c.session.AccessLog(c.ctx, stream, before, limit+1)
	if err != nil {
		return err
	}
	more := len(entries) > limit
	if more {
		entries = entries[:limit]
	}
	b := append(c.buffer(), `{"items":[`...)
	for i := range entries {
		b = appendEntry(b, &entries[i])
	}
	b = append(b, ']')
	if more {
		b = appendText(b, "next", c.next(place{behind: behindNumber(entries[limit-1].ID)}))
	}
	return c.reply(http.StatusOK, append(b, '}'))
}

func appendEntry(b []byte, e *access.Entry) []byte {
	b = append(appendComma(b), '{')
	b = appendInt(b, "id", e.ID)
	b = appendTime(b, "at", e.At)
	b = appendText(b, "account", e.Account)
	b = appendSomeUID(b, "worker", e.Worker)
	b = appendText(b, "role", string(e.Role))
	b = appendText(b, "purpose", string(e.Purpose))
	b = appendText(b, "action", e.Action)
	b = appendSomeUID(b, "record", e.Record)
	b = appendSome(b, "class", e.Class)
	if e.Moment > 0 {
		b = appendInt(b, "moment", int64(e.Moment))
	}
	if e.Count > 0 {
		b = appendInt(b, "count", int64(e.Count))
	}
	if e.Merged {
		b = appendBool(b, "merged", true)
	}
	return append(appendText(b, "outcome", string(e.Outcome)), '}')
}
