package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"rosemary/internal/installation"
)

// subscriptionsCommand is what an operator does about programs that are told by FHIR of what is committed; they subscribe themselves.
func subscriptionsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "subscriptions", Short: "See which programs are told by FHIR of what is saved, and stop one", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(subscriptionsList(), subscriptionsStop())
	return c
}

func subscriptionsList() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "list", Short: "List all subscriptions: whose, where to, and how they stand", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				all, err := in.Subscribed.Book.All(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ID\tACCOUNT\tSTATUS\tTOPIC\tTELLS\tADDRESS\tWAITING\tTROUBLE")
				for _, s := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", s.ID, s.Account, s.State, s.Topic, s.Content, s.Endpoint, s.Number-s.Delivered, s.Trouble)
				}
				return w.Flush()
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

func subscriptionsStop() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "stop ID", Short: "Turn a subscription off; whoever subscribed sees that, and can ask again", Args: exactly("ID"),
		RunE: func(c *cobra.Command, args []string) error {
			id, err := uuid.Parse(args[0])
			if err != nil {
				return usageError{fmt.Errorf("%q is no id of a subscription: rosemary subscriptions list shows them", args[0])}
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				s, err := in.Subscribed.Stop(ctx, id, "Whoever looks after Rosemary has stopped it.")
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Nothing is sent to %s any more for %s.\n", s.Endpoint, s.Account)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}
