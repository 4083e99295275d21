package exchange

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// The headers in which a system says who it is. What they say counts only with the signature.
const (
	headerFrom      = "Rosemary-From"
	headerTo        = "Rosemary-To"
	headerTime      = "Rosemary-Time"
	headerNonce     = "Rosemary-Nonce"
	headerSignature = "Rosemary-Signature"
)

// Root is where a system answers others.
const Root = "/exchange/"

const (
	window    = 5 * time.Minute // how far the clocks of two systems may be apart
	mostSaid  = 64 << 10        // how long a body may be, sealed
	nonceSize = 16
)

// request is what is signed of a request: whatever would make it another one.
type request struct {
	from, to     string // systems
	method, path string // the path from Root on
	span         string // of the package, as in the Range header
	at, nonce    string
	body         []byte
}

func (r *request) text() []byte {
	return fmt.Appendf(nil, "rosemary request 1\n%s\n%s\n%s %s\n%s\n%s\n%s\n%x\n", r.from, r.to, r.method, r.path, r.span, r.at, r.nonce, sha256.Sum256(r.body))
}

// answerText is what is signed of an answer: it is the one to this request.
func answerText(from, nonce string, status int, body []byte) []byte {
	return fmt.Appendf(nil, "rosemary answer 1\n%s\n%s\n%d\n%x\n", from, nonce, status, sha256.Sum256(body))
}

// sign puts the headers on a request.
func (r *request) sign(h http.Header, keys *record.Keys, now time.Time) error {
	random := make([]byte, nonceSize)
	if _, err := rand.Read(random); err != nil {
		return fmt.Errorf("a nonce: %w", err)
	}
	r.at, r.nonce = now.UTC().Format(time.RFC3339Nano), hex.EncodeToString(random)
	_, signature, err := keys.Sign(r.text())
	if err != nil {
		return err
	}
	h.Set(headerFrom, r.from)
	h.Set(headerTo, r.to)
	h.Set(headerTime, r.at)
	h.Set(headerNonce, r.nonce)
	h.Set(headerSignature, base64.StdEncoding.EncodeToString(signature))
	return nil
}

// fits verifies a signature under any of the keys.
func fits(keys []string, text []byte, signature string) bool {
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	for _, key := range keys {
		if record.CheckSignature(key, text, raw) == nil {
			return true
		}
	}
	return false
}

// fromRoot is the path as it is signed: a proxy in front may have put something before it, or taken something away.
func fromRoot(path string) string {
	if i := strings.LastIndex(path, Root); i >= 0 {
		return path[i:]
	}
	return path
}

// seal seals a short text for a system.
func seal(to string, text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := transfer.Seal(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err = w.Write(text); err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// unseal opens one.
func unseal(keys *record.Keys, sealed []byte) ([]byte, error) {
	opened, err := transfer.Unseal(bytes.NewReader(sealed), keys.Private())
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(opened)
	if err != nil {
		return nil, &standard.Fault{Kind: standard.Invalid, Message: "What was sealed was altered or cut off.", Hint: "Send it again.", Err: err}
	}
	return text, nil
}
