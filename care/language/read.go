package language

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/feature/plural"
	bcp47 "golang.org/x/text/language"

	"rosemary/care/plain"
	"rosemary/standard"
)

// MaxFile is how large a language file may be.
const MaxFile = 4 << 20

// File is a language file as it was read: its words, and what is wrong with it.
type File struct {
	Words  *plain.Words // nil where the file does not say which language it is in, and then nothing of it is used
	Own    standard.OwnFile
	Done   int // how many sentences are translated
	Absent []Sentence
}

// reader reads one file.
type reader struct {
	file  File
	lines []string
	known Known
	alike map[string]string // sentences by their letters alone, once it is asked
}

// Read reads a file by what the pages say. Where known is empty it is not asked whether the pages say a sentence.
func Read(name string, text []byte, known Known) File {
	sum := sha256.Sum256(text)
	r := &reader{known: known, lines: strings.Split(string(text), "\n")}
	r.file.Own = standard.OwnFile{Name: name, Kind: "language", Hash: hex.EncodeToString(sum[:])}
	if root, ok := r.parse(text); ok {
		r.language(root)
	}
	slices.SortStableFunc(r.file.Own.Faults, func(a, b standard.FileError) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	for _, fault := range r.file.Own.Faults {
		r.file.Own.Lines = append(r.file.Own.Lines, r.line(fault.Line))
	}
	return r.file
}

// line is the text of a line, as far as it is worth showing.
func (r *reader) line(n int) string {
	if n > len(r.lines) {
		return ""
	}
	line := strings.TrimRight(r.lines[n-1], "\r")
	return strings.ToValidUTF8(line[:min(len(line), 300)], "\uFFFD")
}

func (r *reader) fault(line, column int, format string, args ...any) {
	r.file.Own.Faults = append(r.file.Own.Faults, standard.FileError{File: r.file.Own.Name, Line: max(line, 1), Column: max(column, 1), Message: fmt.Sprintf(format, args...)})
}

func (r *reader) at(n ast.Node, format string, args ...any) {
	line, column := 1, 1
	if n != nil && n.GetToken() != nil {
		line, column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	r.fault(line, column, format, args...)
}

// parse finds the keys of the file.
func (r *reader) parse(text []byte) (ast.Node, bool) {
	switch {
	case len(text) > MaxFile:
		r.fault(1, 1, "the file is larger than %d MB", MaxFile>>20)
		return nil, false
	case !utf8.Valid(text):
		r.fault(1, 1, "the file is not UTF-8 text")
		return nil, false
	case r.tooDeep(text):
		return nil, false
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		p := syntax.GetToken().Position
		r.fault(p.Line, p.Column, "this is not YAML: %s", syntax.GetMessage())
		return nil, false
	case err != nil:
		r.fault(1, 1, "this is not YAML: %v", err)
		return nil, false
	case len(file.Docs) != 1 || file.Docs[0].Body == nil:
		r.fault(1, 1, "a language file holds one document of keys and values")
		return nil, false
	}
	return file.Docs[0].Body, true
}

// tooDeep refuses what no language file needs and a parser would have to climb: brackets within brackets, lists in one line, and lines that are set in far.
func (r *reader) tooDeep(text []byte) bool {
	at, _, deep := standard.NestsTooDeep(text)
	for i, line := range strings.Split(string(text), "\n") {
		if i+1 == at && deep || strings.Count(line, "- ") > 100 || len(line)-len(strings.TrimLeft(line, " ")) > 40 {
			r.fault(i+1, 1, "there is too much within one another in this line")
			return true
		}
	}
	return false
}

// pairs gives the keys and values of an object.
func (r *reader) pairs(n ast.Node, what string) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	r.at(n, "%s must be a set of keys and values", what)
	return nil
}

// text reads one text. A null is what a translator leaves empty.
func (r *reader) text(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.NullNode:
		return "", true
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	r.at(n, "this must be a text, in quotation marks where it holds a colon or a bracket")
	return "", false
}

// language reads the whole file.
func (r *reader) language(root ast.Node) {
	words := &plain.Words{Sentences: map[string]string{}, Forms: map[string]map[string]string{}}
	var sentences, months, weekdays, tagNode ast.Node
	seen := map[string]bool{}
	for _, pair := range r.pairs(root, "a language file") {
		key, _ := r.text(pair.Key)
		if seen[key] {
			r.at(pair.Key, "%q stands here a second time", key)
			continue
		}
		seen[key] = true
		switch key {
		case "language":
			words.Name, _ = r.text(pair.Value)
			r.file.Own.Title = words.Name
		case "tag":
			words.Tag, _ = r.text(pair.Value)
			tagNode = pair.Value
		case "direction":
			r.direction(words, pair.Value)
		case "months":
			months = pair.Value
		case "weekdays":
			weekdays = pair.Value
		case "sentences":
			sentences = pair.Value
		default:
			r.at(pair.Key, "a language file has no key %q: it has language, tag, direction, months, weekdays and sentences", key)
		}
	}
	tag, err := bcp47.Parse(words.Tag)
	switch {
	case words.Tag == "":
		r.at(root, `the file must say its language's tag, like "tag: cy"; until then nothing of it is used`)
		return
	case err != nil:
		r.at(tagNode, "%q is no tag of a language, like cy, pl or ur; until then nothing of the file is used", words.Tag)
		return
	case isEnglish(tag):
		r.at(tagNode, "the pages are in English already; nothing of the file is used")
		return
	}
	words.Tag = tag.String()
	r.file.Own.ID = words.Tag
	if strings.TrimSpace(words.Name) == "" || !r.clean(words.Name) {
		r.at(root, `the file must say what the language calls itself, like "language: Cymraeg"; until then nothing of it is used`)
		return
	}
	forms := categories(tag)
	words.Category = func(n int) string { return category(tag, n) }
	english := calendar()
	copy(words.Months[:], r.names(months, "months", english[:12]))
	for i, name := range r.names(weekdays, "weekdays", english[12:]) { // a week begins on Monday in the file
		words.Weekdays[(i+1)%7] = name
	}
	r.file.Words = words
	if sentences != nil {
		r.sentences(words, sentences, forms)
	}
	r.left(words)
}

func isEnglish(tag bcp47.Tag) bool {
	base, _ := tag.Base()
	script, _ := tag.Script()
	return base.String() == "en" && script.String() == "Latn" && len(tag.Extensions()) == 0 && tag.String() != "en-XA"
}

func (r *reader) direction(words *plain.Words, n ast.Node) {
	switch text, _ := r.text(n); text {
	case "ltr", "":
	case "rtl":
		words.RightToLeft = true
	default:
		r.at(n, "the direction is ltr, from left to right, or rtl, from right to left")
	}
}

// names reads the names of the months or of the days of the week; those in English where they are not right.
func (r *reader) names(n ast.Node, what string, english []string) []string {
	if n == nil {
		return english
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) != len(english) {
		r.at(n, "%s must be a list of %d names, %s first; they are said in English", what, len(english), english[0])
		return english
	}
	out := slices.Clone(english)
	for i, v := range list.Values {
		name, ok := r.text(v)
		switch {
		case !ok || name == "":
		case !r.clean(name):
			r.at(v, "a name holds no markup, no {names} and no hidden characters")
		default:
			out[i] = name
		}
	}
	return out
}

// clean says whether a text is no more than words: no markup, and nothing that cannot be seen.
func (r *reader) clean(text string) bool {
	return !strings.ContainsAny(text, "<>{}") && !hidden(text)
}

// hidden says whether a text holds characters that are not seen, or that turn what follows around. Joiners are part of writing some languages.
func hidden(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool {
		return unicode.IsControl(c) || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF
	})
}

// left notes what is not translated.
func (r *reader) left(words *plain.Words) {
	for _, s := range r.known.Sorted() {
		if s.One == "" && words.Sentences[s.English] == "" || s.One != "" && words.Forms[s.English] == nil {
			r.file.Absent = append(r.file.Absent, s)
		}
	}
}

// category is the plural category of a number in a language.
func category(tag bcp47.Tag, n int) string {
	return formName(plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0))
}

// categories are those that a language has for whole numbers, and the two that every language may use.
func categories(tag bcp47.Tag) []string {
	all := []string{plain.None, plain.Other}
	for n := range 1000 {
		if form := category(tag, n); !slices.Contains(all, form) {
			all = append(all, form)
		}
	}
	if form := category(tag, 1_000_000); !slices.Contains(all, form) {
		all = append(all, form)
	}
	return all
}

func formName(f plural.Form) string {
	switch f {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return plain.Other
}
