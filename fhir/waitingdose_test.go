package fhir_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access/outbox"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestADoseThatWaitsStopsASecondOne at this door too, until the resource says why it is given all the same.
func TestADoseThatWaitsStopsASecondOne(t *testing.T) {
	w := fixture.New(t)
	said := func(more string) string {
		return fmt.Sprintf(`{"medicine":{"text":"Apixaban 5 mg tablets"},"dose":{"value":5,"unit":"mg"},"route":{"code":"oral"},"status":{"code":"active"},"asNeeded":false,"timeOfDay":["08:00","20:00"],"start":"2026-03-02","careActor":[{"ref":"%s"}]%s}`, w.Workers["senior"], more)
	}
	order := w.Write("senior", w.Person, "medicine-order", said(""))
	patient, path := w.Person.String(), "/fhir/R4/MedicationAdministration"
	w.Commit("nurse", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{
		Path: "/changes/0", Type: record.Modify, Record: order, Expected: 1, Description: "Checked", Content: []byte(said(fmt.Sprintf(`,"checkedBy":{"ref":"%s"}`, w.Workers["nurse"]))),
	}}})
	w.Account("carer")
	now := time.Date(2026, 3, 16, 8, 0, 0, 0, time.UTC)
	if _, _, err := w.Outbox.Store.Receive(t.Context(), outbox.Entry{ID: uuid.Must(uuid.NewV7()), Device: uuid.Must(uuid.NewV7()), Account: "carer", Stream: w.Person, State: outbox.Received, Made: now, Received: now,
		Path: "/people/" + patient + "/medicines/give/" + order.String() + "@2026-03-16T08:00"}); err != nil {
		t.Fatal(err)
	}
	dose := func(more string) string {
		return fmt.Sprintf(`{"resourceType":"MedicationAdministration","status":"completed","medicationCodeableConcept":{"text":"Apixaban 5 mg tablets"},"subject":{"reference":"Patient/%s"},"effectiveDateTime":"2026-03-16T08:05:00Z",`+
			`"performer":[{"actor":{"reference":"Practitioner/%s"}}],"request":{"reference":"MedicationRequest/%s.%s"},"dosage":{"dose":{"value":5,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}%s}`,
			patient, w.Workers["nurse"], patient, order, more)
	}
	c := at(w, "nurse")
	refused := c.Post(path, dose("")).Want(422)
	if text := string(refused.Body); !strings.Contains(text, "Sam Okoro wrote something down about it") {
		t.Errorf("FHIR says %s", text)
	}
	c.Post(path, dose(`,"extension":[{"url":"urn:rosemary:element:dose-event.reasonForOverride","valueString":"Sam has told me that she spat it out"}]`)).Want(201)
}
