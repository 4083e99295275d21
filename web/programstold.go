package web

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
)

// toldStates are how a subscription stands, in words.
var toldStates = map[string]Tag{
	"requested": {"Not answered yet", "yellow"}, "active": {"Works", "green"}, "error": {"Given up", "red"}, "off": {"Stopped", "grey"},
}

// toldAmounts are how much a program is told, in words.
var toldAmounts = map[string]string{
	"empty": "Only that something was saved", "id-only": "Which record was saved, without what it says", "full-resource": "The whole record",
}

// toldRows lists what programs are told whenever something is saved.
func (c *call) toldRows() ([]ProgramRow, error) {
	all, err := c.session.Subscriptions(c.ctx)
	if err != nil {
		return nil, err
	}
	var rows []ProgramRow
	for _, one := range all {
		rows = append(rows, c.toldRow(one))
	}
	return rows, nil
}

func (c *call) toldRow(s access.Subscribed) ProgramRow {
	row := ProgramRow{Name: s.What}
	if s.State == "active" && s.Tries > 0 {
		row.Tags = []Tag{{"Failing", "red"}}
	} else if tag, known := toldStates[s.State]; known {
		row.Tags = []Tag{tag}
	}
	fact := func(name, text string) {
		if text != "" {
			row.Facts = append(row.Facts, DecideFact{name, text})
		}
	}
	by := s.Name
	if s.Program != "" {
		by = plain.Say("{program}, in the name of {person}", "program", s.Program, "person", s.Name)
	}
	fact("Asked by", by+", "+plain.Minute(s.Created, c.config.Zone))
	fact("Sent to", s.Endpoint)
	fact("What is told", toldAmounts[s.Tells])
	fact("Only", strings.Join(s.Filters, ", "))
	if s.Sent.IsZero() {
		fact("Last arrived", "Nothing yet")
	} else {
		fact("Last arrived", plain.Minute(s.Sent, c.config.Zone))
	}
	if s.Waiting > 0 {
		fact("Not arrived yet", plain.Count(int(s.Waiting), "event", "events"))
	}
	switch {
	case s.Off():
		fact("Why", s.Trouble)
	case s.Trouble != "":
		trouble := s.Trouble
		if s.Tries > 1 {
			trouble = plain.Say("{trouble} Failed {times} in a row.", "trouble", trouble, "times", plain.Count(s.Tries, "time", "times"))
		}
		fact("Last failure", trouble)
		if s.State == "active" || s.State == "requested" {
			fact("Tried again", plain.Minute(s.Next, c.config.Zone))
		}
	}
	if !s.End.IsZero() {
		fact("Ends", plain.Minute(s.End, c.config.Zone))
	}
	if !s.Off() {
		row.Revoke = programsBase + "/told/" + s.ID.String()
	}
	return row
}

// stopTold asks whether a program is to be told nothing any more.
func (c *call) stopTold() error {
	all, err := c.session.Subscriptions(c.ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID.String() != c.r.PathValue("subscription") || one.Off() {
			continue
		}
		page := c.endProgram("Stop telling a program", "Stop telling: "+one.What, "Stop it")
		page.Intro = []string{"Nothing is sent there from that moment on. Whoever asked for it sees that it was stopped, and can ask again; to shut a program out for good, revoke it."}
		page.Facts = c.toldRow(one).Facts
		return c.renderAs(http.StatusOK, "decide", page)
	}
	return errNowhere()
}

func (c *call) commitStopTold() error {
	id, err := uuid.Parse(c.r.PathValue("subscription"))
	if err != nil {
		return errNowhere()
	}
	if err := c.session.StopSubscription(c.ctx, id); err != nil {
		return err
	}
	c.say("Stopped. Nothing is sent there any more.")
	return c.redirect(programsBase)
}
