package api

import "net/http"

// readChangeLog answers GET .../records/{record}/change-log: who did what to the record, when and why, the oldest first.
func (c *call) readChangeLog() error {
	view, stream, rec, err := c.onRecord()
	if err != nil {
		return err
	}
	entries, err := view.ChangeLog(c.ctx, stream, rec)
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for i := range entries {
		b = appendContribution(append(appendComma(b), '{'), entries[i].Contribution)
		b = append(appendChange(appendKey(b, "change"), &entries[i].Change), '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}
