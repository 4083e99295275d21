package transfer

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"

	"rosemary/standard"
)

// SealMark is how something begins that was sealed.
const SealMark = "age-encryption.org/"

// Package is what somebody has brought by hand, in a file.
type Package struct {
	Payload io.Reader // an export, as a Receiver reads it
	Sealed  bool      // for the one who has the key; else anybody could have read it on its way
	System  string    // of the sender, as it says itself
}

// OpenPackage begins to read what was brought: sealed for the owner of the key, or open. Nothing that it says is believed yet.
func OpenPackage(r io.Reader, key ed25519.PrivateKey) (*Package, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	p := &Package{Payload: in}
	if begins, err := in.Peek(len(SealMark)); err == nil && string(begins) == SealMark {
		opened, err := Unseal(in, key)
		if err != nil {
			return nil, err
		}
		p.Sealed = true
		in = bufio.NewReaderSize(unsealing{opened}, 64<<10)
		p.Payload = in
	}
	begins, err := in.Peek(64 << 10)
	if len(begins) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	first, _, whole := bytes.Cut(begins, []byte{'\n'})
	if !whole {
		return nil, refused(1, errors.New("this is not an export of Rosemary, or it was cut off"))
	}
	head, err := readHeader(first)
	if err != nil {
		return nil, err
	}
	p.System = head.System
	return p, nil
}

// unsealing words what the reader of something sealed finds.
type unsealing struct{ r io.Reader }

func (u unsealing) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &standard.Fault{Kind: standard.Invalid, Message: "What was sealed was altered, or cut off, on its way. Nothing of it was taken in.", Hint: "Ask the sender for it again.", Err: err}
	}
	return n, err
}
