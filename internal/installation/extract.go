package installation

import (
	"bytes"
	"context"
	"io"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/ehr"
	"rosemary/ehr/extract"
	"rosemary/ehr/native"
	"rosemary/record"
	"rosemary/standard"
)

// Extracting is an extract that the operator takes out.
type Extracting struct {
	Person   uuid.UUID
	At       access.At
	To, Why  string
	Criteria extract.Criteria
	Dialect  ehr.Dialect
}

// Extract writes an extract of a person's record, or of a part by criteria. That it goes out is kept in the log of who saw what before the first byte. Planned hears how
// many versions it will hold.
func (in *Installation) Extract(ctx context.Context, w io.Writer, e Extracting, planned func(versions int)) error {
	var made *extract.Extract
	return in.Guard.OperatorExtract(ctx, e.Person, access.Extract{
		At: e.At, To: e.To, Why: e.Why, What: e.Criteria.Words(), Whereabouts: e.Criteria.Whereabouts,
		Plan: func(r *access.Reading) (n int, err error) {
			s := extract.Settings{Catalogue: in.Catalogue, Zone: in.Zone, Created: in.Now(), Keeps: native.JSON()}
			if made, err = extract.New(ctx, r, s, e.Criteria); err != nil {
				return 0, err
			}
			if err := made.Ready(); err != nil {
				return 0, err
			}
			planned(made.Count())
			return made.Count(), nil
		},
		Send: func() error { return e.Dialect.Encode(w, made) },
	})
}

// KeepExtract keeps every composition of an extract in a person's record, whole and as it came, marked as another system's: nothing of it becomes a record of ours. It is
// the operator's decision that it belongs there. The same extract again changes nothing. The file must have been looked through before.
func (in *Installation) KeepExtract(ctx context.Context, person uuid.UUID, file io.Reader, dialect ehr.Dialect) (kept int, err error) {
	info, err := in.Log.Stream(ctx, person)
	if err != nil {
		return 0, err
	}
	if info.Kind != standard.PersonStream {
		return 0, &standard.Fault{Kind: standard.NotFound, Message: "There is no person of this id."}
	}
	importer := &extract.Importer{Catalogue: in.Catalogue, Person: person}
	err = dialect.Decode(file, func(p ehr.Part) error {
		composition, ok := p.(*ehr.Composition)
		if !ok {
			return nil
		}
		arrived, err := importer.Take(composition)
		if err != nil {
			return err
		}
		repeated, err := in.keep(ctx, person, arrived)
		if err == nil && !repeated {
			kept++
		}
		return err
	})
	return kept, err
}

func (in *Installation) keep(ctx context.Context, person uuid.UUID, arrived *extract.Incoming) (repeated bool, err error) {
	k, err := extract.Keep(in.Catalogue, native.JSON(), arrived)
	if err != nil {
		return false, err
	}
	for _, f := range k.Files {
		if err := in.Attachments.Restore(ctx, person, f.Attachment, bytes.NewReader(f.Data)); err != nil {
			return false, err
		}
	}
	id := uuid.NewSHA1(person, []byte("extract\n"+arrived.ID.String()))
	receipts, err := in.Recorder.Commit(ctx, record.Committer{}, &record.Proposal{
		ID: id, Stream: person, Description: "Came from another system in an extract",
		Changes: []record.ProposedChange{{
			Path: "/" + arrived.ID.String(), Type: record.Create, Record: uuid.NewSHA1(id, []byte("record")), Class: k.Class, Sensitivity: k.Sensitivity.String(),
			InformationProvider: k.From, Content: k.Content,
		}},
	})
	if err != nil {
		return false, err
	}
	return receipts[0].Repeated, nil
}
