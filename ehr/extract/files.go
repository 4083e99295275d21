package extract

import (
	"context"
	"errors"
	"fmt"
	"io"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// filesTogether is how many bytes of files one composition holds at most: it is written as a whole.
const filesTogether = 32 << 20

// fits reports which of the files that a version names stand in its composition.
func fits(named []record.NamedAttachment) []bool {
	is := make([]bool, len(named))
	room := int64(filesTogether)
	for i, a := range named {
		if is[i] = a.Size <= ehr.MaxText && a.Size <= room; is[i] {
			room -= a.Size
		}
	}
	return is
}

func tooLarge(named []record.NamedAttachment) (n int) {
	for _, is := range fits(named) {
		if !is {
			n++
		}
	}
	return n
}

// attaching makes the data values of files, those of one version after the other.
type attaching struct {
	ctx     context.Context
	reading Reading
	with    bool
	room    int64
	err     error
}

// value says what a file is and where, and holds it where that was asked for and there is room.
func (a *attaching) value(named record.NamedAttachment) *ehr.Encapsulated {
	v := &ehr.Encapsulated{
		MediaType: named.MediaType, Size: named.Size, Check: named.Hash[:], Algorithm: "SHA-256", Reference: "urn:sha256:" + named.Hash.String(), Text: named.Caption,
	}
	if v.Text == "" {
		v.Text = named.Name
	}
	if !a.with || named.Size > ehr.MaxText || named.Size > a.room || a.err != nil {
		return v
	}
	a.room -= named.Size
	data, err := a.read(named)
	if err != nil {
		a.err = err
		return v
	}
	v.Data = data
	return v
}

func (a *attaching) read(named record.NamedAttachment) (data []byte, err error) {
	about, content, err := a.reading.Attachment(a.ctx, named.Hash)
	if standard.KindOf(err) == standard.NotFound {
		return nil, &standard.Fault{Kind: standard.Broken, Message: "A file that the record names is missing, so the extract cannot be made with files.",
			Hint: "Restore the file from a backup, or ask for the extract without files.", Err: err}
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if about.Size != named.Size {
		return nil, fmt.Errorf("the file %s has %d bytes; the record says %d", named.Hash, about.Size, named.Size)
	}
	data = make([]byte, named.Size)
	_, err = io.ReadFull(content, data)
	return data, err
}
