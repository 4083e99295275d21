package web

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/outbreak"
	"rosemary/standard"
)

// homeParts says in which part of their home people live: a floor, a wing.
type homeParts struct {
	of      map[uuid.UUID]string // by person; none where nothing says it
	guessed bool                 // of somebody by the number of the room
}

// partsOf finds it for those who are ill: by the directory, where the room is an entry that is part of a floor or wing; else by the number of the room, which is a guess.
func (c *call) partsOf(o *overview, found []outbreak.Found) (*homeParts, error) {
	parts := &homeParts{of: map[uuid.UUID]string{}}
	var rooms []access.DirectoryEntry
	if c.session.May(access.ToReadDirectory) {
		var err error
		if rooms, err = o.view.Directory(c.ctx, c.classIDs(standard.ClassRolePlace)); err != nil {
			return nil, err
		}
	}
	for _, f := range found {
		for _, one := range f.Cases {
			p := o.byUID[one.Stream]
			if _, done := parts.of[one.Stream]; done || p == nil || p.Concealed || p.Room == "" {
				continue
			}
			part, err := c.partSaid(o, p, rooms)
			if err != nil {
				return nil, err
			}
			if part == "" {
				part = roomsAround(p.Room)
				parts.guessed = parts.guessed || part != ""
			}
			parts.of[one.Stream] = part
		}
	}
	return parts, nil
}

// partSaid is what the directory says: the floor or wing that somebody's room is part of, and that is part of their home.
func (c *call) partSaid(o *overview, p *access.Person, rooms []access.DirectoryEntry) (string, error) {
	for _, room := range rooms {
		if !isRoom(room.Name, p.Room) {
			continue
		}
		part, err := c.placeAbove(o, room.UID)
		if err != nil {
			return "", err
		}
		if part == uuid.Nil || part == p.Place {
			continue
		}
		home, err := c.placeAbove(o, part)
		if err != nil {
			return "", err
		}
		if home != p.Place {
			continue // a room of the same name in another home
		}
		names, err := o.view.Names(c.ctx, uuid.Nil, []uuid.UUID{part})
		name, _, _ := strings.Cut(names[part], ",") // "First floor, Harbour House": the home stands before it already
		return name, err
	}
	return "", nil
}

// isRoom reports whether an entry of the directory is a room as people call it: "Room 12", or "Room 12, Harbour House".
func isRoom(entry, room string) bool {
	name, _, _ := strings.Cut(entry, ",")
	return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(room))
}

// placeAbove is what a place of the directory is part of; nothing where it does not say, or is no place.
func (c *call) placeAbove(o *overview, place uuid.UUID) (uuid.UUID, error) {
	v, err := o.view.Record(c.ctx, place, place)
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden, standard.Gone:
		return uuid.Nil, nil
	}
	if err != nil {
		return uuid.Nil, err
	}
	content, err := v.Decoded(c.config.Catalogue)
	if err != nil || content.Class == nil {
		return uuid.Nil, nil // the manager's page lists what cannot be read
	}
	above, _ := content.First(standard.RolePartOf)
	ref, _ := above.(standard.Reference)
	return ref.UID, nil
}

// roomsAround guesses which rooms lie together: those with the same hundreds.
func roomsAround(room string) string {
	n := roomNumber(room)
	if n >= 1<<30 {
		return ""
	}
	from := n / 100 * 100
	return "rooms " + strconv.Itoa(max(1, from)) + " to " + strconv.Itoa(from+99)
}
