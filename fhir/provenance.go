package fhir

import (
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// A Provenance is one entry of a record's change log: who did what to one version, when and why. It is called by the contribution and the record.
func provenanceID(contribution, rec uuid.UUID) string {
	return hex.EncodeToString(contribution[:]) + hex.EncodeToString(rec[:])
}

// searchProvenance answers GET Provenance?target=Type/id.
func (c *call) searchProvenance() (*reply, error) {
	problems := c.unknownParameters("target", "_count", "_after", "_format", "_pretty")
	text := strings.TrimPrefix(c.query.Get("target"), c.base()+"/")
	kind, id, _ := resource.SplitReference(text)
	stream, rec, ok := mapping.ParseID(id)
	if !ok {
		problems = append(problems, badParameter("target", text, "Say of what: target=Type/id. Every change of that resource has one."))
	}
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	log, err := view.ChangeLog(c.ctx, stream, rec)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	for _, entry := range log {
		n, err := c.provenance(stream, entry)
		if err != nil {
			return nil, err
		}
		if n != nil && strings.HasPrefix(n.Text("target", "reference"), kind+"/") {
			c.addFound(b, n, "match")
		}
	}
	c.pageLinks(b, place{}, false)
	return &reply{status: http.StatusOK, node: b}, nil
}

// readProvenance answers GET Provenance/{id}.
func (c *call) readProvenance() (*reply, error) {
	contribution, rec, ok := mapping.ParseID(c.words["id"])
	if !ok {
		return nil, errNothingHere()
	}
	sealed, err := c.session.Contribution(c.ctx, contribution)
	if err != nil {
		return nil, err
	}
	for _, ch := range sealed.Changes {
		if ch.Version.Record != rec {
			continue
		}
		n, err := c.provenance(sealed.Stream, access.LogEntry{Contribution: &sealed.Contribution, Change: ch})
		if err != nil {
			return nil, err
		}
		return &reply{status: http.StatusOK, node: n}, nil
	}
	return nil, errNothingHere()
}

// activities are FHIR's words for what a change did.
var activities = map[record.ChangeType]string{
	record.Create: "CREATE", record.Modify: "UPDATE", record.Correct: "UPDATE", record.Finish: "UPDATE", record.MarkError: "NULLIFY",
}

// provenance writes one entry of a change log; nil for a class that has no place in FHIR.
func (c *call) provenance(stream uuid.UUID, entry access.LogEntry) (*resource.Node, error) {
	m, ok := c.m.ByClass(entry.Change.Class)
	if !ok {
		return nil, nil
	}
	who, err := c.agent(stream, entry.Contribution.Committer.Actor)
	if err != nil {
		return nil, err
	}
	at := entry.Contribution.Committed.UTC().Format("2006-01-02T15:04:05.000Z")
	n := newResource(c.m.Definitions, "Provenance")
	n.Set("id", provenanceID(entry.Contribution.ID, entry.Change.Version.Record))
	n.Add("meta").Set("lastUpdated", at)
	n.Add("target").Set("reference", m.Resource.Name+"/"+mapping.ID(stream, entry.Change.Version.Record)+"/_history/"+versionName(c.System, entry.Change.Version))
	n.Set("recorded", at)
	if entry.Change.Description != "" {
		n.Add("reason").Set("text", entry.Change.Description)
	}
	activity := n.Add("activity").Add("coding")
	if code := activities[entry.Change.Type]; code != "" {
		activity.Set("system", "http://terminology.hl7.org/CodeSystem/v3-DataOperation")
		activity.Set("code", code)
		activity = n.First("activity").Add("coding")
	}
	activity.Set("system", "urn:rosemary:change-type")
	activity.Set("code", string(entry.Change.Type))
	agent := n.Add("agent")
	part := agent.Add("type").Add("coding")
	part.Set("system", "http://terminology.hl7.org/CodeSystem/provenance-participant-type")
	part.Set("code", "enterer")
	if role := entry.Contribution.Committer.Role; role != "" {
		r := agent.Add("role").Add("coding")
		r.Set("system", "urn:rosemary:role")
		r.Set("code", role)
	}
	ref := agent.Add("who")
	switch {
	case entry.Provider != "":
		ref.Set("display", entry.Provider)
	case who != "":
		ref.Set("reference", who)
	default:
		ref.Set("display", "Account "+entry.Contribution.Committer.Account)
	}
	return n, nil
}

// agent gives the reference to a care worker of the directory; "" where there is none that the reader may see.
func (c *call) agent(stream, actor uuid.UUID) (string, error) {
	if actor == uuid.Nil {
		return "", nil
	}
	if class, ok := c.entries.Load(actor); ok {
		if m, ok := c.m.ByClass(class.(string)); ok {
			return m.Resource.Name + "/" + actor.String(), nil
		}
	}
	view, err := c.view()
	if err != nil {
		return "", err
	}
	found, err := view.Targets(c.ctx, stream, []uuid.UUID{actor})
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return "", err
	}
	t, ok := found[actor]
	m, known := c.m.ByClass(t.Class)
	if !ok || !known || t.Stream != actor {
		return "", nil
	}
	c.entries.Store(actor, t.Class)
	return m.Resource.Name + "/" + actor.String(), nil
}

// histories gives the Provenance of what was found, for _revinclude=Provenance:target.
func (c *call) histories(hits []hit) ([]*resource.Node, error) {
	var all []*resource.Node
	if !c.session.MayWith(access.Looks, "Provenance") {
		return nil, nil
	}
	for _, h := range hits {
		log, err := c.seen.ChangeLog(c.ctx, h.version.Stream, h.version.Record)
		if err != nil {
			return nil, err
		}
		for _, entry := range log {
			n, err := c.provenance(h.version.Stream, entry)
			if err != nil {
				return nil, err
			}
			if n != nil {
				all = append(all, n)
			}
		}
	}
	return all, nil
}
