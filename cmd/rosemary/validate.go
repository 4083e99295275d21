package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

func validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE",
		Short: "Check records, contributions or an export against the standard, and name every fault",
		Long: `FILE holds one or more JSON values: records {"class": "risk", "content": {...}}, contributions {"changes": [...]}, or an export of
Rosemary. What references point at is not checked: that needs the person's record.`,
		Example: "  rosemary validate record.json",
		Args:    exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			text, err := readAll(c, args[0])
			if err != nil {
				return err
			}
			catalogue, err := standard.Embedded()
			if err != nil {
				return err
			}
			count, problems, err := validate(catalogue, text)
			if err != nil {
				return err
			}
			if err := standard.Refuse(fmt.Sprintf("%d fault(s) in %s.", len(problems), args[0]), problems); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Valid: %d record(s).\n", count)
			return nil
		},
	}
}

func readAll(c *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(c.InOrStdin())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{err}
	}
	return text, nil
}

// given is one JSON value of the file; other members are the door's business.
type given struct {
	Export  string         `json:"export"`
	Class   string         `json:"class"`
	Status  record.Status  `json:"status"`
	Content jsontext.Value `json:"content"`
	Changes []given        `json:"changes"`
}

// validate checks every JSON value of the text and counts the records.
func validate(catalogue *standard.Catalogue, text []byte) (count int, problems []standard.Problem, err error) {
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	for n := 0; ; n++ {
		value, err := decoder.ReadValue()
		if errors.Is(err, io.EOF) && n == 0 {
			return 0, []standard.Problem{{Rule: "empty", Message: "There is nothing in it to check."}}, nil
		}
		if errors.Is(err, io.EOF) {
			return count, problems, nil
		}
		if err != nil {
			return count, append(problems, standard.Problem{Path: fmt.Sprintf("/%d", n), Rule: "malformed-json", Message: "This is not JSON: " + err.Error() + "."}), nil
		}
		var g given
		if err := json.Unmarshal(value, &g); err != nil {
			return count, append(problems, standard.Problem{Path: fmt.Sprintf("/%d", n), Rule: "wrong-shape", Message: "This is neither a record nor a contribution: " + err.Error() + "."}), nil
		}
		if n == 0 && g.Export != "" {
			return validateExport(catalogue, text)
		}
		prefix := ""
		if n > 0 {
			prefix = fmt.Sprintf("/%d", n)
		}
		c, found := g.check(catalogue, prefix)
		count, problems = count+c, append(problems, found...)
	}
}

func (g *given) check(catalogue *standard.Catalogue, prefix string) (count int, problems []standard.Problem) {
	if len(g.Changes) > 0 {
		for i := range g.Changes {
			c, found := g.Changes[i].check(catalogue, fmt.Sprintf("%s/changes/%d", prefix, i))
			count, problems = count+c, append(problems, found...)
		}
		return count, problems
	}
	class, ok := catalogue.Class(g.Class)
	if !ok {
		return 1, []standard.Problem{{Path: prefix + "/class", Rule: "unknown-class", Value: g.Class, Message: "There is no class of this name. See: rosemary standard list."}}
	}
	_, problems = class.Decode(g.Content, standard.DecodeOptions{Prefix: prefix + "/content", AllowIncomplete: g.Status == record.Incomplete})
	return 1, problems
}

// validateExport reads an export to its end: every line proves itself, and every version fits a class that is known.
func validateExport(catalogue *standard.Catalogue, text []byte) (count int, problems []standard.Problem, err error) {
	err = transfer.Read(bytes.NewReader(text), func(transfer.Header) error { return nil }, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			count++
			class, ok := catalogue.Class(v.Class)
			if !ok {
				problems = append(problems, standard.Problem{Path: v.VersionID.String(), Rule: "unknown-class", Value: v.Class, Message: "This class is not known here."})
				continue
			}
			_, found := class.Decode(v.Content, standard.DecodeOptions{Prefix: v.VersionID.String(), AllowIncomplete: v.Status != record.Complete})
			problems = append(problems, found...)
		}
		return nil
	})
	return count, problems, err
}
