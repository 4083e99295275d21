package access

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// glassLasts is how long a record stays open that was opened in an emergency: a shift that goes wrong.
const glassLasts = 4 * time.Hour

// Emergency says whose record somebody needs in an emergency, and why. It opens by the NHS number, or by the family name and the date of birth together: whoever
// stands before the person knows one of them, and nobody finds out by trying who is here.
type Emergency struct {
	NHSNumber string
	Family    string
	Born      string // YYYY-MM-DD
	Reason    string
}

// BreakGlass opens a record that the session could not open otherwise, for four hours, read only. It is logged before anything opens, stands in the log that the
// person can read, and waits for somebody to review it.
func (s *Session) BreakGlass(ctx context.Context, e Emergency) (uuid.UUID, error) {
	entry := Entry{Action: "break-glass", Why: strings.TrimSpace(e.Reason)}
	if !s.May(ToBreakGlass) {
		return uuid.Nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot open a record in an emergency.", "Ask a senior carer or the manager."))
	}
	digits := digitsOf(e.NHSNumber)
	var problems []standard.Problem
	if len(digits) != 10 && (strings.TrimSpace(e.Family) == "" || len(strings.TrimSpace(e.Born)) != len(time.DateOnly)) {
		problems = append(problems, standard.Problem{Path: "/nhsNumber", Rule: standard.RuleMustOccur,
			Message: "Write the NHS number, or the last name and the whole date of birth."})
	}
	if len(strings.TrimSpace(e.Reason)) < 10 {
		problems = append(problems, standard.Problem{Path: "/reason", Rule: standard.RuleMustOccur, Message: "Say in a few words what has happened and why you need the record."})
	}
	if err := standard.Refuse("Nothing was opened.", problems); err != nil {
		return uuid.Nil, err
	}
	now := s.guard.config.Now()
	if blocked, err := s.guard.config.Accounts.Try(ctx, tryName("glass "+s.principal.Account), now, pauseAfter); err != nil {
		return uuid.Nil, err
	} else if blocked {
		return uuid.Nil, &standard.Fault{Kind: standard.Busy, Message: "There were too many tries. Nothing was opened.", Hint: "Wait a few minutes, or ask the manager."}
	}
	found, err := s.inEmergency(ctx, digits, e)
	if err != nil {
		return uuid.Nil, s.denied(ctx, entry, err)
	}
	entry.Stream = found
	if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil {
		return uuid.Nil, err
	}
	if err := s.guard.config.Accounts.Proved(ctx, tryName("glass "+s.principal.Account)); err != nil {
		return uuid.Nil, err
	}
	return found, s.guard.config.Passes.BreakGlass(ctx, BrokenGlass{Account: s.principal.Account, Stream: found, Reason: entry.Why, Made: now, Until: now.Add(glassLasts)})
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// inEmergency finds the one person who is meant.
func (s *Session) inEmergency(ctx context.Context, digits string, e Emergency) (uuid.UUID, error) {
	head, _, err := s.guard.config.Log.Head(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	search := digits
	if len(digits) != 10 {
		search = strings.TrimSpace(e.Family)
	}
	people, more, err := s.guard.config.Register.People(ctx, Selection{Search: search, All: true, At: head, Day: s.guard.today(), Scope: record.Scope{Everything: true}, Limit: 200})
	if err != nil {
		return uuid.Nil, err
	}
	var found []uuid.UUID
	for _, p := range people {
		byNumber := len(digits) == 10 && digitsOf(p.Card.NHSNumber) == digits
		byName := len(digits) != 10 && strings.EqualFold(strings.TrimSpace(p.Card.Family), strings.TrimSpace(e.Family)) && p.Card.Born == strings.TrimSpace(e.Born)
		if byNumber || byName {
			found = append(found, p.UID)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 || more != "" {
		return uuid.Nil, standard.Refuse("Nothing was opened.", []standard.Problem{{Path: "/nhsNumber", Rule: standard.RuleMustOccur,
			Message: "More than one person fits. Write the NHS number."}})
	}
	return uuid.Nil, &standard.Fault{Kind: standard.NotFound, Message: "Nobody here fits exactly what you wrote. Nothing was opened.", Hint: "Check the number, or the name and the date of birth."}
}

// BrokenGlass lists what was opened in an emergency of people whose access log the session may read, the newest first.
func (s *Session) BrokenGlass(ctx context.Context) ([]BrokenGlass, error) {
	list, err := s.guard.config.Passes.GlassList(ctx)
	if err != nil {
		return nil, err
	}
	var own []BrokenGlass
	for _, b := range list {
		if s.may(ctx, ToReadAccessLog, b.Stream) && b.Account != s.principal.Account {
			own = append(own, b)
		}
	}
	s.note(ctx, Entry{Action: "emergencies", Count: len(own)})
	return own, nil
}

// ReviewGlass keeps what a review found: whether it was right to open the record, and what follows. Nobody reviews their own.
func (s *Session) ReviewGlass(ctx context.Context, id int64, right bool, finding string) error {
	list, err := s.BrokenGlass(ctx)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.ID != id {
			continue
		}
		if finding = strings.TrimSpace(finding); finding == "" {
			return standard.Refuse("The review was not kept.", []standard.Problem{{Path: "/finding", Rule: standard.RuleMustOccur, Message: "Write what you found."}})
		}
		if !b.Reviewed.IsZero() {
			return &standard.Fault{Kind: standard.Conflict, Message: fmt.Sprintf("This was reviewed already by %s.", b.ReviewedBy), Hint: "Look at what was found."}
		}
		b.Reviewed, b.ReviewedBy, b.Right, b.Finding = s.guard.config.Now(), s.principal.Account, right, finding
		s.note(ctx, Entry{Action: "review-emergency", Stream: b.Stream})
		return s.guard.config.Passes.Review(ctx, b)
	}
	return s.denied(ctx, Entry{Action: "review-emergency"}, notFound())
}
