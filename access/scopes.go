package access

import (
	"slices"
	"strings"

	"rosemary/standard"
)

// Interaction is what somebody does with a kind of resource; several are joined with |.
type Interaction uint8

// The interactions, in the order in which SMART writes their letters.
const (
	Creates Interaction = 1 << iota
	Reads
	Updates
	Deletes
	Searches
)

const interactionLetters = "cruds"

// Looks is both ways of seeing something.
const Looks = Reads | Searches

// Writes is all ways of changing something.
const Writes = Creates | Updates | Deletes

// The contexts of a scope: whose records it is about.
const (
	PatientContext = "patient" // one person's, whom the token is bound to
	UserContext    = "user"    // those of everybody whom the signed-in worker may see
	SystemContext  = "system"  // those of everybody whom the owner of the client may see
)

// AnyKind stands for every kind of resource.
const AnyKind = "*"

// Scope is one permission that a client was given, as SMART on FHIR (App Launch 2) writes them: patient/Observation.rs.
type Scope struct {
	Context string
	Kind    string // of resource, or AnyKind
	May     Interaction
}

// Scopes are what a client was given. They cut what the role of its account allows and never widen it.
type Scopes []Scope

// mostScopes bounds how many scopes are looked at.
const mostScopes = 200

// ParseScopes reads scopes as they are asked for, parted by spaces. What is no scope over resources comes as other words, once each: launch/patient, offline_access.
// Problems say of every word that looks like one and is none what is wrong with it.
func ParseScopes(text string) (scopes Scopes, words []string, problems []standard.Problem) {
	fields := strings.Fields(text)
	if len(fields) > mostScopes {
		return nil, nil, []standard.Problem{{Path: "/scope", Rule: "too-many", Message: "Ask for fewer scopes: at most 200."}}
	}
	for _, word := range fields {
		context, rest, isScope := strings.Cut(word, "/")
		if !isScope || context == "launch" {
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
			continue
		}
		s, wrong := parseScope(context, rest)
		if wrong != "" {
			problems = append(problems, standard.Problem{Path: "/scope", Rule: "scope", Value: shortened(word), Message: wrong})
			continue
		}
		scopes = append(scopes, s)
	}
	return scopes, words, problems
}

// shortened keeps what is given back of what was sent small.
func shortened(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

// parseScope reads what stands behind the context; wrong says why it is no scope.
func parseScope(context, rest string) (s Scope, wrong string) {
	if context != PatientContext && context != UserContext && context != SystemContext {
		return s, "A scope begins with patient/, user/ or system/."
	}
	rest, _, constrained := strings.Cut(rest, "?")
	if constrained {
		return s, "A scope that is narrowed by search parameters is not supported. Ask for the whole type."
	}
	kind, may, _ := strings.Cut(rest, ".")
	if kind != AnyKind && !isKind(kind) {
		return s, "Behind the context stands the type of a resource or *, then a dot: patient/Observation.rs."
	}
	s = Scope{Context: context, Kind: kind, May: interactions(may)}
	if s.May == 0 {
		return s, "Behind the dot stand some of the letters c, r, u, d and s, in this order; or read, write or *."
	}
	return s, ""
}

func isKind(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

// interactions reads the letters of a scope, or the words of SMART 1; none for what is neither.
func interactions(text string) (may Interaction) {
	switch text {
	case "read":
		return Looks
	case "write":
		return Writes
	case "*":
		return Looks | Writes
	}
	from := 0
	for _, letter := range text {
		at := strings.IndexRune(interactionLetters[from:], letter)
		if at < 0 {
			return 0
		}
		may |= 1 << (from + at)
		from += at + 1
	}
	return may
}

// String writes the letters, in their order.
func (i Interaction) String() string {
	var b strings.Builder
	for at, letter := range interactionLetters {
		if i&(1<<at) != 0 {
			b.WriteRune(letter)
		}
	}
	return b.String()
}

// String writes a scope as SMART 2 does.
func (s Scope) String() string { return s.Context + "/" + s.Kind + "." + s.May.String() }

// String writes the scopes, parted by spaces.
func (s Scopes) String() string {
	words := make([]string, len(s))
	for i := range s {
		words[i] = s[i].String()
	}
	return strings.Join(words, " ")
}

// Allow reports whether any of some interactions is allowed with a kind of resource. Asked for AnyKind, it says whether one is allowed with all kinds.
func (s Scopes) Allow(any Interaction, kind string) bool {
	return slices.ContainsFunc(s, func(one Scope) bool { return one.May&any != 0 && (one.Kind == AnyKind || one.Kind == kind) })
}

// AllowSome reports whether any of some interactions is allowed with some kind of resource.
func (s Scopes) AllowSome(any Interaction) bool {
	return slices.ContainsFunc(s, func(one Scope) bool { return one.May&any != 0 })
}

// Bound reports whether one of the scopes is about one person: then whoever holds them sees nobody else.
func (s Scopes) Bound() bool {
	return slices.ContainsFunc(s, func(one Scope) bool { return one.Context == PatientContext })
}

// Within gives what of the scopes lies within others: what a client asks for, within what it was registered for.
func (s Scopes) Within(limit Scopes) Scopes {
	var all Scopes
	for _, one := range s {
		for _, l := range limit {
			if both, ok := one.and(l); ok && !slices.Contains(all, both) {
				all = append(all, both)
			}
		}
	}
	return all
}

func (s Scope) and(o Scope) (Scope, bool) {
	both := Scope{Context: s.Context, Kind: s.Kind, May: s.May & o.May}
	if s.Kind == AnyKind {
		both.Kind = o.Kind
	}
	fits := s.Context == o.Context && (s.Kind == o.Kind || s.Kind == AnyKind || o.Kind == AnyKind)
	return both, fits && both.May != 0
}
