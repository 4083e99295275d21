package standard

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Fingerprint stands for all that reading a record of the class depends on: its file, those of the classes that lend to it or stand inside it, and their value
// sets. While it stays the same, what was derived from such records does.
func (c *Class) Fingerprint() string {
	sum := sha256.New()
	c.fingerprint(sum, map[*Class]bool{})
	return hex.EncodeToString(sum.Sum(nil))
}

func (c *Class) fingerprint(sum hash.Hash, been map[*Class]bool) {
	if been[c] {
		return
	}
	been[c] = true
	fmt.Fprintf(sum, "%s %s\n", c.ID, c.Hash)
	if c.Category != nil {
		fmt.Fprintf(sum, "%s %s\n", c.Category.ID, c.Category.Name)
	}
	if c.Extends != nil {
		c.Extends.fingerprint(sum, been)
	}
	for _, e := range c.Elements {
		if e.ValueSet != nil {
			fmt.Fprintf(sum, "%s %s\n", e.ValueSet.ID, e.ValueSet.Hash)
		}
		if e.Block != nil {
			e.Block.fingerprint(sum, been)
		}
	}
}
