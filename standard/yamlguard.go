package standard

import "bytes"

// maxNesting is how deep lists and sets may stand inside each other. No file of ours goes deeper than ten.
const maxNesting = 100

// tooDeep finds what keeps a parser busy for minutes and its author cannot have wanted: documents behind documents, lists in lists.
func (f *yamlFile) tooDeep(data []byte) bool {
	documents, line := 0, 0
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("---")) {
			if documents++; documents > 2 {
				f.fault(pos{line, 1}, "there is another document after ---; a file holds one")
				return true
			}
		}
	}
	line, column, deep := NestsTooDeep(data)
	if deep {
		f.fault(pos{line, column}, "lists or sets stand inside each other more than %d deep", maxNesting)
	}
	return deep
}

// NestsTooDeep finds where a YAML file nests deeper than anybody means: a parser would need minutes, and gigabytes. It judges by what stands there and not by what it means, so that brackets in a
// sentence count, too.
func NestsTooDeep(data []byte) (line, column int, deep bool) {
	depth := 0
	for text := range bytes.Lines(data) {
		line++
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
				return line, i + 1, true
			}
		}
	}
	return 0, 0, false
}
