package access

import (
	"context"

	"rosemary/store/sqlite"
)

// EndAll ends every signed-in session and revokes every token: behind a restored backup, one that was ended since would be good again. Unless the accounts
// stay open, it closes those that stand open too, for one that was closed since, or whose password was changed, is as it was then; each is opened again one
// by one, or by a new password. It says how many it closed.
func (s *Store) EndAll(ctx context.Context, stayOpen bool) (closed int, err error) {
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`DELETE FROM cookie_session`); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM token`); err != nil {
			return err
		}
		for _, table := range []string{"client_paper", "client_heard"} {
			if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		if !stayOpen {
			n, err := tx.Exec(`UPDATE account SET disabled = $1 WHERE disabled = 0`, closedByRestore)
			if err != nil {
				return err
			}
			closed = int(n)
		}
		return s.changed(tx)
	})
	return closed, err
}
