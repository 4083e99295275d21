package access

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
)

func updating() bool { f := flag.Lookup("update"); return f != nil && f.Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write golden files")
	flag.Parse()
	os.Exit(m.Run())
}

func table(t testing.TB) *Policy {
	t.Helper()
	p, err := StandardPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	rose   = uuid.MustParse("0197a000-0000-7000-8000-000000000001")
	elm    = uuid.MustParse("0197a000-0000-7000-8000-000000000002")
	worker = uuid.MustParse("0197a000-0000-7000-8000-000000000011")
)

// someone works at Rose House.
func someone(role Role) Principal {
	return Principal{Account: "someone", Worker: worker, Role: role, Places: []uuid.UUID{rose}, LetIn: []uuid.UUID{rose}}
}

// grounds are the ways in which a person can be connected with someone.
var grounds = []struct {
	name  string
	facts record.Facts
}{
	{"lives here", record.Facts{PlacesNow: []uuid.UUID{rose}, PlacesEver: []uuid.UUID{rose}}},
	{"has left", record.Facts{PlacesEver: []uuid.UUID{rose}, PlacesNow: []uuid.UUID{elm}}},
	{"looked after by name", record.Facts{PlacesNow: []uuid.UUID{elm}, PlacesEver: []uuid.UUID{elm}, Workers: []uuid.UUID{worker}}},
	{"lives elsewhere", record.Facts{PlacesNow: []uuid.UUID{elm}, PlacesEver: []uuid.UUID{elm}}},
	{"let in", record.Facts{Stream: rose, PlacesNow: []uuid.UUID{elm}, PlacesEver: []uuid.UUID{elm}}},
	{"here, but excluded", record.Facts{PlacesNow: []uuid.UUID{rose}, PlacesEver: []uuid.UUID{rose}, Excluded: []uuid.UUID{worker}}},
}

var peopleActions = []Action{ToRead, ToRecord, ToAttest, ToRegister, ToExport, ToReadAccessLog, ToSeeRestricted}

// TestTruthTable shows the whole rule of access to whoever reads the golden file: role by action by connection by sensitivity.
func TestTruthTable(t *testing.T) {
	p := table(t)
	var b strings.Builder
	b.WriteString("# n normal, s sensitive, c confidential: what is allowed; a dot: refused\n\n")
	fmt.Fprintf(&b, "%-19s %-16s", "role", "action")
	for _, g := range grounds {
		fmt.Fprintf(&b, " | %s", g.name)
	}
	b.WriteString("\n")
	for _, role := range p.Roles() {
		for _, action := range peopleActions {
			fmt.Fprintf(&b, "%-19s %-16s", role.ID, action)
			for _, g := range grounds {
				fmt.Fprintf(&b, " | %-*s", len(g.name), reached(p, role.ID, action, g.facts))
			}
			b.WriteString("\n")
		}
		for _, action := range []Action{ToReadDirectory, ToEditDirectory, ToManageAccounts, ToManageForms, ToOversee, ToManageDevices} {
			limit, _ := p.reach(role.ID, action)
			fmt.Fprintf(&b, "%-19s %-16s | always up to %s\n", role.ID, action, map[bool]string{true: "nothing", false: limit.String()}[limit == 0])
		}
		b.WriteString("\n")
	}
	compareGolden(t, "testdata/truth-table.txt", b.String())
}

func reached(p *Policy, role Role, action Action, facts record.Facts) string {
	cell := []byte("...")
	for s := record.Normal; s <= record.Confidential; s++ {
		facts.Sensitivity = s
		if p.Decide(someone(role), action, facts).Allowed {
			cell[s-1] = "nsc"[s-1]
		}
	}
	return string(cell)
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if updating() {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table of who may do what has changed; read it, and run the test with -update if it is right:\n%s", got)
	}
}

// TestDecideEqualsScope: for any person, record, actor and action, one decision and the rule for lists agree.
func TestDecideEqualsScope(t *testing.T) {
	p := table(t)
	pool := make([]uuid.UUID, 5)
	for i := range pool {
		pool[i] = uuid.MustParse(fmt.Sprintf("0197a000-0000-7000-8000-0000000001%02d", i))
	}
	some := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		who := Principal{
			Role: rapid.SampledFrom(p.Roles()).Draw(t, "role").ID, Places: some.Draw(t, "own places"),
			Worker: rapid.SampledFrom(append(pool[:3:3], uuid.Nil)).Draw(t, "worker"), LetIn: some.Draw(t, "let in"),
		}
		now := some.Draw(t, "now")
		facts := record.Facts{
			Stream: rapid.SampledFrom(pool).Draw(t, "stream"), PlacesNow: now, PlacesEver: append(slices.Clone(now), some.Draw(t, "once")...), Workers: some.Draw(t, "workers"),
			Sensitivity: record.Sensitivity(rapid.IntRange(1, 3).Draw(t, "sensitivity")), Excluded: some.Draw(t, "excluded"),
		}
		action := rapid.SampledFrom(peopleActions).Draw(t, "action")
		d := p.Decide(who, action, facts)
		if allows := p.Scope(who, action, "2026-03-16").Allows(facts); d.Allowed != allows {
			t.Fatalf("Decide says %v (%s), Scope says %v", d.Allowed, d.Why, allows)
		}
		if d.Why == "" {
			t.Fatal("a decision without a reason")
		}
	})
}

func TestPolicyFileIsReadStrictly(t *testing.T) {
	const head = "roles:\n  - {id: nurse, name: Nurse}\nbanner_roles: [allergy]\ngrants:\n"
	for _, c := range []struct{ name, text, want string }{
		{"unknown role", head + "  - {role: doctor, action: read, ground: placed-now, upto: normal, note: x}\n", `t.yaml:5:12: there is no role "doctor"`},
		{"unknown action", head + "  - {role: nurse, action: peek, ground: placed-now, upto: normal, note: x}\n", `t.yaml:5:27: there is no action "peek"`},
		{"unknown ground", head + "  - {role: nurse, action: read, ground: nearby, upto: normal, note: x}\n", `t.yaml:5:41: there is no ground "nearby"`},
		{"care for anybody", head + "  - {role: nurse, action: read, ground: always, upto: normal, note: x}\n", `t.yaml:5:41: read is about a person`},
		{"directory by place", head + "  - {role: nurse, action: read-directory, ground: placed-now, upto: normal, note: x}\n", `t.yaml:5:51: read-directory is not about a person`},
		{"unknown sensitivity", head + "  - {role: nurse, action: read, ground: placed-now, upto: secret, note: x}\n", `t.yaml:5:59: there is no sensitivity "secret"`},
		{"no note", head + "  - {role: nurse, action: read, ground: placed-now, upto: normal}\n", `t.yaml:5:12: a grant needs a note`},
		{"unknown key", head + "  - {role: nurse, action: read, ground: placed-now, upto: normal, until: noon, note: x}\n", `t.yaml:5:67: unknown field "until"`},
		{"twice", head + strings.Repeat("  - {role: nurse, action: read, ground: placed-now, upto: normal, note: x}\n", 2), `t.yaml:6:12: nurse, read, placed-now stands here twice`},
		{"unknown banner role", "roles:\n  - {id: nurse, name: Nurse}\nbanner_roles: [allergies]\ngrants: []\n", `t.yaml:3:16: "allergies" is not a role of classes`},
		{"no YAML", "roles: [", `t.yaml:1:`},
		{"empty", "", `there are no roles`},
	} {
		_, err := LoadPolicy("t.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
