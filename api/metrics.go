package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rosemary/standard"
)

// meter counts requests by the route of the table, never by what they are about.
type meter struct {
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	running  prometheus.Gauge
	rejected prometheus.Counter
	page     http.Handler
}

func newMeter(registry *prometheus.Registry) *meter {
	m := &meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rosemary_api_requests_total", Help: "Requests to the API, by route, method and status.",
		}, []string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rosemary_api_request_seconds", Help: "How long requests to the API took, by route and method.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
		}, []string{"route", "method"}),
		running:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "rosemary_api_requests_running", Help: "Requests being answered now."}),
		rejected: prometheus.NewCounter(prometheus.CounterOpts{Name: "rosemary_api_rejected_tokens_total", Help: "Bearer tokens that were not valid."}),
	}
	registry.MustRegister(m.requests, m.took, m.running, m.rejected)
	m.page = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

func (m *meter) begin() { m.running.Inc() }

func (m *meter) end(rt *route, status int, took time.Duration) {
	m.running.Dec()
	m.requests.WithLabelValues(rt.path, rt.method, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(rt.path, rt.method).Observe(took.Seconds())
}

// metrics answers GET /metrics with the figures that Prometheus gathers.
func (c *call) metrics() error {
	c.status = http.StatusOK
	c.meter.page.ServeHTTP(c.w, c.r)
	return nil
}

// health answers GET /healthz: 200 once the installation can serve.
func (c *call) health() error {
	ctx, done := context.WithTimeout(c.ctx, 5*time.Second)
	defer done()
	if err := c.Ready(ctx); err != nil {
		return &standard.Fault{Kind: standard.Unavailable, Message: "Rosemary is not ready.", Err: err}
	}
	return c.replyAs(http.StatusOK, mediaJSON, append(c.buffer(), `{"status":"ready"}`...))
}
