package ibime

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"rosemary/ehr"
	"rosemary/ehr/kept"
	"rosemary/ehr/xmltext"
)

const namespace = "http://EN13606-RM.xsd"

type dialect struct{ forms *forms }

// Dialect gives the dialect.
func Dialect() ehr.Dialect { return &dialect{newForms()} }

// Name is ibime.
func (d *dialect) Name() string { return "ibime" }

// MediaType is that of a tar stream, with the namespace as its profile.
func (d *dialect) MediaType() string { return `application/x-tar; profile="` + namespace + `"` }

// Encode writes the documents of an extract, one at a time.
func (d *dialect) Encode(w io.Writer, s ehr.Source) error {
	out := &archive{dialect: d, tar: tar.NewWriter(w), header: s.Header()}
	h := out.header
	if h == nil {
		return &ehr.Fault{Rule: ehr.RuleHeader, Message: "the extract has no top", Severity: ehr.Error}
	}
	if err := out.composition("extract.xml", makeUp(h, h.EHR, headerID, "Extract", h, header)); err != nil {
		return err
	}
	if err := s.Folders(out.folder); err != nil {
		return err
	}
	n := 0
	err := s.Compositions(func(c *ehr.Composition) error {
		n++
		switch c.ArchetypeID {
		case headerID, personID, organisationID, deviceID, endID:
			return &ehr.Fault{Path: c.RCID.String(), Rule: ehr.RuleUnknownType, Message: "the archetype id " + c.ArchetypeID + " means something else in this format", Severity: ehr.Error}
		}
		return out.composition(fmt.Sprintf("compositions/%06d.xml", n), c)
	})
	if err != nil {
		return err
	}
	n = 0
	err = s.Demographics(func(x ehr.Demographic) error {
		n++
		return out.composition(fmt.Sprintf("demographics/%04d.xml", n), makeUpDemographic(h, x))
	})
	if err != nil {
		return err
	}
	if err := out.composition("end.xml", makeUp(h, h.EHR, endID, "End", &out.documents, end)); err != nil {
		return err
	}
	return out.tar.Close()
}

// archive writes documents.
type archive struct {
	dialect   *dialect
	tar       *tar.Writer
	header    *ehr.Header
	documents int
	folders   int
	buffer    bytes.Buffer
}

func (a *archive) composition(name string, c *ehr.Composition) error {
	root, err := a.dialect.compositionNode(c)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return a.document(name, root)
}

func (a *archive) folder(f *ehr.Folder) error {
	a.folders++
	name := fmt.Sprintf("folders/%04d.xml", a.folders)
	root, err := a.dialect.folderNode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return a.document(name, root)
}

func (a *archive) document(name string, root *xmltext.Node) error {
	a.documents++
	a.buffer.Reset()
	w := xmltext.NewWriter(&a.buffer)
	w.Declare()
	w.Write(root)
	if err := w.Flush(); err != nil {
		return err
	}
	err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(a.buffer.Len()), Format: tar.FormatPAX})
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if _, err := a.tar.Write(a.buffer.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if a.buffer.Cap() > 1<<20 {
		a.buffer = bytes.Buffer{} // one large document shall not stay in memory for all the others
	}
	return nil
}

// compositionNode writes a composition, and sees that it will be read as what it is.
func (d *dialect) compositionNode(c *ehr.Composition) (*xmltext.Node, error) {
	root := &xmltext.Node{Space: namespace, Name: "COMPOSITION"}
	there, back := xmltext.Writing(1), xmltext.Reading()
	if d.composition(there, root, c); there.Err() != nil {
		return nil, there.Err()
	}
	var stands ehr.Composition
	if d.composition(back, root, &stands); back.Err() != nil {
		return nil, back.Err()
	}
	notes, err := kept.Compare(c, &stands)
	if err != nil || len(notes) == 0 && !kept.Mistakable(c) {
		return root, err
	}
	entry, err := notes.InComposition(c)
	if err != nil {
		return nil, err
	}
	var content ehr.Content = entry
	d.content(there, root.Add("content"), &content)
	return root, there.Err()
}

// folderNode does the same for a folder.
func (d *dialect) folderNode(f *ehr.Folder) (*xmltext.Node, error) {
	write := func(f *ehr.Folder) (*xmltext.Node, error) {
		root, there := &xmltext.Node{Space: namespace, Name: "FOLDER"}, xmltext.Writing(1)
		d.folder(there, root, f)
		return root, there.Err()
	}
	root, err := write(f)
	if err != nil {
		return nil, err
	}
	var stands ehr.Folder
	back := xmltext.Reading()
	if d.folder(back, root, &stands); back.Err() != nil {
		return nil, back.Err()
	}
	notes, err := kept.Compare(f, &stands)
	if err != nil {
		return nil, err
	}
	if len(notes) == 0 && !kept.MistakableFolder(f) {
		return write(f) // what was read is marked as taken; this one is not
	}
	sub, err := notes.InFolder(f)
	if err != nil {
		return nil, err
	}
	with := *f
	with.Folders = append(append([]*ehr.Folder{}, f.Folders...), sub)
	return write(&with)
}

// Decode reads a tar stream of documents, or one document alone.
func (d *dialect) Decode(r io.Reader, yield func(ehr.Part) error) error {
	in := bufio.NewReaderSize(r, 4096)
	a := &reading{dialect: d, yield: yield, header: &ehr.Header{}}
	if isXML(in) {
		if err := a.document("", in); err != nil {
			return err
		}
		return a.leftovers()
	}
	t := tar.NewReader(in)
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return a.close()
		case err != nil:
			return tarFault(err)
		case h.Typeflag == tar.TypeDir, h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case h.Typeflag != tar.TypeReg:
			return &ehr.Fault{Path: h.Name, Rule: ehr.RuleUnknownType, Message: "only files can stand in an extract", Severity: ehr.Error}
		}
		if err := a.document(h.Name, t); err != nil {
			return err
		}
	}
}

// isXML reports whether a document begins, not a tar stream.
func isXML(in *bufio.Reader) bool {
	head, _ := in.Peek(64)
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(head) > 0 && head[0] == '<'
}

func tarFault(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &ehr.Fault{Rule: ehr.RuleMalformed, Message: "the file ends too early", Severity: ehr.Error}
	case errors.Is(err, tar.ErrHeader), errors.Is(err, tar.ErrFieldTooLong), errors.Is(err, tar.ErrInsecurePath):
		return &ehr.Fault{Rule: ehr.RuleMalformed, Message: "this is neither a tar stream nor one document", Severity: ehr.Error}
	}
	return err
}

// reading is what is known while documents are read.
type reading struct {
	dialect   *dialect
	yield     func(ehr.Part) error
	header    *ehr.Header
	begun     bool // the header was there
	ended     bool // the end was there
	documents int
	left      []kept.Leftover // what could not be read of folders
}

const mostLeft = 1000 // elements that mean nothing here, of all folders

func (a *reading) document(name string, in io.Reader) error {
	if a.ended {
		return &ehr.Fault{Path: name, Rule: ehr.RuleHeader, Message: "there is a document after the end", Severity: ehr.Error}
	}
	r := xmltext.NewReader(in, xmltext.Limits{})
	root, err := r.Next()
	if err == nil {
		err = r.Close()
	}
	if err == nil {
		err = a.root(root)
	}
	var f *ehr.Fault
	if errors.As(err, &f) && name != "" {
		g := *f
		g.Path = name + g.Path
		return &g
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return tarFault(err)
	}
	a.documents++
	return err
}

func (a *reading) root(root *xmltext.Node) error {
	w := xmltext.Reading()
	switch root.Name {
	case "COMPOSITION":
		var c ehr.Composition
		if a.dialect.composition(w, root, &c); w.Err() != nil {
			return w.Err()
		}
		kept.OutOfComposition(&c)
		if left := kept.Leftovers(root); left != nil {
			c.Content = append(c.Content, kept.UnreadEntry(c.RCID, left))
		}
		return a.composition(&c)
	case "FOLDER":
		var f ehr.Folder
		if a.dialect.folder(w, root, &f); w.Err() != nil {
			return w.Err()
		}
		kept.OutOfFolder(&f)
		if a.left = append(a.left, kept.Leftovers(root)...); len(a.left) > mostLeft {
			return xmltext.Problem(root.Line, "/FOLDER", ehr.RuleUnknown, "there is too much in folders that is not of this format")
		}
		return a.yield(&f)
	}
	return xmltext.Problem(root.Line, "", ehr.RuleUnknownType, "only a COMPOSITION or a FOLDER can be a document of this format")
}

// composition gives on what a composition stands for.
func (a *reading) composition(c *ehr.Composition) error {
	switch c.ArchetypeID {
	case headerID:
		if a.begun || a.documents > 0 {
			return &ehr.Fault{Rule: ehr.RuleHeader, Message: "the top comes twice, or too late", Severity: ehr.Error}
		}
		h, err := undo(c, header)
		if err != nil {
			return err
		}
		a.begun, a.header = true, h
		return a.yield(h)
	case endID:
		n, err := undo(c, end)
		if err == nil && *n != a.documents {
			err = &ehr.Fault{Rule: ehr.RuleMalformed, Message: fmt.Sprintf("%d documents were sent, and %d are here", *n, a.documents), Severity: ehr.Error}
		}
		a.ended = true
		return err
	case personID:
		return give(a, c, person)
	case organisationID:
		return give(a, c, organisation)
	case deviceID:
		return give(a, c, device)
	}
	return a.yield(c)
}

func give[T any, P interface {
	*T
	ehr.Part
}](a *reading, c *ehr.Composition, describe func(*form, *T)) error {
	x, err := undo(c, describe)
	if err != nil {
		return err
	}
	return a.yield(P(x))
}

// close sees that an extract with a top has its end.
func (a *reading) close() error {
	switch {
	case a.documents == 0:
		return &ehr.Fault{Rule: ehr.RuleMalformed, Message: "there is nothing in it", Severity: ehr.Error}
	case a.begun && !a.ended:
		return &ehr.Fault{Rule: ehr.RuleMalformed, Message: "the file ends too early: the document that says how many there are is missing", Severity: ehr.Error}
	}
	return a.leftovers()
}

func (a *reading) leftovers() error {
	if a.left == nil {
		return nil
	}
	return a.yield(kept.UnreadComposition(a.header, a.left))
}
