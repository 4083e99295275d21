package smart_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rosemary/fhir"
)

// TestAClientLibraryWorks: a client library of the npm registry, in Node, finds the door, signs in, and creates, changes, patches, deletes, searches page by page, sends
// transactions and batches, and calls operations, against a real server.
func TestAClientLibraryWorks(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node is not here")
	}
	script := filepath.Join("testdata", "client.mjs")
	if _, err := os.Stat(filepath.Join("..", "..", "node_modules", "fhir-kit-client")); err != nil {
		t.Skip("the library is not here: npm ci")
	}
	t.Parallel()
	d := open(t)
	key := newEC(t, "ec-1")
	d.system("library", "manager", "system/*.cruds", key)
	der, err := x509.MarshalPKCS8PrivateKey(key.key)
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(map[string]any{
		"baseUrl": d.server.URL + fhir.Root, "key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "keyName": "ec-1", "system": "library",
		"person": d.Person.String(), "now": d.Clock.Now().Unix(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithTimeout(t.Context(), 2*time.Minute)
	defer done()
	cmd := exec.CommandContext(ctx, node, script)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "deleted") {
		t.Fatalf("%v\n%s", err, out)
	}
}
