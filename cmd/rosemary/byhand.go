package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/transfer"
)

// byHand are the flags of an export of one person for another provider.
type byHand struct {
	to string
	h  installation.ByHand
}

func (b *byHand) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&b.to, "to", "", "the `file` for another provider, with one --person")
	f.StringVar(&b.h.Recipient, "for", "", "seal it for the system with this public `key`")
	f.BoolVar(&b.h.Open, "open", false, "do not seal it: whoever gets hold of the file can read it")
	f.StringVar(&b.h.To, "whom", "", "to `whom` it goes, for the access log")
	f.StringVar(&b.h.Why, "why", "", "what it is `for`, for the access log")
}

// asked reports whether the export is one by hand.
func (b *byHand) asked(c *cobra.Command, people []uuid.UUID) (bool, error) {
	if b.to == "" {
		for _, name := range []string{"for", "open", "whom", "why"} {
			if c.Flags().Changed(name) {
				return false, usageError{fmt.Errorf("--%s is for a file for another provider: name it with --to", name)}
			}
		}
		return false, nil
	}
	if len(people) != 1 {
		return false, usageError{errors.New("a file for another provider is about one person: say who with one --person")}
	}
	if c.Flags().Changed("output") {
		return false, usageError{errors.New("--to names the file already: leave --output out")}
	}
	b.h.Person, b.h.Recipient = people[0], strings.TrimSpace(b.h.Recipient)
	return true, nil
}

func (b *byHand) give(ctx context.Context, c *cobra.Command, in *installation.Installation) error {
	bar := progress(c.ErrOrStderr(), "Exporting")
	return written(c, b.to, func(w io.Writer) (string, error) {
		handed, err := in.GiveByHand(ctx, w, b.h, bar)
		if err != nil {
			return "", err
		}
		for _, other := range handed.Others {
			fmt.Fprintf(c.ErrOrStderr(), "This person has another record here, which is not in the file. To give it too: --person %s\n", other)
		}
		how := "sealed for " + record.SystemOf(b.h.Recipient)
		if b.h.Open {
			how = "not sealed: keep it safe"
		}
		return fmt.Sprintf("%d contributions, %s,", handed.Contributions, how), nil
	})
}

// isByHand tells a person's record of another provider from an export of one's own, and goes back to the beginning of the file.
func isByHand(file *os.File, b installation.Brought) (bool, error) {
	begins := make([]byte, len(transfer.SealMark))
	n, err := io.ReadFull(file, begins)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return bytes.Equal(begins[:n], []byte(transfer.SealMark)) || b.Key != "" || b.Unproved, err
}

func takeByHand(ctx context.Context, c *cobra.Command, in *installation.Installation, file io.Reader, b installation.Brought) error {
	b.Key = strings.TrimSpace(b.Key)
	s, sealed, err := in.TakeByHand(ctx, file, b)
	if err != nil {
		return err
	}
	how, proof := "open", "Nothing proves where it comes from."
	if sealed {
		how = "sealed for this system"
	}
	if s.Proof.Given() {
		proof = "The signature of system " + s.System + " vouches for all of it."
	}
	fmt.Fprintf(c.OutOrStdout(), "Taken in, %s: %s %s, born %s. %d versions of records, %d entries of the directory, %d files. %s\n", how, s.Card.Given, s.Card.Family, s.Card.Born, s.Versions, s.Entries, s.Files, proof)
	fmt.Fprintf(c.OutOrStdout(), "It is not part of the record yet. To see what it would mean, and decide: rosemary waiting show %s --as ACCOUNT\n", s.ID)
	return nil
}

func keyCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "key", Short: "Tell the public key of this system, for other providers", Args: exactly(),
		Long: `Other providers seal with it what they send here, and verify with it what comes from here. It is no secret; but read its fingerprint to each other,
on the telephone for example, so that nobody has put another in its place.`,
		RunE: func(c *cobra.Command, _ []string) error {
			return besideServer(c, dir, func(_ context.Context, in *installation.Installation) error {
				fmt.Fprintln(c.OutOrStdout(), in.Keys.Public())
				fmt.Fprintln(c.ErrOrStderr(), "Fingerprint:", record.Fingerprint(in.Keys.Public()))
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	return c
}
