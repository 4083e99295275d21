package words

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mark is a piece of a text that was searched for, in bytes: the first, and the one behind the last.
type Mark struct {
	Start, End int
}

// Snippet is a short piece of a passage with what was searched for in it.
type Snippet struct {
	Name  string // of the element; "" for the title
	Text  string // "…" stands where something was left out
	Marks []Mark
}

// Marks finds everything in a text that the query asks for, in order, none overlapping another.
func (q Query) Marks(text string) []Mark {
	found := Split(text)
	var marks []Mark
	for _, t := range q.Terms {
		for _, p := range t.in(found) {
			marks = append(marks, Mark{found[p[0]].Start, found[p[1]-1].End})
		}
	}
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	kept := marks[:0]
	for _, m := range marks {
		if n := len(kept); n > 0 && m.Start < kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, m.End)
			continue
		}
		kept = append(kept, m)
	}
	return kept
}

// The measures of a snippet, in bytes.
const (
	around  = 60  // shown before the first mark
	atMost  = 240 // shown in all
	atWords = 20  // how far an end moves to meet a space
)

// Snippet cuts from the passages the piece that shows most of what was searched for. The title, which the reader sees anyway, comes last.
func (q Query) Snippet(passages []Passage) Snippet {
	best, most := -1, 0
	for i, p := range passages {
		found, n := Split(p.Text), 0
		for _, t := range q.Terms {
			if len(t.in(found)) > 0 {
				n += 2
			}
		}
		if n > 0 && p.Name != "" {
			n++
		}
		if n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return Snippet{}
	}
	p := passages[best]
	return clip(p.Name, p.Text, q.Marks(p.Text))
}

// clip cuts a text around its first mark.
func clip(name, text string, marks []Mark) Snippet {
	from, to := 0, len(text)
	if len(text) > atMost {
		from = startOfWord(text, max(0, marks[0].Start-around))
		from = min(from, marks[0].Start)
		to = endOfWord(text, min(len(text), max(from+atMost, marks[0].End)))
		to = max(to, marks[0].End)
	}
	s := Snippet{Name: name}
	lead := ""
	if from > 0 {
		lead = "…"
	}
	s.Text = lead + text[from:to]
	if to < len(text) {
		s.Text += "…"
	}
	for _, m := range marks {
		if m.Start >= from && m.End <= to {
			s.Marks = append(s.Marks, Mark{m.Start - from + len(lead), m.End - from + len(lead)})
		}
	}
	return s
}

// startOfWord moves forward to behind a space, if there is one near.
func startOfWord(text string, at int) int {
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if at == 0 {
		return 0
	}
	if space := strings.IndexAny(text[at:min(len(text), at+atWords)], " \n\t"); space >= 0 {
		return at + space + 1
	}
	return at
}

// endOfWord moves back to a space, if there is one near.
func endOfWord(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if space := strings.LastIndexAny(text[max(0, at-atWords):at], " \n\t"); space >= 0 {
		return max(0, at-atWords) + space
	}
	return at
}
