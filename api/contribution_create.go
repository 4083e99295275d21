package api

import "net/http"

// contribute answers POST .../contributions: one or many changes to one stream, all or nothing.
func (c *call) contribute() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	r, err := c.reader()
	if err != nil {
		return err
	}
	p := r.contribution("", contributionMembers, nil)
	p.Stream, p.Kind = stream, c.route.of.stream
	if err := c.refuse(r, p); err != nil {
		return err
	}
	receipts, err := c.commit(p)
	if err != nil {
		return err
	}
	return c.receipt(&receipts[0], "/api/contributions/"+receipts[0].Contribution.String())
}

// contributeToSeveral answers POST /api/contributions: contributions to several streams in one transaction.
func (c *call) contributeToSeveral() error {
	r, err := c.reader()
	if err != nil {
		return err
	}
	proposals := r.contributions()
	if err := c.refuse(r, proposals...); err != nil {
		return err
	}
	receipts, err := c.commit(proposals...)
	if err != nil {
		return err
	}
	status := http.StatusOK
	b := append(c.buffer(), `{"items":[`...)
	for i := range receipts {
		if !receipts[i].Repeated {
			status = http.StatusCreated
		}
		b = appendReceipt(b, &receipts[i])
	}
	return c.reply(status, append(b, ']', '}'))
}
