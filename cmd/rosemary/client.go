package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rosemary/access"
	"rosemary/access/keyset"
	"rosemary/internal/installation"
	"rosemary/standard"
)

func clientCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "client",
		Short: "Manage programs and apps of others that use FHIR: add, list, revoke",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(clientAdd(), clientList(), clientRevoke())
	return c
}

func clientAdd() *cobra.Command {
	var dir, keys string
	var n access.NewClient
	var system bool
	c := &cobra.Command{
		Use: "add ID", Short: "Register a system, which acts by itself, or an app, which workers use", Args: exactly("ID"),
		Long: `Registers a program or an app of somebody else's for SMART on FHIR. A system acts for an account and sees whom that account sees; best make an account
of its own for it. An app acts for the worker who uses it. Scopes say what it can be given at most: they cut what the role of the account allows and never
widen it. Only public keys are taken; a private key stays with whoever made it.`,
		Example: `  rosemary client add --system --name "Harbour GP" --account harbour-gp --scope "system/Patient.rs system/Observation.rs" --keys gp.jwks.json harbour-gp
  rosemary client add --name "Rounds" --scope "patient/*.rs launch/patient offline_access" --redirect https://rounds.example/back rounds`,
		RunE: func(c *cobra.Command, args []string) error {
			if n.Name == "" || n.Scopes == "" {
				return usageError{errors.New("--name and --scope are needed. See: rosemary client add --help")}
			}
			n.ID, n.Kind = args[0], access.AppClient
			if system {
				n.Kind = access.SystemClient
			}
			if keys != "" {
				text, err := readKeysFile(keys)
				if err != nil {
					return err
				}
				n.Keys = text
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				client, err := in.Guard.RegisterClient(ctx, n)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Registered the client %s.\nIt can be given at most: %s\n", client.ID, client.Scopes)
				if client.Waits {
					fmt.Fprintln(c.OutOrStdout(), "What it writes waits until somebody ratifies it.")
				}
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	f := c.Flags()
	f.BoolVar(&system, "system", false, "it acts by itself, for --account; else it is an app")
	f.StringVar(&n.Name, "name", "", "what people call it")
	f.StringVar(&n.Account, "account", "", "of a system: the `account` that it acts for")
	f.StringVar(&n.Scopes, "scope", "", "the most that it can be given, as SMART `scopes`")
	f.StringVar(&keys, "keys", "", "a `file` with its public keys (JWKS)")
	f.StringVar(&n.KeysAt, "keys-at", "", "or the `address` where they are")
	f.StringArrayVar(&n.Redirects, "redirect", nil, "of an app: an `address` its user is sent back to (may be repeated)")
	f.StringVar(&n.Launch, "launch", "", "of an app: the `address` where it is started from a page of Rosemary")
	f.BoolVar(&n.Waits, "waits", false, "what it writes waits until a person ratifies it")
	return c
}

// readKeysFile reads no more than a set of keys can be.
func readKeysFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > keyset.MostBytes {
		return "", &standard.Fault{Kind: standard.Invalid, Message: "The file of keys is longer than 64 KB.", Hint: "It should hold a JSON Web Key Set and nothing else."}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", &standard.Fault{Kind: standard.Invalid, Message: "The file of keys cannot be read.", Hint: "Check the path given with --keys.", Err: err}
	}
	return string(text), nil
}

func clientList() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "list", Short: "List the clients", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				clients, err := in.Guard.ClientList(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "CLIENT\tNAME\tKIND\tACTS FOR\tKEYS\tWRITES\tSTATE\tSCOPES")
				for _, one := range clients {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", one.ID, one.Name, one.Kind, actsFor(one), keysOf(one), writesOf(one), stateOf(one), one.Scopes)
				}
				return w.Flush()
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func actsFor(c access.Client) string {
	if c.Kind == access.SystemClient {
		return c.Account
	}
	return "its user"
}

// keysOf names the keys, for a set is compared by its names.
func keysOf(c access.Client) string {
	if c.KeysAt != "" {
		return c.KeysAt
	}
	set, problems := keyset.Read(c.Keys)
	if len(problems) > 0 {
		return "none"
	}
	return strings.Join(set.Names(), ",")
}

func writesOf(c access.Client) string {
	if c.Waits {
		return "wait"
	}
	return "at once"
}

func stateOf(c access.Client) string {
	if c.Open() {
		return "open"
	}
	return "revoked"
}

func clientRevoke() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "revoke ID", Short: "Close a client for ever, and end its tokens at once", Args: exactly("ID"),
		RunE: func(c *cobra.Command, args []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				if err := in.Guard.CloseClient(ctx, args[0]); err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Revoked the client %s. Its tokens are worth nothing from now on.\n", args[0])
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}
