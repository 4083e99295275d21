package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Disclosed reports whether the entry tells that what was recorded was given to somebody outside. This is the one list of the actions that do: an
// action that is added here is found from then on by whoever asks who was given a record.
func (e *Entry) Disclosed() bool {
	switch e.Action {
	case "export", extractAction, packAction, transferAction, bulkAction, announceAction:
		return e.Outcome == Done
	}
	return false
}

// ByWord is the action of a disclosure that somebody noted in the change log of the record itself: they told somebody what it says.
const ByWord = "told"

// Disclosure is one time at which a record was given to somebody.
type Disclosure struct {
	ID      int64 // of the entry in the log of who saw what; zero when it was by word
	At      time.Time
	Account string // "" when it was the operator, by a command on the computer itself
	Worker  uuid.UUID
	Role    Role
	Purpose Purpose
	Action  string // as in the log of who saw what, or by word
	To, Why string // as whoever gave it said; "" when they did not
	Number  int    // of the latest version that was in it
	Wrong   bool   // that version was corrected, or marked as entered in error, since: whoever was given it must be told
}

// Disclosures are all to whom a record was given.
type Disclosures struct {
	Class     string
	Latest    int          // number of its latest version
	Corrected int          // number of the last version that corrects it or marks it as entered in error; 0: it never was
	Some      bool         // it was given to somebody, and not by word alone
	MustTell  bool         // some of them were given what has been corrected since
	Known     bool         // the reader may know who they are: with it List is whole, else it holds what was by word
	List      []Disclosure // the latest first
}

// DisclosuresOf tells to whom a record was given since one of its versions was committed (0: since the first), in a copy that held that version or a later one.
// Whoever may read the record but not the log of who looked at the person learns only that there were some: they must tell the manager when they correct it.
func (s *Session) DisclosuresOf(ctx context.Context, stream, rec uuid.UUID, number int) (*Disclosures, error) {
	entry := Entry{Action: "disclosures", Stream: stream, Record: rec}
	sub, versions, err := s.given(ctx, stream, rec, number)
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	last := versions[len(versions)-1]
	entry.Class = last.Class
	out := &Disclosures{Class: last.Class, Latest: last.Number, Known: sub.may(ToReadAccessLog, record.Normal)}
	if err := s.corrections(ctx, out, versions, number); err != nil {
		return nil, err
	}
	var taken []Disclosure
	err = s.guard.config.Trail.Disclosures(ctx, stream, func(b Batch) error {
		entries, err := b.Entries()
		if err != nil {
			return damagedTrail(err)
		}
		for _, e := range entries {
			if !e.Disclosed() || e.Stream != stream && e.Stream != uuid.Nil {
				continue
			}
			if went, err := s.guard.wentAlong(e, versions); err != nil {
				return err
			} else if !went {
				continue
			}
			if held := heldAt(versions, e.Moment); held > 0 && held >= number {
				taken = append(taken, Disclosure{
					ID: e.ID, At: e.At, Account: e.Account, Worker: e.Worker, Role: e.Role, Purpose: e.Purpose, Action: e.Action, To: e.To, Why: e.Why,
					Number: held, Wrong: held < out.Corrected,
				})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Some = len(taken) > 0
	out.MustTell = slices.ContainsFunc(taken, func(d Disclosure) bool { return d.Wrong })
	if out.Known {
		out.List = append(out.List, taken...)
	}
	slices.SortStableFunc(out.List, func(a, b Disclosure) int { return b.At.Compare(a.At) })
	entry.Count = len(out.List)
	s.note(ctx, entry)
	return out, nil
}

// given finds the record with its versions that the reader may read, the version that is asked for among them.
func (s *Session) given(ctx context.Context, stream, rec uuid.UUID, number int) (*subject, []*record.Version, error) {
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return nil, nil, err
	}
	log := s.guard.config.Log
	head, _, err := log.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	visible, err := sub.visible(ctx, rec, head)
	if err != nil {
		return nil, nil, err
	}
	if !visible {
		return nil, nil, notFound()
	}
	versions, _, err := log.Versions(ctx, record.Query{
		Stream: stream, Record: rec, At: head, Which: record.All, Errors: true, Order: record.NumberAsc, Scope: sub.scope,
	})
	if err != nil {
		return nil, nil, err
	}
	asked := func(v *record.Version) bool { return number <= 0 || v.Number == number }
	if !slices.ContainsFunc(versions, asked) {
		return nil, nil, notFound()
	}
	return sub, versions, nil
}

// corrections reads from the change log which version corrects the record last, and who was told by word.
func (s *Session) corrections(ctx context.Context, out *Disclosures, versions []*record.Version, number int) error {
	first := versions[0]
	contributions, err := s.guard.config.Log.Changes(ctx, record.Forever-1, record.One{Stream: first.Stream, Record: first.Record})
	if err != nil {
		return err
	}
	shown := map[record.VersionID]bool{}
	for _, v := range versions {
		shown[v.VersionID] = true
	}
	for _, c := range contributions {
		for _, ch := range c.Changes {
			switch {
			case ch.Version.Record != first.Record || !shown[ch.Version]:
			case ch.Type == record.Correct || ch.Type == record.MarkError:
				out.Corrected = max(out.Corrected, ch.Version.Number)
			case ch.Type == record.Disclose && ch.Version.Number >= number:
				out.List = append(out.List, Disclosure{
					At: c.Committed, Account: c.Committer.Account, Worker: c.Committer.Actor, Role: Role(c.Committer.Role), Action: ByWord,
					Why: ch.Description, Number: ch.Version.Number,
				})
			}
		}
	}
	for i := range out.List {
		out.List[i].Wrong = out.List[i].Number < out.Corrected
	}
	return nil
}

// heldAt is the number of the latest version that was there at a moment; 0 when there was none.
func heldAt(versions []*record.Version, at record.Moment) (number int) {
	for _, v := range versions {
		if v.From <= at {
			number = max(number, v.Number)
		}
	}
	return number
}

// wentAlong reports whether a disclosure of a stream had the record in it, as it stood then. A whole record has everything in it; a pack for hospital has not.
func (g *Guard) wentAlong(e Entry, versions []*record.Version) (bool, error) {
	if e.Action == announceAction {
		return e.Record == versions[0].Record, nil
	}
	if e.Action != packAction {
		return true, nil
	}
	for _, v := range versions {
		if v.CurrentAt(e.Moment) {
			return g.packs(v)
		}
	}
	return false, nil
}

// Tell notes in the change log of a record that somebody was told what one of its versions says: above all, whoever was given what it corrects. The same id
// sent again gets the first answer again.
func (s *Session) Tell(ctx context.Context, id, stream, rec uuid.UUID, number int, words string) (record.Receipt, error) {
	if words = strings.TrimSpace(words); words == "" {
		return record.Receipt{}, standard.Refuse("Nothing was saved.", []standard.Problem{{
			Path: "/description", Rule: "must-occur", Message: "Say who was told, and how.",
		}})
	}
	receipts, err := s.commit(ctx, ToRecord, []*record.Proposal{{ID: id, Stream: stream, Changes: []record.ProposedChange{{
		Type: record.Disclose, Record: rec, Expected: number, Description: words,
	}}}})
	if err != nil {
		return record.Receipt{}, err
	}
	return receipts[0], nil
}

// longestAside is how long may be what somebody says about a disclosure.
const longestAside = 300

// asides checks what whoever takes a record out says about it.
func asides(out Export) error {
	var problems []standard.Problem
	for _, a := range []struct{ path, text string }{{"/to", out.To}, {"/why", out.Why}} {
		if utf8.RuneCountInString(a.text) > longestAside || !utf8.ValidString(a.text) || strings.ContainsFunc(a.text, func(r rune) bool { return r < ' ' }) {
			problems = append(problems, standard.Problem{Path: a.path, Rule: "too-long", Message: "Say it in one line of 300 letters or fewer."})
		}
	}
	return standard.Refuse("Nothing was sent out.", problems)
}

// OperatorGives keeps, before the first byte, that the operator takes one person's record out for somebody, by a command on the computer itself.
func (g *Guard) OperatorGives(ctx context.Context, stream uuid.UUID, upTo record.Moment, out Export) error {
	if err := asides(out); err != nil {
		return err
	}
	return g.book.disclose(ctx, Entry{Purpose: Administration, Action: "export", Stream: stream, Moment: upTo, To: out.To, Why: out.Why, Outcome: Done})
}

// OperatorExports keeps in the log of who saw what, before the first byte, that the operator takes records out by a command on the computer itself: those of
// some streams, or everything (none). It is for the program's commands only.
func (g *Guard) OperatorExports(ctx context.Context, streams []uuid.UUID, upTo record.Moment) error {
	if len(streams) == 0 {
		streams = []uuid.UUID{uuid.Nil}
	}
	for _, stream := range streams {
		if err := g.book.disclose(ctx, Entry{Purpose: Administration, Action: "export", Stream: stream, Moment: upTo, Outcome: Done}); err != nil {
			return err
		}
	}
	return nil
}
