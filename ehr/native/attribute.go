package native

import (
	"strconv"

	"rosemary/ehr"
)

// word is a text; absent when empty.
func word[T any](name string, o occurs, doc string, at func(*T) *string) attribute[T] {
	return attribute[T]{name: name, typ: "xs:string", occurs: o, doc: doc,
		write: func(w sink, x *T) bool {
			s := *at(x)
			if s == "" {
				return false
			}
			w.text(name, s)
			return true
		},
		read: func(r source, x *T) (err error) { *at(x), err = r.text(); return err },
	}
}

// checked is a text of a form; what has another is refused when it is written.
func checked[T any](name, typ string, o occurs, doc, rule, what string, valid func(string) bool, at func(*T) *string) attribute[T] {
	a := word(name, o, doc, at)
	write := a.write
	a.typ = typ
	a.write = func(w sink, x *T) bool {
		if s := *at(x); s != "" && !valid(s) {
			w.fault(name, rule, "this is not "+what)
		}
		return write(w, x)
	}
	return a
}

// number is digits, kept as they were entered.
func number[T any](name string, o occurs, doc string, whole bool, at func(*T) *string) attribute[T] {
	valid, typ := ehr.ValidDecimal, "DIGITS"
	if whole {
		valid, typ = ehr.ValidWhole, "WHOLE_DIGITS"
	}
	return attribute[T]{name: name, typ: typ, occurs: o, doc: doc,
		write: func(w sink, x *T) bool {
			s := *at(x)
			if s == "" {
				return false
			}
			if !valid(s) {
				w.fault(name, ehr.RuleBadNumber, "this is not a number")
			}
			w.number(name, s)
			return true
		},
		read: func(r source, x *T) (err error) { *at(x), err = r.text(); return err },
	}
}

// yesNo is a boolean that is always written.
func yesNo[T any](name, doc string, at func(*T) *bool) attribute[T] {
	return attribute[T]{name: name, typ: "xs:boolean", occurs: must, doc: doc,
		write: func(w sink, x *T) bool { w.flag(name, *at(x)); return true },
		read:  func(r source, x *T) error { return readFlag(r, at(x)) },
	}
}

// mark is a boolean that is absent when false.
func mark[T any](name, doc string, at func(*T) *bool) attribute[T] {
	a := yesNo(name, doc, at)
	a.occurs = optional
	write := a.write
	a.write = func(w sink, x *T) bool { return *at(x) && write(w, x) }
	return a
}

// choice is a boolean that can be absent.
func choice[T any](name, doc string, at func(*T) **bool) attribute[T] {
	return attribute[T]{name: name, typ: "xs:boolean", doc: doc,
		write: func(w sink, x *T) bool {
			if *at(x) != nil {
				w.flag(name, **at(x))
			}
			return true
		},
		read: func(r source, x *T) error { *at(x) = new(bool); return readFlag(r, *at(x)) },
	}
}

func readFlag(r source, to *bool) error {
	s, err := r.text()
	switch {
	case err != nil:
		return err
	case s == "true" || s == "1":
		*to = true
	case s == "false" || s == "0":
		*to = false
	default:
		return r.fault(ehr.RuleMalformed, "%.40q stands where only true or false can stand", s)
	}
	return nil
}

// count is a whole number of ours; absent when zero, unless it must be there.
func count[T any, N ~int | ~int64](name, typ string, o occurs, doc string, at func(*T) *N) attribute[T] {
	return attribute[T]{name: name, typ: typ, occurs: o, doc: doc,
		write: func(w sink, x *T) bool {
			n := *at(x)
			if n == 0 && o == optional {
				return false
			}
			if n < 0 || typ == "SENSITIVITY" && n > 5 {
				w.fault(name, ehr.RuleBadNumber, "this number is outside what can stand here")
			}
			w.number(name, strconv.FormatInt(int64(n), 10))
			return true
		},
		read: func(r source, x *T) error {
			s, err := r.text()
			if err != nil {
				return err
			}
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n != int64(N(n)) {
				return r.fault(ehr.RuleBadNumber, "%.40q stands where a whole number must stand", s)
			}
			*at(x) = N(n)
			return nil
		},
	}
}

// octets is base64; absent when empty.
func octets[T any](name, doc string, at func(*T) *[]byte) attribute[T] {
	return attribute[T]{name: name, typ: "xs:base64Binary", doc: doc,
		write: func(w sink, x *T) bool {
			if len(*at(x)) > 0 {
				w.data(name, *at(x))
			}
			return true
		},
		read: func(r source, x *T) (err error) {
			b, err := r.data()
			if len(b) > 0 {
				*at(x) = b
			}
			return err
		},
	}
}

// words is a list of texts.
func words[T any](name, doc string, at func(*T) *[]string) attribute[T] {
	return attribute[T]{name: name, typ: "xs:string", occurs: many, doc: doc,
		write: func(w sink, x *T) bool {
			if len(*at(x)) > 0 {
				w.texts(name, *at(x))
			}
			return true
		},
		read: func(r source, x *T) error {
			return r.each(len(*at(x)), func() error {
				s, err := r.text()
				*at(x) = append(*at(x), s)
				return err
			})
		},
	}
}

// part is an object that must be there; the zero value is its absence.
func part[T any, U comparable](name, doc string, c *class[U], at func(*T) *U) attribute[T] {
	return attribute[T]{name: name, typ: c.name, occurs: must, doc: doc,
		write: func(w sink, x *T) bool {
			var none U
			if *at(x) == none {
				return false
			}
			c.write(w, name, at(x), false, false)
			return true
		},
		read: func(r source, x *T) error { return c.read(r, at(x)) },
	}
}

// perhaps is an object that can be absent.
func perhaps[T, U any](name, doc string, c *class[U], at func(*T) **U) attribute[T] {
	return attribute[T]{name: name, typ: c.name, doc: doc,
		write: func(w sink, x *T) bool {
			if u := *at(x); u != nil {
				c.write(w, name, u, false, false)
			}
			return true
		},
		read: func(r source, x *T) error {
			*at(x) = new(U)
			return c.read(r, *at(x))
		},
	}
}

// parts is a list of objects.
func parts[T, U any](name string, o occurs, doc string, c *class[U], at func(*T) *[]U) attribute[T] {
	return attribute[T]{name: name, typ: c.name, occurs: o, doc: doc,
		write: func(w sink, x *T) bool {
			all := *at(x)
			if len(all) == 0 {
				return false
			}
			w.list(name)
			for i := range all {
				c.write(w, name, &all[i], true, false)
			}
			w.endList()
			return true
		},
		read: func(r source, x *T) error {
			return r.each(len(*at(x)), func() error {
				var u U
				err := c.read(r, &u)
				*at(x) = append(*at(x), u)
				return err
			})
		},
	}
}

// pointers is a list of objects held by pointer.
func pointers[T, U any](name, doc string, c *class[U], at func(*T) *[]*U) attribute[T] {
	return attribute[T]{name: name, typ: c.name, occurs: many, doc: doc,
		write: func(w sink, x *T) bool {
			if len(*at(x)) == 0 {
				return false
			}
			w.list(name)
			for _, u := range *at(x) {
				c.write(w, name, u, true, false)
			}
			w.endList()
			return true
		},
		read: func(r source, x *T) error {
			return r.each(len(*at(x)), func() error {
				u := new(U)
				*at(x) = append(*at(x), u)
				return c.read(r, u)
			})
		},
	}
}

// either is one of several classes.
func either[T any, I any](name string, o occurs, doc string, a *alternatives[I], at func(*T) *I) attribute[T] {
	return attribute[T]{name: name, typ: a.name, occurs: o, doc: doc,
		write: func(w sink, x *T) bool { return a.write(w, name, *at(x), false) },
		read:  func(r source, x *T) (err error) { *at(x), err = a.readOne(r); return err },
	}
}

// eithers is a list whose members are of several classes.
func eithers[T any, I any](name, doc string, a *alternatives[I], at func(*T) *[]I) attribute[T] {
	return attribute[T]{name: name, typ: a.name, occurs: many, doc: doc,
		write: func(w sink, x *T) bool {
			if len(*at(x)) == 0 {
				return false
			}
			for i, one := range *at(x) {
				if any(one) == nil {
					w.fault(name+"["+strconv.Itoa(i)+"]", ehr.RuleMustOccur, "there is nothing here")
				}
			}
			w.list(name)
			for _, one := range *at(x) {
				a.write(w, name, one, true)
			}
			w.endList()
			return true
		},
		read: func(r source, x *T) error {
			return r.each(len(*at(x)), func() error {
				i, err := a.readOne(r)
				*at(x) = append(*at(x), i)
				return err
			})
		},
	}
}
