package fhir

import (
	"net/http"

	"rosemary/record"
)

// vread answers GET {type}/{id}/_history/{version}.
func (c *call) vread() (*reply, error) {
	versions, err := c.versions()
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if c.versionID(v) == c.words["version"] {
			if err := c.standing(v); err != nil {
				return nil, err
			}
			return c.shown(http.StatusOK, v)
		}
	}
	return nil, errNothingHere()
}

// versions gives all versions of the record that the path names, first to last.
func (c *call) versions() ([]*record.Version, error) {
	stream, rec, err := c.addressed()
	if err != nil {
		return nil, err
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	versions, err := view.Versions(c.ctx, stream, rec)
	if err != nil {
		return nil, err
	}
	return versions, c.mustBe(versions[0])
}
