package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/standard"
)

func waitingCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "waiting", Short: "What other systems have sent and nobody has decided about: list, show, ratify, refuse", Args: exactly(),
		Long: `What another system sent about a person waits outside the record until somebody entitled to accepts it, all or part of it, or refuses it. Each command is done in the name of an
account that may do so (--as), and asks for its password, or reads it from standard input.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(waitingList(), waitingShow(), waitingRatify(), waitingRefuse())
	return c
}

// asAccount opens the data folder and signs somebody in.
func asAccount(c *cobra.Command, dir, account string, work func(ctx context.Context, in *installation.Installation, s *access.Session) error) error {
	if account == "" {
		return usageError{fmt.Errorf("say in whose name: --as ACCOUNT")}
	}
	password, err := askPassword(c)
	if err != nil {
		return err
	}
	return withInstallation(c, dir, func(ctx context.Context, in *installation.Installation) error {
		if _, err := in.Guard.SignIn(ctx, account, password); err != nil {
			return err
		}
		session, err := in.Guard.Session(ctx, account, access.Management)
		if err != nil {
			return err
		}
		return work(ctx, in, session)
	})
}

func asFlag(c *cobra.Command, account *string) {
	c.Flags().StringVar(account, "as", "", "the `account` in whose name it is done")
}

func waitingList() *cobra.Command {
	var dir, account string
	c := &cobra.Command{Use: "list", Short: "List what waits", Args: exactly(), RunE: func(c *cobra.Command, _ []string) error {
		return asAccount(c, dir, account, func(ctx context.Context, _ *installation.Installation, s *access.Session) error {
			all, err := s.Waiting(ctx)
			for i := range all {
				fmt.Fprintf(c.OutOrStdout(), "%s  %s %s, born %s, from %s: %d versions\n", all[i].ID, all[i].Card.Given, all[i].Card.Family, all[i].Card.Born, all[i].Provider, all[i].Versions)
			}
			if err == nil && len(all) == 0 {
				fmt.Fprintln(c.OutOrStdout(), "Nothing waits.")
			}
			return err
		})
	}}
	dataFlag(c, &dir)
	asFlag(c, &account)
	return c
}

func waitingShow() *cobra.Command {
	var dir, account string
	c := &cobra.Command{Use: "show ID", Short: "Say what accepting it would mean", Args: exactly("ID"), RunE: func(c *cobra.Command, args []string) error {
		id, err := uuid.Parse(args[0])
		if err != nil {
			return usageError{fmt.Errorf("%q is not the id of something that waits. See: rosemary waiting list", args[0])}
		}
		return asAccount(c, dir, account, func(ctx context.Context, in *installation.Installation, s *access.Session) error {
			p, err := s.PreviewSegment(ctx, id)
			if err != nil {
				return err
			}
			showPreview(c, in.Catalogue, p)
			return nil
		})
	}}
	dataFlag(c, &dir)
	asFlag(c, &account)
	return c
}

func showPreview(c *cobra.Command, catalogue *standard.Catalogue, p access.Preview) {
	say := func(format string, args ...any) { fmt.Fprintf(c.OutOrStdout(), format+"\n", args...) }
	say("%s %s, born %s, from %s (%s).", p.Segment.Card.Given, p.Segment.Card.Family, p.Segment.Card.Born, p.Segment.Provider, p.Segment.State)
	for _, k := range p.Classes {
		name := k.Class
		if class, ok := catalogue.Class(k.Class); ok {
			name = class.Name
		}
		say("  %s: %d records with %d versions; %d new, %d held already, %d that contradict what is here, %d continued by both", name, k.Records, k.Versions, k.New, k.Held, k.Conflicts, k.Forks)
	}
	for _, r := range p.Conflicts {
		say("Contradicts what is here, and cannot be accepted: %s (%s)", r.Title, r.Record)
	}
	if len(p.Unknown) > 0 {
		say("Not known here, kept whole and shown as it is: %s", strings.Join(p.Unknown, ", "))
	}
	for _, h := range p.Here {
		if h.Unreachable {
			continue
		}
		say("Held here: %s %s (%s), the same %s%s", h.Card.Given, h.Card.Family, h.Stream, strings.Join(h.Agrees, ", "), differing(h.Differs))
	}
	for _, q := range p.Questions {
		say("Question: %s", q)
	}
}

func differing(what []string) string {
	if len(what) == 0 {
		return ""
	}
	return "; another " + strings.Join(what, ", ")
}

func waitingRatify() *cobra.Command {
	var dir, account, place, onto string
	var records []string
	var r access.Ratification
	c := &cobra.Command{
		Use: "ratify ID", Short: "Accept it into the record, all or part of it", Args: exactly("ID"),
		Example: "  rosemary waiting ratify 0192... --as helen --all --place 0192... --room \"Room 4\" --reason \"She has moved in\"",
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		for _, one := range []struct {
			flag, text string
			to         *uuid.UUID
		}{{"ID", args[0], &r.Segment}, {"--place", place, &r.Place}, {"--onto", onto, &r.Onto}} {
			if one.text == "" {
				continue
			}
			var err error
			if *one.to, err = uuid.Parse(one.text); err != nil {
				return usageError{fmt.Errorf("%s %q is not a uid", one.flag, one.text)}
			}
		}
		for _, text := range records {
			uid, err := uuid.Parse(text)
			if err != nil {
				return usageError{fmt.Errorf("--record %q is not a uid", text)}
			}
			r.Selection.Records = append(r.Selection.Records, uid)
		}
		return asAccount(c, dir, account, func(ctx context.Context, _ *installation.Installation, s *access.Session) error {
			done, err := s.Ratify(ctx, r)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Accepted into the record of %s: %d versions; %d were there before.\n", done.Stream, done.Versions, done.Held)
			return nil
		})
	}
	dataFlag(c, &dir)
	asFlag(c, &account)
	f := c.Flags()
	f.BoolVar(&r.Selection.All, "all", false, "all of it")
	f.StringArrayVar(&r.Selection.Classes, "class", nil, "records of this `class` (may be repeated)")
	f.StringArrayVar(&records, "record", nil, "the record of this `uid` (may be repeated)")
	f.StringVar(&place, "place", "", "`uid` of the home or branch that looks after the person from now on")
	f.StringVar(&r.Room, "room", "", "the `room` there")
	f.StringVar(&r.From, "first-day", "", "the first `day` there; today, when left out")
	f.StringVar(&onto, "onto", "", "`uid` of the person here whom it is about, when they are held under another id")
	f.StringVar(&r.Differences, "differences", "", "`why` they are one person although NHS number or date of birth differ")
	f.StringVar(&r.Reason, "reason", "", "`why` it is accepted")
	return c
}

func waitingRefuse() *cobra.Command {
	var dir, account, reason string
	c := &cobra.Command{Use: "refuse ID", Short: "Refuse it: what is not accepted yet is kept no longer", Args: exactly("ID"), RunE: func(c *cobra.Command, args []string) error {
		id, err := uuid.Parse(args[0])
		if err != nil {
			return usageError{fmt.Errorf("%q is not the id of something that waits. See: rosemary waiting list", args[0])}
		}
		return asAccount(c, dir, account, func(ctx context.Context, _ *installation.Installation, s *access.Session) error {
			if err := s.RefuseSegment(ctx, id, reason); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), "Refused. Nothing of it is kept but that it came.")
			return nil
		})
	}}
	dataFlag(c, &dir)
	asFlag(c, &account)
	c.Flags().StringVar(&reason, "reason", "", "`why` it is refused")
	return c
}
