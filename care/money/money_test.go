package money_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/care/money"
	"rosemary/record"
	"rosemary/standard"
)

var one, two = uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())

func entry(class, what string, pence int64, hour int, second uuid.UUID) *record.Version {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
	v := &record.Version{Class: class, Status: record.Complete, Happened: at.Unix(), From: record.Moment(hour + 1), Content: fmt.Appendf(nil,
		`{"when":%q,"entry":{"code":%q},"amount":%d.%02d,"whatFor":"x","careActor":{"ref":%q},"secondSignature":{"ref":%q}}`, at.Format(time.RFC3339), what, pence/100, pence%100, one, second)}
	v.Record = uuid.Must(uuid.NewV7())
	return v
}

// TestTheBalanceIsAddedUpToThePenny: whatever comes in and goes out, in whatever order it is written down, the balance is the exact sum.
func TestTheBalanceIsAddedUpToThePenny(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	class := money.Classes(catalogue)[0]
	rapid.Check(t, func(rt *rapid.T) {
		var versions []*record.Version
		sum, wrong := int64(0), 0
		for hour := range rapid.IntRange(0, 20).Draw(rt, "entries") {
			pence := rapid.Int64Range(0, 1_000_000).Draw(rt, "pence")
			switch rapid.SampledFrom([]string{"in", "out", "counted"}).Draw(rt, "what") {
			case "in":
				versions, sum = append(versions, entry(class, "in", pence, hour, two)), sum+pence
			case "out":
				if pence > sum {
					wrong++
				}
				versions, sum = append(versions, entry(class, "out", pence, hour, two)), sum-pence
			case "counted":
				if pence != sum {
					wrong++
				}
				versions, sum = append(versions, entry(class, "counted", pence, hour, two)), pence
			}
		}
		shuffled := rapid.Permutation(versions).Draw(rt, "order")
		book := money.Add(catalogue, shuffled)
		want := fmt.Sprintf("£%d.%02d", sum/100, sum%100)
		if sum < 0 {
			want = fmt.Sprintf("−£%d.%02d", -sum/100, -sum%100)
		}
		if book.Balance != want || book.Wrong != wrong || len(book.Entries) != len(versions) {
			rt.Fatalf("balance %s with %d wrong, want %s with %d", book.Balance, book.Wrong, want, wrong)
		}
	})
}

// TestOnePersonDoesNotSignTwice: money needs two people, and an explained difference is shown and no longer stands open.
func TestOnePersonDoesNotSignTwice(t *testing.T) {
	catalogue, err := standard.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	class := money.Classes(catalogue)[0]
	book := money.Add(catalogue, []*record.Version{entry(class, "in", 500, 1, one)})
	if book.Wrong != 1 || !strings.Contains(strings.Join(book.Entries[0].Wrong, " "), "Two different people") {
		t.Errorf("signed twice by one: %+v", book)
	}
	counted := entry(class, "counted", 450, 2, two)
	counted.Content = []byte(strings.TrimSuffix(string(counted.Content), "}") + `,"differenceExplained":"50 pence for the collection, no receipt"}`)
	book = money.Add(catalogue, []*record.Version{entry(class, "in", 500, 1, two), counted})
	if book.Wrong != 0 || len(book.Entries[0].Wrong) != 1 || book.Balance != "£4.50" {
		t.Errorf("explained: %+v", book)
	}
}
