package native

import (
	_ "embed"
	"io"

	"rosemary/ehr"
)

// Namespace is that of the canonical XML.
const Namespace = "urn:rosemary:ehr-extract:1"

const instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"

//go:embed ehr_extract.xsd
var schema string

// Schema is the XML schema of the canonical XML.
func Schema() string { return schema }

// JSON is the canonical JSON dialect.
func JSON() ehr.Dialect { return &jsonDialect{newModel()} }

// XML is the canonical XML dialect.
func XML() ehr.Dialect { return &xmlDialect{newModel()} }

type jsonDialect struct{ m *model }

func (*jsonDialect) Name() string { return "native-json" }

func (*jsonDialect) MediaType() string {
	return `application/json; profile="urn:rosemary:ehr-extract:1"`
}

type xmlDialect struct{ m *model }

func (*xmlDialect) Name() string { return "native-xml" }

func (*xmlDialect) MediaType() string { return `application/xml; profile="urn:rosemary:ehr-extract:1"` }

// flushAt is how many bytes are gathered before they are handed on.
const flushAt = 64 << 10

// encoder writes the parts of an extract through a sink.
type encoder struct {
	w    io.Writer
	m    *model
	sink sink
	out  *output
}

// flush hands on what is written, and says what could not be.
func (e *encoder) flush(least int) error {
	if e.out.err != nil {
		return e.out.err
	}
	if len(e.out.buf) <= least {
		return nil
	}
	_, err := e.w.Write(e.out.buf)
	if cap(e.out.buf) > 16*flushAt { // one part with much data in it: do not keep its room
		e.out.buf = make([]byte, 0, 2*flushAt)
	}
	e.out.buf = e.out.buf[:0]
	return err
}

// top writes the attributes of the extract itself.
func (e *encoder) top(s ehr.Source) error {
	h := s.Header()
	if h == nil {
		return &ehr.Fault{Rule: ehr.RuleHeader, Message: "an extract without a top cannot be written", Severity: ehr.Error}
	}
	e.m.header.writeAttributes(e.sink, h)
	return e.flush(0)
}

// Encode writes an extract in canonical JSON, one part to a line.
func (d *jsonDialect) Encode(w io.Writer, s ehr.Source) error {
	j := &jsonSink{}
	e := &encoder{w: w, m: d.m, sink: j, out: &j.output}
	j.buf = append(make([]byte, 0, 2*flushAt), `{"_type":"EHR_EXTRACT"`...)
	if err := e.top(s); err != nil {
		return err
	}
	err := lines(e, j, "all_compositions", s.Compositions, func(c *ehr.Composition) { d.m.composition.write(j, "", c, true, false) })
	if err == nil {
		err = lines(e, j, "folders", s.Folders, func(f *ehr.Folder) { d.m.folder.write(j, "", f, true, false) })
	}
	if err == nil {
		err = lines(e, j, "demographic_extract", s.Demographics, func(p ehr.Demographic) { d.m.entity.write(j, "", p, true) })
	}
	if err != nil {
		return err
	}
	j.buf = append(j.buf, '}', '\n')
	return e.flush(0)
}

// lines writes one list of the extract, each member on a line of its own. A list without members is left out.
func lines[T any](e *encoder, j *jsonSink, name string, all func(func(T) error) error, write func(T)) error {
	n := 0
	err := all(func(x T) error {
		if n++; n == 1 {
			j.buf = append(j.buf, `,"`+name+`":[`...)
			j.enterList(name)
		} else {
			j.buf = append(j.buf, ',')
		}
		j.buf = append(j.buf, '\n')
		write(x)
		return e.flush(flushAt)
	})
	if err != nil || n == 0 {
		return err
	}
	j.endList()
	return e.flush(flushAt)
}

// Encode writes an extract in canonical XML, one part to a line.
func (d *xmlDialect) Encode(w io.Writer, s ehr.Source) error {
	x := &xmlSink{}
	e := &encoder{w: w, m: d.m, sink: x, out: &x.output}
	x.buf = append(make([]byte, 0, 2*flushAt), `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<EHR_EXTRACT xmlns="`+Namespace+`" xmlns:xsi="`+instanceNamespace+`">`...)
	if err := e.top(s); err != nil {
		return err
	}
	err := elements(e, x, "all_compositions", s.Compositions, func(c *ehr.Composition) { d.m.composition.write(x, "", c, true, false) })
	if err == nil {
		err = elements(e, x, "folders", s.Folders, func(f *ehr.Folder) { d.m.folder.write(x, "", f, true, false) })
	}
	if err == nil {
		err = elements(e, x, "demographic_extract", s.Demographics, func(p ehr.Demographic) { d.m.entity.write(x, "", p, true) })
	}
	if err != nil {
		return err
	}
	x.buf = append(x.buf, "\n</EHR_EXTRACT>\n"...)
	return e.flush(0)
}

func elements[T any](e *encoder, x *xmlSink, name string, all func(func(T) error) error, write func(T)) error {
	x.list(name)
	err := all(func(part T) error {
		x.buf = append(x.buf, '\n')
		write(part)
		return e.flush(flushAt)
	})
	if err != nil {
		return err
	}
	x.endList()
	return e.flush(flushAt)
}
