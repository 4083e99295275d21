package web_test

import (
	"net/http"
	"testing"

	"rosemary/record"
)

// TestWhatWasPlannedThenIsToldAsItWasPlanned: a look that was planned for ten last night and not done is still missed when the plan says eleven since this morning.
func TestWhatWasPlannedThenIsToldAsItWasPlanned(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	v.get("/shift").want(http.StatusOK).says("22:00 Look in ▲ Overdue")
	w.Commit("senior", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: w.look, Expected: 1, Description: "She sleeps later",
		Content: []byte(`{"description":"Look in","check":[{"code":"look-in"}],"status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-09","requestedPeriod":{"start":"2026-03-15","timeOfDay":["23:00"]}}`)}}})
	v.get("/shift").want(http.StatusOK).says("22:00 Look in ▲ Overdue").keepsQuiet("23:00 Look in ▲ Overdue")
	v.get("/shift?show=later").says("23:00 Look in ○ Later").keepsQuiet("22:00 Look in")
	path := w.slotPath(w.look, "2026-03-15T22:00")
	sent := v.get(path).want(http.StatusOK).says("22:00 Look in", "Overdue").fields(path)
	sent.Set("act", "save")
	sent.Set("outcome", "done")
	sent.Set("g-sleep", "asleep")
	v.post(path, sent).want(http.StatusSeeOther)
	v.get("/shift").keepsQuiet("Look in ▲ Overdue")
}
