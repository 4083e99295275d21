package kept

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
)

// Note says that one place of the model is more than what stands on the wire.
type Note struct {
	Path   string         `json:"path"`   // fields of package ehr, such as Content[0].Items[2].Value.Unit
	Stands jsontext.Value `json:"stands"` // what a reader of the wire takes it for
	Exact  jsontext.Value `json:"exact"`  // what it is
}

// Notes are all that one part of an extract needs.
type Notes []Note

// Compare gives the notes that turn what stands on the wire into what it is. Both are pointers to the same type of the model.
func Compare(exact, stands any) (Notes, error) {
	var notes Notes
	err := compare("", reflect.ValueOf(exact).Elem(), reflect.ValueOf(stands).Elem(), &notes)
	return notes, err
}

// compare goes down as far as the two have the same shape. A list that is empty and one that is not there are the same.
func compare(path string, exact, stands reflect.Value, notes *Notes) error {
	switch exact.Kind() {
	case reflect.Pointer:
		if !exact.IsNil() && !stands.IsNil() {
			return compare(path, exact.Elem(), stands.Elem(), notes)
		}
		if exact.IsNil() && stands.IsNil() {
			return nil
		}
	case reflect.Interface:
		if !exact.IsNil() && !stands.IsNil() && exact.Elem().Type() == stands.Elem().Type() {
			return compare(path, exact.Elem(), stands.Elem(), notes)
		}
		if exact.IsNil() && stands.IsNil() {
			return nil
		}
	case reflect.Struct:
		for i := range exact.NumField() {
			below := path
			if f := exact.Type().Field(i); !f.Anonymous {
				below = strings.TrimPrefix(path+"."+f.Name, ".")
			}
			if err := compare(below, exact.Field(i), stands.Field(i), notes); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice:
		if exact.Type().Elem().Kind() == reflect.Uint8 {
			if bytes.Equal(exact.Bytes(), stands.Bytes()) {
				return nil
			}
			break
		}
		if exact.Len() == stands.Len() {
			for i := range exact.Len() {
				if err := compare(path+"["+strconv.Itoa(i)+"]", exact.Index(i), stands.Index(i), notes); err != nil {
					return err
				}
			}
			return nil
		}
	default:
		if exact.Equal(stands) {
			return nil
		}
	}
	return notes.add(path, exact, stands)
}

func (n *Notes) add(path string, exact, stands reflect.Value) error {
	is, err := encode(exact)
	if err != nil {
		return unwritable(path)
	}
	as, err := encode(stands)
	if err != nil {
		return unwritable(path)
	}
	*n = append(*n, Note{Path: path, Stands: as, Exact: is})
	return nil
}

func unwritable(path string) error {
	return &ehr.Fault{Path: path, Rule: ehr.RuleBadText, Message: "this holds characters that are none", Severity: ehr.Error}
}

// Text is the notes in JSON.
func (n Notes) Text() (string, error) {
	b, err := json.Marshal(append([]Note{}, n...)) // "[]" when there are none
	if err != nil {
		return "", fmt.Errorf("keeping what the format has no place for: %w", err)
	}
	return string(carried(b)), nil
}

// Parse reads notes. It reports whether the text is notes.
func Parse(text string) (Notes, bool) {
	var n Notes
	if err := json.Unmarshal([]byte(text), &n, json.RejectUnknownMembers(true)); err != nil {
		return nil, false
	}
	return n, n != nil
}

// Apply makes a part, given by its pointer, what it is, and reports whether the notes fit. When one does not, nothing is changed.
func (n Notes) Apply(part any) bool {
	places := make([]reflect.Value, len(n))
	values := make([]reflect.Value, len(n))
	for i, note := range n {
		place, ok := at(reflect.ValueOf(part).Elem(), note.Path)
		if !ok {
			return false
		}
		stands, err := encode(place)
		if err != nil || !same(stands, note.Stands) {
			return false
		}
		places[i], values[i] = place, reflect.New(place.Type()).Elem()
		if err := decode(note.Exact, values[i]); err != nil {
			return false
		}
	}
	for i := range places {
		places[i].Set(values[i])
	}
	return true
}

func same(a, b jsontext.Value) bool {
	a, b = a.Clone(), b.Clone()
	return a.Canonicalize() == nil && b.Canonicalize() == nil && bytes.Equal(a, b)
}

// at follows a path of fields and indexes.
func at(v reflect.Value, path string) (reflect.Value, bool) {
	for path != "" {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		if rest, found := strings.CutPrefix(path, "["); found {
			digits, after, _ := strings.Cut(rest, "]")
			i, err := strconv.Atoi(digits)
			if err != nil || v.Kind() != reflect.Slice || i < 0 || i >= v.Len() {
				return v, false
			}
			v, path = v.Index(i), after
			continue
		}
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		if end == 0 || v.Kind() != reflect.Struct {
			return v, false
		}
		f, known := v.Type().FieldByName(path[:end])
		if !known || !f.IsExported() {
			return v, false
		}
		v, path = v.FieldByIndex(f.Index), path[end:]
	}
	return v, v.CanSet()
}

// ID derives an id for what is made up, always the same for the same place: a UUID of version 8.
func ID(of ehr.ID, what string) ehr.ID {
	h := sha256.Sum256([]byte("rosemary\x00" + of.Root + "\x00" + of.Extension + "\x00" + what))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return ehr.ID{Root: fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])}
}
