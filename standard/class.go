package standard

import "regexp"

// ClassKind says what part a class plays.
type ClassKind string

// The kinds of class.
const (
	KindRecord   ClassKind = "record"   // a building block with versions of its own
	KindBlock    ClassKind = "block"    // a group inside records
	KindAbstract ClassKind = "abstract" // lends relationships, can be named as a target
	KindEnvelope ClassKind = "envelope" // what every record carries around its content
)

// Stream says in whose log a record may stand.
type Stream string

// The kinds of stream a class belongs to.
const (
	PersonStream    Stream = "person"
	DirectoryStream Stream = "directory"
	EitherStream    Stream = "either"
)

// Evidence says how an element is known.
type Evidence string

// The kinds of evidence, strongest first.
const (
	Published    Evidence = "published" // read on the published specification
	Guidance     Evidence = "guidance"  // from the implementation guidance
	Upstream     Evidence = "upstream"  // from the draft FHIR logical models or the PRSB rows
	ProjectOwned Evidence = "project"   // ours

	ProviderOwned Evidence = "provider" // of the provider that runs this installation: in its own files only
)

// ValueKind says which data value an element holds.
type ValueKind string

// The kinds of value.
const (
	TextValue      ValueKind = "text"
	NumberValue    ValueKind = "number"
	QuantityValue  ValueKind = "quantity"
	BooleanValue   ValueKind = "boolean"
	DateValue      ValueKind = "date"
	TimeValue      ValueKind = "time"
	DateTimeValue  ValueKind = "datetime"
	CodedValue     ValueKind = "coded"
	ReferenceValue ValueKind = "reference"
	GroupValue     ValueKind = "group"
)

// Class is one class of the standard, or an extension, compiled.
type Class struct {
	ID        string
	Name      string
	Category  *Category
	Kind      ClassKind
	Stream    Stream
	Extends   *Class // nil at the top
	Roles     []string
	Source    Source
	Summary   string
	Extension bool   // ours, not the standard's
	Provider  bool   // of the provider that runs this installation; then Extension too
	Hash      string // SHA-256 of the file, lower-case hex
	// Elements are the class's elements, blocks and relationships, its own first and then those its parents lend, in file order.
	Elements []*Element
	Title    []*Element // elements that make the one-line title
	index    map[string]*Element
	paths    map[string][]*Element // by role: the elements from the top, through blocks, to the one that plays it
	concrete []*Class              // the record classes that are this one or extend it
}

// Origin says where in a class file an element stands.
type Origin string

// The origins of elements.
const (
	FromElements      Origin = "element"
	FromBlocks        Origin = "block"
	FromRelationships Origin = "relationship"
)

// Element is one element, block or relationship of a class.
type Element struct {
	ID          string
	Name        string
	Type        string // the standard's word; "Group" for blocks, "Reference" for relationships
	Occurs      string // the standard's words
	Must        bool
	Should      bool
	Many        bool
	Value       ValueKind
	ValueSet    *ValueSet // coded only
	To          []*Class  // reference only: what it may point at, subclasses included by the reader (see Accepts)
	Block       *Class    // group only
	Role        string
	Evidence    Evidence
	Origin      Origin
	Class       *Class // the class whose file it stands in; differs from the class asked where inherited
	Cardinality string // relationships: as printed in the guidance
	Source      string // where it was read, when that differs from the class's source
	Ask         string
	Hint        string
	Note        string
	Units       []string
	Min, Max    *Number
	Lines       bool // asked for in a large box
	NoAbsence   bool // can never be a stated absence: without it the record is not safe
	Check       string
	Pattern     string // a regular expression that the whole text must match
	Order       int    // position in Class.Elements
	pattern     *regexp.Regexp
}

// CheckNHSNumber names the check that a text is an NHS number whose last digit proves the others.
const CheckNHSNumber = "nhs-number"

// Source says where a class comes from.
type Source struct {
	Standard string
	Version  string
	ClassID  string
	Complete bool
	Note     string
}

// Category groups classes as the standard does.
type Category struct {
	ID      string
	Name    string
	Summary string
	Order   int
}

// ValueSet is a list of codes.
type ValueSet struct {
	ID       string
	Name     string
	System   string
	Version  string
	Source   string
	Evidence Evidence
	Provider bool   // of the provider that runs this installation
	Open     bool   // another code with its system, or words alone, will do
	Hash     string // SHA-256 of the file, lower-case hex
	Codes    []Code
	index    map[string]*Code
}

// Code is one member of a value set.
type Code struct {
	Code    string
	System  string // only where it differs from the value set's
	Display string
	Means   string // what the program may conclude from it (one of Meanings), "" when nothing
	Note    string
}
