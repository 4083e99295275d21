package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// link is one connection with the statements that it has prepared, for one goroutine at a time. It speaks to the database itself: database/sql
// costs as much again as a short question does.
type link struct {
	conn  *sql.Conn // keeps the connection from anybody else
	raw   *sqlite3.Conn
	stmts map[string]*statement
}

// statement is one prepared statement.
type statement struct {
	*sqlite3.Stmt
	columns int
	busy    bool // its rows are being read
	kept    bool
}

// maxPrepared bounds the statements that a connection keeps.
const maxPrepared = 400

// newLink takes a connection out of a pool for good.
func newLink(ctx context.Context, pool *sql.DB) (*link, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, stmts: map[string]*statement{}}
	err = conn.Raw(func(c any) error {
		own, ok := c.(driver.Conn)
		if !ok {
			return fmt.Errorf("a connection of the embedded database was expected, not %T", c)
		}
		l.raw = own.Raw()
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return l, nil
}

// prepare finds or prepares a statement, written with $1 .. $n.
func (l *link) prepare(text string) (*statement, error) {
	s := l.stmts[text]
	if s != nil && !s.busy {
		return s, nil
	}
	stmt, tail, err := l.raw.Prepare(SQL(text))
	if err == nil && strings.TrimSpace(tail) != "" {
		err = errors.Join(errors.New("one statement at a time"), stmt.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("%.60q: %w", text, err)
	}
	fresh := &statement{Stmt: stmt, columns: stmt.ColumnCount(), kept: s == nil}
	if s != nil { // the same question is being answered on this connection
		return fresh, nil
	}
	if len(l.stmts) >= maxPrepared {
		l.forgetOne()
	}
	l.stmts[text] = fresh
	return fresh, nil
}

// forgetOne lets go of any statement that is not in use: there are never so many different texts that it mattered which.
func (l *link) forgetOne() {
	for text, s := range l.stmts {
		if !s.busy {
			_ = s.Close()
			delete(l.stmts, text)
			return
		}
	}
}

// exec runs a statement and tells how many rows it changed.
func (l *link) exec(text string, args ...any) (int64, error) {
	s, err := l.prepare(text)
	if err != nil {
		return 0, err
	}
	if err = s.bind(args); err == nil {
		err = s.Exec()
	}
	if err = errors.Join(err, s.done()); err != nil {
		return 0, err
	}
	return l.raw.Changes(), nil
}

// done makes a statement ready for its next use.
func (s *statement) done() error {
	s.busy = false
	if !s.kept {
		return s.Close()
	}
	_ = s.Reset() // says again what Step has said
	return s.ClearBindings()
}

func (l *link) close() error {
	for _, s := range l.stmts {
		_ = s.Close()
	}
	return l.conn.Close()
}
