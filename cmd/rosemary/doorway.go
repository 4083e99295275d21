package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"rosemary/internal/installation"
	network "rosemary/internal/serving"
	"rosemary/standard"
)

// doorway is the servers that listen: the main one, and where they are wanted one that sends plain HTTP on and one for the figures.
type doorway struct {
	in      *installation.Installation
	out     io.Writer
	servers []*http.Server
	failed  chan error // a server that stopped by itself
}

// open starts to listen, and says so.
func (d *doorway) open(ctx context.Context, o serving, main, metrics http.Handler) error {
	var certificates *network.Certificates
	scheme := "http"
	if o.tls.On() {
		var err error
		if certificates, err = network.NewCertificates(o.tls.Cert, o.tls.Key, d.in.Logger, time.Now); err != nil {
			return err
		}
		scheme = "https"
	}
	address, err := d.listen(ctx, o.listen, main, certificates)
	if err != nil {
		return err
	}
	if o.tls.RedirectFrom != "" {
		if _, err := d.listen(ctx, o.tls.RedirectFrom, network.Redirect(address), nil); err != nil {
			return err
		}
	}
	if o.metrics != "" {
		only := http.NewServeMux()
		only.Handle("/metrics", metrics)
		at, err := d.listen(ctx, o.metrics, only, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "Figures: http://%s/metrics\n", at)
	}
	fmt.Fprintf(d.out, "Rosemary is ready: %s://%s\n", scheme, address)
	return nil
}

// listen starts one server, by HTTPS where there are certificates.
func (d *doorway) listen(ctx context.Context, at string, handler http.Handler, certificates *network.Certificates) (address string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at)
	if err != nil {
		return "", &standard.Fault{
			Kind: standard.Unavailable, Message: "Rosemary cannot listen on " + at + ".", Hint: "Another program may be listening there. Choose another address with --listen or in the configuration.", Err: err,
		}
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(d.in.Logger.Handler(), slog.LevelWarn),
	}
	d.servers = append(d.servers, server)
	go func() {
		var err error
		if certificates != nil {
			server.TLSConfig = certificates.Config()
			err = server.ServeTLS(listener, "", "")
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			d.failed <- err
		}
	}()
	return listener.Addr().String(), nil
}

// shut lets the requests that are under way finish.
func (d *doorway) shut() error {
	grace, cancel := context.WithTimeout(context.Background(), gracePeriod)
	defer cancel()
	var errs []error
	for _, s := range d.servers {
		errs = append(errs, s.Shutdown(grace))
	}
	return errors.Join(errs...)
}

// tell tells systemd how the program stands, where it was started by it.
func (d *doorway) tell(state string) {
	if err := network.Notify(os.Getenv("NOTIFY_SOCKET"), state); err != nil {
		d.in.Logger.Warn(err.Error())
	}
}
