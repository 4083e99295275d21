package api

import (
	"net/http"
	"strconv"

	"rosemary/access"
	"rosemary/record"
)

// versions reads all versions of the record that the path names.
func (c *call) versions() (*access.View, []*record.Version, error) {
	view, stream, rec, err := c.onRecord()
	if err != nil {
		return nil, nil, err
	}
	versions, err := view.Versions(c.ctx, stream, rec)
	return view, versions, err
}

// listVersions answers GET .../records/{record}/versions.
func (c *call) listVersions() error {
	view, versions, err := c.versions()
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for _, v := range versions {
		b = appendVersion(b, v, view.Moment())
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

// readVersion answers GET .../records/{record}/versions/{number}: of this system's versions.
func (c *call) readVersion() error {
	number, err := strconv.Atoi(c.r.PathValue("number"))
	if err != nil || strconv.Itoa(number) != c.r.PathValue("number") {
		return errNothingHere()
	}
	view, versions, err := c.versions()
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Number == number && v.System == c.System {
			if err := c.gone(view, v); err != nil {
				return err
			}
			return c.reply(http.StatusOK, appendVersion(c.buffer(), v, view.Moment()))
		}
	}
	return errNothingHere()
}
