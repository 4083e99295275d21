package smart

import (
	"net/http"
)

// configuration is what a client learns of the protocol. It claims what there is.
type configuration struct {
	Authorization   string   `json:"authorization_endpoint"`
	Token           string   `json:"token_endpoint"`
	Introspection   string   `json:"introspection_endpoint"`
	Revocation      string   `json:"revocation_endpoint"`
	GrantTypes      []string `json:"grant_types_supported"`
	ResponseTypes   []string `json:"response_types_supported"`
	Methods         []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms      []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	Challenges      []string `json:"code_challenge_methods_supported"`
	Scopes          []string `json:"scopes_supported"`
	Capabilities    []string `json:"capabilities"`
	IntrospectAlso  []string `json:"introspection_endpoint_auth_methods_supported"`
	RevocationProof []string `json:"revocation_endpoint_auth_methods_supported"`
}

// discover answers GET /.well-known/smart-configuration under the FHIR door.
func (s *service) discover(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	if base == "" {
		s.refuse(w, notConfigured())
		return
	}
	proofs := []string{"private_key_jwt"}
	s.answer(w, http.StatusOK, configuration{
		Authorization: base + Authorise, Token: base + Token, Introspection: base + Introspect, Revocation: base + Revoke,
		GrantTypes: []string{"authorization_code", "client_credentials", "refresh_token"}, ResponseTypes: []string{"code"},
		Methods: proofs, IntrospectAlso: proofs, RevocationProof: proofs, Algorithms: []string{"RS384", "ES384"}, Challenges: []string{"S256"},
		Scopes: []string{"patient/*.cruds", "user/*.cruds", "system/*.cruds", "launch", "launch/patient", "offline_access", "online_access"},
		Capabilities: []string{
			"launch-standalone", "launch-ehr", "authorize-post", "client-public", "client-confidential-asymmetric", "context-standalone-patient", "context-ehr-patient",
			"permission-patient", "permission-user", "permission-offline", "permission-online", "permission-v1", "permission-v2",
		},
	})
}

// audiences are the addresses that an assertion may be meant for.
func audiences(base string) []string { return []string{base + Token} }
