package standard

import (
	"io/fs"
	"path"
	"strings"
)

// CheckOwn tells what would be wrong with a file if it stood in a provider's own folder, beside or instead of what stands there now; nothing is kept. The name is
// that inside the folder; without one the file goes by what it says it is. Own may be nil: there is no folder.
func CheckOwn(own fs.FS, name string, text []byte) (OwnFile, error) {
	return checkOwn(files, own, name, text)
}

func checkOwn(national, own fs.FS, name string, text []byte) (OwnFile, error) {
	if name == "" {
		f := &yamlFile{provider: true, text: text}
		if name = f.ownName(text); name == "" {
			l := linker{files: []*yamlFile{f}}
			return l.ownFiles()[0], nil
		}
	}
	l := &linker{packed: builtIn()}
	if err := l.readNational(national); err != nil {
		return OwnFile{}, err
	}
	if own != nil {
		if err := l.readOwn(own, name); err != nil {
			return OwnFile{}, err
		}
	}
	f := &yamlFile{name: name, provider: true, text: text}
	l.add(f, func() ([]byte, error) { return text, nil })
	cat, err := l.catalogue()
	if err != nil {
		return OwnFile{}, err
	}
	for _, file := range cat.Own() {
		if file.Name == name {
			return file, nil
		}
	}
	return OwnFile{Name: name}, nil
}

// ownName is where in a provider's folder a file with this text belongs; "" with a fault where it does not say.
func (f *yamlFile) ownName(text []byte) string {
	if len(text) > MaxFile {
		f.tooLarge()
		return ""
	}
	body, ok := f.parse(text)
	if !ok {
		return ""
	}
	keys, id := map[string]word{}, word{}
	for i := 0; body.kind == objectNode && i < len(body.items); i += 2 {
		if value := body.items[i+1]; value.kind == plainNode {
			keys[body.items[i].text] = word{s: value.text, at: value.at}
		}
	}
	id = keys["id"]
	for _, kind := range []struct{ key, dir string }{{"form", formDir}, {"class", classDir}, {"valueset", valueSetDir}, {"score", scoreDir}, {"chart", chartDir}} {
		if !keys[kind.key].given() {
			continue
		}
		f.title = keys[kind.key].s
		switch {
		case !id.given():
			f.fault(body.at, `%s has no "id"; it is also the name of the file`, "a "+kind.key)
			return ""
		case !kebab(id.s):
			f.checkID(id, kebab, "lower-kebab, like night-check")
			return ""
		}
		return path.Join(kind.dir, id.s+".yaml")
	}
	f.fault(body.at, "it does not say what it is: begin with %s", strings.Join([]string{"form:", "class:", "valueset:", "score:", "chart:"}, " or "))
	return ""
}
