package standard

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// linker turns what the files say into classes that point at each other.
type linker struct {
	packed     packed // files that the build parsed
	files      []*yamlFile
	jobs       []func() error // that read and parse them
	release    Release
	categories []*Category
	rawClasses []*rawClass
	rawSets    []*rawValueSet
	rawForms   []*rawForm
	rawScores  []*rawScore
	rawCharts  []*rawChart

	// What follows is made anew by each round of linking.
	cat     *Catalogue
	classes map[string]*rawClass // by id, the first of each
}

// kebab says whether an id is made of lower-case words joined by hyphens.
func kebab(id string) bool {
	for part := range strings.SplitSeq(id, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return id[0] >= 'a' && id[0] <= 'z'
}

// camel says whether an id is letters and digits beginning with a small letter.
func camel(id string) bool {
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z':
		case i > 0 && (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'):
		default:
			return false
		}
	}
	return id != ""
}

// link compiles everything that was read. Each step notes faults and goes on with what is right.
func (l *linker) link() {
	for _, raw := range l.rawSets {
		l.linkValueSet(raw)
	}
	for _, raw := range l.rawClasses {
		l.declare(raw)
	}
	for _, raw := range l.rawClasses {
		l.linkParent(raw)
	}
	for _, raw := range l.rawClasses {
		l.refuseCycle(raw)
	}
	for _, raw := range l.rawClasses {
		l.linkMembers(raw)
	}
	for _, raw := range l.rawClasses {
		l.inherit(raw)
	}
	for _, raw := range l.rawClasses {
		l.linkTitle(raw)
	}
	l.refuseNesting()
}

// missing says that something is not there: because its file is at fault, where that is so.
func (l *linker) missing(dir, what, id, purpose string) string {
	for _, f := range l.files {
		if f.provider && path.Dir(f.name) == dir && path.Base(f.name) == id+".yaml" {
			return fmt.Sprintf("%s %q is not in use, because its own file %s is at fault", what, id, f.name)
		}
	}
	return fmt.Sprintf("there is no %s %q%s", what, id, purpose)
}

// readRelease reads release.yaml.
func (l *linker) readRelease(fsys fs.FS) error {
	return l.single(fsys, "release.yaml", func(f *yamlFile, body node) {
		var standard, name, version word
		f.object(body, "the release", fields{
			"standard": f.word(&standard), "name": f.word(&name), "version": f.word(&version),
		}, "standard", "name", "version")
		l.release = Release{Standard: standard.s, Name: name.s, Version: version.s}
	})
}

// readCategories reads categories.yaml.
func (l *linker) readCategories(fsys fs.FS) error {
	return l.single(fsys, "categories.yaml", func(f *yamlFile, body node) {
		f.list(func(n node) {
			var id, name, summary word
			f.object(n, "a category", fields{"id": f.word(&id), "name": f.word(&name), "summary": f.word(&summary)}, "id", "name", "summary")
			f.checkID(id, kebab, "lower-kebab, like care-plan")
			for _, c := range l.categories {
				if c.ID == id.s || c.Name == name.s {
					f.fault(id.at, "category %q stands here twice", id.s)
				}
			}
			c := &Category{ID: id.s, Name: name.s, Summary: summary.s, Order: len(l.categories)}
			l.categories = append(l.categories, c)
		})(body)
	})
}

// single reads one file that must be there.
func (l *linker) single(fsys fs.FS, name string, read func(*yamlFile, node)) error {
	f := &yamlFile{name: name, packed: l.packed}
	l.files = append(l.files, f)
	data, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		f.fault(pos{}, "the file is missing")
		return nil
	}
	if err != nil {
		return err
	}
	f.sum = sha256.Sum256(data)
	if body, ok := f.parse(data); ok {
		read(f, body)
	}
	return nil
}

// checkID notes an id of the wrong form.
func (f *yamlFile) checkID(id word, form func(string) bool, like string) {
	if id.s != "" && !form(id.s) {
		f.fault(id.at, "%q is no id: write it %s", id.s, like)
	}
}

// checkFileName notes an id that is not the file's name.
func (f *yamlFile) checkFileName(id word) {
	if want := strings.TrimSuffix(path.Base(f.name), ".yaml"); id.s != "" && id.s != want {
		f.fault(id.at, "the file is called %s.yaml but its id is %q; they must be the same", want, id.s)
	}
}

// oneOf notes a word that is none of the allowed ones.
func (f *yamlFile) oneOf(w word, what string, allowed ...string) bool {
	if w.s == "" || slices.Contains(allowed, w.s) {
		return w.s != ""
	}
	f.fault(w.at, "%q is no %s; use one of: %s", w.s, what, strings.Join(allowed, ", "))
	return false
}

func (l *linker) linkValueSet(raw *rawValueSet) {
	raw.checkID(raw.id, kebab, "lower-kebab, like risk-category")
	raw.checkFileName(raw.id)
	raw.known(raw.evidence)
	raw.oneOf(raw.binding, "binding", "required", "open")
	set := &ValueSet{
		ID: raw.id.s, Name: raw.name.s, System: raw.system.s, Version: raw.version.s, Source: raw.source.s,
		Evidence: Evidence(raw.evidence.s), Provider: raw.provider, Open: raw.binding.s == "open", Hash: hex.EncodeToString(raw.sum[:]), Codes: make([]Code, len(raw.codes)), index: make(map[string]*Code, len(raw.codes)),
	}
	for i, c := range raw.codes {
		set.Codes[i] = Code{Code: c.code.s, System: c.system.s, Display: c.display.s, Means: c.means.s, Note: c.note.s}
		if c.means.s != "" {
			raw.oneOf(c.means, "meaning", Meanings()...)
		}
		if c.system.s == set.System {
			set.Codes[i].System = ""
		}
		if _, twice := set.index[c.code.s]; twice {
			raw.fault(c.code.at, "code %q stands in the list twice", c.code.s)
		}
		set.index[c.code.s] = &set.Codes[i]
	}
	if raw.binding.s == "required" && len(set.Codes) == 0 {
		raw.fault(raw.at, "the value set has no values, so nothing could be chosen; add some, or make its binding open")
	}
	other, taken := l.cat.setByID[set.ID]
	if taken {
		raw.taken(raw.id, "value set", other.Provider)
	}
	if set.ID != "" && !taken {
		l.cat.setByID[set.ID] = set
		l.cat.valueSets = append(l.cat.valueSets, set)
	}
}

// known notes evidence of a kind that the file cannot have: what a provider adds is a provider's, and never passes for the standard.
func (f *yamlFile) known(evidence word) {
	if f.provider {
		f.oneOf(evidence, "kind of evidence in a provider's own file", string(ProviderOwned))
		return
	}
	f.oneOf(evidence, "kind of evidence", string(Published), string(Guidance), string(Upstream), string(ProjectOwned))
}

// taken notes an id that another file has.
func (f *yamlFile) taken(id word, what string, byProvider bool) {
	switch {
	case id.s == "":
	case f.provider && !byProvider:
		f.fault(id.at, "%s %q came with the program and cannot be replaced; give yours another id", what, id.s)
	default:
		f.fault(id.at, "%s %q is already in another file", what, id.s)
	}
}

// finish sorts the classes and computes what is asked of them often. It runs only when no class or value set is at fault.
func (l *linker) finish() {
	cat := l.cat
	slices.SortStableFunc(cat.classes, func(a, b *Class) int {
		return cmp.Or(cmp.Compare(a.Category.Order, b.Category.Order), compareBool(a.Extension, b.Extension), compareBool(a.Provider, b.Provider), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range cat.classes {
		for _, role := range c.Roles {
			cat.byRole[role] = append(cat.byRole[role], c)
		}
		for up := c; up != nil && c.Kind == KindRecord; up = up.Extends {
			up.concrete = append(up.concrete, c)
		}
		c.paths = map[string][]*Element{}
		c.addPaths(c.paths, nil)
	}
}

// addPaths notes where each role is played: the class's own level before its blocks.
func (c *Class) addPaths(paths map[string][]*Element, lead []*Element) {
	for _, e := range c.Elements {
		if _, known := paths[e.Role]; e.Role != "" && !known {
			paths[e.Role] = append(slices.Clone(lead), e)
		}
	}
	for _, e := range c.Elements {
		if e.Block != nil {
			e.Block.addPaths(paths, append(slices.Clone(lead), e))
		}
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
