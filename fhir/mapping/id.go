package mapping

import (
	"encoding/base64"
	"encoding/hex"

	"github.com/google/uuid"
)

// ID is what a record is called in FHIR. A person, and an entry of the directory, is called by its id; a record of a person by the person's and its own,
// without their dashes: so whoever has the name need not search for whose record it is.
func ID(stream, rec uuid.UUID) string {
	if stream == rec {
		return stream.String()
	}
	return hex.EncodeToString(stream[:]) + hex.EncodeToString(rec[:])
}

// ParseID takes such a name apart.
func ParseID(s string) (stream, rec uuid.UUID, ok bool) {
	switch len(s) {
	case 36:
		id, err := uuid.Parse(s)
		return id, id, err == nil && id != uuid.Nil && id.String() == s
	case 64:
		b, err := hex.DecodeString(s)
		if err != nil || hex.EncodeToString(b) != s {
			return stream, rec, false
		}
		stream, rec = uuid.UUID(b[:16]), uuid.UUID(b[16:])
		return stream, rec, stream != uuid.Nil && rec != uuid.Nil && stream != rec
	}
	return stream, rec, false
}

// A file is called by the record that it belongs to and the hash of what it holds, in the 64 signs that FHIR gives an id: 48 bytes in the signs that an id may have.
var fileSigns = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.").WithPadding(base64.NoPadding)

// FileID is what a file is called as a Binary.
func FileID(stream uuid.UUID, file [32]byte) string {
	return fileSigns.EncodeToString(append(stream[:], file[:]...))
}

// ParseFileID takes such a name apart.
func ParseFileID(s string) (stream uuid.UUID, file [32]byte, ok bool) {
	b, err := fileSigns.DecodeString(s)
	if err != nil || len(b) != len(stream)+len(file) || len(s) != 64 {
		return stream, file, false
	}
	return uuid.UUID(b[:len(stream)]), [32]byte(b[len(stream):]), true
}
