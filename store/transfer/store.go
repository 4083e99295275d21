// Package transfer keeps what other systems have sent of a person in the embedded database: their contributions byte for byte, as segments outside the log.
//
// It implements access.Segments. It proves nothing and decides nothing: access checks what arrives before it is added, and what becomes of it. A package arrives in
// bounded transactions behind the end of what is whole, where nobody looks, until its last transaction moves that end.
package transfer

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS // go:embed needs a variable of the package; nothing writes to it

// Store keeps segments.
type Store struct {
	db  *sqlite.DB
	now func() time.Time

	arriving sync.Map // ids of segments of which a package is arriving
}

var _ access.Segments = (*Store)(nil)

// Open brings the tables up to date.
func Open(ctx context.Context, db *sqlite.DB, now func() time.Time) (*Store, error) {
	if err := db.Migrate(ctx, "transfer", migrations); err != nil {
		return nil, err
	}
	return &Store{db: db, now: now}, nil
}

// stateArriving is a segment of which nothing is whole yet.
const stateArriving = "arriving"

const segmentColumns = `id, stream, system, provider, keys, checkpoint, state, received, card, contributions, versions, entries, files, decided_by, decided_why`

func scanSegment(row interface{ Scan(...any) error }) (access.Segment, error) {
	var s access.Segment
	var state, keys, card, by, why string
	var received int64
	err := row.Scan(&s.ID, &s.Stream, &s.System, &s.Provider, &keys, &s.Proof.Checkpoint, &state, &received, &card, &s.Contributions, &s.Versions, &s.Entries, &s.Files, &by, &why)
	if err != nil {
		return s, err
	}
	if keys != "" {
		s.Proof.Keys = strings.Split(keys, "\n")
	}
	if s.State, s.Received = access.SegmentState(state), time.UnixMicro(received).UTC(); s.State == access.SegmentRefused {
		s.RefusedBy, s.RefusedWhy = by, why
	}
	return s, json.Unmarshal([]byte(card), &s.Card)
}

// segments runs a query of segments.
func (s *Store) segments(ctx context.Context, where string, args ...any) ([]access.Segment, error) {
	rows, err := s.db.Query(ctx, `SELECT `+segmentColumns+` FROM segment WHERE state <> '`+stateArriving+`' AND `+where+` ORDER BY received DESC, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("segments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []access.Segment
	for rows.Next() {
		segment, err := scanSegment(rows)
		if err != nil {
			return nil, fmt.Errorf("segments: %w", err)
		}
		list = append(list, segment)
	}
	return list, rows.Err()
}

// List gives segments. See access.Segments.
func (s *Store) List(ctx context.Context, state access.SegmentState) ([]access.Segment, error) {
	return s.segments(ctx, `($1 = '' OR state = $1)`, string(state))
}

// About gives the waiting segments about a person. See access.Segments.
func (s *Store) About(ctx context.Context, stream uuid.UUID, nhs string) ([]access.Segment, error) {
	return s.segments(ctx, `state = 'waiting' AND (stream = $1 OR nhs = $2 AND nhs <> '')`, stream[:], nhs)
}

// Segment gives one. See access.Segments.
func (s *Store) Segment(ctx context.Context, id uuid.UUID) (access.Segment, error) {
	found, err := s.segments(ctx, `id = $1`, id[:])
	if err == nil && len(found) == 0 {
		err = &standard.Fault{Kind: standard.NotFound, Message: "There is no such package."}
	}
	if err != nil {
		return access.Segment{}, err
	}
	return found[0], nil
}

// Streams gives how far the streams of a segment are whole. See access.Segments.
func (s *Store) Streams(ctx context.Context, id uuid.UUID) ([]record.StreamInfo, error) {
	rows, err := s.db.Query(ctx, `SELECT st.stream, st.class, st.sequence, st.hash FROM segment_stream st JOIN segment g ON g.id = st.segment WHERE g.id = $1 AND st.sequence > 0
		ORDER BY st.stream = g.stream DESC, st.stream`, id[:])
	if err != nil {
		return nil, fmt.Errorf("streams of a segment: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []record.StreamInfo
	for rows.Next() {
		var info record.StreamInfo
		var hash []byte
		if err := rows.Scan(&info.UID, &info.Class, &info.Sequence, &hash); err != nil {
			return nil, fmt.Errorf("streams of a segment: %w", err)
		}
		copy(info.Hash[:], hash)
		list = append(list, info)
	}
	return list, rows.Err()
}

// Files lists attachments. See access.Segments.
func (s *Store) Files(ctx context.Context, id uuid.UUID) ([]access.SegmentFile, error) {
	rows, err := s.db.Query(ctx, `SELECT segment, stream, hash FROM segment_file WHERE $2 OR segment = $1`, id[:], id == uuid.Nil)
	if err != nil {
		return nil, fmt.Errorf("files of a segment: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []access.SegmentFile
	for rows.Next() {
		var f access.SegmentFile
		var hash []byte
		if err := rows.Scan(&f.Segment, &f.Stream, &hash); err != nil {
			return nil, fmt.Errorf("files of a segment: %w", err)
		}
		copy(f.File[:], hash)
		list = append(list, f)
	}
	return list, rows.Err()
}

// Decide keeps a decision. See access.Segments.
func (s *Store) Decide(ctx context.Context, id uuid.UUID, state access.SegmentState, by, why string) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE segment SET state = $2, decided_by = $3, decided_why = $4 WHERE id = $1`, id[:], string(state), by, why)
		if err != nil || n == 0 {
			return errors.Join(err, missing(n))
		}
		if state != access.SegmentRefused {
			return nil
		}
		return drop(tx, id, true)
	})
}

func missing(n int64) error {
	if n > 0 {
		return nil
	}
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no such package."}
}

// drop removes what a segment holds; of one that was refused it stays known how far it went.
func drop(tx *sqlite.Tx, id uuid.UUID, files bool) error {
	tables := []string{"segment_contribution", "segment_version"}
	if files {
		tables = append(tables, "segment_file")
	}
	for _, table := range tables {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE segment = $1`, id[:]); err != nil {
			return fmt.Errorf("dropping a segment: %w", err)
		}
	}
	return nil
}

// Forget lets go of versions that were lawfully destroyed, or of all that is kept of a stream. See access.Forgetter.
func (s *Store) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if len(versions) == 0 {
			return forgetStream(tx, stream)
		}
		for _, v := range versions {
			if err := forgetVersion(tx, stream, v); err != nil {
				return err
			}
		}
		return nil
	})
}

func forgetStream(tx *sqlite.Tx, stream uuid.UUID) error {
	for _, text := range []string{
		`DELETE FROM exchange_case WHERE person = $1`,
		`DELETE FROM segment_contribution WHERE segment IN (SELECT id FROM segment WHERE stream = $1)`,
		`DELETE FROM segment_version WHERE segment IN (SELECT id FROM segment WHERE stream = $1)`,
		`DELETE FROM segment_file WHERE segment IN (SELECT id FROM segment WHERE stream = $1)`,
		`DELETE FROM segment_stream WHERE segment IN (SELECT id FROM segment WHERE stream = $1)`,
		`DELETE FROM segment WHERE stream = $1`,
	} {
		if _, err := tx.Exec(text, stream[:]); err != nil {
			return fmt.Errorf("forgetting what was sent: %w", err)
		}
	}
	return nil
}

// forgetVersion puts in a version's place what stands in that of a destroyed one: which it was, and its hash.
func forgetVersion(tx *sqlite.Tx, stream uuid.UUID, gone record.DestroyedVersion) error {
	var segment, class string
	var sequence int64
	err := tx.QueryRow(`SELECT hex(segment), class, sequence FROM segment_version WHERE stream = $1 AND record = $2 AND number = $3 AND system = $4 LIMIT 1`,
		stream[:], gone.Version.Record[:], gone.Version.Number, gone.Version.System).Scan(&segment, &class, &sequence)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("forgetting a version: %w", err)
	}
	id, err := uuid.Parse(segment)
	if err != nil {
		return fmt.Errorf("forgetting a version: %w", err)
	}
	row, err := rowAt(tx.QueryRow(`SELECT `+contributionColumns+` FROM segment_contribution WHERE segment = $1 AND stream = $2 AND sequence = $3`, id[:], stream[:], sequence))
	if err != nil {
		return err
	}
	sealed, err := row.sealed()
	if err != nil {
		return err
	}
	for i, v := range sealed.Versions {
		if v.VersionID == gone.Version {
			sealed.Versions[i] = v.Tombstone(v.Destroyed)
			if v.Destroyed == uuid.Nil {
				sealed.Versions[i] = v.Tombstone(forgottenBy())
			}
		}
	}
	salts, bodies := packed(sealed.Versions)
	_, err = tx.Exec(`UPDATE segment_contribution SET salts = $4, bodies = $5 WHERE segment = $1 AND stream = $2 AND sequence = $3`, id[:], stream[:], sequence, salts, string(bodies))
	return err
}
