package api

import (
	"net/http"
	"time"

	"rosemary/care"
	"rosemary/transfer/folder"
)

// mediaZip is the media type of a copy.
const mediaZip = "application/zip"

// copyRecord answers GET /api/people/{person}/copy: the whole record as pages that open without any program, in a zip file. As with an export, an error behind the first byte can
// only break the connection off; a zip file that was cut off does not open.
func (c *call) copyRecord() error {
	_, stream, err := c.onStream()
	if err != nil {
		return err
	}
	one := folder.Copy{
		Session: c.session, Catalogue: c.Catalogue, System: c.System, Keys: c.Keys, Zone: c.Zone, Now: c.Now(),
		To: get[string](c.query, paramTo), Why: get[string](c.query, paramWhy), Name: care.FullName,
	}
	err = one.Write(c.ctx, stream, c.w, func() {
		h := c.w.Header()
		h.Set("Content-Type", mediaZip)
		h.Set("Content-Disposition", `attachment; filename="record-`+stream.String()+`.zip"`)
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
		c.status = http.StatusOK
	})
	if err != nil && c.status != 0 {
		c.Log.Warn("a copy broke off", "route", c.route.path, "error", fault(err).Error())
		panic(http.ErrAbortHandler)
	}
	return err
}

func copyParams() []param { return exportParams()[1:] }
