package web

import (
	"net/url"

	"github.com/google/uuid"

	"rosemary/care/oversight"
	"rosemary/standard"
	"rosemary/web/form"
)

// What the address of a form for a decision begins it with.
const (
	dutyKind  = "duty"  // a code
	dutyAbout = "about" // the record that it is about
)

// dutyLink leads to where a decision is recorded that is waited for.
func (c *call) dutyLink(f oversight.Finding) *Link {
	for _, id := range c.classIDs(standard.ClassRoleDuty) {
		q := url.Values{dutyKind: {f.Duty}, dutyAbout: {f.Version.Record.String()}}
		return &Link{Text: "Record the decision", Href: "/people/" + f.Stream.String() + "/new/" + id + "?" + q.Encode()}
	}
	return nil
}

// beginDuty chooses what the address says: which kind of decision, about which record. Words are never filled in.
func (c *call) beginDuty(f *filling) {
	begun := &standard.Content{Class: f.class}
	if kind := f.class.ByRole(standard.RoleDutyKind); kind != nil && kind.ValueSet != nil {
		if code, known := kind.ValueSet.Code(c.query(dutyKind)); known {
			begun.Entries = append(begun.Entries, standard.Entry{Element: kind, Values: []standard.Value{standard.Coded{System: kind.ValueSet.System, Code: code.Code, Display: code.Display}}})
		}
	}
	about, err := uuid.Parse(c.query(dutyAbout))
	if link := f.class.ByRole(standard.RoleAboutRecord); link != nil && err == nil {
		begun.Entries = append(begun.Entries, standard.Entry{Element: link, Values: []standard.Value{standard.Reference{UID: about}}})
	}
	for name, values := range form.Fill(begun, form.Content, c.config.Zone) {
		f.values[name] = values
	}
}
