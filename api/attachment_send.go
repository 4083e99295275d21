package api

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
)

// sendingTime is how long the sending of one file may take; within it, something must arrive within the time of other requests.
const sendingTime = 15 * time.Minute

// sendAttachment answers POST .../attachments: the body is the file itself. The reply names it for the record that is to hold it.
func (c *call) sendAttachment() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, nowhen())
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	said, err := c.said()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, sendingTime)
	defer cancel()
	body := c.arriving()
	defer body.Stop()
	kept, err := c.session.Attach(ctx, stream, body, said)
	if err != nil {
		c.w.Header().Set("Connection", "close") // what is still under way is not waited for
		return err
	}
	path := c.r.URL.Path + "/" + kept.Hash.String()
	c.w.Header().Set("Location", path)
	b := appendText(append(c.buffer(), '{'), "hash", kept.Hash.String())
	b = appendText(b, "mediaType", kept.MediaType)
	b = appendInt(b, "size", kept.Size)
	return c.reply(http.StatusCreated, append(appendText(b, "href", path), '}'))
}

// said reads what the headers say about the file.
func (c *call) said() (access.Said, error) {
	said := access.Said{MediaType: c.r.Header.Get("Content-Type"), Size: max(c.r.ContentLength, 0)}
	if _, known := media.ByName(said.MediaType); !known || len(c.r.Header["Content-Encoding"]) > 0 {
		return said, &standard.Fault{Kind: unsupportedMedia, Message: "Files of this type are not kept. Nothing was changed.",
			Hint: "Send the header Content-Type with the file's own type, and no Content-Encoding. " + media.Kept}
	}
	for _, name := range []string{"Content-Digest", "Repr-Digest"} {
		for part := range strings.SplitSeq(strings.Join(c.r.Header.Values(name), ","), ",") {
			algorithm, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			if !strings.EqualFold(algorithm, "sha-256") {
				continue // others cannot be checked, and need not be
			}
			sum, err := base64.StdEncoding.DecodeString(strings.Trim(value, ":"))
			if err != nil || len(sum) != len(record.Hash{}) {
				return said, &standard.Fault{Kind: badRequest, Message: "The header " + name + " cannot be read. Nothing was changed.",
					Hint: "Write it like sha-256=:base64 of the hash:, or leave it out."}
			}
			hash := record.Hash(sum)
			said.Hash = &hash
		}
	}
	return said, nil
}

// sizedBody is a body that says in words when it is larger than the door takes.
type sizedBody struct{ *media.Arriving }

// arriving lifts the server's limit on the time of a whole request, for a large file may take its time.
func (c *call) arriving() sizedBody {
	return sizedBody{media.Await(c.r.Body, c.Timeout, http.NewResponseController(c.w).SetReadDeadline)}
}

// Read reads on.
func (b sizedBody) Read(p []byte) (int, error) {
	n, err := b.Arriving.Read(p)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = &standard.Fault{Kind: standard.TooLarge, Message: "The file is too large. Nothing was changed.", Err: err}
	}
	return n, err
}
