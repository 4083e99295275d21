package standard

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// OwnFile is one file of a provider's own folder, as it was read.
type OwnFile struct {
	Name   string // inside the folder, for example forms/night-check.yaml
	Kind   string // form, class, value set, score or chart; "" where it is none
	ID     string // what it defines: the file's name without .yaml
	Title  string // what the file calls it; "" where that could not be read
	Hash   string // SHA-256 of its bytes, lower-case hex
	Faults []FileError
	Lines  []string // the text of the line of each fault
}

// Good says whether the file is in use, or would be.
func (f *OwnFile) Good() bool { return len(f.Faults) == 0 }

// Own returns every file of the provider's own folder, by name, those that were set aside too.
func (c *Catalogue) Own() []OwnFile { return c.own }

// Faults returns everything that is wrong with the provider's own files, by file and place. A file with a fault is not in use.
func (c *Catalogue) Faults() []FileError {
	var all []FileError
	for _, f := range c.own {
		all = append(all, f.Faults...)
	}
	return all
}

// The folders of a provider's own.
func ownDirs() []string { return []string{classDir, valueSetDir, formDir, scoreDir, chartDir} }

// OwnFolders names the folders that a provider's own folder may hold.
func OwnFolders() []string { return ownDirs() }

// maxOwn is how many files a provider may add: bounds what a stray folder costs.
const maxOwn = 1000

// readOwn takes in a provider's folder, but for the files named. A file that cannot be read is at fault like one that cannot be understood.
func (l *linker) readOwn(own fs.FS, without ...string) error {
	top, err := fs.ReadDir(own, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the folder of the provider's own forms and classes: %w", err)
	}
	linked := map[string]bool{}
	for _, entry := range top {
		if entry.Name() == LanguageDir && entry.IsDir() {
			continue
		}
		if entry.Type()&fs.ModeSymlink != 0 && !isHidden(entry.Name()) {
			linked[entry.Name()] = true
			l.leadsAway(entry.Name())
			continue
		}
		if !isHidden(entry.Name()) && (!entry.IsDir() || !slices.Contains(ownDirs(), entry.Name())) {
			f := &yamlFile{name: entry.Name(), provider: true}
			f.fault(pos{}, "this belongs in one of the folders %s", strings.Join(ownDirs(), ", "))
			l.files = append(l.files, f)
		}
	}
	count := 0
	for _, dir := range ownDirs() {
		if linked[dir] {
			continue
		}
		entries, err := fs.ReadDir(own, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the provider's own %s: %w", dir, err)
		}
		for _, entry := range entries {
			name := dir + "/" + entry.Name()
			if isHidden(entry.Name()) || slices.Contains(without, name) {
				continue
			}
			if count++; count > maxOwn {
				return fmt.Errorf("the folder of the provider's own forms and classes has more than %d files", maxOwn)
			}
			if entry.Type()&fs.ModeSymlink != 0 {
				l.leadsAway(name)
				continue
			}
			l.addOwn(own, name)
		}
	}
	return nil
}

// leadsAway sets aside a link to what lies elsewhere: a backup would not hold it, and a restore would not bring it back.
func (l *linker) leadsAway(name string) {
	f := &yamlFile{name: name, provider: true}
	f.fault(pos{}, "this is a link to somewhere else, which no backup holds; put the file itself here")
	l.files = append(l.files, f)
}

// isHidden says whether a name is one of those that systems and README writers leave behind.
func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(strings.ToUpper(name), "README")
}

func (l *linker) addOwn(own fs.FS, name string) {
	f := &yamlFile{name: name, provider: true}
	l.add(f, func() ([]byte, error) {
		data, err := ReadBounded(own, name, MaxFile)
		if err != nil {
			f.unreadable(err)
			return nil, nil
		}
		f.text = data
		return data, nil
	})
}

// ReadBounded reads no more of a file than shows that it has more than so many bytes.
func ReadBounded(own fs.FS, name string, most int64) ([]byte, error) {
	in, err := own.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	return data, errors.Join(err, in.Close())
}

// unreadable notes that a file could not be read, without the machine's path to it.
func (f *yamlFile) unreadable(err error) {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	f.fault(pos{}, "the file cannot be read: %v", err)
}

// ownFiles tells of every file of the provider's what became of it.
func (l *linker) ownFiles() []OwnFile {
	var all []OwnFile
	for _, f := range l.files {
		if !f.provider {
			continue
		}
		own := OwnFile{Name: f.name, Hash: hex.EncodeToString(f.sum[:]), Title: f.title, Faults: sortFaults(f.faults)}
		switch path.Dir(f.name) {
		case classDir:
			own.Kind = "class"
		case valueSetDir:
			own.Kind = "value set"
		case formDir:
			own.Kind = "form"
		case scoreDir:
			own.Kind = "score"
		case chartDir:
			own.Kind = "chart"
		}
		own.ID = strings.TrimSuffix(path.Base(f.name), ".yaml")
		lines := strings.Split(string(f.text), "\n")
		for _, fault := range own.Faults {
			line := ""
			if fault.Line <= len(lines) {
				line = strings.TrimRight(lines[fault.Line-1], "\r")
			}
			own.Lines = append(own.Lines, strings.ToValidUTF8(line[:min(len(line), maxLine)], "\uFFFD"))
		}
		all = append(all, own)
	}
	slices.SortStableFunc(all, func(a, b OwnFile) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// maxLine is how much of a faulty line is shown.
const maxLine = 300
