package search

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
	"rosemary/store/log"
	"rosemary/store/sqlite"
)

// document is what the index keeps of one contribution.
type document struct {
	moment record.Moment
	words  string // marks and stems, a space between them
	fresh  []*term
}

// Marks begin with _, which no word does: words are letters and digits.

func markOfStream(stream uuid.UUID) string { return "_s" + hex.EncodeToString(stream[10:]) }

func markOfClass(class string) string { return "_c" + class }

func markOfSensitivity(s record.Sensitivity) string { return "_x" + strconv.Itoa(int(s)) }

func markOfMonth(year int, month time.Month) string { return "_m" + strconv.Itoa(12*year+int(month)) }

// markOfAnyTime marks what happened over a long time, or at one that is not known exactly: a year, for example.
const markOfAnyTime = "_mlong"

// longTime is how many months an interval may touch to be marked with each of them.
const longTime = 3

// months are the marks of the months that an interval touches, in UTC; none when they are more than most.
func months(from, until time.Time, most int) []string {
	var marks []string
	from, until = from.UTC(), until.UTC()
	for y, m, _ := from.Date(); ; {
		first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		if !first.Before(until) {
			return marks
		}
		if len(marks) == most {
			return nil
		}
		marks = append(marks, markOfMonth(y, m))
		y, m, _ = first.AddDate(0, 1, 0).Date()
	}
}

// documents makes what the index keeps of contributions. Those of which nothing can be read have none.
func (s *Store) documents(made []log.Made) ([]document, error) {
	docs := make([]document, 0, len(made))
	for _, m := range made {
		if len(m.Versions) == 0 {
			continue
		}
		d, err := s.document(m)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, nil
}

func (s *Store) document(m log.Made) (document, error) {
	d := document{moment: m.Moment}
	b := make([]byte, 0, 1024)
	add := func(token string) { b = append(append(b, token...), ' ') }
	mark := func(token string) {
		if t := " " + token + " "; !bytes.Contains(b, []byte(t)) {
			add(token)
		}
	}
	s.vocabulary.begin()
	defer s.vocabulary.end()
	add(markOfStream(m.Stream))
	contents := make([]*standard.Content, len(m.Versions))
	for i, v := range m.Versions { // the marks first: among few words they are found at once
		content, err := v.Decoded(s.Catalogue)
		if err != nil {
			return d, fmt.Errorf("words of moment %d: %w", m.Moment, err)
		}
		contents[i] = content
		mark(markOfClass(v.Class))
		mark(markOfSensitivity(v.Sensitivity))
		ix := record.IndexOf(content, v.Recorded, s.Zone)
		touched := months(time.Unix(ix.HappenedFrom, 0), time.Unix(ix.HappenedUntil, 0), longTime)
		if len(touched) == 0 {
			touched = []string{markOfAnyTime}
		}
		for _, t := range touched {
			mark(t)
		}
	}
	for _, content := range contents {
		for _, p := range words.Of(content) {
			for _, w := range words.Split(p.Text) {
				t, first := s.vocabulary.meet(w.Plain)
				if first {
					add(t.stem.text)
				}
				if !t.written {
					d.fresh = append(d.fresh, t)
				}
			}
		}
	}
	d.words = string(bytes.TrimSuffix(b, []byte(" ")))
	return d, nil
}

// insert writes a document into the index.
func insert(tx *sqlite.Tx, st state, d document) error {
	if _, err := tx.Exec(`INSERT INTO `+st.text()+` (rowid, words) VALUES ($1, $2)`, int64(d.moment), d.words); err != nil {
		return fmt.Errorf("indexing moment %d: %w", d.moment, err)
	}
	return nil
}

// quoted writes a token for a query of the index.
func quoted(token string) string { return `"` + token + `"` }
