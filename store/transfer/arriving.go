package transfer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// arriving is a package on its way in.
type arriving struct {
	store   *Store
	id      uuid.UUID
	refused map[uuid.UUID]int64 // how far the streams went of a segment whose content was refused; nil: it was not
	heads   map[uuid.UUID]record.StreamInfo
	begun   map[uuid.UUID]int64 // how far each was whole before
	ended   bool
}

// Begin begins to take in a package. See access.Segments.
func (s *Store) Begin(ctx context.Context, id uuid.UUID) (access.Arriving, error) {
	if _, busy := s.arriving.LoadOrStore(id, true); busy {
		return nil, &standard.Fault{Kind: standard.Busy, Message: "A package about this person, from this system, is arriving at this moment.", Hint: "Send it again when that one has arrived."}
	}
	a := &arriving{store: s, id: id, heads: map[uuid.UUID]record.StreamInfo{}, begun: map[uuid.UUID]int64{}}
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error { return a.clean(tx) })
	if err == nil {
		err = a.read(ctx)
	}
	if err != nil {
		s.arriving.Delete(id)
		return nil, err
	}
	return a, nil
}

// clean removes what was left behind the end of what is whole.
func (a *arriving) clean(tx *sqlite.Tx) error {
	const behind = ` AND sequence > coalesce((SELECT st.sequence FROM segment_stream st WHERE st.segment = $1 AND st.stream = `
	for _, text := range []string{
		`DELETE FROM segment_contribution WHERE segment = $1` + behind + `segment_contribution.stream), 0)`,
		`DELETE FROM segment_version WHERE segment = $1` + behind + `segment_version.stream), 0)`,
		`UPDATE segment_version SET until = 0 WHERE segment = $1 AND until > coalesce((SELECT st.sequence FROM segment_stream st WHERE st.segment = $1 AND st.stream = segment_version.stream), 0)`,
	} {
		if _, err := tx.Exec(text, a.id[:]); err != nil {
			return fmt.Errorf("a package that was broken off: %w", err)
		}
	}
	var refused bool
	err := tx.QueryRow(`SELECT state = 'refused' FROM segment WHERE id = $1`, a.id[:]).Scan(&refused)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil || !refused {
		return err
	}
	a.refused = map[uuid.UUID]int64{}
	return drop(tx, a.id, false)
}

func (a *arriving) read(ctx context.Context) error {
	streams, err := a.store.Streams(ctx, a.id)
	for _, info := range streams {
		if a.refused != nil {
			a.refused[info.UID] = info.Sequence
			continue
		}
		a.heads[info.UID], a.begun[info.UID] = info, info.Sequence
	}
	return err
}

// Whole is how far a stream is here. See access.Arriving.
func (a *arriving) Whole(_ context.Context, stream uuid.UUID) (record.StreamInfo, error) {
	return a.heads[stream], nil
}

// Hash is that of a contribution that is here. See access.Arriving.
func (a *arriving) Hash(ctx context.Context, stream uuid.UUID, sequence int64) (record.Hash, error) {
	var hash record.Hash
	var b []byte
	err := a.store.db.QueryRow(ctx, `SELECT hash FROM segment_contribution WHERE segment = $1 AND stream = $2 AND sequence = $3`, a.id[:], stream[:], sequence).Scan(&b)
	if err != nil {
		return hash, fmt.Errorf("contribution %d of a segment: %w", sequence, err)
	}
	copy(hash[:], b)
	return hash, nil
}

// Add keeps contributions. See access.Arriving.
func (a *arriving) Add(ctx context.Context, batch []access.Foreigner) error {
	err := a.store.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
		for i := range batch {
			if err := a.add(tx, &batch[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range batch {
		c := &batch[i]
		info := a.heads[c.Stream]
		if c.Sequence == 1 {
			info.Class = c.Opens
		}
		info.UID, info.Sequence, info.Hash = c.Stream, c.Sequence, c.Hash
		a.heads[c.Stream] = info
	}
	return nil
}

func (a *arriving) add(tx *sqlite.Tx, c *access.Foreigner) error {
	salts, bodies := packed(c.Versions)
	at := int64(record.InstantOf(c.Committed))
	_, err := tx.Exec(`INSERT INTO segment_contribution (segment, stream, sequence, moment, committed, hash, header, salts, bodies) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.id[:], c.Stream[:], c.Sequence, int64(c.Moment), at, c.Hash[:], string(c.Header), salts, string(bodies))
	if err != nil {
		return fmt.Errorf("contribution %s: %w", c.ID, err)
	}
	for i, v := range c.Versions {
		if v.Number > 1 {
			_, err := tx.Exec(`UPDATE segment_version SET until = $5 WHERE segment = $1 AND stream = $2 AND class = $3 AND record = $4 AND until = 0`,
				a.id[:], c.Stream[:], v.Class, v.Record[:], c.Sequence)
			if err != nil {
				return fmt.Errorf("version %s: %w", v.VersionID, err)
			}
		}
		n, err := tx.Exec(`INSERT INTO segment_version (segment, stream, class, record, number, system, sequence, until, ordinal, status, sensitivity, happened, committed, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
			a.id[:], c.Stream[:], v.Class, v.Record[:], v.Number, v.System, c.Sequence, i, string(v.Status), int(v.Sensitivity), c.Happened[i], at, v.Hash[:])
		if err != nil {
			return fmt.Errorf("version %s: %w", v.VersionID, err)
		}
		if n == 0 {
			return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("Version %s is there twice. Nothing was taken in.", v.VersionID)}
		}
	}
	return nil
}

// File notes an attachment. See access.Arriving.
func (a *arriving) File(ctx context.Context, stream uuid.UUID, file record.Hash) error {
	return a.store.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO segment_file (segment, stream, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, a.id[:], stream[:], file[:])
		return err
	})
}

// grown reports whether something came that was not there before.
func (a *arriving) grown() bool {
	for stream, info := range a.heads {
		if info.Sequence > max(a.begun[stream], a.refused[stream]) {
			return true
		}
	}
	return false
}

// Finish makes it visible. See access.Arriving.
func (a *arriving) Finish(ctx context.Context, s access.Segment) (access.Segment, error) {
	if !a.grown() {
		return a.store.Segment(ctx, a.id)
	}
	card, err := json.Marshal(s.Card)
	if err != nil {
		return s, fmt.Errorf("segment: %w", err)
	}
	err = a.store.db.Write(ctx, func(tx *sqlite.Tx) error {
		for stream, info := range a.heads {
			_, err := tx.Exec(`INSERT INTO segment_stream (segment, stream, class, sequence, hash) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (segment, stream) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`, a.id[:], stream[:], info.Class, info.Sequence, info.Hash[:])
			if err != nil {
				return fmt.Errorf("streams of a segment: %w", err)
			}
		}
		return a.keep(tx, s, string(card))
	})
	if err != nil {
		return s, err
	}
	a.ended = true
	a.store.arriving.Delete(a.id)
	return a.store.Segment(ctx, a.id)
}

// keep writes what is known of the segment as a whole.
func (a *arriving) keep(tx *sqlite.Tx, s access.Segment, card string) error {
	id, person := a.id[:], s.Stream[:]
	var contributions, versions, entries, files int64
	for _, count := range []struct {
		into *int64
		text string
		args []any
	}{
		{&contributions, `SELECT count(*) FROM segment_contribution WHERE segment = $1 AND stream = $2`, []any{id, person}},
		{&versions, `SELECT count(*) FROM segment_version WHERE segment = $1 AND stream = $2`, []any{id, person}},
		{&entries, `SELECT count(*) FROM segment_stream WHERE segment = $1 AND stream <> $2`, []any{id, person}},
		{&files, `SELECT count(*) FROM segment_file WHERE segment = $1`, []any{id}},
	} {
		if err := tx.QueryRow(count.text, count.args...).Scan(count.into); err != nil {
			return fmt.Errorf("counting a segment: %w", err)
		}
	}
	_, err := tx.Exec(`INSERT INTO segment (`+segmentColumns+`, nhs) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, $11, $12, '', '', $13)
		ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, keys = excluded.keys, checkpoint = excluded.checkpoint, state = 'waiting', received = excluded.received, card = excluded.card,
			contributions = excluded.contributions, versions = excluded.versions, entries = excluded.entries, files = excluded.files, decided_by = '', decided_why = '', nhs = excluded.nhs`,
		id, person, s.System, s.Provider, strings.Join(s.Proof.Keys, "\n"), s.Proof.Checkpoint, a.store.now().UnixMicro(), card, contributions, versions, entries, files, digits(s.Card.NHSNumber))
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// End lets go. See access.Arriving.
func (a *arriving) End(ctx context.Context) error {
	if a.ended {
		return nil
	}
	a.ended = true
	defer a.store.arriving.Delete(a.id)
	return a.store.db.Write(ctx, func(tx *sqlite.Tx) error { return a.clean(tx) })
}
