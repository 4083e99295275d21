package access

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Kind tells whether a stream that may be read is a person's or an entry of the directory. It shows nothing and is logged only when it is refused.
func (v *View) Kind(ctx context.Context, stream uuid.UUID) (standard.Stream, error) {
	sub, err := v.readable(ctx, Entry{Action: "stream", Stream: stream})
	if err != nil {
		return "", err
	}
	return sub.info.Kind, nil
}

// Contributions lists the contributions to a stream behind a moment, up to the moment of the view, the oldest first: who committed what, each
// without what it did to records that the reader may not see, and without those of which nothing would be left. More reports that others follow.
func (v *View) Contributions(ctx context.Context, stream uuid.UUID, after record.Moment, limit int) (list []*record.Contribution, more bool, err error) {
	all, more, err := v.CommittedTo(ctx, stream, after, limit)
	for _, c := range all {
		list = append(list, &c.Contribution)
	}
	return list, more, err
}

// CommittedTo is Contributions with the versions that each has made, as far as the reader may see them.
func (v *View) CommittedTo(ctx context.Context, stream uuid.UUID, after record.Moment, limit int) (list []*record.Sealed, more bool, err error) {
	entry := Entry{Action: "contributions", Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return nil, false, err
	}
	limit = bounded(limit, 100, 1000)
	more, err = v.eachContribution(ctx, sub, after, func(c *record.Sealed) (bool, error) {
		if len(list) == limit {
			return false, nil
		}
		list = append(list, c)
		return true, nil
	})
	entry.Count = len(list)
	if err == nil {
		v.note(ctx, entry)
	}
	return list, more, err
}

// eachContribution calls fn with the contributions to a stream behind a moment, up to the moment of the view, each as far as the reader may see it, until fn reports that it
// wants no more. Broken reports that it did, and so that there are others.
func (v *View) eachContribution(ctx context.Context, sub *subject, after record.Moment, fn func(*record.Sealed) (bool, error)) (broken bool, err error) {
	enough := errors.New("enough")
	err = v.session.guard.config.Log.Contributions(ctx, sub.info.UID, after, v.moment, func(sealed *record.Sealed) error {
		shown, err := v.session.part(ctx, sub, sealed)
		if standard.KindOf(err) == standard.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		more, err := fn(shown)
		if err == nil && !more {
			err = enough
		}
		return err
	})
	if broken = errors.Is(err, enough); broken {
		err = nil
	}
	return broken, err
}
