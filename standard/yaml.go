package standard

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
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
	packed   packed            // files that were parsed when the program was built
	faults   []FileError
	parsed   int // how many of the faults were found in parsing
}

// fields says what to do with the value of each key that an object may have.
type fields map[string]func(node)

// fault notes a fault at a place.
func (f *yamlFile) fault(at pos, format string, args ...any) {
	f.faults = append(f.faults, FileError{File: f.name, Line: max(at.line, 1), Column: max(at.col, 1), Message: fmt.Sprintf(format, args...)})
}

// parse returns the one document of the file; false when there is none or it is no YAML.
func (f *yamlFile) parse(data []byte) (node, bool) {
	if n, ok := f.packed.node(f.sum); ok {
		return n, true
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors put it in front of every text
	if f.illegible(data) || f.tooDeep(data) {
		return node{}, false
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
		return node{}, false
	case err != nil:
		f.fault(pos{}, "this is not YAML: %v", err)
		return node{}, false
	case len(file.Docs) > 1:
		f.fault(at(file.Docs[1].Body), "there is a second document after ---; a file holds one")
		return node{}, false
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		f.fault(pos{}, "the file is empty")
		return node{}, false
	}
	return nodeOf(file.Docs[0].Body), true
}

// illegible faults the first character that no text has.
func (f *yamlFile) illegible(data []byte) bool {
	line, column := 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			f.fault(pos{line, column}, "the file is not UTF-8 text: a sign here is written in another way. Save the file as UTF-8")
			return true
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f:
			f.fault(pos{line, column}, "there is a control character here that no text has (U+%04X); take it out", r)
			return true
		case r == '\n':
			line, column = line+1, 0
		}
		data, column = data[size:], column+1
	}
	return false
}

// object reads the keys of an object; what names it in faults.
func (f *yamlFile) object(n node, what string, keys fields, required ...string) {
	if n.kind != objectNode {
		f.fault(n.at, "%s must be a set of keys and values", what)
		return
	}
	present := make([]string, 0, len(n.items)/2)
	for i := 0; i < len(n.items); i += 2 {
		key := n.items[i].text
		read, ok := keys[key]
		if !ok {
			f.fault(n.items[i].at, "%s has no key %q", what, key)
			continue
		}
		present = append(present, key)
		read(n.items[i+1])
	}
	for _, key := range required {
		if !slices.Contains(present, key) {
			f.fault(n.at, "%s has no %q, which it must have", what, key)
		}
	}
}

// word returns a reader of one scalar.
func (f *yamlFile) word(into *word) func(node) {
	return func(n node) { *into = f.scalar(n) }
}

// yesNo returns a reader of true or false.
func (f *yamlFile) yesNo(into *bool) func(node) {
	return func(n node) {
		if n.kind != booleanNode {
			f.fault(n.at, "this must be true or false")
			return
		}
		*into = strings.EqualFold(n.text, "true")
	}
}

// words returns a reader of a list of scalars.
func (f *yamlFile) words(into *[]word) func(node) {
	return f.list(func(n node) {
		if w := f.scalar(n); w.s != "" {
			*into = append(*into, w)
		}
	})
}

// list returns a reader of a list.
func (f *yamlFile) list(item func(node)) func(node) {
	return func(n node) {
		if n.kind != listNode {
			f.fault(n.at, "this must be a list")
			return
		}
		for _, v := range n.items {
			item(v)
		}
	}
}

// scalar reads one scalar exactly as it is written.
func (f *yamlFile) scalar(n node) word {
	w := word{at: n.at, s: n.text}
	switch n.kind {
	case objectNode, listNode, strangeNode:
		f.fault(w.at, "this must be a plain word or sentence")
		return w
	}
	if strings.TrimSpace(w.s) == "" {
		f.fault(w.at, "this is empty; leave the key out or say something")
	}
	return w
}
