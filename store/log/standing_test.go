package log

import (
	"testing"

	"github.com/google/uuid"

	"rosemary/record"
)

// TestWhatWasReadBeforeACommitIsNotRemembered: neither of the stream that was committed to, nor what was read before a destruction.
func TestWhatWasReadBeforeACommitIsNotRemembered(t *testing.T) {
	var s Store
	stream := uuid.Must(uuid.NewV7())
	read := &standing{info: record.StreamInfo{UID: stream, Sequence: 1}, placements: []placementNow{{place: stream}}}

	_, at := s.known.find(stream)
	s.known.committed([]touch{{info: record.StreamInfo{UID: stream, Sequence: 2}, rules: true}})
	s.known.keep(stream, read, at)
	if found, _ := s.known.find(stream); found != nil {
		t.Error("what was read before a commit is remembered behind it")
	}
	_, at = s.known.find(stream)
	s.known.keep(stream, read, at)
	s.known.committed([]touch{{info: record.StreamInfo{UID: stream, Sequence: 3, Last: 9}}})
	if found, _ := s.known.find(stream); found == nil || found.info.Last != 9 || len(found.placements) != 1 || read.info.Last == 9 {
		t.Errorf("behind a commit that touches no rule: %+v", found)
	}
	s.forget(stream)
	if found, _ := s.known.find(stream); found != nil {
		t.Error("a stream that was destroyed is remembered")
	}

	place := placeInLog{moment: 4}
	_, destroyed := s.bodies.find(place)
	s.forget(stream)
	s.bodies.keep(place, &record.Version{}, destroyed)
	if v, _ := s.bodies.find(place); v != nil {
		t.Error("a version that was read before a destruction is remembered behind it")
	}
}

// TestMemoryOfVersionsIsBounded: however many are read.
func TestMemoryOfVersionsIsBounded(t *testing.T) {
	var b bodies
	for i := range 100_000 {
		_, destroyed := b.find(placeInLog{moment: record.Moment(i)})
		b.keep(placeInLog{moment: record.Moment(i)}, &record.Version{Body: make([]byte, 1000)}, destroyed)
	}
	held := 0
	for _, half := range []map[placeInLog]*record.Version{b.young, b.old} {
		for _, v := range half {
			held += len(v.Body) + bodyBeside
		}
	}
	if held > bodiesMost+bodiesMost/8 {
		t.Errorf("%d bytes are held", held)
	}
	if v, _ := b.find(placeInLog{moment: 99_999}); v == nil {
		t.Error("the last is not remembered")
	}
}
