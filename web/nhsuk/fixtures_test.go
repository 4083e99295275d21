package nhsuk_test

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rosemary/web/nhsuk"
)

// fixturesFolder is where npm puts the components of the design system.
const fixturesFolder = "../../node_modules/nhsuk-frontend/dist/nhsuk/components"

// allFixtures is how many cases nhsuk-frontend 10.6.1 has. Another number means that the fixtures are not those that
// the components were written against.
const allFixtures = 983

// fixture is one case: the options, the content of a call block if there is one, and the HTML that is expected.
type fixture struct {
	Name      string         `json:"name"`
	Context   jsontext.Value `json:"context"`
	CallBlock template.HTML  `json:"callBlock"`
	HTML      string         `json:"html"`
}

// render decodes options, puts the call block where its component takes HTML, and renders.
type render func(options []byte, call template.HTML) (template.HTML, error)

// component makes a render of a component, refusing options that it does not know.
func component[T any](f func(T) template.HTML, call func(*T, template.HTML)) render {
	return func(options []byte, block template.HTML) (template.HTML, error) {
		var o T
		if err := json.Unmarshal(options, &o, json.RejectUnknownMembers(true)); err != nil {
			return "", err
		}
		if block != "" {
			if call == nil {
				return "", errors.New("the component takes no call block")
			}
			call(&o, block)
		}
		return f(o), nil
	}
}

// components are all components by the name of their folder.
func components() map[string]render {
	return map[string]render{
		"action-link":     component(nhsuk.ActionLink, func(o *nhsuk.ActionLinkOptions, h template.HTML) { o.HTML = h }),
		"back-link":       component(nhsuk.BackLink, func(o *nhsuk.BackLinkOptions, h template.HTML) { o.HTML = h }),
		"breadcrumb":      component(nhsuk.Breadcrumb, nil),
		"button":          component(nhsuk.Button, func(o *nhsuk.ButtonOptions, h template.HTML) { o.HTML = h }),
		"caption":         component(nhsuk.Caption, func(o *nhsuk.CaptionOptions, h template.HTML) { o.HTML = h }),
		"card":            component(nhsuk.Card, func(o *nhsuk.CardOptions, h template.HTML) { o.Description.HTML = h }),
		"character-count": component(nhsuk.CharacterCount, nil),
		"checkboxes":      component(nhsuk.Checkboxes, nil),
		"code":            component(nhsuk.Code, func(o *nhsuk.CodeOptions, h template.HTML) { o.HTML = h }),
		"contents-list":   component(nhsuk.ContentsList, nil),
		"date-input":      component(nhsuk.DateInput, nil),
		"details":         component(nhsuk.Details, func(o *nhsuk.DetailsOptions, h template.HTML) { o.HTML = h }),
		"do-dont-list":    component(nhsuk.DoDontList, nil),
		"error-message":   component(nhsuk.ErrorMessage, func(o *nhsuk.ErrorMessageOptions, h template.HTML) { o.HTML = h }),
		"error-summary":   component(nhsuk.ErrorSummary, func(o *nhsuk.ErrorSummaryOptions, h template.HTML) { o.Description.HTML = h }),
		"fieldset":        component(nhsuk.Fieldset, func(o *nhsuk.FieldsetOptions, h template.HTML) { o.HTML = h }),
		"file-upload":     component(nhsuk.FileUpload, nil),
		"footer":          component(nhsuk.Footer, func(o *nhsuk.FooterOptions, h template.HTML) { o.Meta.HTML = h }),
		"header":          component(nhsuk.Header, nil),
		"heading":         component(nhsuk.Heading, func(o *nhsuk.HeadingOptions, h template.HTML) { o.HTML = h }),
		"hero":            component(nhsuk.Hero, func(o *nhsuk.HeroOptions, h template.HTML) { o.HTML = h }),
		"hint":            component(nhsuk.Hint, func(o *nhsuk.HintOptions, h template.HTML) { o.HTML = h }),
		"images":          component(nhsuk.Image, func(o *nhsuk.ImageOptions, h template.HTML) { o.HTML = h }),
		"input":           component(nhsuk.Input, nil),
		"inset-text":      component(nhsuk.InsetText, func(o *nhsuk.InsetTextOptions, h template.HTML) { o.HTML = h }),
		"label":           component(nhsuk.Label, func(o *nhsuk.LabelOptions, h template.HTML) { o.HTML = h }),
		"legend":          component(nhsuk.Legend, func(o *nhsuk.LegendOptions, h template.HTML) { o.HTML = h }),
		"notification-banner": component(nhsuk.NotificationBanner,
			func(o *nhsuk.NotificationBannerOptions, h template.HTML) { o.HTML = h }),
		"pagination":     component(nhsuk.Pagination, nil),
		"panel":          component(nhsuk.Panel, func(o *nhsuk.PanelOptions, h template.HTML) { o.HTML = h }),
		"password-input": component(nhsuk.PasswordInput, nil),
		"radios":         component(nhsuk.Radios, nil),
		"scroll":         component(nhsuk.Scroll, func(o *nhsuk.ScrollOptions, h template.HTML) { o.HTML = h }),
		"search-input":   component(nhsuk.SearchInput, nil),
		"select":         component(nhsuk.Select, nil),
		"skip-link":      component(nhsuk.SkipLink, func(o *nhsuk.SkipLinkOptions, h template.HTML) { o.HTML = h }),
		"summary-list":   component(nhsuk.SummaryList, func(o *nhsuk.SummaryListOptions, h template.HTML) { o.HTML = h }),
		"tables":         component(nhsuk.Table, nil),
		"tabs":           component(nhsuk.Tabs, nil),
		"tag":            component(nhsuk.Tag, func(o *nhsuk.TagOptions, h template.HTML) { o.HTML = h }),
		"task-list":      component(nhsuk.TaskList, nil),
		"textarea":       component(nhsuk.Textarea, nil),
		"warning-callout": component(nhsuk.WarningCallout,
			func(o *nhsuk.WarningCalloutOptions, h template.HTML) { o.HTML = h }),
	}
}

// needNodeModules fails the test, or skips it with -short, if npm has not installed the design system.
func needNodeModules(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(fixturesFolder); errors.Is(err, fs.ErrNotExist) {
		if testing.Short() {
			t.Skip("nhsuk-frontend is not installed")
		}
		t.Fatal("nhsuk-frontend is not installed: run `npm ci` in the top folder of the repository, then test again")
	}
}

// readFixtures reads a file of the component's folder.
func readComponentFile(t *testing.T, name, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixturesFolder, name, file))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %s: %v", name, file, err)
	}
}

// TestFixtures renders every fixture of every component and compares it with what the design system expects.
func TestFixtures(t *testing.T) {
	needNodeModules(t)
	folders, err := os.ReadDir(fixturesFolder)
	if err != nil {
		t.Fatal(err)
	}
	known := components()
	seen, passed := 0, 0
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		name := folder.Name()
		if known[name] == nil {
			t.Errorf("%s: the design system has this component, the package has not", name)
			continue
		}
		var file struct {
			Fixtures []fixture `json:"fixtures"`
		}
		readComponentFile(t, name, "fixtures.json", &file)
		for i, f := range file.Fixtures {
			seen++
			if t.Run(fmt.Sprintf("%s/%d %s", name, i, f.Name), func(t *testing.T) { checkFixture(t, known[name], f) }) {
				passed++
			}
		}
	}
	if seen != allFixtures {
		t.Errorf("there are %d fixtures, want %d", seen, allFixtures)
	}
	t.Logf("%d of %d fixtures pass", passed, seen)
}

func checkFixture(t *testing.T, r render, f fixture) {
	got, err := r(f.Context, f.CallBlock)
	if err != nil {
		t.Fatalf("options: %v", err)
	}
	have, err := normalise(string(got))
	if err != nil {
		t.Fatalf("our HTML: %v", err)
	}
	want, err := normalise(f.HTML)
	if err != nil {
		t.Fatalf("expected HTML: %v", err)
	}
	for i := range max(len(have), len(want)) {
		h, w := at(have, i), at(want, i)
		if h != w {
			t.Fatalf("options %s\npart %d: have %s\n        want %s\nour HTML:\n%s\nexpected:\n%s",
				f.Context, i, h, w, got, f.HTML)
		}
	}
}

// at is a part of the normalised HTML, or says that there is none.
func at(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return "(the end)"
}
