package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/care"
	"rosemary/standard"
	"rosemary/transfer/folder"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// copyPage asks for whom a copy of the whole record is made.
type copyPage struct {
	Frame
	Action string
	Fields template.HTML
}

// ownCopy asks for whom the copy is.
func (c *call) ownCopy() error { return c.showCopy(url.Values{}, nil) }

func (c *call) showCopy(values url.Values, said map[string]string) error {
	a, err := c.mayDo(access.ToExport, "take a record out")
	if err != nil {
		return err
	}
	frame, err := c.personFrame(a, "A copy of the record")
	if err != nil {
		return err
	}
	page := copyPage{Frame: frame, Action: a.base + "/copy"}
	for _, field := range []string{packTo, fieldWhy} {
		if said[field] != "" {
			page.Errors = append(page.Errors, form.Error{Href: "#" + field, Text: said[field]})
		}
	}
	page.Fields = html(
		nhsuk.Input(nhsuk.InputOptions{ID: packTo, Name: packTo, Value: values.Get(packTo), ErrorMessage: wrongIn(c.words, said[packTo]),
			Label: nhsuk.LabelOptions{Text: "Who is given it?", Size: "s"}, Hint: nhsuk.HintOptions{Text: "For example: " + a.name + ", by hand. It is kept who was given it."}}),
		nhsuk.Input(nhsuk.InputOptions{ID: fieldWhy, Name: fieldWhy, Value: values.Get(fieldWhy), ErrorMessage: wrongIn(c.words, said[fieldWhy]),
			Label: nhsuk.LabelOptions{Text: "Why?", Size: "s"}, Hint: nhsuk.HintOptions{Text: "For example: asked for their own copy."}}),
	)
	status := http.StatusOK
	if len(page.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return c.renderAs(status, "copy", page)
}

// sendCopy sends the copy. That it goes out is kept before its first byte; once that is out an error can only break the connection off.
func (c *call) sendCopy() error {
	a, err := c.mayDo(access.ToExport, "take a record out")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	said := map[string]string{}
	for field, words := range map[string]string{packTo: "Say who is given the copy.", fieldWhy: "Say why, in a few words."} {
		if strings.TrimSpace(values.Get(field)) == "" {
			said[field] = words
		}
	}
	if len(said) > 0 {
		return c.showCopy(values, said)
	}
	begun := false
	one := folder.Copy{
		Session: c.session, Catalogue: c.config.Catalogue, System: c.config.System, Keys: c.config.Keys, Zone: c.config.Zone, Now: c.now(),
		To: strings.TrimSpace(values.Get(packTo)), Why: strings.TrimSpace(values.Get(fieldWhy)), Name: care.FullName,
	}
	err = one.Write(c.ctx, a.uid, c.w, func() {
		begun = true
		h := c.w.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="record-`+a.uid.String()+`.zip"`)
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
	})
	var fault *standard.Fault
	switch {
	case err == nil:
		return nil
	case begun:
		c.config.Log.Warn("a copy of a record broke off", "error", err)
		panic(http.ErrAbortHandler)
	case errors.As(err, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0:
		for _, p := range fault.Problems {
			said[strings.TrimPrefix(p.Path, "/")] = p.Message
		}
		return c.showCopy(values, said)
	}
	return err
}
