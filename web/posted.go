package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/web/form"
)

// What a form with files may hold, all of it together, and how long the sending of it may take.
const (
	maxSent     = 600 << 20
	maxParts    = 4000
	sendingTime = 20 * time.Minute
	silence     = time.Minute // after which a sender is given up
)

// withFiles reports whether a form was sent with room for files.
func withFiles(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "multipart/form-data"
}

// postedParts reads a form that was sent with files. Each file is kept as it comes, so that it is there whatever becomes of the form; what is wrong with one
// stands beside its question.
func (c *call) postedParts() (url.Values, error) {
	if c.session != nil { // whoever has not signed in has no more time than for any other request
		defer c.takeTime()()
	}
	parts, err := c.r.MultipartReader()
	if err != nil {
		return nil, unreadable(err)
	}
	values, room := url.Values{}, int64(maxPosted)
	files := map[string]sentFile{}
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			c.answerWithFiles(values, files)
			return values, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if base, chosen := form.FileOf(part.FormName()); chosen {
			if part.FileName() != "" {
				if files[base], err = c.keepFile(part.FileName(), part); err != nil {
					return nil, err
				}
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return nil, unreadable(err)
		}
		if room -= int64(len(text)); room < 0 {
			return nil, tooMuch(nil)
		}
		values.Add(part.FormName(), string(text))
	}
	return nil, tooMuch(nil)
}

// takeTime lifts the server's limit on the time of a whole request, for large files may take theirs: the sending is given up when it takes too long altogether,
// or when nothing arrives for a while.
func (c *call) takeTime() (stop func()) {
	control := http.NewResponseController(c.w)
	_, _ = control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{})
	giveUp := func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }
	late, silent := time.AfterFunc(sendingTime, giveUp), time.AfterFunc(silence, giveUp)
	c.r.Body = &arrivingBody{ReadCloser: c.r.Body, silent: silent}
	return func() { late.Stop(); silent.Stop() }
}

// arrivingBody gives its sender as much time again whenever something arrives.
type arrivingBody struct {
	io.ReadCloser
	silent *time.Timer
}

// Read reads on.
func (b *arrivingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.silent.Reset(silence)
	}
	return n, err
}

// sentFile is what became of one file.
type sentFile struct {
	kept  form.KeptFile
	wrong string
}

// keepFile keeps one file for whom the page is about. An error is only what ends the page; what is wrong with the file is said beside its question.
func (c *call) keepFile(name string, content io.Reader) (sentFile, error) {
	stream, err := c.uid("stream")
	switch {
	case c.session == nil:
		return sentFile{wrong: "This file was not sent, because you were signed out. Choose it again."}, drain(content)
	case err != nil:
		return sentFile{wrong: "Files can be added when this has been saved."}, drain(content)
	}
	kept, err := c.session.Attach(c.ctx, stream, content, access.Said{})
	var fault *standard.Fault
	if errors.As(err, &fault) {
		switch fault.Kind {
		case standard.Invalid, standard.TooLarge, standard.Busy, standard.Unavailable, standard.Gone:
			message := strings.TrimSpace(fault.Message + " " + fault.Hint)
			if len(fault.Problems) > 0 {
				message = fault.Problems[0].Message
			}
			return sentFile{wrong: message}, drain(content)
		}
	}
	if err != nil {
		return sentFile{}, err
	}
	return sentFile{kept: form.KeptFile{Attachment: kept, Name: name}}, nil
}

// drain reads on behind a file that is not kept: the questions behind it count too.
func drain(content io.Reader) error {
	if _, err := io.Copy(io.Discard, content); err != nil {
		return unreadable(err)
	}
	return nil
}

// answerWithFiles puts what became of the files into the form.
func (c *call) answerWithFiles(values url.Values, files map[string]sentFile) {
	classes := c.config.Catalogue.ClassesWithRole(standard.ClassRoleAttachment)
	form.DropFiles(values, classes)
	for base, file := range files {
		if file.wrong != "" {
			form.Wrong(values, base, file.wrong)
			continue
		}
		form.Keep(values, base, classes, file.kept)
	}
}

func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return tooMuch(err)
	}
	return &standard.Fault{Kind: standard.Invalid, Message: "What was sent could not be read. Nothing was changed.",
		Hint: "Go back and try again.", Err: err}
}

func tooMuch(err error) error {
	return &standard.Fault{Kind: standard.TooLarge, Message: "What you sent is too large. Nothing was changed.",
		Hint: "Go back, and write it as two records, or send fewer files at once.", Err: err}
}
