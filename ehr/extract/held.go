package extract

import "rosemary/ehr"

// Held is an extract that is held in memory: for writing a small one in another dialect.
type Held struct {
	header       *ehr.Header
	folders      []*ehr.Folder
	compositions []*ehr.Composition
	people       []ehr.Demographic
}

// Add takes one part, as a dialect gives it.
func (h *Held) Add(p ehr.Part) error {
	switch p := p.(type) {
	case *ehr.Header:
		h.header = p
	case *ehr.Folder:
		h.folders = append(h.folders, p)
	case *ehr.Composition:
		h.compositions = append(h.compositions, p)
	case ehr.Demographic:
		h.people = append(h.people, p)
	}
	return nil
}

// Count is how many compositions it holds.
func (h *Held) Count() int { return len(h.compositions) }

// Header is the top of the extract; one that has none says so.
func (h *Held) Header() *ehr.Header {
	if h.header != nil {
		return h.header
	}
	none := ehr.ID{Null: "NI"}
	return &ehr.Header{System: none, EHR: none, Subject: none, Created: ehr.Moment{Null: "NI"}, Model: Model}
}

// Folders gives the folders in the order in which they came.
func (h *Held) Folders(yield func(*ehr.Folder) error) error { return each(h.folders, yield) }

// Compositions gives the compositions in the order in which they came.
func (h *Held) Compositions(yield func(*ehr.Composition) error) error {
	return each(h.compositions, yield)
}

// Demographics gives who is named in the order in which they came.
func (h *Held) Demographics(yield func(ehr.Demographic) error) error { return each(h.people, yield) }

func each[T any](list []T, yield func(T) error) error {
	for _, one := range list {
		if err := yield(one); err != nil {
			return err
		}
	}
	return nil
}
