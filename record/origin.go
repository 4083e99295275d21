package record

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/standard"
)

// Origin is what a record of the role ratification holds: whose versions became part of a stream here, what vouches for them, and the contributions of the
// system that made them, just as that system wrote them. With the versions, which stand in the log byte for byte, they are the sender's chain again.
type Origin struct {
	Segment       uuid.UUID
	System        string
	Provider      string // what the provider calls itself
	Keys          []string
	Checkpoint    string // signed by one of the keys; "": without proof of origin
	Contributions []Foreign
}

// Foreign is one contribution of another system as it stood there.
type Foreign struct {
	Moment    Moment
	Committed Instant
	Header    []byte // the stored bytes, exactly
}

// longestPage is how many characters of the packed contributions one text of the record holds, and mostUnpacked what they may unpack to.
const (
	longestPage  = 90_000
	mostUnpacked = 512 << 20
)

type wireOrigin struct {
	Segment    uuid.UUID `json:"segment"`
	System     string    `json:"system"`
	Provider   string    `json:"provider"`
	Keys       []string  `json:"keys"`
	Checkpoint string    `json:"checkpoint"`
}

type wireForeign struct {
	Moment    Moment         `json:"moment"`
	Committed Instant        `json:"committedMicroseconds"`
	Header    jsontext.Value `json:"contribution"`
}

// AppendJSON writes content of a class of the role ratification: who decided and why, and the contributions, packed (deflate, then base64) so that no door can change a byte of them.
func (o *Origin) AppendJSON(class *standard.Class, by uuid.UUID, why string) ([]byte, error) {
	packed, err := o.pack()
	if err != nil {
		return nil, err
	}
	b := []byte{'{'}
	for _, e := range class.Elements {
		switch e.Role {
		case standard.RoleOriginSystem:
			b = appendString(b, e.ID, o.System)
		case standard.RoleOriginProvider:
			if o.Provider != "" {
				b = appendString(b, e.ID, o.Provider)
			}
		case standard.RoleReason:
			b = appendString(b, e.ID, why)
		case standard.RolePerformer:
			if by != uuid.Nil {
				b = append(appendString(append(appendKey(b, e.ID), '{'), "ref", by.String()), '}')
			}
		case standard.RoleOriginChain:
			b = append(appendKey(b, e.ID), '[')
			for page := packed; page != ""; page = page[min(longestPage, len(page)):] {
				if page != packed {
					b = append(b, ',')
				}
				b = append(append(append(b, '"'), page[:min(longestPage, len(page))]...), '"')
			}
			b = append(b, ']')
		}
	}
	return append(b, '}'), nil
}

func (o *Origin) pack() (string, error) {
	var text bytes.Buffer
	encoded := base64.NewEncoder(base64.RawStdEncoding, &text)
	small, err := flate.NewWriter(encoded, flate.DefaultCompression)
	if err != nil {
		return "", fmt.Errorf("ratification: %w", err)
	}
	write := func(v any) error {
		line, err := json.Marshal(v, jsontext.PreserveRawStrings(true))
		if err != nil {
			return err
		}
		_, err = small.Write(append(line, '\n'))
		return err
	}
	err = write(wireOrigin{Segment: o.Segment, System: o.System, Provider: o.Provider, Keys: o.Keys, Checkpoint: o.Checkpoint})
	for i := range o.Contributions {
		if err == nil {
			f := &o.Contributions[i]
			err = write(wireForeign{f.Moment, f.Committed, f.Header})
		}
	}
	if err = errors.Join(err, small.Close(), encoded.Close()); err != nil {
		return "", fmt.Errorf("ratification: %w", err)
	}
	return text.String(), nil
}

// OriginOf reads a record of the role ratification.
func OriginOf(content *standard.Content) (*Origin, error) {
	if content.Class == nil || !content.Class.HasRole(standard.ClassRoleRatification) {
		return nil, errors.New("this says of nothing where it came from")
	}
	var packed strings.Builder
	for _, v := range content.All(standard.RoleOriginChain) {
		page, _ := v.(standard.Text)
		packed.WriteString(string(page))
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(base64.NewDecoder(base64.RawStdEncoding, strings.NewReader(packed.String()))), mostUnpacked))
	if err != nil {
		return nil, fmt.Errorf("ratification: %w", err)
	}
	var o *Origin
	for line := range bytes.Lines(plain) {
		if o == nil {
			var w wireOrigin
			if err := json.Unmarshal(line, &w); err != nil {
				return nil, fmt.Errorf("ratification: %w", err)
			}
			o = &Origin{Segment: w.Segment, System: w.System, Provider: w.Provider, Keys: w.Keys, Checkpoint: w.Checkpoint}
			continue
		}
		var w wireForeign
		if err := json.Unmarshal(line, &w); err != nil {
			return nil, fmt.Errorf("ratification: contribution %d: %w", len(o.Contributions)+1, err)
		}
		o.Contributions = append(o.Contributions, Foreign{w.Moment, w.Committed, w.Header})
	}
	if o == nil {
		return nil, errors.New("ratification: it holds nothing")
	}
	return o, nil
}

// Contribution reads the contribution. Its moment is the other system's.
func (f *Foreign) Contribution() (*Contribution, error) {
	c, err := DecodeHeader(f.Header)
	if err != nil {
		return nil, err
	}
	c.Moment, c.Committed = f.Moment, f.Committed.Time()
	return c, nil
}
