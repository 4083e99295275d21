package config

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"rosemary/standard"
)

// readFile reads the file's values into the configuration.
func (l *Loaded) readFile(text []byte) []standard.Problem {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return []standard.Problem{l.notYAML(err)}
	}
	var problems []standard.Problem
	for i, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if i > 0 {
			problems = append(problems, l.at(doc.Body.GetToken(), "one-document", "A second document begins here. There is only one."))
			break
		}
		problems = append(problems, l.readMapping(doc.Body, "")...)
	}
	return problems
}

// readMapping reads the keys below a prefix.
func (l *Loaded) readMapping(node ast.Node, prefix string) (problems []standard.Problem) {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	case *ast.NullNode, *ast.CommentGroupNode:
		return nil
	default:
		return []standard.Problem{l.at(node.GetToken(), "mapping", "Keys and values belong here: key: value.")}
	}
	for _, pair := range pairs {
		problems = append(problems, l.readPair(pair, prefix)...)
	}
	return problems
}

func (l *Loaded) readPair(pair *ast.MappingValueNode, prefix string) []standard.Problem {
	at := pair.Key.GetToken()
	name := prefix + at.Value
	value := pair.Value
	if find(name) == nil && isGroup(name) {
		return l.readMapping(value, name+".")
	}
	if find(name) == nil {
		p := unknownKey(name, l.place(at))
		return []standard.Problem{p}
	}
	if _, given := l.Sources[name]; given && l.Sources[name] != FromDefault {
		return []standard.Problem{l.at(at, "twice", name+" is given twice.")}
	}
	switch v := value.(type) {
	case *ast.NullNode:
		return l.set(name, "", l.source(at), l.place(at))
	case *ast.StringNode:
		return l.set(name, v.Value, l.source(at), l.place(v.GetToken()))
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return l.set(name, v.GetToken().Value, l.source(at), l.place(v.GetToken()))
	}
	return []standard.Problem{l.at(value.GetToken(), "value", name+" takes one value.")}
}

// isGroup reports whether keys stand below a name.
func isGroup(name string) bool {
	for _, k := range keys {
		if len(k.name) > len(name) && k.name[:len(name)+1] == name+"." {
			return true
		}
	}
	return false
}

func (l *Loaded) place(t *token.Token) string {
	return fmt.Sprintf("%s:%d:%d", l.File, t.Position.Line, t.Position.Column)
}

func (l *Loaded) source(t *token.Token) Source {
	return Source(fmt.Sprintf("%s:%d", l.File, t.Position.Line))
}

func (l *Loaded) at(t *token.Token, rule, message string) standard.Problem {
	return standard.Problem{Path: l.place(t), Rule: rule, Message: message}
}

// notYAML places a fault that the parser found. Its own text would show the lines around it.
func (l *Loaded) notYAML(err error) standard.Problem {
	p := standard.Problem{Path: l.File, Rule: "malformed-yaml", Message: "This is not YAML."}
	var fault yaml.Error
	if errors.As(err, &fault) {
		if t := fault.GetToken(); t != nil {
			p.Path = l.place(t)
		}
		p.Message = "This is not YAML: " + fault.GetMessage() + "."
	}
	return p
}
