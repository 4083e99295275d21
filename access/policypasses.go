package access

import (
	"time"

	"rosemary/standard"
)

// passRow is a kind of pass as the table has it.
type passRow struct {
	Role      word   `yaml:"role"`
	For       word   `yaml:"for"`
	Usual     word   `yaml:"usual"`
	Longest   word   `yaml:"longest"`
	MadeBy    []word `yaml:"made_by"`
	Basis     []word `yaml:"basis"`
	Authority word   `yaml:"authority"`
	About     word   `yaml:"about"`
	Purpose   word   `yaml:"purpose"`
}

// passes reads the kinds of pass, and what of a record some roles are shown.
func (l *policyLoader) passes(file *policyFile) {
	for i := range file.Passes {
		row := &file.Passes[i]
		k := PassKind{
			Role: l.role(row.Role), OnePerson: row.For.text == "person", Usual: l.duration(row.Usual), Longest: l.duration(row.Longest),
			Basis: l.classRoles(row.Basis), Authority: row.Authority.text, About: row.About.text, Purpose: Purpose(row.Purpose.text),
		}
		if !k.Purpose.Known() {
			l.fault(row.Purpose, "%q is no purpose", row.Purpose.text)
		}
		if row.For.text != "person" && row.For.text != "place" {
			l.fault(row.For, "%q is neither person nor place", row.For.text)
		}
		if k.Usual > k.Longest {
			l.fault(row.Usual, "it lasts longer, as usual, than it may")
		}
		if _, twice := l.policy.passKind(k.Role); twice {
			l.fault(row.Role, "there is a pass for the role %q already", k.Role)
		}
		for _, by := range row.MadeBy {
			k.MadeBy = append(k.MadeBy, l.role(by))
		}
		if len(k.MadeBy) == 0 {
			l.fault(row.Role, "made_by is empty: nobody could make such a pass")
		}
		l.meaning(row.Authority)
		l.meaning(row.About)
		l.policy.passes = append(l.policy.passes, k)
	}
	for _, s := range file.Shown {
		l.policy.shown[l.role(s.Role)] = l.classRoles(s.Roles)
	}
}

func (l *policyLoader) role(w word) Role {
	if _, ok := l.policy.RoleName(Role(w.text)); !ok {
		l.fault(w, "there is no role %q above", w.text)
	}
	return Role(w.text)
}

func (l *policyLoader) duration(w word) time.Duration {
	d, err := time.ParseDuration(w.text)
	if err != nil || d <= 0 {
		l.fault(w, "%q is no length of time; write it in hours, like 12h", w.text)
	}
	return d
}

func (l *policyLoader) meaning(w word) {
	if w.text == "" {
		return
	}
	for _, m := range standard.Meanings() {
		if m == w.text {
			return
		}
	}
	l.fault(w, "%q is nothing that a value set can mean", w.text)
}
