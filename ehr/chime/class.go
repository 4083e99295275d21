package chime

import (
	"rosemary/ehr"
	"rosemary/ehr/xmltext"
)

// The functions below describe the classes, in both directions, in the order of the Swedish profile.

func component(w *xmltext.Way, n *xmltext.Node, x *ehr.Component) {
	wordIn(w, n, "archetype_id", &x.ArchetypeID)
	xmltext.Maybe(w, n, "meaning", &x.Meaning, coded)
	text(w, n, "name", &x.Name)
	xmltext.Maybe(w, n, "orig_parent_ref", &x.OrigParent, id)
	xmltext.Many(w, n, "policy_ids", &x.PolicyIDs, id)
	xmltext.One(w, n, "rc_id", &x.RCID, id)
	level := int(x.Sensitivity)
	if whole(w, n, "sensitivity", &level); w.Reading {
		x.Sensitivity = ehr.Sensitivity(level)
	}
	flag(w, n, "synthesised", &x.Synthesised)
	xmltext.Many(w, n, "links", &x.Links, link)
	xmltext.Maybe(w, n, "feeder_audit", &x.FeederAudit, audit)
}

func link(w *xmltext.Way, n *xmltext.Node, x *ehr.Link) {
	flag(w, n, "follow_link", &x.Follow)
	xmltext.One(w, n, "nature", &x.Nature, code(term("LINK_NATURE")))
	xmltext.Maybe(w, n, "role", &x.Role, coded)
	xmltext.Many(w, n, "target_id", &x.Target, id)
	if w.Reading {
		xmltext.Many(w, n, "target", &x.Target, id)
	}
}

func audit(w *xmltext.Way, n *xmltext.Node, x *ehr.Audit) {
	xmltext.One(w, n, "committer", &x.Committer, id)
	xmltext.One(w, n, "ehr_system", &x.System, id)
	xmltext.Maybe(w, n, "previous_version", &x.Previous, id)
	xmltext.Maybe(w, n, "reason_for_revision", &x.Reason, coded)
	xmltext.One(w, n, "time_committed", &x.Committed, moment)
	xmltext.Maybe(w, n, "version_set_id", &x.VersionSet, id)
	xmltext.Maybe(w, n, "version_status", &x.VersionStatus, code(term("VERSION_STATUS")))
}

func attestation(w *xmltext.Way, n *xmltext.Node, x *ehr.Attestation) {
	xmltext.Maybe(w, n, "attested_view", &x.View, encapsulated)
	xmltext.Maybe(w, n, "proof", &x.Proof, encapsulated)
	xmltext.One(w, n, "reason_for_attestation", &x.Reason, coded)
	xmltext.One(w, n, "time", &x.Time, moment)
	xmltext.Many(w, n, "target_rc_id", &x.Target, id)
	xmltext.One(w, n, "attester", &x.Attester, role)
}

func role(w *xmltext.Way, n *xmltext.Node, x *ehr.Role) {
	xmltext.Maybe(w, n, "function", &x.Function, coded)
	xmltext.Maybe(w, n, "healthcare_facility", &x.Facility, id)
	xmltext.Maybe(w, n, "mode", &x.Mode, code(term("MODE")))
	xmltext.One(w, n, "performer", &x.Performer, id)
	xmltext.Maybe(w, n, "service_setting", &x.Setting, coded)
}

func relatedParty(w *xmltext.Way, n *xmltext.Node, x *ehr.RelatedParty) {
	xmltext.Maybe(w, n, "party", &x.Party, id)
	text(w, n, "relationship", &x.Relationship)
}

func folder(w *xmltext.Way, n *xmltext.Node, x *ehr.Folder) {
	component(w, n, &x.Component)
	xmltext.Many(w, n, "sub_folders", &x.Folders, func(w *xmltext.Way, n *xmltext.Node, x **ehr.Folder) {
		if w.Reading {
			*x = &ehr.Folder{}
		}
		folder(w, n, *x)
	})
	xmltext.Many(w, n, "attestations", &x.Attestations, attestation)
	xmltext.Many(w, n, "composition_rc_ids", &x.Compositions, named)
}

func composition(w *xmltext.Way, n *xmltext.Node, x *ehr.Composition) {
	component(w, n, &x.Component)
	xmltext.Maybe(w, n, "contribution_id", &x.Contribution, id)
	xmltext.Maybe(w, n, "session_time", &x.Session, interval)
	xmltext.Maybe(w, n, "territory", &x.Territory, code(""))
	xmltext.Many(w, n, "attestations", &x.Attestations, attestation)
	xmltext.Many(w, n, "other_participations", &x.Participation, role)
	xmltext.One(w, n, "committal", &x.Committal, audit)
	xmltext.Maybe(w, n, "composer", &x.Composer, role)
	xmltext.Many(w, n, "content", &x.Content, content)
}

func content(w *xmltext.Way, n *xmltext.Node, x *ehr.Content) {
	if w.Reading {
		switch {
		case n.Type == "SECTION", n.Type == "" && n.Has("members"):
			*x = &ehr.Section{}
		case n.Type == "ENTRY", n.Type == "":
			*x = &ehr.Entry{}
		default:
			*x = &ehr.Section{}
			w.Fail(n, ehr.RuleUnknownType, "only a SECTION or an ENTRY can stand here")
			return
		}
	}
	switch x := (*x).(type) {
	case *ehr.Section:
		n.Type = "SECTION"
		component(w, n, &x.Component)
		xmltext.Many(w, n, "members", &x.Members, content)
	case *ehr.Entry:
		n.Type = "ENTRY"
		entry(w, n, x)
	default:
		w.Fail(n, ehr.RuleMustOccur, "there is nothing where a SECTION or an ENTRY must be")
	}
}

func entry(w *xmltext.Way, n *xmltext.Node, x *ehr.Entry) {
	component(w, n, &x.Component)
	wordIn(w, n, "act_id", &x.ActID)
	xmltext.Maybe(w, n, "act_status", &x.ActStatus, code(term("ACT_STATUS")))
	xmltext.Maybe(w, n, "subject_of_information_category", &x.SubjectKind, code(term("SUBJECT_CATEGORY")))
	flag(w, n, "uncertainty_expressed", &x.Uncertain)
	if w.Reading {
		n.Drop(func(c *xmltext.Node) bool { return c.Name == "items" && c.Nil }) // an entry that was blanked has none
	}
	xmltext.Many(w, n, "items", &x.Items, item)
	xmltext.Maybe(w, n, "info_provider", &x.InfoProvider, role)
	xmltext.Many(w, n, "other_participations", &x.Participation, role)
	xmltext.Maybe(w, n, "subject_of_information", &x.Subject, relatedParty)
}

func item(w *xmltext.Way, n *xmltext.Node, x *ehr.Item) {
	if w.Reading {
		switch {
		case n.Type == "CLUSTER", n.Type == "" && (n.Has("parts") || n.Has("structure_type")):
			*x = &ehr.Cluster{}
		case n.Type == "ELEMENT", n.Type == "":
			*x = &ehr.Element{}
		default:
			*x = &ehr.Element{}
			w.Fail(n, ehr.RuleUnknownType, "only a CLUSTER or an ELEMENT can stand here")
			return
		}
	}
	switch x := (*x).(type) {
	case *ehr.Cluster:
		n.Type = "CLUSTER"
		component(w, n, &x.Component)
		detail(w, n, &x.ItemDetail)
		xmltext.One(w, n, "structure_type", &x.Structure, code(term("STRUCTURE_TYPE")))
		xmltext.Many(w, n, "parts", &x.Parts, item)
	case *ehr.Element:
		n.Type = "ELEMENT"
		component(w, n, &x.Component)
		detail(w, n, &x.ItemDetail)
		value(w, n, &x.Value)
	default:
		w.Fail(n, ehr.RuleMustOccur, "there is nothing where a CLUSTER or an ELEMENT must be")
	}
}

func detail(w *xmltext.Way, n *xmltext.Node, x *ehr.ItemDetail) {
	xmltext.Maybe(w, n, "emphasis", &x.Emphasis, coded)
	xmltext.Maybe(w, n, "item_category", &x.Category, code(term("ITEM_CATEGORY")))
	xmltext.Maybe(w, n, "obs_time", &x.Observed, interval)
}
