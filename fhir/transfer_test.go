package fhir_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rosemary/fhir"
	"rosemary/internal/fixture"
	"rosemary/transfer/exchange"
)

// TestTransfer: the operation of the draft national guide becomes a request at the other provider's system, and says how it stands until somebody there has refused it.
func TestTransfer(t *testing.T) {
	t.Parallel()
	old, here := fixture.New(t), fixture.New(t)
	there := httptest.NewServer(old.Exchange)
	defer there.Close()
	door := here.Nobody()
	door.Token = here.Token("manager")
	door.Handler = fhir.New(fhir.Config{
		Guard: here.Guard, Catalogue: here.Catalogue, System: here.Identity.System, Beside: here.BesideFHIR, Exchange: here.Exchange, Zone: here.Zone, Now: here.Clock.Now, Log: here.Logger,
	})
	know := func(who, whom *fixture.World, name, address string) {
		t.Helper()
		key, fingerprint := whom.Exchange.Own()
		if _, err := who.Exchange.AddPeer(context.Background(), who.Session("manager"), exchange.NewPeer{Name: name, Address: address, Key: key, Fingerprint: fingerprint}); err != nil {
			t.Fatal(err)
		}
	}
	know(here, old, "Harbour House", there.URL)
	know(old, here, "Elm Court", "http://127.0.0.1:9")
	running, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); here.Exchange.Run(running) }()
	defer func() { stop(); <-ended }()

	parameter := func(name, value string) string { return `{"name":"` + name + `",` + value + `}` }
	guide := []string{
		parameter("subject", `"valueReference":{"identifier":{"system":"`+nhs+`","value":"9990000034"},"display":"Edith Lomax"}`),
		parameter("fulfiller", `"valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code"},"display":"Harbour house"}`),
		parameter("requestor", `"valueReference":{"display":"Elm Court"}`), parameter("requestedBy", `"valueReference":{"display":"Piotr Nowak"}`), parameter("targetCompletion", `"valueDate":"2026-04"`),
	}
	body := func(more ...string) string {
		return `{"resourceType":"Parameters","parameter":[` + strings.Join(append(append([]string{}, guide...), more...), ",") + `]}`
	}
	// The guide alone does not say what makes it lawful, nor who it is where the person is not known here.
	refused := door.Post("/fhir/R4/Patient/$transfer", body(parameter("colour", `"valueString":"red"`))).Want(422)
	for _, name := range []string{"basis", "reason", "name", "birthDate", "colour"} {
		if !strings.Contains(faults(t, refused), "name='"+name+"'") {
			t.Errorf("nothing is said of %s: %s", name, faults(t, refused))
		}
	}
	whole := body(parameter("basis", `"valueCode":"duty-to-share"`), parameter("reason", `"valueString":"She knows and is glad."`), parameter("birthDate", `"valueDate":"1941-03-02"`),
		parameter("name", `"valueHumanName":{"given":["Edith"],"family":"Lomax"}`))
	const key = "0196fd1e-0000-7000-8000-000000000001"
	says := func(p tree) map[string]string {
		all := map[string]string{}
		for _, one := range p["parameter"].([]any) {
			m := one.(map[string]any)
			for name, v := range m {
				if strings.HasPrefix(name, "value") {
					all[m["name"].(string)] = fmt.Sprint(v)
				}
			}
		}
		return all
	}
	first := says(read(t, door.Post("/fhir/R4/Patient/$transfer", whole, "Idempotency-Key", key).Want(200)))
	if first["status"] != "requested" || !strings.HasPrefix(first["request"], "urn:uuid:") {
		t.Fatalf("%v", first)
	}
	if again := says(read(t, door.Post("/fhir/R4/Patient/$transfer", whole, "Idempotency-Key", key).Want(200))); again["request"] != first["request"] {
		t.Errorf("asked twice: %v %v", first, again)
	}
	at := "/fhir/R4/Patient/$transfer?request=" + strings.TrimPrefix(first["request"], "urn:uuid:")
	becomes := func(status string) map[string]string {
		t.Helper()
		for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
			here.Clock.Advance(time.Second)
			old.Clock.Advance(time.Second)
			if now := says(read(t, door.Get(at).Want(200))); now["status"] == status {
				return now
			}
		}
		t.Fatalf("it never is %s: %s", status, door.Get(at).Body)
		return nil
	}
	becomes("received")
	cases, err := old.Exchange.Cases(context.Background(), old.Session("manager"))
	if err != nil || len(cases) != 1 || cases[0].Ask.NHSNumber != "9990000034" || !strings.Contains(cases[0].Ask.Why, "Piotr Nowak") || !strings.Contains(cases[0].Ask.Why, "2026-04") {
		t.Fatalf("%+v %v", cases, err)
	}
	if err := old.Exchange.Refuse(context.Background(), old.Session("manager"), cases[0].ID, "We do not know her."); err != nil {
		t.Fatal(err)
	}
	if now := becomes("rejected"); !strings.Contains(now["statusReason"], "We do not know her") {
		t.Errorf("%v", now)
	}
	carer := *door
	carer.Token = here.Token("carer")
	carer.Post("/fhir/R4/Patient/$transfer", whole).Want(403)
	carer.Get(at).Want(404)
	elsewhere := strings.Replace(whole, "Harbour house", "Nowhere Hall", 1)
	if r := door.Post("/fhir/R4/Patient/$transfer", elsewhere).Want(422); !strings.Contains(string(r.Body), "Harbour House") {
		t.Errorf("%s", r.Body)
	}
}
