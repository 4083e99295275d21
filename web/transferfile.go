package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/nhsuk"
)

// The fields of the pages about a record in a file: named like the paths of its faults.
const (
	fieldFile     = "file"
	fieldFileSent = "file_file" // the file itself: a form whose sender has to sign in again on the way leaves it behind
	fieldUnproved = "unproved"
	fieldGiver    = "provider"
	fieldOpen     = "open"
	fieldKeyed    = "keyed" // to whom it goes, where their system is not known here
	fieldNoSeal   = "noseal"
	ticked        = "yes"
	anotherSystem = "another" // among the systems: one that is not known here, whose key was handed over
	takeFilePath  = transfersBase + "/file"
)

// newFile asks for a file that another provider gave.
func (c *call) newFile() error { return c.showTakeFile(url.Values{}, nil) }

func (c *call) showTakeFile(values url.Values, refused error) error {
	if !c.session.May(access.ToRatify) {
		return c.session.Permit(c.ctx, access.ToRatify, access.Entry{Action: "take-in-file"})
	}
	page := decidePage{Frame: c.frame("Take in a file"), Heading: "Take in a file", Action: takeFilePath, Hidden: c.by(), Cancel: transfersBase, Files: true, Button: "Take it in"}
	page.Narrow, page.Back = true, &Link{Text: "Transfers", Href: transfersBase}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	page.Intro = []string{
		"Another provider can give you a person's record as a file, on a stick for example. All of it is checked first. Then it waits, and you see what it holds before it becomes part of our record.",
		"If their system is one of those under Other systems, their signature must fit. If it is not, give us their key below. Without it nothing proves who made the file, and every page about it says so.",
	}
	page.watched(values)
	unproved := nhsuk.CheckboxesOptions{Name: fieldUnproved, IDPrefix: fieldUnproved, Values: values[fieldUnproved], Small: true, ErrorMessage: wrongIn(c.words, said[fieldUnproved]),
		Items: []nhsuk.CheckboxItem{{Value: ticked, Text: "I have no key of theirs. Take it in without proof of who made it", Hint: nhsuk.HintOptions{Text: "Only if you got it from somebody you know, and cannot wait for their key."}}}}
	unknown := html(lineField(fieldGiver, "Who gave it to you?", "", values.Get(fieldGiver), said[fieldGiver]),
		keyFields("The public key of their system", values, said), nhsuk.Checkboxes(unproved))
	open := false
	for _, name := range []string{fieldGiver, fieldKey, fieldFingerprint, fieldUnproved} {
		open = open || values.Get(name) != "" || said[name] != ""
	}
	page.Fields = html(nhsuk.Details(nhsuk.DetailsOptions{Summary: nhsuk.Block{Text: "If their system is not one of those under Other systems"}, HTML: unknown, Open: open}),
		nhsuk.FileUpload(nhsuk.FileUploadOptions{Plain: true, ID: fieldFile, Name: fieldFileSent, ErrorMessage: wrongIn(c.words, said[fieldFile]),
			Label: nhsuk.LabelOptions{Text: "The file", Size: "s"}, Hint: nhsuk.HintOptions{Text: fmt.Sprintf("It can be up to %d MB. Checking", c.config.FileLimit>>20) + " a large one takes a minute or two."}}))
	return c.showDecision(page)
}

// keyFields ask for a key that was handed over, and for its fingerprint, which must come another way than the key.
func keyFields(label string, values url.Values, said map[string]string) template.HTML {
	return html(nhsuk.Textarea(nhsuk.TextareaOptions{ID: fieldKey, Name: fieldKey, Value: values.Get(fieldKey), Rows: 3, ErrorMessage: nhsuk.ErrorMessageOptions{Text: said[fieldKey]}, Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: "They find it under Transfers, Other systems. Copy all of it."}}),
		lineField(fieldFingerprint, "The fingerprint of that key", "Telephone them on a number that you know, and let them read it to you: eight groups of four letters and digits.", values.Get(fieldFingerprint), said[fieldFingerprint]))
}

// takeFile takes the file in as it comes: it is never held whole, and what is said about it stands in front of it in the form.
func (c *call) takeFile() error {
	values := c.r.PostForm
	if values != nil || !withFiles(c.r) { // its sender signed in again on the way, and the file was left behind
		if values == nil {
			values = url.Values{}
		}
		return c.showTakeFile(values, noFile())
	}
	if c.r.ContentLength > c.config.FileLimit {
		return c.showTakeFile(url.Values{}, exchange.FileTooLarge(c.config.FileLimit)) // before it is sent for nothing
	}
	defer c.takeTime()()
	parts, err := c.r.MultipartReader()
	if err != nil {
		return unreadable(err)
	}
	values, file, err := untilFile(parts)
	if err != nil {
		return err
	}
	if file == nil {
		return c.showTakeFile(values, noFile())
	}
	segment, err := c.config.Exchange.TakeFile(c.ctx, c.session, file, exchange.Brought{Ref: values.Get(fieldRef), Size: max(c.r.ContentLength, 0), Key: values.Get(fieldKey), Fingerprint: values.Get(fieldFingerprint),
		Unproved: values.Get(fieldUnproved) == ticked, Provider: values.Get(fieldGiver)})
	if err != nil {
		_, _ = io.Copy(io.Discard, file) // a browser shows no answer before it has sent everything
		return c.showTakeFile(values, err)
	}
	c.say("Taken in, and checked. It is not part of our record yet: look at it, and decide.")
	return c.redirect(receivedBase + segment.ID.String())
}

func noFile() error {
	return standard.Refuse("Nothing was taken in.", []standard.Problem{{Path: "/" + fieldFile, Rule: standard.RuleMustOccur, Message: "Choose the file."}})
}

// untilFile reads what stands in a form in front of a file; nil where no file was chosen.
func untilFile(parts *multipart.Reader) (url.Values, io.Reader, error) {
	values, room := url.Values{}, int64(maxPosted)
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil, nil
		}
		if err != nil {
			return values, nil, unreadable(err)
		}
		if part.FormName() == fieldFileSent {
			if part.FileName() == "" {
				continue
			}
			return values, part, nil
		}
		text, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return values, nil, unreadable(err)
		}
		if room -= int64(len(text)); room < 0 {
			return values, nil, tooMuch(nil)
		}
		values.Add(part.FormName(), string(text))
	}
	return values, nil, tooMuch(nil)
}

// newHanding asks for whom the record is made into a file.
func (c *call) newHanding() error { return c.showHanding(url.Values{}, nil) }

func (c *call) showHanding(values url.Values, refused error) error {
	a, err := c.mayDo(access.ToExport, "take a record out")
	if err != nil {
		return err
	}
	page, err := c.decide(a, "Give the record as a file", "/file")
	if err != nil {
		return err
	}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	peers, err := c.config.Exchange.Peers(c.ctx, c.session)
	if err != nil {
		return err
	}
	page.Intro = []string{
		"For another provider who takes the person over, where the two systems do not reach each other. The file holds the whole record: every version, who wrote it, every photograph and letter, and the proof that it comes from us.",
		"That it goes out is kept in the list of who was given the record before its first byte. If another record of this person was joined with this one, give that one as a file of its own.",
	}
	page.Button = "Make the file"
	page.watched(values)
	page.Fields = html(sealedFor(peers, values, said),
		whyField(fieldWhy, "What is it for?", "For example: moves there on Friday, and the family agrees.", values.Get(fieldWhy), said[fieldWhy]),
		openFields(values, said))
	return c.showDecision(page)
}

// sealedFor asks which system can open the file.
func sealedFor(peers []exchange.Peer, values url.Values, said map[string]string) template.HTML {
	hint := "Only that system can open it, whoever gets hold of the file."
	if len(peers) == 0 {
		hint += " No other system is known here: with the key of theirs it can be sealed nevertheless."
	}
	o := nhsuk.RadiosOptions{Name: fieldPeer, IDPrefix: fieldPeer, Value: values.Get(fieldPeer), Small: true, ErrorMessage: nhsuk.ErrorMessageOptions{Text: said[fieldPeer]},
		Hint: nhsuk.HintOptions{Text: hint}, Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which system is it sealed for?", Size: "s"}}}
	for _, p := range peers {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: p.System, Text: p.Name, Hint: nhsuk.HintOptions{Text: "Fingerprint " + p.Fingerprint()}})
	}
	o.Items = append(o.Items, nhsuk.RadioItem{Value: anotherSystem, Text: "Another system, whose key I have", Hint: nhsuk.HintOptions{Text: "Give it below."}})
	keyed := html(lineField(fieldKeyed, "To whom do you give it?", "The provider, and a person there.", values.Get(fieldKeyed), said[fieldKeyed]), keyFields("The public key of their system", values, said))
	open := len(peers) == 0 || values.Get(fieldPeer) == anotherSystem
	return html(nhsuk.Radios(o), nhsuk.Details(nhsuk.DetailsOptions{Summary: nhsuk.Block{Text: "The key of another system"}, HTML: keyed, Open: open}))
}

// openFields ask for what must be said where a file is not sealed.
func openFields(values url.Values, said map[string]string) template.HTML {
	tick := nhsuk.CheckboxesOptions{Name: fieldOpen, IDPrefix: fieldOpen, Values: values[fieldOpen], Small: true, ErrorMessage: nhsuk.ErrorMessageOptions{Text: said[fieldOpen]},
		Items: []nhsuk.CheckboxItem{{Value: ticked, Text: "Do not seal it. I know that anybody who gets hold of the file can read all of it"}}}
	inner := html(nhsuk.Checkboxes(tick), lineField(fieldTo, "To whom do you give it?", "A person and where they work.", values.Get(fieldTo), said[fieldTo]),
		whyField(fieldNoSeal, "Why can it not be sealed?", "", values.Get(fieldNoSeal), said[fieldNoSeal]))
	open := values.Get(fieldOpen) != "" || said[fieldOpen] != ""
	return nhsuk.Details(nhsuk.DetailsOptions{Summary: nhsuk.Block{Text: "If it cannot be sealed"}, HTML: inner, Open: open})
}

// giveFile sends the file. That it goes out is kept before its first byte; once that is out an error can only break the connection off.
func (c *call) giveFile() error {
	a, err := c.mayDo(access.ToExport, "take a record out")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	peer, to := values.Get(fieldPeer), values.Get(fieldTo)
	keyed := peer == anotherSystem
	if keyed {
		peer, to = "", values.Get(fieldKeyed)
	}
	out := &download{c: c, name: "record-" + c.now().Format("2006-01-02-1504") + ".rosemary"}
	err = c.config.Exchange.GiveFile(c.ctx, c.session, out, exchange.Handing{
		Ref: values.Get(fieldRef), Person: a.uid, Peer: peer, Keyed: keyed, Key: values.Get(fieldKey), Print: values.Get(fieldFingerprint),
		Open: values.Get(fieldOpen) == ticked, NoSeal: values.Get(fieldNoSeal), To: to, Why: values.Get(fieldWhy),
	})
	switch {
	case err != nil && out.begun:
		c.config.Log.Warn("a record in a file broke off", "kind", string(standard.KindOf(err)))
		panic(http.ErrAbortHandler)
	case err != nil:
		return c.showHanding(values, err)
	}
	return nil
}

// download is a file that is saved under a name, which tells nobody who it is about. Nothing of it is said before something is written.
type download struct {
	c     *call
	name  string
	begun bool
}

// Write sends on.
func (d *download) Write(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.c.w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
		_ = http.NewResponseController(d.c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
	}
	return d.c.w.Write(p)
}
