package main

import (
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"rosemary/internal/bench"
)

func benchCommand() *cobra.Command {
	var o bench.Options
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure how fast and how small Rosemary is on this machine, beside its ceilings",
		Long: `Loads a data folder, starts Rosemary on it as a second process, and measures it with real authentication, validation, access
check and audit; beside it, by turns, a bare net/http handler with the same body sizes, and a bare SQLite loop with the same durability.`,
		Example: "  rosemary bench --versions 1000000 --dir /var/tmp/bench",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Connections < 1 || o.Versions < 1 || o.People < 0 || o.Long < 0 || o.Each <= 0 {
				return usageError{fmt.Errorf("--connections, --versions and --each must be above zero")}
			}
			o.Out, o.Progress = c.OutOrStdout(), c.ErrOrStderr()
			return bench.Run(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.Connections, "connections", 16, "how many connections ask at once")
	c.Flags().IntVar(&o.Versions, "versions", 100_000, "how many versions there are before anything is measured")
	c.Flags().IntVar(&o.People, "people", 0, "among how many people (default: one for every 5,000 versions, at least 200)")
	c.Flags().IntVar(&o.Long, "long", 50_000, "how many versions one person has besides, whose summary page is measured; 0: none")
	c.Flags().DurationVar(&o.Each, "each", 6*time.Second, "how long each measure runs")
	c.Flags().BoolVar(&o.Encrypted, "encrypted", false, "encrypt the data folder at rest")
	c.Flags().StringVar(&o.Dir, "dir", "", "the `folder` where the data is loaded, and left for the next run (default: a temporary one)")
	c.AddCommand(benchCeiling(), benchExtract())
	return c
}

// benchCeiling is the bare handler as a process of its own; the bench starts it.
func benchCeiling() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use: "ceiling", Short: "The bare handler that the bench compares with", Hidden: true, Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			listener, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "ready: http://%s\n", listener.Addr())
			return bench.ServeCeiling(c.Context(), listener)
		},
	}
	listenFlag(c, &listen)
	return c
}

func benchExtract() *cobra.Command {
	var o bench.ExtractOptions
	c := &cobra.Command{
		Use: "extract", Short: "Measure extracts of one person with many versions, and moving them to another provider", Args: exactly(),
		Long: `Loads one person with many versions and gives extracts of all of them, beside their ceiling by turns: the same rows read and encoded with no model in between. Then the person is
given in a file, received with every hash, chain and signature checked, and ratified while somebody else's notes are written.`,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Versions < 1 {
				return usageError{fmt.Errorf("--versions must be above zero")}
			}
			o.Out, o.Progress = c.OutOrStdout(), c.ErrOrStderr()
			return bench.RunExtract(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.Versions, "versions", 100_000, "how many versions the person has")
	c.Flags().StringVar(&o.Dir, "dir", "", "the `folder` where the data is loaded (default: a temporary one)")
	return c
}
