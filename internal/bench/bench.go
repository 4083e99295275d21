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
	People      int
	Dir         string // where the data folder is made; "": a temporary folder
	Out         io.Writer
}

// row is one line of the report.
type row struct {
	measure string
	load    Load
	perSec  float64 // records a second, where that is not requests a second
	ceiling float64 // the ceiling's figure in the same unit
	beside  string  // what the ceiling is
}

// Run measures the product and its ceilings and writes a table.
func Run(ctx context.Context, o Options) error {
	dir, err := os.MkdirTemp(o.Dir, "rosemary-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data := filepath.Join(dir, "data")
	fmt.Fprintf(o.Out, "%d people with %d notes each; %d connections; %s each measure\n\n", o.People, recordsEach, o.Connections, o.Each)
	h, err := furnish(ctx, data, o.People)
	if err != nil {
		return fmt.Errorf("preparing the data: %w", err)
	}
	product, err := start(ctx, "serve", "--data", data, "--checkpoints", filepath.Join(dir, "checkpoints"), "--listen", "127.0.0.1:0")
	if err != nil {
		return err
	}
	bare, err := start(ctx, "bench", "ceiling", "--listen", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, product.stop())
	}
	r := &run{Options: o, home: h, product: product, bare: bare, idle: product.memory()}
	err = r.measure(ctx, dir)
	return errors.Join(err, product.stop(), bare.stop())
}

// run is one run of the bench.
type run struct {
	Options
	home    *home
	product *child
	bare    *child
	idle    float64
	rows    []row
}

func (r *run) measure(ctx context.Context, dir string) error {
	single := fmt.Appendf(nil, `{"class":"%s","content":%s}`, note, noteContent(99))
	twenty := contribution(20)
	steps := []struct {
		measure string
		request func(c, n int) []byte
		bare    func(size int64) []byte
		records int
	}{
		{"commit one record of 1 KB", func(c, n int) []byte {
			return message("POST", "/api/people/"+r.person(c, n)+"/records", r.home.token, single)
		}, func(size int64) []byte { return message("POST", fmt.Sprintf("/?size=%d", size), "", single) }, 1},
		{"read one record", func(c, n int) []byte {
			i := r.index(c, n)
			return message("GET", "/api/people/"+r.home.people[i].String()+"/records/"+r.home.records[i].String(), r.home.token, nil)
		}, func(size int64) []byte { return message("GET", fmt.Sprintf("/?size=%d", size), "", nil) }, 1},
		{"a person's last 20 records of a class", func(c, n int) []byte {
			return message("GET", "/api/people/"+r.person(c, n)+"/records?class="+note+"&limit=20", r.home.token, nil)
		}, func(size int64) []byte { return message("GET", fmt.Sprintf("/?size=%d", size), "", nil) }, 1},
		{"contribution of 20 records, in records", func(c, n int) []byte {
			return message("POST", "/api/people/"+r.person(c, n)+"/contributions", r.home.token, twenty)
		}, func(size int64) []byte { return message("POST", fmt.Sprintf("/?size=%d", size), "", twenty) }, 20},
	}
	for _, s := range steps {
		load, err := drive(ctx, r.product.address, r.Connections, r.Each, s.request)
		if err != nil {
			return fmt.Errorf("%s: %w", s.measure, err)
		}
		request := s.bare(load.Bytes)
		ceiling, err := drive(ctx, r.bare.address, r.Connections, r.Each, func(int, int) []byte { return request })
		if err != nil {
			return fmt.Errorf("%s, bare handler: %w", s.measure, err)
		}
		r.rows = append(r.rows, row{measure: s.measure, load: load, perSec: load.PerSecond() * float64(s.records), ceiling: ceiling.PerSecond() * float64(s.records), beside: "bare handler"})
	}
	return r.report(ctx, dir)
}

func (r *run) index(c, n int) int     { return (c*7919 + n*31) % len(r.home.people) }
func (r *run) person(c, n int) string { return r.home.people[r.index(c, n)].String() }
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

func (r *run) report(ctx context.Context, dir string) error {
	loaded := r.product.memory()
	stored, err := bareSQLite(ctx, dir, 1024, r.Each)
	if err != nil {
		return fmt.Errorf("bare SQLite: %w", err)
	}
	disk, err := flush(dir, 300)
	if err != nil {
		return fmt.Errorf("flush of the disk: %w", err)
	}
	w := r.Out
	fmt.Fprintln(w, "| measure | a second | of the ceiling | ceiling | median | 99th percentile | answer |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, x := range r.rows {
		fmt.Fprintf(w, "| %s | %.0f | %.2f | %.0f (%s) | %s | %s | %d bytes |\n", x.measure, x.perSec, x.perSec/x.ceiling, x.ceiling, x.beside,
			x.load.Median.Round(time.Microsecond), x.load.P99.Round(time.Microsecond), x.load.Bytes)
	}
	fmt.Fprintf(w, "| rows of 1 KB in a bare SQLite loop, %d a transaction | %.0f | | | | | |\n", sqliteBatch, stored)
	fmt.Fprintf(w, "| flush of the disk | %.0f | | | %s | %s | |\n", disk.PerSecond(), disk.Median.Round(time.Microsecond), disk.P99.Round(time.Microsecond))
	fmt.Fprintf(w, "\nStart to ready: %s. Resident memory: %.0f MB idle, %.0f MB under load.\n", r.product.ready.Round(time.Millisecond), r.idle, loaded)
	return nil
}
