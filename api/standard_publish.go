package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rosemary/standard"
)

// published is the standard as the API gives it, written once: it does not change while the program runs.
type published struct {
	etag      string
	root      []byte
	list      map[string][]byte // short forms of the classes, by category; "" is all
	classes   map[string][]byte
	valueSets []byte
	valueSet  map[string][]byte
	forms     []byte
	form      map[string][]byte
	openAPI   []byte
}

// publish writes the standard.
func publish(cat *standard.Catalogue) (*published, error) {
	var whole bytes.Buffer
	err := cat.ExportJSON(&whole)
	if err != nil {
		return nil, err
	}
	var export struct {
		Standard, Name, Version string
		Classes, Forms          []jsontext.Value
	}
	if err := json.Unmarshal(whole.Bytes(), &export, json.MatchCaseInsensitiveNames(true)); err != nil {
		return nil, fmt.Errorf("the standard as it is published: %w", err)
	}
	p := &published{classes: map[string][]byte{}, list: map[string][]byte{}, valueSet: map[string][]byte{}, form: map[string][]byte{}}
	for i, class := range cat.Classes() {
		p.classes[class.ID] = export.Classes[i]
	}
	for i, form := range cat.Forms() {
		p.form[form.ID] = export.Forms[i]
	}
	p.forms = appendForms(nil, cat)
	p.list[""] = appendClasses(nil, cat, "")
	for _, category := range cat.Categories() {
		p.list[category.ID] = appendClasses(nil, cat, category.ID)
	}
	p.valueSets = append(p.valueSets, `{"items":[`...)
	for _, set := range cat.ValueSets() {
		p.valueSets = append(appendSet(append(appendComma(p.valueSets), '{'), set), '}')
		p.valueSet[set.ID] = appendCodes(appendSet([]byte{'{'}, set), set)
	}
	p.valueSets = append(p.valueSets, ']', '}')
	p.root = appendStandard(nil, cat)
	if p.openAPI, err = OpenAPI(cat); err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(whole.Bytes())
	sum.Write(p.openAPI)
	for _, set := range cat.ValueSets() {
		sum.Write(p.valueSet[set.ID])
	}
	p.etag = `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
	return p, nil
}

func appendStandard(b []byte, cat *standard.Catalogue) []byte {
	release := cat.Release()
	b = appendText(append(b, '{'), "standard", release.Standard)
	b = appendText(b, "name", release.Name)
	b = appendText(b, "version", release.Version)
	b = append(appendKey(b, "categories"), '[')
	for _, category := range cat.Categories() {
		b = appendText(append(appendComma(b), '{'), "id", category.ID)
		b = appendText(b, "name", category.Name)
		b = append(appendSome(b, "summary", category.Summary), '}')
	}
	b = append(b, ']')
	b = appendText(b, "classes", "/api/standard/classes")
	b = appendText(b, "forms", "/api/standard/forms")
	return append(appendText(b, "valuesets", "/api/standard/valuesets"), '}')
}

func appendForms(b []byte, cat *standard.Catalogue) []byte {
	b = append(b, `{"items":[`...)
	for _, form := range cat.Forms() {
		b = appendText(append(appendComma(b), '{'), "form", form.Name)
		b = appendText(b, "id", form.ID)
		b = appendText(b, "own", form.Own.ID)
		b = appendText(b, "evidence", string(form.Evidence))
		b = appendBool(b, "provider", form.Provider)
		b = append(appendText(b, "summary", form.Summary), '}')
	}
	return append(b, ']', '}')
}

func appendClasses(b []byte, cat *standard.Catalogue, category string) []byte {
	b = append(b, `{"items":[`...)
	for _, class := range cat.Classes() {
		if category != "" && class.Category.ID != category {
			continue
		}
		b = appendText(append(appendComma(b), '{'), "class", class.Name)
		b = appendText(b, "id", class.ID)
		b = appendText(b, "category", class.Category.ID)
		b = appendText(b, "kind", string(class.Kind))
		b = appendSome(b, "stream", string(class.Stream))
		b = appendBool(b, "extension", class.Extension)
		b = append(appendText(b, "summary", class.Summary), '}')
	}
	return append(b, ']', '}')
}

func appendSet(b []byte, set *standard.ValueSet) []byte {
	b = appendText(b, "id", set.ID)
	b = appendText(b, "name", set.Name)
	b = appendText(b, "system", set.System)
	b = appendSome(b, "version", set.Version)
	b = appendText(b, "source", set.Source)
	b = appendText(b, "evidence", string(set.Evidence))
	return appendBool(b, "open", set.Open)
}

func appendCodes(b []byte, set *standard.ValueSet) []byte {
	b = append(appendKey(b, "codes"), '[')
	for _, code := range set.Codes {
		b = appendText(append(appendComma(b), '{'), "code", code.Code)
		b = appendSome(b, "system", code.System)
		b = appendText(b, "display", code.Display)
		b = append(appendSome(b, "note", code.Note), '}')
	}
	return append(b, ']', '}')
}

// unalterable replies with a part of the standard, or says that the asker has it already.
func (c *call) unalterable(p *published, b []byte) error {
	h := c.w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", p.etag)
	if len(c.r.Header["If-None-Match"]) > 0 && c.holds(p.etag, c.Now()) {
		c.status = http.StatusNotModified
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.reply(http.StatusOK, append(c.buffer(), b...))
}
