package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"rosemary/internal/downtime"
	"rosemary/internal/installation"
)

func downtimeCommand() *cobra.Command {
	var dir, to string
	c := &cobra.Command{
		Use:   "downtime",
		Short: "Make the downtime pack at once: summaries and medicine charts that open without the server",
		Long: `Writes, for each home, one page with everybody who is looked after there: who they are, whom to call, allergies, resuscitation, how they eat and move, what is planned, how
they get out in a fire, and their medicines of today and tomorrow with boxes to sign. The pages need nothing but a browser. With downtime.to in the configuration the
server makes the pack every hour by itself. Who may open the folder, and whether its disk is encrypted, is for you to decide: it holds what a hospital would be told.
It is kept in the log of who saw what that the pack was made.`,
		Example: "  rosemary downtime --to /mnt/office-pc/rosemary-downtime",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			if to == "" {
				to = l.Downtime.To
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				made, err := downtime.Make(ctx, in, to, l.Downtime.Every)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Made %s: %d people in %d homes.\n", made.Path, made.People, made.Homes)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&to, "to", "", "the `folder` where the pack goes, outside the data folder")
	return c
}
