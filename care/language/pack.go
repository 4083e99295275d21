package language

import (
	"bytes"
	"strconv"
	"strings"
)

// Pack writes sentences one to a line: the place, the English, and what is said of one where the sentence counts.
func Pack(sentences []Sentence) []byte {
	var out bytes.Buffer
	for _, s := range sentences {
		out.WriteString(strconv.Quote(s.Place) + "\t" + strconv.Quote(s.English) + "\t" + strconv.Quote(s.One) + "\n")
	}
	return out.Bytes()
}

// Unpack reads what Pack wrote, leaving out what it cannot read.
func Unpack(data []byte) []Sentence {
	var all []Sentence
	for line := range strings.Lines(string(data)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(parts) != 3 {
			continue
		}
		var s Sentence
		good := true
		for i, into := range []*string{&s.Place, &s.English, &s.One} {
			text, err := strconv.Unquote(parts[i])
			good = good && err == nil
			*into = text
		}
		if good {
			all = append(all, s)
		}
	}
	return all
}
