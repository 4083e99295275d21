package keyset_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"rosemary/access/keyset"
)

func set(t *testing.T, keys ...jose.JSONWebKey) string {
	t.Helper()
	b, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func curve(t *testing.T, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestOnlyPublicKeysOfTheRightKindAreTaken: what is private is refused, and never given back.
func TestOnlyPublicKeysOfTheRightKindAreTaken(t *testing.T) {
	t.Parallel()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p384, p256 := curve(t, elliptic.P384()), curve(t, elliptic.P256())
	good := jose.JSONWebKey{Key: p384.Public(), KeyID: "a"}
	if s, problems := keyset.Read([]byte(set(t, good))); len(problems) > 0 || s.Names()[0] != "a" {
		t.Fatal(problems)
	}
	for name, text := range map[string]string{
		"a private key":     set(t, jose.JSONWebKey{Key: p384, KeyID: "a"}),
		"a shared key":      `{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}`,
		"a small RSA key":   set(t, jose.JSONWebKey{Key: small.Public(), KeyID: "a"}),
		"another curve":     set(t, jose.JSONWebKey{Key: p256.Public(), KeyID: "a"}),
		"no kid":            set(t, jose.JSONWebKey{Key: p384.Public()}),
		"the same kid":      set(t, good, good),
		"for encrypting":    set(t, jose.JSONWebKey{Key: p384.Public(), KeyID: "a", Use: "enc"}),
		"another algorithm": set(t, jose.JSONWebKey{Key: p384.Public(), KeyID: "a", Algorithm: "RS384"}),
		"no keys":           `{"keys":[]}`,
		"no set":            `[]`,
		"not JSON":          `keys`,
		"too long":          strings.Repeat(" ", keyset.MostBytes+1),
		"off the curve":     `{"keys":[{"kty":"EC","crv":"P-384","kid":"a","x":"AAAA","y":"AAAA"}]}`,
	} {
		_, problems := keyset.Read([]byte(text))
		if len(problems) == 0 {
			t.Errorf("%s is taken", name)
		}
		for _, p := range problems {
			if strings.Contains(p.Message, "c2VjcmV0") || p.Value != "" {
				t.Errorf("%s: what it holds is told: %+v", name, p)
			}
		}
	}
}

func FuzzAssertion(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	b, _ := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "a"}}})
	keys, problems := keyset.Read(b)
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES384, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "a"))
	if err != nil {
		f.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	signed, err := signer.Sign([]byte(`{"iss":"c","sub":"c","aud":"x","exp":1700000100,"jti":"1"}`))
	if err != nil {
		f.Fatal(err)
	}
	good, _ := signed.CompactSerialize()
	for _, s := range []string{good, "", "..", "a.b.c", good + ".", strings.ToUpper(good), "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := keyset.Parse(text)
		if err != nil {
			return
		}
		_, err = keys.Prove(a, "c", []string{"x"}, now)
		// Base64 has several ways to write the last letter of a part, so the same signature may be written otherwise; what is signed may not.
		if err == nil && text[:strings.LastIndex(text, ".")] != good[:strings.LastIndex(good, ".")] {
			t.Fatalf("%q is taken for %q", text, good)
		}
		if _, err := keys.Prove(a, "d", []string{"x"}, now); err == nil {
			t.Fatal("it proves another client")
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-384","kid":"a","x":"AAAA","y":"AAAA"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"a"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, problems := keyset.Read(text)
		if len(problems) > 0 {
			return
		}
		if again, problems := keyset.Read(s.JSON()); len(problems) > 0 || len(again.Names()) != len(s.Names()) {
			t.Fatalf("%s is not read again: %v", s.JSON(), problems)
		}
	})
}
