package language

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"rosemary/care/plain"
)

// calendar are the names of the months and then of the days of the week, Monday first, in English.
func calendar() (names [19]string) {
	for i := range 12 {
		names[i] = time.Month(i + 1).String()
	}
	for i := range 7 {
		names[12+i] = time.Weekday((i + 1) % 7).String()
	}
	return names
}

// sentences reads the translations. One that is at fault is left out, and its sentence is said in English.
func (r *reader) sentences(words *plain.Words, n ast.Node, forms []string) {
	if _, ok := n.(*ast.NullNode); ok {
		return
	}
	seen := map[string]bool{}
	for _, pair := range r.pairs(n, "sentences") {
		english, ok := r.text(pair.Key)
		if !ok {
			continue
		}
		known, ok := r.known[english]
		switch {
		case seen[english]:
			r.at(pair.Key, "this sentence stands here a second time; the first is used")
			continue
		case !ok && len(r.known) > 0:
			r.at(pair.Key, "the pages do not say this sentence (any more): take it out, or copy it anew from “rosemary words list”%s", r.near(english))
			continue
		}
		seen[english] = true
		_, counts := pair.Value.(*ast.MappingNode)
		if one, ok := pair.Value.(*ast.MappingValueNode); ok && one != nil {
			counts = true
		}
		_, empty := pair.Value.(*ast.NullNode)
		switch {
		case empty:
		case counts && (known.One != "" || len(r.known) == 0):
			r.counted(words, english, pair.Value, forms)
		case counts:
			r.at(pair.Value, "this sentence counts nothing: give one translation, not one for each number")
		case known.One != "":
			r.at(pair.Value, "this sentence counts: give a translation for each of %s", strings.Join(forms[1:], ", "))
		default:
			if text, ok := r.translation(pair.Value, english, nil); ok {
				words.Sentences[english] = text
				r.file.Done++
			}
		}
	}
}

// counted reads the forms of a sentence that counts.
func (r *reader) counted(words *plain.Words, english string, n ast.Node, forms []string) {
	own := map[string]string{}
	good, empty := true, true
	for _, pair := range r.pairs(n, "the forms of a sentence") {
		form, _ := r.text(pair.Key)
		if !slices.Contains(forms, form) {
			r.at(pair.Key, "the language has no plural form %q: it has %s, and none for what is said of none at all", form, strings.Join(forms[1:], ", "))
			good = false
			continue
		}
		if _, null := pair.Value.(*ast.NullNode); null {
			continue
		}
		free := []string{"{count}"} // “one record” and “no records” need not name the number
		if form == plain.Other || form == "many" || form == "few" {
			free = nil
		}
		text, ok := r.translation(pair.Value, english, free)
		good = good && ok || text == ""
		if text != "" {
			own[form], empty = text, false
		}
	}
	if empty {
		return
	}
	if own[plain.Other] == "" && good {
		r.at(n, "the form %q is missing: it is said of every number that has no form of its own", plain.Other)
		good = false
	}
	if good {
		words.Forms[english] = own
		r.file.Done++
	}
}

// translation reads one translation and holds it to the sentence: the same {names}, no markup. "" and false where there is none, or it is at fault.
func (r *reader) translation(n ast.Node, english string, free []string) (string, bool) {
	text, ok := r.text(n)
	if !ok || strings.TrimSpace(text) == "" {
		return "", false
	}
	if hidden(text) {
		r.at(n, "the translation holds characters that cannot be seen or that turn the direction round; the sentence is said in English")
		return "", false
	}
	if strings.ContainsAny(text, "<>") && !strings.ContainsAny(english, "<>") {
		r.at(n, "the translation holds markup, < or >; the sentence is said in English")
		return "", false
	}
	want, have := Names(english), Names(text)
	for _, name := range have {
		if !slices.Contains(want, name) {
			r.at(n, "the translation names %s, which the English does not have; the sentence is said in English", name)
			ok = false
		}
	}
	for _, name := range want {
		if !slices.Contains(have, name) && !slices.Contains(free, name) {
			r.at(n, "the translation leaves out %s; the sentence is said in English", name)
			ok = false
		}
	}
	if rest := nameOf.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") && !strings.ContainsAny(nameOf.ReplaceAllString(english, ""), "{}") {
		r.at(n, "the translation has a bracket { or } that belongs to no name; the sentence is said in English")
		ok = false
	}
	if !ok {
		return "", false
	}
	return text, true
}

// near names the sentence that was perhaps meant: the one with the same letters.
func (r *reader) near(english string) string {
	if r.alike == nil {
		r.alike = make(map[string]string, len(r.known))
		for known := range r.known {
			r.alike[squeezed(known)] = known
		}
	}
	if now := r.alike[squeezed(english)]; now != "" {
		return "; it is now “" + now + "”"
	}
	return ""
}

func squeezed(s string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if strings.ContainsRune(" .,:;!?'’“”\"-–{}", c) {
			return -1
		}
		return c
	}, s))
}
