package access

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// VerifySegments proves, for everything that other systems have sent and that is kept, that each contribution follows the one in front of it and each version is what its
// hash says. It gives how many segments there are. The error names the first broken place.
func (g *Guard) VerifySegments(ctx context.Context) (int, error) {
	if g.config.Segments == nil {
		return 0, nil
	}
	all, err := g.config.Segments.List(ctx, "")
	if err != nil {
		return 0, err
	}
	for _, segment := range all {
		if segment.State == SegmentRefused {
			continue
		}
		streams, err := g.config.Segments.Streams(ctx, segment.ID)
		if err != nil {
			return 0, err
		}
		for _, info := range streams {
			if err := g.verifySegment(ctx, segment, info); err != nil {
				return 0, err
			}
		}
	}
	return len(all), nil
}

func (g *Guard) verifySegment(ctx context.Context, segment Segment, info record.StreamInfo) error {
	var last record.StreamInfo
	broken := func(what string) error {
		return &standard.Fault{
			Kind: standard.Broken, Message: fmt.Sprintf("What %s has sent is broken behind contribution %d of stream %s: %s.", segment.System, last.Sequence, info.UID, what),
			Hint: "Keep the data folder as it is, and compare it with the last backup.",
		}
	}
	err := g.config.Segments.Contributions(ctx, segment.ID, info.UID, func(c *record.Sealed) error {
		if c.Stream != info.UID || c.Sequence != last.Sequence+1 || c.Previous != last.Hash {
			return broken("the next one does not follow")
		}
		made := c.Versions
		for i := range c.Changes {
			ch := &c.Changes[i]
			if !ch.Brings(made) {
				continue
			}
			if len(made) == 0 || made[0].VersionID != ch.Version || made[0].Destroyed == uuid.Nil && made[0].Hash != ch.Hash {
				return broken("version " + ch.Version.String() + " was altered or is missing")
			}
			made = made[1:]
		}
		if len(made) > 0 {
			return broken("a version is there that no change log names")
		}
		last.Sequence, last.Hash = c.Sequence, c.Hash
		return nil
	})
	if err == nil && (last.Sequence != info.Sequence || last.Hash != info.Hash) {
		err = broken("its end is missing")
	}
	return err
}
