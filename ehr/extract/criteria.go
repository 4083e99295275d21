package extract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/standard"
)

// Criteria say which part of a record is asked for. All that is stated must hold; the zero Criteria are the latest version of everything, without files.
type Criteria struct {
	From, Until    time.Time       // happened at or after, and before; zero: any
	Classes        []string        // ids; none: any
	Categories     []string        // folders, by the ids of the standard's categories; none: any
	Stay           uuid.UUID       // folder of one stay, by the uid of its record: what happened while it lasted; zero: any
	Records        []uuid.UUID     // none: any
	MaxSensitivity ehr.Sensitivity // of the standard's degrees; 0: any
	AllVersions    bool            // every version up to the moment; else the one that stood then
	Attachments    bool            // files come along; else what is said of them
	Whereabouts    bool            // where a person lives whose address is restricted comes along: the decision of whoever may make it

	Decisions     []Decision // about versions whose words name what is left out
	WithholdNamed bool       // every such version about which nobody has decided is left out too
}

// Check names every fault of the criteria.
func (c *Criteria) Check(catalogue *standard.Catalogue) []standard.Problem {
	var found []standard.Problem
	fault := func(path, rule, value, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Value: value, Message: message})
	}
	for i, id := range c.Classes {
		if class, ok := catalogue.Class(id); !ok || class.Kind != standard.KindRecord {
			fault(fmt.Sprintf("/classes/%d", i), "unknown-class", id, "There is no class of record of this name.")
		}
	}
	for i, id := range c.Categories {
		if !slices.ContainsFunc(catalogue.Categories(), func(k *standard.Category) bool { return k.ID == id }) {
			fault(fmt.Sprintf("/categories/%d", i), "unknown-category", id, "There is no category of this name.")
		}
	}
	if c.MaxSensitivity < 0 || c.MaxSensitivity > 5 {
		fault("/maxSensitivity", "unknown-sensitivity", fmt.Sprint(c.MaxSensitivity), "The sensitivity goes from 1 (care management) to 5 (personal). Records here have 3, 4 or 5.")
	}
	if !c.From.IsZero() && !c.Until.IsZero() && !c.From.Before(c.Until) {
		fault("/until", "low-above-high", c.Until.Format(time.RFC3339), "The period ends before it begins.")
	}
	return found
}

// Model is what the header of the extract says of the criteria.
func (c *Criteria) Model() ehr.Criteria {
	all, files := c.AllVersions, c.Attachments
	m := ehr.Criteria{MaxSensitivity: c.MaxSensitivity, AllVersions: &all, Multimedia: &files, ArchetypeIDs: c.Classes, Other: c.other()}
	if !c.From.IsZero() || !c.Until.IsZero() {
		m.Period = &ehr.Interval{LowClosed: !c.From.IsZero()}
		if !c.From.IsZero() {
			m.Period.Low = &ehr.Moment{Text: c.From.Format(time.RFC3339)}
		}
		if !c.Until.IsZero() {
			m.Period.High = &ehr.Moment{Text: c.Until.Format(time.RFC3339)}
		}
	}
	return m
}

func (c *Criteria) other() string {
	var said []string
	if len(c.Categories) > 0 {
		said = append(said, "categories "+strings.Join(c.Categories, ", "))
	}
	if c.Stay != uuid.Nil {
		said = append(said, "stay "+c.Stay.String())
	}
	if len(c.Records) > 0 {
		var ids []string
		for _, uid := range c.Records {
			ids = append(ids, uid.String())
		}
		said = append(said, "records "+strings.Join(ids, ", "))
	}
	return strings.Join(said, "; ")
}

// Words say the criteria in one line, for the log of who saw what.
func (c *Criteria) Words() string {
	said := []string{"latest versions"}
	if c.AllVersions {
		said[0] = "all versions"
	}
	for _, end := range []struct {
		word string
		at   time.Time
	}{{"from ", c.From}, {"before ", c.Until}} {
		if !end.at.IsZero() {
			said = append(said, end.word+end.at.Format(time.RFC3339))
		}
	}
	if len(c.Classes) > 0 {
		said = append(said, "classes "+strings.Join(c.Classes, ", "))
	}
	if len(c.Categories) > 0 {
		said = append(said, "categories "+strings.Join(c.Categories, ", "))
	}
	if c.Stay != uuid.Nil {
		said = append(said, "one stay")
	}
	if n := len(c.Records); n > 0 {
		said = append(said, fmt.Sprintf("%d records by name", n))
	}
	if c.MaxSensitivity > 0 {
		said = append(said, fmt.Sprintf("sensitivity up to %d", c.MaxSensitivity))
	}
	if c.Attachments {
		said = append(said, "with files")
	}
	if c.Whereabouts {
		said = append(said, "with the restricted address")
	}
	if c.WithholdNamed {
		said = append(said, "without what names what is left out")
	}
	for i := range c.Decisions {
		if d := &c.Decisions[i]; !d.Withhold {
			said = append(said, "with "+d.Version.String()+" although it names what is left out: "+d.Why)
		}
	}
	return strings.Join(said, "; ")
}
