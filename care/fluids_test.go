package care_test

import (
	"testing"
	"time"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

func TestDrunk(t *testing.T) {
	c := catalogue(t)
	from := time.Date(2026, 3, 18, 7, 0, 0, 0, time.UTC)
	at := func(h int) int64 { return from.Add(time.Duration(h) * time.Hour).Unix() }
	versions := []*record.Version{
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"drink"},"amountOffered":{"value":200,"unit":"mL"},"amountTaken":{"value":150,"unit":"mL"}}`, at(0)),
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"drink"},"amountTaken":{"value":0.25,"unit":"L"}}`, at(23)),
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"drink"}}`, at(3)),
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"meal"},"partEaten":{"code":"half"}}`, at(3)),
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"drink"},"amountTaken":{"value":999,"unit":"mL"}}`, at(24)),
		said(t, c, standard.ClassRoleIntake, `{"kind":{"code":"drink"},"amountTaken":{"value":999,"unit":"mL"}}`, at(-1)),
		said(t, c, standard.ClassRoleEatingAndDrinking, `{"fluidTarget":{"value":1500,"unit":"mL"}}`, 1),
	}
	got, err := care.Drunk(c, versions, from, from.Add(24*time.Hour))
	if err != nil || got.Taken.String() != "400.00" && got.Taken.String() != "400" || got.Offered.String() != "200" || got.Times != 3 || got.Unmeasured != 1 || !got.HasTarget || got.Target.String() != "1500" || got.HasLimit {
		t.Errorf("drunk %+v (taken %s), %v", got, got.Taken.String(), err)
	}
}

func TestModified(t *testing.T) {
	c := catalogue(t)
	for content, want := range map[string][2]bool{
		"": {false, false}, `{"foodLevel":{"code":"7"},"drinkLevel":{"code":"0"}}`: {false, true}, `{"foodLevel":{"code":"5"}}`: {true, true}, `{"drinkLevel":{"code":"2"}}`: {true, true},
		`{"drinkLevel":{"code":"not-assessed"}}`: {true, true}, `{"chokingRisk":{"code":"yes"}}`: {true, true}, `{"foodLevel":{"code":"5"},"endDate":"2026-03-01"}`: {false, false},
	} {
		var versions []*record.Version
		if content != "" {
			versions = append(versions, said(t, c, standard.ClassRoleEatingAndDrinking, content, 1))
		}
		if modified, known := care.Modified(c, versions, today); modified != want[0] || known != want[1] {
			t.Errorf("%s: modified %v, known %v", content, modified, known)
		}
	}
}
