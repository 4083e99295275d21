package web

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// comparePage shows two versions of a record side by side.
type comparePage struct {
	Frame
	Class   string
	Heading string
	Record  string // where the record is
	Action  string
	At      string
	First   VersionRow
	Second  VersionRow
	All     []VersionRow
	Rows    []CompareRow
	Differs int
}

// CompareRow is one answer in both versions.
type CompareRow struct {
	Name   string
	Change string // Changed, Added, Taken out; "" is the same
	Before []Piece
	After  []Piece
}

// Piece is a run of words that stands in both versions, or in one only.
type Piece struct {
	Text string
	Only bool
}

// compare shows the versions that the address names; without, the last two.
func (c *call) compare(kind standard.Stream) error {
	a, rec, versions, err := c.recordOf(kind)
	if err != nil {
		return err
	}
	last := versions[len(versions)-1]
	first, second := versions[max(0, len(versions)-2)], last
	if n := int(c.whole("first")); n > 0 {
		first = numbered(versions, n)
	}
	if n := int(c.whole("second")); n > 0 {
		second = numbered(versions, n)
	}
	if first == nil || second == nil {
		return errNowhere()
	}
	before, err := first.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	after, err := second.Decoded(c.config.Catalogue)
	if err != nil {
		return err
	}
	people := []uuid.UUID{}
	for _, v := range versions {
		people = append(people, v.Author)
	}
	n, err := c.namer(a, []*standard.Content{before, after}, people...)
	if err != nil {
		return err
	}
	page := comparePage{
		Class: c.className(after, second), Heading: after.Title(), Record: a.href("/records/" + rec.String()),
		Action: a.base + "/records/" + rec.String() + "/compare", At: a.past,
	}
	for _, v := range versions {
		row := VersionRow{Number: v.Number, Committed: plain.Minute(v.Committed, c.config.Zone), Who: n.name(v.Author), Status: c.statusWords(v.Status),
			First: v == first, Second: v == second}
		page.All = append(page.All, row)
		if v == first {
			page.First = row
		}
		if v == second {
			page.Second = row
		}
	}
	page.Rows = compareRows(c.flat(n, first, before), c.flat(n, second, after))
	for _, row := range page.Rows {
		if row.Change != "" {
			page.Differs++
		}
	}
	if page.Frame, err = c.personFrame(a, "Compare versions"); err != nil {
		return err
	}
	return c.render("compare", page)
}

// flatAnswer is one value with a place of its own, so that two versions can be laid side by side.
type flatAnswer struct {
	place string
	name  string
	text  string
}

// flat lists everything that a version says, the envelope first.
func (c *call) flat(n *namer, v *record.Version, content *standard.Content) []flatAnswer {
	list := []flatAnswer{
		{"status", "Status", c.statusWords(v.Status)}, {"sensitivity", "Who may see it", c.sensitivityWords(v.Sensitivity)},
	}
	if v.InformationProvider != "" {
		list = append(list, flatAnswer{"provider", "Who said so", v.InformationProvider})
	}
	list = c.flatGroup(n, &content.Group, "", "", list)
	for _, raw := range content.Unknown {
		list = append(list, flatAnswer{"unknown" + raw.Path, raw.Name, raw.JSON})
	}
	return list
}

func (c *call) flatGroup(n *namer, g *standard.Group, place, before string, list []flatAnswer) []flatAnswer {
	for _, entry := range g.Entries {
		if entry.Element.Role == standard.RoleSubject {
			continue
		}
		for i, v := range entry.Values {
			at, name := place+"/"+entry.Element.ID+"/"+strconv.Itoa(i), before+entry.Element.Name
			if len(entry.Values) > 1 {
				name += " " + strconv.Itoa(i+1)
			}
			if inner, ok := v.(*standard.Group); ok {
				list = c.flatGroup(n, inner, at, name+": ", list)
				continue
			}
			shown := c.value(n, v)
			if shown.Note != "" {
				shown.Text += ", " + shown.Note
			}
			list = append(list, flatAnswer{at, name, shown.Text})
		}
	}
	return list
}

// compareRows lays two lists side by side, in the order of the second with what only the first has at its place.
func compareRows(before, after []flatAnswer) []CompareRow {
	later := map[string]flatAnswer{}
	for _, f := range after {
		later[f.place] = f
	}
	var rows []CompareRow
	done := map[string]bool{}
	next := 0
	for _, f := range before {
		if _, both := later[f.place]; !both {
			rows = append(rows, CompareRow{Name: f.name, Change: "Taken out", Before: []Piece{{f.text, true}}})
			continue
		}
		for next < len(after) && !done[f.place] { // what was added before this place
			g := after[next]
			next++
			done[g.place] = true
			rows = append(rows, compareRow(find(before, g.place), g))
		}
	}
	for ; next < len(after); next++ {
		rows = append(rows, compareRow(find(before, after[next].place), after[next]))
	}
	return rows
}

func find(list []flatAnswer, place string) *flatAnswer {
	for i := range list {
		if list[i].place == place {
			return &list[i]
		}
	}
	return nil
}

func compareRow(before *flatAnswer, after flatAnswer) CompareRow {
	if before == nil {
		return CompareRow{Name: after.name, Change: "Added", After: []Piece{{after.text, true}}}
	}
	if before.text == after.text {
		return CompareRow{Name: after.name, Before: []Piece{{before.text, false}}, After: []Piece{{after.text, false}}}
	}
	a, b := wordDiff(before.text, after.text)
	return CompareRow{Name: after.name, Change: "Changed", Before: a, After: b}
}

// mostWords is how long two texts may be to be compared word by word; longer ones are compared as wholes.
const mostWords = 1500

// wordDiff marks the words that stand in one text only (longest common subsequence).
func wordDiff(before, after string) (a, b []Piece) {
	x, y := splitWords(before), splitWords(after)
	if len(x) > mostWords || len(y) > mostWords {
		return []Piece{{before, true}}, []Piece{{after, true}}
	}
	lengths := make([][]int16, len(x)+1)
	for i := range lengths {
		lengths[i] = make([]int16, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for k := len(y) - 1; k >= 0; k-- {
			if x[i] == y[k] {
				lengths[i][k] = lengths[i+1][k+1] + 1
			} else {
				lengths[i][k] = max(lengths[i+1][k], lengths[i][k+1])
			}
		}
	}
	i, k := 0, 0
	for i < len(x) && k < len(y) {
		switch {
		case x[i] == y[k]:
			a, b = addPiece(a, x[i], false), addPiece(b, y[k], false)
			i, k = i+1, k+1
		case lengths[i+1][k] >= lengths[i][k+1]:
			a, i = addPiece(a, x[i], true), i+1
		default:
			b, k = addPiece(b, y[k], true), k+1
		}
	}
	for ; i < len(x); i++ {
		a = addPiece(a, x[i], true)
	}
	for ; k < len(y); k++ {
		b = addPiece(b, y[k], true)
	}
	return a, b
}

// splitWords cuts a text behind each run of spaces, so that joining the words gives it back.
func splitWords(s string) []string {
	var words []string
	for len(s) > 0 {
		end := strings.IndexAny(s, " \n\t")
		if end < 0 {
			return append(words, s)
		}
		for end < len(s) && strings.ContainsRune(" \n\t", rune(s[end])) {
			end++
		}
		words = append(words, s[:end])
		s = s[end:]
	}
	return words
}

func addPiece(pieces []Piece, word string, only bool) []Piece {
	if n := len(pieces); n > 0 && pieces[n-1].Only == only {
		pieces[n-1].Text += word
		return pieces
	}
	return append(pieces, Piece{word, only})
}
