package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Witness is a second person who stands beside the actor and has proved who they are with their own password.
type Witness struct{ session *Session }

// Worker is their entry in the directory.
func (w *Witness) Worker() uuid.UUID { return w.session.principal.Worker }

// Name is what they are called.
func (w *Witness) Name() string { return w.session.principal.Name }

// Witness lets a second person prove themselves at the actor's screen. They must be somebody else than who did it, and be allowed to record about the person themselves: of what a colleague wrote
// without a network and the actor saves, that is the colleague, and the actor may have been the witness. Problems stand at /witness and /witness_password.
func (s *Session) Witness(ctx context.Context, stream uuid.UUID, account, password string) (*Witness, error) {
	entry := Entry{Action: "witness", Stream: stream}
	wrong := func(path, rule, message string) error {
		entry.Outcome = Refused
		s.note(ctx, entry)
		return standard.Refuse("This was not saved. Nothing was changed.", []standard.Problem{{Path: path, Rule: rule, Message: message}})
	}
	did, others := s.principal.Worker, false
	if s.late != nil && s.late.Author != uuid.Nil && s.late.Author != did {
		did, others = s.late.Author, true
	}
	if !others && accountName(account) == s.principal.Account {
		return nil, wrong("/witness", "witness-self", "The second person must be somebody else than you.")
	}
	a, good, err := s.guard.prove(ctx, accountName(account), password, "beside "+s.principal.Account)
	if err != nil {
		return nil, err
	}
	if !good {
		return nil, wrong("/witness_password", "wrong-password", "The account or the password of the second person is wrong. After five wrong tries they have to wait, up to 15 minutes.")
	}
	if a.Worker == uuid.Nil || a.Worker == did {
		message := "The second person must be another care worker than you."
		if others {
			message = "The second person must be another care worker than the one who did it."
		}
		return nil, wrong("/witness", "witness-self", message)
	}
	other, err := s.guard.session(ctx, a, nil, DirectCare)
	if err != nil {
		return nil, err
	}
	sub, err := other.subject(ctx, stream)
	if err != nil || !sub.may(ToRecord, record.Normal) {
		return nil, wrong("/witness", "witness-may-not", "This account cannot be a witness here: it does not give care to this person.")
	}
	s.note(ctx, entry)
	return &Witness{other}, nil
}

// Sign puts the witness's name to a version that was just committed: an attestation of theirs, signed by the installation.
func (w *Witness) Sign(ctx context.Context, id record.VersionID, stream uuid.UUID, reason string) error {
	s := w.session
	versions, _, err := s.guard.config.Log.Versions(ctx, record.Query{Stream: stream, Record: id.Record, At: record.Forever - 1, Which: record.Current, Errors: true, Limit: 1, Scope: record.Scope{Everything: true}})
	if err != nil {
		return err
	}
	if len(versions) == 0 || versions[0].VersionID != id {
		return notFound()
	}
	at := s.guard.config.Now().UTC()
	key, signature, err := s.guard.config.Signer.Sign(record.AttestedText(versions[0].Hash, s.principal.Worker, at, byPassword, reason))
	if err != nil {
		return &standard.Fault{Kind: standard.Unavailable, Message: "The witness could not sign.", Hint: "Tell whoever looks after this computer.", Err: err}
	}
	_, err = s.commit(ctx, ToRecord, []*record.Proposal{{Stream: stream, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Attest, Record: id.Record, Expected: id.Number, Description: reason,
		Attestation: &record.Attestation{Method: byPassword, Reason: reason, At: at, Key: key, Signature: signature},
	}}}})
	return err
}

// IsSecondPerson reports whether a version names the actor as a witness, or as a second person: who is named by somebody else has proved nothing until they sign.
func (s *Session) IsSecondPerson(v *record.Version) bool {
	content, err := v.Decoded(s.guard.config.Catalogue)
	return err == nil && s.principal.Worker != uuid.Nil && slices.Contains(SecondPeople(content), s.principal.Worker)
}

// SecondPeople are those whom a record names as a witness or as a second person.
func SecondPeople(content *standard.Content) []uuid.UUID {
	var named []uuid.UUID
	for _, role := range []string{standard.RoleWitness, standard.RoleSecondPerson} {
		for _, v := range content.All(role) {
			if ref, ok := v.(standard.Reference); ok {
				named = append(named, ref.UID)
			}
		}
	}
	return named
}

// Unproved are those whom a record names as a witness or second person and who signed none of its versions: the API and other systems can name anybody.
func Unproved(content *standard.Content, log []LogEntry) []uuid.UUID {
	return slices.DeleteFunc(SecondPeople(content), func(worker uuid.UUID) bool {
		return slices.ContainsFunc(log, func(e LogEntry) bool { return e.Change.Attestation != nil && e.Contribution.Committer.Actor == worker })
	})
}
