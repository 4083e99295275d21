package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access/outbox"
	"rosemary/care/merge"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
)

// putTogether saves a change that was written without a network beside one that somebody else has saved meanwhile, where the two changed different answers of a
// record that may be put together field by field. It reports false where a person must decide.
func (c *call) putTogether(f *filling, how record.ChangeType, now *record.Version, theirs *standard.Content) (bool, error) {
	if replayOf(c.ctx) == nil || how != record.Modify || !c.merging.May(f.class) {
		return false, nil
	}
	m, err := c.threeWays(f, now, theirs)
	if err != nil || m == nil || m.Both() {
		return false, err
	}
	contribution, err := uuid.Parse(f.values.Get(fieldContribution))
	if err != nil {
		return false, nil
	}
	done := "Put together"
	if string(m.Content.AppendJSON(nil)) == string(theirs.AppendJSON(nil)) { // it stands there already: this is the same entry again
		c.say(done + ": " + f.class.Name + ".")
		return true, c.redirect(f.about.base + "/records/" + now.Record.String())
	}
	f.answers.Content = m.Content
	f.values.Set(fieldContribution, uuid.NewSHA1(contribution, []byte("put together with version "+strconv.Itoa(now.Number))).String())
	f.values.Set(fieldReason, strings.TrimSpace(f.values.Get(fieldReason)+" Put together by the program with version "+strconv.Itoa(now.Number)+
		": this change was made to version "+f.values.Get(fieldExpected)+" without a network, and the two changed different answers."))
	receipt, saved, err := c.commit(f, actSave, record.ProposedChange{Type: how, Record: now.Record, Expected: now.Number})
	if err != nil || !saved {
		return false, err
	}
	return true, c.saved(f.about, f.class, receipt, done)
}

// threeWays puts a change together with what stands there now; nil where the version that it was made on is not to be had.
func (c *call) threeWays(f *filling, now *record.Version, theirs *standard.Content) (*merge.Merge, error) {
	expected, err := strconv.Atoi(f.values.Get(fieldExpected))
	if err != nil || f.answers == nil || len(f.answers.Faults) > 0 || len(theirs.Unknown) > 0 {
		return nil, nil
	}
	versions, err := f.about.view.Versions(c.ctx, f.about.uid, now.Record)
	if err != nil {
		return nil, err
	}
	before := numbered(versions, expected)
	if before == nil || before.Number == now.Number {
		return nil, nil
	}
	base, err := before.Decoded(c.config.Catalogue)
	if err != nil || base.Class != theirs.Class || len(base.Unknown) > 0 {
		return nil, err
	}
	return merge.Three(base, f.answers.Content, theirs), nil
}

// SideRow is one answer that two people changed, or one of them, with what each made of it.
type SideRow struct {
	Name               string
	Base, Mine, Theirs string
	Both               bool
}

// sidesOf lays the three sides of a change beside each other that waits because somebody else was faster.
func (c *call) sidesOf(e *outbox.Envelope, a *about) ([]SideRow, error) {
	u, err := url.Parse(e.Path)
	if err != nil || a == nil {
		return nil, nil
	}
	parts := strings.Split(u.Path, "/") // "", people, stream, records, record, change
	if len(parts) != 6 || parts[3] != "records" || parts[5] != "change" {
		return nil, nil
	}
	rec, err := uuid.Parse(parts[4])
	if err != nil {
		return nil, nil
	}
	now, err := a.view.Record(c.ctx, a.uid, rec)
	if standard.KindOf(err) == standard.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	theirs, err := now.Decoded(c.config.Catalogue)
	if err != nil || theirs.Class == nil {
		return nil, err
	}
	values, err := entryValues(e)
	if err != nil {
		return nil, err
	}
	f := &filling{about: a, class: theirs.Class, values: values, answers: form.Read(theirs.Class, form.Content, values, c.config.Zone)}
	m, err := c.threeWays(f, now, theirs)
	if err != nil || m == nil {
		return nil, err
	}
	n, err := c.namer(a, []*standard.Content{theirs, f.answers.Content})
	if err != nil {
		return nil, err
	}
	var rows []SideRow
	for _, field := range m.Fields {
		words := func(values []standard.Value) string { return c.sideWords(n, field.Element, values) }
		rows = append(rows, SideRow{Name: field.Element.Name, Base: words(field.Base), Mine: words(field.Mine), Theirs: words(field.Theirs), Both: field.Both})
	}
	return rows, nil
}

// sideWords words the values of one answer in one line or more.
func (c *call) sideWords(n *namer, e *standard.Element, values []standard.Value) string {
	if len(values) == 0 {
		return ""
	}
	var lines []string
	for _, flat := range c.flatGroup(n, &standard.Group{Entries: []standard.Entry{{Element: e, Values: values}}}, "", "", nil) {
		lines = append(lines, flat.text)
	}
	return strings.Join(lines, "\n")
}
