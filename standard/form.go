package standard

// Form is a configuration of building blocks, compiled from one file of forms/: which record the form itself is, and in which sections and order
// it asks for that record's elements and for the person's building blocks (needs, risks, allergies ...).
//
// A form owns nothing but its own record. A building block that it shows is the person's: it is pinned by its uid and version through an element of the
// form's own record, never copied. What is filled in becomes one contribution: see FilledForm.
type Form struct {
	ID       string
	Name     string
	Summary  string
	Own      *Class // of the record that the form itself is: one of the standard's where it has one, else an extension
	Once     bool   // the person has one such record: filling the form in again changes it; else each time makes a new one
	Source   string // where the form comes from
	Evidence Evidence
	Provider bool   // a provider's own file, not one that came with the program
	Hash     string // SHA-256 of the file, lower-case hex
	Sections []*FormSection
	asks     map[string]*Ask
}

// FormSection is one page or part of a form.
type FormSection struct {
	Title string
	Intro string // one or two sentences before the first question; may be empty
	Asks  []*Ask
}

// Ask is one thing that a form asks for: an element or block of its own record (Own), or building blocks of the person (Blocks). One of the two is nil.
type Ask struct {
	ID     string // unique in the form; of an element of the own record: the element's id
	Text   string // the question, in the form's words or else the class file's
	Hint   string
	Own    *Question
	Blocks *BlockAsk
}

// Question is one element of a record as a form asks for it.
type Question struct {
	Element *Element
	Ask     string // the question, in the form's words or else the class file's
	Hint    string
	Must    bool        // an answer or a stated absence is insisted on, by the class or by the form
	Fixed   Value       // the form answers it itself with this and does not show it; nil: it is asked
	Same    *Element    // answered as this element of the own record is, and not shown; nil: it is asked. Only in Added
	From    []*Ask      // a reference that is chosen among what these building-block asks of the form tick or add; empty: as always
	Parts   []*Question // of a block: its elements, in the order in which they are asked
}

// Shown says whether somebody is asked; else the form answers by itself.
func (q *Question) Shown() bool { return q.Fixed == nil && q.Same == nil }

// BlockAsk asks for building blocks of the person: those that are known already are shown, the writer ticks those that the form refers to, and adds new ones.
type BlockAsk struct {
	Known  []*Class     // record classes (never abstract) whose current records are shown; empty: nothing known is shown
	Where  []*Condition // all of which a record must meet to be shown (see Shows)
	Link   *Element     // the element of the own record that pins what is ticked or added; nil: what is known is shown to be read, and cannot be ticked
	Occurs string       // the standard's words, for how many the form must, should or could refer to
	Must   bool
	Should bool
	Many   bool
	Add    *Added // how a new one is asked for; nil: none can be added here
}

// Added is the new building block that a form can add, as often as its ask may occur.
type Added struct {
	Class     *Class
	Text      string   // on the button, for example "Add a need"
	Back      *Element // the element of the new record that points at the own record; nil: none
	Questions []*Question
}

// Condition limits which known records are shown, by a coded element. In a class that has no such element everything meets it.
type Condition struct {
	Element  string   // its id
	Codes    []string // the record has one of these; empty: any
	Without  []string // the record has none of these
	Means    []string // the record has a code with one of these meanings; empty: any
	NotMeans []string // the record has no code with one of these meanings
}

// Ask returns the ask with this id.
func (f *Form) Ask(id string) (*Ask, bool) {
	a, ok := f.asks[id]
	return a, ok
}

// Asks returns every ask of the form, section by section.
func (f *Form) Asks() []*Ask {
	var all []*Ask
	for _, s := range f.Sections {
		all = append(all, s.Asks...)
	}
	return all
}

// Fits says whether a record may have been written with this form: it is of the form's own class and has the answers that the form gives by itself.
func (f *Form) Fits(own *Content) bool {
	if own == nil || own.Class != f.Own {
		return false
	}
	for _, a := range f.Asks() {
		if a.Own == nil || a.Own.Fixed == nil {
			continue
		}
		values := own.Get(a.Own.Element.ID)
		if len(values) != 1 || !sameAnswer(values[0], a.Own.Fixed) {
			return false
		}
	}
	return true
}

// sameAnswer compares two answers by what they say: codes by code and system.
func sameAnswer(a, b Value) bool {
	x, coded := a.(Coded)
	y, both := b.(Coded)
	if coded && both {
		return x.Code == y.Code && x.System == y.System
	}
	return string(appendValue(nil, a)) == string(appendValue(nil, b))
}

// Shows says whether a known record belongs under this ask.
func (b *BlockAsk) Shows(content *Content) bool {
	if content == nil {
		return false
	}
	known := false
	for _, c := range b.Known {
		known = known || c == content.Class
	}
	if !known {
		return false
	}
	for _, c := range b.Where {
		if !c.met(content) {
			return false
		}
	}
	return true
}

func (c *Condition) met(content *Content) bool {
	e, ok := content.Class.Element(c.Element)
	if !ok {
		return true
	}
	var codes, meanings []string
	for _, v := range content.Get(e.ID) {
		coded, ok := v.(Coded)
		if !ok || e.ValueSet == nil {
			continue
		}
		codes = append(codes, coded.Code)
		if code, ok := e.ValueSet.Code(coded.Code); ok && code.Means != "" {
			meanings = append(meanings, code.Means)
		}
	}
	return (len(c.Codes) == 0 || meet(c.Codes, codes)) && !meet(c.Without, codes) &&
		(len(c.Means) == 0 || meet(c.Means, meanings)) && !meet(c.NotMeans, meanings)
}

// meet says whether the lists have something in common.
func meet(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// Forms returns every form by file name, the program's own before a provider's.
func (c *Catalogue) Forms() []*Form { return c.forms }

// Form returns the form with this id.
func (c *Catalogue) Form(id string) (*Form, bool) {
	f, ok := c.formByID[id]
	return f, ok
}

// FormOf returns the form that a record of some form's own class was most likely written with: of those that fit it, the one that answers most by itself.
func (c *Catalogue) FormOf(own *Content) (*Form, bool) {
	var best *Form
	most := -1
	for _, f := range c.forms {
		if !f.Fits(own) {
			continue
		}
		fixed := 0
		for _, a := range f.Asks() {
			if a.Own != nil && a.Own.Fixed != nil {
				fixed++
			}
		}
		if fixed > most {
			best, most = f, fixed
		}
	}
	return best, best != nil
}
