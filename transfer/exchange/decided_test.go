package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// meanwhile is a book in which something else is done just before a case is changed, once.
type meanwhile struct {
	exchange.Book
	do func()
}

// Change changes.
func (m *meanwhile) Change(ctx context.Context, id uuid.UUID, fn func(*exchange.Case) error) (exchange.Case, error) {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Book.Change(ctx, id, fn)
}

// placed reports whether carers of the old home still look after somebody, weeks from now.
func (p *pair) placed(person uuid.UUID) bool {
	p.t.Helper()
	p.old.Clock.Advance(30 * 24 * time.Hour)
	p.new.Clock.Advance(30 * 24 * time.Hour)
	view, err := p.old.Session("carer").View(context.Background(), access.At{})
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = view.Person(context.Background(), person)
	return err == nil
}

// TestADecisionThatIsNotKeptLeavesNothingBehind: of two managers the first decides; what the second would have done, such as to end the stay, is not done. Nor does anything go
// when the stay cannot be ended.
func TestADecisionThatIsNotKeptLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	ctx := context.Background()
	id := p.asks(edith())
	p.old.becomes(id, exchange.Open)
	p.new.becomes(id, exchange.Waiting)
	p.old.stop()
	decision := exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "The month is right.", LastDay: "2026-03-20"}
	book := p.old.Exchange.Book
	other := p.old.Session("manager")
	p.old.Exchange.Config.Book = &meanwhile{book, func() {
		if err := p.old.Exchange.Refuse(ctx, other, id, "Her daughter asks for time."); err != nil {
			t.Error(err)
		}
	}}
	err := p.old.Exchange.Grant(ctx, p.old.Session("manager"), id, decision)
	if standard.KindOf(err) != standard.Conflict {
		t.Errorf("the second decision: %v", err)
	}
	p.old.Exchange.Config.Book = book
	if c, err := book.Case(ctx, id); err != nil || c.State != exchange.Refused || c.Decision != nil || c.Person != uuid.Nil {
		t.Errorf("the request is %+v, %v", c, err)
	}
	if !p.placed(person) {
		t.Error("the stay was ended by a decision that was not kept")
	}

	p.old.run()
	again := p.asks(edith())
	p.old.becomes(again, exchange.Open)
	p.old.stop()
	decision.LastDay = "2026-02-31x"
	if err := p.old.Exchange.Grant(ctx, p.old.Session("manager"), again, decision); standard.KindOf(err) != standard.Invalid {
		t.Errorf("a day that is none: %v", err)
	}
	if c, err := book.Case(ctx, again); err != nil || c.State != exchange.Open || c.Decision != nil {
		t.Errorf("the request is %+v, %v", c, err)
	}
}

// TestAStopInTheMiddleOfADecision: the stay is ended and the record goes when this system is there again; the asker is told nothing before that, and cannot take it back in between.
func TestAStopInTheMiddleOfADecision(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	ctx := context.Background()
	id := p.asks(edith())
	p.old.becomes(id, exchange.Open)
	p.new.becomes(id, exchange.Waiting)
	p.old.stop()
	d := exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "The month is right.", LastDay: "2026-03-20", Account: p.old.Account("manager"), By: "Helen Marsh"}
	_, err := p.old.Exchange.Book.Change(ctx, id, func(c *exchange.Case) error { // what is on the disk when it was stopped there
		c.State, c.Person, c.Decision, c.Changed = exchange.Deciding, person, &d, p.old.Clock.Now()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.old.Exchange.Refuse(ctx, p.old.Session("manager"), id, "No."); standard.KindOf(err) != standard.Conflict {
		t.Errorf("it is decided a second time: %v", err)
	}
	p.old.run()
	p.new.becomes(id, exchange.Done)
	p.old.becomes(id, exchange.Received)
	if p.placed(person) {
		t.Error("the stay goes on")
	}
}

// TestWhoWasAskedForIsNotKeptForEver: a request that led to nothing tells, when its time is over, that there was one and how it ended, and no longer about whom; on both sides.
func TestWhoWasAskedForIsNotKeptForEver(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	ctx := context.Background()
	refused, sent := p.asks(edith()), p.asks(edith())
	p.old.becomes(refused, exchange.Open)
	p.old.becomes(sent, exchange.Open)
	if err := p.old.Exchange.Refuse(ctx, p.old.Session("manager"), refused, "Edith asks for time."); err != nil {
		t.Fatal(err)
	}
	p.grants(sent, exchange.Decision{Person: person, Kind: exchange.Whole, Differences: "The month is right."})
	p.new.becomes(refused, exchange.Refused)
	p.new.becomes(sent, exchange.Done)
	p.old.becomes(sent, exchange.Received)
	swept := func(want int) {
		t.Helper()
		for name, h := range map[string]*home{"the old home": p.old, "the new home": p.new} {
			if n, err := h.Exchange.Sweep(ctx); err != nil || n != want {
				t.Errorf("%s: %d were taken away, not %d: %v", name, n, want, err)
			}
		}
	}
	years := func(h *home, days int) { h.Clock.Advance(time.Duration(days) * 24 * time.Hour) }
	years(p.old, 360)
	years(p.new, 360)
	swept(0)
	years(p.old, 6)
	years(p.new, 6)
	swept(1)
	swept(0)
	for name, h := range map[string]*home{"the old home": p.old, "the new home": p.new} {
		c, err := h.Transfers.Exchange().Case(ctx, refused)
		if all := fmt.Sprintf("%+v", c); err != nil || strings.Contains(all, "Edith") || strings.Contains(all, "Lomax") || strings.Contains(all, "9990000034") || strings.Contains(all, "1941") {
			t.Errorf("%s still knows who it was: %s, %v", name, all, err)
		}
		if !c.Nameless() || c.State != exchange.Refused || c.Ask.Purpose != "moves-in" || c.Ask.By == "" || !h.Exchange.GoesAt(&c).IsZero() {
			t.Errorf("%s no longer knows that there was a request: %+v", name, c)
		}
		if c, err := h.Transfers.Exchange().Case(ctx, sent); err != nil || c.Ask.Family != "Lomax" || c.Receipt == "" {
			t.Errorf("%s lost the proof of what went: %+v, %v", name, c, err)
		}
	}
}
