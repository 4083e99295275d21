package web_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rosemary/web"
)

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// TestEveryFormThatADeviceKeepsIsReplayed goes through the pages as those who give care do: wherever a form says that it may be sent later, the server takes it later.
func TestEveryFormThatADeviceKeepsIsReplayed(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	w.medicate(t)
	base := "/people/" + w.Person.String()
	incident := w.Write("carer", w.Person, "incident", `{"description":["Found beside the bed"],"date":"2026-03-16","time":"07:50","incidentType":{"code":"found-on-floor"}}`)
	later := http.NewServeMux()
	for _, pattern := range web.Replayable() {
		later.Handle(pattern, http.NotFoundHandler())
	}
	v := w.as(t, "senior")
	waiting := []string{"/shift", "/shift/together", "/shift/handover", base, base + "/today", base + "/medicines", base + "/medicines/compare", base + "/body", base + "/body/new?site=heel&side=left",
		base + "/charts", base + "/scores/news2/new", base + "/falls/" + incident.String(), base + "/falls/" + incident.String() + "/look", base + "/care-now", base + "/drink", base + "/food",
		base + "/incident", base + "/handover", base + "/new", base + "/forms"}
	kinds, forms := map[string]int{}, map[string]bool{}
	for i := 0; i < len(waiting) && i < 250; i++ {
		p := v.get(waiting[i])
		if p.doc == nil || p.status != http.StatusOK {
			continue
		}
		each(p.doc, func(n *nodeOf) {
			if n.Data == "a" {
				href := attr(n, "href")
				path, _, _ := strings.Cut(href, "?")
				kind := anyID.ReplaceAllString(path, "x")
				if (strings.HasPrefix(path, base+"/") || strings.HasPrefix(path, "/shift")) && !strings.Contains(path, "#") && kinds[kind] < 1 {
					kinds[kind]++
					waiting = append(waiting, href)
				}
			}
			for _, a := range n.Attr {
				if n.Data != "form" || a.Key != "data-outbox" {
					continue
				}
				action, err := url.Parse(attr(n, "action"))
				if err != nil {
					t.Fatal(err)
				}
				_, pattern := later.Handler(httptest.NewRequest(http.MethodPost, action.Path, nil))
				if pattern == "" {
					t.Errorf("%s: the form that posts to %s may be kept on a device, and waits for a person when it comes", p.path, action.Path)
				}
				forms[pattern] = true
			}
		})
	}
	if len(forms) < 15 {
		t.Errorf("only %d kinds of form were seen", len(forms))
	}
}

// TestWhatADeviceKeepsOfOnePerson is bounded: a hundred people must fit on a telephone, and come over a slow line.
func TestWhatADeviceKeepsOfOnePerson(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	w.medicate(t)
	base := "/people/" + w.Person.String()
	lines, size := 0, 0
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	for line := range bytes.Lines(w.as(t, "carer").do(httptest.NewRequest(http.MethodGet, "/outbox/bundle", nil)).want(http.StatusOK).body) {
		if !bytes.HasPrefix(line, []byte(`{"path":"`+base)) {
			continue
		}
		lines, size = lines+1, size+len(line)
		if _, err := zip.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pages, %d bytes, %d compressed", lines, size, packed.Len())
	if lines < 20 || lines > 60 || size > 3<<19 || packed.Len() > 128<<10 {
		t.Errorf("%d pages, %d bytes, %d compressed", lines, size, packed.Len())
	}
}
