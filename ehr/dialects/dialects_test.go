package dialects

import "testing"

func TestAcceptPicksTheDialect(t *testing.T) {
	for _, c := range []struct{ accept, name string }{
		{"", "native-json"},
		{"*/*", "native-json"},
		{"application/json", "native-json"},
		{"application/xml", "native-xml"},
		{"application/*;q=0.5, application/x-tar", "ibime"},
		{`application/xml; profile="urn:riv13606:v1.1"`, "chime"},
		{"application/json;q=0.2, application/xml;q=0.9", "native-xml"},
		{"text/html", ""},
		{"application/json;q=0", ""},
	} {
		d, ok := Accepted([]string{c.accept})
		switch {
		case ok != (c.name != ""):
			t.Errorf("%q: accepted is %t", c.accept, ok)
		case ok && d.Name() != c.name:
			t.Errorf("%q picks %s, not %s", c.accept, d.Name(), c.name)
		}
	}
}

func TestNamesFindTheirDialects(t *testing.T) {
	want := map[string]string{"native-json": ".json", "native-xml": ".xml", "ibime": ".tar", "chime": ".xml"}
	for _, name := range Names() {
		d, ok := Named(name)
		if !ok || d.Name() != name || Suffix(d) != want[name] {
			t.Errorf("%s is found as %v with %s", name, d, Suffix(d))
		}
	}
	if _, ok := Named("hl7v2"); ok {
		t.Error("there is a dialect of that name")
	}
}
