package ibime

import (
	"encoding/hex"
	"math/big"
	"strings"
)

// NamedRoot is the OID under which an identifier travels whose root is neither an OID nor a UUID: the root stands in the extension.
const NamedRoot = "2.25.307695352488598126526818169105944050210" // e77bf824-be46-5dde-9c41-d69b66367a22

// toOID gives root and extension as the schema has them.
func toOID(root, extension string) (string, string) {
	if root == "" || isOID(root) {
		return root, extension
	}
	if n, ok := uuidNumber(root); ok {
		return "2.25." + n, extension
	}
	escaped := strings.NewReplacer("%", "%25", " ", "%20").Replace(root)
	if extension != "" {
		escaped += " " + extension
	}
	return NamedRoot, escaped
}

// fromOID takes back what toOID did.
func fromOID(oid, extension string) (string, string) {
	if oid == NamedRoot && extension != "" {
		root, extension, _ := strings.Cut(extension, " ")
		return strings.NewReplacer("%25", "%", "%20", " ").Replace(root), extension
	}
	if number, found := strings.CutPrefix(oid, "2.25."); found {
		if uuid, ok := numberUUID(number); ok {
			return uuid, extension
		}
	}
	return oid, extension
}

// isOID reports whether a text is numbers with points between them.
func isOID(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || len(p) > 1 && p[0] == '0' || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) > 1 && len(parts[0]) == 1 && parts[0] <= "2"
}

// uuidNumber gives the number of a UUID in the usual lower-case form.
func uuidNumber(s string) (string, bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' || strings.ToLower(s) != s {
		return "", false
	}
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != 16 {
		return "", false
	}
	return new(big.Int).SetBytes(b).String(), true
}

func numberUUID(s string) (string, bool) {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok || len(s) > 39 || n.Sign() < 0 || n.BitLen() > 128 || n.String() != s {
		return "", false
	}
	h := hex.EncodeToString(n.FillBytes(make([]byte, 16)))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], true
}
