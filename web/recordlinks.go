package web

import (
	"strconv"

	"github.com/google/uuid"

	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
)

// PinnedRow is one version that a record points at.
type PinnedRow struct {
	Title   string
	Class   string
	Version int
	Href    string
	Moved   string // what stands there now, where it has changed since
	Compare string
}

// recordLinks adds what a record was written in the light of, why it is there and what it leads to.
func (c *call) recordLinks(a *about, page *recordPage, shown *record.Version, content *standard.Content) error {
	if a.kind != standard.PersonStream {
		return nil
	}
	if err := c.pinned(a, page, content); err != nil {
		return err
	}
	if care.Steps(c.config.Catalogue)[shown.Class] == care.NoStep || shown.Status == record.EnteredInError {
		return nil
	}
	chain, _, err := c.chain(a, shown)
	if err != nil || chain.Item(shown.Record) == nil {
		return err
	}
	page.CareHref = a.href("/care")
	for _, line := range chain.Why(shown.Record) {
		var links []Link
		for _, item := range line[:len(line)-1] {
			links = append(links, chainLink(a, item))
		}
		if links != nil {
			page.Because = append(page.Because, links)
		}
	}
	for _, item := range chain.LeadsTo(shown.Record) {
		page.LeadsTo = append(page.LeadsTo, chainLink(a, item))
	}
	return nil
}

func chainLink(a *about, item *care.ChainItem) Link {
	text := item.Content.Class.Name
	if title := item.Content.Title(); title != text {
		text += ": " + title
	}
	return Link{Text: text, Href: a.href("/records/" + item.Record().String())}
}

// pinned lists the versions of the person's records that a record names, and says where they have moved on.
func (c *call) pinned(a *about, page *recordPage, content *standard.Content) error {
	seen := map[standard.Reference]bool{}
	for _, ref := range content.References() {
		if ref.Version == 0 || ref.UID == a.uid || seen[ref.Reference] {
			continue
		}
		seen[ref.Reference] = true
		versions, err := a.view.Versions(c.ctx, a.uid, ref.UID)
		if standard.KindOf(err) == standard.NotFound {
			continue // it is not shown to this reader, or an entry of the directory
		}
		if err != nil {
			return err
		}
		named := numbered(versions, ref.Version)
		if named == nil {
			continue
		}
		then, err := named.Decoded(c.config.Catalogue)
		if err != nil {
			return err
		}
		at := "/records/" + ref.UID.String()
		row := PinnedRow{
			Title: then.Title(), Class: c.className(then, named), Version: named.Number, Href: a.href(at + "?version=" + strconv.Itoa(named.Number)),
		}
		if last := versions[len(versions)-1]; last.Number != named.Number {
			row.Moved = "Version " + strconv.Itoa(last.Number) + " says: " + c.titleOf(last) + "."
			if last.Status == record.EnteredInError {
				row.Moved = "It was marked as entered in error since."
			}
			row.Compare = a.href(at + "/compare?first=" + strconv.Itoa(named.Number) + "&second=" + strconv.Itoa(last.Number))
		}
		page.Light = append(page.Light, row)
	}
	return nil
}

// has reports whether one of the versions is of the record.
func has(versions []*record.Version, rec uuid.UUID) bool {
	for _, v := range versions {
		if v.Record == rec {
			return true
		}
	}
	return false
}
