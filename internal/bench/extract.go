package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/ehr/dialects"
	"rosemary/ehr/extract"
	"rosemary/internal/installation"
	"rosemary/record"
)

// ExtractOptions say what to measure extracts and transfer with.
type ExtractOptions struct {
	Versions int    // of the one person
	Dir      string // where the data folder is made; "": a temporary one
	Out      io.Writer
	Progress io.Writer
}

// RunExtract measures extracts of one person's whole record, and receiving and ratifying it, each beside its ceiling in the same run: the same rows read and encoded with no
// model in between.
func RunExtract(ctx context.Context, o ExtractOptions) error {
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "rosemary-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	f := &folder{dir: dir}
	h, err := furnish(ctx, f, Options{Versions: 1, People: 1, Long: o.Versions, Progress: o.Progress})
	if err != nil {
		return fmt.Errorf("preparing the data: %w", err)
	}
	in, err := installation.Open(ctx, installation.Options{Dir: f.data(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	e := &extracts{in: in, person: h.Long.ID, versions: float64(h.Long.Versions), home: h, dir: dir}
	return errors.Join(e.measure(ctx, o.Out), in.Close())
}

type extracts struct {
	in       *installation.Installation
	person   uuid.UUID
	versions float64
	home     *home
	dir      string
}

// counting counts bytes and holds none.
type counting struct{ n int64 }

func (c *counting) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

func (e *extracts) measure(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "one person with %.0f versions, all of them\n\n| measure | versions a second | of the ceiling | ceiling | processor time a version, and the ceiling's | of the ceiling by that | most resident memory | bytes |\n|---|---|---|---|---|---|---|---|\n", e.versions)
	for _, form := range []struct {
		name string
		bare func(io.Writer) func(*record.Version) error
	}{{"native-json", bareJSON}, {"native-xml", bareXML}} {
		dialect, _ := dialects.Named(form.name)
		if err := e.row(ctx, w, form.name, dialect, form.bare); err != nil {
			return fmt.Errorf("%s: %w", form.name, err)
		}
	}
	return e.arrive(ctx, w)
}

// row measures one form by turns with its ceiling.
func (e *extracts) row(ctx context.Context, w io.Writer, name string, d ehr.Dialect, bare func(io.Writer) func(*record.Version) error) error {
	var ours, ceiling, worked, bareWorked time.Duration
	var most float64
	var size int64
	for range extractRounds {
		begin, before := time.Now(), ownWork()
		if err := e.bare(ctx, bare); err != nil {
			return err
		}
		ceiling, bareWorked = ceiling+time.Since(begin), bareWorked+ownWork()-before
		debug.FreeOSMemory()
		watch := watchMemory()
		begin, before = time.Now(), ownWork()
		out := &counting{}
		err := e.in.Extract(ctx, out, installation.Extracting{Person: e.person, To: "the bench", Why: "measuring", Criteria: extract.Criteria{AllVersions: true}, Dialect: d}, func(int) {})
		ours, worked = ours+time.Since(begin), worked+ownWork()-before
		most = max(most, watch())
		if err != nil {
			return err
		}
		size = out.n
	}
	n := e.versions * extractRounds
	fmt.Fprintf(w, "| extract, %s | %.0f | %.2f | %.0f | %s, %s | %.2f | %.0f MB | %d |\n", name, n/ours.Seconds(), ceiling.Seconds()/ours.Seconds(), n/ceiling.Seconds(),
		(worked / time.Duration(n)).Round(100*time.Nanosecond), (bareWorked / time.Duration(n)).Round(100*time.Nanosecond), bareWorked.Seconds()/worked.Seconds(), most, size)
	return nil
}

const extractRounds = 2

// bare reads the same rows and encodes what they hold.
func (e *extracts) bare(ctx context.Context, form func(io.Writer) func(*record.Version) error) error {
	out := bufio.NewWriterSize(&counting{}, 64<<10)
	write := form(out)
	err := e.in.Log.Contributions(ctx, e.person, 0, record.Forever-1, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			if err := write(v); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, out.Flush())
}

// tokens reads a stored text token by token.
func tokens(read *jsontext.Decoder, text *bytes.Reader, body []byte, each func(jsontext.Token) error) error {
	text.Reset(body)
	read.Reset(text)
	for {
		t, err := read.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(t); err != nil {
			return err
		}
	}
}

// bareJSON reads the stored text token by token and writes it so.
func bareJSON(w io.Writer) func(*record.Version) error {
	enc, text := jsontext.NewEncoder(w), &bytes.Reader{}
	read := jsontext.NewDecoder(text)
	return func(v *record.Version) error { return tokens(read, text, v.Body, enc.WriteToken) }
}

// bareXML writes the same tokens as elements.
func bareXML(w io.Writer) func(*record.Version) error {
	text := &bytes.Reader{}
	read := jsontext.NewDecoder(text)
	return func(v *record.Version) error {
		return tokens(read, text, v.Body, func(t jsontext.Token) error {
			switch t.Kind() {
			case '{', '[':
				_, err := io.WriteString(w, "<v>")
				return err
			case '}', ']':
				_, err := io.WriteString(w, "</v>")
				return err
			}
			if _, err := io.WriteString(w, "<t>"); err != nil {
				return err
			}
			if err := xml.EscapeText(w, []byte(t.String())); err != nil {
				return err
			}
			_, err := io.WriteString(w, "</t>")
			return err
		})
	}
}
