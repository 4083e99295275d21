package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// newClient makes a client that follows nobody elsewhere and waits for nobody for ever.
func newClient() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
			ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 4,
		},
	}
}

// How long one request may take.
const (
	patience     = time.Minute
	longPatience = 5 * time.Minute // for a range of a package
)

func unreachable(name string, err error) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: name + " does not answer.", Hint: "It is tried again by itself. Check the address, and whether their system runs.", Err: err}
}

func notTheirs(name string) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: "What answers at the address of " + name + " is not their system, or has another key.",
		Hint: "Somebody may be between the two systems, or they have a new key: ask them for its fingerprint. It is tried again by itself."}
}

// look asks an address which system is there. Nothing of the answer is proved.
func (x *Exchange) look(ctx context.Context, address string) (Card, error) {
	ctx, cancel := context.WithTimeout(ctx, patience/2)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+Root+"system", nil)
	if err != nil {
		return Card{}, unreachable(address, err)
	}
	reply, err := x.client.Do(r)
	if err != nil {
		return Card{}, unreachable(address, err)
	}
	defer func() { _ = reply.Body.Close() }()
	var card Card
	body, err := io.ReadAll(io.LimitReader(reply.Body, mostSaid))
	if err == nil && reply.StatusCode == http.StatusOK {
		err = json.Unmarshal(body, &card)
	}
	if _, wrong := record.PublicKey(card.Key); err != nil || reply.StatusCode != http.StatusOK || wrong != nil || record.SystemOf(card.Key) != card.System {
		return Card{}, &standard.Fault{Kind: standard.Unavailable, Message: "There is no Rosemary at " + address + ".", Hint: "Check the address with the other provider."}
	}
	return card, nil
}

// do signs and sends a request. The answer's body is open.
func (x *Exchange) do(ctx context.Context, p *Peer, method, path, span string, say any) (reply *http.Response, nonce string, err error) {
	said := request{from: x.System, to: p.System, method: method, path: path, span: span}
	if say != nil {
		text, err := json.Marshal(say)
		if err != nil {
			return nil, "", fmt.Errorf("a request to another system: %w", err)
		}
		if said.body, err = seal(p.Key(), text); err != nil {
			return nil, "", err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, p.Address+path, bytes.NewReader(said.body))
	if err != nil {
		return nil, "", unreachable(p.Name, err)
	}
	if span != "" {
		r.Header.Set("Range", span)
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	if err := said.sign(r.Header, x.Keys, x.Now()); err != nil {
		return nil, "", err
	}
	if reply, err = x.client.Do(r); err != nil {
		return nil, "", unreachable(p.Name, err)
	}
	return reply, said.nonce, nil
}

// say says something to another system, and reads its answer.
func (x *Exchange) say(ctx context.Context, p *Peer, method, path string, say, into any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	reply, nonce, err := x.do(ctx, p, method, path, "", say)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	return x.hear(p, reply, nonce, into)
}

// hear verifies and reads an answer; one that refuses is an error.
func (x *Exchange) hear(p *Peer, reply *http.Response, nonce string, into any) error {
	body, err := io.ReadAll(io.LimitReader(reply.Body, mostSaid+1))
	if err != nil {
		return unreachable(p.Name, err)
	}
	if len(body) > mostSaid || reply.Header.Get(headerFrom) != p.System || !fits([]string{p.Key()}, answerText(p.System, nonce, reply.StatusCode, body), reply.Header.Get(headerSignature)) {
		return notTheirs(p.Name)
	}
	if reply.Header.Get("Content-Type") == "application/octet-stream" {
		if body, err = unseal(x.Keys, body); err != nil {
			return err
		}
	}
	if reply.StatusCode == http.StatusOK {
		if err := json.Unmarshal(body, into); err != nil {
			return &standard.Fault{Kind: standard.Unavailable, Message: "The answer of " + p.Name + " cannot be read.", Hint: "Their system may be newer than this one.", Err: err}
		}
		return nil
	}
	var said wireProblem
	if err := json.Unmarshal(body, &said); err != nil || said.Message == "" {
		return notTheirs(p.Name)
	}
	return &standard.Fault{Kind: kindOf(reply.StatusCode), Message: p.Name + " answers: " + said.Message, Hint: said.Hint, Problems: said.Problems}
}

// fetch appends a range of a package to what is there, and gives how much came, also when it was broken off.
func (x *Exchange) fetch(ctx context.Context, p *Peer, id uuid.UUID, from int64, to io.Writer) (n int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, longPatience)
	defer cancel()
	reply, nonce, err := x.do(ctx, p, http.MethodGet, Root+"requests/"+id.String()+"/package", fmt.Sprintf("bytes=%d-%d", from, from+longestSpan-1), nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusPartialContent {
		if err := x.hear(p, reply, nonce, &struct{}{}); err != nil {
			return 0, err
		}
		return 0, notTheirs(p.Name)
	}
	var first int64
	if _, err := fmt.Sscanf(reply.Header.Get("Content-Range"), "bytes %d-", &first); err != nil || first != from {
		return 0, notTheirs(p.Name)
	}
	n, err = io.Copy(to, io.LimitReader(reply.Body, longestSpan))
	var written *writing
	if errors.As(err, &written) {
		return n, err
	}
	if err == nil && reply.ContentLength >= 0 && n < reply.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return n, unreachable(p.Name, err)
	}
	return n, nil
}
