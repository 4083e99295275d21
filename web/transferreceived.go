package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

const receivedBase = transfersBase + "/received/"

// receivedPage shows what another provider has sent, and asks what of it becomes part of the record.
type receivedPage struct {
	Frame
	Heading   string
	Tags      []Tag
	Facts     []DecideFact
	Questions []string
	Classes   []ReceivedClass
	Conflicts []string
	Unknown   []string
	Base      string
	Hidden    []Hidden
	Fields    template.HTML // "": there is nothing to decide
	Refusal   template.HTML
	Open      string // where the record is, once there is one here
	Refused   string
	Records   []ReceivedRecord // of one class, to be read
	Class     string
	More      Pager
}

// ReceivedClass counts the records of one class.
type ReceivedClass struct {
	Name                              string
	Href                              string
	Records, New, Held, Forks, Fights int
}

// ReceivedRecord is one record, as it was sent.
type ReceivedRecord struct {
	Title   string
	When    string
	Answers []Answer
}

// The fields of the decision: named like the paths of its faults.
const (
	fieldSelection = "selection"
	fieldOnto      = "onto"
	fieldPlace     = "place"
	fieldFirstDay  = "from"
	fieldRoom      = "room"
	selectAll      = "all"
	selectSome     = "some"
)

// received shows a package in the waiting room.
func (c *call) received() error { return c.showReceived(url.Values{}, nil) }

func (c *call) showReceived(values url.Values, refused error) error {
	id, err := c.uid("segment")
	if err != nil {
		return err
	}
	preview, err := c.session.PreviewSegment(c.ctx, id)
	if err != nil {
		return err
	}
	s := preview.Segment
	page := receivedPage{Frame: c.frame(care.FullName(s.Card) + ": from " + s.Provider), Heading: care.FullName(s.Card), Base: receivedBase + id.String(), Hidden: c.by()}
	page.Frame.Narrow, page.Back = true, &Link{Text: "Transfers", Href: transfersBase}
	decide := decidePage{}
	said, err := decide.faults(refused)
	if err != nil {
		return err
	}
	page.Errors = decide.Errors
	page.Tags = []Tag{receivedTag(s)}
	page.Facts = []DecideFact{{"From", s.Provider}, {"Arrived", plain.Minute(s.Received, c.config.Zone)}, {"Born", plain.Date(s.Card.Born)}, {"NHS number", plain.NHSNumber(s.Card.NHSNumber)},
		{"Holds", plain.Count(int(s.Versions), "version", "versions") + ", " + plain.Count(int(s.Files), "file", "files")}, {"Proof", proofWords(s)}}
	page.Questions = preview.Questions
	if wait := savingWaits(&preview); wait != "" && s.State == access.SegmentWaiting {
		page.Questions = append(page.Questions, wait)
	}
	c.receivedClasses(&page, &preview)
	if s.State == access.SegmentRefused {
		page.Refused = s.RefusedWhy
	}
	if here, ok := readable(preview.Here, s.Stream); ok {
		page.Open = "/people/" + here.String()
	}
	if s.State == access.SegmentWaiting && c.session.May(access.ToRatify) {
		if page.Fields, err = c.acceptFields(&preview, values, said); err != nil {
			return err
		}
		page.Refusal = whyField("refusal", "Why is it refused?", "What is refused is no longer kept, only that it came and why it was refused.", values.Get("refusal"), said["refusal"])
	}
	if len(page.Errors) > 0 {
		return c.renderAs(http.StatusUnprocessableEntity, "received", page)
	}
	return c.render("received", page)
}

// What comes into a record that is seen already comes at once, and whoever saves something meanwhile waits: about a second for each ten thousand versions.
const (
	manyVersions = 5_000
	aSecond      = 10_000 // versions
)

// savingWaits says how long, where somebody would notice.
func savingWaits(p *access.Preview) string {
	versions := 0
	for _, k := range p.Classes {
		if k.New > 0 {
			versions += k.Versions
		}
	}
	if _, seen := readable(p.Here, p.Segment.Stream); !seen || versions < manyVersions {
		return ""
	}
	return fmt.Sprintf("This is much, and the record is in use already. While it becomes part of it, everybody can read, but whoever saves something waits: for about %s. Choose a quiet time.", plain.Count(1+versions/aSecond, "second", "seconds"))
}

// readable reports whether the person of a package is here, and may be read.
func readable(here []access.Candidate, stream uuid.UUID) (uuid.UUID, bool) {
	for _, h := range here {
		if h.SameID && h.Stream == stream {
			return stream, true
		}
	}
	return uuid.Nil, false
}

func receivedTag(s access.Segment) Tag {
	switch s.State {
	case access.SegmentRatified:
		return Tag{"Part of our record", "green"}
	case access.SegmentRefused:
		return Tag{"Refused", "grey"}
	}
	return Tag{"Not part of our record", "yellow"}
}

func proofWords(s access.Segment) string {
	if s.Proof.Given() {
		return "Signed by " + s.Provider + ". Every hash and every signature was checked when it arrived."
	}
	return "Nothing proves where it comes from."
}

// receivedClasses counts what is new, held already, or at odds with what is here.
func (c *call) receivedClasses(page *receivedPage, p *access.Preview) {
	name := func(id string) string {
		if class, ok := c.config.Catalogue.Class(id); ok {
			return class.Name
		}
		return id
	}
	for _, k := range p.Classes {
		page.Classes = append(page.Classes, ReceivedClass{Name: name(k.Class), Href: page.Base + "/records?class=" + url.QueryEscape(k.Class), Records: k.Records, New: k.New, Held: k.Held, Forks: k.Forks, Fights: k.Conflicts})
	}
	for _, r := range p.Conflicts {
		page.Conflicts = append(page.Conflicts, r.Title+": another one stands here under the same id. It cannot be accepted.")
	}
	for _, r := range p.Forks {
		page.Conflicts = append(page.Conflicts, r.Title+": both systems have gone on from the same version. Theirs is kept beside ours; ours stays the one that counts.")
	}
	for _, id := range p.Unknown {
		page.Unknown = append(page.Unknown, id)
	}
}

// acceptFields ask what becomes part of the record, and where the person lives.
func (c *call) acceptFields(p *access.Preview, values url.Values, said map[string]string) (template.HTML, error) {
	selection := radios(fieldSelection, "What becomes part of our record?", values.Get(fieldSelection), [][3]string{{selectAll, "All of it", ""}, {selectSome, "Only some classes, chosen below", "The others stay in the waiting room."}})
	classes := nhsuk.CheckboxesOptions{Name: fieldCategory, IDPrefix: fieldCategory, Values: values[fieldCategory], Small: true, Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which classes?", Size: "s"}}}
	for _, k := range p.Classes {
		text := k.Class
		if class, ok := c.config.Catalogue.Class(k.Class); ok {
			text = class.Name
		}
		classes.Items = append(classes.Items, nhsuk.CheckboxItem{Value: k.Class, Text: text})
	}
	some := nhsuk.Details(nhsuk.DetailsOptions{Summary: nhsuk.Block{Text: "If only some: which?"}, HTML: nhsuk.Checkboxes(classes), Open: values.Get(fieldSelection) == selectSome})
	fields := html(selection, some)
	known := false
	onto := nhsuk.RadiosOptions{Name: fieldOnto, IDPrefix: fieldOnto, Value: values.Get(fieldOnto), Small: true, Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Is it somebody who is here already?", Size: "s"}}}
	for _, h := range p.Here {
		if known = known || h.SameID; h.Stream == uuid.Nil || h.SameID {
			continue
		}
		onto.Items = append(onto.Items, nhsuk.RadioItem{Value: h.Stream.String(), Text: "Yes: " + care.FullName(h.Card), Hint: nhsuk.HintOptions{Text: agreeWords(h)}})
	}
	if len(onto.Items) > 0 {
		onto.Items = append(onto.Items, nhsuk.RadioItem{Value: "new", Text: "No: somebody else"})
		fields += html(nhsuk.Radios(onto), whyField(fieldDifferences, "If something differs: why is it one person nevertheless, and what is right?", "", values.Get(fieldDifferences), said[fieldDifferences]))
	}
	if !known {
		places, err := c.acceptingPlace(values, said)
		if err != nil {
			return "", err
		}
		from := values.Get(fieldFirstDay)
		if !values.Has(fieldFirstDay) {
			from = c.today().Format("2006-01-02")
		}
		fields += html(places, dayField(fieldFirstDay, "The first day here", "", from, said[fieldFirstDay]), lineField(fieldRoom, "Room", "If there is one.", values.Get(fieldRoom), said[fieldRoom]))
	}
	return fields + whyField("reason", "Why is it accepted?", "For example: she has moved in.", values.Get("reason"), said["reason"]), nil
}

// acceptingPlace asks which of the reader's homes looks after the person from now on.
func (c *call) acceptingPlace(values url.Values, said map[string]string) (template.HTML, error) {
	own := c.session.Principal().Places
	view, err := c.session.View(c.ctx, access.At{})
	if err != nil {
		return "", err
	}
	names, err := view.Names(c.ctx, uuid.Nil, own)
	if err != nil {
		return "", err
	}
	o := nhsuk.RadiosOptions{Name: fieldPlace, IDPrefix: fieldPlace, Value: values.Get(fieldPlace), Small: true, ErrorMessage: wrongIn(c.words, said[fieldPlace]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which home or branch looks after them from now on?", Size: "s"}}}
	for _, p := range own {
		o.Items = append(o.Items, nhsuk.RadioItem{Value: p.String(), Text: names[p]})
	}
	if len(own) == 1 && o.Value == "" {
		o.Value = own[0].String()
	}
	return nhsuk.Radios(o), nil
}

// acceptReceived makes it part of the record.
func (c *call) acceptReceived() error {
	id, err := c.uid("segment")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	r := access.Ratification{Segment: id, Differences: values.Get(fieldDifferences), From: values.Get(fieldFirstDay), Room: strings.TrimSpace(values.Get(fieldRoom)), Reason: strings.TrimSpace(values.Get("reason"))}
	r.Selection.All = values.Get(fieldSelection) != selectSome
	if !r.Selection.All {
		r.Selection.Classes = values[fieldCategory]
	}
	r.Place, _ = uuid.Parse(values.Get(fieldPlace))
	r.Onto, _ = uuid.Parse(values.Get(fieldOnto))
	done, err := c.session.Ratify(c.ctx, r)
	if err != nil {
		return c.showReceived(values, err)
	}
	if done.Repeated {
		c.say("All of it was here already. Nothing was changed.")
	} else {
		c.say(plain.Count(int(done.Versions), "version is", "versions are") + " part of our record now, with who wrote them and when.")
	}
	if c.session.MayDo(c.ctx, access.ToRead, done.Stream) {
		return c.redirect("/people/" + done.Stream.String())
	}
	return c.redirect(receivedBase + id.String())
}

// refuseReceived refuses it.
func (c *call) refuseReceived() error {
	id, err := c.uid("segment")
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	if strings.TrimSpace(values.Get("refusal")) == "" {
		return c.showReceived(values, standard.Refuse("It was not refused.", []standard.Problem{{Path: "/refusal", Rule: standard.RuleMustOccur, Message: "Say why it is refused."}}))
	}
	if err := c.session.RefuseSegment(c.ctx, id, values.Get("refusal")); err != nil {
		return c.showReceived(values, err)
	}
	c.say("Refused. It is no longer kept.")
	return c.redirect(transfersBase)
}

// receivedRecords lets somebody read what was sent, of one class, before anything of it is accepted.
func (c *call) receivedRecords() error {
	id, err := c.uid("segment")
	if err != nil {
		return err
	}
	s, err := c.session.Segment(c.ctx, id)
	if err != nil {
		return err
	}
	var classes []string
	page := receivedPage{Base: receivedBase + id.String(), Class: "All records"}
	if class := c.query("class"); class != "" {
		classes, page.Class = []string{class}, class
		if known, ok := c.config.Catalogue.Class(class); ok {
			page.Class = known.Name
		}
	}
	page.Frame = c.frame(page.Class + ", from " + s.Provider)
	page.Frame.Narrow, page.Back = true, &Link{Text: "What has arrived", Href: page.Base}
	page.Heading, page.Tags = care.FullName(s.Card)+": "+page.Class, []Tag{{"Said by " + s.Provider, "yellow"}, receivedTag(s)}
	after, _ := uuid.Parse(c.query("after"))
	versions, more, err := c.session.SegmentRecords(c.ctx, id, classes, after, 50)
	if err != nil {
		return err
	}
	nobody := &namer{about: &about{kind: standard.PersonStream}}
	for _, v := range versions {
		one, err := c.receivedRecord(nobody, v)
		if err != nil {
			return err
		}
		page.Records = append(page.Records, one)
	}
	if more {
		page.More = Pager{Next: page.Base + "/records?class=" + url.QueryEscape(c.query("class")) + "&after=" + versions[len(versions)-1].Record.String(), NextText: "More"}
	}
	return c.render("received", page)
}

func (c *call) receivedRecord(n *namer, v *record.Version) (ReceivedRecord, error) {
	content, err := v.Decoded(c.config.Catalogue)
	if err != nil {
		return ReceivedRecord{}, err
	}
	out := ReceivedRecord{Title: content.Title(), When: plain.DateTime(v.Recorded, c.config.Zone)}
	if out.Title == "" {
		out.Title = "Without a name"
	}
	for _, a := range c.answers(n, &content.Group) {
		a.Values = withoutFiles(a.Values)
		out.Answers = append(out.Answers, a)
	}
	return out, nil
}

// withoutFiles says of files only that they came: they can be opened once the record is accepted.
func withoutFiles(values []AnswerValue) []AnswerValue {
	for i := range values {
		if f := values[i].File; f != nil {
			values[i] = AnswerValue{Text: f.Name + ", " + f.Kind + ", " + f.Size}
		}
	}
	return values
}
