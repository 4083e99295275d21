package api

import (
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/transfer"
)

// export answers GET /api/people/{person}/export: the stored bytes of every contribution, one a line. Once the first byte is out an error can
// only break the connection off; the last line says how many lines there are, so that half a file is noticed.
func (c *call) export() error {
	view, stream, err := c.onStream()
	if err != nil {
		return err
	}
	streams, err := c.joined(view, stream)
	if err != nil {
		return err
	}
	var out *transfer.Writer
	begin := func() error {
		if out != nil {
			return nil
		}
		h := c.w.Header()
		h.Set("Content-Type", mediaLines)
		h.Set("Content-Disposition", `attachment; filename="record-`+stream.String()+`.ndjson"`)
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
		c.status = http.StatusOK
		out, err = transfer.NewWriter(c.w, transfer.Header{System: c.System, Keys: c.Keys, Exported: c.Now().UTC(), Streams: streams})
		return err
	}
	take := access.Export{
		To: get[string](c.query, paramTo), Why: get[string](c.query, paramWhy),
		Contribution: func(s *record.Sealed) error {
			if err := begin(); err != nil {
				return err
			}
			return out.Add(s)
		},
		Attachment: func(of uuid.UUID, file record.Attachment, content io.Reader) error {
			if err := begin(); err != nil {
				return err
			}
			return out.Attach(of, file, content)
		},
	}
	for _, one := range streams {
		if err == nil {
			err = c.session.Export(c.ctx, one, view.Moment(), take)
		}
	}
	if err == nil {
		if err = begin(); err == nil {
			err = out.Close()
		}
	}
	if err != nil && c.status != 0 {
		c.Log.Warn("an export broke off", "route", c.route.path, "error", fault(err).Error())
		panic(http.ErrAbortHandler)
	}
	return err
}

// joined are the records of the same person that may be taken out: the one that the path names first. The export's first line names them all.
func (c *call) joined(view *access.View, stream uuid.UUID) ([]uuid.UUID, error) {
	streams, err := view.Streams(c.ctx, stream)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(streams, func(one uuid.UUID) bool { return one != stream && !c.session.MayDo(c.ctx, access.ToExport, one) }), nil
}
