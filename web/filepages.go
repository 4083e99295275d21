package web

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// FileShown is a file that a record names, as a page shows it.
type FileShown struct {
	Name    string
	Caption string
	Alt     string // of the picture, for those who cannot see it
	Size    string
	Kind    string // what it is, in words
	Picture string // where a small picture is; "" when it is none
	Href    string // where it is shown large, or, if it is no picture, the file itself
	Taken   string
}

// filePage shows one picture large.
type filePage struct {
	Frame
	Heading string
	File    FileShown
	Large   string
	Record  string // the record that names it
	Class   string
	Save    string // the file itself, exactly as it was sent
}

// preview is where a small picture of a file is.
func (a *about) preview(hash, mediaType string) string {
	if kind, _ := media.ByName(mediaType); !kind.Picture {
		return ""
	}
	return a.href("/attachments/" + hash + "/small")
}

// fileShown words the file that a block names; false when it names none.
func (c *call) fileShown(a *about, block *standard.Group, rec string) (FileShown, bool) {
	named, ok := record.AttachmentOf(block)
	if !ok {
		return FileShown{}, false
	}
	kind, known := media.ByName(named.MediaType)
	shown := FileShown{Name: named.Name, Caption: named.Caption, Alt: named.Caption, Size: form.Bytes(named.Size), Kind: named.MediaType}
	if known {
		shown.Kind = kind.Words
	}
	if shown.Name == "" {
		shown.Name = "File"
	}
	if shown.Alt == "" {
		shown.Alt = "Picture without a description: " + shown.Name
	}
	if taken, ok := block.First(standard.RoleAttachmentTaken); ok {
		shown.Taken = plain.Value(taken, c.config.Zone)
	}
	path := "/attachments/" + named.Hash.String()
	shown.Href = a.href(path + "/file?name=" + url.QueryEscape(shown.Name))
	if kind.Picture {
		shown.Picture = a.href(path + "/small")
		shown.Href = a.href(path + "?record=" + rec)
	}
	return shown, true
}

// fileOf reads which file the address names.
func (c *call) fileOf() (record.Hash, error) {
	text := c.r.PathValue("hash")
	file, err := record.ParseHash(text)
	if err != nil || file.String() != text {
		return file, errNowhere()
	}
	return file, nil
}

// showFile shows a picture large, with what the record says about it.
func (c *call) showFile(kind standard.Stream) error {
	a, err := c.about(kind)
	if err != nil {
		return err
	}
	file, err := c.fileOf()
	if err != nil {
		return err
	}
	rec, err := uuid.Parse(c.query("record"))
	if err != nil {
		return errNowhere()
	}
	versions, err := a.view.Versions(c.ctx, a.uid, rec)
	if err != nil {
		return err
	}
	for i := len(versions) - 1; i >= 0; i-- {
		content, err := versions[i].Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		block := blockNaming(&content.Group, file)
		if block == nil {
			continue
		}
		shown, _ := c.fileShown(a, block, rec.String())
		page := filePage{File: shown, Heading: shown.Caption, Large: a.href("/attachments/" + file.String() + "/large"),
			Record: a.href("/records/" + rec.String() + "?version=" + strconv.Itoa(versions[i].Number)), Class: c.className(content, versions[i]),
			Save: a.href("/attachments/" + file.String() + "/file?name=" + url.QueryEscape(shown.Name))}
		if page.Heading == "" {
			page.Heading = shown.Name
		}
		if page.Frame, err = c.personFrame(a, page.Heading); err != nil {
			return err
		}
		return c.render("file", page)
	}
	return errNowhere()
}

// blockNaming finds the block that names a file; nil when there is none.
func blockNaming(g *standard.Group, file record.Hash) (found *standard.Group) {
	g.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		if block, ok := v.(*standard.Group); ok && found == nil && e.NamesFile() {
			if named, ok := record.AttachmentOf(block); ok && named.Hash == file {
				found = block
			}
		}
	})
	return found
}

// sendFile sends a file exactly as it was kept: to be looked at if it is a picture, else to be saved.
func (c *call) sendFile(kind standard.Stream) error {
	a, file, err := c.onFile(kind)
	if err != nil {
		return err
	}
	about, content, err := a.view.Attachment(c.ctx, a.uid, file)
	if err != nil {
		return err
	}
	name := c.query("name")
	if name == "" {
		name = file.String()
	}
	return c.file(content, about.MediaType, name, "attachment", file.String())
}

// sendPicture sends a small or large picture drawn of a file.
func (c *call) sendPicture(kind standard.Stream, size access.PictureSize) error {
	a, file, err := c.onFile(kind)
	if err != nil {
		return err
	}
	content, err := a.view.Picture(c.ctx, a.uid, file, size)
	if err != nil {
		return err
	}
	return c.file(content, media.PreviewType, string(size), "inline", file.String()+"."+string(size))
}

func (c *call) onFile(kind standard.Stream) (*about, record.Hash, error) {
	file, err := c.fileOf()
	if err != nil {
		return nil, file, err
	}
	a, err := c.about(kind)
	return a, file, err
}

// file sends content. A browser keeps small pictures only, of which a page shows many, and asks again each time whether they may still be seen: a letter or a photograph in full does not
// stay on the disk of a device that others use too. Nothing in it runs.
func (c *call) file(content io.ReadSeekCloser, mediaType, name, disposition, tag string) error {
	defer func() { _ = content.Close() }()
	h := c.w.Header()
	for header, value := range media.Headers(mediaType, name, disposition, tag) {
		h.Set(header, value)
	}
	if disposition == "inline" && name == string(access.SmallPicture) {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Cookie")
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large file may take its time
	http.ServeContent(c.w, c.r, "", time.Time{}, content)
	return nil
}

// photograph is where a small photograph of a person is: the first picture of the document that their record names as it. Today's, as the whole banner; "" when
// there is none, or the reader may not see it.
func (c *call) photograph(a *about, document uuid.UUID) (string, error) {
	if document == uuid.Nil {
		return "", nil
	}
	now, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return "", err
	}
	version, err := now.Record(c.ctx, a.uid, document)
	if standard.KindOf(err) == standard.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	content, err := version.Decoded(c.config.Catalogue)
	if err != nil || version.Status == record.EnteredInError {
		return "", err
	}
	for _, named := range record.AttachmentsOf(&content.Group) {
		if kind, _ := media.ByName(named.MediaType); kind.Picture {
			return a.base + "/attachments/" + named.Hash.String() + "/small", nil
		}
	}
	return "", nil
}
