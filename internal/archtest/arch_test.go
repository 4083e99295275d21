package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"rosemary/standard"
)

const module = "rosemary/"

// mayImport lists, for every room, which rooms of ours it may import. Imports run downwards only.
var mayImport = map[string][]string{
	"standard":                 {},
	"standard/standardtest":    {"standard"},
	"standard/conformance":     {"standard"},
	"standard/pack":            {"standard"},
	"record":                   {"standard"},
	"care":                     {"care/plain", "record", "standard"},
	"care/due":                 {"care", "care/plain", "record", "standard"},
	"care/medicine":            {"care/plain", "record", "standard"},
	"care/plain":               {"standard"},
	"care/language":            {"care/plain", "standard"},
	"care/quick":               {},
	"care/packpdf":             {"care", "care/plain"},
	"care/fall":                {"care/due", "record", "standard"},
	"care/body":                {"record", "standard"},
	"care/score":               {"care", "care/plain", "record", "standard"},
	"care/chart":               {"care", "care/due", "care/plain", "record", "standard"},
	"care/downtime":            {"care", "care/evacuation", "care/medicine", "care/plain", "record", "standard"},
	"care/oversight":           {"care", "care/medicine", "care/money", "care/plain", "care/score", "record", "standard"},
	"care/evacuation":          {"record", "standard"},
	"care/outbreak":            {"record", "standard"},
	"care/incidents":           {"record", "standard"},
	"care/evidence":            {"standard"},
	"care/money":               {"record", "standard"},
	"access":                   {"access/keyset", "record", "record/words", "standard"},
	"access/keyset":            {"standard"},
	"ehr":                      {},
	"ehr/ehrtest":              {"ehr"},
	"ehr/xmlscan":              {},
	"ehr/native":               {"ehr", "ehr/xmlscan", "ehr/xmltext"},
	"ehr/xmltext":              {"ehr", "ehr/xmlscan"},
	"ehr/kept":                 {"ehr", "ehr/xmltext"},
	"ehr/ibime":                {"ehr", "ehr/kept", "ehr/xmltext"},
	"ehr/chime":                {"ehr", "ehr/kept", "ehr/xmltext"},
	"ehr/dialects":             {"ehr", "ehr/chime", "ehr/ibime", "ehr/native"},
	"ehr/extract":              {"ehr", "record", "record/words", "standard"},
	"fhir":                     {"access", "fhir/bulk", "fhir/definition", "fhir/mapping", "fhir/resource", "fhir/subscription", "media", "record", "standard", "terminology", "transfer/exchange"},
	"fhir/resource":            {"standard"},
	"fhir/bulk":                {"record", "standard"},
	"fhir/outside":             {},
	"fhir/smart":               {"access", "access/keyset", "fhir", "fhir/outside", "standard"},
	"fhir/subscription":        {"fhir/outside", "record", "standard"},
	"store/subscription":       {"store/sqlite", "access", "fhir/subscription", "record", "standard"},
	"fhir/mapping":             {"fhir/resource", "standard"},
	"fhir/definition":          {"fhir/mapping", "fhir/resource", "standard", "terminology"},
	"terminology":              {"standard"},
	"transfer":                 {"access", "ehr", "ehr/extract", "record", "standard"},
	"transfer/exchange":        {"access", "ehr", "ehr/extract", "record", "standard", "transfer"},
	"transfer/folder":          {"access", "care/plain", "record", "standard", "transfer"},
	"store/transfer":           {"store/sqlite", "access", "record", "standard", "transfer/exchange"},
	"api":                      {"ehr", "ehr/dialects", "ehr/extract", "media", "transfer", "transfer/exchange", "transfer/folder", "access", "care", "record", "record/words", "standard"},
	"web":                      {"ehr", "ehr/dialects", "ehr/extract", "standard/conformance", "web/form", "web/nhsuk", "web/assets", "media", "transfer", "transfer/exchange", "transfer/folder", "access", "access/keyset", "access/outbox", "care", "care/merge", "care/due", "care/medicine", "care/oversight", "care/packpdf", "care/evacuation", "care/evidence", "care/incidents", "care/money", "care/outbreak", "care/plain", "care/chart", "care/score", "care/quick", "care/body", "care/fall", "care/language", "record", "record/words", "standard"},
	"web/form":                 {"web/nhsuk", "care/plain", "record", "standard"},
	"web/nhsuk":                {},
	"web/assets":               {},
	"store/sqlite":             {"standard"},
	"record/words":             {"standard"},
	"store/search":             {"store/sqlite", "store/log", "access", "record", "record/words", "standard"},
	"store/log":                {"store/sqlite", "access", "record", "standard"},
	"media":                    {},
	"store/attachment":         {"store/sqlite", "access", "media", "record", "standard"},
	"store/access":             {"store/sqlite", "access", "record", "standard"},
	"store/fhir":               {"store/sqlite", "record"},
	"store/bulk":               {"store/sqlite", "access", "fhir/bulk", "record", "standard"},
	"store/lease":              {"store/sqlite", "access", "record"},
	"store/draft":              {"store/sqlite", "access", "standard"},
	"store/installation":       {"store/sqlite", "standard"},
	"store/storetest":          {"access", "record", "standard"},
	"internal/browser":         {},
	"internal/sentences":       {"care/language"},
	"internal/sentences/write": {"care/language", "internal/sentences"},
	"internal/archtest":        {"standard"},
	"internal/demo":            {"access", "record", "standard"},
	"internal/fixture":         {"*"},
	"internal/installation":    {"*"},
	"internal/vault":           {"standard"},
	"internal/config":          {"standard"},
	"internal/backup":          {"*"},
	"internal/serving":         {"standard"},
	"internal/figures":         {"*"},
	"internal/downtime":        {"*"},
	"internal/bench":           {"*"},
	"cmd/rosemary":             {"*"},

	// What waits on devices.
	"care/merge":               {"standard"},
	"access/outbox":            {"standard"},
	"access/outbox/outboxtest": {"access/outbox"},
	"store/outbox":             {"store/sqlite", "access", "access/outbox", "record", "standard"},
}

// mayKnow lists who may import what belongs to one kind of room.
var mayKnow = map[string][]string{
	"database/sql":                  {"store/"},
	"github.com/ncruces/go-sqlite3": {"store/sqlite"},
	"net/http":                      {"api", "fhir", "fhir/smart", "fhir/subscription", "web", "web/assets", "transfer/exchange", "cmd/rosemary", "internal/serving", "internal/figures", "internal/bench", "internal/fixture"},
	"rosemary/store":                {"cmd/rosemary", "internal/figures", "internal/backup", "internal/installation", "internal/fixture", "internal/bench", "store/"},
}

// mayTellTheTime lists who may ask the clock; everybody else is given one.
var mayTellTheTime = []string{"cmd/rosemary", "internal/bench", "internal/fixture", "internal/installation"}

// notALog lists what only the installation's wiring may use: doors reach the log through a session alone.
var forbiddenToDoors = []string{
	"record.Recorder", "record.Log", "access.New", ".CreateAccount", ".SetPassword", ".NewToken", ".RegisterClient", ".CloseClient", ".ClientList", ".OperatorExports", ".OperatorExtract",
}

var doors = []string{"api", "fhir", "fhir/smart", "fhir/subscription", "web", "transfer", "transfer/exchange"}

type goFile struct {
	dir, path string
	fset      *token.FileSet
	ast       *ast.File
	test      bool
	lines     int
}

func sources(t *testing.T) []goFile {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []goFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if name := d.Name(); rel != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, rel, text, parser.ParseComments)
		if err != nil {
			return err
		}
		files = append(files, goFile{dir: filepath.ToSlash(filepath.Dir(rel)), path: rel, fset: fset, ast: f,
			test: strings.HasSuffix(path, "_test.go"), lines: strings.Count(string(text), "\n")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(f goFile) []string {
	var paths []string
	for _, s := range f.ast.Imports {
		p, _ := strconv.Unquote(s.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

func within(dir string, rooms []string) bool {
	for _, r := range rooms {
		if dir == r || strings.HasSuffix(r, "/") && strings.HasPrefix(dir, r) {
			return true
		}
	}
	return false
}

func TestImportsRunDownwards(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		allowed, known := mayImport[f.dir]
		if !known {
			t.Errorf("%s: the room %s is not in the list of rooms", f.path, f.dir)
			continue
		}
		for _, p := range imports(f) {
			room, ours := strings.CutPrefix(p, module)
			if ours && !slices.Contains(allowed, "*") && !slices.Contains(allowed, room) {
				t.Errorf("%s imports %s: %s may import only %v", f.path, room, f.dir, allowed)
			}
		}
	}
}

func TestWhoMayKnowWhat(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, p := range imports(f) {
			for what, rooms := range mayKnow {
				if (p == what || strings.HasPrefix(p, what+"/")) && !within(f.dir, rooms) {
					t.Errorf("%s imports %s: only %v may", f.path, p, rooms)
				}
			}
		}
	}
}

// selector gives "pkg.Name" or ".Name" for a selector expression.
func selector(e *ast.SelectorExpr) string {
	if id, ok := e.X.(*ast.Ident); ok {
		return id.Name + "." + e.Sel.Name
	}
	return "." + e.Sel.Name
}

func TestWhoMayTellTheTime(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || within(f.dir, mayTellTheTime) || strings.HasSuffix(f.dir, "test") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if e, ok := n.(*ast.SelectorExpr); ok && (selector(e) == "time.Now" || selector(e) == "time.Since") {
				t.Errorf("%s: asks the clock itself: it should be given one", f.fset.Position(e.Pos()))
			}
			return true
		})
	}
}

func TestDoorsHoldOnlyASession(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !slices.Contains(doors, f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			e, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			for _, no := range forbiddenToDoors {
				if selector(e) == no || strings.HasPrefix(no, ".") && "."+e.Sel.Name == no {
					t.Errorf("%s: a door may not use %s", f.fset.Position(e.Pos()), no)
				}
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, f := range sources(t) {
		if !f.test {
			said[f.dir] = said[f.dir] || f.ast.Doc != nil
		}
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestFilesAndFunctionsStayShort(t *testing.T) {
	var lengths []int
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		if f.lines > 500 {
			t.Errorf("%s has %d lines: there is a second idea in it", f.path, f.lines)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			lengths = append(lengths, n)
			if n > 100 {
				t.Errorf("%s: %s has %d lines", f.fset.Position(fn.Pos()), fn.Name.Name, n)
			}
		}
	}
	sort.Ints(lengths)
	if n := len(lengths); n > 0 && lengths[n*95/100] > 60 {
		t.Errorf("one function in twenty has more than %d lines", lengths[n*95/100])
	}
}

// wordsOfTheAPI are members of the API's card of a person that happen to be called like elements.
var wordsOfTheAPI = []string{"nhsNumber", "restrictedAddress", "mediaType"}

// wordsOfTheGuide are the parameters of the operation of the draft national guide that some element of a class is called like too.
var wordsOfTheGuide = []string{"requestedBy"}

// wordsOfISO13606 are attributes of its data types that happen to be called like elements.
var wordsOfISO13606 = []string{"codedValue"}

// TestNoClassOfTheStandardIsNamedInCode: code asks for roles, so that a new release of the standard is a change of files.
func TestNoClassOfTheStandardIsNamedInCode(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	roles := map[string]bool{}
	for _, c := range catalogue.Classes() {
		if c.Kind == standard.KindEnvelope {
			continue // what every record carries around its content is the program's own business
		}
		named[c.ID] = "class"
		for _, r := range c.Roles {
			roles[r] = true
		}
		for _, e := range c.Elements {
			if strings.ToLower(e.ID) != e.ID { // single words are words of the language too
				named[e.ID] = "element"
			}
			roles[e.Role] = true
		}
	}
	for _, word := range slices.Concat(wordsOfTheAPI, wordsOfISO13606, wordsOfTheGuide) {
		delete(named, word)
	}
	for _, f := range sources(t) {
		if f.test || f.dir == "internal/demo" || f.dir == "internal/fixture" || f.dir == "internal/bench" || strings.HasSuffix(f.dir, "test") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, _ := strconv.Unquote(lit.Value)
			if what := named[s]; what != "" && !roles[s] && strings.ContainsAny(s, "-ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				t.Errorf("%s: names the %s %q: ask the catalogue for a role", f.fset.Position(lit.Pos()), what, s)
			}
			return true
		})
	}
}

func TestExportedNamesAreCommented(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.dir, "cmd/") {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d)) && d.Name.Name != "Error" && d.Name.Name != "String" {
					t.Errorf("%s: %s has no comment", f.fset.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
						t.Errorf("%s: %s has no comment", f.fset.Position(ts.Pos()), ts.Name.Name)
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	e := d.Recv.List[0].Type
	if s, ok := e.(*ast.StarExpr); ok {
		e = s.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}
