package web

import (
	"net/url"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/transfer/exchange"
	"rosemary/web/form"
)

// carriedPage tells how far a file is that the reader takes in or gives at this moment.
type carriedPage struct {
	Frame
	Moving bool // it should be looked at again soon
	Gauge  *Gauge
}

const fieldRef = "ref"

// watched names what is about to come or go, in a form that is shown for the first time, and says where is told how far it is.
func (page *decidePage) watched(values url.Values) {
	ref, err := uuid.Parse(values.Get(fieldRef))
	if err != nil {
		ref = uuid.New()
	}
	page.Hidden = append(page.Hidden, Hidden{fieldRef, ref.String()})
	page.Watch = takeFilePath + "/progress?" + fieldRef + "=" + ref.String()
}

// carried shows it. It is asked for again and again, so it opens nobody's record.
func (c *call) carried() error {
	if !c.session.May(access.ToRatify) && !c.session.May(access.ToExport) {
		return c.noTransfers()
	}
	page := carriedPage{Frame: c.frame("How far the file is"), Moving: true, Gauge: &Gauge{Words: "Nothing of it has come or gone yet."}}
	page.Narrow, page.Back = true, &Link{Text: "Transfers", Href: transfersBase}
	if f, ok := c.config.Exchange.Carried(c.session, c.r.URL.Query().Get(fieldRef)); ok {
		page.Moving, page.Gauge = f.Ended.IsZero(), carriedGauge(f)
		if !page.Moving {
			page.Gauge.Words += " (" + plain.Instant(f.Ended, c.config.Zone) + ")"
		}
	}
	return c.render("carried", page)
}

// aroundFile is more than what a form has around a file.
const aroundFile = 16 << 10

// carriedGauge says it in words: what has come was checked as it came; what has gone out has not arrived for certain.
func carriedGauge(f exchange.Carried) *Gauge {
	done := form.Bytes(f.Done)
	switch {
	case f.Out && f.Ended.IsZero():
		return &Gauge{Words: done + " have gone out so far."}
	case f.Out && f.Broken:
		return &Gauge{Words: "It broke off after " + done + ". What was saved is not whole, and nobody can take it in: delete it, and make the file again."}
	case f.Out:
		return &Gauge{Words: "The whole file has gone out: " + done + ". Look whether your browser has saved as much."}
	case f.Ended.IsZero() && f.Total > 0 && f.Done+aroundFile >= f.Total:
		return &Gauge{Words: "All of it has come, and was checked as it came. It is being put into the waiting room.", Done: f.Done, Total: f.Done}
	case f.Ended.IsZero() && f.Total > 0:
		return &Gauge{Words: done + " of " + form.Bytes(f.Total) + " have come, and were checked as they came.", Done: f.Done, Total: f.Total}
	case f.Ended.IsZero():
		return &Gauge{Words: done + " have come, and were checked as they came."}
	case f.Broken:
		return &Gauge{Words: "It was not taken in. Nothing of it was kept."}
	}
	return &Gauge{Words: "All of it was taken in, and waits to be decided about."}
}
