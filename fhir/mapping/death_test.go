package mapping

import (
	"strings"
	"testing"

	"rosemary/standard"
)

// TestDeathNotification: a recorded death says that it is the informal kind of notice; a formal one that a client has sent stays, whole; of somebody who lives nothing is said.
func TestDeathNotification(t *testing.T) {
	m := mapper(t)
	notice := func(code string) string {
		return `"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus","extension":[{"url":"deathNotificationStatus","valueCodeableConcept":{"coding":[` +
			`{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus","code":"` + code + `"}]}}]}],`
	}
	for _, one := range []struct{ sent, want string }{
		{strings.Replace(hospitalPatient, `"gender"`, `"deceasedDateTime":"2026-03-04","gender"`, 1), `"code":"1"`},
		{strings.Replace(hospitalPatient, `"gender"`, notice("2")+`"deceasedDateTime":"2026-03-04","gender"`, 1), `"code":"2"`},
		{strings.Replace(hospitalPatient, `"gender"`, notice("1")+`"gender"`, 1), `"code":"1"`}, // odd, and given back
		{hospitalPatient, ""},
	} {
		_, taken, problems := read(t, m, one.sent)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		content, problems := taken.Class.Decode(taken.Content, standard.DecodeOptions{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		out := string(m.WriteWith(taken.Rest(), content, Head{}, Links{Zone: london}).AppendJSON(nil))
		whole := `"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus",` + one.want
		if one.want == "" && strings.Contains(out, "DeathNotificationStatus") || one.want != "" && (!strings.Contains(out, whole) || strings.Count(out, "DeathNotificationStatus") != 2) {
			t.Errorf("%s\nbecomes %s", one.sent, out)
		}
	}
}
