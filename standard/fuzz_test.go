package standard

import (
	"errors"
	"testing"
	"testing/fstest"
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

// FuzzForm feeds anything as a provider's own form: the loader must come back with a catalogue, and the form either in it or at fault in a place.
func FuzzForm(f *testing.F) {
	for _, text := range []string{fixtureForm, ownForm, "a: &x [*x]\n", "? [a]\n: b\n", "form: [\n", "\t", "{", "sections: [{asks: [{known: [note], add: {}}]}]\n", "sections: [{asks: [[risk], {element: risk, elements: [{}]}]}]\n"} {
		f.Add(text)
	}
	national := fixtureFiles(nil)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := LoadWith(national, fstest.MapFS{"forms/round.yaml": {Data: []byte(text)}})
		if err != nil || len(c.Own()) != 1 {
			t.Fatalf("%v, %v", c, err)
		}
		file := c.Own()[0]
		form, ok := c.Form("round")
		if ok != file.Good() || ok && (form.Own == nil || !form.Provider) {
			t.Errorf("in use: %v, yet its faults are %v", ok, file.Faults)
		}
		for _, fault := range file.Faults {
			if fault.Line < 1 || fault.Column < 1 || fault.Message == "" {
				t.Errorf("a fault without a place: %+v", fault)
			}
		}
		if file, err := checkOwn(national, nil, "", []byte(text)); err != nil || file.Good() && file.ID == "round" && file.Kind == "form" && !ok {
			t.Errorf("checked without its name: %+v, %v", file, err)
		}
	})
}
