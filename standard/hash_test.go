package standard

import "testing"

// TestHash: the same files give the same hash, and a change in any one of them another.
func TestHash(t *testing.T) {
	load := func(changes map[string]string) string {
		t.Helper()
		cat, err := Load(fixtureFiles(changes))
		if err != nil {
			t.Fatal(err)
		}
		return cat.Hash()
	}
	first := load(nil)
	if len(first) != 64 || load(nil) != first {
		t.Errorf("the hash is %q, then %q", first, load(nil))
	}
	for name, file := range fixtureFiles(nil) {
		if load(map[string]string{name: string(file.Data) + "# more\n"}) == first {
			t.Errorf("a change of %s does not show", name)
		}
	}
}
