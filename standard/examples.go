package standard

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// ExampleUID is the id of the record that the published example of the class is. The examples of all classes point at each other by these ids, and the
// person whom they are about has the id of the example of the class with the role person.
func (c *Class) ExampleUID() uuid.UUID {
	sum := sha256.Sum256([]byte(c.ID))
	uid := uuid.UUID{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80}
	copy(uid[9:], sum[:7])
	return uid
}

// PublishedExample makes the example of a class that documentation shows: content that a record of the class may hold when the examples of the other
// classes stand beside it. What only means something together with bytes sent elsewhere, or with a second person's record, is left out. The least
// example holds only what must be there.
func (c *Catalogue) PublishedExample(class *Class, least bool) []byte {
	sum := sha256.Sum256([]byte(class.ID))
	return class.Example(ExampleOptions{
		Full: !least, Seed: binary.BigEndian.Uint64(sum[8:]),
		Ref: func(e *Element) uuid.UUID {
			if target := exampleTarget(class, e); target != nil {
				return target.ExampleUID()
			}
			return uuid.Nil
		},
		Skip: func(e *Element) bool { return e.Value == ReferenceValue && exampleTarget(class, e) == nil },
	})
}

// ExampleOfDirectory reports whether the published example of the class stands in the directory rather than in a person's record.
func (c *Class) ExampleOfDirectory() bool {
	return c.Stream == DirectoryStream || c.Stream == EitherStream && c.ByRole(RoleSubject) == nil
}

// exampleTarget is the class whose example an element of the class points at, nil when there is none: a record of the directory cannot point at a
// person's, and records that only an action of their own writes have no example.
func exampleTarget(class *Class, e *Element) *Class {
	for _, to := range e.To {
		for _, concrete := range to.Concrete() {
			if !concrete.Reserved() && (concrete.ExampleOfDirectory() || !class.ExampleOfDirectory()) {
				return concrete
			}
		}
	}
	return nil
}
