package ibime

import (
	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// value is the DATA_VALUE of an ELEMENT. A type that the model does not have is kept whole, as XML.
func (d *dialect) value(w *xmltext.Way, n *xmltext.Node, x *ehr.Value) {
	if !w.Reading {
		if *x != nil {
			w.Down(n.Add("value"), "value", -1, func(n *xmltext.Node) {
				n.Type = typeOf(*x)
				d.typed(w, n, *x)
			})
		}
		return
	}
	c := n.Take("value")
	if c == nil {
		return
	}
	w.Down(c, "value", -1, func(c *xmltext.Node) {
		if *x = d.fresh(c); *x != nil {
			d.typed(w, c, *x)
			if t, ok := (*x).(*ehr.SimpleText); ok && t.Null != "" && t.Text == "" && t.Language == "" {
				*x = &ehr.Null{Flavour: t.Null}
			}
			return
		}
		data := c.XML()
		c.TakeAll()
		*x = &ehr.Encapsulated{MediaType: "application/xml", Size: int64(len(data)), Data: data, Text: c.Type}
	})
}

// typeOf is the name of a value's type in the schema.
func typeOf(v ehr.Value) string {
	switch v.(type) {
	case *ehr.CodedText:
		return "CODED_TEXT"
	case *ehr.Coded:
		return "CV"
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
		return "ORD"
	case *ehr.Moment:
		return "TS"
	case *ehr.Date:
		return "DATE"
	case *ehr.Duration:
		return "DURATION"
	case *ehr.Interval:
		return "IVLTS"
	case *ehr.QuantityInterval:
		return "IVLPQ"
	case *ehr.ID:
		return "II"
	case *ehr.URI:
		return "URI"
	case *ehr.Encapsulated:
		return "ED"
	}
	return "SIMPLE_TEXT"
}

// fresh gives an empty value of the type that an element names, or nil when there is none in the model.
func (d *dialect) fresh(n *xmltext.Node) ehr.Value {
	name := n.Type
	if name == "IVL" {
		for _, end := range n.Nodes {
			if end.Name == "low" || end.Name == "high" {
				name = "IVL" + end.Type
			}
		}
	}
	for _, v := range []ehr.Value{
		&ehr.SimpleText{}, &ehr.CodedText{}, &ehr.Coded{}, &ehr.Code{}, &ehr.Boolean{}, &ehr.Integer{}, &ehr.Real{}, &ehr.Quantity{}, &ehr.Ratio{}, &ehr.Ordinal{},
		&ehr.Moment{}, &ehr.Date{}, &ehr.Duration{}, &ehr.Interval{}, &ehr.QuantityInterval{}, &ehr.ID{}, &ehr.URI{}, &ehr.Encapsulated{},
	} {
		if typeOf(v) == name {
			return v
		}
	}
	switch name {
	case "CE", "CD":
		return &ehr.Coded{}
	case "":
		if n.Has("originalText") {
			return &ehr.SimpleText{}
		}
	}
	return nil
}

// typed describes a value of any type.
func (d *dialect) typed(w *xmltext.Way, n *xmltext.Node, v ehr.Value) {
	switch v := v.(type) {
	case *ehr.Null:
		simpleText(w, n, &ehr.SimpleText{Null: v.Flavour})
	case *ehr.SimpleText:
		simpleText(w, n, v)
	case *ehr.CodedText:
		codedText(w, n, v)
	case *ehr.Coded:
		coded(w, n, v)
	case *ehr.Code:
		code(w, n, v)
	case *ehr.Boolean:
		flag(w, n, "value", &v.Value)
	case *ehr.Integer:
		digits(w, n, "value", &v.Digits, ehr.ValidWhole)
	case *ehr.Real:
		digits(w, n, "value", &v.Digits, ehr.ValidDecimal)
	case *ehr.Quantity:
		quantity(w, n, v)
	case *ehr.Ratio:
		xmltext.One(w, n, "numerator", &v.Numerator, quantity)
		xmltext.One(w, n, "denominator", &v.Denominator, quantity)
	case *ehr.Ordinal:
		ordinal(w, n, v)
	case *ehr.Moment:
		d.moment(w, n, v)
	case *ehr.Date:
		d.date(w, n, v)
	case *ehr.Duration:
		d.duration(w, n, v)
	case *ehr.Interval:
		d.interval(w, n, v)
	case *ehr.QuantityInterval:
		quantities(w, n, v)
	case *ehr.ID:
		id(w, n, v)
	case *ehr.URI:
		uri(w, n, &v.Value)
	case *ehr.Encapsulated:
		encapsulated(w, n, v)
	}
}

// quantity is a PQ. Its property and precision follow from unit and digits.
func quantity(w *xmltext.Way, n *xmltext.Node, x *ehr.Quantity) {
	digits(w, n, "value", &x.Digits, ehr.ValidDecimal)
	if !w.Reading {
		if units := n.Add("units"); x.Unit != "" {
			units.Add("codingSchemeName").SetText("UCUM")
			units.Add("codeValue").SetText(x.Unit)
		}
		return
	}
	word(w, n, "units", "UCUM", &x.Unit)
	for _, name := range []string{"property", "precision"} {
		if c := n.Take(name); c != nil {
			c.TakeAll()
		}
	}
}

// ordinal is an ORD. A rank that is no whole number goes as an absent one.
func ordinal(w *xmltext.Way, n *xmltext.Node, x *ehr.Ordinal) {
	rank := x.Digits
	if !w.Reading && !ehr.ValidWhole(rank) && ehr.ValidDecimal(rank) {
		n.Add("nullFlavor").Add("codeValue").SetText("UNC")
		rank = "0"
	}
	if w.Reading {
		flavourOf(n)
	}
	digits(w, n, "value", &rank, ehr.ValidWhole)
	if w.Reading {
		x.Digits = rank
	}
	xmltext.One(w, n, "symbol", &x.Symbol, codedText)
}
