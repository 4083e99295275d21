package config

import (
	"fmt"
	"os"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"rosemary/standard"
)

// System is another system that records are exchanged with, as a file lists it. What its values mean is not looked at here.
type System struct {
	Name, Address, Key, Fingerprint string
	Places                          map[string]string // file, line and column of each of these that was given, by its name in the file; of all of it under ""
}

// readSystems reads a file that lists systems, strictly.
func readSystems(path string) (systems []System, problems []standard.Problem) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, []standard.Problem{{Path: path, Rule: "unreadable", Message: "The file that transfer.systems-file names cannot be read. Check the path, and whether this user may read it."}}
	}
	in := &Loaded{File: path} // for the places only
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, []standard.Problem{in.notYAML(err)}
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		for _, pair := range pairsOf(doc.Body) {
			list, is := pair.Value.(*ast.SequenceNode)
			if at := pair.Key.GetToken(); at.Value != "systems" || !is {
				problems = append(problems, in.at(at, "unknown-key", "A list belongs here, under the name systems: each with name, address, key and fingerprint."))
				continue
			}
			for _, node := range list.Values {
				s, faults := in.readSystem(node)
				systems, problems = append(systems, s), append(problems, faults...)
			}
		}
		if len(pairsOf(doc.Body)) == 0 {
			problems = append(problems, in.at(doc.Body.GetToken(), "mapping", "A list belongs here, under the name systems: each with name, address, key and fingerprint."))
		}
	}
	return systems, problems
}

func pairsOf(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func (l *Loaded) readSystem(node ast.Node) (s System, problems []standard.Problem) {
	pairs := pairsOf(node)
	first := node.GetToken()
	if len(pairs) > 0 {
		first = pairs[0].Key.GetToken()
	}
	s.Places = map[string]string{"": l.place(first)}
	if len(pairs) == 0 {
		return s, []standard.Problem{l.at(first, "mapping", "A system has a name, an address, a key and a fingerprint: name: Elm Court.")}
	}
	fields := map[string]*string{"name": &s.Name, "address": &s.Address, "key": &s.Key, "fingerprint": &s.Fingerprint}
	for _, pair := range pairs {
		at := pair.Key.GetToken()
		into, known := fields[at.Value]
		value, is := lineOf(pair.Value)
		switch {
		case !known:
			problems = append(problems, l.at(at, "unknown-key", fmt.Sprintf("%q is nothing that a system has. It has a name, an address, a key and a fingerprint.", at.Value)))
		case !is:
			problems = append(problems, l.at(pair.Value.GetToken(), "value", at.Value+" takes one value."))
		default:
			*into = value.Value
			s.Places[at.Value] = l.place(value)
		}
	}
	return s, problems
}

// lineOf gives one value as it was written: a fingerprint of digits alone would be a number.
func lineOf(node ast.Node) (*token.Token, bool) {
	switch node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken(), true
	}
	return nil, false
}
