package installation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// guests is a world with somebody who makes passes.
type guests struct {
	*fixture.World
	t *testing.T
}

// write commits a record about Margaret as the manager.
func (g *guests) write(class, content string) uuid.UUID {
	return g.Write("manager", g.Person, class, content)
}

func (g *guests) pass(by string, n access.NewPass) (string, access.Pass) {
	g.t.Helper()
	if n.Given == "" {
		n.Given, n.Family, n.Purpose = "Anna", "Whitlock", "To follow her mother's care"
	}
	code, p, err := g.Session(by).MakePass(g.t.Context(), n)
	if err != nil {
		g.t.Fatal(err)
	}
	return code, p
}

// in is a session of whoever redeems a code.
func (g *guests) in(code string) *access.Session {
	g.t.Helper()
	p, _, err := g.Guard.RedeemPass(g.t.Context(), code, "192.0.2.7")
	if err != nil {
		g.t.Fatal(err)
	}
	return g.as(p.Account)
}

func (g *guests) as(account string) *access.Session {
	g.t.Helper()
	s, err := g.Guard.Session(g.t.Context(), account, access.Visit)
	if err != nil {
		g.t.Fatal(err)
	}
	return s
}

// sees lists the classes of what a session sees of a person; "" stands for nobody there.
func (g *guests) sees(s *access.Session, person uuid.UUID) (classes []string) {
	g.t.Helper()
	view, err := s.View(g.t.Context(), access.At{})
	if err != nil {
		g.t.Fatal(err)
	}
	versions, _, err := view.Records(g.t.Context(), access.RecordsQuery{Stream: person, Limit: 100})
	if standard.KindOf(err) == standard.NotFound {
		return []string{""}
	}
	if err != nil {
		g.t.Fatal(err)
	}
	for _, v := range versions {
		classes = append(classes, v.Class)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

const wrongCode = "ABCD-EFGH-JKMN"

func consent(decision string) string {
	return fmt.Sprintf(`{"consentIsFor":{"code":"information-sharing"},"decision":{"code":%q},"date":"2026-03-15"}`, decision)
}

func visitorsNote(author uuid.UUID) []byte {
	return fmt.Appendf(nil, `{"when":"2026-03-16T08:30:00Z","freeText":"Dressing changed.","careActor":[{"ref":"%s"}]}`, author)
}

// TestAPassLetsInForATime: a code works once; what it opened closes with its time, or when whoever made it ends it; each step is in the log that the person can read.
func TestAPassLetsInForATime(t *testing.T) {
	g := &guests{fixture.New(t), t}
	ctx := t.Context()
	code, p := g.pass("senior", access.NewPass{Role: "visiting-professional", Given: "Mina", Family: "Sol", Organisation: "Harbour District Nursing", Purpose: "Dressing", Person: g.Person})
	if _, _, err := g.Guard.RedeemPass(ctx, wrongCode, "192.0.2.7"); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := g.Guard.Session(ctx, p.Account, access.Visit); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("before the code is used: %v", err)
	}
	nurse := g.in(code)
	if _, _, err := g.Guard.RedeemPass(ctx, code, "192.0.2.8"); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("a second time: %v", err)
	}
	if got := g.sees(nurse, g.Person); slices.Contains(got, "") {
		t.Error("the nurse sees nothing of whom the pass is for")
	}
	if got := g.sees(nurse, g.Stranger); !slices.Equal(got, []string{""}) {
		t.Errorf("the nurse sees somebody else: %v", got)
	}
	view, _ := nurse.View(ctx, access.At{})
	if people, _, err := view.People(ctx, access.PeopleQuery{}); err != nil || len(people) != 1 || people[0].UID != g.Person {
		t.Errorf("the nurse's list: %+v, %v", people, err)
	}
	uid := uuid.Must(uuid.NewV7())
	_, err := nurse.Commit(ctx, &record.Proposal{Stream: g.Person, Changes: []record.ProposedChange{{Type: record.Create, Record: uid, Class: "daily-note", Content: visitorsNote(p.Worker)}}})
	if err != nil {
		t.Errorf("the nurse's note: %v", err)
	}
	if _, err := nurse.BreakGlass(ctx, access.Emergency{NHSNumber: "9990000026", Reason: "Curious about him"}); standard.KindOf(err) != standard.Forbidden {
		t.Errorf("a visitor breaks the glass: %v", err)
	}
	g.Clock.Advance(5 * time.Hour)
	if _, err := g.Guard.Session(ctx, p.Account, access.Visit); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("after its time: %v", err)
	}
	var actions []string
	log, err := g.Session("manager").AccessLog(ctx, g.Person, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log {
		actions = append(actions, e.Action)
	}
	for _, want := range []string{"make-pass", "redeem-pass", "records"} {
		if !slices.Contains(actions, want) {
			t.Errorf("the log of who saw what lacks %s: %v", want, actions)
		}
	}

	code, p = g.pass("senior", access.NewPass{Role: "agency-worker", Given: "Leo", Family: "Grant", Purpose: "Night shift", Place: g.Home})
	agency := g.in(code)
	if got := g.sees(agency, g.Person); slices.Contains(got, "") {
		t.Error("the agency worker sees nothing of the home")
	}
	if err := g.Session("elm-manager").EndPass(ctx, p.Account); standard.KindOf(err) != standard.NotFound {
		t.Errorf("another home's manager ends it: %v", err)
	}
	if err := g.Session("manager").EndPass(ctx, p.Account); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Guard.Session(ctx, p.Account, access.DirectCare); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("after it was ended: %v", err)
	}
	list, err := g.Session("manager").Passes(ctx)
	if err != nil || len(list) != 2 || list[0].EndedBy != "manager" || list[0].Open(g.Clock.Now()) || list[1].Open(g.Clock.Now()) {
		t.Errorf("the list: %+v, %v", list, err)
	}
}

// TestAHomeLetsInManyAtOneAddress: right codes are no tries at guessing one; wrong ones are, until a right one.
func TestAHomeLetsInManyAtOneAddress(t *testing.T) {
	g := &guests{fixture.New(t), t}
	for range 12 {
		code, _ := g.pass("senior", access.NewPass{Role: "agency-worker", Given: "Leo", Family: "Grant", Purpose: "Night shift", Place: g.Home})
		g.in(code)
	}
	code, _ := g.pass("senior", access.NewPass{Role: "agency-worker", Given: "Leo", Family: "Grant", Purpose: "Night shift", Place: g.Home})
	for range 5 {
		if _, _, err := g.Guard.RedeemPass(t.Context(), wrongCode, "192.0.2.7"); standard.KindOf(err) != standard.Unauthenticated {
			t.Fatalf("a wrong code: %v", err)
		}
	}
	if _, _, err := g.Guard.RedeemPass(t.Context(), code, "192.0.2.7"); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("a right code right after five wrong ones: %v", err)
	}
	g.Clock.Advance(time.Minute)
	g.in(code)
}

// TestAuthorityBoundsWhatARelativeSees: a way in rests on a record, shows no more than that gives, and ends with it and with the person's death.
func TestAuthorityBoundsWhatARelativeSees(t *testing.T) {
	g := &guests{fixture.New(t), t}
	ctx := t.Context()
	g.write("about-me", `{"whatIsMostImportantToMe":"My garden"}`)
	g.write("daily-note", string(visitorsNote(g.Workers["carer"])))
	g.write("problem", `{"problem":{"text":"Heart failure"},"date":"2026-03-01"}`)
	proxy := g.write("proxy-for-subject-of-care", `{"personName":{"personFirstName":"Anna","personFamilyName":"Whitlock"},"kindOfProxy":{"code":"attorney-property"}}`)
	refused := func(what string, n access.NewPass) {
		t.Helper()
		n.Given, n.Family, n.Purpose = "Anna", "Whitlock", "To follow her mother's care"
		if _, _, err := g.Session("manager").MakePass(ctx, n); standard.KindOf(err) != standard.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("without a basis", access.NewPass{Role: "relative", Person: g.Person})
	no := g.write("informed-consent", consent("refused"))
	refused("on a refusal", access.NewPass{Role: "relative", Person: g.Person, Basis: no})
	for what, other := range map[string]string{
		"on consent to a photograph": `{"consentIsFor":{"code":"photographs-identity"},"decision":{"code":"given"},"date":"2026-03-15"}`,
		"on consent to a sensor":     `{"consentIsFor":{"code":"sensor"},"decision":{"code":"given"},"date":"2026-03-15"}`,
		"on consent in other words":  `{"consentIsFor":{"text":"A haircut"},"decision":{"code":"given"},"date":"2026-03-15"}`,
		"on consent about a sister":  `{"consentIsFor":{"code":"information-sharing"},"decision":{"code":"given"},"date":"2026-03-15","sharedWith":"Her daughter Joanna Whitlock"}`,
	} {
		refused(what, access.NewPass{Role: "relative", Person: g.Person, Basis: g.write("informed-consent", other)})
	}
	money := g.write("lasting-power-of-attorney", fmt.Sprintf(`{"kindOfPower":{"code":"property-and-finance"},"date":"2025-01-10","attorney":[{"ref":"%s"}]}`, proxy))
	refused("health, on a power over money", access.NewPass{Role: "welfare-attorney", Person: g.Person, Basis: money})
	refused("for ever", access.NewPass{Role: "property-attorney", Person: g.Person, Basis: money, For: 20_000 * time.Hour})
	if _, _, err := g.Session("senior").MakePass(ctx, access.NewPass{Role: "property-attorney", Person: g.Person, Basis: money}); standard.KindOf(err) != standard.Forbidden {
		t.Errorf("made by a senior: %v", err)
	}

	code, _ := g.pass("manager", access.NewPass{Role: "property-attorney", Person: g.Person, Basis: money})
	g.write("property-list", fmt.Sprintf(`{"date":"2026-03-01","occasion":{"code":"moving-in"},"careActor":{"ref":%q},"items":[{"what":"Piano stool"}]}`, g.Workers["senior"]))
	attorney := g.in(code)
	if got := g.sees(attorney, g.Person); !slices.Contains(got, "property-list") {
		t.Errorf("who looks after the property sees %v and not what it is", got)
	}
	for _, class := range g.sees(attorney, g.Person) {
		if class == "daily-note" || class == "problem" || class == "about-me" {
			t.Errorf("who looks after the money sees %s", class)
		}
	}
	view, _ := attorney.View(ctx, access.At{})
	if counts, err := view.Counts(ctx, g.Person); err != nil || counts["problem"] != 0 || counts["daily-note"] != 0 {
		t.Errorf("counts tell: %v, %v", counts, err)
	}
	if banner, err := view.Safety(ctx, g.Person); err != nil || slices.ContainsFunc(banner, func(v *record.Version) bool { return v.Class == "problem" }) {
		t.Errorf("the banner tells, or fails: %v", err)
	}

	yes := g.write("informed-consent", consent("given"))
	code, daughter := g.pass("manager", access.NewPass{Role: "relative", Person: g.Person, Basis: yes})
	if got := g.sees(g.in(code), g.Person); !slices.Contains(got, "about-me") || !slices.Contains(got, "daily-note") || slices.Contains(got, "problem") {
		t.Errorf("the daughter sees %v", got)
	}
	with := func(names string) string {
		return strings.TrimSuffix(consent("given"), "}") + fmt.Sprintf(`,"sharedWith":%q}`, names)
	}
	for i, step := range []struct {
		content string
		stays   bool
	}{{with("Her daughter (Anna WHITLOCK), and Joanna Bell"), true}, {with("Joanna Bell"), false}, {consent("given"), true}, {consent("withdrawn"), false}} {
		_, err := g.Session("manager").Commit(ctx, &record.Proposal{Stream: g.Person, Changes: []record.ProposedChange{{
			Type: record.Modify, Record: yes, Expected: i + 1, Content: []byte(step.content), Description: "She changed her mind",
		}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.sees(g.as(daughter.Account), g.Person); slices.Equal(got, []string{""}) == step.stays {
			t.Errorf("with the consent %s she sees %v", step.content, got)
		}
	}

	code, own := g.pass("manager", access.NewPass{Role: "person", Person: g.Person, Basis: g.Person})
	herself := g.in(code)
	if _, err := herself.AccessLog(ctx, g.Person, 0, 10); err != nil {
		t.Errorf("she cannot see who looked: %v", err)
	}
	died := strings.TrimSuffix(fixture.PersonContent("Margaret", "Whitlock", "9990000018"), "}") + `,"dateOfDeath":"2026-03-16"}`
	g.Commit("manager", &record.Proposal{Stream: g.Person, Changes: []record.ProposedChange{
		{Type: record.Modify, Record: g.Person, Expected: 1, Content: []byte(died), Description: "She died"},
	}})
	if got := g.sees(g.as(own.Account), g.Person); !slices.Equal(got, []string{""}) {
		t.Errorf("after her death her own way in shows %v", got)
	}
}

// TestAnEmergencyOpensARecordAndIsLookedAt: by the number or by name and birth together, with a reason, for hours, read only; and somebody else reviews it.
func TestAnEmergencyOpensARecordAndIsLookedAt(t *testing.T) {
	g := &guests{fixture.New(t), t}
	ctx := t.Context()
	carer := g.Session("carer")
	if got := g.sees(carer, g.Stranger); !slices.Equal(got, []string{""}) {
		t.Fatalf("before: %v", got)
	}
	for what, e := range map[string]access.Emergency{
		"no reason":        {NHSNumber: "9990000026"},
		"a name alone":     {Family: "Pell", Reason: "Found on the road outside"},
		"nothing":          {Reason: "Found on the road outside"},
		"a reason of air":  {NHSNumber: "9990000026", Reason: "   x   "},
		"half of a number": {NHSNumber: "99900", Reason: "Found on the road outside"},
	} {
		if _, err := carer.BreakGlass(ctx, e); standard.KindOf(err) != standard.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := carer.BreakGlass(ctx, access.Emergency{NHSNumber: "9990000034", Reason: "Found on the road outside"}); standard.KindOf(err) != standard.NotFound {
		t.Errorf("nobody of that number: %v", err)
	}
	found, err := carer.BreakGlass(ctx, access.Emergency{NHSNumber: "999 000 0026", Reason: "Found on the road outside"})
	if err != nil || found != g.Stranger {
		t.Fatal(found, err)
	}
	carer = g.Session("carer")
	if got := g.sees(carer, g.Stranger); slices.Contains(got, "") {
		t.Error("nothing opened")
	}
	_, err = carer.Commit(ctx, &record.Proposal{Stream: g.Stranger, Changes: []record.ProposedChange{
		{Type: record.Create, Record: uuid.Must(uuid.NewV7()), Class: "daily-note", Content: visitorsNote(g.Workers["carer"])},
	}})
	if standard.KindOf(err) != standard.Forbidden {
		t.Errorf("what was opened to read could be written: %v", err)
	}
	manager := g.Session("elm-manager")
	list, err := manager.BrokenGlass(ctx)
	if err != nil || len(list) != 1 || list[0].Account != "carer" || list[0].Reason != "Found on the road outside" {
		t.Fatalf("%+v, %v", list, err)
	}
	if mine, err := g.Session("manager").BrokenGlass(ctx); err != nil || len(mine) != 0 {
		t.Errorf("another home's manager sees %+v, %v", mine, err)
	}
	if err := manager.ReviewGlass(ctx, list[0].ID, true, " "); standard.KindOf(err) != standard.Invalid {
		t.Errorf("a review that says nothing: %v", err)
	}
	if err := manager.ReviewGlass(ctx, list[0].ID, true, "He had wandered; the crew was told of his allergy."); err != nil {
		t.Fatal(err)
	}
	if err := manager.ReviewGlass(ctx, list[0].ID, false, "Again"); standard.KindOf(err) != standard.Conflict {
		t.Errorf("reviewed twice: %v", err)
	}
	g.Clock.Advance(5 * time.Hour)
	if got := g.sees(g.Session("carer"), g.Stranger); !slices.Equal(got, []string{""}) {
		t.Errorf("hours later it is still open: %v", got)
	}
}
