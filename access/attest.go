package access

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// byPassword is how an actor proved himself before attesting.
const byPassword = "password"

// Attest signs one version of a record with the installation's key, after the actor has given the password again.
func (s *Session) Attest(ctx context.Context, stream, rec uuid.UUID, number int, reason, password string) (record.Receipt, error) {
	entry := Entry{Action: "attest", Stream: stream, Record: rec}
	v, action, err := s.attestable(ctx, stream, rec, number)
	if err != nil {
		return record.Receipt{}, s.denied(ctx, entry, err)
	}
	if reason == "" {
		return record.Receipt{}, notSigned("/description", "must-occur", "Say what you sign it for, for example that you have checked it.")
	}
	if _, good, err := s.guard.prove(ctx, s.principal.Account, password, signedIn); err != nil {
		return record.Receipt{}, err
	} else if !good {
		entry.Outcome = Refused
		s.note(ctx, entry)
		return record.Receipt{}, notSigned("/password", "wrong-password",
			"The password is wrong. After five wrong tries you have to wait, up to 15 minutes, before the next one can work.")
	}
	at := s.guard.config.Now().UTC()
	key, signature, err := s.guard.config.Signer.Sign(record.AttestedText(v.Hash, s.principal.Worker, at, byPassword, reason))
	if err != nil {
		return record.Receipt{}, &standard.Fault{Kind: standard.Unavailable, Message: "The record could not be signed. Nothing was changed.",
			Hint: "Tell whoever looks after this computer.", Err: err}
	}
	receipts, err := s.commit(ctx, action, []*record.Proposal{{Stream: stream, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Attest, Record: rec, Expected: number, Description: reason,
		Attestation: &record.Attestation{Method: byPassword, Reason: reason, At: at, Key: key, Signature: signature},
	}}}})
	if err != nil {
		return record.Receipt{}, err
	}
	return receipts[0], nil
}

func notSigned(path, rule, message string) error {
	return standard.Refuse("The record was not signed. Nothing was changed.", []standard.Problem{{Path: path, Rule: rule, Message: message}})
}

// attestable finds the version and whether it may be signed: by the right to sign, or because the version names the actor as a second person, who may always prove that they were.
func (s *Session) attestable(ctx context.Context, stream, rec uuid.UUID, number int) (*record.Version, Action, error) {
	if err := s.maySign(); err != nil {
		return nil, "", err
	}
	sub, err := s.subject(ctx, stream)
	if err != nil {
		return nil, "", err
	}
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return nil, "", err
	}
	if visible, err := sub.visible(ctx, rec, head); err != nil {
		return nil, "", err
	} else if !visible {
		return nil, "", notFound()
	}
	versions, _, err := s.guard.config.Log.Versions(ctx, record.Query{
		Stream: stream, Record: rec, At: head, Which: record.All, Errors: true, Order: record.NumberAsc, Scope: sub.scope,
	})
	if err != nil {
		return nil, "", err
	}
	for _, v := range versions {
		if v.Number != number || v.System != s.guard.config.Recorder.System && v.Until != record.Forever { // of another system's, what stands here can be signed
			continue
		}
		switch {
		case sub.may(ToAttest, v.Sensitivity):
			return v, ToAttest, nil
		case sub.may(ToRecord, v.Sensitivity) && s.IsSecondPerson(v):
			return v, ToRecord, nil
		default:
			return nil, "", forbidden("With the role "+s.principal.RoleName+" you cannot sign this record.", "Ask a senior carer, a nurse or the manager of the home.")
		}
	}
	return nil, "", notFound()
}

// maySign refuses what no client may, whatever its account may: a program that acts by itself is nobody who could sign, and a signature cannot wait for somebody else's word.
func (s *Session) maySign() error {
	switch {
	case s.cut == nil:
		return nil
	case s.cut.System:
		return forbidden("A program cannot sign: a signature is a person's own.", "Let the person sign on the pages, or through an app that they have opened.")
	case s.cut.Waits:
		return forbidden("What this client writes waits until a person ratifies it, and a signature cannot wait.", "Let the person sign on the pages.")
	case !s.cut.permits(ToAttest, uuid.Nil):
		return outOfScope(Creates, "Provenance")
	}
	return nil
}

func asFault(err error) (*standard.Fault, bool) {
	var fault *standard.Fault
	ok := errors.As(err, &fault)
	return fault, ok
}
