package demo

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// tree is YAML as it was written: every scalar keeps its own characters, so that 61.40 stays 61.40.
type tree struct {
	kind   treeKind
	text   string
	list   []tree
	fields []field
	line   int
}

type treeKind byte

const (
	nothing treeKind = iota
	scalar
	list
	fields
)

type field struct {
	key   string
	value tree
}

// UnmarshalYAML keeps the node as a tree.
func (t *tree) UnmarshalYAML(n ast.Node) error {
	var err error
	*t, err = treeOf(n)
	return err
}

func treeOf(n ast.Node) (tree, error) {
	line := n.GetToken().Position.Line
	switch n := n.(type) {
	case *ast.NullNode:
		return tree{line: line}, nil
	case *ast.LiteralNode:
		return tree{kind: scalar, text: strings.TrimSpace(n.Value.Value), line: line}, nil
	case *ast.StringNode:
		return tree{kind: scalar, text: n.Value, line: line}, nil
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return tree{kind: scalar, text: n.GetToken().Value, line: line}, nil
	case *ast.SequenceNode:
		t := tree{kind: list, line: line}
		for _, item := range n.Values {
			sub, err := treeOf(item)
			if err != nil {
				return t, err
			}
			t.list = append(t.list, sub)
		}
		return t, nil
	case *ast.MappingNode:
		return treeOfMapping(n.Values, line)
	case *ast.MappingValueNode:
		return treeOfMapping([]*ast.MappingValueNode{n}, line)
	}
	return tree{}, &yaml.SyntaxError{Message: fmt.Sprintf("a %s does not belong here", n.Type()), Token: n.GetToken()}
}

func treeOfMapping(values []*ast.MappingValueNode, line int) (tree, error) {
	t := tree{kind: fields, line: line}
	for _, v := range values {
		sub, err := treeOf(v.Value)
		if err != nil {
			return t, err
		}
		t.fields = append(t.fields, field{v.Key.GetToken().Value, sub})
	}
	return t, nil
}

// get finds a field.
func (t *tree) get(key string) (tree, bool) {
	for _, f := range t.fields {
		if f.key == key {
			return f.value, true
		}
	}
	return tree{}, false
}

// texts gives the words of a list, or the one word.
func (t *tree) texts() []string {
	if t.kind == scalar {
		return []string{t.text}
	}
	var all []string
	for _, item := range t.list {
		all = append(all, item.text)
	}
	return all
}

// over is this tree with the other's fields put in their place; a field with nothing takes the old one out.
func (t *tree) over(changes tree) tree {
	out := tree{kind: fields, line: changes.line}
	for _, f := range t.fields {
		if _, replaced := changes.get(f.key); !replaced {
			out.fields = append(out.fields, f)
		}
	}
	for _, f := range changes.fields {
		if f.value.kind != nothing {
			out.fields = append(out.fields, f)
		}
	}
	return out
}

// fill puts words in place of {placeholders}. What becomes empty by it is left out.
func (t *tree) fill(words func(string) string) tree {
	out := *t
	switch t.kind {
	case scalar:
		if !strings.ContainsRune(t.text, '{') {
			return out
		}
		if out.text = words(t.text); out.text == "" {
			out.kind = nothing
		}
	case list:
		out.list = nil
		for _, item := range t.list {
			if sub := item.fill(words); sub.kind != nothing {
				out.list = append(out.list, sub)
			}
		}
		if len(out.list) == 0 {
			out.kind = nothing
		}
	case fields:
		out.fields = nil
		for _, f := range t.fields {
			if sub := f.value.fill(words); sub.kind != nothing || f.value.kind == nothing {
				out.fields = append(out.fields, field{f.key, sub})
			}
		}
		if len(out.fields) == 0 {
			out.kind = nothing
		}
	}
	return out
}
