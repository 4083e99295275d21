package fhir

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"rosemary/fhir/resource"
)

// located is an element and what it stands in; nil for the resource itself.
type located struct{ parent, node *resource.Node }

// findPath gives the elements that a path leads to. A path is the part of FHIRPath that patches are written in: names with dots between them, which one as [0],
// where(name = 'value' and ...), first(), last(), ofType(Type), extension('url').
func findPath(root *resource.Node, path string) ([]located, error) {
	steps, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	here := []located{{nil, root}}
	if len(steps) > 0 && steps[0] == root.Type.Name {
		steps = steps[1:]
	}
	for _, step := range steps {
		if here, err = follow(here, step); err != nil {
			return nil, fmt.Errorf("the path %q cannot be followed: %w", path, err)
		}
	}
	return here, nil
}

var errPath = errors.New("only names, [0], where(name = 'value'), first(), last(), ofType(Type) and extension('url') are known here")

// splitPath parts a path into names, calls, and numbers in brackets.
func splitPath(path string) (steps []string, err error) {
	begin, depth := 0, 0
	quoted := false
	cut := func(i int) {
		if s := strings.TrimSpace(path[begin:i]); s != "" {
			steps = append(steps, s)
		}
		begin = i + 1
	}
	for i := range len(path) {
		switch b := path[i]; {
		case b == '\'' && (i == 0 || path[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case b == '(':
			depth++
		case b == ')':
			depth--
		case depth > 0:
		case b == '.':
			cut(i)
		case b == '[':
			cut(i)
			begin = i
		}
	}
	cut(len(path))
	if quoted || depth != 0 || len(steps) == 0 {
		return nil, errors.New("the operation needs a path that can be read, such as Patient.name[0].given")
	}
	return steps, nil
}

// follow goes one step.
func follow(here []located, step string) ([]located, error) {
	name, inside, call := strings.Cut(step, "(")
	inside = strings.TrimSpace(strings.TrimSuffix(inside, ")"))
	switch {
	case strings.HasPrefix(step, "["):
		i, err := strconv.Atoi(strings.TrimSuffix(step[1:], "]"))
		if err != nil || i < 0 {
			return nil, errors.New("in brackets stands which one it is, from 0")
		}
		return nth(here, i), nil
	case !call:
		return children(here, step)
	case name == "first" && inside == "":
		return nth(here, 0), nil
	case name == "last" && inside == "":
		return nth(here, len(here)-1), nil
	case name == "ofType":
		return kept(here, func(n *resource.Node) bool { return n.Type.Name == inside }), nil
	case name == "extension":
		url, ok := quoted(inside)
		if !ok {
			return nil, errPath
		}
		found, err := children(here, "extension")
		return kept(found, func(n *resource.Node) bool { return n.Text("url") == url }), err
	case name == "where":
		return where(here, inside)
	}
	return nil, errPath
}

func nth(here []located, i int) []located {
	if i < 0 || i >= len(here) {
		return nil
	}
	return here[i : i+1]
}

func kept(here []located, keep func(*resource.Node) bool) (found []located) {
	for _, l := range here {
		if keep(l.node) {
			found = append(found, l)
		}
	}
	return found
}

// children gives the elements of a name; a name that the type does not have is no way at all.
func children(here []located, name string) (found []located, err error) {
	for _, l := range here {
		known := false
		for _, f := range l.node.Type.Fields {
			known = known || f.Base == name || f.Name == name
		}
		if !known {
			return nil, fmt.Errorf("%s has no element %s", l.node.Type.Name, name)
		}
		for _, n := range l.node.All(name) {
			found = append(found, located{l.node, n})
		}
	}
	return found, nil
}

// where keeps the elements of which all conditions hold.
func where(here []located, conditions string) ([]located, error) {
	for condition := range strings.SplitSeq(conditions, " and ") {
		way, literal, is := strings.Cut(condition, "=")
		value, text := quoted(strings.TrimSpace(literal))
		if way = strings.TrimSpace(way); !is || way == "" || strings.ContainsAny(way, "~!<>( ") {
			return nil, errPath
		}
		if !text {
			value = strings.TrimSpace(literal)
		}
		var kept []located
		for _, l := range here {
			found := []located{l}
			for name := range strings.SplitSeq(way, ".") {
				var err error
				if found, err = children(found, name); err != nil {
					return nil, err
				}
			}
			for _, f := range found {
				if f.node.Has && f.node.Value == value {
					kept = append(kept, l)
					break
				}
			}
		}
		here = kept
	}
	return here, nil
}

// quoted reads a text in single quotes.
func quoted(s string) (string, bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return "", false
	}
	return strings.ReplaceAll(s[1:len(s)-1], `\'`, `'`), true
}
