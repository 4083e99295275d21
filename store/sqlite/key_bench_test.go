package sqlite_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/store/sqlite"
)

// BenchmarkAtRest writes rows of 1 KB from sixteen callers, without and with encryption.
func BenchmarkAtRest(b *testing.B) {
	for name, key := range map[string][]byte{"plain": nil, "encrypted": newKey()} {
		b.Run(name, func(b *testing.B) {
			db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "notes.db"), sqlite.Options{Key: key})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			table(b, db)
			words := strings.Repeat("x", 1024)
			b.SetParallelism(8)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
						_, err := tx.Exec(`INSERT INTO note (words) VALUES ($1)`, words)
						return err
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
