package chime

import (
	"fmt"
	"regexp"
	"strconv"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// header describes the attributes of an ehr_extract that come before its compositions.
func header(w *xmltext.Way, n *xmltext.Node, x *ehr.Header) {
	xmltext.Maybe(w, n, "authorising_party", &x.Authorising, id)
	xmltext.One(w, n, "ehr_id", &x.EHR, id)
	xmltext.One(w, n, "ehr_system", &x.System, id)
	if w.Reading {
		w.Word(n, "rm_id", &x.Model)
	} else {
		n.Add("rm_id").SetText("EN 13606") // the profile fixes it
	}
	xmltext.One(w, n, "subject_of_care", &x.Subject, id)
	xmltext.One(w, n, "time_created", &x.Created, moment)
}

func criteria(w *xmltext.Way, n *xmltext.Node, x *ehr.Criteria) {
	xmltext.Maybe(w, n, "all_versions", &x.AllVersions, truth)
	xmltext.Many(w, n, "archetype_ids", &x.ArchetypeIDs, func(w *xmltext.Way, n *xmltext.Node, x *string) {
		if w.Attr(n, "extension", x); w.Reading && *x == "" {
			w.Attr(n, "root", x)
		}
	})
	most := int(x.MaxSensitivity)
	if whole(w, n, "max_sensitivity", &most); w.Reading {
		x.MaxSensitivity = ehr.Sensitivity(most)
	}
	xmltext.Maybe(w, n, "multimedia_included", &x.Multimedia, truth)
	wordIn(w, n, "other_constraints", &x.Other)
	xmltext.Maybe(w, n, "time_period", &x.Period, interval)
}

// filters are the criteria and what was left out, as the format has both: as criteria.
type filters struct {
	criteria []ehr.Criteria
	omitted  []ehr.Omission
}

func (f *filters) write(yield func(*xmltext.Node)) error {
	list := append([]ehr.Criteria{}, f.criteria...)
	for _, o := range f.omitted {
		list = append(list, ehr.Criteria{Other: fmt.Sprintf("Left out (%d): %s", o.Count, o.Reason)})
	}
	w := xmltext.Writing(1)
	for i := range list {
		n := &xmltext.Node{Name: "criteria"}
		w.Down(n, "criteria", i, func(n *xmltext.Node) { criteria(w, n, &list[i]) })
		yield(n)
	}
	return w.Err()
}

func (f *filters) read(n *xmltext.Node) error {
	var c ehr.Criteria
	w := xmltext.Reading()
	if w.Down(n, "criteria", len(f.criteria)+len(f.omitted), func(n *xmltext.Node) { criteria(w, n, &c) }); w.Err() != nil {
		return w.Err()
	}
	if m := regexp.MustCompile(`(?s)^Left out \((\d{1,9})\): (.*)$`).FindStringSubmatch(c.Other); m != nil {
		n, _ := strconv.Atoi(m[1]) // nine digits
		f.omitted = append(f.omitted, ehr.Omission{Count: n, Reason: m[2]})
		return nil
	}
	f.criteria = append(f.criteria, c)
	return nil
}
