package mapping

// Makes reports whether a resource of the class may say a code that the bytes of its record do not: one that the mapping writes by itself, or what others call a code of ours.
func (c *Class) Makes(code string) bool {
	return code == c.ID || c.mistake != nil && c.mistake.value == code || c.group.makes(code, map[*group]bool{})
}

func (g *group) makes(code string, seen map[*group]bool) bool {
	if seen[g] {
		return false
	}
	seen[g] = true
	for _, list := range [][]constant{g.always, g.fill} {
		for i := range list {
			if list[i].value == code {
				return true
			}
		}
	}
	for _, r := range g.rules {
		if r.otherwise == code || r.standing == code || r.inner != nil && r.inner.makes(code, seen) {
			return true
		}
		for _, theirs := range r.codes {
			if theirs == code {
				return true
			}
		}
	}
	return false
}
