// Package ehrtest makes extracts for tests: drawn ones that a dialect must carry unchanged (Extract), very many that nobody holds (Many), and one held in
// slices (Parts). It judges nothing: what an extract must be is in package ehr.
package ehrtest

import (
	"bytes"
	"fmt"
	"io"
	"reflect"

	"rosemary/ehr"
)

// Parts is an extract held in slices. It is an ehr.Source, and Add takes what a decoder yields.
type Parts struct {
	Top             *ehr.Header
	FolderList      []*ehr.Folder
	CompositionList []*ehr.Composition
	DemographicList []ehr.Demographic
}

// Header is the top of the extract.
func (p *Parts) Header() *ehr.Header { return p.Top }

// Folders gives the folders in order.
func (p *Parts) Folders(yield func(*ehr.Folder) error) error { return each(p.FolderList, yield) }

// Compositions gives the compositions in order.
func (p *Parts) Compositions(yield func(*ehr.Composition) error) error {
	return each(p.CompositionList, yield)
}

// Demographics gives the identified entities in order.
func (p *Parts) Demographics(yield func(ehr.Demographic) error) error {
	return each(p.DemographicList, yield)
}

func each[T any](list []T, yield func(T) error) error {
	for _, x := range list {
		if err := yield(x); err != nil {
			return err
		}
	}
	return nil
}

// Add keeps one part as a decoder yields it.
func (p *Parts) Add(part ehr.Part) error {
	switch x := part.(type) {
	case *ehr.Header:
		if p.Top != nil {
			return fmt.Errorf("a second header")
		}
		p.Top = x
	case *ehr.Folder:
		p.FolderList = append(p.FolderList, x)
	case *ehr.Composition:
		p.CompositionList = append(p.CompositionList, x)
	case ehr.Demographic:
		p.DemographicList = append(p.DemographicList, x)
	default:
		return fmt.Errorf("a part of an unknown kind: %T", part)
	}
	return nil
}

// Collect goes through a source and holds it.
func Collect(s ehr.Source) (*Parts, error) {
	p := &Parts{Top: s.Header()}
	if err := s.Folders(func(f *ehr.Folder) error { return p.Add(f) }); err != nil {
		return nil, err
	}
	if err := s.Compositions(func(c *ehr.Composition) error { return p.Add(c) }); err != nil {
		return nil, err
	}
	return p, s.Demographics(func(d ehr.Demographic) error { return p.Add(d) })
}

// Decode reads a whole extract.
func Decode(d ehr.Dialect, r io.Reader) (*Parts, error) {
	p := &Parts{}
	return p, d.Decode(r, p.Add)
}

// Again encodes an extract in a dialect and decodes it again; it gives the bytes too.
func Again(d ehr.Dialect, s ehr.Source) (*Parts, []byte, error) {
	var b bytes.Buffer
	if err := d.Encode(&b, s); err != nil {
		return nil, b.Bytes(), fmt.Errorf("encoding: %w", err)
	}
	p, err := Decode(d, bytes.NewReader(b.Bytes()))
	if err != nil {
		return nil, b.Bytes(), fmt.Errorf("decoding: %w", err)
	}
	return p, b.Bytes(), nil
}

// Difference tells the first place in which two values differ, or "" when they are deeply equal.
func Difference(a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	return differ("", reflect.ValueOf(a), reflect.ValueOf(b))
}

func differ(path string, a, b reflect.Value) string {
	switch {
	case a.IsValid() != b.IsValid():
		return fmt.Sprintf("%s: %v and %v", path, a, b)
	case !a.IsValid():
		return ""
	case a.Type() != b.Type():
		return fmt.Sprintf("%s: a %s and a %s", path, a.Type(), b.Type())
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() == b.IsNil() {
				return ""
			}
			return fmt.Sprintf("%s: %v and %v", path, a, b)
		}
		return differ(path, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if d := differ(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			return fmt.Sprintf("%s: %d of them (nil: %t) and %d (nil: %t)", path, a.Len(), a.IsNil(), b.Len(), b.IsNil())
		}
		for i := range a.Len() {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
		return ""
	}
	if a.Equal(b) {
		return ""
	}
	return fmt.Sprintf("%s: %#v and %#v", path, a, b)
}
