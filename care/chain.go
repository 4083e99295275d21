package care

import (
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Step is a place in the chain of care: why something is done, what for, how, when, and that it was done.
type Step int

// The steps, from the first reason to what was done.
const (
	NoStep      Step = iota
	Cause            // a health problem behind a need or a risk
	Reason           // a need, a risk, a wish
	Aim              // a goal
	Instruction      // what is to be done and how
	Activity         // when it is done
	Done             // that it was done
)

// stepRoles say which classes stand at which step.
func stepRoles() []struct {
	role string
	step Step
} {
	return []struct {
		role string
		step Step
	}{
		{standard.ClassRoleProblem, Cause}, {standard.ClassRoleNeed, Reason}, {standard.ClassRoleRisk, Reason}, {standard.ClassRoleWish, Reason},
		{standard.ClassRoleGoal, Aim}, {standard.ClassRoleInstruction, Instruction}, {standard.ClassRoleActivity, Activity}, {standard.ClassRoleAction, Done},
	}
}

// Steps gives the step of every class of record that has one, by its id. A class that extends one with a step has the same.
func Steps(catalogue *standard.Catalogue) map[string]Step {
	steps := map[string]Step{}
	for _, s := range stepRoles() {
		for _, class := range catalogue.ClassesWithRole(s.role) {
			for _, concrete := range class.Concrete() {
				if _, known := steps[concrete.ID]; !known {
					steps[concrete.ID] = s.step
				}
			}
		}
	}
	return steps
}

// ChainItem is one record in the chain.
type ChainItem struct {
	Version *record.Version
	Content *standard.Content
	Step    Step
	Over    bool // it has ended, or was met
	answer  bool // a need or a risk: somebody has to do something about it
}

// Record is its uid.
func (i *ChainItem) Record() uuid.UUID { return i.Version.Record }

// NeedsAnswer reports whether it is a need or a risk, which somebody has to do something about.
func (i *ChainItem) NeedsAnswer() bool { return i.answer }

// Gap is a link that is missing in the chain.
type Gap string

// The gaps.
const (
	NoGap       Gap = ""
	NoGoal      Gap = "no-goal"     // a need or a risk that no goal answers
	NoActivity  Gap = "no-activity" // a goal or an instruction that nothing is planned for
	NoReasonWhy Gap = "no-reason"   // something is aimed at or done, and nobody has written down why
)

// Chain is a person's care from why to done, both ways: needs and risks, goals, instructions, activities, actions.
type Chain struct {
	items map[uuid.UUID]*ChainItem
	order []*ChainItem // what happened last first within a step
	up    map[uuid.UUID][]*ChainItem
	down  map[uuid.UUID][]*ChainItem
}

// NewChain joins records by what they refer to, whichever of the two refers to the other. Records of classes without a step are passed over. Where the steps tell which comes
// first, a reference is a link; among records of one step it is none, so that no chain runs in a circle. What an action refers to among reasons was seen while it was done, and is not why it was
// done.
func NewChain(catalogue *standard.Catalogue, versions []*record.Version, today string) (*Chain, error) {
	steps := Steps(catalogue)
	c := &Chain{items: map[uuid.UUID]*ChainItem{}, up: map[uuid.UUID][]*ChainItem{}, down: map[uuid.UUID][]*ChainItem{}}
	for _, v := range versions {
		step := steps[v.Class]
		if step == NoStep || v.Status == record.EnteredInError || c.items[v.Record] != nil {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil {
			return nil, err
		}
		item := &ChainItem{Version: v, Content: content, Step: step, Over: fact{version: v, content: content}.over(today)}
		item.answer = content.Class.HasRole(standard.ClassRoleNeed) || content.Class.HasRole(standard.ClassRoleRisk)
		c.items[v.Record] = item
		c.order = append(c.order, item)
	}
	slices.SortStableFunc(c.order, func(a, b *ChainItem) int {
		switch {
		case a.Step != b.Step:
			return int(a.Step - b.Step)
		case a.Version.Happened != b.Version.Happened:
			return int(max(-1, min(1, b.Version.Happened-a.Version.Happened)))
		}
		return 0
	})
	for _, item := range c.order {
		for _, ref := range item.Content.References() {
			if other := c.items[ref.UID]; other != nil {
				c.join(item, other)
			}
		}
	}
	place := map[*ChainItem]int{}
	for i, item := range c.order {
		place[item] = i
	}
	for _, links := range []map[uuid.UUID][]*ChainItem{c.up, c.down} {
		for _, list := range links {
			slices.SortFunc(list, func(a, b *ChainItem) int { return place[a] - place[b] })
		}
	}
	return c, nil
}

func (c *Chain) join(a, b *ChainItem) {
	if a.Step > b.Step {
		a, b = b, a
	}
	if a.Step == b.Step || a.Step <= Reason && b.Step == Done || slices.Contains(c.down[a.Record()], b) {
		return
	}
	c.down[a.Record()] = append(c.down[a.Record()], b)
	c.up[b.Record()] = append(c.up[b.Record()], a)
}

// Item gives the record with this uid; nil where it is not in the chain.
func (c *Chain) Item(uid uuid.UUID) *ChainItem { return c.items[uid] }

// At gives the records of a step, what happened last first.
func (c *Chain) At(step Step) []*ChainItem {
	var list []*ChainItem
	for _, item := range c.order {
		if item.Step == step {
			list = append(list, item)
		}
	}
	return list
}

// LeadsTo gives what a record leads to at once: not what it leads to by way of another.
func (c *Chain) LeadsTo(uid uuid.UUID) []*ChainItem { return next(c.down, uid) }

// BecauseOf gives why a record is there: its nearest reasons, not the reasons of those.
func (c *Chain) BecauseOf(uid uuid.UUID) []*ChainItem { return next(c.up, uid) }

// next gives the neighbours of a record in one direction that are not reached by way of another neighbour.
func next(links map[uuid.UUID][]*ChainItem, uid uuid.UUID) []*ChainItem {
	further := map[uuid.UUID]bool{}
	for _, n := range links[uid] {
		reach(links, n.Record(), further)
	}
	var list []*ChainItem
	for _, n := range links[uid] {
		if !further[n.Record()] {
			list = append(list, n)
		}
	}
	return list
}

// reach notes everything that lies beyond a record in one direction.
func reach(links map[uuid.UUID][]*ChainItem, uid uuid.UUID, found map[uuid.UUID]bool) {
	for _, n := range links[uid] {
		if !found[n.Record()] {
			found[n.Record()] = true
			reach(links, n.Record(), found)
		}
	}
}

// Why gives every line of reasons behind a record, each from the first reason to the record itself.
func (c *Chain) Why(uid uuid.UUID) [][]*ChainItem {
	item := c.items[uid]
	if item == nil {
		return nil
	}
	above := c.BecauseOf(uid)
	if len(above) == 0 {
		return [][]*ChainItem{{item}}
	}
	var lines [][]*ChainItem
	for _, n := range above {
		for _, line := range c.Why(n.Record()) {
			if lines = append(lines, append(line, item)); len(lines) >= mostLines {
				return lines
			}
		}
	}
	return lines
}

// mostLines is how many lines of reasons are followed for one record.
const mostLines = 50

// Gap tells which link is missing at a record. What is over lacks nothing, and nothing is asked of a health problem or a wish.
func (c *Chain) Gap(uid uuid.UUID) Gap {
	item := c.items[uid]
	if item == nil || item.Over {
		return NoGap
	}
	below := map[uuid.UUID]bool{}
	reach(c.down, uid, below)
	has := func(step Step) bool {
		for _, other := range c.order {
			if other.Step == step && below[other.Record()] {
				return true
			}
		}
		return false
	}
	switch {
	case item.answer && !has(Aim):
		return NoGoal
	case item.Step >= Aim && item.Step <= Activity && len(c.up[uid]) == 0 && !item.Content.Class.HasRole(standard.ClassRoleMedicineOrder) && !item.Content.Class.HasRole(standard.ClassRoleTransfer):
		return NoReasonWhy // an order for a medicine says itself what it is for, a transfer why
	case (item.Step == Aim || item.Step == Instruction) && !has(Activity):
		return NoActivity
	}
	return NoGap
}
