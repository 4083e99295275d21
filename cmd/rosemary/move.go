package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"rosemary/internal/installation"
)

// progress shows a bar on a terminal, and a plain line every few seconds in a log.
func progress(errs io.Writer, what string) func(done, total int64) {
	if file, ok := errs.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		var bar *progressbar.ProgressBar
		return func(done, total int64) {
			if bar == nil {
				bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(errs), progressbar.OptionSetDescription(what),
					progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
			}
			_ = bar.Set64(done)
		}
	}
	last := time.Now()
	return func(done, total int64) {
		if time.Since(last) < 5*time.Second {
			return
		}
		last = time.Now()
		if total < 0 {
			fmt.Fprintf(errs, "%s: %d\n", what, done)
			return
		}
		fmt.Fprintf(errs, "%s: %d of %d\n", what, done, total)
	}
}

func exportCommand() *cobra.Command {
	var dir, output string
	var people []string
	var hand byHand
	c := &cobra.Command{
		Use:   "export",
		Short: "Write everything, or some people, as newline-delimited JSON with change log and hashes",
		Long: `Writes every contribution with its versions, salts and hashes, exactly as stored, one a line, in the order of commits.
With --person, that person and what the record refers to in the directory.

With --to, one person's record goes into a file for another provider: sealed, so that only their system reads it (--for, its public key), or open.
They take it in with: rosemary import FILE --from KEY. What this system's public key is, says: rosemary key`,
		Example: "  rosemary export --output all.ndjson\n  rosemary export --person 0192... --output peggy.ndjson\n" +
			"  rosemary export --person 0192... --to peggy.rosemary --for \"$(cat elm-court.key)\" --whom \"Elm Court\" --why \"moves there\"",
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			var streams []uuid.UUID
			for _, p := range people {
				uid, err := uuid.Parse(p)
				if err != nil {
					return usageError{fmt.Errorf("--person %q is not a uid", p)}
				}
				streams = append(streams, uid)
			}
			if asked, err := hand.asked(c, streams); err != nil {
				return err
			} else if asked {
				return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error { return hand.give(ctx, c, in) })
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				return exportTo(ctx, c, in, output, streams)
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVarP(&output, "output", "o", "-", "the `file` to write, - for standard output")
	c.Flags().StringArrayVar(&people, "person", nil, "`uid` of a person (may be repeated)")
	hand.flags(c)
	return c
}

// exportTo writes to a new file beside the one asked for and renames it, so that half an export never looks like a whole one.
func exportTo(ctx context.Context, c *cobra.Command, in *installation.Installation, output string, streams []uuid.UUID) error {
	bar := progress(c.ErrOrStderr(), "Exporting")
	if output == "-" {
		_, err := in.Export(ctx, c.OutOrStdout(), streams, bar)
		return err
	}
	file, err := os.OpenFile(output+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	count, err := in.Export(ctx, file, streams, bar)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(output+".part"))
	}
	if err := os.Rename(output+".part", output); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	fmt.Fprintf(c.ErrOrStderr(), "Exported %d contributions to %s.\n", count, output)
	return nil
}

func importCommand() *cobra.Command {
	var dir string
	var brought installation.Brought
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in an export of this system or a person's record from another, or start an empty data folder from any export",
		Long: `The whole file is read and checked first; a fault anywhere means that nothing is taken in. What arrives keeps its bytes and
hashes. What is here already is passed over; what contradicts it is refused.

A person's record that another provider gave by hand (export --to), sealed or open, waits outside the record until somebody entitled to has looked and
decided: rosemary waiting. Say whose key vouches for it (--from), or that nothing does (--unproved).`,
		Example: "  rosemary import all.ndjson\n  rosemary import peggy.rosemary --from \"$(cat harbour-house.key)\" --provider \"Harbour House\"",
		Args:    exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := openSeekable(c, args[0])
			if err != nil {
				return err
			}
			defer func() { _ = file.Close() }()
			byHand, err := isByHand(file, brought)
			if err != nil {
				return err
			}
			return withInstallation(c, dir, func(ctx context.Context, in *installation.Installation) error {
				if byHand {
					return takeByHand(ctx, c, in, file, brought)
				}
				bar := progress(c.ErrOrStderr(), "Importing")
				done, err := in.Import(ctx, file, func(n int64) { bar(n, -1) })
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Read %d contributions of system %s; %d were new.\n", done.Contributions, done.System, done.New)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&brought.Key, "from", "", "public `key` of the system that gave a person's record, learned from that provider")
	c.Flags().BoolVar(&brought.Unproved, "unproved", false, "keep a person's record although nothing proves where it comes from")
	c.Flags().StringVar(&brought.Provider, "provider", "", "what the other provider is `called`")
	return c
}

// openSeekable opens a file; standard input is put into a temporary one first.
func openSeekable(c *cobra.Command, name string) (*os.File, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, usageError{fmt.Errorf("reading the export: %w", err)}
		}
		return file, nil
	}
	file, err := os.CreateTemp("", "rosemary-import-*")
	if err != nil {
		return nil, fmt.Errorf("a place for the export: %w", err)
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	if _, err := io.Copy(file, c.InOrStdin()); err != nil {
		return nil, fmt.Errorf("reading the export: %w", err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}

func verifyCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "verify", Short: "Prove that nothing was altered, removed or reordered; name the first broken place", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				p, err := in.Verify(ctx, progress(c.ErrOrStderr(), "Verifying"))
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Sound: %d contributions with %d versions in %d streams; %d checkpoints, covering the first %d contributions; %d batches of the access log.\n",
					p.Contributions, p.Versions, p.Streams, p.Checkpoints, p.Covered, p.Accesses)
				sayFiles(c, p)
				sayLosses(c, p)
				if p.Destroyed.Versions+p.Destroyed.Streams > 0 {
					fmt.Fprintf(c.OutOrStdout(), "Lawfully destroyed, each with a certificate: %d versions and %d whole records.\n", p.Destroyed.Versions, p.Destroyed.Streams)
				}
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}

// sayFiles says how many files were read, and which nobody has named for a month: somebody gave up writing.
func sayFiles(c *cobra.Command, p installation.Proof) {
	if p.Files > 0 {
		fmt.Fprintf(c.OutOrStdout(), "Attachments: %d, each read whole.\n", p.Files)
	}
	old := 0
	for _, f := range p.Unnamed {
		if time.Since(f.Kept) > 30*24*time.Hour {
			old++
		}
	}
	if old > 0 {
		fmt.Fprintf(c.OutOrStdout(), "Attachments that no record has named for 30 days: %d. They are kept, for a draft may name them.\n", old)
	}
}

func rebuildCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "rebuild", Short: "Build everything that is derived from the log anew", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return opened(c, installation.Options{Dir: dir, Existing: true}, func(ctx context.Context, in *installation.Installation) error {
				if err := in.Rebuild(ctx, progress(c.ErrOrStderr(), "Rebuilding")); err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), "Rebuilt.")
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}
