package native

import (
	"rosemary/ehr"
)

// occurs says how often an attribute is there.
type occurs uint8

const (
	optional occurs = iota // 0..1
	must                   // 1
	many                   // 0..*
	some                   // 1..*
)

// sink writes one wire format. An item stands in a list that list began.
type sink interface {
	open(name, class string, item bool)
	close(name string, item bool)
	list(name string)
	endList()
	text(name, s string)
	texts(name string, list []string)
	number(name, digits string)
	flag(name string, b bool)
	data(name string, b []byte)
	fault(name, rule, message string)
}

// source reads one wire format, attribute by attribute.
type source interface {
	// open begins the object that is the value here, and gives its class when it says so.
	open() (string, error)
	// next gives the name of the next attribute of the object, or "" at its end.
	next() (string, error)
	// repeats reports whether the attributes of a list come one by one under the same name.
	repeats() bool
	// each calls read for each value of the attribute here.
	each(seen int, read func() error) error
	// text is the value here, whatever scalar it is.
	text() (string, error)
	// data is the value here, of base64.
	data() ([]byte, error)
	fault(rule, message string, values ...any) error
}

// attribute is one attribute of a class.
type attribute[T any] struct {
	name   string
	typ    string // of the schema
	occurs occurs
	doc    string
	write  func(w sink, x *T) bool // false when nothing is there
	read   func(r source, x *T) error
}

// class is a class of the model: how it is called, and its attributes in the order in which they are written.
type class[T any] struct {
	name       string
	base       string // the class it extends, in the schema
	inherited  int    // how many of the attributes are the base's
	doc        string
	attributes []attribute[T]
}

// write writes an object under a name.
func (c *class[T]) write(w sink, name string, x *T, item, discriminated bool) {
	kind := ""
	if discriminated {
		kind = c.name
	}
	w.open(name, kind, item)
	c.writeAttributes(w, x)
	w.close(name, item)
}

func (c *class[T]) writeAttributes(w sink, x *T) {
	for i := range c.attributes {
		a := &c.attributes[i]
		if !a.write(w, x) && (a.occurs == must || a.occurs == some) {
			w.fault(a.name, ehr.RuleMustOccur, "this must be there, or a null flavour that says why it is not")
		}
	}
}

// read reads the object here, of this class.
func (c *class[T]) read(r source, x *T) error {
	kind, err := r.open()
	if err != nil {
		return err
	}
	if kind != "" && kind != c.name {
		return r.fault(ehr.RuleUnknownType, "%.40q stands where only %s can stand", kind, c.name)
	}
	return c.readAttributes(r, x)
}

// readAttributes reads the attributes of an object that is open.
func (c *class[T]) readAttributes(r source, x *T) error {
	var seen uint64
	hint := 0
	for {
		name, err := r.next()
		if err != nil || name == "" {
			return err
		}
		i := c.find(name, hint)
		if i < 0 {
			return r.fault(ehr.RuleUnknown, "%s has no attribute %.40q", c.name, name)
		}
		if err := c.readAttribute(r, x, i, &seen); err != nil {
			return err
		}
		hint = i
	}
}

func (c *class[T]) readAttribute(r source, x *T, i int, seen *uint64) error {
	a := &c.attributes[i]
	if *seen>>i&1 == 1 && !(a.occurs >= many && r.repeats()) {
		return r.fault(ehr.RuleTwice, "%s is given twice", a.name)
	}
	*seen |= 1 << i
	return a.read(r, x)
}

// find looks for an attribute, first where it stands when they come in order.
func (c *class[T]) find(name string, hint int) int {
	for i := hint; i < len(c.attributes); i++ {
		if c.attributes[i].name == name {
			return i
		}
	}
	for i := 0; i < hint && i < len(c.attributes); i++ {
		if c.attributes[i].name == name {
			return i
		}
	}
	return -1
}

// alternatives is a place where one of several classes can stand.
type alternatives[I any] struct {
	name  string // the abstract class
	write func(w sink, name string, x I, item bool) bool
	read  map[string]func(r source) (I, error)
}

func (a *alternatives[I]) readOne(r source) (I, error) {
	var none I
	kind, err := r.open()
	if err != nil {
		return none, err
	}
	read, ok := a.read[kind]
	switch {
	case ok:
		return read(r)
	case kind == "":
		return none, r.fault(ehr.RuleUnknownType, "this can be of several classes, and does not begin with which one it is (_type, xsi:type)")
	}
	return none, r.fault(ehr.RuleUnknownType, "%.40q stands where only a kind of %s can stand", kind, a.name)
}

// as reads one class for a place of alternatives.
func as[I, T any](c *class[T], lift func(*T) I) func(source) (I, error) {
	return func(r source) (I, error) {
		x := new(T)
		return lift(x), c.readAttributes(r, x)
	}
}
