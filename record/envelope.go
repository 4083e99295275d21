package record

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"rosemary/standard"
)

// What is said around a content has limits of its own, in characters.
const (
	longestProvider = 500
	longestReason   = 10_000
)

// earliestRecorded is the first year in which anything can have been recorded: earlier ones are slips.
const earliestRecorded = 1900

// envelope checks and fills in what a version says around its content.
func (d *drafting) envelope(ch *ProposedChange, v *Version) []standard.Problem {
	var faults []standard.Problem
	if ch.Status != "" && ch.Status != Complete && ch.Status != Incomplete {
		faults = append(faults, problem(ch.Path+"/status", "unknown-status", string(ch.Status), "The status must be complete or incomplete.")...)
	}
	if ch.Sensitivity != "" {
		s, ok := ParseSensitivity(ch.Sensitivity)
		if !ok {
			faults = append(faults, problem(ch.Path+"/sensitivity", "unknown-sensitivity", ch.Sensitivity,
				"The sensitivity must be normal, sensitive or confidential.")...)
		}
		if s < v.Sensitivity { // what was said beside it was said to fewer; who changes this does not know of it
			v.Beside, v.BesideOf = nil, 0
		}
		v.Sensitivity = s
	}
	if (ch.Type == Correct || ch.Type == MarkError) && d.reason(ch) == "" {
		faults = append(faults, problem(ch.Path+"/description", "must-occur", "",
			"Say why. A correction, and a record marked as entered in error, need a reason.")...)
	}
	v.Author = ch.Author
	if v.Author == uuid.Nil {
		v.Author = d.by.Actor
	} else if v.Author != d.by.Actor {
		d.authors = append(d.authors, writer{uid: v.Author, path: ch.Path + "/author"})
	}
	if ch.InformationProvider != "" {
		v.InformationProvider = ch.InformationProvider
		faults = append(faults, plainWords(ch.Path+"/informationProvider", "The name of who told it", ch.InformationProvider, longestProvider)...)
	}
	return append(faults, d.recorded(ch, v)...)
}

// recorded fills in and checks when a version was recorded.
func (d *drafting) recorded(ch *ProposedChange, v *Version) []standard.Problem {
	path, now := ch.Path+"/recorded", d.recorder.Now()
	if v.Recorded = ch.Recorded; v.Recorded == "" {
		v.Recorded = now.In(d.recorder.Zone).Format(time.RFC3339)
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, v.Recorded)
	switch {
	case err != nil:
		return problem(path, "bad-instant", v.Recorded, "The time of recording must look like 2026-03-16T14:10:00+00:00.")
	case at.After(now.Add(5 * time.Minute)):
		return problem(path, "in-the-future", v.Recorded, "The time of recording lies in the future.")
	case at.Year() < earliestRecorded:
		return problem(path, "too-long-ago", v.Recorded, "The time of recording is too long ago. Check it for a slip.")
	}
	return nil
}

// plainWords checks that words around a content can be shown and are no longer than they may be.
func plainWords(path, name, words string, most int) []standard.Problem {
	unshown := func(c rune) bool {
		return standard.TurnsRound(c) || c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7F
	}
	switch n := utf8.RuneCountInString(words); {
	case strings.ContainsFunc(words, unshown):
		return problem(path, standard.RuleBadCharacter, "", name+" has a character that cannot be shown. Take it out.")
	case n > most:
		return problem(path, standard.RuleTooLong, "", fmt.Sprintf("%s is too long: it has %d characters and can have %d.", name, n, most))
	}
	return nil
}
