package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rosemary/access"
)

// deadlines notes what becomes of the time that a sender has.
type deadlines struct {
	*httptest.ResponseRecorder
	lifted, gaveUp bool
}

// SetReadDeadline is asked through http.ResponseController.
func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.lifted, d.gaveUp = d.lifted || t.IsZero(), d.gaveUp || !t.IsZero()
	return nil
}

func sending(session *access.Session, body io.Reader) (*call, *deadlines) {
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	return &call{w: w, r: r, session: session}, w
}

// TestOnlyWhoSignedInMayTakeTheirTime: before that, a form with files is given no more time than any other request.
func TestOnlyWhoSignedInMayTakeTheirTime(t *testing.T) {
	for name, session := range map[string]*access.Session{"a stranger": nil, "somebody signed in": {}} {
		c, w := sending(session, strings.NewReader("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"))
		if _, err := c.postedParts(); err == nil {
			t.Errorf("%s: half a form passes for a whole one", name)
		}
		if w.lifted != (session != nil) {
			t.Errorf("%s: the limit on the time was lifted: %v", name, w.lifted)
		}
	}
}

// TestASenderThatFallsSilentIsGivenUp, and one that goes on is not until it has taken too long altogether.
func TestASenderThatFallsSilentIsGivenUp(t *testing.T) {
	for name, tt := range map[string]struct {
		pause  time.Duration
		times  int
		gaveUp bool
	}{
		"slow":     {50 * time.Second, 10, false},
		"silent":   {61 * time.Second, 1, true},
		"for ever": {50 * time.Second, 25, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := sending(&access.Session{}, strings.NewReader(strings.Repeat("x", 100)))
				stop := c.takeTime()
				for range tt.times {
					if _, err := c.r.Body.Read(make([]byte, 1)); err != nil {
						t.Fatal(err)
					}
					time.Sleep(tt.pause)
					synctest.Wait()
				}
				stop()
				if w.gaveUp != tt.gaveUp {
					t.Errorf("given up: %v", w.gaveUp)
				}
			})
		})
	}
}
