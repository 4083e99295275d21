package fhir

import (
	"encoding/hex"
	"net/http"

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
		n, err := c.provenance(sealed.Stream, access.LogEntry{Contribution: &sealed.Contribution, Change: ch}, madeBy(sealed, ch))
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

// madeBy gives the version that a change of a contribution made; nil where it made none.
func madeBy(sealed *record.Sealed, ch record.Change) *record.Version {
	for _, v := range sealed.Versions {
		if v.VersionID == ch.Version {
			return v
		}
	}
	return nil
}

// provenance writes one entry of a change log, with who wrote and who told it where the version that it made says so; nil for a class that has no place in FHIR.
func (c *call) provenance(stream uuid.UUID, entry access.LogEntry, made *record.Version) (*resource.Node, error) {
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
	activity.Set("system", changeTypeSystem)
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
	signed(n, entry.Change.Attestation, ref)
	if made == nil {
		return n, nil
	}
	c.carriedBy(n, made)
	if made.Author != uuid.Nil && made.Author != entry.Contribution.Committer.Actor {
		if err := c.author(n, stream, made.Author); err != nil {
			return nil, err
		}
	}
	if made.InformationProvider != "" {
		participant(n, "informant").Add("who").Set("display", made.InformationProvider)
	}
	return n, nil
}

// participant adds who took part in another way than by committing.
func participant(n *resource.Node, as string) *resource.Node {
	agent := n.Add("agent")
	sayCode(agent.Add("type").Add("coding"), "http://terminology.hl7.org/CodeSystem/provenance-participant-type", as)
	return agent
}

// author adds who wrote it.
func (c *call) author(n *resource.Node, stream, author uuid.UUID) error {
	who, err := c.whoever(stream, author)
	if err == nil {
		sayWho(participant(n, "author").Add("who"), who)
	}
	return err
}

// whoever gives the reference to a care worker, or to somebody of whom the person's own record tells; "" where there is none that the reader may see.
func (c *call) whoever(stream, uid uuid.UUID) (string, error) {
	view, err := c.view()
	if err != nil {
		return "", err
	}
	found, err := view.Targets(c.ctx, stream, []uuid.UUID{uid})
	if err != nil && standard.KindOf(err) != standard.NotFound {
		return "", err
	}
	t, there := found[uid]
	m, ok := c.m.ByClass(t.Class)
	if !there || !ok {
		return "", nil
	}
	return m.Resource.Name + "/" + mapping.ID(t.Stream, uid), nil
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
	if !c.session.MayWith(access.Looks, "Provenance") {
		return nil, nil
	}
	var all []*resource.Node
	for _, h := range hits {
		some, err := c.provenancesOf(h.version.Stream, h.version.Record)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// provenancesOf gives the Provenance of all changes of one record, the oldest first.
func (c *call) provenancesOf(stream, rec uuid.UUID) (all []*resource.Node, err error) {
	log, err := c.seen.ChangeLog(c.ctx, stream, rec)
	if err != nil {
		return nil, err
	}
	versions, err := c.seen.Versions(c.ctx, stream, rec)
	if err != nil {
		return nil, err
	}
	for _, entry := range log {
		n, err := c.provenance(stream, entry, madeBy(&record.Sealed{Versions: versions}, entry.Change))
		if err != nil {
			return nil, err
		}
		if n != nil {
			all = append(all, n)
		}
	}
	return all, nil
}

// changeTypeSystem is the system of the log's own words for what a change did.
const changeTypeSystem = "urn:rosemary:change-type"
