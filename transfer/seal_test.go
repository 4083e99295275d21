package transfer_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

func keysOf(t testing.TB, system string) *record.Keys {
	t.Helper()
	keys, _, err := record.GenerateKeys(system)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func sealedFor(t testing.TB, to string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := transfer.Seal(&out, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestOnlyTheRecipientOpensIt, and only what was sealed: not a byte less, not a byte another.
func TestOnlyTheRecipientOpensIt(t *testing.T) {
	own, other := keysOf(t, "one"), keysOf(t, "two")
	rapid.Check(t, func(rt *rapid.T) {
		content := rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(rt, "content")
		sealed := sealedFor(t, own.Public(), content)
		opened, err := transfer.Unseal(bytes.NewReader(sealed), own.Private())
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := io.ReadAll(opened); err != nil || !bytes.Equal(got, content) {
			rt.Fatalf("%d of %d bytes, %v", len(got), len(content), err)
		}
		if _, err := transfer.Unseal(bytes.NewReader(sealed), other.Private()); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "another system") {
			rt.Fatalf("another opens it: %v", err)
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(rt, "at")
		for what, bad := range map[string][]byte{"cut off": sealed[:at], "altered": append(append(bytes.Clone(sealed[:at]), sealed[at]^1), sealed[at+1:]...)} {
			opened, err := transfer.Unseal(bytes.NewReader(bad), own.Private())
			if err == nil {
				_, err = io.ReadAll(opened)
			}
			if err == nil {
				rt.Fatalf("%s at %d: it is read", what, at)
			}
		}
	})
}

func TestFingerprints(t *testing.T) {
	own, other := keysOf(t, "one"), keysOf(t, "two")
	if a, b := record.Fingerprint(own.Public()), record.Fingerprint(other.Public()); a == b || len(a) != 39 {
		t.Errorf("%q and %q", a, b)
	}
	if record.SystemOf(own.Public()) != "one" {
		t.Errorf("the key names %q", record.SystemOf(own.Public()))
	}
	for _, bad := range []string{"", "one", "one+1234abcd+AAAA", own.Public() + "x", strings.Replace(own.Public(), "one+", "two+", 1)} {
		if _, err := record.PublicKey(bad); err == nil {
			t.Errorf("%q passes for a key", bad)
		}
		if _, err := transfer.Seal(io.Discard, bad); err == nil {
			t.Errorf("something is sealed for %q", bad)
		}
	}
}
