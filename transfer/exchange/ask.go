package exchange

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"rosemary/record"
	"rosemary/standard"
)

// The longest line and the longest text that one system says to another.
const (
	longestLine = 200
	longestText = 2000
)

// Ask is what is asked for, and why.
type Ask struct {
	By        string `json:"by"`        // who asks: a person and what they are
	Requestor string `json:"requestor"` // the home or branch that the person comes to
	Purpose   string `json:"purpose"`   // a code of PurposesOf
	Basis     string `json:"basis"`     // a code of BasesOf: on what lawful basis
	Why       string `json:"why"`       // in words: how the person agreed, or what makes it lawful
	Wanted    string `json:"wanted,omitzero"`
	NHSNumber string `json:"nhsNumber,omitzero"`
	Born      string `json:"born"`
	Given     string `json:"given"`
	Family    string `json:"family"`
}

// Card is who is asked for.
func (a *Ask) Card() record.PersonCard {
	return record.PersonCard{NHSNumber: a.NHSNumber, Born: a.Born, Given: a.Given, Family: a.Family}
}

// Name is what to call whom is asked for.
func (a *Ask) Name() string {
	if a.Given == "" && a.Family == "" {
		return "Somebody whose name was taken away"
	}
	return strings.TrimSpace(a.Given + " " + a.Family)
}

// problems names every fault, under the names of the members, and puts right how things are written.
func (a *Ask) problems(choices *Choices) (found []standard.Problem) {
	fault := func(path, rule, value, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Value: value, Message: message})
	}
	for _, f := range []struct {
		path    string
		text    *string
		needed  string
		longest int
	}{
		{"/by", &a.By, "Say who asks.", longestLine}, {"/requestor", &a.Requestor, "Say which home or branch the person comes to.", longestLine},
		{"/why", &a.Why, "Say how the person agreed, or what else makes it lawful.", longestText},
		{"/given", &a.Given, "Write the first name.", longestLine}, {"/family", &a.Family, "Write the family name.", longestLine},
	} {
		*f.text = strings.TrimSpace(strings.ReplaceAll(*f.text, "\r\n", "\n"))
		switch {
		case *f.text == "":
			fault(f.path, standard.RuleMustOccur, "", f.needed)
		case utf8.RuneCountInString(*f.text) > f.longest || !utf8.ValidString(*f.text):
			fault(f.path, "too-long", "", fmt.Sprintf("Say it in %d letters or fewer.", f.longest))
		case strings.ContainsFunc(*f.text, func(r rune) bool { return r < ' ' && r != '\n' || r == '\n' && f.longest == longestLine }):
			fault(f.path, "one-line", "", "Say it in one line.")
		}
	}
	if choices.Purpose(a.Purpose) == "" {
		fault("/purpose", "unknown-code", a.Purpose, "Choose what it is needed for.")
	}
	if choices.Basis(a.Basis) == "" {
		fault("/basis", "unknown-code", a.Basis, "Choose what makes it lawful.")
	}
	if a.NHSNumber = strings.TrimSpace(a.NHSNumber); a.NHSNumber != "" {
		number, ok := standard.NHSNumber(a.NHSNumber)
		if !ok {
			fault("/nhsNumber", "nhs-number", "", "This is not an NHS number: it has ten digits, and the last one does not fit the others. Look again.")
		} else {
			a.NHSNumber = number
		}
	}
	day := func(path string, text *string, needed bool, message string) {
		if *text = strings.TrimSpace(*text); *text == "" && !needed {
			return
		}
		if _, err := time.Parse(time.DateOnly, *text); err != nil {
			fault(path, standard.RuleBadDate, "", message)
		}
	}
	day("/born", &a.Born, true, "Write the date of birth as day, month and year.")
	day("/wanted", &a.Wanted, false, "Write the day as day, month and year, or leave it out.")
	return found
}
