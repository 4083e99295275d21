package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"rosemary/access"
	"rosemary/ehr"
	"rosemary/ehr/dialects"
	"rosemary/ehr/extract"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

func extractCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "extract", Short: "Extracts of ISO 13606: give one of a person's record, take one in, check or convert one", Args: exactly(),
		Long: `An extract is part or all of one person's record in one of these dialects: ` + strings.Join(dialects.Names(), ", ") + `.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(extractExport(), extractImport(), extractValidate(), extractConvert())
	return c
}

// dialectFlag adds a flag that names a dialect.
func dialectFlag(c *cobra.Command, name, value, about string) *string {
	return c.Flags().String(name, value, about+": `"+strings.Join(dialects.Names(), "|")+"`")
}

func dialectOf(name string) (ehr.Dialect, error) {
	d, ok := dialects.Named(name)
	if !ok {
		return nil, usageError{fmt.Errorf("there is no dialect %q. There are: %s", name, strings.Join(dialects.Names(), ", "))}
	}
	return d, nil
}

// wanted are the criteria as they are given on a command line.
type wanted struct {
	person, from, until, asAt, stay string
	classes, categories, records    []string
	sensitivity                     int
	versions, attachments, address  bool
	withhold, let                   []string
	withholdNamed                   bool
	to, why                         string
}

func (w *wanted) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&w.person, "person", "", "`uid` of the person")
	f.StringVar(&w.to, "to", "", "to `whom` it goes, for the access log")
	f.StringVar(&w.why, "why", "", "what it is `for`, for the access log")
	f.StringVar(&w.from, "from", "", "happened at or after this `day` or instant")
	f.StringVar(&w.until, "until", "", "happened before this `day` or instant")
	f.StringVar(&w.asAt, "as-at", "", "the record as it stood at this `instant`")
	f.StringArrayVar(&w.classes, "class", nil, "only this `class` (may be repeated)")
	f.StringArrayVar(&w.categories, "category", nil, "only this `category` (may be repeated)")
	f.StringVar(&w.stay, "stay", "", "only what happened during this stay: `uid` of its record")
	f.StringArrayVar(&w.records, "record", nil, "only the record of this `uid` (may be repeated)")
	f.IntVar(&w.sensitivity, "max-sensitivity", 0, "up to this `degree`, 1 to 5 (records have 3, 4 or 5)")
	f.BoolVar(&w.versions, "all-versions", false, "every version, not only the latest")
	f.BoolVar(&w.attachments, "attachments", false, "with files")
	f.StringArrayVar(&w.withhold, "withhold", nil, "leave out this `version`, whose words name what is left out (may be repeated)")
	f.StringArrayVar(&w.let, "let", nil, "`VERSION=WHY` it goes although its words name what is left out (may be repeated)")
	f.BoolVar(&w.withholdNamed, "withhold-named", false, "leave out every version whose words name what is left out")
	f.BoolVar(&w.address, "restricted-address", false, "with where a person lives whose address is restricted")
}

// read turns them into criteria; the zone is that of days.
func (w *wanted) read(zone *time.Location) (installation.Extracting, error) {
	e := installation.Extracting{To: w.to, Why: w.why}
	e.Criteria = extract.Criteria{
		Classes: w.classes, Categories: w.categories, MaxSensitivity: ehr.Sensitivity(w.sensitivity), AllVersions: w.versions, Attachments: w.attachments, Whereabouts: w.address, WithholdNamed: w.withholdNamed,
	}
	var errs []error
	uid := func(flag, s string) uuid.UUID {
		id, err := uuid.Parse(s)
		if err != nil && s != "" {
			errs = append(errs, fmt.Errorf("--%s %q is not a uid", flag, s))
		}
		return id
	}
	when := func(flag, s string) time.Time {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t, err = time.ParseInLocation(time.DateOnly, s, zone)
		}
		if err != nil && s != "" {
			errs = append(errs, fmt.Errorf("--%s %q is not a day like 2026-03-16 or an instant like 2026-03-16T14:10:00Z", flag, s))
		}
		return t
	}
	if e.Person = uid("person", w.person); w.person == "" {
		errs = append(errs, errors.New("say whose record: --person UID"))
	}
	e.Criteria.Stay, e.Criteria.From, e.Criteria.Until = uid("stay", w.stay), when("from", w.from), when("until", w.until)
	if w.asAt != "" {
		e.At = access.At{Time: when("as-at", w.asAt)}
	}
	for _, r := range w.records {
		e.Criteria.Records = append(e.Criteria.Records, uid("record", r))
	}
	for _, text := range w.withhold {
		id, err := record.ParseVersionID(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("--withhold %q is not a version", text))
		}
		e.Criteria.Decisions = append(e.Criteria.Decisions, extract.Decision{Version: id, Withhold: true})
	}
	for _, text := range w.let {
		version, why, _ := strings.Cut(text, "=")
		id, err := record.ParseVersionID(version)
		if err != nil || why == "" {
			errs = append(errs, fmt.Errorf("--let %q is not a version and a reason, as VERSION=WHY", text))
		}
		e.Criteria.Decisions = append(e.Criteria.Decisions, extract.Decision{Version: id, Why: why})
	}
	if err := errors.Join(errs...); err != nil {
		return e, usageError{err}
	}
	return e, nil
}

func extractExport() *cobra.Command {
	var dir, output string
	var w wanted
	c := &cobra.Command{
		Use: "export", Short: "Give an extract of a person's record, or of a part by criteria", Args: exactly(),
		Long: `Writes the latest version of everything, unless criteria say otherwise. That it went out, to whom and why, stands in the access log before the first byte.
What is left out is declared in the extract, with how much and why, never what. Where the words of a record name what is left out, nothing goes until each such version is
withheld (--withhold, --withhold-named) or let go with a reason (--let).`,
		Example: "  rosemary extract export --person 0192... --to \"Elm Court\" --why \"moves there\" --dialect native-xml --all-versions --output peggy.xml",
	}
	dialect := dialectFlag(c, "dialect", "native-json", "the form to write")
	c.RunE = func(c *cobra.Command, _ []string) error {
		d, err := dialectOf(*dialect)
		if err != nil {
			return err
		}
		return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
			e, err := w.read(in.Zone)
			if err != nil {
				return err
			}
			e.Dialect = d
			return written(c, output, func(out io.Writer) (string, error) {
				versions := 0
				err := in.Extract(ctx, out, e, func(n int) { versions = n })
				return fmt.Sprintf("%d versions", versions), err
			})
		})
	}
	dataFlag(c, &dir)
	c.Flags().StringVarP(&output, "output", "o", "-", "the `file` to write, - for standard output")
	w.flags(c)
	return c
}

// written writes to a new file beside the one asked for and renames it, so that half an extract never looks like a whole one.
func written(c *cobra.Command, output string, write func(io.Writer) (what string, err error)) error {
	if output == "-" {
		_, err := write(c.OutOrStdout())
		return err
	}
	file, err := os.OpenFile(output+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing %s: %w", output, err)
	}
	what, err := write(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(output+".part"))
	}
	if err := os.Rename(output+".part", output); err != nil {
		return fmt.Errorf("writing %s: %w", output, err)
	}
	fmt.Fprintf(c.ErrOrStderr(), "Wrote %s to %s.\n", what, output)
	return nil
}

func extractValidate() *cobra.Command {
	c := &cobra.Command{
		Use: "validate FILE", Short: "Check an extract: its form, its structure, and that what a Rosemary stored was not altered", Args: exactly("FILE"),
		Long: "Needs no data folder. Every fault is named with its place.",
	}
	dialect := dialectFlag(c, "dialect", "native-json", "the form of the file")
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := dialectOf(*dialect)
		if err != nil {
			return err
		}
		catalogue, err := standard.Embedded()
		if err != nil {
			return err
		}
		return withFile(c, args[0], func(r io.Reader) error {
			seen, err := look(c, d, r, &extract.Importer{Catalogue: catalogue})
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), seen)
			return nil
		})
	}
	return c
}

func extractConvert() *cobra.Command {
	var output string
	c := &cobra.Command{Use: "convert FILE", Short: "Write an extract in another dialect", Args: exactly("FILE"), Long: "Needs no data folder. The extract is held in memory."}
	from := dialectFlag(c, "from", "native-json", "the form of the file")
	to := dialectFlag(c, "to", "native-xml", "the form to write")
	c.RunE = func(c *cobra.Command, args []string) error {
		source, err := dialectOf(*from)
		if err != nil {
			return err
		}
		target, err := dialectOf(*to)
		if err != nil {
			return err
		}
		return withFile(c, args[0], func(r io.Reader) error {
			held := &extract.Held{}
			if err := source.Decode(r, held.Add); err != nil {
				return notAnExtract(err)
			}
			return written(c, output, func(w io.Writer) (string, error) {
				return fmt.Sprintf("%d compositions", held.Count()), target.Encode(w, held)
			})
		})
	}
	c.Flags().StringVarP(&output, "output", "o", "-", "the `file` to write, - for standard output")
	return c
}

func extractImport() *cobra.Command {
	var dir, person string
	var accept bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Look at an extract of another system, and keep it whole in a person's record", Args: exactly("FILE"),
		Long: `Says what is in the extract. With --accept, and only then, every composition is kept in the person's record as it came, marked as another
system's: it can be read there, and nothing of it becomes a record of this provider or is acted on. The same extract again changes nothing.`,
		Example: "  rosemary extract import --person 0192... --dialect chime letter.xml --accept",
	}
	dialect := dialectFlag(c, "dialect", "native-json", "the form of the file")
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := dialectOf(*dialect)
		if err != nil {
			return err
		}
		uid, err := uuid.Parse(person)
		if err != nil {
			return usageError{fmt.Errorf("--person %q is not a uid", person)}
		}
		file, err := openSeekable(c, args[0])
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		return withInstallation(c, dir, func(ctx context.Context, in *installation.Installation) error {
			seen, err := look(c, d, file, &extract.Importer{Catalogue: in.Catalogue, Person: uid})
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), seen)
			if !accept {
				fmt.Fprintln(c.OutOrStdout(), "Nothing was kept. To keep it as it is, in the record of "+uid.String()+": --accept")
				return nil
			}
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return fmt.Errorf("reading the extract again: %w", err)
			}
			kept, err := in.KeepExtract(ctx, uid, file, d)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Kept %d; the others were kept before.\n", kept)
			return nil
		})
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&person, "person", "", "`uid` of the person whose record it belongs to")
	c.Flags().BoolVar(&accept, "accept", false, "keep it: somebody entitled to has decided that it belongs there")
	return c
}

// seen is what an extract holds.
type seen struct{ compositions, proven, veiled, fitting, kept, notes int }

func (s seen) String() string {
	return fmt.Sprintf("Sound: %d compositions. Of systems like this one: %d proven by their hashes, %d with something masked. Of others: %d fit a class, %d would be kept whole. %d notes.",
		s.compositions, s.proven, s.veiled, s.fitting, s.kept, s.notes)
}

// look reads an extract to its end and names every fault.
func look(c *cobra.Command, d ehr.Dialect, r io.Reader, importer *extract.Importer) (seen, error) {
	var s seen
	var problems []standard.Problem
	validator := ehr.NewValidator(func(f ehr.Fault) {
		if f.Severity == ehr.Note {
			s.notes++
			fmt.Fprintln(c.ErrOrStderr(), "note:", f.Error())
			return
		}
		problems = append(problems, standard.Problem{Path: f.Path, Rule: f.Rule, Message: f.Message})
	})
	err := d.Decode(r, func(p ehr.Part) error {
		validator.Add(p)
		composition, ok := p.(*ehr.Composition)
		if !ok {
			return nil
		}
		s.compositions++
		in, err := importer.Take(composition)
		switch {
		case err != nil:
			problems = append(problems, standard.Problem{Path: composition.RCID.String(), Rule: "altered", Message: err.Error()})
		case in.Proof == extract.Proven:
			s.proven++
		case in.Proof == extract.Veiled:
			s.veiled++
		case in.Version != nil:
			s.fitting++
		default:
			s.kept++
		}
		return nil
	})
	if err != nil {
		return s, notAnExtract(err)
	}
	validator.Finish()
	return s, standard.Refuse(fmt.Sprintf("%d fault(s) in the extract. Nothing was taken in.", len(problems)), problems)
}

// notAnExtract words what a decoder found wrong with the file.
func notAnExtract(err error) error {
	var f *ehr.Fault
	if !errors.As(err, &f) {
		return err
	}
	return standard.Refuse("This file cannot be read as an extract of this dialect. Nothing was taken in.", []standard.Problem{{Path: f.Path, Rule: f.Rule, Message: f.Message}})
}

// withFile opens a file, or standard input.
func withFile(c *cobra.Command, name string, work func(io.Reader) error) (err error) {
	if name == "-" {
		return work(c.InOrStdin())
	}
	file, err := os.Open(name)
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return work(file)
}
