// Package serving is how the program meets the network and the system that started it: HTTPS with certificates that are read again when they are
// renewed, sending plain HTTP on, telling systemd that it is ready, and who may ask for the figures. It knows nothing of records.
package serving

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"rosemary/standard"
)

// lookAgain is how often the files of the certificate are looked at, at most.
const lookAgain = 10 * time.Second

// Certificates hands out the certificate of two files, and reads them again when one was replaced. A pair that cannot be read leaves the old one in use.
type Certificates struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu     sync.Mutex
	loaded *tls.Certificate
	seen   [2]time.Time // when the files were changed, as far as is known
	looked time.Time
}

// NewCertificates reads the two files for the first time.
func NewCertificates(cert, key string, log *slog.Logger, now func() time.Time) (*Certificates, error) {
	c := &Certificates{cert: cert, key: key, log: log, now: now, looked: now()}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, &standard.Fault{
			Kind: standard.Unavailable, Message: "The certificate for HTTPS cannot be used.", Hint: "Check the files named as tls.cert and tls.key, and that this user may read them.", Err: err,
		}
	}
	c.loaded, c.seen = &pair, c.changed()
	return c, nil
}

// Config is how HTTPS is spoken.
func (c *Certificates) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil },
	}
}

func (c *Certificates) current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.looked).Abs() < lookAgain {
		return c.loaded
	}
	c.looked = now
	changed := c.changed()
	if changed == c.seen {
		return c.loaded
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil { // half renewed: the next look will tell
		c.log.Error("the renewed certificate cannot be used; the old one stays in use", "cause", err.Error())
		return c.loaded
	}
	c.loaded, c.seen = &pair, changed
	c.log.Info("the renewed certificate is in use")
	return c.loaded
}

func (c *Certificates) changed() (times [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			times[i] = info.ModTime()
		}
	}
	return times
}

// OnlyHTTPS tells browsers to come by HTTPS and no other way.
func OnlyHTTPS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// Redirect sends plain HTTP on to HTTPS, at the port of an address. Only reading is sent on: what was posted was legible on its way already.
func Redirect(listen string) http.Handler {
	_, port, _ := net.SplitHostPort(listen)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead || host == "" {
			http.Error(w, "This is reached by HTTPS only.", http.StatusForbidden)
			return
		}
		if port != "443" {
			host = net.JoinHostPort(host, port)
		}
		to := url.URL{Scheme: "https", Host: host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
	})
}

// LocalOnly answers callers on this machine, and nobody whom a proxy passes on.
func LocalOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		ip := net.ParseIP(host)
		if r.RemoteAddr != "" && (err != nil || ip == nil || !ip.IsLoopback()) || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("Via") != "" {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Notify tells systemd how the program stands ("READY=1", "STOPPING=1"). Where nothing listens it does nothing.
func Notify(socket, state string) error {
	if socket == "" {
		return nil
	}
	if socket[0] == '@' { // an abstract name
		socket = "\x00" + socket[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("telling systemd %s: %w", state, err)
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte(state))
	return err
}
