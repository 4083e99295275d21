package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Bounds of drafts; nobody's work comes near them.
const (
	MaxDraft  = 2 << 20 // bytes of one draft
	MaxDrafts = 500     // of one account
	// MaxDraftBytes is how much the drafts of one account may hold together.
	MaxDraftBytes = 64 << 20
)

// DraftKey names one draft: what one account has begun to write about one person, or entry of the directory, by one form.
type DraftKey struct {
	Account string
	Stream  uuid.UUID // zero: somebody or something that is to be entered anew
	Form    string    // the class or the form that is being filled in
	Record  uuid.UUID // the record that it changes or will make; zero where that is not said
}

// Draft is what somebody has typed and not saved yet. It is no part of the record: only its owner reads it, no export holds it, and it does not
// expire by itself.
type Draft struct {
	DraftKey
	Contribution uuid.UUID // the id under which it will be committed; a draft that was committed is none any more
	Revision     int       // from 1; every keeping adds one
	Body         []byte    // what was typed, as the door that keeps it understands it
	Begun, Kept  time.Time
}

// Drafts is what access needs of a store of drafts. A write has reached the disk when the method returns. Kinds: Busy, Unavailable.
type Drafts interface {
	// Keep keeps a draft in place of the revision that is expected, 0 for a new one. Another revision than expected is a Conflict whose Detail is the
	// Draft that stands there, unless it holds the same body: then that draft is the answer. A draft that is not there is begun anew. TooLarge when the
	// account has most drafts already, or they would hold more than so many bytes together; one may always shrink.
	Keep(ctx context.Context, d Draft, expected, most, mostBytes int) (Draft, error)
	// Find gives one draft. NotFound when there is none.
	Find(ctx context.Context, key DraftKey) (Draft, error)
	// List gives the drafts of an account, about one stream or all (the zero stream), without their bodies; what was kept last comes first.
	List(ctx context.Context, account string, stream uuid.UUID) ([]Draft, error)
	// Count tells how many drafts an account has.
	Count(ctx context.Context, account string) (int, error)
	// Discard forgets a draft; one that is not there is none.
	Discard(ctx context.Context, key DraftKey) error
	// Forget forgets all drafts about a stream that is destroyed, or those about some of its records: of what was destroyed, they may hold the words.
	Forget(ctx context.Context, stream uuid.UUID, records ...uuid.UUID) error
}

// KeepDraft keeps what the actor has typed and not saved, in place of the revision that it was made on (0 for a new draft). Conflict with the other
// Draft as its Detail when the draft was changed elsewhere meanwhile; Gone when what it holds has been committed.
func (s *Session) KeepDraft(ctx context.Context, d Draft, expected int) (Draft, error) {
	d.Account = s.principal.Account
	entry := Entry{Action: "keep-draft", Stream: d.Stream, Record: d.Record}
	if len(d.Body) > MaxDraft || len(d.Form) > 200 {
		return Draft{}, &standard.Fault{Kind: standard.TooLarge, Message: "This is too much to be kept as a draft.", Hint: "Save it, or write it as two records."}
	}
	if err := s.mayDraft(ctx, d.DraftKey, true); err != nil {
		return Draft{}, s.denied(ctx, entry, err)
	}
	d.Kept = s.guard.config.Now()
	d.Begun = d.Kept
	kept, err := s.guard.config.Drafts.Keep(ctx, d, expected, MaxDrafts, MaxDraftBytes)
	if err != nil || kept.Revision > 1 && expected == kept.Revision-1 {
		return kept, err
	}
	// It was begun just now. It may be a late sending of what was committed meanwhile: the commit looked for a draft to discard before there was one.
	committed, err := s.committedDraft(ctx, kept)
	if err == nil && committed {
		return Draft{}, &standard.Fault{Kind: standard.Gone, Message: "This has been saved in the record already.", Hint: "Open the record to see it."}
	}
	return kept, err
}

// committedDraft reports whether a draft was committed, and then discards it.
func (s *Session) committedDraft(ctx context.Context, d Draft) (bool, error) {
	if d.Contribution == uuid.Nil {
		return false, nil
	}
	_, err := s.guard.config.Log.Contribution(ctx, d.Contribution)
	if standard.KindOf(err) == standard.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.guard.config.Drafts.Discard(ctx, d.DraftKey)
}

// Draft gives one of the actor's drafts. NotFound when there is none, or when it is about somebody or something that the actor may not see any more: then it
// is kept, and comes back with the right to see it.
func (s *Session) Draft(ctx context.Context, key DraftKey) (Draft, error) {
	key.Account = s.principal.Account
	entry := Entry{Action: "draft", Stream: key.Stream, Record: key.Record}
	if err := s.mayDraft(ctx, key, false); err != nil {
		return Draft{}, s.denied(ctx, entry, err)
	}
	d, err := s.guard.config.Drafts.Find(ctx, key)
	if err != nil {
		return Draft{}, err
	}
	committed, err := s.committedDraft(ctx, d)
	if err != nil {
		return Draft{}, err
	}
	if committed {
		return Draft{}, &standard.Fault{Kind: standard.NotFound, Message: "This has been saved in the record already.", Hint: "Open the record to see it."}
	}
	entry.Count = 1
	s.note(ctx, entry)
	return d, nil
}

// Drafts lists the actor's drafts, about one stream or all (the zero stream), without their bodies; what was kept last comes first. Hidden tells how many others
// are kept that are about somebody or something that the actor may not see any more.
func (s *Session) Drafts(ctx context.Context, stream uuid.UUID) (list []Draft, hidden int, err error) {
	all, err := s.guard.config.Drafts.List(ctx, s.principal.Account, stream)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range all {
		err := s.mayDraft(ctx, d.DraftKey, false)
		switch kind := standard.KindOf(err); {
		case kind == standard.NotFound || kind == standard.Forbidden:
			hidden++
			continue
		case err != nil:
			return nil, 0, err
		}
		committed, err := s.committedDraft(ctx, d)
		if err != nil {
			return nil, 0, err
		}
		if !committed {
			list = append(list, d)
			s.note(ctx, Entry{Action: "drafts", Stream: d.Stream, Count: 1})
		}
	}
	return list, hidden, nil
}

// DraftCount tells how many drafts the actor has, those too that are not shown now. It shows no content and is not logged.
func (s *Session) DraftCount(ctx context.Context) (int, error) {
	return s.guard.config.Drafts.Count(ctx, s.principal.Account)
}

// DiscardDraft forgets one of the actor's own drafts: because it was committed, or because its owner wants it gone.
func (s *Session) DiscardDraft(ctx context.Context, key DraftKey) error {
	key.Account = s.principal.Account
	return s.guard.config.Drafts.Discard(ctx, key)
}

// mayDraft decides whether the actor may keep a draft, or see it. A change of a record that is hidden from the actor is hidden too.
func (s *Session) mayDraft(ctx context.Context, key DraftKey, keep bool) error {
	if key.Stream == uuid.Nil {
		if s.May(ToRegister) || s.May(ToEditDirectory) {
			return nil
		}
		return forbidden("With the role "+s.principal.RoleName+" you cannot enter anybody or anything anew.", "Ask a senior carer, a nurse or the manager.")
	}
	sub, err := s.subject(ctx, key.Stream)
	if err != nil {
		return err
	}
	if writes := sub.may(ToRecord, record.Normal); !writes && !sub.reads {
		return notFound()
	} else if keep && !writes {
		return forbidden("With the role "+s.principal.RoleName+" you can read this record, but not write in it.", "Ask somebody who cares for this person today, or the manager.")
	}
	if key.Record == uuid.Nil {
		return nil
	}
	log := s.guard.config.Log
	targets, err := log.Targets(ctx, key.Stream, []uuid.UUID{key.Record})
	if err != nil {
		return err
	}
	if _, there := targets[key.Record]; !there {
		return nil // the record is still to be made
	}
	head, _, err := log.Head(ctx)
	if err != nil {
		return err
	}
	visible, err := sub.visible(ctx, key.Record, head)
	if err != nil {
		return err
	}
	if !visible {
		return notFound()
	}
	return nil
}
