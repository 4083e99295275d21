package fhir

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// provenanceHeader is where a client says of what it writes who wrote it, who told it, when and why. What the log of the record has a place for goes there; anything else is refused, for it
// would be lost.
const provenanceHeader = "X-Provenance"

// said is what a client says of what it writes.
type said struct {
	author   uuid.UUID
	called   string // the author, as type and id
	provider string
	recorded string
	reason   string
	corrects bool // a mistake, and says so
	// Signatures of others, as they were sent.
	signatures []*resource.Node
	at         string // where it stands in what was sent
}

// saidOf reads the header; nil where there is none.
func (c *call) saidOf() (*said, error) {
	text := strings.TrimSpace(c.r.Header.Get(provenanceHeader))
	if text == "" {
		return nil, nil
	}
	n, problems := c.m.Definitions.ReadJSON([]byte(text))
	if n == nil || n.Type.Name != "Provenance" {
		return nil, &standard.Fault{Kind: badRequest, Message: "The header " + provenanceHeader + " must be a Provenance, as JSON in one line. Nothing was changed.", Problems: problems}
	}
	kept := problems[:0:0]
	for _, p := range problems { // what is written is its target, and when it is committed is known here
		if p.Rule == resource.RuleMust && (strings.HasSuffix(p.Path, "Provenance") && (strings.Contains(p.Message, "target") || strings.Contains(p.Message, "recorded")) || p.Path == "Provenance.target" || p.Path == "Provenance.recorded") {
			continue
		}
		kept = append(kept, p)
	}
	s := &said{at: provenanceHeader}
	kept = append(kept, s.read(n)...)
	if len(s.signatures) > 0 {
		kept = append(kept, standard.Problem{Path: "Provenance.signature", Rule: "no-place", Message: "A signature is kept with what it signs: send the Provenance and that in one transaction."})
	}
	for i := range kept {
		kept[i].Path = provenanceHeader + strings.TrimPrefix(kept[i].Path, "Provenance")
	}
	return s, standard.Refuse("What "+provenanceHeader+" says cannot be kept. Nothing was changed.", kept)
}

// read takes what there is a place for, and names the rest.
func (s *said) read(n *resource.Node) (problems []standard.Problem) {
	fault := func(path, words string) {
		problems = append(problems, standard.Problem{Path: "Provenance." + path, Rule: "no-place", Message: words})
	}
	for _, e := range n.Nodes {
		switch e.Field.Base {
		case "resourceType", "id", "meta", "target", "text":
		case "activity": // what was done is known here, but not whether it puts a mistake right
			for _, coding := range e.All("coding") {
				s.corrects = s.corrects || coding.Text("system") == changeTypeSystem && coding.Text("code") == string(record.Correct)
			}
		case "recorded":
			s.recorded = e.Value
		case "occurred":
			if e.Field.Name != "occurredDateTime" || !strings.Contains(e.Value, "T") {
				fault(e.Field.Name, "Only an instant can be kept: occurredDateTime with its time and offset.")
				continue
			}
			s.recorded = e.Value
		case "reason":
			words := inWords(e)
			if s.reason != "" {
				words = s.reason + "; " + words
			}
			s.reason = words
		case "agent":
		case "signature":
			s.signatures = append(s.signatures, e)
		default:
			fault(e.Field.Name, "The log of the record has no place for this.")
		}
	}
	for i, agent := range n.All("agent") {
		s.agent(agent, "agent["+strconv.Itoa(i)+"]", fault)
	}
	return problems
}

// agent takes one who took part: the author, or who told it. Who enters it is whoever the token belongs to.
func (s *said) agent(agent *resource.Node, at string, fault func(path, words string)) {
	kind := agent.Text("type", "coding", "code")
	who := agent.First("who")
	if agent.First("onBehalfOf") != nil {
		fault(at+".onBehalfOf", "The log of the record has no place for this. Name them as an agent of the type author or informant.")
	}
	switch kind {
	case "", "author", "composer", "performer", "assembler":
		kind, id, _ := resource.SplitReference(who.Text("reference"))
		_, rec, ok := mapping.ParseID(id)
		switch {
		case !ok:
			fault(at+".who", "An author is a reference to somebody here: a Practitioner, the Patient, or a RelatedPerson of the same person.")
		case s.author != uuid.Nil && s.author != rec:
			fault(at, "One author can be kept.")
		}
		s.author, s.called = rec, kind+"/"+id
	case "informant":
		if s.provider != "" {
			fault(at, "One informant can be kept.")
		}
		if s.provider = who.Text("display"); s.provider == "" {
			fault(at+".who.display", "Say in words who told it.")
		}
	case "enterer", "transmitter":
		// It is known by the token, and that is what counts.
	default:
		fault(at+".type", "The log of the record has a place for an author and an informant.")
	}
}

// apply puts what was said into what is about to be committed.
func (s *said) apply(w *written) {
	if s == nil {
		return
	}
	if s.corrects && w.change.Type == record.Modify {
		w.change.Type = record.Correct
	}
	w.change.Author, w.change.InformationProvider, w.change.Recorded = s.author, s.provider, s.recorded
	w.change.Description = strings.Trim(s.reason+"; "+s.signers(), "; ")
}

// misnamed refuses an author who is somebody, but not what the reference calls them: whoever names a worker must not find the person themselves in the log. Who is nobody here, the record refuses.
func (c *call) misnamed(all []*written) (problems []standard.Problem, err error) {
	for _, w := range all {
		if w.told == nil || w.told.author == uuid.Nil {
			continue
		}
		is, err := c.whoever(w.stream, w.told.author)
		if err != nil {
			return nil, err
		}
		if is != "" && is != w.told.called {
			p := standard.Problem{Path: w.told.at + ".agent.who.reference", Rule: resource.RuleTarget, Value: w.told.called, Message: "The author is not called so. What has this id is " + is + "."}
			if !slices.Contains(problems, p) {
				problems = append(problems, p)
			}
		}
	}
	return problems, nil
}
