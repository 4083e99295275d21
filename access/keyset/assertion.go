package keyset

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// MostAssertion is how long an assertion may be.
const MostAssertion = 8 << 10

// Longest is how far ahead an assertion may end.
const Longest = 5 * time.Minute

// leeway is how far two clocks may differ.
const leeway = 30 * time.Second

// Assertion is one that was read and not proved yet.
type Assertion struct {
	Client string // who it says it is from
	Key    string // name of the key that it says it is signed with
	signed *jose.JSONWebSignature
}

// Claims is what an assertion says, once it is proved.
type Claims struct {
	ID      string // no two may have the same
	Expires time.Time
}

// Parse reads an assertion. It proves nothing yet: what it says is for finding the keys.
func Parse(text string) (*Assertion, error) {
	if len(text) > MostAssertion {
		return nil, errors.New("The assertion is too long.")
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS384, jose.ES384})
	if err != nil || len(signed.Signatures) != 1 {
		return nil, errors.New("The assertion is no JSON Web Token that is signed with RS384 or ES384.")
	}
	header := signed.Signatures[0].Protected
	if header.KeyID == "" {
		return nil, errors.New("The assertion does not name its key: its header needs a kid.")
	}
	claims, err := readClaims(signed.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	return &Assertion{Client: claims.Issuer, Key: header.KeyID, signed: signed}, nil
}

type claims struct {
	Issuer   string          `json:"iss"`
	Subject  string          `json:"sub"`
	Audience json.RawMessage `json:"aud"`
	Expires  *float64        `json:"exp"`
	Issued   *float64        `json:"iat"`
	Before   *float64        `json:"nbf"`
	ID       string          `json:"jti"`
}

func readClaims(payload []byte) (c claims, err error) {
	d := json.NewDecoder(bytes.NewReader(payload))
	if err := d.Decode(&c); err != nil || d.More() {
		return c, errors.New("What the assertion says cannot be read.")
	}
	return c, nil
}

// audiences reads one audience or several.
func (c *claims) audiences() []string {
	var one string
	if json.Unmarshal(c.Audience, &one) == nil {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(c.Audience, &several) != nil {
		return nil
	}
	return several
}

// Prove checks that a client whose keys these are has signed the assertion for one of some audiences, for now. The error says in words what is wrong.
func (s *Set) Prove(a *Assertion, client string, audiences []string, now time.Time) (Claims, error) {
	header := a.signed.Signatures[0].Protected
	key, ok := s.find(header.KeyID, jose.SignatureAlgorithm(header.Algorithm))
	if !ok {
		return Claims{}, errors.New("The client has no key with the kid of the assertion that is for its alg.")
	}
	payload, err := a.signed.Verify(key)
	if err != nil {
		return Claims{}, errors.New("The signature of the assertion is wrong.")
	}
	c, err := readClaims(payload)
	if err != nil {
		return Claims{}, err
	}
	return c.hold(client, audiences, now)
}

// hold checks what is claimed.
func (c *claims) hold(client string, audiences []string, now time.Time) (Claims, error) {
	expires, err := instant(c.Expires)
	if err != nil || c.Expires == nil {
		return Claims{}, errors.New("The assertion needs exp, in seconds since 1970.")
	}
	issued, err := instant(c.Issued)
	if err != nil {
		return Claims{}, errors.New("The iat of the assertion is no time.")
	}
	before, err := instant(c.Before)
	if err != nil {
		return Claims{}, errors.New("The nbf of the assertion is no time.")
	}
	switch {
	case c.Issuer != client || c.Subject != client:
		return Claims{}, errors.New("In the assertion iss and sub must both be the id of the client.")
	case !slices.ContainsFunc(c.audiences(), func(said string) bool { return slices.Contains(audiences, said) }):
		return Claims{}, errors.New("The assertion is for another audience: aud must be the address of this token endpoint.")
	case c.ID == "" || len(c.ID) > 200:
		return Claims{}, errors.New("The assertion needs a jti of at most 200 characters.")
	case !now.Before(expires):
		return Claims{}, errors.New("The assertion has expired.")
	case expires.After(now.Add(Longest + leeway)):
		return Claims{}, errors.New("The assertion may end at most five minutes from now.")
	case c.Issued != nil && issued.After(now.Add(leeway)):
		return Claims{}, errors.New("The assertion was issued in the future.")
	case c.Before != nil && before.After(now.Add(leeway)):
		return Claims{}, errors.New("The assertion is not valid yet.")
	}
	return Claims{ID: c.ID, Expires: expires}, nil
}

func instant(seconds *float64) (time.Time, error) {
	if seconds == nil {
		return time.Time{}, nil
	}
	if math.IsNaN(*seconds) || *seconds < 0 || *seconds > 1<<40 {
		return time.Time{}, errors.New("no time")
	}
	whole, part := math.Modf(*seconds)
	return time.Unix(int64(whole), int64(part*1e9)), nil
}
