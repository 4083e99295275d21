package web

import (
	"slices"
	"strings"
	"time"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// carePage walks a person's care from why to done: needs and risks, goals, instructions, activities, actions.
type carePage struct {
	Frame
	Plans   []Entry
	Gaps    []CareGap
	Reasons []CareNode
	Ended   []CareNode // needs and risks that are over
	Loose   []CareNode // what is aimed at or planned without a reason
	Partly  bool       // there is more than is shown
	Unshown bool       // needs and risks are not shown to the reader: nobody may read that there are none, or that something has no reason
	Write   string     // where the plan is written
}

// CareNode is one record of the chain, with what it leads to.
type CareNode struct {
	Anchor   string
	Step     string // the name of its class
	Kind     string // what it is coloured by
	Title    string
	Href     string
	Tags     []Tag
	When     string
	Because  []Link // health problems behind it
	Gap      string
	Seen     bool // it stands further up already, with what it leads to
	Children []CareNode
	Done     []CareNode // what was done, the latest first
	DoneMore int
}

// CareGap is one link that is missing.
type CareGap struct {
	Words string
	Title string
	Href  string
}

// Bounds of what one page joins; the latest, where there are more.
const (
	mostPlanned = 2000 // of reasons, goals and instructions
	mostDone    = 1000 // of what is planned for a day, and was done
	doneShown   = 3
)

// chain joins a person's care as the view shows it. The version given is in it, however long ago it was. Partly says that there is more.
func (c *call) chain(a *about, also *record.Version) (chain *care.Chain, partly bool, err error) {
	classes := map[bool][]string{}
	for id, step := range care.Steps(c.config.Catalogue) {
		classes[step >= care.Activity] = append(classes[step >= care.Activity], id)
	}
	var all []*record.Version
	for _, doing := range []bool{false, true} {
		most := mostPlanned
		if doing {
			most = mostDone
		}
		slices.Sort(classes[doing])
		q := access.RecordsQuery{Stream: a.uid, Classes: classes[doing], Limit: min(most, 1000)}
		for len(q.Classes) > 0 && most > 0 {
			versions, more, err := a.view.Records(c.ctx, q)
			if err != nil {
				return nil, false, err
			}
			all = append(all, versions...)
			if most -= len(versions); !more || len(versions) == 0 {
				break
			}
			if most <= 0 {
				partly = true
			}
			last := versions[len(versions)-1].Cursor()
			q.After = &last
		}
	}
	if also != nil && !has(all, also.Record) {
		all = append(all, also)
	}
	chain, err = care.NewChain(c.config.Catalogue, all, c.dayOf(a).Format(time.DateOnly))
	return chain, partly, err
}

// dayOf is the day that a page looks at: today, or that of the moment that it looks back to.
func (c *call) dayOf(a *about) time.Time {
	if a.past != "" {
		at, _, _ := c.place()
		return at.Time.In(c.config.Zone)
	}
	return c.today()
}

// carePlan shows the chain.
func (c *call) carePlan() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	page := carePage{}
	if page.Frame, err = c.personFrame(a, c.word("Care plan")); err != nil {
		return err
	}
	if err := c.plans(a, &page); err != nil {
		return err
	}
	chain, partly, err := c.chain(a, nil)
	if err != nil {
		return err
	}
	page.Partly = partly
	page.Unshown = !c.session.Shows(standard.ClassRoleNeed) && !c.session.Shows(standard.ClassRoleRisk)
	w := careWalk{call: c, about: a, chain: chain, seen: map[string]bool{}, quiet: page.Unshown}
	for _, item := range chain.At(care.Reason) {
		switch {
		case item.Over:
			page.Ended = append(page.Ended, w.node(item))
		case !item.NeedsAnswer() && len(chain.LeadsTo(item.Record())) == 0: // a wish that nothing answers asks for nothing
		default:
			page.Reasons = append(page.Reasons, w.node(item))
		}
	}
	for _, step := range []care.Step{care.Aim, care.Instruction, care.Activity} {
		for _, item := range chain.At(step) {
			if chain.Gap(item.Record()) == care.NoReasonWhy {
				page.Loose = append(page.Loose, w.node(item))
			}
		}
	}
	for _, step := range []care.Step{care.Reason, care.Aim, care.Instruction, care.Activity} {
		for _, item := range chain.At(step) {
			if words := w.gap(item); words != "" {
				link := chainLink(a, item)
				page.Gaps = append(page.Gaps, CareGap{Words: words, Title: link.Text, Href: link.Href})
			}
		}
	}
	return c.render("care", page)
}

// plans lists the plans themselves, and where one is written.
func (c *call) plans(a *about, page *carePage) error {
	classes := c.classIDs(standard.ClassRoleCarePlan)
	if len(classes) == 0 {
		return nil
	}
	versions, _, err := a.view.Records(c.ctx, access.RecordsQuery{Stream: a.uid, Classes: classes, Limit: 10})
	if err != nil {
		return err
	}
	if page.Plans, err = c.entries(a, versions); err != nil || !page.Person.MayWrite {
		return err
	}
	for _, f := range c.config.Catalogue.Forms() {
		if f.Own.HasRole(standard.ClassRoleCarePlan) {
			page.Write = a.base + "/forms/" + f.ID
			return nil
		}
	}
	return nil
}

// gapWords say what is missing.
func gapWords(in *plain.Words, gap care.Gap) string {
	switch gap {
	case care.NoGoal:
		return in.Say("No goal yet")
	case care.NoActivity:
		return in.Say("Nothing planned yet")
	case care.NoReasonWhy:
		return in.Say("Nobody has written down why")
	}
	return ""
}

// careWalk goes down the chain. What is reached a second time is named, not shown again.
type careWalk struct {
	call  *call
	about *about
	chain *care.Chain
	seen  map[string]bool
	quiet bool // the reader is not shown enough to say what is missing
}

func (w *careWalk) gap(item *care.ChainItem) string {
	if w.quiet {
		return ""
	}
	return gapWords(w.call.words, w.chain.Gap(item.Record()))
}

func (w *careWalk) node(item *care.ChainItem) CareNode {
	uid := item.Record()
	out := CareNode{
		Anchor: "r-" + uid.String(), Step: item.Content.Class.Name, Kind: stepKind(item.Step), Title: item.Content.Title(),
		Href: w.about.href("/records/" + uid.String()), Tags: w.call.tagsOf(item.Version), Gap: w.gap(item),
	}
	if _, day, clock := w.call.happened(item.Content); day != "" {
		if out.When = day; clock != "" && item.Step == care.Done {
			out.When += " at " + clock
		}
	}
	if item.Over {
		out.Tags = append(out.Tags, Tag{w.call.word("Ended"), "grey"})
	} else if status, ok := item.Content.First(standard.RoleStatus); ok && item.Step != care.Done {
		words := w.call.words.Value(status, w.call.config.Zone)
		out.Title = strings.TrimSuffix(out.Title, ", "+words) // some titles say it already
		out.Tags = append(out.Tags, Tag{words, "grey"})
	}
	for _, above := range w.chain.BecauseOf(uid) {
		if above.Step == care.Cause {
			out.Because = append(out.Because, chainLink(w.about, above))
		}
	}
	if w.seen[out.Anchor] {
		out.Seen, out.Anchor = true, ""
		return out
	}
	w.seen[out.Anchor] = true
	for _, below := range w.chain.LeadsTo(uid) {
		switch {
		case below.Step != care.Done:
			out.Children = append(out.Children, w.node(below))
		case len(out.Done) < doneShown:
			out.Done = append(out.Done, w.node(below))
		default:
			out.DoneMore++
		}
	}
	return out
}

// stepKind is how a step is told apart on the page.
func stepKind(step care.Step) string {
	switch step {
	case care.Reason, care.Cause:
		return "reason"
	case care.Aim:
		return "aim"
	case care.Instruction:
		return "how"
	case care.Activity:
		return "when"
	}
	return "done"
}
