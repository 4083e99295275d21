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

// FileError is one fault in one of the standard's files, or in one of a provider's own.
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

// The folders that hold class files (the standard's own and ours), value sets, forms, scores and charts.
const (
	classDir     = "classes"
	extensionDir = "extensions"
	valueSetDir  = "valuesets"
	formDir      = "forms"
	scoreDir     = "scores"
	chartDir     = "charts"
)

// LanguageDir is the folder of a provider's own that holds language files; the catalogue leaves them to whoever shows pages.
const LanguageDir = "languages"

// MaxFile is how many bytes one file may have. Nothing of ours comes near it.
const MaxFile = 256 << 10

// Load reads and compiles the files of the standard. When they are at fault it returns a *FileErrors with every fault.
func Load(fsys fs.FS) (*Catalogue, error) { return LoadWith(fsys, nil) }

// LoadWith reads and compiles the files of the standard and those of a provider's own folder (nil: there is none). What is wrong with the standard's files is
// an error, as for Load. A provider's file that is at fault is set aside, with whatever needs it, and the rest works: see Catalogue.Own and Faults.
// The same files always give the same catalogue.
func LoadWith(national, own fs.FS) (*Catalogue, error) { return load(national, own, nil) }

func load(national, own fs.FS, parsed packed) (*Catalogue, error) {
	l := &linker{packed: parsed}
	if err := l.readNational(national); err != nil {
		return nil, err
	}
	if own != nil {
		if err := l.readOwn(own); err != nil {
			return nil, err
		}
	}
	return l.catalogue()
}

// catalogue compiles what was read.
func (l *linker) catalogue() (*Catalogue, error) {
	if err := inParallel(l.jobs); err != nil {
		return nil, err
	}
	for _, f := range l.files {
		f.parsed = len(f.faults)
	}
	l.compile()
	if faults := l.nationalFaults(); len(faults) > 0 {
		return nil, &FileErrors{Faults: faults}
	}
	l.cat.hash = l.hash()
	l.cat.own = l.ownFiles()
	return l.cat, nil
}

// compile links what was read, again without a provider's files that turn out to be at fault, until none is: a file that needs a faulty one is at
// fault in turn.
func (l *linker) compile() {
	for {
		l.fresh()
		l.link()
		if !l.setAside(false) {
			break
		}
	}
	for _, f := range l.files {
		if len(f.faults) > 0 && !f.provider && !f.isForm() {
			return
		}
	}
	l.finish()
	l.linkForms()
	l.linkScores()
	l.linkCharts()
	l.setAside(true)
	l.finishForms()
}

// isForm says whether the file is one of a form, a score or a chart: what only makes use of classes.
func (f *yamlFile) isForm() bool {
	return slices.Contains([]string{formDir, scoreDir, chartDir}, path.Dir(f.name))
}

// fresh forgets what was linked, but not what was read.
func (l *linker) fresh() {
	l.cat = &Catalogue{
		release: l.release, categories: l.categories, classByID: map[string]*Class{}, setByID: map[string]*ValueSet{},
		byRole: map[string][]*Class{}, formByID: map[string]*Form{},
	}
	l.classes = map[string]*rawClass{}
	for _, f := range l.files {
		if !f.aside {
			f.faults = f.faults[:f.parsed]
		}
	}
}

// setAside takes a provider's files that are at fault out of what is linked, and says whether there were any. Forms are judged last, when all that they are made
// of is right, so that everything that is wrong with one is told at once.
func (l *linker) setAside(forms bool) bool {
	found := false
	for _, f := range l.files {
		if f.provider && !f.aside && len(f.faults) > 0 && f.isForm() == forms {
			f.aside, found = true, true
		}
	}
	l.rawClasses = slices.DeleteFunc(l.rawClasses, func(raw *rawClass) bool { return raw.aside })
	l.rawSets = slices.DeleteFunc(l.rawSets, func(raw *rawValueSet) bool { return raw.aside })
	l.rawForms = slices.DeleteFunc(l.rawForms, func(raw *rawForm) bool { return raw.aside })
	return found
}

// hash is over the names and hashes of all files that classes come from, in the order in which they are read: that of their names within each folder. Forms are no
// part of it, nor is what was set aside: nothing that is kept was derived with them.
func (l *linker) hash() string {
	whole := sha256.New()
	for _, f := range l.files {
		if !f.aside && !f.isForm() {
			fmt.Fprintf(whole, "%s %x\n", f.name, f.sum)
		}
	}
	return hex.EncodeToString(whole.Sum(nil))
}

// readNational parses every file of the standard, all side by side.
func (l *linker) readNational(fsys fs.FS) error {
	for _, dir := range []string{classDir, extensionDir, valueSetDir, formDir, scoreDir, chartDir} {
		names, err := fs.Glob(fsys, dir+"/*")
		if err != nil {
			return fmt.Errorf("list %s: %w", dir, err)
		}
		for _, name := range names {
			l.add(&yamlFile{name: name, packed: l.packed}, func() ([]byte, error) { return fs.ReadFile(fsys, name) })
		}
	}
	return errors.Join(l.readRelease(fsys), l.readCategories(fsys))
}

// add takes in one file, to be read and parsed into a slot of its own, so that the order stays that of the names.
func (l *linker) add(f *yamlFile, read func() ([]byte, error)) {
	l.files = append(l.files, f)
	if path.Ext(f.name) != ".yaml" {
		f.fault(pos{}, "only .yaml files belong in this folder")
		return
	}
	var parse func(data []byte)
	switch path.Dir(f.name) {
	case valueSetDir:
		raw := &rawValueSet{yamlFile: f}
		l.rawSets = append(l.rawSets, raw)
		parse = raw.read
	case formDir:
		raw := &rawForm{yamlFile: f}
		l.rawForms = append(l.rawForms, raw)
		parse = raw.read
	case scoreDir:
		raw := &rawScore{yamlFile: f}
		l.rawScores = append(l.rawScores, raw)
		parse = raw.read
	case chartDir:
		raw := &rawChart{yamlFile: f}
		l.rawCharts = append(l.rawCharts, raw)
		parse = raw.read
	default:
		raw := &rawClass{yamlFile: f, extension: f.provider || path.Dir(f.name) == extensionDir}
		l.rawClasses = append(l.rawClasses, raw)
		parse = raw.read
	}
	l.jobs = append(l.jobs, func() error {
		data, err := read()
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		if len(f.faults) > 0 { // it could not be read
			return nil
		}
		f.sum = sha256.Sum256(data)
		if len(data) > MaxFile {
			f.tooLarge()
			return nil
		}
		parse(data)
		return nil
	})
}

func (f *yamlFile) tooLarge() {
	f.fault(pos{}, "the file is larger than %d KB; no form or class needs that much", MaxFile>>10)
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

// nationalFaults gathers what was found in the standard's files, by file and place.
func (l *linker) nationalFaults() []FileError {
	var all []FileError
	for _, f := range l.files {
		if !f.provider {
			all = append(all, f.faults...)
		}
	}
	return sortFaults(all)
}

func sortFaults(all []FileError) []FileError {
	slices.SortStableFunc(all, func(a, b FileError) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(all)
}
