package log

import (
	"sync"

	"rosemary/record"
)

// bodies remembers versions as they were read, by their place in the log: their bytes never change, so that a commit makes nothing of it wrong. Only a
// destruction does, and then all is forgotten. Which versions there are, which is current and who may see it is asked of the database every time.
type bodies struct {
	mu         sync.Mutex
	destroyed  uint64 // how often all was forgotten: what was read before is not remembered
	young, old map[placeInLog]*record.Version
	size       int // of the young
}

// placeInLog is where a version stands: its contribution's moment, and which of its versions it is.
type placeInLog struct {
	moment  record.Moment
	ordinal int
}

// bodiesMost bounds what is remembered, in bytes: half of it young, half of it from before.
const (
	bodiesMost = 16 << 20
	bodyBeside = 600 // what a version takes beside its bytes, about, as long as nobody keeps what it says (record.KeepDecoded)
)

// find gives what is remembered, and how often all was forgotten, for keep.
func (b *bodies) find(at placeInLog) (v *record.Version, destroyed uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v = b.young[at]; v == nil {
		if v = b.old[at]; v != nil {
			b.add(at, v)
		}
	}
	return v, b.destroyed
}

// keep remembers what was read after find.
func (b *bodies) keep(at placeInLog, v *record.Version, destroyed uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.destroyed == destroyed {
		b.add(at, v)
	}
}

func (b *bodies) add(at placeInLog, v *record.Version) {
	if b.young == nil || b.size > bodiesMost/2 {
		b.old, b.young, b.size = b.young, map[placeInLog]*record.Version{}, 0
	}
	if b.young[at] == nil {
		b.size += len(v.Body) + bodyBeside
	}
	b.young[at] = v
}

func (b *bodies) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.destroyed++
	b.young, b.old, b.size = nil, nil, 0
}
