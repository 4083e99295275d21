package access

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"rosemary/record"
	"rosemary/standard"
)

//go:embed policy.yaml
var standardPolicy []byte

// always is the ground of what is not about a person.
const always record.Ground = "always"

// StandardPolicy is the table that comes with the program.
func StandardPolicy() (*Policy, error) { return LoadPolicy("policy.yaml", standardPolicy) }

// PolicyErrors is every fault of a policy table, each with its line and column.
type PolicyErrors struct{ Faults []standard.FileError }

func (e *PolicyErrors) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the policy table has %d fault(s):", len(e.Faults))
	for _, f := range e.Faults {
		b.WriteString("\n  ")
		b.WriteString(f.String())
	}
	return b.String()
}

// word is a scalar of the table and where it stands.
type word struct {
	text      string
	line, col int
}

// UnmarshalYAML keeps the place beside the text.
func (w *word) UnmarshalYAML(n ast.Node) error {
	s, ok := n.(*ast.StringNode)
	if !ok {
		return &yaml.SyntaxError{Message: "this must be a plain word or sentence", Token: n.GetToken()}
	}
	at := n.GetToken().Position
	w.text, w.line, w.col = s.Value, at.Line, at.Column
	return nil
}

type policyFile struct {
	Roles []struct {
		ID   word `yaml:"id"`
		Name word `yaml:"name"`
	} `yaml:"roles"`
	BannerRoles []word    `yaml:"banner_roles"`
	PackRoles   []word    `yaml:"pack_roles"`
	Downtime    []word    `yaml:"downtime_roles"`
	Passes      []passRow `yaml:"passes"`
	Shown       []struct {
		Role  word   `yaml:"role"`
		Roles []word `yaml:"roles"`
	} `yaml:"shown"`
	Grants []struct {
		Role   word `yaml:"role"`
		Action word `yaml:"action"`
		Ground word `yaml:"ground"`
		UpTo   word `yaml:"upto"`
		Note   word `yaml:"note"`
	} `yaml:"grants"`
}

// LoadPolicy reads a policy table strictly. When it is at fault the error is a *PolicyErrors with every fault.
func LoadPolicy(name string, text []byte) (*Policy, error) {
	var file policyFile
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, &PolicyErrors{Faults: []standard.FileError{yamlFault(name, err)}}
	}
	l := &policyLoader{name: name, policy: &Policy{shown: map[Role][]string{}, byRole: map[Role]map[Action][]Grant{}}}
	l.roles(&file)
	l.banner(&file)
	l.passes(&file)
	for i := range file.Grants {
		g := &file.Grants[i]
		l.grant(g.Role, g.Action, g.Ground, g.UpTo, g.Note)
	}
	if len(l.faults) > 0 {
		return nil, &PolicyErrors{Faults: l.faults}
	}
	return l.policy, nil
}

// yamlFault tells where a file is no such table at all.
func yamlFault(name string, err error) standard.FileError {
	fault := standard.FileError{File: name, Line: 1, Column: 1, Message: err.Error()}
	var y yaml.Error
	if errors.As(err, &y) {
		fault.Message = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			fault.Line, fault.Column = t.Position.Line, t.Position.Column
		}
	}
	return fault
}

type policyLoader struct {
	name   string
	policy *Policy
	faults []standard.FileError
}

func (l *policyLoader) fault(w word, format string, args ...any) {
	l.faults = append(l.faults, standard.FileError{File: l.name, Line: max(w.line, 1), Column: max(w.col, 1), Message: fmt.Sprintf(format, args...)})
}

func (l *policyLoader) roles(file *policyFile) {
	for _, r := range file.Roles {
		id := Role(r.ID.text)
		switch _, twice := l.policy.RoleName(id); {
		case id == "" || r.Name.text == "":
			l.fault(r.ID, "a role needs an id and a name")
		case twice:
			l.fault(r.ID, "the role %q stands here twice", id)
		}
		l.policy.roles = append(l.policy.roles, RoleName{ID: id, Name: r.Name.text})
	}
	if len(file.Roles) == 0 {
		l.fault(word{}, "there are no roles")
	}
}

func (l *policyLoader) banner(file *policyFile) {
	l.policy.bannerRoles = l.classRoles(file.BannerRoles)
	l.policy.packRoles = l.classRoles(file.PackRoles)
	l.policy.downtimeRoles = l.classRoles(file.Downtime)
	if len(file.BannerRoles) == 0 {
		l.fault(word{}, "banner_roles is empty: nobody would see an allergy")
	}
}

func (l *policyLoader) classRoles(words []word) (roles []string) {
	for _, w := range words {
		if !slices.Contains(standard.ClassRoles(), w.text) {
			l.fault(w, "%q is not a role of classes; it must be one of %s", w.text, strings.Join(standard.ClassRoles(), ", "))
		}
		roles = append(roles, w.text)
	}
	return roles
}

// aboutPeople says of each action whether it is about a person and so needs a ground that connects.
func aboutPeople() map[Action]bool {
	return map[Action]bool{
		ToRead: true, ToRecord: true, ToAttest: true, ToRegister: true, ToExport: true, ToLink: true, ToRatify: true, ToDestroy: true, ToReadAccessLog: true, ToSeeRestricted: true,
		ToReadDirectory: false, ToEditDirectory: false, ToManageAccounts: false, ToBreakGlass: false, ToManageForms: false, ToOversee: false, ToManagePeers: false, ToManageClients: false, ToManageDevices: false,
	}
}

func (l *policyLoader) grant(role, action, ground, upto, note word) {
	g := Grant{Role: Role(role.text), Action: Action(action.text), Ground: record.Ground(ground.text), Note: note.text}
	before := len(l.faults)
	if _, ok := l.policy.RoleName(g.Role); !ok {
		l.fault(role, "there is no role %q above", role.text)
	}
	people, known := aboutPeople()[g.Action]
	switch connects := slices.Contains([]record.Ground{record.PlacedNow, record.PlacedEver, record.WorksWith, record.LetIn}, g.Ground); {
	case !known:
		l.fault(action, "there is no action %q", action.text)
	case !connects && g.Ground != always:
		l.fault(ground, "there is no ground %q; it must be placed-now, placed-ever, works-with, let-in or always", ground.text)
	case people && !connects:
		l.fault(ground, "%s is about a person: the ground cannot be always", g.Action)
	case !people && connects:
		l.fault(ground, "%s is not about a person: the ground must be always", g.Action)
	}
	limit, ok := record.ParseSensitivity(upto.text)
	if !ok || upto.text == "" {
		l.fault(upto, "there is no sensitivity %q; it must be normal, sensitive or confidential", upto.text)
	}
	if g.UpTo = limit; note.text == "" {
		l.fault(role, "a grant needs a note that says why")
	}
	if len(l.faults) > before {
		return
	}
	if slices.ContainsFunc(l.policy.byRole[g.Role][g.Action], func(other Grant) bool { return other.Ground == g.Ground }) {
		l.fault(role, "%s, %s, %s stands here twice", g.Role, g.Action, g.Ground)
		return
	}
	if l.policy.byRole[g.Role] == nil {
		l.policy.byRole[g.Role] = map[Action][]Grant{}
	}
	l.policy.byRole[g.Role][g.Action] = append(l.policy.byRole[g.Role][g.Action], g)
	l.policy.grants = append(l.policy.grants, g)
}
