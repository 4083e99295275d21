package access

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/standard"
)

// CreateAccount makes an account. It reports every fault at once; Conflict when there is an account of that name.
func (g *Guard) CreateAccount(ctx context.Context, n NewAccount) error {
	n.Account = accountName(n.Account)
	problems, err := g.accountProblems(ctx, n)
	if err != nil {
		return err
	}
	if err := standard.Refuse("The account could not be made.", append(problems, passwordProblems(n.Account, n.Password)...)); err != nil {
		return err
	}
	leave, err := g.hasher.enter(ctx)
	if err != nil {
		return err
	}
	hash := hashPassword(n.Password)
	leave()
	return g.config.Accounts.Create(ctx, Account{
		Account: n.Account, Name: strings.TrimSpace(n.Name), Role: n.Role, Worker: n.Worker, Places: slices.Clone(n.Places),
		Created: g.config.Now(), Password: hash,
	})
}

func (g *Guard) accountProblems(ctx context.Context, n NewAccount) ([]standard.Problem, error) {
	var found []standard.Problem
	fault := func(path, rule, value, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Value: value, Message: message})
	}
	if ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._@-]{1,63}$`, n.Account); !ok {
		fault("/account", "account-name", n.Account, "An account is 2 to 64 letters a to z and digits, with dots, dashes, underscores or @ between them.")
	}
	if name := strings.TrimSpace(n.Name); name == "" || len(name) > 200 {
		fault("/name", "must-occur", "", "Say what the person is called.")
	}
	if _, ok := g.config.Policy.RoleName(n.Role); !ok {
		var roles []string
		for _, r := range g.config.Policy.Roles() {
			roles = append(roles, string(r.ID))
		}
		fault("/role", "unknown-role", string(n.Role), "The role must be one of "+strings.Join(roles, ", ")+".")
	} else if n.Worker == uuid.Nil && g.config.Policy.May(n.Role, ToRecord) {
		fault("/worker", "must-occur", "", "Say which care worker of the directory this is: what they write is signed with it.")
	}
	entries := slices.Clone(n.Places)
	if n.Worker != uuid.Nil {
		entries = append(entries, n.Worker)
	}
	for i, uid := range entries {
		info, err := g.config.Log.Stream(ctx, uid)
		if err != nil && standard.KindOf(err) != standard.NotFound {
			return nil, err
		}
		if err == nil && info.Kind == standard.DirectoryStream && info.Origin == "" { // never one of another provider's
			continue
		}
		path := "/worker"
		if i < len(n.Places) {
			path = fmt.Sprintf("/places/%d", i)
		}
		fault(path, "unknown-reference", uid.String(), "There is no entry with this id in the directory. Make the entry first.")
	}
	return found, nil
}

// SetPassword gives an account a new password, and ends its signed-in sessions.
func (g *Guard) SetPassword(ctx context.Context, account, password string) error {
	name := accountName(account)
	if err := standard.Refuse("The password was not changed.", passwordProblems(name, password)); err != nil {
		return err
	}
	leave, err := g.hasher.enter(ctx)
	if err != nil {
		return err
	}
	hash := hashPassword(password)
	leave()
	if err := g.config.Accounts.SetPassword(ctx, name, hash); err != nil {
		return noAccount(err, account)
	}
	return g.config.Accounts.Proved(ctx, tryName(name))
}

// Disable closes an account: it can neither sign in nor go on, nor can its tokens.
func (g *Guard) Disable(ctx context.Context, account string) error {
	return noAccountOr(g.config.Accounts.SetDisabled(ctx, accountName(account), true), account)
}

// Enable opens a closed account again.
func (g *Guard) Enable(ctx context.Context, account string) error {
	return noAccountOr(g.config.Accounts.SetDisabled(ctx, accountName(account), false), account)
}

func noAccountOr(err error, account string) error {
	if err == nil {
		return nil
	}
	return noAccount(err, account)
}

// Accounts lists all accounts by name, without their password hashes.
func (g *Guard) Accounts(ctx context.Context) ([]Account, error) {
	list, err := g.config.Accounts.List(ctx)
	for i := range list {
		list[i].Password = ""
	}
	return list, err
}
