package standard

import (
	"strings"
	"testing"
	"testing/fstest"
)

// The files of a small standard that the tests of the engine use, so that they do not depend on the real classes.
const (
	fixtureRelease = `standard: TEST
name: A small standard
version: "1"
`
	fixtureCategories = `- {id: people, name: People, summary: Who.}
- {id: notes, name: Notes, summary: What.}
`
	fixturePerson = `class: Person
id: person
category: People
kind: record
stream: person
roles: [person]
source: {standard: TEST}
summary: A person.
title: [name]
elements:
  - {name: NHS number, id: nhsNumber, type: Text, occurs: Could occur once, evidence: project, check: nhs-number, role: nhs-number}
blocks:
  - {class: name, occurs: Must occur once or more, evidence: project}
`
	fixtureName = `class: Name
id: name
category: People
kind: block
source: {standard: TEST}
summary: A name.
title: [given, family]
elements:
  - {name: Given name, id: given, type: Text, occurs: Should occur once or more, evidence: project, role: given-name}
  - {name: Family name, id: family, type: Text, occurs: Must occur once, evidence: project, role: family-name}
`
	fixtureObservation = `class: Observation
id: observation
category: Notes
kind: abstract
source: {standard: TEST}
summary: Something seen.
relationships:
  - {name: influences, id: influences, to: [note], occurs: Could occur once or more, evidence: project, cardinality: "0..* to 0..*"}
  - {name: seen by, id: seenBy, to: [person], occurs: Could occur once, evidence: project}
`
	fixtureNote = `class: Note
id: note
category: Notes
kind: record
stream: person
extends: observation
source: {standard: TEST, version: "1", class_id: "12", complete: true, note: Made up.}
summary: A note.
title: [risk, words]
elements:
  - {name: Subject of care, id: subjectOfCare, type: Lookup, occurs: Must occur once, value: reference, to: [person], role: subject, evidence: project}
  - {name: Risk category, id: risk, type: Lookup, occurs: Must occur once, value: coded, valueset: risk, evidence: project, ask: What is the risk?}
  - {name: Mood, id: mood, type: Lookup, occurs: Could occur once or more, value: coded, valueset: mood, evidence: project}
  - {name: Words, id: words, type: Text, occurs: Could occur once, evidence: project, lines: many, hint: A sentence or two.}
  - {name: Happened on, id: on, type: Date and Time, occurs: Must occur once, evidence: project, role: event-date, absence: forbidden}
  - {name: Due, id: due, type: Date, occurs: Could occur once, evidence: project}
  - {name: At, id: at, type: Time, occurs: Could occur once, evidence: project}
  - {name: How many, id: count, type: Number, occurs: Could occur once, evidence: project, min: 0, max: 10.5}
  - {name: Resolved, id: resolved, type: Yes or No, occurs: Could occur once, evidence: project}
  - {name: Postcode, id: postcode, type: Text, occurs: Could occur once, evidence: project, pattern: "ZZ99 [0-9][A-Z]{2}", min: 3, max: 8}
  - {name: Seen by, id: seenBy, type: Lookup, occurs: Could occur once, value: reference, to: [person], evidence: project}
`
	fixtureWeight = `class: Weight
id: weight
category: Notes
kind: record
stream: person
extends: note
source: {standard: Rosemary}
summary: A weight.
elements:
  - {name: Weight, id: weight, type: Quantity, occurs: Must occur once, units: [kg], min: 1, max: 500, evidence: project}
  - {name: Other amount, id: other, type: Quantity, occurs: Could occur once, units: [mL, L], evidence: project}
`
	fixtureRisk = `valueset: Risk
id: risk
system: urn:test:risk
version: "1"
source: Made up.
evidence: project
binding: required
values:
  - {code: fall, display: Falls}
  - {code: choking, display: Choking, system: "urn:test:other"}
`
	fixtureMood = `valueset: Mood
id: mood
system: urn:test:mood
source: Made up.
evidence: project
binding: open
values:
  - {code: calm, display: Calm}
`
)

// fixtureFiles returns the small standard; changes replace files, an empty one removes it.
func fixtureFiles(changes map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	all := map[string]string{
		"release.yaml": fixtureRelease, "categories.yaml": fixtureCategories, "classes/person.yaml": fixturePerson,
		"classes/name.yaml": fixtureName, "classes/observation.yaml": fixtureObservation, "classes/note.yaml": fixtureNote,
		"extensions/weight.yaml": fixtureWeight, "valuesets/risk.yaml": fixtureRisk, "valuesets/mood.yaml": fixtureMood,
	}
	for name, text := range changes {
		all[name] = text
	}
	for name, text := range all {
		if strings.TrimSpace(text) != "" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return files
}

// fixture returns the small standard, compiled.
func fixture(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load(fixtureFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fixtureClass returns a class of the small standard.
func fixtureClass(t testing.TB, id string) *Class {
	t.Helper()
	class, ok := fixture(t).Class(id)
	if !ok {
		t.Fatalf("no class %s", id)
	}
	return class
}
