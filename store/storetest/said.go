package storetest

import (
	"bytes"
	"context"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rosemary/record"
)

// sameSaid holds what is asked of the bytes of many people's records against a plain reading of all of them: nothing that says it may be missing.
func sameSaid(rt *rapid.T, w *World, people []uuid.UUID, all []*record.Version, at record.Moment, s record.Scope) {
	says := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"one", "two", "a", "nothing says this", "number"}), 1, 2, rapid.ID[string]).Draw(rt, "says")
	free := rapid.SampledFrom([][]string{nil, {"sighting"}}).Draw(rt, "free")
	some, more, err := w.Store.Across(context.Background(), record.Across{Streams: people, Classes: []string{"note", "sighting"}, Says: says, Free: free, At: at, Scope: s, Limit: 1000})
	if err != nil || more {
		rt.Fatalf("records of many that say %v: %v %v", says, more, err)
	}
	found := map[record.VersionID]bool{}
	for _, v := range some {
		found[v.VersionID] = true
	}
	for _, v := range all {
		must := len(free) > 0 && v.Class == free[0]
		for _, text := range says {
			must = must || bytes.Contains(v.Body, []byte(text))
		}
		if must && !found[v.VersionID] {
			rt.Fatalf("%s says one of %v and is not found: %s", v.VersionID, says, v.Body)
		}
		delete(found, v.VersionID)
	}
	if len(found) > 0 {
		rt.Fatalf("%v are found by what they say, and are not there otherwise", found)
	}
}
