package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rosemary/internal/installation"
	"rosemary/transfer/exchange"
)

// transferCommand is what an operator does about the exchange of records with other systems; everything else is done on the pages.
func transferCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "transfer", Short: "Say which other systems records are exchanged with, and check receipts", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(transferOwn(), transferSystems(), transferAdd(), transferRemove(), transferReceipt())
	return c
}

func transferOwn() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "own", Short: "Print this system's public key and its fingerprint, to be read to others", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(_ context.Context, in *installation.Installation) error {
				key, fingerprint := in.Exchange.Own()
				fmt.Fprintf(c.OutOrStdout(), "System:      %s\nKey:         %s\nFingerprint: %s\n", in.Identity.System, key, fingerprint)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func transferSystems() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "systems", Short: "List the systems that records are exchanged with", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				list, err := in.Exchange.Book.Peers(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "NAME\tSYSTEM\tADDRESS\tFINGERPRINT\tSINCE")
				for _, p := range list {
					since := p.Added.Format("2006-01-02")
					if p.Configured {
						since += ", in the configuration"
					}
					if p.Gone() {
						since = "removed " + p.Removed.Format("2006-01-02")
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Name, p.System, p.Address, p.Fingerprint(), since)
				}
				return w.Flush()
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func transferAdd() *cobra.Command {
	var dir string
	var n exchange.NewPeer
	c := &cobra.Command{
		Use: "add", Short: "Add another system, by its address, its key and the fingerprint that its people have told you",
		Long: `The key is the line that the other provider prints with: rosemary transfer own. Let them read its fingerprint to you by telephone: what comes with
the key proves nothing. They must add this system in the same way.`,
		Example: `  rosemary transfer add --name "Elm Court" --address https://records.elmcourt.example --key 6f0c...+1a2b3c4d+AbCd... --fingerprint "3f2a 9c01 ..."`,
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				p, err := in.Exchange.OperatorAdds(ctx, n)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Records can be exchanged with %s (%s).\n", p.Name, p.System)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&n.Name, "name", "", "what the other `provider` is called")
	c.Flags().StringVar(&n.Address, "address", "", "the `address` where its Rosemary answers")
	c.Flags().StringVar(&n.Key, "key", "", "its public `key`, one line")
	c.Flags().StringVar(&n.Fingerprint, "fingerprint", "", "the `fingerprint` of that key, as its people told it")
	return c
}

func transferRemove() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "remove SYSTEM", Short: "End the exchange with a system; what it has signed can still be checked", Args: exactly("SYSTEM"),
		RunE: func(c *cobra.Command, args []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				p, err := in.Exchange.OperatorRemoves(ctx, args[0])
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Nothing is exchanged with %s any more.\n", p.Name)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func transferReceipt() *cobra.Command {
	var keys []string
	c := &cobra.Command{
		Use: "receipt FILE", Short: "Check a receipt under the key of whoever should have signed it, and say what it proves; needs no data",
		Example: "  rosemary transfer receipt receipt.txt --key 6f0c...+1a2b3c4d+AbCd...",
		Args:    exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(keys) == 0 {
				return usageError{fmt.Errorf("--key is missing: the public key of the system that should have signed it")}
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return usageError{fmt.Errorf("reading the receipt: %w", err)}
			}
			r, err := exchange.OpenReceipt(string(text), keys...)
			if err != nil {
				return err
			}
			sayReceipt(c.OutOrStdout(), r)
			return nil
		},
	}
	c.Flags().StringArrayVar(&keys, "key", nil, "the public `key` of the receiver, one line (may be repeated)")
	return c
}

func sayReceipt(w io.Writer, r *exchange.Receipt) {
	fmt.Fprintf(w, "The signature fits.\nReceived by:   %s\nSent by:       %s\nWhen:          %s\nPackage:       %d bytes, SHA-256 %s\n", r.To, r.From, r.At.Format("2006-01-02 15:04:05Z07:00"), r.Size, r.Hash)
	if r.Trouble != "" {
		fmt.Fprintf(w, "Not taken in:  %s\n", r.Trouble)
		return
	}
	fmt.Fprintf(w, "Person:        %s\nHeld there:    %d contributions, %d versions, %d files\nUp to:         contribution %d, %s\n", r.Person, r.Contributions, r.Versions, r.Files, r.Sequence, r.Last)
}
