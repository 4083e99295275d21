package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestTheEighteenthOfMarchByTouchingPages: the day of the story, all of it that is no medicine, recorded on the pages alone (script off), says what the story's own
// contributions say.
func TestTheEighteenthOfMarchByTouchingPages(t *testing.T) {
	w := newShift(t)
	task := func(description, more string) uuid.UUID {
		return w.Write("senior", w.Person, "task", `{"description":"`+description+`","status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-17",`+more+`}`)
	}
	heel := task("Look at the right heel", `"check":[{"code":"skin"}],"requestedPeriod":{"start":"2026-03-17","timeOfDay":["07:30"],"every":1,"everyUnit":{"code":"d"}}`)
	piano := task("Piano after tea", `"requestedPeriod":{"start":"2026-03-17","timeOfDay":["17:00"],"every":1,"everyUnit":{"code":"d"}}`)
	night := task("Look in at night", `"check":[{"code":"look-in"}],"requestedPeriod":{"start":"2026-03-17","timeOfDay":["22:00","00:00","02:00","04:00","06:00"],"every":2,"everyUnit":{"code":"h"},"minutesBeforeOrAfter":20}`)
	w.Clock.Advance(3 * 24 * time.Hour)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	drink := func(at, what, offered, drunk, meal string) (string, string, map[string]string, string, []string) {
		return base + "/drink", at, map[string]string{"what": what, "ml": offered, "drunk": drunk, "meal": meal, "taken": "figures"}, "intake",
			[]string{`"when":"2026-03-18T` + at + `+00:00"`, `"what":"` + what + `"`, `"amountOffered":{"value":` + offered + `,"unit":"mL"}`, `"amountTaken":{"value":` + drunk + `,"unit":"mL"}`, `"code":"drink"`, `"code":"mouth"`}
	}
	record := func(path, at string, fields map[string]string, class string, wants []string) {
		t.Helper()
		day := "18"
		if at < "07:00" {
			day = "19"
		}
		sent := v.get(path).want(http.StatusOK).fields(path)
		for name, value := range fields {
			sent.Set(name, value)
		}
		sent.Set("when_day", day)
		sent.Set("when_time", strings.ReplaceAll(at, ":", ""))
		if class != "intake" {
			sent.Set("act", "save")
		}
		v.post(path, sent).want(http.StatusSeeOther)
		for _, content := range w.current(t, class) {
			all := true
			for _, want := range append(wants, w.Workers["carer"].String()) {
				all = all && strings.Contains(content, want)
			}
			if all {
				return
			}
		}
		t.Errorf("no %s of %s says %q: %v", class, at, wants, w.current(t, class))
	}
	record(w.slotPath(w.wash, "2026-03-18T07:30"), "07:40", map[string]string{"outcome": "done", "minutes": "25", "support": "one-person", "note": "Her hands were stiff, so buttons were left to last."}, "action",
		[]string{`"date":"2026-03-18","time":"07:40","minutesTaken":25`, `"code":"done"`, "buttons were left to last", `"code":"one-person"`, `"dueAt":"2026-03-18T07:30+00:00"`, w.wash.String()})
	record(w.slotPath(heel, "2026-03-18T07:30"), "07:40", map[string]string{"outcome": "done", "g-skin": "intact", "note": "Right heel looked at: intact."}, "care-check",
		[]string{`"when":"2026-03-18T07:40+00:00"`, `"code":"skin"`, `"code":"intact"`, "Right heel looked at: intact.", heel.String()})
	record(drink("07:50", "Tea", "200", "200", ""))
	record(drink("10:30", "Tea", "200", "200", "mid-morning"))
	record(base+"/food", "12:30", map[string]string{"other": "Fish pie, peas, rhubarb and custard", "part": "half", "meal": "lunch", "note": "Ate half of her lunch."}, "intake",
		[]string{`"when":"2026-03-18T12:30+00:00"`, `"code":"meal"`, "Fish pie, peas, rhubarb and custard", `"code":"lunch"`, `"code":"half"`, "Ate half of her lunch."})
	record(drink("12:30", "Water", "200", "150", "lunch"))
	record(base+"/care-now", "14:00", map[string]string{"other": "Afternoon walk", "outcome": "refused", "whynot": "“Too windy for my ears.”"}, "action",
		[]string{`"description":"Afternoon walk"`, `"code":"refused"`, `"date":"2026-03-18","time":"14:00"`, "Too windy for my ears", `"unplanned":true`})
	record(drink("15:30", "Tea", "200", "200", "afternoon"))
	record(w.slotPath(piano, "2026-03-18T17:00"), "17:00", map[string]string{"outcome": "done-by-person", "minutes": "40", "mood": "happy", "note": "Forty minutes; four residents listened."}, "action",
		[]string{`"code":"done-by-person"`, `"date":"2026-03-18","time":"17:00","minutesTaken":40`, "four residents listened", `"code":"happy"`, piano.String()})
	record(drink("18:00", "Juice", "150", "150", "supper"))
	record(drink("20:05", "Water", "150", "100", ""))
	record(drink("21:15", "Milk", "150", "150", "night"))
	for _, look := range [][3]string{{"2026-03-18T22:00", "22:02", "awake"}, {"2026-03-19T00:00", "00:03", "asleep"}, {"2026-03-19T02:00", "02:00", "asleep"}, {"2026-03-19T04:00", "04:01", "asleep"}, {"2026-03-19T06:00", "06:02", "asleep"}} {
		record(w.slotPath(night, look[0]), look[1], map[string]string{"outcome": "done", "g-sleep": look[2]}, "care-check",
			[]string{`"when":"` + look[0][:11] + look[1] + `+00:00"`, `"code":"look-in"`, `"code":"` + look[2] + `"`, `"dueAt":"` + look[0] + `+00:00"`, night.String()})
	}
	w.Clock.Advance(-2 * time.Hour) // before seven in the morning it is still the care day of the 18th
	v.get(base + "/drink").want(http.StatusOK).says("1150 mL of 1500 mL")
}
