package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"rosemary/access"
	"rosemary/access/keyset"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

const programsBase = "/programs"

// programsPage lists the programs and apps of others, and what they have sent that waits.
type programsPage struct {
	Frame
	MayKeep   bool
	MayDecide bool
	Waiting   []HeldRow
	Pager     Pager
	Programs  []ProgramRow
	Told      []ProgramRow // what programs are told whenever something is saved
}

// HeldRow is something that waits.
type HeldRow struct{ Href, Title, Text string }

// ProgramRow is one of them.
type ProgramRow struct {
	Name   string
	Tags   []Tag
	Facts  []DecideFact
	Revoke string
}

func (c *call) programs() error {
	page := programsPage{Frame: c.frame("Programs and apps"), MayKeep: c.session.May(access.ToManageClients), MayDecide: c.session.May(access.ToRatify)}
	page.Narrow = true
	if !page.MayKeep && !page.MayDecide {
		return &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot see the programs of others.", Hint: "Ask the manager or the administrator."}
	}
	if page.MayDecide {
		if err := c.heldRows(&page); err != nil {
			return err
		}
	}
	if page.MayKeep {
		clients, err := c.session.Clients(c.ctx)
		if err != nil {
			return err
		}
		for _, one := range clients {
			page.Programs = append(page.Programs, c.programRow(one))
		}
		if page.Told, err = c.toldRows(); err != nil {
			return err
		}
	}
	return c.render("programs", page)
}

func (c *call) programRow(one access.Client) ProgramRow {
	row := ProgramRow{Name: one.Name}
	fact := func(name, text string) {
		if text != "" {
			row.Facts = append(row.Facts, DecideFact{name, text})
		}
	}
	fact("Id", one.ID)
	if one.Kind == access.SystemClient {
		fact("Acts for the account", one.Account)
	} else {
		fact("Acts for", "whoever uses it and allows it")
		fact("Sends its user back to", strings.Join(one.Redirects, ", "))
		fact("Is started at", one.Launch)
	}
	fact("May have at most", one.Scopes.String())
	if set, problems := keyset.Read(one.Keys); len(problems) == 0 {
		fact("Keys", strings.Join(set.Names(), ", "))
	}
	fact("Keys at", one.KeysAt)
	by := "the operator"
	if one.CreatedBy != "" {
		by = one.CreatedBy
	}
	fact("Registered", plain.Minute(one.Created, c.config.Zone)+" by "+by)
	if one.Waits {
		row.Tags = append(row.Tags, Tag{"What it writes waits", "yellow"})
	}
	if one.Open() {
		row.Revoke = programsBase + "/revoke/" + url.PathEscape(one.ID)
		return row
	}
	row.Tags = append(row.Tags, Tag{"Revoked", "red"})
	fact("Revoked", plain.Minute(one.Revoked, c.config.Zone))
	return row
}

// The fields of the registration: named like the paths of its faults.
const (
	fieldClientID  = "id"
	fieldAccount   = "account"
	fieldScope     = "scope"
	fieldKeys      = "keys"
	fieldKeysAt    = "keysAt"
	fieldRedirects = "redirects"
	fieldLaunch    = "launch"
	fieldWaits     = "waits"
)

func (c *call) newProgram() error { return c.showNewProgram(url.Values{fieldWaits: {"wait"}}, nil) }

func (c *call) showNewProgram(values url.Values, refused error) error {
	kind := access.ClientKind(c.r.PathValue("kind"))
	if kind != access.SystemClient && kind != access.AppClient {
		return errNowhere()
	}
	if !c.session.May(access.ToManageClients) {
		_, err := c.session.Clients(c.ctx)
		return err
	}
	heading := "Register a program"
	if kind == access.AppClient {
		heading = "Register an app"
	}
	page := decidePage{Frame: c.frame(heading), Heading: heading, Action: programsBase + "/new/" + string(kind), Hidden: c.by(), Cancel: programsBase, Button: "Register it"}
	page.Narrow, page.Back = true, &Link{Text: "Programs and apps", Href: programsBase}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	line := func(name, label, hint string) template.HTML {
		return lineField(name, label, hint, values.Get(name), said[name])
	}
	page.Fields = html(
		line(fieldName, "What is it called?", "As people here call it. It stands on the page where somebody allows it, and in the log."),
		line(fieldClientID, "Its id", "Letters a to z, digits, dots and dashes. Tell it to whoever made the program. An id is never given twice."))
	if kind == access.SystemClient {
		page.Intro = []string{"A program works by itself, for an account. It sees whom that account sees, so best make an account of its own for it. It proves itself by keys: take its public keys only, never a private one."}
		page.Fields += line(fieldAccount, "The account that it acts for", "")
	} else {
		page.Intro = []string{"An app is used by somebody who works here. It acts for them, once they have allowed it, and sees no more than they do."}
		page.Fields += whyField(fieldRedirects, "Where its user is sent back to", "One address on each line, exactly as the app says them", values.Get(fieldRedirects), said[fieldRedirects]) +
			line(fieldLaunch, "Where it is started from a person’s page", "Leave it out if the app starts by itself")
	}
	example := "For example system/Patient.rs system/Observation.rs"
	if kind == access.AppClient {
		example = "For example patient/*.rs offline_access"
	}
	page.Fields += whyField(fieldScope, "What it can be given at most", example+". r and s are for seeing, c and u for writing, d for marking as a mistake.", values.Get(fieldScope), said[fieldScope]) +
		whyField(fieldKeys, "Its public keys", "A JSON Web Key Set. An app that runs in a browser or on a phone has none.", values.Get(fieldKeys), said[fieldKeys]) +
		line(fieldKeysAt, "Or the address where its keys are", "") +
		nhsuk.Radios(nhsuk.RadiosOptions{Name: fieldWaits, IDPrefix: fieldWaits, Value: values.Get(fieldWaits), Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "What happens with what it writes?", Size: "s"}},
			Items: []nhsuk.RadioItem{
				{Value: "wait", Text: "It waits until a person has looked at it and ratified it"},
				{Value: "at-once", Text: "It is part of the record at once, like what the account itself writes"},
			}})
	return c.showDecision(page)
}

func (c *call) registerProgram() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	client, err := c.session.AddClient(c.ctx, access.NewClient{
		ID: values.Get(fieldClientID), Name: values.Get(fieldName), Kind: access.ClientKind(c.r.PathValue("kind")), Account: values.Get(fieldAccount), Scopes: values.Get(fieldScope),
		Redirects: strings.Fields(values.Get(fieldRedirects)), Launch: values.Get(fieldLaunch), Keys: values.Get(fieldKeys), KeysAt: values.Get(fieldKeysAt), Waits: values.Get(fieldWaits) != "at-once",
	})
	if standard.KindOf(err) == standard.Conflict {
		err = standard.Refuse("The client was not registered.", []standard.Problem{{Path: "/" + fieldClientID, Rule: "taken", Message: plainMessage(err)}})
	}
	if err != nil {
		return c.showNewProgram(values, err)
	}
	c.say(client.Name + " is registered.")
	return c.redirect(programsBase)
}

// revokeProgram asks whether a program is to be shut out.
func (c *call) revokeProgram() error {
	clients, err := c.session.Clients(c.ctx)
	if err != nil {
		return err
	}
	for _, one := range clients {
		if one.ID != c.r.PathValue("client") || !one.Open() {
			continue
		}
		page := c.endProgram("Revoke a program", "Revoke "+one.Name, "Revoke it")
		page.Intro = []string{"It can see and write nothing from that moment on, and is never opened again. What it wrote stays. What it wrote and what still waits can still be ratified or declined."}
		page.Facts = c.programRow(one).Facts
		return c.renderAs(http.StatusOK, "decide", page)
	}
	return errNowhere()
}

// endProgram asks for a decision that ends what a program may, or is told.
func (c *call) endProgram(title, heading, button string) decidePage {
	page := decidePage{Frame: c.frame(title), Heading: heading, Action: c.r.URL.EscapedPath(), Hidden: c.by(), Cancel: programsBase, Button: button, Danger: true}
	page.Narrow, page.Back = true, &Link{Text: "Programs and apps", Href: programsBase}
	return page
}

func (c *call) commitRevokeProgram() error {
	if err := c.session.RevokeClient(c.ctx, c.r.PathValue("client")); err != nil {
		return err
	}
	c.say("Revoked.")
	return c.redirect(programsBase)
}
