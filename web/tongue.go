package web

import (
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"
	"sync"

	bcp47 "golang.org/x/text/language"

	"rosemary/care/language"
	"rosemary/care/plain"
	"rosemary/standard"
)

//go:embed sentences
var sourceSentences embed.FS // go:embed needs a variable of the package; nothing writes to it

// tongue is one language that pages can be read in: its words, and the pages in it, made when the first reader asks for them.
type tongue struct {
	words *plain.Words // nil: English
	pages func() (*pages, error)
}

func newTongue(words *plain.Words) *tongue {
	return &tongue{words: words, pages: sync.OnceValues(func() (*pages, error) { return parsePages(words) })}
}

// keyLanguage names the cookie that holds the language which a browser's user chose before they signed in.
const keyLanguage = "rosemary-language"

// Sentences are all sentences that the pages say: those of the templates, of the source, and of the files of the standard and of the provider.
func Sentences(catalogue *standard.Catalogue) (language.Known, error) {
	known := language.Known{}
	if source, err := sourceSentences.ReadFile("sentences/source.txt"); err == nil { // the build makes it
		known.Add(language.Unpack(source)...)
	}
	templates, err := templateSentences()
	if err != nil {
		return nil, err
	}
	known.Add(templates...)
	known.Add(fileSentences(catalogue)...)
	return known, nil
}

// readTongues reads the provider's own languages, English first. What is wrong with one is told in the log, and on the page about the provider's own files.
func readTongues(c Config) ([]*tongue, error) {
	all := []*tongue{newTongue(nil)}
	files, err := languageFiles(c)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		for _, fault := range f.Own.Faults {
			c.Log.Warn("a sentence of the provider's own language file is not in use", "file", "standard/"+fault.File, "line", fault.Line, "column", fault.Column, "fault", fault.Message)
		}
		if f.Words == nil {
			continue
		}
		t := newTongue(f.Words)
		if _, err := t.pages(); err != nil {
			return nil, fmt.Errorf("web: %s: %w", f.Own.Name, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// languageFiles reads and judges the provider's own language files. Of two for one language the second is at fault.
func languageFiles(c Config) ([]language.File, error) {
	if c.Own == nil {
		return nil, nil
	}
	sources, err := c.Own.OwnLanguages()
	if err != nil || len(sources) == 0 {
		return nil, err
	}
	known, err := Sentences(c.Catalogue)
	if err != nil {
		return nil, err
	}
	files := make([]language.File, len(sources))
	first := map[string]string{}
	for i, source := range sources {
		f := source.Read(known)
		if f.Words != nil {
			if other, ok := first[f.Words.Tag]; ok {
				f.Words = nil
				f.Own.Faults = append(f.Own.Faults, standard.FileError{File: f.Own.Name, Line: 1, Column: 1, Message: "the language is that of " + other + " too, and this file is not used"})
				f.Own.Lines = append(f.Own.Lines, "")
			} else {
				first[f.Words.Tag] = f.Own.Name
			}
		}
		files[i] = f
	}
	return files, nil
}

// listen finds which language the reader reads: the one that they chose, or else the first that their browser asks for and that there is, or else English.
func (c *call) listen() {
	c.reader = c.tongues[0]
	if len(c.tongues) > 1 && replayOf(c.ctx) == nil { // what an entry of a device is told is kept, in English
		c.w.Header().Add("Vary", "Accept-Language, Cookie")
		c.reader = c.tongueFor()
	}
	c.words = c.reader.words
}

// listenTo takes the language that the account's holder chose, where there is such a language.
func (c *call) listenTo(tag string) {
	if t := c.tongueOf(tag); t != nil && replayOf(c.ctx) == nil {
		c.reader, c.words = t, t.words
	}
}

func (c *call) tongueFor() *tongue {
	if cookie, err := c.r.Cookie(keyLanguage); err == nil {
		if t := c.tongueOf(cookie.Value); t != nil {
			return t
		}
	}
	asked, _, err := bcp47.ParseAcceptLanguage(c.r.Header.Get("Accept-Language"))
	if err != nil || len(asked) == 0 {
		return c.tongues[0]
	}
	there := make([]bcp47.Tag, len(c.tongues))
	for i, t := range c.tongues {
		there[i] = bcp47.Make(t.words.Language())
	}
	_, i, confidence := bcp47.NewMatcher(there).Match(asked...)
	if confidence == bcp47.No {
		return c.tongues[0]
	}
	return c.tongues[i]
}

// tongueOf finds a language by its tag; nil where there is none.
func (s *server) tongueOf(tag string) *tongue {
	for _, t := range s.tongues {
		if t.words.Language() == tag {
			return t
		}
	}
	return nil
}

// word words a sentence in the language of the reader, with each {name} replaced by the value that follows the name.
func (c *call) word(english string, values ...string) string {
	return c.words.Say(english, values...)
}

// lower is how a choice from a list stands within a sentence. Other languages than English have rules of their own for small letters: there it stays as it is.
func (c *call) lower(english string) string {
	if c.words == nil {
		return strings.ToLower(english)
	}
	return c.word(english)
}

// title words what a record is about: what was chosen from lists in the language, what somebody wrote as it is.
func (c *call) title(content *standard.Content) string {
	if c.words == nil {
		return content.Title()
	}
	return content.TitleBy(func(v standard.Value) string { return c.words.Value(v, c.config.Zone) }, func(english string) string { return c.word(english) })
}

// translate puts the sentences of templates in place that were read from the files.
func translate(in *plain.Words, set *template.Template, files ...string) {
	if in == nil {
		return
	}
	walk := templateWords{sentence: func(english string) string { return in.Say(english) }}
	eachTree(&walk, set, files)
}

func eachTree(walk *templateWords, set *template.Template, files []string) {
	for _, file := range files {
		for _, t := range set.Templates() {
			if t.Tree != nil && t.Tree.ParseName == path.Base(file) {
				walk.tree(t.Tree)
			}
		}
	}
}

// templateSentences are the sentences of all templates.
func templateSentences() ([]language.Sentence, error) {
	all, err := template.New("").Funcs(words(nil)).ParseFS(templateFiles, "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	var found []language.Sentence
	for _, entry := range entries {
		name := "templates/" + entry.Name()
		one, err := template.Must(all.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, fmt.Errorf("web: templates: %w", err)
		}
		place := "web/" + name
		note := func(s language.Sentence) {
			s.Place = place
			found = append(found, s)
		}
		walk := templateWords{note: note, sentence: func(english string) string {
			note(language.Sentence{English: english})
			return english
		}}
		eachTree(&walk, one, []string{name})
	}
	return found, nil
}
