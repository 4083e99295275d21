package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Joining says that two records are about one person.
type Joining struct {
	A, B        uuid.UUID
	Why         string // how it is known
	Differences string // what the two say differently and why that does not matter; needed where NHS number or date of birth differ
}

// Link joins two records that are about one person: both say so, in one transaction. Nothing moves; views show the union from then on. It can be ended.
func (s *Session) Link(ctx context.Context, j Joining) ([]record.Receipt, error) {
	entry := Entry{Action: "link", Stream: j.A}
	cards, err := s.linkable(ctx, &entry, j.A, j.B)
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	if err := standard.Refuse("The two records were not joined. Nothing was changed.", joiningProblems(j, cards)); err != nil {
		return nil, err
	}
	class, err := s.guard.classOf(standard.ClassRoleSamePerson)
	if err != nil {
		return nil, err
	}
	stands, err := s.joins(ctx, class, j.A, j.B)
	if err != nil {
		return nil, err
	}
	if stands != nil {
		return nil, &standard.Fault{Kind: standard.Conflict, Message: "These two records are joined already.", Hint: "Look at the person’s page."}
	}
	say := func(stream, other uuid.UUID) (*record.Proposal, error) {
		content, err := composed(class, map[string]any{
			standard.RoleSamePerson: other, standard.RoleReason: j.Why, standard.RoleDifferences: j.Differences,
			standard.RolePerformer: s.principal.Worker, standard.RoleValidFrom: s.guard.today(),
		})
		return &record.Proposal{Stream: stream, Description: j.Why, Changes: []record.ProposedChange{
			{Path: "/changes/0", Type: record.Create, Class: class.ID, Content: content},
		}}, err
	}
	inA, err := say(j.A, j.B)
	if err != nil {
		return nil, err
	}
	inB, err := say(j.B, j.A)
	if err != nil {
		return nil, err
	}
	return s.commitBoth(ctx, entry, inA, inB)
}

// commitBoth commits what two records of one person are to say, and logs it for both.
func (s *Session) commitBoth(ctx context.Context, entry Entry, a, b *record.Proposal) ([]record.Receipt, error) {
	receipts, err := s.commit(ctx, ToLink, []*record.Proposal{a, b})
	if err != nil {
		return nil, err
	}
	for _, p := range []*record.Proposal{a, b} {
		entry.Stream = p.Stream
		s.note(ctx, entry)
	}
	return receipts, nil
}

// linkable checks that both people may be read and joined, and gives their cards.
func (s *Session) linkable(ctx context.Context, entry *Entry, uids ...uuid.UUID) ([]record.PersonCard, error) {
	var cards []record.PersonCard
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	for _, uid := range uids {
		entry.Stream = uid
		sub, err := s.subject(ctx, uid)
		if err != nil {
			return nil, err
		}
		if !sub.person || !sub.reads {
			return nil, notFound()
		}
		if !sub.may(ToLink, record.Normal) {
			return nil, forbidden("With the role "+s.principal.RoleName+" you cannot join two records.", "Ask the manager of the home.")
		}
		people, _, err := s.guard.config.Register.People(ctx, Selection{UID: uid, At: head, Day: s.guard.today(), Scope: sub.scope, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(people) == 0 {
			return nil, notFound()
		}
		cards = append(cards, people[0].Card)
	}
	return cards, nil
}

func joiningProblems(j Joining, cards []record.PersonCard) (found []standard.Problem) {
	fault := func(path, rule, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	if j.A == j.B {
		fault("/other", "same-record", "A record cannot be joined with itself.")
	}
	if strings.TrimSpace(j.Why) == "" {
		fault("/why", "must-occur", "Say how you know that they are one person.")
	}
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	var what []string
	if differ(bare(cards[0].NHSNumber), bare(cards[1].NHSNumber)) {
		what = append(what, "NHS numbers")
	}
	if differ(cards[0].Born, cards[1].Born) {
		what = append(what, "dates of birth")
	}
	if len(what) > 0 && strings.TrimSpace(j.Differences) == "" {
		fault("/differences", "differs", "The "+strings.Join(what, " and the ")+" differ. Say why they are one person nevertheless, and which is right.")
	}
	return found
}

func bare(number string) string { return strings.ReplaceAll(number, " ", "") }

// Unlink ends the joining of two records, in both, in one transaction: from then on each stands alone again.
func (s *Session) Unlink(ctx context.Context, a, b uuid.UUID, why string) ([]record.Receipt, error) {
	entry := Entry{Action: "unlink", Stream: a}
	if _, err := s.linkable(ctx, &entry, a, b); err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	if strings.TrimSpace(why) == "" {
		return nil, standard.Refuse("The two records stay joined. Nothing was changed.", []standard.Problem{{
			Path: "/why", Rule: "must-occur", Message: "Say how you know that they are two people.",
		}})
	}
	class, err := s.guard.classOf(standard.ClassRoleSamePerson)
	if err != nil {
		return nil, err
	}
	var both []*record.Proposal
	for _, pair := range [][2]uuid.UUID{{a, b}, {b, a}} {
		stands, err := s.joins(ctx, class, pair[0], pair[1])
		if err != nil {
			return nil, err
		}
		if stands == nil {
			return nil, &standard.Fault{Kind: standard.Conflict, Message: "These two records are not joined."}
		}
		content, err := stands.Decoded(s.guard.config.Catalogue)
		if err != nil {
			return nil, err
		}
		content.Entries = append(content.Entries, standard.Entry{Element: class.ByRole(standard.RoleValidUntil), Values: []standard.Value{standard.Date(s.guard.today())}})
		both = append(both, &record.Proposal{Stream: pair[0], Description: why, Changes: []record.ProposedChange{
			{Path: "/changes/0", Type: record.Modify, Record: stands.Record, Expected: stands.Number, Content: content.AppendJSON(nil)},
		}})
	}
	return s.commitBoth(ctx, entry, both[0], both[1])
}

// joins finds the record in one stream that joins it with another now; nil when none does.
func (s *Session) joins(ctx context.Context, class *standard.Class, stream, other uuid.UUID) (*record.Version, error) {
	config := s.guard.config
	head, _, err := config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	versions, _, err := config.Log.Versions(ctx, record.Query{Stream: stream, Classes: []string{class.ID}, At: head, Scope: record.Scope{Everything: true}})
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		content, err := v.Decoded(config.Catalogue)
		if err != nil {
			return nil, err
		}
		if ix := record.IndexOf(content, v.Recorded, config.Zone); ix.SamePerson != nil && !ix.SamePerson.Ended && ix.SamePerson.Other == other {
			return v, nil
		}
	}
	return nil, nil
}

// classOf finds the one class of a role that the program writes itself.
func (g *Guard) classOf(role string) (*standard.Class, error) {
	classes := g.config.Catalogue.ClassesWithRole(role)
	if len(classes) == 0 {
		return nil, &standard.Fault{Kind: standard.Unavailable, Message: "This cannot be done here: the class files have no class for it.", Hint: "Tell whoever looks after Rosemary.",
			Err: fmt.Errorf("no class of the role %s", role)}
	}
	return classes[0], nil
}

// composed writes content of a class from values by role, each of an element of the class itself. Empty values are left out.
func composed(class *standard.Class, values map[string]any) ([]byte, error) {
	b := []byte{'{'}
	for _, e := range class.Elements {
		var value []byte
		switch v := values[e.Role].(type) {
		case string:
			if v != "" {
				value, _ = jsontext.AppendQuote(nil, v)
			}
		case uuid.UUID:
			if v != uuid.Nil {
				value = fmt.Appendf(nil, `{"ref":%q}`, v)
			}
		case jsontext.Value:
			value = v
		}
		if value == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(b, '"'), e.ID...)
		b = append(append(b, '"', ':'), value...)
	}
	if bytes.Equal(b, []byte{'{'}) {
		return nil, fmt.Errorf("class %s has none of the roles", class.ID)
	}
	return append(b, '}'), nil
}

// reserved refuses what has an action of its own, and what only those who may destroy may write: a legal hold.
func (g *gate) reserved(ctx context.Context, p *record.Prepared) error {
	for _, v := range p.Versions {
		class, ok := g.session.guard.config.Catalogue.Class(v.Class)
		if !ok {
			continue
		}
		if class.Reserved() && !(g.action == ToLink && class.HasRole(standard.ClassRoleSamePerson)) {
			return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
				Path: "/changes", Rule: "own-action", Value: class.ID,
				Message: class.Name + " is not written like other records: it has an action of its own, on the person’s page.",
			}})
		}
		if !class.HasRole(standard.ClassRoleLegalHold) {
			continue
		}
		allowed := g.session.May(ToDestroy)
		if allowed && p.Opens == "" {
			sub, err := g.subject(ctx, p.Stream)
			if err != nil {
				return err
			}
			allowed = sub.may(ToDestroy, record.Normal)
		}
		if !allowed {
			return forbidden("With the role "+g.session.principal.RoleName+" you cannot say that a record is under a legal hold.", "Ask the manager of the home.")
		}
	}
	return nil
}

// Refiling says that a record belongs to somebody else.
type Refiling struct {
	From     uuid.UUID // the person in whose record it stands
	Record   uuid.UUID
	Expected int       // its current version, as it was seen
	To       uuid.UUID // the person whom it is about
	Why      string
}

// Refiled is what became of it.
type Refiled struct {
	Receipts []record.Receipt // in the one record, where it is entered in error now, and in the other
	Record   uuid.UUID        // the new record
	LeftOut  []string         // names of elements that pointed at records of the first person, and what else could not come along
}

// Refile puts a record right that was written about the wrong person: it is entered in error there, and recorded anew where it belongs, with its origin; both
// or neither. It needs the right to write in both. What the record said of the first person's other records is left out. What a program said beside it comes along where it says nothing of the first person.
func (s *Session) Refile(ctx context.Context, r Refiling) (Refiled, error) {
	entry := Entry{Action: "refile", Stream: r.From, Record: r.Record}
	var done Refiled
	if strings.TrimSpace(r.Why) == "" || r.From == r.To {
		return done, standard.Refuse("The record stays where it is. Nothing was changed.", []standard.Problem{refilingProblem(r)})
	}
	v, err := s.standing(ctx, r.From, r.Record, r.Expected)
	if err != nil {
		return done, s.denied(ctx, entry, err)
	}
	content, err := v.Decoded(s.guard.config.Catalogue)
	if err != nil {
		return done, err
	}
	if content.Class == nil || content.Class.HasRole(standard.ClassRolePerson) || v.Destroyed != uuid.Nil {
		return done, &standard.Fault{Kind: standard.Invalid, Message: "This record cannot be moved: it says who the person is, or cannot be read any more."}
	}
	if done.LeftOut, err = s.readdress(ctx, content, r); err != nil {
		return done, err
	}
	rec := uuid.Must(uuid.NewV7())
	again := record.ProposedChange{
		Path: "/changes/0", Type: record.Create, Record: rec, Class: v.Class, Status: v.Status, Sensitivity: v.Sensitivity.String(),
		InformationProvider: v.InformationProvider, Recorded: v.Recorded, Content: content.AppendJSON(nil),
		Description: "Recorded anew from the record of somebody else, where it was entered in error: " + v.VersionID.String() + ". " + r.Why,
	}
	if len(done.LeftOut) > 0 {
		again.Status = record.Incomplete
	}
	beside, left, err := s.besideRefiled(ctx, v, rec, r)
	if err != nil {
		return done, err
	}
	if again.Beside = beside; left {
		done.LeftOut = append(done.LeftOut, saidBeside)
	}
	if info, err := s.guard.config.Log.Stream(ctx, v.Author); err == nil && info.Kind == standard.DirectoryStream {
		again.Author = v.Author
	}
	if err := s.takeFiles(ctx, content, r); err != nil {
		return done, s.denied(ctx, entry, err)
	}
	done.Record = rec
	done.Receipts, err = s.commit(ctx, ToRecord, []*record.Proposal{
		{Stream: r.From, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.MarkError, Record: r.Record, Expected: r.Expected, Description: r.Why}}},
		{Stream: r.To, Changes: []record.ProposedChange{again}},
	})
	if err != nil {
		return Refiled{}, err
	}
	s.note(ctx, entry)
	s.note(ctx, Entry{Action: "refile", Stream: r.To, Record: rec})
	return done, nil
}

// takeFiles keeps the files that a content names for whom it is about, too: before the commit that names them there.
func (s *Session) takeFiles(ctx context.Context, content *standard.Content, r Refiling) error {
	for _, named := range record.AttachmentsOf(&content.Group) {
		file, err := s.guard.config.Attachments.Open(ctx, r.From, named.Hash)
		if err != nil {
			return err
		}
		_, err = s.attach(ctx, r.To, file, Said{MediaType: named.MediaType, Hash: &named.Hash, Size: named.Size})
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// standing finds a version that may be read and still stands.
func (s *Session) standing(ctx context.Context, stream, rec uuid.UUID, number int) (*record.Version, error) {
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return nil, err
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	if visible, err := sub.visible(ctx, rec, head); err != nil || !visible {
		return nil, errors.Join(err, notFound())
	}
	versions, _, err := s.guard.config.Log.Versions(ctx, record.Query{Stream: stream, Record: rec, At: head, Errors: true, Limit: 1, Scope: sub.scope})
	switch {
	case err != nil:
		return nil, err
	case len(versions) == 0:
		return nil, notFound()
	case versions[0].Number != number:
		return nil, record.ErrConflict(versions)
	}
	return versions[0], nil
}

func refilingProblem(r Refiling) standard.Problem {
	if r.From == r.To {
		return standard.Problem{Path: "/to", Rule: "same-record", Message: "Choose whom the record is about: it is in this person’s record already."}
	}
	return standard.Problem{Path: "/why", Rule: "must-occur", Message: "Say how you know whom the record is about."}
}

// readdress takes out of a content what points at the first person's record, and tells what that was.
func (s *Session) readdress(ctx context.Context, content *standard.Content, r Refiling) (leftOut []string, err error) {
	foreign := map[uuid.UUID]bool{}
	for _, ref := range content.References() {
		info, err := s.guard.config.Log.Stream(ctx, ref.UID)
		if err != nil && standard.KindOf(err) != standard.NotFound {
			return nil, err
		}
		foreign[ref.UID] = err != nil || info.Kind != standard.DirectoryStream
	}
	var strip func(g *standard.Group)
	strip = func(g *standard.Group) {
		var kept []standard.Entry
		for _, e := range g.Entries {
			var values []standard.Value
			for _, v := range e.Values {
				ref, is := v.(standard.Reference)
				switch {
				case is && e.Element.Role == standard.RoleSubject:
					v = standard.Reference{UID: r.To}
				case is && foreign[ref.UID]:
					leftOut = append(leftOut, e.Element.Name)
					continue
				}
				if inner, is := v.(*standard.Group); is {
					strip(inner)
				}
				values = append(values, v)
			}
			if len(values) > 0 {
				kept = append(kept, standard.Entry{Element: e.Element, Values: values})
			}
		}
		g.Entries = kept
	}
	strip(&content.Group)
	for _, raw := range content.Unknown {
		leftOut = append(leftOut, raw.Name)
	}
	return leftOut, nil
}
