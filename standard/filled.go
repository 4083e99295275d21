package standard

import "fmt"

// Filled makes content with one value for each of some roles, in whatever group the class has them. It is an error where the class has no such role.
func (c *Class) Filled(values map[string]Value) (*Content, error) {
	content := &Content{Class: c}
	for role, value := range values {
		path := c.Path(role)
		if len(path) == 0 {
			return nil, fmt.Errorf("the class %s has no element with the role %s", c.ID, role)
		}
		group := &content.Group
		for _, e := range path[:len(path)-1] {
			within := &Group{}
			if there := group.Get(e.ID); len(there) > 0 {
				within, _ = there[0].(*Group)
			}
			group.set(e, []Value{within})
			group = within
		}
		group.set(path[len(path)-1], []Value{value})
	}
	return content, nil
}
