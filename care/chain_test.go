package care_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// plan is some records that refer to each other, by short names.
type plan struct {
	t     *testing.T
	c     *standard.Catalogue
	all   []*record.Version
	named map[string]*record.Version
}

func newPlan(t *testing.T) *plan {
	return &plan{t: t, c: catalogue(t), named: map[string]*record.Version{}}
}

// add writes a record of a class; %s in its content are the records named behind it.
func (p *plan) add(name, class, content string, refs ...string) {
	p.t.Helper()
	var uids []any
	for _, r := range refs {
		uids = append(uids, p.uid(r))
	}
	v := said(p.t, p.c, class, fmt.Sprintf(content, uids...), int64(len(p.all)))
	v.Record = p.uid(name)
	p.named[name] = v
	p.all = append(p.all, v)
}

func (p *plan) uid(name string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(name)) }

func (p *plan) chain() *care.Chain {
	p.t.Helper()
	c, err := care.NewChain(p.c, p.all, today.Format("2006-01-02"))
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *plan) names(items []*care.ChainItem) string {
	var list []string
	for _, item := range items {
		for name, v := range p.named {
			if v == item.Version {
				list = append(list, name)
			}
		}
	}
	return strings.Join(list, " ")
}

func (p *plan) want(what, got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// washing is a whole chain: some links are written on the one side, some on the other, some on both.
func washing(t *testing.T) *plan {
	p := newPlan(t)
	p.add("arthritis", "problem", `{"problem":{"text":"Arthritis"},"date":"2026-01-01"}`)
	p.add("wash", "need", `{"freeText":"Help to wash","date":"2026-01-01","problem":[{"ref":"%s"}]}`, "arthritis")
	p.add("bathe", "goal", `{"freeText":"Bathe alone","date":"2026-01-01","comesFrom":[{"ref":"%s"}],"targets":{"ref":"%s"}}`, "wash", "bath")
	p.add("bath", "instruction", `{"description":"Bath","date":"2026-01-01","targets":[{"ref":"%s"}],"comesFrom":[{"ref":"%s"}]}`, "bathe", "wash")
	p.add("mornings", "task", `{"description":"Bath on Mondays","date":"2026-01-01","instruction":{"ref":"%s"}}`, "bath")
	p.add("done", "action", `{"description":"Bathed","date":"2026-01-05","recordedActivity":[{"ref":"%s"}],"follows":[{"ref":"%s"}],"recordedObservation":{"ref":"%s"}}`, "mornings", "bath", "sore")
	p.add("sore", "need", `{"freeText":"Sore heel","date":"2026-01-05"}`)
	return p
}

func TestChainIsWalkedBothWays(t *testing.T) {
	p := washing(t)
	c := p.chain()
	p.want("health problem leads to", p.names(c.LeadsTo(p.uid("arthritis"))), "wash")
	p.want("need leads to", p.names(c.LeadsTo(p.uid("wash"))), "bathe") // and to the instruction by way of the goal
	p.want("goal leads to", p.names(c.LeadsTo(p.uid("bathe"))), "bath")
	p.want("instruction leads to", p.names(c.LeadsTo(p.uid("bath"))), "mornings")
	p.want("activity leads to", p.names(c.LeadsTo(p.uid("mornings"))), "done")
	p.want("action because of", p.names(c.BecauseOf(p.uid("done"))), "mornings")
	p.want("goal because of", p.names(c.BecauseOf(p.uid("bathe"))), "wash")
	lines := c.Why(p.uid("done"))
	if len(lines) != 1 {
		t.Fatalf("%d lines of reasons", len(lines))
	}
	p.want("why it was done", p.names(lines[0]), "arthritis wash bathe bath mornings done")
	p.want("what an action saw is not why it was done", p.names(c.LeadsTo(p.uid("sore"))), "")
	p.want("needs", p.names(c.At(care.Reason)), "sore wash")
	if c.Item(uuid.New()) != nil || c.Why(uuid.New()) != nil {
		t.Error("a record that is not there has reasons")
	}
}

func TestChainTellsWhatIsMissing(t *testing.T) {
	p := washing(t)
	p.add("over", "need", `{"freeText":"Over","date":"2026-01-01","status":{"code":"ended"}}`)
	p.add("bare", "goal", `{"freeText":"Walk","date":"2026-01-01","comesFrom":[{"ref":"%s"}]}`, "fall")
	p.add("fall", "risk", `{"riskCategory":{"code":"fall"}}`)
	p.add("lone", "instruction", `{"description":"Lone","date":"2026-01-01"}`)
	p.add("loose", "task", `{"description":"Loose","date":"2026-01-01"}`)
	p.add("tea", "wish", `{"freeText":"Tea","date":"2026-01-01"}`)
	c := p.chain()
	for name, want := range map[string]care.Gap{
		"wash": care.NoGap, "bathe": care.NoGap, "bath": care.NoGap, "mornings": care.NoGap, "done": care.NoGap, "sore": care.NoGoal, "fall": care.NoGap,
		"bare": care.NoActivity, "lone": care.NoReasonWhy, "loose": care.NoReasonWhy, "tea": care.NoGap, "arthritis": care.NoGap, "over": care.NoGap,
	} {
		if got := c.Gap(p.uid(name)); got != want {
			t.Errorf("%s lacks %q, want %q", name, got, want)
		}
	}
	if over := c.Item(p.uid("over")); over == nil || !over.Over {
		t.Error("what has ended is not in the chain, or not marked")
	}
}

// TestChainRunsInNoCircle: references in a circle, to itself, to nothing and to what was entered in error.
func TestChainRunsInNoCircle(t *testing.T) {
	p := newPlan(t)
	p.add("a", "task", `{"description":"A","date":"2026-01-01","relatedActivities":[{"ref":"%s"},{"ref":"%s"}]}`, "b", "a")
	p.add("b", "task", `{"description":"B","date":"2026-01-01","relatedActivities":[{"ref":"%s"}],"instruction":{"ref":"%s"}}`, "a", "gone")
	p.add("i", "instruction", `{"description":"I","date":"2026-01-01","targets":[{"ref":"%s"}]}`, "g")
	p.add("g", "goal", `{"freeText":"G","date":"2026-01-01","targets":{"ref":"%s"}}`, "i")
	p.add("wrong", "need", `{"freeText":"Wrong","date":"2026-01-01"}`)
	p.named["wrong"].Status = record.EnteredInError
	c := p.chain()
	p.want("a leads to", p.names(c.LeadsTo(p.uid("a"))), "")
	p.want("b because of", p.names(c.BecauseOf(p.uid("b"))), "")
	p.want("goal leads to", p.names(c.LeadsTo(p.uid("g"))), "i")
	p.want("instruction leads to", p.names(c.LeadsTo(p.uid("i"))), "")
	p.want("goal because of", p.names(c.BecauseOf(p.uid("g"))), "")
	if c.Item(p.uid("wrong")) != nil {
		t.Error("what was entered in error is in the chain")
	}
}
