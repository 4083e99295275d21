package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"rosemary/api"
	"rosemary/fhir"
	"rosemary/fhir/smart"
	"rosemary/internal/backup"
	"rosemary/internal/config"
	"rosemary/internal/downtime"
	"rosemary/internal/figures"
	"rosemary/internal/installation"
	network "rosemary/internal/serving"
	storeaccess "rosemary/store/access"
	"rosemary/transfer/exchange"
	"rosemary/web"
	"rosemary/web/assets"
)

// gracePeriod is how long requests that are under way may take to finish when the program is told to stop.
const gracePeriod = 10 * time.Second

func serveCommand() *cobra.Command {
	var dir, listen string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Start Rosemary on a data folder",
		Long: `Starts the pages and the API. /healthz answers 200 once ready. A first start makes an empty installation; then make the first
account with: rosemary user add. Everything can be configured by a file, the environment and flags: rosemary config show.`,
		Example: "  rosemary serve --data /var/lib/rosemary --listen 127.0.0.1:8080\n  rosemary serve --config /etc/rosemary/rosemary.yaml",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			in, err := installation.Open(c.Context(), applied(l, installation.Options{Logger: logger(c.ErrOrStderr(), l)}))
			if err != nil {
				return err
			}
			if err := in.SetBack(c.Context()); err != nil {
				return errors.Join(err, in.Close())
			}
			if err := in.Exchange.Configure(c.Context(), configured(l)); err != nil {
				return errors.Join(err, in.Close())
			}
			o := serving{listen: l.Listen, address: l.Address, systemTokens: l.SystemTokens, https: l.BehindHTTPS || l.TLS.On(), proxied: l.BehindHTTPS, tls: l.TLS, metrics: l.MetricsListen, backup: l.Backup, fileLimit: l.FileLimit, downtime: &downtime.Schedule{Every: l.Downtime.Every, To: l.Downtime.To}}
			return errors.Join(serve(c.Context(), in, o, c.OutOrStdout()), in.Close())
		},
	}
	dataFlag(c, &dir)
	listenFlag(c, &listen)
	c.Flags().Bool("behind-https", false, "everybody reaches the pages by HTTPS, through a proxy: cookies are sent no other way")
	c.Flags().String("tls-cert", "", "the `file` with the certificate, to speak HTTPS without a proxy")
	c.Flags().String("tls-key", "", "the `file` with the certificate's key")
	c.Flags().String("metrics-listen", "", "a `host:port` of its own for /metrics")
	c.Flags().String("log-level", "info", "debug, info, warn or error")
	c.Flags().String("log-format", "text", "text or json")
	return c
}

func listenFlag(c *cobra.Command, listen *string) {
	c.Flags().StringVar(listen, "listen", "127.0.0.1:8080", "the `host:port` to listen on")
}

// serving says how to serve.
type serving struct {
	listen       string
	address      string        // where it is reached from outside
	systemTokens time.Duration // how long those are good for; 0: as usual
	https        bool          // everybody comes by HTTPS
	proxied      bool          // everybody comes through a proxy
	tls          config.TLS
	metrics      string // an address of its own; "": the main one
	backup       config.Backup
	downtime     *downtime.Schedule
	notice       *web.DemoNotice // nil but for the demonstration
	fileLimit    int64           // of a record that is taken in as a file on a page; 0: what the pages think right
}

// serve answers requests until the context ends, then lets those under way finish.
func serve(ctx context.Context, in *installation.Installation, o serving, out io.Writer) error {
	collectSeldom()
	cookies := in.Accounts.Cookies(in.Now, web.AccountOf)
	handler, metrics, resources, err := doors(in, cookies, o)
	if err != nil {
		return err
	}
	d := &doorway{in: in, out: out, failed: make(chan error, 3)}
	if err := d.open(ctx, o, handler, metrics); err != nil {
		return errors.Join(err, d.shut())
	}
	if err := sayWhatIsNext(ctx, in, out); err != nil {
		return errors.Join(err, d.shut())
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { in.Run(background) })
	running.Go(func() { resources.Run(background) })
	running.Go(func() { cookies.Run(background, time.Hour) })
	if o.backup.Every > 0 {
		schedule := backup.Schedule{Every: o.backup.Every, To: o.backup.To, Keep: o.backup.Keep, Seal: func() (backup.Seal, error) { return sealOf(o.backup) }}
		running.Go(func() { schedule.Run(background, in) })
	}
	if o.downtime.On() {
		if _, err := downtime.Folder(in.Dir, o.downtime.To); err != nil {
			return errors.Join(err, d.shut())
		}
		running.Go(func() { o.downtime.Run(background, in) })
	}
	d.tell("READY=1")
	select {
	case <-ctx.Done():
	case err = <-d.failed:
	}
	d.tell("STOPPING=1")
	err = errors.Join(err, d.shut())
	stop()
	running.Wait()
	return err
}

// sayWhatIsNext tells who has started an empty installation how anybody gets in.
func sayWhatIsNext(ctx context.Context, in *installation.Installation, out io.Writer) error {
	accounts, err := in.Guard.Accounts(ctx)
	if err != nil || len(accounts) > 0 {
		return err
	}
	_, err = fmt.Fprintf(out, "Nobody can sign in yet. Make the first account, in another window:\n  rosemary user add --data %s --role administrator --name \"Sam Okoro\" sam\n", in.Dir)
	return err
}

// doors joins the pages and the API into one handler.
func doors(in *installation.Installation, cookies *storeaccess.Cookies, o serving) (all, metrics http.Handler, resources *fhir.Door, err error) {
	built, err := assets.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	pages, err := web.New(web.Config{
		System: in.Identity.System, Keys: in.Identity.Keys, Guard: in.Guard, Catalogue: in.Catalogue, Assets: built, Sessions: cookies, Now: in.Now, Zone: in.Zone,
		Log: in.Logger, Own: in, Outbox: in.Outbox, Exchange: in.Exchange, FileLimit: o.fileLimit, Secure: o.https, Demo: o.notice, Issuer: smart.Issuer(o.address), Downtime: o.downtime,
	})
	if err != nil {
		return nil, nil, nil, err
	}
	registry := prometheus.NewRegistry()
	figures.Register(registry, in, o.downtime)
	native := api.New(api.Config{
		Guard: in.Guard, Exchange: in.Exchange, Catalogue: in.Catalogue, System: in.Identity.System, Keys: in.Identity.Keys, Zone: in.Zone, Now: in.Now, Log: in.Logger, Ready: in.Ready, Metrics: registry,
		State: func(ctx context.Context) (api.State, error) { s, err := in.State(ctx); return api.State(s), err },
	})
	resources = fhir.New(fhir.Config{
		Guard: in.Guard, Catalogue: in.Catalogue, System: in.Identity.System, Beside: in.BesideFHIR, Bulk: in.Bulk, Subscriptions: in.Subscribed, Exchange: in.Exchange, Address: o.address, SMART: true, Zone: in.Zone, Now: in.Now, Log: in.Logger,
	})
	tokens := smart.New(smart.Config{Guard: in.Guard, Now: in.Now, Log: in.Logger, Address: o.address, SystemLife: o.systemTokens})
	mux := http.NewServeMux()
	for _, path := range []string{smart.Discovery, smart.Token, smart.Introspect, smart.Revoke} {
		mux.Handle(path, tokens)
	}
	mux.Handle(fhir.Root, resources)
	mux.Handle(fhir.Root+"/", resources)
	for _, path := range []string{"/api", "/api/", "/healthz"} {
		mux.Handle(path, native)
	}
	mux.Handle(exchange.Root, in.Exchange)
	here := http.NotFoundHandler()
	if o.metrics == "" {
		here = network.LocalOnly(native)
	}
	mux.Handle("/metrics", here)
	mux.Handle("/", figures.Pages(registry, in.Now, pages))
	all = mux
	if o.https {
		all = network.OnlyHTTPS(all)
	}
	if o.proxied {
		all = network.Forwarded(all)
	}
	return all, native, resources, nil
}
