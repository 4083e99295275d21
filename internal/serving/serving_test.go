package serving_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rosemary/internal/serving"
	"rosemary/standard"
)

// write writes a certificate for a name, with its key.
func write(t *testing.T, folder, name string, at time.Time) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestARenewedCertificateIsUsedWithoutARestart(t *testing.T) {
	folder, now := t.TempDir(), time.Now()
	cert, key := write(t, folder, "one.test", now.Add(-time.Hour))
	var log bytes.Buffer
	c, err := serving.NewCertificates(cert, key, slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(serving.OnlyHTTPS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Proto)) })))
	server.TLS, server.EnableHTTP2 = c.Config(), true
	server.StartTLS()
	defer server.Close()
	served := func() string {
		t.Helper()
		conn, err := tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, ServerName: "care.test"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
	}
	if got := served(); got != "one.test" {
		t.Fatalf("serves %s", got)
	}
	write(t, folder, "two.test", now.Add(-time.Minute))
	now = now.Add(11 * time.Second)
	if got := served(); got != "two.test" {
		t.Errorf("serves %s after the renewal", got)
	}
	if err := os.WriteFile(key, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(11 * time.Second)
	if got := served(); got != "two.test" || !strings.Contains(log.String(), "the old one stays in use") {
		t.Errorf("serves %s; the operator heard %s", got, log.String())
	}
	if _, err := tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	reply, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	if reply.ProtoMajor != 2 || !strings.HasPrefix(reply.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("%s, %v", reply.Proto, reply.Header)
	}
	if _, err := serving.NewCertificates(filepath.Join(folder, "none"), key, slog.Default(), time.Now); standard.KindOf(err) != standard.Unavailable {
		t.Errorf("no certificate: %v", err)
	}
}

func TestPlainHTTPIsSentOn(t *testing.T) {
	for _, tt := range []struct {
		method, url, listen, to string
		code                    int
	}{
		{"GET", "http://care.test/people?search=x", ":443", "https://care.test/people?search=x", 308},
		{"GET", "http://care.test:80/", ":8443", "https://care.test:8443/", 308},
		{"POST", "http://care.test/sign-in", ":443", "", 403},
	} {
		w := httptest.NewRecorder()
		serving.Redirect(tt.listen).ServeHTTP(w, httptest.NewRequest(tt.method, tt.url, nil))
		if w.Code != tt.code || w.Header().Get("Location") != tt.to {
			t.Errorf("%s %s: %d to %s", tt.method, tt.url, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestFiguresAreForThisMachineOnly(t *testing.T) {
	handler := serving.LocalOnly(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, tt := range []struct {
		from, header string
		code         int
	}{{"127.0.0.1:99", "", 200}, {"[::1]:99", "", 200}, {"192.0.2.7:99", "", 404}, {"127.0.0.1:99", "X-Forwarded-For", 404}, {"127.0.0.1:99", "Forwarded", 404}, {"nonsense", "", 404}} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = tt.from
		if tt.header != "" {
			r.Header.Set(tt.header, "192.0.2.7")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != tt.code {
			t.Errorf("from %s with %q: %d", tt.from, tt.header, w.Code)
		}
	}
}

func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	if err := serving.Notify(path, "READY=1"); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 100)
	n, err := socket.Read(heard)
	if err != nil || string(heard[:n]) != "READY=1" {
		t.Errorf("heard %q, %v", heard[:n], err)
	}
	if err := serving.Notify("", "READY=1"); err != nil {
		t.Error(err)
	}
}

// TestTheUnitIsHardened: the shipped unit says what it must, each line in its section, and nothing twice that must not be.
func TestTheUnitIsHardened(t *testing.T) {
	path := filepath.Join("..", "..", "deploy", "rosemary.service")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	values, section := map[string]string{}, ""
	for n, line := range strings.Split(string(text), "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			key, value, ok := strings.Cut(line, "=")
			if !ok || section == "" || strings.TrimSpace(key) != key {
				t.Fatalf("line %d: %q", n+1, line)
			}
			if _, twice := values[section+"."+key]; twice && key != "SystemCallFilter" {
				t.Errorf("%s is said twice", key)
			}
			values[section+"."+key] = value
		}
	}
	for key, want := range map[string]string{
		"Type": "notify", "DynamicUser": "yes", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "PrivateTmp": "yes", "UMask": "0077",
		"StateDirectory": "rosemary rosemary-checkpoints", "StateDirectoryMode": "0700", "ProtectHome": "yes",
	} {
		if got := values["Service."+key]; got != want {
			t.Errorf("%s=%s, want %s", key, got, want)
		}
	}
	if tool, err := exec.LookPath("systemd-analyze"); err == nil {
		if out, err := exec.CommandContext(t.Context(), tool, "verify", path).CombinedOutput(); err != nil && !strings.Contains(string(out), "not executable") {
			t.Errorf("systemd-analyze: %s", out)
		}
	}
}
