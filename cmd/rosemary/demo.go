package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"rosemary/access"
	"rosemary/internal/demo"
	"rosemary/internal/downtime"
	"rosemary/internal/installation"
	"rosemary/standard"
	"rosemary/web"
)

// demoFile, in the data folder of a demonstration, says how to sign in. Its being there marks the folder as one.
const demoFile = "demonstration.json"

// demonstration is what the file holds.
type demonstration struct {
	Seed     uint64        `json:"seed"`
	Password string        `json:"password"`
	Story    string        `json:"story"`
	Accounts []demo.SignIn `json:"accounts"`
}

func demoCommand() *cobra.Command {
	var dir, listen string
	var seed uint64
	var people, days, versions, onePerson int
	var only bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Start Rosemary with a demonstration: two homes and a home-care branch, invented people, real behaviour",
		Long: `Fills an empty data folder with a provider, all invented: two care homes and a home-care branch with their staff, some forty people with what
happens to them, ninety days of care that end today, and one person with a whole story. It takes about half a minute; with --people and
--days it is quicker. Then it serves, and prints the address and the sign-in. A folder that holds a demonstration already is served as it is.`,
		Example: "  rosemary demo\n  rosemary demo --seed 7 --people 12 --days 14 --data other\n  rosemary demo --only-fill --versions 1000000 --one-person 50000 --data big",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if people < 0 || days < 0 || versions < 0 || onePerson < 0 {
				return usageError{errors.New("--people, --days, --versions and --one-person cannot be below zero")}
			}
			logger := slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
			d, err := furnished(c, dir, logger, demo.Options{Seed: seed, People: people, Days: days}, demo.LoadOptions{Versions: versions, OnePerson: onePerson})
			if err != nil || only {
				return err
			}
			in, err := installation.Open(c.Context(), installation.Options{Dir: dir, Logger: logger})
			if err != nil {
				return err
			}
			introduce(c.OutOrStdout(), d, listen)
			return errors.Join(serve(c.Context(), in, serving{listen: listen, notice: notice(d), downtime: &downtime.Schedule{Every: time.Hour, To: dir + "-downtime"}}, c.OutOrStdout()), in.Close())
		},
	}
	dataFlag(c, &dir)
	listenFlag(c, &listen)
	c.Flags().Uint64Var(&seed, "seed", 1, "the same seed gives the same people and records")
	c.Flags().IntVar(&people, "people", demo.DefaultPeople, "how many people there are beside the one of the story")
	c.Flags().IntVar(&days, "days", demo.DefaultDays, "how many days of care they have, ending today")
	c.Flags().IntVar(&versions, "versions", 0, "instead of the demonstration, load at least so many versions of such records, to measure with")
	c.Flags().IntVar(&onePerson, "one-person", 0, "one person with so many versions, in a load")
	c.Flags().BoolVar(&only, "only-fill", false, "fill the data folder, and do not serve")
	return c
}

// furnished gives the demonstration of a data folder, and fills an empty one.
func furnished(c *cobra.Command, dir string, logger *slog.Logger, o demo.Options, load demo.LoadOptions) (demonstration, error) {
	var d demonstration
	text, err := os.ReadFile(filepath.Join(dir, demoFile))
	if err == nil {
		if err := json.Unmarshal(text, &d); err != nil {
			return d, fmt.Errorf("%s in the data folder: %w", demoFile, err)
		}
		return d, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("the data folder: %w", err)
	}
	d.Seed, d.Password = o.Seed, passphrase()
	o.Password, o.Today = d.Password, time.Now()
	if load.Versions > 0 || load.OnePerson > 0 {
		err = loadInto(c, dir, logger, o, load, &d)
	} else {
		err = fill(c, dir, logger, o, &d)
	}
	if err != nil {
		return d, err
	}
	if text, err = json.Marshal(d); err != nil {
		return d, err
	}
	return d, os.WriteFile(filepath.Join(dir, demoFile), text, 0o600)
}

// fill builds the demonstration on a clock of its own, so that what happened in March was committed in March.
func fill(c *cobra.Command, dir string, logger *slog.Logger, o demo.Options, d *demonstration) error {
	o.Clock = demo.NewClock()
	in, err := installation.Open(c.Context(), installation.Options{Dir: dir, Logger: logger, Now: o.Clock.Now})
	if err != nil {
		return err
	}
	build := func(ctx context.Context) error {
		if head, _, err := in.Log.Head(ctx); err != nil || head > 0 {
			return errors.Join(err, &standard.Fault{
				Kind: standard.Conflict, Message: "This data folder holds records that are no demonstration. Nothing was changed.",
				Hint: "Choose an empty folder with --data. If a demonstration was stopped while it was being made, remove the folder.",
			})
		}
		bar := progress(c.ErrOrStderr(), "Making the demonstration")
		o.Guard, o.Catalogue = in.Guard, in.Catalogue
		o.Progress = func(done, total int) { bar(int64(done), int64(total)) }
		built, err := demo.Build(ctx, o)
		if err != nil {
			return fmt.Errorf("making the demonstration: %w", err)
		}
		d.Accounts, d.Story = built.Accounts, built.Story.String()
		_, err = in.Notary.Checkpoint(ctx)
		return err
	}
	return errors.Join(build(c.Context()), in.Close())
}

// loadInto loads records to measure with, and makes two accounts to look at them. The same command goes on with a load that was stopped on
// the same day.
func loadInto(c *cobra.Command, dir string, logger *slog.Logger, o demo.Options, load demo.LoadOptions, d *demonstration) error {
	in, err := installation.Open(c.Context(), installation.Options{Dir: dir, Logger: logger})
	if err != nil {
		return err
	}
	y, m, day := o.Today.Date()
	load.Recorder, load.Seed, load.Days, load.Today = in.Recorder, o.Seed, o.Days, time.Date(y, m, day, 0, 0, 0, 0, o.Today.Location())
	bar := progress(c.ErrOrStderr(), "Loading versions")
	load.Progress = func(done, total int) { bar(int64(done), int64(total)) }
	fill := func() error {
		begin := time.Now()
		loaded, err := demo.Load(c.Context(), load)
		if err != nil {
			return fmt.Errorf("loading: %w", err)
		}
		for _, a := range []access.NewAccount{
			{Account: "helen", Name: "Manager of all places", Role: "registered-manager", Password: d.Password, Worker: loaded.Workers["helen"], Places: loaded.Places},
			{Account: "admin", Name: "Administrator", Role: "administrator", Password: d.Password, Worker: loaded.Workers["admin"]},
		} {
			if err := in.Guard.CreateAccount(c.Context(), a); err != nil {
				return err
			}
			d.Accounts = append(d.Accounts, demo.SignIn{Account: a.Account, Name: a.Name, Role: string(a.Role), What: "Look at the load."})
		}
		if loaded.OnePerson != uuid.Nil {
			d.Story = loaded.OnePerson.String()
		}
		fmt.Fprintf(c.OutOrStdout(), "%d versions of %d people in %s.\n", loaded.Versions, len(loaded.People), time.Since(begin).Round(time.Second))
		_, err = in.Notary.Checkpoint(c.Context())
		return err
	}
	return errors.Join(fill(), in.Close())
}

// passphrase draws a password that can be typed on a phone.
func passphrase() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}

// introduce tells a newcomer what there is to do.
func introduce(out io.Writer, d demonstration, listen string) {
	fmt.Fprintf(out, "\nTwo demonstration homes and a home-care branch, with invented people. Everybody's password: %s\n\n", d.Password)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  SIGN IN AS\tNAME\tROLE\tWHAT TO TRY")
	for _, a := range d.Accounts {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", a.Account, a.Name, a.Role, a.What)
	}
	_ = w.Flush()
	if d.Story != "" {
		fmt.Fprintf(out, "\nThe person of the story: http://%s/people/%s\n", listen, d.Story)
	}
}

func notice(d demonstration) *web.DemoNotice {
	n := &web.DemoNotice{Text: "The homes and everybody in them are invented. Sign in as one of these.", Password: d.Password}
	for _, a := range d.Accounts {
		n.Accounts = append(n.Accounts, web.DemoAccount{Account: a.Account, Name: a.Name, Role: a.Role, Try: a.What})
	}
	return n
}
