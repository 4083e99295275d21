package standard

import "bytes"

// maxNesting is how deep lists and sets may stand inside each other. No file of ours goes deeper than ten.
const maxNesting = 100

// tooDeep finds where a file nests deeper than anybody means: the parser would need minutes for what its author cannot have wanted. It judges by what stands
// there and not by what it means, so that brackets in a sentence count, too.
func (f *yamlFile) tooDeep(data []byte) bool {
	depth, documents := 0, 0
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("---")) {
			if documents++; documents > 2 {
				f.fault(pos{line, 1}, "there is another document after ---; a file holds one")
				return true
			}
		}
		items, leading := 0, true
		for i, c := range text {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			case '-', '?', ':':
				items++
			}
			leading = leading && (c == '-' || c == '?' || c == ':' || c == ' ' || c == '\t')
			if depth > maxNesting || leading && items > maxNesting {
				f.fault(pos{line, i + 1}, "lists or sets stand inside each other more than %d deep", maxNesting)
				return true
			}
		}
	}
	return false
}
