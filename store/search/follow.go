package search

import (
	"context"
	"fmt"
	"time"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

// The measures of following the log.
const (
	firstStep  = 64 // contributions in the first step
	leastStep  = 32 // and at least, and at most
	mostStep   = 256
	mergePages = 16                     // pages joined at a time, at most
	mergeTimes = 40                     // how often at most between two steps
	aim        = 3 * time.Millisecond   // how long a step may hold the writer; its size follows from that
	pause      = 250 * time.Millisecond // between two looks at a log that does not grow
)

// Run follows the log until the context ends. What it cannot do now it tries again.
func (s *Store) Run(ctx context.Context) {
	if !s.samples(ctx, *s.state.Load()) && ctx.Err() == nil {
		s.suspect.Store(true)
	}
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for ctx.Err() == nil {
		did, err := s.Step(ctx)
		s.alarm(ctx, err)
		if did && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// alarm tells the operator once that the index does not follow, and once that it does again.
func (s *Store) alarm(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !s.alarmed.Swap(true):
		s.Log.Error("the index of words does not follow the log; searching goes on by reading the records", "kind", string(standard.KindOf(err)), "cause", err.Error())
	case err == nil && s.alarmed.Swap(false):
		s.Log.Warn("the index of words follows the log again")
	}
}

// Step does one bounded piece of work: it indexes a few contributions, or writes a few pages anew. It reports whether there was anything to do. One
// transaction writes the entries and how far the index goes, so that after a crash nothing is missing and nothing there twice.
func (s *Store) Step(ctx context.Context) (did bool, err error) {
	s.stepping.Lock()
	defer s.stepping.Unlock()
	if s.suspect.Load() {
		s.Log.Warn("the index of words was damaged: it is made anew")
		return true, s.remake(ctx)
	}
	st := *s.state.Load()
	made, err := s.log.MadeAfter(ctx, st.upTo, s.size)
	if err != nil {
		return false, err
	}
	if len(made) == 0 {
		if st.purge == 0 {
			return s.join(ctx)
		}
		return true, s.purge(ctx)
	}
	docs, err := s.documents(made)
	if err != nil {
		return false, err
	}
	if err := s.write(ctx, docs, made[len(made)-1].Moment); err != nil {
		if standard.KindOf(err) == standard.Broken {
			s.suspect.Store(true)
		}
		return false, err
	}
	for range mergeTimes {
		if did, err := s.join(ctx); err != nil || !did {
			return true, err
		}
	}
	return true, nil
}

// join merges as many pages as do not hold the writer for long: dense ones take longer.
func (s *Store) join(ctx context.Context) (bool, error) {
	pages := max(s.pages, 1)
	did, took, err := s.merge(ctx, pages)
	if took > aim {
		pages /= 2
	} else if took < aim/2 && pages < mergePages {
		pages *= 2
	}
	s.pages = max(pages, 1)
	return did, err
}

// write puts documents into the index, which goes up to a moment then.
func (s *Store) write(ctx context.Context, docs []document, upTo record.Moment) error {
	fresh := map[*term]bool{}
	for _, d := range docs {
		for _, t := range d.fresh {
			fresh[t] = true
		}
	}
	var took time.Duration
	err := s.db.WritePatiently(ctx, func(tx *sqlite.Tx) error {
		began := s.Now()
		st := *s.state.Load()
		for _, d := range docs {
			if err := insert(tx, st, d); err != nil {
				return err
			}
		}
		for t := range fresh {
			if _, err := tx.Exec(`INSERT INTO `+st.words()+` (word, stem) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t.plain, t.stem.text); err != nil {
				return fmt.Errorf("words of the index: %w", err)
			}
		}
		st.upTo = upTo
		err := s.keep(tx, st)
		took = s.Now().Sub(began)
		return err
	})
	if err != nil {
		return err
	}
	s.vocabulary.wrote(fresh)
	if took > aim && s.size > leastStep {
		s.size /= 2
	} else if took < aim/2 && s.size < mostStep {
		s.size *= 2
	}
	return nil
}

// Rebuild makes the index anew, to the end of the log. Progress, which may be nil, is told from time to time.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	s.stepping.Lock()
	err := s.remake(ctx)
	s.stepping.Unlock()
	if err != nil {
		return err
	}
	for {
		did, err := s.Step(ctx)
		if err != nil || !did {
			return err
		}
		if progress != nil {
			head, _, _ := s.log.Head(ctx)
			progress(int64(s.state.Load().upTo), int64(head))
		}
	}
}
