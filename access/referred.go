package access

import (
	"context"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// referred are the entries of the directory that a record which goes out refers to: who wrote in it, and what its contents point at.
type referred struct {
	guard *Guard
	upTo  record.Moment
	queue []uuid.UUID
	seen  map[uuid.UUID]bool
}

// note looks at one contribution on its way out.
func (r *referred) note(c *record.Sealed, wanted bool) error {
	if !wanted {
		return nil
	}
	r.add(c.Committer.Actor)
	for _, v := range c.Versions {
		r.add(v.Author)
		content, err := v.Decoded(r.guard.config.Catalogue)
		if err != nil {
			return err
		}
		for _, ref := range content.References() {
			r.add(ref.UID)
		}
	}
	return nil
}

func (r *referred) add(uid uuid.UUID) {
	if r.seen == nil {
		r.seen = map[uuid.UUID]bool{uuid.Nil: true}
	}
	if !r.seen[uid] {
		r.seen[uid] = true
		r.queue = append(r.queue, uid)
	}
}

// send sends out those that are entries of the directory, and those that they refer to in their turn. What has gone out already does not go twice.
func (r *referred) send(ctx context.Context, gone []uuid.UUID, each func(*record.Sealed) error) error {
	sent := map[uuid.UUID]bool{}
	for _, uid := range gone {
		sent[uid] = true
	}
	for ; len(r.queue) > 0; r.queue = r.queue[1:] {
		next := r.queue[0]
		if sent[next] {
			continue
		}
		sent[next] = true
		info, err := r.guard.config.Log.Stream(ctx, next)
		if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Gone {
			continue // a record of the person; or an entry that was destroyed
		}
		if err != nil {
			return err
		}
		if info.Kind != standard.DirectoryStream {
			continue
		}
		err = r.guard.config.Log.Contributions(ctx, next, 0, r.upTo, func(c *record.Sealed) error {
			if err := r.note(c, true); err != nil {
				return err
			}
			return each(c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
