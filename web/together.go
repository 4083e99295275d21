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
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// fieldFood says whether what was typed freely was food or drink.
const (
	fieldFood = "food"
	answerYes = "Yes"
	answerNo  = "No"
)

// fieldPerson is somebody who took part; with these behind the person's uid, the ids of what is written about them.
const (
	fieldPerson  = "person"
	suffixCommit = "-contribution"
	suffixRecord = "-record"
)

// togetherPage records what several people had together, each in their own record, all at once. Never medicines, amounts, modified food and drink, or how somebody is.
type togetherPage struct {
	Frame
	Ask    template.HTML
	More   template.HTML
	People []TogetherPerson
	Action string
	Hidden []Hidden
	Cancel string
}

// TogetherPerson is somebody who may have taken part.
type TogetherPerson struct {
	ID, UID, Called, Rest, Room, Born string
	Photo, Initials                   string
	Tone                              int
	Note                              string // why something is not for them
	Away                              bool
	Chosen                            bool
}

// newTogether shows the page.
func (c *call) newTogether() error {
	r, _, _, err := c.myRound()
	if err != nil {
		return err
	}
	values := c.begun()
	for _, p := range r.people {
		values.Set(p.UID.String()+suffixCommit, uuid.Must(uuid.NewV7()).String())
		values.Set(p.UID.String()+suffixRecord, uuid.Must(uuid.NewV7()).String())
	}
	return c.showTogether(&doing{in: c.words, values: values, action: c.oneClass(standard.ClassRoleAction)}, r, http.StatusOK)
}

func (c *call) showTogether(d *doing, r *round, status int) error {
	if d.action == nil || !c.session.May(access.ToRecord) {
		return errNowhere()
	}
	page := togetherPage{Frame: c.frame(c.word("Several people at once")), Action: "/shift/together", Cancel: "/shift"}
	page.Errors = d.faults
	careful, err := c.careful(r)
	if err != nil {
		return err
	}
	var words []string
	for _, t := range c.quick.Together {
		words = append(words, t.Words)
	}
	page.Ask = c.chips(fieldWhat, c.word("What did they have together?"), "", d.values.Get(fieldWhat), d.wrong(fieldWhat), c.wordsOf(words)) +
		nhsuk.Input(nhsuk.InputOptions{ID: fieldInWords, Name: fieldInWords, Value: d.values.Get(fieldInWords), Autocomplete: "off", Label: nhsuk.LabelOptions{Text: c.word("Something else"), Size: "s"},
			ErrorMessage: wrongIn(c.words, d.wrong(fieldInWords))}) +
		c.chips(fieldFood, c.word("Was there anything to eat or drink in it?"), c.word("Only for something else: the list above knows."), d.values.Get(fieldFood), d.wrong(fieldFood), c.wordsOf([]string{answerYes, answerNo}))
	page.More = c.chips(fieldMinutes, c.word("How many minutes?"), "", d.values.Get(fieldMinutes), d.wrong(fieldMinutes), numbersWith(c.quick.Minutes, d.values.Get(fieldMinutes))) + c.whenField(d)
	for i, p := range r.people {
		one := TogetherPerson{ID: fieldPerson + "-" + plain.Whole(i+1), UID: p.UID.String(), Called: care.CalledName(p.Card), Room: p.Room, Born: c.words.Date(p.Card.Born), Photo: r.photos[p.UID], Tone: toneOf(p.UID)}
		one.Initials = plain.Initials(one.Called + " " + p.Card.Family)
		if full := care.FullName(p.Card); full != one.Called {
			one.Rest = strings.TrimPrefix(full, one.Called+" ")
		}
		one.Chosen, one.Away = slices.Contains(d.values[fieldPerson], one.UID), r.stays[p.UID] != nil
		switch {
		case one.Away:
			one.Note = c.word("In hospital")
		case careful[p.UID]:
			one.Note = c.word("Food and drink: on their own page")
		}
		page.People = append(page.People, one)
		for _, suffix := range []string{suffixCommit, suffixRecord} {
			page.Hidden = append(page.Hidden, Hidden{one.UID + suffix, d.values.Get(one.UID + suffix)})
		}
	}
	page.Hidden = append(page.Hidden, Hidden{fieldBy, c.session.Principal().Account})
	return c.renderAs(status, "together", page)
}

// careful finds those whose food or drink is modified, or of whom nobody has recorded what is safe.
func (c *call) careful(r *round) (map[uuid.UUID]bool, error) {
	plans, err := c.recordsOf(r, c.classIDs(standard.ClassRoleEatingAndDrinking), time.Time{})
	if err != nil {
		return nil, err
	}
	careful := map[uuid.UUID]bool{}
	for _, p := range r.people {
		modified, known := care.Modified(c.config.Catalogue, plans[p.UID], c.now())
		careful[p.UID] = modified || !known
	}
	return careful, nil
}

// writeTogether writes it down for each of them, in one transaction.
func (c *call) writeTogether() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	r, _, _, err := c.myRound()
	if err != nil {
		return err
	}
	d := &doing{in: c.words, values: values, action: c.oneClass(standard.ClassRoleAction)}
	if d.action == nil {
		return errNowhere()
	}
	proposals, names, err := c.readTogether(d, r)
	if err != nil {
		return err
	}
	if len(d.faults) > 0 {
		return c.showTogether(d, r, http.StatusUnprocessableEntity)
	}
	_, err = c.session.Commit(c.ctx, proposals...)
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Invalid {
		for _, p := range fault.Problems {
			d.faults = append(d.faults, form.Error{Href: "#form", Text: c.fault(p.Message)})
		}
		return c.showTogether(d, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return c.lostTogether(values, err)
	}
	c.say(c.word("Saved for {list}: {words}.", "list", c.words.List(names), "words", d.words()))
	return c.redirect("/shift")
}

func (c *call) lostTogether(values url.Values, err error) error {
	if standard.KindOf(err) == standard.Reused {
		return err
	}
	return c.lost(values, err)
}

// readTogether judges what was posted and makes one contribution for each person.
func (c *call) readTogether(d *doing, r *round) (proposals []*record.Proposal, names []string, err error) {
	words, food := d.words(), false
	for _, t := range c.quick.Together {
		food = food || t.Food && (d.text(fieldWhat) == t.Words && d.text(fieldInWords) == "")
	}
	if words == "" {
		d.fault(fieldWhat, c.word("Say what they had together."))
	}
	if d.text(fieldInWords) != "" { // no list of words knows all that can be eaten: whoever was there says so
		food = d.values.Get(fieldFood) != answerNo
		if food && d.values.Get(fieldFood) != answerYes {
			d.fault(fieldFood, c.word("Say whether there was anything to eat or drink in it."))
		}
	}
	for _, never := range c.quick.Never {
		if hasWord(words, never) {
			d.fault(fieldInWords, c.word("“{never}” is not for several people at once: record it for each of them, on their own page.", "never", never))
			break
		}
	}
	when := c.when(d)
	careful, err := c.careful(r)
	if err != nil {
		return nil, nil, err
	}
	done, _ := meaning(d.action.ByRole(standard.RoleStatus), standard.MeansDone)
	var left []string
	for _, p := range r.people {
		uid := p.UID.String()
		if !slices.Contains(d.values[fieldPerson], uid) {
			continue
		}
		if food && careful[p.UID] {
			left = append(left, care.CalledName(p.Card))
			continue
		}
		content := &standard.Content{Class: d.action}
		set(content, standard.RoleDescription, standard.Text(words))
		if done != nil {
			set(content, standard.RoleStatus, done)
		}
		setWhen(content, when)
		set(content, standard.RolePerformer, c.performers(d)...)
		set(content, standard.RoleUnplanned, standard.Boolean(true))
		d.details(content)
		slices.SortStableFunc(content.Entries, func(a, b standard.Entry) int { return a.Element.Order - b.Element.Order })
		names = append(names, care.CalledName(p.Card))
		proposals = append(proposals, &record.Proposal{ID: uidOr(d.values, uid+suffixCommit), Stream: p.UID, Description: words, Changes: []record.ProposedChange{
			{Path: "/action", Type: record.Create, Record: uidOr(d.values, uid+suffixRecord), Class: d.action.ID, Content: content.AppendJSON(nil)},
		}})
	}
	if len(left) > 0 {
		d.fault(fieldPerson+"-1", c.word("Take out {list}: their food or drink is modified, or nobody has recorded what is safe. Record it on their own page.", "list", c.words.List(left)))
	}
	if len(proposals) == 0 && len(left) == 0 {
		d.fault(fieldPerson+"-1", c.word("Choose who took part."))
	}
	return proposals, names, nil
}

// hasWord reports whether words hold a word, or several, whole.
func hasWord(words, word string) bool {
	fold := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' }), " ") + " "
	}
	return strings.Contains(fold(words), fold(word))
}

// myPeoplePage chooses whose care somebody sees to today.
type myPeoplePage struct {
	Frame
	People []TogetherPerson
}

// keyPicked names the people somebody chose as theirs, until they sign out.
const keyPicked = "picked"

// picked are the people whom somebody chose; none: all.
func (c *call) picked() map[uuid.UUID]bool {
	picked := map[uuid.UUID]bool{}
	for _, s := range strings.Fields(c.sessions.GetString(c.ctx, keyPicked)) {
		if uid, err := uuid.Parse(s); err == nil {
			picked[uid] = true
		}
	}
	return picked
}

// myPeople shows the choice.
func (c *call) myPeople() error {
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return err
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{Limit: 500})
	if err != nil {
		return err
	}
	page, picked := myPeoplePage{Frame: c.frame(c.word("My people"))}, c.picked()
	for i, p := range byRoom(people) {
		one := TogetherPerson{ID: fieldPerson + "-" + plain.Whole(i+1), UID: p.UID.String(), Called: care.CalledName(p.Card), Rest: p.PlaceName, Room: p.Room, Tone: toneOf(p.UID), Chosen: picked[p.UID]}
		one.Initials = plain.Initials(one.Called + " " + p.Card.Family)
		page.People = append(page.People, one)
	}
	return c.render("mypeople", page)
}

// pickPeople keeps the choice until the person signs out.
func (c *call) pickPeople() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	if values.Get(fieldAct) == actSave {
		c.sessions.Put(c.ctx, keyPicked, strings.Join(values[fieldPerson], " "))
	} else {
		c.sessions.Remove(c.ctx, keyPicked)
	}
	return c.redirect("/shift")
}
