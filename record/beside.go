package record

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/standard"
)

// MostBeside is how many bytes may stand beside the content of a version.
const MostBeside = 16 << 20

// stands takes what a change says beside the content. What a change says nothing about stands as it stood beside the version before: whoever changes a record here does not
// know of it, and must not take it away.
func (v *Version) stands(ch *ProposedChange) []standard.Problem {
	switch said := jsontext.Value(ch.Beside); {
	case len(said) == 0:
	case string(said) == Nothing:
		v.Beside, v.BesideOf = nil, 0
	case len(said) > MostBeside:
		return problem(ch.Path+"/beside", standard.RuleTooLong, strconv.Itoa(len(said)), "What is said beside the content is too much.")
	case said.Kind() != '{' || !said.IsValid() || strings.ContainsAny(string(said), "\r\n"): // a stored body stands on one line
		return problem(ch.Path+"/beside", "bad-beside", "", "What is said beside the content must be one JSON object on one line.")
	default:
		v.Beside, v.BesideOf = said, v.Number
	}
	return nil
}
