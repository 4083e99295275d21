package mapping

import (
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
