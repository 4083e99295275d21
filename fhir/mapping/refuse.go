package mapping

import (
	"slices"
	"strconv"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// modifiers refuses what changes the meaning of something that was taken, and has not been taken itself.
func (t *taker) modifiers(root *resource.Node) []standard.Problem {
	var problems []standard.Problem
	if slices.ContainsFunc(root.Nodes, t.changesMeaning) { // only then the places must be known
		root.Walk(root.Type.Name, func(path string, n *resource.Node) bool {
			if n == root {
				return true
			}
			if n.Field.Name == "contained" {
				return false
			}
			if !anyTaken(n, t.understood) && n.Field.Modifier && !harmless(n) {
				problems = append(problems, modifierProblem(path, n.Value))
			}
			return anyTaken(n, t.understood) // what is given back whole can mean what it likes
		})
	}
	for i, c := range root.All("contained") {
		for _, in := range t.inside {
			if in != c {
				continue
			}
			for _, e := range c.Nodes {
				if e.Field.Modifier && !t.understood[e] && !harmless(e) {
					problems = append(problems, modifierProblem(indexed(root.Type.Name+".contained", i)+"."+e.Field.Base, e.Value))
				}
			}
		}
	}
	return problems
}

// changesMeaning reports whether an element, or one in it, is a modifier of something that was taken, and was not taken itself.
func (t *taker) changesMeaning(n *resource.Node) bool {
	switch {
	case n.Field.Name == "contained":
		return false
	case anyTaken(n, t.understood):
		return slices.ContainsFunc(n.Nodes, t.changesMeaning)
	}
	return n.Field.Modifier && !harmless(n)
}

func modifierProblem(path, value string) standard.Problem {
	return standard.Problem{Path: path, Rule: RuleModifier, Value: value,
		Message: "This changes what the resource means, and the record has no place for it. Nothing was changed. Leave it out if the resource is right without it."}
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// leftOver refuses what is left of elements that the record must hold whole or not at all: a dose, a value.
func (t *taker) leftOver(root *resource.Node, g *group) []standard.Problem {
	var problems []standard.Problem
	for i, c := range root.Nodes {
		if !g.left[c.Field.Base] || restOf(c, t.understood, 0) == nil || t.saysItAll(c) || harmless(c) {
			continue
		}
		path := root.Type.Name + "." + c.Field.Base
		if c.Field.Many() {
			at := 0
			for j := i; j > 0 && root.Nodes[j-1].Field == c.Field; j-- {
				at++
			}
			path = indexed(path, at)
		}
		problems = append(problems, standard.Problem{Path: path, Rule: RuleLeftOver,
			Message: "This says more than " + g.class.Name + " can hold, and nobody who reads the record would see it. Nothing was changed. Say it in fewer elements, or in words."})
	}
	return problems
}

// saysItAll says whether what was taken of an element says it all: of a concept its words or one of its codings, of an instruction its text, of a reference
// what it is called, or what it leads to.
func (t *taker) saysItAll(n *resource.Node) bool {
	switch n.Type.Name {
	case "CodeableConcept":
		return anyTaken(n, t.understood)
	case "Reference":
		return t.inside[n] != nil || t.taken[n.First("display")]
	}
	words := n.First("text")
	return words != nil && t.taken[words]
}

// harmless are modifiers that say what goes without saying.
func harmless(n *resource.Node) bool {
	switch n.Field.Name {
	case "active":
		return n.Value == "true"
	case "use":
		return n.Value != "old"
	case "status": // of a place, a team, a stay
		return n.Value == "active" || n.Value == "amended" || n.Value == "corrected"
	case "intent":
		return strings.HasSuffix(n.Value, "order")
	case "scope":
		return true
	case "isSubpotent", "doNotPerform", "experimental", "asNeededBoolean", "deceasedBoolean":
		return n.Value == "false"
	}
	return n.Empty()
}

func anyTaken(n *resource.Node, taken map[*resource.Node]bool) bool {
	if taken[n] {
		return true
	}
	for _, c := range n.Nodes {
		if anyTaken(c, taken) {
			return true
		}
	}
	return false
}
