package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// RedeemPass lets in whoever types the code of a pass. It works once. Wrong codes are counted as failed tries to sign in are, by where they come from: from is an
// address, or whatever else tells visitors apart.
func (g *Guard) RedeemPass(ctx context.Context, code, from string) (Principal, Purpose, error) {
	refused := &standard.Fault{
		Kind: standard.Unauthenticated, Message: "This code does not let you in. It may be mistyped, used already, or its time may be over.",
		Hint: "Look at it again. After five wrong codes you have to wait, up to 15 minutes. If it still does not work, ask whoever gave it to you for a new one.",
	}
	now := g.config.Now()
	blocked, err := g.config.Accounts.Try(ctx, tryName("pass from "+from), now, pauseAfter)
	if err != nil {
		return Principal{}, "", err
	}
	if blocked || len(plainCode(code)) != codeLength {
		return Principal{}, "", refused
	}
	p, err := g.config.Passes.Redeem(ctx, codeHash(code), now)
	if standard.KindOf(err) == standard.NotFound {
		return Principal{}, "", refused
	}
	if err != nil {
		return Principal{}, "", err
	}
	if err := g.config.Accounts.Proved(ctx, tryName("pass from "+from)); err != nil { // a home has one address for all its visitors
		return Principal{}, "", err
	}
	a, err := g.config.Accounts.Find(ctx, p.Account)
	if err != nil {
		return Principal{}, "", err
	}
	kind, _ := g.config.Policy.passKind(a.Role)
	entry := Entry{Action: "redeem-pass", Account: a.Account, Worker: a.Worker, Role: a.Role, Purpose: kind.Purpose, Outcome: Done, Why: p.Purpose}
	if len(p.People) == 1 {
		entry.Stream = p.People[0]
	}
	if err := g.book.disclose(ctx, entry); err != nil {
		return Principal{}, "", err
	}
	principal, err := g.principal(ctx, a)
	return principal, kind.Purpose, err
}

// letIn are the people to whom an account is let in now.
func (g *Guard) letIn(ctx context.Context, a Account) (people []uuid.UUID, err error) {
	now := g.config.Now()
	kind, _ := g.config.Policy.passKind(a.Role)
	for _, l := range a.LetIn {
		if !now.Before(l.Until) || slices.Contains(people, l.Stream) {
			continue
		}
		if l.Basis != uuid.Nil {
			if stands, err := g.authorises(ctx, l.Stream, l.Basis, kind, a.Name); err != nil {
				return nil, err
			} else if !stands {
				continue
			}
		}
		people = append(people, l.Stream)
	}
	return people, nil
}

// authorises says whether the record that a way in rests on is there, of the right kind, in force and means what it must for this holder; and the person alive.
func (g *Guard) authorises(ctx context.Context, stream, basis uuid.UUID, kind PassKind, holder string) (bool, error) {
	person, err := g.recordNow(ctx, stream, stream)
	if err != nil || person == nil || person.Words(standard.RoleDeathDate) != "" {
		return false, err
	}
	rests, err := g.recordNow(ctx, stream, basis)
	if err != nil || rests == nil || !slices.ContainsFunc(kind.Basis, rests.Class.HasRole) {
		return false, err
	}
	if from := rests.Words(standard.RoleValidFrom); from != "" && begins(from, g.config.Zone).After(g.config.Now()) {
		return false, nil
	}
	if until := rests.Words(standard.RoleValidUntil); until != "" && until < g.today() {
		return false, nil
	}
	switch {
	case kind.Authority != "" && rests.Means(standard.RoleAuthority) != kind.Authority && rests.Means(standard.RoleDecision) != kind.Authority:
		return false, nil
	case kind.About != "" && rests.Means(standard.RoleConsentFor) != kind.About:
		return false, nil
	}
	with := rests.Words(standard.RoleSharedWith)
	return with == "" || names(with, holder), nil
}

// names says whether a text has every word of a name: nobody is let in on what was agreed about a sister.
func names(text, name string) bool {
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	said := strings.FieldsFunc(strings.ToLower(text), apart)
	words := strings.FieldsFunc(strings.ToLower(name), apart)
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(said, w) })
}

// begins is the earliest that a date, however partial, can mean.
func begins(text string, zone *time.Location) time.Time {
	from, _, _ := standard.Interval(standard.Date(text), nil, zone)
	return from
}

// recordNow reads a record as it stands today; nil when it does not, or was marked as an error.
func (g *Guard) recordNow(ctx context.Context, stream, rec uuid.UUID) (*standard.Content, error) {
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	now, _, err := g.config.Log.Versions(ctx, record.Query{Stream: stream, Record: rec, At: head, Which: record.Current, Limit: 1, Scope: record.Scope{Everything: true}})
	if err != nil || len(now) == 0 || now[0].Status == record.EnteredInError {
		return nil, err
	}
	content, err := now[0].Decoded(g.config.Catalogue)
	if err != nil || content.Class == nil {
		return nil, err
	}
	return content, nil
}
