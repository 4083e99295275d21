package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// speak puts a language file into the provider's own folder and starts the pages anew.
func (w *world) speak(t testing.TB, name, text string) {
	t.Helper()
	folder := filepath.Join(w.Dir, "standard", "languages")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.open(t)
}

// getIn asks for a page as a browser does whose user reads a language.
func (v *visitor) getIn(tag, path string) *page {
	v.t.Helper()
	v.reads = tag
	return v.get(path)
}

const polish = `language: Polski
tag: pl
sentences:
  "Sign out": "Wyloguj się"
  "Sign in": "Zaloguj się"
  "Save": "<b>Zapisz</b>"
  "My shift of old": "Moja zmiana"
`

// TestAnotherLanguageIsAFile: a file in the folder is all that a language needs; what it does not say is in English, and its faults are shown where the provider's own files are.
func TestAnotherLanguageIsAFile(t *testing.T) {
	w := newWorld(t)
	w.speak(t, "pl.yaml", polish)
	v := w.visitor(t)
	p := v.getIn("de, pl;q=0.8, en;q=0.5", "/sign-in").want(http.StatusOK).says("Zaloguj się")
	if got := p.header.Get("Content-Language"); got != "pl" {
		t.Errorf("Content-Language %q", got)
	}
	english := v.getIn("de, fr;q=0.8", "/sign-in").want(http.StatusOK).keepsQuiet("Zaloguj")
	if got := english.header.Get("Content-Language"); got != "en-GB" || !strings.Contains(strings.Join(english.header.Values("Vary"), " "), "Accept-Language") {
		t.Errorf("Content-Language %q, Vary %q", got, english.header.Values("Vary"))
	}
	own := w.as(t, "manager").get("/standard/own").want(http.StatusOK)
	own.says("Polski", "Partly at fault", "standard/languages/pl.yaml", "2 sentences are said in the language", "Line 6, column 11", "the translation holds markup", "the pages do not say this sentence")
	sent := url.Values{"text": {polish}}
	w.as(t, "manager").post("/standard/own", sent).want(http.StatusUnprocessableEntity).says("Nothing was kept", "the translation holds markup")
}

// TestTheReaderChoosesTheLanguage: on the sign-in page by a link, and for good in their own settings; what they chose counts before what the browser asks for.
func TestTheReaderChoosesTheLanguage(t *testing.T) {
	w := newWorld(t)
	w.as(t, "carer").get("/shift").keepsQuiet("English")
	w.speak(t, "pl.yaml", polish)
	v := w.visitor(t)
	v.get("/sign-in").want(http.StatusOK).says("Polski", "Sign in").leadsTo(t, "/sign-in/language?in=pl")
	v.follow(v.get("/sign-in/language?in=pl").want(http.StatusSeeOther)).says("Zaloguj się")
	v.get("/sign-in/language?in=tlh").want(http.StatusSeeOther)

	carer := w.as(t, "carer")
	carer.get("/shift").says("Sign out", "English").leadsTo(t, "/language")
	carer.post("/language", url.Values{"language": {"tlh"}}).want(http.StatusUnprocessableEntity).says("Choose one of the languages.")
	carer.follow(carer.post("/language", url.Values{"language": {"pl"}}).want(http.StatusSeeOther)).want(http.StatusOK).says("Wyloguj się", "Polski")
	if lang := carer.get("/shift").header.Get("Content-Language"); lang != "pl" {
		t.Errorf("the shift is in %q", lang)
	}
	again := w.as(t, "carer")
	again.getIn("en-GB", "/shift").says("Wyloguj się")
	again.post("/language", url.Values{"language": {"browser"}}).want(http.StatusSeeOther)
	again.getIn("en-GB", "/shift").says("Sign out")
	w.as(t, "senior").get("/shift").says("Sign out")
}
