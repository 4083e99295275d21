package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// shiftWorld is a home with things to do at eight in the morning of Monday 16 March.
type shiftWorld struct {
	*world
	wash, weigh, look, order uuid.UUID
	second                   uuid.UUID // another person of the home
}

func newShift(t testing.TB) *shiftWorld {
	w := &shiftWorld{world: newWorld(t)}
	task := func(description, more string) uuid.UUID {
		return w.Write("senior", w.Person, "task", fmt.Sprintf(`{"description":%q,"status":{"code":"accepted"},"intent":{"code":"plan"},"date":"2026-03-09",%s}`, description, more))
	}
	w.wash = task("Wash and dress", `"how":"Hands warm first.","numberOfHelpers":2,"requestedPeriod":{"start":"2026-03-15","timeOfDay":["07:30"],"minutesBeforeOrAfter":60}`)
	w.weigh = task("Weigh", `"measure":[{"code":"weight"}],"requestedPeriod":{"start":"2026-03-16","dayOfWeek":[{"code":"mon"}]}`)
	w.look = task("Look in", `"check":[{"code":"look-in"}],"requestedPeriod":{"start":"2026-03-15","timeOfDay":["22:00"]}`)
	task("Sing", `"requestedPeriod":{"start":"2026-03-15","timeOfDay":["03:00"]}`)
	w.order = w.Write("nurse", w.Person, "medicine-order", `{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"text":"by mouth"},"status":{"code":"active"},"timeOfDay":["08:00"],`+
		`"start":"2026-03-15","careActor":[{"ref":"`+w.Workers["nurse"].String()+`"}]}`)
	w.Write("senior", w.Person, "eating-and-drinking-plan", `{"chokingRisk":{"code":"no"},"foodLevel":{"code":"7"},"drinkLevel":{"code":"0"},"fluidTarget":{"value":1500,"unit":"mL"},"date":"2026-03-15"}`)
	w.second = w.MoveIn("manager", w.Home, "George", "Adeyemi", "9990000042", "Room 3")
	return w
}

// slotPath is the address of a slot.
func (w *shiftWorld) slotPath(task uuid.UUID, local string) string {
	return "/people/" + w.Person.String() + "/due/" + task.String() + "@" + local
}

// current reads the records of a class that stand now.
func (w *world) current(t testing.TB, class string) []string {
	t.Helper()
	view, err := w.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	versions, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: w.Person, Classes: []string{class}})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, v := range versions {
		list = append(list, string(v.Content))
	}
	return list
}

// links are where the page leads to.
func (p *page) links() []string {
	var list []string
	each(p.doc, func(n *html.Node) {
		if href := attr(n, "href"); n.Data == "a" && href != "" {
			list = append(list, href)
		}
	})
	return list
}

func (p *page) leadsTo(t testing.TB, path string) {
	t.Helper()
	for _, l := range p.links() {
		if l == path {
			return
		}
	}
	t.Errorf("%s does not lead to %s", p.path, path)
}

func TestMyShift(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	if home := v.get("/").want(http.StatusSeeOther); home.location != "/shift" {
		t.Errorf("the first page of a carer is %s", home.location)
	}
	p := v.get("/shift").want(http.StatusOK).says("My shift", "Margaret", "Room 7", "George", "07:30 Wash and dress ● Due now 2 people", "Today Weigh ● Due now", "08:00 Apixaban", "03:00 Sing ▲ Overdue", "About me", "2 overdue", "3 due now", "2 later").
		keepsQuiet("Arthur")
	p.leadsTo(t, w.slotPath(w.wash, "2026-03-16T07:30"))
	p.leadsTo(t, "/people/"+w.Person.String()+"/about-me")
	give := "/people/" + w.Person.String() + "/medicines/give/" + w.order.String() + "@2026-03-16T08:00"
	p.leadsTo(t, give)
	v.get(give).want(http.StatusOK).says("Apixaban 5 mg tablets")
	v.get("/shift?show=later").says("22:00 Look in ○ Later").keepsQuiet("George")
	v.get("/shift?show=done").says("Nothing has been recorded")
	v.get("/people/" + w.Person.String() + "/about-me").want(http.StatusOK).says("Nobody has written down yet")
	v.get("/people/"+w.Person.String()+"/today").want(http.StatusOK).says("Overdue (2)", "Due now (3)", "Later today (2)", "0 mL of 1500 mL")
	w.as(t, "elm-carer").get("/shift").says("Arthur").keepsQuiet("Margaret")
	w.Write("senior", w.Person, "transfer-of-care", `{"code":{"code":"to-hospital-emergency"},"dateOfTransfer":"2026-03-16T02:15:00+00:00"}`)
	v.get("/shift").says("In hospital since", "Planned care waits").keepsQuiet("Due now Weigh", "Sing")
}

func TestFromTheTileToDone(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := w.slotPath(w.wash, "2026-03-16T07:30")
	shown := v.get(path).want(http.StatusOK).says("07:30 Wash and dress", "Hands warm first", "It takes 2 people", "Margaret", "born March 1941", "How did it go?", "microphone", "Nobody has recorded whether they agree to be photographed")
	sent := shown.fields(path)
	sent.Set("act", "save")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("There is a problem", "Say how it went")
	sent.Set("outcome", "refused")
	sent.Set("minutes", "soon")
	sent.Set("note", "Typed “already” 😀")
	again := v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say why", "Minutes are a whole number", "Typed “already” 😀")
	if again.fields(path).Get("contribution") != sent.Get("contribution") {
		t.Error("the form came back with another id")
	}
	for name, value := range map[string]string{"outcome": "done", "minutes": "25", "support": "two-people", "mood": "content", "note": "Her hands were stiff, so buttons were left to last.", "helper": w.Workers["senior"].String(), "when_time": "0740"} {
		sent.Set(name, value)
	}
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Saved for Margaret: Wash and dress, done", "1 done").keepsQuiet("07:30 Wash and dress")
	v.post(path, sent).want(http.StatusSeeOther) // a double tap
	done := w.current(t, "action")
	if len(done) != 1 {
		t.Fatalf("%d actions after a double tap", len(done))
	}
	for _, want := range []string{`"code":"done"`, `"date":"2026-03-16"`, `"time":"07:40"`, `"minutesTaken":25`, `"code":"two-people"`, `"code":"content"`, "buttons were left to last", `"dueAt":"2026-03-16T07:30+00:00"`,
		w.wash.String(), w.Workers["carer"].String(), w.Workers["senior"].String()} {
		if !strings.Contains(done[0], want) {
			t.Errorf("the action does not hold %s: %s", want, done[0])
		}
	}
	v.get("/shift?show=done").says("07:30 Wash and dress", "✓ Done")
	v.get(path).says("Recorded already", "Sam Okoro", "Record it again only if it was done again")
	sent.Set("note", "Something else") // back, changed and sent again
	v.post(path, sent).want(http.StatusConflict)
	if len(w.current(t, "action")) != 1 {
		t.Error("what was sent again with other words was kept too")
	}
}

func TestTwoCarersAtTheSameTask(t *testing.T) {
	w := newShift(t)
	carer, senior := w.as(t, "carer"), w.as(t, "senior")
	path := w.slotPath(w.wash, "2026-03-16T07:30")
	mine, theirs := carer.get(path).fields(path), senior.get(path).fields(path)
	for _, sent := range []url.Values{mine, theirs} {
		sent.Set("outcome", "done")
		sent.Set("act", "save")
	}
	theirs.Set("minutes", "20")
	senior.post(path, theirs).want(http.StatusSeeOther)
	mine.Set("note", "I did it.")
	stopped := carer.post(path, mine).want(http.StatusConflict).says("Somebody recorded this while you had it open", "Ruth Abara", "I did it.")
	if len(w.current(t, "action")) != 1 {
		t.Fatal("it was saved nevertheless")
	}
	both := stopped.fields(path)
	both.Set("act", "save")
	carer.post(path, both).want(http.StatusSeeOther)
	if n := len(w.current(t, "action")); n != 2 {
		t.Errorf("%d actions; both were to be kept", n)
	}
}

func TestWhatATaskAsksToBeMeasuredOrLookedAt(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	w.Write("carer", w.Person, "measurement", `{"when":"2026-03-09T09:00:00+00:00","reading":[{"kind":{"code":"weight"},"value":{"value":61.4,"unit":"kg"}}]}`)
	path := w.slotPath(w.weigh, "2026-03-16T07:00")
	sent := v.get(path).want(http.StatusOK).says("Weight", "Last: 61.4 kg on 9 March 2026", "Between 20 and 250").fields(path)
	sent.Set("outcome", "done")
	sent.Set("act", "save")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Write the reading")
	sent.Set("reading-weight", "614")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Check the number: 614 kg")
	sent.Set("reading-weight", "60.90")
	v.post(path, sent).want(http.StatusSeeOther)
	got := w.current(t, "measurement")
	if len(got) != 2 || !strings.Contains(got[0], `"value":60.90,"unit":"kg"`) {
		t.Errorf("measured: %v", got)
	}
	if act := w.current(t, "action"); len(act) != 1 || !strings.Contains(act[0], "recordedObservation") {
		t.Errorf("done: %v", act)
	}
	v.get("/shift?show=done").says("Weigh", "✓ Done")

	look := w.slotPath(w.look, "2026-03-15T22:00")
	sent = v.get(look).want(http.StatusOK).says("Were they asleep?").fields(look)
	for name, value := range map[string]string{"outcome": "done", "g-sleep": "asleep", "note": "Breathing easily.", "act": "save"} {
		sent.Set(name, value)
	}
	v.post(look, sent).want(http.StatusSeeOther)
	if seen := w.current(t, "care-check"); len(seen) != 1 || !strings.Contains(seen[0], `"code":"asleep"`) || !strings.Contains(seen[0], "Breathing easily") || !strings.Contains(seen[0], `"dueAt":"2026-03-15T22:00+00:00"`) || len(w.current(t, "action")) != 1 {
		t.Errorf("looked: %v, %v", seen, w.current(t, "action"))
	}
	sent = v.get(look).fields(look)
	for name, value := range map[string]string{"outcome": "refused", "whynot": "Asked to be left alone", "act": "save"} {
		sent.Set(name, value)
	}
	v.post(look, sent).want(http.StatusSeeOther)
	if n := len(w.current(t, "care-check")); n != 1 {
		t.Errorf("%d looks, though one was refused", n)
	}
}

func TestPhotographsNeedConsent(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := w.slotPath(w.wash, "2026-03-16T07:30")
	consent := func(decision string) {
		w.Write("senior", w.Person, "informed-consent", `{"consentIsFor":{"code":"photographs-wound-care"},"decision":{"code":"`+decision+`"},"date":"2026-03-16","careActor":[{"ref":"`+w.Workers["senior"].String()+`"}]}`)
	}
	if p := v.get(path); !strings.Contains(string(p.body), `type="file"`) {
		t.Error("no photograph can be sent though nobody has refused")
	}
	consent("given")
	v.get(path).says("Agreed to photographs for their care on 16 March 2026")
	consent("refused")
	if p := v.get(path).says("Does not want to be photographed"); strings.Contains(string(p.body), `type="file"`) {
		t.Error("a photograph is asked for though it was refused")
	}
}

func TestWhatACarerMayTypeAndDo(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := w.slotPath(w.wash, "2026-03-16T07:30")
	long := strings.Repeat("Long talk. ", 5500) // 60,500 characters
	for name, note := range map[string]string{"60,000 characters": long, "emoji": "👩🏽‍🦽😀", "Word": "“Smart” – quotes…\r\nand lines\u00a0here", "markup": "<script>alert(1)</script>"} {
		sent := v.get(path).fields(path)
		sent.Set("outcome", "done")
		sent.Set("note", note)
		sent.Set("act", "save")
		if p := v.post(path, sent); p.status != http.StatusSeeOther {
			t.Errorf("%s: %d %.300s", name, p.status, p.text())
		}
	}
	sent := v.get(path).fields(path)
	for name, value := range map[string]string{"outcome": "done", "when_year": "2027", "act": "save"} {
		sent.Set(name, value)
	}
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("lies in the future")
	sent.Set("when_year", "soon")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("There is a problem")
	sent.Set("when_year", "2026")
	sent.Set("outcome", "exploded")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say how it went")

	v.cookies = map[string]string{} // the time ran out in the middle of it
	sent.Set("outcome", "done")
	sent.Set("note", "Typed before the time ran out.")
	asked := v.post(path, sent).want(http.StatusUnauthorized).says("What you typed is not lost").fields(path)
	asked.Set("again_password", fixture.Password)
	v.post(path, asked).want(http.StatusSeeOther)

	for _, bad := range []string{"/people/" + w.Person.String() + "/due/nothing", w.slotPath(uuid.New(), "2026-03-16T07:30"), w.slotPath(w.wash, "someday-long-ago"), w.slotPath(w.Person, "2026-03-16T07:30")} {
		v.get(bad).want(http.StatusNotFound)
	}
	v.get(w.slotPath(w.wash, "2026-03-16T09:15")).want(http.StatusOK).says("It is not planned for this time any more")
}

func TestSomebodyMovedToAnotherHomeMeanwhile(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := w.slotPath(w.wash, "2026-03-16T07:30")
	sent := v.get(path).fields(path)
	sent.Set("outcome", "done")
	sent.Set("note", "Washed before she left.")
	sent.Set("act", "save")
	view, err := w.Session("manager").View(t.Context(), access.At{})
	if err != nil {
		t.Fatal(err)
	}
	places, _, err := view.Records(t.Context(), access.RecordsQuery{Stream: w.Person, Classes: []string{"placement"}})
	if err != nil || len(places) != 1 {
		t.Fatalf("%v, %v", places, err)
	}
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Path: "/changes/0", Type: record.Modify, Record: places[0].Record, Expected: 1, Description: "Moved",
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":"%s"},"from":"2026-03-02","until":"2026-03-15"}`, w.Home)}}})
	v.post(path, sent).want(http.StatusConflict).says("This was not saved", "moved to another home", "Washed before she left.").keepsQuiet("Margaret")
	v.get("/shift").keepsQuiet("Margaret")
}

func TestDrinksAndFood(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	path := base + "/drink"
	drink := func(set map[string]string) *page {
		sent := v.get(path).want(http.StatusOK).fields(path)
		for name, value := range set {
			sent.Set(name, value)
		}
		return v.post(path, sent)
	}
	v.get(path).says("0 mL of 1500 mL", "food level 7, regular", "Tea", "200 mL", "Drank it all")
	drink(map[string]string{"taken": "4"}).want(http.StatusUnprocessableEntity).says("Say how much was offered")
	drink(map[string]string{"act": "show", "what": "Tea"}).want(http.StatusOK)
	v.follow(drink(map[string]string{"what": "Tea", "offered": "200", "taken": "4"}).want(http.StatusSeeOther)).says("Tea, 200 mL", "200 mL of 1500 mL")
	v.follow(drink(map[string]string{"what": "Water", "offered": "150", "taken": "3"}).want(http.StatusSeeOther)).says("312.5 mL of 1500 mL", "Offered: 350 mL")
	drink(map[string]string{"offered": "100", "drunk": "150", "taken": "figures"}).want(http.StatusUnprocessableEntity).says("More was drunk than was offered")
	drink(map[string]string{"ml": "lots", "taken": "figures"}).want(http.StatusUnprocessableEntity).says("Write an amount in mL")
	v.follow(drink(map[string]string{"other": "Soup of the day", "ml": "180", "drunk": "100", "taken": "figures"}).want(http.StatusSeeOther)).says("412.5 mL")
	got := w.current(t, "intake")
	if len(got) != 3 || !strings.Contains(strings.Join(got, " "), `"what":"Tea","amountOffered":{"value":200,"unit":"mL"},"amountTaken":{"value":200,"unit":"mL"}`) {
		t.Errorf("intake: %v", got)
	}
	food := base + "/food"
	sent := v.get(food).want(http.StatusOK).says("Half").fields(food)
	sent.Set("part", "half")
	v.post(food, sent).want(http.StatusUnprocessableEntity).says("Say what it was")
	sent.Set("other", "Fish pie")
	sent.Set("meal", "lunch")
	v.follow(v.post(food, sent).want(http.StatusSeeOther)).says("Fish pie, half")
	v.get(path).says("Fish pie", "Soup of the day")
	w.Clock.Advance(24 * time.Hour)
	v = w.as(t, "carer")
	v.get(path).says("0 mL of 1500 mL") // the next care day
	w.Write("senior", w.Person, "eating-and-drinking-plan", `{"chokingRisk":{"code":"yes"},"foodLevel":{"code":"5"},"drinkLevel":{"code":"2"},"date":"2026-03-16"}`)
	v.get(path).says("Food or drink is modified", "drinks level 2, mildly thick")
	v.get("/people/" + w.second.String() + "/drink").says("Nobody has recorded which food and drink is safe")
}

func TestSeveralPeopleAtOnce(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := "/shift/together"
	sent := v.get(path).want(http.StatusOK).says("Never for medicines, amounts, modified food", "Margaret", "George", "Food and drink: on their own page").fields(path)
	sent.Set("act", "save")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say what they had together", "Choose who took part")
	sent["person"] = []string{w.Person.String(), w.second.String()}
	sent.Set("what", "Tea or coffee and a biscuit")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Take out George")
	if len(w.current(t, "action")) != 0 {
		t.Error("it was saved for some of them")
	}
	sent.Set("what", "")
	for _, words := range []string{"Everybody had paracetamol", "Tea, 200 ml each", "All slept"} {
		sent.Set("other", words)
		v.post(path, sent).want(http.StatusUnprocessableEntity).says("is not for several people at once")
	}
	sent.Set("other", "Fish and chips for everybody")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say whether there was anything to eat or drink in it", "Take out George")
	sent.Set("food", "Yes")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Take out George")
	if len(w.current(t, "action")) != 0 {
		t.Error("what was typed went past the modified diet")
	}
	sent.Set("other", "")
	sent.Del("food")
	sent.Set("what", "Music or singing")
	sent.Set("minutes", "30")
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Saved for George and Margaret: Music or singing")
	v.post(path, sent).want(http.StatusSeeOther)
	if got := w.current(t, "action"); len(got) != 1 || !strings.Contains(got[0], `"minutesTaken":30`) || !strings.Contains(got[0], `"unplanned":true`) {
		t.Errorf("of one of them: %v", got)
	}
	v.post("/shift/people", url.Values{"person": {w.second.String()}, "act": {"save"}}).want(http.StatusSeeOther)
	v.get("/shift").says("George", "1 person of yours").keepsQuiet("Wash and dress")
	v.post("/shift/people", url.Values{"act": {"all"}})
	v.get("/shift").says("Wash and dress")
}

func TestAnIncidentAtOnceAndFinishedLater(t *testing.T) {
	w := newShift(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/incident"
	sent := v.get(path).want(http.StatusOK).says("See to the person first", "the whole form").fields(path)
	sent.Set("act", "save")
	v.post(path, sent).want(http.StatusUnprocessableEntity).says("Say what kind of incident")
	sent.Set("kind", "found-on-floor")
	sent.Set("happened", "Beside the bed, mat unplugged.")
	v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("The incident is kept for Margaret", "Observations after a fall", "Plan these observations", "Nobody to call is recorded.", "Finish the incident", "My shift")
	v.get("/shift").says("Incidents to finish", "Margaret: Found on the floor, 16 March 2026")
	v.post(path, sent).want(http.StatusSeeOther)
	if n := len(w.current(t, "incident")); n != 1 {
		t.Errorf("%d incidents", n)
	}
	w.as(t, "manager").get("/home/incidents-open").says("Found on the floor")
	var finish string
	for _, l := range v.get("/shift").links() {
		if strings.Contains(l, "/forms/") {
			finish = l
		}
	}
	v.get(finish).want(http.StatusOK).says("Incident")
}

func TestHandover(t *testing.T) {
	w := newShift(t)
	night := w.as(t, "carer")
	write := "/people/" + w.Person.String() + "/handover"
	sent := night.get(write).want(http.StatusOK).fields(write)
	night.post(write, sent).want(http.StatusUnprocessableEntity).says("Write what the next shift must know")
	sent.Set("note", "Night light was off at 02:15.")
	sent.Set("todo", "Check it at dusk.")
	sent.Set("urgency", "today")
	night.follow(night.post(write, sent).want(http.StatusSeeOther)).says("Night light was off", "Nobody has read it yet")
	w.Write("senior", w.Person, "risk", `{"riskCategory":{"code":"fall"}}`)
	w.Write("carer", w.Person, "action", `{"description":"Afternoon walk","outcome":{"code":"refused"},"date":"2026-03-16","time":"07:00","careActor":[{"ref":"`+w.Workers["carer"].String()+`"}]}`)
	nurse := w.as(t, "nurse")
	w.Write("nurse", w.Person, "action", `{"description":"Leg dressing","outcome":{"code":"done"},"date":"2026-03-16","time":"08:00","careActor":[{"ref":"`+w.Workers["nurse"].String()+`"}]}`)
	nurse.get("/shift").says("Handover (1 to read)")
	senior := w.as(t, "senior")
	page := senior.get("/shift/handover").want(http.StatusOK).says("Night light was off at 02:15.", "Check it at dusk.", "Sam Okoro", "New Risk: Fall", "Refused Action: Afternoon walk", "New Task", "I have read this", "has not read it: Tomas Lindqvist").
		keepsQuiet("Refused by the person")
	ack := page.fields("/shift/handover")
	senior.follow(senior.post("/shift/handover", ack).want(http.StatusSeeOther)).says("You have read this", "Read by Ruth Abara")
	senior.post("/shift/handover", ack).want(http.StatusSeeOther)
	nurse.post("/shift/handover", nurse.get("/shift/handover").fields("/shift/handover")).want(http.StatusSeeOther)
	senior.get("/shift/handover").says("Read by Ruth Abara and Tomas Lindqvist").keepsQuiet("has not read it")
	nurse.get("/shift").keepsQuiet("to read)")
	if n := len(w.current(t, "handover-read")); n != 2 {
		t.Errorf("%d marks of two people", n)
	}
	w.Clock.Advance(5 * 24 * time.Hour)
	w.as(t, "nurse").get("/shift/handover").keepsQuiet("Night light was off")
	w.as(t, "elm-carer").get("/shift/handover").says("Arthur").keepsQuiet("Margaret")
	w.as(t, "elm-carer").post("/shift/handover", ack).want(http.StatusUnauthorized).says("opened by senior").keepsQuiet("Margaret")
	ack.Set("by", "elm-carer")
	w.as(t, "elm-carer").post("/shift/handover", ack).want(http.StatusConflict).keepsQuiet("Margaret")
}
