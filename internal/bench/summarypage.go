package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// summaryLooks is how often the summary page is opened.
const summaryLooks = 100

// summaryPage opens the page of the person who has many versions, as a browser does that has signed in.
func (r *run) summaryPage(ctx context.Context) error {
	if r.home.Long.Versions == 0 {
		return nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, path string, form url.Values) (time.Duration, error) {
		request, err := http.NewRequestWithContext(ctx, method, "http://"+r.product.address+path, strings.NewReader(form.Encode()))
		if err != nil {
			return 0, err
		}
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		if form != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		begin := time.Now()
		reply, err := client.Do(request)
		if err != nil {
			return 0, err
		}
		defer func() { _ = reply.Body.Close() }()
		if _, err := io.Copy(io.Discard, reply.Body); err != nil {
			return 0, err
		}
		if reply.StatusCode >= 400 {
			return 0, fmt.Errorf("%s %s: %s", method, path, reply.Status)
		}
		return time.Since(begin), nil
	}
	if _, err := ask(http.MethodPost, "/sign-in", url.Values{"account": {carerAccount}, "password": {benchPassword}}); err != nil {
		return err
	}
	var took []time.Duration
	begin := time.Now()
	for i := range summaryLooks + 1 {
		one, err := ask(http.MethodGet, "/people/"+r.home.Long.ID.String(), nil)
		if err != nil {
			return err
		}
		if i == 0 {
			r.cold = one
			continue
		}
		took = append(took, one)
	}
	r.summary = summary(took, time.Since(begin))
	return nil
}
