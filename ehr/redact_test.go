package ehr_test

import (
	"bytes"
	"hash/fnv"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/ehr"
	"rosemary/ehr/ehrtest"
	"rosemary/ehr/native"
)

func redacted(t interface{ Fatal(...any) }, p *ehrtest.Parts, cut ehr.Cut) (*ehrtest.Parts, string) {
	s, err := ehr.Redact(func() (ehr.Source, error) { return p, nil }, cut)
	if err != nil {
		t.Fatal(err)
	}
	left, err := ehrtest.Collect(s)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := native.JSON().Encode(&b, left); err != nil {
		t.Fatal(err)
	}
	return left, b.String()
}

// No id of what is gone, no policy that only it had, and nobody that only it named is anywhere in what is sent; and what is sent is still an extract.
func TestNothingBetraysWhatIsGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ehrtest.Extract(t, ehrtest.Options{})
		before := encode(t, p)
		share := rapid.Uint32Range(1, 8).Draw(t, "share")
		cut := func(c ehr.Recorded) (string, bool) {
			h := fnv.New32()
			h.Write([]byte(c.Record().RCID.Root))
			return "reason " + string(rune('a'+h.Sum32()%2)), h.Sum32()%8 < share
		}
		left, out := redacted(t, p, cut)
		if encode(t, p) != before {
			t.Fatal("the extract itself was changed")
		}
		stays := map[string]bool{}
		everything(left, func(c ehr.Recorded) { stays[c.Record().RCID.Root] = true })
		kept, gone := map[string]bool{}, map[string]bool{}
		everything(p, func(c ehr.Recorded) {
			r := c.Record()
			if _, cuts := cut(c); cuts && stays[r.RCID.Root] {
				t.Fatalf("%s should be gone", r.RCID)
			}
			where := gone
			if stays[r.RCID.Root] {
				where = kept
			} else if strings.Contains(out, r.RCID.Root) {
				t.Fatalf("%s is gone, and stands in\n%s", r.RCID.Root, out)
			}
			for _, id := range r.PolicyIDs {
				where[id.Root] = true
			}
		})
		for id := range gone {
			if !kept[id] && strings.Contains(out, id) {
				t.Fatalf("policy %s stands in\n%s", id, out)
			}
		}
		checkEntities(t, p, left, out)
		faults, err := ehr.Validate(left)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			if f.Severity == ehr.Error {
				t.Fatal(f.Error())
			}
		}
	})
}

// checkEntities: who is gone is named nowhere; who is there and was named is still named.
func checkEntities(t *rapid.T, p, left *ehrtest.Parts, out string) {
	before := encode(t, p)
	for _, d := range p.DemographicList {
		root := d.Identified().Key.Root
		person, is := d.(*ehr.Person)
		there := slices.ContainsFunc(left.DemographicList, func(x ehr.Demographic) bool { return x.Identified().Key.Root == root })
		switch {
		case !there && strings.Contains(out, root):
			t.Fatalf("the entity %s is gone, and named in\n%s", root, out)
		case there && is && person.Subject != nil:
		case there && strings.Count(before, root) > 1 && strings.Count(out, root) < 2:
			t.Fatalf("the entity %s is there, and nothing names it any more:\n%s", root, out)
		}
	}
}

func encode(t interface{ Fatal(...any) }, p *ehrtest.Parts) string {
	var b bytes.Buffer
	if err := native.JSON().Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func everything(p *ehrtest.Parts, visit func(ehr.Recorded)) {
	each := func(_ *ehr.Place, c ehr.Recorded, v ehr.Value) error {
		if v == nil {
			visit(c)
		}
		return nil
	}
	for _, c := range p.CompositionList {
		_ = ehr.Walk(c, each)
	}
	for _, f := range p.FolderList {
		_ = ehr.Walk(f, each)
	}
}

func TestNothingCutChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ehrtest.Extract(t, ehrtest.Options{})
		left, _ := redacted(t, p, func(ehr.Recorded) (string, bool) { return "", false })
		if d := ehrtest.Difference(p, left); d != "" {
			t.Fatal(d)
		}
	})
}

func TestOmissionsSayWhyAndHowMuch(t *testing.T) {
	p := whole(t)
	p.Top.Omitted = []ehr.Omission{{Reason: "about somebody else", Count: 2}}
	first := p.CompositionList[0].RCID
	left, out := redacted(t, p, func(c ehr.Recorded) (string, bool) { return "about somebody else", c.Record().RCID == first })
	if len(left.CompositionList) != 1 || left.CompositionList[0].Committal.Previous != nil || left.FolderList[0].Compositions != nil || strings.Contains(out, first.Root) {
		t.Error(out)
	}
	if d := ehrtest.Difference(left.Top.Omitted, []ehr.Omission{{Reason: "about somebody else", Count: 3}}); d != "" {
		t.Error(d)
	}
}

// An entry that lost all its items does not stay: blank, it would say that it was wrong.
func TestWhatIsEmptyGoesToo(t *testing.T) {
	p := whole(t)
	parts := clusterOf(p).Parts
	left, _ := redacted(t, p, func(c ehr.Recorded) (string, bool) {
		return "x", slices.ContainsFunc(parts, func(i ehr.Item) bool { return i.Record() == c.Record() })
	})
	e := entryOf(left)
	if len(e.Items) != 4 || left.Top.Omitted[0].Count != 4 {
		t.Error(len(e.Items), left.Top.Omitted)
	}
	all := entryOf(p).Items
	left, _ = redacted(t, p, func(c ehr.Recorded) (string, bool) {
		return "x", slices.ContainsFunc(all, func(i ehr.Item) bool { return i.Record() == c.Record() })
	})
	if len(left.CompositionList) != 1 {
		t.Error("a composition of nothing is left")
	}
}

// A signature over what was cut into would no longer fit, and its view would show what is gone.
func TestAttestationsOfWhatWasCutInto(t *testing.T) {
	p := whole(t)
	c := p.CompositionList[0]
	seen := &ehr.Encapsulated{Data: []byte("all of it")}
	c.Attestations = []ehr.Attestation{{Time: c.Committal.Committed, Reason: ehr.Coded{Code: "signed"}, Attester: *c.Composer, Target: []ehr.ID{c.RCID}, View: seen, Proof: seen}}
	gone := elementOf(p).RCID
	left, _ := redacted(t, p, func(c ehr.Recorded) (string, bool) { return "x", c.Record().RCID == gone })
	a := left.CompositionList[0].Attestations
	if len(a) != 1 || a[0].View != nil || a[0].Proof != nil || c.Attestations[0].View == nil {
		t.Error(a)
	}
}

// The same component cut of a great many: memory holds what is cut and nothing else, and the second pass gives the rest.
func TestRedactionStreams(t *testing.T) {
	n := 0
	s, err := ehr.Redact(func() (ehr.Source, error) { return ehrtest.Many(5000), nil }, func(c ehr.Recorded) (string, bool) {
		q, is := c.(*ehr.Element)
		return "a mood", is && q.ArchetypeID == "/content/mood"
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Compositions(func(c *ehr.Composition) error {
		n++
		if got := len(c.Content[0].(*ehr.Entry).Items); got != 4 {
			t.Fatalf("%d items", got)
		}
		return nil
	})
	if err != nil || n != 5000 || s.Header().Omitted[0].Count != 5000 {
		t.Error(n, err, s.Header().Omitted)
	}
}

// A value that names what is gone, as an identifier or inside a URI or a reference, is masked.
func TestValuesThatNameWhatIsGoneAreMasked(t *testing.T) {
	p := whole(t)
	gone := p.CompositionList[1].RCID
	for _, v := range []ehr.Value{&ehr.ID{Root: gone.Root}, &ehr.URI{Value: "https://example.org/" + gone.Root + "#x"}, &ehr.Encapsulated{Reference: "urn:uuid:" + gone.Root}} {
		elementOf(p).Value = v
		left, out := redacted(t, p, func(c ehr.Recorded) (string, bool) { return "x", c.Record().RCID == gone })
		if n, is := elementOf(left).Value.(*ehr.Null); !is || n.Flavour != "MSK" || strings.Contains(out, gone.Root) {
			t.Errorf("%T: %#v", v, elementOf(left).Value)
		}
	}
}
