package search

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/record/words"
	"rosemary/store/log"
	"rosemary/store/sqlite"
)

// document is what the index keeps of one contribution.
type document struct {
	moment record.Moment
	words  string            // marks and stems, a space between them
	plain  map[string]string // the stem of each word
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
	d := document{moment: m.Moment, plain: map[string]string{}}
	var b strings.Builder
	written := map[string]bool{}
	add := func(token string) {
		if !written[token] {
			written[token] = true
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(token)
		}
	}
	add(markOfStream(m.Stream))
	for _, v := range m.Versions {
		content, err := v.Decoded(s.Catalogue)
		if err != nil {
			return d, fmt.Errorf("words of moment %d: %w", m.Moment, err)
		}
		add(markOfClass(v.Class))
		add(markOfSensitivity(v.Sensitivity))
		ix := record.IndexOf(content, v.Recorded, s.Zone)
		touched := months(time.Unix(ix.HappenedFrom, 0), time.Unix(ix.HappenedUntil, 0), longTime)
		if len(touched) == 0 {
			touched = []string{markOfAnyTime}
		}
		for _, mark := range touched {
			add(mark)
		}
		for _, p := range words.Of(content) {
			for _, w := range words.Split(p.Text) {
				stem := s.stems.of(w.Plain)
				add(stem)
				d.plain[w.Plain] = stem
			}
		}
	}
	d.words = b.String()
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

// stems remembers the stems of words: most words of a record have been seen before.
type stems struct {
	mu    sync.Mutex
	known map[string]string
}

func (s *stems) of(plain string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	stem, ok := s.known[plain]
	if !ok {
		if s.known == nil || len(s.known) >= knownWords {
			s.known = map[string]string{}
		}
		stem = words.Stem(plain)
		s.known[plain] = stem
	}
	return stem
}
