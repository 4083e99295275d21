package api_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/transfer/exchange"
)

// TestAPersonMovesThroughTheAPI: asked for, decided, received and accepted by programs alone.
func TestAPersonMovesThroughTheAPI(t *testing.T) {
	t.Parallel()
	old, next := fixture.New(t), fixture.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{}, 3)
	for _, pair := range []struct{ who, whom *fixture.World }{{old, next}, {next, old}} {
		server := httptest.NewServer(pair.whom.Exchange)
		t.Cleanup(server.Close)
		key, fingerprint := pair.whom.Exchange.Own()
		if _, err := pair.who.Exchange.AddPeer(ctx, pair.who.Session("manager"), exchange.NewPeer{Name: "The other", Address: server.URL, Key: key, Fingerprint: fingerprint}); err != nil {
			t.Fatal(err)
		}
		go func() { pair.who.Exchange.Run(ctx); done <- struct{}{} }()
	}
	go func() {
		for ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			old.Clock.Advance(time.Second)
			next.Clock.Advance(time.Second)
		}
		done <- struct{}{}
	}()
	t.Cleanup(func() {
		cancel()
		for range 3 {
			<-done
		}
	})
	person := old.MoveIn("manager", old.Home, "Edith", "Lomax", "9990000034", "Room 3")
	o, n := old.As("manager"), next.As("manager")
	id := uuid.Must(uuid.NewV7())
	ask := fmt.Sprintf(`{"transfer":%q,"system":%q,"requestor":"Elm Court","purpose":"moves-in","basis":"consent","why":"She said yes.","nhsNumber":"9990000034","born":"1941-03-02","given":"Edith","family":"Lomax"}`, id, old.Identity.System)
	if rules := n.Post("/api/transfers", strings.Replace(ask, "moves-in", "curiosity", 1)).WantProblem(422, "invalid").Rules(); len(rules) != 1 || rules[0] != "/purpose unknown-code" {
		t.Errorf("%v", rules)
	}
	n.Post("/api/transfers", ask).Want(201)
	n.Post("/api/transfers", ask).Want(201)
	next.As("carer").Post("/api/transfers", ask).WantProblem(403, "forbidden")
	path := "/api/transfers/" + id.String()
	reaches := func(c *fixture.Caller, state string) {
		t.Helper()
		var got struct{ State, Trouble string }
		for range 500 {
			if reply := c.Get(path); reply.Status == 200 {
				if reply.Read(&got); got.State == state {
					return
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("it is %q (%s), and never became %q", got.State, got.Trouble, state)
	}
	reaches(o, "open")
	if rules := o.Post(path+"/refusals", `{"why":""}`).WantProblem(422, "invalid").Rules(); len(rules) != 1 || rules[0] != "/why must-occur" {
		t.Errorf("%v", rules)
	}
	o.Post(path+"/decisions", fmt.Sprintf(`{"person":%q,"kind":"whole"}`, person)).WantProblem(422, "invalid")
	o.Post(path+"/decisions", fmt.Sprintf(`{"person":%q,"kind":"whole","differences":"Her card has the month only.","lastDay":"2026-03-20"}`, person)).Want(200)
	reaches(n, "done")
	reaches(o, "received")
	var waiting struct {
		Items []struct{ Package, Person string }
	}
	n.Get("/api/received").Want(200).Read(&waiting)
	if len(waiting.Items) != 1 || waiting.Items[0].Person != person.String() {
		t.Fatalf("%+v", waiting)
	}
	received := "/api/received/" + waiting.Items[0].Package
	n.Get(received).Want(200)
	n.Post(received+"/ratifications", `{"why":"She has moved in."}`).WantProblem(422, "invalid")
	n.Post(received+"/ratifications", fmt.Sprintf(`{"why":"She has moved in.","place":%q}`, next.Home)).Want(200)
	n.Get("/api/people/" + person.String()).Want(200)
	n.Post(received+"/refusals", `{"why":"Too late."}`).WantProblem(409, "conflict")
	n.Post(path+"/withdrawals", `{"why":"Too late."}`).WantProblem(409, "conflict")
	var all struct{ Items []struct{ Transfer string } }
	n.Get("/api/transfers").Want(200).Read(&all)
	if len(all.Items) != 1 {
		t.Errorf("%+v", all)
	}
}
