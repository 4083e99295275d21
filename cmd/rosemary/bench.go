package main

import (
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"rosemary/internal/bench"
)

func benchCommand() *cobra.Command {
	var connections, people int
	var each time.Duration
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure how fast Rosemary is on this machine, beside its ceilings",
		Long: `Starts Rosemary as a second process on a new temporary data folder, and measures it with real authentication, validation, access
check and audit; beside it, in the same run, a bare net/http handler with the same body sizes and a bare SQLite loop with the same durability.`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if connections < 1 || people < 1 || each <= 0 {
				return usageError{fmt.Errorf("--connections, --people and --each must be above zero")}
			}
			return bench.Run(c.Context(), bench.Options{Connections: connections, People: people, Each: each, Out: c.OutOrStdout()})
		},
	}
	c.Flags().IntVar(&connections, "connections", 16, "how many connections ask at once")
	c.Flags().IntVar(&people, "people", 200, "how many people there are")
	c.Flags().DurationVar(&each, "each", 5*time.Second, "how long each measure runs")
	c.AddCommand(benchCeiling())
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
