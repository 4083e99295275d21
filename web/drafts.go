package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// directoryBase is the address that pages of the directory begin with.
const directoryBase = "/directory"

// The fields by which a form knows the draft behind it.
const (
	fieldDraft  = "draft"  // the revision that the page shows; none for one that is not kept yet
	fieldWindow = "window" // which window it is typed in: its own late sendings are no conflict
	fieldTick   = "tick"   // rises with every sending of the window
)

// The acts that keep a draft.
const (
	actKeep     = "keep"     // keep it and go: save and finish later
	actAutosave = "autosave" // keep it while it is typed; asked for by script
)

// What a draft's form is called: an act, and the class or form.
const (
	draftNew      = "new/"
	draftChange   = "change/"
	draftForm     = "forms/"
	draftRegister = "register"
)

// draftable is a form whose answers are kept while they are typed.
type draftable struct {
	key    access.DraftKey
	values url.Values
	parts  []formPart // of which classes the answers are, to lay two sides beside each other
	about  *about     // nil for somebody who is not here yet
	opened *access.Draft
}

// formPart is one record of a form: its class, and what the names of its fields begin with.
type formPart struct {
	class  *standard.Class
	prefix string
}

// DraftFrame is what a form page says of the draft behind it.
type DraftFrame struct {
	Kept    string // until when what is typed is kept, in words; "" when it is not kept yet
	Opened  string // when what is shown was typed, where a draft was come back to
	Delete  string // where to delete it
	Trouble string // why it could not be kept
	Others  []DraftLink
}

// DraftLink leads to a draft.
type DraftLink struct {
	Text   string
	Href   string
	Kept   string
	Delete string
}

// isDraftAct reports whether a form is sent only to be kept as a draft.
func isDraftAct(act string) bool { return act == actKeep || act == actAutosave }

// draftable is the draft behind the form of one record.
func (f *filling) draftable() *draftable {
	d := &draftable{values: f.values, about: f.about, parts: []formPart{{f.class, form.Content}}, opened: f.opened}
	d.key = access.DraftKey{Stream: f.about.uid, Form: draftNew + f.class.ID}
	if f.before != nil {
		d.key.Form, d.key.Record = draftChange+f.class.ID, f.before.Record
		return d
	}
	if f.about.base == directoryBase {
		d.key.Stream = uuid.Nil // the entry is still to be made
	}
	d.key.Record, _ = uuid.Parse(f.values.Get(fieldRecord))
	return d
}

// openDraft finds the draft that the address names, and what was typed in it. False says that it is gone: it was saved or deleted meanwhile.
func (c *call) openDraft(key access.DraftKey) (*access.Draft, url.Values, bool, error) {
	d, err := c.session.Draft(c.ctx, key)
	if standard.KindOf(err) == standard.NotFound {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, err
	}
	values, err := url.ParseQuery(string(d.Body))
	if err != nil {
		return nil, nil, false, &standard.Fault{Kind: standard.Broken, Message: c.word("This draft cannot be read any more."), Err: err}
	}
	values.Set(fieldDraft, strconv.Itoa(d.Revision))
	values.Set(fieldWindow, uuid.NewString())
	values.Del(fieldTick)
	return &d, values, true, nil
}

// draftNamed reads from the address which draft is to be gone on with; the zero uid for none.
func (c *call) draftNamed() uuid.UUID {
	id, err := uuid.Parse(c.query(fieldDraft))
	if err != nil {
		return uuid.Nil
	}
	return id
}

// draftGone leads to the empty form where a draft was asked for that is not there any more.
func (c *call) draftGone(empty string) error {
	c.say(c.word("That draft is not there any more: it was saved or deleted. Nothing else was changed."))
	return c.redirect(empty)
}

// typed reports whether anything is answered in the form: what nobody has typed in is not worth keeping.
func (d *draftable) typed() bool {
	for name, all := range d.values {
		_, after, _ := strings.Cut(name, "_")
		if !strings.Contains(name, "-") || after == "n" || after == "uid" || after == "unit" {
			continue
		}
		for _, v := range all {
			if strings.TrimSpace(v) != "" {
				return true
			}
		}
	}
	return false
}

// body is what is kept of posted values: everything but the button that was pressed, and who sent it.
func (d *draftable) body() []byte {
	kept := url.Values{}
	for name, all := range d.values {
		switch name {
		case fieldAct, fieldBy, fieldAgain, fieldDraft:
		default:
			kept[name] = all
		}
	}
	return []byte(kept.Encode())
}

// keep keeps what was typed. Where another sending of the same window was faster, the later of the two stands.
func (c *call) keep(d *draftable) (access.Draft, error) {
	if d.values.Get(fieldWindow) == "" {
		d.values.Set(fieldWindow, uuid.NewString())
	}
	draft := access.Draft{DraftKey: d.key, Body: d.body()}
	draft.Contribution, _ = uuid.Parse(d.values.Get(fieldContribution))
	expected, _ := strconv.Atoi(d.values.Get(fieldDraft))
	kept, err := c.session.KeepDraft(c.ctx, draft, expected)
	for range 3 {
		there, conflict := otherDraft(err)
		if !conflict {
			break
		}
		other, parseErr := url.ParseQuery(string(there.Body))
		if parseErr != nil || other.Get(fieldWindow) != d.values.Get(fieldWindow) {
			break
		}
		if tick(other) > tick(d.values) {
			kept, err = there, nil
			break
		}
		kept, err = c.session.KeepDraft(c.ctx, draft, there.Revision)
	}
	if err == nil {
		d.values.Set(fieldDraft, strconv.Itoa(kept.Revision))
	}
	return kept, err
}

func tick(values url.Values) int {
	n, _ := strconv.Atoi(values.Get(fieldTick))
	return n
}

// otherDraft gives the other side of a conflict of drafts.
func otherDraft(err error) (access.Draft, bool) {
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Conflict {
		return access.Draft{}, false
	}
	there, ok := fault.Detail.(access.Draft)
	return there, ok
}

// kept is the answer to a page's script.
type keptReply struct {
	Revision int    `json:"revision,omitzero"`
	Kept     string `json:"kept,omitzero"` // the time of day
	Problem  string `json:"problem,omitzero"`
	Conflict bool   `json:"conflict,omitzero"` // another window has changed it
	Gone     bool   `json:"gone,omitzero"`     // it was saved meanwhile: there is nothing to keep
}

// keepDraft does what was asked for: keep while it is typed, or keep and go.
func (c *call) keepDraft(d *draftable) error {
	kept, err := c.keep(d)
	if d.values.Get(fieldAct) == actAutosave {
		return c.autosaved(kept, err)
	}
	switch kind := standard.KindOf(err); {
	case kind == standard.Conflict:
		return c.showDraftConflict(d, err)
	case kind == standard.Gone:
		c.say(c.word("This had been saved in the record already."))
	case err != nil:
		return err
	default:
		c.say(c.word("What you typed is kept. It is not in the record yet, and only you see it. You find it under Your unfinished work."))
	}
	if d.about == nil || d.about.uid == uuid.Nil || d.about.base == directoryBase {
		return c.redirect("/drafts")
	}
	return c.redirect(d.about.base)
}

func (c *call) autosaved(kept access.Draft, err error) error {
	reply, status := keptReply{Revision: kept.Revision, Kept: plain.Clock(kept.Kept.In(c.config.Zone))}, http.StatusOK
	if err != nil {
		var fault *standard.Fault
		if !errors.As(err, &fault) {
			return err
		}
		status = answerOf(fault.Kind).status
		if status >= http.StatusInternalServerError {
			c.config.Log.Error("keeping a draft", "kind", string(fault.Kind), "error", err)
		}
		reply = keptReply{Problem: fault.Message, Conflict: fault.Kind == standard.Conflict, Gone: fault.Kind == standard.Gone}
	}
	out, err := json.Marshal(reply)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(out) // whoever asked has gone away
	return nil
}

// draftFrame says what a form page says of its draft. Whenever a form comes back after a button was pressed, what was typed is kept.
func (c *call) draftFrame(d *draftable) (*DraftFrame, error) {
	if d.values.Get(fieldWindow) == "" {
		d.values.Set(fieldWindow, uuid.NewString())
	}
	frame := &DraftFrame{}
	switch {
	case unsafeMethod(c.r.Method) && d.values.Get(fieldDraft) == "" && !d.typed():
	case unsafeMethod(c.r.Method):
		kept, err := c.keep(d)
		var fault *standard.Fault
		switch {
		case err == nil:
			frame.Kept, frame.Delete = plain.Clock(kept.Kept.In(c.config.Zone)), deleteDraft(d.key)
		case errors.As(err, &fault) && fault.Kind != standard.Broken:
			frame.Trouble = fault.Message
		default:
			return nil, err
		}
	case d.opened != nil:
		frame.Opened, frame.Delete = c.words.Minute(d.opened.Kept, c.config.Zone), deleteDraft(d.key)
	case !strings.HasPrefix(d.key.Form, draftChange):
		return frame, c.otherDrafts(d, frame)
	}
	return frame, nil
}

// otherDrafts lists what was begun with the same form about the same person and is not finished.
func (c *call) otherDrafts(d *draftable, frame *DraftFrame) error {
	list, _, err := c.session.Drafts(c.ctx, d.key.Stream)
	if err != nil {
		return err
	}
	for _, other := range list {
		if other.Form == d.key.Form && other.Stream == d.key.Stream && other.Record != d.key.Record {
			frame.Others = append(frame.Others, DraftLink{
				Href: draftHref(other.DraftKey, "/people"), Kept: c.words.Minute(other.Kept, c.config.Zone), Delete: deleteDraft(other.DraftKey),
			})
		}
	}
	return nil
}

// draftHref is where a draft is gone on with. Base is where what it is about has its pages.
func draftHref(key access.DraftKey, base string) string {
	what, id, _ := strings.Cut(key.Form, "/")
	at, rec := base+"/"+key.Stream.String(), key.Record.String()
	switch what + "/" {
	case draftChange:
		return at + "/records/" + rec + "/change?draft=" + rec
	case draftForm:
		return at + "/forms/" + id + "?draft=" + rec
	case draftNew:
		if key.Stream == uuid.Nil {
			return directoryBase + "/new/" + id + "?draft=" + rec
		}
		return at + "/new/" + id + "?draft=" + rec
	}
	return "/people/new?draft=" + rec
}

// deleteDraft is where a draft is deleted.
func deleteDraft(key access.DraftKey) string {
	return "/drafts/delete?" + url.Values{"stream": {key.Stream.String()}, "form": {key.Form}, "record": {key.Record.String()}}.Encode()
}

// discard forgets the draft of what was committed. If that fails the draft is found to be committed when it is looked at.
func (c *call) discard(d *draftable) {
	if err := c.session.DiscardDraft(c.ctx, d.key); err != nil {
		c.config.Log.Warn("a draft that was committed could not be discarded", "error", err)
	}
}

// draftHidden are the fields by which a form knows its draft.
func (d *draftable) hidden() []Hidden {
	return []Hidden{{fieldDraft, d.values.Get(fieldDraft)}, {fieldWindow, d.values.Get(fieldWindow)}, {fieldTick, d.values.Get(fieldTick)}}
}

// beginChange is the form of a change that was begun before; nil when there is none.
func (c *call) beginChange(a *about, last *record.Version, class *standard.Class) (*filling, error) {
	f := &filling{about: a, class: class, before: last, values: url.Values{}}
	opened, values, there, err := c.openDraft(f.draftable().key)
	if err != nil || !there {
		return nil, err
	}
	f.opened, f.values = opened, values
	return f, nil
}
