package access

// Backlog tells how many entries of the log of who saw what wait to be written, and whether they cannot be written just now.
func (g *Guard) Backlog() (entries int, failing bool) {
	g.book.mu.Lock()
	defer g.book.mu.Unlock()
	return len(g.book.waiting) + len(g.book.merged), g.book.failing
}
