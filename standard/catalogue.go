package standard

// Catalogue is the whole standard, compiled: its categories, classes and value sets. It never changes once it is loaded,
// so any number of goroutines may read it.
type Catalogue struct {
	release    Release
	categories []*Category
	classes    []*Class // in the order of their categories, the standard's before the extensions, then by file name
	valueSets  []*ValueSet
	classByID  map[string]*Class
	setByID    map[string]*ValueSet
	byRole     map[string][]*Class
	forms      []*Form
	formByID   map[string]*Form
	scores     []*Score
	charts     []*Chart
	own        []OwnFile
	hash       string
}

// Release says which release of the standard the files follow.
type Release struct {
	Standard string
	Name     string
	Version  string
}

// Release returns the release of the standard that the files follow.
func (c *Catalogue) Release() Release { return c.release }

// Hash returns the SHA-256 over the names and bytes of all files that classes and value sets were loaded from, lower-case hex: whatever is derived with them
// may be kept as long as it stays the same. Forms are no part of it: nothing that is kept is derived with a form.
func (c *Catalogue) Hash() string { return c.hash }

// Categories returns the categories in the order in which a person's record shows them.
func (c *Catalogue) Categories() []*Category { return c.categories }

// Classes returns every class: by category, the standard's own before the extensions, then by file name.
func (c *Catalogue) Classes() []*Class { return c.classes }

// Class returns the class with this id.
func (c *Catalogue) Class(id string) (*Class, bool) {
	class, ok := c.classByID[id]
	return class, ok
}

// ValueSets returns every value set by file name.
func (c *Catalogue) ValueSets() []*ValueSet { return c.valueSets }

// ValueSet returns the value set with this id.
func (c *Catalogue) ValueSet(id string) (*ValueSet, bool) {
	set, ok := c.setByID[id]
	return set, ok
}

// ClassesWithRole returns the classes that declare the role, in the order of Classes.
func (c *Catalogue) ClassesWithRole(role string) []*Class { return c.byRole[role] }

// Element returns the element, block or relationship with this id, own or inherited.
func (c *Class) Element(id string) (*Element, bool) {
	e, ok := c.index[id]
	return e, ok
}

// ByRole returns the element that plays the role, in the class itself or else in its blocks; nil when there is none.
func (c *Class) ByRole(role string) *Element {
	path := c.paths[role]
	if len(path) == 0 {
		return nil
	}
	return path[len(path)-1]
}

// Path returns the elements that lead to the one that plays the role: it alone, or the blocks it stands in before it.
// It is nil when no element plays the role.
func (c *Class) Path(role string) []*Element { return c.paths[role] }

// HasRole says whether the class declares the role.
func (c *Class) HasRole(role string) bool {
	for _, r := range c.Roles {
		if r == role {
			return true
		}
	}
	return false
}

// IsA says whether the class is the other or extends it, at whatever distance.
func (c *Class) IsA(other *Class) bool {
	for at := c; at != nil; at = at.Extends {
		if at == other {
			return true
		}
	}
	return false
}

// Concrete returns the record classes that are this class or extend it, in the order of Catalogue.Classes.
func (c *Class) Concrete() []*Class { return c.concrete }

// Inherited says whether the element came to the class from one that it extends.
func (c *Class) Inherited(e *Element) bool { return e.Class != c }

// Accepts says whether a reference element may point at a record of the class.
func (e *Element) Accepts(class *Class) bool {
	for _, to := range e.To {
		if class.IsA(to) {
			return true
		}
	}
	return false
}

// Code returns the member of the value set with this code.
func (s *ValueSet) Code(code string) (*Code, bool) {
	c, ok := s.index[code]
	return c, ok
}

// SystemOf returns the code system of a member of the set.
func (s *ValueSet) SystemOf(c *Code) string {
	if c.System != "" {
		return c.System
	}
	return s.System
}
