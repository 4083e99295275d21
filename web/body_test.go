package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestAMarkIsPlacedAndFollowed: from a part of the figure to the form with the place filled in, to the number on the figure, to a later look that is part of the same series, to healed.
func TestAMarkIsPlacedAndFollowed(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	v.get(base+"/body").want(http.StatusOK).says("Front", "Back", "No consent to photographs of wounds is recorded", "Choose the place from a list")
	write := base + "/new/body-mark"
	look := func(path string, values map[string]string) *page {
		sent := v.get(path).want(http.StatusOK).fields(write)
		for name, value := range values {
			sent.Set(name, value)
		}
		sent.Set("act", "save")
		return v.follow(v.post(write, sent).want(http.StatusSeeOther)).want(http.StatusOK)
	}
	asked := v.get(base + "/body/new?site=heel&side=left").fields(write)
	if asked.Get("f-bodySite") != "Heel" || asked.Get("f-side") != "left" {
		t.Errorf("the place is not filled in: %v", asked)
	}
	look(base+"/body/new?site=heel&side=left", map[string]string{"f-kind": "Pressure damage", "f-category": "2", "f-length": "20", "f-length_unit": "mm", "f-width": "12", "f-width_unit": "mm", "f-status": "new"})
	p := v.get(base+"/body").says("1. ", "Heel", "20 mm by 12 mm", "New")
	href := ""
	for _, part := range strings.Split(string(p.body), `href="`) {
		if strings.HasPrefix(part, base+"/body/") && !strings.HasPrefix(part, base+"/body/new") {
			href = part[:strings.Index(part, `"`)]
		}
	}
	first := v.get(href).want(http.StatusOK).says("20 mm by 12 mm", "No photograph", "Look again")
	again := ""
	for _, part := range strings.Split(string(first.body), `href="`) {
		if strings.HasPrefix(part, base+"/body/new?after=") {
			again = part[:strings.Index(part, `"`)]
		}
	}
	look(again, map[string]string{"f-length": "12", "f-length_unit": "mm", "f-width": "8", "f-width_unit": "mm", "f-status": "healing"})
	v.get(href).says("12 mm by 8 mm", "20 mm by 12 mm", "Size over time", "Down 8 mm (40.0%)")
	v.get(base + "/body").says("2 looks since")
	w.Write("senior", w.Person, "informed-consent", `{"consentIsFor":{"code":"photographs-wound-care"},"decision":{"code":"given"},"date":"2026-03-14","givenBy":{"ref":"`+w.Person.String()+`"},"careActor":[{"ref":"`+w.Workers["senior"].String()+`"}]}`)
	v.get(base + "/body").keepsQuiet("No consent to photographs")
	v.get(base + "/body/" + w.Person.String()).want(http.StatusNotFound)
}
