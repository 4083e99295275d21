package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rosemary/standard"
)

// The bounds of what can be searched for at once.
const (
	mostLetters = 200
	mostWords   = 20
	beginning   = 3 // letters that a word must have for its beginning to be enough
)

// Query is what somebody searches for: every term must be found in the same record.
type Query struct {
	Terms []Term
}

// Term is one word, or words in quotes that must stand side by side as they are written.
type Term struct {
	Words  []string // plain
	Stems  []string // of each word
	Exact  bool     // as written, not by stem
	Begins bool     // the word may go on: it is still being typed
}

// Parse reads what somebody typed. Words in quotes are a phrase; no other sign means anything. What cannot be searched for is Invalid, in words.
func Parse(text string) (Query, error) {
	if utf8.RuneCountInString(text) > mostLetters {
		return Query{}, refuse("search-long", "This is too long to search for. Use the few words that matter, at most 200 letters.")
	}
	var q Query
	parts := strings.Split(strings.Map(straight, text), `"`)
	long, count := false, 0
	for i, part := range parts {
		found := Split(part)
		count += len(found)
		for _, w := range found {
			long = long || utf8.RuneCountInString(w.Plain) > 1 || unicode.IsOneOf(alone, firstRune(w.Plain))
		}
		switch {
		case len(found) == 0:
		case i%2 == 1:
			q.Terms = append(q.Terms, termOf(found, true))
		default:
			for k := range found {
				q.Terms = append(q.Terms, termOf(found[k:k+1], false))
			}
		}
	}
	switch {
	case !long:
		return Query{}, refuse("search-short", "Type a word of at least two letters.")
	case count > mostWords:
		return Query{}, refuse("search-long", "These are too many words. Use the few that matter, at most 20.")
	}
	if last := &q.Terms[len(q.Terms)-1]; !last.Exact {
		last.Begins = utf8.RuneCountInString(last.Words[0]) >= beginning
	}
	return q, nil
}

func refuse(rule, message string) error {
	return standard.Refuse("This cannot be searched for.", []standard.Problem{{Path: "/text", Rule: rule, Message: message}})
}

// straight makes all quotation marks that come in pairs the same.
func straight(r rune) rune {
	switch r {
	case '“', '”', '„', '«', '»':
		return '"'
	}
	return r
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func termOf(found []Word, exact bool) Term {
	t := Term{Exact: exact}
	for _, w := range found {
		t.Words, t.Stems = append(t.Words, w.Plain), append(t.Stems, Stem(w.Plain))
	}
	return t
}

// is reports whether a word of a text is one of the words that a term asks for.
func (t Term) is(k int, word string) bool {
	asked := t.Words[k]
	switch {
	case asked == word, t.Begins && strings.HasPrefix(word, asked):
		return true
	case t.Exact || asked[0] != word[0]: // a stem keeps its first letter: that spares finding most of them
		return false
	}
	return t.Stems[k] == Stem(word)
}

// in finds where a term stands in the words of one text: the first word and the one behind the last of each place.
func (t Term) in(text []Word) (places [][2]int) {
	for i := 0; i+len(t.Words) <= len(text); i++ {
		found := true
		for k := range t.Words {
			if !t.is(k, text[i+k].Plain) {
				found = false
				break
			}
		}
		if found {
			places = append(places, [2]int{i, i + len(t.Words)})
			i += len(t.Words) - 1
		}
	}
	return places
}

// Matches reports whether every term is found in some of the passages.
func (q Query) Matches(passages []Passage) bool {
	texts := make([][]Word, len(passages))
	for i, p := range passages {
		texts[i] = Split(p.Text)
	}
	for _, t := range q.Terms {
		if !slices.ContainsFunc(texts, func(text []Word) bool { return len(t.in(text)) > 0 }) {
			return false
		}
	}
	return len(q.Terms) > 0
}
