package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const ownRound = `form: Night round
id: night-round
own: daily-note
summary: What was seen on the round.
evidence: provider
sections:
  - title: Tonight
    asks: [when, freeText]
`

// TestOwnForms: whoever manages forms sees of each file whether it is good, with line and column, and checks a text without keeping it.
func TestOwnForms(t *testing.T) {
	w := newWorld(t)
	folder := filepath.Join(w.Dir, "standard", "forms")
	manager := w.as(t, "manager")
	manager.get("/standard").says("Our own forms and classes")
	manager.get("/standard/own").want(http.StatusOK).says("There are none.")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("night-round.yaml", ownRound)
	write("bad.yaml", strings.NewReplacer("Night round", "Bad <b>one</b>", "night-round", "bad", "when,", "wehn,").Replace(ownRound))
	p := manager.get("/standard/own").want(http.StatusOK)
	p.says("Used from the next start.", "Not used until it is put right.", `class "daily-note" has no element "wehn"`, "asks: [wehn, freeText]", "standard/forms/bad.yaml", "Bad <b>one</b>")
	p.keepsQuiet(w.Dir)

	sent := url.Values{"text": {strings.Replace(ownRound, "freeText", "freeTxt", 1)}}
	manager.post("/standard/own", sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Nothing was kept", `no element "freeTxt"`)
	manager.post("/standard/own", url.Values{"text": {ownRound}}).want(http.StatusOK).says("Night round is good. Keep it as standard/forms/night-round.yaml")
	manager.post("/standard/own", url.Values{"text": {""}}).want(http.StatusUnprocessableEntity).says("Paste the text of a file")
	manager.post("/standard/own", url.Values{"text": {strings.Repeat("[", 300_000)}}).want(http.StatusUnprocessableEntity).says("the file is larger than 256 KB")
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("something was kept: %v, %v", entries, err)
	}

	w.as(t, "carer").get("/standard").keepsQuiet("Our own forms")
	w.as(t, "carer").get("/standard/own").want(http.StatusForbidden).says("cannot manage forms")
	w.as(t, "carer").post("/standard/own", sent).want(http.StatusForbidden)
}

// TestOwnFormsInABrowser looks at the page with a good file and one that is at fault in a long line.
func TestOwnFormsInABrowser(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	folder := filepath.Join(w.Dir, "standard", "forms")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	bad := strings.NewReplacer("Night round", "Day round", "night-round", "day-round", "when,", "wehn,", "evidence: provider", "evidence: "+strings.Repeat("x", 200)).Replace(ownRound)
	for name, text := range map[string]string{"night-round.yaml": ownRound, "day-round.yaml": bad} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.Open("/standard/own")
	b.look("16g-own-files")
}
