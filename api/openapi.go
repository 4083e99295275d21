package api

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml"

	"rosemary/standard"
)

//go:embed openapi.yaml
var openAPIText []byte

// openAPIBase is what openapi.yaml says.
type openAPIBase struct {
	Info    jsontext.Value            `json:"info"`
	Path    map[string]jsontext.Value `json:"path"`
	Query   map[string]jsontext.Value `json:"query"`
	Schemas jsontext.Value            `json:"schemas"`
}

// schemasAt is where the document keeps its schemas.
const schemasAt = "#/components/schemas/"

// OpenAPI writes the OpenAPI 3.1 document of the API: every route of the table, the schema of the content of every class, and an example of each.
func OpenAPI(cat *standard.Catalogue) ([]byte, error) {
	text, err := yaml.YAMLToJSON(openAPIText)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	var base openAPIBase
	if err := json.Unmarshal(text, &base); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	d := &openAPI{openAPIBase: base, cat: cat}
	b := append(appendText([]byte{'{'}, "openapi", "3.1.0"), `,"info":`...)
	if b, err = appendVersioned(b, base.Info, cat.Release().Version); err != nil {
		return nil, err
	}
	b = append(b, `,"servers":[{"url":"/"}],"security":[{"token":[]}],"paths":`...)
	b = d.paths(b)
	b = append(b, `,"components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},"responses":{"Problem":`...)
	b = append(b, `{"description":"It was refused; nothing was changed","content":{"`+mediaProblem+`":{"schema":{"$ref":"`+schemasAt+`Problem"}}}}}`...)
	b = d.examples(append(b, `,"examples":`...))
	b = append(joined(append(b, `,"schemas":`...), base.Schemas, cat.Schemas(schemasAt)), '}', '}')
	whole := jsontext.Value(b)
	if err := whole.Compact(); err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	return whole, nil
}

// appendVersioned appends the info object with the release of the standard as the version of the interface.
func appendVersioned(b []byte, info jsontext.Value, version string) ([]byte, error) {
	if err := info.Compact(); err != nil {
		return nil, fmt.Errorf("openapi.yaml: info: %w", err)
	}
	return append(appendText(append(b, info[:len(info)-1]...), "version", version), '}'), nil
}

// joined appends one object of the members of two.
func joined(b []byte, one, other jsontext.Value) []byte {
	one, other = jsontext.Value(strings.TrimSpace(string(one))), jsontext.Value(strings.TrimSpace(string(other)))
	b = append(b, one[:len(one)-1]...)
	return append(append(b, ','), other[1:]...)
}

// openAPI is one document being written.
type openAPI struct {
	openAPIBase
	cat *standard.Catalogue
}

// paths appends the routes, those of one address together.
func (d *openAPI) paths(b []byte) []byte {
	rows := (&service{}).table()
	written := map[string]bool{}
	b = append(b, '{')
	for _, first := range rows {
		if written[first.path] {
			continue
		}
		written[first.path] = true
		b = append(appendName(b, first.path), '{')
		for _, r := range rows {
			if r.path == first.path {
				b = d.operation(append(appendName(b, strings.ToLower(r.method)), '{'), r)
			}
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendName appends a key that may need quoting.
func appendName(b []byte, name string) []byte {
	b, _ = jsontext.AppendQuote(appendComma(b), name)
	return append(b, ':')
}

func (d *openAPI) operation(b []byte, r *route) []byte {
	b = appendText(b, "summary", r.about)
	b = appendText(b, "operationId", operationID(r))
	if r.open {
		b = append(appendKey(b, "security"), '[', ']')
	}
	b = d.parameters(b, r)
	if r.takes != "" {
		b = d.request(b, r)
	}
	b = append(appendKey(b, "responses"), '{')
	status, what := http.StatusOK, "What was asked for"
	if r.method == http.MethodPost && r.takes != "" && r.keeps() {
		status, what = http.StatusCreated, "It is kept"
	}
	b = d.reply(b, status, what, r)
	if status == http.StatusCreated {
		b = d.reply(b, http.StatusOK, "It was kept before; this is the first answer again", r)
	}
	b = append(appendKey(b, "default"), `{"$ref":"#/components/responses/Problem"}`...)
	return append(b, '}', '}')
}

func (d *openAPI) reply(b []byte, status int, what string, r *route) []byte {
	b = append(appendName(b, fmt.Sprint(status)), '{')
	b = appendText(b, "description", what)
	if r.gives == "" {
		return append(b, '}')
	}
	b = append(appendKey(b, "content"), '{')
	b = append(appendName(b, r.gives), '{')
	if r.returns != "" {
		b = append(appendText(append(appendKey(b, "schema"), '{'), "$ref", schemasAt+r.returns), '}')
	}
	return append(b, '}', '}', '}')
}

var inPath = regexp.MustCompile(`\{([a-z]+)\}`)

// operationID is the method and the words of the address.
func operationID(r *route) string {
	words := strings.FieldsFunc(inPath.ReplaceAllString(r.path, "by/$1"), func(c rune) bool { return c == '/' || c == '-' })
	id := strings.ToLower(r.method)
	for _, w := range words {
		id += strings.ToUpper(w[:1]) + w[1:]
	}
	return id
}

func (d *openAPI) parameters(b []byte, r *route) []byte {
	b = append(appendKey(b, "parameters"), '[')
	for _, found := range inPath.FindAllStringSubmatch(r.path, -1) {
		b = appendText(append(appendComma(b), '{'), "name", found[1])
		b = append(appendText(b, "in", "path"), `,"required":true,"schema":`...)
		schema, ok := d.Path[found[1]]
		if !ok {
			schema = jsontext.Value(`{"type":"string","format":"uuid"}`)
		}
		b = append(append(b, schema...), '}')
	}
	for _, p := range r.query {
		b = appendText(append(appendComma(b), '{'), "name", p.name)
		b = appendText(b, "in", "query")
		b = appendText(b, "description", p.about)
		schema, ok := d.Query[p.name]
		if !ok {
			schema = jsontext.Value(`{"type":"string"}`)
		}
		if p.many {
			schema = jsontext.Value(`{"type":"array","items":` + string(schema) + `}`)
		}
		b = append(append(append(b, `,"schema":`...), schema...), '}')
	}
	if r.method == http.MethodPut {
		b = append(appendComma(b), `{"name":"If-Match","in":"header","description":"The version that was changed: the ETag of the record","schema":{"type":"string"}}`...)
	}
	return append(b, ']')
}

// request appends the body that a route takes, with the examples of the classes that may be written there.
func (d *openAPI) request(b []byte, r *route) []byte {
	b = append(appendKey(b, "requestBody"), `{"required":true,"content":{`...)
	if r.accepts != "" {
		b = append(appendName(b, r.accepts), '{')
	} else {
		b = append(appendName(b, mediaJSON), '{')
	}
	b = append(appendText(append(appendKey(b, "schema"), '{'), "$ref", schemasAt+r.takes), '}')
	if r.takes == takesNewRecord {
		b = append(appendKey(b, "examples"), '{')
		for _, class := range d.cat.Classes() {
			if exampled(class) && class.ExampleOfDirectory() == (r.of.stream == standard.DirectoryStream) {
				b = append(appendText(append(appendName(b, class.ID), '{'), "$ref", "#/components/examples/"+class.ID), '}')
			}
		}
		b = append(b, '}')
	}
	return append(b, '}', '}', '}')
}

// exampled reports whether records of the class are written by sending them, rather than by an action of their own.
func exampled(class *standard.Class) bool {
	return class.Kind == standard.KindRecord && !class.Reserved()
}

// examples appends an example of each class, as the body of a request that writes one record of it.
func (d *openAPI) examples(b []byte) []byte {
	b = append(b, '{')
	for _, class := range d.cat.Classes() {
		if !exampled(class) {
			continue
		}
		b = appendText(append(appendName(b, class.ID), '{'), "summary", class.Name)
		b = appendText(append(appendKey(b, "value"), '{'), "class", class.ID)
		b = append(append(appendKey(b, "content"), d.cat.PublishedExample(class, false)...), '}', '}')
	}
	return append(b, '}')
}

// readOpenAPI answers GET /api/openapi.json.
func (c *call) readOpenAPI() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	return c.unalterable(p, p.openAPI)
}
