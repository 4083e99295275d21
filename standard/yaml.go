package standard

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// pos is a place in a file, counted from 1.
type pos struct{ line, col int }

// word is one scalar of a file and where it stands. The zero word is a key that was left out.
type word struct {
	s  string
	at pos
}

// given says whether the file has the key.
func (w word) given() bool { return w.at.line > 0 }

// yamlFile reads one YAML file strictly, noting every fault with its place and going on.
type yamlFile struct {
	name     string
	title    string            // what it calls what it defines
	provider bool              // from a provider's own folder
	aside    bool              // at fault, and no longer linked
	text     []byte            // a provider's file: what was read
	sum      [sha256.Size]byte // of its bytes
	faults   []FileError
	parsed   int // how many of the faults were found in parsing
}

// fields says what to do with the value of each key that an object may have.
type fields map[string]func(ast.Node)

// fault notes a fault at a place.
func (f *yamlFile) fault(at pos, format string, args ...any) {
	f.faults = append(f.faults, FileError{File: f.name, Line: max(at.line, 1), Column: max(at.col, 1), Message: fmt.Sprintf(format, args...)})
}

// parse returns the one document of the file, nil when there is none or it is no YAML.
func (f *yamlFile) parse(data []byte) ast.Node {
	if !utf8.Valid(data) {
		f.fault(pos{}, "the file is not UTF-8 text")
		return nil
	}
	if f.tooDeep(data) {
		return nil
	}
	file, err := parser.ParseBytes(data, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		p := syntax.GetToken().Position
		message := syntax.GetMessage()
		if strings.Contains(message, "'\t'") {
			message = "there is a tab; indent with spaces"
		}
		f.fault(pos{p.Line, p.Column}, "this is not YAML: %s", message)
		return nil
	case err != nil:
		f.fault(pos{}, "this is not YAML: %v", err)
		return nil
	case len(file.Docs) > 1:
		f.fault(at(file.Docs[1].Body), "there is a second document after ---; a file holds one")
		return nil
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		f.fault(pos{}, "the file is empty")
		return nil
	}
	return file.Docs[0].Body
}

// at tells where a node begins.
func at(n ast.Node) pos {
	switch n := n.(type) {
	case nil:
		return pos{}
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return at(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return at(n.Key)
	}
	token := n.GetToken()
	if token == nil || token.Position == nil {
		return pos{}
	}
	return pos{token.Position.Line, token.Position.Column}
}

// object reads the keys of an object; what names it in faults.
func (f *yamlFile) object(n ast.Node, what string, keys fields, required ...string) {
	var members []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		members = n.Values
	case *ast.MappingValueNode:
		members = []*ast.MappingValueNode{n}
	default:
		f.fault(at(n), "%s must be a set of keys and values", what)
		return
	}
	present := make([]string, 0, len(members))
	for _, m := range members {
		key := m.Key.String()
		read, ok := keys[key]
		if !ok {
			f.fault(at(m.Key), "%s has no key %q", what, key)
			continue
		}
		present = append(present, key)
		read(m.Value)
	}
	for _, key := range required {
		if !slices.Contains(present, key) {
			f.fault(at(n), "%s has no %q, which it must have", what, key)
		}
	}
}

// word returns a reader of one scalar.
func (f *yamlFile) word(into *word) func(ast.Node) {
	return func(n ast.Node) { *into = f.scalar(n) }
}

// yesNo returns a reader of true or false.
func (f *yamlFile) yesNo(into *bool) func(ast.Node) {
	return func(n ast.Node) {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			f.fault(at(n), "this must be true or false")
			return
		}
		*into = b.Value
	}
}

// words returns a reader of a list of scalars.
func (f *yamlFile) words(into *[]word) func(ast.Node) {
	return f.list(func(n ast.Node) {
		if w := f.scalar(n); w.s != "" {
			*into = append(*into, w)
		}
	})
}

// list returns a reader of a list.
func (f *yamlFile) list(item func(ast.Node)) func(ast.Node) {
	return func(n ast.Node) {
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			f.fault(at(n), "this must be a list")
			return
		}
		for _, v := range list.Values {
			item(v)
		}
	}
}

// scalar reads one scalar exactly as it is written: 1.0 stays 1.0, 010 stays 010.
func (f *yamlFile) scalar(n ast.Node) word {
	w := word{at: at(n)}
	switch n := n.(type) {
	case *ast.StringNode:
		w.s = n.Value
	case *ast.LiteralNode:
		w.s = strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		w.s = n.GetToken().Value
	case *ast.NullNode, nil:
	default:
		f.fault(w.at, "this must be a plain word or sentence")
		return w
	}
	if strings.TrimSpace(w.s) == "" {
		f.fault(w.at, "this is empty; leave the key out or say something")
	}
	return w
}
