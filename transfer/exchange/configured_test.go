package exchange_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"rosemary/internal/fixture"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// TestSystemsOfTheConfiguration are known from the start, are changed and removed in the file only, and are known no longer when it names them no longer.
func TestSystemsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	ours, elm, harbour := fixture.New(t), fixture.New(t), fixture.New(t)
	x, ctx, s := ours.Exchange, context.Background(), ours.Session("manager")
	in := func(w *fixture.World, name, address string) exchange.Configured {
		key, fingerprint := w.Exchange.Own()
		return exchange.Configured{NewPeer: exchange.NewPeer{Name: name, Address: address, Key: key, Fingerprint: fingerprint},
			Places: map[string]string{"": name + ":1:1", "name": name + ":1:1", "address": name + ":2:1", "key": name + ":3:1", "fingerprint": name + ":4:1"}}
	}
	known := func() (names []string) {
		t.Helper()
		peers, err := x.Peers(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range peers {
			name := p.Name + " " + p.Address
			if p.Configured {
				name += " configured"
			}
			names = append(names, name)
		}
		return names
	}
	configure := func(list ...exchange.Configured) {
		t.Helper()
		if err := x.Configure(ctx, list); err != nil {
			t.Fatal(err)
		}
	}
	key, fingerprint := harbour.Exchange.Own()
	if _, err := x.AddPeer(ctx, s, exchange.NewPeer{Name: "Harbour House", Address: "http://h", Key: key, Fingerprint: fingerprint}); err != nil {
		t.Fatal(err)
	}
	configure(in(elm, "Elm Court", "https://elm"))
	if got := known(); !slices.Equal(got, []string{"Elm Court https://elm configured", "Harbour House http://h"}) {
		t.Errorf("known: %q", got)
	}
	before, err := x.Book.Peer(ctx, elm.Identity.System)
	if err != nil {
		t.Fatal(err)
	}
	configure(in(elm, "Elm Court", "https://elm"))
	if again, err := x.Book.Peer(ctx, elm.Identity.System); err != nil || !again.Added.Equal(before.Added) {
		t.Errorf("the same again changes %+v, %v", again, err)
	}
	if err := x.RemovePeer(ctx, s, elm.Identity.System); standard.KindOf(err) != standard.Conflict {
		t.Errorf("it is removed on the page: %v", err)
	}
	key, fingerprint = elm.Exchange.Own()
	if _, err := x.AddPeer(ctx, s, exchange.NewPeer{Name: "Other", Address: "http://o", Key: key, Fingerprint: fingerprint}); standard.KindOf(err) != standard.Invalid {
		t.Errorf("it is changed on the page: %v", err)
	}

	bad, own, twice := in(elm, "bad", "elm"), in(ours, "own", "https://own"), in(harbour, "twice", "https://twice")
	bad.Fingerprint = "1234"
	err = x.Configure(ctx, []exchange.Configured{bad, own, in(harbour, "harbour", "https://h"), twice})
	var fault *standard.Fault
	var places []string
	if errors.As(err, &fault) {
		for _, p := range fault.Problems {
			places = append(places, p.Path+" "+p.Rule)
		}
	}
	if !slices.Equal(places, []string{"bad:2:1 bad-address", "bad:4:1 fingerprint-differs", "own:3:1 own-key", "twice:3:1 twice"}) {
		t.Errorf("the faults: %q, %v", places, err)
	}
	if got := known(); !slices.Equal(got, []string{"Elm Court https://elm configured", "Harbour House http://h"}) {
		t.Errorf("after a file with faults: %q", got)
	}

	configure(in(harbour, "Harbour", "https://h2"))
	if got := known(); !slices.Equal(got, []string{"Harbour https://h2 configured"}) {
		t.Errorf("after another file: %q", got)
	}
	configure()
	if got := known(); len(got) != 0 {
		t.Errorf("after an empty file: %q", got)
	}
}
