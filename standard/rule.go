package standard

// The rules that content must keep, by the stable names that Problem.Rule carries.
const (
	RuleMalformed      = "malformed-json"      // the bytes are no JSON
	RuleInvalidUTF8    = "invalid-utf8"        // a text has bytes that are no characters
	RuleLoneSurrogate  = "lone-surrogate"      // a text has half of an escaped character
	RuleDuplicate      = "duplicate-key"       // the same key twice in one object
	RuleTooDeep        = "too-deep"            // nested deeper than anything in the standard
	RuleUnknownElement = "unknown-element"     // no such element in the class
	RuleWrongShape     = "wrong-shape"         // a list where one answer belongs, or the reverse
	RuleWrongType      = "wrong-type"          // words where a number belongs, and so on
	RuleMustOccur      = "must-occur"          // something that must be there is not
	RuleNotAsked       = "not-asked"           // something that must be there is stated as not asked yet
	RuleEmpty          = "empty"               // a text, a list or a group with nothing in it
	RuleUnknownCode    = "unknown-code"        // not one of the codes that may be chosen
	RuleCodeDiffers    = "code-differs"        // the words beside a code are those of another code
	RuleUnknownUnit    = "unknown-unit"        // not one of the units that may be used
	RuleOutOfRange     = "out-of-range"        // a number below or above what is allowed
	RuleTooLong        = "too-long"            // a text over the limit
	RuleTooShort       = "too-short"           // a text under its least length
	RuleBadCharacter   = "bad-character"       // a control character that nothing can show
	RuleBadNumber      = "bad-number"          // a number that is not in plain digits
	RuleBadDate        = "bad-date"            // not a real date
	RuleBadTime        = "bad-time"            // not a real time of day
	RuleNoOffset       = "missing-offset"      // a date and time that does not say how far it is from UTC
	RuleNHSNumber      = "nhs-number"          // an NHS number whose check digit is wrong
	RulePattern        = "pattern"             // a text that is not of the form it must have
	RuleNoAbsence      = "absence-not-allowed" // something that can never be stated as absent
	RuleUnknownAbsence = "unknown-absence"     // not one of the stated absences
	RuleAbsenceAlone   = "absence-not-alone"   // an absence among other answers
	RuleBadReference   = "bad-reference"       // a reference that is no id of a record
	RuleTooMany        = "too-many"            // more than a form has room for
	RuleOtherSubject   = "other-subject"       // the record is about this person, and says another
)

// DefaultTextLimit is how many characters a text may have where nothing else is said.
const DefaultTextLimit = 100_000

// codeLimit is how many characters a code, its system or its display may have.
const codeLimit = 1000

// MaxDepth is how deep JSON content may nest. Nothing in the standard comes near it.
const MaxDepth = 32
