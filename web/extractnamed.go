package web

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"rosemary/ehr/extract"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// NamedPart is a version whose words name what is left out of an extract, and what is to be decided about it.
type NamedPart struct {
	Class    string
	Passages []NamedPassage
	Fields   template.HTML
}

// NamedPassage is one piece of its text.
type NamedPassage struct{ Where, Text, Names string }

// The fields of a decision, each before the version that it is about.
const (
	fieldDecide  = "decide-"
	fieldLetWhy  = "let-why-"
	decideLeave  = "leave"
	decideLet    = "let"
	fieldDecided = "decisions"
)

// decisionsOf reads what was decided.
func decisionsOf(values url.Values) (decided []extract.Decision) {
	var names []string
	for name := range values {
		if strings.HasPrefix(name, fieldDecide) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		version := strings.TrimPrefix(name, fieldDecide)
		id, err := record.ParseVersionID(version)
		choice := values.Get(name)
		if err != nil || choice != decideLeave && choice != decideLet {
			continue
		}
		decided = append(decided, extract.Decision{Version: id, Withhold: choice == decideLeave, Why: strings.TrimSpace(values.Get(fieldLetWhy + version))})
	}
	return decided
}

// undecided words the refusal of an extract that names what is left out: the page shows where.
func undecided(made *extract.Extract, err error) error {
	if made == nil || err == nil || made.Ready() == nil {
		return err
	}
	return standard.Refuse("Nothing was sent out.", []standard.Problem{toDecide()})
}

// toDecide stands for all that is to be decided: each has its place on the page.
func toDecide() standard.Problem {
	return standard.Problem{Path: "/" + fieldDecided, Rule: "names-withheld", Message: "The words of some records name what is left out. Look at each, and say what to do. If it goes, say why."}
}

// named shows every version whose words name what is left out.
func named(passages []extract.Passage, catalogue *standard.Catalogue, values url.Values) (parts []NamedPart) {
	at := map[record.VersionID]int{}
	for _, passage := range passages {
		i, known := at[passage.Version]
		if !known {
			i = len(parts)
			at[passage.Version] = i
			parts = append(parts, NamedPart{Class: passage.Class, Fields: decisionFields(passage.Version.String(), values)})
			if class, ok := catalogue.Class(passage.Class); ok {
				parts[i].Class = class.Name
			}
		}
		parts[i].Passages = append(parts[i].Passages, NamedPassage{passage.Where, passage.Text, strings.Join(passage.Names, ", ")})
	}
	return parts
}

func decisionFields(version string, values url.Values) template.HTML {
	choice := nhsuk.RadiosOptions{Name: fieldDecide + version, IDPrefix: fieldDecide + version, Value: values.Get(fieldDecide + version), Small: true,
		Fieldset: &nhsuk.FieldsetOptions{Legend: nhsuk.LegendOptions{Text: "What should happen to it?", Size: "s"}},
		Items:    []nhsuk.RadioItem{{Value: decideLeave, Text: "Leave it out"}, {Value: decideLet, Text: "It goes"}}}
	return html(nhsuk.Radios(choice), lineField(fieldLetWhy+version, "If it goes: why may they read this?", "", values.Get(fieldLetWhy+version), ""))
}
