package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/packpdf"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"

	"html/template"
)

// The fields with which a pack for hospital is asked for.
const (
	packTo           = "to"
	fieldWhereabouts = "whereabouts"
	fieldAs          = "as"
	asPDF            = "pdf"
	asPage           = "page"
)

// hospitalPage is where somebody is sent to hospital from, and where they are taken back.
type hospitalPage struct {
	Frame
	Stay    string // in one line; "" while the person is not in hospital
	Reason  string // the record that says why
	More    string // where more is written to it
	Begin   string // the form that says why; "" where there is none
	Return  string // the form for when they are back
	Action  string
	Fields  template.HTML
	Pack    string // the same page, at the pack
	Address bool   // their address is restricted
}

// packPage is the pack itself, to be printed.
type packPage struct {
	Frame
	Heading string
	To, Why string
	By      string
	MadeAt  string
	Pack    care.Pack
}

// formOf finds the form whose own record is of a class with a role; "" where there is none.
func (c *call) formOf(a *about, role string) string {
	for _, f := range c.config.Catalogue.Forms() {
		if f.Own.HasRole(role) {
			return a.base + "/forms/" + f.ID
		}
	}
	return ""
}

// hospital is where somebody is sent to hospital from.
func (c *call) hospital() error { return c.showHospital(url.Values{}, nil) }

func (c *call) showHospital(values url.Values, refused error) error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	if err := c.mustWrite(a); err != nil {
		return err
	}
	said := map[string]string{}
	var fault *standard.Fault
	switch {
	case errors.As(refused, &fault) && fault.Kind == standard.Invalid && len(fault.Problems) > 0:
		for _, p := range fault.Problems {
			said[strings.TrimPrefix(p.Path, "/")] = p.Message
		}
	case refused != nil:
		return refused
	}
	frame, err := c.personFrame(a, "Going to hospital")
	if err != nil {
		return err
	}
	page := hospitalPage{Frame: frame, Action: a.base + "/hospital/pack", Address: frame.Person.Banner.Restricted}
	page.Return = c.formOf(a, standard.ClassRoleHospitalReturn)
	page.Begin = c.formOf(a, standard.ClassRoleTransfer)
	to, why := values.Get(packTo), values.Get(fieldWhy)
	if stay := frame.Person.Banner.Stay; stay != nil {
		page.Title, page.Stay = "In hospital", stay.Words(c.config.Zone)
		page.Reason = "/people/" + stay.Stream.String() + "/records/" + stay.Record.String()
		if page.Begin != "" {
			page.More = page.Begin + "?record=" + stay.Record.String()
		}
		if !values.Has(packTo) {
			to, why = "Ambulance crew", stay.Why
			if stay.Where != "" {
				to += ", to " + stay.Where
			}
		}
	}
	for _, field := range []string{packTo, fieldWhy} {
		if said[field] != "" {
			page.Errors = append(page.Errors, form.Error{Href: "#" + field, Text: said[field]})
		}
	}
	page.Fields = html(
		nhsuk.Input(nhsuk.InputOptions{ID: packTo, Name: packTo, Value: to, Label: nhsuk.LabelOptions{Text: "Who is given the pack?", Size: "s"}, ErrorMessage: wrongIn(c.words, said[packTo]),
			Hint: nhsuk.HintOptions{Text: "For example: ambulance crew, to the General. It is kept who was given it."}}),
		nhsuk.Input(nhsuk.InputOptions{ID: fieldWhy, Name: fieldWhy, Value: why, Label: nhsuk.LabelOptions{Text: "Why?", Size: "s"}, ErrorMessage: wrongIn(c.words, said[fieldWhy])}),
	)
	if page.Address && c.session.MayDo(c.ctx, access.ToSeeRestricted, a.uid) {
		page.Fields += nhsuk.Checkboxes(nhsuk.CheckboxesOptions{
			IDPrefix: fieldWhereabouts, Name: fieldWhereabouts,
			Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "The address is restricted", Size: "s"}},
			Items:    []nhsuk.CheckboxItem{{Value: "yes", Text: "Tell the hospital where they live: I have decided it"}},
		})
	}
	status := http.StatusOK
	if len(page.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return c.renderAs(status, "hospital", page)
}

// givePack gives the pack out, as a page to be printed or as a file. That it was given is kept before the first byte of it.
func (c *call) givePack() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	values, err := c.posted()
	if err != nil {
		return err
	}
	to := access.PackFor{To: strings.TrimSpace(values.Get(packTo)), Why: strings.TrimSpace(values.Get(fieldWhy)), Whereabouts: values.Get(fieldWhereabouts) == "yes"}
	given, err := c.session.GivePack(c.ctx, a.uid, to)
	if err != nil {
		return c.showHospital(values, err)
	}
	names, err := c.packNames(a.uid, given)
	if err != nil {
		return err
	}
	pack := care.HospitalPack(care.PackOf{
		Catalogue: c.config.Catalogue, Versions: given.Versions, Card: given.Person.Card, Place: given.Person.PlaceName, Room: given.Person.Room, Hidden: given.Hidden,
		Now: c.now(), Names: func(uid uuid.UUID) string { return names[uid] },
	})
	who := c.session.Principal()
	by := who.Name + ", " + strings.ToLower(who.RoleName)
	if values.Get(fieldAs) == asPDF {
		return c.sendPack(pack, packpdf.Sheet{To: to.To, Why: to.Why, By: by, Zone: c.config.Zone})
	}
	page := packPage{Heading: "Hospital transfer pack", To: to.To, Why: to.Why, By: by, MadeAt: plain.Minute(pack.Made, c.config.Zone), Pack: pack}
	if page.Frame, err = c.personFrame(a, "Hospital transfer pack"); err != nil {
		return err
	}
	return c.render("pack", page)
}

// packNames finds what to call everything that the records of a pack point at: colleagues and places, and of the person's own records no more than those that go.
func (c *call) packNames(stream uuid.UUID, given *access.Pack) (map[uuid.UUID]string, error) {
	var uids []uuid.UUID
	asked := map[uuid.UUID]bool{}
	titles := map[uuid.UUID]string{}
	for _, v := range given.Versions {
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		titles[v.Record] = content.Title()
		for _, ref := range content.References() {
			if !asked[ref.UID] {
				asked[ref.UID] = true
				uids = append(uids, ref.UID)
			}
		}
	}
	names, err := given.View.Names(c.ctx, uuid.Nil, uids)
	if err != nil {
		return nil, err
	}
	papers, err := c.papers(stream, given, asked)
	if err != nil {
		return nil, err
	}
	for _, more := range []map[uuid.UUID]string{titles, papers} {
		for uid, title := range more {
			if names[uid] == "" {
				names[uid] = title
			}
		}
	}
	return names, nil
}

// papers are the documents that the records of the pack point at, by their names alone, as far as the reader may see them.
func (c *call) papers(stream uuid.UUID, given *access.Pack, asked map[uuid.UUID]bool) (map[uuid.UUID]string, error) {
	classes := c.classIDs(standard.ClassRoleDocument)
	names := map[uuid.UUID]string{}
	if len(classes) == 0 {
		return names, nil
	}
	documents, _, err := given.View.Records(c.ctx, access.RecordsQuery{Stream: stream, Classes: classes, Limit: 1000})
	if err != nil {
		return nil, err
	}
	for _, v := range documents {
		if !asked[v.Record] || v.Sensitivity > record.Normal {
			continue
		}
		content, err := v.Decoded(c.config.Catalogue)
		if err != nil {
			return nil, err
		}
		names[v.Record] = content.Title()
	}
	return names, nil
}

// sendPack sends the pack as a PDF, to be saved or printed.
func (c *call) sendPack(pack care.Pack, sheet packpdf.Sheet) error {
	var file bytes.Buffer
	if err := packpdf.Write(&file, pack, sheet); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="hospital-pack-`+pack.Made.Format("2006-01-02-1504")+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(file.Len()))
	_, err := c.w.Write(file.Bytes())
	return err
}

// toHospital is where it goes on after a record was saved by which somebody is in hospital; "" for every other.
func (c *call) toHospital(a *about, v *record.Version) string {
	if v != nil && care.InHospital(c.config.Catalogue, []*record.Version{v}, c.now()) != nil {
		return a.base + "/hospital"
	}
	return ""
}
