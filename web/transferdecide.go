package web

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/nhsuk"
)

// This file is the decision about a request: who it is, what goes, and what would.

// deciding asks who it is and what goes.
func (c *call) deciding(k *exchange.Case, values url.Values, said map[string]string, outlook *exchange.Outlook) (*Deciding, error) {
	found, err := c.config.Exchange.Who(c.ctx, c.session, k)
	if err != nil {
		return nil, err
	}
	d := &Deciding{Unknown: true}
	who := nhsuk.RadiosOptions{Small: true, Name: fieldPerson, IDPrefix: fieldPerson, Value: values.Get(fieldPerson), ErrorMessage: wrongIn(c.words, said[fieldPerson]),
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Who is it?", Size: "s"}}}
	offered := map[uuid.UUID]bool{}
	offer := func(f access.Candidate) {
		offered[f.Stream] = true
		d.Unknown = false
		d.Who = append(d.Who, whoRow(k, f))
		who.Items = append(who.Items, nhsuk.RadioItem{Value: f.Stream.String(), Text: care.FullName(f.Card), Hint: nhsuk.HintOptions{Text: agreeWords(f)}})
	}
	for _, f := range found {
		if f.Unreachable {
			d.Elsewhere = true
			continue
		}
		offer(f)
	}
	asked := strings.TrimSpace(values.Get("q"))
	d.Find = nhsuk.Input(nhsuk.InputOptions{ID: "q", Name: "q", Value: asked, Label: nhsuk.LabelOptions{Text: "Find somebody else by name or NHS number"}, Autocomplete: "off"})
	if asked != "" {
		view, err := c.session.View(c.ctx, access.At{})
		if err != nil {
			return nil, err
		}
		people, _, err := view.People(c.ctx, access.PeopleQuery{Search: asked, All: true, Limit: 10})
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if offered[p.UID] {
				continue
			}
			offer(access.CompareCards(k.Ask.Card(), p))
		}
	}
	if len(who.Items) == 1 && who.Value == "" && len(d.Who[0].differing()) == 0 {
		who.Value = who.Items[0].Value
	}
	if len(who.Items) > 0 {
		d.Fields = c.whatGoes(k, nhsuk.Radios(who), values, said, d)
	}
	if outlook != nil {
		c.foreseen(d, outlook, values)
	}
	return d, nil
}

// The fields of the decision: named like the paths of its faults.
const (
	fieldJustification = "justification"
	fieldLastDay       = "lastDay"
)

func (w *WhoRow) differing() (list []string) {
	for _, l := range w.Lines {
		if l.Tag.Text == "Differs" {
			list = append(list, l.What)
		}
	}
	return list
}

func agreeWords(f access.Candidate) string {
	words := "Alike: " + plain.List(f.Agrees) + "."
	if len(f.Agrees) == 0 {
		words = "Nothing is alike."
	}
	if len(f.Differs) > 0 {
		words += " Different: " + plain.List(f.Differs) + ". Is it the same person?"
	}
	return words
}

// whoRow sets what is said of both beside each other.
func whoRow(k *exchange.Case, f access.Candidate) WhoRow {
	row := WhoRow{Name: care.FullName(f.Card), Href: "/people/" + f.Stream.String()}
	for _, l := range []WhoLine{
		{What: "Name", Asked: k.Ask.Name(), Here: strings.TrimSpace(f.Card.Given + " " + f.Card.Family)},
		{What: "Date of birth", Asked: plain.Date(k.Ask.Born), Here: plain.Date(f.Card.Born)},
		{What: "NHS number", Asked: plain.NHSNumber(k.Ask.NHSNumber), Here: plain.NHSNumber(f.Card.NHSNumber)},
	} {
		switch {
		case l.Asked == "" || l.Here == "":
			l.Tag = Tag{"Not said", "grey"}
		case strings.EqualFold(l.Asked, l.Here):
			l.Tag = Tag{"Same", "green"}
		default:
			l.Tag = Tag{"Differs", "red"}
		}
		if l.Asked == "" {
			l.Asked = "not said"
		}
		if l.Here == "" {
			l.Here = "not known"
		}
		row.Lines = append(row.Lines, l)
	}
	return row
}

// whatGoes asks what goes.
func (c *call) whatGoes(k *exchange.Case, who template.HTML, values url.Values, said map[string]string, d *Deciding) template.HTML {
	kinds := [][3]string{{string(exchange.Whole), "The whole record", "With every version, who wrote it and every proof. For whoever takes the person over."}}
	for _, row := range d.Who {
		person, _ := uuid.Parse(strings.TrimPrefix(row.Href, "/people/"))
		if before, err := c.config.Exchange.Before(c.ctx, k.Peer, person); err == nil && !before.IsZero() {
			kinds = append(kinds, [3]string{string(exchange.Since), "What was written since " + plain.Minute(before, c.config.Zone), "It joins what they received then."})
			break
		}
	}
	kinds = append(kinds, [3]string{string(exchange.Some), "A part", "What you choose below. Nothing tells what else there is."})
	lastDay := values.Get(fieldLastDay)
	if !values.Has(fieldLastDay) && k.Ask.Purpose == c.config.Exchange.Choices.Purposes[0].Code {
		lastDay = k.Ask.Wanted
	}
	fields := html(who,
		whyField(fieldDifferences, "If something differs: why is it this person nevertheless?", "For example: they wrote the day and the month the wrong way round.", values.Get(fieldDifferences), said[fieldDifferences]),
		radios(fieldKind, "How much goes?", values.Get(fieldKind), kinds), c.chosenPart(values, said),
		whyField(fieldJustification, "Why must what is held closely go too?", "Confidential matter about others, and concerns about staff, go only with your reason. It is kept.", values.Get(fieldJustification), said[fieldJustification]),
		dayField(fieldLastDay, "The last day of the stay here", "Their placement here ends with it, and planned care stops. Leave it empty if they go on living here.", lastDay, said[fieldLastDay]))
	return fields
}

// chosenPart asks which part.
func (c *call) chosenPart(values url.Values, said map[string]string) template.HTML {
	categories := nhsuk.CheckboxesOptions{Name: fieldCategory, IDPrefix: fieldCategory, Values: values[fieldCategory], Small: true,
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "Which parts?", Size: "s"}}, Hint: nhsuk.HintOptions{Text: "Leave all empty for everything."}}
	for _, k := range c.config.Catalogue.Categories() {
		categories.Items = append(categories.Items, nhsuk.CheckboxItem{Value: k.ID, Text: k.Name})
	}
	with := nhsuk.CheckboxesOptions{Name: fieldWith, IDPrefix: fieldWith, Values: values[fieldWith], Small: true, Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "What goes along?", Size: "s"}},
		Items: []nhsuk.CheckboxItem{{Value: withFilesToo, Text: "Photographs, letters and other files", Hint: nhsuk.HintOptions{Text: "Without them the records that name them stay here too."}},
			{Value: withWhereabouts, Text: "Where they live, if the address is kept from most people"}}}
	inner := html(nhsuk.Checkboxes(categories), dayField("from", "What happened from", "", values.Get("from"), said["from"]), dayField("until", "What happened until, that day too", "", values.Get("until"), said["until"]),
		radios(fieldDegree, "How sensitive?", values.Get(fieldDegree), [][3]string{{record.Normal.String(), "What everybody who gives care may see", ""}, {record.Sensitive.String(), "What is sensitive too", ""},
			{record.Confidential.String(), "All that you may see", "Also what is confidential. Say below why."}}),
		radios(fieldVersions, "Which versions?", values.Get(fieldVersions), [][3]string{{allVersions, "Every version", ""}, {"latest", "Only how each record stands now", ""}}), nhsuk.Checkboxes(with))
	open := values.Get(fieldKind) == string(exchange.Some) || said["from"] != "" || said["until"] != ""
	return nhsuk.Details(nhsuk.DetailsOptions{Summary: nhsuk.Block{Text: "If only a part goes: which?"}, HTML: inner, Open: open})
}

// foreseen shows what would go.
func (c *call) foreseen(d *Deciding, o *exchange.Outlook, values url.Values) {
	kind := exchange.Kind(values.Get(fieldKind))
	d.Looked, d.Count = true, o.Count
	for _, class := range c.config.Catalogue.Classes() {
		if n := o.Classes[class.ID]; n > 0 {
			d.Classes = append(d.Classes, Fact{class.Name, n})
		}
		if n := o.Closely[class.ID]; n > 0 {
			d.Closely = append(d.Closely, class.Name+": "+plain.Whole(n))
		}
	}
	if o.Confidential > 0 {
		d.Closely = append(d.Closely, "Confidential: "+plain.Whole(o.Confidential))
	}
	if kind != exchange.Some {
		return // all goes
	}
	d.Named = named(o.Named, c.config.Catalogue, values)
	for _, out := range o.Omitted {
		words := out.Reason
		if out.Count > 0 {
			words += ": " + plain.Whole(out.Count)
		}
		d.Omitted = append(d.Omitted, words+".")
	}
}

// decideTransfer decides that something goes, or shows what would.
func (c *call) decideTransfer() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	k, err := c.exchangeCase()
	if err != nil {
		return err
	}
	d := decisionOf(values)
	if values.Get("act") == actLook {
		if d.Person == uuid.Nil {
			return c.showCase(values, nil, standard.Refuse("Nothing was decided.", []standard.Problem{{Path: "/" + fieldPerson, Rule: standard.RuleMustOccur, Message: "Say who the person is."}}))
		}
		outlook, err := c.config.Exchange.Outlook(c.ctx, c.session, &k, &d)
		if err != nil {
			return err
		}
		return c.showCase(values, outlook, nil)
	}
	if err := c.config.Exchange.Grant(c.ctx, c.session, k.ID, d); err != nil {
		outlook, err := c.namesWhatStays(&k, &d, err)
		return c.showCase(values, outlook, err)
	}
	c.say("Decided. It is packed and sealed now; they fetch it by themselves.")
	return c.redirect(casesBase + k.ID.String())
}

// namesWhatStays gives what would go where a decision was refused because words of it name what stays, so that the page shows these; and one fault in the place of many.
func (c *call) namesWhatStays(k *exchange.Case, d *exchange.Decision, refused error) (*exchange.Outlook, error) {
	var fault *standard.Fault
	names := func(p standard.Problem) bool { return p.Rule == toDecide().Rule }
	if !errors.As(refused, &fault) || !slices.ContainsFunc(fault.Problems, names) {
		return nil, refused
	}
	outlook, err := c.config.Exchange.Outlook(c.ctx, c.session, k, d)
	if err != nil {
		return nil, err
	}
	return outlook, standard.Refuse(fault.Message, append(slices.DeleteFunc(slices.Clone(fault.Problems), names), toDecide()))
}

func decisionOf(values url.Values) exchange.Decision {
	d := exchange.Decision{Differences: values.Get(fieldDifferences), Kind: exchange.Kind(values.Get(fieldKind)), Justification: values.Get(fieldJustification), LastDay: values.Get(fieldLastDay)}
	d.Person, _ = uuid.Parse(values.Get(fieldPerson))
	d.Part = exchange.Chosen{From: values.Get("from"), Until: values.Get("until"), Categories: values[fieldCategory], Latest: values.Get(fieldVersions) == "latest", Decisions: decisionsOf(values)}
	for at := record.Normal; at <= record.Confidential; at++ {
		if values.Get(fieldDegree) == at.String() {
			d.Part.Degree = at
		}
	}
	for _, with := range values[fieldWith] {
		d.Part.Files = d.Part.Files || with == withFilesToo
		d.Part.Whereabouts = d.Part.Whereabouts || with == withWhereabouts
	}
	return d
}
