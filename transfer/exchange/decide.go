package exchange

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// Outlook says what a decision would send.
type Outlook struct {
	transfer.Parted
	Closely      map[string]int // versions of classes that are held closely, by class
	Confidential int            // versions that are confidential
	Before       time.Time      // when the chain was delivered last; zero: never
	New          bool           // something was written since
}

// NeedsReason reports whether it goes only with the reason of whoever decides.
func (o *Outlook) NeedsReason() bool { return o.Confidential > 0 || len(o.Closely) > 0 }

// Who finds who of this provider a request may be about.
func (x *Exchange) Who(ctx context.Context, s *access.Session, c *Case) ([]access.Candidate, error) {
	return s.Match(ctx, c.Ask.Card(), x.entry(ctx, "transfer-request", c))
}

// entry is what the log of who saw what says of a case.
func (x *Exchange) entry(ctx context.Context, action string, c *Case) access.Entry {
	name := c.Peer
	if p, err := x.Book.Peer(ctx, c.Peer); err == nil {
		name = p.Name
	}
	return access.Entry{Action: action, To: oneLine(name), Why: oneLine(x.Choices.Purpose(c.Ask.Purpose) + "; " + x.Choices.Basis(c.Ask.Basis)), What: oneLine("asked for by " + c.Ask.By)}
}

// Outlook tells what would go, before anything does.
func (x *Exchange) Outlook(ctx context.Context, s *access.Session, c *Case, d *Decision) (*Outlook, error) {
	chosen := d.Part
	if d.Kind != Some {
		chosen = Chosen{Degree: record.Confidential, Files: true, Whereabouts: s.MayDo(ctx, access.ToSeeRestricted, d.Person)}
	}
	part := chosen.part(x.Zone)
	part.Weigh = d.Kind == Some
	parted, err := transfer.PreviewPart(ctx, s, x.Catalogue, x.Zone, transfer.Sending{Person: d.Person, System: x.System, Keys: x.AllKeys, Sent: x.Now()}, part)
	if err != nil {
		return nil, err
	}
	out := &Outlook{Parted: parted, Closely: map[string]int{}, Confidential: parted.Degrees[record.Confidential]}
	for _, role := range x.Choices.Closely {
		for _, class := range x.Catalogue.ClassesWithRole(role) {
			if n := parted.Classes[class.ID]; n > 0 {
				out.Closely[class.ID] = n
			}
		}
	}
	before, err := x.last(ctx, c.Peer, d.Person)
	if err != nil || before == nil {
		return out, err
	}
	out.Before = before.Changed
	view, err := s.View(ctx, access.At{})
	if err != nil {
		return nil, err
	}
	latest, _, err := view.Contributions(ctx, d.Person, before.UpTo, 1)
	out.New = len(latest) > 0
	return out, err
}

// Grant decides that a record goes, or part of it. It ends the stay here, where that was said. The same decision again changes nothing.
func (x *Exchange) Grant(ctx context.Context, s *access.Session, id uuid.UUID, d Decision) error {
	c, err := x.decidable(ctx, s, id)
	if err != nil {
		return err
	}
	if err := x.weigh(ctx, s, &c, &d); err != nil {
		return err
	}
	d.Account, d.By = s.Principal().Account, s.Principal().Name
	entry := x.entry(ctx, "grant-transfer", &c)
	entry.Stream = d.Person
	if err := s.Permit(ctx, access.ToExport, entry); err != nil {
		return err
	}
	var before Case
	c, err = x.Book.Change(ctx, id, func(c *Case) error {
		if c.State != Open && c.State != Failed {
			return decided()
		}
		before = *c
		c.State, c.Person, c.Decision, c.Decided, c.Changed, c.Trouble, c.Tries, c.Next, c.Receipt, c.Statement = Granted, d.Person, &d, x.Now().UTC(), x.Now().UTC(), "", 0, time.Time{}, "", ""
		if d.LastDay != "" {
			c.State = Deciding // nobody else decides it meanwhile, and nothing goes yet
		}
		return nil
	})
	if err == nil && c.State == Deciding {
		if err = x.leaves(ctx, s, &c); err != nil {
			err = errors.Join(err, x.undecide(ctx, &c, before))
		}
	}
	x.stir(id)
	return err
}

// leaves ends the stay here of whom a case is about, and lets the record go. Again it changes nothing more.
func (x *Exchange) leaves(ctx context.Context, s *access.Session, c *Case) error {
	if _, err := s.EndStay(ctx, c.ID, c.Person, c.Decision.LastDay, oneLine("Moves to "+c.Ask.Requestor)); err != nil {
		return err
	}
	return x.move(ctx, c, func(now *Case) { now.State = Granted })
}

// undecide puts a case back to where it was before a decision that cannot be kept.
func (x *Exchange) undecide(ctx context.Context, c *Case, before Case) error {
	_, err := x.Book.Change(context.WithoutCancel(ctx), c.ID, func(now *Case) error {
		if now.State == Deciding {
			*now = before
		}
		return nil
	})
	return err
}

// resumes goes on with a decision in the middle of which this system was stopped.
func (x *Exchange) resumes(ctx context.Context, c *Case) error {
	if x.Now().Sub(c.Changed) < patience {
		return nil // whoever decides it is at it
	}
	session, err := x.Guard.Session(ctx, c.Decision.Account, access.Management)
	if err == nil {
		err = x.leaves(ctx, session, c)
	}
	if kind := standard.KindOf(err); err == nil || kind == standard.Unavailable || kind == standard.Busy {
		return err
	}
	before := *c
	before.State, before.Person, before.Decision, before.Decided = Open, uuid.Nil, nil, time.Time{}
	before.Trouble = "This was decided, but the stay here could not be ended. Decide it again."
	return x.undecide(ctx, c, before)
}

func decided() error {
	return &standard.Fault{Kind: standard.Conflict, Message: "This has been decided already.", Hint: "Look at it again."}
}

// decidable gives a request of another system that waits for a decision, or must be decided again because it did not work.
func (x *Exchange) decidable(ctx context.Context, s *access.Session, id uuid.UUID) (Case, error) {
	c, err := x.Case(ctx, s, id)
	switch {
	case err != nil:
		return c, err
	case c.Side != Theirs:
		return c, nowhere()
	case c.State != Open && c.State != Failed:
		return c, decided()
	}
	return c, nil
}

// weigh checks a decision: whom it is about, and whether what goes may go without a reason. All faults at once.
func (x *Exchange) weigh(ctx context.Context, s *access.Session, c *Case, d *Decision) error {
	var problems []standard.Problem
	fault := func(path, rule, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	d.Differences, d.Justification = strings.TrimSpace(d.Differences), strings.TrimSpace(d.Justification)
	if d.Person == uuid.Nil {
		return standard.Refuse("Nothing was decided.", []standard.Problem{{Path: "/person", Rule: standard.RuleMustOccur, Message: "Say who the person is."}})
	}
	who, err := s.Compare(ctx, d.Person, c.Ask.Card())
	if err != nil {
		return err
	}
	if len(who.Differs) > 0 && d.Differences == "" {
		fault("/differences", "differs", "Not the same: "+strings.Join(who.Differs, ", ")+". Say why it is this person nevertheless.")
	}
	if _, err := time.Parse(time.DateOnly, d.LastDay); d.LastDay != "" && err != nil {
		fault("/lastDay", standard.RuleBadDate, "Write the last day here as day, month and year, or leave it out.")
	}
	d.Part.problems(d.Kind, fault)
	if err := standard.Refuse("Nothing was decided.", problems); err != nil {
		return err
	}
	outlook, err := x.Outlook(ctx, s, c, d)
	if err != nil {
		return err
	}
	var named *standard.Fault
	if errors.As(outlook.Ready, &named) && d.Kind == Some {
		problems = append(problems, named.Problems...)
	}
	switch {
	case d.Kind == Since && outlook.Before.IsZero():
		fault("/kind", "nothing-before", "Nothing was delivered to them before. Send all, or a part.")
	case d.Kind == Since && !outlook.New && d.LastDay == "":
		fault("/kind", "nothing-new", "Nothing was written since they received it.")
	case d.Kind == Some && outlook.Count == 0:
		fault("/kind", "nothing-chosen", "No record is what was chosen: nothing would go.")
	}
	if outlook.NeedsReason() && d.Justification == "" {
		fault("/justification", standard.RuleMustOccur, "There are confidential records among it, or concerns about staff. Say why they must go too, or choose a part without them.")
	}
	if d.Kind == Since && len(problems) == 0 {
		before, err := x.last(ctx, c.Peer, d.Person)
		if err != nil {
			return err
		}
		d.After = before.UpTo
	}
	return standard.Refuse("Nothing was decided.", problems)
}

// problems names what is wrong with what was chosen.
func (k *Chosen) problems(kind Kind, fault func(path, rule, message string)) {
	switch kind {
	case Whole, Since:
		*k = Chosen{}
		return
	case Some:
	default:
		fault("/kind", standard.RuleMustOccur, "Choose how much goes.")
		return
	}
	for _, d := range []struct{ path, text string }{{"/from", k.From}, {"/until", k.Until}} {
		if _, err := time.Parse(time.DateOnly, d.text); d.text != "" && err != nil {
			fault(d.path, standard.RuleBadDate, "Write the day as day, month and year, or leave it out.")
		}
	}
	if k.From != "" && k.Until != "" && k.From > k.Until {
		fault("/until", "low-above-high", "The period ends before it begins.")
	}
	if k.Degree < record.Normal || k.Degree > record.Confidential {
		k.Degree = record.Normal
	}
}

// Refuse decides that nothing goes. The asker reads the reason. Whoever the request may be about sees in the log that it was refused.
func (x *Exchange) Refuse(ctx context.Context, s *access.Session, id uuid.UUID, reason string) error {
	c, err := x.decidable(ctx, s, id)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return standard.Refuse("Nothing was decided.", []standard.Problem{{Path: "/reason", Rule: standard.RuleMustOccur, Message: "Say why it is refused. The other provider reads it."}})
	}
	entry := x.entry(ctx, "refuse-transfer", &c)
	entry.What = oneLine(entry.What + "; refused: " + reason)
	found, err := s.Match(ctx, c.Ask.Card(), entry)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		if err := s.Permit(ctx, access.ToExport, entry); err != nil {
			return err
		}
	}
	_, err = x.Book.Change(ctx, id, func(c *Case) error {
		if c.State != Open && c.State != Failed {
			return decided()
		}
		c.State, c.Reason, c.Decided, c.Changed, c.Trouble = Refused, shortened(reason), x.Now().UTC(), x.Now().UTC(), ""
		return nil
	})
	if err == nil {
		x.drop(id)
	}
	return err
}

// Again tries once more what failed on our side of a request of our own.
func (x *Exchange) Again(ctx context.Context, s *access.Session, id uuid.UUID) error {
	c, err := x.Case(ctx, s, id)
	if err != nil {
		return err
	}
	if c.Side != Ours || c.State != Failed {
		return decided()
	}
	if err := s.Permit(ctx, access.ToRatify, access.Entry{Action: "ask-transfer", What: id.String()}); err != nil {
		return err
	}
	_, err = x.Book.Change(ctx, id, func(c *Case) error {
		if c.State == Failed {
			c.State, c.Trouble, c.Tries, c.Next, c.Statement, c.Receipt, c.Reason, c.Held, c.Size, c.Changed = Asking, "", 0, time.Time{}, "", "", "", 0, 0, x.Now().UTC()
		}
		return nil
	})
	x.drop(id)
	x.stir(id)
	return err
}
