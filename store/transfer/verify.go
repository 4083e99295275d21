package transfer

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// Verify holds what finds and counts the contributions of others against those contributions, whose own chain access proves, and the keys of a segment against what was signed with them. The error
// is a Broken fault that names the first segment that differs.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.noStrays(ctx); err != nil {
		return err
	}
	segments, err := s.List(ctx, "")
	if err != nil {
		return err
	}
	for _, segment := range segments {
		if err := s.verify(ctx, segment); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) verify(ctx context.Context, segment access.Segment) error {
	differs := func(what string) error {
		return &standard.Fault{
			Kind: standard.Broken, Message: fmt.Sprintf("What %s has sent of %s is not kept as it came: %s.", segment.System, segment.Stream, what),
			Hint: "Keep the data folder as it is, and compare it with the last backup.",
		}
	}
	switch segment.State {
	case access.SegmentWaiting, access.SegmentRatified:
	case access.SegmentRefused:
		return nil // nothing of it is kept but that it was refused
	default:
		return differs("it is " + string(segment.State) + ", which nothing can be")
	}
	if err := proven(segment); err != nil {
		return differs(err.Error())
	}
	streams, err := s.Streams(ctx, segment.ID)
	if err != nil {
		return err
	}
	var versions int64
	own := record.StreamInfo{}
	for _, info := range streams {
		n, what, err := s.verifyStream(ctx, segment.ID, info)
		if err != nil {
			return err
		}
		if what != "" {
			return differs(what)
		}
		if info.UID == segment.Stream {
			versions, own = n, info
		}
	}
	files, err := s.Files(ctx, segment.ID)
	if err != nil {
		return err
	}
	var nhs string
	if err := s.db.QueryRow(ctx, `SELECT nhs FROM segment WHERE id = $1`, segment.ID[:]).Scan(&nhs); err != nil {
		return fmt.Errorf("the number of a segment: %w", err)
	}
	switch { // a package that was broken off may have noted more files already
	case own.Sequence == 0:
		return differs("nothing of the person is in it")
	case segment.Contributions != own.Sequence || segment.Versions != versions || segment.Entries != int64(len(streams)-1) || segment.Files > int64(len(files)):
		return differs("there is more of it, or less, than was counted")
	case nhs != digits(segment.Card.NHSNumber):
		return differs("it is filed under another NHS number")
	}
	return nil
}

// proven checks that what vouches for a segment was signed with the keys that stand beside it, and those are the sender's.
func proven(segment access.Segment) error {
	if len(segment.Proof.Keys) == 0 && segment.Proof.Checkpoint == "" {
		return nil // it came without
	}
	if !segment.Proof.Given() {
		return errors.New("its keys or what they signed are missing")
	}
	if _, err := record.OpenNote(segment.Proof.Checkpoint, segment.Proof.Keys...); err != nil {
		return fmt.Errorf("what vouches for it is not signed with its keys (%w)", err)
	}
	for _, key := range segment.Proof.Keys {
		if record.SystemOf(key) != segment.System {
			return errors.New("its keys are those of another system")
		}
	}
	return nil
}

// foundAs is a row of what finds a version.
type foundAs struct {
	class                    string
	sequence, until, ordinal int64
	status                   string
	sensitivity              int64
	committed                int64
	hash                     record.Hash
}

// verifyStream holds what finds the versions of a stream against its contributions, and says what differs; it counts the versions.
func (s *Store) verifyStream(ctx context.Context, id uuid.UUID, info record.StreamInfo) (n int64, what string, err error) {
	kept, err := s.foundIn(ctx, id, info)
	if err != nil {
		return 0, "", err
	}
	made := map[record.VersionID]*foundAs{}
	standing := map[string][]*foundAs{} // by class and record
	opens := ""
	err = s.Contributions(ctx, id, info.UID, func(c *record.Sealed) error {
		for _, ch := range c.Changes {
			if c.Sequence == 1 && ch.Version.Record == info.UID && opens == "" {
				opens = ch.Class
			}
		}
		for i, v := range c.Versions {
			key := v.Class + " " + v.Record.String()
			if v.Number > 1 {
				for _, before := range standing[key] {
					before.until = c.Sequence
				}
				standing[key] = nil
			}
			one := &foundAs{v.Class, c.Sequence, 0, int64(i), string(v.Status), int64(v.Sensitivity), int64(record.InstantOf(c.Committed)), v.Hash}
			made[v.VersionID], standing[key] = one, append(standing[key], one)
		}
		return nil
	})
	if err != nil {
		return 0, "", err
	}
	if opens != info.Class {
		return 0, fmt.Sprintf("the stream %s was opened by %s, not by %s", info.UID, opens, info.Class), nil
	}
	for version, one := range made {
		if kept[version] == nil || *kept[version] != *one {
			return 0, fmt.Sprintf("version %s is not found as what it is", version), nil
		}
	}
	if len(kept) != len(made) {
		return 0, "a version is found in it that it does not hold", nil
	}
	return int64(len(made)), "", nil
}

func (s *Store) foundIn(ctx context.Context, id uuid.UUID, info record.StreamInfo) (map[record.VersionID]*foundAs, error) {
	rows, err := s.db.Query(ctx, `SELECT record, number, system, class, sequence, until, ordinal, status, sensitivity, committed, hash FROM segment_version
		WHERE segment = $1 AND stream = $2 AND sequence <= $3`, id[:], info.UID[:], info.Sequence)
	if err != nil {
		return nil, fmt.Errorf("versions of a segment: %w", err)
	}
	defer func() { _ = rows.Close() }()
	kept := map[record.VersionID]*foundAs{}
	for rows.Next() {
		var v record.VersionID
		var f foundAs
		var hash []byte
		if err := rows.Scan(&v.Record, &v.Number, &v.System, &f.class, &f.sequence, &f.until, &f.ordinal, &f.status, &f.sensitivity, &f.committed, &hash); err != nil {
			return nil, fmt.Errorf("versions of a segment: %w", err)
		}
		if f.until > info.Sequence { // by what is just arriving
			f.until = 0
		}
		copy(f.hash[:], hash)
		kept[v] = &f
	}
	return kept, rows.Err()
}

// noStrays refuses the end of a stream that belongs to nothing that came.
func (s *Store) noStrays(ctx context.Context) error {
	var n int64
	if err := s.db.QueryRow(ctx, `SELECT count(*) FROM segment_stream x WHERE NOT EXISTS (SELECT 1 FROM segment s WHERE s.id = x.segment)`).Scan(&n); err != nil {
		return fmt.Errorf("what other systems have sent: %w", err)
	}
	if n > 0 {
		return &standard.Fault{
			Kind: standard.Broken, Message: "Of what another system has sent, the end of a stream is kept, and what it belongs to is not.",
			Hint: "Keep the data folder as it is, and compare it with the last backup.",
		}
	}
	return nil
}
