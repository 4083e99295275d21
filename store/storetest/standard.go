package storetest

import (
	"testing"
	"testing/fstest"

	"rosemary/standard"
)

// files are a small standard: a person, notes about them, where they live, who looks after them, and a directory.
var files = map[string]string{
	"release.yaml": `standard: TEST
name: A small standard
version: "1"
`,
	"categories.yaml": `- {id: people, name: People, summary: Who.}
- {id: notes, name: Notes, summary: What.}
`,
	"classes/person.yaml": `class: Person
id: person
category: People
kind: record
stream: person
roles: [person]
source: {standard: TEST}
summary: A person.
title: [given, family]
elements:
  - {name: Given name, id: given, type: Text, occurs: Could occur once, evidence: project, role: given-name}
  - {name: Family name, id: family, type: Text, occurs: Must occur once, evidence: project, role: family-name}
  - {name: Preferred name, id: preferred, type: Text, occurs: Could occur once, evidence: project, role: preferred-name}
  - {name: Born, id: born, type: Date, occurs: Could occur once, evidence: project, role: birth-date}
  - {name: NHS number, id: nhs, type: Text, occurs: Could occur once, evidence: project, role: nhs-number}
  - {name: Restricted address, id: restricted, type: Yes or No, occurs: Could occur once, evidence: project, role: restricted-address}
`,
	"classes/note.yaml": `class: Note
id: note
category: Notes
kind: record
stream: person
source: {standard: TEST}
summary: A note.
title: [words]
elements:
  - {name: Words, id: words, type: Text, occurs: Must occur once, evidence: project, lines: many}
  - {name: Happened on, id: on, type: Date, occurs: Could occur once, evidence: project, role: event-date}
  - {name: About, id: about, type: Lookup, occurs: Could occur once or more, value: reference, to: [note, sighting], evidence: project}
  - {name: Hidden from, id: hidden, type: Lookup, occurs: Could occur once or more, value: reference, to: [worker], role: excluded-viewer, evidence: project}
`,
	"classes/sighting.yaml": `class: Sighting
id: sighting
category: Notes
kind: record
stream: person
source: {standard: TEST}
summary: Something seen.
title: [words]
elements:
  - {name: Words, id: words, type: Text, occurs: Must occur once, evidence: project}
  - {name: Happened on, id: on, type: Date, occurs: Could occur once, evidence: project, role: event-date}
`,
	"classes/placement.yaml": `class: Placement
id: placement
category: People
kind: record
stream: person
roles: [placement]
source: {standard: TEST}
summary: Where a person lives.
elements:
  - {name: Place, id: place, type: Lookup, occurs: Must occur once, value: reference, to: [home], role: placed-at, evidence: project}
  - {name: From, id: from, type: Date, occurs: Could occur once, role: placed-from, evidence: project}
  - {name: Until, id: until, type: Date, occurs: Could occur once, role: placed-until, evidence: project}
  - {name: Room, id: room, type: Text, occurs: Could occur once, role: room, evidence: project}
`,
	"classes/looks-after.yaml": `class: Looks after
id: looks-after
category: People
kind: record
stream: person
roles: [works-with]
source: {standard: TEST}
summary: Who looks after a person.
elements:
  - {name: Worker, id: worker, type: Lookup, occurs: Must occur once, value: reference, to: [worker], role: works-with, evidence: project}
  - {name: Until, id: until, type: Date, occurs: Could occur once, role: works-until, evidence: project}
`,
	"classes/worker.yaml": `class: Worker
id: worker
category: People
kind: record
stream: directory
roles: [worker]
source: {standard: TEST}
summary: A care worker.
title: [given, family]
elements:
  - {name: Given name, id: given, type: Text, occurs: Could occur once, evidence: project, role: given-name}
  - {name: Family name, id: family, type: Text, occurs: Must occur once, evidence: project, role: family-name}
`,
	"classes/twin.yaml": `class: Twin
id: twin
category: People
kind: record
stream: person
roles: [same-person]
source: {standard: TEST}
summary: Another record of the same person.
elements:
  - {name: Other, id: other, type: Lookup, occurs: Must occur once, value: reference, to: [person], role: same-person, evidence: project}
  - {name: Until, id: until, type: Date, occurs: Could occur once, role: valid-until, evidence: project}
`,
	"classes/gone.yaml": `class: Gone
id: gone
category: People
kind: block
source: {standard: TEST}
summary: A version that was destroyed.
elements:
  - {name: Version, id: version, type: Text, occurs: Must occur once, role: destroyed-version, evidence: project}
  - {name: Hash, id: hash, type: Text, occurs: Must occur once, role: destroyed-hash, evidence: project}
  - {name: Moment, id: moment, type: Number, occurs: Must occur once, role: destroyed-moment, evidence: project}
  - {name: Sensitivity, id: sensitivity, type: Text, occurs: Must occur once, role: destroyed-sensitivity, evidence: project}
`,
	"classes/certificate.yaml": `class: Certificate
id: certificate
category: People
kind: record
stream: directory
roles: [destruction-certificate]
source: {standard: TEST}
summary: What was destroyed.
elements:
  - {name: Person, id: person, type: Text, occurs: Must occur once, role: destroyed-stream, evidence: project}
  - {name: Why, id: why, type: Text, occurs: Must occur once, role: reason, evidence: project}
  - {name: Basis, id: basis, type: Lookup, value: coded, valueset: basis, occurs: Must occur once, role: destruction-basis, evidence: project}
  - {name: Asked by, id: askedBy, type: Text, occurs: Could occur once, role: asked-by, evidence: project}
  - {name: Approved by, id: approvedBy, type: Text, occurs: Could occur once, role: approved-by, evidence: project}
  - {name: Contributions, id: contributions, type: Number, occurs: Could occur once, role: destroyed-count, evidence: project}
  - {name: Digest, id: digest, type: Text, occurs: Could occur once, role: destroyed-digest, evidence: project}
blocks:
  - {class: gone, occurs: Could occur once or more, evidence: project}
`,
	"valuesets/basis.yaml": `valueset: Basis
id: basis
system: urn:test:basis
version: "1"
source: Ours
evidence: project
binding: required
values:
  - {code: over, display: Kept long enough, means: time-over}
`,
	"classes/home.yaml": `class: Home
id: home
category: People
kind: record
stream: directory
roles: [organisation]
source: {standard: TEST}
summary: A home.
title: [name]
elements:
  - {name: Name, id: name, type: Text, occurs: Must occur once, evidence: project, role: name}
`,
}

// Catalogue is the small standard, compiled.
func Catalogue(t testing.TB) *standard.Catalogue {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := standard.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
