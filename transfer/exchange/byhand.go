package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// This file is what people do with a record that goes from hand to hand in a file, where the two systems do not reach each other.

// Brought is what somebody says of a file that was given to them.
type Brought struct {
	Key         string // the public key of a system that is not known here, as its people have handed it over
	Fingerprint string // of that key, as they have read it
	Unproved    bool   // it is kept although nothing proves where it comes from
	Provider    string // who gave it, where the system that it names is not known here
	Ref         string // what whoever watches calls it (Carried)
	Size        int64  // how many bytes are about to come, for whoever watches; 0: not known
}

// TakeFile takes a file that another provider gave into the waiting room: checked whole, under the key of the system that it names, or nothing is kept of it. Problems have the paths
// /file, /key, /fingerprint, /unproved and /provider.
func (x *Exchange) TakeFile(ctx context.Context, s *access.Session, r io.Reader, b Brought) (_ access.Segment, err error) {
	if err := s.Permit(ctx, access.ToRatify, access.Entry{Action: "take-in-file"}); err != nil {
		return access.Segment{}, err
	}
	carried := x.counted(s, Carried{Ref: b.Ref, Total: b.Size})
	defer func() { carried.end(err) }()
	opened, err := transfer.OpenPackage(io.TeeReader(r, carried), x.Keys.Private())
	if err != nil {
		return access.Segment{}, fileRefused(err)
	}
	from, err := x.sender(ctx, opened.System, b)
	if err != nil {
		return access.Segment{}, err
	}
	segment, err := transfer.Receiver{Guard: x.Guard}.Receive(ctx, opened.Payload, from)
	if err != nil {
		return segment, fileRefused(err)
	}
	return segment, x.Guard.Exchanged(ctx, access.Entry{Action: "transfer-arrived", Stream: segment.Stream, What: oneLine("in a file that " + s.Principal().Name + " took in")})
}

// sender is the system that a file names, with the keys that are known of it here: what the file says of its own keys is not believed.
func (x *Exchange) sender(ctx context.Context, system string, b Brought) (transfer.Peer, error) {
	p, err := x.Book.Peer(ctx, system)
	b.Key = strings.TrimSpace(b.Key)
	switch {
	case err == nil && !p.Gone() && b.Key != "" && !slices.Contains(p.Keys, b.Key):
		return transfer.Peer{}, notTaken("/key", "It comes from "+p.Name+", whose system is known here under another key. Leave this field empty, or add their new key under Other systems first.")
	case err == nil && !p.Gone():
		return transfer.Peer{System: p.System, Provider: p.Name, Keys: p.Keys}, nil
	case err == nil:
		return transfer.Peer{}, notTaken("/file", "It comes from "+p.Name+", with whom nothing is exchanged any more. Add their system again, if that was a mistake.")
	case standard.KindOf(err) != standard.NotFound:
		return transfer.Peer{}, err
	}
	provider := oneLine(b.Provider)
	from := transfer.Peer{System: system, Provider: provider}
	var problems []standard.Problem
	fault := func(path, rule, message string) {
		problems = append(problems, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	switch {
	case b.Key != "" && b.Unproved:
		fault("/unproved", "contradicts", "You gave their key, and ticked that you take it in without proof. Take one of them back.")
	case b.Key != "":
		compareKey(b.Key, b.Fingerprint, x.System, "This is not the fingerprint of this key. Ask again. If it still differs, the key is not theirs: take nothing in.", fault)
		if from.Keys = []string{b.Key}; len(problems) == 0 && record.SystemOf(b.Key) != system {
			fault("/key", "another-key", "This is the key of another system than the one that the file names. Ask for the key of the system that made the file.")
		}
	case !b.Unproved:
		fault("/unproved", standard.RuleMustOccur, fmt.Sprintf("It says that it comes from the system %s, which is not known here, so nothing proves it. "+
			"Add that system under Other systems first, or give their key here, and choose the file again. Or tick that you take it in without proof.", oneLine(system)))
	}
	if provider == "" && (b.Key != "" || b.Unproved) {
		fault("/provider", standard.RuleMustOccur, "Say who gave you the file: the system that it names is not known here.")
	}
	return from, standard.Refuse("The file was not taken in.", problems)
}

func notTaken(path, message string) error {
	return standard.Refuse("The file was not taken in.", []standard.Problem{{Path: path, Rule: "refused", Message: message}})
}

// FileTooLarge says that a file has more bytes than are taken.
func FileTooLarge(most int64) error {
	return notTaken("/file", fmt.Sprintf("The file is larger than %d MB, the most that a page takes. Nothing of it was kept. Ask whoever looks after this computer to take it in there.", most>>20))
}

// fileRefused says beside the file what is wrong with it. What is wrong with this system stays as it is.
func fileRefused(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return FileTooLarge(large.Limit)
	}
	var fault *standard.Fault
	if !errors.As(err, &fault) || fault.Kind != standard.Invalid {
		return err
	}
	for inner := fault; errors.As(fault.Err, &inner); { // the reader of lines has put its own words around those of who unsealed it
		fault = inner
	}
	return notTaken("/file", strings.TrimSpace(strings.ReplaceAll(fault.Message, " Nothing of it was taken in.", ""))+" Nothing of it was kept. Ask the sender for another file, sealed for this system.")
}

// Handing is a person's record that somebody gives to another provider in a file.
type Handing struct {
	Person uuid.UUID
	Peer   string // the system that it is sealed for; "": for none that is known here
	Ref    string // what whoever watches calls it (Carried)
	Keyed  bool   // sealed for a system that is not known here, with a key that its people have handed over
	Key    string
	Print  string // the fingerprint of that key, as they have read it
	Open   bool   // not sealed, and whoever gives it knows what that means
	NoSeal string // why it cannot be sealed
	To     string // to whom it goes, where the system is not known here
	Why    string
}

func (h *Handing) problems(own string) (found []standard.Problem) {
	fault := func(path, rule, message string) {
		found = append(found, standard.Problem{Path: path, Rule: rule, Message: message})
	}
	must := func(path, text, message string) {
		if strings.TrimSpace(text) == "" {
			fault(path, standard.RuleMustOccur, message)
		}
	}
	h.Key = strings.TrimSpace(h.Key)
	switch {
	case h.Peer == "" && !h.Keyed && !h.Open:
		fault("/peer", standard.RuleMustOccur, "Choose the system that it is sealed for. If it cannot be sealed, tick below that it goes out open.")
	case (h.Peer != "" || h.Keyed) && h.Open:
		fault("/open", "contradicts", "You chose a system that it is sealed for, and ticked that it is open. Take one of them back.")
	case h.Keyed:
		compareKey(h.Key, h.Print, own, "This is not the fingerprint of this key. Ask again. If it still differs, the key is not theirs: give nothing.", fault)
		must("/keyed", h.To, "Say to whom you give it.")
	case h.Open:
		must("/to", h.To, "Say to whom you give it.")
		must("/noseal", h.NoSeal, "Say why it cannot be sealed.")
	}
	must("/why", h.Why, "Say what it is for, for example that the person moves there.")
	return found
}

// GiveFile writes a person's whole record with what proves where it comes from, sealed for a system that is known here, or open. What the giver may not export does not go: then nothing
// does. That it goes out is kept before the first byte is written; an error after that means that what was written is not whole, and is refused wherever it is taken in.
func (x *Exchange) GiveFile(ctx context.Context, s *access.Session, w io.Writer, h Handing) (err error) {
	if err := standard.Refuse("Nothing was given.", h.problems(x.System)); err != nil {
		return err
	}
	carried := x.counted(s, Carried{Ref: h.Ref, Out: true})
	defer func() { carried.end(err) }()
	w = io.MultiWriter(w, carried)
	sending := transfer.Sending{Person: h.Person, System: x.System, Keys: x.AllKeys, Sent: x.Now().UTC(), Prove: x.Prove}
	if h.Open {
		sending.To, sending.Why = oneLine(h.To), oneLine("in a file that is not sealed ("+strings.TrimSpace(h.NoSeal)+"); "+h.Why)
		_, err := transfer.Send(ctx, s, w, sending)
		return err
	}
	if h.Keyed {
		sending.To = oneLine(h.To + " (system " + record.SystemOf(h.Key) + ")")
		return sealFor(ctx, s, w, h.Key, sending, h.Why)
	}
	p, err := x.known(ctx, h.Peer)
	if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Forbidden {
		return standard.Refuse("Nothing was given.", []standard.Problem{{Path: "/peer", Rule: "unknown", Message: "This system is not known here any more. Choose another one."}})
	}
	if err != nil {
		return err
	}
	sending.To = oneLine(p.Name)
	return sealFor(ctx, s, w, p.Key(), sending, h.Why)
}

// sealFor sends a record sealed for the owner of a key.
func sealFor(ctx context.Context, s *access.Session, w io.Writer, key string, sending transfer.Sending, why string) error {
	sending.Why = oneLine("in a sealed file; " + why)
	sealed := &sealing{to: w, key: key}
	if _, err := transfer.Send(ctx, s, sealed, sending); err != nil {
		return err // not closed: what was begun must not look whole
	}
	return sealed.close()
}

// sealing begins to seal when something is written, and not before: even the head of what is sealed goes out only after it is kept that it does.
type sealing struct {
	to   io.Writer
	key  string
	into io.WriteCloser
}

// Write seals.
func (s *sealing) Write(p []byte) (n int, err error) {
	if s.into == nil {
		if s.into, err = transfer.Seal(s.to, s.key); err != nil {
			return 0, err
		}
	}
	return s.into.Write(p)
}

func (s *sealing) close() error {
	if s.into == nil {
		return nil
	}
	return s.into.Close()
}
