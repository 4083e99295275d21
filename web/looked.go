package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
)

// lookedPage shows who has looked at a person's record.
type lookedPage struct {
	Frame
	Days []LookedDay
	More Pager
}

// LookedDay is what one person looked at on one day for one purpose: every look is behind it.
type LookedDay struct {
	Day, Who, Role, Why string
	Times               string // how often, and from when until when
	What                []string
	Refused             bool
	Looks               []LookedRow // the latest first
}

// LookedRow is what somebody looked at within one minute.
type LookedRow struct {
	When    string
	day     string
	clock   string
	account string
	Who     string
	Role    string
	Why     string
	What    []string
	Records []Link
	Refused bool
}

// lookedMost is how many entries of the log one page puts together.
const lookedMost = 1000

// looked lists them, the latest first. What one person looked at on a day stands together: somebody who opens lists of the floor all day would hide everybody else.
func (c *call) looked() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	entries, err := c.session.AccessLog(c.ctx, a.uid, c.whole("before"), lookedMost)
	if err != nil {
		return err
	}
	page := lookedPage{}
	if page.Frame, err = c.personFrame(a, c.word("Who looked at this record")); err != nil {
		return err
	}
	rows, err := c.lookedRows(a, entries)
	if err != nil {
		return err
	}
	page.Days = lookedDays(rows)
	if len(entries) == lookedMost {
		page.More = Pager{Next: a.base + "/looked?before=" + strconv.FormatInt(entries[len(entries)-1].ID, 10), NextText: c.word("Earlier")}
	}
	return c.render("looked", page)
}

// lookedRows puts together what one person looked at within a minute.
func (c *call) lookedRows(a *about, entries []access.Entry) (rows []LookedRow, err error) {
	var uids []uuid.UUID
	for _, e := range entries {
		uids = append(uids, e.Worker, e.Record)
	}
	n, err := c.namer(a, nil, uids...)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		if i == 0 || !together(entries[i-1], e) {
			rows = append(rows, c.lookedRow(n, e))
		}
		row := &rows[len(rows)-1]
		if words := lookedWords(e); words != "" && !slices.Contains(row.What, words) {
			row.What = append(row.What, words)
		}
		if link := (Link{Text: n.name(e.Record), Href: n.href(e.Record)}); e.Record != uuid.Nil && link.Text != "" && !slices.Contains(row.Records, link) {
			row.Records = append(row.Records, link)
		}
	}
	return rows, nil
}

// lookedDays puts together what one person looked at on one day for one purpose.
func lookedDays(rows []LookedRow) []LookedDay {
	type key struct {
		day, account, why string
		refused           bool
	}
	var days []LookedDay
	place := map[key]int{}
	for _, r := range rows {
		k := key{r.day, r.account, r.Why, r.Refused}
		i, known := place[k]
		if !known {
			i = len(days)
			place[k], days = i, append(days, LookedDay{Day: r.day, Who: r.Who, Role: r.Role, Why: r.Why, Refused: r.Refused})
		}
		d := &days[i]
		d.Looks = append(d.Looks, r)
		for _, words := range r.What {
			if !slices.Contains(d.What, words) {
				d.What = append(d.What, words)
			}
		}
	}
	for i := range days {
		d := &days[i]
		first, last := d.Looks[len(d.Looks)-1].clock, d.Looks[0].clock
		switch {
		case len(d.Looks) == 1:
			d.Times = "once, at " + last
		case first == last:
			d.Times = plain.Whole(len(d.Looks)) + " times, at " + last
		default:
			d.Times = plain.Say("{n} times, from {first} to {last}", "n", plain.Whole(len(d.Looks)), "first", first, "last", last)
		}
	}
	return days
}

// together reports whether two entries are part of one look.
func together(x, y access.Entry) bool {
	return x.Account == y.Account && x.Outcome == y.Outcome && x.Purpose == y.Purpose && x.At.Truncate(60e9).Equal(y.At.Truncate(60e9))
}

func (c *call) lookedRow(n *namer, e access.Entry) LookedRow {
	at := e.At.In(c.config.Zone)
	row := LookedRow{When: c.words.Minute(e.At, c.config.Zone), day: c.words.Day(at), clock: plain.Clock(at.Truncate(60e9)), account: e.Account, Who: n.name(e.Worker), Role: roleWords(string(e.Role)), Why: purposeWords(e.Purpose), Refused: e.Outcome == access.Refused}
	switch {
	case e.Account == c.session.Principal().Account:
		row.Who = c.word("You")
	case row.Who == "" && strings.HasPrefix(e.Account, access.PassPrefix):
		row.Who = c.word("Somebody who was let in with a code")
	case row.Who == "":
		row.Who = c.called(e.Account)
	}
	return row
}

// lookedWords say what was looked at; what every page looks at by itself is "opened the record".
func lookedWords(e access.Entry) string {
	if e.Why == access.OnDevice {
		return "a device of theirs kept pages, to be read without a network"
	}
	switch e.Action {
	case "person", "safety", "counts", "names":
		return "opened the record"
	case "records":
		if e.What == access.AmongMany {
			return "saw the person in lists, such as the floor or a shift"
		}
		return "read a list of records"
	case "record", "versions", "change-log":
		return "read a record"
	case "contribution", "contributions":
		return "read what was saved together"
	case "document":
		return "read what was saved together, made into a document"
	case "draft", "drafts":
		return "went back to what they had begun to write"
	case "keep-draft":
		return "began to write"
	case "commit":
		return "wrote in the record"
	case "attest":
		return "signed a record"
	case "hospital-pack":
		return "gave the transfer pack for hospital"
	case "downtime":
		return "the downtime pack was made: what staff need on paper when the program does not work"
	case "export":
		return "took a copy of the whole record out"
	case "bulk-export":
		return "let another program take the record out, with the records of others"
	case "notification":
		return "what was saved was sent to another program, at " + e.To
	case "notification-hint":
		return "another program, at " + e.To + ", was told that something was saved"
	case "extract":
		return extractWords(e)
	case "extract-preview":
		return "looked what an extract would hold"
	case "disclosures":
		return "read who was given a record"
	case "access-log":
		return "read who had looked"
	case "segments", "segment", "segment-records", "preview-segment":
		return "looked at what another provider has sent"
	case "ratify":
		return "accepted into the record what another provider has sent"
	case "refuse-segment":
		return "refused what another provider has sent"
	case "transfer-request":
		return "looked at a request of " + e.To + " for the record"
	case "grant-transfer":
		return plain.Say("decided that the record goes to {whom}, {what}: {why}", "whom", e.To, "what", e.What, "why", e.Why)
	case "transfer":
		return "sent the record to " + e.To + ": " + e.Why
	case "transfer-received":
		return e.To + " has received the record (" + e.What + ")"
	case "transfer-arrived":
		return "the record arrived from another provider, " + e.What
	case "refuse-transfer":
		return "refused to send the record to " + e.To + ", " + e.What
	case "link":
		return "joined it with another record of the same person"
	case "unlink":
		return "took it apart from another record"
	case "refile":
		return "moved an entry to whom it is about"
	case "ask-destruction":
		return "asked that something be destroyed"
	case "refuse-destruction":
		return "decided that something is not destroyed"
	case "destroy":
		return "approved that something was destroyed"
	case "destruction":
		return "read about what was destroyed"
	case "make-pass":
		return "let in " + e.To
	case "redeem-pass":
		return "came in with a code"
	case "break-glass":
		return "opened the record in an emergency: " + e.Why
	case "review-emergency":
		return "looked at why it was opened in an emergency"
	case "people":
		return "saw the person in a list"
	}
	return e.Action
}

func purposeWords(p access.Purpose) string {
	switch p {
	case access.DirectCare:
		return "to give care"
	case access.Management:
		return "to manage"
	case access.Inspection:
		return "to inspect"
	case access.Administration:
		return "to administer"
	case access.OwnRequest:
		return "because the person asked"
	case access.Visit:
		return "as a visitor"
	}
	return string(p)
}
