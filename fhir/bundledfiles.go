package fhir

import (
	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// brings reads the Binary of an entry of a transaction, for the other entries to name.
func (c *call) brings(s *step, n *resource.Node) []standard.Problem {
	if n.Type.Name != binaryType || s.id != "" || s.query != "" {
		return []standard.Problem{{Path: s.at + ".request.url", Rule: "bad-parameter", Message: "A create names the type of its resource, and the entry holds that resource."}}
	}
	if c.bundled == nil {
		c.bundled = map[string]*sentFile{}
	}
	file, problems := c.fileOf(n, s.at+".resource")
	if file == nil {
		return problems
	}
	s.file = file
	if name := s.e.Text("fullUrl"); name != "" {
		c.bundled[name] = file
	}
	return problems
}

// ownerlessFiles refuses Binaries of which neither their securityContext nor an entry that names them says whose they are.
func ownerlessFiles(steps []*step, before []standard.Problem) (problems []standard.Problem) {
	for _, s := range steps {
		if s.file != nil && s.file.owner == uuid.Nil && len(before) == 0 {
			problems = append(problems, ownerless(s.at+".resource"))
		}
	}
	return problems
}

// keepFiles keeps the Binaries of a transaction. One that no entry names waits for a record that does.
func (c *call) keepFiles(steps []*step) error {
	for _, s := range steps {
		if s.file == nil {
			continue
		}
		if err := c.keep(s.file); err != nil {
			return err
		}
	}
	return nil
}
