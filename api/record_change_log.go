package api

import "net/http"

// readChangeLog answers GET .../records/{record}/change-log: who did what to the record, when and why, the oldest first.
func (c *call) readChangeLog() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	rec, err := c.uid("record")
	if err != nil {
		return err
	}
	view, err := c.view(nil)
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
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
