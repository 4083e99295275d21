package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/record/words"
	"rosemary/standard"
)

// Searcher finds records by their words. Every method returns a *standard.Fault with a kind when it fails for a reason the caller can act on.
type Searcher interface {
	// Search finds versions in which every term is found, what was committed last first: exactly those that a list of what was current at the moment
	// shows within the scope. What its index does not hold yet it reads. The work is bounded: an answer may be Unfinished.
	Search(ctx context.Context, q SearchSelection) (Found, error)
}

// SearchSelection says what a Searcher is to find. All that is stated must hold.
type SearchSelection struct {
	Words       words.Query
	Streams     []uuid.UUID // none: every person that the scope opens
	Classes     []string    // none: any
	From, Until time.Time   // happened at or after, and before; zero: any
	Errors      bool        // those entered in error too
	At          record.Moment
	Scope       record.Scope
	Hides       func(ctx context.Context, stream uuid.UUID, class string) (bool, error) // records that are hidden besides; they are not counted
	After       *SearchCursor
	Limit       int
	CountTo     int // count on behind the limit, up to so many; 0: do not
}

// SearchCursor is a place in what a search finds: behind it stands what was committed before, or in the same contribution further up.
type SearchCursor struct {
	From    record.Moment
	Ordinal int // position among the versions of the contribution
}

// Found is what a Searcher found.
type Found struct {
	Versions   []*record.Version
	Next       *SearchCursor // continue behind it; nil when nothing follows
	Unfinished bool          // so much had to be looked at that there may be more before Next
	Count      int           // what was found, up to CountTo
	More       bool          // there are, or may be, more than Count
}

// SearchQuery says what is to be found.
type SearchQuery struct {
	Text        string    // words, each of which must be there; in quotes, as they are written; the last may be the beginning of a word
	Stream      uuid.UUID // one person, in all streams that are about them, or one directory entry; zero: everybody whom the reader may see
	Classes     []string  // none: any
	Category    string    // "": any
	From, Until time.Time
	Errors      bool // those entered in error too
	After       *SearchCursor
	Limit       int  // 0: 20; at most 100
	Count       bool // count what is found, up to 1,000
}

// Hit is one record that was found.
type Hit struct {
	*record.Version
	Person  Person        // whose record it is; zero for an entry of the directory
	Title   words.Snippet // the record's title, with what was searched for
	Snippet words.Snippet // the piece of the record that shows most of what was searched for
}

// SearchResult is what a search shows.
type SearchResult struct {
	Hits       []Hit
	Next       *SearchCursor // continue behind it; nil when nothing follows
	Unfinished bool          // not everything was looked at: going on may find more
	Count      int           // with Count of the query: how many were found
	More       bool          // there are more than Count
}

// countTo is how far a search counts.
const countTo = 1000

// Search finds records by their words: of one stream, or of everybody whom the reader may see, as they stood at the moment of the view. What may not be
// seen is neither shown nor counted. That somebody searched is logged, and whose records were shown; the words are not, for they may say as much
// as a record does.
func (v *View) Search(ctx context.Context, q SearchQuery) (SearchResult, error) {
	entry := Entry{Action: "search", Stream: q.Stream}
	streams, scope, err := v.searchable(ctx, entry)
	if err != nil {
		return SearchResult{}, err
	}
	asked, err := words.Parse(q.Text)
	if err != nil {
		return SearchResult{}, err
	}
	classes, none, err := v.classes(RecordsQuery{Classes: q.Classes, Category: q.Category})
	if err != nil || none {
		return SearchResult{}, err
	}
	selection := SearchSelection{
		Words: asked, Streams: streams, Classes: classes, From: q.From, Until: q.Until, Errors: q.Errors, At: v.moment, Scope: scope,
		Hides: v.hides, After: q.After, Limit: bounded(q.Limit, 20, 100),
	}
	if q.Count {
		selection.CountTo = countTo
	}
	found, err := v.session.guard.config.Searcher.Search(ctx, selection)
	if err != nil {
		return SearchResult{}, err
	}
	result := SearchResult{Next: found.Next, Unfinished: found.Unfinished, Count: found.Count, More: found.More}
	if result.Hits, err = v.hits(ctx, asked, found.Versions); err != nil {
		return SearchResult{}, err
	}
	v.noteSearch(ctx, entry, result.Hits)
	return result, nil
}

// searchable gives the streams and the scope of a search: of one person, or of everybody.
func (v *View) searchable(ctx context.Context, entry Entry) ([]uuid.UUID, record.Scope, error) {
	s := v.session
	if entry.Stream == uuid.Nil {
		if !s.May(ToRead) {
			entry.Moment = v.moment
			err := forbidden("With the role "+s.principal.RoleName+" you cannot see the people who are cared for.", "Sign in with an account that gives care.")
			return nil, record.Scope{}, s.denied(ctx, entry, err)
		}
		return nil, s.scope(ToRead), nil
	}
	subs, err := v.union(ctx, entry)
	if err != nil {
		return nil, record.Scope{}, err
	}
	streams := make([]uuid.UUID, len(subs))
	for i, sub := range subs {
		streams[i] = sub.info.UID
	}
	return streams, subs[0].scope, nil
}

// hides reports whether records of a class are hidden from this reader.
func (v *View) hides(ctx context.Context, stream uuid.UUID, class string) (bool, error) {
	s := v.session
	if !s.guard.placement[class] && s.cut == nil && s.guard.shown[s.principal.Role] == nil {
		return false, nil
	}
	sub, err := v.readable(ctx, Entry{Action: "search", Stream: stream})
	if err != nil {
		return true, err
	}
	return sub.hides(ctx, class)
}

// hits tells of each version whose it is, and shows what was searched for.
func (v *View) hits(ctx context.Context, asked words.Query, versions []*record.Version) ([]Hit, error) {
	people := map[uuid.UUID]Person{}
	hits := make([]Hit, 0, len(versions))
	for _, version := range versions {
		person, known := people[version.Stream]
		if !known {
			var err error
			if person, err = v.card(ctx, version.Stream); err != nil {
				return nil, err
			}
			people[version.Stream] = person
		}
		content, err := version.Decoded(v.session.guard.config.Catalogue)
		if err != nil {
			return nil, err
		}
		passages := words.Of(content)
		title := passages[0].Text
		hits = append(hits, Hit{
			Version: version, Person: person, Title: words.Snippet{Text: title, Marks: asked.Marks(title)}, Snippet: asked.Snippet(passages),
		})
	}
	return hits, nil
}

// card is who a stream is about, as a list shows them; the zero person for an entry of the directory. It is not logged: the search is.
func (v *View) card(ctx context.Context, stream uuid.UUID) (Person, error) {
	sub, err := v.readable(ctx, Entry{Action: "search", Stream: stream})
	if err != nil || !sub.person || !v.session.looksAtPeople() {
		return Person{}, err
	}
	people, _, err := v.session.guard.config.Register.People(ctx, Selection{UID: stream, At: v.moment, Day: v.day(), Scope: sub.scope, Limit: 1})
	if err != nil {
		return Person{}, err
	}
	if len(people) == 0 { // who they are was not recorded yet at the moment
		return Person{UID: stream}, nil
	}
	if err := v.aliases(ctx, people, sub.scope); err != nil { // a joined record may restrict the address
		return Person{}, err
	}
	if err := v.conceal(ctx, &people[0], sub); err != nil {
		return Person{}, err
	}
	return people[0], nil
}

// noteSearch logs the search, and whose records it showed.
func (v *View) noteSearch(ctx context.Context, entry Entry, hits []Hit) {
	shown := map[uuid.UUID]int{}
	var streams []uuid.UUID
	for _, h := range hits {
		if shown[h.Stream]++; shown[h.Stream] == 1 && h.Stream != entry.Stream {
			streams = append(streams, h.Stream)
		}
	}
	entry.Count = shown[entry.Stream]
	if entry.Stream == uuid.Nil {
		entry.Count = len(hits)
	}
	v.note(ctx, entry)
	for _, stream := range streams {
		v.note(ctx, Entry{Action: entry.Action, Stream: stream, Count: shown[stream]})
	}
}

// noSearch stands in where an installation has no index.
type noSearch struct{}

// Search refuses.
func (noSearch) Search(context.Context, SearchSelection) (Found, error) {
	return Found{}, &standard.Fault{Kind: standard.Unavailable, Message: "Records cannot be searched here."}
}
