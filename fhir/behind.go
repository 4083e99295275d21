package fhir

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"

	"rosemary/access"
	"rosemary/fhir/mapping"
)

// licenceOf writes what a session was cut down to, to keep with work that goes on behind the request; "" where it was not.
func licenceOf(s *access.Session) string {
	licence, cut := s.Licence()
	if !cut {
		return ""
	}
	text, err := json.Marshal(licence)
	if err != nil { // it holds words and ids alone
		panic(err)
	}
	return string(text)
}

// behind begins a session for work that goes on behind a request: of the same account, as it may see the world by now, cut down as the request was.
func (s *service) behind(ctx context.Context, m *mapping.Mapper, account, purpose, licence string) (*access.Session, error) {
	if licence == "" {
		return s.Guard.Session(ctx, account, access.Purpose(purpose))
	}
	var l access.Licence
	if err := json.Unmarshal([]byte(licence), &l); err != nil {
		return nil, fmt.Errorf("what a client may do: %w", err)
	}
	return s.Guard.Behind(ctx, account, access.Purpose(purpose), l, func(class string) string {
		if m, ok := m.ByClass(class); ok {
			return m.Resource.Name
		}
		return ""
	})
}

// backstage makes a call of work that goes on behind a request, with the address by which whoever asked knows the door.
func (s *service) backstage(ctx context.Context, m *mapping.Mapper, session *access.Session, base string) (*call, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base, nil)
	if err != nil {
		return nil, fmt.Errorf("the address of the door: %w", err)
	}
	return &call{service: s, ctx: ctx, r: r, address: base, session: session, m: m, query: url.Values{}, words: map[string]string{}}, nil
}
