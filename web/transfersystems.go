package web

import (
	"html/template"
	"net/http"
	"net/url"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/nhsuk"
)

// systemsPage lists the systems that records are exchanged with, and says what to tell others of this one.
type systemsPage struct {
	Frame
	MayKeep     bool
	Fingerprint string
	Key         string
	Systems     []SystemRow
}

// SystemRow is one of them.
type SystemRow struct {
	Name        string
	Address     string
	Fingerprint string
	Added       string
	Remove      string
}

const systemsBase = transfersBase + "/systems"

// The fields of these pages.
const (
	fieldName        = "name"
	fieldAddress     = "address"
	fieldKey         = "key"
	fieldFingerprint = "fingerprint"
)

func (c *call) systems() error {
	peers, err := c.config.Exchange.Peers(c.ctx, c.session)
	if err != nil {
		return err
	}
	page := systemsPage{Frame: c.frame("Other systems"), MayKeep: c.session.May(access.ToManagePeers)}
	page.Narrow = true
	if c.session.May(access.ToRatify) {
		page.Back = &Link{Text: "Transfers", Href: transfersBase}
	}
	page.Key, page.Fingerprint = c.config.Exchange.Own()
	for _, p := range peers {
		row := SystemRow{Name: p.Name, Address: p.Address, Fingerprint: p.Fingerprint(), Added: "Added by " + p.AddedBy + " on " + plain.Minute(p.Added, c.config.Zone)}
		if p.Configured {
			row.Added = "From the configuration, since " + plain.Minute(p.Added, c.config.Zone) + ". It is changed and removed there"
		}
		if page.MayKeep && !p.Configured {
			row.Remove = systemsBase + "/" + url.PathEscape(p.System) + "/remove"
		}
		page.Systems = append(page.Systems, row)
	}
	return c.render("systems", page)
}

// newSystem asks for the address of another system.
func (c *call) newSystem() error { return c.showNewSystem(url.Values{}, nil) }

func (c *call) showNewSystem(values url.Values, refused error) error {
	if !c.session.May(access.ToManagePeers) {
		return c.session.Permit(c.ctx, access.ToManagePeers, access.Entry{Action: "add-peer"})
	}
	page := decidePage{Frame: c.frame("Add another system"), Heading: "Add another system", Action: systemsBase + "/new", Hidden: c.by(), Cancel: systemsBase}
	page.Narrow, page.Back = true, &Link{Text: "Other systems", Href: systemsBase}
	said, err := page.faults(refused)
	if err != nil {
		return err
	}
	if values.Get(fieldKey) == "" {
		page.Intro = []string{"Two systems know each other by an address and a key. First their address: Rosemary asks which system answers there."}
		page.Button = "Go on"
		page.Fields = html(
			lineField(fieldName, "What is the other provider called?", "As people here call it. It stands on every page about what they send.", values.Get(fieldName), said[fieldName]),
			addressField(values.Get(fieldAddress), said[fieldAddress]))
		return c.showDecision(page)
	}
	page.Intro = []string{"A system answers there. Now make sure that it is theirs, and that nobody is between you: telephone the other provider, on a number that you know, and let them read the fingerprint of their key to you. They find it under Transfers, Other systems."}
	page.Facts = []DecideFact{{"Provider", values.Get(fieldName)}, {"Address", values.Get(fieldAddress)}}
	for _, name := range []string{fieldName, fieldAddress, fieldKey} {
		page.Hidden = append(page.Hidden, Hidden{name, values.Get(name)})
	}
	page.Button = "Add it"
	page.Fields = lineField(fieldFingerprint, "The fingerprint that they read to you", "Eight groups of four letters and digits. Spaces do not matter.", values.Get(fieldFingerprint), said[fieldFingerprint])
	return c.showDecision(page)
}

func addressField(value, fault string) template.HTML {
	return nhsuk.Input(nhsuk.InputOptions{ID: fieldAddress, Name: fieldAddress, Value: value, Inputmode: "url", ErrorMessage: nhsuk.ErrorMessageOptions{Text: fault}, Autocomplete: "off",
		Label: nhsuk.LabelOptions{Text: "The address of their Rosemary", Size: "s"}, Hint: nhsuk.HintOptions{Text: "For example https://records.elmcourt.example"}})
}

// addSystem looks who answers, or adds the system whose fingerprint was compared.
func (c *call) addSystem() error {
	values, err := c.posted()
	if err != nil {
		return err
	}
	if values.Get(fieldKey) == "" {
		if values.Get(fieldName) == "" {
			return c.showNewSystem(values, standard.Refuse("Nothing was added.", []standard.Problem{{Path: "/" + fieldName, Rule: standard.RuleMustOccur, Message: "Say what the other provider is called."}}))
		}
		card, address, err := c.config.Exchange.Look(c.ctx, c.session, values.Get(fieldAddress))
		if standard.KindOf(err) == standard.Unavailable {
			err = standard.Refuse("Nothing was added.", []standard.Problem{{Path: "/" + fieldAddress, Rule: "unreachable", Message: plainMessage(err)}})
		}
		if err != nil {
			return c.showNewSystem(values, err)
		}
		values.Set(fieldKey, card.Key)
		values.Set(fieldAddress, address)
		return c.showNewSystem(values, nil)
	}
	p, err := c.config.Exchange.AddPeer(c.ctx, c.session, exchange.NewPeer{Name: values.Get(fieldName), Address: values.Get(fieldAddress), Key: values.Get(fieldKey), Fingerprint: values.Get(fieldFingerprint)})
	if err != nil {
		return c.showNewSystem(values, err)
	}
	c.say(p.Name + " was added. They must add this system too.")
	return c.redirect(systemsBase)
}

// removeSystem asks whether nothing is to be exchanged with a system any more.
func (c *call) removeSystem() error {
	p, err := c.config.Exchange.Named(c.ctx, c.r.PathValue("system"))
	if err != nil {
		return err
	}
	page := decidePage{Frame: c.frame("Remove a system"), Heading: "Remove " + p.Name, Action: c.r.URL.EscapedPath(), Hidden: c.by(), Cancel: systemsBase, Button: "Remove it", Danger: true}
	page.Narrow, page.Back = true, &Link{Text: "Other systems", Href: systemsBase}
	page.Intro = []string{"Nothing is asked of them and nothing is sent to them any more. What is on its way stops. Receipts that they have signed can still be checked."}
	page.Facts = []DecideFact{{"Address", p.Address}, {"Fingerprint", record.Fingerprint(p.Key())}}
	return c.renderAs(http.StatusOK, "decide", page)
}

func (c *call) commitRemoveSystem() error {
	if err := c.config.Exchange.RemovePeer(c.ctx, c.session, c.r.PathValue("system")); err != nil {
		return err
	}
	c.say("Removed.")
	return c.redirect(systemsBase)
}
