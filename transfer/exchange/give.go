package exchange

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"

	"rosemary/standard"
)

// longestSpan is how much of a package one answer holds.
const longestSpan = 4 << 20

// give sends a range of a package. From where it begins is told how much the receiver has.
func (s *spoken) give() (err error) {
	c, err := s.theirs()
	if err != nil {
		return err
	}
	if c.State != Ready {
		return &standard.Fault{Kind: standard.Conflict, Message: "There is nothing to be fetched.", Hint: "Ask how the request stands."}
	}
	from, until, err := span(s.r.Header.Get("Range"), c.Size)
	if err != nil {
		return err
	}
	file, err := os.Open(s.outgoing(c.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return s.again(c)
	}
	if err != nil {
		return fmt.Errorf("a package: %w", err)
	}
	defer func() { _ = file.Close() }()
	_, err = s.Book.Change(s.r.Context(), c.ID, func(c *Case) error {
		c.Held = from
		return nil
	})
	if err != nil {
		return err
	}
	h := s.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, until-1, c.Size))
	h.Set("Content-Length", strconv.FormatInt(until-from, 10))
	s.w.WriteHeader(http.StatusPartialContent)
	_, _ = io.Copy(s.w, io.NewSectionReader(file, from, until-from)) // what is missing is asked for again
	return nil
}

// again lets a package be packed anew whose file is gone: somebody has emptied the folder, or a backup was restored.
func (s *spoken) again(c Case) error {
	_, err := s.Book.Change(s.r.Context(), c.ID, func(c *Case) error {
		if c.State == Ready {
			c.State, c.Statement, c.Size, c.Held = Granted, "", 0, 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.stir(c.ID)
	return &standard.Fault{Kind: standard.Conflict, Message: "The package is being packed again.", Hint: "Ask how the request stands."}
}

// span reads one range of bytes, and gives as much of it as one answer holds.
func span(header string, size int64) (from, until int64, err error) {
	wrong := &standard.Fault{Kind: standard.Invalid, Message: "Say which bytes are wanted, for example: Range: bytes=0-1048575.", Problems: []standard.Problem{
		{Path: "/range", Rule: "range", Message: fmt.Sprintf("The package has %d bytes.", size)}}}
	text, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(text, "-")
	if !ok || !dash {
		return 0, 0, wrong
	}
	from, err = strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 || from >= size {
		return 0, 0, wrong
	}
	until = size
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < from {
			return 0, 0, wrong
		}
		until = min(size, n+1)
	}
	return from, min(until, from+longestSpan), nil
}
