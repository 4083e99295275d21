package standard

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// FileError is one fault in one of the standard's files.
type FileError struct {
	File    string
	Line    int // from 1
	Column  int // from 1
	Message string
}

func (e FileError) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// FileErrors is every fault of the standard's files, by file and place.
type FileErrors struct{ Faults []FileError }

func (e *FileErrors) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the files of the standard have %d fault(s):", len(e.Faults))
	for _, f := range e.Faults {
		b.WriteString("\n  ")
		b.WriteString(f.String())
	}
	return b.String()
}

// classDirs are the folders that hold class files: the standard's own and ours.
const (
	classDir     = "classes"
	extensionDir = "extensions"
	valueSetDir  = "valuesets"
)

// Load reads and compiles the files of the standard. When they are at fault it returns a *FileErrors with every fault.
func Load(fsys fs.FS) (*Catalogue, error) {
	l := &linker{
		cat:     &Catalogue{classByID: map[string]*Class{}, setByID: map[string]*ValueSet{}, byRole: map[string][]*Class{}},
		classes: map[string]*rawClass{},
	}
	if err := l.read(fsys); err != nil {
		return nil, err
	}
	l.link()
	faults := l.faults()
	if len(faults) > 0 {
		return nil, &FileErrors{Faults: faults}
	}
	l.cat.hash = l.hash()
	return l.cat, nil
}

// hash is over the names and hashes of all files, in the order in which they are read: that of their names within each folder.
func (l *linker) hash() string {
	whole := sha256.New()
	for _, f := range l.files {
		fmt.Fprintf(whole, "%s %x\n", f.name, f.sum)
	}
	return hex.EncodeToString(whole.Sum(nil))
}

// read parses every file, the classes and value sets side by side.
func (l *linker) read(fsys fs.FS) error {
	var jobs []func() error
	for _, dir := range []string{classDir, extensionDir, valueSetDir} {
		names, err := fs.Glob(fsys, dir+"/*")
		if err != nil {
			return fmt.Errorf("list %s: %w", dir, err)
		}
		for _, name := range names {
			f := &yamlFile{name: name}
			l.files = append(l.files, f)
			if path.Ext(name) != ".yaml" {
				f.fault(pos{}, "only .yaml files belong in this folder")
				continue
			}
			if dir == valueSetDir {
				jobs = append(jobs, l.valueSetJob(fsys, f))
			} else {
				jobs = append(jobs, l.classJob(fsys, f, dir == extensionDir))
			}
		}
	}
	err := inParallel(jobs)
	return errors.Join(err, l.readRelease(fsys), l.readCategories(fsys))
}

// classJob reads one class file into a slot of its own, so that the order stays that of the names.
func (l *linker) classJob(fsys fs.FS, f *yamlFile, extension bool) func() error {
	slot := len(l.rawClasses)
	l.rawClasses = append(l.rawClasses, nil)
	return func() error {
		data, err := fs.ReadFile(fsys, f.name)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		f.sum = sha256.Sum256(data)
		raw := readClass(f, data)
		raw.extension = extension
		raw.hash = hex.EncodeToString(f.sum[:])
		l.rawClasses[slot] = raw
		return nil
	}
}

func (l *linker) valueSetJob(fsys fs.FS, f *yamlFile) func() error {
	slot := len(l.rawSets)
	l.rawSets = append(l.rawSets, nil)
	return func() error {
		data, err := fs.ReadFile(fsys, f.name)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		f.sum = sha256.Sum256(data)
		l.rawSets[slot] = readValueSet(f, data)
		return nil
	}
}

// inParallel runs the jobs on as many goroutines as there are processors.
func inParallel(jobs []func() error) error {
	errs := make([]error, len(jobs))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(len(jobs), 1)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = jobs[i]()
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	wg.Wait()
	return errors.Join(errs...)
}

// faults gathers what was found in all files, by file and place.
func (l *linker) faults() []FileError {
	var all []FileError
	for _, f := range l.files {
		all = append(all, f.faults...)
	}
	slices.SortStableFunc(all, func(a, b FileError) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(all)
}
