package chime

import (
	"io"

	"rosemary/ehr"
	"rosemary/ehr/kept"
	"rosemary/ehr/xmltext"
)

// Namespace is that of the Swedish profile.
const Namespace = "urn:riv13606:v1.1"

type dialect struct{ namespace string }

// Dialect gives the dialect in the namespace of the Swedish profile.
func Dialect() ehr.Dialect { return In(Namespace) }

// In gives the dialect in a namespace that was agreed with a partner. Reading takes any.
func In(namespace string) ehr.Dialect { return &dialect{namespace} }

// Name is chime.
func (d *dialect) Name() string { return "chime" }

// MediaType is that of XML, with the namespace as its profile.
func (d *dialect) MediaType() string { return `application/xml; profile="` + d.namespace + `"` }

// Encode writes an extract, one part at a time.
func (d *dialect) Encode(w io.Writer, s ehr.Source) error {
	h := s.Header()
	if h == nil {
		return fault("", ehr.RuleHeader, "the extract has no top")
	}
	out := xmltext.NewWriter(w)
	out.Declare()
	out.Enter(&xmltext.Node{Space: d.namespace, Name: "ehr_extract"})
	noted, err := writeTop(out, h)
	if err != nil {
		return err
	}
	err = s.Compositions(func(c *ehr.Composition) error {
		if !noted && c.ArchetypeID == kept.Archetype { // one that came from elsewhere must not be taken for ours
			if err := writeNotes(out, h, kept.Notes{}); err != nil {
				return err
			}
		}
		noted = true
		return writeComposition(out, c)
	})
	if err != nil {
		return err
	}
	f := &filters{h.Criteria, h.Omitted}
	if err := f.write(out.Write); err != nil {
		return err
	}
	if err := s.Folders(func(f *ehr.Folder) error { return writeFolder(out, f) }); err != nil {
		return err
	}
	if err := s.Demographics(func(x ehr.Demographic) error { return writeDemographic(out, x) }); err != nil {
		return err
	}
	out.Leave()
	return out.Flush()
}

func fault(path, rule, message string) error {
	return &ehr.Fault{Path: path, Rule: rule, Message: message, Severity: ehr.Error}
}

// writeTop writes the attributes of the extract, and before all compositions what the format has no place for or has only after them, if there is any.
func writeTop(out *xmltext.Writer, h *ehr.Header) (bool, error) {
	top := &xmltext.Node{}
	there, back := xmltext.Writing(1), xmltext.Reading()
	var stands ehr.Header
	if header(there, top, h); there.Err() != nil {
		return false, there.Err()
	}
	if header(back, top, &stands); back.Err() != nil {
		return false, back.Err()
	}
	for _, n := range top.Nodes {
		out.Write(n)
	}
	notes, err := kept.Compare(h, &stands)
	if err != nil || len(notes) == 0 {
		return false, err
	}
	return true, writeNotes(out, h, notes)
}

// writeNotes writes the notes about the top of the extract.
func writeNotes(out *xmltext.Writer, h *ehr.Header, notes kept.Notes) error {
	c := kept.Composition(h, h.EHR, kept.Archetype, "What this format has no place for")
	e, err := notes.InComposition(c)
	if err != nil {
		return err
	}
	c.Content = []ehr.Content{e}
	there, n := xmltext.Writing(2), &xmltext.Node{Name: "all_compositions"}
	composition(there, n, c)
	out.Write(n)
	return there.Err()
}

// writeComposition writes a composition, and sees that it will be read as what it is.
func writeComposition(out *xmltext.Writer, c *ehr.Composition) error {
	n := &xmltext.Node{Name: "all_compositions"}
	there, back := xmltext.Writing(2), xmltext.Reading()
	var stands ehr.Composition
	if composition(there, n, c); there.Err() != nil {
		return there.Err()
	}
	if composition(back, n, &stands); back.Err() != nil {
		return back.Err()
	}
	notes, err := kept.Compare(c, &stands)
	if err != nil {
		return err
	}
	if len(notes) > 0 || kept.Mistakable(c) {
		e, err := notes.InComposition(c)
		if err != nil {
			return err
		}
		var last ehr.Content = e
		content(there, n.Add("content"), &last)
	}
	out.Write(n)
	if there.Err() != nil {
		return there.Err()
	}
	return out.Err()
}

// writeFolder does the same for a folder.
func writeFolder(out *xmltext.Writer, f *ehr.Folder) error {
	write := func(f *ehr.Folder) (*xmltext.Node, error) {
		n, there := &xmltext.Node{Name: "folders"}, xmltext.Writing(2)
		folder(there, n, f)
		return n, there.Err()
	}
	n, err := write(f)
	if err != nil {
		return err
	}
	var stands ehr.Folder
	back := xmltext.Reading()
	if folder(back, n, &stands); back.Err() != nil {
		return back.Err()
	}
	notes, err := kept.Compare(f, &stands)
	if err != nil {
		return err
	}
	if len(notes) > 0 || kept.MistakableFolder(f) {
		sub, err := notes.InFolder(f)
		if err != nil {
			return err
		}
		with := *f
		with.Folders = append(append([]*ehr.Folder{}, f.Folders...), sub)
		if n, err = write(&with); err != nil {
			return err
		}
	}
	out.Write(n)
	return out.Err()
}

// writeDemographic does the same for an entity; its notes stand before it.
func writeDemographic(out *xmltext.Writer, x ehr.Demographic) error {
	d, isDevice := x.(*ehr.Device)
	mistakable := isDevice && d.Code.Code == kept.Archetype
	n := &xmltext.Node{Name: "demographic_extract"}
	there, back := xmltext.Writing(2), xmltext.Reading()
	if demographic(there, n, &x); there.Err() != nil {
		return there.Err()
	}
	var stands ehr.Demographic
	if demographic(back, n, &stands); back.Err() != nil {
		return back.Err()
	}
	notes, err := kept.Compare(&x, &stands)
	if err != nil {
		return err
	}
	if len(notes) > 0 || mistakable {
		text, err := notes.Text()
		if err != nil {
			return err
		}
		of := x.Identified().Key
		var before ehr.Demographic = &ehr.Device{Entity: ehr.Entity{Key: kept.ID(of, kept.Archetype)}, Code: ehr.Coded{Code: kept.Archetype}, Description: text, Model: "Rosemary"}
		made := &xmltext.Node{Name: "demographic_extract"}
		demographic(there, made, &before)
		out.Write(made)
	}
	out.Write(n)
	return out.Err()
}
