package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// SQL rewrites $1, $2 ... to ?1, ?2 ...: SQLite numbers $ by first appearance.
func SQL(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	b := []byte(text)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '$' && b[i+1] >= '0' && b[i+1] <= '9' {
			b[i] = '?'
		}
	}
	return string(b)
}

// Rows is the answer to a query, its errors translated.
type Rows struct{ rows *sql.Rows }

// Next moves to the next row; false at the end or on an error, which Err tells.
func (r *Rows) Next() bool { return r.rows.Next() }

// Scan copies the row's columns.
func (r *Rows) Scan(to ...any) error { return Fault(r.rows.Scan(to...)) }

// Err is what ended the rows early.
func (r *Rows) Err() error { return Fault(r.rows.Err()) }

// Close ends the query. It may be called more than once.
func (r *Rows) Close() error { return Fault(r.rows.Close()) }

// Row is the answer to a query of one row.
type Row struct {
	row *sql.Row
	err error
}

// Scan copies the columns; sql.ErrNoRows when there is no row.
func (r *Row) Scan(to ...any) error {
	if r.err != nil {
		return r.err
	}
	return Fault(r.row.Scan(to...))
}

// maxPrepared bounds the statements kept; texts beyond that are prepared each time.
const maxPrepared = 400

// Query runs a query, written with $1 .. $n, on a reading connection.
func (db *DB) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	stmt, done, err := db.prepared(ctx, text)
	if err != nil {
		return nil, Fault(err)
	}
	defer done()
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, Fault(err)
	}
	return &Rows{rows}, nil
}

// QueryRow runs a query of one row, written with $1 .. $n, on a reading connection.
func (db *DB) QueryRow(ctx context.Context, text string, args ...any) *Row {
	stmt, done, err := db.prepared(ctx, text)
	if err != nil {
		return &Row{err: Fault(err)}
	}
	defer done()
	return &Row{row: stmt.QueryRowContext(ctx, args...)}
}

// prepared finds or prepares a statement for the reading connections; done lets go of one that is not kept.
func (db *DB) prepared(ctx context.Context, text string) (stmt *sql.Stmt, done func(), err error) {
	db.mu.RLock()
	stmt = db.stmts[text]
	full := len(db.stmts) >= maxPrepared
	db.mu.RUnlock()
	keep := func() {}
	if stmt != nil {
		return stmt, keep, nil
	}
	stmt, err = db.reader.PrepareContext(ctx, SQL(text))
	if err != nil {
		return nil, nil, err
	}
	if full {
		return stmt, func() { _ = stmt.Close() }, nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if other := db.stmts[text]; other != nil {
		_ = stmt.Close()
		return other, keep, nil
	}
	db.stmts[text] = stmt
	return stmt, keep, nil
}
