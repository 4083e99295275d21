package search

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
	"rosemary/store/log"
)

// mostLookedAt is how many versions one search reads at most: beyond that it answers with what it has, and where to go on.
const mostLookedAt = 3000

// hunt is one search on its way back through the log.
type hunt struct {
	*Store
	q       access.SearchSelection
	state   state
	streams []uuid.UUID // whose records may be looked at
	among   map[uuid.UUID]bool
	match   string // what the index is asked, but for the streams
	limit   record.Sensitivity

	before   record.Moment // everything from here on has been looked at
	walking  bool          // the index is asked without the streams, for they are most of it
	lookedAt int
	found    []*record.Version
	places   []access.SearchCursor
}

// Search finds versions by their words. See access.Searcher.
func (s *Store) Search(ctx context.Context, q access.SearchSelection) (access.Found, error) {
	h := &hunt{Store: s, q: q, state: *s.state.Load(), before: q.At + 1}
	if q.After != nil && q.After.From < h.before {
		h.before = q.After.From + 1 // the rest of that contribution is looked at again
	}
	if err := h.whose(ctx); err != nil || len(h.streams) == 0 {
		return access.Found{}, err
	}
	more, err := h.run(ctx)
	if err != nil {
		return access.Found{}, err
	}
	return h.answer(more), nil
}

// whose finds whose records are searched.
func (h *hunt) whose(ctx context.Context) (err error) {
	if h.streams = h.q.Streams; len(h.streams) == 0 {
		if h.streams, err = h.log.Persons(ctx, h.q.Scope); err != nil {
			return err
		}
	}
	h.among = make(map[uuid.UUID]bool, len(h.streams))
	for _, stream := range h.streams {
		h.among[stream] = true
	}
	h.limit = record.Confidential
	if !h.q.Scope.Everything {
		h.limit = 0
		for _, c := range h.q.Scope.Clauses {
			h.limit = max(h.limit, c.Limit)
		}
	}
	return nil
}

// run goes back through the log until enough is found, there is no more, or so much was looked at that it must do for now. It reports whether there may be
// more.
func (h *hunt) run(ctx context.Context) (more bool, err error) {
	if more, err = h.tail(ctx); err != nil || more {
		return more, err
	}
	more, err = h.indexed(ctx)
	if err == nil || ctx.Err() != nil || standard.KindOf(err) == standard.Busy {
		return more, err
	}
	if now := h.Store.state.Load(); now.generation != h.state.generation {
		h.Log.Info("the index of words was made anew during a search")
	} else if !h.suspect.Swap(true) {
		h.Log.Error("the index of words cannot be read; records are searched without it", "cause", err.Error())
	}
	h.state.upTo = 0
	return h.tail(ctx)
}

// enough reports whether the answer is complete: with one more than asked for, so that it is known that more follows.
func (h *hunt) enough() bool { return len(h.found) > max(h.q.Limit, h.q.CountTo) }

// spent reports whether enough was looked at.
func (h *hunt) spent() bool { return h.lookedAt >= mostLookedAt }

// tailPage is how many contributions of the tail are read at a time.
const tailPage = 100

// tail looks at what is not indexed.
func (h *hunt) tail(ctx context.Context) (more bool, err error) {
	var one uuid.UUID
	if len(h.streams) == 1 {
		one = h.streams[0]
	}
	for {
		made, err := h.log.MadeBefore(ctx, one, h.before, h.state.upTo, tailPage, func(stream uuid.UUID) bool { return h.among[stream] })
		if err != nil {
			return false, err
		}
		if len(made) == 0 {
			return false, nil
		}
		if err := h.look(ctx, made); err != nil {
			return false, err
		}
		h.lookedAt += len(made) / 4 // passing over costs something too
		if h.enough() || h.spent() {
			return true, nil
		}
	}
}

// indexed looks at the candidates that the index names.
func (h *hunt) indexed(ctx context.Context) (more bool, err error) {
	if h.state.upTo == 0 {
		return false, nil
	}
	if h.match, err = h.expression(ctx); err != nil {
		return false, err
	}
	if h.match == "" { // a word that stands nowhere
		return false, nil
	}
	h.walking = len(h.streams) > manyStreams
	for n := max(2*h.q.Limit, 32); ; n = min(2*n, 256) {
		moments, last, err := h.candidates(ctx, n)
		if err != nil {
			return false, err
		}
		made, err := h.log.MadeAt(ctx, moments)
		if err != nil {
			return false, err
		}
		if err := h.look(ctx, made); err != nil {
			return false, err
		}
		switch {
		case h.enough():
			return true, nil
		case last:
			return false, nil
		case h.spent():
			return true, nil
		}
	}
}

// look compares the words of what was made, the latest first, and keeps what a list would show.
func (h *hunt) look(ctx context.Context, made []log.Made) error {
	ordinals := map[*record.Version]int{}
	matching := map[uuid.UUID][]*record.Version{}
	var order []*record.Version
	for _, m := range made {
		h.before = m.Moment
		if !h.among[m.Stream] {
			continue
		}
		for i := len(m.Versions) - 1; i >= 0; i-- {
			v := m.Versions[i]
			if a := h.q.After; a != nil && v.From == a.From && i >= a.Ordinal {
				continue
			}
			h.lookedAt++
			if !h.matches(v) {
				continue
			}
			ordinals[v] = i
			matching[m.Stream] = append(matching[m.Stream], v)
			order = append(order, v)
		}
	}
	shown := map[*record.Version]bool{}
	for stream, versions := range matching {
		admitted, err := h.log.Admitted(ctx, record.Query{
			Stream: stream, Classes: h.q.Classes, From: h.q.From, Until: h.q.Until, At: h.q.At, Errors: h.q.Errors, Scope: h.q.Scope,
		}, versions)
		if err != nil {
			return err
		}
		for _, v := range admitted {
			hidden := false
			if h.q.Hides != nil {
				if hidden, err = h.q.Hides(ctx, v.Stream, v.Class); err != nil {
					return err
				}
			}
			shown[v] = !hidden
		}
	}
	for _, v := range order {
		if shown[v] {
			h.found, h.places = append(h.found, v), append(h.places, access.SearchCursor{From: v.From, Ordinal: ordinals[v]})
		}
	}
	return nil
}

// matches reports whether a version says what is searched for. What cannot be read is passed over: a list says what is wrong with it.
func (h *hunt) matches(v *record.Version) bool {
	if v.Sensitivity > h.limit || len(h.q.Classes) > 0 && !slices.Contains(h.q.Classes, v.Class) {
		return false
	}
	content, err := v.Decoded(h.Catalogue)
	return err == nil && h.q.Words.Matches(words.Of(content))
}

// answer cuts what was found to what was asked for.
func (h *hunt) answer(more bool) access.Found {
	n := min(len(h.found), h.q.Limit)
	out := access.Found{Versions: h.found[:n]}
	switch {
	case len(h.found) > n && n > 0:
		out.Next = &h.places[n-1]
	case more:
		out.Next, out.Unfinished = &access.SearchCursor{From: h.before}, true
	}
	if h.q.CountTo > 0 {
		out.Count = min(len(h.found), h.q.CountTo)
		out.More = len(h.found) > h.q.CountTo || more
	}
	return out
}
