package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestTheMedicinesRoundGoesFromDoorToDoor: by room, as somebody walks, and not by name.
func TestTheMedicinesRoundGoesFromDoorToDoor(t *testing.T) {
	w := newWorld(t)
	people := map[string]uuid.UUID{"Zelda": w.MoveIn("manager", w.Home, "Zelda", "Quill", "9990000042", "Room 3"), "Agnes": w.MoveIn("manager", w.Home, "Agnes", "Pike", "9990000034", "Room 12"), "Margaret": w.Person}
	for _, uid := range people {
		order := w.Write("senior", uid, "medicine-order", fmt.Sprintf(`{"medicine":{"text":"Amlodipine 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"timeOfDay":["08:30"],"status":{"code":"active"},"start":"2026-03-01T08:00:00+00:00","careActor":[{"ref":%q}]}`, w.Workers["senior"]))
		if order == uuid.Nil {
			t.Fatal("no order")
		}
	}
	text := w.as(t, "nurse").get("/medicines").want(http.StatusOK).text()
	zelda, margaret, agnes := strings.Index(text, "Zelda"), strings.Index(text, "Margaret"), strings.Index(text, "Agnes")
	if zelda < 0 || margaret < zelda || agnes < margaret {
		t.Errorf("room 3 at %d, room 7 at %d, room 12 at %d: %s", zelda, margaret, agnes, text)
	}
}

// TestWhatIsOneTouchAway: from somebody's day the body map and the note for the next shift; from the manager's page what happened in the night; among several people each with their room and date of birth in words.
func TestWhatIsOneTouchAway(t *testing.T) {
	w := newWorld(t)
	base := "/people/" + w.Person.String()
	carer := w.as(t, "carer")
	today := carer.get(base + "/today").want(http.StatusOK)
	today.leadsTo(t, base+"/body")
	today.leadsTo(t, base+"/handover")
	carer.get("/shift/together").want(http.StatusOK).says("Room 7, born ")
	manager := w.as(t, "manager")
	manager.get("/home").want(http.StatusOK).leadsTo(t, "/shift/handover?since=12")
	manager.get("/shift/handover?since=12").want(http.StatusOK).says("Margaret")
}

// TestAfterAFallOnlyLooksAreLooks: a fall that was just taken down leads to its observations, with whom to call; medicines of the same hours do not stand among them, and one that was not given is no look that was missed.
func TestAfterAFallOnlyLooksAreLooks(t *testing.T) {
	w := newWorld(t)
	w.ordered(t, `"medicine":{"text":"Amlodipine 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"timeOfDay":["07:05","08:20"]`)
	w.Write("senior", w.Person, "personal-contact", `{"name":"Ruth Whitlock","relationship":{"text":"Daughter"}}`)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/incident"
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "save")
	sent.Set("kind", "fall")
	page := v.follow(v.post(path, sent).want(http.StatusSeeOther)).want(http.StatusOK)
	page.says("The incident is kept for Margaret", "Plan these observations", "Who to call", "Ruth Whitlock", "Daughter", "Finish the incident").keepsQuiet("What is due when", "08:20", "07:05")
	again := v.get(page.path).want(http.StatusOK)
	plan := again.fields(page.path)
	plan.Set("act", "save")
	v.follow(v.post(page.path, plan).want(http.StatusSeeOther)).says("What is due when", "Due now", "Look now").keepsQuiet("08:20", "07:05")
}
