package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// What somebody wrote without a network on a colleague's device, and without being signed in, is nobody's until a person has said whose it is: they themselves, signed in, or a senior.

// fieldWho says, on the page of such an entry, who wrote it.
const fieldWho = "who"

// unowned reports whether nobody has said yet whose an entry is.
func unowned(e outbox.Entry) bool { return e.Says != "" && e.Owner == uuid.Nil }

// maySee reports whether the reader may look at an entry: whoever may put it right, and whoever was signed in where it was written.
func (c *call) maySee(e outbox.Entry) bool {
	return c.mayMend(e) || e.Says != "" && e.Account == c.account() && (e.State == outbox.Person || e.State == outbox.SetAside)
}

// seenEntry gives an entry that the reader may look at.
func (c *call) seenEntry(id uuid.UUID) (outbox.Entry, *outbox.Envelope, error) {
	return c.entryFor(id, c.maySee)
}

// isCalled reports whether nobody has said whose an entry is, and the reader has the name that was given, and may record about the person.
func (c *call) isCalled(e outbox.Entry) bool {
	p := c.session.Principal()
	return unowned(e) && e.Stream != uuid.Nil && p.Worker != uuid.Nil && sameName(e.Says, p.Name+" "+p.Account) && c.session.MayDo(c.ctx, access.ToRecord, e.Stream)
}

// maySign reports whether the reader signs for whom an entry is about; of one about several people, whether they look after the devices too.
func (c *call) maySign(e outbox.Entry) bool {
	if e.Stream == uuid.Nil {
		return c.session.May(access.ToAttest) && c.session.May(access.ToManageDevices)
	}
	return c.session.May(access.ToAttest) && c.session.MayDo(c.ctx, access.ToAttest, e.Stream)
}

// sameName reports whether a name that somebody gave may be that of a colleague: one of its words is one of theirs, and each begins one of theirs.
func sameName(given, name string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
	}
	whole, theirs := false, words(name)
	for _, said := range words(given) {
		begins := false
		for _, word := range theirs {
			begins = begins || strings.HasPrefix(word, said)
			whole = whole || word == said && utf8.RuneCountInString(said) > 2
		}
		if !begins {
			return false
		}
	}
	return whole
}

// writerOf is what to call whoever wrote an entry, as far as it is known.
func (c *call) writerOf(e outbox.Entry) string {
	switch {
	case unowned(e):
		return "somebody who said: “" + e.Says + "”"
	case e.Says == "":
		return c.nameOfAccount(e.Account)
	case e.Owner == c.session.Principal().Worker:
		return "you"
	}
	return c.workerName(e.Owner)
}

// workerName is what somebody of the directory is called.
func (c *call) workerName(worker uuid.UUID) string {
	view, err := c.session.View(c.ctx, access.At{})
	if err == nil {
		var names map[uuid.UUID]string
		if names, err = view.Names(c.ctx, uuid.Nil, []uuid.UUID{worker}); err == nil && names[worker] != "" {
			return names[worker]
		}
	}
	if err != nil { // the page itself can be shown
		c.config.Log.Warn("the name of a colleague", "error", err)
	}
	return "a colleague"
}

// saidWords say of an entry that its writer only said who they are; "" for every other.
func (c *call) saidWords(e outbox.Entry) string {
	if e.Says == "" {
		return ""
	}
	return plain.Say("Recorded on a device of {name}, by somebody who said that they are {said}.", "name", c.called(e.Account), "said", e.Says)
}

// lateOfWaiting says when, and by whom, an entry that waits was written, and for the change log how that is known.
func (c *call) lateOfWaiting(e outbox.Entry, envelope *outbox.Envelope) access.Late {
	late := c.lateOfEntry(envelope)
	writer := e.Owner
	if e.Says == "" {
		writer = c.workerOf(c.ctx, e.Account)
	} else {
		how := "Not proved: a senior said whose it is."
		if e.Owner == c.workerOf(c.ctx, e.SettledBy) {
			how = "They have said since, signed in, that it is theirs."
		}
		late.Note = strings.TrimSpace(strings.Join([]string{c.saidWords(e), how, late.Note}, " "))
	}
	if writer != c.session.Principal().Worker {
		late.Author = writer
	}
	return late
}

// askWhose fills in what the page of an entry asks the reader about its writer.
func (c *call) askWhose(page *waitingPage, e outbox.Entry, fault string) error {
	page.Nobody = !c.mayMend(e)
	if !unowned(e) || page.Nobody {
		return nil
	}
	page.Mine = c.isCalled(e)
	if !c.maySign(e) {
		return nil
	}
	colleagues, err := c.colleagues()
	if err != nil {
		return err
	}
	o := nhsuk.SelectOptions{ID: fieldWho, Name: fieldWho, Label: nhsuk.LabelOptions{Text: "Whose is it?", Size: "s"}, ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault},
		Hint:  nhsuk.HintOptions{Text: "Ask whoever gave this name. The record says that you said so, and that it is not proved."},
		Items: []nhsuk.SelectItem{{Value: "", Text: "Choose who wrote it"}}}
	for _, colleague := range colleagues {
		o.Items = append(o.Items, nhsuk.SelectItem{Value: colleague.UID.String(), Text: colleague.Name})
	}
	page.Whose = nhsuk.Select(o)
	return nil
}

// claim says whose an entry is. Fault is what is wrong with what was chosen.
func (c *call) claim(e *outbox.Entry, sent map[string][]string) (fault string, err error) {
	chosen := func(name string) string { return strings.Join(sent[name], "") }
	switch {
	case chosen(fieldAct) == "mine" && c.isCalled(*e):
		e.Owner = c.session.Principal().Worker
	case chosen(fieldAct) == "theirs" && c.maySign(*e):
		list, err := c.colleagues()
		if err != nil {
			return "", err
		}
		for _, colleague := range list {
			if colleague.UID.String() == chosen(fieldWho) {
				e.Owner = colleague.UID
			}
		}
		if e.Owner == uuid.Nil {
			return "Choose who wrote it. If they are not in the list, set it aside, and write it anew as they tell it.", nil
		}
	default:
		return "", &standard.Fault{Kind: standard.Forbidden, Message: "Whose this is is said by whoever wrote it, or by a senior."}
	}
	e.SettledBy, e.Late = c.account(), ""
	return "", nil
}

// colleagues are those of the directory who give care.
func (c *call) colleagues() ([]access.DirectoryEntry, error) {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return nil, err
	}
	return view.Directory(c.ctx, c.classIDs(standard.ClassRoleWorker))
}
