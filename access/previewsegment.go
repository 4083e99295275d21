package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

// PreviewSegment says what ratifying a segment would mean, by today's record. It changes nothing.
func (s *Session) PreviewSegment(ctx context.Context, id uuid.UUID) (Preview, error) {
	segment, _, err := s.segment(ctx, id, "preview-segment")
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Segment: segment}
	if p.Here, err = s.candidates(ctx, segment); err != nil {
		return p, err
	}
	weighed, err := s.guard.weigh(ctx, segment, segment.Stream)
	if err != nil {
		return p, err
	}
	counts := map[string]*ClassPreview{}
	early := 0
	for _, w := range weighed {
		c := counts[w.class]
		if c == nil {
			c = &ClassPreview{Class: w.class}
			counts[w.class] = c
			if _, known := s.guard.config.Catalogue.Class(w.class); !known {
				p.Unknown = append(p.Unknown, w.class)
			}
		}
		c.add(w)
		switch w.kind {
		case isConflict:
			p.Conflicts = append(p.Conflicts, s.guard.named(w))
		case isFork:
			p.Forks = append(p.Forks, s.guard.named(w))
		}
		if w.record != segment.Stream && bornAfter(segment.Card.Born, w.happened) {
			early++
		}
	}
	for _, c := range counts {
		p.Classes = append(p.Classes, *c)
	}
	slices.SortFunc(p.Classes, func(a, b ClassPreview) int { return strings.Compare(a.Class, b.Class) })
	p.questions(early)
	s.note(ctx, Entry{Action: "preview-segment", Stream: segment.Stream})
	return p, nil
}

func (c *ClassPreview) add(w weighedRecord) {
	c.Records, c.Versions = c.Records+1, c.Versions+len(w.versions)
	switch w.kind {
	case isHeld:
		c.Held++
	case isConflict:
		c.Conflicts++
	case isFork:
		c.Forks++
	default:
		c.New++
	}
}

// questions are what a person must answer.
func (p *Preview) questions(early int) {
	ask := func(format string, args ...any) { p.Questions = append(p.Questions, fmt.Sprintf(format, args...)) }
	if !p.Segment.Proof.Given() {
		ask("Nothing proves that this comes from %s. Do you know by other means that it does?", p.Segment.Provider)
	}
	if early > 0 {
		ask("%d records say that they happened before the person was born. Is the date of birth right, and is it the right person?", early)
	}
	for _, c := range p.Here {
		switch {
		case c.Unreachable:
			ask("Somebody who looks like this person is held here already, where you may not look. Ask whoever is responsible for the provider before you decide.")
		case len(c.Differs) > 0:
			ask("%s %s is held here; the %s differ. Is it the same person?", c.Card.Given, c.Card.Family, strings.Join(c.Differs, " and the "))
		case !c.SameID:
			ask("%s %s is held here already under another id. Is it the same person?", c.Card.Given, c.Card.Family)
		}
	}
}

// bornAfter reports whether something happened before a birth that may be known only in part.
func bornAfter(born string, happened int64) bool {
	day := time.Unix(happened, 0).UTC().Format(time.DateOnly)
	return born != "" && len(born) <= len(day) && day[:len(born)] < born
}

// What a record of a segment is, compared with what stands here.
type weight int

const (
	isNew weight = iota
	isHeld
	isFork
	isConflict
)

// weighedRecord is one record of a segment beside what stands here.
type weighedRecord struct {
	record       uuid.UUID
	class        string
	versions     []IndexedVersion
	kind         weight
	theirs, ours record.VersionID
	happened     int64
}

// weigh compares every record of one stream of a segment with what stands here.
func (g *Guard) weigh(ctx context.Context, segment Segment, stream uuid.UUID) ([]weighedRecord, error) {
	stands, err := g.standsOf(ctx, stream)
	if err != nil {
		return nil, err
	}
	var all []weighedRecord
	err = g.config.Segments.Index(ctx, segment.ID, stream, func(v IndexedVersion) error {
		if n := len(all); n == 0 || all[n-1].record != v.Record {
			all = append(all, weighedRecord{record: v.Record, class: v.Class})
		}
		w := &all[len(all)-1]
		w.versions, w.theirs, w.happened = append(w.versions, v), v.VersionID, v.Happened
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		stands.weigh(&all[i])
	}
	return all, nil
}

// weigh decides about one record: versions are looked at as they would come in.
func (h *here) weigh(w *weighedRecord) {
	tip, stands := h.tips[w.record]
	w.ours = tip
	held, common, fork := 0, !stands, false
	for _, v := range w.versions {
		hash, is := h.hashes[v.VersionID]
		if !is {
			continue
		}
		if held++; hash != v.Hash {
			w.kind = isConflict
			return
		}
		common = true
	}
	own := &here{hashes: map[record.VersionID]record.Hash{}, tips: map[uuid.UUID]record.VersionID{}}
	if stands {
		own.tips[w.record] = tip
	}
	for _, v := range w.versions {
		if _, is := h.hashes[v.VersionID]; is {
			own.hashes[v.VersionID] = v.Hash
			continue
		}
		if own.continues(v.VersionID) {
			own.tips[w.record] = v.VersionID
		} else {
			fork = true
		}
		own.hashes[v.VersionID] = v.Hash
	}
	switch {
	case !common:
		w.kind = isConflict
	case held == len(w.versions):
		w.kind = isHeld
	case fork:
		w.kind = isFork
	}
}

func (g *Guard) named(w weighedRecord) SegmentRecord {
	title := w.class
	if class, ok := g.config.Catalogue.Class(w.class); ok {
		title = class.Name
	}
	return SegmentRecord{Record: w.record, Class: w.class, Title: title, Theirs: w.theirs, Ours: w.ours}
}
