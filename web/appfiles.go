package web

import (
	"html/template"
	"net/http"

	"rosemary/web/nhsuk"
)

// appFiles serves what makes the pages an app on a phone: the script that works without a network must lie at the top, for it serves what lies below it, and is
// asked for anew each time; the manifest says what to call the app and where it begins.
func (s *server) appFiles(mux *http.ServeMux, compressed func(http.Handler) http.HandlerFunc) {
	if s.config.Outbox == nil {
		return
	}
	for path, name := range map[string]string{"/sw.js": "sw.js", "/app.webmanifest": "app.webmanifest"} {
		mux.Handle("GET "+path, compressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.Clone(r.Context())
			r.URL.Path = s.config.Assets.URL(name)
			s.config.Assets.ServeHTTP(noCache{w}, r)
		})))
	}
}

// noCache makes a browser ask each time whether a file is still the same.
type noCache struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w noCache) WriteHeader(status int) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
	w.ResponseWriter.WriteHeader(status)
}

// awayPage is what a device shows of itself where there is no network and nothing kept. It holds nothing about anybody.
type awayPage struct {
	Frame
	Hours    int           // how long what is kept may be read
	Password template.HTML // of who is it now
	Says     template.HTML // the name of somebody who is not signed in
}

// away shows it; a device keeps it with the styles and scripts.
func (c *call) away() error {
	page := awayPage{Frame: c.frame("No network"), Hours: c.offline.Hours,
		Password: nhsuk.PasswordInput(nhsuk.PasswordInputOptions{ID: "password", Name: "password", Label: nhsuk.LabelOptions{Text: "Your password", Size: "s"}, Autocomplete: "current-password"}),
		Says:     nhsuk.Input(nhsuk.InputOptions{ID: "says", Name: "says", Label: nhsuk.LabelOptions{Text: "Your first and last name", Size: "s"}, Autocomplete: "off"})}
	page.Narrow = true
	return c.render("away", page)
}
