package ibime

import (
	"strconv"

	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// The functions below describe the classes, in both directions, in the order of the schema and with its spelling.

func (d *dialect) component(w *xmltext.Way, n *xmltext.Node, x *ehr.Component) {
	text(w, n, "name", &x.Name)
	w.Word(n, "archetype_id", &x.ArchetypeID)
	xmltext.One(w, n, "rc_id", &x.RCID, id)
	xmltext.Maybe(w, n, "meaning", &x.Meaning, coded)
	flag(w, n, "synthesised", &x.Synthesised)
	xmltext.Many(w, n, "policy_ids", &x.PolicyIDs, id)
	if !w.Reading {
		if x.Sensitivity != 0 {
			n.Add("sensitivity").SetText(strconv.Itoa(int(x.Sensitivity)))
		}
	} else if c := n.Take("sensitivity"); c != nil {
		x.Sensitivity = ehr.Sensitivity(w.Number(c, c.TakeText()))
	}
	xmltext.Maybe(w, n, "orig_parent_ref", &x.OrigParent, id)
	xmltext.Many(w, n, "links", &x.Links, link)
	xmltext.Maybe(w, n, "feeder_audit", &x.FeederAudit, d.audit)
}

func link(w *xmltext.Way, n *xmltext.Node, x *ehr.Link) {
	xmltext.One(w, n, "nature", &x.Nature, code)
	xmltext.Maybe(w, n, "role", &x.Role, coded)
	flag(w, n, "follow_link", &x.Follow)
	xmltext.Many(w, n, "target", &x.Target, id)
}

func (d *dialect) audit(w *xmltext.Way, n *xmltext.Node, x *ehr.Audit) {
	xmltext.One(w, n, "ehr_system", &x.System, id)
	xmltext.One(w, n, "time_committed", &x.Committed, d.moment)
	xmltext.One(w, n, "committer", &x.Committer, id)
	xmltext.Maybe(w, n, "version_status", &x.VersionStatus, code)
	xmltext.Maybe(w, n, "reason_for_revision", &x.Reason, coded)
	xmltext.Maybe(w, n, "previous_version", &x.Previous, id)
	xmltext.Maybe(w, n, "version_set_id", &x.VersionSet, id)
}

func (d *dialect) attestation(w *xmltext.Way, n *xmltext.Node, x *ehr.Attestation) {
	xmltext.One(w, n, "time", &x.Time, d.moment)
	xmltext.Maybe(w, n, "proof", &x.Proof, encapsulated)
	xmltext.Maybe(w, n, "attested_view", &x.View, encapsulated)
	xmltext.One(w, n, "reason_for_attestation", &x.Reason, coded)
	xmltext.One(w, n, "attester", &x.Attester, role)
	xmltext.Many(w, n, "target", &x.Target, id)
}

func role(w *xmltext.Way, n *xmltext.Node, x *ehr.Role) {
	xmltext.Maybe(w, n, "function", &x.Function, coded)
	xmltext.One(w, n, "performer", &x.Performer, id)
	xmltext.Maybe(w, n, "mode", &x.Mode, code)
	if w.Reading && n.Has("healthcare_facility") { // spelt as everywhere else
		xmltext.Maybe(w, n, "healthcare_facility", &x.Facility, id)
	} else {
		xmltext.Maybe(w, n, "healthcare_facillity", &x.Facility, id)
	}
	xmltext.Maybe(w, n, "service_setting", &x.Setting, coded)
}

func relatedParty(w *xmltext.Way, n *xmltext.Node, x *ehr.RelatedParty) {
	xmltext.Maybe(w, n, "party", &x.Party, id)
	text(w, n, "relationship", &x.Relationship)
}

func (d *dialect) folder(w *xmltext.Way, n *xmltext.Node, x *ehr.Folder) {
	d.component(w, n, &x.Component)
	xmltext.Many(w, n, "sub_folders", &x.Folders, func(w *xmltext.Way, n *xmltext.Node, x **ehr.Folder) {
		if w.Reading {
			*x = &ehr.Folder{}
		}
		d.folder(w, n, *x)
	})
	xmltext.Many(w, n, "attestations", &x.Attestations, d.attestation)
	xmltext.Many(w, n, "compositions", &x.Compositions, id)
}

func (d *dialect) composition(w *xmltext.Way, n *xmltext.Node, x *ehr.Composition) {
	d.component(w, n, &x.Component)
	xmltext.Maybe(w, n, "session_time", &x.Session, d.interval)
	xmltext.Maybe(w, n, "territory", &x.Territory, code)
	xmltext.Maybe(w, n, "contribution_id", &x.Contribution, id)
	xmltext.One(w, n, "committal", &x.Committal, d.audit)
	xmltext.Maybe(w, n, "composer", &x.Composer, role)
	xmltext.Many(w, n, "other_participation", &x.Participation, role)
	if w.Reading {
		xmltext.Many(w, n, "other_participations", &x.Participation, role)
	}
	xmltext.Many(w, n, "attestations", &x.Attestations, d.attestation)
	xmltext.Many(w, n, "content", &x.Content, d.content)
}

func (d *dialect) content(w *xmltext.Way, n *xmltext.Node, x *ehr.Content) {
	if w.Reading {
		switch {
		case n.Type == "SECTION", n.Type == "" && n.Has("members"):
			*x = &ehr.Section{}
		case n.Type == "ENTRY", n.Type == "":
			*x = &ehr.Entry{}
		default:
			w.Fail(n, ehr.RuleUnknownType, "only a SECTION or an ENTRY can stand here")
			*x = &ehr.Section{}
			return
		}
	}
	switch x := (*x).(type) {
	case *ehr.Section:
		n.Type = "SECTION"
		d.component(w, n, &x.Component)
		xmltext.Many(w, n, "members", &x.Members, d.content)
	case *ehr.Entry:
		n.Type = "ENTRY"
		d.entry(w, n, x)
	default:
		w.Fail(n, ehr.RuleMustOccur, "there is nothing where a SECTION or an ENTRY must be")
	}
}

func (d *dialect) entry(w *xmltext.Way, n *xmltext.Node, x *ehr.Entry) {
	d.component(w, n, &x.Component)
	w.Word(n, "act_id", &x.ActID)
	xmltext.Maybe(w, n, "act_status", &x.ActStatus, code)
	flag(w, n, "uncertainty_expressed", &x.Uncertain)
	xmltext.Maybe(w, n, "subject_of_information_category", &x.SubjectKind, code)
	xmltext.Maybe(w, n, "info_provider", &x.InfoProvider, role)
	xmltext.Maybe(w, n, "subject_of_information", &x.Subject, relatedParty)
	xmltext.Many(w, n, "other_participations", &x.Participation, role)
	xmltext.Many(w, n, "items", &x.Items, d.item)
}

func (d *dialect) item(w *xmltext.Way, n *xmltext.Node, x *ehr.Item) {
	if w.Reading {
		switch {
		case n.Type == "CLUSTER", n.Type == "" && (n.Has("parts") || n.Has("structure_type")):
			*x = &ehr.Cluster{}
		case n.Type == "ELEMENT", n.Type == "":
			*x = &ehr.Element{}
		default:
			w.Fail(n, ehr.RuleUnknownType, "only a CLUSTER or an ELEMENT can stand here")
			*x = &ehr.Element{}
			return
		}
	}
	switch x := (*x).(type) {
	case *ehr.Cluster:
		n.Type = "CLUSTER"
		d.component(w, n, &x.Component)
		d.detail(w, n, &x.ItemDetail)
		xmltext.One(w, n, "structure_type", &x.Structure, code)
		xmltext.Many(w, n, "parts", &x.Parts, d.item)
	case *ehr.Element:
		n.Type = "ELEMENT"
		d.component(w, n, &x.Component)
		d.detail(w, n, &x.ItemDetail)
		d.value(w, n, &x.Value)
	default:
		w.Fail(n, ehr.RuleMustOccur, "there is nothing where a CLUSTER or an ELEMENT must be")
	}
}

func (d *dialect) detail(w *xmltext.Way, n *xmltext.Node, x *ehr.ItemDetail) {
	xmltext.Maybe(w, n, "emphasis", &x.Emphasis, coded)
	xmltext.Maybe(w, n, "obs_time", &x.Observed, d.interval)
	xmltext.Maybe(w, n, "item_category", &x.Category, code)
}
