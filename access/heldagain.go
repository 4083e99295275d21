package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// again answers a client that sends what it has sent before under the same id, where that waits or has waited: with what became of it. Answered is false for what is new.
// It comes before anything is judged: the record may have moved on since, and what was taken in was judged when it came.
func (s *Session) again(ctx context.Context, proposals []*record.Proposal) (receipts []record.Receipt, answered bool, err error) {
	if s.cut == nil || len(proposals) == 0 || proposals[0].ID == uuid.Nil {
		return nil, false, nil
	}
	config := s.guard.config
	before, err := config.Holdings.HeldBefore(ctx, proposals[0].ID)
	if standard.KindOf(err) == standard.NotFound {
		return nil, false, nil
	}
	switch {
	case err != nil:
		return nil, true, err
	case before.Client != s.cut.Client || before.Digest != digestOf(proposals):
		return nil, true, record.ErrReused()
	case !before.Decided:
		return nil, true, waits(proposals[0].ID)
	case !before.Ratified:
		return nil, true, &standard.Fault{Kind: Declined, Message: "A person here has looked at this and did not take it into the record. Nothing was changed.", Hint: "Ask them before you send it in another way."}
	}
	for _, p := range proposals {
		c, err := config.Log.Contribution(ctx, p.ID)
		if err == nil && c.Destroyed != uuid.Nil {
			err = record.ErrDestroyed()
		}
		if err != nil {
			return nil, true, err
		}
		receipt := c.Receipt()
		receipt.Repeated = true
		receipts = append(receipts, receipt)
	}
	return receipts, true, nil
}

// MadeOn gives the number of the version on which a contribution that the session has sent before, under this id, changed a record, and 0 where it did not change that:
// whoever sends it again means that version, whatever stands there now. Sent is false where there is no such contribution. First is the first contribution that
// was sent with it. It tells nothing that the session has not said itself.
func (s *Session) MadeOn(ctx context.Context, first, contribution, rec uuid.UUID) (number int, sent bool, err error) {
	var before HeldBefore
	if s.cut != nil {
		before, err = s.guard.config.Holdings.HeldBefore(ctx, first)
		if err != nil && standard.KindOf(err) != standard.NotFound {
			return 0, false, err
		}
		for _, v := range before.Versions {
			if v.Record == rec && before.Client == s.cut.Client {
				return v.Number - 1, true, nil
			}
		}
	}
	c, err := s.guard.config.Log.Contribution(ctx, contribution)
	if standard.KindOf(err) == standard.NotFound {
		return 0, false, nil
	}
	if err != nil || c.Committer.Account != s.principal.Account && (s.cut == nil || before.Client != s.cut.Client) { // what was ratified was committed by a person
		return 0, false, err
	}
	for _, ch := range c.Changes {
		if ch.Version.Record == rec && ch.Type.MakesVersion() {
			return ch.Version.Number - 1, true, nil
		}
	}
	return 0, true, nil
}
