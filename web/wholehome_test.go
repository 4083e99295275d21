package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestFireRoll: everybody on shift opens it in one touch; who is away is not counted as inside; who has no plan is said.
func TestFireRoll(t *testing.T) {
	w := newWorld(t)
	george := w.MoveIn("manager", w.Home, "George", "Adeyemi", "9990000042", "Room 3")
	ada := w.MoveIn("manager", w.Home, "Ada", "Fenn", "9990000050", "Room 10")
	w.Write("senior", george, "evacuation-plan", `{"howByDay":{"code":"evacuation-chair"},"helpersByDay":2,"howByNight":{"code":"sledge"},"helpersByNight":2,"hearsTheAlarm":{"code":"no"},"date":"2026-03-01","wayAndMeetingPoint":"East stairs, to the car park"}`)
	w.Write("senior", w.Person, "moving-and-handling-plan", `{"numberOfHelpers":1,"leavingInAnEmergency":"Wheelchair from the corridor.","date":"2026-03-01"}`)
	w.Write("senior", ada, "transfer-of-care", `{"dateOfTransfer":"2026-03-15T20:30:00+00:00","code":{"code":"to-hospital-emergency"},"status":{"code":"in-progress"}}`)
	for _, account := range []string{"carer", "nurse", "manager", "inspector"} {
		roll := w.as(t, account).get("/fire-roll").want(http.StatusOK)
		roll.says("2 in the building by the record, 1 in hospital", "1 without a plan of how they get out", "Room 3", "Evacuation chair", "2 staff", "fetch them", "East stairs", "Wheelchair from the corridor", "No evacuation plan", "Ada Fenn")
		text := roll.text()
		if strings.Index(text, "Room 3") > strings.Index(text, "Room 7") {
			t.Error("rooms are not in the order of their numbers")
		}
	}
	w.as(t, "admin").get("/fire-roll").want(http.StatusNotFound)
	w.as(t, "elm-manager").get("/fire-roll").want(http.StatusOK).keepsQuiet("Adeyemi").says("Pell")
	w.as(t, "carer").get("/people").says("Fire roll")
}

// TestIncidentsHaveInCommon: every bar opens as many incidents as it counts.
func TestIncidentsHaveInCommon(t *testing.T) {
	w := newWorld(t)
	w.manage(t)
	v := w.as(t, "manager")
	trends := v.get("/home/trends?days=28").want(http.StatusOK).says("2 incidents in the last 28 days", "By time of day", "18:00 to 20:59", "Sunday", "Severe", "Place not recorded", "Margaret Whitlock")
	links := 0
	for _, part := range strings.Split(string(trends.body), `<tr><th scope="row"><a href="`)[1:] {
		href, rest, _ := strings.Cut(part, `"`)
		_, rest, _ = strings.Cut(rest, `rm-bars__n">`)
		count, _, _ := strings.Cut(rest, "<")
		opened := v.get(strings.ReplaceAll(href, "&amp;", "&")).want(http.StatusOK)
		if n := strings.Count(string(opened.body), `class="rm-found__whom"`); fmt.Sprint(n) != count {
			t.Errorf("%s counts %s and opens %d", href, count, n)
		}
		links++
	}
	if links < 8 {
		t.Errorf("only %d bars can be opened", links)
	}
	v.get("/home/trends/incidents?by=nothing").want(http.StatusNotFound)
	w.as(t, "carer").get("/home/trends").want(http.StatusNotFound)
}

// TestSignsOfInfection: two people of one home within two days are shown as what may be an outbreak, each sign with its record.
func TestSignsOfInfection(t *testing.T) {
	w := newWorld(t)
	george := w.MoveIn("manager", w.Home, "George", "Adeyemi", "9990000042", "Room 3")
	w.Write("carer", w.Person, "output", `{"when":"2026-03-15T05:00:00+00:00","kind":{"code":"stool"},"bristolType":{"code":"7"}}`)
	v := w.as(t, "manager")
	v.get("/home/infection").want(http.StatusOK).says("Diarrhoea or vomiting", "Harbour House, rooms 1 to 99: 1", "guessed from their numbers", "None recorded").keepsQuiet("This may be an outbreak")
	w.Write("carer", george, "output", `{"when":"2026-03-16T05:00:00+00:00","kind":{"code":"vomit"}}`)
	w.Write("senior", george, "investigation-result", `{"investigation":{"freeText":"Stool test"},"investigationResultItem":{"freeText":"Norovirus found"},"date":"2026-03-16"}`)
	v.get("/home/infection?days=3").says("This may be an outbreak", "Where: Harbour House", "George Adeyemi", "Vomit", "Type 7")
	w.as(t, "carer").get("/home/infection").want(http.StatusNotFound)
}

// TestMoneyAndBelongings: the balance is added up, a count that does not agree stands out here and on the manager's page, until somebody explains it.
func TestMoneyAndBelongings(t *testing.T) {
	w := newWorld(t)
	base := "/people/" + w.Person.String()
	v := w.as(t, "manager")
	v.get(base+"/belongings").want(http.StatusOK).says("holds no money", "no list of belongings", "Add the first entry")
	money := func(at, entry string, amount string) {
		w.Write("senior", w.Person, "money-entry", fmt.Sprintf(`{"when":%q,"entry":{"code":%q},"amount":%s,"whatFor":"Hairdresser","careActor":{"ref":%q},"secondSignature":{"ref":%q}}`,
			at, entry, amount, w.Workers["senior"], w.Workers["nurse"]))
	}
	money("2026-03-01T10:00:00+00:00", "in", "20.10")
	money("2026-03-02T10:00:00+00:00", "out", "0.30")
	v.get(base+"/belongings").says("There should be £19.80", "It was never counted", "Ruth Abara and ").keepsQuiet("Does not agree")
	money("2026-03-03T10:00:00+00:00", "counted", "19.30")
	w.Write("senior", w.Person, "property-list", fmt.Sprintf(`{"date":"2026-03-01","occasion":{"code":"moving-in"},"careActor":{"ref":%q},"items":[{"what":"Piano stool"}]}`, w.Workers["senior"]))
	v.get(base+"/belongings").says("There should be £19.30", "Counted £19.30, and £19.80 should be there", "Moving in")
	v.get("/home/money").says("Counted £19.30", "Cannot wait")
	w.as(t, "inspector").get(base + "/belongings").want(http.StatusOK).keepsQuiet("Add an entry")
}

// TestAuditPage: by person, worker, kind and day; the file holds the same, and nothing that a spreadsheet runs.
func TestAuditPage(t *testing.T) {
	w := newWorld(t)
	note := w.Write("carer", w.Person, "daily-note", `{"when":"2026-03-16T03:20:00+00:00","freeText":"=SUM(1;2) slept well"}`)
	w.as(t, "nurse").get("/people/" + w.Person.String() + "/records/" + note.String()).want(http.StatusOK)
	w.as(t, "elm-manager").get("/people/" + w.Person.String()).want(http.StatusNotFound)
	v := w.as(t, "manager")
	v.get("/home/audit").want(http.StatusOK).says("read a record", "Margaret Whitlock", "slept well", "Refused")
	v.get("/home/audit?kind=changes").says("slept well", "Whitlock", "Change").keepsQuiet("read a record")
	v.get("/home/audit?kind=refused").says("Refused").keepsQuiet("wrote in the record")
	v.get("/home/audit?worker=" + w.Workers["nurse"].String()).says("read a record").keepsQuiet("wrote in the record")
	v.get("/home/audit?from=2026-03-17").says("Nothing was found")
	v.get("/home/audit?until=2026-03-15").says("Nothing was found")
	w.as(t, "elm-manager").get("/home/audit").want(http.StatusOK).keepsQuiet("Whitlock", "slept well")
	file := v.get("/home/audit.csv?worker=" + w.Workers["nurse"].String()).want(http.StatusOK)
	if text := string(file.body); !strings.Contains(text, "'=SUM(1;2)") || strings.Contains(text, ",=SUM") || !strings.Contains(text, "Whose record") {
		t.Errorf("the file: %s", text)
	}
	w.as(t, "carer").get("/home/audit").want(http.StatusNotFound)
}

// TestEvidencePage: each count opens as many records, of the time and the people that may be seen.
func TestEvidencePage(t *testing.T) {
	w := newWorld(t)
	w.manage(t)
	v := w.as(t, "manager")
	page := v.get("/home/evidence?days=28").want(http.StatusOK).says("Learning culture", "Incidents and near misses", "2 records", "Workforce wellbeing and enablement", "Not part of a care record", "Environmental sustainability")
	for _, part := range strings.Split(string(page.body), `<li><a href="/home/evidence/records?`)[1:] {
		href, rest, _ := strings.Cut(part, `"`)
		_, rest, _ = strings.Cut(rest, "</a>: ")
		count, _, _ := strings.Cut(rest, " ")
		opened := v.get("/home/evidence/records?" + strings.ReplaceAll(href, "&amp;", "&")).want(http.StatusOK)
		if n := strings.Count(string(opened.body), `class="rm-found__whom"`); fmt.Sprint(n) != count {
			t.Errorf("%s counts %s and opens %d", href, count, n)
		}
	}
	v.get("/home/evidence/records?statement=99").want(http.StatusNotFound)
	w.as(t, "elm-manager").get("/home/evidence?days=28").want(http.StatusOK).says("Incidents and near misses", "no records")
	w.as(t, "carer").get("/home/evidence").want(http.StatusNotFound)
}

// TestPapers: each paper prints what the reader may see and no more, says when it is the past, and comes as a PDF too.
func TestPapers(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Create, Class: "daily-note", Sensitivity: "confidential", Content: []byte(fixture.NoteContent("Not for every eye")),
	}}})
	base := "/people/" + w.Person.String() + "/print"
	v := w.as(t, "manager")
	papers := v.get(base).want(http.StatusOK).says("About Me", "Care plan", "The whole record")
	v.get(papers.link("chart of medicines")).want(http.StatusOK).says("Chart of medicines, March 2026")
	v.get(base+"/about-me").want(http.StatusOK).says("The piano, the cat", "Printed on 16 March 2026", "Large print please")
	v.get(base+"/plan").want(http.StatusOK).says("Penicillin", "Blood thinner", "Someone beside her on stairs", "Falls", "Written by", "Ruth Abara").keepsQuiet("Never asked")
	v.get(base+"/record?days=3660").want(http.StatusOK).says("Graze on the left elbow", "Apixaban 5 mg tablets", "Not for every eye")
	w.as(t, "carer").get(base + "/record?days=3660").want(http.StatusOK).says("Graze on the left elbow").keepsQuiet("Not for every eye")
	v.get(base+"/record?days=3660&at="+f.before).want(http.StatusOK).says("Graze on the right elbow", "As it stood on", "It may have changed since").keepsQuiet("Graze on the left elbow")
	v.get(base + "/nothing").want(http.StatusNotFound)
	for _, id := range []string{"about-me", "plan", "record"} {
		file := v.get(base + "/" + id + "?as=pdf").want(http.StatusOK)
		if !strings.HasPrefix(string(file.body), "%PDF-") || file.header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%s is no PDF", id)
		}
	}
	w.as(t, "elm-manager").get(base + "/plan").want(http.StatusNotFound)
}
