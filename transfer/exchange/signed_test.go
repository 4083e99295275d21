package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/ehr/extract"
	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
	"rosemary/transfer/exchange"
)

// signed gives the signatures of a record as the new home tells of them.
func (p *pair) signed(person, rec uuid.UUID) []access.LogEntry {
	p.t.Helper()
	view, err := p.new.Session("manager").View(context.Background(), access.At{})
	if err != nil {
		p.t.Fatal(err)
	}
	log, err := view.ChangeLog(context.Background(), person, rec)
	if err != nil {
		p.t.Fatal(err)
	}
	return slices.DeleteFunc(log, func(e access.LogEntry) bool { return e.Change.Attestation == nil })
}

// TestSignaturesGoWithAPart: whoever receives it can verify them under the sender's keys; one under what is masked in the part cannot go, which is said in front.
func TestSignaturesGoWithAPart(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	ctx := context.Background()
	secret := uuid.Must(uuid.NewV7())
	p.old.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{
		{Type: record.Create, Record: secret, Path: "/changes/0", Class: "problem", Sensitivity: "confidential", Content: []byte(`{"problem":{"text":"Osteoporosis"},"date":"2026-03-15"}`)}}})
	need := p.old.Write("manager", person, "need", fmt.Sprintf(`{"freeText":"Somebody beside her on the stairs","date":"2026-03-15","problem":[{"ref":%q}]}`, secret))
	nurse := p.old.Session("nurse")
	for rec, number := range map[uuid.UUID]int{fall: 2, need: 1} {
		if _, err := nurse.Attest(ctx, person, rec, number, "I have looked at it.", fixture.Password); err != nil {
			t.Fatal(err)
		}
	}
	id := p.asks(edith())
	theirs := p.old.becomes(id, exchange.Open)
	part := exchange.Decision{Kind: exchange.Some, Person: person, Part: exchange.Chosen{Degree: record.Normal}, Differences: "She has only a month on her card."}
	look, err := p.old.Exchange.Outlook(ctx, p.old.Session("manager"), &theirs, &part)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, o := range look.Omitted {
		if strings.HasPrefix(o.Reason, "Signatures under more than what goes") {
			told += o.Count
		}
	}
	if told != 1 {
		t.Errorf("%d signatures are told to stay: %+v", told, look.Omitted)
	}
	p.grants(id, part)
	done := p.new.becomes(id, exchange.Done)
	p.ratifies(done.Segment)
	found, masked := p.signed(person, fall), p.signed(person, need)
	if len(found) != 1 || len(masked) != 0 {
		t.Fatalf("the signatures: %+v; under what is masked: %+v", found, masked)
	}
	a := found[0].Change.Attestation
	text := record.AttestedText(found[0].Change.Hash, p.old.Workers["nurse"], a.At, a.Method, a.Reason)
	if err := record.CheckSignature(a.Key, text, a.Signature); err != nil || a.Key != p.old.Identity.Keys[0] || a.Reason != "I have looked at it." {
		t.Errorf("the signature cannot be verified here: %+v, %v", a, err)
	}
	if _, err := p.new.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
}

// TestASignatureThatCameWithAPartStandsOnce when the whole comes too.
func TestASignatureThatCameWithAPartStandsOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	if _, err := p.old.Session("nurse").Attest(context.Background(), person, fall, 2, "I have looked at it.", fixture.Password); err != nil {
		t.Fatal(err)
	}
	for _, d := range []exchange.Decision{{Kind: exchange.Some, Part: exchange.Chosen{Degree: record.Normal}}, {Kind: exchange.Whole}} {
		id := p.asks(edith())
		p.old.becomes(id, exchange.Open)
		d.Person, d.Differences = person, "She has only a month on her card."
		p.grants(id, d)
		p.ratifies(p.new.becomes(id, exchange.Done).Segment)
		if signed := p.signed(person, fall); len(signed) != 1 {
			t.Errorf("%s: the signature stands %d times", d.Kind, len(signed))
		}
	}
}

// TestAPartThatIsSignedWithAnotherKeyIsRefused: of the sender's keys only those count that a known one vouches for.
func TestAPartThatIsSignedWithAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, fall := p.lives()
	ctx := context.Background()
	if _, err := p.old.Session("nurse").Attest(ctx, person, fall, 2, "I have looked at it.", fixture.Password); err != nil {
		t.Fatal(err)
	}
	stranger := fixture.New(t)
	var out bytes.Buffer
	sending := transfer.Sending{Person: person, To: "Elm Court", Why: "x", System: p.old.Identity.System, Keys: p.old.Identity.Keys, Sent: p.old.Clock.Now(), Prove: p.old.ProofOf}
	if _, err := transfer.SendPart(ctx, p.old.Session("manager"), &out, p.old.Catalogue, p.old.Zone, sending, transfer.Part{}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		keys []string
		want standard.Kind
	}{"the sender": {p.old.Identity.Keys, ""}, "another": {stranger.Identity.Keys, standard.Invalid}} {
		_, err := transfer.Receiver{Guard: p.new.Guard}.Receive(ctx, bytes.NewReader(out.Bytes()), transfer.Peer{System: p.old.Identity.System, Keys: tt.keys, Part: uuid.NewString(), Voucher: "x"})
		if standard.KindOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWordsThatNameWhatStaysAreDecidedAbout before a part goes: nothing is decided while nobody has looked, and what is left out does not go.
func TestWordsThatNameWhatStaysAreDecidedAbout(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	person, _ := p.lives()
	ctx := context.Background()
	p.old.Commit("manager", &record.Proposal{Stream: person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "personal-contact", Sensitivity: "confidential", Content: []byte(`{"name":"Elizabeth Pratt","relationship":{"text":"Niece"}}`)}}})
	note := p.old.Write("carer", person, "daily-note", fixture.NoteContent("Liz rang about the money."))
	id := p.asks(edith())
	theirs := p.old.becomes(id, exchange.Open)
	manager := p.old.Session("manager")
	part := exchange.Decision{Kind: exchange.Some, Person: person, Part: exchange.Chosen{Degree: record.Normal}, Differences: "She has only a month on her card."}
	err := p.old.Exchange.Grant(ctx, manager, id, part)
	if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "/decisions: names-withheld") {
		t.Fatalf("nobody has looked: %v", err)
	}
	look, err := p.old.Exchange.Outlook(ctx, manager, &theirs, &part)
	if err != nil || len(look.Named) != 1 || look.Named[0].Version.Record != note || look.Ready == nil {
		t.Fatalf("%+v, %v", look, err)
	}
	part.Part.Decisions = []extract.Decision{{Version: look.Named[0].Version, Withhold: true}}
	p.grants(id, part)
	done := p.new.becomes(id, exchange.Done)
	versions, _, err := p.new.Session("manager").SegmentRecords(ctx, done.Segment, []string{"daily-note"}, uuid.Nil, 10)
	if err != nil || len(versions) != 1 || versions[0].Record == note {
		t.Errorf("what came: %+v, %v", versions, err)
	}
}
