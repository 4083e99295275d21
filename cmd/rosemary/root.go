package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"rosemary/internal/installation"
	"rosemary/standard"
)

// The exit codes, for scripts.
const (
	exitDone    = 0
	exitFailed  = 1 // something went wrong that is nobody's fault: the disk, the network
	exitUsage   = 2 // the command line itself
	exitRefused = 3 // what was given is at fault, and the output says where
	exitBroken  = 4 // stored data does not prove itself
)

// usageError is a fault in the command line.
type usageError struct{ error }

// run executes one command line and gives its exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err != nil {
		explain(errs, err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	}
	switch standard.KindOf(err) {
	case standard.Broken:
		return exitBroken
	case standard.Invalid, standard.NotFound, standard.Conflict, standard.Reused, standard.TooLarge, standard.Forbidden, standard.Unauthenticated:
		return exitRefused
	}
	return exitFailed
}

// explain says what went wrong and what to do.
func explain(w io.Writer, err error) {
	var fault *standard.Fault
	if !errors.As(err, &fault) {
		fmt.Fprintln(w, "rosemary:", err)
		return
	}
	fmt.Fprintln(w, "rosemary:", fault.Message)
	for _, p := range fault.Problems {
		fmt.Fprintf(w, "  %s: %s (%s)\n", p.Path, p.Message, p.Rule)
	}
	if fault.Hint != "" {
		fmt.Fprintln(w, fault.Hint)
	}
	if fault.Err != nil && fault.Kind != standard.Invalid {
		fmt.Fprintln(w, "Cause:", fault.Err)
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "rosemary",
		Short: "An open digital social care record",
		Long: `Rosemary keeps a person's whole social care record on the national standard (MODS, DAPB4102).

Start with a demonstration home:   rosemary demo
Start for real:                    rosemary serve --data /var/lib/rosemary
Make the first account:            rosemary user add --data /var/lib/rosemary --role administrator --name "Sam Okoro" sam

Exit codes: 0 done, 1 failed, 2 wrong use, 3 what was given is at fault, 4 stored data does not prove itself.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q. See: rosemary --help", args[0])}
			}
			return nil
		},
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w. See: %s --help", err, c.CommandPath())}
	})
	configFlags(root)
	root.AddCommand(
		downtimeCommand(),
		serveCommand(), demoCommand(), importCommand(), exportCommand(), validateCommand(), verifyCommand(), rebuildCommand(),
		standardCommand(), userCommand(), clientCommand(), benchCommand(), extractCommand(), keyCommand(), waitingCommand(),
		wordsCommand(), leaveCommand(), transferCommand(), subscriptionsCommand(), backupCommand(), restoreCommand(), encryptCommand(), recoverCommand(), configCommand(),
	)
	return root
}

// exactly wants so many arguments, and says which.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		if len(names) == 0 {
			return usageError{fmt.Errorf("%s takes no arguments", c.CommandPath())}
		}
		return usageError{fmt.Errorf("%s takes %d argument(s): %s. See: %s --help", c.CommandPath(), len(names), strings.Join(names, " "), c.CommandPath())}
	}
}

// dataFlag adds --data.
func dataFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data", "data", "the data `folder`")
}

// withInstallation opens the data folder for itself alone, does the work, and closes it.
func withInstallation(c *cobra.Command, dir string, work func(ctx context.Context, in *installation.Installation) error) error {
	return opened(c, installation.Options{Dir: dir}, work)
}

// besideServer does the same with data that is there already, beside a server that may be running.
func besideServer(c *cobra.Command, dir string, work func(ctx context.Context, in *installation.Installation) error) error {
	return opened(c, installation.Options{Dir: dir, Existing: true, Beside: true}, work)
}

func opened(c *cobra.Command, o installation.Options, work func(ctx context.Context, in *installation.Installation) error) error {
	l, err := settings(c)
	if err != nil {
		return err
	}
	o.Logger = quietLogger(c)
	in, err := installation.Open(c.Context(), applied(l, o))
	if err != nil {
		return err
	}
	return errors.Join(work(c.Context(), in), in.Close())
}

// quietLogger tells what an operator must know, and no more: the command says the rest itself.
func quietLogger(c *cobra.Command) *slog.Logger {
	return slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}
