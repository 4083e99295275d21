package exchange

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// Configured is a system that stands in a file of the configuration.
type Configured struct {
	NewPeer
	Places map[string]string // where in the file each value stands, by name; where all of it begins under ""
}

// Configure keeps the systems that the configuration names, and ends the exchange with those that it named before and names no longer. All faults are told at once, each with its place in
// the file; then nothing is changed. It is for the start of the program.
func (x *Exchange) Configure(ctx context.Context, list []Configured) error {
	var problems []standard.Problem
	named := map[string]string{}
	for i := range list {
		c := &list[i]
		for _, p := range c.problems(x.System) {
			p.Path = cmp.Or(c.Places[strings.Trim(p.Path, "/")], c.Places[""])
			problems = append(problems, p)
		}
		if _, err := record.PublicKey(c.Key); err != nil {
			continue
		}
		system := record.SystemOf(c.Key)
		if first, twice := named[system]; twice {
			problems = append(problems, standard.Problem{Path: c.Places["key"], Rule: "twice", Message: "This system stands in the file already, at " + first + "."})
		}
		named[system] = c.Places["key"]
	}
	if err := standard.Refuse("The systems in the configuration have faults. Nothing was started.", problems); err != nil {
		return err
	}
	before, err := x.Book.Peers(ctx)
	if err != nil {
		return err
	}
	for i := range list {
		if err := x.configure(ctx, &list[i], before); err != nil {
			return err
		}
	}
	for _, p := range before {
		if _, still := named[p.System]; still || !p.Configured || p.Gone() {
			continue
		}
		p.Removed = x.Now().UTC()
		if err := x.Guard.Exchanged(ctx, access.Entry{Action: "remove-peer", To: oneLine(p.Name), What: p.Fingerprint(), Why: "no longer in the configuration"}); err != nil {
			return err
		}
		if err := x.Book.KeepPeer(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// configure keeps one, unless it is known as it stands.
func (x *Exchange) configure(ctx context.Context, c *Configured, before []Peer) error {
	i := slices.IndexFunc(before, func(p Peer) bool { return p.System == record.SystemOf(c.Key) })
	p := c.with(nil)
	p.Added = x.Now().UTC()
	if i >= 0 {
		known := before[i]
		if known.Configured && !known.Gone() && known.Name == c.Name && known.Address == c.Address && known.Key() == c.Key {
			return nil
		}
		p = c.with(&known)
		if p.Added = known.Added; known.Gone() {
			p.Added = x.Now().UTC()
		}
	}
	p.AddedBy, p.Configured = "the configuration", true
	if err := x.Guard.Exchanged(ctx, access.Entry{Action: "add-peer", To: oneLine(p.Name), What: p.Fingerprint(), Why: "from the configuration"}); err != nil {
		return err
	}
	return x.Book.KeepPeer(ctx, p)
}
