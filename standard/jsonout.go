package standard

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonOut writes indented JSON, key by key, and remembers the first failure.
type jsonOut struct {
	enc *jsontext.Encoder
	err error
}

func newJSONOut(w io.Writer) *jsonOut {
	return &jsonOut{enc: jsontext.NewEncoder(w, jsontext.WithIndent("  "))}
}

func (o *jsonOut) token(t jsontext.Token) {
	if o.err == nil {
		o.err = o.enc.WriteToken(t)
	}
}

// object writes an object; members writes its keys.
func (o *jsonOut) object(members func()) {
	o.token(jsontext.BeginObject)
	members()
	o.token(jsontext.EndObject)
}

// objectAt writes a key with an object.
func (o *jsonOut) objectAt(key string, members func()) {
	o.token(jsontext.String(key))
	o.object(members)
}

// arrayAt writes a key with a list; items writes the list's items.
func (o *jsonOut) arrayAt(key string, items func()) {
	o.token(jsontext.String(key))
	o.token(jsontext.BeginArray)
	items()
	o.token(jsontext.EndArray)
}

// text writes a key with a text.
func (o *jsonOut) text(key, s string) {
	o.token(jsontext.String(key))
	o.token(jsontext.String(s))
}

// textIf writes a key with a text where there is one.
func (o *jsonOut) textIf(key, s string) {
	if s != "" {
		o.text(key, s)
	}
}

func (o *jsonOut) flag(key string, b bool) {
	o.token(jsontext.String(key))
	o.token(jsontext.Bool(b))
}

func (o *jsonOut) count(key string, n int) {
	o.token(jsontext.String(key))
	o.token(jsontext.Int(int64(n)))
}

// numberIf writes a key with a number, every digit of it, where there is one.
func (o *jsonOut) numberIf(key string, n *Number) {
	if n == nil {
		return
	}
	o.token(jsontext.String(key))
	if o.err == nil {
		o.err = o.enc.WriteValue(jsontext.Value(n.append(nil)))
	}
}

// texts writes a key with a list of texts.
func (o *jsonOut) texts(key string, list []string) {
	o.arrayAt(key, func() {
		for _, s := range list {
			o.token(jsontext.String(s))
		}
	})
}

// textsIf writes a key with a list of texts where it has any.
func (o *jsonOut) textsIf(key string, list []string) {
	if len(list) > 0 {
		o.texts(key, list)
	}
}

// value writes a key with a value as it stands in content.
func (o *jsonOut) value(key string, v Value) {
	o.token(jsontext.String(key))
	if o.err == nil {
		o.err = o.enc.WriteValue(appendValue(nil, v))
	}
}
