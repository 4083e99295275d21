package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rosemary/web"
)

// TestScriptsSayWhatIsListed: every sentence that a script words is listed for translators, and none is listed that no script says.
func TestScriptsSayWhatIsListed(t *testing.T) {
	files, err := filepath.Glob("assets/src/parts/*.ts")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`\bword\('([^']+)'`).FindAllStringSubmatch(string(text), -1) {
			said[found[1]] = true
		}
	}
	for _, english := range web.ScriptSentences() {
		if !said[english] {
			t.Errorf("no script says %q", english)
		}
		delete(said, english)
	}
	for english := range said {
		t.Errorf("%q is not listed in scriptwords.go", english)
	}
}

// TestAPageBringsTheWordsOfItsScripts in another language, and none in English.
func TestAPageBringsTheWordsOfItsScripts(t *testing.T) {
	w := newWorld(t)
	w.speak(t, "pl.yaml", strings.Replace(polish, "sentences:\n", "sentences:\n  \"Draft saved at {time}\": \"Zapisano o {time}\"\n", 1))
	v := w.visitor(t)
	if p := v.getIn("pl", "/sign-in"); !strings.Contains(string(p.body), `data-words="{&#34;Draft saved at {time}&#34;:&#34;Zapisano o {time}&#34;}"`) {
		t.Errorf("the page brings no words: %s", p.body)
	}
	if p := v.getIn("en", "/sign-in"); strings.Contains(string(p.body), "data-words") {
		t.Error("a page in English brings words")
	}
}
