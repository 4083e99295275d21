package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/standard"
)

func userCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "Manage accounts: add, list, token, password, disable, enable",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(userAdd(), userList(), userToken(), userPassword(), userClosed("disable", "Close an account at once", (*access.Guard).Disable), userClosed("enable", "Open a closed account again", (*access.Guard).Enable))
	return c
}

func userAdd() *cobra.Command {
	var dir, name, role, worker string
	var places []string
	c := &cobra.Command{
		Use: "add ACCOUNT", Short: "Make an account; asks for the password, or reads it from standard input", Args: exactly("ACCOUNT"),
		Example: `  rosemary user add --role administrator --name "Sam Okoro" sam
  rosemary user add --role senior-carer --name "Ruth Okafor" --worker 0192... --place 0192... ruth`,
		RunE: func(c *cobra.Command, args []string) error {
			if name == "" || role == "" {
				return usageError{errors.New("--name and --role are needed. See: rosemary user add --help")}
			}
			account := access.NewAccount{Account: args[0], Name: name, Role: access.Role(role)}
			var err error
			if account.Worker, err = optionalUID("--worker", worker); err != nil {
				return err
			}
			for _, p := range places {
				uid, err := optionalUID("--place", p)
				if err != nil {
					return err
				}
				account.Places = append(account.Places, uid)
			}
			if account.Password, err = askPassword(c); err != nil {
				return err
			}
			return opened(c, installation.Options{Dir: dir, Beside: true}, func(ctx context.Context, in *installation.Installation) error {
				if err := in.Guard.CreateAccount(ctx, account); err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Made the account %s.\n", account.Account)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&name, "name", "", "what to call them")
	c.Flags().StringVar(&role, "role", "", "care-assistant, senior-carer, nurse, registered-manager, administrator or inspector")
	c.Flags().StringVar(&worker, "worker", "", "`uid` of their entry in the directory")
	c.Flags().StringArrayVar(&places, "place", nil, "`uid` of a home or branch they work in (may be repeated)")
	return c
}

func optionalUID(flag, s string) (uuid.UUID, error) {
	if s == "" {
		return uuid.Nil, nil
	}
	uid, err := uuid.Parse(s)
	if err != nil {
		return uuid.Nil, usageError{fmt.Errorf("%s %q is not a uid", flag, s)}
	}
	return uid, nil
}

// askPassword asks without showing what is typed; away from a terminal it reads one line.
func askPassword(c *cobra.Command) (string, error) {
	if file, ok := c.InOrStdin().(interface{ Fd() uintptr }); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprint(c.ErrOrStderr(), "Password (at least 10 characters): ")
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(c.ErrOrStderr())
		return string(typed), err
	}
	line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", &standard.Fault{Kind: standard.Invalid, Message: "No password was given.", Hint: "Type it, or send it as one line on standard input.", Err: err}
	}
	return line, nil
}

func userList() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "list", Short: "List the accounts", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				accounts, err := in.Guard.Accounts(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ACCOUNT\tNAME\tROLE\tPLACES\tSTATE")
				for _, a := range accounts {
					state := "open"
					if a.Disabled {
						state = "closed"
					}
					if a.Restored {
						state = "closed by the restore"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", a.Account, a.Name, a.Role, len(a.Places), state)
				}
				return w.Flush()
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func userToken() *cobra.Command {
	var dir, label string
	var days int
	var revoke bool
	c := &cobra.Command{
		Use: "token ACCOUNT", Short: "Make a bearer token for scripts, shown once", Args: exactly("ACCOUNT"),
		Example: `  TOKEN=$(rosemary user token ruth)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/people`,
		RunE: func(c *cobra.Command, args []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				if revoke {
					n, err := in.Guard.RevokeTokens(ctx, args[0])
					if err == nil {
						fmt.Fprintf(c.OutOrStdout(), "Revoked %d token(s) of %s.\n", n, args[0])
					}
					return err
				}
				token, err := in.Guard.NewToken(ctx, args[0], label, time.Duration(days)*24*time.Hour)
				if err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), token)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&label, "label", "script", "what the token is for")
	c.Flags().IntVar(&days, "days", 90, "how many days it is valid")
	c.Flags().BoolVar(&revoke, "revoke", false, "revoke all tokens of the account instead")
	return c
}

func userPassword() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "password ACCOUNT", Short: "Set a new password; ends the account's sign-ins", Args: exactly("ACCOUNT"),
		RunE: func(c *cobra.Command, args []string) error {
			password, err := askPassword(c)
			if err != nil {
				return err
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				return in.Guard.SetPassword(ctx, args[0], password)
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func userClosed(name, short string, change func(*access.Guard, context.Context, string) error) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: name + " ACCOUNT", Short: short, Args: exactly("ACCOUNT"),
		RunE: func(c *cobra.Command, args []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				return change(in.Guard, ctx, args[0])
			})
		},
	}
	dataFlag(c, &dir)
	return c
}
