package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// chance is a source of chance that depends on nothing but the seed and what it is for.
func chance(seed uint64, what string) *rand.Rand {
	sum := hashOf(seed, what)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])))
}

// pack is a shuffled pack of the options of one slot, so that what is rare occurs and what is common is common.
type pack struct {
	slot  *slot
	rng   *rand.Rand
	cards []*option
}

func newPack(seed uint64, s *slot) *pack {
	p := &pack{slot: s, rng: chance(seed, "pack "+s.Slot)}
	p.shuffle()
	return p
}

func (p *pack) shuffle() {
	for i := range p.slot.Options {
		o := &p.slot.Options[i]
		if o.Named {
			continue
		}
		for range max(o.Times, 1) {
			p.cards = append(p.cards, o)
		}
	}
	p.rng.Shuffle(len(p.cards), func(i, j int) { p.cards[i], p.cards[j] = p.cards[j], p.cards[i] })
}

// deal takes the first card that goes with what somebody has already. When none does, another pack is put below.
func (p *pack) deal(tags []string, chosen []*option) *option {
	for range 2 {
		for i, card := range p.cards {
			if fits(card, tags, chosen) {
				p.cards = slices.Delete(p.cards, i, i+1)
				return card
			}
		}
		p.shuffle()
	}
	return nil
}

func fits(card *option, tags []string, chosen []*option) bool {
	for _, need := range card.Needs {
		if !slices.Contains(tags, need) {
			return false
		}
	}
	for _, other := range chosen {
		if other == card || slices.Contains(card.Not, other.ID) || slices.Contains(other.Not, card.ID) {
			return false
		}
	}
	return true
}
