package api

import (
	"net/http"

	"rosemary/record"
)

// readContribution answers GET /api/contributions/{contribution}.
func (c *call) readContribution() error {
	id, err := c.uid("contribution")
	if err != nil {
		return err
	}
	sealed, err := c.session.Contribution(c.ctx, id)
	if err != nil {
		return err
	}
	b := appendContribution(append(c.buffer(), '{'), &sealed.Contribution)
	b = append(appendKey(b, "changes"), '[')
	for i := range sealed.Changes {
		b = appendChange(b, &sealed.Changes[i])
	}
	b = append(appendKey(append(b, ']'), "versions"), '[')
	for _, v := range sealed.Versions {
		b = appendVersion(b, v, record.Forever-1)
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}
