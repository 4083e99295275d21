package web_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rosemary/fhir/smart"
	"rosemary/internal/fixture"
	"rosemary/web"
	"rosemary/web/assets"
)

// world is a fixture with the pages over it.
type world struct {
	*fixture.World
	pages     http.Handler
	fileLimit int64 // of a record that is taken in as a file; 0: what the pages think right
	downtime  web.Downtime
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := fixture.New(t)
	out := &world{World: w}
	out.open(t)
	return out
}

// open puts the pages over the installation; again after it was started anew.
func (w *world) open(t testing.TB) {
	t.Helper()
	built, err := assets.Load()
	if err != nil {
		t.Fatal(err)
	}
	w.pages, err = web.New(web.Config{
		Guard: w.Guard, System: w.Identity.System, Keys: w.Identity.Keys, Catalogue: w.Catalogue, Assets: built, Sessions: w.Accounts.Cookies(w.Clock.Now, web.AccountOf),
		Now: w.Clock.Now, Zone: w.Zone, Log: w.Logger, Own: w.Installation, Outbox: w.Outbox, Exchange: w.Exchange, FileLimit: w.fileLimit, Issuer: smart.Issuer("https://records.example"), Downtime: w.downtime,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// moment gives the time on the clock as addresses carry it, to the second, and lets the clock go on to the next.
func (w *world) moment() string {
	w.Clock.Now()
	at := w.Clock.Now().Truncate(time.Second).Add(time.Second)
	for w.Clock.Now().Before(at.Add(time.Second)) {
	}
	return at.UTC().Format("20060102T150405Z")
}

// visitor is a browser without script.
type visitor struct {
	t       testing.TB
	pages   http.Handler
	cookies map[string]string
	reads   string                                               // the language that the browser asks for; "": it says nothing
	over    func(*httptest.ResponseRecorder) http.ResponseWriter // stands in front of what is answered; nil: nothing does
}

func (w *world) visitor(t testing.TB) *visitor {
	return &visitor{t: t, pages: w.pages, cookies: map[string]string{}}
}

// as signs somebody of the staff in.
func (w *world) as(t testing.TB, account string) *visitor {
	t.Helper()
	v := w.visitor(t)
	reply := v.post("/sign-in", url.Values{"account": {w.Account(account)}, "password": {fixture.Password}})
	if reply.status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %d %s", account, reply.status, reply.text())
	}
	return v
}

// page is an answer, read.
type page struct {
	t        testing.TB
	path     string
	status   int
	location string
	header   http.Header
	body     []byte
	doc      *html.Node
}

func (v *visitor) do(r *http.Request) *page {
	v.t.Helper()
	if v.reads != "" {
		r.Header.Set("Accept-Language", v.reads)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	if v.over != nil {
		v.pages.ServeHTTP(v.over(w), r)
	} else {
		v.pages.ServeHTTP(w, r)
	}
	result := w.Result()
	for _, c := range result.Cookies() {
		v.cookies[c.Name] = c.Value
	}
	p := &page{t: v.t, path: r.URL.RequestURI(), status: w.Code, location: result.Header.Get("Location"), header: result.Header, body: w.Body.Bytes()}
	if strings.HasPrefix(result.Header.Get("Content-Type"), "text/html") && len(p.body) > 0 {
		doc, err := html.Parse(bytes.NewReader(p.body))
		if err != nil {
			v.t.Fatalf("%s: %v", p.path, err)
		}
		p.doc = doc
		if result.Header.Get("Location") == "" {
			checkPage(v.t, p.path, p.doc, p.body)
		}
	}
	return p
}

func (v *visitor) get(path string) *page {
	v.t.Helper()
	return v.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as our own page does.
func (v *visitor) post(path string, values url.Values) *page {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// follow goes where a redirect leads.
func (v *visitor) follow(p *page) *page {
	v.t.Helper()
	if p.location == "" {
		v.t.Fatalf("%s leads nowhere: %d %s", p.path, p.status, p.text())
	}
	return v.get(p.location)
}

func (p *page) want(status int) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: status %d, want %d: %s", p.path, p.status, status, p.text())
	}
	return p
}

// says fails the test unless the page's words hold these.
func (p *page) says(words ...string) *page {
	p.t.Helper()
	text := p.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s does not say %q: %s", p.path, w, text)
		}
	}
	return p
}

// keeps fails the test if the page's words hold these.
func (p *page) keepsQuiet(words ...string) *page {
	p.t.Helper()
	text := p.text()
	for _, w := range words {
		if strings.Contains(text, w) {
			p.t.Errorf("%s says %q: %s", p.path, w, text)
		}
	}
	return p
}

// text is the words of the page, single-spaced.
func (p *page) text() string {
	if p.doc == nil {
		return string(p.body)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "option" || n.Data == "head") {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(p.doc)
	return strings.Join(strings.Fields(b.String()), " ")
}

// each calls fn for every element of the document.
func each(n *html.Node, fn func(*html.Node)) {
	if n.Type == html.ElementNode {
		fn(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, fn)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// fields are what the page's form with this action would post: inputs, selects, text areas; buttons not.
func (p *page) fields(action string) url.Values {
	p.t.Helper()
	values := url.Values{}
	found := false
	each(p.doc, func(n *html.Node) {
		if n.Data != "form" || attr(n, "action") != action {
			return
		}
		found = true
		each(n, func(f *html.Node) { addField(values, f) })
	})
	if !found {
		p.t.Fatalf("%s has no form that posts to %s", p.path, action)
	}
	return values
}

func addField(values url.Values, f *html.Node) {
	name := attr(f, "name")
	switch {
	case name == "":
	case f.Data == "input":
		typ := attr(f, "type")
		if (typ == "radio" || typ == "checkbox") && !has(f, "checked") {
			return
		}
		values.Add(name, attr(f, "value"))
	case f.Data == "textarea":
		if f.FirstChild != nil {
			values.Add(name, f.FirstChild.Data)
		} else {
			values.Add(name, "")
		}
	case f.Data == "select":
		chosen, first := "", true
		each(f, func(o *html.Node) {
			if o.Data == "option" && (first || has(o, "selected")) {
				chosen, first = attr(o, "value"), false
			}
		})
		values.Add(name, chosen)
	}
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// checkPage holds every page to what a reader, with eyes or without, needs of it.
func checkPage(t testing.TB, path string, doc *html.Node, body []byte) {
	t.Helper()
	ids, labelled, headings := map[string]int{}, map[string]bool{}, 0
	var fields []*html.Node
	each(doc, func(n *html.Node) {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		switch n.Data {
		case "html":
			if lang, dir := attr(n, "lang"), attr(n, "dir"); lang+dir != "en-GBltr" && lang+dir != "plltr" && lang+dir != "en-XAltr" && lang+dir != "ar-XBrtl" {
				t.Errorf("%s: the page does not say its language", path)
			}
		case "h1":
			headings++
		case "label":
			labelled[attr(n, "for")] = true
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" {
				fields = append(fields, n)
			}
		case "script":
			if n.FirstChild != nil {
				t.Errorf("%s: a script in the page", path)
			}
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: %s has %s in the page", path, n.Data, a.Key)
			}
		}
	})
	if headings != 1 {
		t.Errorf("%s: %d main headings", path, headings)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: the id %s stands %d times", path, id, n)
		}
	}
	for _, f := range fields {
		if !labelled[attr(f, "id")] && attr(f, "aria-label") == "" {
			t.Errorf("%s: the field %s has no label", path, attr(f, "name"))
		}
	}
	each(doc, func(n *html.Node) {
		for _, ref := range []string{"aria-describedby", "aria-labelledby"} {
			for _, id := range strings.Fields(attr(n, ref)) {
				if ids[id] == 0 {
					t.Errorf("%s: %s points at %s, which is not there", path, ref, id)
				}
			}
		}
		if href := attr(n, "href"); n.Data == "a" && len(href) > 1 && href[0] == '#' && ids[href[1:]] == 0 {
			t.Errorf("%s: a link leads to %s, which is not there", path, href)
		}
	})
	for _, bad := range []string{"ZgotmplZ", "%!", "<no value>", "&lt;span", "&lt;a ", "&amp;lt;"} {
		if bytes.Contains(body, []byte(bad)) {
			t.Errorf("%s: has %s in it", path, bad)
		}
	}
}

// nodeText gives the words of the first element of a name.
func nodeText(name string, into *string) func(*html.Node) {
	return func(n *html.Node) {
		if n.Data == name && *into == "" && n.FirstChild != nil {
			*into = n.FirstChild.Data
		}
	}
}

// carriesPast checks that every link to a page of the person carries the moment that is looked back to, but for those that lead to now on
// purpose: the way back and the facts of today's banner.
func carriesPast(t testing.TB, base, at string) func(*html.Node) {
	return func(n *html.Node) {
		href := attr(n, "href")
		if n.Data != "a" || !strings.HasPrefix(href, base) || strings.Contains(href, "at="+at) || href == base || inside(n, "rm-safety") || strings.HasSuffix(href, "/looked") {
			return
		}
		t.Errorf("the link %s leads back to now", href)
	}
}

func inside(n *html.Node, class string) bool {
	for at := n.Parent; at != nil; at = at.Parent {
		for _, c := range strings.Fields(attr(at, "class")) {
			if c == class {
				return true
			}
		}
	}
	return false
}
