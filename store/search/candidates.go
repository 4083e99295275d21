package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// The measures of asking the index.
const (
	streamsAtOnce = 64   // streams that one question names
	manyStreams   = 256  // beyond that, the index is first asked without them
	walkPage      = 512  // entries of one such question
	walkMost      = 4096 // entries looked through before the streams are named after all
	mostEndings   = 1000 // words that a beginning may stand for, each by itself
	mostMonths    = 36   // a longer period does not narrow the candidates
)

// expression is what the index is asked, but for the streams: "" when nothing can be found.
func (h *hunt) expression(ctx context.Context) (string, error) {
	var all []string
	for _, t := range h.q.Words.Terms {
		for k, stem := range t.Stems {
			one := quoted(stem)
			if t.Begins {
				var err error
				if one, err = h.beginning(ctx, t.Words[k], stem); err != nil {
					return "", err
				}
				if one == "" {
					return "", nil
				}
			}
			all = append(all, one)
		}
	}
	if len(h.q.Classes) > 0 {
		all = append(all, anyOf(h.q.Classes, markOfClass))
	}
	if h.limit < record.Confidential {
		var marks []record.Sensitivity
		for s := record.Normal; s <= h.limit; s++ {
			marks = append(marks, s)
		}
		if len(marks) == 0 {
			return "", nil
		}
		all = append(all, anyOf(marks, markOfSensitivity))
	}
	if !h.q.From.IsZero() && !h.q.Until.IsZero() {
		if touched := months(h.q.From, h.q.Until, mostMonths); len(touched) > 0 {
			all = append(all, anyOf(append(touched, markOfAnyTime), func(mark string) string { return mark }))
		}
	}
	return strings.Join(all, " AND "), nil
}

// anyOf asks for any of some marks.
func anyOf[T any](list []T, mark func(T) string) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = quoted(mark(x))
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// beginning asks for a word that may go on: for the stem of every word that begins so. The stem of the word itself is asked for too. Only where these are
// very many is the index asked for everything that begins so: it reads all of that before it answers.
func (h *hunt) beginning(ctx context.Context, word, own string) (string, error) {
	stems, err := h.stems(ctx, word, "")
	if err != nil {
		return "", err
	}
	prefix := ""
	if len(stems) > mostEndings {
		if stems, err = h.stems(ctx, word, ` AND substr(stem, 1, length($1)) <> $1`); err != nil {
			return "", err
		}
		prefix = quoted(word) + "*"
	}
	if !slices.Contains(stems, own) {
		stems = append(stems, own)
	}
	asked := anyOf(stems, func(stem string) string { return stem })
	if prefix != "" {
		asked = "(" + prefix + " OR " + asked + ")"
	}
	return asked, nil
}

func (h *hunt) stems(ctx context.Context, begins, besides string) ([]string, error) {
	var stems []string
	err := each(ctx, h.db, `SELECT DISTINCT stem FROM `+h.state.words()+` WHERE word >= $1 AND word < $2`+besides+` LIMIT $3`,
		[]any{begins, begins + "\U0010FFFF", mostEndings + 1}, func(r *sqlite.Rows) error {
			var stem string
			err := r.Scan(&stem)
			stems = append(stems, stem)
			return err
		})
	return stems, err
}

// candidates are the next moments whose contributions may hold what is searched for, the latest first, and whether they are the last.
func (h *hunt) candidates(ctx context.Context, n int) (moments []record.Moment, last bool, err error) {
	if h.walking {
		if moments, last, err = h.walk(ctx, n); err != nil || last || len(moments) == n {
			return moments, last, err
		}
		h.walking, moments = false, nil // nearly all are others': from here on the streams are named
	}
	last = true
	for from := 0; from < len(h.streams); from += streamsAtOnce {
		some := h.streams[from:min(len(h.streams), from+streamsAtOnce)]
		found, err := h.ask(ctx, anyOf(some, markOfStream)+" AND "+h.match, h.before, n)
		if err != nil {
			return nil, false, err
		}
		last = last && len(found) < n
		moments = append(moments, found...)
	}
	slices.SortFunc(moments, func(a, b record.Moment) int { return cmp.Compare(b, a) })
	if len(moments) > n {
		moments, last = moments[:n], false
	}
	return moments, last, nil
}

// walk asks for all and keeps those of the streams; it gives up after so many of others.
func (h *hunt) walk(ctx context.Context, n int) (moments []record.Moment, last bool, err error) {
	before := h.before
	for range walkMost / walkPage {
		found, err := h.ask(ctx, h.match, before, walkPage)
		if err != nil {
			return nil, false, err
		}
		streams, err := h.log.StreamsAt(ctx, found)
		if err != nil {
			return nil, false, err
		}
		for i, stream := range streams {
			if before = found[i]; h.among[stream] {
				if moments = append(moments, found[i]); len(moments) == n {
					return moments, false, nil
				}
			}
		}
		if len(found) < walkPage {
			return moments, true, nil
		}
	}
	return moments, false, nil
}

// ask puts one question to the index: the moments before one, the latest first.
func (h *hunt) ask(ctx context.Context, match string, before record.Moment, n int) ([]record.Moment, error) {
	var moments []record.Moment
	text := h.state.text()
	err := each(ctx, h.db, `SELECT rowid FROM `+text+` WHERE `+text+` MATCH $1 AND rowid <= $2 ORDER BY rowid DESC LIMIT $3`,
		[]any{match, int64(min(before-1, h.state.upTo)), n}, func(r *sqlite.Rows) error {
			var m record.Moment
			err := r.Scan(&m)
			moments = append(moments, m)
			return err
		})
	return moments, err
}
