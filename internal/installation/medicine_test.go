package installation_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
)

// rulesOf are the rules that an error says were broken.
func rulesOf(err error) string {
	var fault *standard.Fault
	if !errors.As(err, &fault) {
		return ""
	}
	var rules []string
	for _, p := range fault.Problems {
		rules = append(rules, p.Rule)
	}
	return strings.Join(rules, " ")
}

// order is what an order says. More is further content, beginning with a comma.
func (s *stage) order(writer, more string) string {
	return fmt.Sprintf(`{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"code":"oral"},"status":{"code":"active"},"asNeeded":false,`+
		`"timeOfDay":["08:00","20:00"],"start":"2026-03-02","careActor":[{"ref":"%s"}]%s}`, s.Workers[writer], more)
}

func (s *stage) checked(writer, by string) string {
	return s.order(writer, fmt.Sprintf(`,"checkedBy":{"ref":"%s"},"checkedAt":"2026-03-16T08:00:00+00:00"`, s.Workers[by]))
}

// dose is what a dose says.
func (s *stage) dose(order uuid.UUID, by, more string) string {
	return fmt.Sprintf(`{"medicine":{"text":"Apixaban 5 mg tablets"},"medicineOrder":{"ref":"%s"},"dueAt":"2026-03-16T08:00:00+00:00","when":"2026-03-16T08:00:00+00:00","outcome":{"code":"given"},`+
		`"dose":{"value":5,"unit":"mg"},"careActor":[{"ref":"%s"}]%s}`, order, s.Workers[by], more)
}

// put commits one change as somebody.
func (s *stage) put(account string, ch record.ProposedChange) error {
	ch.Path = "/changes/0"
	_, err := s.Session(account).Commit(context.Background(), &record.Proposal{Stream: s.Person, Changes: []record.ProposedChange{ch}})
	return err
}

func creating(class, content string) record.ProposedChange {
	return record.ProposedChange{Type: record.Create, Class: class, Content: []byte(content)}
}

func changing(rec uuid.UUID, version int, content string) record.ProposedChange {
	return record.ProposedChange{Type: record.Modify, Record: rec, Expected: version, Description: "Changed", Content: []byte(content)}
}

// TestAnOrderIsCheckedBySomebodyElse: the second check is the second person's own, of what stands there.
func TestAnOrderIsCheckedBySomebodyElse(t *testing.T) {
	s := newStage(t)
	order := s.Write("senior", s.Person, "medicine-order", s.order("senior", ""))
	for name, tt := range map[string]struct{ account, content, want string }{
		"by the writer":                  {"senior", s.checked("senior", "senior"), "same-person"},
		"in another's name":              {"senior", s.checked("senior", "nurse"), "not-yourself"},
		"while changing it":              {"nurse", strings.Replace(s.checked("senior", "nurse"), `"value":5`, `"value":50`, 1), "checked-otherwise"},
		"a new order, in another's name": {"senior", "", "not-yourself"},
	} {
		ch := changing(order, 1, tt.content)
		if tt.content == "" {
			ch = creating("medicine-order", s.checked("senior", "nurse"))
		}
		if err := s.put(tt.account, ch); rulesOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if err := s.put("carer", creating("dose-event", s.dose(order, "carer", ""))); rulesOf(err) != "dose-not-checked" {
		t.Errorf("given from an order that nobody has checked: %v", err)
	}
	if err := s.put("nurse", changing(order, 1, s.checked("senior", "nurse"))); err != nil {
		t.Fatal(err)
	}
	if err := s.put("senior", changing(order, 2, strings.Replace(s.checked("senior", "nurse"), `"value":5`, `"value":2.5`, 1))); rulesOf(err) != "checked-otherwise" {
		t.Errorf("changed behind the check: %v", err)
	}
	if err := s.put("carer", creating("dose-event", s.dose(order, "carer", ""))); err != nil {
		t.Errorf("given from an order that was checked: %v", err)
	}
}

// TestNoDoorGoesRoundTheRules: a second dose is stopped at the API as it is on a page, also where many send it at once, and kept where somebody says why.
func TestNoDoorGoesRoundTheRules(t *testing.T) {
	s := newStage(t)
	order := s.Write("senior", s.Person, "medicine-order", s.order("senior", ""))
	if err := s.put("nurse", changing(order, 1, s.checked("senior", "nurse"))); err != nil {
		t.Fatal(err)
	}
	var kept, stopped int
	var mu sync.Mutex
	var group sync.WaitGroup
	accounts := []string{"carer", "senior", "nurse", "manager"}
	for _, account := range accounts {
		s.Session(account)
	}
	for i := range 12 {
		group.Go(func() {
			account := accounts[i%len(accounts)]
			err := s.put(account, creating("dose-event", s.dose(order, account, "")))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case rulesOf(err) == "dose-second-dose":
				stopped++
			default:
				t.Errorf("%v", err)
			}
		})
	}
	group.Wait()
	if kept != 1 || stopped != 11 {
		t.Fatalf("%d doses of one time were kept, %d stopped", kept, stopped)
	}
	path, body := "/api/people/"+s.Person.String()+"/contributions", func(more string) string {
		return `{"changes":[{"type":"create","class":"dose-event","content":` + s.dose(order, "carer", more) + `}]}`
	}
	refused := s.As("carer").Post(path, body("")).Want(http.StatusUnprocessableEntity)
	if text := string(refused.Body); !strings.Contains(text, "dose-second-dose") || !strings.Contains(text, "reasonForOverride") || !strings.Contains(text, "recorded already: given at 08:00") {
		t.Errorf("the API says %s", text)
	}
	s.As("carer").Post(path, body(`,"reasonForOverride":"The first was found on the floor"`)).Want(http.StatusCreated)
}

// TestASecondDoseInTheOtherRecordOfAPerson is stopped too: two records that are joined are one person.
func TestASecondDoseInTheOtherRecordOfAPerson(t *testing.T) {
	s := newStage(t)
	other := s.MoveIn("manager", s.Home, "Margaret", "Whitlock", "9990000034", "Room 7")
	paracetamol := func(by string) string {
		return fmt.Sprintf(`{"medicine":{"text":"Paracetamol 500 mg tablets"},"ingredient":[{"code":"paracetamol"}],"dose":{"value":1,"unit":"g"},"route":{"code":"oral"},"status":{"code":"active"},"asNeeded":true,`+
			`"minimumInterval":{"value":4,"unit":"h"},"maximumIn24Hours":{"value":4,"unit":"g"},"start":"2026-03-02","careActor":[{"ref":"%s"}]}`, s.Workers[by])
	}
	check := func(content, by string) string {
		return strings.TrimSuffix(content, "}") + fmt.Sprintf(`,"checkedBy":{"ref":"%s"}}`, s.Workers[by])
	}
	var orders []uuid.UUID
	for _, stream := range []uuid.UUID{s.Person, other} {
		order := s.Write("senior", stream, "medicine-order", paracetamol("senior"))
		ch := changing(order, 1, check(paracetamol("senior"), "nurse"))
		ch.Path = "/changes/0"
		s.Commit("nurse", &record.Proposal{Stream: stream, Changes: []record.ProposedChange{ch}})
		orders = append(orders, order)
	}
	dose := func(order uuid.UUID, when string) string {
		return fmt.Sprintf(`{"medicine":{"text":"Paracetamol 500 mg tablets"},"medicineOrder":{"ref":"%s"},"when":%q,"outcome":{"code":"given"},"dose":{"value":1,"unit":"g"},"careActor":[{"ref":"%s"}]}`, order, when, s.Workers["carer"])
	}
	s.Write("carer", other, "dose-event", dose(orders[1], "2026-03-16T07:00:00+00:00"))
	if err := s.put("carer", creating("dose-event", dose(orders[0], "2026-03-16T08:00:00+00:00"))); err != nil {
		t.Fatalf("two people who are not joined: %v", err)
	}
	if _, err := s.Session("manager").Link(context.Background(), access.Joining{A: s.Person, B: other, Why: "Registered twice", Differences: "Two NHS numbers"}); err != nil {
		t.Fatal(err)
	}
	if err := s.put("carer", creating("dose-event", dose(orders[0], "2026-03-16T12:00:00+00:00"))); err != nil {
		t.Fatalf("four hours after the last: %v", err)
	}
	s.Write("carer", other, "dose-event", dose(orders[1], "2026-03-16T16:00:00+00:00"))
	if err := s.put("carer", creating("dose-event", dose(orders[0], "2026-03-16T17:00:00+00:00"))); !strings.Contains(rulesOf(err), "dose-too-soon") {
		t.Errorf("an hour after a dose in the other record: %v", err)
	}
}

// TestTheBookOfStock: a balance follows from the one before it, or says that it does not; a controlled drug takes two people.
func TestTheBookOfStock(t *testing.T) {
	s := newStage(t)
	entry := func(kind, quantity, balance, more string) record.ProposedChange {
		return creating("stock-and-controlled-drug-entry", fmt.Sprintf(`{"when":"2026-03-16T08:00:00+00:00","medicine":{"text":"Morphine 10 mg/5 ml"},"entry":{"code":%q},"quantity":{"value":%s,"unit":"mL"},`+
			`"balance":{"value":%s,"unit":"mL"},"controlledDrug":true,"careActor":[{"ref":"%s"}]%s}`, kind, quantity, balance, s.Workers["nurse"], more))
	}
	second := fmt.Sprintf(`,"secondPerson":{"ref":"%s"}`, s.Workers["senior"])
	for _, tt := range []struct{ name, kind, quantity, balance, more, want string }{
		{"one person alone", "received", "100", "100", "", "second-person"},
		{"the same person twice", "received", "100", "100", fmt.Sprintf(`,"secondPerson":{"ref":"%s"}`, s.Workers["nurse"]), "witness-self"},
		{"received", "received", "100", "100", second, ""},
		{"given", "given", "2.5", "97.5", second, ""},
		{"given, and the balance is wrong", "given", "2.5", "97", second, "discrepancy"},
		{"counted, and some is gone", "counted", "0", "90", second, "discrepancy"},
		{"counted, and it says so", "counted", "0", "90", second + `,"discrepancy":true`, "discrepancy"},
		{"counted, and says what was done", "counted", "0", "90", second + `,"discrepancy":true,"discrepancyExplained":"Spilled 7.5 mL; manager told"`, ""},
		{"returned", "returned", "90.0", "0", second, ""},
	} {
		if err := s.put("nurse", entry(tt.kind, tt.quantity, tt.balance, tt.more)); rulesOf(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestNothingIsGivenAfterADeath, and what was given before it can still be recorded.
func TestNothingIsGivenAfterADeath(t *testing.T) {
	s := newStage(t)
	order := s.Write("senior", s.Person, "medicine-order", s.order("senior", ""))
	if err := s.put("nurse", changing(order, 1, s.checked("senior", "nurse"))); err != nil {
		t.Fatal(err)
	}
	person := strings.Replace(fixture.PersonContent("Margaret", "Whitlock", "9990000018"), `{"personName"`, `{"dateOfDeath":"2026-03-15","personName"`, 1)
	if err := s.put("manager", changing(s.Person, 1, person)); err != nil {
		t.Fatal(err)
	}
	if err := s.put("manager", creating("dose-event", s.dose(order, "manager", ""))); rulesOf(err) != "after-death" {
		t.Errorf("given after the death: %v", err)
	}
	before := strings.ReplaceAll(s.dose(order, "manager", ""), "2026-03-16T08:00", "2026-03-14T08:00")
	if err := s.put("manager", creating("dose-event", before)); err != nil {
		t.Errorf("given before it, recorded late: %v", err)
	}
}
