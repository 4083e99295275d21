package fhir

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/resource"
	"rosemary/fhir/subscription"
	"rosemary/standard"
)

// What the backport guide for R4 adds to a Subscription.
const (
	backport          = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
	filterExtension   = backport + "backport-filter-criteria"
	contentExtension  = backport + "backport-payload-content"
	heartbeatExt      = backport + "backport-heartbeat-period"
	timeoutExt        = backport + "backport-timeout"
	mostExt           = backport + "backport-max-count"
	subscriptionShape = backport + "backport-subscription"
)

// subscriptionRoutes are what subscriptions add to the table.
func subscriptionRoutes() []*route {
	return []*route{
		{method: http.MethodPost, path: "/Subscription", needs: access.Creates, answer: (*call).subscribe},
		{method: http.MethodGet, path: "/Subscription", needs: access.Searches, answer: (*call).subscriptions},
		{method: http.MethodGet, path: "/Subscription/$status", needs: access.Reads, answer: (*call).subscriptionStatus},
		{method: http.MethodPost, path: "/Subscription/$status", needs: access.Reads, answer: (*call).subscriptionStatus},
		{method: http.MethodGet, path: "/Subscription/{id}", needs: access.Reads, answer: (*call).readSubscription},
		{method: http.MethodPut, path: "/Subscription/{id}", needs: access.Updates, answer: (*call).renewSubscription},
		{method: http.MethodDelete, path: "/Subscription/{id}", needs: access.Deletes, answer: (*call).endSubscription},
		{method: http.MethodGet, path: "/Subscription/{id}/$status", needs: access.Reads, answer: (*call).subscriptionStatus},
		{method: http.MethodPost, path: "/Subscription/{id}/$status", needs: access.Reads, answer: (*call).subscriptionStatus},
		{method: http.MethodGet, path: "/Subscription/{id}/$events", needs: access.Reads, answer: (*call).subscriptionEvents},
		{method: http.MethodPost, path: "/Subscription/{id}/$events", needs: access.Reads, answer: (*call).subscriptionEvents},
	}
}

// subscribe answers POST Subscription.
func (c *call) subscribe() (*reply, error) {
	asked, off, err := c.askedSubscription(nil)
	if err != nil {
		return nil, err
	}
	if off {
		return nil, standard.Refuse("Nothing was subscribed to.", []standard.Problem{{Path: "Subscription.status", Rule: "bad-parameter", Value: "off", Message: "A new subscription has the status requested."}})
	}
	s, err := c.Subscriptions.Begin(c.ctx, asked)
	if err != nil {
		return nil, err
	}
	return c.shownSubscription(http.StatusCreated, s)
}

// askedSubscription reads what was sent, all faults at once. What is not sent of headers stays as it was, as long as it goes to the same address.
func (c *call) askedSubscription(before *subscription.Subscription) (a subscription.Asked, off bool, err error) {
	if c.Subscriptions == nil {
		return a, false, errNothingHere()
	}
	n, err := c.sentAs("Subscription")
	if err != nil {
		return a, false, err
	}
	var problems []standard.Problem
	fault := func(path, value, words string) {
		problems = append(problems, standard.Problem{Path: "Subscription." + path, Rule: "bad-parameter", Value: value, Message: words})
	}
	p := c.session.Principal()
	a = subscription.Asked{Account: p.Account, Purpose: string(c.session.Purpose()), Licence: licenceOf(c.session), Base: c.base()}
	switch status := n.Text("status"); status {
	case "requested", "active":
	case "off":
		off = true
	default:
		fault("status", status, "Ask with the status requested; off stops a subscription.")
	}
	if topic := subscription.FindTopic(n.Text("criteria")); topic == nil {
		fault("criteria", n.Text("criteria"), "This is no topic here. The CapabilityStatement lists them: "+strings.Join(topicURLs(), ", ")+".")
	} else {
		a.Topic = topic.URL()
	}
	if criteria := n.First("criteria"); criteria != nil {
		for _, x := range criteria.All("extension") {
			if x.Text("url") != filterExtension {
				continue
			}
			filter := x.Text("valueString")
			if wrong := c.badFilter(filter, nil); wrong != "" {
				fault("criteria", filter, wrong)
			}
			a.Filters = append(a.Filters, filter)
		}
	}
	if n.First("modifierExtension") != nil {
		fault("modifierExtension", "", "It would change what the subscription means, and is not known here.")
	}
	if end := n.Text("end"); end != "" {
		if a.End, err = time.Parse(time.RFC3339Nano, end); err != nil {
			fault("end", end, "This is no instant.")
		}
	}
	c.askedChannel(n.First("channel"), &a, fault)
	if len(a.Headers) == 0 && before != nil && before.Endpoint == a.Endpoint {
		a.Headers = before.Headers
	}
	if err := standard.Refuse("Nothing was subscribed to.", problems); err != nil {
		return a, off, err
	}
	if !c.session.May(access.ToRead) || a.Content == subscription.FullResource && !c.session.May(access.ToExport) {
		return a, off, &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + p.RoleName + " records cannot be sent to another program.", Hint: "Ask for the content id-only, and read what you may; or ask the manager of the home."}
	}
	if channel := n.First("channel"); channel != nil {
		channel.Remove(func(e *resource.Node) bool { return e.Field.Name == "header" })
	}
	a.Said = string(n.AppendJSON(nil))
	return a, off, nil
}

// askedChannel reads where and how notifications go.
func (c *call) askedChannel(ch *resource.Node, a *subscription.Asked, fault func(path, value, words string)) {
	if kind := ch.Text("type"); kind != "rest-hook" {
		fault("channel.type", kind, "Notifications are sent by rest-hook here.")
	}
	a.Endpoint = ch.Text("endpoint")
	if wrong := c.Subscriptions.Rules.Check(a.Endpoint); wrong != "" {
		fault("channel.endpoint", "", wrong)
	}
	media, _, _ := strings.Cut(ch.Text("payload"), ";")
	switch strings.TrimSpace(media) {
	case "", "application/fhir+json", "application/json":
	case "application/fhir+xml", "application/xml":
		a.XML = true
	default:
		fault("channel.payload", media, "Notifications come as application/fhir+json or application/fhir+xml.")
	}
	a.Content = subscription.Content(ch.First("payload").Extension(contentExtension).Text("valueCode"))
	switch a.Content {
	case "":
		a.Content = subscription.Empty
	case subscription.Empty, subscription.IDOnly, subscription.FullResource:
	default:
		fault("channel.payload", string(a.Content), "The content of the payload may be empty, id-only or full-resource.")
	}
	for i, h := range ch.All("header") {
		wrong := subscription.CheckHeader(h.Value)
		if wrong == "" && i >= subscription.MostHeaders {
			wrong = "At most " + strconv.Itoa(subscription.MostHeaders) + " headers can be set."
		}
		if wrong != "" {
			fault("channel.header["+strconv.Itoa(i)+"]", "", wrong)
		}
		a.Headers = append(a.Headers, h.Value)
	}
	for _, one := range []struct {
		url, value  string
		into        *int
		least, most int
	}{{heartbeatExt, "valueUnsignedInt", &a.Heartbeat, 5, 7 * 24 * 3600}, {timeoutExt, "valueUnsignedInt", &a.Timeout, 1, 60}, {mostExt, "valuePositiveInt", &a.Most, 1, 1000}} {
		text := ch.Extension(one.url).Text(one.value)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if *one.into = n; err != nil || n < one.least || n > one.most {
			fault("channel.extension", text, "This must be a number from "+strconv.Itoa(one.least)+" to "+strconv.Itoa(one.most)+": "+one.url)
		}
	}
}

func topicURLs() []string {
	all, _ := subscription.Topics()
	urls := make([]string, len(all))
	for i, t := range all {
		urls[i] = t.URL()
	}
	return urls
}

// subscription finds a subscription of the asker; another's does not exist for them.
func (c *call) subscription() (*subscription.Subscription, error) {
	id, err := uuid.Parse(c.words["id"])
	if err != nil || c.Subscriptions == nil {
		return nil, errNothingHere()
	}
	s, err := c.Subscriptions.Book.Subscription(c.ctx, id)
	if err == nil && !c.subscribed(s) {
		err = errNothingHere()
	}
	return s, err
}

func (c *call) subscribed(s *subscription.Subscription) bool {
	_, cut := c.session.Licence()
	return s.Account == c.session.Principal().Account && (!cut || s.Licence == licenceOf(c.session))
}

// readSubscription answers GET Subscription/id.
func (c *call) readSubscription() (*reply, error) {
	s, err := c.subscription()
	if err != nil {
		return nil, err
	}
	return c.shownSubscription(http.StatusOK, s)
}

// renewSubscription answers PUT Subscription/id.
func (c *call) renewSubscription() (*reply, error) {
	s, err := c.subscription()
	if err != nil {
		return nil, err
	}
	asked, off, err := c.askedSubscription(s)
	if err != nil {
		return nil, err
	}
	expected := 0
	if given := c.r.Header.Get("If-Match"); given != "" && given != "*" {
		if expected, err = strconv.Atoi(strings.Trim(strings.TrimPrefix(given, "W/"), `"`)); err != nil || expected != s.Version {
			return nil, &standard.Fault{Kind: preconditionFailed, Message: "The subscription has changed since. Nothing was changed.", Hint: "Read it again."}
		}
	}
	if s, err = c.Subscriptions.Renew(c.ctx, s.ID, expected, asked, off); err != nil {
		return nil, err
	}
	return c.shownSubscription(http.StatusOK, s)
}

// endSubscription answers DELETE Subscription/id.
func (c *call) endSubscription() (*reply, error) {
	s, err := c.subscription()
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusNoContent}, c.Subscriptions.End(c.ctx, s)
}

func (c *call) shownSubscription(status int, s *subscription.Subscription) (*reply, error) {
	n, err := c.subscriptionNode(s)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Etag": {`W/"` + strconv.Itoa(s.Version) + `"`}, "Last-Modified": {s.Changed.UTC().Format(http.TimeFormat)}}
	if status == http.StatusCreated {
		header.Set("Location", c.base()+"/Subscription/"+s.ID.String())
	}
	return &reply{status: status, header: header, node: n}, nil
}

// subscriptionNode is a subscription as it was asked for, with how it stands. What its headers say is shown to nobody.
func (c *call) subscriptionNode(s *subscription.Subscription) (*resource.Node, error) {
	n, problems := c.m.Definitions.ReadJSON([]byte(s.Said))
	if len(problems) > 0 {
		return nil, standard.Refuse("The subscription cannot be read.", problems)
	}
	n.Remove(func(e *resource.Node) bool {
		return e.Field.Name == "id" || e.Field.Name == "meta" || e.Field.Name == "error"
	})
	n.Set("id", s.ID.String())
	meta := n.Add("meta")
	meta.Set("versionId", strconv.Itoa(s.Version))
	meta.Set("lastUpdated", instant(s.Changed))
	add(meta, "profile", subscriptionShape)
	n.Set("status", string(s.State))
	if s.Trouble != "" {
		n.Set("error", s.Trouble)
	}
	return n, nil
}

// instant writes a time as FHIR does.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// subscriptions answers GET Subscription: those of the asker.
func (c *call) subscriptions() (*reply, error) {
	if c.Subscriptions == nil {
		return nil, errNothingHere()
	}
	problems := c.unknownParameters("_id", "status", "url", "criteria", "_count", "_format", "_pretty")
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	all, err := c.Subscriptions.Book.All(c.ctx)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	fits := func(name, value string) bool {
		asked := c.query.Get(name)
		return asked == "" || slices.Contains(strings.Split(asked, ","), value)
	}
	for _, s := range all {
		if !c.subscribed(s) || !fits("_id", s.ID.String()) || !fits("status", string(s.State)) || !fits("url", s.Endpoint) || !fits("criteria", s.Topic) {
			continue
		}
		n, err := c.subscriptionNode(s)
		if err != nil {
			return nil, err
		}
		c.addFound(b, n, "match")
	}
	b.Set("total", strconv.Itoa(len(b.All("entry"))))
	c.pageLinks(b, place{}, false)
	return &reply{status: http.StatusOK, node: b}, nil
}
