package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/standard"
)

// Documents are the rows of a room's table that hold a T each, as JSON in the column body, under an id. The table is the room's own; so is how a row begins.
type Documents[T any] struct {
	DB    *DB
	Table string
	Key   string // the column of the id
	Order string // the columns by which All gives them
	What  string // what one is, for whoever asks for one that is not there: "export"
}

// Encode gives the body of a document.
func (d Documents[T]) Encode(one *T) (string, error) {
	body, err := json.Marshal(one)
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.What, err)
	}
	return string(body), nil
}

func (d Documents[T]) read(scan func(...any) error) (*T, error) {
	var body string
	err := scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &standard.Fault{Kind: standard.NotFound, Message: "There is no such " + d.What + "."}
	}
	one := new(T)
	if err == nil {
		err = json.Unmarshal([]byte(body), one)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.What, err)
	}
	return one, nil
}

func (d Documents[T]) question() string {
	return `SELECT body FROM ` + d.Table + ` WHERE ` + d.Key + ` = $1`
}

// One gives the document of an id. NotFound when there is none.
func (d Documents[T]) One(ctx context.Context, id uuid.UUID) (*T, error) {
	return d.read(d.DB.QueryRow(ctx, d.question(), id[:]).Scan)
}

// All gives all documents.
func (d Documents[T]) All(ctx context.Context) ([]*T, error) {
	rows, err := d.DB.Query(ctx, `SELECT body FROM `+d.Table+` ORDER BY `+d.Order)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.What, err)
	}
	defer func() { _ = rows.Close() }()
	var all []*T
	for rows.Next() {
		one, err := d.read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// Change lets fn change a document, in a transaction of its own. NotFound when there is none; an error of fn changes nothing.
func (d Documents[T]) Change(ctx context.Context, id uuid.UUID, fn func(*T) error) (one *T, err error) {
	err = d.DB.Write(ctx, func(tx *Tx) error {
		one, err = d.ChangeIn(tx, id, fn)
		return err
	})
	return one, err
}

// ChangeIn is Change inside a transaction.
func (d Documents[T]) ChangeIn(tx *Tx, id uuid.UUID, fn func(*T) error) (*T, error) {
	one, err := d.read(tx.QueryRow(d.question(), id[:]).Scan)
	if err != nil {
		return nil, err
	}
	if err := fn(one); err != nil {
		return nil, err
	}
	body, err := d.Encode(one)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(`UPDATE `+d.Table+` SET body = $2 WHERE `+d.Key+` = $1`, id[:], body)
	return one, err
}
