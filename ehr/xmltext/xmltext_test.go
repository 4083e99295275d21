package xmltext

import (
	"errors"
	"io"
	"strings"
	"testing"

	"rosemary/ehr"
)

func read(text string) (*Node, error) {
	r := NewReader(strings.NewReader(text), Limits{})
	n, err := r.Next()
	if err != nil {
		return nil, err
	}
	return n, r.Close()
}

func TestWhatIsReadIsWhatStands(t *testing.T) {
	n, err := read("\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a > b --><?x y?>\n" +
		`<e:a xmlns:e="urn:e" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="http://www.w3.org/2001/XMLSchema" x:type="e:ENTRY" x:schemaLocation="a b">
	<e:b x:type="s:string">one <!-- and --><![CDATA[<two>]]> &amp; &#65;</e:b><e:b x:nil="true" v="&quot;" w='"'/></e:a> `)
	if err != nil {
		t.Fatal(err)
	}
	if n.Space != "urn:e" || n.Name != "a" || n.Type != "ENTRY" || len(n.Nodes) != 2 || n.Attrs != nil || n.Text != "" {
		t.Errorf("%+v", n)
	}
	b, c := n.Take("b"), n.Take("b")
	if b.Text != "one <two> & A" || b.Type != "" || !c.Nil || n.Take("b") != nil {
		t.Errorf("%+v %+v", b, c)
	}
	if v, ok := c.TakeAttr("v"); v != `"` || !ok {
		t.Errorf("%q", v)
	}
	var left []string
	n.Left("", func(path string, l *Node) { left = append(left, path+" "+string(l.XML())) })
	want := []string{`/b <b xmlns="urn:e">one &lt;two&gt; &amp; A</b>`, `/b <b xmlns="urn:e" w="&quot;"/>`}
	if strings.Join(left, "\n") != strings.Join(want, "\n") {
		t.Errorf("left: %q", left)
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	hard := "a\tb\r\nc <d> & \"e\" ']]>' \u0085\u2028 Zoë 🌿 \x00\ufffe "
	root := &Node{Space: "urn:e", Name: "a", Type: "T"}
	root.Set("v", hard)
	root.Add("b").SetText(hard)
	root.Add("c").Add("d")
	var out strings.Builder
	w := NewWriter(&out)
	w.Declare()
	w.Enter(root)
	for _, c := range root.Nodes {
		w.Write(c)
	}
	w.Leave()
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	n, err := read(out.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	clean := strings.NewReplacer("\x00", "\ufffd", "\ufffe", "\ufffd").Replace(hard)
	if v, _ := n.TakeAttr("v"); v != clean || n.Nodes[0].Text != clean || n.Nodes[1].Nodes[0].Name != "d" || n.Type != "T" {
		t.Errorf("%q\n%q", v, n.Nodes[0].Text)
	}
	if again, err := read(string(n.XML())); err != nil || again.Nodes[0].Text != clean {
		t.Errorf("%v %s", err, n.XML())
	}
}

// endless gives the head, and then the same again and again.
type endless struct {
	head, more string
	given      int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.head == "" {
		e.head = e.more
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	if e.given += int64(n); e.given > 1<<30 {
		return n, errors.New("nobody stopped")
	}
	return n, nil
}

func TestHostileXMLIsStopped(t *testing.T) {
	small := Limits{Text: 1 << 16, Part: 1 << 20, Nodes: 1000}
	for name, c := range map[string]struct{ head, more, rule string }{
		"a document type":        {`<!DOCTYPE lolz [<!ENTITY lol "lol">`, `<!ENTITY a "&lol;">`, ehr.RuleMalformed},
		"an entity":              {`<a>&lol;`, `x`, ehr.RuleMalformed},
		"an endless text":        {`<a>`, `x`, ehr.RuleTooLarge},
		"an endless value":       {`<a b="`, `x`, ehr.RuleTooLarge},
		"an endless name":        {`<`, `x`, ehr.RuleTooLarge},
		"endless attributes":     {`<a`, ` b=""`, ehr.RuleTooLarge},
		"an endless comment":     {`<a><!--`, `x`, ehr.RuleTooLarge},
		"an endless instruction": {`<?a `, `x`, ehr.RuleTooLarge},
		"an endless CDATA":       {`<a><![CDATA[`, `]] `, ehr.RuleTooLarge},
		"pieces of text":         {`<a>`, `xxxxxxxxxxxxxxxxxxxx<!---->`, ehr.RuleTooLarge},
		"many texts":             {`<a>`, `<b>` + strings.Repeat("x", 5000) + `</b>`, ehr.RuleTooLarge},
		"many elements":          {`<a>`, `<b/>`, ehr.RuleTooLarge},
		"depth":                  {`<a>`, `<a>`, ehr.RuleTooDeep},
		"a doubled attribute":    {`<a b="1" b="2">`, `x`, ehr.RuleTwice},
		"another encoding":       {`<?xml version="1.0" encoding="UTF-7"?>`, `x`, ehr.RuleMalformed},
		"another version":        {`<?xml version="1.1"?>`, `x`, ehr.RuleMalformed},
		"no XML":                 {`PK`, "\x03\x04", ehr.RuleMalformed},
		"bad UTF-8":              {"<a>\xff", `x`, ehr.RuleMalformed},
		"a zero byte":            {"<a>\x00", `x`, ehr.RuleMalformed},
		"tags crossed":           {`<a><b></a></b>`, `x`, ehr.RuleMalformed},
	} {
		in := &endless{head: c.head, more: c.more}
		r := NewReader(in, small)
		_, err := r.Next()
		if err == nil {
			_, err = r.Next()
		}
		var f *ehr.Fault
		if !errors.As(err, &f) || f.Rule != c.rule {
			t.Errorf("%s: %v after %d bytes", name, err, in.given)
		}
		if in.given > 4<<20 {
			t.Errorf("%s: %d bytes were read", name, in.given)
		}
	}
}

func TestWhatStandsAroundTheRootIsRefused(t *testing.T) {
	for _, text := range []string{"", " ", "<!-- -->", "<a/><b/>", "<a/>text", "<a>", "<a", "<a/><!DOCTYPE a>"} {
		_, err := read(text)
		if text == "" || text == " " || text == "<!-- -->" {
			if err == nil || errors.Is(err, io.EOF) {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		var f *ehr.Fault
		if !errors.As(err, &f) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`<?xml version="1.0"?><e:a xmlns:e="urn:e" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="e:T" v="&quot;"><b/>t<!--c--><![CDATA[d]]></e:a>`)
	f.Add(`<!DOCTYPE a><a/>`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := read(text)
		if err != nil {
			return
		}
		again, err := read(string(n.XML()))
		if err != nil {
			t.Fatalf("%v\n%s", err, n.XML())
		}
		if again.Name != n.Name || again.Type != n.Type || len(again.Nodes) != len(n.Nodes) || string(again.XML()) != string(n.XML()) {
			t.Fatalf("%s\n%s", n.XML(), again.XML())
		}
	})
}
