package api

import "net/http"

// index answers GET /api: the table of routes, for whoever comes here first.
func (c *call) index() error {
	b := append(c.buffer(), '{')
	b = appendText(b, "about", "The native API of Rosemary, an open digital social care record. Send a bearer token in the Authorization header.")
	b = appendText(b, "purpose", "The header "+purposeHeader+" says why you ask: direct-care (when left out), management, inspection, administration or own-request.")
	b = appendText(b, "problems", "What is refused comes as application/problem+json (RFC 9457), with every fault under problems.")
	b = append(appendKey(b, "routes"), '[')
	for _, r := range c.routes {
		b = append(appendComma(b), '{')
		b = appendText(b, "method", r.method)
		b = appendText(b, "path", r.path)
		b = appendText(b, "about", r.about)
		if len(r.query) > 0 {
			b = append(appendKey(b, "query"), '{')
			for _, p := range r.query {
				b = appendText(b, p.name, p.about)
			}
			b = append(b, '}')
		}
		b = append(b, '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}
