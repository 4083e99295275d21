package keyset

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"rosemary/standard"
)

// MostBytes is how long a set of keys may be.
const MostBytes = 64 << 10

const (
	mostKeys    = 20
	leastModule = 2048 // bits of an RSA key
)

// Set is the public keys of a client.
type Set struct{ keys []jose.JSONWebKey }

// Read reads a JSON Web Key Set. It reports every fault at once, and never what a key holds.
func Read(text []byte) (*Set, []standard.Problem) {
	fault := func(message string) []standard.Problem {
		return []standard.Problem{{Path: "/keys", Rule: "keys", Message: message}}
	}
	if len(text) > MostBytes {
		return nil, fault("A set of keys may have 64 KB.")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(bytes.TrimSpace(text), &set); err != nil || set.Keys == nil {
		return nil, fault("This is no JSON Web Key Set. It looks like {\"keys\":[...]}.")
	}
	if len(set.Keys) == 0 || len(set.Keys) > mostKeys {
		return nil, fault("A set has 1 to 20 keys.")
	}
	s := &Set{}
	var problems []standard.Problem
	names := map[string]bool{}
	for i, raw := range set.Keys {
		key, wrong := readKey(raw)
		if wrong == "" && names[key.KeyID] {
			wrong = "Two keys have the same kid."
		}
		if wrong != "" {
			problems = append(problems, standard.Problem{Path: "/keys/" + strconv.Itoa(i), Rule: "keys", Message: "Key " + strconv.Itoa(i+1) + ": " + wrong})
			continue
		}
		names[key.KeyID] = true
		s.keys = append(s.keys, key)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// readKey reads one key; wrong says why it cannot be taken.
func readKey(raw []byte) (key jose.JSONWebKey, wrong string) {
	var parts map[string]any
	if err := json.Unmarshal(raw, &parts); err != nil {
		return key, "It cannot be read."
	}
	for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, there := parts[secret]; there {
			return key, "This is a private or shared key, and now it has been shown: make a new one, keep its private part, and give the public part here."
		}
	}
	if err := key.UnmarshalJSON(raw); err != nil || !key.Valid() || !key.IsPublic() {
		return key, "It cannot be read. RSA keys and elliptic curve keys (P-384) are taken."
	}
	if strings.TrimSpace(key.KeyID) == "" || len(key.KeyID) > 200 {
		return key, "It needs a kid, by which assertions name it."
	}
	if key.Use != "" && key.Use != "sig" {
		return key, "It is not for signing: use must be sig."
	}
	fits := algorithmOf(key.Key)
	switch {
	case fits == "":
		return key, "RSA keys of at least 2048 bits and elliptic curve keys on P-384 are taken."
	case key.Algorithm != "" && key.Algorithm != string(fits):
		return key, "Its alg must be RS384 for an RSA key or ES384 for an elliptic curve key."
	}
	return key, ""
}

// algorithmOf is the one way of signing that a key is for; "" for a key that is not taken.
func algorithmOf(key any) jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() >= leastModule {
			return jose.RS384
		}
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P384() {
			return jose.ES384
		}
	}
	return ""
}

// JSON writes the set: public keys only.
func (s *Set) JSON() []byte {
	b, err := json.Marshal(jose.JSONWebKeySet{Keys: s.keys})
	if err != nil {
		panic("keyset: keys that were read cannot be written: " + err.Error())
	}
	return b
}

// Names gives the kid of each key.
func (s *Set) Names() []string {
	names := make([]string, len(s.keys))
	for i := range s.keys {
		names[i] = s.keys[i].KeyID
	}
	return names
}

// find gives the key of a name that is for a way of signing.
func (s *Set) find(name string, alg jose.SignatureAlgorithm) (key any, ok bool) {
	for i := range s.keys {
		if s.keys[i].KeyID == name && algorithmOf(s.keys[i].Key) == alg {
			return s.keys[i].Key, true
		}
	}
	return nil, false
}

// Has reports whether there is a key of a name.
func (s *Set) Has(name string) bool {
	for i := range s.keys {
		if s.keys[i].KeyID == name {
			return true
		}
	}
	return false
}
