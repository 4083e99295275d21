package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Load is what was measured of one kind of request.
type Load struct {
	Requests int
	Elapsed  time.Duration
	Median   time.Duration
	P99      time.Duration
	Bytes    int64 // of answers' bodies, mean
	took     []time.Duration
}

// PerSecond is how many requests were answered a second.
func (l Load) PerSecond() float64 { return float64(l.Requests) / l.Elapsed.Seconds() }

// drive sends requests over so many connections, each as fast as the answers come, for the time given. request gives the bytes of the
// n-th request of one connection. Any answer but a success ends the run.
func drive(ctx context.Context, address string, connections int, d time.Duration, request func(connection, n int) []byte) (Load, error) {
	ctx, cancel := context.WithTimeout(ctx, d+30*time.Second)
	defer cancel()
	took := make([][]time.Duration, connections)
	sizes := make([]int64, connections)
	errs := make([]error, connections)
	begin := time.Now()
	var all sync.WaitGroup
	for c := range connections {
		all.Go(func() {
			took[c], sizes[c], errs[c] = one(ctx, address, begin.Add(d), func(n int) []byte { return request(c, n) })
		})
	}
	all.Wait()
	elapsed := time.Since(begin)
	if err := errors.Join(errs...); err != nil {
		return Load{}, err
	}
	times := slices.Concat(took...)
	if len(times) == 0 {
		return Load{}, errors.New("no request was answered")
	}
	l := summary(times, elapsed)
	for _, n := range sizes {
		l.Bytes += n
	}
	l.Bytes /= int64(l.Requests)
	return l, nil
}

func summary(took []time.Duration, elapsed time.Duration) Load {
	slices.Sort(took)
	return Load{Requests: len(took), Elapsed: elapsed, Median: took[len(took)/2], P99: took[len(took)*99/100], took: took}
}

// and joins two loads of the same kind.
func (l Load) and(other Load) Load {
	if l.Requests == 0 {
		return other
	}
	all := summary(slices.Concat(l.took, other.took), l.Elapsed+other.Elapsed)
	all.Bytes = (l.Bytes*int64(l.Requests) + other.Bytes*int64(other.Requests)) / int64(all.Requests)
	return all
}

// one drives one connection until the time has come.
func one(ctx context.Context, address string, until time.Time, request func(n int) []byte) (took []time.Duration, bytes int64, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, 0, err
	}
	in := bufio.NewReaderSize(conn, 64<<10)
	for n := 0; n == 0 || time.Now().Before(until); n++ {
		begin := time.Now()
		if _, err := conn.Write(request(n)); err != nil {
			return took, bytes, err
		}
		size, err := answer(in)
		if err != nil {
			return took, bytes, err
		}
		took, bytes = append(took, time.Since(begin)), bytes+size
	}
	return took, bytes, nil
}

// answer reads one HTTP/1.1 answer with a known length and gives its body's size.
func answer(in *bufio.Reader) (int64, error) {
	head := textproto.NewReader(in)
	status, err := head.ReadLine()
	if err != nil {
		return 0, err
	}
	header, err := head.ReadMIMEHeader()
	if err != nil {
		return 0, err
	}
	var size int64
	if header.Get("Transfer-Encoding") == "chunked" {
		size, err = chunked(head, in)
	} else {
		size, err = strconv.ParseInt(header.Get("Content-Length"), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("answer without a length: %s", status)
		}
		if !strings.HasPrefix(status, "HTTP/1.1 2") {
			text, _ := io.ReadAll(io.LimitReader(in, min(size, 2000)))
			return 0, fmt.Errorf("%s: %s", status, text)
		}
		_, err = io.CopyN(io.Discard, in, size)
	}
	return size, err
}

func chunked(head *textproto.Reader, in *bufio.Reader) (int64, error) {
	var size int64
	for {
		line, err := head.ReadLine()
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 64)
		if err != nil {
			return size, err
		}
		if _, err := io.CopyN(io.Discard, in, n); err != nil {
			return size, err
		}
		if _, err := head.ReadLine(); err != nil {
			return size, err
		}
		if n == 0 {
			return size, nil
		}
		size += n
	}
}

// message writes one HTTP/1.1 request.
func message(method, path, token string, body []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n", method, path)
	if token != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", token)
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return []byte(b.String())
}
