package installation_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/transfer"
)

// BenchmarkReceive measures taking in another system's chain and ratifying it, in versions a second.
func BenchmarkReceive(b *testing.B) {
	old := fixture.New(b)
	person := old.MoveIn("manager", old.Home, "Edith", "Lomax", "9990000034", "Room 3")
	const notes = 20_000
	for range notes / 100 {
		var batch []*record.Proposal
		for i := range 100 {
			batch = append(batch, &record.Proposal{Stream: person, Changes: []record.ProposedChange{
				{Type: record.Create, Path: "/changes/0", Class: "daily-note", Content: []byte(fixture.NoteContent(fmt.Sprintf("Slept well, ate a little of breakfast and all of lunch, %d.", i)))},
			}})
		}
		old.Commit("manager", batch...)
	}
	var out bytes.Buffer
	_, err := transfer.Send(context.Background(), old.Session("manager"), &out, transfer.Sending{
		Person: person, To: "x", Why: "x", System: old.Identity.System, Keys: old.Identity.Keys, Sent: old.Clock.Now(), Prove: old.ProofOf,
	})
	if err != nil {
		b.Fatal(err)
	}
	peer := transfer.Peer{System: old.Identity.System, Provider: "Harbour House", Keys: old.Identity.Keys}
	var receiving, ratifying time.Duration
	for b.Loop() {
		to := fixture.New(b)
		manager := to.Session("manager")
		begun := time.Now()
		s, err := transfer.Receiver{Guard: to.Guard}.Receive(context.Background(), bytes.NewReader(out.Bytes()), peer)
		if err != nil {
			b.Fatal(err)
		}
		receiving += time.Since(begun)
		begun = time.Now()
		_, err = manager.Ratify(context.Background(), access.Ratification{Segment: s.ID, Selection: access.SegmentSelection{All: true}, Place: to.Home, Reason: "x"})
		if err != nil {
			b.Fatal(err)
		}
		ratifying += time.Since(begun)
	}
	b.ReportMetric(notes*float64(b.N)/receiving.Seconds(), "received/s")
	b.ReportMetric(notes*float64(b.N)/ratifying.Seconds(), "ratified/s")
}
