package native

import "rosemary/ehr"

// values are the classes of DATA_VALUE (CEN/TS 14796), with the attributes that the model keeps.
type values struct {
	null             *class[ehr.Null]
	simpleText       *class[ehr.SimpleText]
	codedText        *class[ehr.CodedText]
	code             *class[ehr.Code]
	coded            *class[ehr.Coded]
	boolean          *class[ehr.Boolean]
	integer          *class[ehr.Integer]
	real             *class[ehr.Real]
	quantity         *class[ehr.Quantity]
	ratio            *class[ehr.Ratio]
	ordinal          *class[ehr.Ordinal]
	moment           *class[ehr.Moment]
	date             *class[ehr.Date]
	duration         *class[ehr.Duration]
	interval         *class[ehr.Interval]
	quantityInterval *class[ehr.QuantityInterval]
	id               *class[ehr.ID]
	uri              *class[ehr.URI]
	encapsulated     *class[ehr.Encapsulated]

	text  *alternatives[ehr.Text]
	value *alternatives[ehr.Value]
}

const nullDoc = "0..1: why there is no value (ISO 21090 NullFlavor)"

// newValues describes them. The order of attributes is that in which they are written.
func newValues() *values {
	v := &values{}
	v.identifiersAndCodes()
	v.texts()
	v.numbers()
	v.times()
	v.encapsulated = &class[ehr.Encapsulated]{name: "ED", base: "DATA_VALUE", doc: "Bytes of some kind, here or elsewhere.", attributes: []attribute[ehr.Encapsulated]{
		word("media_type", optional, "0..1: as in MIME", func(x *ehr.Encapsulated) *string { return &x.MediaType }),
		word("charset", optional, "0..1", func(x *ehr.Encapsulated) *string { return &x.Charset }),
		word("language", optional, "0..1: ISO 639-1", func(x *ehr.Encapsulated) *string { return &x.Language }),
		count("size", "xs:nonNegativeInteger", optional, "0..1: bytes", func(x *ehr.Encapsulated) *int64 { return &x.Size }),
		word("reference", optional, "0..1: where the bytes are", func(x *ehr.Encapsulated) *string { return &x.Reference }),
		octets("integrity_check", "0..1: digest of the bytes", func(x *ehr.Encapsulated) *[]byte { return &x.Check }),
		word("integrity_check_algorithm", optional, "0..1: such as SHA-256", func(x *ehr.Encapsulated) *string { return &x.Algorithm }),
		octets("data", "0..1: the bytes", func(x *ehr.Encapsulated) *[]byte { return &x.Data }),
		word("alternate_string", optional, "0..1: what to show instead", func(x *ehr.Encapsulated) *string { return &x.Text }),
		word("null_flavor", optional, nullDoc, func(x *ehr.Encapsulated) *string { return &x.Null }),
	}}
	v.text = v.textAlternatives()
	v.value = v.valueAlternatives()
	return v
}

func (v *values) identifiersAndCodes() {
	v.null = &class[ehr.Null]{name: "NULL_VALUE", base: "DATA_VALUE", doc: "A value that is not there, and why: a DATA_VALUE of which only nullFlavor is given.", attributes: []attribute[ehr.Null]{
		word("null_flavor", must, "1: why there is no value (ISO 21090 NullFlavor)", func(x *ehr.Null) *string { return &x.Flavour }),
	}}
	v.id = &class[ehr.ID]{name: "II", base: "DATA_VALUE", doc: "An instance identifier.", attributes: []attribute[ehr.ID]{
		word("root", optional, "1, or a null flavour: a UUID, an OID, or the identifier of the issuing system", func(x *ehr.ID) *string { return &x.Root }),
		word("extension", optional, "0..1: what distinguishes within the root", func(x *ehr.ID) *string { return &x.Extension }),
		word("assigning_authority_name", optional, "0..1: who issues them, in words", func(x *ehr.ID) *string { return &x.Authority }),
		word("null_flavor", optional, nullDoc, func(x *ehr.ID) *string { return &x.Null }),
	}}
	v.code = &class[ehr.Code]{name: "CS", base: "DATA_VALUE", doc: "A code of a list that is known from where it stands.", attributes: []attribute[ehr.Code]{
		word("code_value", optional, "1, or a null flavour", func(x *ehr.Code) *string { return &x.Code }),
		word("coding_scheme", optional, "0..1: OID", func(x *ehr.Code) *string { return &x.System }),
		word("coding_scheme_name", optional, "0..1: such as CEN/TC251/EN13606-3:VERSION_STATUS", func(x *ehr.Code) *string { return &x.Scheme }),
		word("null_flavor", optional, nullDoc, func(x *ehr.Code) *string { return &x.Null }),
	}}
	v.coded = &class[ehr.Coded]{name: "CD", base: "DATA_VALUE", doc: "A code with its system and what it is called (CV, CD).", attributes: []attribute[ehr.Coded]{
		word("code_value", optional, "0..1: absent when only words are known", func(x *ehr.Coded) *string { return &x.Code }),
		word("coding_scheme", optional, "0..1: URI or OID", func(x *ehr.Coded) *string { return &x.System }),
		word("coding_scheme_name", optional, "0..1", func(x *ehr.Coded) *string { return &x.Scheme }),
		word("coding_scheme_version", optional, "0..1", func(x *ehr.Coded) *string { return &x.Version }),
		word("display_name", optional, "0..1", func(x *ehr.Coded) *string { return &x.Display }),
		word("original_text", optional, "0..1: the words that were said, where they differ", func(x *ehr.Coded) *string { return &x.Text }),
		word("null_flavor", optional, nullDoc, func(x *ehr.Coded) *string { return &x.Null }),
	}}
	v.uri = &class[ehr.URI]{name: "URI", base: "DATA_VALUE", doc: "A URI.", attributes: []attribute[ehr.URI]{
		word("value", must, "1", func(x *ehr.URI) *string { return &x.Value }),
	}}
	v.boolean = &class[ehr.Boolean]{name: "BL", base: "DATA_VALUE", doc: "True or false.", attributes: []attribute[ehr.Boolean]{
		yesNo("value", "1", func(x *ehr.Boolean) *bool { return &x.Value }),
	}}
}

func (v *values) texts() {
	v.simpleText = &class[ehr.SimpleText]{name: "SIMPLE_TEXT", base: "TEXT", doc: "Words.", attributes: []attribute[ehr.SimpleText]{
		word("original_text", optional, "1, or a null flavour", func(x *ehr.SimpleText) *string { return &x.Text }),
		word("language", optional, "0..1: ISO 639-1", func(x *ehr.SimpleText) *string { return &x.Language }),
		word("null_flavor", optional, nullDoc, func(x *ehr.SimpleText) *string { return &x.Null }),
	}}
	v.codedText = &class[ehr.CodedText]{name: "CODED_TEXT", base: "TEXT", doc: "Words, and a code for them.", attributes: []attribute[ehr.CodedText]{
		word("original_text", optional, "1, or a null flavour", func(x *ehr.CodedText) *string { return &x.Text }),
		word("language", optional, "0..1: ISO 639-1", func(x *ehr.CodedText) *string { return &x.Language }),
		orEmpty("coded_value", "0..1", v.coded, func(x *ehr.CodedText) *ehr.Coded { return &x.Coded }),
		word("null_flavor", optional, nullDoc, func(x *ehr.CodedText) *string { return &x.Null }),
	}}
}

// orEmpty is an object that is absent when it is empty.
func orEmpty[T any, U comparable](name, doc string, c *class[U], at func(*T) *U) attribute[T] {
	a := part(name, doc, c, at)
	a.occurs = optional
	return a
}

func (v *values) numbers() {
	v.integer = &class[ehr.Integer]{name: "INT", base: "DATA_VALUE", doc: "A whole number, its digits as they were entered.", attributes: []attribute[ehr.Integer]{
		number("value", must, "1", true, func(x *ehr.Integer) *string { return &x.Digits }),
	}}
	v.real = &class[ehr.Real]{name: "REAL", base: "DATA_VALUE", doc: "A decimal number, its digits as they were entered: 71.40 is not 71.4.", attributes: []attribute[ehr.Real]{
		number("value", must, "1", false, func(x *ehr.Real) *string { return &x.Digits }),
	}}
	v.quantity = &class[ehr.Quantity]{name: "PQ", base: "DATA_VALUE", doc: "A number with its unit.", attributes: []attribute[ehr.Quantity]{
		number("value", must, "1", false, func(x *ehr.Quantity) *string { return &x.Digits }),
		word("units", optional, "0..1: UCUM; absent for a bare number", func(x *ehr.Quantity) *string { return &x.Unit }),
	}}
	v.ratio = &class[ehr.Ratio]{name: "RTO", base: "DATA_VALUE", doc: "A ratio.", attributes: []attribute[ehr.Ratio]{
		part("numerator", "1", v.quantity, func(x *ehr.Ratio) *ehr.Quantity { return &x.Numerator }),
		part("denominator", "1", v.quantity, func(x *ehr.Ratio) *ehr.Quantity { return &x.Denominator }),
	}}
	v.ordinal = &class[ehr.Ordinal]{name: "ORD", base: "DATA_VALUE", doc: "A rank, and what it stands for.", attributes: []attribute[ehr.Ordinal]{
		number("value", must, "1", true, func(x *ehr.Ordinal) *string { return &x.Digits }),
		part("symbol", "1", v.codedText, func(x *ehr.Ordinal) *ehr.CodedText { return &x.Symbol }),
	}}
	v.quantityInterval = &class[ehr.QuantityInterval]{name: "IVLPQ", base: "DATA_VALUE", doc: "From one quantity to another. An end that is absent is open.", attributes: []attribute[ehr.QuantityInterval]{
		perhaps("low", "0..1", v.quantity, func(x *ehr.QuantityInterval) **ehr.Quantity { return &x.Low }),
		perhaps("high", "0..1", v.quantity, func(x *ehr.QuantityInterval) **ehr.Quantity { return &x.High }),
		mark("low_closed", "0..1: the low end belongs to it; false when absent", func(x *ehr.QuantityInterval) *bool { return &x.LowClosed }),
		mark("high_closed", "0..1: the high end belongs to it; false when absent", func(x *ehr.QuantityInterval) *bool { return &x.HighClosed }),
	}}
}

func validMoment(s string) bool {
	_, ok := ehr.ParseMoment(s)
	return ok
}

func (v *values) times() {
	v.moment = &class[ehr.Moment]{name: "TS", base: "DATA_VALUE", doc: "A point in time, whole or partial, as it was entered.", attributes: []attribute[ehr.Moment]{
		checked("time", "MOMENT", optional, "1, or a null flavour: ISO 8601", ehr.RuleBadTime, "a time of ISO 8601, such as 2026-03, 2026-03-09 or 2026-03-09T11:30:00Z", validMoment,
			func(x *ehr.Moment) *string { return &x.Text }),
		word("null_flavor", optional, nullDoc, func(x *ehr.Moment) *string { return &x.Null }),
	}}
	v.date = &class[ehr.Date]{name: "DATE", base: "DATA_VALUE", doc: "A date, whole or partial.", attributes: []attribute[ehr.Date]{
		checked("date", "DAY", must, "1: ISO 8601", ehr.RuleBadTime, "a date, such as 2026, 2026-03 or 2026-03-09", ehr.ValidDate, func(x *ehr.Date) *string { return &x.Text }),
	}}
	v.duration = &class[ehr.Duration]{name: "DURATION", base: "DATA_VALUE", doc: "A length of time.", attributes: []attribute[ehr.Duration]{
		checked("value", "LENGTH_OF_TIME", must, "1: ISO 8601, such as PT15M", ehr.RuleBadTime, "a duration of ISO 8601, such as PT15M", ehr.ValidDuration,
			func(x *ehr.Duration) *string { return &x.Text }),
	}}
	v.interval = &class[ehr.Interval]{name: "IVLTS", base: "DATA_VALUE", doc: "From one time to another. An end that is absent is open.", attributes: []attribute[ehr.Interval]{
		perhaps("low", "0..1", v.moment, func(x *ehr.Interval) **ehr.Moment { return &x.Low }),
		perhaps("high", "0..1", v.moment, func(x *ehr.Interval) **ehr.Moment { return &x.High }),
		mark("low_closed", "0..1: the low end belongs to it; false when absent", func(x *ehr.Interval) *bool { return &x.LowClosed }),
		mark("high_closed", "0..1: the high end belongs to it; false when absent", func(x *ehr.Interval) *bool { return &x.HighClosed }),
	}}
}

func (v *values) textAlternatives() *alternatives[ehr.Text] {
	return &alternatives[ehr.Text]{name: "TEXT",
		write: func(w sink, name string, t ehr.Text, item bool) bool {
			switch x := t.(type) {
			case *ehr.SimpleText:
				v.simpleText.write(w, name, x, item, true)
			case *ehr.CodedText:
				v.codedText.write(w, name, x, item, true)
			default:
				return false
			}
			return true
		},
		read: map[string]func(source) (ehr.Text, error){
			"SIMPLE_TEXT": as(v.simpleText, func(x *ehr.SimpleText) ehr.Text { return x }),
			"CODED_TEXT":  as(v.codedText, func(x *ehr.CodedText) ehr.Text { return x }),
		},
	}
}

func (v *values) valueAlternatives() *alternatives[ehr.Value] {
	coded := as(v.coded, func(x *ehr.Coded) ehr.Value { return x })
	return &alternatives[ehr.Value]{name: "DATA_VALUE", write: v.writeValue,
		read: map[string]func(source) (ehr.Value, error){
			v.null.name:             as(v.null, func(x *ehr.Null) ehr.Value { return x }),
			v.simpleText.name:       as(v.simpleText, func(x *ehr.SimpleText) ehr.Value { return x }),
			v.codedText.name:        as(v.codedText, func(x *ehr.CodedText) ehr.Value { return x }),
			v.code.name:             as(v.code, func(x *ehr.Code) ehr.Value { return x }),
			v.coded.name:            coded,
			"CV":                    coded,
			"CE":                    coded,
			v.boolean.name:          as(v.boolean, func(x *ehr.Boolean) ehr.Value { return x }),
			v.integer.name:          as(v.integer, func(x *ehr.Integer) ehr.Value { return x }),
			v.real.name:             as(v.real, func(x *ehr.Real) ehr.Value { return x }),
			v.quantity.name:         as(v.quantity, func(x *ehr.Quantity) ehr.Value { return x }),
			v.ratio.name:            as(v.ratio, func(x *ehr.Ratio) ehr.Value { return x }),
			v.ordinal.name:          as(v.ordinal, func(x *ehr.Ordinal) ehr.Value { return x }),
			v.moment.name:           as(v.moment, func(x *ehr.Moment) ehr.Value { return x }),
			v.date.name:             as(v.date, func(x *ehr.Date) ehr.Value { return x }),
			v.duration.name:         as(v.duration, func(x *ehr.Duration) ehr.Value { return x }),
			v.interval.name:         as(v.interval, func(x *ehr.Interval) ehr.Value { return x }),
			v.quantityInterval.name: as(v.quantityInterval, func(x *ehr.QuantityInterval) ehr.Value { return x }),
			v.id.name:               as(v.id, func(x *ehr.ID) ehr.Value { return x }),
			v.uri.name:              as(v.uri, func(x *ehr.URI) ehr.Value { return x }),
			v.encapsulated.name:     as(v.encapsulated, func(x *ehr.Encapsulated) ehr.Value { return x }),
		},
	}
}

func (v *values) writeValue(w sink, name string, value ehr.Value, item bool) bool {
	switch x := value.(type) {
	case nil:
		return false
	case *ehr.Null:
		v.null.write(w, name, x, item, true)
	case *ehr.SimpleText:
		v.simpleText.write(w, name, x, item, true)
	case *ehr.CodedText:
		v.codedText.write(w, name, x, item, true)
	case *ehr.Code:
		v.code.write(w, name, x, item, true)
	case *ehr.Coded:
		v.coded.write(w, name, x, item, true)
	case *ehr.Boolean:
		v.boolean.write(w, name, x, item, true)
	case *ehr.Integer:
		v.integer.write(w, name, x, item, true)
	case *ehr.Real:
		v.real.write(w, name, x, item, true)
	case *ehr.Quantity:
		v.quantity.write(w, name, x, item, true)
	case *ehr.Ratio:
		v.ratio.write(w, name, x, item, true)
	case *ehr.Ordinal:
		v.ordinal.write(w, name, x, item, true)
	case *ehr.Moment:
		v.moment.write(w, name, x, item, true)
	case *ehr.Date:
		v.date.write(w, name, x, item, true)
	case *ehr.Duration:
		v.duration.write(w, name, x, item, true)
	case *ehr.Interval:
		v.interval.write(w, name, x, item, true)
	case *ehr.QuantityInterval:
		v.quantityInterval.write(w, name, x, item, true)
	case *ehr.ID:
		v.id.write(w, name, x, item, true)
	case *ehr.URI:
		v.uri.write(w, name, x, item, true)
	case *ehr.Encapsulated:
		v.encapsulated.write(w, name, x, item, true)
	default:
		w.fault(name, ehr.RuleUnknownType, "this value is of no class of the model")
	}
	return true
}
