package web_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"rosemary/record"
)

// furnished is what was written about Margaret Whitlock for the tests that look at full pages.
type furnished struct {
	note, consent, risk, order uuid.UUID
	given                      uuid.UUID // was given to somebody before it was corrected
	before                     string    // a moment before the note was corrected
}

// furnish writes a record with something of everything that a page shows in a way of its own.
func (w *world) furnish(t testing.TB) furnished {
	t.Helper()
	w.MoveIn("manager", w.Home, "Marjorie", "Whitlocke", "9990000034", "Room 12")
	w.MoveIn("manager", w.Home, "George", "Adeyemi", "9990000042", "Room 3")
	write := func(account, class, content string) uuid.UUID { return w.Write(account, w.Person, class, content) }
	write("senior", "about-me", `{"dateLastUpdated":"2026-03-09T15:00:00+00:00","whatIsMostImportantToMe":"The piano, the cat, and being asked first.",`+
		`"howICommunicateAndHowToCommunicateWithMe":"Face me, on my left side. I read large print.","myWellness":"If I go quiet I am poorly.",`+
		`"pleaseDoAndPleaseDoNot":"Please do knock.\nPlease do not call me dear.","supportedToWriteThisBy":"Anne, her daughter"}`)
	write("senior", "allergies-and-adverse-reactions", `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},`+
		`"descriptionOfReaction":[{"text":"rash"}],"certainty":{"code":"unconfirmed"},"evidence":"Told by her daughter, 1987","date":"2026-03-09"}`)
	write("nurse", "problem", `{"problem":{"text":"Atrial fibrillation"},"date":"2026-03-09"}`)
	f := furnished{order: write("nurse", "medicine-order", `{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},`+
		`"status":{"code":"active"},"anticoagulant":true,"start":"2026-03-16","careActor":[{"ref":"`+w.Workers["nurse"].String()+`"}]}`)}
	write("nurse", "eating-and-drinking-plan", `{"chokingRisk":{"code":"no"},"foodLevel":{"code":"7"},"drinkLevel":{"code":"0"},"date":"2026-03-16"}`)
	write("nurse", "moving-and-handling-plan", `{"numberOfHelpers":1,"equipment":[{"code":"walking-frame"}],"howToHelp":"Someone beside her on stairs.","date":"2026-03-16","reviewDate":"2026-03-15"}`)
	write("senior", "accessibility", `{"communicationNeed":"Hearing aid in the left ear. Large print please.","date":"2026-03-09"}`)
	plan := write("senior", "care-plan", `{"date":"2026-03-16"}`)
	f.risk = write("senior", "risk", `{"riskCategory":{"code":"fall"}}`)
	f.consent = write("senior", "informed-consent", fmt.Sprintf(`{"consentIsFor":{"code":"care-plan"},"decision":{"code":"given"},"date":"2026-03-16","concerns":[{"ref":"%s"}],`+
		`"inTheirOwnWords":"As long as I am asked.","givenBy":{"ref":"%s"},"careActor":[{"ref":"%s"}]}`, plan, w.Person, w.Workers["senior"]))
	write("carer", "measurement", `{"when":"2026-03-16T07:00:00+00:00","reading":[{"kind":{"text":"Weight"},"value":{"value":61.4,"unit":"kg"}}]}`)
	for i, words := range []string{"Slept well until six.", "Washed and dressed, 25 minutes. Her hands were stiff, so buttons were left to last.", "Piano after tea, forty minutes."} {
		write("carer", "daily-note", fmt.Sprintf(`{"when":"2026-03-1%dT07:%d0:00+00:00","freeText":%q}`, 4+i, i+1, words))
	}
	f.note = write("carer", "daily-note", `{"when":"2026-03-16T03:20:00+00:00","freeText":"Found beside the bed. Graze on the right elbow, 2 cm."}`)
	f.before = w.moment()
	w.Commit("carer", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Correct, Record: f.note, Expected: 1, Description: "It was the left elbow, I looked again in daylight",
		Content: []byte(`{"when":"2026-03-16T03:20:00+00:00","freeText":"Found beside the bed. Graze on the left elbow, 2 cm."}`),
	}}})
	f.given = write("carer", "daily-note", `{"when":"2026-03-16T03:40:00+00:00","freeText":"Was given 5 mg at three."}`)
	w.takeOut(t, "Dr Khan, Harbour Street surgery")
	w.Commit("carer", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Correct, Record: f.given, Expected: 1, Description: "It was given at four",
		Content: []byte(`{"when":"2026-03-16T03:40:00+00:00","freeText":"Was given 5 mg at four."}`),
	}}})
	return f
}
