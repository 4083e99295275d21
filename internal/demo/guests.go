package demo

import (
	"context"
	"fmt"
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

// guestText is somebody who is let in to one person's record, as the file tells it.
type guestText struct {
	Person  string `yaml:"person"`
	Role    string `yaml:"role"`
	Basis   string `yaml:"basis"`
	Named   string `yaml:"named"`
	By      string `yaml:"by"`
	Purpose string `yaml:"purpose"`
	What    string `yaml:"what"`
}

// letIn makes the passes of relatives and attorneys as a manager would, uses them, and chooses the password that all have. Whose records were not made are left out.
func (p *player) letIn(ctx context.Context) ([]SignIn, error) {
	var guests []guestText
	if err := readData("guests.yaml", &guests); err != nil {
		return nil, err
	}
	var all []SignIn
	for _, g := range guests {
		person, basis, named := p.names[g.Person], p.names[fullName(g.Person, g.Basis)], p.names[fullName(g.Person, g.Named)]
		if person == nil || basis == nil || named == nil {
			continue
		}
		one, err := p.letInOne(ctx, g, person, basis, named)
		if err != nil {
			return nil, fmt.Errorf("letting in the %s of %s: %w", g.Role, g.Person, err)
		}
		all = append(all, one)
	}
	return all, nil
}

func (p *player) letInOne(ctx context.Context, g guestText, person, basis, named *known) (SignIn, error) {
	maker, err := p.session(ctx, g.By)
	if err != nil {
		return SignIn{}, err
	}
	view, err := maker.View(ctx, access.At{})
	if err != nil {
		return SignIn{}, err
	}
	v, err := view.Record(ctx, person.uid, named.uid)
	if err != nil {
		return SignIn{}, err
	}
	content, err := v.Decoded(p.Catalogue)
	if err != nil {
		return SignIn{}, err
	}
	name, _ := content.Get("name")[0].(standard.Text)
	given, family, _ := strings.Cut(string(name), " ")
	code, pass, err := maker.MakePass(ctx, access.NewPass{Role: access.Role(g.Role), Given: given, Family: family, Purpose: g.Purpose, Person: person.uid, Basis: basis.uid})
	if err != nil {
		return SignIn{}, err
	}
	principal, purpose, err := p.Guard.RedeemPass(ctx, code, "the demonstration")
	if err != nil {
		return SignIn{}, err
	}
	own, err := p.Guard.Session(ctx, principal.Account, purpose)
	if err != nil {
		return SignIn{}, err
	}
	return SignIn{Account: principal.Account, Name: pass.Holder, Role: principal.RoleName, What: g.What}, own.ChoosePassword(ctx, p.Password)
}
