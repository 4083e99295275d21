package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rosemary/standard"
)

func standardCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "standard",
		Short: "Read the standard: its classes, elements and value sets",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(standardList(), standardShow(), standardExport(), standardSchema(), standardCheck(), standardConformance(), standardOpenAPI())
	return c
}

func standardList() *cobra.Command {
	var forms bool
	c := &cobra.Command{
		Use: "list", Short: "List every class by category, or every form", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			catalogue, err := standard.Embedded()
			if err != nil {
				return err
			}
			if forms {
				return listForms(c.OutOrStdout(), catalogue)
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, category := range catalogue.Categories() {
				fmt.Fprintf(w, "%s\n", category.Name)
				for _, class := range catalogue.Classes() {
					if class.Category == category {
						fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", class.ID, class.Name, class.Kind, origin(class))
					}
				}
			}
			return w.Flush()
		},
	}
	c.Flags().BoolVar(&forms, "forms", false, "list the forms instead of the classes")
	return c
}

// table writes aligned rows.
func table(out io.Writer, rows func(row func(cells ...string))) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows(func(cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) })
	return w.Flush()
}

func origin(class *standard.Class) string {
	if class.Extension {
		return "extension"
	}
	if class.Source.ClassID != "" {
		return "class " + class.Source.ClassID
	}
	return ""
}

func findClass(id string) (*standard.Catalogue, *standard.Class, error) {
	catalogue, err := standard.Embedded()
	if err != nil {
		return nil, nil, err
	}
	for _, class := range catalogue.Classes() {
		if class.ID == id || class.Name == id {
			return catalogue, class, nil
		}
	}
	return nil, nil, &standard.Fault{Kind: standard.NotFound, Message: fmt.Sprintf("There is no class %q.", id), Hint: "See: rosemary standard list"}
}

// findForm finds a form that is asked for as form/ID, or by an id or name that no class has.
func findForm(name string) (*standard.Form, bool, error) {
	catalogue, err := standard.Embedded()
	if err != nil {
		return nil, false, err
	}
	id, only := strings.CutPrefix(name, "form/")
	for _, class := range catalogue.Classes() {
		if !only && (class.ID == name || class.Name == name) {
			return nil, false, nil
		}
	}
	for _, f := range catalogue.Forms() {
		if f.ID == id || f.Name == id {
			return f, true, nil
		}
	}
	if only {
		return nil, false, &standard.Fault{Kind: standard.NotFound, Message: fmt.Sprintf("There is no form %q.", id), Hint: "See: rosemary standard list --forms"}
	}
	return nil, false, nil
}

func standardShow() *cobra.Command {
	return &cobra.Command{
		Use: "show CLASS|FORM", Short: "Show one class with its elements, blocks and relationships, or one form with what it asks", Args: exactly("CLASS|FORM"),
		Example: "  rosemary standard show risk\n  rosemary standard show form/care-plan",
		RunE: func(c *cobra.Command, args []string) error {
			if form, ok, err := findForm(args[0]); err != nil || ok {
				if err != nil {
					return err
				}
				return showForm(c.OutOrStdout(), form)
			}
			_, class, err := findClass(args[0])
			if err != nil {
				return err
			}
			return showClass(c.OutOrStdout(), class)
		},
	}
}

func showClass(out io.Writer, class *standard.Class) error {
	fmt.Fprintf(out, "%s (%s)\n%s\n\nCategory: %s   Kind: %s   %s\n", class.Name, class.ID, class.Summary, class.Category.Name, class.Kind, origin(class))
	if class.Extends != nil {
		fmt.Fprintf(out, "Is a kind of: %s\n", class.Extends.Name)
	}
	if class.Source.Note != "" {
		fmt.Fprintf(out, "Note: %s\n", class.Source.Note)
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ELEMENT\tTYPE\tOCCURS\tEVIDENCE\tHOLDS")
	for _, e := range class.Elements {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.Name, e.Type, e.Occurs, e.Evidence, holds(class, e))
	}
	return w.Flush()
}

func holds(class *standard.Class, e *standard.Element) string {
	what := string(e.Value)
	switch {
	case e.ValueSet != nil:
		what = "code of " + e.ValueSet.Name
	case e.Block != nil:
		what = "block " + e.Block.Name
	case len(e.To) > 0:
		what = "points at "
		for i, to := range e.To {
			if i > 0 {
				what += ", "
			}
			what += to.Name
		}
	}
	if e.Class != class {
		what += " (from " + e.Class.Name + ")"
	}
	return what
}

func standardExport() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "export", Short: "Write all classes and elements as JSON or CSV", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			catalogue, err := standard.Embedded()
			if err != nil {
				return err
			}
			switch format {
			case "json":
				return catalogue.ExportJSON(c.OutOrStdout())
			case "csv":
				return catalogue.ExportCSV(c.OutOrStdout())
			}
			return usageError{fmt.Errorf("--format must be json or csv, not %q", format)}
		},
	}
	c.Flags().StringVar(&format, "format", "json", "json or csv")
	return c
}

func standardSchema() *cobra.Command {
	return &cobra.Command{
		Use: "schema CLASS", Short: "Write the JSON Schema of a class's content", Args: exactly("CLASS"),
		RunE: func(c *cobra.Command, args []string) error {
			catalogue, class, err := findClass(args[0])
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(append(catalogue.Schema(class), '\n'))
			return err
		},
	}
}
