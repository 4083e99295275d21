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
	entry := Entry{Action: "contributions", Stream: stream}
	sub, err := v.readable(ctx, entry)
	if err != nil {
		return nil, false, err
	}
	limit = bounded(limit, 100, 1000)
	enough := errors.New("enough")
	err = v.session.guard.config.Log.Contributions(ctx, stream, after, v.moment, func(sealed *record.Sealed) error {
		shown, err := v.session.part(ctx, sub, sealed)
		switch {
		case standard.KindOf(err) == standard.NotFound:
			return nil
		case err != nil:
			return err
		case len(list) == limit:
			return enough
		}
		list = append(list, &shown.Contribution)
		return nil
	})
	if more = errors.Is(err, enough); err != nil && !more {
		return nil, false, err
	}
	entry.Count = len(list)
	v.note(ctx, entry)
	return list, more, nil
}
