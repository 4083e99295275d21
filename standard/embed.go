package standard

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml */*.yaml
var files embed.FS

//go:embed packed
var parsedFiles embed.FS

// Files are the files that the program was built with, as they are: for whoever takes the records elsewhere.
func Files() fs.FS { return files }

// EmbeddedWith compiles the files that the program was built with and those of a provider's own folder; nil for none.
func EmbeddedWith(own fs.FS) (*Catalogue, error) { return load(files, own, builtIn()) }

// Embedded compiles the files that the program was built with. It reads them anew each time: call it once, at start.
func Embedded() (*Catalogue, error) { return EmbeddedWith(nil) }

// builtIn are the files as the build parsed them; none when it did not.
func builtIn() packed {
	data, err := parsedFiles.ReadFile(packedFile)
	if err != nil {
		return nil
	}
	return unpack(string(data))
}
