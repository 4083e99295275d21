package access

import (
	"context"

	"rosemary/store/sqlite"
)

// EndAll ends every signed-in session and revokes every token: behind a restored backup, one that was ended since would be good again.
func (s *Store) EndAll(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM cookie_session`); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM token`); err != nil {
			return err
		}
		return changed(tx)
	})
}
