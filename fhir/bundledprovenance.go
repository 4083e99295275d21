package fhir

import (
	"net/http"
	"strconv"
	"strings"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// A Provenance in a transaction says of what the transaction writes what X-Provenance says of a single write. A signature that it carries is kept with what it signs, as it was sent: nobody
// here has proved it.

// carriedWords stands at a signature that was made elsewhere.
const carriedWords = "As it was sent. Who is named has proved nothing here."

// targetsOf notes what a Provenance of a transaction is about, as its entries call themselves.
func targetsOf(n *resource.Node) (targets []string) {
	for _, t := range n.All("target") {
		targets = append(targets, t.Text("reference"))
	}
	return targets
}

// saidOfEntries reads the Provenances of a transaction, and gives each entry that writes the one about it.
func (c *call) saidOfEntries(steps []*step) (problems []standard.Problem) {
	named := map[string]*step{}
	for _, s := range steps {
		if s.about != nil || s.file != nil || s.inside != nil || writesBy[s.method] == 0 {
			continue
		}
		if name := s.e.Text("fullUrl"); name != "" {
			named[name] = s
		}
		if s.method != http.MethodPost {
			named[s.kind+"/"+s.id] = s
		}
		if n := s.e.First("resource"); n != nil && s.method == http.MethodPut {
			n.Remove(isCarried)
		}
	}
	for _, s := range steps {
		if s.about == nil {
			continue
		}
		said := &said{at: s.at + ".resource"}
		for _, p := range said.read(s.about) {
			p.Path = said.at + strings.TrimPrefix(p.Path, "Provenance")
			problems = append(problems, p)
		}
		for i, name := range s.targets {
			at := said.at + ".target[" + strconv.Itoa(i) + "].reference"
			of := named[name]
			if of == nil {
				of = named[c.local(name)]
			}
			switch {
			case of == nil:
				problems = append(problems, standard.Problem{Path: at, Rule: resource.RuleTarget, Value: name, Message: "The transaction writes nothing that is called so. Name an entry by its fullUrl, or by the address that it changes."})
			case of.told != nil:
				problems = append(problems, standard.Problem{Path: at, Rule: "no-place", Value: name, Message: "Another Provenance of the transaction is about this too. One can be kept."})
			default:
				of.told = said
				problems = append(problems, c.carries(of, said)...)
				s.of = append(s.of, of)
			}
		}
	}
	return problems
}

// carries puts the signatures of a Provenance into what they sign.
func (c *call) carries(s *step, told *said) (problems []standard.Problem) {
	n := s.e.First("resource")
	if s.written != nil {
		n = s.written.node
	}
	for i, signature := range told.signatures {
		at := told.at + ".signature[" + strconv.Itoa(i) + "]"
		switch {
		case signature.First("data") == nil && c.isAsker(signature.First("who")):
			problems = append(problems, standard.Problem{Path: at, Rule: "not-yet", Message: "You sign what stands: send a Provenance with your signature by itself, once this is saved."})
		case n == nil || s.method != http.MethodPost && s.method != http.MethodPut:
			problems = append(problems, standard.Problem{Path: at, Rule: "no-place", Message: "A signature is kept with a resource that is sent with it: in a POST or a PUT."})
		default:
			value := n.AddExtension(mapping.CarriedURL).Add("valueSignature")
			for _, part := range signature.Nodes {
				value.AddCopy(part)
			}
		}
	}
	return problems
}

// signers says in words who is named as having signed.
func (s *said) signers() string {
	var all []string
	for _, signature := range s.signatures {
		who := signature.First("who")
		name := who.Text("display")
		if name == "" {
			name = who.Text("reference")
		}
		if name == "" {
			name = who.Text("identifier", "value")
		}
		all = append(all, "said to be signed by "+name+" at "+signature.Text("when")+" (named, not proved here)")
	}
	return strings.Join(all, "; ")
}

// carriedBy writes the signatures that a version came with.
func (c *call) carriedBy(n *resource.Node, v *record.Version) {
	if len(v.Beside) == 0 || v.BesideOf != v.Number || !strings.Contains(string(v.Beside), mapping.CarriedURL) {
		return
	}
	said, problems := c.m.Definitions.ReadJSON(v.Beside)
	if len(problems) > 0 {
		return
	}
	for _, x := range said.All("extension") {
		value := x.First("valueSignature")
		if x.Text("url") != mapping.CarriedURL || value == nil {
			continue
		}
		s := n.Add("signature")
		for _, part := range value.Nodes {
			s.AddCopy(part)
		}
		s.AddExtension(mapping.CarriedURL).Set("valueString", carriedWords)
	}
}

// isCarried says whether an element is a signature that was sent with a version: it signs no other.
func isCarried(e *resource.Node) bool {
	return e.Field.Name == "extension" && e.Text("url") == mapping.CarriedURL
}

// toldAt is the address of a Provenance of a transaction that has been committed: that of the first change that it is about.
func (c *call) toldAt(s *step) (*reply, error) {
	out := &reply{status: http.StatusCreated, header: http.Header{}}
	for _, of := range s.of {
		if of.written != nil {
			out.header.Set("Location", c.base()+"/Provenance/"+provenanceID(of.written.contribution, of.written.rec))
			break
		}
	}
	return out, nil
}
