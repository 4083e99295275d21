package web

import (
	"strconv"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// KnownRow is one record that a form shows as known already.
type KnownRow struct {
	ID      string
	Name    string
	Value   string
	Checked bool
	Title   string
	Facts   []string // its class, when it happened, its state
	Href    string   // the version that is shown
	Tags    []Tag

	Moved        string // what it says now, where it has changed since the version that the form points at
	MovedHref    string
	Newer        string // the name of the tick that points the form at it as it stands now
	NewerID      string
	NewerValue   string
	NewerChecked bool
	NewerNumber  int
}

// mostKnown is how many known records a form shows at most; the latest, where there are more.
const mostKnown = 1000

// know finds what is known already for every ask of the form.
func (c *call) know(f *formFilling) error {
	f.known = map[string][]*record.Version{}
	classes := map[string]bool{}
	for _, ask := range f.form.Asks() {
		if ask.Blocks != nil {
			for _, class := range ask.Blocks.Known {
				classes[class.ID] = true
			}
		}
	}
	if len(classes) == 0 {
		return nil
	}
	versions, _, err := f.about.view.Records(c.ctx, access.RecordsQuery{Stream: f.about.uid, Classes: keys(classes), Limit: mostKnown})
	if err != nil {
		return err
	}
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		if v.Record == f.uid() {
			continue // a form does not refer to itself
		}
		for _, ask := range f.form.Asks() {
			if ask.Blocks != nil && ask.Blocks.Shows(content) {
				f.known[ask.ID] = append(f.known[ask.ID], v)
			}
		}
	}
	return nil
}

// versionsOf gives all versions of a record that may be seen; none of one that may not.
func (c *call) versionsOf(f *formFilling, uid uuid.UUID) ([]*record.Version, error) {
	if f.looked == nil {
		f.looked = map[uuid.UUID][]*record.Version{}
	}
	if versions, ok := f.looked[uid]; ok {
		return versions, nil
	}
	versions, err := f.about.view.Versions(c.ctx, f.about.uid, uid)
	if standard.KindOf(err) == standard.NotFound {
		versions, err = nil, nil
	}
	f.looked[uid] = versions
	return versions, err
}

// tickPinned ticks what the form's own record points at already, each at the version that it pins.
func (c *call) tickPinned(f *formFilling) error {
	var failed error
	pinned := f.form.Pinned(f.was, func(ref standard.Reference) (*standard.Content, bool) {
		versions, err := c.versionsOf(f, ref.UID)
		if err != nil {
			failed = err
		}
		v := numbered(versions, ref.Version)
		if v == nil && len(versions) > 0 {
			v = versions[len(versions)-1]
		}
		if v == nil {
			return nil, false
		}
		content, err := v.Decoded(c.config.Catalogue)
		return content, err == nil
	})
	for ask, refs := range pinned {
		for _, ref := range refs {
			if versions, err := c.versionsOf(f, ref.UID); err == nil && ref.Version == 0 && len(versions) > 0 {
				ref.Version = versions[len(versions)-1].Number
			}
			f.values.Add(knownPrefix+ask, tickOf(ref))
		}
	}
	return failed
}

// knownRows shows what is known for an ask: what is ticked at the version that the form points at, the rest as it stands now.
func (c *call) knownRows(f *formFilling, ask *standard.Ask) ([]KnownRow, error) {
	ticked := map[uuid.UUID]standard.Reference{}
	for _, s := range f.values[knownPrefix+ask.ID] {
		if ref, ok := readTick(s); ok {
			ticked[ref.UID] = ref
		}
	}
	newer := map[string]bool{}
	for _, s := range f.values[newerPrefix+ask.ID] {
		newer[s] = true
	}
	var rows []KnownRow
	for _, v := range f.known[ask.ID] {
		ref, checked := ticked[v.Record]
		delete(ticked, v.Record)
		if !checked {
			ref = standard.Reference{UID: v.Record, Version: v.Number}
		}
		row, err := c.knownRow(f, ask, ref, v, len(rows))
		if err != nil {
			return nil, err
		}
		row.Checked, row.NewerChecked = checked, newer[row.NewerValue]
		rows = append(rows, row)
	}
	for _, s := range f.values[knownPrefix+ask.ID] { // what is pinned and would not be shown today
		ref, ok := readTick(s)
		if _, left := ticked[ref.UID]; !ok || !left {
			continue
		}
		delete(ticked, ref.UID)
		versions, err := c.versionsOf(f, ref.UID)
		if err != nil {
			return nil, err
		}
		var now *record.Version
		if len(versions) > 0 {
			now = versions[len(versions)-1]
		}
		row, err := c.knownRow(f, ask, ref, now, len(rows))
		if err != nil {
			return nil, err
		}
		row.Checked, row.NewerChecked = true, newer[row.NewerValue]
		rows = append(rows, row)
	}
	return rows, nil
}

// knownRow words one record; now is what stands there today, nil where that may not be seen.
func (c *call) knownRow(f *formFilling, ask *standard.Ask, ref standard.Reference, now *record.Version, i int) (KnownRow, error) {
	id := knownPrefix + ask.ID + "-" + strconv.Itoa(i)
	if i == 0 {
		id = knownPrefix + ask.ID
	}
	row := KnownRow{ID: id, Name: knownPrefix + ask.ID, Value: tickOf(ref), Title: "A record that is not shown to you"}
	if now == nil {
		return row, nil
	}
	shown := now
	if ref.Version != now.Number {
		versions, err := c.versionsOf(f, ref.UID)
		if err != nil {
			return row, err
		}
		if pinned := numbered(versions, ref.Version); pinned != nil {
			shown = pinned
			row.Moved, row.MovedHref = c.titleOf(now), f.about.href("/records/"+now.Record.String())
			row.Newer, row.NewerID, row.NewerNumber = newerPrefix+ask.ID, newerPrefix+ask.ID+"-"+strconv.Itoa(i), now.Number
			row.NewerValue = tickOf(standard.Reference{UID: now.Record, Version: now.Number})
		}
	}
	content, err := shown.Decoded(c.config.Catalogue)
	if err != nil {
		return row, err
	}
	row.Title, row.Tags = content.Title(), c.tagsOf(now)
	row.Href = f.about.href("/records/" + shown.Record.String() + "?version=" + strconv.Itoa(shown.Number))
	if len(ask.Blocks.Known) != 1 {
		row.Facts = append(row.Facts, c.className(content, shown))
	}
	if _, day, _ := c.happened(content); day != "" {
		row.Facts = append(row.Facts, day)
	}
	if content.Class != nil {
		if status, ok := content.First(standard.RoleStatus); ok {
			row.Facts = append(row.Facts, plain.Value(status, c.config.Zone))
		}
	}
	row.Facts = append(row.Facts, "version "+strconv.Itoa(shown.Number))
	return row, nil
}
