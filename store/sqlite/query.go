package sqlite

import (
	"context"
	"database/sql"
	"errors"
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

// Rows is the answer to a query, its errors translated. They hold a connection until they end or are closed.
type Rows struct {
	stmt *statement
	free func() // gives the connection back; nil where it is not lent
	err  error
}

// Next moves to the next row; false at the end or on an error, which Err tells.
func (r *Rows) Next() bool {
	if r.stmt == nil {
		return false
	}
	if r.stmt.Step() {
		return true
	}
	r.err = r.stmt.Err()
	_ = r.Close()
	return false
}

// Scan copies the row's columns.
func (r *Rows) Scan(to ...any) error {
	if r.stmt == nil {
		return errors.New("there is no row to read")
	}
	return Fault(r.stmt.scan(to))
}

// Err is what ended the rows early.
func (r *Rows) Err() error { return Fault(r.err) }

// Close ends the query. It may be called more than once.
func (r *Rows) Close() error {
	if r.stmt == nil {
		return nil
	}
	err := r.stmt.done()
	r.stmt = nil
	if r.free != nil {
		r.free()
	}
	return Fault(err)
}

// Row is the answer to a query of one row.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the columns; sql.ErrNoRows when there is no row.
func (r *Row) Scan(to ...any) error {
	if r.err != nil {
		return r.err
	}
	defer func() { _ = r.rows.Close() }()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	return r.rows.Scan(to...)
}

// query begins a query on a connection.
func (l *link) query(text string, args []any) (*Rows, error) {
	s, err := l.prepare(text)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		return nil, errors.Join(err, s.done())
	}
	s.busy = true
	return &Rows{stmt: s}, nil
}

// Query runs a query, written with $1 .. $n, on a reading connection.
func (db *DB) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	l, err := db.borrow(ctx)
	if err != nil {
		return nil, Fault(err)
	}
	rows, err := l.query(text, args)
	if err != nil {
		db.giveBack(l)
		return nil, Fault(err)
	}
	rows.free = func() { db.giveBack(l) }
	return rows, nil
}

// QueryRow runs a query of one row, written with $1 .. $n, on a reading connection.
func (db *DB) QueryRow(ctx context.Context, text string, args ...any) *Row {
	rows, err := db.Query(ctx, text, args...)
	return &Row{rows, err}
}

// borrow takes a reading connection, and makes one where there are fewer than there may be. What it is asked ends with the context.
func (db *DB) borrow(ctx context.Context) (*link, error) {
	select {
	case db.slots <- struct{}{}:
	default:
		select {
		case db.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-db.closing:
			return nil, closed()
		}
	}
	l, err := db.takeIdle(ctx)
	if err != nil {
		<-db.slots
		return nil, err
	}
	l.raw.SetInterrupt(ctx)
	return l, nil
}

func (db *DB) takeIdle(ctx context.Context) (*link, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	db.mu.Lock()
	if n := len(db.idle); n > 0 {
		l := db.idle[n-1]
		db.idle = db.idle[:n-1]
		db.mu.Unlock()
		return l, nil
	}
	db.mu.Unlock()
	return newLink(ctx, db.reader)
}

func (db *DB) giveBack(l *link) {
	l.raw.SetInterrupt(background())
	db.mu.Lock()
	db.idle = append(db.idle, l)
	db.mu.Unlock()
	<-db.slots
	select {
	case <-db.closing:
		_ = db.closeIdle()
	default:
	}
}

// closeIdle closes the reading connections that nobody has borrowed.
func (db *DB) closeIdle() error {
	db.mu.Lock()
	idle := db.idle
	db.idle = nil
	db.mu.Unlock()
	var errs []error
	for _, l := range idle {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}
