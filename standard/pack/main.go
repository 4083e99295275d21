// Pack writes the standard's files, parsed, into standard/packed/files.bin, so that a start need not read YAML. `make build` runs it. It decides nothing about the
// files: what is at fault is left out, and told by whoever loads it.
package main

import (
	"fmt"
	"os"

	"rosemary/standard"
)

func main() {
	if err := run("standard/packed/files.bin"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(into string) error {
	data, err := standard.Pack(standard.Files())
	if err != nil {
		return err
	}
	return os.WriteFile(into, data, 0o644)
}
