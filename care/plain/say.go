package plain

import "strings"

// Language is what a page is written in when nobody asked for another language, as HTML says it.
const Language = "en-GB"

// Say fills a whole sentence: each {name} in it is replaced by the value that follows the name. The sentence stands in one piece, so that it can be read, corrected and translated as one,
// with its parts in another order; a value that looks like a name is left as it is.
func Say(sentence string, values ...string) string {
	if len(values) == 0 {
		return sentence
	}
	pairs := make([]string, 0, len(values))
	for i := 0; i+1 < len(values); i += 2 {
		pairs = append(pairs, "{"+values[i]+"}", values[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}
