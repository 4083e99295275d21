package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Options say what to measure with.
type Options struct {
	Connections int
	Each        time.Duration // how long each measure runs
	Versions    int           // how many there are before anything is measured
	People      int           // among whom they are; 0: one for every 5,000 versions, at least 200
	Long        int           // versions of the one person who has many; 0: no such person
	Encrypted   bool
	Dir         string // where the data folder is made, and left for the next run with the same figures; "": a temporary folder
	Out         io.Writer
	Progress    io.Writer // hears how far the loading is; nil: nobody
}

// rounds is how often product and ceiling take turns in one measure: a machine that others use too is slower at one time than at another.
const rounds = 4

// row is one line of the report.
type row struct {
	measure string
	load    Load
	perSec  float64 // records a second, where that is not requests a second
	ceiling float64 // the ceiling's figure in the same unit; 0: there is none
	flush   *Load   // of the disk, measured right behind

	worked, bareWorked time.Duration // processor time an answer, of the product and of the bare handler
}

// Run measures the product and its ceilings and writes a table.
func Run(ctx context.Context, o Options) error {
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "rosemary-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if o.People == 0 {
		o.People = max(200, o.Versions/5000)
	}
	f := &folder{dir: dir, encrypted: o.Encrypted}
	h, err := furnish(ctx, f, o)
	if err != nil {
		return fmt.Errorf("preparing the data: %w", err)
	}
	product, err := start(ctx, f.serve()...)
	if err != nil {
		return err
	}
	bare, err := start(ctx, "bench", "ceiling", "--listen", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, product.stop())
	}
	r := &run{Options: o, home: h, folder: f, product: product, bare: bare}
	return errors.Join(r.measure(ctx), r.product.stop(), bare.stop())
}

// run is one run of the bench.
type run struct {
	Options
	home    *home
	folder  *folder
	product *child
	bare    *child
	rows    []row
	idle    float64 // MB
	most    float64
	first   time.Duration // from start to the first answer
	summary Load
	cold    time.Duration // the summary page the first time
	moved   moved         // to another process

	resources []compared // the FHIR door
	whole     wholeRecord
}

// step is one measure.
type step struct {
	measure string
	request func(c, n int) []byte
	bare    func(size int64) []byte
	records int
	commits bool
}

func (r *run) steps() []step {
	single := fmt.Appendf(nil, `{"class":"%s","content":%s}`, note, noteContent(99))
	twenty := contribution(20)
	post := func(body []byte) func(int64) []byte {
		return func(size int64) []byte { return message("POST", fmt.Sprintf("/?size=%d", size), "", body) }
	}
	get := func(size int64) []byte { return message("GET", fmt.Sprintf("/?size=%d", size), "", nil) }
	read := func(p *person, n int) []byte {
		return message("GET", "/api/people/"+p.ID.String()+"/records/"+p.Records[n%len(p.Records)].String(), r.home.Token, nil)
	}
	list := func(p *person) []byte {
		return message("GET", "/api/people/"+p.ID.String()+"/records?class="+note+"&limit=20", r.home.Token, nil)
	}
	return []step{
		{"commit one record of 1 KB", func(c, n int) []byte {
			return message("POST", "/api/people/"+r.anybody(c, n).ID.String()+"/records", r.home.Token, single)
		}, post(single), 1, true},
		{"read one record, of those of today", func(c, n int) []byte { return read(r.today(c, n), n/7) }, get, 1, false},
		{"read one record, any of all", func(c, n int) []byte { return read(r.anybody(c, n), scatter(c, n)) }, get, 1, false},
		{"last 20 of a class, of a person of today", func(c, n int) []byte { return list(r.today(c, n)) }, get, 1, false},
		{"last 20 of a class, of anybody", func(c, n int) []byte { return list(r.anybody(c, n)) }, get, 1, false},
		{"contribution of 20 records, in records", func(c, n int) []byte {
			return message("POST", "/api/people/"+r.anybody(c, n).ID.String()+"/contributions", r.home.Token, twenty)
		}, post(twenty), 20, true},
	}
}

func (r *run) measure(ctx context.Context) error {
	var err error
	if r.first, err = r.answers(ctx); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	r.idle = r.product.memory("VmRSS")
	for _, s := range r.steps() {
		x, err := r.inTurns(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.measure, err)
		}
		if s.commits {
			disk, err := flush(r.folder.dir, 300)
			if err != nil {
				return fmt.Errorf("flush of the disk: %w", err)
			}
			x.flush = &disk
		}
		r.rows = append(r.rows, x)
	}
	if err := r.fhir(ctx); err != nil {
		return fmt.Errorf("FHIR: %w", err)
	}
	r.most = r.product.memory("VmHWM")
	if err := r.summaryPage(ctx); err != nil {
		return fmt.Errorf("summary page: %w", err)
	}
	if r.Long > 0 {
		if err := r.product.stop(); err != nil {
			return err
		}
		if err := r.everything(ctx); err != nil {
			return fmt.Errorf("$everything: %w", err)
		}
		if r.product, err = start(ctx, r.folder.serve()...); err != nil {
			return err
		}
		if r.moved, err = r.transfer(ctx); err != nil {
			return fmt.Errorf("transfer: %w", err)
		}
	}
	return r.report(ctx)
}

// inTurns measures the product and the bare handler by turns.
func (r *run) inTurns(ctx context.Context, s step) (row, error) {
	var product, ceiling Load
	var worked, bareWorked time.Duration
	for round := range rounds {
		before, bareBefore := r.product.worked(), r.bare.worked()
		load, err := drive(ctx, r.product.address, r.Connections, r.Each/rounds, func(c, n int) []byte { return s.request(c, n+round*1_000_000) })
		if err != nil {
			return row{}, err
		}
		request := s.bare(load.Bytes)
		bare, err := drive(ctx, r.bare.address, r.Connections, r.Each/rounds, func(int, int) []byte { return request })
		if err != nil {
			return row{}, fmt.Errorf("bare handler: %w", err)
		}
		product, ceiling = product.and(load), ceiling.and(bare)
		worked, bareWorked = worked+r.product.worked()-before, bareWorked+r.bare.worked()-bareBefore
	}
	n := float64(s.records)
	return row{worked: worked / time.Duration(product.Requests), bareWorked: bareWorked / time.Duration(ceiling.Requests), measure: s.measure, load: product, perSec: product.PerSecond() * n, ceiling: ceiling.PerSecond() * n}, nil
}

// scatter spreads the n-th request of a connection over everything there is, the same way every time.
func scatter(c, n int) int {
	x := uint64(c+1)*0x9E3779B97F4A7C15 + uint64(n)*0xBF58476D1CE4E5B9
	x ^= x >> 31
	x *= 0x94D049BB133111EB
	return int((x ^ x>>29) >> 2)
}

// anybody is any of all people, today one of those whom a shift cares for.
func (r *run) anybody(c, n int) *person { return &r.home.People[scatter(c, n)%len(r.home.People)] }
func (r *run) today(c, n int) *person {
	return &r.home.People[scatter(c, n)%min(len(r.home.People), peopleToday)]
}

const peopleToday = 200

func contribution(records int) []byte {
	b := []byte(`{"changes":[`)
	for i := range records {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"type":"create","class":"%s","content":%s}`, note, noteContent(i))
	}
	return append(b, `]}`...)
}

// answers waits for the first answer to a question about a person.
func (r *run) answers(ctx context.Context) (time.Duration, error) {
	request := message("GET", "/api/people/"+r.home.People[0].ID.String()+"/records/"+r.home.People[0].Records[0].String(), r.home.Token, nil)
	if _, err := drive(ctx, r.product.address, 1, time.Millisecond, func(int, int) []byte { return request }); err != nil {
		return 0, fmt.Errorf("first answer: %w", err)
	}
	return time.Since(r.product.began), nil
}

func (r *run) report(ctx context.Context) error {
	beside := filepath.Join(r.folder.dir, "ceiling")
	stored, err := bareSQLite(ctx, beside, 1024, r.Each)
	if err = errors.Join(err, os.RemoveAll(beside)); err != nil {
		return fmt.Errorf("bare SQLite: %w", err)
	}
	w := r.Out
	fmt.Fprintf(w, "%d versions, %d people, %d connections, %s each measure%s\n\n", r.home.Versions, len(r.home.People), r.Connections, r.Each,
		map[bool]string{true: ", encrypted at rest"}[r.Encrypted])
	fmt.Fprintln(w, "| measure | a second | of the ceiling | ceiling | median | 99th percentile | flush of the disk, median and 99th | processor time an answer, and the ceiling's | answer |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
	for _, x := range r.rows {
		beside := ""
		if x.flush != nil {
			beside = fmt.Sprintf("%s, %s", short(x.flush.Median), short(x.flush.P99))
		}
		fmt.Fprintf(w, "| %s | %.0f | %.2f | %.0f | %s | %s | %s | %s, %s | %d bytes |\n", x.measure, x.perSec, x.perSec/x.ceiling, x.ceiling,
			short(x.load.Median), short(x.load.P99), beside, x.worked.Round(time.Microsecond), x.bareWorked.Round(time.Microsecond), x.load.Bytes)
	}
	fmt.Fprintf(w, "| rows of 1 KB in a bare SQLite loop, %d a transaction | %.0f | | | | | | | |\n\n", sqliteBatch, stored)
	r.reportFHIR(w)
	fmt.Fprintln(w, "| | |\n|---|---|")
	fmt.Fprintf(w, "| start, to ready and to the first answer | %s, %s |\n", short(r.product.ready), short(r.first))
	fmt.Fprintf(w, "| resident memory, idle and the most under this load | %.0f MB, %.0f MB |\n", r.idle, r.most)
	if r.summary.Requests > 0 {
		fmt.Fprintf(w, "| summary page of a person with %d versions: first time, median, 99th percentile | %s, %s, %s |\n", r.home.Long.Versions,
			short(r.cold), short(r.summary.Median), short(r.summary.P99))
	}
	if r.Long > 0 {
		fmt.Fprint(w, r.moved.row(r.home.Long.Versions))
	}
	fmt.Fprintf(w, "| bytes stored per version of 1 KB, everything derived and the index of words included | %.0f |\n", float64(r.home.Bytes)/float64(r.home.Versions))
	return nil
}

func short(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(100 * time.Microsecond)
}
