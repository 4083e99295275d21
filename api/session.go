package api

import (
	"net/http"

	"rosemary/access"
)

// whoAmI answers GET /api/session: who is asking, and what they may do at all.
func (c *call) whoAmI() error {
	p := c.session.Principal()
	b := append(c.buffer(), '{')
	b = appendText(b, "account", p.Account)
	b = appendText(b, "name", p.Name)
	b = appendSomeUID(b, "worker", p.Worker)
	b = appendText(b, "role", string(p.Role))
	b = appendText(b, "roleName", p.RoleName)
	b = appendText(b, "purpose", string(c.session.Purpose()))
	b = appendText(b, "system", c.System)
	b = append(appendKey(b, "places"), '[')
	for _, place := range p.Places {
		b = append(appendComma(b), '"')
		b = append(appendBareUID(b, place), '"')
	}
	b = append(appendKey(append(b, ']'), "may"), '[')
	for _, action := range []access.Action{
		access.ToRead, access.ToRecord, access.ToAttest, access.ToRegister, access.ToExport, access.ToReadAccessLog,
		access.ToSeeRestricted, access.ToReadDirectory, access.ToEditDirectory, access.ToManageAccounts, access.ToManageForms, access.ToManageDevices,
	} {
		if c.session.May(action) {
			b = append(append(append(appendComma(b), '"'), action...), '"')
		}
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}
