package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// draftLinks are the addresses on a page that lead to a draft.
func draftLinks(p *page) (found []string) {
	each(p.doc, func(n *html.Node) {
		if href := attr(n, "href"); n.Data == "a" && strings.Contains(href, "draft=") {
			found = append(found, href)
		}
	})
	return found
}

func with(values url.Values, pairs ...string) url.Values {
	sent := url.Values{}
	for name, all := range values {
		sent[name] = all
	}
	for i := 0; i < len(pairs); i += 2 {
		sent.Set(pairs[i], pairs[i+1])
	}
	return sent
}

// TestFinishLaterWithoutScript: what was typed is kept by a button, come back to, saved, and then is a draft no more.
func TestFinishLaterWithoutScript(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	person := "/people/" + w.Person.String()
	path := person + "/new/daily-note"
	sent := with(v.get(path).says("Save and finish later").fields(path), "f-freeText", "Slept well until", "f-when_day", "31", "f-when_month", "Mrch")
	v.follow(v.post(path, with(sent, "act", "keep")).want(http.StatusSeeOther)).says("What you typed is kept", "Unfinished work 1").keepsQuiet("Slept well")
	list := v.get("/drafts").want(http.StatusOK).says("Daily note", "Margaret Whitlock", "born March 1941").keepsQuiet("Slept well")
	again := v.get(path).says("You have begun this before and not finished it")
	links := draftLinks(list)
	if len(links) != 1 || len(draftLinks(again)) != 1 || draftLinks(again)[0] != links[0] {
		t.Fatalf("links to the draft: %v, %v", links, draftLinks(again))
	}
	v.post(path, with(v.get(path).fields(path), "act", "save")).want(http.StatusUnprocessableEntity).says("Unfinished work 1").keepsQuiet("Draft saved") // nothing was typed
	other := w.as(t, "senior")
	other.get("/drafts").says("There is nothing unfinished").keepsQuiet("Unfinished work 1")
	other.follow(other.get(links[0]).want(http.StatusSeeOther)).says("not there any more").keepsQuiet("Slept well")

	opened := v.get(links[0]).want(http.StatusOK).says("You typed this on", "It is not in the record yet", "Slept well until").keepsQuiet("There is a problem")
	fields := opened.fields(path)
	if fields.Get("f-when_month") != "Mrch" || fields.Get("record") != sent.Get("record") || fields.Get("contribution") != sent.Get("contribution") {
		t.Errorf("come back to with %v", fields)
	}
	refused := v.post(path, with(fields, "f-freeText", "Slept well until six.", "act", "save")).want(http.StatusUnprocessableEntity).says("There is a problem", "Draft saved at")
	if got := v.get(links[0]).fields(path).Get("f-freeText"); got != "Slept well until six." {
		t.Errorf("after a refusal the draft says %q", got)
	}
	saved := v.post(path, with(refused.fields(path), "f-when_day", "16", "f-when_month", "3", "f-when_year", "2026", "act", "save")).want(http.StatusSeeOther)
	v.follow(saved).says("Saved: Daily note", "Slept well until six.").keepsQuiet("Unfinished work")
	v.get("/drafts").says("There is nothing unfinished")
	late := v.post(path, with(fields, "act", "autosave")).want(http.StatusGone)
	if !strings.Contains(string(late.body), `"gone":true`) {
		t.Errorf("a late sending is answered %s", late.body)
	}
	v.follow(v.get(links[0]).want(http.StatusSeeOther)).says("saved or deleted")
}

// TestTwoWindows: what is typed in two windows is laid side by side and never merged; late sendings of one window are no conflict.
func TestTwoWindows(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/new/daily-note"
	first := with(v.get(path).fields(path), "act", "autosave", "f-freeText", "tea", "tick", "1")
	if reply := v.post(path, first).want(http.StatusOK); string(reply.body) != `{"revision":1,"kept":"08:00"}` {
		t.Errorf("kept: %s", reply.body)
	}
	// The window's next sending does not know of the first one's answer.
	if reply := v.post(path, with(first, "f-freeText", "tea and toast", "tick", "3")).want(http.StatusOK); !strings.Contains(string(reply.body), `"revision":2`) {
		t.Errorf("kept: %s", reply.body)
	}
	v.post(path, with(first, "f-freeText", "tea and", "tick", "2")).want(http.StatusOK) // overtaken on the way
	link := draftLinks(v.get("/drafts"))[0]
	second := v.get(link).fields(path)
	if got := second.Get("f-freeText"); got != "tea and toast" {
		t.Errorf("the draft says %q", got)
	}
	conflict := v.post(path, with(first, "f-freeText", "coffee", "tick", "4", "draft", "1")) // the same window still
	conflict.want(http.StatusOK)
	reply := v.post(path, with(second, "f-freeText", "soup", "act", "autosave")).want(http.StatusConflict)
	if !strings.Contains(string(reply.body), `"conflict":true`) || strings.Contains(string(reply.body), "coffee") {
		t.Errorf("another window: %s", reply.body)
	}
	both := v.post(path, with(second, "f-freeText", "soup", "act", "keep")).want(http.StatusConflict).says("You typed in two windows", "coffee", "soup", "Nothing of either is lost")
	mine := v.post(path, with(both.fields(path), "act", "show")).want(http.StatusOK).says("Draft saved at")
	if got := mine.fields(path).Get("f-freeText"); got != "soup" {
		t.Errorf("gone on with %q", got)
	}
	if got := v.get(link).fields(path).Get("f-freeText"); got != "soup" {
		t.Errorf("the draft says %q", got)
	}
}

// TestDeletingADraftAsks, and a change that was begun is gone on with rather than typed twice.
func TestDeletingADraftAsks(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	v := w.as(t, "senior")
	path := "/people/" + w.Person.String() + "/records/" + f.note.String()
	sent := with(v.get(path+"/change?how=correct").fields(path+"/change"), "f-freeText", "It was the knee", "reason", "looked again", "act", "keep")
	v.post(path+"/change", sent).want(http.StatusSeeOther)
	v.get("/drafts").says("Daily note: a change")
	resumed := v.get(path+"/change?how=modify").want(http.StatusOK).says("Correct a mistake", "You typed this on")
	if got := resumed.fields(path + "/change"); got.Get("f-freeText") != "It was the knee" || got.Get("reason") != "looked again" || got.Get("how") != "correct" {
		t.Errorf("gone on with %v", got)
	}
	var ask string
	each(resumed.doc, func(n *html.Node) {
		if strings.HasPrefix(attr(n, "href"), "/drafts/delete") {
			ask = attr(n, "href")
		}
	})
	really := v.get(ask).want(http.StatusOK).says("Delete this draft?", "cannot be brought back", "Daily note: a change")
	w.as(t, "carer").get(ask).want(http.StatusNotFound)
	v.follow(v.post("/drafts/delete", really.fields("/drafts/delete")).want(http.StatusSeeOther)).says("The draft is deleted", "nothing unfinished")
	v.get(path + "/change?how=modify").want(http.StatusOK).says("Things have changed").keepsQuiet("You typed this")
	v.get("/drafts/delete?stream=x").want(http.StatusNotFound)
}

// TestDraftsOfWhatIsNotHereYet: a person who is being registered, and an entry of the directory.
func TestDraftsOfWhatIsNotHereYet(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "manager")
	for path, words := range map[string]string{"/people/new": "Registering a new person", "/directory/new/gp-practice": "GP practice"} {
		field := "f-name"
		if path == "/people/new" {
			field = "f-personName-personFirstName"
		}
		sent := with(v.get(path).fields(path), field, "Harbour", "act", "keep")
		v.follow(v.post(path, sent).want(http.StatusSeeOther)).says("Your unfinished work", words)
		link := draftLinks(v.get("/drafts"))[0] // what was kept last comes first
		if got := v.get(link).says("You typed this on").fields(path); got.Get(field) != "Harbour" || got.Get("record") != sent.Get("record") {
			t.Errorf("%s: come back to with %v", path, got)
		}
	}
	for _, link := range draftLinks(v.get("/drafts")) {
		if path, _, _ := strings.Cut(link, "?"); path != "/people/new" {
			v.post(path, with(v.get(link).fields(path), "f-gpPracticeIdentifier", "Z99001", "act", "save")).want(http.StatusSeeOther)
		}
	}
	v.get("/drafts").says("Registering").keepsQuiet("The directory")
}
