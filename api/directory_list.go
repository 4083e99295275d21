package api

import "net/http"

// listDirectory answers GET /api/directory.
func (c *call) listDirectory() error {
	view, err := c.view(nil)
	if err != nil {
		return err
	}
	entries, err := view.Directory(c.ctx, all[string](c.query, paramClass))
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for _, e := range entries {
		b = appendUID(append(appendComma(b), '{'), "entry", e.UID)
		b = appendText(b, "class", e.Class)
		b = append(appendText(b, "name", e.Name), '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}
