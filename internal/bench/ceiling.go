package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"rosemary/store/sqlite"
)

// ServeCeiling is the bare handler: POST reads the body and answers as many bytes as ?size says, GET answers them. It stops with the context.
func ServeCeiling(ctx context.Context, listener net.Listener) error {
	filler := make([]byte, 1<<20)
	for i := range filler {
		filler[i] = 'x'
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(r.URL.Query().Get("size"))
		if err != nil || size < 0 || size > len(filler) {
			http.Error(w, "size", http.StatusBadRequest)
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(size))
		_, _ = w.Write(filler[:size])
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// sqliteBatch is how many rows the bare SQLite loop puts into one transaction.
const sqliteBatch = 16

// bareSQLite stores rows of a size in one table, in durable transactions of sqliteBatch rows, and says how many a second.
func bareSQLite(ctx context.Context, dir string, size int, d time.Duration) (float64, error) {
	db, err := sqlite.Open(ctx, filepath.Join(dir, "ceiling.db"), sqlite.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	make := func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)`)
		return err
	}
	if err := db.Write(ctx, make); err != nil {
		return 0, err
	}
	body := fmt.Sprintf("%*d", size, 0)
	rows := 0
	begin := time.Now()
	for time.Since(begin) < d {
		err := db.Write(ctx, func(tx *sqlite.Tx) error {
			for range sqliteBatch {
				if _, err := tx.Exec(`INSERT INTO bare (body) VALUES ($1)`, body); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		rows += sqliteBatch
	}
	return float64(rows) / time.Since(begin).Seconds(), nil
}

// flush measures how long the disk takes to make a small append durable: median and 99th percentile.
func flush(dir string, times int) (Load, error) {
	file, err := os.Create(filepath.Join(dir, "flush"))
	if err != nil {
		return Load{}, err
	}
	defer func() { _ = file.Close() }()
	block := make([]byte, 4096)
	took := make([]time.Duration, times)
	begin := time.Now()
	for i := range took {
		one := time.Now()
		if _, err := file.Write(block); err != nil {
			return Load{}, err
		}
		if err := file.Sync(); err != nil {
			return Load{}, err
		}
		took[i] = time.Since(one)
	}
	return summary(took, time.Since(begin)), nil
}
