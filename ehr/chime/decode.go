package chime

import (
	"errors"
	"io"
	"reflect"

	"rosemary/ehr"
	"rosemary/ehr/kept"
	"rosemary/ehr/xmltext"
)

// Decode reads an extract part by part.
func (d *dialect) Decode(r io.Reader, yield func(ehr.Part) error) error {
	in := xmltext.NewReader(r, xmltext.Limits{})
	root, err := in.Enter()
	if err != nil {
		return err
	}
	if root.Name != "ehr_extract" {
		return xmltext.Problem(root.Line, "", ehr.RuleUnknownType, "only an ehr_extract can be a document of this format")
	}
	a := &reading{yield: yield, top: &xmltext.Node{Name: "ehr_extract", Line: root.Line}, header: &ehr.Header{}}
	for {
		n, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = a.part(n)
		}
		if err != nil {
			return err
		}
	}
	if err := in.Close(); err != nil {
		return err
	}
	return a.close()
}

// reading is what is known while parts are read.
type reading struct {
	yield        func(ehr.Part) error
	top          *xmltext.Node // attributes of the extract that have not been described yet
	header       *ehr.Header
	given        bool // the header was given on
	restored     bool // from notes, which hold the criteria too
	late         filters
	compositions int
	folders      int
	entities     int
	pending      *ehr.Device // notes about the next entity
	left         []kept.Leftover
}

const mostLeft = 1000 // elements that mean nothing here, outside compositions

func (a *reading) part(n *xmltext.Node) error {
	switch n.Name {
	case "all_compositions":
		return a.composition(n)
	case "criteria":
		if err := a.late.read(n); err != nil {
			return err
		}
		return a.leave(n)
	case "folders":
		if err := a.giveHeader(); err != nil {
			return err
		}
		return a.folder(n)
	case "demographic_extract":
		if err := a.giveHeader(); err != nil {
			return err
		}
		return a.demographic(n)
	}
	switch n.Name {
	case "authorising_party", "ehr_id", "ehr_system", "rm_id", "subject_of_care", "time_created":
		if err := a.once(n); err != nil {
			return err
		}
	}
	if a.top.Nodes = append(a.top.Nodes, n); len(a.top.Nodes) > mostLeft {
		return xmltext.Problem(n.Line, "/ehr_extract", ehr.RuleUnknown, "there is too much in it that is not of this format")
	}
	return nil
}

// once sees that an attribute of the extract is the first of its name.
func (a *reading) once(n *xmltext.Node) error {
	for _, before := range a.top.Nodes {
		switch {
		case before.Name != n.Name:
		case n.Name == "subject_of_care":
			return xmltext.Problem(n.Line, "/ehr_extract", ehr.RuleTwoSubjects, "the extract is about more than one person")
		default:
			return xmltext.Problem(n.Line, "/ehr_extract/"+n.Name, ehr.RuleTwice, "this stands here twice")
		}
	}
	return nil
}

// leave keeps what could not be read of an element outside compositions.
func (a *reading) leave(n *xmltext.Node) error {
	if a.left = append(a.left, kept.Leftovers(n)...); len(a.left) > mostLeft {
		return xmltext.Problem(n.Line, "/ehr_extract/"+n.Name, ehr.RuleUnknown, "there is too much in it that is not of this format")
	}
	return nil
}

// describeTop reads the attributes of the extract that have come.
func (a *reading) describeTop() error {
	w := xmltext.Reading()
	header(w, a.top, a.header)
	return w.Err()
}

// giveHeader gives the header on, once, before the first part of the extract.
func (a *reading) giveHeader() error {
	if a.given {
		return nil
	}
	if !a.restored {
		if err := a.describeTop(); err != nil {
			return err
		}
	}
	h := a.header
	if h.System.IsZero() || h.EHR.IsZero() || h.Subject.IsZero() || h.Created == (ehr.Moment{}) {
		return xmltext.Problem(a.top.Line, "/ehr_extract", ehr.RuleHeader, "system, record, subject and time of the extract must stand before what is in it")
	}
	if !a.restored {
		h.Criteria, h.Omitted = a.late.criteria, a.late.omitted
		a.late = filters{}
	}
	a.given = true
	return a.yield(h)
}

func (a *reading) composition(n *xmltext.Node) error {
	w := xmltext.Reading()
	var c ehr.Composition
	w.Down(n, "all_compositions", a.compositions, func(n *xmltext.Node) { composition(w, n, &c) })
	if w.Err() != nil {
		return w.Err()
	}
	a.compositions++
	if !a.given && c.ArchetypeID == kept.Archetype {
		if restored, err := a.restore(&c); restored || err != nil {
			return err
		}
	}
	if err := a.giveHeader(); err != nil {
		return err
	}
	kept.OutOfComposition(&c)
	if left := kept.Leftovers(n); left != nil {
		c.Content = append(c.Content, kept.UnreadEntry(c.RCID, left))
	}
	return a.yield(&c)
}

// restore makes the header what it is, from the notes in the composition that was made up for them. It reports whether they fit.
func (a *reading) restore(c *ehr.Composition) (bool, error) {
	if err := a.describeTop(); err != nil {
		return false, err
	}
	notes, ok := kept.Held(c)
	if !ok || !notes.Apply(a.header) {
		return false, nil
	}
	a.restored = true
	return true, a.giveHeader()
}

func (a *reading) folder(n *xmltext.Node) error {
	w := xmltext.Reading()
	var f ehr.Folder
	w.Down(n, "folders", a.folders, func(n *xmltext.Node) { folder(w, n, &f) })
	if w.Err() != nil {
		return w.Err()
	}
	a.folders++
	kept.OutOfFolder(&f)
	if err := a.leave(n); err != nil {
		return err
	}
	return a.yield(&f)
}

func (a *reading) demographic(n *xmltext.Node) error {
	w := xmltext.Reading()
	var x ehr.Demographic
	w.Down(n, "demographic_extract", a.entities, func(n *xmltext.Node) { demographic(w, n, &x) })
	if w.Err() != nil {
		return w.Err()
	}
	a.entities++
	if err := a.leave(n); err != nil {
		return err
	}
	if before := a.pending; before != nil {
		a.pending = nil
		if notes, ok := kept.Parse(before.Description); !ok || !notes.Apply(&x) {
			if err := a.yield(before); err != nil {
				return err
			}
		}
	} else if d, ok := x.(*ehr.Device); ok && d.Code.Code == kept.Archetype {
		a.pending = d
		return nil
	}
	return a.yield(x)
}

// close gives what is known only at the end.
func (a *reading) close() error {
	if err := a.giveHeader(); err != nil {
		return err
	}
	if err := a.describeTop(); err != nil { // attributes that came late
		return err
	}
	if err := a.lateFilters(); err != nil {
		return err
	}
	if a.pending != nil {
		if err := a.yield(a.pending); err != nil {
			return err
		}
	}
	if err := a.leave(a.top); err != nil || a.left == nil {
		return err
	}
	return a.yield(kept.UnreadComposition(a.header, a.left))
}

// lateFilters puts criteria that came after the compositions into the header, unless it has them already.
func (a *reading) lateFilters() error {
	if a.restored {
		var known filters
		var err error
		again := &filters{a.header.Criteria, a.header.Omitted}
		werr := again.write(func(n *xmltext.Node) {
			if err == nil {
				err = known.read(n)
			}
		})
		if err = errors.Join(err, werr); err != nil {
			return err
		}
		if reflect.DeepEqual(known, a.late) {
			return nil
		}
	}
	a.header.Criteria = append(a.header.Criteria, a.late.criteria...)
	a.header.Omitted = append(a.header.Omitted, a.late.omitted...)
	return nil
}
