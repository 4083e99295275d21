package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"rosemary/care/language"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web"
)

func wordsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "words",
		Short: "Work on a file that says the pages in another language",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(wordsList(), wordsCheck())
	return c
}

func wordsList() *cobra.Command {
	var dir, from string
	c := &cobra.Command{
		Use:   "list",
		Short: "Write a language file with every sentence there is, for a translator",
		Long: `Every sentence of the pages, of the standard's files and of your own is written to standard output with its place, and with no translation, or with those of another file.
What is left empty is said in English. docs/languages.md tells what to do with it.`,
		Example: "  rosemary words list > cy.yaml\n  rosemary words list --from cy.yaml > cy-new.yaml",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			known, err := knownWords(dir)
			if err != nil {
				return err
			}
			var done *plain.Words
			if from != "" {
				text, err := os.ReadFile(from)
				if err != nil {
					return usageError{err}
				}
				f := language.Read(from, text, nil)
				if f.Words == nil {
					return faultyWords(c.OutOrStdout(), f)
				}
				done = f.Words
			}
			_, err = c.OutOrStdout().Write(language.Blank(known, done))
			return err
		},
	}
	c.Flags().StringVar(&dir, "data", "", "the data `folder` whose own forms and classes count too")
	c.Flags().StringVar(&from, "from", "", "a language `file` whose translations are kept")
	return c
}

func wordsCheck() *cobra.Command {
	var dir string
	var missing bool
	c := &cobra.Command{
		Use:     "check FILE",
		Short:   "Say what is missing, unknown or wrong in a language file, and how far it is",
		Example: "  rosemary words check data/standard/languages/cy.yaml --missing",
		Args:    exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			known, err := knownWords(dir)
			if err != nil {
				return err
			}
			text, err := readAll(c, args[0])
			if err != nil {
				return err
			}
			f, out := language.Read(args[0], text, known), c.OutOrStdout()
			if f.Words != nil {
				fmt.Fprintf(out, "%s (%s): %d of %d sentences are translated, %d%%. The rest is said in English.\n", f.Words.Name, f.Words.Tag, f.Done, len(known), 100*f.Done/max(len(known), 1))
			}
			if missing {
				for _, s := range f.Absent {
					fmt.Fprintf(out, "missing: %q (%s)\n", s.English, s.Place)
				}
			}
			return faultyWords(out, f)
		},
	}
	c.Flags().StringVar(&dir, "data", "", "the data `folder` whose own forms and classes count too")
	c.Flags().BoolVar(&missing, "missing", false, "name every sentence that is not translated")
	return c
}

// knownWords are all sentences there are; of a data folder, those of its own forms and classes too.
func knownWords(dir string) (language.Known, error) {
	catalogue, err := standard.Embedded()
	if dir != "" {
		catalogue, err = standard.EmbeddedWith(os.DirFS(filepath.Join(dir, "standard")))
	}
	if err != nil {
		return nil, err
	}
	return web.Sentences(catalogue)
}

// faultyWords names every fault of a language file.
func faultyWords(out io.Writer, f language.File) error {
	for _, fault := range f.Own.Faults {
		fmt.Fprintln(out, fault)
	}
	switch n := len(f.Own.Faults); {
	case n == 0:
		return nil
	case f.Words == nil:
		return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("%d fault(s). The file is not used.", n)}
	default:
		return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("%d fault(s). A sentence with a fault is said in English; the others are used.", n)}
	}
}
