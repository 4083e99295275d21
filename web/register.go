package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// placing begins the names of the fields about the home or branch.
const placing = "p"

// registerPage asks who a new person is and which home or branch looks after them.
type registerPage struct {
	Frame
	Who    *form.Form
	Where  *form.Form
	Hidden []Hidden
	Alike  []PersonRow   // people whose names are like the new one's
	Sure   template.HTML // asks whether it is really somebody else
	Draft  *DraftFrame
}

// fieldSure says that a new person is really somebody else than those with like names.
const fieldSure = "sure"

// registration is a new person on the way.
type registration struct {
	who, where       *standard.Class
	values           url.Values
	person, place    *form.Answers // nil when nothing is to be judged yet
	alike            []access.Person
	faults           []form.Error
	opened           *access.Draft // the draft that is gone on with
	contribution     uuid.UUID
	stream, placedAs uuid.UUID
}

// registerClasses finds the classes that say who a person is and where.
func (c *call) registerClasses() (who, where *standard.Class, err error) {
	persons, placements := c.config.Catalogue.ClassesWithRole(standard.ClassRolePerson), c.config.Catalogue.ClassesWithRole(standard.ClassRolePlacement)
	if len(persons) == 0 || len(placements) == 0 {
		return nil, nil, errNowhere()
	}
	return persons[0], placements[0], nil
}

func (c *call) mayRegister() error {
	if !c.session.May(access.ToRegister) {
		return &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot register new people.",
			Hint: "Ask a senior carer, a nurse or the manager of the home."}
	}
	return nil
}

// newPerson shows the empty form.
func (c *call) newPerson() error {
	if err := c.mayRegister(); err != nil {
		return err
	}
	who, where, err := c.registerClasses()
	if err != nil {
		return err
	}
	mint := func() string { return uuid.Must(uuid.NewV7()).String() }
	r := &registration{who: who, where: where, values: url.Values{fieldContribution: {mint()}, fieldRecord: {mint()}, "placement": {mint()}}}
	if places := c.session.Principal().Places; len(places) == 1 {
		if e := where.ByRole(standard.RolePlacedAt); e != nil {
			r.values.Set(placing+"-"+e.ID, places[0].String())
		}
	}
	if rec := c.draftNamed(); rec != uuid.Nil {
		r.values.Set(fieldRecord, rec.String())
		opened, values, there, err := c.openDraft(r.draftable().key)
		if err != nil {
			return err
		}
		if !there {
			return c.draftGone("/people/new")
		}
		r.opened, r.values = opened, values
	}
	return c.showRegister(r)
}

// draftable is the draft behind the form.
func (r *registration) draftable() *draftable {
	d := &draftable{key: access.DraftKey{Form: draftRegister}, values: r.values, parts: []formPart{{r.who, form.Content}, {r.where, placing}}, opened: r.opened}
	d.key.Record, _ = uuid.Parse(r.values.Get(fieldRecord))
	return d
}

func (c *call) showRegister(r *registration) error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	a := &about{kind: standard.DirectoryStream, view: view} // there is no person yet whose records could be pointed at
	t, err := c.targetsFor(a, r.who, r.where)
	if err != nil {
		return err
	}
	places := c.session.Principal().Places
	choices := func(e *standard.Element) []form.Choice {
		all := t.choices(e)
		if e.Role != standard.RolePlacedAt || len(places) == 0 {
			return all
		}
		return slices.DeleteFunc(all, func(k form.Choice) bool {
			return !slices.ContainsFunc(places, func(p uuid.UUID) bool { return p.String() == k.Value })
		})
	}
	o := form.Options{Words: c.words, Zone: c.config.Zone, Choices: choices, NameOf: t.nameOf, Me: c.me()}
	page := registerPage{Frame: c.frame("Register a new person")}
	page.Narrow, page.Back = true, &Link{Text: "People", Href: "/people"}
	page.Where = form.Build(r.where, placing, r.values, r.place, o)
	page.Who = form.Build(r.who, form.Content, r.values, r.person, o)
	page.Errors = slices.Concat(r.faults, page.Who.Errors, page.Where.Errors)
	draft := r.draftable()
	if page.Draft, err = c.draftFrame(draft); err != nil {
		return err
	}
	page.Hidden = append(draft.hidden(), Hidden{fieldBy, c.session.Principal().Account})
	page.Hidden = append(page.Hidden, carriedOnly(r.values, fieldContribution, fieldRecord, "placement")...)
	page.Alike = c.personRows(r.alike)
	for i := range page.Alike {
		page.Alike[i].Alike = ""
	}
	if len(r.alike) > 0 {
		page.Sure = nhsuk.Checkboxes(nhsuk.CheckboxesOptions{
			IDPrefix: fieldSure, Name: fieldSure, Values: r.values[fieldSure],
			Items: []nhsuk.CheckboxItem{{Value: "yes", Text: "I have looked: the new person is none of these"}},
		})
	}
	if len(page.Errors) > 0 || len(r.alike) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "register", page)
	}
	return c.render("register", page)
}

func carriedOnly(values url.Values, names ...string) []Hidden {
	var list []Hidden
	for _, name := range names {
		list = append(list, Hidden{name, values.Get(name)})
	}
	return list
}

// registerPerson does what a button of the form asks for: fill something in, or register.
func (c *call) registerPerson() error {
	if err := c.mayRegister(); err != nil {
		return err
	}
	who, where, err := c.registerClasses()
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	r := &registration{who: who, where: where, values: values}
	act := values.Get(fieldAct)
	if isDraftAct(act) {
		return c.keepDraft(r.draftable())
	}
	if act != actSave {
		form.Act(values, act, c.now(), c.me())
		return c.showRegister(r)
	}
	r.person = form.Read(who, form.Content, values, c.config.Zone)
	r.place = form.Read(where, placing, values, c.config.Zone)
	if err := c.warnOfAlike(r); err != nil {
		return err
	}
	for _, id := range []struct {
		into  *uuid.UUID
		field string
	}{{&r.contribution, fieldContribution}, {&r.stream, fieldRecord}, {&r.placedAs, "placement"}} {
		if *id.into, err = uuid.Parse(values.Get(id.field)); err != nil {
			*id.into = uuid.Must(uuid.NewV7())
		}
	}
	return c.commitPerson(r)
}

// warnOfAlike finds people whose names are like the new one's, among those whom the reader may see.
func (c *call) warnOfAlike(r *registration) error {
	if r.values.Get(fieldSure) != "" {
		return nil
	}
	card := record.IndexOf(r.person.Content, "", c.config.Zone).Person
	if card == nil || card.Family == "" {
		return nil
	}
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{All: true, Limit: 500})
	if err != nil {
		return err
	}
	for _, p := range people {
		if care.Alike(p.Card, *card) {
			r.alike = append(r.alike, p)
		}
	}
	return nil
}

// commitPerson registers the person, all or nothing: who they are and where, in one contribution.
func (c *call) commitPerson(r *registration) error {
	if len(r.person.Faults) > 0 || len(r.place.Faults) > 0 || len(r.alike) > 0 {
		_, problems := r.who.Decode(r.person.JSON(), standard.DecodeOptions{Subject: r.stream})
		r.person.Place(problems, "")
		_, problems = r.where.Decode(r.place.JSON(), standard.DecodeOptions{Subject: r.stream})
		r.place.Place(problems, "")
		return c.showRegister(r)
	}
	receipts, err := c.session.Commit(c.ctx, &record.Proposal{
		ID: r.contribution, Stream: r.stream, Opens: standard.PersonStream, Description: "Registered",
		Changes: []record.ProposedChange{
			{Path: "/changes/0", Type: record.Create, Record: r.stream, Class: r.who.ID, Content: r.person.JSON()},
			{Path: "/changes/1", Type: record.Create, Record: r.placedAs, Class: r.where.ID, Content: r.place.JSON()},
		},
	})
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		r.placeProblems(fault.Problems)
		return c.showRegister(r)
	}
	if err != nil {
		return err
	}
	c.discard(r.draftable())
	if receipts[0].Repeated {
		c.say("This person had been registered already, on " + plain.Instant(receipts[0].Committed, c.config.Zone) + ".")
	} else {
		c.say("Registered. Now ask about allergies, and record the answer first.")
	}
	return c.redirect("/people/" + r.stream.String())
}

// placeProblems sets the problems beside the questions of the two forms.
func (r *registration) placeProblems(problems []standard.Problem) {
	var first, second, loose []standard.Problem
	for _, p := range problems {
		switch {
		case len(p.Path) > 10 && p.Path[:10] == "/changes/0":
			first = append(first, p)
		case len(p.Path) > 10 && p.Path[:10] == "/changes/1":
			second = append(second, p)
		default:
			loose = append(loose, p)
		}
	}
	r.person.Place(first, "/changes/0/content")
	r.place.Place(second, "/changes/1/content")
	for _, p := range loose {
		r.faults = append(r.faults, form.Error{Href: "#form", Text: p.Message})
	}
}
