package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
)

// call is one request on its way to a page.
type call struct {
	*server
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context
	session *access.Session   // nil on pages for everybody
	mending *mending          // an entry of a device that is being put right; nil for every other page
	names   map[string]string // of accounts, once asked for
	reader  *tongue           // the language of whoever reads the answer
	words   *plain.Words      // of that language; nil: English
}

// open is a page for everybody.
func (s *server) open(page func(*call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{server: s, w: w, r: r, ctx: r.Context()}
		c.listen()
		if err := page(c); err != nil {
			c.fail(err)
		}
	})
}

// closed is a page for those who are signed in; others sign in first and come back.
func (s *server) closed(page func(*call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{server: s, w: w, r: r, ctx: r.Context()}
		c.listen()
		account := s.sessions.GetString(c.ctx, keyAccount)
		if account == "" && unsafeMethod(r.Method) {
			if account = c.signedInAgain(); account == "" {
				return
			}
		}
		if account == "" {
			c.askToSignIn()
			return
		}
		session, err := c.sessionOf(account)
		if err == nil && unsafeMethod(r.Method) {
			c.session = session // files are taken in as whoever is signed in
			if c.openedByAnother(account) {
				if account = c.signedInAgain(); account == "" {
					return
				}
				session, err = c.sessionOf(account)
			}
		}
		if standard.KindOf(err) == standard.Unauthenticated {
			_ = s.sessions.Destroy(c.ctx) // the account was closed
			c.askToSignIn()
			return
		}
		if err == nil {
			c.session = c.late(session)
			c.listenTo(session.Principal().Language)
			err = c.mendOr(page)
		}
		if err != nil {
			c.fail(err)
		}
	})
}

// signedInAgain gives who has signed in again on the way; "" when the answer has been given already.
func (c *call) signedInAgain() string {
	signedIn, err := c.signInAgain()
	if err != nil {
		c.fail(err)
	}
	if !signedIn {
		return ""
	}
	return c.sessions.GetString(c.ctx, keyAccount)
}

// sessionOf begins to act as an account, for what its browser is signed in for.
func (c *call) sessionOf(account string) (*access.Session, error) {
	return c.config.Guard.Session(c.ctx, account, access.Purpose(c.sessions.GetString(c.ctx, keyPurpose)))
}

// askToSignIn leads to the sign-in page, and back to what was asked for.
func (c *call) askToSignIn() {
	next := "/"
	if !unsafeMethod(c.r.Method) {
		next = c.r.URL.RequestURI()
	}
	target := "/sign-in"
	if next != "/" {
		target += "?next=" + url.QueryEscape(next)
	}
	http.Redirect(c.w, c.r, target, http.StatusSeeOther)
}

func (c *call) now() time.Time   { return c.config.Now().In(c.config.Zone) }
func (c *call) today() time.Time { return c.now() }

// redirect leads on after something was done.
func (c *call) redirect(path string) error {
	http.Redirect(c.w, c.r, path, http.StatusSeeOther)
	return nil
}

// say lets the next page say what was done.
func (c *call) say(words string) { c.sessions.Put(c.ctx, keySaid, words) }

// uid reads an id from the path; what is no id leads nowhere.
func (c *call) uid(name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.r.PathValue(name))
	if err != nil || len(c.r.PathValue(name)) != 36 {
		return uuid.Nil, errNowhere()
	}
	return id, nil
}

// class finds the class named in the path that may be committed.
func (c *call) class(stream standard.Stream) (*standard.Class, error) {
	class, ok := c.config.Catalogue.Class(c.r.PathValue("class"))
	if !ok || class.Kind != standard.KindRecord || class.Stream != stream && class.Stream != standard.EitherStream {
		return nil, errNowhere()
	}
	return class, nil
}

// posted reads what a form sent.
func (c *call) posted() (url.Values, error) {
	if c.r.PostForm != nil {
		return c.r.PostForm, nil
	}
	if withFiles(c.r) {
		values, err := c.postedParts()
		c.r.PostForm = values
		return values, err
	}
	if err := c.r.ParseForm(); err != nil {
		return nil, unreadable(err)
	}
	form.DropFiles(c.r.PostForm, c.config.Catalogue.ClassesWithRole(standard.ClassRoleAttachment))
	return c.r.PostForm, nil
}

// query reads one value of the address.
func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }

// whole reads a whole number of the address; 0 when there is none.
func (c *call) whole(name string) int64 {
	n, err := strconv.ParseInt(c.query(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func errNowhere() error {
	return &standard.Fault{Kind: standard.NotFound, Message: "There is no page here, or none that you may see."}
}
