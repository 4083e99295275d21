package web_test

import (
	"strings"

	"golang.org/x/net/html"
)

type nodeOf = html.Node

// allText is the words of an element and of all that is in it.
func allText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(allText(c))
	}
	return b.String()
}
