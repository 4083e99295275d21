package mapping

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed classes
var classes embed.FS

// file is one mapping file as it is written.
type file struct {
	Class    string                   `yaml:"class"`    // a class of records
	Block    string                   `yaml:"block"`    // or a block, wherever it stands at a place of FHIR
	Value    string                   `yaml:"value"`    // of a block: the type of FHIR's that it is as the value of its extension, and as an answer
	Resource string                   `yaml:"resource"` // what a record of the class is
	Takes    list                     `yaml:"takes"`    // which resources that name no class are of this one: "any", or path=value, one of several
	Needs    []string                 `yaml:"needs"`    // elements without which a resource that names no class is not of this one
	Error    string                   `yaml:"error"`    // path=value that says entered in error
	Always   yaml.MapSlice            `yaml:"always"`   // what every such resource says, where the record does not say it
	Fill     yaml.MapSlice            `yaml:"fill"`     // what is said where the first element of the path is there and the rest is not
	When     map[string]yaml.MapSlice `yaml:"when"`     // element of the resource: what is said where it is there, unless something is said in its place
	Left     []string                 `yaml:"left"`     // of which elements nothing may be left over: what the record cannot hold of them is refused
	Words    yaml.MapSlice            `yaml:"words"`    // element of the resource: the text element of the class in which what is left over of it is said in words
	Items    bool                     `yaml:"items"`    // elements without a place are items of a QuestionnaireResponse, with their answers
	Elements map[string]place         `yaml:"elements"`
	name     string
}

// place is where an element stands, and how its codes are called there.
type place struct {
	To        string
	Or        []string      // where it is read when it is not there
	Codes     yaml.MapSlice // ours: theirs
	System    string        // of their codes, where the place holds a coding
	Known     yaml.MapSlice // how else a code is called: system|code: ours
	Otherwise string        // what stands there when no code of theirs says it
	File      bool          // the element is the hash of a file, and stands there as the address of its Binary
}

// list is one text, or several.
type list []string

// UnmarshalYAML reads a list, or one text as a list of one.
func (l *list) UnmarshalYAML(data []byte) error {
	var text string
	if err := yaml.Unmarshal(data, &text); err == nil {
		*l = list{text}
		return nil
	}
	var all []string
	err := yaml.Unmarshal(data, &all)
	*l = all
	return err
}

// UnmarshalYAML reads a place: a path alone, or a path with its codes.
func (p *place) UnmarshalYAML(data []byte) error {
	var text string
	if err := yaml.Unmarshal(data, &text); err == nil {
		p.To = text
		return nil
	}
	var whole struct {
		To        string        `yaml:"to"`
		Or        []string      `yaml:"or"`
		Codes     yaml.MapSlice `yaml:"codes"`
		System    string        `yaml:"system"`
		Known     yaml.MapSlice `yaml:"known"`
		Otherwise string        `yaml:"otherwise"`
		File      bool          `yaml:"file"`
	}
	err := yaml.UnmarshalWithOptions(data, &whole, yaml.Strict())
	*p = place(whole)
	return err
}

// readFiles reads all mapping files, all faults at once.
func readFiles(folder fs.FS) ([]*file, error) {
	names, err := fs.Glob(folder, "classes/*.yaml")
	if err != nil {
		return nil, err
	}
	var files []*file
	var faults []error
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		f := &file{name: path.Base(name)}
		if err := yaml.UnmarshalWithOptions(data, f, yaml.Strict()); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", f.name, err))
			continue
		}
		if f.Class+f.Block != strings.TrimSuffix(f.name, ".yaml") {
			faults = append(faults, fmt.Errorf("%s is about the class %q: call the file as the class is called", f.name, f.Class+f.Block))
		}
		files = append(files, f)
	}
	return files, errors.Join(faults...)
}
