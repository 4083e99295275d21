package web_test

import (
	"net/http"
	"testing"
)

// TestTheRoundOfTheFloorShowsWhoIsWaiting: everybody of the home with what there was last, what is out of the ordinary said in words, and each figure leading to the records behind it.
func TestTheRoundOfTheFloorShowsWhoIsWaiting(t *testing.T) {
	w := newWorld(t)
	george := w.MoveIn("manager", w.Home, "George", "Adeyemi", "9990000042", "Room 3")
	drink := func(ml string) {
		w.Write("carer", w.Person, "intake", `{"when":"2026-03-16T07:30:00+00:00","kind":{"code":"drink"},"what":"Tea","amountTaken":{"value":`+ml+`,"unit":"mL"}}`)
	}
	drink("200")
	drink("150")
	w.Write("nurse", w.Person, "measurement", `{"when":"2026-03-16T07:40:00+00:00","airOrOxygen":{"code":"oxygen"},"alertness":{"code":"C"},"reading":[`+
		`{"kind":{"code":"breathing-rate"},"value":{"value":26,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":92,"unit":"%"}},`+
		`{"kind":{"code":"systolic"},"value":{"value":98,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":112,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":38.6,"unit":"Cel"}}]}`)
	v := w.as(t, "senior")
	v.get("/floor").want(http.StatusOK).says("Margaret Whitlock", "Room 7", "350 mL", "High risk", "Look", "George Adeyemi", "None in 36 hours", "Bowels last opened", "None in 3 days", "Not planned")
	v.get("/people/" + george.String() + "/charts/fluids").want(http.StatusOK)
	w.as(t, "carer").get("/floor").want(http.StatusOK).says("350 mL")
}

// TestWhatSeniorsHaveToSeeTo: reviews, consents and authorities that end, of everybody in the home.
func TestWhatSeniorsHaveToSeeTo(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	v.get("/reviews").want(http.StatusOK)
	w.Write("senior", w.Person, "care-plan", `{"date":"2026-01-16"}`)
	w.Write("nurse", w.Person, "moving-and-handling-plan", `{"numberOfHelpers":1,"date":"2026-01-16","reviewDate":"2026-03-01"}`)
	w.Write("manager", w.Person, "dols", `{"applicationDate":"2025-04-01","applicationStatus":{"code":"authorised"},"startDateOfAuthorisation":"2025-04-01","plannedOrActualEndDateOfAuthorisation":"2026-04-10"}`)
	v.get("/reviews").want(http.StatusOK).says("Reviews overdue", "Due 1 March 2026", "Deprivation of liberty (DoLS) ending", "Ends 10 April 2026", "Consents missing", "Care plan", "Whitlock")
}
