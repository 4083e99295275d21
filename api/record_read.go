package api

import "net/http"

// readRecord answers GET .../records/{record}: the version that is, or was then, current.
func (c *call) readRecord() error {
	view, stream, rec, err := c.onRecord()
	if err != nil {
		return err
	}
	v, err := view.Record(c.ctx, stream, rec)
	if err != nil {
		return err
	}
	if err := c.gone(view, v); err != nil {
		return err
	}
	if c.unchanged(v) {
		c.status = http.StatusNotModified
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.reply(http.StatusOK, appendVersion(c.buffer(), v, view.Moment()))
}
