package xmltext

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// Writer writes one document.
type Writer struct {
	out  *bufio.Writer
	open []string
}

// NewWriter writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 32<<10)} }

// Declare writes the XML declaration.
func (w *Writer) Declare() { w.put(`<?xml version="1.0" encoding="UTF-8"?>`, "\n") }

// Enter writes the start of an element that stays open; what is put in it with Set is written, what is in it is not. A root names its namespace in Space.
func (w *Writer) Enter(n *Node) {
	w.tag(n)
	w.put(">\n")
	w.open = append(w.open, n.Name)
}

// Leave closes the innermost open element.
func (w *Writer) Leave() {
	name := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.indent(len(w.open))
	w.put("</", name, ">\n")
}

// Write writes an element whole. One that is a root, or alone, names its namespace in Space.
func (w *Writer) Write(n *Node) { w.node(n, len(w.open)) }

// Err says whether anything went wrong since the start.
func (w *Writer) Err() error {
	_, err := w.out.Write(nil)
	return err
}

// Flush writes what is still in memory, and says whether anything went wrong since the start.
func (w *Writer) Flush() error { return w.out.Flush() }

// XML gives an element as a document of its own.
func (n *Node) XML() []byte {
	var b strings.Builder
	w := NewWriter(&b)
	w.bare(n, "")
	_ = w.Flush() // a builder takes everything
	return []byte(b.String())
}

// bare writes an element as it was read, with the namespace where it changes.
func (w *Writer) bare(n *Node, space string) {
	w.put("<", n.Name)
	if n.Space != space {
		w.attr("xmlns", n.Space)
	}
	w.attrs(n, n.Space != space)
	if n.Text == "" && len(n.Nodes) == 0 {
		w.put("/>")
		return
	}
	w.put(">")
	w.escape(n.Text, false)
	for _, c := range n.Nodes {
		w.bare(c, n.Space)
	}
	w.put("</", n.Name, ">")
}

func (w *Writer) put(parts ...string) {
	for _, p := range parts {
		_, _ = w.out.WriteString(p) // the first failure is kept, and told by Flush
	}
}

func (w *Writer) indent(depth int) {
	const blanks = "                                                                                "
	w.put(blanks[:min(depth, len(blanks))])
}

func (w *Writer) tag(n *Node) {
	w.indent(len(w.open))
	w.put("<", n.Name)
	if n.Space != "" {
		w.attr("xmlns", n.Space)
		w.attr("xmlns:xsi", instance)
	}
	w.attrs(n, false)
}

func (w *Writer) attrs(n *Node, declare bool) {
	if n.Type != "" {
		if declare {
			w.attr("xmlns:xsi", instance)
		}
		w.attr("xsi:type", n.Type)
	}
	for i, a := range n.Attrs {
		if at := strings.LastIndexByte(a.Name, ' '); at >= 0 { // a namespace may hold spaces of its own
			prefix := "n" + strconv.Itoa(i)
			w.attr("xmlns:"+prefix, a.Name[:at])
			w.attr(prefix+":"+a.Name[at+1:], a.Value)
			continue
		}
		w.attr(a.Name, a.Value)
	}
}

func (w *Writer) attr(name, value string) {
	w.put(" ", name, `="`)
	w.escape(value, true)
	w.put(`"`)
}

func (w *Writer) node(n *Node, depth int) {
	w.indent(depth)
	w.put("<", n.Name)
	if n.Space != "" {
		w.attr("xmlns", n.Space)
		w.attr("xmlns:xsi", instance)
	}
	w.attrs(n, false)
	switch {
	case len(n.Nodes) > 0:
		w.put(">\n")
		for _, c := range n.Nodes {
			w.node(c, depth+1)
		}
		w.indent(depth)
		w.put("</", n.Name, ">\n")
	case n.Text != "":
		w.put(">")
		w.escape(n.Text, false)
		w.put("</", n.Name, ">\n")
	default:
		w.put("/>\n")
	}
}

// escape writes characters so that every reader gets them back: white space in attributes and carriage returns would be changed.
func (w *Writer) escape(s string, attribute bool) {
	last := 0
	for i := range len(s) {
		var as string
		switch s[i] {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '\r':
			as = "&#13;"
		case '"':
			as = "&quot;"
		case '\n':
			as = "&#10;"
		case '\t':
			as = "&#9;"
		default:
			continue
		}
		if !attribute && (s[i] == '"' || s[i] == '\n' || s[i] == '\t') {
			continue
		}
		w.put(s[last:i], as)
		last = i + 1
	}
	w.put(s[last:])
}
