package web

import (
	"time"

	"rosemary/access"
	"rosemary/care/due"
	"rosemary/record"
	"rosemary/standard"
)

// plansThen adds to what is planned now what was planned then, where a plan was changed after a care day that is told of: hardly ever more than a few.
func (c *call) plansThen(view *access.View, planned []*record.Version, from time.Time) ([]*record.Version, error) {
	_, end := due.CareDay(from, c.config.Zone)
	all := planned
	for _, v := range planned {
		class, known := c.config.Catalogue.Class(v.Class)
		if v.Number == 1 || v.Committed.Before(end) || v.SaidBy != "" || !known || class.Path(standard.RoleTimeOfDay) == nil && class.Path(standard.RoleEvery) == nil {
			continue
		}
		versions, err := view.Versions(c.ctx, v.Stream, v.Record)
		if err != nil {
			return nil, err
		}
		for _, was := range versions {
			if was.Number != v.Number {
				all = append(all[:len(all):len(all)], was)
			}
		}
	}
	return all, nil
}
