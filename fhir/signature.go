package fhir

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// passwordHeader is where whoever signs proves once more who they are.
const passwordHeader = "Rosemary-Password"

// The words of ASTM E1762 for what a signature is for. An attestation says in its reason what for; this is what all of them are.
const (
	signatureTypes = "urn:iso-astm:E1762-95:2013"
	verified       = "1.2.840.10065.1.12.1.5"
)

// signing is what a Provenance with a signature asks for.
type signing struct {
	kind        string
	stream, rec uuid.UUID
	number      int
	reason      string
}

// createProvenance answers POST Provenance: the signature of whoever asks under one version of a record. Every other Provenance is made here of what is committed.
func (c *call) createProvenance() (*reply, error) {
	n, err := c.sentAs("Provenance")
	if err != nil {
		return nil, err
	}
	s, problems := c.signing(n)
	password := c.r.Header.Get(passwordHeader)
	if password == "" { // which would count as a wrong one
		problems = append(problems, standard.Problem{Path: passwordHeader, Rule: "no-password", Message: "Whoever signs proves again who they are: send their password in this header."})
	}
	if err := standard.Refuse("Nothing was signed.", problems); err != nil {
		return nil, err
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	v, err := view.Record(c.ctx, s.stream, s.rec)
	if err != nil {
		return nil, err
	}
	if m, ok := c.m.ByClass(v.Class); !ok || m.Resource.Name != s.kind {
		return nil, errNothingHere()
	}
	receipt, err := c.session.Attest(c.ctx, s.stream, s.rec, s.number, s.reason, password)
	if err != nil {
		return nil, signedAt(err)
	}
	c.seen = nil
	c.words = map[string]string{"id": provenanceID(receipt.Contribution, s.rec)}
	out, err := c.readProvenance()
	if err != nil {
		return nil, err
	}
	out.status, out.header = http.StatusCreated, http.Header{"Location": {c.base() + "/Provenance/" + c.words["id"]}}
	return out, nil
}

// signing reads what is to be signed, and why, all faults at once.
func (c *call) signing(n *resource.Node) (s signing, problems []standard.Problem) {
	fault := func(path, rule, words string) {
		problems = append(problems, standard.Problem{Path: "Provenance." + path, Rule: rule, Message: words})
	}
	for _, e := range n.Nodes {
		switch e.Field.Base {
		case "id", "meta", "text", "target", "recorded", "agent", "signature", "activity":
		case "reason":
			s.reason = strings.TrimPrefix(s.reason+"; "+inWords(e), "; ")
		default:
			fault(e.Field.Name, "no-place", "A signature has no place for this.")
		}
	}
	c.target(n, &s, fault)
	if s.reason == "" {
		fault("reason", standard.RuleMustOccur, "Say in words what it is signed for, for example that it was checked: reason.text.")
	}
	signatures := n.All("signature")
	switch {
	case len(signatures) == 0:
		fault("signature", standard.RuleMustOccur, "A Provenance is made here of every change that is committed; who wrote and told it, when and why is said with the change, in "+provenanceHeader+". What can be sent is one with a signature.")
		return s, problems
	case len(signatures) > 1:
		fault("signature", "no-place", "Sign one at a time.")
	}
	if signatures[0].First("data") != nil {
		fault("signature[0].data", "no-place", "The signature is made here: leave its data out. One that was made elsewhere is kept with what it signs: send the Provenance and that in one transaction.")
	}
	if !c.isAsker(signatures[0].First("who")) {
		fault("signature[0].who", "not-yourself", "Everybody signs for themselves: this must be a reference to the entry of the account that asks, "+c.askerWords()+".")
	}
	for i, agent := range n.All("agent") {
		if who := agent.First("who"); who.First("reference") != nil && !c.isAsker(who) {
			fault("agent["+strconv.Itoa(i)+"].who", "not-yourself", "Who signs is whoever asks.")
		}
	}
	return s, problems
}

// target reads which version is to be signed.
func (c *call) target(n *resource.Node, s *signing, fault func(path, rule, words string)) {
	targets := n.All("target")
	if len(targets) != 1 {
		fault("target", "no-place", "Sign one version of one record at a time.")
		return
	}
	kind, id, version := resource.SplitReference(c.local(targets[0].Text("reference")))
	number, _, _ := strings.Cut(version, "-")
	var ok bool
	s.kind = kind
	s.stream, s.rec, ok = mapping.ParseID(id)
	s.number, _ = strconv.Atoi(number)
	switch {
	case !ok:
		fault("target[0].reference", resource.RuleTarget, "This must be a reference to a version of a record here: Type/ID/_history/1.")
	case s.number < 1:
		fault("target[0].reference", standard.RuleMustOccur, "Say which version you sign: Type/ID/_history/1.")
	}
}

// isAsker says whether a reference is to the care worker whose account asks.
func (c *call) isAsker(who *resource.Node) bool {
	_, id, _ := resource.SplitReference(c.local(who.Text("reference")))
	_, rec, ok := mapping.ParseID(id)
	return ok && rec == c.session.Principal().Worker
}

func (c *call) askerWords() string {
	if worker := c.session.Principal().Worker; worker != uuid.Nil {
		return "Practitioner/" + worker.String()
	}
	return "which has none"
}

// signedAt gives the faults of a signature their places in what was sent.
func signedAt(err error) error {
	f := *fault(err)
	f.Problems = append([]standard.Problem(nil), f.Problems...)
	for i := range f.Problems {
		switch f.Problems[i].Path {
		case "/password":
			f.Problems[i].Path = passwordHeader
		case "/description":
			f.Problems[i].Path = "Provenance.reason"
		}
	}
	if f.Kind != standard.Invalid {
		return err
	}
	return &f
}

// signed writes a signature that was made here: the server's, over the version, who signed, when and why, after they had proved again who they are.
func signed(n *resource.Node, a *record.Attestation, who *resource.Node) {
	if a == nil {
		return
	}
	s := n.Add("signature")
	sayCode(s.Add("type"), signatureTypes, verified)
	s.Set("when", a.At.UTC().Format("2006-01-02T15:04:05.000Z"))
	signer := s.Add("who")
	for _, part := range who.Nodes {
		signer.AddCopy(part)
	}
	s.Set("sigFormat", "application/octet-stream")
	s.Set("data", base64.StdEncoding.EncodeToString(a.Signature))
}

// inWords gives a concept in words.
func inWords(concept *resource.Node) string {
	words := concept.Text("text")
	for _, coding := range concept.All("coding") {
		if words == "" {
			words = coding.Text("display")
		}
		if words == "" {
			words = coding.Text("code")
		}
	}
	return words
}
