package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// expander puts words in place of {placeholders}: {key}, {one:list} for one phrase of a list, {num:from-to} or {num:from-to/step} for a number. What stands
// in braces in units of measure stays.
type expander struct {
	rng    *rand.Rand
	vars   map[string]string
	more   func(kind, rest string) (string, bool) // further kinds of placeholders, "kind:rest"
	words  map[string][]string
	order  map[string][]int // phrases of each list still to come, so that none comes again before all have been
	faults []error
}

// units are those words in braces that belong to a unit of measure.
func units(key string) bool {
	switch key {
	case "application", "ampoule", "tablet", "capsule", "puff", "spray", "drop", "patch", "sachet", "dose", "times", "score":
		return true
	}
	return false
}

// text expands one text.
func (e *expander) text(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		key, after, closed := strings.Cut(rest, "}")
		if !closed {
			e.faults = append(e.faults, fmt.Errorf("a { without its } in %q", s))
			return b.String()
		}
		b.WriteString(e.placeholder(key))
		s = after
	}
}

func (e *expander) placeholder(key string) string {
	if units(key) {
		return "{" + key + "}"
	}
	if list, ok := strings.CutPrefix(key, "one:"); ok {
		return e.text(e.one(list))
	}
	if span, ok := strings.CutPrefix(key, "num:"); ok {
		return e.number(span)
	}
	if special, ok := e.special(key); ok {
		return special
	}
	value, ok := e.vars[key]
	if !ok {
		e.faults = append(e.faults, fmt.Errorf("nothing is known to stand for {%s}", key))
	}
	return e.text(value)
}

// special asks whoever uses the expander for a placeholder of another kind.
func (e *expander) special(key string) (string, bool) {
	kind, rest, found := strings.Cut(key, ":")
	if !found || e.more == nil {
		return "", false
	}
	return e.more(kind, rest)
}

// one takes the next phrase of a list.
func (e *expander) one(name string) string {
	phrases := e.words[name]
	if len(phrases) == 0 {
		e.faults = append(e.faults, fmt.Errorf("there are no words %q", name))
		return ""
	}
	if len(e.order[name]) == 0 {
		e.order[name] = e.rng.Perm(len(phrases))
	}
	next := e.order[name][0]
	e.order[name] = e.order[name][1:]
	return phrases[next]
}

// number draws from a span, with as many decimals as it is written with.
func (e *expander) number(span string) string {
	span, stepText, _ := strings.Cut(span, "/")
	fromText, toText, _ := strings.Cut(span, "-")
	from, err1 := strconv.ParseFloat(fromText, 64)
	to, err2 := strconv.ParseFloat(toText, 64)
	if err1 != nil || err2 != nil || to < from {
		e.faults = append(e.faults, fmt.Errorf("{num:%s} is no span", span))
		return ""
	}
	_, fraction, _ := strings.Cut(fromText, ".")
	step := 1.0
	for range fraction {
		step /= 10
	}
	if stepText != "" {
		step, _ = strconv.ParseFloat(stepText, 64)
	}
	n := int((to-from)/step + 1.5)
	return strconv.FormatFloat(from+float64(e.rng.IntN(n))*step, 'f', len(fraction), 64)
}
