package language

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"rosemary/standard"
)

// Source is a language file of the provider's own, as it lies in the folder.
type Source struct {
	Name  string // inside the provider's own folder
	Text  []byte
	Fault string // why it cannot be read; "" where it can
}

// Folder reads the language files of a provider's own folder; own may be nil: there is none.
func Folder(own fs.FS) ([]Source, error) {
	if own == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(own, standard.LanguageDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the provider's own languages: %w", err)
	}
	var all []Source
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(strings.ToUpper(entry.Name()), "README") {
			continue
		}
		s := Source{Name: path.Join(standard.LanguageDir, entry.Name())}
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			s.Fault = "this is a link to somewhere else, which no backup holds; put the file itself here"
		case entry.IsDir() || path.Ext(entry.Name()) != ".yaml":
			s.Fault = "here belong files whose names end in .yaml, one for each language"
		default:
			if s.Text, err = standard.ReadBounded(own, s.Name, MaxFile); err != nil {
				s.Fault = "the file cannot be read"
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// Read reads the file by what the pages say.
func (s Source) Read(known Known) File {
	if s.Fault != "" {
		return File{Own: standard.OwnFile{Name: s.Name, Kind: "language", Faults: []standard.FileError{{File: s.Name, Line: 1, Column: 1, Message: s.Fault}}, Lines: []string{""}}}
	}
	return Read(s.Name, s.Text, known)
}

// Looks says whether a text means to be a language file: it says what the language calls itself, or its tag, at the beginning of a line.
func Looks(text []byte) bool {
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.HasPrefix(line, "language:") || strings.HasPrefix(line, "tag:") {
			return true
		}
	}
	return false
}
