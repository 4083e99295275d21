package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rosemary/record"
)

// TestObservationsAreTakenAndScored: what is measured is kept with every answer, the total and what is to be done; without one of the readings there is no total; a fault keeps what was typed.
func TestObservationsAreTakenAndScored(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "nurse")
	base := "/people/" + w.Person.String()
	path := base + "/scores/news2/new"
	take := func(values map[string]string) *page {
		sent := v.get(path).want(http.StatusOK).fields(path)
		for name, value := range values {
			sent.Set(name, value)
		}
		sent.Set("act", "save")
		return v.post(path, sent)
	}
	all := map[string]string{"i-breathing": "22", "i-oxygen": "93", "i-air": "air", "i-systolic": "105", "i-pulse": "95", "i-alertness": "A", "i-temperature": "38,4", "different": "Quiet, not herself", "acted": "Told Ruth"}
	v.follow(take(all).want(http.StatusSeeOther)).want(http.StatusOK).says("NEWS2 7: High risk", "Call 999", "Total 7", "Measure again", "Kept as it was worked out then, by version 2017", "Royal College of Physicians")
	v.get(base + "/records?class=score-result").says("NEWS2, 7, High risk")
	v.get(base+"/charts").want(http.StatusOK).says("NEWS2", "High risk", "Total 7")
	v.get(base+"/charts/observations?period=day").want(http.StatusOK).says("22 a minute", "105 mmHg", "The records")

	delete(all, "i-temperature")
	v.follow(take(all).want(http.StatusSeeOther)).says("no total, because something is missing: Temperature").keepsQuiet("NEWS2 6")

	all["i-temperature"], all["day"] = "warm", ""
	wrong := take(all).want(http.StatusUnprocessableEntity).says("Temperature must be a number", "Say on which day")
	if wrong.fields(path).Get("i-temperature") != "warm" || wrong.fields(path).Get("different") != "Quiet, not herself" {
		t.Error("what was typed is lost")
	}
	take(map[string]string{}).want(http.StatusUnprocessableEntity).says("Fill in at least one")
}

// TestAScoreIsSeenLaterAsItWas: whatever door measurements come by, the result is kept beside them. Where one is corrected, what was shown before is still said, and a view of the past shows it.
func TestAScoreIsSeenLaterAsItWas(t *testing.T) {
	w := newWorld(t)
	path := "/people/" + w.Person.String() + "/scores/news2"
	measured := func(pulse string) string {
		return `{"when":"2026-03-16T07:30:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[{"kind":{"code":"breathing-rate"},"value":{"value":16,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":97,"unit":"%"}},` +
			`{"kind":{"code":"systolic"},"value":{"value":120,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":` + pulse + `,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":37,"unit":"Cel"}}]}`
	}
	reading := w.Write("nurse", w.Person, "measurement", measured("135"))
	then := w.moment()
	w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Correct, Record: reading, Expected: 1, Description: "Counted again", Content: []byte(measured("75"))}}})
	v := w.as(t, "nurse")
	v.get(path).want(http.StatusOK).says("Total 0", "Kept as it was worked out then, by version", "Before, it was shown as", "total 3, Low to medium risk")
	v.get(path+"?at="+then).want(http.StatusOK).says("Total 3", "Kept as it was worked out then").keepsQuiet("Before, it was shown as")
	v.get("/people/"+w.Person.String()+"/records?class=score-result").says("NEWS2, 3, Low to medium risk", "NEWS2, 0, Nothing scored")
}

// TestAKeptScoreSaysWhatChangedSince: what was decided for the person later, for a day that is past, changes nothing that was shown; the page says what would come of it today.
func TestAKeptScoreSaysWhatChangedSince(t *testing.T) {
	w := newWorld(t)
	w.Write("nurse", w.Person, "measurement", `{"when":"2026-03-15T09:00:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[{"kind":{"code":"breathing-rate"},"value":{"value":16,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":89,"unit":"%"}},`+
		`{"kind":{"code":"systolic"},"value":{"value":120,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":70,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":37,"unit":"Cel"}}]}`)
	v := w.as(t, "nurse")
	path := "/people/" + w.Person.String() + "/scores/news2"
	v.get(path).want(http.StatusOK).says("Total 3", "Tell the nurse").keepsQuiet("changed since")
	w.Write("nurse", w.Person, "early-warning-setting", `{"date":"2026-03-14","oxygenScale":{"code":"2"},"decidedBy":"Dr A Khan, GP"}`)
	v.get(path).want(http.StatusOK).says("Total 3", "Low to medium risk", "was changed since. Worked out again today it would be", "total 0, Nothing scored")
}

// TestTheOxygenScaleIsDecidedForThePerson: whoever measures cannot pick it, and the measurements of before it was decided stay as they were.
func TestTheOxygenScaleIsDecidedForThePerson(t *testing.T) {
	w := newWorld(t)
	observed := func(when string) {
		w.Write("nurse", w.Person, "measurement", `{"when":"`+when+`","oxygenScale":{"code":"2"},"airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[`+
			`{"kind":{"code":"breathing-rate"},"value":{"value":16,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":89,"unit":"%"}},`+
			`{"kind":{"code":"systolic"},"value":{"value":130,"unit":"mm[Hg]"}},{"kind":{"code":"pulse"},"value":{"value":70,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":36.8,"unit":"Cel"}}]}`)
	}
	observed("2026-03-12T09:00:00+00:00")
	v := w.as(t, "nurse")
	base := "/people/" + w.Person.String() + "/scores/news2"
	v.get(base).want(http.StatusOK).says("Total 3", "Low to medium risk", "Scale 1, for most people")
	w.Write("nurse", w.Person, "early-warning-setting", `{"date":"2026-03-14","oxygenScale":{"code":"2"},"decidedBy":"Dr A Khan, GP"}`)
	observed("2026-03-15T09:00:00+00:00")
	v.get(base).says("Total 0, lower than before", "Scale 2", "15 March 2026 at 09:00: 0, Nothing scored", "12 March 2026 at 09:00: 3, Low to medium risk")
}

// TestPainOfSomebodyWhoCannotSay: every question must be answered, and the result says what to do.
func TestPainOfSomebodyWhoCannotSay(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/scores/abbey-pain/new"
	sent := v.get(path).want(http.StatusOK).fields(path)
	for _, item := range []string{"voice", "face", "body", "behaviour", "signs"} {
		sent.Set("i-"+item, "moderate")
	}
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Choose an answer: Changes to the body")
	sent.Set("i-injuries", "none")
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Abbey pain scale 10: Moderate pain")
	if again := v.post(path, sent); again.status != http.StatusSeeOther {
		t.Errorf("sent twice: %d", again.status)
	}
	if n := strings.Count(v.get("/people/"+w.Person.String()+"/records?class=score-result").text(), "Abbey pain scale, 10"); n != 1 {
		t.Errorf("sent twice it is kept %d times", n)
	}
}

// TestFluidsAreAddedUpByCareDay: what is drunk before seven in the morning belongs to the day before; less than is aimed at is said in words.
func TestFluidsAreAddedUpByCareDay(t *testing.T) {
	w := newWorld(t)
	for _, drink := range [][2]string{{"2026-03-14T08:00:00+00:00", "200"}, {"2026-03-14T22:00:00+00:00", "150"}, {"2026-03-15T06:59:00+00:00", "100"}, {"2026-03-15T07:00:00+00:00", "250"}} {
		w.Write("carer", w.Person, "intake", `{"when":"`+drink[0]+`","kind":{"code":"drink"},"what":"Tea","amountTaken":{"value":`+drink[1]+`,"unit":"mL"}}`)
	}
	w.Write("carer", w.Person, "intake", `{"when":"2026-03-15T12:00:00+00:00","kind":{"code":"drink"},"what":"Jug","amountTaken":{"value":0.5,"unit":"L"}}`)
	w.Write("senior", w.Person, "goal", `{"freeText":"Drinks enough","date":"2026-03-10","targetAmount":[{"ofWhat":{"code":"fluid"},"atLeast":{"value":500,"unit":"mL"},"per":{"code":"d"}}]}`)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String() + "/charts/fluids"
	v.get(base+"?period=week&on=2026-03-16").want(http.StatusOK).says("Saturday 14 March 2026 450 mL Less than the aim", "Sunday 15 March 2026 750 mL", "at least 500 mL")
	v.get(base+"?period=day&on=2026-03-14").says("Altogether 450 mL in this care day", "22:00 to 23:00", "06:00 to 07:00")
	for _, period := range []string{"month", "year", "nonsense"} {
		v.get(base + "?period=" + period).want(http.StatusOK)
	}
	v.get("/people/" + w.Person.String() + "/charts/nothing").want(http.StatusNotFound)
	for _, chart := range w.Catalogue.Charts() {
		for _, period := range []string{"day", "week", "month", "year"} {
			v.get("/people/" + w.Person.String() + "/charts/" + chart.ID + "?period=" + period).want(http.StatusOK).says(chart.Name)
		}
	}
}
