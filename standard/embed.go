package standard

import "embed"

//go:embed *.yaml */*.yaml
var files embed.FS

// Embedded compiles the files that the program was built with. It reads them anew each time: call it once, at start.
func Embedded() (*Catalogue, error) { return Load(files) }
