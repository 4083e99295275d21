package installation

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/subscription"
)

// subscribed shows the subscriptions to whoever looks after the programs.
type subscribed struct{ in *Installation }

var _ access.Subscriptions = subscribed{}

// All implements access.Subscriptions.
func (s subscribed) All(ctx context.Context) ([]access.Subscribed, error) {
	all, err := s.in.Subscribed.Book.All(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]access.Subscribed, len(all))
	for i, one := range all {
		list[i] = access.Subscribed{
			ID: one.ID, Account: one.Account, What: one.Topic, Filters: one.Filters, Endpoint: one.Endpoint, Tells: string(one.Content), State: string(one.State),
			Created: one.Created, Sent: one.Sent, Waiting: one.Number - one.Delivered, Trouble: one.Trouble, Tries: one.Tries, Next: one.Next, End: one.End,
		}
		if topic := subscription.FindTopic(one.Topic); topic != nil {
			list[i].What = topic.Title
		}
		var l access.Licence
		if one.Licence != "" && json.Unmarshal([]byte(one.Licence), &l) == nil {
			list[i].Program = l.Name
		}
	}
	return list, nil
}

// Stop implements access.Subscriptions.
func (s subscribed) Stop(ctx context.Context, id uuid.UUID, why string) error {
	_, err := s.in.Subscribed.Stop(ctx, id, why)
	return err
}
