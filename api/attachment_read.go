package api

import (
	"io"
	"net/http"
	"time"

	"rosemary/access"
	"rosemary/media"
	"rosemary/record"
)

// paramSize says how large a preview is asked for.
const paramSize = "size"

func previewParams() []param {
	return []param{{name: paramSize, about: "small (when left out) or large", read: readSize}}
}

func readSize(_ *service, text string) (any, string) {
	if size := access.PictureSize(text); media.Size(size).Edge() > 0 {
		return size, ""
	}
	return nil, "This must be small or large."
}

// attachmentRoutes are the files kept beside a person's record.
func attachmentRoutes(of kind) []*route {
	all := of.base + "/{" + of.parameter + "}/attachments"
	return []*route{
		{method: http.MethodPost, path: all, about: "Keep a file, which is the body itself, so that a record can name it", gives: mediaJSON, returns: "Attachment", takes: "File", accepts: "*/*", long: true, of: of, answer: (*call).sendAttachment},
		{method: http.MethodGet, path: all + "/{hash}", about: "A file that a record names, exactly as it was sent; parts of it by Range", long: true, of: of, answer: (*call).readAttachment},
		{method: http.MethodGet, path: all + "/{hash}/preview", about: "A small or large picture drawn of a file, without what the original hides (such as where it was taken)", query: previewParams(), gives: media.PreviewType, of: of, answer: (*call).readPreview},
	}
}

// onAttachment finds the view of now, and the file that the path names.
func (c *call) onAttachment() (view *access.View, file record.Hash, err error) {
	view, _, err = c.onStream()
	if err != nil {
		return nil, file, err
	}
	text := c.r.PathValue("hash")
	if file, err = record.ParseHash(text); err != nil || file.String() != text {
		return nil, file, errNothingHere()
	}
	return view, file, nil
}

// readAttachment answers GET .../attachments/{hash}. The bytes never change, but who may see them does: whoever keeps a copy asks again each time, and is
// told that it still holds.
func (c *call) readAttachment() error {
	view, file, err := c.onAttachment()
	if err != nil {
		return err
	}
	stream, err := c.stream()
	if err != nil {
		return err
	}
	about, content, err := view.Attachment(c.ctx, stream, file)
	if err != nil {
		return err
	}
	return c.file(content, about.MediaType, file.String(), media.Disposition(about.MediaType))
}

// readPreview answers GET .../attachments/{hash}/preview.
func (c *call) readPreview() error {
	view, file, err := c.onAttachment()
	if err != nil {
		return err
	}
	stream, err := c.stream()
	if err != nil {
		return err
	}
	size := get[access.PictureSize](c.query, paramSize)
	if size == "" {
		size = access.SmallPicture
	}
	content, err := view.Picture(c.ctx, stream, file, size)
	if err != nil {
		return err
	}
	return c.file(content, media.PreviewType, file.String()+"."+string(size), "inline")
}

// file sends a file, and says that whoever keeps a copy asks again whether it may still be seen.
func (c *call) file(content io.ReadSeekCloser, mediaType, name, disposition string) error {
	defer func() { _ = content.Close() }()
	h := c.w.Header()
	for header, value := range media.Headers(mediaType, name, disposition, name) {
		h.Set(header, value)
	}
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization, Cookie")
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large file may take its time
	out := &statusWriter{ResponseWriter: c.w}
	http.ServeContent(out, c.r, "", time.Time{}, content)
	c.status = out.status
	return nil
}

// statusWriter remembers the status of a reply.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives the writer behind it.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
