package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// What the names of the fields of a form page begin with, besides those of the form's own record. The id of the ask stands behind.
const (
	knownPrefix = "k-" // ticks of what is known already: uid@version
	newerPrefix = "u-" // of those, the ones that are to be pinned as they stand now
	addedPrefix = "n-" // building blocks that are added
	samePrefix  = "s-" // whether what was written last time still holds
	partUID     = "_uid"
)

// formFilling is a form of standard/forms on its way: what was posted, or what it begins with.
type formFilling struct {
	about  *about
	form   *standard.Form
	values url.Values
	before *record.Version   // of the form's own record, when it is filled in again
	was    *standard.Content // what that says
	opened *access.Draft
	known  map[string][]*record.Version // by ask: what is shown as known
	looked map[uuid.UUID][]*record.Version

	own    *form.Answers
	added  map[string][]*form.Answers
	judged bool              // its faults are to be told
	faults []form.Error      // of the fields around the content
	asks   map[string]string // faults of whole asks
}

// uid is the id of the form's own record.
func (f *formFilling) uid() uuid.UUID {
	id, _ := uuid.Parse(f.values.Get(fieldRecord))
	return id
}

func (f *formFilling) draftable() *draftable {
	d := &draftable{values: f.values, about: f.about, opened: f.opened}
	d.key = access.DraftKey{Stream: f.about.uid, Form: draftForm + f.form.ID, Record: f.uid()}
	d.parts = []formPart{{f.form.Own, form.Content}}
	for _, ask := range f.form.Asks() {
		for i := range f.addedCount(ask) {
			d.parts = append(d.parts, formPart{ask.Blocks.Add.Class, form.Item(addedPrefix+ask.ID, i)})
		}
	}
	return d
}

// addedCount is how many new building blocks stand under an ask.
func (f *formFilling) addedCount(ask *standard.Ask) int {
	if ask.Blocks == nil || ask.Blocks.Add == nil {
		return 0
	}
	return form.Count(f.values, addedPrefix+ask.ID)
}

// mintUIDs gives every building block that was added an id of its own: sending the form twice makes it once.
func (f *formFilling) mintUIDs() {
	for _, ask := range f.form.Asks() {
		for i := range f.addedCount(ask) {
			name := form.Item(addedPrefix+ask.ID, i) + partUID
			if _, err := uuid.Parse(f.values.Get(name)); err != nil {
				f.values.Set(name, uuid.Must(uuid.NewV7()).String())
			}
		}
	}
}

// read reads what was posted of the own record and of what was added.
func (f *formFilling) read(zone *time.Location) {
	f.mintUIDs()
	f.own, f.added, f.asks = form.Read(f.form.Own, form.Content, f.values, zone), map[string][]*form.Answers{}, map[string]string{}
	for _, ask := range f.form.Asks() {
		if f.repeatable(ask) {
			f.sameAgain(ask.Own.Element)
		}
		for i := range f.addedCount(ask) {
			f.added[ask.ID] = append(f.added[ask.ID], form.Read(ask.Blocks.Add.Class, form.Item(addedPrefix+ask.ID, i), f.values, zone))
		}
	}
}

// repeatable reports whether an answer is a text that was written when the form was filled in before. It is never filled in again by the program: whoever fills in the
// form writes it anew, or says that what was written still holds.
func (f *formFilling) repeatable(ask *standard.Ask) bool {
	return f.was != nil && ask.Own != nil && ask.Own.Shown() && ask.Own.Element.Value == standard.TextValue && ask.Own.Element.Lines &&
		len(f.was.Get(ask.Own.Element.ID)) > 0
}

// What somebody says of a text that was written last time, unless they write it anew.
const (
	stillHolds = "same"
	noLonger   = "out"
)

// sameAgain takes over what was written last time, where somebody said that it still holds. It is neither taken over nor lost in silence.
func (f *formFilling) sameAgain(e *standard.Element) {
	said, written := f.values.Get(samePrefix+e.ID), len(f.own.Content.Get(e.ID)) > 0
	fault := func(message string) { f.own.Faults[form.Content+"-"+e.ID] = message }
	switch {
	case written && said == stillHolds:
		fault("There is new text, and what was written last time is said to hold still. Take one of the two out.")
		return
	case !written && said == "":
		fault("Say whether what was written last time still holds, or write it anew.")
		return
	case said != stillHolds:
		return
	}
	content := f.own.Content
	content.Entries = append(content.Entries, standard.Entry{Element: e, Values: f.was.Get(e.ID)})
	content.Sort()
}

// tickOf is how a tick names a version.
func tickOf(ref standard.Reference) string {
	s := ref.UID.String() + "@" + strconv.Itoa(ref.Version)
	if ref.System != "" {
		s += "@" + ref.System
	}
	return s
}

func readTick(s string) (standard.Reference, bool) {
	parts := strings.SplitN(s, "@", 3)
	if len(parts) < 2 {
		return standard.Reference{}, false
	}
	uid, err := uuid.Parse(parts[0])
	n, numberErr := strconv.Atoi(parts[1])
	ref := standard.Reference{UID: uid, Version: n}
	if len(parts) == 3 {
		ref.System = parts[2]
	}
	return ref, err == nil && numberErr == nil && n > 0
}

// ticked are the records that are ticked under an ask, each with the version that is to be pinned.
func (f *formFilling) ticked(ask *standard.Ask) []standard.Reference {
	var refs []standard.Reference
	newer := map[uuid.UUID]standard.Reference{}
	for _, s := range f.values[newerPrefix+ask.ID] {
		if ref, ok := readTick(s); ok {
			newer[ref.UID] = ref
		}
	}
	for _, s := range f.values[knownPrefix+ask.ID] {
		ref, ok := readTick(s)
		if !ok || slices.ContainsFunc(refs, func(r standard.Reference) bool { return r.UID == ref.UID }) {
			continue
		}
		if now, ok := newer[ref.UID]; ok {
			ref = now
		}
		refs = append(refs, ref)
	}
	return refs
}

// filled is the form as the standard's engine takes it.
func (f *formFilling) filled(unfinished bool) *standard.FilledForm {
	out := &standard.FilledForm{
		Form: f.form, UID: f.uid(), Own: f.own.Content, Known: map[string][]standard.Reference{}, New: map[string][]standard.NewRecord{}, Incomplete: unfinished,
	}
	out.Expected, _ = strconv.Atoi(f.values.Get(fieldExpected))
	for _, ask := range f.form.Asks() {
		if ask.Blocks == nil {
			continue
		}
		out.Known[ask.ID] = f.ticked(ask)
		for i, answers := range f.added[ask.ID] {
			uid, _ := uuid.Parse(f.values.Get(form.Item(addedPrefix+ask.ID, i) + partUID))
			out.New[ask.ID] = append(out.New[ask.ID], standard.NewRecord{UID: uid, Content: answers.Content})
		}
	}
	f.tickChosen(out)
	return out
}

// tickChosen ticks what an added building block was said to be about: a goal for a need makes the plan refer to that need.
func (f *formFilling) tickChosen(out *standard.FilledForm) {
	for _, ask := range f.form.Asks() {
		for _, added := range out.New[ask.ID] {
			for _, q := range ask.Blocks.Add.Questions {
				for _, v := range added.Content.Get(q.Element.ID) {
					if ref, ok := v.(standard.Reference); ok {
						f.tickFrom(out, q.From, ref.UID)
					}
				}
			}
		}
	}
}

func (f *formFilling) tickFrom(out *standard.FilledForm, from []*standard.Ask, uid uuid.UUID) {
	for _, ask := range from {
		if ask.Blocks.Link == nil || slices.ContainsFunc(out.Known[ask.ID], func(r standard.Reference) bool { return r.UID == uid }) {
			continue
		}
		for _, v := range f.known[ask.ID] {
			if v.Record == uid {
				out.Known[ask.ID] = append(out.Known[ask.ID], standard.Reference{UID: uid, Version: v.Number})
				return
			}
		}
	}
}

// judge makes the records of the form and tells everything that is wrong with them, all at once.
func (f *formFilling) judge(unfinished bool) []standard.FormRecord {
	f.judged = true
	records, problems := f.filled(unfinished).Records()
	for _, r := range records {
		_, found := r.Class.Decode(r.Content.AppendJSON(nil), standard.DecodeOptions{Prefix: r.Path + "/content", AllowIncomplete: unfinished, Subject: f.about.uid})
		problems = append(problems, found...)
	}
	f.place(problems)
	return records
}

// faulty reports whether anything is wrong.
func (f *formFilling) faulty() bool {
	if len(f.own.Faults) > 0 || len(f.faults) > 0 || len(f.asks) > 0 {
		return true
	}
	for _, all := range f.added {
		for _, answers := range all {
			if len(answers.Faults) > 0 {
				return true
			}
		}
	}
	return false
}

// place sets problems beside the questions that they are about.
func (f *formFilling) place(problems []standard.Problem) {
	for _, p := range problems {
		one := []standard.Problem{p}
		parts := strings.Split(strings.TrimPrefix(p.Path, "/"), "/")
		switch {
		case len(parts) > 2 && parts[0] == "own":
			f.own.Place(one, "/own/content")
		case len(parts) > 5 && parts[0] == "asks" && f.addedAt(parts) != nil:
			f.addedAt(parts).Place(one, strings.Join([]string{"", parts[0], parts[1], parts[2], parts[3], "content"}, "/"))
		case len(parts) > 1 && parts[0] == "asks":
			if f.asks[parts[1]] == "" {
				f.asks[parts[1]] = p.Message
			}
		case p.Path == "/recorded" || strings.HasSuffix(p.Path, "/recorded"):
			f.faults = append(f.faults, form.Error{Href: "#" + fieldWritten + "_day", Text: p.Message})
		default:
			f.faults = append(f.faults, form.Error{Href: "#form", Text: p.Message})
		}
	}
}

func (f *formFilling) addedAt(parts []string) *form.Answers {
	i, err := strconv.Atoi(parts[3])
	if all := f.added[parts[1]]; err == nil && parts[2] == "new" && i >= 0 && i < len(all) {
		return all[i]
	}
	return nil
}

// addedTitle is what to call a building block that is being added.
func (f *formFilling) addedTitle(ask *standard.Ask, i int) string {
	class := ask.Blocks.Add.Class
	if i < len(f.added[ask.ID]) {
		if title := f.added[ask.ID][i].Content.Title(); title != "" && title != class.Name {
			return title
		}
	}
	return class.Name + " " + plain.Whole(i+1)
}

// from lists what a question may be answered with that chooses among what other asks tick or add.
func (c *call) chosenFrom(f *formFilling, q *standard.Question) []form.Choice {
	var list []form.Choice
	for _, ask := range q.From {
		for i := range f.addedCount(ask) {
			uid := f.values.Get(form.Item(addedPrefix+ask.ID, i) + partUID)
			list = append(list, form.Choice{Value: uid, Text: f.addedTitle(ask, i) + " (added here)"})
		}
		for _, v := range f.known[ask.ID] {
			if !slices.ContainsFunc(list, func(k form.Choice) bool { return k.Value == v.Record.String() }) {
				list = append(list, form.Choice{Value: v.Record.String(), Text: c.titleOf(v)})
			}
		}
	}
	return list
}

// titleOf is the one line by which a version is known.
func (c *call) titleOf(v *record.Version) string {
	content, err := v.Decoded(c.config.Catalogue)
	if err != nil {
		return v.Class
	}
	return content.Title()
}
