package api

import (
	"net/http"
	"time"

	"rosemary/access"
	"rosemary/record"
)

// listRecords answers GET .../records: one page of records, all pages as they stood at one moment.
func (c *call) listRecords() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	after, err := c.after()
	if err != nil {
		return err
	}
	q := access.RecordsQuery{
		Stream: stream, Classes: all[string](c.query, paramClass), Category: get[string](c.query, paramCategory),
		From: get[time.Time](c.query, paramFrom), Until: get[time.Time](c.query, paramUntil),
		Which: get[record.Which](c.query, paramVersions), Errors: get[bool](c.query, paramErrors),
		Order: get[record.Order](c.query, paramOrder), Limit: c.query.limit(),
	}
	if after != nil {
		cursor, ok := after.version()
		if !ok {
			return badCursor(get[string](c.query, paramAfter))
		}
		q.After = cursor
	}
	view, err := c.view(after)
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	versions, more, err := view.Records(c.ctx, q)
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for _, v := range versions {
		if b = appendVersion(b, v, view.Moment()); v.Stream != stream { // it stands in another record of the same person
			b = append(appendUID(b[:len(b)-1], "person", v.Stream), '}')
		}
	}
	b = append(b, ']')
	if more && len(versions) > 0 {
		last := versions[len(versions)-1].Cursor()
		b = appendText(b, "next", c.next(place{moment: view.Moment(), behind: behindVersion(last)}))
	}
	return c.reply(http.StatusOK, append(b, '}'))
}
