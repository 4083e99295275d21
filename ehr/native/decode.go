package native

import (
	"errors"
	"fmt"
	"io"

	"rosemary/ehr"
)

// The bounds of one part beyond those that every dialect keeps.
const (
	maxPart    = 256 << 20 // bytes of input for one composition, folder or entity
	maxObjects = 1 << 20   // objects in it
	maxTag     = 64 << 10  // bytes of one XML tag with its attributes

	maxAttributes = 16 // of one XML tag

	// maxToken is the bytes of one token: a text with its escapes, or data in base64.
	maxToken = ehr.MaxText/3*4 + 64<<10
)

// input is what both sources have: where they are, and how much of the part is read.
type input struct {
	place   ehr.Place
	depth   int
	objects int
}

func (in *input) fault(rule, message string, values ...any) error {
	return &ehr.Fault{Path: in.place.String(), Rule: rule, Message: sprintf(message, values), Severity: ehr.Error}
}

func (in *input) openObject() error {
	if in.depth++; in.depth > ehr.MaxDepth {
		return in.fault(ehr.RuleTooDeep, "this is nested deeper than %d levels", ehr.MaxDepth)
	}
	if in.objects++; in.objects > maxObjects {
		return in.fault(ehr.RuleTooLarge, "one part of the extract has more than %d objects in it", maxObjects)
	}
	return nil
}

// document is a source of a whole extract.
type document interface {
	source
	// newPart says that a part of the extract begins, whose size is counted by itself.
	newPart()
	// finish reads to the end, where nothing may be left.
	finish() error
}

// decoder takes an extract apart.
type decoder struct {
	m      *model
	r      document
	yield  func(ehr.Part) error
	header *ehr.Header
	told   bool   // the header was yielded
	seen   uint64 // attributes of the header that were given
	lists  map[string]int
}

func decode(m *model, r document, yield func(ehr.Part) error) error {
	d := &decoder{m: m, r: r, yield: yield, header: &ehr.Header{}, lists: map[string]int{}}
	kind, err := r.open()
	if err != nil {
		return err
	}
	if kind != "" && kind != m.header.name {
		return r.fault(ehr.RuleUnknownType, "this begins as %.40q, not as an EHR_EXTRACT", kind)
	}
	for {
		name, err := r.next()
		if err != nil {
			return err
		}
		if name == "" {
			break
		}
		if err := d.attribute(name); err != nil {
			return err
		}
	}
	if err := d.tellHeader(); err != nil {
		return err
	}
	return r.finish()
}

func (d *decoder) tellHeader() error {
	if d.told {
		return nil
	}
	d.told = true
	return d.yield(d.header)
}

func (d *decoder) attribute(name string) error {
	switch name {
	case "all_compositions":
		return d.list(name, func() error {
			c := &ehr.Composition{}
			if err := d.m.composition.read(d.r, c); err != nil {
				return err
			}
			return d.yield(c)
		})
	case "folders":
		return d.list(name, func() error {
			f := &ehr.Folder{}
			if err := d.m.folder.read(d.r, f); err != nil {
				return err
			}
			return d.yield(f)
		})
	case "demographic_extract":
		return d.list(name, func() error {
			p, err := d.m.entity.readOne(d.r)
			if err != nil {
				return err
			}
			return d.yield(p)
		})
	}
	i := d.m.header.find(name, 0)
	if i < 0 {
		return d.r.fault(ehr.RuleUnknown, "EHR_EXTRACT has no attribute %.40q", name)
	}
	if d.told {
		return d.r.fault(ehr.RuleHeader, "%s must come before the first composition, folder and demographic entity", name)
	}
	return d.m.header.readAttribute(d.r, d.header, i, &d.seen)
}

// list reads one of the three lists of the extract.
func (d *decoder) list(name string, read func() error) error {
	if _, again := d.lists[name]; again && !d.r.repeats() {
		return d.r.fault(ehr.RuleTwice, "%s is given twice", name)
	}
	if err := d.tellHeader(); err != nil {
		return err
	}
	seen := d.lists[name]
	d.lists[name] = seen
	return d.r.each(seen, func() error {
		d.lists[name]++
		d.r.newPart()
		return read()
	})
}

// errTooMuch is what a bounded reader says when a token does not end.
var errTooMuch = errors.New("too much before the next token")

// bounded hands on bytes of r until more than the limit came since the last mark.
type bounded struct {
	r     io.Reader
	given int64 // bytes handed on
	limit int64 // may be handed on altogether until the next mark
}

func (b *bounded) Read(p []byte) (int, error) {
	if room := b.limit - b.given; room <= 0 {
		return 0, errTooMuch
	} else if int64(len(p)) > room {
		p = p[:room]
	}
	n, err := b.r.Read(p)
	b.given += int64(n)
	return n, err
}

func sprintf(message string, values []any) string {
	if len(values) == 0 {
		return message
	}
	return fmt.Sprintf(message, values...)
}
