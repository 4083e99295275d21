package care

import (
	"cmp"
	"slices"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// Dated is a record that was read, with the time it tells of.
type Dated struct {
	Version *record.Version
	Content *standard.Content
	At      time.Time
}

// InOrder decodes the records that count and tell when they were, the earliest first: so that whoever draws or works something out of them reads them once.
func InOrder(catalogue *standard.Catalogue, versions []*record.Version, zone *time.Location) []Dated {
	var all []Dated
	for _, v := range versions {
		if v.Status == record.EnteredInError || v.SaidBy != "" {
			continue
		}
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil {
			continue
		}
		if at, ok := content.At(zone); ok {
			all = append(all, Dated{v, content, at})
		}
	}
	slices.SortStableFunc(all, func(a, b Dated) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Version.From, b.Version.From))
	})
	return all
}
