package ehr

import "io"

// Part is one part of an extract as a reader comes upon it: *Header, *Folder, *Composition or a Demographic.
type Part interface{ part() }

func (*Header) part()      {}
func (*Folder) part()      {}
func (*Composition) part() {}

// Source gives the parts of one extract. Each kind is gone through at most once; the dialect decides in which order the kinds come, so that an
// extract of any size is written without being held.
type Source interface {
	// Header is the top of the extract.
	Header() *Header
	// Folders calls yield for each folder at the top, and stops at its first error.
	Folders(yield func(*Folder) error) error
	// Compositions calls yield for each composition, in order, and stops at its first error. What yield is given is not kept.
	Compositions(yield func(*Composition) error) error
	// Demographics calls yield for each identified entity, and stops at its first error.
	Demographics(yield func(Demographic) error) error
}

// Dialect is one wire format for extracts.
type Dialect interface {
	// Name is what people call it: native-json, native-xml, ibime, chime.
	Name() string
	// MediaType is what HTTP calls it.
	MediaType() string
	// Encode writes an extract, strictly as the dialect has it. Memory does not grow with the number of compositions.
	Encode(w io.Writer, s Source) error
	// Decode reads an extract liberally (order of elements, prefixes, null flavours in mandatory places) and calls yield for its parts as they come: the
	// header before the first composition wherever the dialect has it there. What is not well-formed, too deep, or too large is an Invalid fault that says where.
	Decode(r io.Reader, yield func(Part) error) error
}

// The bounds of what is read from strangers.
const (
	MaxDepth = 64       // levels of nesting
	MaxText  = 16 << 20 // bytes of one text, or of one value's data
)
