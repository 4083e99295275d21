package access

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The measures of a ratification: how many of the sender's contributions one record of them holds, and how many versions one contribution brings.
const (
	ratifyWindow = 400
	ratifyMost   = 500
)

// Ratify accepts a segment, or part of it, into the record: all of what is selected, with its whole history, or nothing. What stands here already is passed over.
// Of somebody whom nobody here can see before the last contribution says where they live, or who they are, it comes in bounded transactions, so that care never waits for it: broken
// off in the middle, nothing of it shows, and the same again goes on where it ended. Into a record that is seen already it comes in one.
// Versions keep their system, number, bytes and hash; ours go on behind them. The contributions by which they come are this provider's.
func (s *Session) Ratify(ctx context.Context, r Ratification) (Ratified, error) {
	entry := Entry{Action: "ratify"}
	segment, sub, err := s.segment(ctx, r.Segment, entry.Action)
	if err != nil {
		return Ratified{}, err
	}
	entry.Stream = segment.Stream
	if segment.State == SegmentRatified {
		return Ratified{Stream: segment.Stream, Held: segment.Versions, Repeated: true}, nil
	}
	if segment.State != SegmentWaiting {
		return Ratified{}, &standard.Fault{Kind: standard.Conflict, Message: "This was refused, and is no longer kept.", Hint: "Ask the other provider to send it again."}
	}
	if _, twice := s.guard.ratifies.LoadOrStore(segment.ID, true); twice {
		return Ratified{}, &standard.Fault{Kind: standard.Busy, Message: "Somebody is accepting this at this moment."}
	}
	defer s.guard.ratifies.Delete(segment.ID)
	work := &ratifying{session: s, guard: s.guard, segment: segment, r: r, unseen: sub == nil, opened: map[uuid.UUID]record.StreamInfo{}}
	if err := work.decide(ctx, sub); err != nil {
		return Ratified{}, s.denied(ctx, entry, err)
	}
	if err := work.plan(ctx); err != nil {
		return Ratified{}, err
	}
	if err := work.bring(ctx); err != nil {
		return Ratified{}, err
	}
	work.done.Repeated = work.done.Versions == 0
	s.note(ctx, entry)
	return work.done, work.settle(ctx)
}

// ratifying is one ratification at work.
type ratifying struct {
	session *Session
	guard   *Guard
	segment Segment
	r       Ratification
	unseen  bool // nobody here sees the person before the last contribution
	add     func(*record.Prepared) (record.Receipt, error)
	ready   []*record.Prepared              // of one bounded transaction
	sent    map[uuid.UUID]record.StreamInfo // streams of the segment
	opened  map[uuid.UUID]record.StreamInfo // those that are opened in this very transaction
	wanted  map[uuid.UUID]bool              // records that were selected; nil: all
	stands  *here                           // of the person's stream
	needed  []uuid.UUID                     // entries of the directory that the records refer to
	done    Ratified
}

// decide checks what was decided and whether this session may decide it.
func (w *ratifying) decide(ctx context.Context, sub *subject) error {
	var problems []standard.Problem
	fault := func(path, rule, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	r, s := &w.r, w.session
	if strings.TrimSpace(r.Reason) == "" {
		fault("/reason", standard.RuleMustOccur, "Say why it is accepted, for example that the person has moved in.")
	}
	if !r.Selection.All && len(r.Selection.Classes) == 0 && len(r.Selection.Records) == 0 {
		fault("/selection", standard.RuleMustOccur, "Say what of it is accepted: all, or which records.")
	}
	if r.Onto == w.segment.Stream {
		r.Onto = uuid.Nil
	}
	var onto *subject
	if r.Onto != uuid.Nil {
		var err error
		if onto, err = s.subject(ctx, r.Onto); err != nil {
			return err
		}
		if !onto.person || !onto.reads {
			return notFound()
		}
		found, err := w.onto(ctx, onto)
		if err != nil {
			return err
		}
		problems = append(problems, found...)
	}
	if sub == nil && r.Place == uuid.Nil {
		fault("/place", standard.RuleMustOccur, "Say which home or branch looks after this person from now on: else nobody could see the record.")
	}
	if err := standard.Refuse("Nothing was ratified.", problems); err != nil {
		return err
	}
	here := []uuid.UUID{r.Place}
	allowed := sub != nil && sub.may(ToRatify, record.Confidential) ||
		sub == nil && s.decide(ToRatify, record.Facts{Sensitivity: record.Confidential, PlacesNow: here, PlacesEver: here})
	if !allowed || onto != nil && (!onto.may(ToRatify, record.Confidential) || !onto.may(ToLink, record.Normal)) {
		return mayNotRatify(s)
	}
	return nil
}

// onto checks that somebody who is held here under another uid is the person, and takes over where they live.
func (w *ratifying) onto(ctx context.Context, onto *subject) ([]standard.Problem, error) {
	head, _, err := w.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	people, _, err := w.guard.config.Register.People(ctx, Selection{UID: w.r.Onto, All: true, At: head, Day: w.guard.today(), Scope: record.Scope{Everything: true}, Limit: 1})
	if err != nil || len(people) == 0 {
		return nil, err
	}
	w.r.Place, w.r.Room = cmp.Or(w.r.Place, people[0].Place), cmp.Or(w.r.Room, people[0].Room)
	differs := compare(w.segment.Card, people[0].Card).Differs
	differs = slices.DeleteFunc(differs, func(what string) bool { return what == agreesName })
	if len(differs) == 0 || strings.TrimSpace(w.r.Differences) != "" {
		return nil, nil
	}
	return []standard.Problem{{Path: "/differences", Rule: "differs",
		Message: "The " + strings.Join(differs, " and the ") + " differ. Say why they are one person nevertheless, and which is right."}}, nil
}

// plan finds what was selected, and refuses what contradicts the record.
func (w *ratifying) plan(ctx context.Context) error {
	weighed, err := w.guard.weigh(ctx, w.segment, w.segment.Stream)
	if err != nil {
		return err
	}
	if w.stands, err = w.guard.standsOf(ctx, w.segment.Stream); err != nil {
		return err
	}
	streams, err := w.guard.config.Segments.Streams(ctx, w.segment.ID)
	if err != nil {
		return err
	}
	w.sent = map[uuid.UUID]record.StreamInfo{}
	for _, info := range streams {
		w.sent[info.UID] = info
	}
	w.wanted = map[uuid.UUID]bool{}
	for _, rec := range weighed {
		selected := w.r.Selection.All || slices.Contains(w.r.Selection.Classes, rec.class) || slices.Contains(w.r.Selection.Records, rec.record)
		if !selected && (w.stands.known || rec.record != w.segment.Stream) { // who the person is comes always, where they are new here
			continue
		}
		if rec.kind == isConflict {
			return &standard.Fault{Kind: standard.Conflict, Message: fmt.Sprintf("The record %s contradicts one that stands here under the same id. Nothing was ratified.", rec.record),
				Hint: "Ratify the others without it, and ask the other provider about this one."}
		}
		w.wanted[rec.record] = true
	}
	if len(w.wanted) == 0 {
		return standard.Refuse("Nothing was ratified.", []standard.Problem{{Path: "/selection", Rule: "unknown-record", Message: "Nothing of what was selected is in the package."}})
	}
	return nil
}

// bring commits everything: in one transaction, or in bounded ones when nothing shows before the last of them.
func (w *ratifying) bring(ctx context.Context) error {
	if !w.unseen {
		return w.guard.config.Ratifier.AppendEach(ctx, func(add func(*record.Prepared) (record.Receipt, error)) error {
			w.add = add
			return w.all(ctx)
		})
	}
	if err := w.foresee(ctx); err != nil {
		return err
	}
	w.add = func(p *record.Prepared) (record.Receipt, error) {
		w.ready = append(w.ready, p)
		return record.Receipt{}, nil
	}
	if err := w.all(ctx); err != nil {
		return err
	}
	return w.flush(ctx)
}

// flush commits what is ready in a transaction of its own.
func (w *ratifying) flush(ctx context.Context) error {
	if len(w.ready) == 0 {
		return nil
	}
	err := w.guard.config.Ratifier.AppendEach(ctx, func(add func(*record.Prepared) (record.Receipt, error)) error {
		for _, p := range w.ready {
			receipt, err := add(p)
			if err != nil {
				return err
			}
			w.done.Moment = receipt.Moment
		}
		return nil
	})
	w.ready = w.ready[:0]
	return err
}

// foresee prepares what comes last, and throws it away: a fault in it is found before the first transaction.
func (w *ratifying) foresee(ctx context.Context) error {
	w.add = func(*record.Prepared) (record.Receipt, error) { return record.Receipt{}, nil }
	w.opened[w.segment.Stream] = record.StreamInfo{UID: w.segment.Stream, Kind: standard.PersonStream, Class: w.sent[w.segment.Stream].Class}
	return w.last(ctx)
}

// all commits everything, what makes the person seen last.
func (w *ratifying) all(ctx context.Context) error {
	w.done, w.needed = Ratified{Stream: w.segment.Stream}, nil
	if err := w.stream(ctx, w.segment.Stream, standard.PersonStream, w.stands, w.wanted); err != nil {
		return err
	}
	if err := w.directory(ctx); err != nil {
		return err
	}
	if w.unseen {
		if err := w.flush(ctx); err != nil {
			return err
		}
	}
	return w.last(ctx)
}

// last is what makes the person seen: where they live, or whose record it is. It is one transaction.
func (w *ratifying) last(ctx context.Context) error {
	if w.r.Place != uuid.Nil && w.unseen {
		if err := w.placed(ctx); err != nil {
			return err
		}
	}
	if w.r.Onto != uuid.Nil {
		return w.joined(ctx)
	}
	return nil
}

// directory brings the entries of the sender's directory that are referred to, directly and through each other. Entries of ours stay as they are.
func (w *ratifying) directory(ctx context.Context) error {
	taken := map[uuid.UUID]bool{w.segment.Stream: true}
	for len(w.needed) > 0 {
		next := w.needed[0]
		w.needed = w.needed[1:]
		if _, sent := w.sent[next]; !sent || taken[next] {
			continue
		}
		taken[next] = true
		info, err := w.guard.config.Log.Stream(ctx, next)
		if kind := standard.KindOf(err); kind == standard.Gone || err == nil && info.Origin == "" {
			continue
		} else if err != nil && kind != standard.NotFound {
			return err
		}
		stands, err := w.guard.standsOf(ctx, next)
		if err != nil {
			return err
		}
		if err := w.stream(ctx, next, standard.DirectoryStream, stands, nil); err != nil {
			return err
		}
	}
	return nil
}

// window is some of the sender's contributions to one stream, and the versions in them that are new here.
type window struct {
	stream  uuid.UUID
	opens   standard.Stream
	foreign []record.Foreign
	brought []*record.Version
}

// stream brings what is wanted of one stream.
func (w *ratifying) stream(ctx context.Context, stream uuid.UUID, kind standard.Stream, stands *here, wanted map[uuid.UUID]bool) error {
	next := &window{stream: stream}
	if !stands.known {
		next.opens = kind
		w.opened[stream] = record.StreamInfo{UID: stream, Kind: kind, Class: w.sent[stream].Class}
	}
	err := w.guard.config.Segments.Contributions(ctx, w.segment.ID, stream, func(c *record.Sealed) error {
		if err := w.gather(next, c, stands, wanted); err != nil {
			return err
		}
		if len(next.foreign) < ratifyWindow && len(next.brought) < ratifyMost {
			return nil
		}
		return w.commit(ctx, next)
	})
	if err != nil {
		return err
	}
	return w.commit(ctx, next)
}

// gather adds one of the sender's contributions to the window, as far as it is wanted and new.
func (w *ratifying) gather(next *window, c *record.Sealed, stands *here, wanted map[uuid.UUID]bool) error {
	is := func(rec uuid.UUID) bool { return wanted == nil || wanted[rec] }
	if !slices.ContainsFunc(c.Changes, func(ch record.Change) bool { return is(ch.Version.Record) }) {
		return nil
	}
	w.needed = append(w.needed, c.Committer.Actor)
	if !stands.abroad[c.ID] {
		next.foreign = append(next.foreign, record.Foreign{Moment: c.Moment, Committed: record.InstantOf(c.Committed), Header: c.Header})
	}
	for _, v := range c.Versions {
		if !is(v.Record) {
			continue
		}
		if _, here := stands.hashes[v.VersionID]; here {
			w.done.Held++
			continue
		}
		next.brought = append(next.brought, v)
		w.needed = append(w.needed, v.Author, v.Destroyed) // and the certificate, without which an emptied version would be a broken one
		content, err := v.Decoded(w.guard.config.Catalogue)
		if err != nil {
			return err
		}
		for _, ref := range content.References() {
			w.needed = append(w.needed, ref.UID)
		}
	}
	if len(w.needed) > 10_000 {
		slices.SortFunc(w.needed, func(a, b uuid.UUID) int { return strings.Compare(string(a[:]), string(b[:])) })
		w.needed = slices.Compact(w.needed)
	}
	return nil
}

// commit makes contributions of a window, no record twice in one, the first with what the sender wrote; then the window is empty.
func (w *ratifying) commit(ctx context.Context, next *window) error {
	origin := &record.Origin{
		Segment: w.segment.ID, System: w.segment.System, Provider: w.segment.Provider, Keys: w.segment.Proof.Keys, Checkpoint: w.segment.Proof.Checkpoint, Contributions: next.foreign,
	}
	if len(next.foreign) == 0 {
		origin = nil
	}
	for origin != nil || len(next.brought) > 0 {
		n, seen := 0, map[uuid.UUID]bool{}
		for ; n < len(next.brought) && n < ratifyMost && !seen[next.brought[n].Record]; n++ {
			seen[next.brought[n].Record] = true
		}
		err := w.append(ctx, record.Ratification{Stream: next.stream, Opens: next.opens, Origin: origin, Brought: next.brought[:n], Joins: w.r.Onto, Why: w.r.Reason})
		if err != nil {
			return err
		}
		w.done.Versions += int64(n)
		next.opens, origin, next.brought = "", nil, next.brought[n:]
	}
	next.foreign, next.brought = nil, nil
	if w.unseen {
		return w.flush(ctx)
	}
	return nil
}

// append prepares one contribution and commits it.
func (w *ratifying) append(ctx context.Context, r record.Ratification) error {
	recorder := *w.guard.config.Recorder
	recorder.Log = &ratifyingLog{recorder.Log, w.opened}
	prepared, err := recorder.PrepareRatification(ctx, w.session.committer(), r)
	if err != nil {
		return err
	}
	receipt, err := w.add(prepared)
	if err != nil {
		return err
	}
	w.done.Contributions, w.done.Moment = w.done.Contributions+1, max(w.done.Moment, receipt.Moment)
	return nil
}

// ratifyingLog knows of the streams that are opened in the same transaction, which nobody else sees yet.
type ratifyingLog struct {
	record.Log
	opened map[uuid.UUID]record.StreamInfo
}

// Stream tells about a stream.
func (l *ratifyingLog) Stream(ctx context.Context, uid uuid.UUID) (record.StreamInfo, error) {
	if info, ok := l.opened[uid]; ok {
		return info, nil
	}
	return l.Log.Stream(ctx, uid)
}

// Targets tells about what references may point at.
func (l *ratifyingLog) Targets(ctx context.Context, stream uuid.UUID, uids []uuid.UUID) (map[uuid.UUID]record.Target, error) {
	targets, err := l.Log.Targets(ctx, stream, uids)
	for _, uid := range uids {
		if info, ok := l.opened[uid]; err == nil && ok && uid == stream {
			targets[uid] = record.Target{Stream: uid, Class: info.Class, Latest: 1}
		}
	}
	return targets, err
}

// placed says that the person lives at one of this provider's places from now on.
func (w *ratifying) placed(ctx context.Context) error {
	class, err := w.guard.classOf(standard.ClassRolePlacement)
	if err != nil {
		return err
	}
	content, err := composed(class, map[string]any{
		standard.RolePlacedAt: w.r.Place, standard.RolePlacedFrom: cmp.Or(w.r.From, w.guard.today()), standard.RoleRoom: w.r.Room,
	})
	if err != nil {
		return err
	}
	return w.append(ctx, record.Ratification{Stream: w.segment.Stream, Why: w.r.Reason, Changes: []record.ProposedChange{
		{Path: "/place", Type: record.Create, Class: class.ID, Content: content, Description: w.r.Reason},
	}})
}

// joined says in both records that they are about one person, unless they say so already.
func (w *ratifying) joined(ctx context.Context) error {
	class, err := w.guard.classOf(standard.ClassRoleSamePerson)
	if err != nil {
		return err
	}
	stands, err := w.session.joins(ctx, class, w.r.Onto, w.segment.Stream)
	if err != nil || stands != nil {
		return err
	}
	for _, pair := range [][2]uuid.UUID{{w.segment.Stream, w.r.Onto}, {w.r.Onto, w.segment.Stream}} {
		content, err := composed(class, map[string]any{
			standard.RoleSamePerson: pair[1], standard.RoleReason: w.r.Reason, standard.RoleDifferences: w.r.Differences,
			standard.RolePerformer: w.session.principal.Worker, standard.RoleValidFrom: w.guard.today(),
		})
		if err != nil {
			return err
		}
		err = w.append(ctx, record.Ratification{Stream: pair[0], Why: w.r.Reason, Changes: []record.ProposedChange{
			{Path: "/onto", Type: record.Create, Class: class.ID, Content: content, Description: w.r.Reason},
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// settle keeps that a segment is ratified once all of it stands in the record. Were this lost, the segment would wait with nothing new in it.
func (w *ratifying) settle(ctx context.Context) error {
	weighed, err := w.guard.weigh(ctx, w.segment, w.segment.Stream)
	if err != nil {
		return err
	}
	for _, rec := range weighed {
		if rec.kind != isHeld {
			return nil
		}
	}
	return w.guard.config.Segments.Decide(ctx, w.segment.ID, SegmentRatified, w.session.named(), w.r.Reason)
}
