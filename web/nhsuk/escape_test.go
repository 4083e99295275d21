package nhsuk_test

import (
	"html/template"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rosemary/web/nhsuk"
)

// FuzzText puts one string into every text option of every component, and looks whether the HTML has the same elements
// and attributes as with a harmless one.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"x", `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onclick='x`, "</textarea><b>", "</title>",
		"&lt;b&gt;", "&#60;b&#62;", "\x00<b>", "<!--", "]]>", "javascript:alert(1)", "\xff<b>", "a\r\nb", "`", "');x:url('",
		"\u2028<b>", "%{count}", "{{.}}",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, on bool) {
		if strings.Contains(s, "nhsuk") || strings.Contains(s, "mportant") {
			t.Skip("classes, and what a warning says, are looked at")
		}
		for name, component := range nhsuk.Funcs() {
			// The prefix keeps the string from being one that an option gives a meaning to.
			want := elements(renderFilled(component, "zq", on))
			have := elements(renderFilled(component, "zq"+s, on))
			if !slices.Equal(have, want) {
				t.Errorf("%s with %q: have %v\nwant %v", name, s, have, want)
			}
		}
	})
}

// renderFilled renders a component with the string in every text option.
func renderFilled(component any, s string, on bool) string {
	f := reflect.ValueOf(component)
	o := reflect.New(f.Type().In(0)).Elem()
	fill(o, s, on, 0)
	return f.Call([]reflect.Value{o})[0].String()
}

// fill puts the string wherever a text can be: in lists, in options of options, as the value of attributes. HTML stays
// empty, since it is not escaped.
func fill(v reflect.Value, s string, on bool, depth int) {
	switch {
	case v.Type() == reflect.TypeFor[template.HTML]():
		return
	case v.Type() == reflect.TypeFor[nhsuk.Attributes]():
		v.Set(reflect.ValueOf(nhsuk.Attributes{{Name: "data-fuzz", Value: s}, {Name: "href", Value: s}}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(on)
	case reflect.Int8:
		v.SetInt(1)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, on, depth)
	case reflect.Slice:
		if depth < 6 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), s, on, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"day": s}))
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && field.Name != "Omit" {
				fill(v.Field(i), s, on, depth+1)
			}
		}
	}
}

// elements are the tags of a piece of HTML with the names of their attributes, and whatever else is not text.
func elements(source string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return out
		case html.TextToken:
		default:
			token := z.Token()
			tag := kind.String() + " " + token.Data
			if kind == html.CommentToken || kind == html.DoctypeToken {
				tag = kind.String()
			}
			for _, a := range token.Attr {
				tag += " " + a.Key
			}
			out = append(out, tag)
		}
	}
}

// TestFillReachesText guards FuzzText: every component shows what is put into it.
func TestFillReachesText(t *testing.T) {
	for name, component := range nhsuk.Funcs() {
		if got := renderFilled(component, "zq<b>", true); !strings.Contains(got, "zq&lt;b&gt;") {
			t.Errorf("%s does not show the text: %s", name, got)
		}
	}
}

// FuzzSame shows that a reader gets the very text that was put in.
func FuzzSame(f *testing.F) {
	f.Add("it's <b>5 & 6</b>")
	f.Add("\nline\n\nline")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\x00\r") {
			t.Skip("no HTML can hold these")
		}
		doc, err := html.Parse(strings.NewReader(string(nhsuk.Textarea(nhsuk.TextareaOptions{Name: "note", Value: s}))))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for n := range doc.Descendants() {
			if n.Data == "textarea" && n.FirstChild != nil {
				got = n.FirstChild.Data
			}
		}
		if got != s {
			t.Errorf("put in %q, got %q", s, got)
		}
	})
}

// TestAddresses shows which addresses a page may lead to.
func TestAddresses(t *testing.T) {
	for _, ok := range []string{
		"/people/1", "?page=2", "#name", "people", "https://example.org/a:b", "mailto:a@example.org", "tel:01632960001",
		"a/b:c", "",
	} {
		got := string(nhsuk.SkipLink(nhsuk.SkipLinkOptions{Text: "x", Href: ok}))
		if !strings.Contains(got, `href="`+template.HTMLEscapeString(ok)) {
			t.Errorf("%s: %s", ok, got)
		}
	}
	for _, bad := range []string{
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:x",
		"data:text/html,x", "vbscript:x", "blob:x",
	} {
		for name, got := range map[string]template.HTML{
			"link":      nhsuk.Button(nhsuk.ButtonOptions{Text: "x", Href: bad}),
			"attribute": nhsuk.Tag(nhsuk.TagOptions{Attributes: nhsuk.Attributes{{Name: "HREF", Value: bad}}}),
			"form": nhsuk.Header(nhsuk.HeaderOptions{Account: &nhsuk.AccountOptions{
				Items: []nhsuk.AccountItem{{Text: "x", Action: bad}},
			}}),
			"image": nhsuk.Hero(nhsuk.HeroOptions{Image: nhsuk.HeroImage{Src: bad}}),
		} {
			if !strings.Contains(string(got), "#address-refused") {
				t.Errorf("%s %q: %s", name, bad, got)
			}
		}
	}
}

// TestAttributeNames shows that what is no plain name of an attribute, or runs a script, is not written as one.
func TestAttributeNames(t *testing.T) {
	for _, bad := range []string{"", "onclick", "ONLOAD", "a b", "a>", "a=b", `a"`, "a/", "srcdoc", "é"} {
		got := nhsuk.Tag(nhsuk.TagOptions{Text: "x", Attributes: nhsuk.Attributes{{Name: bad, Value: "1"}}})
		if want := `<strong class="nhsuk-tag" data-refused="` + template.HTMLEscapeString(bad) + `">`; !strings.HasPrefix(string(got), want) {
			t.Errorf("%q: %s", bad, got)
		}
	}
}

// TestWithoutLogo shows a header for those who are not the NHS.
func TestWithoutLogo(t *testing.T) {
	got := string(nhsuk.Header(nhsuk.HeaderOptions{
		Logo: nhsuk.LogoOptions{Omit: true}, Service: nhsuk.ServiceOptions{Text: "Rosemary", Href: "/"},
	}))
	if strings.Contains(got, "NHS") || strings.Contains(got, "svg") ||
		!strings.Contains(got, `<a class="nhsuk-header__service-name" href="/">Rosemary</a>`) {
		t.Error(got)
	}
}
