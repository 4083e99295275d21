package smart_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
)

const allergy = `{"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},
	"code":{"text":"Penicillin"},"recordedDate":"2026-03-16"`

// TestWhatAClientWritesWaits: it is judged, kept and shown in the banner, and no part of the record until a person ratifies it; then it is the client's word and that person's act.
func TestWhatAClientWritesWaits(t *testing.T) {
	t.Parallel()
	d := open(t)
	ec := newEC(t, "k")
	_, err := d.Guard.RegisterClient(t.Context(), access.NewClient{ID: "gp", Name: "Harbour GP", Kind: access.SystemClient, Account: d.Account("nurse"), Scopes: "system/*.cruds", Keys: jwks(t, ec), Waits: true})
	if err != nil {
		t.Fatal(err)
	}
	token := d.token("gp", ec, "system/*.cruds")
	person := d.Person.String()
	subject := `,"patient":{"reference":"Patient/` + person + `"},"note":[{"text":"Told by the practice"},{"text":"and a second remark"}]}`
	notes := func() string { return d.fhir(token, "GET", "/Observation?patient="+person, "").want(200).body }

	d.fhir(token, "POST", "/Observation", strings.Replace(note(person, "x"), "final", "done", 1)).want(422) // judged when it comes
	d.fhir(token, "POST", "/Observation", note(person, "Seen by the GP")).want(202, "OperationOutcome", `"severity":"information"`, "waits until a person here ratifies it")
	if strings.Contains(notes(), "Seen by the GP") {
		t.Fatal("what waits is part of the record")
	}
	key := uuid.Must(uuid.NewV7()).String()
	for range 2 { // sent again it waits once
		d.send("POST", "/fhir/R4/AllergyIntolerance", allergy+subject, "Authorization", "Bearer "+token, "Content-Type", "application/fhir+json", "Idempotency-Key", key).want(202)
	}
	d.fhir(token, "POST", "", `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":`+note(person, "To be declined")+`}]}`).want(202)

	ctx := t.Context()
	view := func(account string) *access.View {
		v, err := d.Session(account).View(ctx, access.At{})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	banner, err := view("carer").Safety(ctx, d.Person)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, v := range banner {
		if v.SaidBy == "Harbour GP" && strings.Contains(string(v.Content), "Penicillin") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("an allergy that waits stands in the banner %d times", said)
	}

	for _, account := range []string{"carer", "nurse"} {
		if _, _, err := d.Session(account).HeldWaiting(ctx, access.HeldPlace{}, 0); standard.KindOf(err) != standard.Forbidden {
			t.Errorf("%s sees what waits: %v", account, err)
		}
	}
	if list, _, err := d.Session("elm-manager").HeldWaiting(ctx, access.HeldPlace{}, 0); err != nil || len(list) != 0 {
		t.Errorf("another home's manager sees what waits: %v %v", list, err)
	}
	manager := d.Session("manager")
	list, _, err := manager.HeldWaiting(ctx, access.HeldPlace{}, 0)
	if err != nil || len(list) != 3 || list[0].Name != "Harbour GP" {
		t.Fatalf("%d wait, %v", len(list), err)
	}
	if _, err := d.Session("elm-manager").RatifyHeld(ctx, list[0].ID); err == nil {
		t.Error("another home's manager ratifies")
	}
	if err := manager.DeclineHeld(ctx, list[2].ID, " "); standard.KindOf(err) != standard.Invalid {
		t.Error("declined without a reason", err)
	}
	if err := manager.DeclineHeld(ctx, list[2].ID, "It was another patient"); err != nil {
		t.Fatal(err)
	}
	for _, h := range list[:2] {
		if _, err := manager.RatifyHeld(ctx, h.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := manager.RatifyHeld(ctx, h.ID); standard.KindOf(err) != standard.Conflict {
			t.Error("ratified twice", err)
		}
	}
	if got := notes(); !strings.Contains(got, "Seen by the GP") || strings.Contains(got, "To be declined") {
		t.Error(got)
	}
	d.fhir(token, "GET", "/AllergyIntolerance?patient="+person, "").want(200, "Penicillin", "and a second remark") // with what the record has no place for
	versions, _, err := view("manager").Records(ctx, access.RecordsQuery{Stream: d.Person, Classes: []string{"daily-note"}})
	if err != nil || len(versions) != 1 || versions[0].Author != d.Workers["nurse"] {
		t.Fatalf("%+v %v", versions, err)
	}
	log, err := view("manager").ChangeLog(ctx, d.Person, versions[0].Record)
	if err != nil || len(log) != 1 || log[0].Contribution.Committer.Account != "manager" || !strings.Contains(log[0].Change.Description, "Harbour GP (gp)") {
		t.Errorf("%+v %v", log, err)
	}

	// A change waits too, and what has moved on meanwhile is not ratified.
	path := "/Observation/" + strings.ReplaceAll(person, "-", "") + strings.ReplaceAll(versions[0].Record.String(), "-", "")
	now := d.fhir(token, "GET", path, "").want(200).body
	d.fhir(token, "PUT", path, strings.Replace(now, "Seen by the GP", "Seen and weighed", 1)).want(202)
	d.fhir(d.Token("nurse"), "PUT", path, strings.Replace(now, "Seen by the GP", "Seen at home", 1)).want(200)
	if list, _, err = manager.HeldWaiting(ctx, access.HeldPlace{}, 0); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, err := manager.RatifyHeld(ctx, list[0].ID); standard.KindOf(err) != standard.Conflict {
		t.Error("what has moved on is overwritten", err)
	}
	d.fhir(token, "GET", path, "").want(200, "Seen at home")

	// A client that was revoked leaves what it wrote to be decided; what is destroyed takes what waits along.
	if err := d.Guard.CloseClient(ctx, "gp"); err != nil {
		t.Fatal(err)
	}
	if err := d.Accounts.Forget(context.WithoutCancel(ctx), d.Person, nil); err != nil {
		t.Fatal(err)
	}
	if list, _, err = manager.HeldWaiting(ctx, access.HeldPlace{}, 0); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	d.fhir(token, "POST", "/Observation", note(person, "x")).want(401)
}
