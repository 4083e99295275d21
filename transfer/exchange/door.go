package exchange

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/standard"
)

// What is said between systems, each as JSON, sealed.
type (
	wireAsk struct {
		Case uuid.UUID `json:"case"`
		Ask  Ask       `json:"ask"`
	}
	wireCase struct {
		State     State  `json:"state"`
		Reason    string `json:"reason,omitzero"`
		Statement string `json:"statement,omitzero"`
	}
	wireReceipt struct {
		Receipt string `json:"receipt"`
	}
	wireReason struct {
		Reason string `json:"reason"`
	}
	wireProblem struct {
		Message  string             `json:"message"`
		Hint     string             `json:"hint,omitzero"`
		Problems []standard.Problem `json:"problems,omitzero"`
	}
)

// mostOpen is how many requests of one system may wait for a decision at once.
const mostOpen = 200

// spoken is one request of a system that is known, verified and opened.
type spoken struct {
	*Exchange
	w    http.ResponseWriter
	r    *http.Request
	peer Peer
	body []byte
}

// ServeHTTP answers other systems.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) { x.door.ServeHTTP(w, r) }

func (x *Exchange) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Root+"system", x.card)
	for pattern, answer := range map[string]func(*spoken) (int, any, error){
		"POST " + Root + "requests":                 (*spoken).ask,
		"GET " + Root + "requests/{case}":           (*spoken).state,
		"POST " + Root + "requests/{case}/withdraw": (*spoken).withdraw,
		"POST " + Root + "requests/{case}/receipt":  (*spoken).receipt,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s, err := x.listen(w, r)
			status, reply := 0, any(nil)
			if err == nil {
				status, reply, err = answer(s)
			}
			x.answer(w, r, s, status, reply, err)
		})
	}
	mux.HandleFunc("GET "+Root+"requests/{case}/package", func(w http.ResponseWriter, r *http.Request) {
		s, err := x.listen(w, r)
		if err == nil {
			err = s.give()
		}
		if err != nil {
			x.answer(w, r, s, 0, nil, err)
		}
	})
	mux.HandleFunc(Root, func(w http.ResponseWriter, r *http.Request) {
		x.answer(w, r, nil, 0, nil, &standard.Fault{Kind: standard.NotFound, Message: "There is nothing here for another system."})
	})
	return mux
}

// card tells anybody which system this is. It proves nothing: people compare the fingerprint.
func (x *Exchange) card(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.MarshalWrite(w, Card{System: x.System, Key: x.Keys.Public()})
}

func stranger(message, hint string) error {
	return &standard.Fault{Kind: standard.Unauthenticated, Message: message, Hint: hint}
}

// listen finds out who speaks, and that it is said now, to this system, once.
func (x *Exchange) listen(w http.ResponseWriter, r *http.Request) (*spoken, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostSaid))
	if err != nil {
		return nil, &standard.Fault{Kind: standard.TooLarge, Message: "This is longer than one system may say to another.", Err: err}
	}
	h := r.Header
	said := request{from: h.Get(headerFrom), to: h.Get(headerTo), method: r.Method, path: fromRoot(r.URL.Path), span: h.Get("Range"), at: h.Get(headerTime), nonce: h.Get(headerNonce), body: body}
	if said.from == "" || h.Get(headerSignature) == "" {
		return nil, stranger("This is for other systems that are known here: the request is not signed.", "People sign in on the pages.")
	}
	if said.to != x.System {
		return nil, stranger("This was said to another system.", "Check the address of the system that you mean.")
	}
	peer, err := x.known(r.Context(), said.from)
	switch kind := standard.KindOf(err); {
	case kind == standard.NotFound || kind == standard.Forbidden:
		return nil, stranger("Your system is not known here.", "Ask the other provider to add it, with its address and the fingerprint of its key.")
	case err != nil:
		return nil, err
	}
	if !fits([]string{peer.Key()}, said.text(), h.Get(headerSignature)) {
		return nil, stranger("The signature does not fit: the request was altered, or your system has another key than the one that is known here.", "Compare the fingerprints again.")
	}
	s := &spoken{Exchange: x, w: w, r: r, peer: peer}
	now := x.Now()
	at, err := time.Parse(time.RFC3339Nano, said.at)
	if off := now.Sub(at); err != nil || off > window || off < -window {
		return s, stranger("The clocks of the two systems are more than five minutes apart, or the request is an old one.", "Set both clocks right.")
	}
	fresh, err := x.Book.Once(r.Context(), peer.System, said.nonce, now, at.Add(2*window))
	if err != nil {
		return s, err
	}
	if !fresh || len(said.nonce) != 2*nonceSize {
		return s, stranger("This was said before.", "Every request must be signed anew.")
	}
	if len(body) > 0 {
		s.body, err = unseal(x.Keys, body)
	}
	return s, err
}

// answer signs what is answered, and seals it for whoever has proved who they are.
func (x *Exchange) answer(w http.ResponseWriter, r *http.Request, s *spoken, status int, reply any, err error) {
	if err != nil {
		status, reply = x.problem(r, err)
	}
	body, err := json.Marshal(reply)
	if err == nil && s != nil {
		body, err = seal(s.peer.Key(), body)
	}
	var signature []byte
	if err == nil {
		_, signature, err = x.Keys.Sign(answerText(x.System, r.Header.Get(headerNonce), status, body))
	}
	if err != nil {
		x.Log.Error("another system could not be answered", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if s == nil {
		h.Set("Content-Type", "application/json")
	}
	h.Set("Cache-Control", "no-store")
	h.Set(headerFrom, x.System)
	h.Set(headerSignature, base64.StdEncoding.EncodeToString(signature))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// statuses are what the kinds of failure are between systems.
func statusOf(kind standard.Kind) int {
	switch kind {
	case standard.Invalid:
		return http.StatusUnprocessableEntity
	case standard.Conflict, standard.Reused:
		return http.StatusConflict
	case standard.NotFound, standard.Gone:
		return http.StatusNotFound
	case standard.Unauthenticated:
		return http.StatusUnauthorized
	case standard.Forbidden:
		return http.StatusForbidden
	case standard.TooLarge:
		return http.StatusRequestEntityTooLarge
	case standard.Busy, standard.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func kindOf(status int) standard.Kind {
	for _, kind := range []standard.Kind{standard.Invalid, standard.Conflict, standard.NotFound, standard.Unauthenticated, standard.Forbidden, standard.TooLarge, standard.Unavailable} {
		if statusOf(kind) == status {
			return kind
		}
	}
	return standard.Unavailable
}

func (x *Exchange) problem(r *http.Request, err error) (int, wireProblem) {
	var fault *standard.Fault
	if errors.As(err, &fault) && statusOf(fault.Kind) < http.StatusInternalServerError {
		return statusOf(fault.Kind), wireProblem{Message: fault.Message, Hint: fault.Hint, Problems: fault.Problems}
	}
	if status := statusOf(standard.KindOf(err)); status == http.StatusServiceUnavailable {
		return status, wireProblem{Message: "This cannot be done at this moment.", Hint: "Try again."}
	}
	x.Log.Error("what another system asked for failed", "path", r.URL.Path, "error", err)
	return http.StatusInternalServerError, wireProblem{Message: "Something went wrong here.", Hint: "Try again. If it stays so, tell the other provider."}
}

func (s *spoken) read(into any) error {
	if err := json.Unmarshal(s.body, into, json.RejectUnknownMembers(true)); err != nil {
		return &standard.Fault{Kind: standard.Invalid, Message: "What was said cannot be read: " + err.Error() + ".", Hint: "The other system may be newer than this one."}
	}
	return nil
}

// theirs gives the case that the path names, as far as it is this system's.
func (s *spoken) theirs() (Case, error) {
	nothing := &standard.Fault{Kind: standard.NotFound, Message: "There is no such request of yours here."}
	id, err := uuid.Parse(s.r.PathValue("case"))
	if err != nil {
		return Case{}, nothing
	}
	c, err := s.Book.Case(s.r.Context(), id)
	if standard.KindOf(err) == standard.NotFound || err == nil && (c.Side != Theirs || c.Peer != s.peer.System) {
		return Case{}, nothing
	}
	return c, err
}

// ask takes a request. Whether anybody of the name is held here is not looked at before somebody decides: every answer is the same.
func (s *spoken) ask() (int, any, error) {
	var in wireAsk
	if err := s.read(&in); err != nil {
		return 0, nil, err
	}
	if err := standard.Refuse("The request has faults. It was not taken.", in.Ask.problems(s.Choices)); err != nil {
		return 0, nil, err
	}
	if in.Case == uuid.Nil {
		return 0, nil, &standard.Fault{Kind: standard.Invalid, Message: "The request has no id."}
	}
	ctx := s.r.Context()
	all, err := s.Book.Cases(ctx, false)
	if err != nil {
		return 0, nil, err
	}
	waiting := 0
	for _, c := range all {
		if c.Peer == s.peer.System && c.State == Open && c.ID != in.Case {
			waiting++
		}
	}
	if waiting >= mostOpen {
		return 0, nil, &standard.Fault{Kind: standard.TooLarge, Message: "Too many requests of yours wait for a decision here.", Hint: "Wait until some are decided."}
	}
	kept, fresh, err := s.Book.Begin(ctx, Case{ID: in.Case, Side: Theirs, Peer: s.peer.System, State: Open, Ask: in.Ask, Begun: s.Now(), Changed: s.Now()})
	if err != nil {
		return 0, nil, err
	}
	if !fresh && (kept.Side != Theirs || kept.Peer != s.peer.System || kept.Ask != in.Ask) {
		return 0, nil, &standard.Fault{Kind: standard.Conflict, Message: "There is another request of this id."}
	}
	if fresh {
		if err := s.Guard.Exchanged(ctx, access.Entry{Action: "transfer-asked", To: s.peer.Name, Why: s.Choices.Purpose(in.Ask.Purpose), What: in.Case.String()}); err != nil {
			return 0, nil, err
		}
	}
	return http.StatusOK, outward(&kept), nil
}

func (s *spoken) state() (int, any, error) {
	c, err := s.theirs()
	return http.StatusOK, outward(&c), err
}

// outward is what the asker is told of a case.
func outward(c *Case) wireCase {
	switch c.State {
	case Open, Deciding:
		return wireCase{State: Waiting}
	case Ready, Received:
		return wireCase{State: c.State, Statement: c.Statement}
	case Refused, Withdrawn:
		return wireCase{State: c.State, Reason: c.Reason}
	case Failed:
		if c.Receipt != "" {
			return wireCase{State: Failed}
		}
	}
	return wireCase{State: Preparing}
}

// withdraw takes a request back.
func (s *spoken) withdraw() (int, any, error) {
	var in wireReason
	if err := s.read(&in); err != nil {
		return 0, nil, err
	}
	c, err := s.theirs()
	if err != nil {
		return 0, nil, err
	}
	c, err = s.Book.Change(s.r.Context(), c.ID, func(c *Case) error {
		switch c.State {
		case Withdrawn, Refused:
			return nil
		case Deciding:
			return &standard.Fault{Kind: standard.Unavailable, Message: "It is being decided at this moment.", Hint: "Try again."}
		case Received:
			return &standard.Fault{Kind: standard.Conflict, Message: "It has been sent and received already."}
		}
		c.State, c.Reason, c.Trouble, c.Changed = Withdrawn, shortened(in.Reason), "", s.Now()
		return nil
	})
	if err == nil {
		s.drop(c.ID)
	}
	return http.StatusOK, outward(&c), err
}

// receipt takes the receiver's proof.
func (s *spoken) receipt() (int, any, error) {
	var in wireReceipt
	if err := s.read(&in); err != nil {
		return 0, nil, err
	}
	c, err := s.theirs()
	if err != nil {
		return 0, nil, err
	}
	r, err := OpenReceipt(in.Receipt, s.peer.Keys...)
	if err != nil {
		return 0, nil, err
	}
	ctx := s.r.Context()
	fresh := false
	c, err = s.Book.Change(ctx, c.ID, func(c *Case) error {
		if c.Receipt == in.Receipt {
			return nil
		}
		if c.State != Ready {
			return &standard.Fault{Kind: standard.Conflict, Message: "Nothing was sent that this could be the receipt of."}
		}
		if wrong := r.of(c, s.System, s.AllKeys); wrong != nil {
			return wrong
		}
		fresh = true
		c.Receipt, c.State, c.Changed, c.Held, c.Trouble = in.Receipt, Received, s.Now(), r.Size, ""
		if r.Trouble != "" {
			c.State, c.Trouble = Failed, s.peer.Name+" could not take it in: "+r.Trouble
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	s.drop(c.ID)
	if fresh && r.Trouble == "" {
		err = s.Guard.Exchanged(ctx, access.Entry{Action: "transfer-received", Stream: c.Person, To: s.peer.Name, What: "receipt of " + r.At.UTC().Format(time.RFC3339)})
	}
	return http.StatusOK, outward(&c), err
}

// of checks that a receipt is that of the package of a case.
func (r *Receipt) of(c *Case, system string, keys []string) error {
	sent, err := OpenStatement(c.Statement, keys...)
	if err != nil {
		return err
	}
	if r.Case != c.ID || r.From != system || r.To != c.Peer || r.Hash != sent.Hash || r.Size != sent.Size {
		return &standard.Fault{Kind: standard.Invalid, Message: "This is the receipt of another package."}
	}
	return nil
}

func shortened(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), longestText)])
}
