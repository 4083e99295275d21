package demo

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/api"
	"rosemary/care/plain"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/web"
	"rosemary/web/assets"
	"rosemary/web/form"
)

// told is an installation in which the story goes on from where it was left.
type told struct {
	*player
	in    *built
	t     *testing.T
	rest  []contribution
	doors *httptest.Server
}

// toldUntil tells the story until a time, by sessions, and opens the doors: the API and the pages.
func toldUntil(t *testing.T, until, end time.Time) *told {
	t.Helper()
	clock := NewClock()
	in, err := installation.Open(t.Context(), installation.Options{Dir: t.TempDir(), Now: clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	o := Options{Guard: in.Guard, Catalogue: in.Catalogue, Clock: clock, Seed: 1, Today: present(time.Time{}, in.Zone), Password: testPassword}
	staff, err := readStaff(in.Zone)
	if err != nil {
		t.Fatal(err)
	}
	all, err := everything(o, in.Zone)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(c contribution) bool { return !c.at.Before(end) })
	out := &told{in: &built{Installation: in, clock: clock, t: t}, t: t, player: &player{
		Options: o, register: register{seed: o.Seed, names: map[string]*known{}}, staff: map[string]accountText{}, sessions: map[string]*access.Session{}, sent: map[uuid.UUID]int{},
	}}
	for _, a := range staff {
		out.staff[a.Account] = a
	}
	if err := out.declare(all); err != nil {
		t.Fatal(err)
	}
	for _, k := range out.names {
		k.later = len(all) // what a record says is kept to the end: it may be changed by pages
	}
	n := slices.IndexFunc(all, func(c contribution) bool { return !c.at.Before(until) })
	if err := out.play(t.Context(), all[:n]); err != nil {
		t.Fatal(err)
	}
	out.rest = all[n:]
	out.open()
	return out
}

// open opens the doors.
func (w *told) open() {
	w.t.Helper()
	files, err := assets.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	in := w.in
	pages, err := web.New(web.Config{Guard: in.Guard, System: in.Identity.System, Keys: in.Identity.Keys, Catalogue: in.Catalogue, Assets: files, Sessions: in.Accounts.Cookies(in.Now, web.AccountOf),
		Now: in.Now, Zone: in.Zone, Log: in.Logger})
	if err != nil {
		w.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(api.Config{Guard: in.Guard, Exchange: in.Exchange, Catalogue: in.Catalogue, System: in.Identity.System, Keys: in.Identity.Keys, Zone: in.Zone, Now: in.Now, Log: in.Logger}))
	mux.Handle("/", pages)
	w.doors = httptest.NewServer(mux)
	w.t.Cleanup(w.doors.Close)
}

// sendByAPI sends a contribution as JSON, with a token of its author.
func (w *told) sendByAPI(c contribution) {
	w.t.Helper()
	w.Clock.Set(c.at)
	if _, err := w.session(w.t.Context(), c.by); err != nil {
		w.t.Fatal(err)
	}
	p, err := w.proposal(c)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range c.files {
		w.ask(c.by, "/api/people/"+p.Stream.String()+"/attachments", file.mediaType, string(file.content))
	}
	type change struct {
		Type                record.ChangeType `json:"type"`
		Record              uuid.UUID         `json:"record"`
		Expected            int               `json:"expected,omitzero"`
		Class               string            `json:"class,omitzero"`
		Status              record.Status     `json:"status,omitzero"`
		Sensitivity         string            `json:"sensitivity,omitzero"`
		InformationProvider string            `json:"informationProvider,omitzero"`
		Description         string            `json:"description,omitzero"`
		Content             jsontext.Value    `json:"content"`
	}
	body := struct {
		ID          uuid.UUID `json:"id"`
		Description string    `json:"description"`
		Changes     []change  `json:"changes"`
	}{ID: p.ID, Description: p.Description}
	for _, ch := range p.Changes {
		one := change{Type: ch.Type, Record: ch.Record, Expected: ch.Expected, Sensitivity: ch.Sensitivity, InformationProvider: ch.InformationProvider, Description: cmp.Or(ch.Description, c.why), Content: ch.Content}
		if ch.Type == record.Create {
			one.Class, one.Description, one.Expected = ch.Class, ch.Description, 0
		}
		body.Changes = append(body.Changes, one)
	}
	w.ask(c.by, "/api/people/"+p.Stream.String()+"/contributions", "application/json", quoted(body))
}

// ask posts to the API as somebody.
func (w *told) ask(account, path, mediaType, body string) {
	w.t.Helper()
	token, err := w.Guard.NewToken(w.t.Context(), account, "test", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.doors.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", mediaType)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	said, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode/100 != 2 {
		w.t.Fatalf("%s: %d %s %v", path, reply.StatusCode, said, err)
	}
}

// touchThrough records one change by touching pages.
func (w *told) touchThrough(h *hand, c contribution, ch change) {
	w.t.Helper()
	k, ok := w.find(c.person, ch.name)
	if !ok {
		w.t.Fatalf("there is no record %s", ch.name)
	}
	class, _ := w.Catalogue.Class(k.class)
	proposed, err := w.proposed(c.person, ch, k, class)
	if err != nil {
		w.t.Fatal(err)
	}
	content, problems := class.Decode(proposed.Content, standard.DecodeOptions{AllowIncomplete: true})
	if len(problems) > 0 {
		w.t.Fatalf("%s: %v", ch.name, problems)
	}
	person, _ := w.find("", c.person)
	step := w.wayOf("/people/"+person.uid.String(), ch, k, content)
	if ch.InformationProvider != "" {
		step.want.Set("provider", ch.InformationProvider)
	}
	if ch.Sensitivity != "" {
		step.want.Set("sensitivity", ch.Sensitivity)
	}
	before := *h
	h.goes(c.by, step.path)
	uid := h.field(step.field)
	w.chooses(h, c, step.want)
	for _, missing := range h.fills(step.want) {
		w.t.Errorf("%s: the page %s has no place for %s", ch.name, step.path, missing)
	}
	h.presses(step.button)
	words := h.Words()
	if browser := h.field("contribution"); browser != "" && strings.Contains(words, "There is a problem") {
		w.t.Errorf("%s at %s: %s", ch.name, step.path, words)
	}
	if ch.kind == record.Create {
		if k.uid, err = uuid.Parse(uid); err != nil {
			w.t.Fatalf("%s: the page %s names no record: %s", ch.name, step.path, words)
		}
	}
	w.t.Logf("%s: %d pages, %d touches, %d characters, %d bytes", ch.name, h.pages-before.pages, h.touches-before.touches, h.keys-before.keys, h.bytes-before.bytes)
}

// chooses chooses the files of a contribution where the form asks for them; what the device says of a file itself is not typed.
func (w *told) chooses(h *hand, c contribution, want url.Values) {
	w.t.Helper()
	for name := range want {
		list, of, found := strings.Cut(name, "-0-contentHash")
		if !found || of != "" || len(c.files) == 0 {
			continue
		}
		file := filepath.Join(w.t.TempDir(), want.Get(list+"-0-fileName"))
		if err := os.WriteFile(file, c.files[0].content, 0o600); err != nil {
			w.t.Fatal(err)
		}
		for _, known := range []string{"contentHash", "mediaType", "size", "fileName"} {
			want.Del(list + "-0-" + known)
		}
		h.Do(chromedp.SetUploadFiles(chromedp.CSS("input[name='"+list+"-0_file']"), []string{file}))
		if strings.HasSuffix(file, ".png") {
			h.Until("the photograph is as small as it can be", "!!document.querySelector(\"input[name='"+list+"-0_file']\").dataset.madeSmaller")
		}
		h.touches += 2
	}
}

// way is how one record is recorded on a page.
type way struct {
	path   string
	want   url.Values
	field  string // that carries the record's id
	button string
}

// said is the text of an answer of a content: a code, words, a number, a uid.
func saidOf(content *standard.Content, id string) string {
	values := content.Get(id)
	if len(values) == 0 {
		return ""
	}
	switch v := values[0].(type) {
	case standard.Coded:
		return v.Code
	case standard.Reference:
		return v.UID.String()
	case standard.Quantity:
		return v.Number.String()
	case standard.Boolean:
		return map[bool]string{true: "yes", false: "no"}[bool(v)]
	case standard.Text:
		return string(v)
	case standard.Number:
		return v.String()
	case standard.Date:
		return string(v)
	case standard.Time:
		return string(v)
	case standard.DateTime:
		return string(v)
	}
	return ""
}

// wayOf finds the page on which somebody who gives care records this, and what they fill in there.
func (w *told) wayOf(base string, ch change, k *known, content *standard.Content) way {
	s := way{want: url.Values{}, field: "record", button: "#form button.nhsuk-button[value=save]"}
	put := func(field, id string) {
		if v := saidOf(content, id); v != "" {
			s.want.Set(field, v)
		}
	}
	at := func(id string) string { return strings.SplitN(saidOf(content, id), "+", 2)[0] }
	when := func(text string) { // on the clock of the home, which is Greenwich's in March
		t, err := time.Parse("2006-01-02T15:04", text[:16])
		if err != nil {
			w.t.Fatal(err)
		}
		s.want.Set("when_day", strconv.Itoa(t.Day()))
		s.want.Set("when_month", strconv.Itoa(int(t.Month())))
		s.want.Set("when_year", strconv.Itoa(t.Year()))
		s.want.Set("when_time", t.Format("15:04"))
	}
	activity, due := saidOf(content, "recordedActivity"), at("dueAt")
	switch {
	case ch.kind != record.Create && k.class == "dose-event":
		s.path, s.button = base+"/medicines/effect/"+k.uid.String(), "#form button.nhsuk-button"
		put("effect", "effect")
		put("score", "scoreAfter")
		when(at("effectAskedAt"))
	case ch.kind != record.Create:
		s.path = base + "/records/" + k.uid.String() + "/change?how=" + string(ch.kind)
		s.want = form.Fill(content, form.Content, w.in.Zone)
		if ch.Why != "" {
			s.want.Set("reason", ch.Why)
		}
	case k.class == "action" && due != "":
		s.path = base + "/due/" + activity + "@" + due[:16]
		for field, id := range map[string]string{"outcome": "outcome", "minutes_figures": "minutesTaken", "support": "supportGiven", "mood": "mood", "note": "freeText", "whynot": "reasonNotDone", "where": "location"} {
			put(field, id)
		}
		when(saidOf(content, "date") + "T" + saidOf(content, "time"))
	case k.class == "action" && saidOf(content, "unplanned") == "yes":
		s.path = base + "/care-now"
		for field, id := range map[string]string{"other": "description", "outcome": "outcome", "minutes_figures": "minutesTaken", "support": "supportGiven", "mood": "mood", "note": "freeText", "whynot": "reasonNotDone", "where": "location"} {
			put(field, id)
		}
		when(saidOf(content, "date") + "T" + saidOf(content, "time"))
	case k.class == "care-check" && due != "":
		s.path, s.field = base+"/due/"+activity+"@"+due[:16], "second_record"
		s.want.Set("outcome", "done")
		put("note", "found")
		put("where", "location")
		for _, id := range []string{"sleep", "skin", "skinSite", "skinSide"} {
			put("g-"+id, id)
		}
		when(at("when"))
	case k.class == "intake":
		s.path = base + map[bool]string{true: "/drink", false: "/food"}[saidOf(content, "kind") == "drink"]
		when(at("when"))
		for field, id := range map[string]string{"meal": "meal", "note": "note", "where": "location", "drinklevel": "drinkLevel", "foodlevel": "foodLevel", "other": "what", "ml": "amountOffered", "drunk": "amountTaken"} {
			put(field, id)
		}
		s.button = "#form button[name=taken][value=figures]"
		if part := saidOf(content, "partEaten"); part != "" {
			s.button = "#form button[name=part][value='" + part + "']"
		}
	case k.class == "dose-event":
		s.path, s.button = base+"/medicines/give/"+saidOf(content, "medicineOrder"), "#form button.nhsuk-button"
		if due != "" {
			s.path += "@" + due[:16]
		}
		for field, id := range map[string]string{"outcome": "outcome", "amount": "dose", "site": "site", "side": "side", "support": "supportGiven", "needed": "reasonNeeded", "score": "scoreBefore", "note": "freeText"} {
			put(field, id)
		}
		when(at("when"))
	default:
		s.path = base + "/new/" + k.class
		s.want = form.Fill(content, form.Content, w.in.Zone)
	}
	return s
}

// TestTwoDaysOfTheStoryByTouchingPages: everything that is recorded on 18 March, in the night after it and on 21 March, by its own author, by touching the pages of a phone in a
// real browser; the record says the same as when the same days are told through the API: contents, kinds, times, links, authors.
func TestTwoDaysOfTheStoryByTouchingPages(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 0, 0, 0, 0, time.UTC) }
	byAPI, byPages := toldUntil(t, day(18), day(22)), toldUntil(t, day(18), day(22))
	for _, c := range byAPI.rest {
		if c.person == storyPerson {
			byAPI.sendByAPI(c)
		}
	}
	h, second := openHand(t, byPages.doors.URL), false
	for _, c := range byPages.rest {
		if c.person != storyPerson {
			continue
		}
		if !second && !c.at.Before(day(20)) { // another day, another telephone
			h, second = h.another(byPages.doors.URL), true
		}
		byPages.Clock.Set(c.at)
		if _, err := byPages.session(t.Context(), c.by); err != nil {
			t.Fatal(err)
		}
		for _, ch := range c.changes {
			byPages.touchThrough(h, c, ch)
		}
	}
	t.Logf("together: %d pages, %d touches, %d characters, %d bytes", h.pages, h.touches, h.keys, h.bytes)
	want, got := byAPI.says(day(18)), byPages.says(day(18))
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s\n  by pages only: %s\n  by API only:   %s", name, only(got[name], want[name]), only(want[name], got[name]))
		}
	}
	for name, said := range got {
		if want[name] == "" {
			t.Errorf("only by pages: %s %s", name, said)
		}
	}
}

// only is what one text says and another does not.
func only(one, other string) string {
	there := strings.Split(other, `,"`)
	return strings.Join(slices.DeleteFunc(strings.Split(one, `,"`), func(part string) bool { return slices.Contains(there, part) }), ` ... `)
}

// says writes every version that was made since a time, with the names of the story instead of ids. What Rosemary worked out from what was told has none: it is called by when it was committed.
func (w *told) says(since time.Time) map[string]string {
	w.t.Helper()
	view := w.in.view("helen", time.Time{})
	person, _ := w.find("", storyPerson)
	var renamed []string
	names := map[uuid.UUID]string{}
	for name, k := range w.names {
		renamed = append(renamed, k.uid.String(), name)
		names[k.uid] = name
	}
	named := strings.NewReplacer(renamed...)
	out := map[string]string{}
	for _, current := range w.in.records(view, person.uid, record.All) {
		versions, err := view.Versions(w.t.Context(), person.uid, current.Record)
		if err != nil {
			w.t.Fatal(err)
		}
		log, err := view.ChangeLog(w.t.Context(), person.uid, current.Record)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, v := range versions {
			i := slices.IndexFunc(log, func(e access.LogEntry) bool { return e.Change.Version.Number == v.Number })
			if i < 0 || v.Committed.Before(since) {
				continue
			}
			by := log[i].Contribution.Committer
			content := jsontext.Value(slices.Clone(v.Content))
			if err := content.Format(jsontext.ReorderRawObjects(true)); err != nil {
				w.t.Fatal(err)
			}
			content = ofDevice.ReplaceAll(content, nil)
			said := fmt.Sprintf("%s %s %s %s, by %s (%s), told by %q, at %s: %s", log[i].Change.Type, v.Class, v.Status, v.Sensitivity, v.Author, by.Account, v.InformationProvider,
				v.Committed.Format(instantForm), instants.ReplaceAllStringFunc(string(content), sameInstant))
			out[cmp.Or(names[v.Record], v.Class+" worked out at "+v.Committed.Format(instantForm))+" "+strconv.Itoa(v.Number)] = named.Replace(said)
		}
	}
	return out
}

// instants are written with seconds or without, in Greenwich's hour or with its offset: they are the same.
var instants = regexp.MustCompile(`"20\d\d-\d\d-\d\dT[^"]+"`)

// ofDevice is what a device that makes a photograph smaller changes about it.
var ofDevice = regexp.MustCompile(`"contentHash":"[0-9a-f]+",|"size":\d+,?`)

func sameInstant(text string) string {
	t, ok := plain.ParseInstant(strings.Trim(text, `"`))
	if !ok {
		return text
	}
	return quoted(t.UTC())
}
