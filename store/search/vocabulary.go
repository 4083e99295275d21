package search

import (
	"strings"
	"sync"

	"rosemary/record/words"
)

// knownWords is how many words are remembered.
const knownWords = 40_000

// vocabulary remembers words: most of a record have been seen before, so that their stems are known and they need not be written again.
type vocabulary struct {
	mu    sync.Mutex // held for one document
	terms map[string]*term
	stems map[string]*stem
	now   int64 // the document that is being made
}

// term is a word as it stands in records.
type term struct {
	plain   string
	stem    *stem
	written bool // it stands in the table of words
}

// stem is what the index keeps of a word.
type stem struct {
	text string
	in   int64 // the last document that has it
}

// begin begins a document. What no longer fits is forgotten as a whole.
func (v *vocabulary) begin() {
	v.mu.Lock()
	if v.terms == nil || len(v.terms) >= knownWords {
		v.terms, v.stems = map[string]*term{}, map[string]*stem{}
	}
	v.now++
}

func (v *vocabulary) end() { v.mu.Unlock() }

// meet finds a word of the document, and reports whether its stem comes up in it for the first time.
func (v *vocabulary) meet(plain string) (t *term, first bool) {
	t = v.terms[plain]
	if t == nil {
		t = v.learn(strings.Clone(plain)) // what it was cut from need not be kept
	}
	first = t.stem.in != v.now
	t.stem.in = v.now
	return t, first
}

func (v *vocabulary) learn(plain string) *term {
	text := words.Stem(plain)
	st := v.stems[text]
	if st == nil {
		st = &stem{text: text}
		v.stems[text] = st
	}
	t := &term{plain: plain, stem: st}
	v.terms[plain] = t
	return t
}

// wrote remembers that words have been written.
func (v *vocabulary) wrote(terms map[*term]bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for t := range terms {
		t.written = true
	}
}

// forget forgets all: the table of words is another, or has lost some.
func (v *vocabulary) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.terms = nil
}
