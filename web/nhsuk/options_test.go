package nhsuk_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rosemary/web/nhsuk"
)

// macroOption is one option of a component as the design system documents it.
type macroOption struct {
	Name       string         `json:"name"`
	Type       jsontext.Value `json:"type"`
	Deprecated jsontext.Value `json:"deprecated"`
	Params     []macroOption  `json:"params"`
}

// olderNames are options that the design system documents twice; the package has them under the newer name.
func olderNames() map[string]string {
	return map[string]string{
		"breadcrumb .labelText":                   "ariaLabel",
		"notification-banner .title.headingLevel": "level",
	}
}

// TestEveryOptionIsThere decodes each option that the design system documents and has not deprecated, alone and empty.
func TestEveryOptionIsThere(t *testing.T) {
	needNodeModules(t)
	known := components()
	for name, r := range known {
		if _, err := os.Stat(fixturesFolder + "/" + name + "/macro-options.json"); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var options []macroOption
		readComponentFile(t, name, "macro-options.json", &options)
		for _, o := range options {
			tryOption(t, name, r, o, "%s", name+" ")
		}
	}
}

// tryOption decodes an option within what surrounds it, and then the options within it.
func tryOption(t *testing.T, component string, r render, o macroOption, around, path string) {
	t.Helper()
	path += "." + o.Name
	if o.Deprecated != nil || strings.Contains(string(o.Type), "nunjucks-block") {
		return // a call block is given as HTML
	}
	if olderNames()[path] != "" {
		return
	}
	options := fmt.Sprintf(around, fmt.Sprintf(`{%q: null}`, o.Name))
	if _, err := r([]byte(options), ""); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	inner := fmt.Sprintf(around, fmt.Sprintf(`{%q: %%s}`, o.Name))
	if strings.Contains(string(o.Type), "array") {
		inner = fmt.Sprintf(around, fmt.Sprintf(`{%q: [%%s]}`, o.Name))
		if component == "tables" && o.Name == "rows" {
			inner = fmt.Sprintf(around, `{"rows": [[%s]]}`)
		}
	}
	for _, p := range o.Params {
		tryOption(t, component, r, p, inner, path)
	}
}

// TestUnknownOption shows that an option that is not known is refused, however deep, and so is one of another kind.
func TestUnknownOption(t *testing.T) {
	known := components()
	for _, c := range []struct{ component, options string }{
		{"button", `{"txt": "Save"}`},
		{"button", `{"text": 1}`},
		{"button", `{"icon": {"nme": "tick"}}`},
		{"button", `{"preventDoubleClick": "yes"}`},
		{"input", `{"label": {"txt": "Name"}}`},
		{"input", `{"hint": {"heading": "x"}}`},
		{"input", `{"formGroup": {"beforeInputs": {"text": "x"}}}`},
		{"label", `{"heading": false}`},
		{"radios", `{"items": [{"text": "x", "selected": true}]}`},
		{"select", `{"items": [{"text": "x", "checked": true}]}`},
		{"tables", `{"rows": [[{"text": "x", "hrf": "/"}]]}`},
		{"summary-list", `{"card": {"heading": {"txt": "x"}}}`},
		{"tag", `{"attributes": {"a": {"value": "x"}}}`},
		{"tag", `{"attributes": ["a"]}`},
		{"footer", `{"navigation": {"itms": []}}`},
		{"code", `{"button": "x"}`},
	} {
		if _, err := known[c.component]([]byte(c.options), ""); err == nil {
			t.Errorf("%s %s: want an error", c.component, c.options)
		}
	}
}

// TestAttributesKeepOrder shows that attributes are written in the order in which they are given.
func TestAttributesKeepOrder(t *testing.T) {
	var o nhsuk.TagOptions
	if err := json.Unmarshal([]byte(`{"text":"x","attributes":{"z":"1","a":2,"m":true,"b":null}}`), &o); err != nil {
		t.Fatal(err)
	}
	want := nhsuk.Attributes{{Name: "z", Value: "1"}, {Name: "a", Value: "2"}, {Name: "m", Value: "true"}, {Name: "b"}}
	if !slices.Equal(o.Attributes, want) {
		t.Errorf("attributes = %v", o.Attributes)
	}
	if got := string(nhsuk.Tag(o)); !strings.Contains(got, ` z="1" a="2" m="true" b=""`) {
		t.Error(got)
	}
}
