package standard

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"path"
)

// packed are files as they were parsed when the program was built, each under the hash of its bytes: reading YAML is most of what a start would take. What is not
// in it, or was changed since, is parsed.
type packed map[[sha256.Size]byte]string

// packedFile is where the build puts it, among the embedded files.
const packedFile = "packed/files.bin"

// Pack parses the files of the standard for packed/files.bin. A file that is at fault is left out: whoever loads it is told.
func Pack(fsys fs.FS) ([]byte, error) {
	var out []byte
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f := &yamlFile{name: name, sum: sha256.Sum256(data)}
		if n, ok := f.parse(data); ok {
			tree := n.pack(nil)
			out = append(out, f.sum[:]...)
			out = append(binary.AppendUvarint(out, uint64(len(tree))), tree...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("pack the standard's files: %w", err)
	}
	return out, nil
}

// unpack finds the files in what Pack wrote; none where it cannot be read.
func unpack(data string) packed {
	out := packed{}
	for len(data) > 0 {
		var sum [sha256.Size]byte
		if copy(sum[:], data) < len(sum) {
			return nil
		}
		r := packReader{left: data[len(sum):], ok: true}
		out[sum] = r.bytes(r.number())
		if !r.ok {
			return nil
		}
		data = r.left
	}
	return out
}

// node gives the content of a file with this hash; false when it is not there, or cannot be read.
func (p packed) node(sum [sha256.Size]byte) (node, bool) {
	tree, ok := p[sum]
	if !ok {
		return node{}, false
	}
	r := packReader{left: tree, ok: true}
	n := r.node(maxNesting)
	return n, r.ok && r.left == ""
}

// pack writes a node: its kind, line, column, and its text or how many items it has and the items.
func (n *node) pack(out []byte) []byte {
	out = append(out, byte(n.kind))
	out = binary.AppendUvarint(out, uint64(n.at.line))
	out = binary.AppendUvarint(out, uint64(n.at.col))
	if n.kind != objectNode && n.kind != listNode {
		return append(binary.AppendUvarint(out, uint64(len(n.text))), n.text...)
	}
	out = binary.AppendUvarint(out, uint64(len(n.items)))
	for i := range n.items {
		out = n.items[i].pack(out)
	}
	return out
}

// packReader reads on from the front; once something does not fit, nothing more does.
type packReader struct {
	left string
	ok   bool
}

func (r *packReader) fail() { r.left, r.ok = "", false }

func (r *packReader) number() int {
	value, shift := 0, 0
	for i := range len(r.left) {
		b := r.left[i]
		value |= int(b&0x7f) << shift
		if b < 0x80 {
			r.left = r.left[i+1:]
			return value
		}
		if shift += 7; shift > 28 {
			break
		}
	}
	r.fail()
	return 0
}

func (r *packReader) bytes(n int) string {
	if n > len(r.left) {
		r.fail()
		return ""
	}
	out := r.left[:n]
	r.left = r.left[n:]
	return out
}

func (r *packReader) node(deep int) (n node) {
	kind := r.bytes(1)
	if kind == "" || deep < 0 {
		r.fail()
		return node{}
	}
	n.kind, n.at.line, n.at.col = nodeKind(kind[0]), r.number(), r.number()
	count := r.number()
	if n.kind != objectNode && n.kind != listNode {
		n.text = r.bytes(count)
		return n
	}
	if count > len(r.left) || n.kind == objectNode && count%2 != 0 {
		r.fail()
		return node{}
	}
	if count > 0 {
		n.items = make([]node, count)
	}
	for i := range n.items {
		n.items[i] = r.node(deep - 1)
	}
	return n
}
