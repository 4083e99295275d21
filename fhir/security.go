package fhir

import (
	"strings"

	"rosemary/fhir/resource"
)

// describeSecurity says how a client proves who asks, and where it gets tokens.
func (c *call) describeSecurity(n *resource.Node) {
	n.Set("description", "A bearer token of this installation. What a client may see and do is decided by the role of its account, cut down to its scopes, and logged.")
	if !c.SMART {
		return
	}
	n.Set("cors", "false")
	coding := n.Add("service").Add("coding")
	coding.Set("system", "http://terminology.hl7.org/CodeSystem/restful-security-service")
	coding.Set("code", "SMART-on-FHIR")
	x := n.Add("extension")
	x.Set("url", "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
	root := strings.TrimSuffix(c.base(), Root) + OAuth
	for _, at := range []string{"authorize", "token", "introspect", "revoke"} {
		one := x.Add("extension")
		one.Set("url", at)
		one.Set("valueUri", root+"/"+at)
	}
}
