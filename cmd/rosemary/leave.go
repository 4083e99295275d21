package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"rosemary/internal/installation"
)

func leaveCommand() *cobra.Command {
	var dir, to string
	c := &cobra.Command{
		Use:   "leave --to FOLDER",
		Short: "Take everything along: what another system takes in, pages that anybody can read, tables, and a description of it all",
		Long: `Writes everything that the data folder holds into a new folder, for whoever takes over: one file that another Rosemary takes in,
for each person a folder of linked pages that opens without any program, a table (CSV) for each class, the attachments, change logs, class files, checkpoints and keys,
checksums, and a description of every file, element, code and relation. README.html in the folder says how to check it.

The server may go on running; what is written meanwhile is not in it. The folder appears when it is whole. Stopped in between, nothing is left; start again.
It needs about four times the room of the attachments, and ten times that of the rest.`,
		Example: "  rosemary leave --data /var/lib/rosemary --to /mnt/usb/leaving",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if to == "" {
				return usageError{fmt.Errorf("say where to: --to FOLDER")}
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				left, err := in.Leave(ctx, to, progress(c.ErrOrStderr(), "Writing"))
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "%d contributions about %d people and %d entries of the directory are in %s.\nOpen README.html there. It is not encrypted: keep it as safe as the records themselves.\n",
					left.Contributions, left.People, left.Entries, to)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&to, "to", "", "the `folder` to write: empty, or not there yet")
	return c
}
