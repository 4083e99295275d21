package extract

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// Kept is a composition of elsewhere as a record that keeps it whole: of the class with the role foreign-record.
type Kept struct {
	Class       string
	Content     []byte
	Sensitivity record.Sensitivity
	From        string // who said so: the system that it came from
	Files       []File // that the content names, with what they hold
}

// Keep makes the record that keeps a composition whole. What it says stands in the canonical form of the dialect that is given; files that came along are named
// beside it. It takes the data of those files out of the composition.
func Keep(catalogue *standard.Catalogue, canonical ehr.Dialect, in *Incoming) (*Kept, error) {
	classes := catalogue.ClassesWithRole(standard.ClassRoleForeign)
	if len(classes) != 1 {
		return nil, fmt.Errorf("%d classes keep records of other systems, where there must be one", len(classes))
	}
	class := classes[0]
	out := &Kept{Class: class.ID, Sensitivity: sensitivityOf(in.Kept.Sensitivity), From: "the system " + in.System}
	for _, f := range in.Files {
		if f.Data != nil {
			out.Files = append(out.Files, f)
		}
	}
	for _, content := range in.Kept.Content {
		if e, ok := content.(*ehr.Entry); ok {
			emptyFiles(e.Items)
		}
	}
	var text bytes.Buffer
	if err := canonical.Encode(&text, alone{in.Kept}); err != nil {
		return nil, err
	}
	w := &writing{class: class}
	title := in.Title
	if title == "" {
		title = "Record without a name"
	}
	w.text(standard.RoleName, title)
	if in.Kept.Name != nil {
		w.text(standard.RoleForeignKind, in.Kept.Name.Words())
	}
	w.when(standard.RoleEventDate, in.Happened)
	w.text(standard.RoleForeignSystem, in.System)
	w.text(standard.RoleForeignID, in.ID.String())
	if !in.Committed.IsZero() {
		w.when(standard.RoleForeignCommitted, in.Committed.Format(time.RFC3339Nano))
	}
	w.text(standard.RoleForeignCommitter, in.Kept.Committal.Committer.String())
	if utf8.RuneCount(text.Bytes()) <= standard.DefaultTextLimit {
		w.text(standard.RoleForeignKept, text.String())
	} else {
		whole := File{Attachment: record.Attachment{Hash: sha256.Sum256(text.Bytes()), MediaType: contentType, Size: int64(text.Len())}, Name: "What it says", Data: text.Bytes()}
		out.Files = append([]File{whole}, out.Files...)
	}
	w.files(out.Files)
	content := &standard.Content{Class: class, Group: w.Group}
	out.Content = content.AppendJSON(nil)
	return out, nil
}

// emptyFiles takes the data of files out of the items.
func emptyFiles(list []ehr.Item) {
	for _, item := range list {
		switch item := item.(type) {
		case *ehr.Cluster:
			emptyFiles(item.Parts)
		case *ehr.Element:
			if v, ok := item.Value.(*ehr.Encapsulated); ok && item.ArchetypeID == fileArchetype {
				v.Data = nil
			}
		}
	}
}

// writing is a content that is put together by roles.
type writing struct {
	class *standard.Class
	standard.Group
}

func (w *writing) text(role, s string) {
	if e := w.class.ByRole(role); e != nil && s != "" {
		w.Entries = append(w.Entries, standard.Entry{Element: e, Values: []standard.Value{standard.Text(s)}})
	}
}

// when notes a time where it is one that a record can hold.
func (w *writing) when(role, s string) {
	e := w.class.ByRole(role)
	if span, ok := ehr.ParseMoment(s); e == nil || !ok || span.OfDay || len(s) > len(time.DateOnly) && !span.Zoned {
		return
	}
	w.Entries = append(w.Entries, standard.Entry{Element: e, Values: []standard.Value{standard.DateTime(s)}})
}

// files names files, each in a block.
func (w *writing) files(list []File) {
	path := w.class.Path(standard.RoleAttachmentHash)
	if len(path) != 2 || len(list) == 0 {
		return
	}
	block := standard.Entry{Element: path[0]}
	for _, f := range list {
		one := &writing{class: path[0].Block}
		one.text(standard.RoleAttachmentHash, f.Hash.String())
		one.text(standard.RoleAttachmentType, f.MediaType)
		if size, ok := standard.ParseNumber(strconv.FormatInt(f.Size, 10)); ok {
			one.Entries = append(one.Entries, standard.Entry{Element: path[0].Block.ByRole(standard.RoleAttachmentSize), Values: []standard.Value{size}})
		}
		one.text(standard.RoleAttachmentCaption, f.Name)
		block.Values = append(block.Values, &one.Group)
	}
	w.Entries = append(w.Entries, block)
}

// alone is an extract of one composition.
type alone struct{ c *ehr.Composition }

func (a alone) Header() *ehr.Header {
	return &ehr.Header{System: a.c.Committal.System, EHR: ehr.ID{Null: "NI"}, Subject: ehr.ID{Null: "NI"}, Created: a.c.Committal.Committed, Model: Model}
}
func (a alone) Folders(func(*ehr.Folder) error) error                 { return nil }
func (a alone) Compositions(yield func(*ehr.Composition) error) error { return yield(a.c) }
func (a alone) Demographics(func(ehr.Demographic) error) error        { return nil }

// unkept gives the composition that a record keeps; nil when it keeps none.
func unkept(canonical ehr.Dialect, content *standard.Content) *ehr.Composition {
	if canonical == nil || content.Class == nil || !content.Class.HasRole(standard.ClassRoleForeign) {
		return nil
	}
	var found *ehr.Composition
	err := canonical.Decode(bytes.NewReader([]byte(content.Words(standard.RoleForeignKept))), func(p ehr.Part) error {
		if c, ok := p.(*ehr.Composition); ok {
			found = c
		}
		return nil
	})
	if err != nil {
		return nil // what it keeps stands in it all the same
	}
	return found
}
