package access

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Waiting lists the segments that wait for a decision and that this reader may know of, the newest first: those of people whose record they may read, and, for
// whoever may ratify, those of people who are not here.
func (s *Session) Waiting(ctx context.Context) ([]Segment, error) {
	if s.guard.config.Segments == nil {
		return nil, nil
	}
	all, err := s.guard.config.Segments.List(ctx, SegmentWaiting)
	if err != nil {
		return nil, err
	}
	var list []Segment
	for _, segment := range all {
		if _, err := s.about(ctx, segment); standard.KindOf(err) == standard.NotFound {
			continue
		} else if err != nil {
			return nil, err
		}
		list = append(list, segment)
	}
	s.note(ctx, Entry{Action: "segments", Count: len(list)})
	return list, nil
}

// about decides whether the session may know of a segment, and gives the person as they are here; nil when they are not.
func (s *Session) about(ctx context.Context, segment Segment) (*subject, error) {
	coming, err := s.guard.coming(ctx, segment)
	if err != nil {
		return nil, err
	}
	if coming {
		if !s.May(ToRatify) {
			return nil, notFound()
		}
		return nil, nil
	}
	sub, err := s.subject(ctx, segment.Stream)
	if err == nil && !sub.reads || standard.KindOf(err) == standard.Gone {
		err = notFound()
	}
	return sub, err
}

// coming reports whether the person is not here yet: not at all, or a ratification was broken off before it said where they live.
func (g *Guard) coming(ctx context.Context, segment Segment) (bool, error) {
	info, err := g.config.Log.Stream(ctx, segment.Stream)
	if standard.KindOf(err) == standard.NotFound {
		return true, nil
	}
	if standard.KindOf(err) == standard.Gone || err == nil && info.Origin == "" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	facts, err := g.config.Register.Facts(ctx, segment.Stream, g.today())
	if err != nil {
		return false, err
	}
	for _, place := range facts.PlacesEver {
		if at, err := g.config.Log.Stream(ctx, place); err == nil && at.Origin == "" {
			return false, nil
		}
	}
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return false, err
	}
	together, err := g.config.Register.Together(ctx, []uuid.UUID{segment.Stream}, head)
	return len(together[segment.Stream]) == 0, err
}

// begun reports whether a part of what is not seen yet is in the log already.
func (g *Guard) begun(ctx context.Context, segment Segment) bool {
	_, err := g.config.Log.Stream(ctx, segment.Stream)
	return err == nil
}

// segment finds one that the session may know of, or logs the refusal.
func (s *Session) segment(ctx context.Context, id uuid.UUID, action string) (Segment, *subject, error) {
	if s.guard.config.Segments == nil {
		return Segment{}, nil, s.denied(ctx, Entry{Action: action}, notFound())
	}
	segment, err := s.guard.config.Segments.Segment(ctx, id)
	if standard.KindOf(err) == standard.NotFound {
		err = notFound()
	}
	if err != nil {
		return segment, nil, s.denied(ctx, Entry{Action: action}, err)
	}
	sub, err := s.about(ctx, segment)
	if err != nil {
		return Segment{}, nil, s.denied(ctx, Entry{Action: action, Stream: segment.Stream}, err)
	}
	return segment, sub, nil
}

// Segment gives one segment, whatever was decided about it.
func (s *Session) Segment(ctx context.Context, id uuid.UUID) (Segment, error) {
	segment, _, err := s.segment(ctx, id, "segment")
	if err == nil {
		s.note(ctx, Entry{Action: "segment", Stream: segment.Stream})
	}
	return segment, err
}

// SegmentRecords lists what stands in a segment at its sender: of the classes, or all, by record. What the reader could not read in the person's record is left out.
func (s *Session) SegmentRecords(ctx context.Context, id uuid.UUID, classes []string, after uuid.UUID, limit int) (versions []*record.Version, more bool, err error) {
	segment, sub, err := s.segment(ctx, id, "segment-records")
	if err != nil {
		return nil, false, err
	}
	found, more, err := s.guard.config.Segments.Versions(ctx, SegmentQuery{Segment: id, Stream: segment.Stream, Classes: classes, After: after, Limit: bounded(limit, 100, 500)})
	if err != nil {
		return nil, false, err
	}
	for _, v := range found {
		sees := true
		if sub != nil {
			if sees, err = sub.sees(ctx, ToRead, v); err != nil {
				return nil, false, err
			}
		}
		if sees {
			v.SaidBy = segment.Provider
			versions = append(versions, v)
		}
	}
	s.note(ctx, Entry{Action: "segment-records", Stream: segment.Stream, Count: len(versions)})
	return versions, more, nil
}

// RefuseSegment refuses what has not been ratified. Its content is no longer kept.
func (s *Session) RefuseSegment(ctx context.Context, id uuid.UUID, reason string) error {
	entry := Entry{Action: "refuse-segment"}
	segment, sub, err := s.segment(ctx, id, entry.Action)
	if err != nil {
		return err
	}
	entry.Stream = segment.Stream
	switch {
	case !s.May(ToRatify), sub != nil && !sub.may(ToRatify, record.Normal):
		return s.denied(ctx, entry, mayNotRatify(s))
	case sub == nil && s.guard.begun(ctx, segment):
		return &standard.Fault{Kind: standard.Conflict, Message: "This was being accepted when something broke it off. Part of it is in the log, where nobody sees it.", Hint: "Accept it again: it goes on where it ended."}
	case strings.TrimSpace(reason) == "":
		return standard.Refuse("The package was not refused.", []standard.Problem{{Path: "/reason", Rule: standard.RuleMustOccur, Message: "Say why it is refused."}})
	case segment.State != SegmentWaiting:
		return &standard.Fault{Kind: standard.Conflict, Message: "This has been decided already.", Hint: "Look at it again."}
	}
	files, err := s.guard.config.Segments.Files(ctx, id)
	if err != nil {
		return err
	}
	if err := s.guard.config.Segments.Decide(ctx, id, SegmentRefused, s.named(), reason); err != nil {
		return err
	}
	s.note(ctx, entry)
	return s.guard.dropFiles(ctx, files)
}

// dropFiles removes the files that came with a segment, but those that a record names.
func (g *Guard) dropFiles(ctx context.Context, files []SegmentFile) error {
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		named, err := g.config.Register.NamedBy(ctx, f.Stream, f.File, head, record.Scope{Everything: true})
		if err != nil {
			return err
		}
		if len(named) > 0 {
			continue
		}
		if err := g.config.Attachments.Remove(ctx, f.Stream, f.File); err != nil && standard.KindOf(err) != standard.NotFound {
			return err
		}
	}
	return nil
}

func mayNotRatify(s *Session) error {
	return forbidden("With the role "+s.principal.RoleName+" you cannot decide what another provider has sent.", "Ask the manager of the home.")
}

// said gives what waiting segments say in the banner of a person: what is in them of the banner's classes, but who the person is and where they live, and is not in
// the record yet. A segment is about the person when it is of the same record, or has the same NHS number and date of birth.
func (v *View) said(ctx context.Context, sub *subject, own []*record.Version) (all []*record.Version, err error) {
	g := v.session.guard
	if !sub.person {
		return nil, nil
	}
	if g.config.Segments == nil {
		return v.saidByClients(ctx, sub.info.UID)
	}
	if all, err = v.saidByClients(ctx, sub.info.UID); err != nil {
		return nil, err
	}
	card := g.cardAmong(own)
	segments, err := g.config.Segments.About(ctx, sub.info.UID, nhsDigits(card.NHSNumber))
	if err != nil {
		return nil, err
	}
	for _, segment := range segments {
		if segment.Stream != sub.info.UID && segment.Card.Born != card.Born {
			continue
		}
		found, _, err := g.config.Segments.Versions(ctx, SegmentQuery{Segment: segment.ID, Stream: segment.Stream, Classes: g.stranger, Limit: 1000})
		if err != nil {
			return nil, err
		}
		for _, version := range found {
			ratified, err := g.stands(ctx, segment.Stream, version.VersionID)
			if err != nil {
				return nil, err
			}
			if !ratified && version.Status != record.EnteredInError && v.session.looks(version.Class) {
				version.SaidBy = cmp.Or(segment.Provider, segment.System)
				all = append(all, version)
			}
		}
	}
	return all, nil
}

// stands reports whether a version is part of the record.
func (g *Guard) stands(ctx context.Context, stream uuid.UUID, id record.VersionID) (bool, error) {
	after := record.Cursor{Number: id.Number - 1, From: record.Forever}
	near, _, err := g.config.Log.Versions(ctx, record.Query{
		Stream: stream, Record: id.Record, At: record.Forever - 1, Which: record.All, Errors: true, Order: record.NumberAsc, After: &after, Scope: record.Scope{Everything: true},
	})
	return slices.ContainsFunc(near, func(v *record.Version) bool { return v.VersionID == id }), err
}

// cardAmong finds who the person is among the records of the banner.
func (g *Guard) cardAmong(versions []*record.Version) record.PersonCard {
	for _, v := range versions {
		class, ok := g.config.Catalogue.Class(v.Class)
		if !ok || !class.HasRole(standard.ClassRolePerson) {
			continue
		}
		if content, err := v.Decoded(g.config.Catalogue); err == nil {
			if ix := record.IndexOf(content, v.Recorded, g.config.Zone); ix.Person != nil {
				return *ix.Person
			}
		}
	}
	return record.PersonCard{}
}

func nhsDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// here is what stands of a stream in the log, to be compared with a segment.
type here struct {
	known  bool // there is such a stream
	hashes map[record.VersionID]record.Hash
	tips   map[uuid.UUID]record.VersionID
	abroad map[uuid.UUID]bool // contributions of other systems that the log holds
}

// standsOf reads what stands of a stream.
func (g *Guard) standsOf(ctx context.Context, stream uuid.UUID) (*here, error) {
	h := &here{hashes: map[record.VersionID]record.Hash{}, tips: map[uuid.UUID]record.VersionID{}, abroad: map[uuid.UUID]bool{}}
	_, err := g.config.Log.Stream(ctx, stream)
	if standard.KindOf(err) == standard.NotFound {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	h.known = true
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	return h, g.config.Log.Contributions(ctx, stream, 0, head, func(c *record.Sealed) error {
		made := c.Versions
		for i := range c.Changes {
			ch := &c.Changes[i]
			if !ch.Brings(made) || len(made) == 0 {
				continue
			}
			if ch.Type != record.Ratify || h.continues(ch.Version) {
				h.tips[ch.Version.Record] = ch.Version
			}
			h.hashes[ch.Version] = ch.Hash
			if err := h.origin(g, made[0]); err != nil {
				return err
			}
			made = made[1:]
		}
		return nil
	})
}

func (h *here) continues(id record.VersionID) bool {
	var stands *record.VersionID
	if tip, ok := h.tips[id.Record]; ok {
		stands = &tip
	}
	return record.Continues(id, stands, func(id record.VersionID) bool { _, is := h.hashes[id]; return is })
}

// origin notes which contributions of other systems a version of the role ratification holds.
func (h *here) origin(g *Guard, v *record.Version) error {
	class, ok := g.config.Catalogue.Class(v.Class)
	if !ok || v.Destroyed != uuid.Nil || !class.HasRole(standard.ClassRoleRatification) {
		return nil
	}
	content, err := v.Decoded(g.config.Catalogue)
	if err != nil {
		return err
	}
	o, err := record.OriginOf(content)
	if err != nil {
		return err
	}
	for i := range o.Contributions {
		c, err := o.Contributions[i].Contribution()
		if err != nil {
			return err
		}
		h.abroad[c.ID] = true
	}
	return nil
}

// candidates finds who of this provider a segment may be about.
func (s *Session) candidates(ctx context.Context, segment Segment) ([]Candidate, error) {
	g := s.guard
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	theirs := segment.Card
	seen := map[uuid.UUID]bool{}
	var list []Candidate
	for _, q := range []Selection{{UID: segment.Stream}, {Search: nhsDigits(theirs.NHSNumber)}, {Search: theirs.Given + " " + theirs.Family}} {
		if q.UID == uuid.Nil && strings.TrimSpace(q.Search) == "" {
			continue
		}
		q.All, q.At, q.Day, q.Limit, q.Scope = true, head, g.today(), 20, record.Scope{Everything: true}
		people, _, err := g.config.Register.People(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			c := compare(theirs, p.Card)
			c.SameID = p.UID == segment.Stream
			alike := c.SameID || slices.Contains(c.Agrees, agreesNHS) || slices.Contains(c.Agrees, agreesName) && slices.Contains(c.Agrees, agreesBorn)
			if seen[p.UID] || !alike {
				continue
			}
			seen[p.UID] = true
			c.Stream, c.Card = p.UID, p.Card
			if sub, err := s.subject(ctx, p.UID); err != nil || !sub.reads {
				c.Stream, c.Card, c.Unreachable = uuid.Nil, record.PersonCard{}, true
			}
			list = append(list, c)
		}
	}
	return list, nil
}

// What two cards agree or differ in.
const (
	agreesNHS  = "NHS number"
	agreesBorn = "date of birth"
	agreesName = "name"
)

// compare tells what two cards say alike and differently. What one of them does not say is neither.
func compare(a, b record.PersonCard) (c Candidate) {
	for _, pair := range []struct{ what, a, b string }{
		{agreesNHS, nhsDigits(a.NHSNumber), nhsDigits(b.NHSNumber)}, {agreesBorn, a.Born, b.Born},
		{agreesName, strings.ToLower(a.Given + " " + a.Family), strings.ToLower(b.Given + " " + b.Family)},
	} {
		switch {
		case pair.a == "" || pair.b == "":
		case pair.a == pair.b:
			c.Agrees = append(c.Agrees, pair.what)
		default:
			c.Differs = append(c.Differs, pair.what)
		}
	}
	return c
}
