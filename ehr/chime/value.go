package chime

import (
	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// value is the DATA_VALUE of an ELEMENT. A type that the model does not have is kept whole, as XML.
func value(w *xmltext.Way, n *xmltext.Node, x *ehr.Value) {
	if !w.Reading {
		if *x != nil {
			w.Down(n.Add("value"), "value", -1, func(n *xmltext.Node) { write(w, n, *x) })
		}
		return
	}
	if c := n.Take("value"); c != nil {
		w.Down(c, "value", -1, func(c *xmltext.Node) {
			if *x = read(w, c); *x == nil {
				data := c.XML()
				c.TakeAll()
				*x = &ehr.Encapsulated{MediaType: "application/xml", Size: int64(len(data)), Data: data, Text: c.Type}
			}
		})
	}
}

// write writes a value with its type.
func write(w *xmltext.Way, n *xmltext.Node, v ehr.Value) {
	switch v := v.(type) {
	case *ehr.Null:
		n.Type = "ST"
		w.Attr(n, "nullFlavor", &v.Flavour)
	case *ehr.SimpleText:
		n.Type = "ST"
		simpleText(w, n, v)
	case *ehr.CodedText:
		n.Type = "CD"
		codedText(w, n, v)
	case *ehr.Coded:
		n.Type = "CD"
		held := *v
		held.Text = "" // with words it would be read as a CODED_TEXT
		coded(w, n, &held)
	case *ehr.Moment:
		n.Type = "TS"
		if span, known := ehr.ParseMoment(v.Text); known && span.OfDay {
			n.Type = "ST"
			word(w, n, &v.Text)
			return
		}
		moment(w, n, v)
	case *ehr.Date:
		n.Type = "TS.DATE"
		moment(w, n, &ehr.Moment{Text: v.Text})
	default:
		plain(w, n, v)
	}
}

// plain describes the values that are the same in both directions.
func plain(w *xmltext.Way, n *xmltext.Node, v ehr.Value) {
	if !w.Reading {
		n.Type = typeOf(v)
	}
	switch v := v.(type) {
	case *ehr.Code:
		code("")(w, n, v)
	case *ehr.Boolean:
		truth(w, n, &v.Value)
	case *ehr.Integer:
		digits(w, n, &v.Digits, ehr.ValidWhole)
	case *ehr.Real:
		digits(w, n, &v.Digits, ehr.ValidDecimal)
	case *ehr.Quantity:
		quantity(w, n, v)
	case *ehr.Ratio:
		xmltext.One(w, n, "numerator", &v.Numerator, quantity)
		xmltext.One(w, n, "denominator", &v.Denominator, quantity)
	case *ehr.Ordinal:
		digits(w, n, &v.Digits, ehr.ValidDecimal)
		symbol(w, n, &v.Symbol)
	case *ehr.Moment:
		moment(w, n, v)
	case *ehr.Duration:
		duration(w, n, v)
	case *ehr.Interval:
		interval(w, n, v)
	case *ehr.QuantityInterval:
		quantities(w, n, v)
	case *ehr.ID:
		id(w, n, v)
	case *ehr.URI:
		word(w, n, &v.Value)
	case *ehr.Encapsulated:
		encapsulated(w, n, v)
	}
}

// symbol is what an ordinal stands for.
func symbol(w *xmltext.Way, n *xmltext.Node, x *ehr.CodedText) {
	if !w.Reading {
		codedText(w, n.Add("code"), x)
		return
	}
	if c := n.Take("code"); c != nil {
		switch v := codedRead(w, c).(type) {
		case *ehr.CodedText:
			*x = *v
		case *ehr.Coded:
			x.Text, x.Coded = v.Display, *v
		}
	}
}

// typeOf is the name of the type of what plain describes.
func typeOf(v ehr.Value) string {
	switch v.(type) {
	case *ehr.Code:
		return "CS"
	case *ehr.Boolean:
		return "BL"
	case *ehr.Integer:
		return "INT"
	case *ehr.Real:
		return "REAL"
	case *ehr.Quantity:
		return "PQ"
	case *ehr.Ratio:
		return "RTO"
	case *ehr.Ordinal:
		return "CO"
	case *ehr.Moment:
		return "TS"
	case *ehr.Duration:
		return "PQ.TIME"
	case *ehr.Interval:
		return "IVL_TS"
	case *ehr.QuantityInterval:
		return "IVL_PQ"
	case *ehr.ID:
		return "II"
	case *ehr.URI:
		return "TEL.URL"
	case *ehr.Encapsulated:
		return "ED"
	}
	return ""
}

// read gives a value, or nil when the model has no such type. What is only absent is a *Null, whatever its type.
func read(w *xmltext.Way, n *xmltext.Node) ehr.Value {
	if len(n.Nodes) == 0 && len(n.Attrs) == 1 && n.Attrs[0].Name == "nullFlavor" {
		var null ehr.Null
		w.Attr(n, "nullFlavor", &null.Flavour)
		return &null
	}
	switch n.Type {
	case "ST", "ST.NT", "ST.SIMPLE":
		t := &ehr.SimpleText{}
		simpleText(w, n, t)
		return t
	case "CD", "CD.CV", "CV", "CE":
		return codedRead(w, n)
	case "TS.DATE", "TS.DATE.FULL":
		var m ehr.Moment
		moment(w, n, &m)
		return &ehr.Date{Text: m.Text}
	case "TS.DATETIME", "TS.DATETIME.FULL", "TS.BIRTH":
		v := &ehr.Moment{}
		plain(w, n, v)
		return v
	case "TEL", "URL":
		v := &ehr.URI{}
		plain(w, n, v)
		return v
	}
	for _, v := range []ehr.Value{
		&ehr.Code{}, &ehr.Boolean{}, &ehr.Integer{}, &ehr.Real{}, &ehr.Quantity{}, &ehr.Ratio{}, &ehr.Ordinal{}, &ehr.Moment{}, &ehr.Duration{},
		&ehr.Interval{}, &ehr.QuantityInterval{}, &ehr.ID{}, &ehr.URI{}, &ehr.Encapsulated{},
	} {
		if typeOf(v) == n.Type {
			plain(w, n, v)
			return v
		}
	}
	return nil
}
