package access

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Extract is part of a person's record that somebody asks for, to give it away.
type Extract struct {
	At          At
	To, Why     string // to whom it goes and what for, for the log of who saw what; one line each
	What        string // the criteria in words, likewise
	Transfer    bool   // it goes to another system, for whoever takes the person over
	Whereabouts bool   // where a person lives whose address is restricted goes along
	// Plan finds what goes out, and how many versions, before anything does.
	Plan func(*Reading) (count int, err error)
	// Send gives it away. Nil: it is only looked at what would go out, which is a read like others.
	Send func() error
}

const extractAction = "extract"

// Extract gives a part of a person's record away, once that it does has reached the disk. It is refused to whoever may not export the record; what they may
// not see of it is not there for Plan and Send.
func (s *Session) Extract(ctx context.Context, stream uuid.UUID, e Extract) error {
	entry := Entry{Action: extractAction, Stream: stream, To: e.To, Why: e.Why, What: e.What}
	if e.Transfer {
		entry.Action = transferAction
	}
	if e.Send == nil {
		entry.Action, entry.To, entry.Why = "extract-preview", "", ""
	}
	if err := asides(Export{To: e.To, Why: e.Why}); err != nil {
		return err
	}
	if err := e.purposeful(); err != nil {
		return err
	}
	v, err := s.View(ctx, e.At)
	if err != nil {
		return err
	}
	entry.Moment = v.moment
	sub, err := s.extractable(ctx, stream, e.Whereabouts)
	if err != nil {
		return s.refused(ctx, entry, err)
	}
	r := &Reading{guard: s.guard, sub: sub, stream: stream, head: v.head, moment: v.moment, restricted: sub.facts.Restricted}
	if err := r.survey(ctx); err != nil {
		return err
	}
	if entry.Count, err = e.Plan(r); err != nil {
		return s.refused(ctx, entry, err)
	}
	if e.Send == nil {
		s.note(ctx, entry)
		return nil
	}
	if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil {
		return err
	}
	return e.Send()
}

// purposeful checks that whoever gives something away says to whom and what for.
func (e *Extract) purposeful() error {
	var problems []standard.Problem
	if e.Send == nil {
		return nil
	}
	if strings.TrimSpace(e.To) == "" {
		problems = append(problems, standard.Problem{Path: "/to", Rule: standard.RuleMustOccur, Message: "Say to whom it goes."})
	}
	if strings.TrimSpace(e.Why) == "" {
		problems = append(problems, standard.Problem{Path: "/why", Rule: standard.RuleMustOccur, Message: "Say what it is for."})
	}
	return standard.Refuse("Nothing was sent out.", problems)
}

// refused logs a refusal with what was answered.
func (s *Session) refused(ctx context.Context, entry Entry, err error) error {
	var fault *standard.Fault
	if errors.As(err, &fault) && fault.Kind == standard.Forbidden {
		entry.What = fault.Message
	}
	return s.denied(ctx, entry, err)
}

// extractable decides whether somebody may be given part of a record by this session at all.
func (s *Session) extractable(ctx context.Context, stream uuid.UUID, whereabouts bool) (*subject, error) {
	sub, err := s.subject(ctx, stream)
	switch {
	case err != nil:
		return nil, err
	case !sub.reads || !sub.person:
		return nil, notFound()
	case !sub.may(ToExport, record.Normal):
		return nil, forbidden("With the role "+s.principal.RoleName+" you cannot give an extract of a record.", "Ask the manager of the home.")
	case whereabouts && sub.facts.Restricted && !s.decide(ToSeeRestricted, sub.facts):
		return nil, forbidden("You cannot give away where this person lives.", "Ask for the extract without it, or ask the manager.")
	}
	return sub, nil
}

// OperatorExtract gives a part of a person's record to the operator, by a command on the computer itself: everything may be seen, and it is logged alike. It is
// for the program's commands only.
func (g *Guard) OperatorExtract(ctx context.Context, stream uuid.UUID, e Extract) error {
	if err := errors.Join(asides(Export{To: e.To, Why: e.Why}), e.purposeful()); err != nil {
		return err
	}
	log := g.config.Log
	head, _, err := log.Head(ctx)
	if err != nil {
		return err
	}
	at := head
	switch {
	case e.At.Moment > 0:
		at = min(e.At.Moment, head)
	case !e.At.Time.IsZero():
		if at, err = log.MomentAt(ctx, e.At.Time); err != nil {
			return err
		}
	}
	info, err := log.Stream(ctx, stream)
	if err != nil {
		return err
	}
	if info.Kind != standard.PersonStream {
		return notFound()
	}
	facts, err := g.config.Register.Facts(ctx, stream, g.today())
	if err != nil {
		return err
	}
	r := &Reading{guard: g, stream: stream, head: head, moment: at, restricted: facts.Restricted}
	count, err := e.Plan(r)
	if err != nil || e.Send == nil {
		return err
	}
	err = g.book.disclose(ctx, Entry{
		Purpose: Administration, Action: extractAction, Stream: stream, Moment: at, Count: count, Outcome: Done, To: e.To, Why: e.Why, What: e.What,
	})
	if err != nil {
		return err
	}
	return e.Send()
}

// Reading is a person's record as whoever gives part of it away may see it, at one moment. What they may not see is not there.
type Reading struct {
	guard        *Guard
	sub          *subject // nil: the operator, who sees everything
	stream       uuid.UUID
	head, moment record.Moment
	restricted   bool
	withheld     map[uuid.UUID]bool // records of which the version that stands today may not be seen: nothing of them may
	allowed      map[record.Sensitivity]bool
}

// Stream is whose record it is.
func (r *Reading) Stream() uuid.UUID { return r.stream }

// System is where the record is kept.
func (r *Reading) System() string { return r.guard.config.Recorder.System }

// Moment is what it is fixed at.
func (r *Reading) Moment() record.Moment { return r.moment }

// Restricted reports whether where the person lives is told to few.
func (r *Reading) Restricted() bool { return r.restricted }

// Withheld reports whether something is a record of the person that may not be seen.
func (r *Reading) Withheld(rec uuid.UUID) bool { return r.withheld[rec] }

// survey finds the records that are withheld: what stands today decides, as in every list.
func (r *Reading) survey(ctx context.Context) error {
	r.withheld, r.allowed = map[uuid.UUID]bool{}, map[record.Sensitivity]bool{}
	all := true
	for at := record.Normal; at <= record.Confidential; at++ {
		facts := r.sub.facts
		facts.Sensitivity = at
		r.allowed[at] = r.sub.session.decide(ToRead, facts) && r.sub.session.decide(ToExport, facts)
		all = all && r.allowed[at]
	}
	conceals, err := r.sub.conceals(ctx)
	if err != nil {
		return err
	}
	if all && !conceals {
		excludes, err := r.excludes(ctx)
		if err != nil || !excludes {
			return err
		}
	}
	return r.guard.config.Log.Contributions(ctx, r.stream, 0, r.head, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			sees, err := r.sees(ctx, v)
			if err != nil {
				return err
			}
			if sees {
				delete(r.withheld, v.Record)
			} else {
				r.withheld[v.Record] = true
			}
		}
		return nil
	})
}

// excludes reports whether the record has anything that could exclude somebody.
func (r *Reading) excludes(ctx context.Context) (bool, error) {
	var classes []string
	for _, class := range r.guard.config.Catalogue.Classes() {
		if class.Path(standard.RoleExcludedViewer) != nil {
			classes = append(classes, class.ID)
		}
	}
	if len(classes) == 0 {
		return false, nil
	}
	found, _, err := r.guard.config.Log.Versions(ctx, record.Query{
		Stream: r.stream, Classes: classes, At: r.head, Which: record.All, Errors: true, Limit: 1, Scope: record.Scope{Everything: true},
	})
	return len(found) > 0, err
}

// sees decides about one version by what it holds itself.
func (r *Reading) sees(ctx context.Context, v *record.Version) (bool, error) {
	if r.sub == nil {
		return true, nil
	}
	class, known := r.guard.config.Catalogue.Class(v.Class)
	if known && class.Path(standard.RoleExcludedViewer) == nil {
		hidden, err := r.sub.hides(ctx, v.Class)
		return !hidden && r.allowed[v.Sensitivity], err
	}
	for _, action := range []Action{ToRead, ToExport} {
		if sees, err := r.sub.sees(ctx, action, v); err != nil || !sees {
			return false, err
		}
	}
	return true, nil
}

// Contributions calls fn for what each contribution did that may be seen, the oldest first. The sealed bytes of the whole are not among it.
func (r *Reading) Contributions(ctx context.Context, fn func(*record.Sealed) error) error {
	unseen := map[record.VersionID]bool{}
	return r.guard.config.Log.Contributions(ctx, r.stream, 0, r.moment, func(s *record.Sealed) error {
		shown := &record.Sealed{Contribution: s.Contribution}
		shown.Header, shown.Changes = nil, nil
		next := 0
		for _, ch := range s.Changes {
			var v *record.Version
			if ch.Type.MakesVersion() && next < len(s.Versions) {
				v = s.Versions[next]
				next++
			}
			if r.withheld[ch.Version.Record] || unseen[ch.Version] {
				continue
			}
			if v != nil {
				sees, err := r.sees(ctx, v)
				if err != nil {
					return err
				}
				if !sees {
					unseen[ch.Version] = true
					continue
				}
				shown.Versions = append(shown.Versions, v)
			}
			shown.Changes = append(shown.Changes, ch)
		}
		if len(shown.Changes) == 0 {
			return nil
		}
		return fn(shown)
	})
}

// Entry gives what stood in the directory under a uid.
func (r *Reading) Entry(ctx context.Context, uid uuid.UUID) (*record.Version, error) {
	log := r.guard.config.Log
	info, err := log.Stream(ctx, uid)
	if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Gone || err == nil && info.Kind != standard.DirectoryStream {
		return nil, notFound()
	}
	if err != nil {
		return nil, err
	}
	scope := record.Scope{Everything: true}
	if r.sub != nil {
		entry, err := r.sub.session.subject(ctx, uid)
		if err != nil {
			return nil, err
		}
		scope = entry.scope
	}
	versions, _, err := log.Versions(ctx, record.Query{Stream: uid, Classes: []string{info.Class}, At: r.moment, Order: record.CommittedDesc, Limit: 1, Scope: scope})
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, notFound()
	}
	return versions[0], nil
}

// Attachment opens a file that a record names which may be seen. Close it.
func (r *Reading) Attachment(ctx context.Context, file record.Hash) (record.Attachment, io.ReadSeekCloser, error) {
	if r.sub != nil {
		if _, err := r.sub.file(ctx, file, r.moment); err != nil {
			return record.Attachment{}, nil, err
		}
	}
	about, err := r.guard.config.Attachments.Attachment(ctx, r.stream, file)
	if err != nil {
		return about, nil, err
	}
	content, err := r.guard.config.Attachments.Open(ctx, r.stream, file)
	return about, content, err
}
