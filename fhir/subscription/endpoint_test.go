package subscription

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"rosemary/fhir/outside"
	"rosemary/standard"
)

func TestWhereNothingMayBeSent(t *testing.T) {
	t.Parallel()
	for address, fine := range map[string]bool{
		"https://records.example.org/hook": true, "https://8.8.8.8/hook": true, "https://[2a00:1450::1]:8443/hook?x=1": true,
		"": false, "http://records.example.org/hook": false, "ftp://records.example.org": false, "https://": false, "https:///x": false, "https://u:p@records.example.org": false,
		"https://records.example.org/#a": false, "http://127.0.0.1/": false, "https://127.0.0.1/": false, "https://localhost/": false, "https://10.1.2.3/": false, "https://192.168.1.1/": false,
		"https://172.16.0.1/": false, "https://169.254.169.254/latest": false, "https://[::1]/": false, "https://[fd00::1]/": false, "https://[fe80::1]/": false, "https://[::ffff:10.0.0.1]/": false,
		"https://[::127.0.0.1]/": false, "https://[::ffff:0:7f00:1]/": false, "https://[100::1]/": false, "https://[3fff::1]/": false, "https://0.0.0.0/": false, "https://100.64.0.1/": false, "https://[64:ff9b::a00:1]/": false, "https://224.0.0.1/": false, "::": false,
	} {
		if wrong := (Rules{}).Check(address); (wrong == "") != fine {
			t.Errorf("%s: %q", address, wrong)
		}
	}
	for address, fine := range map[string]bool{"http://127.0.0.1:9/": true, "http://localhost/": true, "https://10.1.2.3/": true, "http://10.1.2.3/": false} {
		if wrong := (Rules{Private: true}).Check(address); (wrong == "") != fine {
			t.Errorf("allowed, %s: %q", address, wrong)
		}
	}
	if outside.Public(netip.MustParseAddr("fe80::1%eth0")) {
		t.Error("an address with a zone")
	}
}

// TestANameThatLeadsHome: what a name leads to is held against the rules when it is called; nobody is followed elsewhere.
func TestANameThatLeadsHome(t *testing.T) {
	t.Parallel()
	asked := false
	var there *httptest.Server
	there = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = true
		if r.URL.Path == "/away" {
			http.Redirect(w, r, there.URL+"/elsewhere", http.StatusTemporaryRedirect)
		}
		if r.URL.Path == "/elsewhere" {
			t.Error("it was followed")
		}
	}))
	defer there.Close()
	// A client as the strict rules make it, past the look at the address itself: as a name that leads here would come.
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, there.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := (Rules{}).client().Do(r)
	if err == nil {
		_ = reply.Body.Close()
	}
	if err == nil || asked || !strings.Contains(err.Error(), errPrivate.Error()) {
		t.Errorf("called: %v %v", asked, err)
	}
	d := New(Config{Rules: Rules{Private: true}})
	if err := d.send(context.Background(), &Subscription{Asked: Asked{Endpoint: there.URL}}, nil); err != nil {
		t.Error(err)
	}
	err = d.send(context.Background(), &Subscription{Asked: Asked{Endpoint: there.URL + "/away"}}, nil)
	if standard.KindOf(err) != undelivered || !strings.Contains(err.Error(), "307") {
		t.Errorf("%v", err)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for h, fine := range map[string]bool{
		"Authorization: Bearer x": true, "X-Api_Key: 1": true, "Host: other": false, "content-length: 3": false, "no colon": false, ": x": false, "A: b\r\nC: d": false, "Sp ace: x": false,
	} {
		if wrong := CheckHeader(h); (wrong == "") != fine || strings.Contains(wrong, "Bearer") {
			t.Errorf("%q: %q", h, wrong)
		}
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	all, err := Topics()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range all {
		for _, role := range topic.Roles {
			classes := catalogue.ClassesWithRole(role)
			if len(classes) == 0 {
				t.Errorf("%s: no class has the role %s", topic.ID, role)
			}
			for _, class := range classes {
				if topic.Says != "" && len(class.Path(topic.Says)) == 0 {
					t.Errorf("%s: %s has no element with the role %s", topic.ID, class.ID, topic.Says)
				}
			}
		}
		if FindTopic(topic.URL()) != topic {
			t.Errorf("%s is not found", topic.ID)
		}
	}
}

// TestAnswersThatNeverEnd: whoever is told may answer as they like; it takes neither memory nor more time than was given.
func TestAnswersThatNeverEnd(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-r.Context().Done()
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		case "/endless", "/bomb":
			block := bytes.Repeat([]byte("x"), 1<<16)
			if r.URL.Path == "/bomb" {
				w.Header().Set("Content-Encoding", "gzip")
				var packed bytes.Buffer
				z := gzip.NewWriter(&packed)
				_, _ = z.Write(make([]byte, 16<<20))
				_ = z.Close()
				block = packed.Bytes() // members may follow one another for ever
			}
			for r.Context().Err() == nil && sent.Load() < 1<<30 {
				n, err := w.Write(block)
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		}
	}))
	defer there.Close()
	d := New(Config{Rules: Rules{Private: true}})
	for path, arrives := range map[string]bool{"/slow": false, "/header": false, "/endless": true, "/bomb": true} {
		err := d.send(context.Background(), &Subscription{Asked: Asked{Endpoint: there.URL + path, Timeout: 2}}, nil)
		if arrives != (err == nil) {
			t.Errorf("%s: %v", path, err)
		}
		if err != nil && standard.KindOf(err) != undelivered {
			t.Errorf("%s: %v", path, err)
		}
	}
	if sent.Load() >= 1<<30 {
		t.Error("it was read without end")
	}
}
