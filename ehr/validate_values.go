package ehr

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// key is what a validator keeps of an identifier: a UUID itself, of everything else sixteen bytes of its digest.
type key [16]byte

// keyOf gives the key of an identifier, and reports whether it identifies anything.
func keyOf(id ID) (key, bool) {
	if id.Root == "" {
		return key{}, false
	}
	var k key
	if id.Extension == "" && uuid(id.Root, &k) {
		return k, true
	}
	sum := sha256.Sum256([]byte(id.Root + "\x00" + id.Extension))
	return key(sum[:16]), true
}

// uuid reads a UUID as it is usually written.
func uuid(s string, k *key) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		digits[n] = s[i]
		n++
	}
	_, err := hex.Decode(k[:], digits[:])
	return err == nil
}

// String is the UUID, for messages; of another identifier, its digest.
func (k key) String() string {
	s := hex.EncodeToString(k[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

func (v *Validator) missing(name string) {
	last := name[strings.LastIndexByte(name, '/')+1:]
	v.fault(name, RuleMustOccur, "%s must be there, or a null flavour that says why it is not.", last)
}

// rcID sees to it that a component has an identifier of its own.
func (v *Validator) rcID(c *Component) {
	v.id("rc_id", &c.RCID, true)
	k, ok := keyOf(c.RCID)
	if !ok {
		return
	}
	if _, twice := v.ids[k]; twice {
		v.fault("rc_id", RuleDuplicateID, "Something else in the extract has the identifier %s too.", c.RCID)
	}
	v.ids[k] = struct{}{}
	delete(v.pending, k)
}

// pointAt keeps a reference until what it points at comes.
func (v *Validator) pointAt(name string, id *ID, what kindOfReference) {
	k, ok := keyOf(*id)
	if !ok {
		return
	}
	if _, there := v.ids[k]; there {
		return
	}
	if before, waits := v.pending[k]; waits && before.what <= what {
		return
	}
	if len(v.pending) >= maxPending {
		v.overflow = true
		return
	}
	v.pending[k] = reference{v.path(name), what}
}

// actor keeps the key of somebody who is named.
func (v *Validator) actor(name string, id *ID) {
	k, ok := keyOf(*id)
	if !ok {
		return
	}
	if _, known := v.actors[k]; known {
		return
	}
	if len(v.actors) >= maxPending {
		v.overflow = true
		return
	}
	v.actors[k] = reference{v.path(name), toEntity}
}

// version keeps what a composition replaces.
func (v *Validator) version(c *Composition) {
	before := c.Committal.Previous
	if before == nil {
		return
	}
	v.pointAt("committal/previous_version", before, toVersion)
	own, ok1 := keyOf(c.RCID)
	prior, ok2 := keyOf(*before)
	if ok1 && ok2 {
		v.previous[own] = prior
	}
}

func (v *Validator) null(name, flavour string) {
	if flavour != "" && !v.lists[NullFlavours].Has(flavour) {
		v.fault(name+"/null_flavor", RuleUnknownCode, "%.40q is no null flavour.", flavour)
	}
}

func (v *Validator) id(name string, id *ID, mandatory bool) {
	if id.Root == "" && id.Null == "" && mandatory {
		v.missing(name)
	}
	v.null(name, id.Null)
}

func (v *Validator) sensitivity(name string, s Sensitivity) {
	if s < 0 || s > 5 {
		v.fault(name, RuleSensitivity, "The sensitivity is %d. It can be 1 (care management) to 5 (personal).", int(s))
	}
}

// code looks at a CS; of a closed list it must be one of its codes.
func (v *Validator) code(name string, c *Code, list string, mandatory bool) {
	if c.Code == "" {
		if c.Null == "" && mandatory {
			v.missing(name)
		}
	} else if l := v.lists[list]; l != nil && l.Closed && !l.Has(c.Code) {
		v.fault(name, RuleUnknownCode, "%.40q is not in the list %s.", c.Code, list)
	}
	v.null(name, c.Null)
}

// territory is ISO 3166: two or three letters, or three digits.
func (v *Validator) territory(name string, c *Code) {
	if c == nil {
		return
	}
	v.code(name, c, "", true)
	if n := len(c.Code); n > 0 && (n < 2 || strings.ContainsAny(c.Code, " \t\n")) {
		v.fault(name, RuleUnknownCode, "%.40q is no territory (ISO 3166, such as GB).", c.Code)
	}
}

func (v *Validator) coded(name string, c *Coded) {
	if c != nil {
		v.null(name, c.Null)
	}
}

func (v *Validator) text(name string, t Text) {
	switch x := t.(type) {
	case *SimpleText:
		if x.Text == "" && x.Null == "" {
			v.missing(name)
		}
		v.null(name, x.Null)
	case *CodedText:
		if x.Text == "" && x.Null == "" && x.Coded == (Coded{}) {
			v.missing(name)
		}
		v.null(name, x.Null)
		v.coded(name+"/coded_value", &x.Coded)
	default:
		v.missing(name)
	}
}

func (v *Validator) moment(name string, m *Moment, mandatory bool) {
	switch {
	case m.Text == "" && m.Null == "" && mandatory:
		v.missing(name)
	case m.Text != "":
		if _, ok := ParseMoment(m.Text); !ok {
			v.fault(name, RuleBadTime, "%.40q is not a time. Write it as 2026-03, 2026-03-09 or 2026-03-09T11:30:00Z.", m.Text)
		}
	}
	v.null(name, m.Null)
}

func (v *Validator) interval(name string, i *Interval) {
	if i == nil {
		return
	}
	v.end(name+"/low", i.Low)
	v.end(name+"/high", i.High)
	if i.Low == nil || i.High == nil {
		return
	}
	low, ok1 := ParseMoment(i.Low.Text)
	high, ok2 := ParseMoment(i.High.Text)
	if ok1 && ok2 && low.After(high) {
		v.fault(name, RuleEnds, "It ends (%.40s) before it begins (%.40s).", i.High.Text, i.Low.Text)
	}
}

func (v *Validator) end(name string, m *Moment) {
	if m != nil {
		v.moment(name, m, true)
		v.remember(name, m.Text)
	}
}

// remember keeps the earliest times, to be held against the date of birth when that is known.
func (v *Validator) remember(name, text string) {
	span, ok := ParseMoment(text)
	if !ok || span.OfDay {
		return
	}
	if len(v.early) < maxEarly {
		v.early = append(v.early, early{v.path(name), text, span})
		return
	}
	last := 0
	for i := range v.early {
		if v.early[i].span.Last.After(v.early[last].span.Last) {
			last = i
		}
	}
	if span.Last.Before(v.early[last].span.Last) {
		v.early[last] = early{v.path(name), text, span}
	}
}

func (v *Validator) audit(name string, a *Audit) {
	v.id(name+"/ehr_system", &a.System, true)
	v.moment(name+"/time_committed", &a.Committed, true)
	v.remember(name+"/time_committed", a.Committed.Text)
	v.id(name+"/committer", &a.Committer, true)
	v.actor(name+"/committer", &a.Committer)
	if a.VersionStatus != nil {
		v.code(name+"/version_status", a.VersionStatus, VersionStatus, true)
	}
	v.coded(name+"/reason_for_revision", a.Reason)
	if a.Previous != nil {
		v.id(name+"/previous_version", a.Previous, true)
	}
	if a.VersionSet != nil {
		v.id(name+"/version_set_id", a.VersionSet, true)
	}
}

func (v *Validator) role(name string, r *Role) {
	if r == nil {
		return
	}
	v.id(name+"/performer", &r.Performer, true)
	v.actor(name+"/performer", &r.Performer)
	v.coded(name+"/function", r.Function)
	if r.Mode != nil {
		v.code(name+"/mode", r.Mode, Mode, true)
	}
	if r.Facility != nil {
		v.id(name+"/healthcare_facility", r.Facility, true)
		v.actor(name+"/healthcare_facility", r.Facility)
	}
	v.coded(name+"/service_setting", r.Setting)
}

func (v *Validator) roles(name string, all []Role) {
	for i := range all {
		v.role(at(name, i), &all[i])
	}
}

func (v *Validator) attestation(name string, a *Attestation) {
	v.moment(name+"/time", &a.Time, true)
	v.kind(name+"/reason_for_attestation", &a.Reason)
	v.role(name+"/attester", &a.Attester)
	if len(a.Target) == 0 {
		v.missing(name + "/target")
	}
	for i := range a.Target {
		v.id(at(name+"/target", i), &a.Target[i], true)
		v.pointAt(at(name+"/target", i), &a.Target[i], toAttested)
	}
}

func (v *Validator) digits(name, digits string, whole bool) {
	if valid := whole && ValidWhole(digits) || !whole && ValidDecimal(digits); !valid {
		v.fault(name, RuleBadNumber, "%.40q is not a number.", digits)
	}
}

// value looks at a DATA_VALUE.
func (v *Validator) value(name string, value Value) {
	switch x := value.(type) {
	case *Null:
		if x.Flavour == "" {
			v.missing(name + "/null_flavor")
		}
		v.null(name, x.Flavour)
	case *SimpleText:
		v.null(name, x.Null)
	case *CodedText:
		v.null(name, x.Null)
		v.coded(name+"/coded_value", &x.Coded)
	case *Coded:
		v.coded(name, x)
	case *Code:
		v.code(name, x, "", true)
	case *Moment:
		v.moment(name, x, true)
		v.remember(name, x.Text)
	case *Interval:
		v.interval(name, x)
	case *ID:
		v.id(name, x, true)
	case *Encapsulated:
		v.null(name, x.Null)
	default:
		v.number(name, value)
	}
}

func (v *Validator) number(name string, value Value) {
	switch x := value.(type) {
	case *Integer:
		v.digits(name, x.Digits, true)
	case *Real:
		v.digits(name, x.Digits, false)
	case *Quantity:
		v.digits(name, x.Digits, false)
	case *Ratio:
		v.digits(name+"/numerator", x.Numerator.Digits, false)
		v.digits(name+"/denominator", x.Denominator.Digits, false)
	case *Ordinal:
		v.digits(name, x.Digits, true)
	case *QuantityInterval:
		v.quantities(name, x)
	case *Date:
		if !ValidDate(x.Text) {
			v.fault(name, RuleBadTime, "%.40q is not a date. Write it as 2026, 2026-03 or 2026-03-09.", x.Text)
		}
		v.remember(name, x.Text)
	case *Duration:
		if !ValidDuration(x.Text) {
			v.fault(name, RuleBadTime, "%.40q is not a length of time. Write it as PT15M or P1D.", x.Text)
		}
	case *URI:
		v.words(name, x.Value)
	}
}

func (v *Validator) quantities(name string, i *QuantityInterval) {
	if i.Low != nil {
		v.digits(name+"/low", i.Low.Digits, false)
	}
	if i.High != nil {
		v.digits(name+"/high", i.High.Digits, false)
	}
	if i.Low != nil && i.High != nil && i.Low.Unit == i.High.Unit && larger(i.Low.Digits, i.High.Digits) {
		v.fault(name, RuleEnds, "The low end (%.40s) is above the high end (%.40s).", i.Low.Digits, i.High.Digits)
	}
}

// larger compares two decimals without a power of ten, exactly; others it leaves alone.
func larger(a, b string) bool {
	if !ValidDecimal(a) || !ValidDecimal(b) || strings.ContainsAny(a+b, "eE") {
		return false
	}
	aNegative, aDigits := parted(a)
	bNegative, bDigits := parted(b)
	switch {
	case aNegative != bNegative:
		return bNegative
	case aNegative:
		return slices.Compare(bDigits, aDigits) > 0
	}
	return slices.Compare(aDigits, bDigits) > 0
}

// parted gives a decimal's sign and, in an order that compares, the length of its whole part, the part and the fraction.
func parted(s string) (bool, []int) {
	negative := s[0] == '-'
	whole, fraction, _ := strings.Cut(unsigned(s), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	digits := []int{len(whole)}
	for _, c := range whole + fraction {
		digits = append(digits, int(c-'0'))
	}
	return negative && len(digits) > 1, digits
}
