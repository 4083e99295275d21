package form

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Answers is what was read from posted values.
type Answers struct {
	Content *standard.Content
	// Faults tells, by name of field, what could not be read or is against a rule.
	Faults map[string]string
	prefix string
	places map[string]string // JSON Pointer inside the content -> name of the field
	loose  []string          // problems that belong to no field
}

// Read reads the posted values whose names begin with the prefix as content of the class. What cannot be read is a fault and left out of the
// content.
func Read(class *standard.Class, prefix string, values url.Values, zone *time.Location) *Answers {
	r := reader{values: values, zone: zone, faults: map[string]string{}, places: map[string]string{}}
	content := &standard.Content{Class: class, Group: r.group(class, prefix, "")}
	return &Answers{Content: content, Faults: r.faults, prefix: prefix, places: r.places}
}

// JSON is the content as it is committed.
func (a *Answers) JSON() []byte { return a.Content.AppendJSON(nil) }

// Place sets problems of the standard or the record beside the fields that they are about. Prefix is where the content stands in the problems' paths.
// A field that could not be read already says what is wrong with it.
func (a *Answers) Place(problems []standard.Problem, prefix string) {
	for _, p := range problems {
		path, inside := strings.CutPrefix(p.Path, prefix+"/")
		if !inside {
			a.loose = append(a.loose, p.Message)
			continue
		}
		name := a.nameOf("/" + path)
		if _, known := a.Faults[name]; !known {
			a.Faults[name] = p.Message
		}
	}
}

// nameOf finds the field that a place in the content was read from, or would be.
func (a *Answers) nameOf(path string) string {
	rest := ""
	for at := path; ; {
		if name, ok := a.places[at]; ok {
			return name + strings.ReplaceAll(rest, "/", "-")
		}
		i := strings.LastIndexByte(at, '/')
		if i < 0 {
			return a.prefix + strings.ReplaceAll(path, "/", "-")
		}
		at, rest = at[:i], at[i:]+rest
	}
}

// reader reads values into content. Without maps for faults and places it reads silently.
type reader struct {
	values url.Values
	zone   *time.Location
	faults map[string]string
	places map[string]string
	read   int
}

func (r *reader) fault(name, message string) {
	if r.faults == nil {
		return
	}
	if _, known := r.faults[name]; !known {
		r.faults[name] = message
	}
}

func (r *reader) place(pointer, name string) {
	if r.places != nil {
		r.places[pointer] = name
	}
}

func (r *reader) group(class *standard.Class, base, at string) standard.Group {
	var g standard.Group
	for _, e := range class.Elements {
		if !asked(e) {
			continue
		}
		if values := r.element(class, e, under(base, e.ID), pointer(at, e.ID)); len(values) > 0 {
			g.Entries = append(g.Entries, standard.Entry{Element: e, Values: values})
		}
	}
	return g
}

// element reads the answers to one question.
func (r *reader) element(class *standard.Class, e *standard.Element, name, at string) []standard.Value {
	r.place(at, name)
	var values []standard.Value
	switch {
	case !e.Many:
		if v := r.value(class, e, name, at); v != nil {
			values = []standard.Value{v}
		}
	case controlOf(e) == controlChecks:
		values = r.checks(class, e, name)
	default:
		for i := range count(r.values, name) {
			p := itemPointer(at, len(values))
			r.place(p, item(name, i))
			if v := r.value(class, e, item(name, i), p); v != nil {
				values = append(values, v)
			}
		}
	}
	absent := r.values.Get(name + partAbsent)
	switch {
	case absent == "":
		return values
	case len(values) > 0:
		r.fault(name, "There is an answer, and it also says why there is none. Take one of the two out.")
		return values
	}
	return []standard.Value{standard.Absent(absent)}
}

// checks reads several of a short list.
func (r *reader) checks(class *standard.Class, e *standard.Element, name string) []standard.Value {
	values := r.ticked(e, name)
	kept := decode(class, e, r.values.Get(name+partKept))
	if kept == nil {
		return values
	}
	again := filler{values: url.Values{}, zone: r.zone}
	for _, v := range kept {
		if c, ok := v.(standard.Coded); ok {
			again.values.Add(name, c.Code)
		}
	}
	silent := reader{values: again.values, zone: r.zone}
	if encode(e, silent.ticked(e, name)) == encode(e, values) {
		return kept
	}
	return values
}

// ticked reads what is ticked of a short list, in the order of the list.
func (r *reader) ticked(e *standard.Element, name string) []standard.Value {
	chosen := map[string]bool{}
	for _, code := range r.values[name] {
		chosen[code] = true
	}
	var values []standard.Value
	for i := range e.ValueSet.Codes {
		if c := &e.ValueSet.Codes[i]; chosen[c.Code] {
			values = append(values, codeOf(e.ValueSet, c))
			delete(chosen, c.Code)
		}
	}
	for _, code := range r.values[name] {
		if chosen[code] && code != "" && len(values) < maxItems { // a code that the list has no more, or never had
			values = append(values, standard.Coded{Code: code})
			delete(chosen, code)
		}
	}
	return values
}

// value reads one answer; nil when there is none.
func (r *reader) value(class *standard.Class, e *standard.Element, base, at string) standard.Value {
	if r.read++; r.read > maxRead {
		return nil
	}
	if e.NamesFile() {
		return r.fileValue(e, base, at)
	}
	if e.Value == standard.GroupValue {
		g := r.group(e.Block, base, at)
		if len(g.Entries) == 0 {
			return nil
		}
		return &g
	}
	typed := r.typed(e, base)
	kept := decode(class, e, r.values.Get(base+partKept))
	if len(kept) != 1 {
		return typed
	}
	again := filler{values: url.Values{}, zone: r.zone}
	again.show(e, base, kept[0])
	silent := reader{values: again.values, zone: r.zone}
	if encodeOne(e, silent.typed(e, base)) == encodeOne(e, typed) {
		delete(r.faults, base)
		return kept[0]
	}
	return typed
}

// typed reads what is shown of one answer.
func (r *reader) typed(e *standard.Element, base string) standard.Value {
	switch e.Value {
	case standard.TextValue:
		s := tidy(r.values.Get(base))
		if s == "" {
			return nil
		}
		return standard.Text(s)
	case standard.NumberValue:
		return r.number(base)
	case standard.QuantityValue:
		return r.quantity(e, base)
	case standard.BooleanValue:
		return r.yesNo(base)
	case standard.DateValue:
		if date, ok := r.date(base); ok {
			return standard.Date(date)
		}
	case standard.TimeValue:
		if clock, ok := r.clock(base, base); ok {
			return standard.Time(clock)
		}
	case standard.DateTimeValue:
		return r.dateTime(base)
	case standard.CodedValue:
		return r.coded(e, base)
	case standard.ReferenceValue:
		return r.reference(e, base)
	}
	return nil
}

func (r *reader) number(base string) standard.Value {
	s := strings.TrimSpace(r.values.Get(base))
	if s == "" {
		return nil
	}
	n, ok := parseNumber(s)
	if !ok {
		r.fault(base, "“"+shorten(s)+"” is not a number. Write it in digits, for example 61.4.")
		return nil
	}
	return n
}

// quantity reads a number and its unit; the unit typed behind the number will do too.
func (r *reader) quantity(e *standard.Element, base string) standard.Value {
	s, unit := strings.TrimSpace(r.values.Get(base)), r.values.Get(base+partUnit)
	if s == "" {
		return nil
	}
	if len(e.Units) == 1 && unit == "" {
		unit = e.Units[0]
	}
	for _, u := range e.Units {
		if before, ok := cutUnit(s, u); ok && (unit == "" || unit == u) {
			s, unit = before, u
			break
		}
	}
	n, ok := parseNumber(s)
	switch {
	case !ok:
		r.fault(base, "“"+shorten(s)+"” is not a number. Write it in digits, for example 61.4.")
		return nil
	case unit == "":
		r.fault(base, "Say in which unit this is measured.")
		return nil
	}
	return standard.Quantity{Number: n, Unit: unit}
}

func (r *reader) yesNo(base string) standard.Value {
	switch s := r.values.Get(base); s {
	case "":
		return nil
	case "yes":
		return standard.Boolean(true)
	case "no":
		return standard.Boolean(false)
	}
	r.fault(base, "Answer yes or no.")
	return nil
}

func (r *reader) dateTyped(base string) dateTyped {
	get := func(part string) string { return strings.TrimSpace(r.values.Get(base + part)) }
	return dateTyped{day: get(partDay), month: get(partMonth), year: get(partYear)}
}

func (r *reader) date(base string) (string, bool) {
	typed := r.dateTyped(base)
	if typed.empty() {
		return "", false
	}
	date, wrong, _ := typed.date()
	if wrong != "" {
		r.fault(base, wrong)
		return "", false
	}
	return date, true
}

func (r *reader) clock(name, base string) (string, bool) {
	s := strings.TrimSpace(r.values.Get(name))
	if s == "" {
		return "", false
	}
	clock, ok := parseTime(s)
	if !ok {
		r.fault(base, "“"+shorten(s)+"” is not a time. Write it like 14:30.")
		return "", false
	}
	return clock, true
}

func (r *reader) dateTime(base string) standard.Value {
	date, hasDate := r.date(base)
	clock, hasClock := r.clock(base+partTime, base)
	switch {
	case !hasDate && hasClock && r.dateTyped(base).empty():
		r.fault(base, "Enter the date as well as the time.")
		return nil
	case !hasDate:
		return nil
	case !hasClock:
		if strings.TrimSpace(r.values.Get(base+partTime)) != "" {
			return nil
		}
		return standard.DateTime(date)
	case len(date) != 10:
		r.fault(base, "With a time, the day and the month are needed too.")
		return nil
	}
	instant, wrong, _ := moment(date, clock, r.zone, r.values.Get(base+partTwice))
	if wrong != "" {
		r.fault(base, wrong)
		return nil
	}
	return standard.DateTime(instant)
}

func (r *reader) coded(e *standard.Element, base string) standard.Value {
	s := oneLine(r.values.Get(base))
	words := tidy(r.values.Get(base + partWords))
	switch {
	case controlOf(e) == controlSuggest:
		return suggested(e.ValueSet, tidy(r.values.Get(base)))
	case s == inWords && words == "":
		r.fault(base, "Write what it is instead.")
		return nil
	case s == inWords:
		return standard.Coded{Text: words}
	case s == "":
		return nil
	}
	if c, ok := e.ValueSet.Code(s); ok {
		return codeOf(e.ValueSet, c)
	}
	return standard.Coded{Code: s}
}

// suggested reads a line with suggestions: one of the list by what it is called, or words.
func suggested(set *standard.ValueSet, s string) standard.Value {
	if s == "" {
		return nil
	}
	for i := range set.Codes {
		if strings.EqualFold(set.Codes[i].Display, s) {
			return codeOf(set, &set.Codes[i])
		}
	}
	return standard.Coded{Text: s}
}

func codeOf(set *standard.ValueSet, c *standard.Code) standard.Coded {
	return standard.Coded{Code: c.Code, System: set.SystemOf(c), Display: c.Display}
}

func (r *reader) reference(e *standard.Element, base string) standard.Value {
	s := strings.TrimSpace(r.values.Get(base))
	if s == "" {
		return nil
	}
	ref, ok := readRef(e, s)
	if !ok {
		r.fault(base, "Choose one from the list.")
		return nil
	}
	return ref
}

// readRef reads what Pinned wrote, or a uid alone.
func readRef(e *standard.Element, s string) (standard.Reference, bool) {
	name, number, pinned := strings.Cut(s, "@")
	uid, err := uuid.Parse(name)
	if !pinned {
		return standard.Reference{UID: uid}, err == nil
	}
	version, wrong := strconv.Atoi(number)
	return standard.Reference{UID: uid, Version: version}, err == nil && wrong == nil && version > 0 && e.Role == standard.RoleAsItStood
}

// Pinned writes a reference as a form posts it: with the version of what it refers to, where the question is about what stood then.
func Pinned(e *standard.Element, uid uuid.UUID, version int) string {
	if e.Role != standard.RoleAsItStood || version == 0 {
		return uid.String()
	}
	return uid.String() + "@" + strconv.Itoa(version)
}

func shorten(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// Instant reads a whole date and a time from the parts of a field, as an instant with its offset; "" when nothing was entered. Fault says what is wrong.
func Instant(values url.Values, name string, zone *time.Location) (instant, fault string) {
	r := reader{values: values, zone: zone, faults: map[string]string{}}
	v, _ := r.dateTime(name).(standard.DateTime)
	if v != "" && !strings.Contains(string(v), "T") {
		return "", "Enter the whole date and the time."
	}
	if v != "" && strings.Count(string(v), ":") == 2 && !strings.HasSuffix(string(v), "Z") { // an instant of a record has seconds
		v = v[:16] + ":00" + v[16:]
	}
	return string(v), r.faults[name]
}
