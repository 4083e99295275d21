package web

import (
	"slices"
	"strings"

	"rosemary/access/outbox"
	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/standard"
)

// unwritten warns of a dose that somebody wrote down on a device without a network and that could not be saved: it is in no record, and may have been given.
func (c *call) unwritten(g *giving) ([]medicine.Warning, error) {
	if c.config.Outbox == nil || c.afterwards() {
		return nil, nil
	}
	var found []medicine.Warning
	for _, state := range []outbox.State{outbox.Received, outbox.Person} {
		list, err := c.config.Outbox.Store.Waiting(c.ctx, state, "")
		if err != nil {
			return nil, err
		}
		for _, e := range slices.DeleteFunc(list, func(e outbox.Entry) bool { return !g.sameDose(e.Path) }) {
			found = append(found, medicine.Warning{Kind: standard.MeansSecondDose, Words: "This dose may have been given: " + c.nameOfAccount(e.Account) + " wrote something down about it, without a network, at " +
				plain.Instant(e.Made.Add(e.Behind).In(c.config.Zone), c.config.Zone) + ". It could not be saved and waits for a person, under “Waiting to be sent”. Ask them first."})
		}
	}
	return found, nil
}

// sameDose reports whether a form of a path is about this dose: the same planned time, or the same medicine where one of the two names no time.
func (g *giving) sameDose(path string) bool {
	id, ours := strings.CutPrefix(path, g.about.base+"/medicines/give/")
	if !ours {
		return false
	}
	order, _, slotted := strings.Cut(id, "@")
	return id == g.id() || order == g.order.Version.Record.String() && (!slotted || g.slot == nil)
}
