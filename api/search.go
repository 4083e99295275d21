package api

import (
	"encoding/binary"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
)

func searchParams() []param {
	return append([]param{
		{name: paramText, about: "the words, each of which must be there; in quotes, as they are written; the last may be the beginning of a word", read: readWords},
		{name: paramCount, about: "true: count what is found, up to 1,000", read: readYesNo},
		{name: paramClass, about: "only of this class; may be given more than once", many: true, read: readClass},
		{name: paramCategory, about: "only of this category", read: readCategory},
		{name: paramFrom, about: "happened at or after: a date or an instant", read: readStart},
		{name: paramUntil, about: "happened before: a date or an instant", read: readStart},
		{name: paramErrors, about: "true: those entered in error too", read: readYesNo},
	}, append(momentParams(), pageParams()...)...)
}

// search answers GET /api/search: records of everybody whom the reader may see, found by their words.
func (c *call) search() error {
	after, err := c.after()
	if err != nil {
		return err
	}
	view, err := c.view(after)
	if err != nil {
		return err
	}
	return c.find(view, after, uuid.Nil)
}

// searchStream answers GET /api/people/{person}/search: records of one person, found by their words.
func (c *call) searchStream() error {
	after, err := c.after()
	if err != nil {
		return err
	}
	stream, err := c.stream()
	if err != nil {
		return err
	}
	view, err := c.view(after)
	if err != nil {
		return err
	}
	if err := c.mustBeOf(view, stream); err != nil {
		return err
	}
	return c.find(view, after, stream)
}

func (c *call) find(view *access.View, after *place, stream uuid.UUID) error {
	q := access.SearchQuery{
		Text: get[string](c.query, paramText), Stream: stream, Classes: all[string](c.query, paramClass), Category: get[string](c.query, paramCategory),
		From: get[time.Time](c.query, paramFrom), Until: get[time.Time](c.query, paramUntil), Errors: get[bool](c.query, paramErrors),
		Limit: c.query.limit(), Count: get[bool](c.query, paramCount),
	}
	if after != nil {
		cursor, ok := after.found()
		if !ok {
			return badCursor(get[string](c.query, paramAfter))
		}
		q.After = cursor
	}
	result, err := view.Search(c.ctx, q)
	if standard.KindOf(err) == standard.Invalid {
		problems := fault(err).Problems
		for i := range problems {
			problems[i].Path = "?" + paramText
		}
		return badQuery(problems)
	}
	if err != nil {
		return err
	}
	b := append(appendView(append(c.buffer(), '{'), view), `,"items":[`...)
	for i := range result.Hits {
		b = appendHit(b, &result.Hits[i], view.Moment())
	}
	b = append(b, ']')
	if q.Count {
		b = appendBool(appendInt(b, "count", int64(result.Count)), "countIsComplete", !result.More)
	}
	b = appendBool(b, "unfinished", result.Unfinished)
	if result.Next != nil {
		b = appendText(b, "next", c.next(place{moment: view.Moment(), behind: behindFound(result.Next)}))
	}
	return c.reply(http.StatusOK, append(b, '}'))
}

// appendHit appends one record that was found: whose it is, what was found in it, and its version.
func appendHit(b []byte, h *access.Hit, at record.Moment) []byte {
	b = append(appendComma(b), '{')
	b = appendUID(b, "stream", h.Stream)
	if h.Person.UID != uuid.Nil {
		b = append(appendPerson(append(appendKey(b, "who"), '{'), &h.Person), '}')
	}
	b = appendPiece(appendKey(b, "title"), h.Title)
	b = appendPiece(appendKey(b, "snippet"), h.Snippet)
	return append(appendVersion(appendKey(b, "version"), h.Version, at), '}')
}

// appendPiece appends a text and where in it stands what was searched for: each first character and the one behind the last.
func appendPiece(b []byte, s words.Snippet) []byte {
	b = append(b, '{')
	b = appendSome(b, "element", s.Name)
	b = append(appendKey(appendText(b, "text", s.Text), "marks"), '[')
	for _, m := range s.Marks {
		b = append(appendComma(b), '[')
		b = strconv.AppendInt(b, int64(utf8.RuneCountInString(s.Text[:m.Start])), 10)
		b = append(b, ',')
		b = append(strconv.AppendInt(b, int64(utf8.RuneCountInString(s.Text[:m.End])), 10), ']')
	}
	return append(b, ']', '}')
}

// behindFound writes a place in what a search finds.
func behindFound(k *access.SearchCursor) []byte {
	return binary.AppendVarint(binary.AppendVarint(nil, int64(k.From)), int64(k.Ordinal))
}

// found reads it.
func (p *place) found() (*access.SearchCursor, bool) {
	from, n := binary.Varint(p.behind)
	if n <= 0 || from < 1 {
		return nil, false
	}
	ordinal, m := binary.Varint(p.behind[n:])
	return &access.SearchCursor{From: record.Moment(from), Ordinal: int(ordinal)}, m > 0 && ordinal >= 0 && n+m == len(p.behind)
}
