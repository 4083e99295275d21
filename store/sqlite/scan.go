package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"
)

// bind gives a statement its values.
func (s *statement) bind(args []any) error {
	for i, arg := range args {
		if err := s.bindOne(i+1, arg); err != nil {
			return fmt.Errorf("value %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *statement) bindOne(place int, arg any) error {
	switch v := arg.(type) {
	case nil:
		return s.BindNull(place)
	case int64:
		return s.BindInt64(place, v)
	case int:
		return s.BindInt(place, v)
	case string:
		return s.BindText(place, v)
	case []byte:
		return s.BindBlob(place, v)
	case bool:
		return s.BindBool(place, v)
	case float64:
		return s.BindFloat(place, v)
	}
	plain, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if err != nil {
		return err
	}
	switch plain.(type) {
	case nil, int64, string, []byte, bool, float64:
		return s.bindOne(place, plain)
	}
	return fmt.Errorf("the database keeps no %T", arg)
}

// scan copies the columns of the row that the statement stands at.
func (s *statement) scan(to []any) error {
	if len(to) != s.columns {
		return fmt.Errorf("%d columns were expected, there are %d", len(to), s.columns)
	}
	for i, dest := range to {
		if err := s.scanOne(i, dest); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return s.Err()
}

func (s *statement) scanOne(i int, dest any) error {
	switch d := dest.(type) {
	case *[]byte:
		*d = nil
		if b := s.ColumnRawBlob(i); b != nil {
			*d = append([]byte{}, b...)
		} else if s.ColumnType(i) != sqlite3.NULL {
			*d = []byte{}
		}
		return nil
	case *string:
		if err := s.filled(i); err != nil {
			return err
		}
		*d = s.ColumnText(i)
		return nil
	case *uuid.UUID:
		b := s.ColumnRawBlob(i)
		if len(b) != len(d) {
			return fmt.Errorf("an id of %d bytes was expected, not %d", len(d), len(b))
		}
		copy(d[:], b)
		return nil
	case *int64:
		*d = s.ColumnInt64(i)
		return s.holds(i, sqlite3.INTEGER)
	case *int:
		*d = s.ColumnInt(i)
		return s.holds(i, sqlite3.INTEGER)
	case *bool:
		*d = s.ColumnInt64(i) != 0
		return s.holds(i, sqlite3.INTEGER)
	case *float64:
		*d = s.ColumnFloat(i)
		return nil
	case *any:
		*d = s.value(i)
		return nil
	case sql.Scanner:
		return d.Scan(s.value(i))
	}
	return s.scanKind(i, dest)
}

// scanKind copies into types that are made of a number or a text.
func (s *statement) scanKind(i int, dest any) error {
	v := reflect.ValueOf(dest)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		switch v = v.Elem(); v.Kind() {
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			n := s.ColumnInt64(i)
			if v.OverflowInt(n) {
				return fmt.Errorf("%d is too large for %T", n, dest)
			}
			v.SetInt(n)
			return s.holds(i, sqlite3.INTEGER)
		case reflect.String:
			if err := s.filled(i); err != nil {
				return err
			}
			v.SetString(s.ColumnText(i))
			return nil
		case reflect.Bool:
			v.SetBool(s.ColumnInt64(i) != 0)
			return s.holds(i, sqlite3.INTEGER)
		}
	}
	return fmt.Errorf("a column cannot be read into %T", dest)
}

// filled refuses a column that holds nothing.
func (s *statement) filled(i int) error {
	if s.ColumnType(i) == sqlite3.NULL {
		return errors.New("there is nothing in it")
	}
	return nil
}

// holds refuses a column of another type: nothing is guessed.
func (s *statement) holds(i int, want sqlite3.Datatype) error {
	if has := s.ColumnType(i); has != want {
		return fmt.Errorf("%v was expected, not %v", want, has)
	}
	return nil
}

// value is a column as it is.
func (s *statement) value(i int) any {
	switch s.ColumnType(i) {
	case sqlite3.INTEGER:
		return s.ColumnInt64(i)
	case sqlite3.FLOAT:
		return s.ColumnFloat(i)
	case sqlite3.TEXT:
		return s.ColumnText(i)
	case sqlite3.BLOB:
		return append([]byte{}, s.ColumnRawBlob(i)...)
	}
	return nil
}
