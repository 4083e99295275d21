package standard

import (
	"errors"
	"testing"
)

// FuzzLoad feeds anything as a class file: the loader must come back, either with the class or with faults that have a place.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{fixtureNote, fixtureName, fixtureObservation, fixturePerson, "a: &x [*x]\n", "? [a]\n: b\n", "- - -\n", "a: !!binary x\n", "<<: {a: 1}\n", "\t", "{", "%YAML 1.1\n---\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Load(fixtureFiles(map[string]string{"classes/name.yaml": text}))
		var faults *FileErrors
		switch {
		case err == nil && c == nil:
			t.Error("neither a catalogue nor an error")
		case err != nil && !errors.As(err, &faults):
			t.Errorf("not a list of faults: %v", err)
		case err != nil:
			for _, fault := range faults.Faults {
				if fault.File == "" || fault.Line < 1 || fault.Column < 1 || fault.Message == "" {
					t.Errorf("a fault without a place: %+v", fault)
				}
			}
		}
	})
}
