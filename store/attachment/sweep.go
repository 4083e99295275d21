package attachment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// What was sent and never named by a record is looked at again after SweepAfter, and goes at the earliest sweepNotice later. In between it cannot be named without
// being sent again, so that no commit can be on its way that names what goes.
const (
	SweepAfter  = 30 * 24 * time.Hour
	sweepNotice = 20 * time.Hour // less than the day between two sweeps
)

// DefaultQuota is how many bytes the files may have that one account has sent and no record names yet.
const DefaultQuota = 2 << 30

// looseFile is one file that was not known to be named by a record when it was last looked at.
type looseFile struct {
	stream       uuid.UUID
	hash         record.Hash
	since, going int64
}

// room refuses a file of somebody who has sent much that no record names: whoever may write could fill the disk with it.
func (s *Store) room(ctx context.Context, account string, size int64) error {
	loose, err := s.looseBytes(ctx, account)
	if err != nil || loose+size <= s.Quota {
		return err
	}
	if err := s.settle(ctx); err != nil { // much of it may be named by now
		return err
	}
	if loose, err = s.looseBytes(ctx, account); err != nil || loose+size <= s.Quota {
		return err
	}
	return &standard.Fault{
		Kind: standard.TooLarge, Message: fmt.Sprintf("The file was not kept: you have sent %s of files that no record names yet. Nothing was changed.", megabytes(loose)),
		Hint: "Save what you have begun, and then send it again.",
	}
}

func (s *Store) looseBytes(ctx context.Context, account string) (bytes int64, err error) {
	err = s.db.QueryRow(ctx, `SELECT coalesce(sum(a.size), 0) FROM attachment a CROSS JOIN attachment_sent s ON s.stream = a.stream AND s.hash = a.hash
		WHERE a.loose > 0 AND s.account = $1`, account).Scan(&bytes)
	if err != nil {
		return 0, fmt.Errorf("files that no record names: %w", err)
	}
	return bytes, nil
}

// settle looks which of the loose files a record names by now.
func (s *Store) settle(ctx context.Context) error {
	loose, err := s.loose(ctx)
	if err != nil {
		return err
	}
	for _, f := range loose {
		if named, err := s.Named(ctx, f.stream, f.hash); err != nil {
			return err
		} else if named {
			if err := s.mark(ctx, f, 0, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep takes away what somebody has sent, no record names and nobody wants (a draft may name it). What goes was announced by an earlier sweep.
func (s *Store) Sweep(ctx context.Context, wanted func(ctx context.Context, stream uuid.UUID, file record.Hash) (bool, error)) (gone int, err error) {
	if err := s.settle(ctx); err != nil {
		return 0, err
	}
	loose, err := s.loose(ctx)
	if err != nil {
		return 0, err
	}
	now := s.Now()
	for _, f := range loose {
		if time.UnixMicro(f.since).Add(SweepAfter).After(now) {
			continue
		}
		wants, err := wanted(ctx, f.stream, f.hash)
		switch {
		case err != nil:
			return gone, err
		case wants:
			err = s.mark(ctx, f, f.since, 0)
		case f.going == 0:
			err = s.mark(ctx, f, f.since, now.UnixMicro())
		case !time.UnixMicro(f.going).Add(sweepNotice).After(now):
			var went bool
			if went, err = s.sweep(ctx, f); went {
				gone++
			}
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// sweep takes one file away, unless it was sent again since it was looked at.
func (s *Store) sweep(ctx context.Context, f looseFile) (bool, error) {
	s.placing.Lock()
	defer s.placing.Unlock()
	var going int64
	err := s.db.QueryRow(ctx, `SELECT going FROM attachment WHERE stream = $1 AND hash = $2`, f.stream[:], f.hash[:]).Scan(&going)
	if err != nil || going != f.going {
		return false, err
	}
	if named, err := s.Named(ctx, f.stream, f.hash); err != nil || named {
		return false, err
	}
	return true, s.Remove(ctx, f.stream, f.hash)
}

// mark keeps what is known of a loose file; one that was sent again meanwhile is left alone.
func (s *Store) mark(ctx context.Context, f looseFile, since, going int64) error {
	if since == f.since && going == f.going {
		return nil
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE attachment SET loose = $4, going = $5 WHERE stream = $1 AND hash = $2 AND loose = $3`, f.stream[:], f.hash[:], f.since, since, going)
		return err
	})
}

// loose lists what is not known to be named by a record, the longest waiting first.
func (s *Store) loose(ctx context.Context) (list []looseFile, err error) {
	rows, err := s.db.Query(ctx, `SELECT stream, hash, loose, going FROM attachment WHERE loose > 0 ORDER BY loose`)
	if err != nil {
		return nil, fmt.Errorf("files that no record names: %w", err)
	}
	for rows.Next() {
		var f looseFile
		var hash []byte
		if err := rows.Scan(&f.stream, &hash, &f.since, &f.going); err != nil {
			return nil, errors.Join(fmt.Errorf("files that no record names: %w", err), rows.Close())
		}
		copy(f.hash[:], hash)
		list = append(list, f)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("files that no record names: %w", err)
	}
	return list, nil
}
