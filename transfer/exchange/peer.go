package exchange

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// Peer is another system that this one exchanges records with. Nothing that it says is believed without one of its keys.
type Peer struct {
	System  string
	Name    string   // what this provider calls the other
	Address string   // where it answers: http(s)://host[:port][/path]
	Keys    []string // public keys, the newest first: what is sent to it is sealed for that one
	Added   time.Time
	AddedBy string // what to call whoever did
	Removed time.Time
	// Configured says that it stands in a file of the configuration: it is changed there, and removed there.
	Configured bool
}

// Gone reports whether nothing is exchanged with it any more. What it has signed can still be verified.
func (p *Peer) Gone() bool { return !p.Removed.IsZero() }

// Key is the one that what goes to it is sealed for.
func (p *Peer) Key() string { return p.Keys[0] }

// Fingerprint is what two people compare.
func (p *Peer) Fingerprint() string { return record.Fingerprint(p.Key()) }

// Card is what a system says of itself to anybody who asks: nothing of it is believed until somebody has compared the fingerprint.
type Card struct {
	System string `json:"system"`
	Key    string `json:"key"`
}

// addressOf reads an address, without a slash at its end.
func addressOf(text string) (string, string) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	switch {
	case strings.TrimSpace(text) == "":
		return "", "Say where the other system is found, for example https://records.elmcourt.example."
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", "Write the address as it stands in a browser, beginning with https://."
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", "Leave out everything behind the name of the computer and its path."
	}
	return u.String(), ""
}

// sameFingerprint compares what was typed with a fingerprint, without spaces and capitals.
func sameFingerprint(typed, fingerprint string) bool {
	plain := func(s string) string {
		return strings.ToLower(strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' || r == ':' {
				return -1
			}
			return r
		}, s))
	}
	return plain(typed) == plain(fingerprint)
}

// NewPeer is a system that is to be added, with the fingerprint that its people have told.
type NewPeer struct {
	Name, Address string
	Key           string // its public key: as the system says itself (Office.Look), or as it was handed over
	Fingerprint   string
}

// problems names every fault, under the names of the fields.
func (n *NewPeer) problems(own string) (found []standard.Problem) {
	fault := func(path, rule, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	n.Name = strings.TrimSpace(n.Name)
	if n.Name == "" {
		fault("/name", standard.RuleMustOccur, "Say what the other provider is called.")
	} else if len([]rune(n.Name)) > longestLine || strings.ContainsFunc(n.Name, func(r rune) bool { return r < ' ' }) {
		fault("/name", "too-long", "Say it in one line of 200 letters or fewer.")
	}
	address, wrong := addressOf(n.Address)
	if n.Address = address; wrong != "" {
		fault("/address", "bad-address", wrong)
	}
	n.Key = strings.TrimSpace(n.Key)
	compareKey(n.Key, n.Fingerprint, own, "This is not the fingerprint of the key that answers at this address. Ask again. If it still differs, somebody may be between you: add nothing.", fault)
	return found
}

// compareKey checks a key that somebody brought, and the fingerprint that its owner has read to them.
func compareKey(key, fingerprint, own, differs string, fault func(path, rule, message string)) {
	_, err := record.PublicKey(key)
	switch {
	case key == "":
		fault("/key", standard.RuleMustOccur, "The key of the other system is missing.")
	case err != nil:
		fault("/key", "bad-key", "This is not the public key of a system. It must be copied whole, as one line.")
	case record.SystemOf(key) == own:
		fault("/key", "own-key", "This is the key of this very system.")
	case strings.TrimSpace(fingerprint) == "":
		fault("/fingerprint", standard.RuleMustOccur, "Ask the other provider, by telephone, for the fingerprint of their key, and write it here.")
	case !sameFingerprint(fingerprint, record.Fingerprint(key)):
		fault("/fingerprint", "fingerprint-differs", differs)
	}
}

// with makes the peer of it, keeping the keys that were known before.
func (n *NewPeer) with(before *Peer) Peer {
	p := Peer{System: record.SystemOf(n.Key), Name: n.Name, Address: n.Address, Keys: []string{n.Key}}
	if before != nil {
		p.Configured = before.Configured
		p.Keys = append(p.Keys, slices.DeleteFunc(slices.Clone(before.Keys), func(k string) bool { return k == n.Key })...)
	}
	return p
}
