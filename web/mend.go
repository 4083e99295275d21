package web

import (
	"bytes"
	"errors"
	escape "html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// fieldEntry names, in the address of a form, the entry of a device that is put right in it.
const fieldEntry = "entry"

// mending is an entry of a device that could not be saved and is put right on the form that it was written on.
type mending struct {
	entry    outbox.Entry
	envelope *outbox.Envelope
	late     access.Late
}

// mendOr shows a page; one whose address names an entry, as that entry was filled in.
func (c *call) mendOr(page func(*call) error) error {
	if c.query(fieldEntry) == "" || replayOf(c.ctx) != nil || c.config.Outbox == nil {
		return page(c)
	}
	id, err := uuid.Parse(c.query(fieldEntry))
	if err != nil {
		return errNowhere()
	}
	entry, envelope, err := c.waitingEntry(id)
	if err != nil {
		return err
	}
	written, err := url.Parse(entry.Path)
	if err != nil || written.Path != c.r.URL.Path {
		return errNowhere()
	}
	if unowned(entry) {
		return errNowhere() // whose it is comes first
	}
	c.mending = &mending{entry: entry, envelope: envelope, late: c.lateOfWaiting(entry, envelope)}
	c.session = c.late(c.session)
	if unsafeMethod(c.r.Method) {
		return c.mended(page)
	}
	return c.showMending(page)
}

// doer is who did what a form says: whoever is signed in; of an entry of a device that somebody else saves, still its writer.
func (c *call) doer() uuid.UUID {
	author := uuid.Nil
	if r := replayOf(c.ctx); r != nil {
		author = r.late.Author
	} else if c.mending != nil {
		author = c.mending.late.Author
	}
	if author != uuid.Nil {
		return author
	}
	return c.session.Principal().Worker
}

// waitingEntry gives an entry that waits for a person and that the reader may put right: its author, or whoever signs for the person it is about.
func (c *call) waitingEntry(id uuid.UUID) (outbox.Entry, *outbox.Envelope, error) {
	return c.entryFor(id, c.mayMend)
}

// entryFor gives an entry with what is written in it, to whoever may have it.
func (c *call) entryFor(id uuid.UUID, may func(outbox.Entry) bool) (outbox.Entry, *outbox.Envelope, error) {
	entry, err := c.config.Outbox.Store.Find(c.ctx, id)
	if standard.KindOf(err) == standard.NotFound || err == nil && !may(entry) {
		return entry, nil, errNowhere()
	}
	if err != nil {
		return entry, nil, err
	}
	return c.config.Outbox.Opened(c.ctx, id)
}

// outboxFrame says on every page what needs the reader, and whose entry is put right on it.
func (c *call) outboxFrame(f *Frame) {
	var err error
	if f.Needs, err = c.needs(); err != nil { // the page itself can be shown
		c.config.Log.Warn("counting entries that need a person", "error", err)
	}
	if m := c.mending; m != nil {
		f.Mending = "You are putting right what " + c.writerOf(m.entry) + " wrote without a network, " +
			plain.Minute(m.entry.Made.Add(m.entry.Behind), c.config.Zone) + ". It is saved in the writer’s name, and in yours."
	}
}

// needs counts the entries that the reader may put right.
func (c *call) needs() (int, error) {
	store := c.config.Outbox.Store
	if n, err := store.Count(c.ctx, ""); n == 0 || err != nil { // as it is nearly always
		return 0, err
	}
	list, err := store.Waiting(c.ctx, outbox.Person, "")
	return len(slices.DeleteFunc(list, func(e outbox.Entry) bool { return !c.mayMend(e) })), err
}

func (c *call) mayMend(e outbox.Entry) bool {
	if e.State != outbox.Person && e.State != outbox.SetAside {
		return false
	}
	if e.Says == "" && e.Account == c.account() || e.Owner != uuid.Nil && e.Owner == c.session.Principal().Worker || c.isCalled(e) {
		return true
	}
	return c.maySign(e)
}

// showMending shows the form as the entry filled it in, with everything that is wrong. Nothing is committed.
func (c *call) showMending(page func(*call) error) error {
	r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, c.r.URL.RequestURI(), bytes.NewReader(c.mending.envelope.Body))
	if err != nil {
		return errNowhere()
	}
	r.Header.Set("Content-Type", c.mending.envelope.Type)
	for _, name := range wildcard.FindAllStringSubmatch(c.r.Pattern, -1) {
		r.SetPathValue(name[1], c.r.PathValue(name[1]))
	}
	r.Pattern = c.r.Pattern
	c.r = r
	values, err := c.posted()
	if err != nil {
		return err
	}
	values.Set(fieldAct, actShow)
	values.Del(fieldDraft)        // whose it was is somebody else's
	c.session = c.session.Trial() // who looks at it saves nothing, also where nothing is wrong any more
	if err := c.poster(page)(c); !errors.Is(err, access.ErrTrial) {
		return err
	}
	c.say("Nothing is wrong with it any more. Read it, and press “Save it as it is”, or set it aside.")
	return c.redirect("/outbox/waiting/" + c.mending.entry.ID.String())
}

// wildcard is a part of a pattern that an address fills in.
var wildcard = regexp.MustCompile(`\{(\w+)\}`)

// poster is the handler that takes in the form which a page shows.
func (c *call) poster(page func(*call) error) func(*call) error {
	_, path, _ := strings.Cut(c.r.Pattern, " ")
	if post, ok := c.posters["POST "+path]; ok {
		return post
	}
	return page
}

// mended lets a form through that puts an entry right, and notes that it is done.
func (c *call) mended(page func(*call) error) error {
	w := &watched{ResponseWriter: c.w}
	c.w = w
	if err := page(c); err != nil {
		return err
	}
	act := c.r.PostForm.Get(fieldAct)
	if w.status != http.StatusSeeOther || isDraftAct(act) {
		return nil
	}
	return c.settle(c.mending.entry, outbox.Done, nil)
}

// settle notes that a person has dealt with an entry.
func (c *call) settle(e outbox.Entry, state outbox.State, reasons []string) error {
	standing, err := c.config.Outbox.State(c.ctx)
	if err != nil {
		return err
	}
	e.State, e.Settled, e.SettledBy, e.Moment = state, c.config.Now(), c.account(), standing.Head
	if reasons != nil {
		e.Reasons = reasons
	}
	return c.config.Outbox.Store.Settle(c.ctx, e)
}

// watched remembers the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets a response controller reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var outboxForm = regexp.MustCompile(`<form[^>]*\bdata-outbox\b[^>]*>`)
var formAction = regexp.MustCompile(`\baction="([^"]*)"`)

// carried makes the forms of a page carry the entry that is put right in them, so that it is known to be done when they are saved.
func (m *mending) carried(page []byte) []byte {
	if m == nil {
		return page
	}
	return outboxForm.ReplaceAllFunc(page, func(tag []byte) []byte {
		return formAction.ReplaceAllFunc(tag, func(attribute []byte) []byte {
			action := escape.UnescapeString(string(formAction.FindSubmatch(attribute)[1]))
			sign := "?"
			if strings.Contains(action, "?") {
				sign = "&"
			}
			return []byte(`action="` + escape.EscapeString(action+sign+fieldEntry+"="+m.entry.ID.String()) + `"`)
		})
	})
}

// writtenIn words what an entry says: by the questions of its class, where it was written on a form of one class, else as it was sent.
func (c *call) writtenIn(e *outbox.Envelope, a *about) ([]Answer, error) {
	values, err := entryValues(e)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(e.Path)
	if err != nil {
		return nil, err
	}
	r := &http.Request{Method: http.MethodPost, URL: u}
	_, pattern := c.mux.Handler(r)
	class, _ := c.config.Catalogue.Class(u.Path[strings.LastIndexByte(u.Path, '/')+1:])
	if class != nil && a != nil && strings.HasSuffix(pattern, "/new/{class}") {
		answers := form.Read(class, form.Content, values, c.config.Zone)
		n, err := c.namer(a, []*standard.Content{answers.Content})
		if err != nil {
			return nil, err
		}
		if list := c.answers(n, &answers.Content.Group); len(list) > 0 && len(answers.Faults) == 0 {
			return list, nil
		}
	}
	return typed(values, class), nil
}

// entryValues reads the fields of an entry, without its files.
func entryValues(e *outbox.Envelope) (url.Values, error) {
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: e.Path}, Header: http.Header{"Content-Type": {e.Type}}, Body: http.NoBody}
	r.Body = readCloser{bytes.NewReader(e.Body)}
	if !withFiles(r) {
		return url.ParseQuery(string(e.Body))
	}
	if err := r.ParseMultipartForm(outbox.MaxEnvelope); err != nil {
		return nil, unreadable(err)
	}
	values := url.Values(r.MultipartForm.Value)
	for name, files := range r.MultipartForm.File {
		for _, f := range files {
			if f.Size > 0 {
				values.Add(name, f.Filename+", "+plain.Whole(int(f.Size/1024))+" KB")
			}
		}
	}
	return values, nil
}

type readCloser struct{ *bytes.Reader }

// Close implements io.Closer.
func (readCloser) Close() error { return nil }

// typed lists the fields that somebody filled in, by the names of the class where there is one, else by those that the form gives them.
func typed(values url.Values, class *standard.Class) []Answer {
	var list []Answer
	for _, h := range carried(values, fieldContribution, fieldRecord, fieldExpected, fieldBy, fieldAct, fieldDraft, fieldWindow, fieldTick, fieldHow, medStock, medAlert) {
		name, after, _ := strings.Cut(h.Name, "_")
		if strings.TrimSpace(h.Value) == "" || after == "n" || after == "uid" || after == "unit" || h.Name == fieldSensitivity && h.Value == record.Normal.String() {
			continue
		}
		if _, id, ok := strings.Cut(name, "-"); ok {
			name = id
		}
		if e, ok := elementOf(class, name); ok {
			name = e.Name
		}
		if after != "" {
			name += ", " + after
		}
		list = append(list, Answer{Name: name, Values: []AnswerValue{{Text: h.Value}}})
	}
	return list
}

// elementOf finds the element that a field answers.
func elementOf(class *standard.Class, id string) (*standard.Element, bool) {
	if class == nil {
		return nil, false
	}
	for _, e := range class.Elements {
		if e.ID == id {
			return e, true
		}
	}
	return nil, false
}
