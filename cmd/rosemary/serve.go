package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"rosemary/api"
	"rosemary/internal/installation"
	storeaccess "rosemary/store/access"
	"rosemary/web"
	"rosemary/web/assets"
)

// gracePeriod is how long requests that are under way may take to finish when the program is told to stop.
const gracePeriod = 10 * time.Second

func serveCommand() *cobra.Command {
	var dir, checkpoints string
	var o serving
	c := &cobra.Command{
		Use:   "serve",
		Short: "Start Rosemary on a data folder",
		Long: `Starts the pages and the API. /healthz answers 200 once ready. A first start makes an empty installation; then make the first
account with: rosemary user add.`,
		Example: "  rosemary serve --data /var/lib/rosemary --listen 127.0.0.1:8080",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			logger := slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
			in, err := installation.Open(c.Context(), installation.Options{Dir: dir, Checkpoints: checkpoints, Logger: logger})
			if err != nil {
				return err
			}
			return errors.Join(serve(c.Context(), in, o, c.OutOrStdout()), in.Close())
		},
	}
	dataFlag(c, &dir)
	listenFlag(c, &o.listen)
	c.Flags().BoolVar(&o.https, "behind-https", false, "everybody reaches the pages by HTTPS, through a proxy: cookies are sent no other way")
	c.Flags().StringVar(&checkpoints, "checkpoints", "", "the `folder` outside the data folder where signed checkpoints are copied (default: beside it)")
	return c
}

func listenFlag(c *cobra.Command, listen *string) {
	c.Flags().StringVar(listen, "listen", "127.0.0.1:8080", "the `host:port` to listen on")
}

// serving says how to serve.
type serving struct {
	listen string
	https  bool
	notice *web.DemoNotice // nil but for the demonstration
}

// serve answers requests until the context ends, then lets those under way finish.
func serve(ctx context.Context, in *installation.Installation, o serving, out io.Writer) error {
	cookies := in.Accounts.Cookies(in.Now, web.AccountOf)
	handler, err := doors(in, cookies, o)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w. Choose another with --listen", o.listen, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(in.Logger.Handler(), slog.LevelWarn),
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { in.Run(background) })
	running.Go(func() { cookies.Run(background, time.Hour) })
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(background, gracePeriod)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	fmt.Fprintf(out, "Rosemary is ready: http://%s\n", listener.Addr())
	err = server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) {
		err = <-stopped
	}
	stop()
	running.Wait()
	return err
}

// doors joins the pages and the API into one handler.
func doors(in *installation.Installation, cookies *storeaccess.Cookies, o serving) (http.Handler, error) {
	built, err := assets.Load()
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Config{
		Guard: in.Guard, Catalogue: in.Catalogue, Assets: built, Sessions: cookies, Now: in.Now, Zone: in.Zone,
		Log: in.Logger, Own: in, Secure: o.https, Demo: o.notice,
	})
	if err != nil {
		return nil, err
	}
	native := api.New(api.Config{
		Guard: in.Guard, Catalogue: in.Catalogue, System: in.Identity.System, Keys: in.Identity.Keys, Zone: in.Zone, Now: in.Now, Log: in.Logger, Ready: in.Ready,
	})
	mux := http.NewServeMux()
	for _, path := range []string{"/api", "/api/", "/healthz", "/metrics"} {
		mux.Handle(path, native)
	}
	mux.Handle("/", pages)
	return mux, nil
}
