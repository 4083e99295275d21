package assets

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func twoFiles(t *testing.T, css string) *Assets {
	t.Helper()
	a, err := New(fstest.MapFS{
		"README":          {Data: []byte("why the folder is here")},
		"app.css":         {Data: []byte(css)},
		"images/icon.svg": {Data: []byte("<svg/>")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *Assets, method, url string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// TestURL shows that an address changes with the content, and that it answers with that content for ever.
func TestURL(t *testing.T) {
	a, b := twoFiles(t, "p{}"), twoFiles(t, "p{color:red}")
	url := a.URL("app.css")
	if !regexp.MustCompile(`^/assets/app\.[0-9a-f]{16}\.css$`).MatchString(url) {
		t.Errorf("URL = %s", url)
	}
	if url == b.URL("app.css") || a.URL("images/icon.svg") != b.URL("images/icon.svg") {
		t.Error("an address must change when the content does, and only then")
	}
	w := get(a, "GET", url, nil)
	if w.Code != 200 || w.Body.String() != "p{}" || w.Header().Get("Content-Type") != "text/css; charset=utf-8" ||
		!strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("GET %s: %d %q %v", url, w.Code, w.Body, w.Header())
	}
	if w := get(b, "GET", url, nil); w.Code != 404 {
		t.Errorf("the address of another content answers %d", w.Code)
	}
}

// TestPlainName shows that the styles find their icons, and that the browser asks again.
func TestPlainName(t *testing.T) {
	a := twoFiles(t, "p{}")
	w := get(a, "GET", "/assets/images/icon.svg", nil)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" ||
		strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = get(a, "GET", "/assets/images/icon.svg", http.Header{"If-None-Match": {w.Header().Get("ETag")}})
	if w.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", w.Code)
	}
}

func TestRefused(t *testing.T) {
	a := twoFiles(t, "p{}")
	for _, c := range []struct {
		method, url string
		code        int
	}{
		{"GET", "/assets/README", 404}, {"GET", "/assets/nothing.js", 404}, {"GET", "/assets/../assets.go", 404},
		{"GET", a.URL("nothing.js"), 404}, {"POST", a.URL("app.css"), 405},
	} {
		if w := get(a, c.method, c.url, nil); w.Code != c.code {
			t.Errorf("%s %s: %d, want %d", c.method, c.url, w.Code, c.code)
		}
	}
}

// TestScriptBudget: what a phone on a bad network must fetch before the pages are quick.
func TestScriptBudget(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Check(); err != nil {
		t.Skip(err)
	}
	var packed bytes.Buffer
	for _, name := range []string{"app.js", "sw.js"} {
		script, err := fs.ReadFile(a.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		zip := gzip.NewWriter(&packed)
		if _, err := zip.Write(script); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if t.Logf("all script: %d bytes compressed", packed.Len()); packed.Len() > 30<<10 {
		t.Errorf("%d bytes", packed.Len())
	}
}

// TestNotBuilt shows that a program built before its files says what to run.
func TestNotBuilt(t *testing.T) {
	a, err := New(fstest.MapFS{"README": {Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Check(); err == nil || !strings.Contains(err.Error(), "npm run build") {
		t.Errorf("Check = %v", err)
	}
}

// TestBuilt looks at the built files: they load nothing from elsewhere, and all that the styles name is there.
func TestBuilt(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Check(); err != nil {
		if testing.Short() {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	css, err := fs.ReadFile(a.FS(), "app.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"@font-face", "frutiger", "http:", "https:", "data:", "@import"} {
		if strings.Contains(strings.ToLower(string(css)), banned) {
			t.Errorf("app.css holds %s", banned)
		}
	}
	named := regexp.MustCompile(`url\("?([^")]*)"?\)`).FindAllStringSubmatch(string(css), -1)
	if len(named) == 0 {
		t.Error("app.css names no pictures: is the design system in it?")
	}
	for _, m := range named {
		if w := get(a, "GET", path.Join(Prefix, m[1]), nil); w.Code != 200 {
			t.Errorf("app.css names %s: %d", m[1], w.Code)
		}
	}
}
