package access

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// At says which moment a view is fixed at. The zero At is now; at most one of the two may be given.
type At struct {
	Moment record.Moment
	Time   time.Time // the last moment committed at or before it
}

// RecordsQuery says which records of one person, or directory entry, are to be listed.
type RecordsQuery struct {
	Stream      uuid.UUID
	Classes     []string // none: any
	Category    string   // "": any
	From, Until time.Time
	Which       record.Which
	Errors      bool // those entered in error too
	Order       record.Order
	After       *record.Cursor
	Limit       int // 0: 100; at most 1,000
	Bytes       int // a page ends behind the version with which it has as many bytes; 0: however many it has
}

// LogEntry is one entry of a record's change log: the change, and the contribution it belongs to without what it did to other records.
type LogEntry struct {
	Contribution *record.Contribution
	Change       record.Change
	Provider     string // whose system it was made on, as that one wrote it; "": this one
}

// View is one moment as one session may see it. Every method logs what was shown, the same thing once.
type View struct {
	session   *Session
	head      record.Moment // the last moment when the view was made: rules of access and the safety banner are today's
	moment    record.Moment
	committed time.Time
	asked     time.Time // the time that was asked for, or when the moment was committed: what other systems had committed by then counts as they held it
	past      bool

	mu       sync.Mutex
	subjects map[uuid.UUID]*subject
	noted    map[Entry]bool
}

// Moment is what the view is fixed at.
func (v *View) Moment() record.Moment { return v.moment }

// Committed is when the moment was committed; zero before the first.
func (v *View) Committed() time.Time { return v.committed }

// Past reports that there were later commits already when the view was made: what it shows is history.
func (v *View) Past() bool { return v.past }

// Session is whose view it is.
func (v *View) Session() *Session { return v.session }

// note logs what was shown, the same thing once in a view.
func (v *View) note(ctx context.Context, e Entry) {
	e.Moment = v.moment
	key := e
	key.Count = 0
	v.mu.Lock()
	noted := v.noted[key]
	v.noted[key] = true
	v.mu.Unlock()
	if !noted {
		v.session.note(ctx, e)
	}
}

// refuse logs a read that showed nothing.
func (v *View) refuse(ctx context.Context, e Entry) error {
	e.Outcome = Refused
	v.note(ctx, e)
	return notFound()
}

// readable finds a stream that may be read, or logs the refusal.
func (v *View) readable(ctx context.Context, e Entry) (*subject, error) {
	v.mu.Lock()
	sub := v.subjects[e.Stream]
	v.mu.Unlock()
	if sub == nil {
		var err error
		if sub, err = v.session.subject(ctx, e.Stream); err != nil {
			e.Moment = v.moment
			return nil, v.session.denied(ctx, e, err)
		}
		v.mu.Lock()
		v.subjects[e.Stream] = sub
		v.mu.Unlock()
	}
	if !sub.reads {
		return nil, v.refuse(ctx, e)
	}
	return sub, nil
}

// Records lists records of a person, of all streams that are about them, or of an entry of the directory. More reports that others follow.
func (v *View) Records(ctx context.Context, q RecordsQuery) (versions []*record.Version, more bool, err error) {
	entry := Entry{Action: "records", Stream: q.Stream}
	if len(q.Classes) == 1 {
		entry.Class = q.Classes[0]
	}
	subs, err := v.union(ctx, entry)
	if err != nil {
		return nil, false, err
	}
	classes, none, err := v.classes(q)
	if err != nil {
		return nil, false, err
	}
	if none {
		v.note(ctx, entry)
		return nil, false, nil
	}
	q.Classes, q.Limit = classes, bounded(q.Limit, 100, 1000)
	lists := make([][]*record.Version, len(subs))
	behind := false
	cut := make([]bool, len(subs)) // which lists go on
	for i, sub := range subs {
		var others bool
		if lists[i], others, err = v.list(ctx, sub, q); err != nil {
			return nil, false, err
		}
		cut[i], behind = others, behind || others
	}
	versions, more = merge(lists, q.Order, q.Limit)
	if q.Bytes > 0 && behind {
		versions = uptoShortest(versions, lists, cut)
	}
	for _, sub := range subs {
		entry.Stream, entry.Count = sub.info.UID, 0
		for _, version := range versions {
			if version.Stream == entry.Stream {
				entry.Count++
			}
		}
		v.note(ctx, entry)
	}
	return versions, more || behind, nil
}

// list lists records of one of the streams that are about a person.
func (v *View) list(ctx context.Context, sub *subject, q RecordsQuery) (versions []*record.Version, more bool, err error) {
	classes, none, err := sub.classes(ctx, q.Classes)
	if err != nil || none {
		return nil, false, err
	}
	return v.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: sub.info.UID, Classes: classes, From: q.From, Until: q.Until, At: v.moment, Abroad: v.abroad(sub), Which: q.Which, Errors: q.Errors,
		Order: q.Order, After: q.After, Limit: q.Limit, Bytes: q.Bytes, Scope: sub.scope,
	})
}

func bounded(limit, usual, most int) int {
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}

// classes checks the classes and the category that are asked for, and joins them. None says that nothing can be in both.
func (v *View) classes(q RecordsQuery) (classes []string, none bool, err error) {
	catalogue := v.session.guard.config.Catalogue
	var problems []standard.Problem
	for _, id := range q.Classes {
		if _, ok := catalogue.Class(id); !ok {
			problems = append(problems, standard.Problem{Path: "/class", Rule: "unknown-class", Value: id, Message: "There is no class of this name."})
		}
	}
	known := slices.ContainsFunc(catalogue.Categories(), func(c *standard.Category) bool { return c.ID == q.Category })
	if q.Category != "" && !known {
		problems = append(problems, standard.Problem{Path: "/category", Rule: "unknown-category", Value: q.Category, Message: "There is no category of this name."})
	}
	if err := standard.Refuse("The records cannot be listed.", problems); err != nil || q.Category == "" {
		return q.Classes, false, err
	}
	for _, class := range catalogue.Classes() {
		if class.Category != nil && class.Category.ID == q.Category && (len(q.Classes) == 0 || slices.Contains(q.Classes, class.ID)) {
			classes = append(classes, class.ID)
		}
	}
	return classes, len(classes) == 0, nil
}

// Record gives the version of a record that was current at the moment.
func (v *View) Record(ctx context.Context, stream, rec uuid.UUID) (*record.Version, error) {
	versions, err := v.versions(ctx, Entry{Action: "record", Stream: stream, Record: rec}, record.Current)
	if err != nil {
		return nil, err
	}
	return versions[0], nil
}

// Versions gives all versions of a record up to the moment, first to last.
func (v *View) Versions(ctx context.Context, stream, rec uuid.UUID) ([]*record.Version, error) {
	return v.versions(ctx, Entry{Action: "versions", Stream: stream, Record: rec}, record.All)
}

// Shows reports whether one version of a record may be read today: what is kept beside it is shown to nobody else. It shows no content and is not logged.
func (v *View) Shows(ctx context.Context, stream uuid.UUID, id record.VersionID) (bool, error) {
	sub, err := v.known(ctx, stream)
	if err != nil || sub == nil || !sub.reads {
		return false, err
	}
	return sub.names(ctx, id, v.head)
}

// versions reads one record, never none of it. What is current today decides whether any of it may be seen.
func (v *View) versions(ctx context.Context, entry Entry, which record.Which) ([]*record.Version, error) {
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return nil, err
	}
	if which != record.Current || v.moment != v.head { // what is current now is decided by the query itself
		visible, err := sub.visible(ctx, entry.Record, v.head)
		if err != nil {
			return nil, err
		}
		if !visible {
			return nil, v.refuse(ctx, entry)
		}
	}
	versions, _, err := v.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: entry.Stream, Record: entry.Record, At: v.moment, Abroad: v.abroad(sub), Which: which, Errors: true, Order: record.NumberAsc, Scope: sub.scope,
	})
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, v.refuse(ctx, entry)
	}
	hidden, err := sub.hides(ctx, versions[0].Class)
	if err != nil {
		return nil, err
	}
	if hidden {
		return nil, v.refuse(ctx, entry)
	}
	if i := slices.IndexFunc(versions, func(version *record.Version) bool { return version.CurrentAt(v.moment) }); i >= 0 { // the one that stands is the last, also beside a fork
		stands := versions[i]
		versions = append(slices.Delete(versions, i, i+1), stands)
	}
	entry.Class, entry.Count = versions[0].Class, len(versions)
	v.note(ctx, entry)
	return versions, nil
}

// ChangeLog gives who did what to a record, when and why, up to the moment, oldest first.
func (v *View) ChangeLog(ctx context.Context, stream, rec uuid.UUID) ([]LogEntry, error) {
	versions, err := v.versions(ctx, Entry{Action: "change-log", Stream: stream, Record: rec}, record.All)
	if err != nil {
		return nil, err
	}
	shown := map[record.VersionID]bool{}
	for _, version := range versions {
		shown[version.VersionID] = true
	}
	contributions, err := v.session.guard.config.Log.Changes(ctx, v.moment, record.One{Stream: stream, Record: rec})
	if err != nil {
		return nil, err
	}
	sub, err := v.readable(ctx, Entry{Action: "change-log", Stream: stream, Record: rec})
	if err != nil {
		return nil, err
	}
	var all []Elsewhere
	if sub.info.Received { // those of other systems stand before the ratification that brought them
		if all, err = v.session.guard.config.Ratifier.Abroad(ctx, stream, rec, v.moment, v.abroad(sub)); err != nil {
			return nil, err
		}
	}
	for _, c := range contributions {
		all = append(all, Elsewhere{Contribution: c})
	}
	var entries []LogEntry
	heard := hearings{}
	for _, c := range all {
		own := *c.Contribution
		own.Header, own.Changes = nil, nil
		for _, ch := range c.Changes {
			if shown[ch.Version] && !(c.System != v.session.guard.config.Recorder.System && heard.again(&own, &ch)) {
				own.Changes = append(own.Changes, ch)
			}
		}
		for _, ch := range own.Changes {
			entries = append(entries, LogEntry{Contribution: &own, Change: ch, Provider: c.Provider})
		}
	}
	return entries, nil
}

// told is one thing that another system says was done. A part that was chosen there and the chain that came later tell of it both.
type told struct {
	change    record.ChangeType
	version   record.VersionID
	actor     uuid.UUID
	committed int64
}

// hearings are what was told already.
type hearings map[told]bool

// again reports whether something was told before, and remembers it.
func (h hearings) again(c *record.Contribution, ch *record.Change) bool {
	key := told{ch.Type, ch.Version, c.Committer.Actor, c.Committed.UnixMicro()}
	if ch.Attestation != nil { // a part tells only when it was signed
		key.committed = ch.Attestation.At.UnixMicro()
	}
	before := h[key]
	h[key] = true
	return before
}

// Counts tells how many current records of each class the reader may see of a person, in all streams that are about them.
func (v *View) Counts(ctx context.Context, stream uuid.UUID) (map[string]int, error) {
	entry := Entry{Action: "counts", Stream: stream}
	subs, err := v.union(ctx, entry)
	if err != nil {
		return nil, err
	}
	all := map[string]int{}
	for _, sub := range subs {
		counts, err := v.count(ctx, sub)
		if err != nil {
			return nil, err
		}
		for class, n := range counts {
			hidden, err := sub.hides(ctx, class)
			if err != nil {
				return nil, err
			}
			if !hidden {
				all[class] += n
			}
		}
		entry.Stream = sub.info.UID
		v.note(ctx, entry)
	}
	return all, nil
}

// Safety gives the records that the safety banner is made of: always today's, never filtered by sensitivity or exclusion, and of every record that is about
// the person, those too that this reader may not read: an allergy that stands in the other record hurts as much. Where a person with a restricted address
// lives stays hidden; and of a record that may not be read, who it says the person is and where they live.
func (v *View) Safety(ctx context.Context, stream uuid.UUID) ([]*record.Version, error) {
	entry := Entry{Action: "safety", Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return nil, err
	}
	subs := []*subject{sub}
	if sub.person {
		others, err := v.joined(ctx, stream, v.head)
		if err != nil {
			return nil, err
		}
		subs = append(subs, others...)
	}
	var all []*record.Version
	for _, sub := range subs {
		found, err := v.banner(ctx, sub)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		entry.Stream, entry.Count = sub.info.UID, len(found)
		v.note(ctx, entry)
	}
	said, err := v.said(ctx, sub, all)
	return append(all, said...), err
}

// banner gives what one of the streams that are about a person says in the banner.
func (v *View) banner(ctx context.Context, sub *subject) (all []*record.Version, err error) {
	guard := v.session.guard
	classes := guard.banner
	if !sub.reads {
		classes = guard.stranger
	}
	classes, none, err := sub.classes(ctx, classes)
	if err != nil || none || len(classes) == 0 {
		return nil, err
	}
	q := record.Query{Stream: sub.info.UID, Classes: classes, At: v.head, Scope: record.Scope{Everything: true}, Limit: 1000}
	for more := true; more; {
		var page []*record.Version
		if page, more, err = guard.config.Log.Versions(ctx, q); err != nil {
			return nil, err
		}
		if all = append(all, page...); more {
			last := page[len(page)-1].Cursor()
			q.After = &last
		}
	}
	return all, nil
}
