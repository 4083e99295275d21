package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// transferAction is what the log of who saw what calls sending a record on to another system.
const transferAction = "transfer"

// Permit decides whether the session may do something between this system and another: with a person's record where the entry names one, or at all. What was
// permitted, and what was refused, is on the disk before it answers, as whoever did it said it.
func (s *Session) Permit(ctx context.Context, action Action, e Entry) error {
	if err := asides(Export{To: e.To, Why: e.Why}); err != nil {
		return err
	}
	if err := s.permitted(ctx, action, e.Stream); err != nil {
		return s.denied(ctx, e, err)
	}
	return s.guard.book.disclose(ctx, s.entry(e))
}

func (s *Session) permitted(ctx context.Context, action Action, stream uuid.UUID) error {
	may := s.May(action)
	if may && stream != uuid.Nil {
		sub, err := s.subject(ctx, stream)
		if err == nil && (!sub.reads || !sub.person) {
			err = notFound()
		}
		if err != nil {
			return err
		}
		may = sub.may(action, record.Normal)
	}
	if may {
		return nil
	}
	switch action {
	case ToManagePeers:
		return forbidden("With the role "+s.principal.RoleName+" you cannot say which systems records are exchanged with.", "Ask the manager or the administrator.")
	case ToRatify:
		return forbidden("With the role "+s.principal.RoleName+" you cannot ask another provider for a record.", "Ask the manager of the home.")
	}
	return forbidden("With the role "+s.principal.RoleName+" you cannot decide what is sent to another provider.", "Ask the manager of the home.")
}

// Match finds who of this provider somebody may be, by what is said of them elsewhere. Nothing is decided: what differs is a question to a person. Whom it finds sees in the
// log that it was looked at.
func (s *Session) Match(ctx context.Context, card record.PersonCard, e Entry) ([]Candidate, error) {
	if err := s.permitted(ctx, ToExport, uuid.Nil); err != nil {
		return nil, s.denied(ctx, e, err)
	}
	found, err := s.candidates(ctx, Segment{Card: card})
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if c.Stream != uuid.Nil {
			e.Stream = c.Stream
			s.note(ctx, e)
		}
	}
	return found, nil
}

// Compare tells what somebody here and somebody elsewhere are said to be alike and differently.
func (s *Session) Compare(ctx context.Context, stream uuid.UUID, card record.PersonCard) (Candidate, error) {
	entry := Entry{Action: "person", Stream: stream}
	sub, err := s.subject(ctx, stream)
	if err == nil && (!sub.reads || !sub.person) {
		err = notFound()
	}
	if err != nil {
		return Candidate{}, s.denied(ctx, entry, err)
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return Candidate{}, err
	}
	people, _, err := s.guard.config.Register.People(ctx, Selection{UID: stream, All: true, At: head, Day: s.guard.today(), Scope: sub.scope, Limit: 1})
	if err != nil {
		return Candidate{}, err
	}
	if len(people) == 0 {
		return Candidate{}, s.denied(ctx, entry, notFound())
	}
	s.note(ctx, entry)
	return CompareCards(card, people[0]), nil
}

// CompareCards tells what somebody elsewhere and somebody here, whom the reader has found, are said to be alike and differently.
func CompareCards(card record.PersonCard, here Person) Candidate {
	c := compare(card, here.Card)
	c.Stream, c.Card = here.UID, here.Card
	return c
}

// EndStay says that this provider's homes look after somebody until a day: in every placement that has no earlier end. From the day behind it planned care stops, and who may
// still read the record is whoever may read those of people who have left. The same again changes nothing. It gives how many were ended.
func (s *Session) EndStay(ctx context.Context, id, stream uuid.UUID, day, why string) (ended int, err error) {
	class, err := s.guard.classOf(standard.ClassRolePlacement)
	if err != nil {
		return 0, err
	}
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return 0, s.denied(ctx, Entry{Action: "commit", Stream: stream}, err)
	}
	config := s.guard.config
	head, _, err := config.Log.Head(ctx)
	if err != nil {
		return 0, err
	}
	placements, _, err := config.Log.Versions(ctx, record.Query{Stream: stream, Classes: []string{class.ID}, At: head, Scope: sub.scope})
	if err != nil {
		return 0, err
	}
	proposal := &record.Proposal{Stream: stream, Description: why}
	for _, v := range placements {
		content, err := v.Decoded(config.Catalogue)
		if err != nil {
			return 0, err
		}
		at := record.IndexOf(content, v.Recorded, config.Zone).Placement
		if at == nil || v.Status == record.EnteredInError || at.Until != "" && at.Until <= day || at.From > day {
			continue
		}
		set(content, class.ByRole(standard.RolePlacedUntil), standard.Date(day))
		proposal.Changes = append(proposal.Changes, record.ProposedChange{
			Path: "/lastDay", Type: record.Modify, Record: v.Record, Expected: v.Number, Content: content.AppendJSON(nil), Description: why,
		})
	}
	if len(proposal.Changes) == 0 {
		return 0, nil
	}
	proposal.ID = uuid.NewSHA1(id, []byte("stay until "+day))
	_, err = s.commit(ctx, ToRecord, []*record.Proposal{proposal})
	return len(proposal.Changes), err
}

// set puts a value of an element of the class itself into a content, in place of what stood there.
func set(content *standard.Content, e *standard.Element, v standard.Value) {
	for i := range content.Entries {
		if content.Entries[i].Element == e {
			content.Entries[i].Values = []standard.Value{v}
			return
		}
	}
	content.Entries = append(content.Entries, standard.Entry{Element: e, Values: []standard.Value{v}})
}

// Exchanged keeps in the log of who saw what, on the disk, what this system did on what another one sent, or another one on what this one sent, while nobody was sitting before it.
func (g *Guard) Exchanged(ctx context.Context, e Entry) error {
	e.Purpose = Administration
	if e.Outcome == "" {
		e.Outcome = Done
	}
	return g.book.disclose(ctx, e)
}

// Entries calls fn for every contribution to the entries of the directory that the person's record refers to, and that they refer to in their turn: for whoever takes it over.
func (r *Reading) Entries(ctx context.Context, uids []uuid.UUID, fn func(*record.Sealed) error) error {
	entries := &referred{guard: r.guard, upTo: r.moment}
	for _, uid := range uids {
		entries.add(uid)
	}
	return entries.send(ctx, []uuid.UUID{r.stream}, fn)
}
