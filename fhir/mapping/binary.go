package mapping

import (
	"encoding/hex"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// binaries is what the addresses of files begin with.
const binaries = "Binary/"

// FileURL is where a file can be read, from the address of the service on: as FHIR has it in the url of an Attachment.
func FileURL(stream uuid.UUID, file [32]byte) string { return binaries + FileID(stream, file) }

// ParseFileURL takes the address of a file apart; here is the address of this service.
func ParseFileURL(s, here string) (stream uuid.UUID, file [32]byte, ok bool) {
	if here != "" {
		s = strings.TrimPrefix(s, here+"/")
	}
	id, ok := strings.CutPrefix(s, binaries)
	if !ok {
		return stream, file, false
	}
	return ParseFileID(id)
}

// putFile writes the hash of a file as its address. Where it is not known whose record it is, or it is no hash, it stands beside its place.
func (w *writer) putFile(n *resource.Node, hash string) {
	file, err := hex.DecodeString(hash)
	if err == nil && len(file) == 32 && w.links.Subject != uuid.Nil {
		primitive(n, FileURL(w.links.Subject, [32]byte(file)))
	}
}

// file takes the hash of a file out of its address. Whose file it is, whoever asked for the reading looks.
func (t *taker) file(n *resource.Node) standard.Value {
	_, file, ok := ParseFileURL(n.Value, t.links.Here)
	if !n.Has || !ok {
		return nil
	}
	t.take(n)
	return standard.Text(hex.EncodeToString(file[:]))
}

// mark says the SHA-1 of a file beside its address, where that is known.
func (w *writer) mark(attachment, address *resource.Node) {
	if w.links.SHA1 == nil || !address.Has {
		return
	}
	if _, file, ok := ParseFileURL(address.Value, ""); ok {
		if sum := w.links.SHA1(file); sum != "" {
			attachment.Set("hash", sum)
		}
	}
}

// marked takes what FHIR says of a file beside its address: whoever asked for the reading has held it against the file.
func (t *taker) marked(attachment *resource.Node) {
	t.take(attachment.First("hash"))
}
