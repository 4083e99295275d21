package fhir

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/fhir/subscription"
	"rosemary/record"
	"rosemary/standard"
)

// announcer finds what subscriptions are to be told, and writes it. It implements subscription.Source.
type announcer struct{ *service }

// subscriber makes a call in the name of whoever subscribed.
func (a announcer) subscriber(ctx context.Context, s *subscription.Subscription) (*call, error) {
	m, err := a.mapper()
	if err != nil {
		return nil, err
	}
	session, err := a.behind(ctx, m, s.Account, s.Purpose, s.Licence)
	if standard.KindOf(err) == standard.Unauthenticated {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "The account that subscribed can no longer be used."}
	}
	if err != nil {
		return nil, err
	}
	return a.backstage(ctx, m, session, s.Base)
}

// Look goes further through the log. See subscription.Source.
func (a announcer) Look(ctx context.Context, s *subscription.Subscription) (found []subscription.Event, upTo record.Moment, err error) {
	c, err := a.subscriber(ctx, s)
	if err != nil {
		return nil, s.Moment, err
	}
	topic := subscription.FindTopic(s.Topic)
	if topic == nil {
		return nil, s.Moment, &standard.Fault{Kind: standard.Forbidden, Message: "The topic of this subscription is no longer there."}
	}
	view, err := c.view()
	if err != nil {
		return nil, s.Moment, err
	}
	list, upTo, err := view.Following(ctx, s.Moment)
	if err != nil {
		return nil, s.Moment, err
	}
	for _, sealed := range list {
		for _, v := range sealed.Versions {
			change := subscription.ChangeOf(v)
			concerns, err := c.concerns(topic, s.Filters, v, change)
			if err != nil {
				return nil, s.Moment, err
			}
			if concerns {
				found = append(found, subscription.Event{At: sealed.Committed, Moment: sealed.Moment, Stream: v.Stream, Record: v.Record, Class: v.Class, Change: change})
			}
		}
	}
	return found, upTo, nil
}

// concerns decides whether a version is something that a subscription is to be told of.
func (c *call) concerns(topic *subscription.Topic, filters []string, v *record.Version, change string) (bool, error) {
	m, ok := c.m.ByClass(v.Class)
	class, known := c.Catalogue.Class(v.Class)
	if !ok || !known || !topic.Takes(class, change) {
		return false, nil
	}
	if topic.Says != "" {
		says, err := c.says(topic, v)
		if err != nil || !says {
			return false, err
		}
	}
	for _, filter := range filters {
		kind, query, _ := strings.Cut(filter, "?")
		if kind != m.Resource.Name {
			continue
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			return false, err
		}
		all, err := c.criteria(kind, values)
		if err != nil {
			return false, err
		}
		if fits, err := c.filtered(v, all); err != nil || !fits {
			return false, err
		}
	}
	return true, nil
}

// says reports whether a version says what a topic is about, and whether that is news where it must be.
func (c *call) says(topic *subscription.Topic, v *record.Version) (bool, error) {
	role := func(v *record.Version) (bool, error) {
		content, err := v.Decoded(c.Catalogue)
		if err != nil || len(v.Body) == 0 || v.Status == record.EnteredInError {
			return false, err
		}
		value, there := content.First(topic.Says)
		return there && value != nil, nil
	}
	there, err := role(v)
	if err != nil || !there || !topic.Newly {
		return there, err
	}
	before, err := c.seen.Before(c.ctx, v)
	if err != nil || before == nil {
		return err == nil, err
	}
	was, err := role(before)
	return !was, err
}

// filtered holds a version against a search. Whose it is is asked first: then nothing else need be read.
func (c *call) filtered(v *record.Version, all []criterion) (bool, error) {
	rest := all[:0:0]
	for _, one := range all {
		if (one.p.Code != "patient" && one.p.Code != "subject") || one.modifier != "" {
			rest = append(rest, one)
			continue
		}
		mine := slices.ContainsFunc(one.values, func(text string) bool {
			stream, rec, ok := mapping.ParseID(strings.TrimPrefix(c.local(text), "Patient/"))
			return ok && stream == rec && stream == v.Stream
		})
		if !mine {
			return false, nil
		}
	}
	if len(rest) == 0 || len(v.Body) == 0 {
		return true, nil
	}
	n, err := c.show(v)
	if err != nil {
		return false, err
	}
	return c.matches(n, rest), nil
}

// Write writes a notification. See subscription.Source.
func (a announcer) Write(ctx context.Context, s *subscription.Subscription, kind subscription.Kind, events []subscription.Event) ([]byte, error) {
	c, err := a.subscriber(ctx, s)
	if err != nil {
		return nil, err
	}
	b, err := c.notification(s, kind, s.Content, events)
	if err != nil {
		return nil, err
	}
	return format(s.XML).append(nil, b), nil
}

// notification is the Bundle of a notification: how the subscription stands, then what it is about. What the subscriber may not see by now is an event without anything: the number
// must not be missed.
func (c *call) notification(s *subscription.Subscription, kind subscription.Kind, content subscription.Content, events []subscription.Event) (*resource.Node, error) {
	b := newResource(c.m.Definitions, "Bundle")
	b.Set("id", uuid.NewString())
	add(b.Add("meta"), "profile", backport+"backport-subscription-notification-r4")
	b.Set("type", "history")
	b.Set("timestamp", instant(c.Now()))
	to := s.Endpoint
	if u, err := url.Parse(s.Endpoint); err == nil {
		to = u.Host
	}
	var entries []*resource.Node
	seen := map[string]bool{}
	focuses := make([]string, len(events))
	for i, e := range events {
		e, focus, err := c.told(e, content, to)
		if err != nil {
			return nil, err
		}
		if focuses[i] = focus; e != nil && !seen[focus] { // several changes of one record: it is told as it stands
			seen[focus] = true
			entries = append(entries, e)
		}
	}
	p := c.statusOf(s, kind)
	for i, e := range events {
		part := p.Add("parameter")
		part.Set("name", "notificationEvent")
		saying(part, "part", "eventNumber", "valueString", strconv.FormatInt(e.Number, 10))
		saying(part, "part", "timestamp", "valueInstant", instant(e.At))
		if focuses[i] != "" {
			f := part.Add("part")
			f.Set("name", "focus")
			f.Add("valueReference").Set("reference", c.base()+"/"+focuses[i])
		}
	}
	first := b.Add("entry")
	first.Set("fullUrl", "urn:uuid:"+uuid.NewString())
	first.AddResource("resource", p)
	done(first, http.MethodGet, "Subscription/"+s.ID.String()+"/$status", "200")
	for _, e := range entries {
		b.AddCopy(e)
	}
	return b, nil
}

// told gives the entry of an event, and what it is about; neither where nothing may be told of it.
func (c *call) told(e subscription.Event, content subscription.Content, to string) (entry *resource.Node, focus string, err error) {
	m, ok := c.m.ByClass(e.Class)
	if content == subscription.Empty || !ok || e.Stream == uuid.Nil {
		return nil, "", nil
	}
	view, err := c.view()
	if err != nil {
		return nil, "", err
	}
	focus = m.Resource.Name + "/" + mapping.ID(e.Stream, e.Record)
	entry = newResource(c.m.Definitions, "Bundle").Add("entry")
	entry.Set("fullUrl", c.base()+"/"+focus)
	var n *resource.Node
	if content == subscription.FullResource {
		v, err := view.Announce(c.ctx, e.Stream, e.Record, to)
		if err != nil || v == nil {
			return nil, "", err
		}
		if v.Status != record.EnteredInError && len(v.Body) > 0 {
			if n, err = c.show(v); err != nil {
				return nil, "", err
			}
			entry.AddResource("resource", n)
		} else {
			e.Change = subscription.Deleted
		}
	} else if sees, err := view.Hint(c.ctx, e.Stream, e.Record, to); err != nil || !sees {
		return nil, "", err
	}
	switch e.Change {
	case subscription.Created:
		done(entry, http.MethodPost, m.Resource.Name, "201")
	case subscription.Deleted:
		done(entry, http.MethodDelete, focus, "204")
	default:
		done(entry, http.MethodPut, focus, "200")
	}
	return entry, focus, nil
}

// done says what was done and how it ended, as a history tells it.
func done(entry *resource.Node, method, address, status string) {
	request := entry.Add("request")
	request.Set("method", method)
	request.Set("url", address)
	entry.Add("response").Set("status", status)
}

// saying adds a parameter, or a part of one, with its value.
func saying(n *resource.Node, element, name, kind, value string) {
	p := n.Add(element)
	p.Set("name", name)
	p.Set(kind, value)
}

// statusOf tells how a subscription stands.
func (c *call) statusOf(s *subscription.Subscription, kind subscription.Kind) *resource.Node {
	p := newResource(c.m.Definitions, "Parameters")
	p.Set("id", uuid.NewString())
	add(p.Add("meta"), "profile", backport+"backport-subscription-status-r4")
	ref := p.Add("parameter")
	ref.Set("name", "subscription")
	ref.Add("valueReference").Set("reference", c.base()+"/Subscription/"+s.ID.String())
	saying(p, "parameter", "topic", "valueCanonical", s.Topic)
	saying(p, "parameter", "status", "valueCode", string(s.State))
	saying(p, "parameter", "type", "valueCode", string(kind))
	saying(p, "parameter", "eventsSinceSubscriptionStart", "valueString", strconv.FormatInt(s.Number, 10))
	if s.Trouble != "" {
		trouble := p.Add("parameter")
		trouble.Set("name", "error")
		trouble.Add("valueCodeableConcept").Set("text", s.Trouble)
	}
	return p
}

// subscriptionStatus answers $status, of one subscription or of all of the asker.
func (c *call) subscriptionStatus() (*reply, error) {
	if err := c.exportParameters(); err != nil {
		return nil, err
	}
	if err := badQuery(c.unknownParameters("id", "status", "_format", "_pretty")); err != nil {
		return nil, err
	}
	var all []*subscription.Subscription
	if c.words["id"] != "" {
		s, err := c.subscription()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	} else if c.Subscriptions != nil {
		every, err := c.Subscriptions.Book.All(c.ctx)
		if err != nil {
			return nil, err
		}
		ids := strings.Split(strings.Join(c.query["id"], ","), ",")
		for _, s := range every {
			if c.subscribed(s) && (ids[0] == "" || slices.Contains(ids, s.ID.String())) && (c.query.Get("status") == "" || slices.Contains(c.query["status"], string(s.State))) {
				all = append(all, s)
			}
		}
	}
	b := c.newBundle("searchset")
	for _, s := range all {
		c.addFound(b, c.statusOf(s, subscription.Status), "match")
	}
	b.Set("total", strconv.Itoa(len(all)))
	c.pageLinks(b, place{}, false)
	return &reply{status: http.StatusOK, node: b}, nil
}

// subscriptionEvents answers $events: what was found for a subscription, by number, whether it arrived or not.
func (c *call) subscriptionEvents() (*reply, error) {
	s, err := c.subscription()
	if err != nil {
		return nil, err
	}
	if err := c.exportParameters(); err != nil {
		return nil, err
	}
	problems := c.unknownParameters("eventsSinceNumber", "eventsUntilNumber", "content", "_format", "_pretty")
	from, until := int64(1), s.Number
	for name, into := range map[string]*int64{"eventsSinceNumber": &from, "eventsUntilNumber": &until} {
		if text := c.query.Get(name); text != "" {
			if *into, err = strconv.ParseInt(text, 10, 64); err != nil || *into < 0 {
				problems = append(problems, badParameter(name, text, name+" is the number of an event."))
			}
		}
	}
	content := s.Content
	if text := c.query.Get("content"); text != "" {
		content = subscription.Content(text)
		most := []subscription.Content{subscription.Empty, subscription.IDOnly, subscription.FullResource}
		if i := slices.Index(most, content); i < 0 || i > slices.Index(most, s.Content) {
			problems = append(problems, badParameter("content", text, "The content may be empty, id-only or full-resource, and no more than the subscription says."))
		}
	}
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	events, err := c.Subscriptions.Book.Events(c.ctx, s.ID, from, until, mostCount)
	if err != nil {
		return nil, err
	}
	b, err := c.notification(s, subscription.Query, content, events)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, node: b}, nil
}
