package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/standard"
)

// TestThePartOfAHomeIsTheDirectorys: where the directory says on which floor a room is, that stands; a room of the same name in another home does not count; else it is guessed, and said so.
func TestThePartOfAHomeIsTheDirectorys(t *testing.T) {
	w := newWorld(t)
	place := func(name string, in uuid.UUID) uuid.UUID {
		uid := uuid.Must(uuid.NewV7())
		w.Commit("manager", fixture.Opening(uid, standard.DirectoryStream, "location", fmt.Sprintf(`{"locationName":%q,"partOf":{"ref":"%s"}}`, name, in)))
		return uid
	}
	w.Write("carer", w.Person, "output", `{"when":"2026-03-15T05:00:00+00:00","kind":{"code":"stool"},"bristolType":{"code":"7"}}`)
	v := w.as(t, "manager")
	v.get("/home/infection").want(http.StatusOK).says("Harbour House, rooms 1 to 99: 1", "guessed from their numbers")
	place("Room 7", place("Top floor", w.Elm))
	place("Room 7", w.Home)
	v.get("/home/infection").says("Harbour House, rooms 1 to 99: 1", "guessed from their numbers")
	place("room 7, Harbour House", place("West wing, Harbour House", w.Home))
	v.get("/home/infection").says("Harbour House, West wing: 1").keepsQuiet("guessed from their numbers", "Top floor")
}
