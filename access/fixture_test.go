package access_test

import (
	"testing"
	"testing/fstest"

	"rosemary/standard"
)

// smallStandard is what the stories need of a standard, so that they do not depend on the real classes.
func smallStandard(t testing.TB) *standard.Catalogue {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"release.yaml": "standard: TEST\nname: A small standard\nversion: \"1\"\n",
		"categories.yaml": `- {id: people, name: People, summary: Who.}
- {id: notes, name: Notes, summary: What.}
- {id: directory, name: Directory, summary: Where.}
`,
		"classes/person.yaml": `class: Person
id: person
category: People
kind: record
stream: person
roles: [person]
source: {standard: TEST}
summary: A person.
title: [family]
elements:
  - {name: Given name, id: given, type: Text, occurs: Should occur once, evidence: project, role: given-name}
  - {name: Family name, id: family, type: Text, occurs: Must occur once, evidence: project, role: family-name}
  - {name: NHS number, id: nhsNumber, type: Text, occurs: Could occur once, evidence: project, check: nhs-number, role: nhs-number}
  - {name: Restricted, id: restricted, type: Yes or No, occurs: Could occur once, evidence: project, role: restricted-address}
`,
		"classes/placement.yaml": `class: Placement
id: placement
category: People
kind: record
stream: person
roles: [placement]
source: {standard: TEST}
summary: Where a person lives.
title: [room]
elements:
  - {name: Placed at, id: placedAt, type: Lookup, occurs: Must occur once, value: reference, to: [place], evidence: project, role: placed-at}
  - {name: From, id: from, type: Date, occurs: Could occur once, evidence: project, role: placed-from}
  - {name: Until, id: until, type: Date, occurs: Could occur once, evidence: project, role: placed-until}
  - {name: Room, id: room, type: Text, occurs: Could occur once, evidence: project, role: room}
blocks:
  - {class: file, id: files, occurs: Could occur once or more, evidence: project}
`,
		"classes/looked-after-by.yaml": `class: Looked after by
id: looked-after-by
category: People
kind: record
stream: person
roles: [works-with]
source: {standard: TEST}
summary: Who looks after a person.
title: [until]
elements:
  - {name: Worker, id: worker, type: Lookup, occurs: Must occur once, value: reference, to: [worker], evidence: project, role: works-with}
  - {name: Until, id: until, type: Date, occurs: Could occur once, evidence: project, role: works-until}
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
  - {name: Words, id: words, type: Text, occurs: Must occur once, evidence: project}
  - {name: Not for, id: notFor, type: Lookup, occurs: Could occur once or more, value: reference, to: [worker], evidence: project, role: excluded-viewer}
blocks:
  - {class: file, id: files, occurs: Could occur once or more, evidence: project}
`,
		"classes/file.yaml": `class: File
id: file
category: Notes
kind: block
roles: [attachment]
source: {standard: TEST}
summary: A file.
elements:
  - {name: Hash, id: hash, type: Text, occurs: Must occur once, evidence: project, role: attachment-hash}
  - {name: Type, id: type, type: Text, occurs: Must occur once, evidence: project, role: attachment-type}
  - {name: Size, id: size, type: Number, occurs: Must occur once, evidence: project, role: attachment-size}
`,
		"classes/allergy.yaml": `class: Allergy
id: allergy
category: Notes
kind: record
stream: person
roles: [allergy]
source: {standard: TEST}
summary: An allergy.
title: [allergen]
elements:
  - {name: Allergen, id: allergen, type: Text, occurs: Must occur once, evidence: project, role: allergen}
  - {name: Not for, id: notFor, type: Lookup, occurs: Could occur once or more, value: reference, to: [worker], evidence: project, role: excluded-viewer}
`,
		"classes/place.yaml": `class: Place
id: place
category: Directory
kind: record
stream: directory
roles: [organisation]
source: {standard: TEST}
summary: A home.
title: [name]
elements:
  - {name: Name, id: name, type: Text, occurs: Must occur once, evidence: project, role: name}
`,
		"classes/worker.yaml": `class: Worker
id: worker
category: Directory
kind: record
stream: directory
roles: [worker]
source: {standard: TEST}
summary: A care worker.
title: [name]
elements:
  - {name: Name, id: name, type: Text, occurs: Must occur once, evidence: project, role: name}
`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	catalogue, err := standard.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}
