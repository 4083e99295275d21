package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// keyCode is the code of a pass that was just made, until its page has shown it once.
const keyCode = "pass-code"

// passesPage lists who was let in, and is where somebody is.
type passesPage struct {
	Frame
	Code    string // of the pass that was just made: it is shown once
	For     string // whose it is
	Address string // where it is typed
	Kinds   []Link
	Open    []PassRow
	Closed  []PassRow
}

// PassRow is one pass.
type PassRow struct {
	Holder string
	As     string
	To     string
	Why    string
	Made   string
	Until  string
	State  Tag
	End    string // where it is ended; "" once it is over
}

// newPassPage makes a pass of one kind.
type newPassPage struct {
	Frame
	Heading string
	Intro   string
	Action  string
	People  []Link // whose record? asked first, where it decides what is asked then
	Hidden  []Hidden
	Fields  template.HTML
}

// passes lists them.
func (c *call) passes() error {
	list, err := c.session.Passes(c.ctx)
	if err != nil {
		return err
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	page := passesPage{Frame: c.frame("Let somebody in"), Code: c.sessions.PopString(c.ctx, keyCode), Address: c.r.Host + "/pass"}
	for _, k := range c.session.PassKinds() {
		page.Kinds = append(page.Kinds, Link{Text: k.Name, Href: "/passes/new/" + string(k.Role)})
	}
	var uids []uuid.UUID
	for _, p := range list {
		uids = append(append(uids, p.People...), p.Place)
	}
	names, err := c.passNames(view, uids)
	if err != nil {
		return err
	}
	for i, p := range list {
		row := c.passRow(p, names)
		if i == 0 && page.Code != "" {
			page.For = row.Holder
		}
		if p.Open(c.config.Now()) {
			page.Open = append(page.Open, row)
		} else {
			page.Closed = append(page.Closed, row)
		}
	}
	return c.render("passes", page)
}

// passNames is what to call the people and places of passes.
func (c *call) passNames(view *access.View, uids []uuid.UUID) (map[uuid.UUID]string, error) {
	names, err := view.Names(c.ctx, uuid.Nil, uids)
	if err != nil {
		return nil, err
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{All: true, Limit: 1000})
	for _, p := range people {
		names[p.UID] = care.FullName(p.Card)
	}
	return names, err
}

// kindName is what to call those who come in with a role.
func (c *call) kindName(role access.Role) string {
	for _, k := range c.session.PassKinds() {
		if k.Role == role {
			return k.Name
		}
	}
	return roleWords(string(role))
}

func (c *call) passRow(p access.Pass, names map[uuid.UUID]string) PassRow {
	now := c.config.Now()
	row := PassRow{Holder: p.Holder, As: c.kindName(p.Role), Why: p.Purpose, Made: plain.Minute(p.Made, c.config.Zone) + " by " + c.called(p.MadeBy), Until: plain.Minute(p.Until, c.config.Zone)}
	if p.Organisation != "" {
		row.Holder += ", " + p.Organisation
	}
	to := []string{}
	for _, uid := range append(slices.Clone(p.People), p.Place) {
		if name := names[uid]; name != "" {
			to = append(to, name)
		}
	}
	row.To = strings.Join(to, ", ")
	switch {
	case p.Waits(now):
		row.State = Tag{"Code not used yet", "blue"}
	case p.Open(now):
		row.State = Tag{"Is in", "green"}
	case !p.Ended.IsZero():
		row.State = Tag{"Ended by " + c.called(p.EndedBy), "grey"}
	default:
		row.State = Tag{"Over", "grey"}
	}
	if p.Open(now) {
		row.End = "/passes/end/" + url.PathEscape(p.Account)
	}
	return row
}

// endPass ends one.
func (c *call) endPass() error {
	if err := c.session.EndPass(c.ctx, c.r.PathValue("account")); err != nil {
		return err
	}
	c.say("The pass has ended. Whoever came in by it is out.")
	return c.redirect("/passes")
}

// kind is the kind of pass that the address names.
func (c *call) passKind() (access.PassKind, error) {
	for _, k := range c.session.PassKinds() {
		if string(k.Role) == c.r.PathValue("role") {
			return k, nil
		}
	}
	return access.PassKind{}, errNowhere()
}

// newPass shows the form of one kind.
func (c *call) newPass() error {
	kind, err := c.passKind()
	if err != nil {
		return err
	}
	sent := url.Values{"person": {c.query("person")}, "hours": {hoursOf(kind.Usual)}}
	return c.showNewPass(http.StatusOK, kind, sent, nil)
}

// lengths are the times that a pass can be made for.
var lengths = []struct {
	d     time.Duration
	words string
}{
	{time.Hour, "1 hour"}, {4 * time.Hour, "4 hours"}, {12 * time.Hour, "12 hours"}, {24 * time.Hour, "24 hours"}, {72 * time.Hour, "3 days"}, {120 * time.Hour, "5 days"},
	{720 * time.Hour, "30 days"}, {2160 * time.Hour, "90 days"}, {4320 * time.Hour, "180 days"}, {8760 * time.Hour, "a year"},
}

func hoursOf(d time.Duration) string { return d.String() }

func (c *call) showNewPass(status int, kind access.PassKind, sent url.Values, fault *standard.Fault) error {
	heading := "Let in: " + strings.ToLower(kind.Name)
	page := newPassPage{Frame: c.frame(heading), Heading: heading, Action: "/passes/new/" + string(kind.Role)}
	page.Narrow, page.Back = true, &Link{Text: "Back", Href: "/passes"}
	page.Intro = "They see everybody of the home, until their time is over."
	if kind.OnePerson {
		page.Intro = "They see the record of one person, until their time is over."
	}
	if kind.Writes {
		page.Intro += " What they write is signed with their name."
	}
	wrong := map[string]string{}
	if fault != nil {
		for _, p := range fault.Problems {
			name := passField(p.Path)
			wrong[name] = p.Message
			page.Errors = append(page.Errors, form.Error{Href: "#" + name, Text: c.fault(p.Message)})
		}
	}
	field := func(name, label, hint, complete string) {
		page.Fields += nhsuk.Input(nhsuk.InputOptions{ID: name, Name: name, Value: sent.Get(name), Label: nhsuk.LabelOptions{Text: label, Size: "s"}, Hint: nhsuk.HintOptions{Text: hint},
			ErrorMessage: wrongIn(c.words, wrong[name]), Autocomplete: complete})
	}
	field("given", "First name", "", "off")
	field("family", "Last name", "", "off")
	if len(kind.Basis) == 0 {
		field("organisation", "Who do they come from?", "The agency, the surgery, the service.", "off")
	}
	example := "For example: covers the night shift; changes the dressing."
	if len(kind.Basis) > 0 {
		example = "For example: her daughter, to follow how she is."
	}
	field("purpose", "Why are they let in?", example, "off")
	if err := c.passTo(&page, kind, sent, wrong); err != nil {
		return err
	}
	var items []nhsuk.RadioItem
	for _, l := range lengths {
		if l.d <= kind.Longest {
			items = append(items, nhsuk.RadioItem{Value: hoursOf(l.d), Text: l.words})
		}
	}
	page.Fields += nhsuk.Radios(nhsuk.RadiosOptions{IDPrefix: "hours", Name: "hours", Value: sent.Get("hours"), Items: items, ErrorMessage: wrongIn(c.words, wrong["hours"]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "For how long?", Size: "s"}}})
	return c.renderAs(status, "newpass", page)
}

func passField(path string) string {
	if name := strings.TrimPrefix(path, "/"); name != "for" {
		return name
	}
	return "hours"
}

// passTo asks whose record, or which home, a pass opens, and what it rests on.
func (c *call) passTo(page *newPassPage, kind access.PassKind, sent url.Values, wrong map[string]string) error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	o := nhsuk.SelectOptions{Items: []nhsuk.SelectItem{{Value: "", Text: "Choose"}}}
	if !kind.OnePerson {
		o.ID, o.Label.Text = "place", "Which home or branch?"
		places := c.session.Principal().Places
		names, err := view.Names(c.ctx, uuid.Nil, places)
		if err != nil {
			return err
		}
		for _, uid := range places {
			o.Items = append(o.Items, nhsuk.SelectItem{Value: uid.String(), Text: names[uid]})
		}
		if len(places) == 1 && sent.Get("place") == "" {
			sent.Set("place", places[0].String())
		}
	} else {
		people, _, err := view.People(c.ctx, access.PeopleQuery{All: len(kind.Basis) > 0, Limit: 1000})
		if err != nil {
			return err
		}
		if len(kind.Basis) > 0 {
			return c.passAbout(page, view, kind, people, sent, wrong)
		}
		o.ID, o.Label.Text = "person", "Whose record?"
		for _, p := range people {
			o.Items = append(o.Items, nhsuk.SelectItem{Value: p.UID.String(), Text: whose(p)})
		}
	}
	o.Name, o.Value, o.Label.Size, o.ErrorMessage = o.ID, sent.Get(o.ID), "s", wrongIn(c.words, wrong[o.ID])
	page.Fields += nhsuk.Select(o)
	return nil
}

// whose says who somebody is, so that no other is chosen.
func whose(p access.Person) string {
	return care.FullName(p.Card) + ", born " + plain.Date(p.Card.Born)
}

// passAbout asks whose record first, and then what gives the right to see it.
func (c *call) passAbout(page *newPassPage, view *access.View, kind access.PassKind, people []access.Person, sent url.Values, wrong map[string]string) error {
	for _, p := range people {
		if p.UID.String() == sent.Get("person") {
			page.People = nil
			page.Hidden = append(page.Hidden, Hidden{"person", p.UID.String()})
			page.Heading += ", to the record of " + whose(p)
			return c.passBasis(page, view, kind, p.UID, sent, wrong)
		}
		page.People = append(page.People, Link{Text: whose(p), Href: page.Action + "?person=" + p.UID.String()})
	}
	return nil
}

// passBasis offers the records that can give somebody the right, once it is clear whose.
func (c *call) passBasis(page *newPassPage, view *access.View, kind access.PassKind, person uuid.UUID, sent url.Values, wrong map[string]string) error {
	if slices.Contains(kind.Basis, standard.ClassRolePerson) {
		page.Hidden = append(page.Hidden, Hidden{"basis", person.String()})
		return nil
	}
	var classes []string
	for _, role := range kind.Basis {
		classes = append(classes, c.classIDs(role)...)
	}
	versions, _, err := view.Records(c.ctx, access.RecordsQuery{Stream: person, Classes: classes, Limit: 100})
	if err != nil {
		return err
	}
	var items []nhsuk.RadioItem
	for _, v := range versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		if kind.About != "" && content.Means(standard.RoleConsentFor) != kind.About {
			continue
		}
		item := nhsuk.RadioItem{Value: v.Record.String(), Text: c.className(content, v) + ": " + content.Title()}
		if with := content.Words(standard.RoleSharedWith); with != "" {
			item.Hint.Text = "With " + with
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		page.Fields += nhsuk.InsetText(nhsuk.InsetTextOptions{Text: "The record holds nothing yet that gives them the right to see this. Record it first: the consent to sharing information, or the power of attorney."})
		return nil
	}
	page.Fields += nhsuk.Radios(nhsuk.RadiosOptions{IDPrefix: "basis", Name: "basis", Value: sent.Get("basis"), Items: items, ErrorMessage: wrongIn(c.words, wrong["basis"]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "What gives them the right to see this?", Size: "s"}},
		Hint:     nhsuk.HintOptions{Text: "When this record ends, is withdrawn or marked as an error, they are out at once."}})
	return nil
}

// makePass makes it and shows its code once.
func (c *call) makePass() error {
	kind, err := c.passKind()
	if err != nil {
		return err
	}
	sent, err := c.posted()
	if err != nil {
		return err
	}
	n := access.NewPass{
		Role: kind.Role, Given: sent.Get("given"), Family: sent.Get("family"), Organisation: sent.Get("organisation"), Purpose: sent.Get("purpose"),
	}
	for name, into := range map[string]*uuid.UUID{"person": &n.Person, "place": &n.Place, "basis": &n.Basis} {
		if uid, err := uuid.Parse(sent.Get(name)); err == nil {
			*into = uid
		}
	}
	if n.For, err = time.ParseDuration(sent.Get("hours")); err != nil {
		n.For = kind.Usual
	}
	code, _, err := c.session.MakePass(c.ctx, n)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		return c.showNewPass(http.StatusUnprocessableEntity, kind, sent, fault)
	}
	if err != nil {
		return err
	}
	c.sessions.Put(c.ctx, keyCode, code)
	return c.redirect("/passes")
}
