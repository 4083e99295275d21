package record

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// MaxChanges is how many changes one contribution may hold.
const MaxChanges = 1000

// Recorder turns proposals into contributions by the rules of the log.
type Recorder struct {
	Catalogue *standard.Catalogue
	Log       Log
	System    string           // identifier of this installation
	Now       func() time.Time // the clock
	Zone      *time.Location   // where dates without an offset are read
	// Attachments are the files kept beside records; nil: none are, and no record can name one.
	Attachments Attachments
	// Adds works out what is kept beside what is proposed, in the same contribution; nil: nothing is. Who sent the proposal did not send it, so it is no part of the digest:
	// the same sent again is the same, whatever would be worked out now.
	Adds func(ctx context.Context, p *Prepared) ([]ProposedChange, error)
}

// Commit validates the proposals and appends them in one transaction, all or none. A proposal that was sent before under the same id gets
// its first receipt again. All faults of all proposals are reported at once.
func (r *Recorder) Commit(ctx context.Context, by Committer, proposals ...*Proposal) ([]Receipt, error) {
	receipts := make([]Receipt, len(proposals))
	var batch []*Prepared
	var problems []standard.Problem
	var place []int
	for i, p := range proposals {
		digest := p.Digest()
		if p.ID != uuid.Nil {
			receipt, err := r.earlier(ctx, p, digest, by)
			if err != nil {
				return nil, err
			}
			if receipt != nil {
				receipts[i] = *receipt
				continue
			}
		}
		prepared, faults, err := r.prepare(ctx, by, p, digest)
		if err != nil {
			return nil, err
		}
		problems = append(problems, faults...)
		batch, place = append(batch, prepared), append(place, i)
	}
	if err := standard.Refuse("This could not be saved. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if len(batch) == 0 {
		return receipts, nil
	}
	done, err := r.Log.Append(ctx, batch)
	if err != nil {
		return nil, err
	}
	for i, receipt := range done {
		receipts[place[i]] = receipt
	}
	return receipts, nil
}

// earlier finds the first answer to a contribution id that is known already.
func (r *Recorder) earlier(ctx context.Context, p *Proposal, digest Hash, by Committer) (*Receipt, error) {
	known, err := r.Log.Contribution(ctx, p.ID)
	if standard.KindOf(err) == standard.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if known.Destroyed != uuid.Nil {
		return nil, ErrDestroyed()
	}
	if !known.SameSending(digest, by) {
		return nil, ErrReused()
	}
	receipt := known.Receipt()
	receipt.Repeated = true
	return &receipt, nil
}

// ErrReused refuses a contribution id that was used for something else, without saying for what.
func ErrReused() error {
	return &standard.Fault{
		Kind: standard.Reused, Message: "This contribution id has been used before for something else. Nothing was changed.",
		Hint: "Send it again with a new id, or without one.",
	}
}

// prepare checks all that can be checked outside the lock of the log, and encodes.
func (r *Recorder) prepare(ctx context.Context, by Committer, p *Proposal, digest Hash) (*Prepared, []standard.Problem, error) {
	out := &Prepared{Opens: p.Opens, Contribution: Contribution{ID: p.ID, Stream: p.Stream, System: r.System, Committer: by, Digest: digest}}
	if out.ID == uuid.Nil {
		out.ID, out.Minted = uuid.Must(uuid.NewV7()), true
	}
	var faults []standard.Problem
	if n := len(p.Changes); n == 0 || n > MaxChanges {
		faults = append(faults, standard.Problem{
			Path: "/changes", Rule: "change-count", Value: strconv.Itoa(n),
			Message: fmt.Sprintf("A contribution holds between 1 and %d changes.", MaxChanges),
		})
	}
	faults = append(faults, plainWords("/description", "The reason", p.Description, longestReason)...)
	draft := &drafting{recorder: r, by: by, proposal: p, out: out, made: map[uuid.UUID]*standard.Class{}, seen: map[uuid.UUID]bool{}}
	if p.Opens == "" {
		info, err := r.Log.Stream(ctx, p.Stream)
		if err != nil {
			return nil, nil, err
		}
		if p.Kind != "" && p.Kind != info.Kind {
			return nil, nil, &standard.Fault{Kind: standard.NotFound, Message: "There is no such record."}
		}
		draft.kind = info.Kind
	} else {
		draft.kind = p.Opens
	}
	for i := range p.Changes {
		found, err := draft.change(ctx, &p.Changes[i])
		if err != nil {
			return nil, nil, err
		}
		faults = append(faults, found...)
	}
	if len(faults) == 0 && r.Adds != nil {
		if err := draft.add(ctx); err != nil {
			return nil, nil, err
		}
	}
	found, err := draft.references(ctx)
	if err != nil {
		return nil, nil, err
	}
	faults = append(faults, found...)
	if found, err = draft.attachments(ctx); err != nil {
		return nil, nil, err
	}
	faults = append(faults, found...)
	return out, append(faults, draft.opening()...), nil
}
