package web

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	escape "html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/goccy/go-yaml"

	"rosemary/access"
	"rosemary/record"
)

//go:embed offline.yaml
var offlineFile []byte // go:embed needs a variable of the package; nothing writes to it

// offline says what a device keeps.
type offline struct {
	Pages   []string `yaml:"pages"`
	Person  []string `yaml:"person"`
	Follow  []string `yaml:"follow"`
	Classes []string `yaml:"classes"`
	Forms   []string `yaml:"forms"`
	Keep    []string `yaml:"keep"`
	People  int      `yaml:"people"`
	Hours   int      `yaml:"hours"`

	keep map[string]bool // the patterns of pages that are kept when they are opened
}

// readOffline reads the file, and holds it to the pages and classes that there are.
func readOffline(text []byte, known func(pattern string) bool, class func(id string) bool) (*offline, error) {
	o := &offline{keep: map[string]bool{}}
	if err := yaml.UnmarshalWithOptions(text, o, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("web: offline.yaml: %w", err)
	}
	var faults []string
	for _, path := range slices.Concat(o.Keep, o.Pages) {
		o.keep["GET "+path] = true
	}
	below := slices.Concat(o.Person, o.Follow)
	for i, end := range below {
		below[i] = "/people/{stream}" + end
	}
	for _, path := range slices.Concat(o.Pages, below, o.Keep) {
		if words := "there is no page " + path; !known("GET "+path) && !slices.Contains(faults, words) {
			faults = append(faults, words)
		}
	}
	for _, end := range o.Follow {
		if !slices.Contains(o.Person, end) {
			faults = append(faults, "the page "+end+" under follow is not under person")
		}
	}
	for _, id := range o.Classes {
		if !class(id) {
			faults = append(faults, "there is no class "+id)
		}
	}
	if o.Hours < 1 || o.People < 1 {
		faults = append(faults, "hours and people must be at least 1")
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("web: offline.yaml: %s", strings.Join(faults, "; "))
	}
	return o, nil
}

// bundleLine is one line of what a device keeps.
type bundleLine struct {
	Policy string   `json:"policy,omitzero"` // what the pages may load
	Moment int64    `json:"moment,omitzero"` // up to which they show what was written
	People []string `json:"people,omitzero"` // the pages of others are to be let go
	Path   string   `json:"path,omitzero"`
	HTML   string   `json:"html,omitzero"`
	End    bool     `json:"end,omitzero"`
}

// bundle sends the pages that a device keeps for whoever is signed in, one a line. They are read as that person reads them, and logged so.
func (c *call) bundle() error {
	if c.keeper() == "" {
		return c.answerJSON(http.StatusUnauthorized, deviceProblem{Message: "Nobody is signed in who gives care."})
	}
	select { // one after the other: what devices fetch by themselves never takes the machine from those who wait for a page
	case c.bundling <- struct{}{}:
		defer func() { <-c.bundling }()
	case <-c.ctx.Done():
		return nil
	}
	paths, first, err := c.bundlePaths(record.Moment(c.whole("since")))
	if err != nil {
		return err
	}
	ctx, err := c.sessions.Load(context.WithValue(c.ctx, forDeviceKey{}, true), "")
	if err != nil {
		return err
	}
	c.sessions.Put(ctx, keyAccount, c.account())
	c.sessions.Put(ctx, keyPurpose, string(c.session.Purpose()))
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	send := func(line bundleLine) error {
		text, err := json.Marshal(line)
		if err != nil {
			return err
		}
		_, err = c.w.Write(append(text, '\n'))
		return err
	}
	err = send(first)
	for i := 0; i < len(paths); i++ {
		path := paths[i]
		if err != nil || ctx.Err() != nil {
			return nil // whoever asked has gone away
		}
		var html string
		if html, err = c.pageFor(ctx, path); err == nil && html != "" {
			err = send(bundleLine{Path: path, HTML: html})
			paths = append(paths, c.leadsTo(path, html, paths)...)
		}
	}
	if err == nil {
		err = send(bundleLine{End: true})
	}
	if err != nil {
		c.config.Log.Warn("what a device keeps", "error", err)
	}
	return nil
}

// bundlePaths are the addresses of the pages to be kept, and the first line: of whom they are. Of people about whom nothing was written since a moment, only the
// pages go that change by the clock.
func (c *call) bundlePaths(since record.Moment) (paths []string, first bundleLine, err error) {
	view, err := c.session.ForDevice().View(c.ctx, access.At{})
	if err != nil {
		return nil, first, err
	}
	list, _, err := view.People(c.ctx, access.PeopleQuery{Limit: c.offline.People})
	if err != nil {
		return nil, first, err
	}
	first = bundleLine{Policy: contentPolicy, Moment: int64(view.Moment())}
	paths = append(paths, c.offline.Pages...)
	for _, p := range list {
		base := "/people/" + p.UID.String()
		first.People = append(first.People, base)
		last, err := view.LastChange(c.ctx, p.UID)
		if err != nil {
			return nil, first, err
		}
		for _, page := range c.offline.Person {
			if last > since || slices.Contains(c.offline.Follow, page) {
				paths = append(paths, base+page)
			}
		}
		if last <= since {
			continue
		}
		for _, class := range c.offline.Classes {
			paths = append(paths, base+"/new/"+class)
		}
		for _, form := range c.offline.Forms {
			paths = append(paths, base+"/forms/"+form)
		}
	}
	return paths, first, nil
}

var ownLink = regexp.MustCompile(`href="(/people/[^"#?]+)"`)

// mostFollowed is how many pages one page may add.
const mostFollowed = 80

// leadsTo are the pages that a page leads to and that are kept with it: the forms of what is due.
func (c *call) leadsTo(path, html string, known []string) []string {
	if !slices.ContainsFunc(c.offline.Follow, func(end string) bool { return strings.HasSuffix(path, end) }) {
		return nil
	}
	var more []string
	for _, m := range ownLink.FindAllStringSubmatch(html, -1) {
		href := escape.UnescapeString(m[1])
		r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: href}}
		_, pattern := c.mux.Handler(r)
		if c.offline.keep[pattern] && strings.HasPrefix(href, path[:strings.LastIndexByte(path, '/')]) && !slices.Contains(known, href) && !slices.Contains(more, href) && len(more) < mostFollowed {
			more = append(more, href)
		}
	}
	return more
}

type forDeviceKey struct{}

// pageFor gives a page as it is shown; "" for one that is not.
func (c *call) pageFor(ctx context.Context, path string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
	if err != nil {
		return "", err
	}
	w := &recorded{unseen: unseen{header: http.Header{}}}
	c.mux.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return "", nil
	}
	return w.body.String(), nil
}

// recorded keeps an answer.
type recorded struct {
	unseen
	body bytes.Buffer
}

// Write implements http.ResponseWriter.
func (w *recorded) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// headerKeep says that a page may be kept on the device.
const headerKeep = "Rosemary-Keep"

// mayKeep marks a page that a device may keep: not one that says what was just done, or shows another time.
func (c *call) mayKeep(data any) bool {
	said, ok := data.(interface{ justSaid() bool })
	return c.config.Outbox != nil && c.r.Method == http.MethodGet && c.mending == nil && c.offline.keep[c.r.Pattern] && ok && !said.justSaid() && c.query("at") == ""
}

func (f Frame) justSaid() bool { return f.Said != "" }
