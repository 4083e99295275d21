package fhir

import (
	"net/http"
	"slices"
	"strings"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// metadata answers GET metadata: what this door can do, made from its own tables.
func (c *call) metadata() (*reply, error) {
	if mode := c.query.Get("mode"); mode != "" && mode != "full" && mode != "normative" {
		return nil, badQuery([]standard.Problem{badParameter("mode", mode, "mode may be full or normative here.")})
	}
	n := newResource(c.m.Definitions, "CapabilityStatement")
	n.Set("status", "active")
	n.Set("date", c.Now().UTC().Format("2006-01-02"))
	n.Set("kind", "instance")
	if c.Bulk != nil {
		add(n, "instantiates", "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data")
	}
	n.Add("software").Set("name", "Rosemary")
	implementation := n.Add("implementation")
	implementation.Set("description", "Records of adult social care in England (DAPB4102) as FHIR")
	implementation.Set("url", c.base())
	n.Set("fhirVersion", c.m.Definitions.Version)
	for _, f := range []string{"application/fhir+json", "application/fhir+xml"} {
		add(n, "format", f)
	}
	for _, f := range []string{"application/json-patch+json", "application/fhir+json", "application/fhir+xml"} {
		add(n, "patchFormat", f)
	}
	rest := n.Add("rest")
	rest.Set("mode", "server")
	c.describeSecurity(rest.Add("security"))
	names := c.m.Resources()
	slices.Sort(names)
	for _, name := range names {
		c.describe(rest.Add("resource"), name)
	}
	if c.Subscriptions != nil {
		describeSubscriptions(rest.Add("resource"))
	}
	describeBinary(rest.Add("resource"))
	provenances := rest.Add("resource")
	describeSeen(provenances, "Provenance", "One for every change of every record: who, when, why. One with a signature can be created: it signs a version, for whoever asks.", provenanceParameters)
	provenances.Add("interaction").Set("code", "create")
	describeSeen(rest.Add("resource"), "AuditEvent", "One for every look and every change, read from the logs where they stand.", auditParameters)
	describeSeen(rest.Add("resource"), "PractitionerRole", "What care workers do at which place, by the accounts that there are.", workRoleParameters)
	compositions := rest.Add("resource")
	describeSeen(compositions, "Composition", "One for every contribution to a person's record: what somebody committed at one time, as far as the asker may see it.", compositionParameters)
	add(compositions, "searchInclude", entryInclusion)
	document := compositions.Add("operation")
	document.Set("name", "document")
	document.Set("definition", "http://hl7.org/fhir/OperationDefinition/Composition-document")
	c.describeDefinitions(rest)
	for _, r := range c.routes {
		if r.name == "$export" && r.path == "/$export" && c.Bulk != nil {
			o := rest.Add("operation")
			o.Set("name", "export")
			o.Set("definition", operationOf["/$export"])
		}
		if r.system {
			rest.Add("interaction").Set("code", r.name)
			if r.name == "transaction" {
				rest.Add("interaction").Set("code", "batch")
			}
		}
	}
	return &reply{status: http.StatusOK, header: http.Header{"Cache-Control": {"private, max-age=300"}}, node: n}, nil
}

// add appends one of several values of a primitive.
func add(n *resource.Node, name, value string) {
	e := n.Add(name)
	e.Value, e.Has = value, true
}

// describe says what can be done with a type.
func (c *call) describe(n *resource.Node, name string) {
	n.Set("type", name)
	for _, m := range c.m.ClassesOf(name) {
		add(n, "supportedProfile", "urn:rosemary:class:"+m.ID)
	}
	for _, r := range c.routes {
		if r.name != "" && !r.system && !strings.HasPrefix(r.name, "$") {
			n.Add("interaction").Set("code", r.name)
		}
	}
	n.Set("versioning", "versioned-update")
	n.Set("readHistory", "true")
	n.Set("updateCreate", "false")
	n.Set("conditionalCreate", "true")
	n.Set("conditionalRead", "full-support")
	n.Set("conditionalUpdate", "true")
	n.Set("conditionalDelete", "single")
	add(n, "referencePolicy", "literal")
	for _, back := range c.referringTo(name) {
		add(n, "searchRevInclude", back)
	}
	add(n, "searchRevInclude", "Provenance:target")
	for _, p := range c.m.Definitions.Parameters(name) {
		if modifiers[p.Type] == nil {
			continue
		}
		s := n.Add("searchParam")
		s.Set("name", p.Code)
		s.Set("type", p.Type)
		if p.Type == "reference" {
			add(n, "searchInclude", name+":"+p.Code)
		}
	}
	for _, r := range c.routes {
		if r.name == "$export" && c.Bulk == nil || r.name == "$transfer" && c.Exchange == nil {
			continue
		}
		if strings.HasPrefix(r.name, "$") && (strings.HasPrefix(r.path, "/{type}") || strings.HasPrefix(r.path, "/"+name+"/")) {
			o := n.Add("operation")
			o.Set("name", r.name[1:])
			definition := operationOf[r.path]
			if definition == "" {
				definition = "http://hl7.org/fhir/OperationDefinition/" + operationOf[r.name]
			}
			o.Set("definition", definition)
		}
	}
}

var operationOf = map[string]string{
	"$validate": "Resource-validate", "$everything": "Patient-everything", "$meta": "Resource-meta",
	"/Patient/$transfer": "https://metadata.phase2.scip.synanetics.cloud/fhir/r4/OperationDefinition/Operation-MODS-DSCRPatientTransfer-1",
	"/$export":           "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export", "/Patient/$export": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
}

// describeSubscriptions says what can be done with subscriptions, and which topics there are.
func describeSubscriptions(n *resource.Node) {
	for _, url := range topicURLs() {
		n.AddExtension(backport+"capabilitystatement-subscriptiontopic-canonical").Set("valueCanonical", url)
	}
	n.Set("type", "Subscription")
	add(n, "supportedProfile", subscriptionShape)
	n.Set("documentation", "By topic, over rest-hook, with the content empty, id-only or full-resource.")
	for _, code := range []string{"create", "read", "update", "delete", "search-type"} {
		n.Add("interaction").Set("code", code)
	}
	searchedBy(n, []struct{ name, kind string }{{"_id", "token"}, {"status", "token"}, {"url", "uri"}, {"criteria", "string"}})
	for _, name := range []string{"status", "events"} {
		o := n.Add("operation")
		o.Set("name", name)
		o.Set("definition", "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-"+name)
	}
}

// describeSeen says what can be done with what is only read.
func describeSeen(n *resource.Node, kind, words string, parameters []struct{ name, kind string }) {
	n.Set("type", kind)
	n.Set("documentation", words)
	n.Add("interaction").Set("code", "read")
	n.Add("interaction").Set("code", "search-type")
	searchedBy(n, parameters)
}

func searchedBy(n *resource.Node, parameters []struct{ name, kind string }) {
	for _, p := range parameters {
		s := n.Add("searchParam")
		s.Set("name", p.name)
		s.Set("type", p.kind)
	}
}
