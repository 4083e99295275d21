package access

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// redeemWithin is how long the code of a new pass waits, where the pass lasts longer: somebody who is here types it at once.
const redeemWithin = 24 * time.Hour

// NewPass is a pass to be made.
type NewPass struct {
	Role         Role
	Given        string // the names of who is let in
	Family       string
	Organisation string
	Purpose      string
	Person       uuid.UUID
	Place        uuid.UUID
	Basis        uuid.UUID
	For          time.Duration // 0: as is usual
}

// PassKinds gives the kinds of pass that the session may make.
func (s *Session) PassKinds() (kinds []PassKind) {
	for _, k := range s.guard.config.Policy.passes {
		if slices.Contains(k.MadeBy, s.principal.Role) {
			k.Name, _ = s.guard.config.Policy.RoleName(k.Role)
			k.Writes = s.guard.config.Policy.May(k.Role, ToRecord)
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// MakePass lets somebody in, and gives the code that they type. It is kept nowhere: who loses it needs another pass. Every fault is reported at once.
func (s *Session) MakePass(ctx context.Context, n NewPass) (code string, p Pass, err error) {
	entry := Entry{Action: "make-pass", Stream: n.Person, To: strings.TrimSpace(n.Given + " " + n.Family), Why: n.Purpose, What: string(n.Role)}
	if p, err = s.passOf(ctx, n); err != nil {
		return "", Pass{}, s.denied(ctx, entry, err)
	}
	if s.guard.config.Policy.May(p.Role, ToRecord) {
		if p.Worker, err = s.visitor(ctx, n); err != nil {
			return "", Pass{}, err
		}
	}
	code = newCode()
	a := Account{Account: p.Account, Name: p.Holder, Role: p.Role, Worker: p.Worker, Created: p.Made, Until: p.Until, Disabled: true}
	if p.Place != uuid.Nil {
		a.Places = []uuid.UUID{p.Place}
	}
	for _, stream := range p.People {
		a.LetIn = append(a.LetIn, LetIn{Stream: stream, Until: p.Until, Basis: p.Basis})
	}
	if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil {
		return "", Pass{}, err
	}
	return code, p, s.guard.config.Passes.MakePass(ctx, p, codeHash(code), a)
}

func codeHash(code string) record.Hash {
	return sha256.Sum256([]byte("rosemary pass " + plainCode(code)))
}

// passOf checks what is to be made.
func (s *Session) passOf(ctx context.Context, n NewPass) (Pass, error) {
	kinds := s.PassKinds()
	i := slices.IndexFunc(kinds, func(k PassKind) bool { return k.Role == n.Role })
	if i < 0 {
		return Pass{}, forbidden("With the role "+s.principal.RoleName+" you cannot make such a pass.", "Ask the manager of the home.")
	}
	kind, now := kinds[i], s.guard.config.Now()
	p := Pass{
		Account: PassPrefix + strings.ToLower(plainCode(newCode())[:6]), // short, for it is typed by who comes back
		Role:    n.Role, Holder: strings.TrimSpace(strings.TrimSpace(n.Given) + " " + strings.TrimSpace(n.Family)),
		Organisation: strings.TrimSpace(n.Organisation), Purpose: strings.TrimSpace(n.Purpose), Basis: n.Basis, MadeBy: s.principal.Account, Made: now,
	}
	var problems []standard.Problem
	fault := func(path, rule, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	for _, x := range []struct{ path, value, message string }{
		{"/given", n.Given, "Write the first name of whoever is let in."}, {"/family", n.Family, "Write the last name of whoever is let in."},
		{"/purpose", n.Purpose, "Say why they are let in."},
	} {
		if text := strings.TrimSpace(x.value); text == "" {
			fault(x.path, standard.RuleMustOccur, x.message)
		} else if len(text) > 500 {
			fault(x.path, "too-long", "Write less: 500 letters are enough.")
		}
	}
	if n.For == 0 {
		n.For = kind.Usual
	}
	if p.Until = now.Add(n.For); n.For <= 0 || n.For > kind.Longest {
		fault("/for", "too-long", fmt.Sprintf("Such a pass can last %s at most.", hours(kind.Longest)))
	}
	p.RedeemBy = now.Add(min(n.For, redeemWithin))
	if kind.OnePerson {
		p.People = []uuid.UUID{n.Person}
		found, err := s.passPerson(ctx, kind, n)
		if err != nil {
			return Pass{}, err
		}
		problems = append(problems, found...)
	} else if p.Place, p.Basis = n.Place, uuid.Nil; !slices.Contains(s.principal.Places, n.Place) {
		fault("/place", standard.RuleMustOccur, "Choose one of your own homes or branches.")
	}
	return p, standard.Refuse("No pass was made.", problems)
}

func hours(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours())/24)
	}
	return fmt.Sprintf("%d hours", int(d.Hours()))
}

// passPerson checks whose record a pass opens, and what it rests on.
func (s *Session) passPerson(ctx context.Context, kind PassKind, n NewPass) ([]standard.Problem, error) {
	if n.Person == uuid.Nil {
		return []standard.Problem{{Path: "/person", Rule: standard.RuleMustOccur, Message: "Choose whose record they may see."}}, nil
	}
	sub, err := s.subject(ctx, n.Person)
	if err != nil {
		return nil, err
	}
	if !sub.person || !sub.reads {
		return nil, notFound()
	}
	if len(kind.Basis) == 0 {
		return nil, nil
	}
	stands, err := s.guard.authorises(ctx, n.Person, n.Basis, kind, n.Given+" "+n.Family)
	if err != nil || stands {
		return nil, err
	}
	return []standard.Problem{{
		Path: "/basis", Rule: "no-authority",
		Message: "Choose the record that gives them the right to see this: it must be in force, and of the right kind. Consent must be to sharing information; where it says with whom, the names must be those above. If there is none, record it first.",
	}}, nil
}

// visitor makes an entry of the directory for somebody who may write: what they write is signed with it.
func (s *Session) visitor(ctx context.Context, n NewPass) (uuid.UUID, error) {
	class, err := s.guard.classOf(standard.ClassRoleWorker)
	if err != nil {
		return uuid.Nil, err
	}
	content, err := class.Filled(map[string]standard.Value{standard.RoleGivenName: standard.Text(strings.TrimSpace(n.Given)), standard.RoleFamilyName: standard.Text(strings.TrimSpace(n.Family))})
	if err != nil {
		return uuid.Nil, err
	}
	uid := uuid.Must(uuid.NewV7())
	_, err = s.guard.config.Recorder.Commit(ctx, s.committer(), &record.Proposal{Stream: uid, Opens: standard.DirectoryStream, Changes: []record.ProposedChange{{
		Type: record.Create, Record: uid, Class: class.ID, Status: record.Incomplete, Content: content.AppendJSON(nil), Description: "Let in by a pass",
	}}})
	return uid, err
}

// Passes lists the passes of the session's own making, or all for who makes every kind, the newest first.
func (s *Session) Passes(ctx context.Context) ([]Pass, error) {
	kinds := s.PassKinds()
	if len(kinds) == 0 {
		return nil, s.denied(ctx, Entry{Action: "passes"}, forbidden("With the role "+s.principal.RoleName+" you cannot see who was let in.", "Ask the manager of the home."))
	}
	list, err := s.guard.config.Passes.PassList(ctx)
	if err != nil {
		return nil, err
	}
	var own []Pass
	for _, p := range list {
		mine, err := s.minds(ctx, p)
		if err != nil {
			return nil, err
		}
		if mine {
			own = append(own, p)
		}
	}
	s.note(ctx, Entry{Action: "passes", Count: len(own)})
	return own, nil
}

// minds says whether a pass is this session's to see and to end: of a kind that it may make, at one of its places or to somebody whose record it may read.
func (s *Session) minds(ctx context.Context, p Pass) (bool, error) {
	if !slices.ContainsFunc(s.PassKinds(), func(k PassKind) bool { return k.Role == p.Role }) {
		return false, nil
	}
	if p.Place != uuid.Nil {
		return slices.Contains(s.principal.Places, p.Place), nil
	}
	for _, stream := range p.People {
		sub, err := s.subject(ctx, stream)
		if standard.KindOf(err) == standard.NotFound {
			return false, nil
		}
		if err != nil || !sub.reads {
			return false, err
		}
	}
	return true, nil
}

// EndPass ends a pass before its time. Whoever is in by it is out with their next request.
func (s *Session) EndPass(ctx context.Context, account string) error {
	list, err := s.guard.config.Passes.PassList(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Account != account {
			continue
		}
		mine, err := s.minds(ctx, p)
		if err != nil {
			return err
		}
		if mine {
			s.note(ctx, Entry{Action: "end-pass", To: p.Holder})
			return s.guard.config.Passes.EndPass(ctx, account, s.principal.Account, s.guard.config.Now())
		}
	}
	return s.denied(ctx, Entry{Action: "end-pass"}, notFound())
}
