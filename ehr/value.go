package ehr

// Value is a DATA_VALUE: *SimpleText, *CodedText, *Coded, *Code, *Boolean, *Integer, *Real, *Quantity, *Ratio, *Ordinal, *Moment, *Date, *Duration, *Interval,
// *QuantityInterval, *ID, *URI or *Encapsulated, or *Null when there is only a reason why there is none.
type Value interface{ value() }

// Text is TEXT: *SimpleText or *CodedText.
type Text interface {
	Value
	// Words are the words themselves.
	Words() string
}

// Null is a value that is not there, and why: nullFlavor alone.
type Null struct {
	Flavour string // code of list NullFlavours
}

// SimpleText is SIMPLE_TEXT: words.
type SimpleText struct {
	Text     string // originalText
	Language string // ISO 639-1; "" when not stated
	Null     string // nullFlavor; "" usually
}

// CodedText is CODED_TEXT: words, and a code for them.
type CodedText struct {
	Text     string
	Language string
	Coded    Coded
	Null     string
}

// Code is CS: a code of a list whose system is known from where it stands.
type Code struct {
	Code   string // codeValue
	Scheme string // codingSchemeName, such as CEN/TC251/EN13606-3:VERSION_STATUS
	System string // codingScheme, an OID; "" when not stated
	Null   string
}

// Coded is CV or CD: a code with its system and what it is called.
type Coded struct {
	Code    string // codeValue; "" when only words are known
	System  string // the code system: URI or OID
	Scheme  string // codingSchemeName
	Version string // codingSchemeVersion
	Display string // displayName
	Text    string // originalText, where the words that were said differ
	Null    string
}

// Boolean is BL.
type Boolean struct{ Value bool }

// Integer is INT. The digits are kept as they were entered.
type Integer struct{ Digits string }

// Real is REAL. The digits are kept as they were entered.
type Real struct{ Digits string }

// Quantity is PQ: a number with its unit (UCUM). The digits are kept as they were entered.
type Quantity struct {
	Digits string
	Unit   string
}

// Ratio is RTO.
type Ratio struct{ Numerator, Denominator Quantity }

// Ordinal is ORD: a rank, and what it stands for.
type Ordinal struct {
	Digits string
	Symbol CodedText
}

// Moment is TS: a point in time in the form of ISO 8601, whole or partial (2026, 2026-03, 2026-03-09, 2026-03-09T11:30, ...:00.25+01:00), kept as it was
// entered; a time of day alone stands as 11:30 or 11:30:00.
type Moment struct {
	Text string
	Null string
}

// Date is DATE, whole or partial, in the form of ISO 8601.
type Date struct{ Text string }

// Duration is DURATION in the form of ISO 8601, such as PT15M.
type Duration struct{ Text string }

// Interval is IVL<TS>. An end that is nil is open.
type Interval struct {
	Low, High             *Moment
	LowClosed, HighClosed bool
}

// QuantityInterval is IVL<PQ>.
type QuantityInterval struct {
	Low, High             *Quantity
	LowClosed, HighClosed bool
}

// URI is URI.
type URI struct{ Value string }

// Encapsulated is ED: bytes of some kind, here or elsewhere.
type Encapsulated struct {
	MediaType string
	Charset   string
	Language  string
	Size      int64  // bytes; 0 when not stated
	Reference string // where the bytes are
	Check     []byte // integrityCheck
	Algorithm string // integrityCheckAlgorithm, such as SHA-256
	Data      []byte
	Text      string // alternateString: what to show instead
	Null      string
}

func (*Null) value()             {}
func (*SimpleText) value()       {}
func (*CodedText) value()        {}
func (*Code) value()             {}
func (*Coded) value()            {}
func (*Boolean) value()          {}
func (*Integer) value()          {}
func (*Real) value()             {}
func (*Quantity) value()         {}
func (*Ratio) value()            {}
func (*Ordinal) value()          {}
func (*Moment) value()           {}
func (*Date) value()             {}
func (*Duration) value()         {}
func (*Interval) value()         {}
func (*QuantityInterval) value() {}
func (*ID) value()               {}
func (*URI) value()              {}
func (*Encapsulated) value()     {}

// Words are the words themselves.
func (t *SimpleText) Words() string { return t.Text }

// Words are the words themselves.
func (t *CodedText) Words() string { return t.Text }
