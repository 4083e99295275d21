// Package sentences finds the sentences that the program's own source says to people, so that they can be given to translators: the constant English in calls that word it.
// It reads source, which a running program does not have: the build keeps what it finds among the embedded files.
package sentences

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rosemary/care/language"
)

// Find goes through the source below a folder.
func Find(source fs.FS) ([]language.Sentence, error) {
	var all []language.Sentence
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "data") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		found, err := in(name, text)
		all = append(all, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sentences of the source: %w", err)
	}
	return all, nil
}

// in finds the sentences of one file.
func in(name string, text []byte) ([]language.Sentence, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []language.Sentence
	add := func(english, one string) {
		s := language.Sentence{English: english, One: one, Place: name}
		if english != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch called(call.Fun) {
		case "word", "both", "Say", "Both", "Sentence":
			if len(call.Args) > 0 {
				add(constant(call.Args[0]), "")
			}
		case "Counted", "counted":
			if len(call.Args) > 2 {
				add(constant(call.Args[2]), constant(call.Args[1]))
			}
		case "Count", "count":
			if len(call.Args) > 2 && constant(call.Args[2]) != "" {
				add("{count} "+constant(call.Args[2]), "{count} "+constant(call.Args[1]))
			}
		}
		return true
	})
	return all, nil
}

// called is the name of what is called.
func called(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// constant is the text of a constant, perhaps put together from several; "" for anything else.
func constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, _ := strconv.Unquote(e.Value)
			return s
		}
	case *ast.BinaryExpr:
		if x, y := constant(e.X), constant(e.Y); e.Op == token.ADD && x != "" && y != "" {
			return x + y
		}
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return ""
}
