package api

import "net/http"

// readRecord answers GET .../records/{record}: the version that is, or was then, current.
func (c *call) readRecord() error {
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
	v, err := view.Record(c.ctx, stream, rec)
	if err != nil {
		return err
	}
	if c.unchanged(v) {
		c.status = http.StatusNotModified
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.reply(http.StatusOK, appendVersion(c.buffer(), v, view.Moment()))
}
