package access

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Alias is another record of the same person that the reader may read.
type Alias struct {
	UID  uuid.UUID
	Card record.PersonCard
}

// Streams gives the records that were about the same person at the moment of the view and may be read: the one that is asked for first. Every list
// about a person is the union of them, each record still belonging to its own. A record that may not be read is left out, and nothing tells of it but
// the safety banner. It shows no content and is logged only when it is refused.
func (v *View) Streams(ctx context.Context, stream uuid.UUID) ([]uuid.UUID, error) {
	subs, err := v.union(ctx, Entry{Action: "stream", Stream: stream})
	if err != nil {
		return nil, err
	}
	uids := make([]uuid.UUID, len(subs))
	for i, sub := range subs {
		uids[i] = sub.info.UID
	}
	return uids, nil
}

// union finds the stream that is asked for, or logs the refusal, and those joined with it at the moment.
func (v *View) union(ctx context.Context, e Entry) ([]*subject, error) {
	sub, err := v.readable(ctx, e)
	if err != nil {
		return nil, err
	}
	subs := []*subject{sub}
	if !sub.person {
		return subs, nil
	}
	at := v.moment
	if v.past { // a record that was joined when it came from another system was about this person all the time
		at = v.head
	}
	others, err := v.joined(ctx, e.Stream, at)
	if err != nil {
		return nil, err
	}
	then := map[uuid.UUID]bool{}
	if v.past {
		if then, err = v.joinedThen(ctx, e.Stream); err != nil {
			return nil, err
		}
	}
	for _, other := range others {
		if v.past && !then[other.info.UID] && other.info.Origin == "" && sub.info.Origin == "" {
			continue
		}
		if other.reads {
			subs = append(subs, other)
		}
	}
	return subs, nil
}

// joined finds what is joined with a stream at a moment. What the reader may neither read nor write is there with nothing but its id.
func (v *View) joined(ctx context.Context, stream uuid.UUID, at record.Moment) ([]*subject, error) {
	together, err := v.session.guard.config.Register.Together(ctx, []uuid.UUID{stream}, at)
	if err != nil {
		return nil, err
	}
	var subs []*subject
	for _, uid := range together[stream] {
		sub, err := v.other(ctx, uid)
		if err != nil {
			return nil, err
		}
		if sub != nil {
			subs = append(subs, sub)
		}
	}
	return subs, nil
}

// other finds one of them; nil when it has been destroyed.
func (v *View) other(ctx context.Context, uid uuid.UUID) (*subject, error) {
	v.mu.Lock()
	sub := v.subjects[uid]
	v.mu.Unlock()
	if sub != nil {
		return sub, nil
	}
	sub, err := v.session.subject(ctx, uid)
	switch standard.KindOf(err) {
	case standard.Gone:
		return nil, nil
	case standard.NotFound:
		return &subject{session: v.session, info: record.StreamInfo{UID: uid, Kind: standard.PersonStream}, person: true}, nil
	}
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	v.subjects[uid] = sub
	v.mu.Unlock()
	return sub, nil
}

// merge puts lists of several streams, each in the order that was asked for, into one. Nothing comes twice, and a cursor continues all of them: no two
// versions of different streams have the same moment.
func merge(lists [][]*record.Version, order record.Order, limit int) (merged []*record.Version, more bool) {
	for _, list := range lists {
		merged = append(merged, list...)
	}
	if len(lists) > 1 {
		slices.SortStableFunc(merged, func(a, b *record.Version) int {
			latest := cmp.Or(cmp.Compare(b.From, a.From), bytes.Compare(b.Record[:], a.Record[:]))
			if order == record.CommittedDesc {
				return latest
			}
			return cmp.Or(cmp.Compare(b.Happened, a.Happened), latest)
		})
	}
	if len(merged) > limit {
		return merged[:limit], true
	}
	return merged, false
}

// uptoShortest ends what was merged where the first of the lists that go on ends: what follows in that one may come before what follows here.
func uptoShortest(merged []*record.Version, lists [][]*record.Version, goesOn []bool) []*record.Version {
	for i, list := range lists {
		if !goesOn[i] || len(list) == 0 {
			continue
		}
		if at := slices.Index(merged, list[len(list)-1]); at >= 0 {
			merged = merged[:at+1]
		}
	}
	return merged
}

// aliases marks the people of a list who are held under another id too, where the reader may see that one.
func (v *View) aliases(ctx context.Context, people []Person, scope record.Scope) error {
	uids := make([]uuid.UUID, len(people))
	for i := range people {
		uids[i] = people[i].UID
	}
	register := v.session.guard.config.Register
	together, err := register.Together(ctx, uids, v.moment)
	if err != nil || len(together) == 0 {
		return err
	}
	for i := range people {
		people[i].joined = len(together[people[i].UID]) > 0
		for _, uid := range together[people[i].UID] {
			found, _, err := register.People(ctx, Selection{UID: uid, At: v.moment, Day: v.day(), Scope: scope, Limit: 1})
			if err != nil {
				return err
			}
			for _, other := range found {
				people[i].Also = append(people[i].Also, Alias{UID: other.UID, Card: other.Card})
			}
		}
	}
	return nil
}

// restrictedElsewhere reports whether where a person lives is restricted in another record of them: then it is in all.
func (s *Session) restrictedElsewhere(ctx context.Context, stream uuid.UUID, today string) (bool, error) {
	config := s.guard.config
	head, _, err := config.Log.Head(ctx)
	if err != nil {
		return false, err
	}
	together, err := config.Register.Together(ctx, []uuid.UUID{stream}, head)
	if err != nil {
		return false, err
	}
	for _, other := range together[stream] {
		facts, err := config.Register.Facts(ctx, other, today)
		if kind := standard.KindOf(err); kind == standard.Gone || kind == standard.NotFound {
			continue
		}
		if err != nil || facts.Restricted {
			return true, err
		}
	}
	return false, nil
}
