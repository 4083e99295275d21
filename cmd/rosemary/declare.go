package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"rosemary/api"
	"rosemary/standard"
	"rosemary/standard/conformance"
)

// standardConformance writes the declaration of conformance.
func standardConformance() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "conformance", Short: "Declare, element by element, where the product meets the standard", Args: exactly(),
		Example: "  rosemary standard conformance --format csv > conformance.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			catalogue, err := standard.Embedded()
			if err != nil {
				return err
			}
			d, err := conformance.Declare(catalogue)
			if err != nil {
				return err
			}
			switch format {
			case "text":
				return d.WriteText(c.OutOrStdout())
			case "json":
				return d.WriteJSON(c.OutOrStdout())
			case "csv":
				return d.WriteCSV(c.OutOrStdout())
			}
			return usageError{fmt.Errorf("--format must be text, json or csv, not %q", format)}
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, json or csv")
	return c
}

// standardOpenAPI writes the OpenAPI document of the native API.
func standardOpenAPI() *cobra.Command {
	return &cobra.Command{
		Use: "openapi", Short: "Write the OpenAPI document of the API, with an example of every class", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			catalogue, err := standard.Embedded()
			if err != nil {
				return err
			}
			document, err := api.OpenAPI(catalogue)
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(append(document, '\n'))
			return err
		},
	}
}
