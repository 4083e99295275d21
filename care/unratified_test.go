package care_test

import (
	"strings"
	"testing"

	"rosemary/care"
	"rosemary/record"
)

// TestWhatIsNotRatifiedIsNeverOurs: what another provider says stands in a line of its own that says whose word it is, and changes no line of ours.
func TestWhatIsNotRatifiedIsNeverOurs(t *testing.T) {
	c := catalogue(t)
	ours := said(t, c, "allergy", `{"allergyStatus":{"code":"none-known"}}`, 2)
	theirs := said(t, c, "allergy", `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"}}`, 3)
	order := said(t, c, "medicine-order", `{"medicine":{"text":"Apixaban 5 mg tablets"}}`, 3)
	theirs.SaidBy, order.SaidBy = "Harbour House", "Harbour House"
	before := care.BannerOf(c, []*record.Version{ours}, record.PersonCard{}, today)
	b := care.BannerOf(c, []*record.Version{ours, theirs, order}, record.PersonCard{}, today)
	if a, z := line(before, "Allerg"), line(b, "Allerg"); texts(a) != texts(z) || a.Mark != z.Mark {
		t.Errorf("our line changed from %+v to %+v", a, z)
	}
	l := line(b, "Said by Harbour House, not ratified")
	if l.Mark != care.Danger || l.Short == "" || l.Note == "" || !strings.Contains(strings.ToLower(texts(l)), "penicillin") || !strings.Contains(texts(l), "Apixaban") {
		t.Errorf("their line: %+v", l)
	}
}
