// Package figures gathers what an operator watches: how much is committed and refused, what waits, how large the files are, how old the last
// checkpoint, the last backup and the last downtime pack are. Every figure has a fixed, small set of labels; nothing in it is about a person.
package figures

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"rosemary/internal/downtime"
	"rosemary/internal/installation"
	"rosemary/store/sqlite"
)

// gathering is how long the questions behind one gathering may take.
const gathering = 5 * time.Second

// collector asks an installation whenever somebody gathers.
type collector struct {
	in       *installation.Installation
	downtime *downtime.Schedule
}

// Register puts the figures of an installation and of the process into a registry.
func Register(registry *prometheus.Registry, in *installation.Installation, pack *downtime.Schedule) {
	registry.MustRegister(collector{in, pack}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("rosemary_"+name, help, labels, nil)
}

var (
	writes       = describe("writes_total", "Writes to the database: kept, refused because of what was sent, or failed because of the disk or a lock.", "outcome")
	transactions = describe("transactions_total", "Transactions of the writing connection; many writes share one.")
	waiting      = describe("writes_waiting", "Writes in the queue now.")
	fileBytes    = describe("database_bytes", "Size of the database.")
	logBytes     = describe("database_log_bytes", "Size of the database's own log, which it empties now and then.")
	free         = describe("disk_free_bytes", "What may still be written.", "folder")
	moment       = describe("moment", "The last moment of the log: contributions committed.")
	epoch        = describe("epoch", "Goes up when a backup is restored.")
	behind       = describe("checkpoint_behind", "Contributions that no signed checkpoint covers yet.")
	signedAge    = describe("checkpoint_age_seconds", "Age of the last signed checkpoint; none is signed while nothing is committed.")
	downtimeAge  = describe("downtime_pack_age_seconds", "Age of the last downtime pack; missing where none is made, or none was yet.")
	downtimeFail = describe("downtime_pack_failing", "1 while the downtime pack cannot be made.")
	backupAge    = describe("backup_age_seconds", "Age of the last backup; missing when there was none.")
	backupBehind = describe("backup_behind", "Contributions that no backup holds yet.")
	searchBehind = describe("search_behind", "Contributions that the index of words does not hold yet: searches read them one by one.")
	backlog      = describe("access_log_waiting", "Entries of the log of who saw what that wait to be written.")
	blocked      = describe("access_log_blocked", "1 while the log of who saw what cannot be written.")
)

// Describe implements prometheus.Collector.
func (collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{writes, transactions, waiting, fileBytes, logBytes, free, moment, epoch, behind, signedAge, downtimeAge, downtimeFail, backupAge, backupBehind, searchBehind, backlog, blocked} {
		to <- d
	}
}

// Collect implements prometheus.Collector. What cannot be asked just now is left out.
func (c collector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	counter := func(d *prometheus.Desc, value int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), labels...)
	}
	f := c.in.Database.Figures()
	counter(writes, f.Done, "kept")
	counter(writes, f.Refused, "refused")
	counter(writes, f.Failed, "failed")
	counter(transactions, f.Transactions)
	gauge(waiting, float64(f.Waiting))
	gauge(fileBytes, float64(f.FileBytes))
	gauge(logBytes, float64(f.LogBytes))
	for name, folder := range map[string]string{"data": c.in.Dir, "checkpoints": c.in.Checkpoints()} {
		if bytes, known := sqlite.FreeSpace(folder); known {
			gauge(free, float64(bytes), name)
		}
	}
	entries, failing := c.in.Guard.Backlog()
	gauge(backlog, float64(entries))
	gauge(blocked, map[bool]float64{true: 1}[failing])
	if c.downtime.On() {
		made, failing := c.downtime.State()
		gauge(downtimeFail, map[bool]float64{true: 1}[failing])
		if !made.IsZero() {
			gauge(downtimeAge, c.in.Now().Sub(made).Seconds())
		}
	}
	ctx, done := context.WithTimeout(context.Background(), gathering)
	defer done()
	gauge(searchBehind, float64(c.in.Search.Lag(ctx)))
	s, err := c.in.State(ctx)
	if err != nil {
		return
	}
	gauge(moment, float64(s.Head))
	gauge(epoch, float64(s.Epoch))
	gauge(behind, float64(s.Head-s.Checkpointed))
	gauge(backupBehind, float64(s.Head-s.BackedUp))
	now := c.in.Now()
	if !s.Checkpoint.IsZero() {
		gauge(signedAge, now.Sub(s.Checkpoint).Seconds())
	}
	if !s.BackedUpAt.IsZero() {
		gauge(backupAge, now.Sub(s.BackedUpAt).Seconds())
	}
}

// Pages counts and times the requests to the pages: by method and kind of status only, for their addresses name people.
func Pages(registry *prometheus.Registry, now func() time.Time, next http.Handler) http.Handler {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rosemary_pages_requests_total", Help: "Requests to the pages, by method and kind of status."}, []string{"method", "status"})
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rosemary_pages_request_seconds", Help: "How long requests to the pages took, by method.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
	}, []string{"method"})
	registry.MustRegister(requests, took)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := "other"
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
			method = r.Method
		}
		s, began := &status{ResponseWriter: w}, now()
		next.ServeHTTP(s, r)
		requests.WithLabelValues(method, strconv.Itoa(max(s.code, 200)/100)+"xx").Inc()
		took.WithLabelValues(method).Observe(now().Sub(began).Seconds())
	})
}

// status notes how a request was answered.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader notes the code.
func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
