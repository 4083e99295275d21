package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Word is one word of a text, and where it stands there, in bytes.
type Word struct {
	Start, End int
	Plain      string // lower case, without marks and apostrophes
}

// longest is how many bytes of a word count.
const longest = 64

// alone are the scripts that put no space between words: each of their letters is a word.
var alone = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// Split finds the words of a text: runs of letters and digits. Everything else only separates them.
func Split(text string) []Word {
	found := make([]Word, 0, len(text)/6+1)
	start := -1
	end := func(at int) {
		if start >= 0 {
			if p := plain(text[start:at]); p != "" {
				found = append(found, Word{Start: start, End: at, Plain: p})
			}
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf && isASCIIWord(r), r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if r >= 0x0E00 && unicode.IsOneOf(alone, r) {
				end(i)
				start = i
				end(i + utf8.RuneLen(r))
			} else if start < 0 {
				start = i
			}
		case start >= 0 && unicode.Is(unicode.M, r):
		case start >= 0 && (r == '\'' || r == '’') && letterFollows(text[i+utf8.RuneLen(r):]):
		default:
			end(i)
		}
	}
	end(len(text))
	return found
}

func isASCIIWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func letterFollows(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// plain is a run in lower case without marks and apostrophes, cut to what counts.
func plain(run string) string {
	if isPlain(run) {
		return cut(run)
	}
	var b strings.Builder
	b.Grow(len(run))
	ascii := true
	for i := range len(run) {
		c := run[i]
		if c >= utf8.RuneSelf {
			ascii = false
			break
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != '\'' {
			b.WriteByte(c)
		}
	}
	if !ascii {
		b.Reset()
		for _, r := range norm.NFKD.String(run) {
			switch folded, ok := withoutMarks[unicode.ToLower(r)]; {
			case ok:
				b.WriteString(folded)
			case unicode.IsLetter(r), unicode.IsDigit(r):
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return cut(b.String())
}

// isPlain reports whether a run is as it is kept: most words of most notes are.
func isPlain(run string) bool {
	for i := range len(run) {
		if c := run[i]; c < 'a' && (c < '0' || c > '9') || c > 'z' {
			return false
		}
	}
	return true
}

// withoutMarks are letters that people type otherwise, and that do not fall apart into a letter and a mark.
var withoutMarks = map[rune]string{'æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "th", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŧ': "t"}

// cut shortens a word to what counts, between letters.
func cut(s string) string {
	if len(s) <= longest {
		return s
	}
	at := longest
	for !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at]
}

// Stem takes the English ending off a plain word. Words with other letters or with digits stay as they are. The first letter always stays.
func Stem(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	return english.Stem(word, true)
}
