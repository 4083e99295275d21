package access_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// TestAnotherHomesPersonDoesNotExist: who is not connected with a person learns nothing, by no way in, and each attempt is logged.
func TestAnotherHomesPersonDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "slept well", "")).wantDone()
	receipt := w.as("carer").commit(w.note("Okafor", "ate well", "")).wantDone().receipt

	w.as("carer").seesPerson("Okafor").wantShown("Okafor", "Rose House", "Room 7").wantLogged("person done")
	w.as("carer").reads("Okafor", "slept well").wantShown("slept well").wantLogged("record done")
	for _, stranger := range []string{"elm-carer", "elm-manager", "admin"} {
		a, ctx, stream, rec := w.as(stranger), t.Context(), w.people["Okafor"], w.records["slept well"]
		nobody := uuid.Must(uuid.NewV7())
		for what, try := range map[string]func(stream, rec uuid.UUID) error{
			"person": func(s, _ uuid.UUID) error { _, err := a.view().Person(ctx, s); return err },
			"records": func(s, _ uuid.UUID) error {
				_, _, err := a.view().Records(ctx, access.RecordsQuery{Stream: s})
				return err
			},
			"record":   func(s, r uuid.UUID) error { _, err := a.view().Record(ctx, s, r); return err },
			"versions": func(s, r uuid.UUID) error { _, err := a.view().Versions(ctx, s, r); return err },
			"changes":  func(s, r uuid.UUID) error { _, err := a.view().ChangeLog(ctx, s, r); return err },
			"counts":   func(s, _ uuid.UUID) error { _, err := a.view().Counts(ctx, s); return err },
			"safety":   func(s, _ uuid.UUID) error { _, err := a.view().Safety(ctx, s); return err },
			"names":    func(s, r uuid.UUID) error { _, err := a.view().Names(ctx, s, []uuid.UUID{r}); return err },
			"log":      func(s, _ uuid.UUID) error { _, err := a.session.AccessLog(ctx, s, 0, 0); return err },
			"export": func(s, _ uuid.UUID) error {
				return a.session.Export(ctx, s, 0, access.Export{Contribution: func(*record.Sealed) error { t.Error("exported"); return nil }})
			},
			"attest": func(s, r uuid.UUID) error { _, err := a.session.Attest(ctx, s, r, 1, "read", password); return err },
			"commit": func(s, _ uuid.UUID) error {
				p := w.note("Okafor", "x", "")
				p.Stream = s
				_, err := a.session.Commit(ctx, p)
				return err
			},
		} {
			there := try(stream, rec)
			s := a.did(what, there, nil).wantDenied()
			if len(s.entries) != 1 || s.entries[0].Outcome != access.Refused || s.entries[0].Stream != stream {
				t.Errorf("%s, %s: the trail holds %+v", stranger, what, s.entries)
			}
			nowhere := try(nobody, rec)
			a.did(what, nowhere, nil)
			if !reflect.DeepEqual(nowhere, there) {
				t.Errorf("%s, %s: a person who may not be seen gives %v, one who does not exist %v", stranger, what, there, nowhere)
			}
		}
		_, err := a.session.Contribution(ctx, receipt.Contribution)
		a.did("fetches a contribution", err, nil).wantDenied()
		if a.session.MayRecord(ctx, stream) {
			t.Errorf("%s may record", stranger)
		}
	}
	w.as("elm-carer").lists(access.PeopleQuery{}).wantShown().wantLogged("people done")
	w.as("admin").lists(access.PeopleQuery{}).wantForbidden().wantLogged("people refused")
}

// TestSensitivity: each role reads up to its limit, by every way in, and any worker can raise a concern that they cannot read back.
func TestSensitivity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	for _, s := range []string{"normal", "sensitive", "confidential"} {
		w.as("carer").commit(w.note("Okafor", s+" note", s)).wantDone()
	}
	stream := w.people["Okafor"]
	for account, sees := range map[string][]string{
		"carer": {"normal note"}, "senior": {"normal note", "sensitive note"}, "nurse": {"normal note", "sensitive note"},
		"manager":   {"confidential note", "normal note", "sensitive note"},
		"inspector": {"confidential note", "normal note", "sensitive note"},
	} {
		a := w.as(account)
		a.records(a.view(), access.RecordsQuery{Stream: stream, Classes: []string{"note"}}).wantShown(sees...).wantLogged("records done")
		counts := must[map[string]int](t)(a.view().Counts(t.Context(), stream))
		if counts["note"] != len(sees) {
			t.Errorf("%s counts %d notes, want %d", account, counts["note"], len(sees))
		}
		a.did("counts", nil, nil).wantLogged("counts done")
		for _, s := range []string{"normal note", "sensitive note", "confidential note"} {
			if slices.Contains(sees, s) {
				a.reads("Okafor", s).wantShown(s).wantLogged("record done")
			} else {
				a.reads("Okafor", s).wantDenied().wantLogged("record refused")
			}
		}
		uids := []uuid.UUID{w.records["normal note"], w.records["sensitive note"], w.records["confidential note"]}
		if names := must[map[uuid.UUID]string](t)(a.view().Names(t.Context(), stream, uids)); len(names) != len(sees) {
			t.Errorf("%s is told %d titles, want %d", account, len(names), len(sees))
		}
		a.did("asks for names", nil, nil).wantLogged("names done")
	}
	// A change needs the right to read: what cannot be read is, for the writer, not there.
	p := &record.Proposal{Stream: stream, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Modify, Record: w.records["confidential note"], Expected: 1, Content: []byte(`{"words":"x"}`),
	}}}
	hidden := w.as("carer").commit(p).want(standard.Invalid)
	p.Changes[0].Record = uuid.Must(uuid.NewV7())
	absent := w.as("carer").commit(p).want(standard.Invalid)
	if a, b := ruleOf(hidden.err), ruleOf(absent.err); a != b || a != "unknown-record" {
		t.Errorf("a hidden record gives %q, an absent one %q", a, b)
	}
	// What becomes confidential is so from its first version on, in the past too.
	before := must[*access.View](t)(w.as("carer").session.View(t.Context(), access.At{})).Moment()
	w.as("manager").commit(&record.Proposal{Stream: stream, Changes: []record.ProposedChange{{
		Type: record.Modify, Record: w.records["normal note"], Expected: 1, Sensitivity: "confidential", Content: []byte(`{"words":"normal note"}`),
	}}}).wantDone()
	a := w.as("carer")
	past := a.viewAt(access.At{Moment: before})
	if !past.Past() {
		t.Error("an earlier moment is not the past")
	}
	a.records(past, access.RecordsQuery{Stream: stream, Classes: []string{"note"}, Which: record.All}).wantShown()
	_, err := past.Record(t.Context(), stream, w.records["normal note"])
	a.did("reads the past", err, nil).wantDenied().wantLogged("record refused")
	if stale := w.as("carer").commit(&record.Proposal{Stream: stream, Changes: []record.ProposedChange{{
		Type: record.Modify, Record: w.records["normal note"], Expected: 1, Content: []byte(`{"words":"x"}`),
	}}}).want(standard.Invalid); ruleOf(stale.err) != "unknown-record" {
		t.Errorf("a change on a version seen before: %v", stale.err)
	}
}

func messageOf(err error) string {
	if f, ok := asFault(err); ok && len(f.Problems) > 0 {
		return f.Problems[0].Message
	}
	return ""
}

func ruleOf(err error) string {
	if f, ok := asFault(err); ok && len(f.Problems) > 0 {
		return f.Problems[0].Rule
	}
	return ""
}

// TestExcludedViewer: somebody whom a record names never sees it and is not told, whatever the role; the safety banner still shows it.
func TestExcludedViewer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	receipt := w.as("carer").commit(w.note("Okafor", "concern", "confidential", "manager")).wantDone().receipt
	w.as("carer").commit(w.write("allergy", "allergen", "Okafor", "latex", "confidential", "manager", "carer")).wantDone()
	w.as("carer").commit(w.note("Okafor", "ate well", "")).wantDone()
	ctx, stream, rec := t.Context(), w.people["Okafor"], w.records["concern"]
	w.as("inspector").reads("Okafor", "concern").wantShown("concern").wantLogged("record done")

	m := w.as("manager")
	m.records(m.view(), access.RecordsQuery{Stream: stream, Category: "notes"}).wantShown("ate well")
	m.reads("Okafor", "concern").wantDenied().wantLogged("record refused")
	_, err := m.view().Versions(ctx, stream, rec)
	m.did("asks for versions", err, nil).wantDenied().wantLogged("versions refused")
	_, err = m.view().ChangeLog(ctx, stream, rec)
	m.did("asks for changes", err, nil).wantDenied().wantLogged("change-log refused")
	_, err = m.session.Contribution(ctx, receipt.Contribution)
	m.did("fetches the contribution", err, nil).wantDenied().wantLogged("contribution refused")
	if counts := must[map[string]int](t)(m.view().Counts(ctx, stream)); counts["note"] != 1 {
		t.Errorf("the manager counts %d notes, want 1", counts["note"])
	}
	err = m.session.Export(ctx, stream, 0, access.Export{Contribution: func(*record.Sealed) error { t.Error("exported"); return nil }})
	m.did("exports", err, nil).wantForbidden()
	for _, e := range must[[]access.Entry](t)(m.session.AccessLog(ctx, stream, 0, 100)) {
		if e.Record == rec || (e.Action == "records" && e.Count > 0) {
			t.Errorf("the manager is told of %+v", e)
		}
	}
	found := false
	for _, e := range must[[]access.Entry](t)(w.as("inspector").session.AccessLog(ctx, stream, 0, 100)) {
		found = found || e.Record == rec
	}
	if !found {
		t.Error("the inspector is not told who read the concern")
	}
	for _, account := range []string{"manager", "carer"} {
		a := w.as(account)
		banner := must[[]*record.Version](t)(a.view().Safety(ctx, stream))
		if titles := a.titles(banner...); !slices.Contains(titles, "latex") {
			t.Errorf("the banner shows %s %q: an allergy is missing", account, titles)
		}
	}
}

// TestWhoMayWrite: reading is not writing; a worker named as looking after a person is connected with them.
func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("inspector").seesPerson("Okafor").wantDone()
	w.as("inspector").commit(w.note("Okafor", "inspected", "")).wantForbidden().wantLogged("commit refused")
	w.as("inspector").commit(w.register("Newman", "Rose House")).wantForbidden()
	w.as("carer").commit(w.register("Newman", "Rose House")).wantForbidden()
	w.as("admin").commit(w.register("Newman", "Rose House")).wantForbidden()
	w.as("admin").commit(w.note("Okafor", "x", "")).wantDenied()
	p := &record.Proposal{Stream: w.places["Elm House"], Changes: []record.ProposedChange{
		{Type: record.Modify, Record: w.places["Elm House"], Expected: 1, Content: []byte(`{"name":"Elm Lodge"}`)},
	}}
	w.as("carer").commit(p).wantForbidden()
	w.as("inspector").commit(p).wantForbidden()
	w.as("manager").commit(p).wantDone()

	w.as("elm-carer").seesPerson("Okafor").wantDenied()
	w.as("senior").commit(&record.Proposal{Stream: w.people["Okafor"], Changes: []record.ProposedChange{{
		Type: record.Create, Class: "looked-after-by", Content: fmt.Appendf(nil, `{"worker":{"ref":%q},"until":"2026-03-20"}`, w.workers["elm-carer"]),
	}}}).wantDone()
	w.as("elm-carer").seesPerson("Okafor").wantDone()
	w.as("elm-carer").commit(w.note("Okafor", "visited", "")).wantDone()
	w.now = w.now.AddDate(0, 0, 7)
	w.as("elm-carer").seesPerson("Okafor").wantDenied()
	w.as("elm-carer").commit(w.note("Okafor", "visited late", "")).wantDenied()
}

// TestAfterSomebodyLeft: who cared for them today may not, who answers for the home may.
func TestAfterSomebodyLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.register("Okafor", "Rose House")
	p.Changes[1].Content = fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-01-05","until":"2026-03-15"}`, w.places["Rose House"])
	w.as("manager").commit(p).want(standard.Invalid) // a placement that has ended places nobody
	p.Changes[1].Content = fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-01-05","until":"2026-03-17"}`, w.places["Rose House"])
	w.as("manager").commit(p).wantDone()
	w.as("carer").seesPerson("Okafor").wantDone()
	w.now = w.now.AddDate(0, 0, 2)
	w.as("carer").seesPerson("Okafor").wantDenied()
	w.as("carer").lists(access.PeopleQuery{Left: true}).wantShown()
	w.as("senior").seesPerson("Okafor").wantDone()
	w.as("senior").lists(access.PeopleQuery{Left: true}).wantShown("Okafor")
	w.as("senior").commit(w.note("Okafor", "late", "")).wantForbidden()
	w.as("manager").commit(w.note("Okafor", "late", "")).wantDone()
}

// TestRegister: a person is registered where the registrar could see them, once in the provider.
func TestRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nowhere := w.as("senior").commit(w.register("Nowhere", "")).want(standard.Invalid)
	if ruleOf(nowhere.err) != "not-placed" || !strings.Contains(messageOf(nowhere.err), "add a placement") {
		t.Errorf("a person without a home: %v", nowhere.err)
	}
	if rule := ruleOf(w.as("senior").commit(w.register("Elsewhere", "Elm House")).want(standard.Invalid).err); rule != "not-placed" {
		t.Errorf("a person of another home: %s", rule)
	}
	byName := w.register("Named", "", record.ProposedChange{Type: record.Create, Class: "looked-after-by", Content: fmt.Appendf(nil, `{"worker":{"ref":%q}}`, w.workers["nurse"])})
	w.as("senior").commit(byName).want(standard.Invalid)
	w.as("nurse").commit(byName).wantDone()
	w.as("nurse").seesPerson("Named").wantDone()
	w.as("senior").seesPerson("Named").wantDenied()

	first := w.register("Okafor", "Rose House")
	first.ID = uuid.Must(uuid.NewV7())
	first.Changes[0].Content = []byte(`{"family":"Okafor","nhsNumber":"9990000018"}`)
	receipt := w.as("senior").commit(first).wantDone().receipt
	if again := w.as("senior").commit(first).wantDone().receipt; !again.Repeated || again.Hash != receipt.Hash {
		t.Error("the same registration again does not get the first answer")
	}
	twin := w.register("Okafor again", "Elm House")
	twin.Changes[0].Content = []byte(`{"family":"Okafor","nhsNumber":"9990000018"}`)
	held := w.as("elm-manager").commit(twin).want(standard.Invalid)
	if text := messageOf(held.err); !strings.Contains(text, "manager") || strings.Contains(text, "Rose") {
		t.Errorf("an NHS number that is held already: %v", held.err)
	}
}

// TestRestrictedAddress: where the person lives is hidden from all but the manager, in every place where it stands.
func TestRestrictedAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.register("Hidden", "Rose House")
	p.Changes[0].Content = []byte(`{"family":"Hidden","restricted":true}`)
	p.Changes[1].Record = uuid.Must(uuid.NewV7())
	w.as("manager").commit(p).wantDone()
	w.as("manager").commit(w.register("Open", "Rose House")).wantDone()
	stream := w.people["Hidden"]
	w.as("manager").seesPerson("Hidden").wantShown("Hidden", "Rose House", "Room 7")
	w.as("carer").seesPerson("Hidden").wantShown("Hidden", "", "")
	w.as("carer").lists(access.PeopleQuery{}).wantShown("Hidden", "Open Rose House Room 7")
	w.as("carer").lists(access.PeopleQuery{Place: w.places["Elm House"]}).wantShown("Hidden")
	w.as("manager").lists(access.PeopleQuery{Place: w.places["Elm House"]}).wantShown()
	for account, sees := range map[string]int{"carer": 0, "manager": 1} {
		a := w.as(account)
		placements, _, err := a.view().Records(t.Context(), access.RecordsQuery{Stream: stream, Classes: []string{"placement"}})
		if err != nil || len(placements) != sees {
			t.Errorf("%s lists %d placements (%v), want %d", account, len(placements), err, sees)
		}
		counts := must[map[string]int](t)(a.view().Counts(t.Context(), stream))
		banner := must[[]*record.Version](t)(a.view().Safety(t.Context(), stream))
		if counts["placement"] != sees || len(banner) != 1+sees {
			t.Errorf("%s counts %d placements and has %d records in the banner", account, counts["placement"], len(banner))
		}
		a.did("looks", nil, nil).wantLogged("records done", "counts done", "safety done")
	}
	placement := p.Changes[1].Record
	w.records["Room 7"] = placement
	w.as("carer").reads("Hidden", "Room 7").wantDenied().wantLogged("record refused")
	w.as("manager").reads("Hidden", "Room 7").wantShown("Room 7")
	for account, told := range map[string]int{"carer": 1, "manager": 2} {
		names := must[map[uuid.UUID]string](t)(w.as(account).view().Names(t.Context(), stream, []uuid.UUID{stream, placement}))
		if len(names) != told {
			t.Errorf("%s is told %v", account, names)
		}
	}
	move := w.as("carer").commit(&record.Proposal{Stream: stream, Changes: []record.ProposedChange{
		{Type: record.Modify, Record: placement, Expected: 1, Content: p.Changes[1].Content},
	}}).want(standard.Invalid)
	if ruleOf(move.err) != "unknown-record" {
		t.Errorf("a change of a hidden placement: %v", move.err)
	}
	open := &record.Proposal{Stream: stream, Changes: []record.ProposedChange{
		{Type: record.Correct, Record: stream, Expected: 1, Description: "x", Content: []byte(`{"family":"Hidden","restricted":false}`)},
	}}
	w.as("senior").commit(open).wantForbidden()
	w.as("manager").commit(open).wantDone()
	a := w.as("carer")
	a.seesPerson("Hidden").wantShown("Hidden", "Rose House", "Room 7")
	_, err := a.viewAt(access.At{Time: w.now.Add(-time.Hour)}).Person(t.Context(), stream)
	a.did("looks at the time before the first moment", err, nil).wantDenied()
	// What is hidden today is hidden in the past too.
	before := a.view().Moment()
	open.Changes[0].Expected, open.Changes[0].Content = 2, []byte(`{"family":"Hidden","restricted":true}`)
	w.as("carer").commit(open).wantDone()
	past, err := a.viewAt(access.At{Moment: before}).Person(t.Context(), stream)
	a.did("looks at the past", err, []string{past.Card.Family, past.PlaceName, past.Room}).wantShown("Hidden", "", "")
}

// TestConflictShowsOnlyWhatMayBeSeen: both sides of a conflict are shown to who may read them.
func TestConflictShowsOnlyWhatMayBeSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "fell", "")).wantDone()
	change := func(words string) *record.Proposal {
		return &record.Proposal{Stream: w.people["Okafor"], Changes: []record.ProposedChange{{
			Type: record.Modify, Record: w.records["fell"], Expected: 1, Content: fmt.Appendf(nil, `{"words":%q}`, words),
		}}}
	}
	w.as("senior").commit(change("fell twice")).wantDone()
	s := w.as("carer").commit(change("did not fall")).want(standard.Conflict)
	fault, _ := asFault(s.err)
	versions, _ := fault.Detail.([]*record.Version)
	if titles := w.as("carer").titles(versions...); !slices.Equal(titles, []string{"fell twice"}) {
		t.Errorf("the conflict shows %q", titles)
	}
	s.wantLogged("record done")
	// A new record under the id of one that may not be seen: refused, and nothing of it is shown.
	w.as("manager").commit(w.note("Okafor", "secret", "confidential")).wantDone()
	again := w.note("Okafor", "mine", "")
	again.Changes[0].Record = w.records["secret"]
	s = w.as("carer").commit(again)
	if fault, ok := asFault(s.err); !ok || fault.Detail != nil || strings.Contains(fault.Error(), "secret") {
		t.Errorf("a taken id: %v", s.err)
	}
}

// TestContributionInPart: what was done to records that may not be seen is left out, and with it the header that names them.
func TestContributionInPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	both := w.note("Okafor", "ate well", "")
	both.Changes = append(both.Changes, w.note("Okafor", "secret", "confidential").Changes...)
	receipt := w.as("carer").commit(both).wantDone().receipt
	for account, sees := range map[string][]string{"carer": {"ate well"}, "inspector": {"ate well", "secret"}} {
		a := w.as(account)
		sealed := must[*record.Sealed](t)(a.session.Contribution(t.Context(), receipt.Contribution))
		whole := len(sees) == 2
		if titles := a.titles(sealed.Versions...); !slices.Equal(titles, sees) || len(sealed.Changes) != len(sees) || (len(sealed.Header) > 0) != whole {
			t.Errorf("%s sees %q of the contribution, %d changes, header %d bytes", account, titles, len(sealed.Changes), len(sealed.Header))
		}
		a.did("fetches a contribution", nil, nil).wantLogged("contribution done")
	}
	own := must[[]access.LogEntry](t)(w.as("carer").view().ChangeLog(t.Context(), w.people["Okafor"], w.records["ate well"]))
	if len(own) != 1 || len(own[0].Contribution.Changes) != 1 || own[0].Contribution.Header != nil {
		t.Errorf("the change log of one record tells of others: %+v", own)
	}
}

// TestWritingUpToALimit: where the policy says so, nobody writes a record more sensitive than they may, be it new, changed or registered.
func TestWritingUpToALimit(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, settings{policy: func(text string) string {
		var lines []string
		for line := range strings.Lines(text) {
			if strings.Contains(line, "role: nurse") && (strings.Contains(line, "action: record") || strings.Contains(line, "action: register")) {
				line = strings.Replace(line, "upto: confidential", "upto: sensitive", 1)
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "")
	}})
	p := w.register("Okafor", "Rose House")
	p.Changes[1].Sensitivity = "confidential"
	w.as("nurse").commit(p).wantForbidden()
	p.Changes[1].Sensitivity = "sensitive"
	w.as("nurse").commit(p).wantDone()
	w.as("nurse").commit(w.note("Okafor", "secret", "confidential")).wantForbidden().wantLogged("commit refused")
	w.as("nurse").commit(w.note("Okafor", "private", "sensitive")).wantDone()
	raise := &record.Proposal{Stream: w.people["Okafor"], Changes: []record.ProposedChange{{
		Type: record.Modify, Record: w.records["private"], Expected: 1, Sensitivity: "confidential", Content: []byte(`{"words":"private"}`),
	}}}
	w.as("nurse").commit(raise).wantForbidden()
	w.as("manager").commit(raise).wantDone()
}

// TestNobodyVanishes: who a person is cannot be marked as entered in error, nor the last placement, nor lose their name: nobody could find the record again.
func TestNobodyVanishes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	placed := w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone().receipt.Changes[1].Version.Record
	person := w.people["Okafor"]
	err := func(rec uuid.UUID) record.ProposedChange {
		return record.ProposedChange{Path: "/changes/0", Type: record.MarkError, Record: rec, Expected: 1, Description: "a slip"}
	}
	again := w.register("Okafor again", "Elm House").Changes[1]
	for _, account := range []string{"senior", "manager"} {
		for rec, rule := range map[uuid.UUID]string{person: "person-stays", placed: "last-placement"} {
			s := w.as(account).commit(&record.Proposal{Stream: person, Changes: []record.ProposedChange{err(rec)}}).want(standard.Invalid)
			if ruleOf(s.err) != rule {
				t.Errorf("%s: %v", account, s.err)
			}
		}
		w.as(account).seesPerson("Okafor").wantShown("Okafor", "Rose House", "Room 7")
	}
	nameless := record.ProposedChange{Path: "/changes/0", Type: record.Modify, Record: person, Expected: 1, Status: record.Incomplete, Content: []byte(`{}`)}
	if s := w.as("carer").commit(&record.Proposal{Stream: person, Changes: []record.ProposedChange{nameless}}).want(standard.Invalid); ruleOf(s.err) != "person-named" {
		t.Error(s.err)
	}
	w.as("senior").commit(&record.Proposal{Stream: person, Changes: []record.ProposedChange{err(placed), again}}).wantDone()
	w.as("elm-carer").seesPerson("Okafor").wantShown("Okafor", "Elm House", "Room 7")
}
