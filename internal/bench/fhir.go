package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
)

// throughFHIR is one measure of the FHIR door, by turns with the same work through the native API and with the bare handler.
type throughFHIR struct {
	measure string
	request func(c, n int) []byte
	beside  func(c, n int) []byte // what it is compared with; nil: single creates through FHIR, in resources
	bare    func(size int64) []byte
	records int     // in one request
	must    float64 // what of the other it must reach
}

// compared is one line of the report.
type compared struct {
	throughFHIR
	load, other, bare          Load
	worked, otherWorked, under time.Duration // processor time an answer: through FHIR, of the other, of the bare handler
}

// observation is a note of about 1 KB as a resource.
func observation(person uuid.UUID, n int) []byte {
	content := noteContent(n)
	return fmt.Appendf(nil, `{"resourceType":"Observation","meta":{"profile":["urn:rosemary:class:%s"]},"status":"final","category":[{"coding":[{"system":"urn:rosemary:class","code":"%s"}]}],`+
		`"code":{"coding":[{"system":"urn:rosemary:class","code":"%s"}]},"subject":{"reference":"Patient/%s"},"effectiveDateTime":"%s","valueString":"%s"}`,
		note, note, note, person, between(content, `"when":"`), between(content, `"freeText":"`))
}

// between gives what stands behind a mark in a text, up to the next quotation mark.
func between(text []byte, mark string) string {
	s := string(text)
	for i := 0; i+len(mark) < len(s); i++ {
		if s[i:i+len(mark)] == mark {
			for end := i + len(mark); end < len(s); end++ {
				if s[end] == '"' {
					return s[i+len(mark) : end]
				}
			}
		}
	}
	return ""
}

func transaction(person uuid.UUID, resources int) []byte {
	b := []byte(`{"resourceType":"Bundle","type":"transaction","entry":[`)
	for i := range resources {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"request":{"method":"POST","url":"Observation"},"resource":%s}`, observation(person, i))
	}
	return append(b, `]}`...)
}

func (r *run) fhirSteps() []throughFHIR {
	const door = "/fhir/R4"
	native := r.steps()
	post := func(body []byte) func(int64) []byte {
		return func(size int64) []byte { return message("POST", fmt.Sprintf("/?size=%d", size), "", body) }
	}
	get := func(size int64) []byte { return message("GET", fmt.Sprintf("/?size=%d", size), "", nil) }
	// What is sent is made once and then only says whose it is: whoever asks runs on the same machine.
	one, twenty := observation(uuid.Nil, 99), transaction(uuid.Nil, 20)
	about := func(body []byte, p *person) []byte {
		return bytes.ReplaceAll(body, []byte(uuid.Nil.String()), []byte(p.ID.String()))
	}
	create := func(c, n int) []byte {
		return message("POST", door+"/Observation", r.home.Token, about(one, r.anybody(c, n)))
	}
	of := func(p *person, n int) string { return mapping.ID(p.ID, p.Records[n%len(p.Records)]) }
	return []throughFHIR{
		{"create one Observation of 1 KB", create, native[0].request, post(one), 1, 0.5},
		{"read one Observation, any of all", func(c, n int) []byte {
			return message("GET", door+"/Observation/"+of(r.anybody(c, n), scatter(c, n)), r.home.Token, nil)
		}, native[2].request, get, 1, 0.6},
		{"search Observations of a patient by date, 20 results, of anybody", func(c, n int) []byte {
			return message("GET", door+"/Observation?patient="+r.anybody(c, n).ID.String()+"&date=ge2026-01-01&_count=20", r.home.Token, nil)
		}, native[4].request, get, 1, 0.5},
		{"transaction of 20 Observations, in resources", func(c, n int) []byte {
			return message("POST", door, r.home.Token, about(twenty, r.anybody(c, n)))
		}, nil, post(twenty), 20, 3},
	}
}

// fhir measures the FHIR door.
func (r *run) fhir(ctx context.Context) error {
	steps := r.fhirSteps()
	for _, s := range steps {
		if s.beside == nil {
			s.beside = steps[0].request
		}
		x := compared{throughFHIR: s}
		for round := range rounds {
			turn := func(p *child, load *Load, worked *time.Duration, request func(c, n int) []byte) error {
				before := p.worked()
				one, err := drive(ctx, p.address, r.Connections, r.Each/rounds, func(c, n int) []byte { return request(c, n+round*1_000_000) })
				if err != nil {
					return fmt.Errorf("%s: %w", s.measure, err)
				}
				*load, *worked = load.and(one), *worked+p.worked()-before
				return nil
			}
			if err := turn(r.product, &x.load, &x.worked, s.request); err != nil {
				return err
			}
			if err := turn(r.product, &x.other, &x.otherWorked, s.beside); err != nil {
				return err
			}
			bare := s.bare(x.load.Bytes)
			if err := turn(r.bare, &x.bare, &x.under, func(int, int) []byte { return bare }); err != nil {
				return err
			}
		}
		r.resources = append(r.resources, x)
	}
	return nil
}

// everything asks a process that has done nothing else for all that there is of the person who has many versions.
func (r *run) everything(ctx context.Context) (err error) {
	if r.home.Long.Versions == 0 {
		return nil
	}
	p, err := start(ctx, r.folder.serve()...)
	if err != nil {
		return err
	}
	defer func() {
		if stopped := p.stop(); err == nil {
			err = stopped
		}
	}()
	one := func(path string) (Load, error) {
		request := message("GET", path, r.home.Token, nil)
		return drive(ctx, p.address, 1, time.Millisecond, func(int, int) []byte { return request })
	}
	if _, err := one("/fhir/R4/Patient/" + r.home.Long.ID.String()); err != nil { // the mapping is compiled with the first question
		return err
	}
	r.whole.before = p.memory("VmRSS")
	if r.whole.Load, err = one("/fhir/R4/Patient/" + r.home.Long.ID.String() + "/$everything"); err != nil {
		return err
	}
	r.whole.most = p.memory("VmHWM")
	return nil
}

// wholeRecord is what was measured of $everything.
type wholeRecord struct {
	Load
	before, most float64 // MB
}

func (r *run) reportFHIR(w io.Writer) {
	fmt.Fprintln(w, "\n| through FHIR | a second | beside it | of that | must reach | of the bare handler | median | 99th percentile | processor time an answer: FHIR, beside it, bare | answer |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|")
	for _, x := range r.resources {
		n := float64(x.records)
		other := "native"
		if x.beside == nil {
			other = "single creates"
		}
		fmt.Fprintf(w, "| %s | %.0f | %s %.0f | %.2f | %.1f | %.2f | %s | %s | %s, %s, %s | %d bytes |\n", x.measure, x.load.PerSecond()*n, other, x.other.PerSecond(),
			x.load.PerSecond()*n/x.other.PerSecond(), x.must, x.load.PerSecond()/x.bare.PerSecond(), short(x.load.Median), short(x.load.P99),
			each(x.worked, x.load), each(x.otherWorked, x.other), each(x.under, x.bare), x.load.Bytes)
	}
	if r.whole.Requests > 0 {
		fmt.Fprintf(w, "| `$everything` of a person with %d versions: %s, %.1f MB; resident memory of the process before it and at most: %.0f MB, %.0f MB | | | | | | | | | |\n", r.home.Long.Versions,
			short(r.whole.Median), float64(r.whole.Bytes)/1e6, r.whole.before, r.whole.most)
	}
	fmt.Fprintln(w)
}

func each(worked time.Duration, l Load) time.Duration {
	return (worked / time.Duration(l.Requests)).Round(time.Microsecond)
}
