package fhir

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/resource"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// transferRoutes are what moving a person between two systems adds to the table.
func transferRoutes() []*route {
	return []*route{
		{method: http.MethodPost, path: "/Patient/$transfer", name: "$transfer", needs: access.Creates, answer: (*call).transfer},
		{method: http.MethodGet, path: "/Patient/$transfer", needs: access.Reads, answer: (*call).transferred},
	}
}

// movesIn is the purpose of a request that names none: what the guide's operation is for.
const movesIn = "moves-in"

// transferAsk is what the operation of the draft national guide asks, with what a request to another provider needs beside it.
type transferAsk struct {
	exchange.Ask
	peer string
}

// transfer answers POST Patient/$transfer: what it asks becomes a request to the system that is named as the fulfiller, as somebody would make it on the pages. Sent again under the same
// Idempotency-Key it tells how that stands.
func (c *call) transfer() (*reply, error) {
	if c.Exchange == nil {
		return nil, errNothingHere()
	}
	n, err := c.sentAs("Parameters")
	if err != nil {
		return nil, err
	}
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	ask, problems, err := c.askedTransfer(n)
	if err != nil {
		return nil, err
	}
	if err := standard.Refuse("Nobody was asked.", problems); err != nil {
		return nil, err
	}
	k, err := c.Exchange.Ask(c.ctx, c.session, mint(key, 0), ask.peer, ask.Ask)
	if standard.KindOf(err) == standard.Invalid {
		f := *fault(err)
		f.Problems = append([]standard.Problem(nil), f.Problems...)
		for i := range f.Problems {
			f.Problems[i].Path = parameterAt(transferNames[f.Problems[i].Path])
		}
		return nil, &f
	}
	if err != nil {
		return nil, err
	}
	return c.transferStands(&k), nil
}

// transferNames says by which parameter each member of a request comes.
var transferNames = map[string]string{
	"/by": "requestedBy", "/requestor": "requestor", "/purpose": "purpose", "/basis": "basis", "/why": "reason", "/wanted": "targetCompletion", "/nhsNumber": "subject", "/born": "birthDate",
	"/given": "name", "/family": "name", "/peer": "fulfiller",
}

func parameterAt(name string) string { return "Parameters.parameter.where(name='" + name + "')" }

// askedTransfer reads the parameters, all faults at once.
func (c *call) askedTransfer(n *resource.Node) (a transferAsk, problems []standard.Problem, err error) {
	fault := func(name, words string) {
		problems = append(problems, standard.Problem{Path: parameterAt(name), Rule: standard.RuleMustOccur, Message: words})
	}
	given := map[string]*resource.Node{}
	for _, p := range n.All("parameter") {
		name, value := p.Text("name"), p.First("value")
		switch name {
		case "subject", "fulfiller", "requestor", "requestedBy", "fulfilledBy", "targetCompletion", "purpose", "basis", "reason", "name", "birthDate":
		default:
			problems = append(problems, standard.Problem{Path: parameterAt(name), Rule: "unknown-parameter", Value: name, Message: "There is no parameter of this name here."})
			continue
		}
		if given[name] != nil || value == nil {
			fault(name, "This parameter comes once, with a value.")
			continue
		}
		given[name] = value
	}
	for name, words := range map[string]string{
		"subject": "Say whom it is about: a reference with the NHS number as its identifier.", "fulfiller": "Say which provider is asked.", "requestor": "Say which organisation asks.",
		"requestedBy": "Say who asks.", "basis": "Say what makes it lawful, by a code: " + codes(c.Exchange.Choices.Bases) + ".", "reason": "Say in words how the person agreed, or what else makes it lawful.",
	} {
		if given[name] == nil {
			fault(name, words)
		}
	}
	if a.Purpose, a.Basis, a.Why = given["purpose"].Text(), given["basis"].Text(), given["reason"].Text(); given["purpose"] == nil {
		a.Purpose = movesIn
	}
	a.Requestor = called(given["requestor"])
	if by := called(given["requestedBy"]); by != "" {
		a.Why = strings.TrimSpace(a.Why + "\nRequested by " + by + ".")
	}
	if by := called(given["fulfilledBy"]); by != "" {
		a.Why += "\nFor the attention of " + by + "."
	}
	if a.Wanted = given["targetCompletion"].Text(); a.Wanted != "" && len(a.Wanted) != len("2026-03-16") { // a month or a year is said in words
		a.Why += "\nWanted by " + a.Wanted + "."
		a.Wanted = ""
	}
	if err := c.transferSubject(given, &a); err != nil {
		return a, nil, err
	}
	if a.Given == "" || a.Family == "" {
		fault("name", "The person is not known here, so say what they are called: a HumanName with given and family.")
	}
	if a.Born == "" {
		fault("birthDate", "The person is not known here, so say when they were born.")
	}
	if given["fulfiller"] != nil {
		wrong := ""
		if a.peer, wrong, err = c.fulfiller(given["fulfiller"]); err != nil {
			return a, nil, err
		}
		if wrong != "" {
			fault("fulfiller", wrong)
		}
	}
	return a, problems, nil
}

// called is what a reference calls somebody or something.
func called(ref *resource.Node) string {
	if ref == nil {
		return ""
	}
	if display := ref.Text("display"); display != "" {
		return display
	}
	return ref.Text("identifier", "value")
}

func codes(list []exchange.Choice) string {
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = one.Code
	}
	return strings.Join(all, ", ")
}

// transferSubject fills in who it is: as the parameters say, or else as they are known here by their NHS number.
func (c *call) transferSubject(given map[string]*resource.Node, a *transferAsk) error {
	subject := given["subject"]
	if subject.Text("identifier", "system") == nhsNumberSystem {
		a.NHSNumber = subject.Text("identifier", "value")
	}
	a.Born = given["birthDate"].Text()
	a.Given, a.Family = given["name"].Text("given"), given["name"].Text("family")
	if a.NHSNumber == "" || a.Born != "" && a.Given != "" && a.Family != "" {
		return nil
	}
	view, err := c.view()
	if err != nil {
		return err
	}
	people, _, err := view.People(c.ctx, access.PeopleQuery{Search: a.NHSNumber, All: true, Limit: 2})
	if err != nil || len(people) != 1 || people[0].Card.NHSNumber != a.NHSNumber {
		return err
	}
	card := people[0].Card
	for into, known := range map[*string]string{&a.Born: card.Born, &a.Given: card.Given, &a.Family: card.Family} {
		if *into == "" {
			*into = known
		}
	}
	return nil
}

// fulfiller finds the system that is asked, among those with which records are exchanged.
func (c *call) fulfiller(ref *resource.Node) (system, wrong string, err error) {
	peers, err := c.Exchange.Peers(c.ctx, c.session)
	if err != nil {
		return "", "", err
	}
	value, display := ref.Text("identifier", "value"), ref.Text("display")
	if value == c.System {
		return "", "This system is asked by others through its exchange of records, not by this operation.", nil
	}
	var found []string
	names := make([]string, len(peers))
	for i, p := range peers {
		names[i] = p.Name
		if value == p.System || value == "" && strings.EqualFold(display, p.Name) {
			found = append(found, p.System)
		}
	}
	if len(found) == 1 {
		return found[0], "", nil
	}
	return "", "This is none of the systems with which records are exchanged: name one by its display, or by its system as the identifier. There are " + strings.Join(names, ", ") + ".", nil
}

// transferred answers GET Patient/$transfer?request=ID: how a request stands.
func (c *call) transferred() (*reply, error) {
	if err := badQuery(c.unknownParameters("request", "_format", "_pretty")); err != nil {
		return nil, err
	}
	id, err := uuid.Parse(c.query.Get("request"))
	if err != nil || c.Exchange == nil {
		return nil, errNothingHere()
	}
	k, err := c.Exchange.Case(c.ctx, c.session, id)
	if err != nil {
		return nil, err
	}
	return c.transferStands(&k), nil
}

// transferStates are the states of a request in the words of Task.status.
var transferStates = map[exchange.State]string{
	exchange.Asking: "requested", exchange.Waiting: "received", exchange.Open: "received", exchange.Preparing: "accepted", exchange.Granted: "accepted", exchange.Ready: "ready",
	exchange.Arriving: "in-progress", exchange.Checking: "in-progress", exchange.Arrived: "completed", exchange.Done: "completed", exchange.Received: "completed",
	exchange.Refused: "rejected", exchange.Withdrawn: "cancelled", exchange.TakingBack: "cancelled", exchange.Failed: "failed",
}

// transferStands tells how a request stands.
func (c *call) transferStands(k *exchange.Case) *reply {
	p := newResource(c.m.Definitions, "Parameters")
	saying(p, "parameter", "request", "valueUuid", k.ID.URN())
	saying(p, "parameter", "status", "valueCode", transferStates[k.State])
	if words := strings.TrimSpace(k.Reason + " " + k.Trouble); words != "" {
		saying(p, "parameter", "statusReason", "valueString", words)
	}
	saying(p, "parameter", "lastModified", "valueInstant", instant(k.Changed))
	if k.Size > 0 {
		saying(p, "parameter", "bytesReceived", "valueString", strconv.FormatInt(k.Held, 10)+" of "+strconv.FormatInt(k.Size, 10))
	}
	if k.Segment != uuid.Nil {
		saying(p, "parameter", "waiting", "valueUuid", k.Segment.URN())
	}
	return &reply{status: http.StatusOK, node: p}
}
