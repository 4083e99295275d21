package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rosemary/standard"
)

func standardCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE|DIR",
		Short: "Check your own forms, classes and value sets, and name every fault with its line and column",
		Long: `DIR is the folder "standard" of a data folder, with its folders forms, classes and valuesets; or the data folder itself. FILE is one file of it, checked beside the
others; "-" reads the text of one from standard input. Nothing is changed.`,
		Example: "  rosemary standard check ./rosemary-data/standard\n  rosemary standard check night-check.yaml",
		Args:    exactly("FILE|DIR"),
		RunE: func(c *cobra.Command, args []string) error {
			files, lead, err := ownFilesAt(c, args[0])
			if err != nil {
				return err
			}
			return reportOwn(c.OutOrStdout(), files, lead)
		},
	}
}

// ownFilesAt reads and judges what a path names; lead goes before the files' names.
func ownFilesAt(c *cobra.Command, name string) (files []standard.OwnFile, lead string, err error) {
	if name != "-" {
		info, err := os.Stat(name)
		if err != nil {
			return nil, "", usageError{err}
		}
		if info.IsDir() {
			return ownFolderAt(name)
		}
	}
	text, err := readAll(c, name)
	if err != nil {
		return nil, "", err
	}
	own, inside := ownFolderOf(name)
	file, err := standard.CheckOwn(own, inside, text)
	if err != nil {
		return nil, "", err
	}
	for i := range file.Faults {
		file.Faults[i].File = name
	}
	file.Name = name
	return []standard.OwnFile{file}, "", nil
}

// ownFolderAt judges a whole folder.
func ownFolderAt(name string) ([]standard.OwnFile, string, error) {
	if inside := filepath.Join(name, "standard"); isFolder(inside) {
		name = inside
	}
	if !slices.ContainsFunc(standard.OwnFolders(), func(dir string) bool { return isFolder(filepath.Join(name, dir)) }) {
		return nil, "", usageError{fmt.Errorf("%s has none of the folders %s", name, strings.Join(standard.OwnFolders(), ", "))}
	}
	catalogue, err := standard.EmbeddedWith(os.DirFS(name))
	if err != nil {
		return nil, "", err
	}
	return catalogue.Own(), filepath.ToSlash(name) + "/", nil
}

// ownFolderOf finds the folder that a file stands in as one of a provider's own; nil for a file that stands elsewhere.
func ownFolderOf(name string) (fs.FS, string) {
	whole, err := filepath.Abs(name)
	if err != nil {
		return nil, ""
	}
	kind := filepath.Base(filepath.Dir(whole))
	if !slices.Contains(standard.OwnFolders(), kind) {
		return nil, ""
	}
	return os.DirFS(filepath.Dir(filepath.Dir(whole))), path.Join(kind, filepath.Base(whole))
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// reportOwn says what is good, and refuses with every fault where something is not.
func reportOwn(out io.Writer, files []standard.OwnFile, lead string) error {
	var faults []string
	for _, f := range files {
		if f.Good() {
			fmt.Fprintf(out, "Good: %s%s (%s %s)\n", lead, f.Name, f.Kind, f.ID)
		}
		for i, fault := range f.Faults {
			line := strings.TrimSpace(f.Lines[i])
			if line != "" {
				line = "\n    " + line
			}
			faults = append(faults, fmt.Sprintf("%s%s%s", lead, fault, line))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	for _, fault := range faults {
		fmt.Fprintln(out, fault)
	}
	return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("%d fault(s). A file with a fault is not used.", len(faults))}
}

// listForms lists the forms.
func listForms(out io.Writer, catalogue *standard.Catalogue) error {
	return table(out, func(row func(...string)) {
		for _, f := range catalogue.Forms() {
			row(f.ID, f.Name, "record: "+f.Own.Name, string(f.Evidence))
		}
	})
}

// showForm shows what a form asks, in order.
func showForm(out io.Writer, f *standard.Form) error {
	fmt.Fprintf(out, "%s (%s)\n%s\n\nIts own record: %s   Evidence: %s\n", f.Name, f.ID, f.Summary, f.Own.Name, f.Evidence)
	for _, s := range f.Sections {
		fmt.Fprintf(out, "\n%s\n", s.Title)
		if err := table(out, func(row func(...string)) {
			for _, a := range s.Asks {
				row("  "+askWords(a), a.ID, askHolds(a))
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

func askWords(a *standard.Ask) string {
	if a.Own != nil && a.Own.Fixed != nil {
		return "(not asked) " + standard.Display(a.Own.Fixed, nil)
	}
	return a.Text
}

// askHolds says what an ask shows and keeps.
func askHolds(a *standard.Ask) string {
	if a.Own != nil {
		if a.Own.Must {
			return "element, must be answered"
		}
		return "element"
	}
	b := a.Blocks
	var parts, known []string
	for _, c := range b.Known {
		known = append(known, c.ID)
	}
	if len(known) > 0 {
		parts = append(parts, "shows "+strings.Join(known, ", "))
	}
	if b.Link != nil {
		parts = append(parts, "pinned by "+b.Link.ID)
	}
	if b.Add != nil {
		parts = append(parts, "adds "+b.Add.Class.ID)
	}
	if b.Must || b.Should {
		parts = append(parts, b.Occurs)
	}
	return strings.Join(parts, "; ")
}
