package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

func asFault(err error) (*standard.Fault, bool) {
	var f *standard.Fault
	ok := errors.As(err, &f)
	return f, ok
}

// TestSignIn: every failure gets the same answer, and what was typed for an unknown account is not logged.
func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := must[access.Principal](t)(w.guard.SignIn(ctx, "  Nurse ", password))
	if p.Account != "nurse" || p.RoleName != "Nurse" || p.Worker != w.workers["nurse"] || len(p.Places) != 1 {
		t.Errorf("signed in as %+v", p)
	}
	nurse := w.as("nurse")
	nurse.did("signs in", nil, nil).wantLogged("sign-in done")
	if err := w.guard.Disable(ctx, "elm-carer"); err != nil {
		t.Fatal(err)
	}
	_, wrong := w.guard.SignIn(ctx, "nurse", "three plain worms")
	_, unknown := w.guard.SignIn(ctx, "my secret password", password)
	_, closed := w.guard.SignIn(ctx, "elm-carer", password)
	_, long := w.guard.SignIn(ctx, "nurse", strings.Repeat("x", 5000))
	for _, err := range []error{wrong, unknown, closed, long} {
		if standard.KindOf(err) != standard.Unauthenticated || err.Error() != wrong.Error() {
			t.Errorf("a failure to sign in has its own answer: %v", err)
		}
	}
	nurse.did("fails to sign in", nil, nil).wantLogged("sign-in refused", "sign-in refused", "sign-in refused")
	if _, err := w.guard.Session(ctx, "elm-carer", access.DirectCare); standard.KindOf(err) != standard.Unauthenticated {
		t.Errorf("a closed account goes on: %v", err)
	}
	if err := w.guard.Enable(ctx, "elm-carer"); err != nil {
		t.Fatal(err)
	}
	must[access.Principal](t)(w.guard.SignIn(ctx, "elm-carer", password))
	if _, err := w.guard.Session(ctx, "nurse", "curiosity"); standard.KindOf(err) != standard.Invalid {
		t.Errorf("an unknown purpose: %v", err)
	}
}

// TestLockOut: after five wrong tries the right password does not help until the pause is over, and pauses grow.
func TestLockOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	try := func(account, password string) bool {
		_, err := w.guard.SignIn(ctx, account, password)
		if err != nil && standard.KindOf(err) != standard.Unauthenticated {
			t.Fatal(err)
		}
		return err == nil
	}
	for range 4 {
		try("nurse", "wrong password")
	}
	if !try("nurse", password) {
		t.Fatal("four wrong tries locked the account")
	}
	for range 5 {
		try("nurse", "wrong password")
	}
	if try("nurse", password) {
		t.Fatal("the right password worked during the pause")
	}
	if !try("senior", password) {
		t.Error("somebody else is locked out too")
	}
	w.now = w.now.Add(31 * time.Second)
	if try("nurse", "wrong password") {
		t.Fatal("a wrong password worked")
	}
	w.now = w.now.Add(31 * time.Second)
	if try("nurse", password) {
		t.Error("the second pause is no longer than the first")
	}
	w.now = w.now.Add(31 * time.Second)
	if !try("nurse", password) {
		t.Error("the right password does not work after the pause")
	}
	for range 6 {
		try("nurse", "wrong password")
	}
	if err := w.guard.SetPassword(ctx, "nurse", "four other plain words"); err != nil {
		t.Fatal(err)
	}
	if try("nurse", password) || !try("nurse", "four other plain words") {
		t.Error("a new password does not end the pause, or the old one still works")
	}
}

// TestTokens: they work until they expire, are revoked, or the account is closed; only their hash is kept.
func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	token := must[string](t)(w.guard.NewToken(ctx, "nurse", "tests", 24*time.Hour))
	if !strings.HasPrefix(token, "rosemary_") || len(token) < 50 {
		t.Errorf("the token is %q", token)
	}
	works := func(bearer string) bool {
		s, err := w.guard.TokenSession(ctx, bearer, access.DirectCare)
		if err != nil && standard.KindOf(err) != standard.Unauthenticated {
			t.Fatal(err)
		}
		return err == nil && s.Principal().Account == "nurse"
	}
	if !works(token) || works(token+"x") || works("") || works("Bearer "+token) {
		t.Error("the wrong tokens work")
	}
	var kept int
	if err := w.db.QueryRow(ctx, `SELECT count(*) FROM token WHERE used > 0 AND instr(hash, $1) = 0`, token).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("kept %d tokens: %v", kept, err)
	}
	if err := w.guard.Disable(ctx, "nurse"); err != nil {
		t.Fatal(err)
	}
	if works(token) {
		t.Error("the token of a closed account works")
	}
	if err := w.guard.Enable(ctx, "nurse"); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if works(token) {
		t.Error("an expired token works")
	}
	other := must[string](t)(w.guard.NewToken(ctx, "nurse", "tests", time.Hour))
	if n := must[int](t)(w.guard.RevokeTokens(ctx, "nurse")); n != 1 || works(other) {
		t.Errorf("%d tokens revoked, or it still works", n)
	}
	if _, err := w.guard.NewToken(ctx, "nurse", "for ever", 10*366*24*time.Hour); standard.KindOf(err) != standard.Invalid {
		t.Errorf("a token for ever: %v", err)
	}
}

// TestNewAccounts: every fault is told at once; a name is given once.
func TestNewAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.guard.CreateAccount(t.Context(), access.NewAccount{Account: "B@d name!", Password: "short", Role: "doctor", Places: []uuid.UUID{uuid.New()}})
	fault, _ := asFault(err)
	var paths []string
	for _, p := range fault.Problems {
		paths = append(paths, p.Path)
	}
	if got := strings.Join(paths, " "); got != "/account /name /role /places/0 /password" {
		t.Errorf("faults at %s: %v", got, err)
	}
	err = w.guard.CreateAccount(t.Context(), access.NewAccount{Account: "nurse", Name: "Another", Password: password, Role: "administrator"})
	if standard.KindOf(err) != standard.Conflict {
		t.Errorf("a second account of that name: %v", err)
	}
	if err := w.guard.CreateAccount(t.Context(), access.NewAccount{Account: "noworker", Name: "N", Password: password, Role: "nurse"}); standard.KindOf(err) != standard.Invalid {
		t.Errorf("a nurse who is nobody: %v", err)
	}
	made := access.NewAccount{
		Account: "New.Nurse@rose", Name: "New Nurse", Password: "five more plain words", Role: "nurse", Worker: w.entry("worker", "New Nurse"),
		Places: []uuid.UUID{w.places["Rose House"], w.places["Elm House"]},
	}
	if err := w.guard.CreateAccount(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	p := must[access.Principal](t)(w.guard.SignIn(t.Context(), "new.nurse@rose", made.Password))
	if p.Name != made.Name || p.Worker != made.Worker || !slices.Equal(p.Places, made.Places) {
		t.Errorf("the new account is %+v", p)
	}
	for _, a := range must[[]access.Account](t)(w.guard.Accounts(t.Context())) {
		if a.Password != "" {
			t.Error("a password hash is shown")
		}
	}
}

// TestBrowserSessions: they are kept hashed, expire, and end with a new password or a closed account.
func TestBrowserSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	cookies := w.store.Cookies(func() time.Time { return w.now }, func(data []byte) string { return string(data) })
	later := w.now.Add(time.Hour)
	found := func(token string) bool {
		_, ok, err := cookies.FindCtx(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for token, account := range map[string]string{"t1": "nurse", "t2": "nurse", "t3": "senior", "t4": ""} {
		if err := cookies.CommitCtx(ctx, token, []byte(account), later); err != nil {
			t.Fatal(err)
		}
	}
	var plain int
	if err := w.db.QueryRow(ctx, `SELECT count(*) FROM cookie_session WHERE instr(hash, CAST('t1' AS BLOB)) > 0`).Scan(&plain); err != nil || plain > 0 {
		t.Errorf("tokens are kept as they are: %v", err)
	}
	if err := cookies.DeleteCtx(ctx, "t2"); err != nil || !found("t1") || found("t2") {
		t.Error("deleting one session does not delete that one")
	}
	if err := w.guard.SetPassword(ctx, "nurse", "four other plain words"); err != nil || found("t1") || !found("t3") || !found("t4") {
		t.Error("a new password does not end the sessions of that account alone")
	}
	if err := w.guard.Disable(ctx, "senior"); err != nil || found("t3") {
		t.Error("closing an account does not end its sessions")
	}
	w.now = later
	if found("t4") {
		t.Error("an expired session is found")
	}
	var left int
	if err := cookies.Clean(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.db.QueryRow(ctx, `SELECT count(*) FROM cookie_session`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d sessions are left: %v", left, err)
	}
}

// TestAttest: a signature needs the right and the password again, and can be verified.
func TestAttest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("carer").commit(w.note("Okafor", "fell", "")).wantDone()
	stream, rec := w.people["Okafor"], w.records["fell"]
	attest := func(account string, number int, password string) *step {
		a := w.as(account)
		receipt, err := a.session.Attest(ctx, stream, rec, number, "I have checked it", password)
		s := a.did("attests", err, nil)
		s.receipt = receipt
		return s
	}
	attest("carer", 1, password).wantForbidden().wantLogged("attest refused")
	attest("inspector", 1, password).wantForbidden()
	attest("nurse", 2, password).wantDenied().wantLogged("attest refused")
	if s := attest("nurse", 1, "wrong password").want(standard.Invalid).wantLogged("attest refused"); ruleOf(s.err) != "wrong-password" {
		t.Errorf("a wrong password: %v", s.err)
	}
	receipt := attest("nurse", 1, password).wantDone().receipt
	log := must[[]access.LogEntry](t)(w.as("carer").view().ChangeLog(ctx, stream, rec))
	if len(log) != 2 || log[1].Change.Attestation == nil {
		t.Fatalf("the change log holds %d entries", len(log))
	}
	a := log[1].Change.Attestation
	err := record.CheckSignature(w.keys.Public(), record.AttestedText(receipt.Changes[0].Hash, w.workers["nurse"], a.At, a.Method, a.Reason), a.Signature)
	if err != nil {
		t.Error(err)
	}
	forged := &record.Proposal{Stream: stream, Changes: []record.ProposedChange{{Type: record.Attest, Record: rec, Expected: 1, Attestation: a}}}
	w.as("nurse").commit(forged).wantForbidden()
	for range 5 {
		attest("nurse", 1, "wrong password")
	}
	attest("nurse", 1, password).want(standard.Invalid) // locked out here as at the door
}
