package access

import (
	"context"

	"rosemary/standard"
)

// ChoosePassword lets whoever came in by a pass come back until it ends: its code works once, and a browser's session is over with a break. With the password
// they sign in as anybody does. It ends the sessions that the account has open.
func (s *Session) ChoosePassword(ctx context.Context, password string) error {
	entry := Entry{Action: "choose-password"}
	if !s.principal.Guest() {
		return s.denied(ctx, entry, forbidden("Only whoever was let in by a code chooses a password here.", "Your manager can have a new password set for you."))
	}
	if err := standard.Refuse("The password was not kept.", passwordProblems(s.principal.Account, password)); err != nil {
		return err
	}
	if err := s.guard.SetPassword(ctx, s.principal.Account, password); err != nil {
		return err
	}
	s.note(ctx, entry)
	return nil
}

// OnTheirBehalf says whether the session is of the person themselves, or of somebody whom that person, or the law, let in to one record: their pass rests on a record.
func (s *Session) OnTheirBehalf() bool {
	kind, ok := s.guard.config.Policy.passKind(s.principal.Role)
	return ok && s.principal.Guest() && len(kind.Basis) > 0
}

// PassPurpose is what the session's account uses the record for, where a pass opened it.
func (s *Session) PassPurpose() (Purpose, bool) {
	kind, ok := s.guard.config.Policy.passKind(s.principal.Role)
	return kind.Purpose, ok && s.principal.Guest()
}
