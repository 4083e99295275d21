package fhir

import (
	"context"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// A Composition is one contribution to a person's record: what somebody committed at one time. It is called by the contribution, is made of what the asker may see of that, and points at
// versions as they were. One of which nothing may be seen does not exist.

// compositionRoutes are what Composition adds to the table.
func compositionRoutes() []*route {
	return []*route{
		{method: http.MethodGet, path: "/Composition", needs: access.Searches, answer: (*call).searchCompositions},
		{method: http.MethodPost, path: "/Composition/_search", needs: access.Searches, answer: (*call).searchCompositions},
		{method: http.MethodGet, path: "/Composition/{id}", needs: access.Reads, answer: (*call).readComposition},
		{method: http.MethodGet, path: "/Composition/{id}/$document", needs: access.Reads, answer: (*call).document},
		{method: http.MethodPost, path: "/Composition/{id}/$document", needs: access.Reads, answer: (*call).document},
	}
}

// documentSystem is the system of the one code that says what kind of document a Composition is.
const documentSystem = "urn:rosemary:document"

// committedAs finds the contribution that an id names, in one of the ways of the view.
func (c *call) committedAs(id string, find func(*access.View, context.Context, uuid.UUID) (*record.Sealed, error)) (*record.Sealed, error) {
	uid, err := uuid.Parse(id)
	if err != nil || uid.String() != id {
		return nil, errNothingHere()
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	return find(view, c.ctx, uid)
}

// composed gives the Composition that the path names and the contribution that it is made of, as far as the reader may see it.
func (c *call) composed(find func(*access.View, context.Context, uuid.UUID) (*record.Sealed, error)) (*record.Sealed, *resource.Node, error) {
	sealed, err := c.committedAs(c.words["id"], find)
	if err != nil {
		return nil, nil, err
	}
	n, err := c.composition(sealed)
	if err == nil && n == nil {
		err = errNothingHere()
	}
	return sealed, n, err
}

// readComposition answers GET Composition/{id}.
func (c *call) readComposition() (*reply, error) {
	_, n, err := c.composed((*access.View).ContributionTo)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, node: n}, nil
}

// composition writes a contribution; nil where nothing of it has a place in FHIR.
func (c *call) composition(sealed *record.Sealed) (*resource.Node, error) {
	standing, err := c.seen.Standing(c.ctx, sealed)
	if err != nil {
		return nil, err
	}
	parts, err := c.partsOf(sealed, standing)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	n := newResource(c.m.Definitions, "Composition")
	at := instant(sealed.Committed)
	n.Set("id", sealed.ID.String())
	n.Add("meta").Set("lastUpdated", at)
	n.Set("status", statusOf(sealed, standing))
	kind := n.Add("type")
	sayCode(kind.Add("coding"), documentSystem, "contribution")
	kind.Set("text", "What was added to a care record at one time")
	n.Add("subject").Set("reference", "Patient/"+sealed.Stream.String())
	n.Set("date", at)
	if err := c.authors(n, sealed); err != nil {
		return nil, err
	}
	title := titleOf(c.Catalogue, sealed, parts)
	n.Set("title", title)
	tell(n, title)
	n.Set("confidentiality", confidentialityOf(sealed))
	for _, signature := range standing.Signed {
		attester := n.Add("attester")
		attester.Set("mode", "professional")
		attester.Set("time", instant(signature.At))
		who, err := c.agent(sealed.Stream, signature.By.Actor)
		if err != nil {
			return nil, err
		}
		sayWho(attester.Add("party"), who)
	}
	for _, related := range []struct {
		code string
		ids  []uuid.UUID
	}{{"replaces", standing.Follows}, {"signs", standing.Signs}} {
		for _, id := range related.ids {
			r := n.Add("relatesTo")
			r.Set("code", related.code)
			r.Add("targetReference").Set("reference", "Composition/"+id.String())
		}
	}
	c.sections(n, parts)
	return n, nil
}

// statusOf says whether what was contributed still counts, and whether it changed something earlier.
func statusOf(sealed *record.Sealed, standing *access.Standing) string {
	switch {
	case standing.Mistaken:
		return "entered-in-error"
	case slices.ContainsFunc(sealed.Changes, func(ch record.Change) bool { return ch.Type.MakesVersion() && ch.Type != record.Create }):
		return "amended"
	}
	return "final"
}

// confidentialityOf is that of the closest held of its versions.
func confidentialityOf(sealed *record.Sealed) string {
	highest := record.Normal
	for _, v := range sealed.Versions {
		highest = max(highest, v.Sensitivity)
	}
	return map[record.Sensitivity]string{record.Normal: "N", record.Sensitive: "R", record.Confidential: "V"}[highest]
}

// authors says who wrote what was contributed: the authors of its versions, or whoever committed it.
func (c *call) authors(n *resource.Node, sealed *record.Sealed) error {
	var all []uuid.UUID
	for _, v := range sealed.Versions {
		if !slices.Contains(all, v.Author) {
			all = append(all, v.Author)
		}
	}
	if all = slices.DeleteFunc(all, func(uid uuid.UUID) bool { return uid == uuid.Nil }); len(all) == 0 {
		all = []uuid.UUID{sealed.Committer.Actor}
	}
	for _, uid := range all {
		if uid == uuid.Nil {
			n.Add("author").Set("display", "Rosemary "+sealed.System)
			continue
		}
		who, err := c.whoever(sealed.Stream, uid)
		if err != nil {
			return err
		}
		sayWho(n.Add("author"), who)
	}
	return nil
}

// sayWho says who it was, as far as the asker may know and the reference may say.
func sayWho(ref *resource.Node, who string) {
	kind, _, _ := resource.SplitReference(who)
	switch {
	case who == "":
		ref.Set("display", "Somebody whom you may not see")
	case len(ref.Field.Targets) > 0 && !slices.Contains(ref.Field.Targets, kind):
		ref.Set("display", who)
	default:
		ref.Set("reference", who)
	}
}

// part is one version that a contribution made or is about.
type part struct {
	class     *mapping.Class
	reference string // "": there is nothing of it that may be seen any more
	title     string
}

// partsOf gives what a contribution made or is about, each once, in the order in which it was sent: as it was; of what is entered in error by now the version that says so, lest anybody take
// it for what counts.
func (c *call) partsOf(sealed *record.Sealed, standing *access.Standing) (parts []part, err error) {
	told := map[record.VersionID]bool{}
	for _, ch := range sealed.Changes {
		m, ok := c.m.ByClass(ch.Class)
		if !ok || told[ch.Version] {
			continue
		}
		told[ch.Version] = true
		one := part{class: m, title: headingOf(c.Catalogue, ch.Class)}
		id := ch.Version
		made := madeBy(sealed, ch)
		if made != nil && len(made.Body) > 0 {
			content, err := made.Decoded(c.Catalogue)
			if err != nil {
				return nil, err
			}
			one.title = content.Title()
		}
		if marked, is := standing.Wrong[ch.Version.Record]; is {
			one.title += " (entered in error)"
			id = marked
		} else if standing.Last[ch.Version.Record] != ch.Version {
			one.title += " (changed since)"
		}
		switch {
		case made != nil && len(made.Body) == 0:
			one.title += " (lawfully destroyed)"
		default:
			one.reference = m.Resource.Name + "/" + mapping.ID(sealed.Stream, id.Record) + "/_history/" + versionName(c.System, id)
		}
		parts = append(parts, one)
	}
	return parts, nil
}

// titleOf is the name of the form that was filled in, or the reason that was given, or else what it holds.
func titleOf(catalogue *standard.Catalogue, sealed *record.Sealed, parts []part) string {
	for _, v := range sealed.Versions {
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil || len(v.Body) == 0 {
			continue
		}
		for _, form := range catalogue.Forms() {
			if form.Fits(content) {
				return form.Name
			}
		}
	}
	if why := sealed.Changes[0].Description; why != "" && !slices.ContainsFunc(sealed.Changes, func(ch record.Change) bool { return ch.Description != why }) {
		return why
	}
	var names []string
	for _, p := range parts {
		if name := headingOf(catalogue, p.class.ID); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func headingOf(catalogue *standard.Catalogue, id string) string {
	if class, known := catalogue.Class(id); known {
		return class.Name
	}
	return id
}

// sections lists the parts, those of one class under one heading.
func (c *call) sections(n *resource.Node, parts []part) {
	var order []*mapping.Class
	by := map[*mapping.Class][]part{}
	for _, p := range parts {
		if by[p.class] == nil {
			order = append(order, p.class)
		}
		by[p.class] = append(by[p.class], p)
	}
	for _, m := range order {
		section := n.Add("section")
		section.Set("title", headingOf(c.Catalogue, m.ID))
		sayCode(section.Add("code").Add("coding"), mapping.ClassSystem, m.ID)
		var lines []string
		for _, p := range by[m] {
			lines = append(lines, p.title)
			entry := section.Add("entry")
			if p.reference != "" {
				entry.Set("reference", p.reference)
			}
			entry.Set("display", p.title)
		}
		tell(section, lines...)
	}
}

// tell adds what it says in words.
func tell(n *resource.Node, lines ...string) {
	var b strings.Builder
	b.WriteString(`<div xmlns="http://www.w3.org/1999/xhtml">`)
	for _, line := range lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	b.WriteString("</div>")
	text := n.Add("text")
	text.Set("status", "generated")
	text.Set("div", b.String())
}
