package care_test

import (
	"strings"
	"testing"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// TestTheBannerInAnotherLanguage: every heading, fact and short word of the banner that is translated has its English beside it, and what somebody wrote stands as it was written.
func TestTheBannerInAnotherLanguage(t *testing.T) {
	c := catalogue(t)
	in := &plain.Words{Tag: "x", Name: "X", Category: func(int) string { return plain.Other }, Sentences: map[string]string{
		"Allergies": "Alergie", "Allergy: {names}": "Alergia: {names}", "Penicillin": "Penicylina", "Resuscitation (CPR)": "Reanimacja", "No CPR decision": "Brak decyzji", "Food": "Jedzenie", "level": "x",
		"food {level}": "jedzenie {level}", "Level 4, pureed": "Poziom 4", "Wasp stings": "nie tłumaczyć",
	}}
	versions := []*record.Version{
		said(t, c, standard.ClassRoleAllergy, `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"date":"2026-03-09"}`, 1),
		said(t, c, standard.ClassRoleAllergy, `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"text":"Wasp stings"},"date":"2026-03-09"}`, 2),
		said(t, c, standard.ClassRoleEatingAndDrinking, `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"4"},"drinkLevel":{"code":"2"},"date":"2026-03-09"}`, 3),
	}
	own, english := care.BannerIn(in, c, versions, record.PersonCard{Given: "Ada"}, today), care.BannerOf(c, versions, record.PersonCard{Given: "Ada"}, today)
	if len(own.Lines) != len(english.Lines) {
		t.Fatalf("%d lines, in English %d", len(own.Lines), len(english.Lines))
	}
	beside := func(own, english string) {
		t.Helper()
		if own != english && !strings.HasSuffix(own, "("+english+")") && !strings.Contains(own, "(Penicillin)") && !strings.Contains(own, "(food ") {
			t.Errorf("%q does not say %q", own, english)
		}
	}
	for i, l := range own.Lines {
		beside(l.Heading, english.Lines[i].Heading)
		beside(l.Short, english.Lines[i].Short)
		for k, item := range l.Items {
			beside(item.Text, english.Lines[i].Items[k].Text)
		}
	}
	all := texts(own.Lines[0]) + " | " + own.Lines[0].Short + " | " + own.Lines[0].Heading
	for _, want := range []string{"Alergie (Allergies)", "Penicylina (Penicillin)", "Wasp stings", "(Allergy: "} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing says %q: %s", want, all)
		}
	}
	if strings.Contains(all, "nie tłumaczyć") {
		t.Errorf("what somebody wrote was translated: %s", all)
	}
}
