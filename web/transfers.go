package web

import (
	"fmt"

	"rosemary/access"
	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/transfer/exchange"
	"rosemary/web/form"
)

// transfersPage lists who was asked for, by whom, and what waits to be accepted.
type transfersPage struct {
	Frame
	MayAsk   bool // the reader may ask others for somebody
	MayKeep  bool // the reader may say which systems there are
	Asked    []TransferRow
	Waiting  []TransferRow
	Ours     []TransferRow
	Finished []TransferRow
}

// TransferRow is one request, or one package in the waiting room.
type TransferRow struct {
	Href string
	Name string
	Text string
	Tags []Tag
}

const (
	transfersBase = "/transfers"
	casesBase     = transfersBase + "/requests/"
)

// transfers lists them.
func (c *call) transfers() error {
	if !c.session.May(access.ToRatify) && !c.session.May(access.ToExport) {
		if c.session.May(access.ToManagePeers) {
			return c.redirect(transfersBase + "/systems")
		}
		return c.noTransfers()
	}
	page := transfersPage{Frame: c.frame("Transfers"), MayAsk: c.session.May(access.ToRatify), MayKeep: c.session.May(access.ToManagePeers)}
	page.Narrow = true
	names, err := c.systemNames()
	if err != nil {
		return err
	}
	cases, err := c.config.Exchange.Cases(c.ctx, c.session)
	if err != nil {
		return err
	}
	for i := range cases {
		k := &cases[i]
		row := TransferRow{Href: casesBase + k.ID.String(), Name: k.Ask.Name(), Tags: []Tag{stateTag(k)}}
		switch {
		case k.Side == exchange.Theirs:
			row.Text = "Asked for by " + names[k.Peer] + " on " + plain.Minute(k.Begun, c.config.Zone)
		default:
			row.Text = "Asked of " + names[k.Peer] + " on " + plain.Minute(k.Begun, c.config.Zone)
		}
		switch {
		case k.Side == exchange.Theirs && k.State == exchange.Open:
			page.Asked = append(page.Asked, row)
		case k.Moving() || k.State == exchange.Failed:
			page.Ours = append(page.Ours, row)
		default:
			page.Finished = append(page.Finished, row)
		}
	}
	segments, err := c.session.Waiting(c.ctx)
	if err != nil {
		return err
	}
	for _, s := range segments {
		row := TransferRow{Href: receivedBase + s.ID.String(), Name: care.FullName(s.Card), Text: "From " + s.Provider + ", " + plain.Minute(s.Received, c.config.Zone) + ": " + plain.Count(int(s.Versions), "version", "versions")}
		if !s.Proof.Given() {
			row.Tags = []Tag{{"Nothing proves where it comes from", "red"}}
		}
		page.Waiting = append(page.Waiting, row)
	}
	return c.render("transfers", page)
}

func (c *call) noTransfers() error {
	return &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot ask for records or send them.", Hint: "Ask the manager of the home."}
}

// systemNames are what to call the other systems, those that were removed too.
func (c *call) systemNames() (map[string]string, error) {
	all, err := c.config.Exchange.Book.Peers(c.ctx)
	names := map[string]string{}
	for _, p := range all {
		names[p.System] = p.Name
	}
	return names, err
}

// stateTag says in two words how a request stands.
func stateTag(k *exchange.Case) Tag {
	if k.State == exchange.Failed {
		return Tag{"Did not work", "red"}
	}
	switch k.State {
	case exchange.Open:
		return Tag{"To be decided", "yellow"}
	case exchange.Asking:
		return Tag{"On its way", "blue"}
	case exchange.Waiting:
		return Tag{"Not decided yet", "blue"}
	case exchange.Preparing, exchange.Granted, exchange.Deciding:
		return Tag{"Being packed", "blue"}
	case exchange.Ready:
		if k.Held > 0 {
			return Tag{"Being fetched", "blue"}
		}
		return Tag{"Ready to be fetched", "blue"}
	case exchange.Arriving:
		return Tag{"Arriving", "blue"}
	case exchange.Checking:
		return Tag{"Being checked", "blue"}
	case exchange.Arrived, exchange.Done:
		return Tag{"Received", "green"}
	case exchange.Received:
		return Tag{"Received there", "green"}
	case exchange.Refused:
		return Tag{"Refused", "grey"}
	case exchange.TakingBack, exchange.Withdrawn:
		return Tag{"Taken back", "grey"}
	}
	return Tag{string(k.State), "grey"}
}

// Gauge is how far something is.
type Gauge struct {
	Words       string
	Done, Total int64
}

// gauge says truthfully how far a request is: what is here or there for certain.
func (c *call) gauge(k *exchange.Case, name string) *Gauge {
	done, total, running := c.config.Exchange.Progress(k.ID)
	size := form.Bytes
	of := func(words string, done, total int64) *Gauge {
		return &Gauge{Words: fmt.Sprintf(words, size(done), size(total)), Done: done, Total: max(total, 1)}
	}
	switch k.State {
	case exchange.Asking:
		return &Gauge{Words: "The request has not reached " + name + " yet."}
	case exchange.Waiting:
		return &Gauge{Words: name + " has the request. Somebody there has to decide."}
	case exchange.Preparing:
		return &Gauge{Words: name + " has granted it and is packing."}
	case exchange.Deciding:
		return &Gauge{Words: "It was granted. The stay here is being ended, then it is packed."}
	case exchange.Granted:
		if running && done > 0 {
			return &Gauge{Words: "It is being packed: " + size(done) + " so far."}
		}
		return &Gauge{Words: "It is being packed."}
	case exchange.Ready:
		return of(name+" has said that it holds %s of %s.", k.Held, k.Size)
	case exchange.Arriving:
		if running && total > 0 {
			return of("%s of %s are here.", done, total)
		}
		return of("%s of %s are here.", k.Held, k.Size)
	case exchange.Checking:
		if running && total > 0 {
			return of("All is here. %s of %s are checked.", done, total)
		}
		return &Gauge{Words: "All is here, and is being checked."}
	case exchange.Arrived:
		return &Gauge{Words: "The receipt is on its way to " + name + "."}
	case exchange.TakingBack:
		return &Gauge{Words: name + " is being told that it is no longer wanted."}
	}
	return nil
}

// transferRoutes are the addresses of the pages about other systems, requests and what was received.
func transferRoutes(page func(pattern string, page func(*call) error)) {
	signedIn := func(pattern string, show func(*call) error) {
		page(pattern, func(c *call) error {
			if c.config.Exchange == nil {
				return errNowhere()
			}
			return show(c)
		})
	}
	signedIn("GET /transfers", (*call).transfers)
	signedIn("GET /transfers/ask", (*call).newTransfer)
	signedIn("POST /transfers/ask", (*call).askTransfer)
	signedIn("GET /transfers/file", (*call).newFile)
	signedIn("POST /transfers/file", (*call).takeFile)
	signedIn("GET /transfers/file/progress", (*call).carried)
	signedIn("GET /people/{stream}/file", (*call).newHanding)
	signedIn("POST /people/{stream}/file", (*call).giveFile)
	signedIn("GET /transfers/requests/{case}", (*call).showTransfer)
	signedIn("GET /transfers/requests/{case}/receipt", (*call).transferReceipt)
	signedIn("POST /transfers/requests/{case}/decide", (*call).decideTransfer)
	signedIn("POST /transfers/requests/{case}/refuse", (*call).refuseTransfer)
	signedIn("POST /transfers/requests/{case}/withdraw", (*call).takeTransferBack)
	signedIn("POST /transfers/requests/{case}/again", (*call).tryTransferAgain)
	signedIn("GET /transfers/received/{segment}", (*call).received)
	signedIn("GET /transfers/received/{segment}/records", (*call).receivedRecords)
	signedIn("POST /transfers/received/{segment}/accept", (*call).acceptReceived)
	signedIn("POST /transfers/received/{segment}/refuse", (*call).refuseReceived)
	signedIn("GET /transfers/systems", (*call).systems)
	signedIn("GET /transfers/systems/new", (*call).newSystem)
	signedIn("POST /transfers/systems/new", (*call).addSystem)
	signedIn("GET /transfers/systems/{system}/remove", (*call).removeSystem)
	signedIn("POST /transfers/systems/{system}/remove", (*call).commitRemoveSystem)
}
