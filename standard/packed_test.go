package standard

import (
	"crypto/sha256"
	"io/fs"
	"reflect"
	"testing"
)

// TestPackedIsWhatIsWritten holds every file, packed and read again, against what the parser reads.
func TestPackedIsWhatIsWritten(t *testing.T) {
	data, err := Pack(files)
	if err != nil {
		t.Fatal(err)
	}
	packed := unpack(string(data))
	names := 0
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names++
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		f := &yamlFile{name: name}
		want, ok := f.parse(text)
		if !ok {
			t.Fatalf("%s: %v", name, f.faults)
		}
		if got, ok := packed.node(sha256.Sum256(text)); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: packed, it is another", name)
		}
		return nil
	})
	if err != nil || names != len(packed) {
		t.Errorf("%d files, %d packed, %v", names, len(packed), err)
	}
}

// TestAChangedFileIsParsed: what the build parsed counts only for the very bytes that it parsed.
func TestAChangedFileIsParsed(t *testing.T) {
	text := []byte("class: Risk\nid: risk\n")
	f := &yamlFile{name: "classes/risk.yaml"}
	before, _ := f.parse(text)
	sum := sha256.Sum256(text)
	f = &yamlFile{name: f.name, packed: packed{sum: string(before.pack(nil))}, sum: sum}
	if n, _ := f.parse([]byte("not read")); !reflect.DeepEqual(n, before) {
		t.Error("what was packed was not used")
	}
	f.sum = sha256.Sum256([]byte("class: Risk\nid: danger\n"))
	if n, _ := f.parse([]byte("class: Risk\nid: danger\n")); n.items[3].text != "danger" {
		t.Errorf("the file as it is now was not read: %v", n)
	}
}

// FuzzUnpack reads anything: it is refused or read, and never read beyond its end.
func FuzzUnpack(f *testing.F) {
	n := node{kind: objectNode, items: []node{{kind: plainNode, text: "id"}, {kind: listNode, items: []node{{kind: booleanNode, text: "true"}}}}}
	tree := n.pack(nil)
	f.Add(append(make([]byte, sha256.Size), append([]byte{byte(len(tree))}, tree...)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for sum, tree := range unpack(string(data)) {
			if n, ok := (packed{sum: tree}).node(sum); ok {
				n.pack(nil)
			}
		}
	})
}
