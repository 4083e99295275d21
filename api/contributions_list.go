package api

import (
	"net/http"

	"rosemary/record"
)

// listContributions answers GET .../contributions: who committed what, the oldest first, without the contents.
func (c *call) listContributions() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	after, err := c.after()
	if err != nil {
		return err
	}
	var behind int64
	if after != nil {
		var ok bool
		if behind, ok = after.number(); !ok {
			return badCursor("")
		}
	}
	view, err := c.view(after)
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	list, more, err := view.Contributions(c.ctx, stream, record.Moment(behind), c.query.limit())
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for _, one := range list {
		b = appendContribution(append(appendComma(b), '{'), one)
		b = append(appendKey(b, "changes"), '[')
		for i := range one.Changes {
			b = appendChange(b, &one.Changes[i])
		}
		b = append(b, ']', '}')
	}
	b = append(b, ']')
	if more && len(list) > 0 {
		b = appendText(b, "next", c.next(place{moment: view.Moment(), behind: behindNumber(int64(list[len(list)-1].Moment))}))
	}
	return c.reply(http.StatusOK, append(b, '}'))
}
