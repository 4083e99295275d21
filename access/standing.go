package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Standing is what became of a contribution by the moment of a view.
type Standing struct {
	Wrong    map[uuid.UUID]record.VersionID // the records that it was about and that are entered in error, with the version that says so
	Last     map[uuid.UUID]record.VersionID // the version that stands of each record that it was about
	Mistaken bool                           // all are entered in error
	Signed   []Signature                    // of the versions that it made or that it is about
	Follows  []uuid.UUID                    // the contributions whose versions it changed, each once
	Signs    []uuid.UUID                    // the contributions whose versions it signed, each once
}

// Signature is who signed a version.
type Signature struct {
	By record.Committer
	record.Attestation
}

// Standing tells what became of a contribution that the view has shown, and of what it is about. Contributions of which the reader may see nothing are not named.
func (v *View) Standing(ctx context.Context, shown *record.Sealed) (*Standing, error) {
	sub, err := v.readable(ctx, Entry{Action: "contributions", Stream: shown.Stream})
	if err != nil {
		return nil, err
	}
	s := &Standing{Wrong: map[uuid.UUID]record.VersionID{}, Last: map[uuid.UUID]record.VersionID{}}
	asked := map[uuid.UUID][]*record.Contribution{}
	for _, ch := range shown.Changes {
		rec := ch.Version.Record
		log, known := asked[rec]
		if !known {
			if log, err = v.session.guard.config.Log.Changes(ctx, v.moment, record.One{Stream: shown.Stream, Record: rec}); err != nil {
				return nil, err
			}
			asked[rec] = log
			if err := v.stands(ctx, sub, rec, s); err != nil {
				return nil, err
			}
		}
		s.Signed = append(s.Signed, signaturesOf(log, ch)...)
		before := ch.Version
		list := &s.Signs
		if ch.Type.MakesVersion() {
			before.Number--
			list = &s.Follows
		}
		if before.Number == 0 || !ch.Type.MakesVersion() && ch.Type != record.Attest {
			continue
		}
		from := makerOf(log, before)
		if from == uuid.Nil || from == shown.ID || slices.Contains(*list, from) {
			continue
		}
		sees, err := sub.names(ctx, before, v.head)
		if err != nil {
			return nil, err
		}
		if sees {
			*list = append(*list, from)
		}
	}
	s.Mistaken = len(s.Wrong) == len(asked)
	return s, nil
}

// stands notes which version of a record stands, wherever it was made, and whether it says that the record is entered in error.
func (v *View) stands(ctx context.Context, sub *subject, rec uuid.UUID, s *Standing) error {
	found, _, err := v.session.guard.config.Log.Versions(ctx, record.Query{
		Stream: sub.info.UID, Record: rec, At: v.moment, Abroad: v.abroad(sub), Which: record.Current, Errors: true, Limit: 1, Scope: sub.scope,
	})
	if err != nil || len(found) == 0 {
		return err
	}
	s.Last[rec] = found[0].VersionID
	if found[0].Status == record.EnteredInError {
		s.Wrong[rec] = found[0].VersionID
	}
	return nil
}

// makerOf is the contribution that made a version; zero where it was made elsewhere.
func makerOf(log []*record.Contribution, id record.VersionID) uuid.UUID {
	for _, c := range log {
		for _, ch := range c.Changes {
			if ch.Version == id && ch.Type.MakesVersion() {
				return c.ID
			}
		}
	}
	return uuid.Nil
}

// signaturesOf gives who signed the version that a change made, or the one signature that a change is.
func signaturesOf(log []*record.Contribution, of record.Change) (all []Signature) {
	for _, c := range log {
		for _, ch := range c.Changes {
			if ch.Version != of.Version || ch.Attestation == nil || of.Attestation != nil && !of.Attestation.At.Equal(ch.Attestation.At) {
				continue
			}
			all = append(all, Signature{c.Committer, *ch.Attestation})
		}
	}
	return all
}

// ContributionTo gives one contribution to a person's record by its id, as far as the reader may see it, where it had been made by the moment of the view; to an entry of the directory
// it is NotFound.
func (v *View) ContributionTo(ctx context.Context, id uuid.UUID) (*record.Sealed, error) {
	return v.contributionTo(ctx, id, "contribution")
}

// Document is ContributionTo for whoever makes a document of it, which may be handed on as it is: the log of who saw what says so.
func (v *View) Document(ctx context.Context, id uuid.UUID) (*record.Sealed, error) {
	return v.contributionTo(ctx, id, "document")
}

func (v *View) contributionTo(ctx context.Context, id uuid.UUID, action string) (*record.Sealed, error) {
	shown, err := v.session.contribution(ctx, id, action)
	if err != nil {
		return nil, err
	}
	kind, err := v.Kind(ctx, shown.Stream)
	if err != nil {
		return nil, err
	}
	if kind != standard.PersonStream || shown.Moment > v.moment {
		return nil, notFound()
	}
	return shown, nil
}
