package form

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"rosemary/care/plain"
	"rosemary/standard"
)

// Fill writes content as the values that its form would post, each name beginning with the prefix. What the class file has no place for is not part of it.
func Fill(content *standard.Content, prefix string, zone *time.Location) url.Values {
	f := filler{values: url.Values{}, zone: zone}
	if content != nil && content.Class != nil {
		f.group(content.Class, &content.Group, prefix)
	}
	return f.values
}

type filler struct {
	values url.Values
	zone   *time.Location
}

func (f *filler) group(class *standard.Class, g *standard.Group, base string) {
	for _, entry := range g.Entries {
		if asked(entry.Element) {
			f.entry(class, entry, under(base, entry.Element.ID))
		}
	}
}

func (f *filler) entry(class *standard.Class, entry standard.Entry, name string) {
	e := entry.Element
	if len(entry.Values) == 1 {
		if a, ok := entry.Values[0].(standard.Absent); ok {
			f.values.Set(name+partAbsent, string(a))
			return
		}
	}
	switch {
	case !e.Many:
		f.value(class, e, name, entry.Values[0])
	case controlOf(e) == controlChecks:
		f.checks(class, entry, name)
	default:
		f.values.Set(name+partCount, strconv.Itoa(len(entry.Values)))
		for i, v := range entry.Values {
			f.value(class, e, item(name, i), v)
		}
	}
}

// checks ticks several of a short list; the list itself is kept where ticks say less.
func (f *filler) checks(class *standard.Class, entry standard.Entry, name string) {
	for _, v := range entry.Values {
		if c, ok := v.(standard.Coded); ok {
			f.values.Add(name, c.Code)
		}
	}
	r := reader{values: f.values, zone: f.zone}
	if encode(entry.Element, r.ticked(entry.Element, name)) != encode(entry.Element, entry.Values) {
		f.values.Set(name+partKept, encode(entry.Element, entry.Values))
	}
}

// value writes one value, and keeps it as it is where what is shown says less.
func (f *filler) value(class *standard.Class, e *standard.Element, base string, v standard.Value) {
	if g, ok := v.(*standard.Group); ok {
		f.group(e.Block, g, base)
		return
	}
	f.show(e, base, v)
	r := reader{values: f.values, zone: f.zone}
	if read := r.typed(e, base); read == nil || encodeOne(e, read) != encodeOne(e, v) {
		f.values.Set(base+partKept, encodeOne(e, v))
	}
}

// show writes what a page can show of a value.
func (f *filler) show(e *standard.Element, base string, v standard.Value) {
	switch v := v.(type) {
	case standard.Text:
		f.values.Set(base, string(v))
	case standard.Number:
		f.values.Set(base, v.String())
	case standard.Quantity:
		f.values.Set(base, v.Number.String())
		f.values.Set(base+partUnit, v.Unit)
	case standard.Boolean:
		f.values.Set(base, map[bool]string{true: "yes", false: "no"}[bool(v)])
	case standard.Date:
		f.date(base, string(v))
	case standard.Time:
		f.values.Set(base, string(v))
	case standard.DateTime:
		f.dateTime(base, string(v))
	case standard.Coded:
		f.coded(e, base, v)
	case standard.Reference:
		f.values.Set(base, v.UID.String())
		if v.System == "" {
			f.values.Set(base, Pinned(e, v.UID, v.Version))
		}
	}
}

func (f *filler) date(base, s string) {
	parts := strings.SplitN(s, "-", 3)
	for i, name := range []string{partYear, partMonth, partDay} {
		if i < len(parts) {
			part := parts[i]
			if name != partYear && len(part) == 2 {
				part = strings.TrimPrefix(part, "0")
			}
			f.values.Set(base+name, part)
		}
	}
}

func (f *filler) dateTime(base, s string) {
	t, ok := plain.ParseInstant(s)
	if !strings.Contains(s, "T") || !ok {
		f.date(base, s)
		return
	}
	local := t.In(f.zone)
	f.date(base, local.Format("2006-01-02"))
	f.values.Set(base+partTime, plain.Clock(local))
	if early, _, repeated := bothHours(local); repeated {
		f.values.Set(base+partTwice, map[bool]string{true: "first", false: "second"}[early.Equal(local)])
	}
}

func (f *filler) coded(e *standard.Element, base string, c standard.Coded) {
	switch {
	case controlOf(e) == controlSuggest:
		f.values.Set(base, standard.Display(c, nil))
	case c.Code != "":
		f.values.Set(base, c.Code)
	default:
		f.values.Set(base, inWords)
		f.values.Set(base+partWords, c.Text)
	}
}

// encodeOne writes one value as JSON; "" is no value.
func encodeOne(e *standard.Element, v standard.Value) string {
	if v == nil {
		return ""
	}
	return encode(e, []standard.Value{v})
}

// encode writes values of an element as JSON.
func encode(e *standard.Element, values []standard.Value) string {
	if len(values) == 0 {
		return ""
	}
	content := standard.Content{Group: standard.Group{Entries: []standard.Entry{{Element: e, Values: values}}}}
	return string(content.AppendJSON(nil))
}

// decode reads what encode wrote; nil when it is not that.
func decode(class *standard.Class, e *standard.Element, kept string) []standard.Value {
	content, err := standard.ReadContent(class, []byte(kept))
	if err != nil || len(content.Unknown) > 0 || len(content.Entries) != 1 || content.Entries[0].Element != e {
		return nil
	}
	return content.Entries[0].Values
}
