package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"rosemary/internal/fixture"
)

// TestNobodyIsShutOutWhereTheyWork: somebody on the network tries passwords for a nurse without end. At the browser where she has signed in before she goes on; anywhere else she has to wait, and a
// secret of a browser is good for nobody else, and is no session.
func TestNobodyIsShutOutWhereTheyWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	try := func(v *visitor, account, password string) int {
		return v.post("/sign-in", url.Values{"account": {account}, "password": {password}}).status
	}
	nurse, carer := w.Account("nurse"), w.Account("carer")
	own := w.as(t, "nurse")
	own.post("/sign-out", nil)
	attacker := w.visitor(t)
	for range 12 {
		if s := try(attacker, nurse, "a wrong password"); s != http.StatusUnauthorized {
			t.Fatalf("status %d", s)
		}
	}
	if s := try(attacker, nurse, fixture.Password); s != http.StatusUnauthorized {
		t.Errorf("guessing goes on without a pause: %d", s)
	}
	if s := try(own, " "+nurse, fixture.Password); s != http.StatusSeeOther {
		t.Errorf("the nurse is shut out where she works: %d", s)
	}
	own.post("/sign-out", nil)
	for range 6 {
		try(own, nurse, "a wrong password")
	}
	if s := try(own, nurse, fixture.Password); s != http.StatusUnauthorized {
		t.Errorf("guessing at the browser goes on without a pause: %d", s)
	}
	for range 6 {
		try(attacker, carer, "a wrong password")
	}
	if s := try(own, carer, fixture.Password); s != http.StatusUnauthorized {
		t.Errorf("the browser of one is good for another: %d", s)
	}
	thief := w.visitor(t)
	thief.cookies["rosemary"] = own.cookies["rosemary-known"]
	if p := thief.get("/"); p.status != http.StatusSeeOther {
		t.Errorf("the secret of a browser is a session: %d", p.status)
	}
	if c := own.cookies["rosemary-known"]; len(c) < 20 {
		t.Errorf("no secret: %q", c)
	}
}
