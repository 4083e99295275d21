package kept

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rosemary/ehr"
)

// alternatives are the types that may stand where the model has an interface, by the name that says which it is.
func alternatives() map[string]reflect.Type {
	list := []any{
		ehr.Null{}, ehr.SimpleText{}, ehr.CodedText{}, ehr.Coded{}, ehr.Code{}, ehr.Boolean{}, ehr.Integer{}, ehr.Real{}, ehr.Quantity{}, ehr.Ratio{}, ehr.Ordinal{},
		ehr.Moment{}, ehr.Date{}, ehr.Duration{}, ehr.Interval{}, ehr.QuantityInterval{}, ehr.ID{}, ehr.URI{}, ehr.Encapsulated{},
		ehr.Section{}, ehr.Entry{}, ehr.Cluster{}, ehr.Element{},
	}
	named := make(map[string]reflect.Type, len(list))
	for _, x := range list {
		t := reflect.TypeOf(x)
		named[t.Name()] = t
	}
	return named
}

// encode writes any part of the model: structs as objects of what is not zero, an alternative as an object of its name alone.
func encode(v reflect.Value) (jsontext.Value, error) {
	var b bytes.Buffer
	e := jsontext.NewEncoder(&b)
	if err := put(e, v); err != nil {
		return nil, err
	}
	return carried(bytes.TrimSpace(b.Bytes())), nil
}

// carried escapes the characters that XML cannot carry; outside strings JSON has none of them.
func carried(b []byte) []byte {
	if !bytes.ContainsAny(b, "\ufffe\uffff") {
		return b
	}
	return []byte(strings.NewReplacer("\ufffe", `\ufffe`, "\uffff", `\uffff`).Replace(string(b)))
}

func put(e *jsontext.Encoder, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		return e.WriteToken(jsontext.String(v.String()))
	case reflect.Bool:
		return e.WriteToken(jsontext.Bool(v.Bool()))
	case reflect.Int, reflect.Int64:
		return e.WriteToken(jsontext.Int(v.Int()))
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return e.WriteToken(jsontext.Null)
		}
		if v.Kind() == reflect.Pointer {
			return put(e, v.Elem())
		}
		return putNamed(e, v.Elem().Elem())
	case reflect.Slice:
		return putSlice(e, v)
	case reflect.Struct:
		return putStruct(e, v)
	}
	return fmt.Errorf("nothing is known of how to keep a %s", v.Type())
}

func putNamed(e *jsontext.Encoder, v reflect.Value) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if err := e.WriteToken(jsontext.String(v.Type().Name())); err != nil {
		return err
	}
	if err := put(e, v); err != nil {
		return err
	}
	return e.WriteToken(jsontext.EndObject)
}

func putSlice(e *jsontext.Encoder, v reflect.Value) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return e.WriteToken(jsontext.String(base64.StdEncoding.EncodeToString(v.Bytes())))
	}
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := put(e, v.Index(i)); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

func putStruct(e *jsontext.Encoder, v reflect.Value) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			if err := e.WriteToken(jsontext.String(v.Type().Field(i).Name)); err != nil {
				return err
			}
			if err := put(e, f); err != nil {
				return err
			}
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

var errNotes = errors.New("these notes are not as they are written here")

// decode reads what encode wrote. Nothing that is nil may stand in a list, nothing deeper than the model may be.
func decode(text jsontext.Value, into reflect.Value) error {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	if err := get(d, into, 0); err != nil {
		return err
	}
	return nil
}

func get(d *jsontext.Decoder, v reflect.Value, depth int) error {
	if depth > 4*ehr.MaxDepth {
		return errNotes
	}
	kind := d.PeekKind()
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return getScalar(d, v)
	case reflect.Pointer, reflect.Interface:
		if kind == 'n' {
			v.SetZero()
			_, err := d.ReadToken()
			return err
		}
		if v.Kind() == reflect.Interface {
			return getNamed(d, v, depth)
		}
		v.Set(reflect.New(v.Type().Elem()))
		return get(d, v.Elem(), depth+1)
	case reflect.Slice:
		return getSlice(d, v, depth)
	case reflect.Struct:
		return getStruct(d, v, depth)
	}
	return errNotes
}

func getScalar(d *jsontext.Decoder, v reflect.Value) error {
	t, err := d.ReadToken()
	switch {
	case err != nil:
		return err
	case v.Kind() == reflect.String && t.Kind() == '"':
		v.SetString(t.String())
	case v.Kind() == reflect.Bool && (t.Kind() == 't' || t.Kind() == 'f'):
		v.SetBool(t.Bool())
	case (v.Kind() == reflect.Int || v.Kind() == reflect.Int64) && t.Kind() == '0':
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil {
			return errNotes
		}
		v.SetInt(n)
	default:
		return errNotes
	}
	return nil
}

func getNamed(d *jsontext.Decoder, v reflect.Value, depth int) error {
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return errNotes
	}
	name, err := d.ReadToken()
	if err != nil || name.Kind() != '"' {
		return errNotes
	}
	t, known := alternatives()[name.String()]
	if !known || !reflect.PointerTo(t).Implements(v.Type()) {
		return errNotes
	}
	x := reflect.New(t)
	if err := get(d, x.Elem(), depth+1); err != nil {
		return err
	}
	v.Set(x)
	if t, err := d.ReadToken(); err != nil || t.Kind() != '}' {
		return errNotes
	}
	return nil
}

func getSlice(d *jsontext.Decoder, v reflect.Value, depth int) error {
	t, err := d.ReadToken()
	if err != nil {
		return err
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if t.Kind() != '"' {
			return errNotes
		}
		data, err := base64.StdEncoding.DecodeString(t.String())
		v.SetBytes(data)
		return err
	}
	if t.Kind() != '[' {
		return errNotes
	}
	v.SetZero()
	for d.PeekKind() != ']' {
		if k := d.PeekKind(); k == 'n' || k == 0 {
			return errNotes
		}
		one := reflect.New(v.Type().Elem()).Elem()
		if err := get(d, one, depth+1); err != nil {
			return err
		}
		v.Set(reflect.Append(v, one))
	}
	_, err = d.ReadToken()
	return err
}

func getStruct(d *jsontext.Decoder, v reflect.Value, depth int) error {
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return errNotes
	}
	v.SetZero()
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		f, known := v.Type().FieldByName(name.String())
		if !known || len(f.Index) != 1 || !f.IsExported() {
			return errNotes
		}
		if err := get(d, v.Field(f.Index[0]), depth+1); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}
