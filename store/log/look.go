package log

import (
	"fmt"

	"rosemary/record"
	"rosemary/store/sqlite"
)

// Look reads, in a question of its own, up to which moment a snapshot reaches.
func Look(ask sqlite.Ask) (end record.Moment, err error) {
	if err = ask(`SELECT coalesce(max(moment), 0) FROM contribution`, (*int64)(&end)); err != nil {
		return 0, fmt.Errorf("end of the log: %w", err)
	}
	return end, nil
}
